"""A file that is being downloaded: the bytes that are there, and a small note beside them that says which.

The note is written after the bytes are on disk, so it never promises more than there is; whatever is killed in
between, the next run goes on from the note.
"""

from __future__ import annotations

import json
import os
from dataclasses import dataclass, field
from io import FileIO
from pathlib import Path

PIECE_BYTES = 32 * 1024 * 1024


@dataclass
class Piece:
    """Bytes `start` to `end` (exclusive) of the file; those before `at` are there."""

    start: int
    end: int
    at: int

    @property
    def done(self) -> bool:
        """Whether all of it is there."""
        return self.at >= self.end


def write_at(file: FileIO, offset: int, data: bytes) -> None:
    """Put all of the bytes where they belong. Raises OSError."""
    view = memoryview(data)
    file.seek(offset)
    while view:
        view = view[file.write(view) or 0 :]


@dataclass
class Part:
    """The unfinished file `path`, and its note `path` + ``.json``. `identity` names the content it is a part of."""

    path: Path
    identity: str = ""
    size: int = 0
    pieces: list[Piece] = field(default_factory=list)

    @property
    def note(self) -> Path:
        """Where the note lies."""
        return self.path.with_name(self.path.name + ".json")

    @property
    def there(self) -> int:
        """How many bytes there are."""
        return sum(piece.at - piece.start for piece in self.pieces)

    @property
    def complete(self) -> bool:
        """Whether every byte is there."""
        return bool(self.identity) and all(piece.done for piece in self.pieces)

    def open(self, identity: str, size: int, piece_bytes: int = PIECE_BYTES) -> None:
        """Take up what is there of this content, or begin anew. Without `identity` nothing can be taken up."""
        self.identity, self.size = identity, size
        known = self._read() if identity else None
        if known is None:
            self.drop()
            self.path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            self.path.touch(mode=0o600)
            starts = range(0, size, piece_bytes)
            known = [Piece(start, min(start + piece_bytes, size), start) for start in starts]
        self.pieces = known

    @staticmethod
    def bytes_at(path: Path) -> int:
        """How many bytes an earlier run left at a path, by its note; a guess for the disk space, not for more."""
        try:
            told = json.loads(path.with_name(path.name + ".json").read_text(encoding="utf-8"))
            return sum(int(at) - int(start) for start, _, at in told["pieces"])
        except (OSError, ValueError, KeyError, TypeError):
            return 0

    def save(self, file: FileIO) -> None:
        """Bring the bytes to disk, then write the note."""
        # Taken down first: bytes that arrive while the disk is busy are for the next note.
        pieces = [[piece.start, piece.end, piece.at] for piece in self.pieces]
        os.fsync(file.fileno())
        text = json.dumps({"identity": self.identity, "size": self.size, "pieces": pieces})
        fresh = self.note.with_name(self.note.name + ".new")
        fresh.write_text(text, encoding="utf-8")
        fresh.replace(self.note)

    def drop(self) -> None:
        """Forget it all."""
        self.pieces = []
        self.path.unlink(missing_ok=True)
        self.note.unlink(missing_ok=True)

    def _read(self) -> list[Piece] | None:
        """The pieces as the note has them; None where it is not about this content, or about bytes that are gone."""
        try:
            told = json.loads(self.note.read_text(encoding="utf-8"))
            pieces = [Piece(*(int(number) for number in three)) for three in told["pieces"]]
            size_on_disk = self.path.stat().st_size
        except (OSError, ValueError, KeyError, TypeError):
            return None
        if told.get("identity") != self.identity or told.get("size") != self.size:
            return None
        edges = [0, *(piece.end for piece in pieces)]
        whole = all(piece.start == edge for piece, edge in zip(pieces, edges, strict=False)) and edges[-1] == self.size
        sound = all(piece.start <= piece.at <= piece.end for piece in pieces)
        reached = max((piece.at for piece in pieces if piece.at > piece.start), default=0)
        return pieces if whole and sound and reached <= size_on_disk else None
