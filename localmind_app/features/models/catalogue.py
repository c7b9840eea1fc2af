"""The models that LocalMind offers: `models/catalogue.toml`, read and checked."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass, field, fields
from fnmatch import fnmatchcase
from functools import cache
from pathlib import Path
from typing import Any, Literal, get_args

from localmind_app.core.errors import NotFound, SourceError

from .accepted import PICKLES, missing_parts, part_of
from .hub import HubFile

Task = Literal[
    "chat", "small chat", "vision", "code", "reasoning", "embedding", "reranker", "speech", "voice", "picture", "film"
]
TASKS: tuple[Task, ...] = get_args(Task)
# What the engine of this version can do with a model; the others can be downloaded and wait.
RUNNABLE: frozenset[Task] = frozenset({"chat", "small chat", "code", "reasoning", "embedding", "reranker"})
CATALOGUE = Path(__file__).resolve().parents[3] / "models" / "catalogue.toml"

_ID = re.compile(r"[a-z0-9][a-z0-9.-]{0,99}")
_REPO = re.compile(r"[A-Za-z0-9][\w.-]*/[A-Za-z0-9][\w.-]*")
_SHA256 = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True)
class Entry:
    """A model on offer; `models/catalogue.toml` explains the fields. Sizes are in gigabytes (10^9), rounded."""

    id: str
    name: str
    task: Task
    license: str
    repo: str
    files: tuple[str, ...]
    size_gb: float
    parameters: float
    context: int
    memory_gb: float
    note: str
    mirrors: tuple[str, ...] = ()
    sha256: dict[str, str] = field(default_factory=dict)

    @property
    def runnable(self) -> bool:
        """Whether this version of LocalMind can use it."""
        return self.task in RUNNABLE


class BadCatalogue(ValueError):
    """The catalogue has a mistake; the text names the entry."""


@cache
def entries() -> tuple[Entry, ...]:
    """Every model on offer, in the order of the file. Raises BadCatalogue."""
    return parse(CATALOGUE.read_text(encoding="utf-8"))


def find(entry_id: str) -> Entry:
    """The entry of that id. Raises NotFound."""
    for entry in entries():
        if entry.id == entry_id:
            return entry
    raise NotFound("There is no model {model} in the catalogue.", model=entry_id[:100])


def parse(text: str) -> tuple[Entry, ...]:
    """Read and check a catalogue. Raises BadCatalogue."""
    try:
        told = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise BadCatalogue(str(error)) from error
    found = tuple(_entry(item) for item in told.get("model", []))
    ids = [entry.id for entry in found]
    twice = {one for one in ids if ids.count(one) > 1}
    if twice:
        raise BadCatalogue(f"these ids are there twice: {', '.join(sorted(twice))}")
    return found


def choose(entry: Entry, there: list[HubFile]) -> list[HubFile]:
    """The files of a repository that belong to an entry. Raises SourceError when they are not what is described."""
    chosen: dict[str, HubFile] = {}
    for pattern in entry.files:
        found = [file for file in there if fnmatchcase(file.path, pattern)]
        models = {(part_of(file.path) or (file.path,))[0] for file in found}
        if not found or (pattern.endswith(".gguf") and len(models) != 1):
            raise SourceError(
                "The hub's files of {model} are not the ones that the catalogue describes ({pattern}). "
                "Search for it and choose the file yourself.",
                model=entry.name, pattern=pattern,
            )  # fmt: skip
        chosen |= {file.path: file for file in found}
    lacking = missing_parts(list(chosen))
    if lacking:
        raise SourceError("The hub lacks {file}, a part of this model.", file=lacking[0])
    return list(chosen.values())


def _entry(item: Any) -> Entry:
    name = item.get("id", "?") if isinstance(item, dict) else "?"
    try:
        unknown = set(item) - {one.name for one in fields(Entry)}
        if unknown:
            raise BadCatalogue(f"unknown fields {sorted(unknown)}")
        entry = Entry(**{**item, "files": tuple(item["files"]), "mirrors": tuple(item.get("mirrors", ()))})
        _check(entry)
    except (TypeError, KeyError, BadCatalogue) as error:
        raise BadCatalogue(f"{name}: {error}") from error
    return entry


def _check(entry: Any) -> None:
    texts = (entry.id, entry.name, entry.license, entry.repo, entry.note, *entry.files, *entry.mirrors)
    numbers = (entry.size_gb, entry.parameters, entry.memory_gb)
    checks = {
        "every text says something": all(isinstance(text, str) and text.strip() for text in texts),
        "the id is lower-case letters, digits, dots and dashes": bool(_ID.fullmatch(entry.id)),
        "the task is a known one": entry.task in TASKS,
        "the repository is owner/name": all(_REPO.fullmatch(repo) for repo in (entry.repo, *entry.mirrors)),
        "there are files": bool(entry.files),
        "no pickles": not any(pattern.lower().endswith(PICKLES) for pattern in entry.files),
        "no path leads out": not any(".." in pattern or pattern.startswith("/") for pattern in entry.files),
        "numbers are positive": all(isinstance(number, int | float) and number > 0 for number in numbers),
        "the context is a whole number": isinstance(entry.context, int) and entry.context > 0,
        "it fits into the memory it is said to need": entry.memory_gb >= min(entry.size_gb, 24),
        "hashes are SHA-256": all(_SHA256.fullmatch(value) for value in entry.sha256.values()),
    }
    broken = [rule for rule, holds in checks.items() if not holds]
    if broken:
        raise BadCatalogue(f"this does not hold: {broken[0]}")
