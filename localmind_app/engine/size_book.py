"""Remembers what models take: the dry run of each file, and how much was measured against what was predicted.

One JSON file in the cache folder, by file name, time and size; a changed file is asked about anew.
"""

from __future__ import annotations

import json
import logging
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from . import memory
from .catalog import Model
from .sizing import Sizes, dry_run

log = logging.getLogger(__name__)
_KEEP = 200  # files
_FORM = 1  # changes with what is written, or with what a child does with its memory
_LEAST_RATIO, _GREATEST_RATIO = 0.9, 3.0  # less could be a context that nobody filled yet


class SizeBook:
    """The sizes of models, from `path` or a dry run."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._known: dict[str, Sizes] = _read(path)

    async def sizes(self, model: Model) -> Sizes | None:
        """What the model takes; None where only the load itself can tell."""
        if model.problem or not model.path.is_file():
            return None
        key = _key(model)
        wanted = memory.ways(model)
        known = self._known.get(key)
        if known is None or any(way not in known.ways for way in wanted):
            asked = await dry_run(model, wanted)
            if asked is None:
                return None
            known = asked if known is None else replace(asked, ratio=known.ratio)
            self._write(key, known)
        return known

    def learn(self, model: Model, predicted: int, measured: int, *, worked: bool) -> None:
        """Correct later predictions by a measured one.

        More than predicted counts at once, less only where the model has `worked`: what it never used does not show.
        """
        known = self._known.get(_key(model))
        if known is None or (measured <= predicted and not worked):
            return
        ratio = min(max(known.ratio * measured / predicted, _LEAST_RATIO), _GREATEST_RATIO)
        if abs(ratio - known.ratio) > 0.02:
            log.info("%s takes %.2f times what was predicted", model.id, measured / predicted)
            self._write(_key(model), replace(known, ratio=ratio))

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


def _key(model: Model) -> str:
    return f"{model.path.name}:{model.stamp[0]}:{model.stamp[1]}"


def _read(path: Path) -> dict[str, Sizes]:
    try:
        found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        if found["form"] != _FORM:
            return {}
        return {
            name: Sizes(**{**one, "ways": {(n_ctx, slots): size for n_ctx, slots, size in one["ways"]}})
            for name, one in found["files"].items()
        }
    except (OSError, ValueError, KeyError, TypeError):  # a cache: what cannot be read is found out again
        return {}
