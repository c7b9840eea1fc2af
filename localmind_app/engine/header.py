"""Reads the header of a GGUF file without trusting it: metadata, tensor shapes, and whether the data is all there.

Every count and length is checked against a limit and against the file's size before it is used, so a hostile file
costs at most a bounded read. Weights are never touched. Source: the GGUF specification, versions 2 and 3.
"""

from __future__ import annotations

import math
import struct
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from gguf import GGML_QUANT_SIZES, GGMLQuantizationType

_SCALARS = {0: "B", 1: "b", 2: "H", 3: "h", 4: "I", 5: "i", 6: "f", 7: "?", 10: "Q", 11: "q", 12: "d"}
_STRING, _ARRAY = 8, 9
_MAX_PAIRS, _MAX_TENSORS, _MAX_ELEMENTS = 4096, 65_536, 4_000_000
_MAX_KEY, _MAX_TEXT = 65_535, 4 * 1024 * 1024  # bytes
_MAX_HEADER = 256 * 1024 * 1024  # bytes
_KEEP_ELEMENTS = 4096  # longer arrays (vocabularies) are only counted


class BadHeader(ValueError):
    """The file is not a whole GGUF model; the text says why."""


@dataclass(frozen=True)
class Tensor:
    """One tensor of a file: `kind` is the name of its type, `shape` has the row length first, as ggml does."""

    name: str
    kind: str
    shape: tuple[int, ...]
    offset: int  # bytes, from the start of the data
    bytes: int


@dataclass(frozen=True)
class Header:
    """What a GGUF file says about itself. `tensor_bytes` by type name; `missing` bytes of data at the end."""

    metadata: dict[str, Any]
    n_params: int
    tensor_bytes: dict[str, int]
    missing: int
    tensors: tuple[Tensor, ...] = ()


def read(path: Path) -> Header:
    """Read the header of `path`. Raises BadHeader, OSError."""
    size = path.stat().st_size
    if size == 0:
        raise BadHeader("the file is empty")
    with path.open("rb", buffering=1024 * 1024) as file:  # not mmap: a file cut meanwhile would crash the process
        return _Reader(file, size).header()


class _Reader:
    def __init__(self, file: BinaryIO, file_size: int) -> None:
        self._file, self._file_size, self._at = file, file_size, 0

    def header(self) -> Header:
        if self._file.read(4) != b"GGUF":
            raise BadHeader("it is not a GGUF file")
        self._at = 4
        version = self._number("I")
        if version not in (2, 3):
            raise BadHeader(f"its GGUF version is {version}, only 2 and 3 can be read")
        n_tensors = self._count(_MAX_TENSORS, "tensors")
        n_pairs = self._count(_MAX_PAIRS, "metadata entries")
        metadata = dict(self._pair() for _ in range(n_pairs))
        tensors = [self._tensor() for _ in range(n_tensors)]
        alignment = metadata.get("general.alignment", 32)
        if not isinstance(alignment, int) or not 0 < alignment <= 65_536:
            raise BadHeader("its alignment makes no sense")
        start = -(-self._at // alignment) * alignment
        end = max((start + tensor.offset + tensor.bytes for tensor in tensors), default=start)
        by_type: dict[str, int] = {}
        for tensor in tensors:
            by_type[tensor.kind] = by_type.get(tensor.kind, 0) + tensor.bytes
        n_params = sum(math.prod(tensor.shape) for tensor in tensors)
        return Header(metadata, n_params, by_type, max(0, end - self._file_size), tuple(tensors))

    def _take(self, size: int) -> bytes:
        self._at += size
        if self._at > self._file_size:
            raise BadHeader("the file is cut off inside its header")
        if self._at > _MAX_HEADER:
            raise BadHeader("its header is too long")
        piece = self._file.read(size)
        if len(piece) < size:
            raise BadHeader("the file is being changed")
        return piece

    def _number(self, code: str) -> Any:
        return struct.unpack("<" + code, self._take(struct.calcsize("<" + code)))[0]

    def _count(self, limit: int, what: str) -> int:
        count = int(self._number("Q"))
        if count > limit:
            raise BadHeader(f"it claims {count} {what}")
        return count

    def _text(self, limit: int = _MAX_TEXT) -> str:
        return self._take(self._count(limit, "bytes for a text")).decode("utf-8", "replace")

    def _pair(self) -> tuple[str, Any]:
        return self._text(_MAX_KEY), self._value(int(self._number("I")))

    def _value(self, kind: int) -> Any:
        if kind in _SCALARS:
            return self._number(_SCALARS[kind])
        if kind == _STRING:
            return self._text()
        if kind != _ARRAY:
            raise BadHeader(f"it has a value of unknown type {kind}")
        inner = int(self._number("I"))
        count = self._count(_MAX_ELEMENTS, "list elements")
        if inner in _SCALARS:
            code = f"{count}{_SCALARS[inner]}"
            data = self._take(struct.calcsize("<" + code))
            return list(struct.unpack("<" + code, data)) if count <= _KEEP_ELEMENTS else None
        if inner != _STRING:
            raise BadHeader(f"it has a list of unknown type {inner}")
        if count <= _KEEP_ELEMENTS:
            return [self._text() for _ in range(count)]
        for _ in range(count):
            self._take(self._count(_MAX_TEXT, "bytes for a text"))
        return None

    def _tensor(self) -> Tensor:
        title = self._text(_MAX_KEY)
        n_dims = int(self._number("I"))
        if not 1 <= n_dims <= 4:
            raise BadHeader(f"it has a tensor of {n_dims} dimensions")
        shape = [int(self._number("Q")) for _ in range(n_dims)]
        kind, offset = int(self._number("I")), int(self._number("Q"))
        elements = math.prod(shape)
        if elements > 2**45 or offset > 2**50:
            raise BadHeader("it has a tensor of absurd size")
        try:
            name = GGMLQuantizationType(kind)
        except ValueError:
            raise BadHeader(f"it has a tensor of unknown type {kind}") from None
        block, block_bytes = GGML_QUANT_SIZES[name]
        return Tensor(title, name.name, tuple(shape), offset, elements // block * block_bytes)
