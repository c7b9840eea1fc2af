"""What a sentence states, as far as words show it: its content words, numbers, names, negation and opposites."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from ..terms import FUNCTION_WORDS, fold, stem, words

_NUMBER = re.compile(r"(?<![\w.,])[-+−]?\d[\d.,'’\u202f\u00a0]*\d|\d")
_WORD = re.compile(r"[^\W\d_]+")
_AFTER = re.compile(r"\s*([^\W\d_]+)")
_GROUPED = re.compile(r"\d{1,3}(?:[.,'’\u202f\u00a0]\d{3})+")
_NAME = re.compile(r"\b[^\W\d_a-zß-öø-ÿ]\w*(?:[-'’]\w+)*")
_SENTENCE_START = re.compile(r"(?:^|[.!?:»“\"(]\s*|\n\s*)\W*$")
_NEGATION = re.compile(
    r"\b(?:not|no|never|none|nobody|nothing|neither|nor|without|cannot|nicht|nie|niemals|kein\w*|ohne|weder"
    r"|niemand|nichts|ne|pas|jamais|sans|nunca|sin)\b|n['’]t\b",
    re.IGNORECASE,
)
_SPELLED = {
    word: str(number)
    for number, both in enumerate(
        (("zero", "null"), ("one", "eins"), ("two", "zwei"), ("three", "drei"), ("four", "vier"), ("five", "fünf"),
         ("six", "sechs"), ("seven", "sieben"), ("eight", "acht"), ("nine", "neun"), ("ten", "zehn"),
         ("eleven", "elf"), ("twelve", "zwölf"))
    )
    for word in map(fold, both)
}  # fmt: skip
_TIMES = {
    "thousand": 3, "tausend": 3, "million": 6, "millions": 6, "millionen": 6, "mio": 6, "billion": 9, "milliarde": 9,
    "milliarden": 9, "mrd": 9,
}  # fmt: skip
# Pairs that turn a sentence into its opposite while all other words stay.
_OPPOSITES = (
    ("increase", "decrease"), ("rise", "fall"), ("rose", "fell"), ("grew", "shrank"), ("higher", "lower"),
    ("more", "less"), ("more", "fewer"), ("most", "least"), ("largest", "smallest"), ("maximum", "minimum"),
    ("before", "after"), ("above", "below"), ("allowed", "forbidden"), ("permitted", "prohibited"), ("open", "closed"),
    ("first", "last"), ("oldest", "newest"), ("longer", "shorter"), ("faster", "slower"), ("always", "never"),
    ("accepted", "rejected"), ("won", "lost"), ("success", "failure"), ("early", "late"), ("enabled", "disabled"),
    ("north", "south"), ("east", "west"), ("left", "right"), ("buy", "sell"), ("true", "false"), ("gain", "loss"),
    ("mehr", "weniger"), ("hoher", "niedriger"), ("vor", "nach"), ("erlaubt", "verboten"), ("offen", "geschlossen"),
    ("steigt", "sinkt"), ("stieg", "sank"), ("grosste", "kleinste"), ("erste", "letzte"), ("immer", "nie"),
    ("fruher", "spater"), ("gewonnen", "verloren"), ("zunahme", "abnahme"), ("links", "rechts"),
)  # fmt: skip
_OPPOSITE: dict[str, set[str]] = {}
for _one, _other in _OPPOSITES:
    _OPPOSITE.setdefault(stem(_one), set()).add(stem(_other))
    _OPPOSITE.setdefault(stem(_other), set()).add(stem(_one))


@dataclass(frozen=True)
class Statement:
    """What is compared of a text: folded, stemmed words, and numbers in one notation."""

    words: frozenset[str]
    every: frozenset[str]
    numbers: frozenset[str]
    names: frozenset[str]
    negations: int

    @property
    def claims(self) -> bool:
        """Whether it says enough to be true or false."""
        return len(self.words) + len(self.numbers) >= 2


@lru_cache(maxsize=4096)
def statement(text: str) -> Statement:
    """What `text` states."""
    every = words(text)
    content = {word for word in every if word not in FUNCTION_WORDS and not word.isdigit()}
    names = {
        word
        for match in _NAME.finditer(text)
        if not _SENTENCE_START.search(text[: match.start()])
        for word in words(match[0])
        if word not in FUNCTION_WORDS
    }
    return Statement(
        frozenset(word for word in content if word not in _SPELLED),
        frozenset(every),
        numbers(text),
        frozenset(names),
        len(_NEGATION.findall(text)),
    )


def numbers(text: str) -> frozenset[str]:
    """The numbers in `text`: 1,910,000 and 1.910.000 are 1910000, 3,5 is 3.5, "three" is 3."""
    found = [(_plain(match[0]), match.end()) for match in _NUMBER.finditer(text)]
    found += [(_SPELLED[fold(match[0])], match.end()) for match in _WORD.finditer(text) if fold(match[0]) in _SPELLED]
    return frozenset(_times(number, _AFTER.match(text, end)) for number, end in found)


def _times(number: str, unit: re.Match[str] | None) -> str:
    """ "8 million" as 8000000."""
    power = _TIMES.get(fold(unit[1]), 0) if unit else 0
    if not power:
        return number
    whole, _, rest = number.partition(".")
    return f"{whole}{rest:0<{power}}" if len(rest) <= power else number


def _plain(number: str) -> str:
    bare = number.lstrip("+-−")
    whole, sign, rest = bare, "", ""
    match = re.fullmatch(r"(.*\d)([.,])(\d{1,2}|\d{4,})", bare)
    if match:
        whole, sign, rest = match[1], ".", match[3]
    elif not _GROUPED.fullmatch(bare):
        return re.sub(r"[,'’\u202f\u00a0]", ".", bare)
    return re.sub(r"\D", "", whole) + (sign + rest.rstrip("0") if rest.rstrip("0") else "")


def shared(wanted: Iterable[str], there: frozenset[str]) -> set[str]:
    """The words of `wanted` that are `there`, in another ending too."""
    return {word for word in wanted if word in there or (len(word) > 5 and any(_alike(word, one) for one in there))}


def _alike(one: str, other: str) -> bool:
    """Whether two long words differ in nothing but their ending."""
    short, long = sorted((one, other), key=len)
    return len(short) > 4 and len(long) - len(short) <= 3 and long.startswith(short[: max(5, len(short) - 2)])


def opposed(one: Statement, other: Statement) -> bool:
    """Whether they say the contrary of each other: one is negated and the other is not, or a word is its opposite."""
    if (one.negations % 2) != (other.negations % 2):
        return True
    for word in one.every - other.every:
        if any(opposite in other.every and opposite not in one.every for opposite in _OPPOSITE.get(word, ())):
            return True
    return False
