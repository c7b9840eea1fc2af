"""Remembers what models take: the dry run of each file, and how much was measured against what was predicted.

One JSON file in the cache folder, by file name, time and size; a changed file is asked about anew, and every file
after another llama.cpp was installed or a graphics card came or went.
"""

from __future__ import annotations

import importlib.util
import json
import logging
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from . import budget, memory
from .catalog import Model
from .sizing import Sizes, Way, dry_run

log = logging.getLogger(__name__)
_KEEP = 200  # files
_FORM = 2  # changes with what is written, or with what a child does with its memory
_LEAST_RATIO, _GREATEST_RATIO = 0.9, 3.0  # less could be a context that nobody filled yet


class SizeBook:
    """The sizes of models, from `path` or a dry run."""

    def __init__(self, path: Path) -> None:
        self._path, self._machine = path, _machine()
        self._known: dict[str, Sizes] = _read(path)

    async def sizes(self, model: Model) -> Sizes | None:
        """What the model takes, and the draft beside it; None where only the load itself can tell."""
        found = await self._of(model, memory.ways(model))
        if found is None or model.draft is None:
            return found
        return replace(found, draft=await self._of(model.draft, memory.draft_ways(model)))

    async def _of(self, model: Model, wanted: list[Way]) -> Sizes | None:
        if model.problem or not model.path.is_file():
            return None
        key = self._key(model)
        known = self._known.get(key)
        if known is None or any(way not in known.ways for way in wanted):
            asked = await dry_run(model, wanted)
            if asked is None:
                return None
            known = asked if known is None else replace(asked, ratio=known.ratio, ways=known.ways | asked.ways)
            self._write(key, known)
        return known

    def learn(self, model: Model, predicted: int, measured: int, *, worked: bool) -> None:
        """Correct later predictions by a measured one.

        More than predicted counts at once, less only where the model has `worked`: what it never used does not show.
        """
        known = self._known.get(self._key(model))
        if known is None or (measured <= predicted and not worked):
            return
        ratio = min(max(known.ratio * measured / predicted, _LEAST_RATIO), _GREATEST_RATIO)
        if abs(ratio - known.ratio) > 0.02:
            log.info("%s takes %.2f times what was predicted", model.id, measured / predicted)
            self._write(self._key(model), replace(known, ratio=ratio))

    def _key(self, model: Model) -> str:
        return f"{model.path.name}:{model.stamp[0]}:{model.stamp[1]}:{self._machine}"

    def _write(self, key: str, sizes: Sizes) -> None:
        self._known.pop(key, None)
        self._known[key] = sizes
        while len(self._known) > _KEEP:
            del self._known[next(iter(self._known))]
        files = {name: {**asdict(one), "ways": [[*way, size] for way, size in one.ways.items()]}
                 for name, one in self._known.items()}  # fmt: skip
        part = self._path.with_suffix(".part")
        try:
            part.write_text(json.dumps({"form": _FORM, "files": files}), encoding="utf-8")
            part.replace(self._path)
        except OSError as error:  # a full disk costs a dry run the next time, nothing else
            log.warning("%s cannot be written: %s", self._path.name, error)


def _machine() -> str:
    """What a dry run depends on beside the file: llama.cpp as it is installed, and how many cards there are."""
    found = importlib.util.find_spec("llama_cpp")
    installed = Path(found.origin).stat().st_mtime_ns if found and found.origin else 0
    return f"{installed}:{len(budget.machine()) - 1}"


def _read(path: Path) -> dict[str, Sizes]:
    try:
        found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        if found["form"] != _FORM:
            return {}
        return {
            name: replace(
                Sizes(**one), ways={Way(*way): size for *way, size in one["ways"]}, layers=tuple(one["layers"])
            )
            for name, one in found["files"].items()
        }
    except (OSError, ValueError, KeyError, TypeError, AttributeError):  # a cache, which is found out again
        return {}
