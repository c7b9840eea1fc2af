"""Claims made of sentences that people wrote: Python's language reference and docstrings, which every Python carries.

A sentence is said again without its remarks in brackets, or up to its last clause; then a number or a name is another
one, or a yes becomes a no. Nothing here was written for the check, and the docstrings were not looked at
while it was made.
Not covered: sentences in other words.
"""

from __future__ import annotations

import inspect
import random
import re
from collections.abc import Iterable, Iterator
from pydoc_data.topics import topics

from localmind_app.features.knowledge.sentences import sentences
from tests.bench.retrieval.corpus import corpus

from .changes import Case, Claim

_LONGEST = 1400  # characters of a passage
_NAMES = ("Haskell", "Erlang", "Smalltalk", "Fortran", "Prolog", "Cobol")
_NUMBER = re.compile(r"(?<![\w.\"'])\d+(?:\.\d+)?(?![\w.\"'-])")
_NAME = re.compile(r"(?<=[a-z,] )(?:Python|Unicode|ASCII|Windows|Unix|Java|IEEE|POSIX|English)\b(?!\()")
_YES = re.compile(r" (is|are|can|must|may|will|should|does) (?!not\b|n't|only\b)")
_NO = re.compile(r" (is|are|can|must|may|will|should|does|do) ?not (?!only\b|just\b)")
_BRACKETS = re.compile(r" \([^()]*\)")


def reference(count: int, seed: int = 0) -> list[Case]:
    """`count` passages of the language reference with claims about each."""
    draw = random.Random(seed)
    return _some(draw, (case for title in sorted(topics) for case in _cases(draw, title, topics[title])), count)


def docstrings(count: int, seed: int = 0) -> list[Case]:
    """`count` passages of the standard library's docstrings with claims about each."""
    draw = random.Random(seed)
    texts = ((one.symbol, inspect.cleandoc(one.text)) for one in corpus().passages if one.symbol)
    return _some(draw, (case for title, text in texts for case in _cases(draw, title, text)), count)


def _some(draw: random.Random, cases: Iterable[Case], count: int) -> list[Case]:
    found = list(cases)
    draw.shuffle(found)
    return found[:count]


def _cases(draw: random.Random, title: str, whole: str) -> Iterator[Case]:
    passage: list[str] = []
    for paragraph in re.split(r"\n\s*\n", whole):
        lines = paragraph.split("\n")
        if (
            any(re.match(r"\s{5,}|\s*(?:>>>|\.\.\.|::|\*{3,}|={3,}|-{3,}|\+-|\|)", line) for line in lines)
            or "::=" in paragraph
        ):
            continue
        passage.append(" ".join(line.strip() for line in lines))
        if sum(map(len, passage)) > _LONGEST:
            break
    text = "\n\n".join(passage)
    claims = [claim for start, end in sentences(text) for claim in _claims(draw, text[start:end])]
    if claims:
        yield Case(title, text, tuple(draw.sample(claims, min(len(claims), 12))))


def _claims(draw: random.Random, sentence: str) -> Iterator[Claim]:
    if not re.fullmatch(r"[A-Z][^\n`|*]{30,260}\.", sentence) or sentence.count('"') % 2:
        return
    yield Claim(sentence, "", "verbatim")
    bare = _BRACKETS.sub("", sentence)
    if bare != sentence:
        yield Claim(bare, "", "without brackets")
    if (
        ", " in bare
        and len(head := bare.rsplit(", ", 1)[0]) > 60
        and " if " not in head
        and not head.startswith(("If", "When", "For"))
    ):
        yield Claim(f"{head}.", "", "shortened")
    if match := _NUMBER.search(sentence):
        wrong = str(int(float(match[0])) + draw.choice((1, 3, 10)))
        yield Claim(sentence[: match.start()] + wrong + sentence[match.end() :], "number", "number")
    if match := _NAME.search(sentence):
        yield Claim(sentence[: match.start()] + draw.choice(_NAMES) + sentence[match.end() :], "name", "name")
    if (match := _YES.search(sentence)) and not _NO.search(sentence):
        no = f" {match[1]} not "
        yield Claim(sentence[: match.start()] + no + sentence[match.end() :], "negation", "yes to no")
    elif match := _NO.search(sentence):
        yield Claim(sentence[: match.start()] + f" {match[1]} " + sentence[match.end() :], "negation", "no to yes")
