"""Whether the numbers, dates and names of a claim, and its yes or no, are those of the places that say its words.

A detail that stands elsewhere in the passage is not enough: the price of one place is no price of another. So a claim
is put together from sentences of the passage that are not about somebody else, each of which says a word of it that
the others do not; what none of them has is lacking.
Not covered: who "it" is beyond the sentences before it in the same paragraph, and a word that is exchanged for another.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from ..terms import FUNCTION_WORDS, fold, words
from . import dates
from .statement import NEGATION, Statement, opposites, shared, starts, statement
from .units import Unit, units

NUMBER, DATE, NAME, NEGATED = "number", "date", "name", "negation"
_MOST = 4  # sentences that a claim is put together from
_NUMBER_WEIGHT = 2.0
_CAPITAL = re.compile(r"[^\W\d_a-zß-öø-ÿ]\w*(?:[-'’]\w+)*")
_SMALL = re.compile(r"\b[a-zß-öø-ÿ]\w*")
_BESIDE = re.compile(r"\s+[^\W\d_a-zß-öø-ÿ][^\W\d_A-ZÀ-ÞŸ]")
_POINTS_BACK = re.compile(
    r"\b(?:it|its|they|them|their|he|his|she|her|there|er|sie|es|sein\w*|ihr\w*|dort|dies\w*|deren|dessen)\b",
    re.IGNORECASE,
)
_CLAUSE = re.compile(r"[;:—]|,?\s+(?:and|but|while|whereas|und|aber|während|sondern|doch)\s+|,\s+", re.IGNORECASE)
_JOINT = re.compile(r";\s+|\s+[—–]\s+|,\s+(?:and|but|while|whereas|und|aber|während|sondern|doch)\s+", re.IGNORECASE)
_HALF = 0.5  # of the shorter clause's words that two have in common
_OF_ONE = 0.6  # of a negated clause's words that a claim has, when it says the same of the same thing
_COUNTED = re.compile(r"([^\W\d]*)[\s.:]*\b(\d{1,3})\b")
_BREAK = re.compile(r"\n\s*\n")


@dataclass(frozen=True)
class Place:
    """A sentence, row or line of a passage. `about` are the names it speaks of, its own or those it points back to."""

    unit: Unit
    text: str
    whole: str  # with the header of its table
    said: Statement
    about: frozenset[str]


@dataclass(frozen=True)
class Ground:
    """A passage as details are looked for in it. `above` are its document's name and heading, `around` their words.

    `every` are the words of all of it, `capital` and `small` those written with such a first letter somewhere.
    """

    places: tuple[Place, ...]
    above: str
    around: Statement
    every: frozenset[str]
    capital: frozenset[str]
    small: frozenset[str]


@lru_cache(maxsize=256)
def ground(text: str, heading: str, name: str) -> Ground:
    """The places of a passage."""
    above = f"{name}\n{heading}"
    whole = statement(f"{above}\n{text}")
    known = whole.names | statement(f"x {heading}").names
    places: list[Place] = []
    before, about = 0, frozenset[str]()
    for unit in units(text):
        own = text[unit.start : unit.end]
        if _BREAK.search(text[before : unit.start]):
            about = frozenset()
        names = _own_names(own, known, row=bool(unit.head))
        points = not names or _POINTS_BACK.search(own) is not None
        about = names | (about if points else frozenset())
        said = f"{unit.head}\n{own}" if unit.head else own
        places.append(Place(unit, own, said, statement(said), about))
        before = unit.end
    capital = frozenset(words(" ".join(match[0] for match in _CAPITAL.finditer(f"{above}\n{text}"))))
    small = frozenset(words(" ".join(_SMALL.findall(text))))
    return Ground(tuple(places), above, statement(above), whole.every, capital, small)


def names(claim: str, wanted: Statement, grounds: Iterable[Ground]) -> frozenset[str]:
    """The names in a claim; a word that begins a sentence is one where the passages write it with a capital only."""
    made = set(wanted.names)
    for match in _CAPITAL.finditer(claim):
        if not starts(claim, match.start()):
            continue
        own = [word for word in words(match[0]) if word not in FUNCTION_WORDS]
        beside = _BESIDE.match(claim, match.end()) is not None and fold(match[0]) not in FUNCTION_WORDS
        for one in grounds:
            made.update(word for word in own if word in one.capital and word not in one.small)
            if beside:
                made.update(word for word in own if word in one.every and word not in one.small)
    return frozenset(made)


def elsewhere(names: frozenset[str], place: Place, ground: Ground) -> bool:
    """Whether a place speaks of somebody whom the claim does not name, and not of somebody whom it names."""
    if not names or not place.about:
        return False
    there = place.about | place.said.every | ground.around.every
    return bool(names - shared(names, there)) and bool(place.about - shared(place.about, names))


@dataclass(frozen=True)
class Compared:
    """What a claim has otherwise than the passages (of NUMBER, DATE, NAME and NEGATED), and the places that say it."""

    lacks: tuple[str, ...]
    places: tuple[Place, ...]
    clauses: int


def compare(claim: str, grounds: Sequence[Ground]) -> Compared:
    """Compare the details of a claim, those of each of its clauses by themselves, with passages."""
    lacks: list[str] = []
    places: list[Place] = []
    subject: frozenset[str] = frozenset()
    parts = _parts(claim)
    for part in parts:
        wanted = statement(part)
        own = names(part, wanted, grounds) or subject
        subject = own
        chosen, strangers = _chosen(part, own, grounds)
        places += [one for one in chosen if one not in places]
        lacks += _lacking(part, own, chosen, grounds, strangers=strangers)
    return Compared(tuple(dict.fromkeys(lacks)), tuple(places), len(parts))


def _parts(claim: str) -> list[str]:
    """The clauses of a claim that could be sentences of their own."""
    made: list[str] = []
    for part in _JOINT.split(claim):
        if made and not statement(part).claims:
            made[-1] = f"{made[-1]}, {part}"
        else:
            made.append(part)
    return made


def _lacking(
    claim: str, own: frozenset[str], chosen: Sequence[Place], grounds: Sequence[Ground], *, strangers: bool
) -> list[str]:
    wanted = statement(claim)
    said = [one.said for one in chosen]
    above = [_above(one, wanted) for one in grounds]
    found = []
    if wanted.numbers - frozenset().union(*(one.numbers for one in said), *above):
        found.append(NUMBER)
    if wanted.dates - frozenset().union(*(one.dates for one in (*said, *(one.around for one in grounds)))):
        found.append(DATE)
    everything = frozenset().union(*(one.every for one in grounds))
    if strangers or own - shared(own, everything):
        found.append(NAME)
    if _is_opposed(claim, wanted, chosen):
        found.append(NEGATED)
    return found


def _above(ground: Ground, wanted: Statement) -> frozenset[str]:
    """The numbers of a heading that a claim may have: years and the like, and those of "Section 4" where it says so."""
    counted = {match[2] for match in _COUNTED.finditer(ground.above) if not set(words(match[1])) & wanted.every}
    return frozenset(one for one in ground.around.numbers if len(one) > 3 or one not in counted)


def _chosen(claim: str, own: frozenset[str], grounds: Sequence[Ground]) -> tuple[list[Place], bool]:
    """The places a clause is put together from, and whether places about somebody else say more of it."""
    wanted = statement(claim)
    pool = [(place, elsewhere(own, place, one)) for one in grounds for place in one.places]
    dated = frozenset(words(" ".join(claim[slice(*span)] for span in dates.read(claim).spans)))
    plain = wanted.words - own - dated
    left = wanted.words
    chosen: list[Place] = []
    while len(chosen) < _MOST:
        best, most = None, 0.0
        for place, foreign in pool:
            if foreign or place in chosen or (chosen and not shared(plain & left, place.said.every)):
                continue
            value = len(shared(left, place.said.every)) + 0.1 * len(shared(own, place.about))
            value += _NUMBER_WEIGHT * len(wanted.numbers & place.said.numbers) + len(wanted.dates & place.said.dates)
            if value > most:
                best, most = place, value
        if best is None:
            break
        chosen.append(best)
        left = left - shared(left, best.said.every | best.about)
        if len(chosen) == 1:
            left = left - frozenset().union(*(shared(left, one.around.every) for one in grounds))
    here = len(shared(plain, frozenset().union(*(one.said.every for one in chosen))))
    there = max((len(shared(plain, place.said.every)) for place, foreign in pool if foreign), default=0)
    return chosen, there > here


def _is_opposed(claim: str, wanted: Statement, chosen: Sequence[Place]) -> bool:
    """Whether one says no where the other says yes, or has a word that is the other's opposite."""
    theirs = [clause for place in chosen for clause in _negated(place.text)]
    mine = _negated(claim)
    if any(not any(_same_thing(clause, other) for other in theirs) for clause in mine):
        return True
    for clause in theirs:
        same = shared(clause, wanted.every)
        if len(same) >= max(1.0, _OF_ONE * len(clause)) and not any(_same_thing(clause, other) for other in mine):
            return True
    if not chosen:
        return False
    every = frozenset().union(*(one.said.every for one in chosen))
    return opposites(wanted.every, every)


def _same_thing(one: frozenset[str], other: frozenset[str]) -> bool:
    """Whether two clauses that say no say it of the same thing."""
    return len(shared(one, other)) >= _HALF * min(len(one), len(other))


def _negated(text: str) -> list[frozenset[str]]:
    """The content words of each clause that says no."""
    made = []
    for clause in _CLAUSE.split(text):
        if len(NEGATION.findall(clause)) % 2:
            made.append(statement(clause).words)
    return made


def _own_names(text: str, known: frozenset[str], *, row: bool) -> frozenset[str]:
    """The names in a sentence: also its first word where it is known as one, stands before another, or in a table."""
    made = set(statement(text).names)
    for match in _CAPITAL.finditer(text):
        if not starts(text, match.start()):
            continue
        beside = _BESIDE.match(text, match.end()) is not None and fold(match[0]) not in FUNCTION_WORDS
        made.update(word for word in words(match[0]) if word in known or row or (beside and word not in FUNCTION_WORDS))
    return frozenset(made)
