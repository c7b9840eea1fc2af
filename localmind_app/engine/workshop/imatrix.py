"""Measures which columns of each weight matrix matter, so that quantising errs where it matters least.

A text is read by the model, and for every matrix product the squares of its inputs are added up per column. The file
is llama.cpp's own: a GGUF of type "imatrix" with `NAME.in_sum2` and `NAME.counts`, so either program reads the other's.
Mixtures of experts have one row per expert. Source: tools/imatrix of llama.cpp, its README.
"""

from __future__ import annotations

import ctypes
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import gguf
import llama_cpp.llama_cpp as c
import numpy as np
from numpy.typing import NDArray

from localmind_app.core.errors import Invalid

from .. import llamacpp
from ..wire import Message
from . import sample
from .reader import Reader
from .tensor import Ggml, Tensor

Report = Callable[[float, float], None]
Matrix = NDArray[np.float32]
WINDOW = 512  # tokens
_FEWEST = 16  # rows of a product; fewer belong to the last step of a text, where most rows are left out


@dataclass
class Sums:
    """Of one weight: sums of squares, shape (experts or 1, columns), and how many rows went into each."""

    squares: NDArray[np.float64]
    counts: NDArray[np.float64]


class Collector:
    """llama.cpp's evaluation callback that adds up the inputs of matrix products by the name of the weight."""

    def __init__(self) -> None:
        self.sums: dict[str, Sums] = {}
        self.failed = False  # ctypes prints what a callback raises and goes on
        self._ggml = Ggml()
        self.callback = c.ggml_backend_sched_eval_callback(self._on_tensor)

    def _on_tensor(self, pointer: int, ask: bool, _: object) -> bool:
        tensor = ctypes.cast(pointer, ctypes.POINTER(Tensor)).contents
        failed_before, self.failed = self.failed, True
        wanted = self._wanted(tensor)
        if not ask:
            self._add(tensor)
        self.failed = failed_before
        return wanted

    def _wanted(self, tensor: Tensor) -> bool:
        operation = self._ggml.operation(tensor)
        if operation == "MUL_MAT_ID":
            return True
        if operation != "MUL_MAT" or tensor.src[1].contents.ne[1] < _FEWEST:
            return False
        return _weight(tensor).startswith("blk.") and tensor.src[1].contents.type == int(gguf.GGMLQuantizationType.F32)

    def _add(self, tensor: Tensor) -> None:
        values = self._ggml.values(tensor.src[1])
        if values is None:
            return
        weight = tensor.src[0].contents
        if self._ggml.operation(tensor) == "MUL_MAT_ID":
            self._add_experts(_weight(tensor), values, self._ggml.values(tensor.src[2]), int(weight.ne[2]))
        else:
            rows = np.square(values, dtype=np.float64).reshape(-1, values.shape[-1])
            self._sums(_weight(tensor), 1, values.shape[-1], rows.sum(axis=0)[None], np.array([float(len(rows))]))

    def _add_experts(self, name: str, values: NDArray[np.generic], ids: NDArray[np.generic] | None, count: int) -> None:
        """`values` (1, tokens, used or 1, columns) went to the experts `ids` (1, 1, tokens, used)."""
        assert ids is not None, "experts are chosen by 32-bit numbers"
        chosen = ids[0, 0]
        squares = np.square(values[0], dtype=np.float64)
        squares = np.broadcast_to(squares, (chosen.shape[0], chosen.shape[1], squares.shape[-1]))
        sums, counts = np.zeros((count, squares.shape[-1])), np.zeros(count)
        np.add.at(sums, chosen, squares)
        np.add.at(counts, chosen, 1.0)
        self._sums(name, count, squares.shape[-1], sums, counts)

    def _sums(
        self, name: str, rows: int, columns: int, squares: NDArray[np.float64], counts: NDArray[np.float64]
    ) -> None:
        known = self.sums.setdefault(name, Sums(np.zeros((rows, columns)), np.zeros(rows)))
        known.squares += squares
        known.counts += counts


def _weight(tensor: Tensor) -> str:
    """The weight's name; a copy on another device is called "DEVICE#NAME#0"."""
    name = bytes(tensor.src[0].contents.name).decode("utf-8", "replace")
    return name.split("#")[1] if name.count("#") >= 2 else name


def collect(model: str, text: str, report: Report) -> dict[str, Sums]:
    """Read `text` in windows and return the sums of every weight. Raises Invalid, EngineError, LoadFailed."""
    collector = Collector()
    reader = Reader(model, WINDOW, cb_eval=collector.callback)
    tokens = reader.tokens(text)
    size = reader.n_ctx - len(reader.bos)
    for begin in range(0, len(tokens), size):
        part = [*reader.bos, *tokens[begin : begin + size]]
        for _ in reader.read(part, 0):
            pass  # every row is wanted, or llama.cpp leaves most of them out of the last layer
        if collector.failed:
            raise RuntimeError("the inputs of a matrix product could not be read")
        report(min(begin + size, len(tokens)), len(tokens))
    reader.close()
    if not collector.sums or not all(np.isfinite(sums.squares).all() for sums in collector.sums.values()):
        raise Invalid("The text is too short, or the model's numbers overflow, so no importance could be measured.")
    return collector.sums


def write(path: Path, sums: dict[str, Sums], windows: int, source: str) -> None:
    """Write the sums as llama.cpp's tools do."""
    writer = gguf.GGUFWriter(path, "imatrix")
    writer.add_type("imatrix")
    writer.add_array("imatrix.datasets", [source])
    writer.add_uint32("imatrix.chunk_count", windows)
    writer.add_uint32("imatrix.chunk_size", WINDOW)
    for name in sorted(sums):
        writer.add_tensor(f"{name}.in_sum2", sums[name].squares.astype(np.float32))
        writer.add_tensor(f"{name}.counts", sums[name].counts.astype(np.float32)[:, None])
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


def read(path: Path) -> dict[str, Matrix]:
    """Mean squares by weight, shape (experts or 1, columns), ready for quantising. Raises Invalid.

    An expert that the text never reached counts all its columns alike.
    """
    try:
        tensors = {tensor.name: np.array(tensor.data, np.float32) for tensor in gguf.GGUFReader(path).tensors}
    except (ValueError, KeyError, IndexError, OSError, OverflowError) as error:
        raise Invalid("{file} is not an importance matrix.", file=path.name) from error
    found = {}
    for name, counts in tensors.items():
        weight, ending, _ = name.partition(".counts")
        squares = tensors.get(f"{weight}.in_sum2")
        if ending and squares is not None and counts.size and squares.size % counts.size == 0:
            rows = counts.reshape(-1, 1)
            means = squares.reshape(rows.shape[0], -1) / np.maximum(rows, 1.0)
            found[weight] = np.where(rows > 0, means, np.float32(1.0)).astype(np.float32)
    if not found or not all(np.isfinite(matrix).all() for matrix in found.values()):
        raise Invalid("{file} is not an importance matrix.", file=path.name)
    return found


def task(request: Message, report: Report) -> Message:
    """{model, target, text?, source?} → {weights, tokens}; without a text, from the built-in sample."""
    llamacpp.start()
    sums = collect(request["model"], request.get("text") or sample.text(), report)
    tokens = max(int(entry.counts.max()) for entry in sums.values())
    write(Path(request["target"]), sums, -(-tokens // WINDOW), request.get("source") or "built-in sample")
    return {"weights": len(sums), "tokens": tokens}
