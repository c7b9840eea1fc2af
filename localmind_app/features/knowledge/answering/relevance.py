"""Whether anything was found that answers the question at all: the nearest list always has a nearest entry.

Questions about something else altogether are told apart well, and so are questions about a name that stands nowhere.
Not covered: questions about what the documents treat, whose answer is not in them.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from ..found import Found
from ..words import Weighed
from .statement import shared, statement
from .weights import covered, vocabulary

# Chosen on questions of tests/bench/retrieval and tests/bench/citations; docs/benchmarks.md, "Citations".
FLOOR = 0.5
_BY_WORDS = 0.6
_WORDS_ALONE = 1.0
_NAMES_MISSING = 0.4  # is taken off when no passage has a name the question asks about
# Where every noun has a capital letter it does not tell a name.
_GERMAN = re.compile(r"\b(?:der|das|ist|sind|wie|wann|welche\w*|und|für|eine?|wird|wurden?|gibt)\b", re.IGNORECASE)


def relevance(found: Found, question: str, terms: Sequence[Weighed], texts: Sequence[str]) -> float:
    """-0.4..1.6: the best cosine, and the share of the question's weight that one passage has, less missing names.

    `texts` are the passages with their headings.
    """
    there = [vocabulary(text) for text in texts]
    by_words = max((covered(terms, one) for one in there), default=0.0)
    # Where the engine is away, words alone have to tell.
    value = max(found.dense[0].score, 0.0) + _BY_WORDS * by_words if found.dense else _WORDS_ALONE * by_words
    names = statement(question).names if not _GERMAN.search(question) else frozenset[str]()
    if names:
        missing = names - shared(names, frozenset().union(*there))
        value -= _NAMES_MISSING * len(missing) / len(names)
    return value
