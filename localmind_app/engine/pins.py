"""Which models stay loaded whatever happens, kept in one JSON file of the data folder."""

from __future__ import annotations

import json
import logging
from pathlib import Path

log = logging.getLogger(__name__)


class Pins:
    """The pinned models by id, read from `path` and written to it at every change."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._ids = _read(path)

    def __contains__(self, model_id: str) -> bool:
        return model_id in self._ids

    def set(self, model_id: str, pinned: bool) -> None:
        """Pin or unpin; on disk before this returns. Raises OSError."""
        ids = self._ids | {model_id} if pinned else self._ids - {model_id}
        if ids != self._ids:
            part = self._path.with_suffix(".part")
            part.write_text(json.dumps(sorted(ids)), encoding="utf-8")
            part.replace(self._path)
            self._ids = ids


def _read(path: Path) -> frozenset[str]:
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return frozenset()
    except (OSError, ValueError) as error:
        log.warning("%s cannot be read, so no model is pinned: %s", path, error)
        return frozenset()
    return frozenset(one for one in found if isinstance(one, str)) if isinstance(found, list) else frozenset()
