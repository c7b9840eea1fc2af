"""What each word of a question weighs: the rarer in the documents, the more; a word that is nowhere weighs most."""

from __future__ import annotations

import math
from collections.abc import Collection, Sequence

from sqlalchemy.orm import Session

from ..terms import asked, parts, words
from ..words import Frequencies, Weighed

# Chunks that are thought to be there besides: in three chunks, how many have a word tells nothing about it.
_PRIOR = 50


def weigh(session: Session, question: str, frequencies: Frequencies) -> list[Weighed]:
    """The terms of `question` with their inverse document frequencies. Unlike a search, this keeps what is nowhere."""
    terms = asked(question)
    total = max(frequencies.total(session), 1)
    counts = frequencies.of(session, {word for term in terms for word in term.words})
    found = []
    for term in terms:
        count = min(counts[word] for word in term.words)
        seen, all_chunks = count + 1, max(total, count) + _PRIOR
        found.append(Weighed(term, count, math.log(1 + (all_chunks - seen + 0.5) / (seen + 0.5))))
    return found


def covered(terms: Sequence[Weighed], there: Collection[str]) -> float:
    """The share of the terms' weight whose words are `there` (as `vocabulary` makes it)."""
    total = sum(one.idf for one in terms)
    return sum(one.idf for one in terms if all(word in there for word in one.term.words)) / total if total else 0.0


def vocabulary(text: str) -> frozenset[str]:
    """The different words of a text."""
    return frozenset([*words(text), *parts(text)])
