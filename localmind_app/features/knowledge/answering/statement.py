"""What a sentence states, as far as words show it: content words, numbers, dates, names, negation and opposites.

Not covered: numbers spelled out beyond twelve, and names in languages that write every noun with a capital letter,
where a name is told from a noun by what stands before it only.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from ..terms import FUNCTION_WORDS, fold, stem, words
from . import dates

_NUMBER = re.compile(r"(?<![\w.,])[-+−]?\d[\d.,'’\u202f\u00a0]*\d|\d")
_WORD = re.compile(r"[^\W\d_]+")
_AFTER = re.compile(r"\s*([^\W\d_]+)")
_GROUPED = re.compile(r"\d{1,3}(?:[.,'’\u202f\u00a0]\d{3})+")
_NAME = re.compile(r"\b[^\W\d_a-zß-öø-ÿ]\w*(?:[-'’]\w+)*")
# Where every noun has a capital letter it does not tell a name: an article, an adjective or a number before it does.
_GERMAN = re.compile(
    r"\b(?:der|das|ist|sind|wird|wurden?|und|für|eine?[mnrs]?|hat|nicht|kein\w*|mit|von|zur?|zum|auf|bei)\b"
)
_NOUN_BEFORE = re.compile(
    r"(?:\b(?:der|die|das|des|dem|den|ein|eine[mnrs]?|kein\w*|im|am|zum|zur|vom|beim|ins|ans|ihr\w*|sein\w*|unser\w*"
    r"|dies\w*|jede\w*|alle[nrms]?|viele[nrs]?|[a-zäöüß]{3,}(?:er|en|em|es|e))|\d[\d.,]*)\s+$"
)
_NOUN = re.compile(r".{3,}(?:ung|ungen|heit|heiten|keit|keiten|schaft|schaften|tion|tionen|tät|täten|nis|nisse|tum)$")
# Names of parts of documents, and what answers call them.
_GENERIC = frozenset(
    stem(fold(word))
    for word in (
        "report", "document", "documents", "passage", "passages", "source", "sources", "section", "chapter", "table",
        "figure", "page", "appendix", "article", "text", "note", "summary", "overview", "pdf", "i", "bericht",
        "dokument", "dokumente", "quelle", "quellen", "abschnitt", "kapitel", "tabelle", "abbildung", "seite", "anhang",
        "artikel", "stelle", "jahr", "jahre", "jahren", "uhr", "prozent",
    )
)  # fmt: skip
_BEGINNING = 5  # letters
_EMPTY = FUNCTION_WORDS | {stem(word) for word in FUNCTION_WORDS}
_SENTENCE_START = re.compile(r"(?:^|[.!?:»“\"(]\s*|\n\s*)\W*$")
NEGATION = re.compile(
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
    dates: frozenset[str]  # months and days of the week, as dates.read gives them

    @property
    def claims(self) -> bool:
        """Whether it says enough to be true or false."""
        return len(self.words) + len(self.numbers) >= 2


@lru_cache(maxsize=4096)
def statement(text: str) -> Statement:
    """What `text` states."""
    every = words(text)
    content = {word for word in every if word not in _EMPTY and not word.isdigit()}
    found = dates.read(text)
    names = {
        word
        for match in _NAME.finditer(text)
        if not starts(text, match.start()) and not _is_noun(text, match) and not found.inside(match.start())
        for word in words(match[0])
        if word not in _EMPTY and word not in _GENERIC
    }
    return Statement(
        frozenset(word for word in content if word not in _SPELLED),
        frozenset(every),
        numbers(text) | found.numbers,
        frozenset(names),
        found.signs,
    )


def starts(text: str, at: int) -> bool:
    """Whether a sentence begins at this character, so that a capital letter there tells nothing."""
    return _SENTENCE_START.search(text[:at]) is not None


def _is_noun(text: str, match: re.Match[str]) -> bool:
    """Whether a German word with a capital letter is an ordinary noun."""
    if not _GERMAN.search(text):
        return False
    return _NOUN.match(match[0]) is not None or _NOUN_BEFORE.search(text[: match.start()]) is not None


def numbers(text: str) -> frozenset[str]:
    """The numbers in `text`: 1,910,000 and 1.910.000 are 1910000, 3,5 is 3.5, "three" is 3."""
    text = dates.without(text)
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
    return {word for word in wanted if word in there or (len(word) > 5 and _has_alike(word, there))}


def _has_alike(word: str, there: frozenset[str]) -> bool:
    return any(_alike(word, one) for one in _by_beginning(there).get(word[:_BEGINNING], ()))


@lru_cache(maxsize=4096)
def _by_beginning(there: frozenset[str]) -> dict[str, list[str]]:
    """The longer words by their first letters, which words that differ in their ending have in common."""
    made: dict[str, list[str]] = {}
    for word in there:
        if len(word) >= _BEGINNING:
            made.setdefault(word[:_BEGINNING], []).append(word)
    return made


def _alike(one: str, other: str) -> bool:
    """Whether two long words differ in nothing but their ending."""
    short, long = sorted((one, other), key=len)
    return len(long) - len(short) <= 3 and long.startswith(short[: max(_BEGINNING, len(short) - 2)])


def opposites(one: frozenset[str], other: frozenset[str]) -> bool:
    """Whether one text's words have the opposite of a word of the other's."""
    return any(
        opposite in other and opposite not in one for word in one - other for opposite in _OPPOSITE.get(word, ())
    )
