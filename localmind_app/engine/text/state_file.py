"""The head of a file of KV cells: what says which model it serves and whose conversation it holds.

Read without llama.cpp, so that the engine itself can find and remove what belongs to a conversation.
"""

from __future__ import annotations

import json
import os
from collections.abc import Collection, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import BinaryIO

SUFFIX = ".kv"
_MAGIC = b"LocalMind KV 2\n"
_LONGEST_HEAD = 4096  # bytes
_FIELDS = {"key": str, "tokens": int, "whole": int, "checksum": int, "conversation": str}


@dataclass(frozen=True)
class Head:
    """What stands before the tokens and the cells.

    `key` is what the cells depend on, `tokens` how many there are, the first `whole` of them decoded in whole chunks;
    `checksum` is the cells'. `conversation` is whose they are, as the request said; empty where it said nothing.
    """

    key: str
    tokens: int
    whole: int
    checksum: int
    conversation: str

    def packed(self) -> bytes:
        """The beginning of a file."""
        return _MAGIC + json.dumps(asdict(self)).encode() + b"\n"


def read_head(file: BinaryIO) -> Head | None:
    """The head of an open file, which then stands at its tokens; None where it is none of ours, or damaged."""
    if file.readline(64) != _MAGIC:
        return None
    try:
        told = json.loads(file.readline(_LONGEST_HEAD))
    except (ValueError, RecursionError):
        return None
    if not isinstance(told, dict) or {name: type(value) for name, value in told.items()} != _FIELDS:
        return None
    head = Head(**told)
    return head if min(head.tokens, head.whole, head.checksum) >= 0 else None


def files(folder: Path) -> Iterator[tuple[Path, os.stat_result]]:
    """The files of any model, those that are being written among them (their names begin with a dot)."""
    for path in folder.glob(f"*{SUFFIX}"):
        try:
            yield path, path.stat()
        except OSError:  # a model's child removed it in this moment
            continue


def conversations(folder: Path) -> set[str]:
    """Whose cells there are on disk; those without a name are not told."""
    return {head.conversation for _, head in _heads(folder) if head and head.conversation}


def forget(folder: Path, wanted: Collection[str]) -> int:
    """Remove the files of the `wanted` conversations; returns how many. Raises OSError.

    A file whose head cannot be read goes too: nobody can say whose it is.
    """
    gone = [path for path, head in _heads(folder) if head is None or head.conversation in wanted]
    for path in gone:
        path.unlink(missing_ok=True)
    return len(gone)


def _heads(folder: Path) -> Iterator[tuple[Path, Head | None]]:
    for path, _ in files(folder):
        if path.name.startswith("."):
            continue
        try:
            with path.open("rb") as file:
                head = read_head(file)
        except FileNotFoundError:
            continue
        yield path, head
