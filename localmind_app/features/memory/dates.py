"""Times in what people write, English and German: "last month", "im März", "before 2024", "vor drei Wochen".

An expression is a span of days, since that is what people mean by it. Names of months without a year mean the last one
that has begun. Not covered: times of day, feasts, "the week after next", and everything that lies ahead.
"""

# ruff: noqa: E501 -- an expression is a line

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

_MONTHS = (
    "january|januar|jänner|jan", "february|februar|feb", "march|märz|mar|mär", "april|apr", "may|mai",
    "june|juni|jun", "july|juli|jul", "august|aug", "september|sept|sep", "october|oktober|oct|okt",
    "november|nov", "december|dezember|dec|dez",
)  # fmt: skip
_MONTH_OF = {name: number for number, names in enumerate(_MONTHS, 1) for name in names.split("|")}
_MONTH = "(?P<month>" + "|".join(_MONTHS) + r")\b\.?"
_SEASONS = {"spring": 3, "summer": 6, "autumn": 9, "fall": 9, "winter": 12,
            "frühling": 3, "frühjahr": 3, "sommer": 6, "herbst": 9}  # fmt: skip
_NUMBERS = {
    word: number
    for number, words in enumerate(
        ("one|a|an|ein|einem|einer|eine", "two|zwei|a couple of|couple of", "three|drei|a few|few|ein paar|einigen",
         "four|vier", "five|fünf", "six|sechs", "seven|sieben", "eight|acht", "nine|neun", "ten|zehn",
         "eleven|elf", "twelve|zwölf"), 1,
    )
    for word in words.split("|")
}  # fmt: skip
_NUMBER = r"(?P<n>\d{1,3}|" + "|".join(sorted(_NUMBERS, key=len, reverse=True)) + ")"
_UNIT = r"(?P<unit>day|week|month|year|tag|woche|monat|jahr)(?:s|en|e|n)?"
_UNITS = {"day": 1, "tag": 1, "week": 7, "woche": 7, "month": 30, "monat": 30, "year": 365, "jahr": 365}
_YEAR = r"(?P<year>(?:19|20)\d\d)"

_BEFORE = re.compile(r"\b(?:before|until|till|prior to|vor|bis)\s+(?:dem\s+|der\s+)?$", re.IGNORECASE)
_AFTER = re.compile(r"\b(?:after|since|nach|seit)\s+(?:dem\s+|der\s+)?$", re.IGNORECASE)


@dataclass(frozen=True)
class Span:
    """From `start` until before `end`, ms since 1970; None is open. `text` is where in the sentence it was said."""

    start: int | None
    end: int | None
    at: tuple[int, int] = (0, 0)


def _ms(moment: datetime) -> int:
    return int(moment.timestamp() * 1000)


def _day(now: datetime) -> datetime:
    return now.replace(hour=0, minute=0, second=0, microsecond=0)


def _month(year: int, month: int, now: datetime) -> datetime:
    return _day(now).replace(year=year + (month - 1) // 12, month=(month - 1) % 12 + 1, day=1)


Days = tuple[datetime, datetime]


def _ago(found: re.Match[str], now: datetime) -> Days:
    count = found["n"].lower()
    days = (int(count) if count.isdigit() else _NUMBERS[count]) * (size := _UNITS[found["unit"].lower()])
    # "Three months ago" is a time about three months ago, not a certain day.
    slack = max(0, size // 2 if size > 1 else 0)
    middle = _day(now) - timedelta(days=days)
    return middle - timedelta(days=slack), middle + timedelta(days=slack + 1)


def _relative(found: re.Match[str], now: datetime) -> Days:
    back = 0 if found["which"].lower().startswith(("this", "dies")) else 1
    unit, today = found["unit"].lower(), _day(now)
    if unit in ("week", "woche"):
        start = today - timedelta(days=today.weekday() + 7 * back)
        return start, start + timedelta(days=7)
    if unit in ("month", "monat"):
        return _month(now.year, now.month - back, now), _month(now.year, now.month - back + 1, now)
    return _month(now.year - back, 1, now), _month(now.year - back + 1, 1, now)


def _named(found: re.Match[str], now: datetime) -> Days | None:
    month = _MONTH_OF[found["month"].lower()]
    parts = found.groupdict()
    year = int(parts["year"]) if parts.get("year") else now.year - (month > now.month)
    if not parts.get("day"):
        return _month(year, month, now), _month(year, month + 1, now)
    try:
        start = _month(year, month, now).replace(day=int(parts["day"]))
    except ValueError:
        return None
    if not parts.get("year") and start > now:
        start = start.replace(year=year - 1)
    return start, start + timedelta(days=1)


def _numeric(found: re.Match[str], now: datetime) -> Days | None:
    try:
        start = _day(now).replace(year=int(found["year"]), month=int(found["m"]), day=int(found["d"]))
    except ValueError:
        return None
    return start, start + timedelta(days=1)


def _season(found: re.Match[str], now: datetime) -> Days:
    first = _SEASONS[found["season"].lower()]
    year = now.year if first <= now.month else now.year - 1
    return _month(year, first, now), _month(year, first + 3, now)


def _some_days(first: int, last: int) -> Callable[[re.Match[str], datetime], Days]:
    def days(_: re.Match[str], now: datetime) -> Days:
        return _day(now) - timedelta(days=first), _day(now) - timedelta(days=last)

    return days


_EXPRESSIONS: tuple[tuple[str, Callable[[re.Match[str], datetime], Days | None]], ...] = (
    (rf"{_YEAR}-(?P<m>\d\d)-(?P<d>\d\d)\b", _numeric),
    (rf"(?P<d>\d\d?)\.\s?(?P<m>\d\d?)\.\s?{_YEAR}\b", _numeric),
    (rf"(?:the )?(?P<day>\d\d?)(?:st|nd|rd|th|\.)?\s+(?:of )?{_MONTH}(?:,?\s+{_YEAR})?", _named),
    (rf"{_MONTH}\s+(?P<day>\d\d?)(?:st|nd|rd|th)?\b(?!\d)(?:,?\s+{_YEAR})?", _named),
    (rf"{_MONTH}\s+{_YEAR}\b", _named),
    (rf"(?:in|im|last|since|seit|before|vor|after|nach|until|bis|during|letzten|early|late|mid|anfang|ende|mitte)\s+{_MONTH}(?!\s+be\b)(?:,?\s+{_YEAR})?",
     _named),
    (rf"(?:about |around |etwa |ungefähr )?\b{_NUMBER}\s+{_UNIT}\s+(?:ago|earlier|her)\b", _ago),
    (rf"\bvor\s+(?:etwa |ungefähr )?{_NUMBER}\s+{_UNIT}\b", _ago),
    (r"\b(?P<which>last|this|previous|letzte[nrs]?|vorige[nrs]?|vergangene[nrs]?|diese[nrms]?)\s+"
     r"(?P<unit>week|month|year|woche|monat|jahr)(?:es|s)?\b", _relative),
    (r"\b(?:last|letzte[nrs]?|this|diese[nrs]?|in|im)\s+(?P<season>spring|summer|autumn|fall|winter|frühling|frühjahr|sommer|herbst)\b", _season),
    (r"\b(?:the )?(?:day before yesterday|vorgestern)\b", _some_days(2, 1)),
    (r"\b(?:yesterday|gestern)\b", _some_days(1, 0)),
    (r"\b(?:today|heute)\b", _some_days(0, -1)),
    (r"\b(?:recently|lately|kürzlich|neulich|in letzter zeit)\b", _some_days(30, -1)),
    (rf"\b(?:in|im jahr|since|seit|before|vor|after|nach|until|bis|during)\s+{_YEAR}\b",
     lambda found, now: (_month(int(found["year"]), 1, now), _month(int(found["year"]) + 1, 1, now))),
)  # fmt: skip
_COMPILED = [(re.compile(pattern, re.IGNORECASE), days) for pattern, days in _EXPRESSIONS]
_LEADING = re.compile(r"(?P<word>before|until|till|vor|bis|after|since|nach|seit)\s", re.IGNORECASE)
_SINCE = re.compile(r"\b(?:since|seit)\b", re.IGNORECASE)


def moment(at: int) -> datetime:
    """A stored time as a local one."""
    return datetime.fromtimestamp(at / 1000).astimezone()


def said_in(text: str, now: int) -> Span | None:
    """The first time that `text` names, seen from `now` (ms since 1970); None when it names none."""
    best: Span | None = None
    for pattern, days in _COMPILED:
        found = pattern.search(text)
        if found is None or (best is not None and found.start() >= best.at[0]):
            continue
        meant = days(found, moment(now))
        if meant is not None:
            best = _limited(text, found, *meant, days is _ago)
    return best


def _limited(text: str, found: re.Match[str], start: datetime, end: datetime, ago: bool) -> Span:
    """The span with "before" and "since" in front of it taken into account. German "vor" with "ago" is no limit."""
    led = _LEADING.match(found[0])
    word = led["word"].lower() if led and not ago else ""
    if word in ("before", "until", "till", "vor", "bis") or (
        not word and not ago and _BEFORE.search(text[: found.start()])
    ):
        return Span(None, _ms(start), found.span())
    if word in ("after", "nach") or (not word and re.search(r"\b(?:after|nach)\s+$", text[: found.start()], re.I)):
        return Span(_ms(end), None, found.span())
    if word in ("since", "seit") or (not word and _AFTER.search(text[: found.start()])):
        return Span(_ms(start), None, found.span())
    return Span(_ms(start), _ms(end), found.span())
