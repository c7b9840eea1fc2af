"""One document on its way through the worker."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from ..chunks import Piece
from ..parsing.document import Document
from ..store import digest
from .queue import Task

Vectors = NDArray[np.float32]
READ_SHARE, STORED_SHARE = 0.4, 0.98  # of the progress a person sees: once it is read, once all is stored
_TOGETHER = 512  # pieces of a document that go to the store at once, where all of them had vectors already


@dataclass(eq=False)
class Work:
    """A document, as far as it is. `at` pieces are embedded or were before, `stored` are in the database."""

    task: Task
    state: str = "parsing"
    progress: float = 0.0
    document: Document | None = None
    data: bytes = b""
    sha256: str = ""
    kept: bool = False  # its text is in the database
    pieces: list[Piece] = field(default_factory=list)
    known: dict[bytes, Vectors] = field(default_factory=dict)
    version: int = 0
    at: int = 0
    stored: int = 0
    job: asyncio.Task[None] | None = None
    dropped: bool = False
    counted: bool = False  # this beginning is among the task's tries
    noted: bool = False  # the task says that it waits
    told: tuple[str, float] = ("queued", 0.0)

    @property
    def order(self) -> tuple[int, str]:
        """Who comes first."""
        return self.task.priority, self.task.id

    @property
    def left(self) -> int:
        """Pieces that are not embedded."""
        return len(self.pieces) - self.at

    def read(self, share: float) -> None:
        """It is being read, `share` of it is done."""
        self.progress = READ_SHARE * share

    def store(self, end: int) -> None:
        """So many pieces are stored."""
        self.stored = end
        done = end / len(self.pieces) if self.pieces else 1.0
        self.progress = READ_SHARE + (STORED_SHARE - READ_SHARE) * done

    def take(self, most: int) -> Part:
        """The next pieces, of which at most `most` have no vector yet."""
        start = end = self.at
        new: list[int] = []
        while end < len(self.pieces) and end - start < _TOGETHER:
            if digest(self.pieces[end]) not in self.known:
                if len(new) == most:
                    break
                new.append(end)
            end += 1
        self.at = end
        return Part(self, start, end, new)


@dataclass(eq=False)
class Part:
    """Pieces `start` to before `end` of a document; those numbered in `new` are to be embedded."""

    work: Work
    start: int
    end: int
    new: list[int]
    vectors: Vectors = field(default_factory=lambda: np.zeros((0, 0), np.float32))

    @property
    def texts(self) -> list[str]:
        """What is to be embedded."""
        return [self.work.pieces[at].indexed for at in self.new]

    @property
    def last(self) -> bool:
        """Whether the document is whole with it."""
        return self.end == len(self.work.pieces)

    def fill(self, made: Vectors) -> None:
        """Take the vectors of `texts`; those of all other pieces are known."""
        fresh = dict(zip(self.new, made, strict=True))
        rows = [
            fresh[at] if at in fresh else self.work.known[digest(self.work.pieces[at])]
            for at in range(self.start, self.end)
        ]
        self.vectors = np.stack(rows) if rows else np.zeros((0, 0), np.float32)
