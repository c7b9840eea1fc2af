"""Looks into the tensors of a running computation: the layout of ggml's `struct ggml_tensor`, read through ctypes.

The layout is checked against the library before it is used: a build with another one is refused, not misread.
Source: ggml.h of the release that llama-cpp-python vendors.
"""

from __future__ import annotations

import ctypes
from pathlib import Path
from typing import Any, ClassVar

import llama_cpp
import numpy as np
from gguf import GGMLQuantizationType
from llama_cpp import _ctypes_extensions
from numpy.typing import NDArray

from localmind_app.core.errors import EngineError

_DIMENSIONS, _SOURCES, _NAME, _PARAMETERS = 4, 10, 64, 64
_OBJECT = 32  # bytes of struct ggml_object, which ggml_tensor_overhead adds


class Tensor(ctypes.Structure):
    """struct ggml_tensor."""


class _Fields:
    of_tensor: ClassVar[list[tuple[str, Any]]] = [
        ("type", ctypes.c_int),
        ("buffer", ctypes.c_void_p),
        ("ne", ctypes.c_int64 * _DIMENSIONS),
        ("nb", ctypes.c_size_t * _DIMENSIONS),
        ("op", ctypes.c_int),
        ("op_params", ctypes.c_int32 * (_PARAMETERS // 4)),
        ("flags", ctypes.c_int32),
        ("src", ctypes.POINTER(Tensor) * _SOURCES),
        ("view_src", ctypes.POINTER(Tensor)),
        ("view_offs", ctypes.c_size_t),
        ("data", ctypes.c_void_p),
        ("name", ctypes.c_char * _NAME),
        ("extra", ctypes.c_void_p),
        ("padding", ctypes.c_char * 8),
    ]


Tensor._fields_ = _Fields.of_tensor


class Ggml:
    """The few functions of ggml that are needed. Raises EngineError where the layout is another one."""

    def __init__(self) -> None:
        folder = Path(llama_cpp.__file__).parent / "lib"
        base = _ctypes_extensions.load_shared_library("ggml-base", folder)
        base.ggml_tensor_overhead.restype = ctypes.c_size_t
        base.ggml_op_name.restype = ctypes.c_char_p
        base.ggml_nbytes.restype = ctypes.c_size_t
        base.ggml_nbytes.argtypes = [ctypes.POINTER(Tensor)]
        base.ggml_backend_tensor_get.argtypes = [
            ctypes.POINTER(Tensor),
            ctypes.c_void_p,
            ctypes.c_size_t,
            ctypes.c_size_t,
        ]
        base.ggml_backend_tensor_get.restype = None
        if base.ggml_tensor_overhead() != _OBJECT + ctypes.sizeof(Tensor):
            raise EngineError("This build of llama.cpp keeps its tensors in another way, so nothing can be read there.")
        self._base = base

    def operation(self, tensor: Tensor) -> str:
        """What computes the tensor, such as MUL_MAT."""
        return (self._base.ggml_op_name(tensor.op) or b"").decode()

    def values(self, pointer: Any) -> NDArray[np.float32] | NDArray[np.int32] | None:
        """A copy of an f32 or i32 tensor in C order, slowest dimension first, from whatever device; None for others."""
        tensor = pointer.contents
        kinds = {int(GGMLQuantizationType.F32): np.float32, int(GGMLQuantizationType.I32): np.int32}
        kind = kinds.get(tensor.type)
        if kind is None:
            return None
        size = self._base.ggml_nbytes(pointer)
        raw = np.empty(size, np.uint8)
        self._base.ggml_backend_tensor_get(pointer, raw.ctypes.data, 0, size)
        shape, strides = tuple(tensor.ne)[::-1], tuple(tensor.nb)[::-1]
        return np.ndarray(shape, kind, raw.data, 0, strides).copy()
