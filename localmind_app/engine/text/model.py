"""A loaded language model: weights, context and the table of token bytes."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import llama_cpp.llama_cpp as c
import numpy as np
from numpy.typing import NDArray

from .. import llamacpp
from ..llamacpp import Handle
from .adapter import LoadedAdapters
from .odds import MOST_TRIED
from .tool_calls import MARKERS

PREFILL_ROWS = 256  # tokens decoded between two looks at cancel and status
_NARROW_HEAD = 64
_KV_TYPES = {"f16": c.GGML_TYPE_F16, "q8_0": c.GGML_TYPE_Q8_0}


def flash_attention(model: Handle) -> int:
    """Off for narrow heads, where it costs more than it saves: 32 wide, a step takes 1.4 to 1.7 x as long."""
    narrow = int(c.llama_model_n_embd(model)) // (int(c.llama_model_n_head(model)) or 1) < _NARROW_HEAD
    return int(c.LLAMA_FLASH_ATTN_TYPE_DISABLED if narrow else c.LLAMA_FLASH_ATTN_TYPE_AUTO)


def context_settings(model: Handle, n_ctx: int, slots: int, kv: str = "f16") -> dict[str, int | bool]:
    """What sizes a context for `slots` sequences of `n_ctx` tokens each, their cells of type `kv`; `sizing` asks with
    the same. llama.cpp refuses q8_0 without flash attention, and for heads that are no multiple of 32."""
    return {
        "n_ctx": n_ctx * slots,
        "n_batch": PREFILL_ROWS + slots + MOST_TRIED,
        "n_ubatch": PREFILL_ROWS,
        "n_seq_max": slots,
        "n_outputs_max": slots + MOST_TRIED,  # logits of each sequence's last row, and of one's tries
        "kv_unified": False,  # a buffer for each sequence: independent requests do not read each other's cells
        "flash_attn_type": flash_attention(model),
        "type_k": _KV_TYPES[kv],
        "type_v": _KV_TYPES[kv],
        "swa_full": True,  # a sliding-window cache cannot go back to a shared prefix
    }


class TextModel:
    """One model file in memory with room for `slots` sequences of `n_ctx` tokens each. Raises LoadFailed.

    `kv` is the type of the cells, `layers` how many layers each graphics card holds.
    """

    def __init__(
        self,
        path: str,
        n_ctx: int,
        threads: int,
        progress: Callable[[float], None],
        slots: int = 1,
        *,
        kv: str = "f16",
        layers: Sequence[int] = (),
    ) -> None:
        self.model: Handle = llamacpp.load_model(path, progress, layers)
        if c.llama_model_has_encoder(self.model) or not c.llama_model_has_decoder(self.model):
            raise llamacpp.LoadFailed("it is not a model that continues a text")
        self.vocab: Handle = c.llama_model_get_vocab(self.model)
        self.flash_attention = flash_attention(self.model)
        settings = context_settings(self.model, n_ctx, slots, kv)
        self.context: Handle = llamacpp.new_context(self.model, **settings, n_threads=threads, n_threads_batch=threads)
        self.memory: Handle = c.llama_get_memory(self.context)
        self.adapters = LoadedAdapters(self.model, self.context)
        self.can_rewind = not (c.llama_model_is_recurrent(self.model) or c.llama_model_is_hybrid(self.model))
        self.can_slide = bool(c.llama_memory_can_shift(self.memory))
        self.slots, self.kv, self.gpu_layers = slots, kv, sum(layers)
        self.most_threads = self.threads = threads
        self.n_ctx = int(c.llama_n_ctx_seq(self.context))
        self.n_vocab = int(c.llama_vocab_n_tokens(self.vocab))
        self.pieces = [llamacpp.piece(self.vocab, token) for token in range(self.n_vocab)]
        self.ends = frozenset(t for t in range(self.n_vocab) if c.llama_vocab_is_eog(self.vocab, t))
        self.control_texts = self._control_texts()
        self.markers = {t: text.encode() for t in self._control_tokens() if (text := self._text(t)) in MARKERS}
        self.bos_text = self._text(int(c.llama_vocab_bos(self.vocab)))
        self.eos_text = self._text(int(c.llama_vocab_eos(self.vocab)))
        template = c.llama_model_chat_template(self.model, None)
        self.chat_template = None if template is None else template.decode("utf-8", "replace")

    def _text(self, token: int) -> str:
        return "" if token < 0 else llamacpp.piece(self.vocab, token, special=True).decode("utf-8", "replace")

    def _control_texts(self) -> list[str]:
        return [text for token in self._control_tokens() if (text := self._text(token))]

    def _control_tokens(self) -> Iterator[int]:
        return (t for t in range(self.n_vocab) if c.llama_vocab_is_control(self.vocab, t))

    def logits(self, row: int) -> NDArray[np.float32]:
        """Logits of batch row `row`, shape (n_vocab,); a view that the next decode overwrites."""
        return np.ctypeslib.as_array(c.llama_get_logits_ith(self.context, row), (self.n_vocab,))

    def use_threads(self, count: int) -> None:
        """Compute with that many threads from the next decode on."""
        if count != self.threads:
            self.threads = count
            c.llama_set_n_threads(self.context, count, count)

    def forget(self, sequence: int, position: int) -> bool:
        """Drop a sequence's KV cells from `position` on; False where this kind of model cannot (it must start anew)."""
        return bool(c.llama_memory_seq_rm(self.memory, sequence, position, -1))

    def copy_sequence(self, source: int, target: int) -> None:
        """Make `target` hold the same KV cells as `source`, whose own cells stay."""
        c.llama_memory_seq_rm(self.memory, target, -1, -1)
        # Between buffers of their own, llama.cpp copies whole sequences only.
        c.llama_memory_seq_cp(self.memory, source, target, -1, -1)

    def slide(self, sequence: int, start: int, count: int) -> bool:
        """Drop `count` cells from `start` and move the later ones to their places; False where that is impossible."""
        if not self.can_slide or not c.llama_memory_seq_rm(self.memory, sequence, start, start + count):
            return False
        c.llama_memory_seq_add(self.memory, sequence, start + count, -1, -count)
        return True

    def facts(self) -> dict[str, Any]:
        """What the engine shows about the loaded model."""
        return {
            "n_ctx": self.n_ctx,
            "n_ctx_train": int(c.llama_model_n_ctx_train(self.model)),
            "n_params": int(c.llama_model_n_params(self.model)),
            "n_vocab": self.n_vocab,
            "kv": self.kv,
            "gpu_layers": self.gpu_layers,
        }

    def close(self) -> None:
        """Give the memory back."""
        c.llama_free(self.context)
        c.llama_model_free(self.model)
