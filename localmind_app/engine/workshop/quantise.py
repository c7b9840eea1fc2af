"""Writes a model again with smaller weights, and says beforehand how large it will be.

llama.cpp's own quantiser does it. The preview is its dry run: the type it would choose for every tensor, from which
the size follows to the byte. Source: `llama_model_quantize` of llama.h.
"""

from __future__ import annotations

import ctypes
import math
import os
import re
from collections.abc import Callable
from pathlib import Path

import llama_cpp.llama_cpp as c
import numpy as np
from gguf import GGML_QUANT_SIZES, GGMLQuantizationType

from localmind_app.core.errors import EngineError, Invalid

from .. import llamacpp
from ..wire import Message
from . import imatrix, native_log
from .imatrix import Matrix
from .types import QuantType, quant_type

Report = Callable[[float, float], None]

_ALIGNMENT = 32  # bytes
_BUFFER = 512 * 1024 * 1024  # bytes of one tensor in memory; llama.cpp's default of 8 GiB starves everybody else
_TENSOR = re.compile(
    r"\[ *(?P<at>\d+)/ *(?P<of>\d+)\] +\S+ +- \[(?P<shape>[\d, ]+)\], type = *(?P<old>\w+), "
    r"(?:size = *(?P<size>[\d.]+) MiB(?: -> *(?P<new_size>[\d.]+) MiB(?: \((?P<new>\w+)\))?)?)?"
)
_FAILED = "failed to quantize: "
_NEEDS_MATRIX = "will require an imatrix"


class _Listener:
    """Understands the quantiser's log: `sizes` of tensors in bytes (old, new), whether a matrix is needed, why it
    failed."""

    def __init__(self, report: Report) -> None:
        self._report = report
        self.sizes: list[tuple[int, int]] = []
        self.needs_matrix = False
        self.reason = ""

    def take(self, line: str) -> None:
        """One line of the log."""
        if found := _TENSOR.search(line):
            self.sizes.append(_sizes(found))
            self._report(int(found["at"]), int(found["of"]))
        elif _FAILED in line:
            self.reason = line.split(_FAILED, 1)[1]
        self.needs_matrix |= _NEEDS_MATRIX in line


def _sizes(found: re.Match[str]) -> tuple[int, int]:
    shape = [int(n) for n in found["shape"].split(",")]
    old = _tensor_bytes(found["old"], shape, found["size"])
    return old, _tensor_bytes(found["new"], shape, found["new_size"]) if found["new"] else old


def _tensor_bytes(kind: str, shape: list[int], mebibytes: str | None) -> int:
    try:
        block, size = GGML_QUANT_SIZES[GGMLQuantizationType[kind.upper()]]
    except KeyError:  # a type newer than the gguf package: what the log says, rounded to a hundredth
        exact = int(float(mebibytes or 0) * 1024 * 1024)
    else:
        exact = math.prod(shape) // block * size
    return -(-exact // _ALIGNMENT) * _ALIGNMENT


def preview(model: Path, kind: QuantType, *, matrix: bool = False) -> tuple[int, bool]:
    """The size in bytes that `model` would have as `kind`, and whether that needs an importance matrix.

    With a `matrix`, or where one is needed, it is the size with one: llama.cpp then chooses some types differently.
    Raises EngineError with llama.cpp's reason.
    """
    any_matrix = {"any": np.ones(1, np.float32)}  # a dry run only asks whether there is one
    listener = _quantise(model, model, kind, any_matrix if matrix else {}, _silent, dry_run=True)
    needed = listener.needs_matrix
    if needed:
        listener = _quantise(model, model, kind, any_matrix, _silent, dry_run=True)
    before, after = (sum(sizes) for sizes in zip(*listener.sizes, strict=True))
    return _parts_size(model) - before + after, needed


def _silent(_done: float, _total: float) -> None:
    """A dry run is over before progress could be read."""


def _parts_size(model: Path) -> int:
    found = re.search(r"-\d{5}-of-(\d{5})$", model.stem)
    parts = model.parent.glob(f"{model.stem[: found.start()]}-?????-of-{found[1]}.gguf") if found else [model]
    return sum(part.stat().st_size for part in parts)


def quantise(model: Path, target: Path, kind: QuantType, matrix: dict[str, Matrix], report: Report) -> None:
    """Write `model` as `kind` to `target`, weighing errors by `matrix` where it has a tensor.

    Raises Invalid where the type needs a matrix and there is none, EngineError with llama.cpp's reason.
    """
    if not matrix and preview(model, kind)[1]:
        raise Invalid(
            "{kind} leaves so few bits that it needs an importance matrix. Compute one first, or choose a larger type.",
            kind=kind.name,
        )
    _quantise(model, target, kind, matrix, report)


def _quantise(
    model: Path, target: Path, kind: QuantType, matrix: dict[str, Matrix], report: Report, *, dry_run: bool = False
) -> _Listener:
    params = c.llama_model_quantize_default_params()
    params.ftype = kind.ftype
    params.allow_requantize = True
    params.max_buf_size = _BUFFER
    params.dry_run = dry_run
    entries = _entries(matrix)
    if matrix:
        params.imatrix = entries
    return execute(model, target, params, report)


def execute(model: Path, target: Path, params: c.llama_model_quantize_params, report: Report) -> _Listener:
    """Run llama.cpp's quantiser. Raises EngineError with its reason."""
    listener = _Listener(report)
    with native_log.lines(listener.take):
        failed = c.llama_model_quantize(os.fsencode(model), os.fsencode(target), ctypes.byref(params))
    if failed or not listener.sizes:
        raise EngineError(
            "llama.cpp could not write {file} anew: {reason}. Nothing was kept.",
            file=model.name,
            reason=listener.reason or llamacpp.complaint(),
        )
    return listener


def _entries(matrix: dict[str, Matrix]) -> ctypes.Array[c.llama_model_imatrix_data]:
    """The matrix as llama.h wants it, ended by an entry without a name."""
    entries = (c.llama_model_imatrix_data * (len(matrix) + 1))()
    for entry, (name, values) in zip(entries, matrix.items(), strict=False):
        flat = np.ascontiguousarray(values, np.float32).reshape(-1)
        matrix[name] = flat  # keeps the memory that the entry points to
        entry.name = name.encode()
        entry.data = flat.ctypes.data_as(ctypes.POINTER(ctypes.c_float))
        entry.size = flat.size
    return entries


def preview_task(request: Message, report: Report) -> Message:
    """{model, kinds, matrix?} → {sizes: {kind: {bytes, needs_matrix}}}, without kinds the model cannot be written as.

    Raises EngineError with the last reason where it can be written as none of them.
    """
    llamacpp.start()
    sizes, problem = {}, None
    for number, name in enumerate(request["kinds"], 1):
        try:
            size, needs = preview(Path(request["model"]), quant_type(name), matrix=bool(request.get("matrix")))
        except EngineError as error:  # rows of an odd width fit only some types
            problem = error
        else:
            sizes[name] = {"bytes": size, "needs_matrix": needs}
        report(number, len(request["kinds"]))
    if problem is not None and not sizes:
        raise problem
    return {"sizes": sizes}


def task(request: Message, report: Report) -> Message:
    """{model, target, kind, matrix?} → {}."""
    llamacpp.start()
    matrix = imatrix.read(Path(request["matrix"])) if request.get("matrix") else {}
    quantise(Path(request["model"]), Path(request["target"]), quant_type(request["kind"]), matrix, report)
    return {}
