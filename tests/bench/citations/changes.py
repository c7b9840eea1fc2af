"""Claims with one change each, to measure how many contradictions the check of answers finds.

Every sentence of a passage is said again: word for word, in other words, with a lead-in, and joined with another one.
Then one number, date, name or negation of it is another. The values come from the neighbour in the same passage, from
another sentence about the same place, or from nowhere. Half of the passages name a place once and then say "it".
The patterns of `TUNING` were looked at while the check was made better, those of `REPORT` for two of its mistakes only.
Not covered: what is changed by a word that is neither (a colour, a verb), and what no pattern here says.
"""

# ruff: noqa: E501 -- patterns and lists are lines

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from .facts import KINDS, names, padding

MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip
MONATE = (
    "Januar", "Februar", "März", "April", "Mai", "Juni", "Juli", "August", "September", "Oktober", "November",
    "Dezember",
)  # fmt: skip
_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_TAGE = ("Montag", "Dienstag", "Mittwoch", "Donnerstag", "Freitag", "Samstag", "Sonntag")
_FIRST = ("Ines", "Piet", "Mara", "Otto", "Lena", "Jonas", "Ada", "Emil", "Greta", "Hugo", "Nora", "Paul")
_LAST = (
    "Dorval",
    "Hanssen",
    "Quill",
    "Brandis",
    "Farrow",
    "Wick",
    "Merrow",
    "Stein",
    "Lund",
    "Okafor",
    "Rossi",
    "Tanaka",
)
_TOWNS = ("Hamburg", "Bergen", "Porto", "Gdansk", "Cork", "Trieste", "Bilbao", "Turku")
_SPELLED = ("two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")


@dataclass(frozen=True)
class Claim:
    """A sentence of an answer that cites passage 1. `change` is empty for one that the passage says."""

    text: str
    change: str
    pattern: str

    @property
    def right(self) -> bool:
        return not self.change


@dataclass(frozen=True)
class Case:
    """A passage with the heading it stands under, and what an answer says of it."""

    heading: str
    text: str
    claims: tuple[Claim, ...]


@dataclass(frozen=True)
class Pattern:
    """A sentence of a document; `right` says the same, `negated` the contrary. Fields in braces are a place's values."""

    name: str
    statement: str
    right: Sequence[str]
    negated: Sequence[str]
    changes: dict[str, Sequence[str]] = field(default_factory=dict)  # the fields each kind of change may alter


_N, _D, _P = "number", "date", "name"
TUNING = (
    Pattern(
        "built", "The {place} {kind} was built in {year} by {person}.",
        ("{person} built the {place} {kind} in {year}.", "The {kind} of {place} was built by {person} in {year}."),
        ("The {place} {kind} was not built by {person}.", "{person} never built the {place} {kind}."),
        {_N: ["year"], _P: ["place", "person"]},
    ),
    Pattern(
        "ticket", "A ticket for the {place} {kind} costs {price} crowns.",
        ("Tickets for the {kind} of {place} cost {price} crowns.", "At the {place} {kind}, a ticket costs {price} crowns."),
        ("A ticket for the {place} {kind} does not cost {price} crowns.", "A ticket for the {place} {kind} never costs {price} crowns."),
        {_N: ["price"], _P: ["place"]},
    ),
    Pattern(
        "dogs", "Dogs are not allowed in the {place} {kind} after {hour} o'clock.",
        ("After {hour} o'clock, dogs are not allowed in the {place} {kind}.", "Dogs aren't allowed in the {kind} of {place} after {hour} o'clock."),
        ("Dogs are allowed in the {place} {kind} after {hour} o'clock.", "After {hour} o'clock, dogs are allowed in the {place} {kind}."),
        {_N: ["hour"], _P: ["place"]},
    ),
    Pattern(
        "wing", "On {day} {month} {opened}, {person} opened the new wing of the {place} {kind}.",
        ("The new wing of the {place} {kind} was opened by {person} on {month} {day}, {opened}.", "{person} opened the new wing of the {kind} of {place} on {day} {month} {opened}."),
        ("The new wing of the {place} {kind} was not opened by {person}.", "{person} did not open the new wing of the {place} {kind} on {day} {month} {opened}."),
        {_N: ["opened"], _D: ["day", "month"], _P: ["place", "person"]},
    ),
    Pattern(
        "visitors", "Last year {visitors} people came to the {place} {kind}, {percent} percent of them from {town}.",
        ("The {place} {kind} had {bare} visitors last year, and {percent}% of them came from {town}.", "{percent} percent of the people who came to the {place} {kind} last year were from {town}."),
        ("None of the people who came to the {place} {kind} last year were from {town}.", "Last year {visitors} people did not come to the {place} {kind}."),
        {_N: ["visitors", "percent"], _P: ["place", "town"]},
    ),
    Pattern(
        "erbaut", "Die Anlage {place} wurde {renewed} von {person} erneuert.",
        ("{person} erneuerte die Anlage {place} im Jahr {renewed}.", "Im Jahr {renewed} wurde die Anlage {place} von {person} erneuert."),
        ("Die Anlage {place} wurde nicht von {person} erneuert.", "Die Anlage {place} wurde {renewed} nie von {person} erneuert."),
        {_N: ["renewed"], _P: ["place", "person"]},
    ),
)  # fmt: skip
REPORT = (
    Pattern(
        "road", "The {place} {kind} is {length} kilometres from {town} and has been run by {person} since {year}.",
        ("Since {year}, the {place} {kind} has been run by {person}.", "The {kind} of {place} is {length} kilometres from {town}."),
        ("The {place} {kind} is no longer run by {person}.", "The {place} {kind} has not been run by {person} since {year}."),
        {_N: ["length", "year"], _P: ["place", "person", "town"]},
    ),
    Pattern(
        "roof", "The roof of the {place} {kind} weighs {weight} tonnes and was repaired on {iso}.",
        ("The roof of the {place} {kind} was repaired on {day} {month} {opened}.", "The {place} {kind} has a roof of {weight} tonnes, which was repaired on {iso}."),
        ("The roof of the {place} {kind} was never repaired.", "The roof of the {place} {kind} does not weigh {weight} tonnes."),
        {_N: ["weight", "opened"], _D: ["day", "month"], _P: ["place"]},
    ),
    Pattern(
        "children", "Children under {age} do not pay at the {place} {kind}.",
        ("At the {place} {kind}, children under {age} do not pay.", "Children under {age} don't have to pay at the {kind} of {place}."),
        ("Children under {age} pay at the {place} {kind}.", "Children under {age} have to pay at the {kind} of {place}."),
        {_N: ["age"], _P: ["place"]},
    ),
    Pattern(
        "season", "The {place} {kind} opens every {weekday} at {hour} and stays closed in {month}.",
        ("Every {weekday} the {place} {kind} opens at {hour}.", "In {month} the {place} {kind} stays closed."),
        ("The {place} {kind} never opens at {hour} on a {weekday}.", "The {place} {kind} does not stay closed in {month}."),
        {_N: ["hour"], _D: ["weekday", "month"], _P: ["place"]},
    ),
    Pattern(
        "vertrag", "Der Vertrag mit {person} über die Anlage {place} wurde am {day}. {monat} {opened} geschlossen und gilt bis {tag}.",
        ("Am {day}. {monat} {opened} wurde der Vertrag mit {person} über die Anlage {place} geschlossen.", "Der Vertrag über die Anlage {place} gilt bis {tag}."),
        ("Der Vertrag mit {person} über die Anlage {place} wurde nicht am {day}. {monat} {opened} geschlossen.", "Der Vertrag über die Anlage {place} gilt nicht bis {tag}."),
        {_N: ["opened"], _D: ["day", "monat", "tag"], _P: ["place", "person"]},
    ),
    Pattern(
        "crew", "A crew of {spelled} led by {person} keeps the {place} {kind} running on {power} kilowatts.",
        ("The {place} {kind} has a crew of {count}, led by {person}.", "A crew led by {person} keeps the {place} {kind} running on {power} kilowatts."),
        ("The crew of the {place} {kind} is not led by {person}.", "The {place} {kind} does not run on {power} kilowatts."),
        {_N: ["spelled", "count", "power"], _P: ["place", "person"]},
    ),
)  # fmt: skip


def cases(patterns: Sequence[Pattern], count: int, seed: int = 0) -> list[Case]:
    """`count` passages, each of two places of one kind whose sentences stand between others."""
    known = names(4 * count, seed=7)
    made = []
    for number in range(count):
        draw = random.Random(f"{seed}/{number}")
        one, other, strange = (_values(draw, known[4 * number + at], KINDS[number % len(KINDS)], at) for at in range(3))
        text = "\n\n".join(
            " ".join(_told(draw, patterns, values, pronouns=bool(number % 2))) for values in (one, other)
        )
        claims = [claim for pattern in patterns for claim in _claims(draw, pattern, one, other, strange)]
        claims += _joined(draw, claims)
        made.append(Case(f"Report {number + 1}: every {one['kind']} of the coast", text, tuple(claims)))
    return made


def _told(draw: random.Random, patterns: Sequence[Pattern], values: dict[str, str], *, pronouns: bool) -> Iterator[str]:
    said = [pattern.statement.format(**values) for pattern in patterns] + list(padding(draw))
    draw.shuffle(said)
    if pronouns:
        own = f"the {values['place']} {values['kind']}"
        said = [one.replace(own, "it").replace(own.capitalize(), "It").replace(f"T{own[1:]}", "It") for one in said]
        yield f"T{own[1:]} stands on a hill above the sea."
    yield from said


def _claims(
    draw: random.Random, pattern: Pattern, one: dict[str, str], other: dict[str, str], strange: dict[str, str]
) -> Iterator[Claim]:
    ways = [pattern.statement, *pattern.right]
    right = [Claim(way.format(**one), "", pattern.name) for way in ways]
    yield from right
    yield Claim(f"According to the report, {_small(right[-1].text)}", "", pattern.name)
    yield from (Claim(way.format(**one), "negation", pattern.name) for way in pattern.negated)
    for kind, fields in pattern.changes.items():
        for changed in fields:
            way = draw.choice([way for way in ways if any(f"{{{name}}}" in way for name in _same(changed))])
            for source, values in (("", strange), (" of the neighbour", other)):
                wrong = one | {name: values[name] for name in _same(changed)}
                wrong["iso"] = f"{wrong['opened']}-{MONTHS.index(wrong['month']) + 1:02}-{int(wrong['day']):02}"
                yield Claim(way.format(**wrong), kind + source, pattern.name)
            if kind == _N and changed in ("year", "price", "renewed", "power", "weight"):
                figure = next(one[name] for name in ("price", "weight", "year") if name != changed)
                yield Claim(way.format(**one | {changed: figure}), "number of another sentence", pattern.name)


def _joined(draw: random.Random, claims: Sequence[Claim]) -> list[Claim]:
    """Two claims as one sentence: both right, or the second one wrong."""
    english = [one for one in claims if one.pattern not in ("erbaut", "vertrag") and "According" not in one.text]
    right = [one for one in english if one.right]
    made = []
    for _ in range(4):
        one = draw.choice(right)
        same = draw.choice([other for other in right if other.pattern != one.pattern])
        wrong = draw.choice([other for other in english if other.pattern != one.pattern and not other.right])
        for second in (same, wrong):
            text = f"{one.text[:-1]}, and {_small(second.text)}"
            made.append(
                Claim(text, f"joined, {second.change}" if second.change else "", f"{one.pattern}+{second.pattern}")
            )
    return made


def _small(sentence: str) -> str:
    """A sentence as it goes on behind a comma."""
    first = sentence.split(" ", 1)[0]
    return sentence[0].lower() + sentence[1:] if first in ("The", "A", "At", "After", "On", "In", "Every", "Since", "Children", "Dogs", "Tickets", "Last", "None") else sentence  # fmt: skip


def _same(changed: str) -> tuple[str, ...]:
    """The fields that say the same value in other ways."""
    groups = (("visitors", "bare"), ("month", "monat", "iso"), ("day", "iso"), ("opened", "iso"), ("spelled", "count"))
    return next((group for group in groups if changed in group), (changed,))


def _values(draw: random.Random, name: str, kind: str, at: int) -> dict[str, str]:
    """The values of a place. Those of the three places with other `at` are all different."""

    def number(low: int, high: int) -> int:
        width = (high - low) // 3
        return low + at * width + draw.randrange(width)

    def of(choices: Sequence[str]) -> str:
        width = len(choices) // 3
        return choices[at * width + draw.randrange(width)]

    day, month, opened = str(number(1, 29)), of(MONTHS), str(number(1990, 2020))
    visitors, count = number(20_000, 98_000), number(2, 13)
    return {
        "place": name, "kind": kind, "person": f"{of(_FIRST)} {of(_LAST)}", "town": of(_TOWNS),
        "year": str(number(1701, 1989)), "renewed": str(number(1890, 1986)), "price": str(number(110, 990)),
        "hour": str(number(3, 12)), "day": day, "month": month, "monat": MONATE[MONTHS.index(month)],
        "opened": opened, "visitors": f"{visitors:,}", "bare": str(visitors), "percent": str(number(31, 91)),
        "length": f"{number(2, 29)}.{draw.randrange(1, 10)}", "weight": str(number(130, 790)), "age": str(number(4, 19)),
        "weekday": of(_DAYS), "tag": of(_TAGE), "spelled": _SPELLED[count - 2], "count": str(count),
        "power": str(number(1100, 4900)), "iso": f"{opened}-{MONTHS.index(month) + 1:02}-{int(day):02}",
    }  # fmt: skip
