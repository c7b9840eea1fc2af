"""What is in a folder now: ordinary files below it, by their path. Links are not followed, hidden files not taken."""

from __future__ import annotations

import os
import stat
from collections.abc import AsyncGenerator
from dataclasses import dataclass, field
from pathlib import Path

import anyio.to_thread

from localmind_app.core.errors import NotFound

MOST_FILES = 50_000
_IGNORED = frozenset({"node_modules", "__pycache__", "venv", "$RECYCLE.BIN", "System Volume Information", "lost+found"})
_UNFINISHED = ("~", ".tmp", ".part", ".crdownload", ".swp", ".lock")
_BLOCK = 1 << 20


@dataclass(frozen=True)
class Entry:
    """A file: bytes, and its time of change in nanoseconds."""

    size: int
    changed: int


@dataclass
class Scan:
    """The files of a folder by path (with `/`), folders that could not be read, and how much was not taken."""

    device: str
    files: dict[str, Entry] = field(default_factory=dict)
    unreadable: list[str] = field(default_factory=list)
    left_out: int = 0

    def hides(self, path: str) -> bool:
        """Whether nobody knows if this file is still there."""
        return any(path.startswith(f"{folder}/") for folder in self.unreadable)


def is_ignored(name: str) -> bool:
    """Whether a file or folder of this name is never taken."""
    return name.startswith((".", "~$")) or name in _IGNORED or name.endswith(_UNFINISHED)


def scan(root: Path, apart: Path) -> Scan:
    """Look into a folder, but never below `apart`. Raises OSError when it is not there."""
    if root.is_symlink():
        raise NotADirectoryError(root)
    found = Scan(device_of(root))
    todo = [""]
    while todo:
        folder = todo.pop()
        try:
            with os.scandir(root / folder) as entries:
                listed = sorted(entries, key=lambda one: one.name)
        except OSError:
            if not folder:
                raise
            found.unreadable.append(folder)
            continue
        for entry in listed:
            path = f"{folder}/{entry.name}" if folder else entry.name
            _look_at(found, todo, entry, path, apart)
    return found


def _look_at(found: Scan, todo: list[str], entry: os.DirEntry[str], path: str, apart: Path) -> None:
    if is_ignored(entry.name):
        return
    try:
        state = entry.stat(follow_symlinks=False)
    except OSError:  # it is gone already, or not for us
        found.left_out += 1
        return
    if stat.S_ISDIR(state.st_mode):
        if Path(entry.path) != apart:
            todo.append(path)
    elif stat.S_ISREG(state.st_mode) and len(found.files) < MOST_FILES and _is_text(path):
        if state.st_size:
            found.files[path] = Entry(state.st_size, state.st_mtime_ns)
    else:  # a link, a device, one too many
        found.left_out += 1


def _is_text(path: str) -> bool:
    """Names of bytes that are no text cannot be kept."""
    try:
        path.encode()
    except UnicodeEncodeError:
        return False
    return True


def device_of(root: Path) -> str:
    """Names the disk a folder is on. Raises OSError."""
    return str(root.stat().st_dev)


async def content(root: Path, path: str) -> AsyncGenerator[bytes, None]:
    """The bytes of a file below `root`. Raises NotFound when it is not there, is a link, or leads elsewhere."""
    descriptor = await anyio.to_thread.run_sync(_open, root, path)
    with os.fdopen(descriptor, "rb") as file:
        while block := await anyio.to_thread.run_sync(file.read, _BLOCK):
            yield block


def _open(root: Path, path: str) -> int:
    whole = root / path
    try:
        # Between the look and this moment a folder may have become a link, so the place itself is asked again.
        descriptor = os.open(whole, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0))
    except OSError as error:
        raise NotFound("{name} could not be read: {detail}.", name=path, detail=error.strerror or "") from error
    opened = os.fstat(descriptor)
    try:
        there = os.lstat(os.path.realpath(whole))
    except OSError:
        there = None
    if os.path.realpath(whole) != str(whole) or there is None or not os.path.samestat(opened, there):
        os.close(descriptor)
        raise NotFound("{name} could not be read: {detail}.", name=path, detail="it leads to another place")
    return descriptor
