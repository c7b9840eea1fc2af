"""How llama.cpp would lay weights out in memory on this machine.

Matrices of some types are kept twice: as they are in the file, which is mapped, and in an order that this processor
multiplies faster. Which types these are depends on the processor, so ggml itself is asked, the way llama.cpp asks it
(`weight_buft_supported` in its model loader). Only the short-lived process of `sizing` imports this.
"""

from __future__ import annotations

import ctypes
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import llama_cpp
from gguf import GGMLQuantizationType
from llama_cpp._ctypes_extensions import load_shared_library

from .header import Tensor

_Pointer = ctypes.c_void_p
_CPU, _F32 = 0, 0  # enum ggml_backend_dev_type, enum ggml_type
_BUFFER_OFFSET = 8  # of `buffer` in struct ggml_tensor, behind its type
_ROWS = 512  # the batch llama.cpp asks about
_NOT_MULTIPLIED = ("token_embd.weight", "position_embd.weight", "token_types.weight")


class _InitParams(ctypes.Structure):
    _fields_ = [("mem_size", ctypes.c_size_t), ("mem_buffer", _Pointer), ("no_alloc", ctypes.c_bool)]


class Layout:
    """Knows the processor's own buffer types. llama.cpp must have been started."""

    def __init__(self) -> None:
        folder = Path(llama_cpp.__file__).parent / "lib"
        self._base: Any = load_shared_library("ggml-base", folder)
        self._ggml: Any = load_shared_library("ggml", folder)
        self._device = self._call(self._ggml, "ggml_backend_dev_by_type", _Pointer, _CPU)
        self._buffers = [self._call(self._base, "ggml_backend_buft_alloc_buffer", _Pointer, _Pointer(kind), _size(0))
                         for kind in self._own_kinds()]  # fmt: skip
        self._known: dict[tuple[int, int, int], bool] = {}

    def second_bytes(self, tensors: tuple[Tensor, ...]) -> int:
        """Bytes that these weights take beside the mapped file."""
        multiplied = [one for one in tensors if len(one.shape) >= 2 and one.name not in _NOT_MULTIPLIED]
        if not any(one.name == "output.weight" for one in tensors):  # the input embeddings are used for it too
            multiplied += [one for one in tensors if one.name == "token_embd.weight"]
        return sum(one.bytes for one in multiplied if self._is_kept_twice(one))

    def _is_kept_twice(self, tensor: Tensor) -> bool:
        key = (int(GGMLQuantizationType[tensor.kind]), tensor.shape[0], tensor.shape[1])
        if key not in self._known:
            self._known[key] = self._supported(*key)
        return self._known[key]

    def _supported(self, kind: int, columns: int, rows: int) -> bool:
        context = self._call(self._base, "ggml_init", _Pointer, _InitParams(1 << 16, None, True))
        try:
            new = ("ggml_new_tensor_2d", _Pointer, _Pointer(context))
            weight = self._call(self._base, *new, kind, ctypes.c_int64(columns), ctypes.c_int64(rows))
            rows_in = self._call(self._base, *new, _F32, ctypes.c_int64(columns), ctypes.c_int64(_ROWS))
            product = self._call(
                self._base, "ggml_mul_mat", _Pointer, _Pointer(context), _Pointer(weight), _Pointer(rows_in)
            )
            for buffer in self._buffers:
                _Pointer.from_address(weight + _BUFFER_OFFSET).value = buffer
                supports = "ggml_backend_dev_supports_op"
                if self._call(self._base, supports, ctypes.c_bool, _Pointer(self._device), _Pointer(product)):
                    return True
            return False
        finally:
            self._call(self._base, "ggml_free", None, _Pointer(context))

    def _own_kinds(self) -> Iterator[int]:
        registry = self._call(self._base, "ggml_backend_dev_backend_reg", _Pointer, _Pointer(self._device))
        name = b"ggml_backend_dev_get_extra_bufts"
        address = self._call(self._base, "ggml_backend_reg_get_proc_address", _Pointer, _Pointer(registry), name)
        if not address:
            return
        kinds = ctypes.CFUNCTYPE(ctypes.POINTER(_Pointer), _Pointer)(address)(self._device)
        index = 0
        while kinds and kinds[index]:
            yield int(kinds[index])
            index += 1

    @staticmethod
    def _call(library: Any, name: str, result: Any, *arguments: Any) -> Any:
        function = getattr(library, name)
        function.restype = result
        function.argtypes = None  # every argument is given with its C type
        return function(*arguments)


def _size(value: int) -> ctypes.c_size_t:
    return ctypes.c_size_t(value)
