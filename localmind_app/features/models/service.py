"""What is known of the models the engine can run."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass

from localmind_app.core.errors import EngineUnreachable
from localmind_app.engine.client import EngineClient, ModelInfo
from localmind_app.features.accounts.service import Actor

from .remote.engine import RemoteEngine
from .remote.name import model_id
from .remote.service import RemoteService

# A list comes in milliseconds: a page that waits for an engine that hangs must go on without it.
PATIENCE_SECONDS = 3.0


@dataclass(frozen=True)
class ModelItem:
    """A chat model in the picker. `detail` says size, quantisation and context in a few words.

    For a model of a remote engine `engine` is that one's name, `leaves_machine` whether what is written to it does, and
    `away` whether it did not answer when it was last asked.
    """

    id: str
    label: str
    detail: str
    starter: bool
    problem: str
    engine: str = ""
    leaves_machine: bool = False
    away: bool = False


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


def usual_model(items: Iterable[ModelItem], last: object) -> str:
    """The model of a new chat: the one chosen last, or the first that works; empty when there is none.

    What leaves this machine is only ever used because somebody chose it.
    """
    working = [item for item in items if not item.problem]
    own = [item.id for item in working if not item.leaves_machine]
    return str(last) if any(item.id == last for item in working) else (own[0] if own else "")


class ModelService:
    """Models of the local engine, and of the remote ones beside it."""

    def __init__(self, engine: EngineClient, remotes: RemoteService | None = None) -> None:
        self._engine, self._remotes = engine, remotes

    async def chat_models(self, actor: Actor) -> list[ModelItem]:
        """The models that can chat: the local ones, the starter last, then those of remote engines in their order.

        Remote engines are not asked; their newest probe is shown. Raises EngineUnreachable when the local engine is
        away and there is no remote model to go on with.
        """
        del actor  # every signed-in person may use every model in this first form
        engines = await self._remotes.enabled() if self._remotes else []
        remote = [item for engine in engines for item in _remote_items(engine)]
        try:
            local = await known_chat_models(self._engine)
        except EngineUnreachable:
            if not remote:
                raise
            local = []
        return [_local_item(model) for model in local] + remote


def _local_item(model: ModelInfo) -> ModelItem:
    return ModelItem(
        model.id,
        model.label,
        _detail(model.size_bytes, model.quantization, model.context_length),
        model.starter,
        (model.error or {}).get("message", "") if is_broken(model) else "",
    )


def _remote_items(engine: RemoteEngine) -> list[ModelItem]:
    label = engine.facts.label
    return [
        ModelItem(
            model_id(engine.facts.id, model.id),
            model.id,
            f"{label} · {model.context:,} tokens" if model.context else label,
            starter=False,
            problem="",
            engine=label,
            leaves_machine=engine.leaves(model.id),
            away=engine.state is not None and not engine.state.up,
        )
        for model in engine.offered()
    ]


def _detail(size_bytes: int | None, quantization: str | None, context: int | None) -> str:
    if size_bytes is None:
        return quantization or ""
    size = f"{size_bytes / 1e9:.1f} GB" if size_bytes >= 1e9 else f"{size_bytes / 1e6:.0f} MB"
    return " · ".join(part for part in (size, quantization, f"{context:,} tokens" if context else None) if part)
