"""What a search gives: the passages, and how they were found."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from .parsing.document import Remark


@dataclass(frozen=True)
class Span:
    """A place in a parsed document: character `start` of block `first_block` to before `end` of `last_block`."""

    first_block: int
    start: int
    last_block: int
    end: int


@dataclass(frozen=True)
class Hit:
    """A passage. `chunk_ids` are those it was made of, `chunk_id` the best of them; `ranks` from 1, None: not in it."""

    chunk_id: int
    document_id: str
    collection_id: str
    document_name: str
    heading: str
    text: str
    page: int | None
    score: float
    ranks: Mapping[str, int | None]
    span: Span
    tokens: int
    chunk_ids: tuple[int, ...] = ()


@dataclass(frozen=True)
class Ranked:
    """An entry of one of the lists: a chunk and its score there."""

    chunk_id: int
    score: float


@dataclass(frozen=True)
class LeftOut:
    """A chunk that was found and is not shown, and why."""

    chunk_id: int
    document_id: str
    document_name: str
    reason: Remark


@dataclass(frozen=True)
class Found:
    """The passages for a question, best first, and the way to them.

    `dense` and `words` are both lists as found, `fused` both together, `terms` the words that were looked for and
    `ignored` those that too many chunks have. `reranked` names what put the best in order: a model, or "signs".
    `whole` says that the documents were so short that all of them are here. `notes` say what was different this time.
    """

    query: str
    rewritten: tuple[str, ...] = ()
    terms: tuple[str, ...] = ()
    ignored: tuple[str, ...] = ()
    dense: tuple[Ranked, ...] = ()
    words: tuple[Ranked, ...] = ()
    fused: tuple[Ranked, ...] = ()
    hits: tuple[Hit, ...] = ()
    left_out: tuple[LeftOut, ...] = ()
    reranked: str = "signs"
    whole: bool = False
    notes: tuple[Remark, ...] = ()
    milliseconds: Mapping[str, float] = field(default_factory=dict)
