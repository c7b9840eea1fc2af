"""What is known of the models the engine can run."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass

from localmind_app.core.errors import EngineUnreachable
from localmind_app.engine.client import EngineClient, ModelInfo
from localmind_app.features.accounts.service import Actor

# A list comes in milliseconds: a page that waits for an engine that hangs must go on without it.
PATIENCE_SECONDS = 3.0


@dataclass(frozen=True)
class ModelItem:
    """A chat model in the picker. `detail` says size, quantisation and context in a few words."""

    id: str
    label: str
    detail: str
    starter: bool
    problem: str


def is_broken(model: ModelInfo) -> bool:
    """Whether the file cannot be loaded. A model whose process crashed, or met a full memory, is started again."""
    return model.state == "broken"


def ordered(models: Iterable[ModelInfo]) -> list[ModelInfo]:
    """The chat models as people meet them: their own by name, then the starter, then those that cannot be loaded.

    The first one is what a new chat uses.
    """
    chat = [model for model in models if model.kind == "chat"]
    return sorted(chat, key=lambda model: (is_broken(model), model.starter, model.label.lower()))


async def known_chat_models(engine: EngineClient) -> list[ModelInfo]:
    """The engine's chat models, `ordered`. Raises EngineUnreachable when it is away or hangs."""
    try:
        async with asyncio.timeout(PATIENCE_SECONDS):
            return ordered(await engine.models())
    except TimeoutError:
        detail = f"{PATIENCE_SECONDS:.0f} s"
        raise EngineUnreachable(
            "The engine does not answer ({detail}). It is restarted if it crashed.", detail=detail
        ) from None


class ModelService:
    """Models through one engine."""

    def __init__(self, engine: EngineClient) -> None:
        self._engine = engine

    async def chat_models(self, actor: Actor) -> list[ModelItem]:
        """The models that can chat, the starter last. Raises EngineUnreachable when the engine is away."""
        del actor  # every signed-in person may use every model in this first form
        return [
            ModelItem(
                model.id,
                model.label,
                _detail(model.size_bytes, model.quantization, model.context_length),
                model.starter,
                (model.error or {}).get("message", "") if is_broken(model) else "",
            )
            for model in await known_chat_models(self._engine)
        ]


def _detail(size_bytes: int | None, quantization: str | None, context: int | None) -> str:
    if size_bytes is None:
        return quantization or ""
    size = f"{size_bytes / 1e9:.1f} GB" if size_bytes >= 1e9 else f"{size_bytes / 1e6:.0f} MB"
    return " · ".join(part for part in (size, quantization, f"{context:,} tokens" if context else None) if part)
