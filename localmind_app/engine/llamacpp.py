"""The typed door to llama.cpp's C API (llama-cpp-python 0.3.36, ctypes); only children import it.

It covers loading, contexts, batches and tokenising. What a kind of model needs beyond that stands in its folder.
Source of the calls: llama.h of the release that llama-cpp-python vendors.
"""

from __future__ import annotations

import ctypes
import os
import sys
from collections import deque
from collections.abc import Callable, Sequence
from typing import Any, cast

import llama_cpp.llama_cpp as c
import numpy as np
from numpy.typing import NDArray

Handle = Any  # an opaque pointer of llama.cpp
Ints = NDArray[np.int32]

_LEVEL_WARN, _LEVEL_ERROR = 3, 4  # enum ggml_log_level: none, debug, info, warn, error, cont
_complaints: deque[str] = deque(maxlen=20)


def _on_log(level: int, text: bytes | None, _: object) -> None:
    line = (text or b"").decode("utf-8", "replace")
    if level in (_LEVEL_WARN, _LEVEL_ERROR):
        if level == _LEVEL_ERROR:
            _complaints.append(line.strip())
        sys.stderr.write(line)
        sys.stderr.flush()


_log_callback = c.llama_log_callback(_on_log)  # kept here: llama.cpp calls it for as long as the process lives


def start() -> None:
    """Prepare llama.cpp in this process; its log goes to stderr from warnings upward."""
    c.llama_log_set(_log_callback, ctypes.c_void_p(0))
    c.llama_backend_init()


def complaint() -> str:
    """The reason llama.cpp logged for the failure that just happened, shortened to its last part."""
    for line in reversed(_complaints):
        _, found, reason = line.partition("error loading model: ")
        if found:
            return reason
    return _complaints[0] if _complaints else "llama.cpp gave no reason"


class LoadFailed(Exception):
    """llama.cpp refused the file; the text is its reason."""


_NO_CARDS = (ctypes.c_void_p * 1)(None)  # kept here: parameters point at it


def model_params(layers: Sequence[int] = ()) -> Any:
    """llama.cpp's parameters with so many of the last layers on each graphics card; the output counts as one."""
    params = c.llama_model_default_params()
    params.n_gpu_layers = sum(layers)
    if params.n_gpu_layers:
        params.tensor_split = (ctypes.c_float * int(c.llama_max_devices()))(*layers)
    else:
        params.devices = ctypes.addressof(_NO_CARDS)  # it would compute long prompts there, in memory nobody leased
    return params


def load_model(path: str, progress: Callable[[float], None], layers: Sequence[int] = ()) -> Handle:
    """Read the weights, `layers` of them onto graphics cards. Raises LoadFailed with llama.cpp's reason."""

    def on_progress(value: float, _: object) -> bool:
        progress(value)
        return True

    params = model_params(layers)
    callback = c.llama_progress_callback(on_progress)
    params.progress_callback = callback
    _complaints.clear()
    model = c.llama_model_load_from_file(os.fsencode(path), params)
    if not model:
        raise LoadFailed(complaint())
    return model


def new_context(model: Handle, **settings: int | bool) -> Handle:
    """A context with `settings` over llama.cpp's defaults. Raises LoadFailed with llama.cpp's reason."""
    params = c.llama_context_default_params()
    params.no_perf = True
    for name, value in settings.items():
        setattr(params, name, value)
    _complaints.clear()
    context = c.llama_init_from_model(model, params)
    if not context:
        raise LoadFailed(complaint())
    return context


def tokenize(vocab: Handle, text: str, *, add_special: bool, parse_special: bool) -> list[int]:
    """Token ids of `text`; control tokens written out in it are read as such only with `parse_special`."""
    data = text.encode("utf-8", "replace")
    room = len(data) + 8
    while True:
        tokens = np.empty(room, np.int32)
        pointer = tokens.ctypes.data_as(ctypes.POINTER(c.llama_token))
        count = c.llama_tokenize(vocab, data, len(data), pointer, room, add_special, parse_special)
        if count >= 0:
            return [int(token) for token in tokens[:count]]
        room = -count


def piece(vocab: Handle, token: int, *, special: bool = False) -> bytes:
    """The bytes `token` stands for; control tokens are empty without `special`."""
    room = 64
    while True:
        buffer = ctypes.create_string_buffer(room)
        count = c.llama_token_to_piece(vocab, token, buffer, room, 0, special)
        if count >= 0:
            return buffer.raw[:count]
        room = -count


def common(one: Ints, other: Ints) -> int:
    """How many tokens two lists have in common from their beginning."""
    length = min(len(one), len(other))
    differs = one[:length] != other[:length]
    return int(differs.argmax()) if differs.any() else length


class Batch:
    """A reusable `llama_batch` over numpy arrays: filling 512 rows takes microseconds instead of milliseconds."""

    def __init__(self, rows: int) -> None:
        self.tokens = np.zeros(rows, np.int32)
        self.positions = np.zeros(rows, np.int32)
        self.sequences = np.zeros(rows, np.int32)
        self.wanted = np.zeros(rows, np.int8)
        self._counts = np.ones(rows, np.int32)
        base, step = self.sequences.ctypes.data, self.sequences.itemsize
        self._pointers = np.array([base + row * step for row in range(rows)], np.uintp)
        self._struct = cast(Any, c.llama_batch())  # ctypes takes pointers where its stubs say arrays
        self._struct.token = self.tokens.ctypes.data_as(ctypes.POINTER(c.llama_token))
        self._struct.pos = self.positions.ctypes.data_as(ctypes.POINTER(c.llama_pos))
        self._struct.n_seq_id = self._counts.ctypes.data_as(ctypes.POINTER(ctypes.c_int32))
        rows_type = ctypes.POINTER(ctypes.POINTER(c.llama_seq_id))
        self._struct.seq_id = ctypes.cast(self._pointers.ctypes.data, rows_type)
        self._struct.logits = self.wanted.ctypes.data_as(ctypes.POINTER(ctypes.c_int8))

    def clear(self) -> None:
        """Begin anew."""
        self._struct.n_tokens = 0

    def add(self, tokens: Sequence[int] | Ints, sequence: int, start: int, *, wanted: bool) -> int:
        """Rows of one sequence from position `start`; the last one's logits if `wanted`. Returns the last row."""
        begin = int(self._struct.n_tokens)
        end = begin + len(tokens)
        self.tokens[begin:end] = tokens
        self.positions[begin:end] = np.arange(start, start + end - begin, dtype=np.int32)
        self.sequences[begin:end] = sequence
        self.wanted[begin:end] = 0
        self.wanted[end - 1] = wanted
        self._struct.n_tokens = end
        return end - 1

    def fill_texts(self, texts: Sequence[Sequence[int]]) -> None:
        """Text number i as sequence i, each from position 0; every row is an output, as pooling wants."""
        count = 0
        for number, tokens in enumerate(texts):
            end = count + len(tokens)
            self.tokens[count:end] = tokens
            self.positions[count:end] = np.arange(len(tokens), dtype=np.int32)
            self.sequences[count:end] = number
            count = end
        self.wanted[:count] = 1
        self._struct.n_tokens = count

    def decode(self, context: Handle) -> int:
        """Run it. 0 done, 1 no room in the KV cache, 2 aborted, below 0 fatal (llama.h)."""
        return int(c.llama_decode(context, self._struct))
