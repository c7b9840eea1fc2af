"""A loaded language model: weights, context and the table of token bytes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import llama_cpp.llama_cpp as c
import numpy as np
from numpy.typing import NDArray

from .. import llamacpp
from ..llamacpp import Handle

PREFILL_ROWS = 256  # tokens decoded between two looks at cancel and status


class TextModel:
    """One model file in memory with one context of `n_ctx` tokens. Raises LoadFailed."""

    def __init__(self, path: str, n_ctx: int, threads: int, progress: Callable[[float], None]) -> None:
        self.model: Handle = llamacpp.load_model(path, progress)
        if c.llama_model_has_encoder(self.model) or not c.llama_model_has_decoder(self.model):
            raise llamacpp.LoadFailed("it is not a model that continues a text")
        self.vocab: Handle = c.llama_model_get_vocab(self.model)
        self.context: Handle = llamacpp.new_context(
            self.model,
            n_ctx=n_ctx,
            n_batch=PREFILL_ROWS,
            n_ubatch=PREFILL_ROWS,
            n_seq_max=1,
            n_outputs_max=1,  # logits of the last row only
            n_threads=threads,
            n_threads_batch=threads,
            flash_attn_type=c.LLAMA_FLASH_ATTN_TYPE_AUTO,
            swa_full=True,  # a sliding-window cache cannot go back to a shared prefix
        )
        self.memory: Handle = c.llama_get_memory(self.context)
        self.n_ctx = int(c.llama_n_ctx(self.context))
        self.n_vocab = int(c.llama_vocab_n_tokens(self.vocab))
        self.pieces = [llamacpp.piece(self.vocab, token) for token in range(self.n_vocab)]
        self.ends = frozenset(t for t in range(self.n_vocab) if c.llama_vocab_is_eog(self.vocab, t))
        self.control_texts = self._control_texts()
        self.bos_text = self._text(int(c.llama_vocab_bos(self.vocab)))
        self.eos_text = self._text(int(c.llama_vocab_eos(self.vocab)))
        template = c.llama_model_chat_template(self.model, None)
        self.chat_template = None if template is None else template.decode("utf-8", "replace")

    def _text(self, token: int) -> str:
        return "" if token < 0 else llamacpp.piece(self.vocab, token, special=True).decode("utf-8", "replace")

    def _control_texts(self) -> list[str]:
        control = (t for t in range(self.n_vocab) if c.llama_vocab_is_control(self.vocab, t))
        return [text for token in control if (text := self._text(token))]

    def logits(self) -> NDArray[np.float32]:
        """Logits of the last row, shape (n_vocab,); a view that the next decode overwrites."""
        return np.ctypeslib.as_array(c.llama_get_logits_ith(self.context, -1), (self.n_vocab,))

    def forget_from(self, position: int) -> bool:
        """Drop the KV cells from `position` on; False where this kind of model cannot (it must start anew)."""
        return bool(c.llama_memory_seq_rm(self.memory, 0, position, -1))

    def forget_all(self) -> None:
        """Drop all KV cells."""
        c.llama_memory_clear(self.memory, True)

    def facts(self) -> dict[str, Any]:
        """What the engine shows about the loaded model."""
        return {
            "n_ctx": self.n_ctx,
            "n_ctx_train": int(c.llama_model_n_ctx_train(self.model)),
            "n_params": int(c.llama_model_n_params(self.model)),
            "n_vocab": self.n_vocab,
        }

    def close(self) -> None:
        """Give the memory back."""
        c.llama_free(self.context)
        c.llama_model_free(self.model)
