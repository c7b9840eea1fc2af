"""LoRA adapters: small files that change a model for one request. llama.cpp computes a batch with one set of them."""

from __future__ import annotations

import ctypes
import os
from pathlib import Path
from typing import Any

import llama_cpp.llama_cpp as c

from localmind_app.core.errors import Invalid

from ..llamacpp import Handle

# (path, scale) of each adapter in use, in order; two requests with the same one share cells and batches.
Adapters = tuple[tuple[str, float], ...]


class LoadedAdapters:
    """The adapters of one model in memory, and the set the context computes with now."""

    def __init__(self, model: Handle, context: Handle) -> None:
        self._model, self._context = model, context
        self._loaded: dict[tuple[str, int], Handle] = {}
        self._active: Adapters = ()

    def load(self, wanted: Adapters) -> None:
        """Read the files that are not there yet. Raises Invalid where one does not fit this model."""
        for path, _ in wanted:
            self._handle(path)

    def use(self, wanted: Adapters) -> None:
        """Compute with these from the next decode on."""
        if wanted == self._active:
            return
        count = len(wanted)
        handles: Any = (c.llama_adapter_lora_p_ctypes * count)(*(self._handle(path) for path, _ in wanted))
        scales: Any = (ctypes.c_float * count)(*(scale for _, scale in wanted))
        c.llama_set_adapters_lora(self._context, handles, count, scales)
        self._active = wanted

    def _handle(self, path: str) -> Handle:
        try:
            key = (path, Path(path).stat().st_mtime_ns)
        except OSError:
            raise Invalid("The adapter {file} is not there any more.", file=Path(path).name) from None
        if key not in self._loaded:
            handle = c.llama_adapter_lora_init(self._model, os.fsencode(path))
            if not handle:
                raise Invalid("The adapter {file} does not fit this model.", file=Path(path).name)
            self._loaded[key] = handle  # freed with the model, as llama.cpp does
        return self._loaded[key]
