"""A model that reads text and says what it expects next; it writes nothing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import llama_cpp.llama_cpp as c
import numpy as np
import psutil
from numpy.typing import NDArray

from localmind_app.core.errors import EngineError, Invalid

from .. import llamacpp
from ..llamacpp import Handle
from ..text.governor import Governor

ROWS = 128  # tokens of one decode; large vocabularies make 80 MB of logits of them
Logits = NDArray[np.float32]


class Reader:
    """One model with a context of `n_ctx` tokens. `settings` go to llama.cpp's context. Raises LoadFailed."""

    def __init__(self, path: str, n_ctx: int, **settings: Any) -> None:
        self.model: Handle = llamacpp.load_model(path, lambda _: None)
        if c.llama_model_has_encoder(self.model) or not c.llama_model_has_decoder(self.model):
            raise llamacpp.LoadFailed("it is not a model that continues a text")
        self.n_ctx = min(n_ctx, int(c.llama_model_n_ctx_train(self.model)) or n_ctx)
        self._threads = threads = psutil.cpu_count(logical=False) or 1
        self._governor = Governor(threads)
        self.busy = False  # whether other programs wanted the processor meanwhile
        self.context: Handle = llamacpp.new_context(
            self.model,
            n_ctx=self.n_ctx,
            n_batch=ROWS,
            n_ubatch=ROWS,
            n_threads=threads,
            n_threads_batch=threads,
            **settings,
        )
        self.vocab: Handle = c.llama_model_get_vocab(self.model)
        self.n_vocab = int(c.llama_vocab_n_tokens(self.vocab))
        bos = int(c.llama_vocab_bos(self.vocab))
        self.bos = [bos] if c.llama_vocab_get_add_bos(self.vocab) and bos >= 0 else []
        self._memory: Handle = c.llama_get_memory(self.context)
        self._batch = llamacpp.Batch(ROWS)

    def tokens(self, text: str) -> list[int]:
        """The tokens of `text`, without one for its beginning. Raises Invalid when there are fewer than two."""
        found = llamacpp.tokenize(self.vocab, text, add_special=False, parse_special=False)
        if len(found) < 2:
            raise Invalid("The text is too short to measure anything on it.")
        return found

    def forget(self) -> None:
        """Begin a new text."""
        c.llama_memory_clear(self._memory, True)

    def decode(self, tokens: Sequence[int], start: int, first_wanted: int) -> Logits | None:
        """Read at most ROWS tokens from position `start`; logits of the rows from `first_wanted` on, one row each.

        The array is llama.cpp's memory: the next decode overwrites it. Raises EngineError.
        """
        self._use_threads(self._governor.threads())
        self._batch.clear()
        self._batch.add(tokens, 0, start, wanted=False)
        self._batch.wanted[first_wanted : len(tokens)] = 1
        outcome = self._batch.decode(self.context)
        if outcome:
            raise EngineError("llama.cpp could not read the text (code {code}).", code=outcome)
        rows = len(tokens) - first_wanted
        return np.ctypeslib.as_array(c.llama_get_logits(self.context), (rows, self.n_vocab)) if rows > 0 else None

    def _use_threads(self, count: int) -> None:
        self.busy |= count < self._threads
        c.llama_set_n_threads(self.context, count, count)

    def read(self, tokens: Sequence[int], first_wanted: int) -> Iterator[tuple[int, Logits]]:
        """Read a text anew, ROWS at a time: the position of each first row that is wanted, and the rows from there."""
        self.forget()
        for start in range(0, len(tokens), ROWS):
            part = tokens[start : start + ROWS]
            skipped = min(max(0, first_wanted - start), len(part))
            logits = self.decode(part, start, skipped)
            if logits is not None:
                yield start + skipped, logits

    def close(self) -> None:
        """Give the memory back."""
        c.llama_free(self.context)
        c.llama_model_free(self.model)
