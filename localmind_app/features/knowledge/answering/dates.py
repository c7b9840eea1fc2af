"""Months, days of the week and dates of figures in a text, in one notation: 3 May, May 3rd, 3. Mai, 1911-05-03.

English and German. A date of figures with slashes is read both ways, because nothing tells the month from the day.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

_MONTHS = (
    ("january", "jan", "januar", "jänner"), ("february", "feb", "februar"), ("march", "mar", "märz"), ("april", "apr"),
    ("may", "mai"), ("june", "jun", "juni"), ("july", "jul", "juli"), ("august", "aug"),
    ("september", "sep", "sept"), ("october", "oct", "oktober", "okt"), ("november", "nov"),
    ("december", "dec", "dezember", "dez"),
)  # fmt: skip
_DAYS = (
    ("monday", "montag"), ("tuesday", "dienstag"), ("wednesday", "mittwoch"), ("thursday", "donnerstag"),
    ("friday", "freitag"), ("saturday", "samstag", "sonnabend"), ("sunday", "sonntag"),
)  # fmt: skip
_SIGN = {
    name: f"{kind}{number}"
    for kind, names in (("month", _MONTHS), ("day", _DAYS))
    for number, same in enumerate(names, 1)
    for name in same
}
# Words of their own besides, and names of people: months only next to a figure or behind a word of time.
_UNSURE = ("may", "march", "mar", "jan", "dec", "august", "april", "june", "mai")
_WORD = re.compile(rf"\b({'|'.join(sorted(_SIGN, key=len, reverse=True))})(s?)\b\.?", re.IGNORECASE)
_OF_TIME = re.compile(
    r"(?:\d(?:st|nd|rd|th)?\.?(?:\s+of)?|\b(?:in|since|until|till|of|by|from|to|through|before|after|during|every|each"
    r"|this|last|next|early|mid|late|and|or|im|seit|bis|ab|vom|zum|ende|anfang|mitte|jeden|und|oder)),?[\s-]*$",
    re.IGNORECASE,
)
_FIGURE = re.compile(r"\s*,?\s*\d")
_ISO = re.compile(r"(?<![\d-])(\d{4})-(\d{1,2})-(\d{1,2})(?![\d-])")
_DOTTED = re.compile(r"(?<![\d.])(\d{1,2})\.(\d{1,2})\.(\d{4}|\d{2})(?![\d.]*\d)")
_SLASHED = re.compile(r"(?<![\d/])(\d{1,2})/(\d{1,2})/(\d{4}|\d{2})(?![\d/])")


@dataclass(frozen=True)
class Dates:
    """The signs of months and days ("month5", "day1"), numbers of dates in figures, and where words of dates stand."""

    signs: frozenset[str]
    numbers: frozenset[str]
    spans: tuple[tuple[int, int], ...]

    def inside(self, at: int) -> bool:
        """Whether this character belongs to the name of a month or a day."""
        return any(start <= at < end for start, end in self.spans)


def read(text: str) -> Dates:
    """The dates in `text`."""
    words = [match for match in _WORD.finditer(text) if _is_date(text, match)]
    signs = {_SIGN[match[1].lower()] for match in words}
    numbers: set[str] = set()
    for year, month, day in _figures(text):
        signs.update(f"month{int(one)}" for one in month)
        numbers.update({str(int(one)) for one in day} | {year})
    return Dates(frozenset(signs), frozenset(numbers), tuple(match.span() for match in words))


def without(text: str) -> str:
    """`text` with blanks in place of dates in figures, which are no numbers."""
    for pattern in (_ISO, _DOTTED, _SLASHED):
        text = pattern.sub(lambda match: " " * len(match[0]), text)
    return text


def _figures(text: str) -> list[tuple[str, list[str], list[str]]]:
    """(year, possible months, possible days) of each date in figures."""
    found = [(year, [month], [day]) for year, month, day in _ISO.findall(text)]
    found += [(year, [month], [day]) for day, month, year in _DOTTED.findall(text)]
    for one, other, year in _SLASHED.findall(text):
        months = [month for month in (one, other) if int(month) <= 12]
        found.append((year, months, [one, other]))
    return found


def _is_date(text: str, match: re.Match[str]) -> bool:
    name, plural = match[1], match[2]
    sign = _SIGN[name.lower()]
    if sign.startswith("day"):
        return name[0].isupper() or bool(plural)  # "montags", but never a word inside of another
    if plural or not name[0].isupper():
        return False
    if len(name) <= 4 or name.lower() in _UNSURE:
        return bool(_OF_TIME.search(text[: match.start()]) or _FIGURE.match(text, match.end()))
    return True
