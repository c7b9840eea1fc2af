"""Embeds parts of several documents in one request, and waits while the engine is away instead of giving up."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from typing import Any, Protocol

import numpy as np

from localmind_app.core.errors import EngineError, EngineRefused, ModelBroken, ModelCrashed, TooMany, UserError

from .work import Part, Vectors, Work

FIRST_WAIT, LONGEST_WAIT = 0.5, 10.0  # seconds
_MOST_CRASHES = 3  # of a model, by the same texts


class Embeds(Protocol):
    """The part of `Embedder` that is needed here."""

    async def embed(self, texts: Sequence[str]) -> Vectors: ...


class PatientEmbedding:
    """`note` is why it waits now, as `UserError.body`."""

    def __init__(self, embedder: Callable[[str], Embeds]) -> None:
        self._embedder = embedder
        self.note: dict[str, Any] | None = None

    async def fill(self, parts: Sequence[Part]) -> dict[Work, UserError]:
        """Give all parts their vectors; the works that cannot have them, with the reason."""
        texts = [text for part in parts for text in part.texts]
        model = parts[0].work.task.embedder
        try:
            made = await self._made(model, texts) if texts else np.zeros((0, 0), np.float32)
        except UserError as error:
            if len({part.work for part in parts}) == 1:
                return {parts[0].work: error}
            return await self._each(parts)  # one of them is to blame
        at = 0
        for part in parts:
            part.fill(made[at : at + len(part.new)])
            at += len(part.new)
        return {}

    async def _each(self, parts: Sequence[Part]) -> dict[Work, UserError]:
        failed: dict[Work, UserError] = {}
        for part in parts:
            if part.work not in failed:
                failed |= await self.fill([part])
        return failed

    async def _made(self, model: str, texts: Sequence[str]) -> Vectors:
        wait, crashes = FIRST_WAIT, 0
        try:
            while True:
                try:
                    return await self._embedder(model).embed(texts)
                except (EngineError, TooMany) as error:
                    crashes += type(error) is ModelCrashed
                    if isinstance(error, (ModelBroken, EngineRefused)) or crashes == _MOST_CRASHES:
                        raise
                    self.note = error.body()
                await asyncio.sleep(wait)
                wait = min(2 * wait, LONGEST_WAIT)
        finally:
            self.note = None
