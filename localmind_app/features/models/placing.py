"""Puts checked files into the models folder, so that a model is there whole or not at all."""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from pathlib import Path

from localmind_app.core.errors import Conflict, Invalid
from localmind_app.core.home import Home
from localmind_app.engine import header

from .accepted import check_name, part_of

STAGING = ".downloads"
_KEY = re.compile(r"[0-9A-Z]{26}")
_SLUG = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")


def staging(home: Home, key: str) -> Path:
    """The folder of one download that is not finished; on the disk of the models folder, out of the engine's sight."""
    assert _KEY.fullmatch(key), "the key of a download is an id"
    return home.models / STAGING / key


def target(home: Home, folder: str, path: str) -> Path:
    """Where a file of a model ends up. Raises Invalid for names that lead elsewhere."""
    check_name(path)
    if folder and not _SLUG.fullmatch(folder):
        raise Invalid("The name {file} is not one that a model file may have.", file=folder[:100])
    if (home.models / folder).is_symlink():
        raise Conflict("{file} in the models folder leads elsewhere. Nothing was put there.", file=folder)
    return home.models / folder / path


def slug(name: str) -> str:
    """A folder name for a model."""
    return re.sub(r"[^A-Za-z0-9._-]+", "-", name).strip("-.")[:100] or "model"


def check_content(path: Path, name: str) -> None:
    """Look into a GGUF or safetensors file before it is shown. Raises Invalid."""
    reason = _problem(path, name)
    if reason:
        raise Invalid("{file} cannot be used: {reason}. It was not added.", file=name, reason=reason)


def _problem(path: Path, name: str) -> str:
    if name.lower().endswith(".gguf"):
        try:
            read = header.read(path)
        except header.BadHeader as error:
            return str(error)
        return f"it is cut off, {read.missing} bytes are missing" if read.missing else ""
    if name.lower().endswith(".safetensors"):
        return _safetensors_problem(path)
    return ""


def _safetensors_problem(path: Path) -> str:
    """The header is 8 bytes of its own length and JSON (https://github.com/huggingface/safetensors#format)."""
    size = path.stat().st_size
    with path.open("rb") as file:
        length = int.from_bytes(file.read(8), "little")
        if size < 10 or length > min(size - 8, 100_000_000) or file.read(1) != b"{":
            return "it is not a safetensors file"
    return ""


def order(paths: Sequence[str]) -> list[str]:
    """The order in which files become visible: what the engine lists a model by comes last."""

    def rank(path: str) -> tuple[int, str]:
        part = part_of(path)
        leads = path.endswith((".gguf", "config.json", "model_index.json")) and not Path(path).name.startswith("mmproj")
        return (2 if leads and (part is None or part[1] == 1) else 1 if path.endswith(".gguf") else 0, path)

    return sorted(paths, key=rank)


def place(staged: Path, final: Path) -> None:
    """Show one file. Raises Conflict when there is another one of that name."""
    final.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    if not staged.exists() and final.exists():
        return  # an earlier run came this far
    if final.exists() and staged.exists() and final.samefile(staged):
        staged.unlink()  # it ended between the two steps below
        return
    try:
        os.link(staged, final)  # unlike a rename, a link never replaces what is there
    except FileExistsError:
        raise Conflict("There is already a file {file} in the models folder. It was kept.", file=final.name) from None
    except OSError:  # a file system without hard links
        if final.exists():
            raise Conflict(
                "There is already a file {file} in the models folder. It was kept.", file=final.name
            ) from None
        staged.rename(final)
        return
    staged.unlink()
