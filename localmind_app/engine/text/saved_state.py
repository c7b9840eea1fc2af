"""Conversations' KV cells on disk, so that after a restart the next turn of a long chat need not be read again.

A file holds the tokens and llama.cpp's state of one sequence. It belongs to one model file, one release of llama.cpp
and one way of loading; others never look at it. Files that another one continues are removed, the least recently used
ones where they grow too large together, and all after two weeks. They say as much as the chats they came from, so they
lie in the private data folder, readable by its owner only, and go when their conversation is forgotten.
"""

from __future__ import annotations

import ctypes
import hashlib
import importlib.metadata
import os
import shutil
import tempfile
import time
import zlib
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import llama_cpp.llama_cpp as c
import numpy as np
from numpy.typing import NDArray

from ..llamacpp import Ints, common
from .model import TextModel
from .state_file import SUFFIX, Head, files, read_head

LARGEST_FILE = 512 * 1024 * 1024  # bytes; writing more would make the next request wait
LARGEST_FOLDER = 4 * 1024**3
LARGEST_SHARE = 0.1  # of the free disk
WORTH_A_FILE = 64  # tokens that no other file has
OLDEST_SECONDS = 14 * 24 * 3600.0


@dataclass(frozen=True)
class SavedState:
    """One file: the `tokens` whose cells it holds, the first `whole` of them decoded in whole chunks."""

    path: Path
    tokens: Ints
    whole: int
    offset: int
    checksum: int
    conversation: str


def model_key(path: Path, model: TextModel) -> str:
    """What a state depends on: the model's file, llama.cpp's release and the cache's layout."""
    digest = hashlib.sha256(importlib.metadata.version("llama-cpp-python").encode())
    status = path.stat()
    digest.update(f"{status.st_size} {status.st_mtime_ns} {model.flash_attention} {model.n_vocab} {model.kv}".encode())
    with path.open("rb") as file:
        digest.update(file.read(1 << 20))
    return digest.hexdigest()[:32]


class SavedStates:
    """The files of one model in `folder`; they are read lazily, their tokens kept in memory."""

    def __init__(self, folder: Path, key: str, model: TextModel) -> None:
        self._folder, self._key, self._model = folder, key, model
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._tidy()
        self._states = [state for path in folder.glob(f"{key}-*{SUFFIX}") if (state := _read(path, key))]

    def all(self) -> list[SavedState]:
        """What there is."""
        return list(self._states)

    def save(self, sequence: int, tokens: Ints, whole: int, conversation: str = "") -> bool:
        """Write the cells of a sequence; False where they are too large or the disk has no room."""
        size = int(c.llama_state_seq_get_size(self._model.context, sequence))
        room = min(LARGEST_FOLDER, int(shutil.disk_usage(self._folder).free * LARGEST_SHARE))
        if not 0 < size <= min(LARGEST_FILE, room):
            return False
        data = np.empty(size, np.uint8)
        written = int(c.llama_state_seq_get_data(self._model.context, _pointer(data), size, sequence))
        if written <= 0:
            return False
        try:
            state = self._write(tokens, whole, conversation, data[:written])
        except OSError:  # a full or read-only disk costs the file, never the conversation
            return False
        for old in self._states:
            if old.path != state.path and common(old.tokens, tokens) > len(old.tokens) - WORTH_A_FILE:
                old.path.unlink(missing_ok=True)
        self._states = [one for one in self._states if one.path.exists() and one.path != state.path] + [state]
        self._evict(room)
        return True

    def restore(self, state: SavedState, sequence: int) -> bool:
        """Fill a sequence with the cells of a file; False, and the file is gone, where that fails."""
        try:
            data = np.fromfile(state.path, np.uint8, offset=state.offset)
        except (OSError, ValueError):  # gone, or shorter than its head
            data = np.empty(0, np.uint8)
        if len(data) and zlib.crc32(data.data) == state.checksum:
            c.llama_memory_seq_rm(self._model.memory, sequence, -1, -1)
            if c.llama_state_seq_set_data(self._model.context, _pointer(data), len(data), sequence):
                os.utime(state.path)
                return True
            c.llama_memory_seq_rm(self._model.memory, sequence, -1, -1)
        state.path.unlink(missing_ok=True)
        self._states.remove(state)
        return False

    def forget(self, conversations: Collection[str]) -> None:
        """Use the files of these conversations no more; the engine removes them (see `state_file`)."""
        self._states = [one for one in self._states if one.conversation not in conversations]

    def _write(self, tokens: Ints, whole: int, conversation: str, data: NDArray[np.uint8]) -> SavedState:
        checksum = zlib.crc32(data.data)
        start = Head(self._key, len(tokens), whole, checksum, conversation).packed()
        handle, name = tempfile.mkstemp(dir=self._folder, prefix=".", suffix=SUFFIX)  # made 0600
        with os.fdopen(handle, "wb") as file:
            file.write(start)
            file.write(tokens.tobytes())
            file.write(data.data)
        digest = hashlib.sha256(conversation.encode() + b"\n" + tokens.tobytes()).hexdigest()[:24]
        path = self._folder / f"{self._key}-{digest}{SUFFIX}"
        os.replace(name, path)
        return SavedState(path, tokens.copy(), whole, len(start) + tokens.nbytes, checksum, conversation)

    def _evict(self, room: int) -> None:
        found = sorted((status.st_mtime, status.st_size, path) for path, status in files(self._folder))
        total = sum(size for _, size, _ in found)
        for _, size, path in found[:-1]:
            if total <= room:
                break
            path.unlink(missing_ok=True)
            total -= size
        self._states = [one for one in self._states if one.path.exists()]

    def _tidy(self) -> None:
        """Remove what is too old or was left half written, of any model."""
        now = time.time()
        for path, status in files(self._folder):
            half = path.name.startswith(".") and now - status.st_mtime > 3600
            if half or now - status.st_mtime > OLDEST_SECONDS:
                path.unlink(missing_ok=True)


def _pointer(data: NDArray[np.uint8]) -> Any:
    return data.ctypes.data_as(ctypes.POINTER(ctypes.c_uint8))


def _read(path: Path, key: str) -> SavedState | None:
    """A file without its cells; None where it is none of this model's."""
    try:
        with path.open("rb") as file:
            head = read_head(file)
            if head is None or head.key != key:
                return None
            tokens = np.fromfile(file, np.int32, count=head.tokens)
            return SavedState(path, tokens, head.whole, file.tell(), head.checksum, head.conversation)
    except OSError:
        return None
