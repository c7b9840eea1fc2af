"""A fact as it was read in a message, before the memory has decided what it means for those it knows."""

# ruff: noqa: E501 -- a pattern is a line

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

Kind = Literal["holds", "ended", "held"]

LONGEST_TEXT = 500
_SPACE = re.compile(r"\s+")
_LEAD = re.compile(
    r"^(?:(?:hi|hello|hey|well|so|also|and|but|actually|by the way|btw|fyi|oh|yes|no|ok|okay|anyway|hallo|also|und|aber|übrigens|ja|nein)"
    r"\b[,:!]?\s+)+", re.IGNORECASE,
)  # fmt: skip


@dataclass(frozen=True)
class Fact:
    """What a message says.

    `span` is verbatim. `kind`: it holds now, it has ended ("I no longer live in …"), or it held once ("I used to …").
    `many` says that several values of the key may hold together. `since` is ms since 1970, None when nothing was said.
    """

    span: str
    subject: str | None = None
    attribute: str | None = None
    value: str | None = None
    kind: Kind = "holds"
    many: bool = False
    since: int | None = None
    source: str = "rule"

    @property
    def text(self) -> str:
        """The span as a sentence."""
        return sentence(self.span)


def sentence(span: str) -> str:
    """Words as one tidy sentence: no fillers before it, a capital, a full stop."""
    tidy = _SPACE.sub(" ", _LEAD.sub("", span.strip())).strip(" ,;:–—-")[:LONGEST_TEXT].rstrip()
    if not tidy:
        return ""
    return tidy[0].upper() + tidy[1:] + ("" if tidy[-1] in ".!?…" else ".")


def folded(text: str) -> str:
    """For comparing values: lower case, one space, no marks at the ends."""
    return _SPACE.sub(" ", text).strip(" .,;:!?\"'“”„").casefold()
