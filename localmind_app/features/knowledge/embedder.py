"""Texts to vectors through the engine, in batches; and counting tokens as the embedder would."""

from __future__ import annotations

import base64
import re
from collections.abc import AsyncIterator, Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from localmind_app.core.errors import EngineError, Invalid
from localmind_app.engine.client import EngineClient
from localmind_app.engine.exchange import ask

from .chunks import Count

DEFAULT = "all-minilm-l6-v2"  # built into the engine
BATCH = 64  # texts in one request: half a second of work, after which a cancelled job is noticed
_SHORTEST = 8  # characters; a model that takes no text so short takes none
Vectors = NDArray[np.float32]


class Embedder:
    """One embedding model of the engine."""

    def __init__(self, engine: EngineClient, model: str = DEFAULT) -> None:
        self._engine, self.model = engine, model

    async def embed(self, texts: Sequence[str]) -> Vectors:
        """One unit vector per text, shape (texts, width). Raises EngineUnreachable and what the engine answers with."""
        if not texts:
            return np.zeros((0, 0), np.float32)
        made = [part async for part in self.batches(texts)]
        return np.concatenate(made)

    async def batches(self, texts: Sequence[str]) -> AsyncIterator[Vectors]:
        """The same, up to `BATCH` texts at a time, in order."""
        for start in range(0, len(texts), BATCH):
            yield await self._ask(texts[start : start + BATCH])

    async def _ask(self, texts: Sequence[str]) -> Vectors:
        # An empty input is refused by the protocol, and a text of blanks has no tokens.
        body = {"model": self.model, "input": [text if text.strip() else "." for text in texts]}
        try:
            answer = await ask(self._engine, "/v1/embeddings", {**body, "encoding_format": "base64"})
        except Invalid:
            return await self._shortened(texts)
        data = sorted(answer["data"], key=lambda entry: int(entry["index"]))
        made = np.stack([np.frombuffer(base64.b64decode(entry["embedding"]), "<f4") for entry in data])
        if len(made) != len(texts) or not np.isfinite(made).all():
            raise EngineError("The embedding model {model} gave no usable vectors.", model=self.model)
        return np.asarray(made, np.float32)

    async def _shortened(self, texts: Sequence[str]) -> Vectors:
        """One of the texts is too long for the model, which happens where its tokens could only be estimated."""
        half = len(texts) // 2
        if half:
            return np.concatenate([await self._ask(texts[:half]), await self._ask(texts[half:])])
        if len(texts[0]) < _SHORTEST:
            raise EngineError("The embedding model {model} gave no usable vectors.", model=self.model)
        return await self._ask([texts[0][: len(texts[0]) // 2]])


def counter(model: str = DEFAULT) -> Count:
    """Counts tokens of texts for an embedding model: exactly for the built-in one, at the safe side for others."""
    return (_word_pieces() if model == DEFAULT else None) or _estimate


@lru_cache(maxsize=1)
def _word_pieces() -> Count | None:
    """None where the built-in model's weights are not installed."""
    # Imported here: only who cuts documents needs them, and every start of the web process imports this module.
    from tokenizers import BertWordPieceTokenizer

    from localmind_app.engine.embed import minilm

    folder = minilm.source()
    if folder is None:
        return None
    tokenizer = BertWordPieceTokenizer(str(folder / "vocab.txt"), lowercase=True)

    def count(texts: Sequence[str]) -> list[int]:
        made = tokenizer.encode_batch(list(texts), add_special_tokens=False)
        return [len(one.ids) for one in made]

    return count


_PIECE = re.compile(r"[^\W_]+|\S")


def _estimate(texts: Sequence[str]) -> list[int]:
    """A token for every four letters of a word begun and for every other sign; more in scripts without an alphabet."""
    return [sum(_tokens(piece) for piece in _PIECE.findall(text)) for text in texts]


def _tokens(piece: str) -> int:
    return -(-len(piece) // 4) if piece.isascii() else len(piece)
