"""Facts nobody can know: places with invented names, each with a few properties, and questions in other words.

Every document holds several places of one kind, so the right passage is told from the wrong ones by its name alone.
Values are unique within a document. Deterministic.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass

KINDS = ("lighthouse", "observatory", "ferry", "library", "orchard", "mill", "bridge", "theatre", "quarry", "vineyard")
_FIRST = (
    "Vel", "Tor", "Ham", "Bel", "Kor", "Sel", "Mar", "Dun", "Fal", "Gor", "Lin", "Nar", "Ost", "Pel", "Quin", "Ras",
    "Sten", "Tal", "Ulm", "Wer",
)  # fmt: skip
_MIDDLE = ["ma", "ri", "do", "ne", "va", "lo", "ki", "sa", "tu", "be"]
_LAST = ["ra", "nth", "ster", "ville", "holm", "gard", "wick", "by", "mond", "dal"]
_PEOPLE = ("Ines Dorval", "Piet Hanssen", "Mara Quill", "Otto Brandis", "Lena Farrow", "Jonas Wick", "Ada Merrow")
_CARES = (
    "Visitors come by the morning boat and leave before the tide turns.",
    "In winter the road is closed, and letters wait in the village until the thaw.",
    "A small exhibition shows tools, uniforms and a model made of cork.",
    "The neighbours keep bees, and sell the honey at the gate on Sundays.",
    "Painters have come for generations because of the light in September.",
    "Repairs are paid for by a foundation and by the sale of postcards.",
)


@dataclass(frozen=True)
class Property:
    """How one property is said and asked; {name} and {kind} are the place's, {value} what is looked for."""

    statement: str
    questions: tuple[str, ...]
    paraphrase: str
    unit: str
    low: int
    high: int


PROPERTIES = (
    Property(
        "The {name} {kind} was built in the year {value}.",
        ("When was the {kind} of {name} built?", "In which year was the {name} {kind} constructed?"),
        "Construction of the {name} {kind} dates from {value}.",
        "built", 1701, 1989,
    ),
    Property(
        "The {name} {kind} has a staff of {value} people.",
        ("How many people work at the {name} {kind}?", "What is the staff of the {kind} of {name}?"),
        "At the {name} {kind}, the staff is {value} people.",
        "staff", 11, 690,
    ),
    Property(
        "A ticket for the {name} {kind} costs {value} crowns.",
        ("How much is a ticket for the {name} {kind}?", "What does it cost to visit the {name} {kind}?"),
        "Tickets for the {name} {kind} cost {value} crowns.",
        "ticket", 1100, 1690,
    ),
    Property(
        "Last year the {name} {kind} counted {value} visitors.",
        ("How many visitors did the {name} {kind} have last year?", "How many people visited the {name} {kind}?"),
        "The {name} {kind} had {value} visitors last year.",
        "visitors", 20_000, 98_000,
    ),
)  # fmt: skip


@dataclass(frozen=True)
class Fact:
    """One property of one place."""

    kind: str
    name: str
    property: Property
    value: str
    statement: str

    def question(self, number: int = 0) -> str:
        """Asked in one of its ways."""
        asked = self.property.questions
        return asked[number % len(asked)].format(name=self.name, kind=self.kind)

    def paraphrase(self, value: str | None = None, name: str | None = None) -> str:
        """Said otherwise, perhaps with a wrong value or name."""
        return self.property.paraphrase.format(name=name or self.name, kind=self.kind, value=value or self.value)


@dataclass(frozen=True)
class Place:
    """One place with all its facts."""

    name: str
    keeper: str
    facts: tuple[Fact, ...]
    colour: str


@dataclass(frozen=True)
class Story:
    """What one document says."""

    title: str
    kind: str
    places: tuple[Place, ...]

    @property
    def facts(self) -> list[Fact]:
        """All facts."""
        return [fact for place in self.places for fact in place.facts]


def names(count: int, seed: int = 0) -> list[str]:
    """Different invented names."""
    made = [f"{first}{middle}{last}" for first in _FIRST for middle in _MIDDLE for last in _LAST]
    random.Random(seed).shuffle(made)
    return made[:count]


def stories(count: int, places: int = 5) -> list[Story]:
    """`count` stories with `places` places each; no name comes twice."""
    known = names(count * places)
    made = []
    for number in range(count):
        draw = random.Random(number)
        kind = KINDS[number % len(KINDS)]
        own = known[number * places : (number + 1) * places]
        taken: set[int] = set()
        made.append(
            Story(
                f"Report {number + 1}: every {kind} of the coast",
                kind,
                tuple(_place(draw, kind, name, taken) for name in own),
            )
        )
    return made


def padding(draw: random.Random) -> Sequence[str]:
    """Sentences that say nothing anybody asks for."""
    return draw.sample(_CARES, 3)


def _place(draw: random.Random, kind: str, name: str, taken: set[int]) -> Place:
    facts = []
    for one in PROPERTIES:
        value = draw.randint(one.low, one.high)
        while value in taken:
            value = draw.randint(one.low, one.high)
        taken.add(value)
        text = str(value)
        facts.append(Fact(kind, name, one, text, one.statement.format(name=name, kind=kind, value=text)))
    return Place(name, draw.choice(_PEOPLE), tuple(facts), draw.choice(("white", "green", "red", "grey")))
