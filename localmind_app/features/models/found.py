"""Finds models that other programs keep on this machine, so that they can be used in place.

Only looks: file names, sizes, and Ollama's manifests. Whether a file is a whole model is checked when it is taken in.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from .accepted import part_of

DEEPEST = 8
MOST_ENTRIES = 20_000  # of folders looked at per program
_MANIFEST_BYTES = 1_000_000
_OLLAMA_MODEL = "application/vnd.ollama.image.model"


@dataclass(frozen=True)
class FoundModel:
    """A model of another program. `size` counts all parts, in bytes; `name` is what it would be called here."""

    app: str
    label: str
    name: str
    path: Path
    size: int


def find(user_home: Path | None = None, environment: dict[str, str] | None = None) -> list[FoundModel]:
    """Every model found, by program; a file that two programs share is named once. Blocking."""
    home = user_home or Path.home()
    env = dict(os.environ) if environment is None else environment
    found: dict[Path, FoundModel] = {}
    for model in _everything(home, env):
        found.setdefault(model.path.resolve(), model)
    return list(found.values())


def _everything(home: Path, env: dict[str, str]) -> Iterator[FoundModel]:
    for root in _ollama_roots(home, env):
        yield from _ollama(root)
    for app, roots in _folders(home, env).items():
        for root in roots:
            yield from _ggufs(app, root)
    for root in _hub_caches(home, env):
        yield from _hub_cache(root)


def _ollama_roots(home: Path, env: dict[str, str]) -> list[Path]:
    if env.get("OLLAMA_MODELS"):
        return [Path(env["OLLAMA_MODELS"])]
    return [home / ".ollama" / "models", *([Path("/usr/share/ollama/.ollama/models")] if home == Path.home() else [])]


def _folders(home: Path, env: dict[str, str]) -> dict[str, list[Path]]:
    """Programs that keep GGUF files under names of their own."""
    data = Path(env.get("XDG_DATA_HOME") or home / ".local" / "share")
    config = Path(env.get("XDG_CONFIG_HOME") or home / ".config")
    cache = Path(env.get("XDG_CACHE_HOME") or home / ".cache")
    jan = [home / "jan" / "models", data / "Jan" / "data", config / "Jan" / "data"]
    llama = [Path(env["LLAMA_CACHE"]) if env.get("LLAMA_CACHE") else cache / "llama.cpp"]
    if sys.platform == "darwin":
        jan.append(home / "Library" / "Application Support" / "Jan" / "data")
        llama.append(home / "Library" / "Caches" / "llama.cpp")
    return {
        "LM Studio": [home / ".lmstudio" / "models", home / ".cache" / "lm-studio" / "models"],
        "Jan": jan,
        "llama.cpp": llama,
    }


def _hub_caches(home: Path, env: dict[str, str]) -> list[Path]:
    if env.get("HF_HUB_CACHE"):
        return [Path(env["HF_HUB_CACHE"])]
    if env.get("HF_HOME"):
        return [Path(env["HF_HOME"]) / "hub"]
    return [Path(env.get("XDG_CACHE_HOME") or home / ".cache") / "huggingface" / "hub"]


def _ollama(root: Path) -> Iterator[FoundModel]:
    """A manifest is named registry/namespace/model/tag; its layer of the model's kind names the blob, a GGUF file."""
    manifests = root / "manifests"
    for path in _walk(manifests):
        parts = path.relative_to(manifests).parts
        if len(parts) < 3:
            continue
        *places, model, tag = parts
        blob = _blob(root, path)
        if blob is not None:
            near = "/".join(places[1:] if places[1:] != ["library"] else [])
            label = f"{near}/{model}:{tag}".lstrip("/")
            yield FoundModel("Ollama", label, label.replace("/", "-").replace(":", "-"), blob, blob.stat().st_size)


def _blob(root: Path, manifest: Path) -> Path | None:
    try:
        if manifest.stat().st_size > _MANIFEST_BYTES:
            return None
        layers = json.loads(manifest.read_bytes())["layers"]
        digest = next(layer["digest"] for layer in layers if layer["mediaType"] == _OLLAMA_MODEL)
        kind, value = str(digest).split(":")
    except (OSError, ValueError, KeyError, TypeError, StopIteration):
        return None  # not a manifest, or one that is being written
    blob = root / "blobs" / f"{kind}-{value}"
    return blob if kind == "sha256" and value.isalnum() and _is_gguf(blob) else None


def _hub_cache(root: Path) -> Iterator[FoundModel]:
    """models--owner--name/snapshots/commit/… ; the snapshot's files are links into a folder of blobs."""
    for folder in sorted(root.glob("models--*--*")):
        label = folder.name.removeprefix("models--").replace("--", "/")
        for model in _ggufs("Hugging Face", folder / "snapshots"):
            yield FoundModel(model.app, f"{label}: {model.name}", model.name, model.path, model.size)


def _ggufs(app: str, root: Path) -> Iterator[FoundModel]:
    for path in _walk(root):
        part = part_of(path.name)
        if path.suffix.lower() != ".gguf" or path.name.startswith("mmproj") or (part and part[1] != 1):
            continue
        if not _is_gguf(path):
            continue
        # Jan calls every file model.gguf; its folder says what it is.
        name = path.parent.name if path.stem.lower() == "model" else (part[0] if part else path.stem)
        yield FoundModel(app, name, name, path, sum(one.stat().st_size for one in _parts(path)))


def _parts(path: Path) -> list[Path]:
    part = part_of(path.name)
    if part is None:
        return [path]
    names = (f"{part[0]}-{number:05}-of-{part[2]:05}.gguf" for number in range(1, min(part[2], 1000) + 1))
    return [one for name in names if (one := path.with_name(name)).is_file()]


def _is_gguf(path: Path) -> bool:
    try:
        with path.open("rb") as file:
            return file.read(4) == b"GGUF"
    except OSError:
        return False  # gone, or not ours to read


def _walk(root: Path) -> Iterator[Path]:
    """Files below a folder, in order; bounded in depth and number, linked folders are not entered."""
    seen = 0
    for place, folders, names in os.walk(root):
        seen += len(names) + len(folders)
        if seen > MOST_ENTRIES:
            return
        deep = len(Path(place).relative_to(root).parts)
        folders[:] = sorted(folders) if deep < DEEPEST else []
        yield from (Path(place) / name for name in sorted(names))
