"""What a question such as "and in 2020?" is about, made without a model: the telling words of the question before."""

from __future__ import annotations

import re

from ..terms import FUNCTION_WORDS, fold

_SHORT = 4  # telling words a question has at least that stands alone
_MOST_ADDED = 8
_WORD = re.compile(r"\w[\w./:@-]*\w|\w")
_GOES_ON = re.compile(
    r"^\W*(?:and|or|but|also|what about|how about|und|oder|aber|auch|was ist mit|wie ist es|et|y|pero)\b", re.IGNORECASE
)
_POINTS_BACK = re.compile(
    r"\b(?:it|its|they|them|their|he|his|she|her|that one|this one|these|those|there|then|the same|er|sie|ihn|ihm"
    r"|ihr|ihre|dies|diese|dieser|dieses|davon|daran|dazu|dort|damit|derselbe|dieselbe|dasselbe)\b",
    re.IGNORECASE,
)


def rewritten(question: str, before: str) -> str | None:
    """`question` with the telling words of the question `before`; None where it stands alone.

    A year or number of the question before is not taken over where this one has another.
    """
    if not question.strip():
        return None
    own = _telling(question)
    if not (_GOES_ON.match(question) or (len(own) < _SHORT and (_POINTS_BACK.search(question) or len(own) < 2))):
        return None
    known = {fold(word) for word in own}
    numbers = any(_is_number(word) for word in own)
    added = [word for word in _telling(before) if fold(word) not in known and not (numbers and _is_number(word))]
    return f"{question.strip()} {' '.join(added[:_MOST_ADDED])}" if added else None


def _telling(text: str) -> list[str]:
    return list(dict.fromkeys(word for word in _WORD.findall(text) if fold(word) not in FUNCTION_WORDS))


def _is_number(word: str) -> bool:
    return any(sign.isdigit() for sign in word)
