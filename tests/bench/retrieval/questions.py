"""Questions with known answers, made from the corpus by rules: the same corpus gives the same questions.

- exact: names of functions as they are written, alone or in a short question;
- paraphrase: what the first sentence of a description says, in other words (`other_words.txt`), without its name;
- multi: two such at once; both passages are wanted.

`half` parts them: "tune" was looked at while weights were chosen, "report" was not.
"""

from __future__ import annotations

import hashlib
import random
import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from localmind_app.features.knowledge.terms import FUNCTION_WORDS

from .corpus import Corpus, Passage

KINDS = ("exact", "paraphrase", "multi")
EACH = 240  # questions of each kind, over both halves
CHANGED = 0.5  # of a sentence's telling words, at least

_PLAIN = FUNCTION_WORDS | {"its", "only", "than", "then", "when"}


@dataclass(frozen=True)
class Question:
    """A question; each of `answers` is a set of passages, any of which is right for that part of it."""

    text: str
    kind: str
    half: str
    answers: tuple[frozenset[int], ...]


def questions(corpus: Corpus) -> list[Question]:
    """All of them, both halves."""
    dice = random.Random(20240611)
    symbols = _symbols(corpus)
    makers = {"exact": _exact, "paraphrase": _paraphrase, "multi": _multi}
    made: list[Question] = []
    for kind in KINDS:
        texts: set[str] = set()
        for text, answers in makers[kind](symbols, dice):
            if text in texts:
                continue
            texts.add(text)
            even = hashlib.sha256(text.encode()).digest()[0] % 2 == 0
            made.append(Question(text, kind, "tune" if even else "report", answers))
            if len(texts) == EACH:
                break
    return made


def _symbols(corpus: Corpus) -> dict[str, list[Passage]]:
    found: dict[str, list[Passage]] = defaultdict(list)
    for passage in corpus.passages:
        if passage.symbol:
            found[passage.symbol].append(passage)
    return dict(found)


def _ids(passages: Sequence[Passage]) -> frozenset[int]:
    return frozenset(one.id for one in passages)


def _short(symbol: str, counts: Counter[str]) -> str:
    """The shortest end of a name that no other symbol ends with."""
    names = symbol.split(".")
    return next((short for at in range(len(names) - 1, -1, -1) if counts[short := ".".join(names[at:])] == 1), symbol)


def _ends(symbols: dict[str, list[Passage]]) -> Counter[str]:
    return Counter(".".join(names[at:]) for one in symbols for names in [one.split(".")] for at in range(len(names)))


def _exact(symbols: dict[str, list[Passage]], dice: random.Random):
    counts = _ends(symbols)
    forms = ("{short}", "What does {short} do?", "{short}()", "How is {full} called?", "Where is {short} described?",
             "arguments of {short}", "Why would I use {full}?")  # fmt: skip
    for symbol in dice.sample(sorted(symbols), len(symbols)):
        short = _short(symbol, counts)
        if len(short) > 3 and not (short.isalpha() and short.islower() and len(short) < 8):
            yield dice.choice(forms).format(short=short, full=symbol), (_ids(symbols[symbol]),)


def _said_otherwise(symbols: dict[str, list[Passage]], dice: random.Random):
    """(symbol, clause) where a first sentence can be said in other words."""
    firsts = Counter(_first(passages[0].text) for passages in symbols.values())
    for symbol in dice.sample(sorted(symbols), len(symbols)):
        sentence = _first(symbols[symbol][0].text)
        if firsts[sentence] > 1 or not 5 <= len(sentence.split()) <= 25:
            continue
        clause = _otherwise(sentence, set(re.findall(r"[a-z]+", symbol.lower())))
        if clause:
            yield symbol, clause


def _paraphrase(symbols: dict[str, list[Passage]], dice: random.Random):
    forms = ("How can I {clause}?", "I would like to {clause}.", "Is there something to {clause}?",
             "which function lets me {clause}", "What is there to {clause}?")  # fmt: skip
    for symbol, clause in _said_otherwise(symbols, dice):
        yield dice.choice(forms).format(clause=clause), (frozenset([symbols[symbol][0].id]),)


def _multi(symbols: dict[str, list[Passage]], dice: random.Random):
    counts = _ends(symbols)
    clauses = list(_said_otherwise(symbols, dice))
    named = [one for one in dice.sample(sorted(symbols), len(symbols)) if len(_short(one, counts)) > 5]
    for at, (first, second) in enumerate(zip(clauses[::2], clauses[1::2], strict=False)):
        if first[0].split(".")[0] != second[0].split(".")[0]:
            answers = tuple(frozenset([symbols[one[0]][0].id]) for one in (first, second))
            yield f"How can I {first[1]}, and how can I {second[1]}?", answers
        one, other = named[2 * at], named[2 * at + 1]
        short = [_short(symbol, counts) for symbol in (one, other)]
        yield f"What is the difference between {short[0]} and {short[1]}?", (_ids(symbols[one]), _ids(symbols[other]))


def _first(text: str) -> str:
    """The first sentence of a description, without the signature that old docstrings begin with."""
    text = re.sub(r"^\S+\(.*?\)\s*(->.*?)?(\n|--|:|$)", "", text.strip(), count=1)
    head = re.split(r"\n\s*\n|(?<=[.!?])\s", text.strip(), maxsplit=1)[0]
    return " ".join(head.split()).rstrip(".: ")


def _otherwise(sentence: str, own: set[str]) -> str | None:
    """The sentence as a clause in other words; None where too few of them have another one."""
    if re.search(r"[`*<>=\[\]{}_|\\]|https?:", sentence):
        return None
    changed = telling = 0
    said: list[str] = []
    for word in sentence.split():
        bare = re.sub(r"[^\w-]", "", word).lower()
        if not bare or bare in _PLAIN:
            said.append(bare)
            continue
        telling += 1
        other = _other_words().get(bare)
        if other:
            changed += 1
        said.append(other or bare)
    clause = " ".join(one for one in said if one)
    verb = sentence.split()[0].lower()
    if verb not in _other_words() and not verb.endswith("s"):
        clause = f"have {clause}"
    if own & (set(clause.split()) - _PLAIN - {"get", "make"}):
        return None
    return clause if telling >= 3 and changed >= CHANGED * telling else None


@lru_cache(maxsize=1)
def _other_words() -> dict[str, str]:
    lines = (Path(__file__).parent / "other_words.txt").read_text("utf-8").splitlines()
    return dict(line.split(" ", 1) for line in lines if line)
