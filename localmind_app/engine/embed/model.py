"""A loaded embedding model: texts in, unit vectors out; or a reranker: a question and texts in, scores out."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

import llama_cpp.llama_cpp as c
import numpy as np
from numpy.typing import NDArray

from .. import llamacpp
from ..llamacpp import Batch, Handle

ROWS = 512  # tokens decoded at once: attention is quadratic in all texts of one batch together
_MAX_TEXTS = 16
# A question of some words is read as fast by one thread as by several, which wait for each other after every step,
# and many times as fast where one of them has to wait for its core: other programs, or the search by words meanwhile.
_ROWS_PER_THREAD = 32
CONTEXT_SETTINGS: dict[str, int | bool] = {
    "n_ctx": ROWS * _MAX_TEXTS,
    "n_batch": ROWS,
    "n_ubatch": ROWS,
    "n_seq_max": _MAX_TEXTS,
    "embeddings": True,
    "kv_unified": True,
}


class EmbeddingModel:
    """One model file in memory. `limit` is the longest text in tokens, `ranks` says that it is a reranker.

    Raises LoadFailed.
    """

    def __init__(self, path: str, threads: int, progress: Callable[[float], None]) -> None:
        self.model: Handle = llamacpp.load_model(path, progress)
        self.vocab: Handle = c.llama_model_get_vocab(self.model)
        self.limit = min(ROWS, int(c.llama_model_n_ctx_train(self.model)))
        self.context: Handle = llamacpp.new_context(
            self.model, **CONTEXT_SETTINGS, n_threads=threads, n_threads_batch=threads
        )
        pooling = c.llama_pooling_type(self.context)
        if pooling == c.LLAMA_POOLING_TYPE_NONE:
            raise llamacpp.LoadFailed("it does not make one vector per text")
        self.ranks = pooling == c.LLAMA_POOLING_TYPE_RANK
        self.width = 1 if self.ranks else int(c.llama_model_n_embd(self.model))
        self._batch = Batch(ROWS)
        self._most_threads = self._threads = threads

    def tokenize(self, text: str) -> list[int]:
        """Token ids with the model's own begin and end tokens; control tokens in the text stay text."""
        return llamacpp.tokenize(self.vocab, text, add_special=True, parse_special=False)

    def pair(self, query: str, text: str) -> list[int]:
        """Token ids of a question and a text as a cross-encoder reads them, the text cut where both are too long."""
        first, second = (
            llamacpp.tokenize(self.vocab, one, add_special=False, parse_special=False) for one in (query, text)
        )
        bos, eos, sep = (int(get(self.vocab)) for get in (c.llama_vocab_bos, c.llama_vocab_eos, c.llama_vocab_sep))
        between = [token for token in (eos, sep) if token >= 0]  # BERT has a separator, XLM-RoBERTa an end and one
        head = [bos] * (bos >= 0) + first[: self.limit // 2] + between
        end = between[:1]
        return [*head, *second[: self.limit - len(head) - len(end)], *end]

    def score(self, pairs: Sequence[list[int]]) -> NDArray[np.float32]:
        """How well each text of at most one batch answers its question: the model's own logits, shape (pairs,)."""
        return self._pooled(pairs)[:, 0]

    def embed(self, texts: Sequence[list[int]]) -> NDArray[np.float32]:
        """Unit vectors of at most one batch of texts (see `batches`), shape (texts, width)."""
        vectors = self._pooled(texts)
        return np.asarray(vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-12))

    def _pooled(self, texts: Sequence[list[int]]) -> NDArray[np.float32]:
        self._batch.fill_texts(texts)
        threads = min(self._most_threads, max(1, sum(map(len, texts)) // _ROWS_PER_THREAD))
        if threads != self._threads:
            c.llama_set_n_threads(self.context, threads, threads)
            self._threads = threads
        memory = c.llama_get_memory(self.context)
        if memory:  # encoders have none; embedding models made from decoders do
            c.llama_memory_clear(memory, False)
        code = self._batch.decode(self.context)
        if code != 0:
            raise RuntimeError(f"llama_decode returned {code}")
        return np.stack([
            np.ctypeslib.as_array(c.llama_get_embeddings_seq(self.context, number), (self.width,)).copy()
            for number in range(len(texts))
        ])  # fmt: skip

    def close(self) -> None:
        """Give the memory back."""
        c.llama_free(self.context)
        c.llama_model_free(self.model)


def batches(texts: Sequence[list[int]]) -> Iterator[list[int]]:
    """Indexes of `texts` in groups that fit one batch, short texts together so that little work is wasted."""
    group: list[int] = []
    rows = 0
    for index in sorted(range(len(texts)), key=lambda i: len(texts[i])):
        if group and (rows + len(texts[index]) > ROWS or len(group) == _MAX_TEXTS):
            yield group
            group, rows = [], 0
        group.append(index)
        rows += len(texts[index])
    if group:
        yield group
