"""A model folder as Hugging Face writes it: config.json and safetensors. Pickles are refused, whatever they are called.

The safetensors package checks every header; the numbers are then read straight from the file, since numpy has no
bfloat16. Files named in an index must lie in the folder itself.
"""

from __future__ import annotations

import json
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from safetensors import SafetensorError, safe_open

from localmind_app.core.errors import Invalid

_LARGEST_JSON = 64 * 1024 * 1024  # bytes; the largest tokenizer.json in use has about 35 MB
_TYPES: dict[str, Any] = {"F32": np.float32, "F16": np.float16, "BF16": np.uint16}  # BF16 as its bits


@dataclass(frozen=True)
class Entry:
    """One tensor: its type ("F32", "F16", "BF16"), its shape, and where its numbers begin in `file`."""

    file: Path
    kind: str
    shape: tuple[int, ...]
    offset: int

    def read(self) -> NDArray[Any]:
        """The numbers; those of BF16 as 16-bit patterns."""
        return np.memmap(self.file, _TYPES[self.kind], "r", self.offset, self.shape)


class Checkpoint:
    """One folder; `config` is its config.json, `tensors` are found by name. Raises Invalid."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.config = read_json(folder / "config.json")
        self.tensors = dict(self._entries())

    def _entries(self) -> Iterator[tuple[str, Entry]]:
        files = sorted(self.folder.glob("*.safetensors"))
        if not files:
            if any(self.folder.glob("*.bin")) or any(self.folder.glob("*.pt*")):
                raise Invalid(
                    "The weights in {folder} are pickles, which can run any program when they are opened. "
                    "Look for the same model as safetensors or GGUF.",
                    folder=self.folder.name,
                )
            raise Invalid("There are no safetensors files in {folder}.", folder=self.folder.name)
        self._check_index({file.name for file in files})
        for file in files:
            yield from _read_header(file)

    def _check_index(self, there: set[str]) -> None:
        path = self.folder / "model.safetensors.index.json"
        if not path.is_file():
            return
        wanted = read_json(path).get("weight_map")
        missing = {str(name) for name in wanted.values()} - there if isinstance(wanted, dict) else set()
        if missing:
            raise Invalid("{file} is missing in {folder}.", file=min(missing), folder=self.folder.name)


def _read_header(file: Path) -> Iterator[tuple[str, Entry]]:
    try:
        with safe_open(file, "np"):  # checks names, shapes, offsets and the length of the file
            pass
    except (SafetensorError, OSError) as error:
        raise Invalid("{file} cannot be read: {reason}.", file=file.name, reason=str(error)) from error
    with file.open("rb") as stream:
        (size,) = struct.unpack("<Q", stream.read(8))
        header = json.loads(stream.read(size))
    for name, entry in header.items():
        if name == "__metadata__":
            continue
        if entry["dtype"] not in _TYPES:
            raise Invalid(
                "{file} holds numbers of type {kind}; only F32, F16 and BF16 can be converted.",
                file=file.name,
                kind=entry["dtype"],
            )
        yield name, Entry(file, entry["dtype"], tuple(entry["shape"]), 8 + size + entry["data_offsets"][0])


def read_json(path: Path) -> dict[str, Any]:
    """A JSON object of bounded size. Raises Invalid."""
    try:
        if path.stat().st_size > _LARGEST_JSON:
            raise Invalid("{file} is larger than such a file should be.", file=path.name)
        found = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise Invalid("{file} is missing in {folder}.", file=path.name, folder=path.parent.name) from None
    except (OSError, ValueError, RecursionError) as error:
        raise Invalid("{file} cannot be read: {reason}.", file=path.name, reason=str(error)) from error
    if not isinstance(found, dict):
        raise Invalid("{file} cannot be read: {reason}.", file=path.name, reason="it is not an object")
    return found
