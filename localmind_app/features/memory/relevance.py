"""How near a fact is to what somebody asks about themself: 0 to about 1. Below a floor it is no answer.

Seen: the fact's sentence and the questions it answers (`asking`), as vectors; the question's words among its words; and
whom and what the question is about. Weights and floor were chosen on the sets of `tests/bench/memory` that may be looked
at. Not covered: whether the fact really holds the answer ("How old is my daughter?" is near to her name).
"""

# ruff: noqa: E501, SIM905 -- lists of words

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from . import asking, words
from .tables import MemoryRow

Vector = NDArray[np.float32]

SENTENCE, ASKED = 0.4, 0.6  # shares of both kinds of vectors
WORDS = 0.1  # times the share of the question's words that the fact has
POSSESSED = 0.05  # times the share of the words of "my …" that it lacks
ABOUT = 0.03  # whether it has the last of these, which says what is asked for
SOMEBODY_ELSE = 0.2
NAMED = 0.2  # both name the same
# Facts of no known attribute have no questions; their sentence alone is a little farther away.
ALONE = 1.15
FLOOR = 0.38

# "Where do I live?" does not ask where somebody else lives, however alike the words are.
_OF_PEOPLE = frozenset(("name", "home", "job", "age", "birthday", "allergy", "likes"))
_PEOPLE = frozenset(
    words.stem(words.folded(word))
    for word in (
        "wife husband partner spouse girlfriend boyfriend fiance fiancee son daughter child kid baby brother sister sibling mother mom mum father dad parent "
        "grandmother grandma grandfather grandpa grandparent aunt uncle cousin niece nephew godmother godfather friend roommate flatmate neighbour neighbor boss "
        "manager supervisor colleague landlord landlady doctor dentist therapist teacher tutor coach vet hairdresser accountant lawyer "
        "dog puppy cat kitten parrot hamster rabbit horse bird "
        "frau mann sohn tochter kind bruder schwester geschwister mutter vater eltern oma opa großmutter großvater tante onkel cousine nichte neffe freund "
        "freundin nachbar nachbarin chef chefin kollege kollegin vermieter arzt ärztin zahnarzt lehrer lehrerin hund katze pferd vogel"
    ).split()
)  # fmt: skip
_MINE = re.compile(r"\b(?:my|our|mein\w*|unser\w*)\s+((?:[\w'’-]+\s*){1,3})", re.IGNORECASE)
_REST = re.compile(
    r"\b(?:is|are|was|were|called|named|live|lives|do|does|did|have|has|at|in|on|of|for|moved|should|to|with|ist|sind|war|heißt|hat|wohnt|von|für|mit)\b.*",
    re.IGNORECASE,
)  # fmt: skip


@dataclass(frozen=True)
class Wanted:
    """What a question is about, read once for all facts. `mine` are the stems of what follows "my"."""

    stems: frozenset[str]
    people: frozenset[str]
    mine: tuple[str, ...]
    names: frozenset[str]


def wanted(question: str) -> Wanted:
    """Read a question."""
    found = _MINE.search(question)
    mine = words.content(_REST.sub("", found[1])) if found else []
    stems = frozenset(words.stems(question))
    return Wanted(stems, stems & _PEOPLE, tuple(map(words.stem, mine)), frozenset(words.names(question)))


def vectors(stored: bytes, dimension: int) -> Vector:
    """The vectors of a fact: that of its sentence, then those of its questions."""
    return np.frombuffer(stored, np.float16).astype(np.float32).reshape(-1, dimension)


def stored(made: NDArray[np.float32]) -> bytes:
    """Vectors as a fact keeps them; half precision changes a cosine by less than 0.001."""
    return made.astype(np.float16).tobytes()


def relevance(asked: Wanted, row: MemoryRow, cosines: Vector) -> float:
    """How near a fact is to a question, by the cosines of its vectors to it."""
    own = _own(row)
    sentence, questions = float(cosines[0]), cosines[1:]
    near = SENTENCE * sentence + ASKED * float(questions.max()) if len(questions) else ALONE * sentence
    if asked.stems:
        near += WORDS * len(asked.stems & own) / len(asked.stems)
    if asked.mine:
        near += POSSESSED * (sum(stem in own for stem in asked.mine) / len(asked.mine) - 1)
        near += ABOUT if asked.mine[-1] in own else -ABOUT
    if asked.names & words.names(f". {row.text}"):
        near += NAMED
    return near - SOMEBODY_ELSE * (of_others(asked, row) + bool(asked.people and not asked.people & own))


def of_others(asked: Wanted, row: MemoryRow) -> bool:
    """Whether a fact is about somebody whom the question does not mention."""
    if row.subject in (None, "user") or row.attribute not in _OF_PEOPLE:
        return False
    return not asked.stems & words.stems(words.keys(row.subject, None))


def _own(row: MemoryRow) -> set[str]:
    asked = asking.questions(row.subject, row.attribute, row.value)
    return words.stems(" ".join((row.text, words.keys(row.subject, row.attribute), *asked)))
