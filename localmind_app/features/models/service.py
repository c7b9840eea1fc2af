"""What is known of the models the engine can run."""

from __future__ import annotations

from dataclasses import dataclass

from localmind_app.engine.client import EngineClient
from localmind_app.features.accounts.service import Actor


@dataclass(frozen=True)
class ModelItem:
    """A chat model in the picker. `detail` says size, quantisation and context in a few words."""

    id: str
    label: str
    detail: str
    starter: bool
    problem: str


class ModelService:
    """Models through one engine."""

    def __init__(self, engine: EngineClient) -> None:
        self._engine = engine

    async def chat_models(self, actor: Actor) -> list[ModelItem]:
        """The models that can chat, the starter last. Raises EngineUnreachable when the engine is away."""
        del actor  # every signed-in person may use every model in this first form
        found = [model for model in await self._engine.models() if model.kind == "chat"]
        found.sort(key=lambda model: (model.starter, model.label.lower()))
        return [
            ModelItem(
                model.id,
                model.label,
                _detail(model.size_bytes, model.quantization, model.context_length),
                model.starter,
                (model.error or {}).get("message", ""),
            )
            for model in found
        ]


def _detail(size_bytes: int | None, quantization: str | None, context: int | None) -> str:
    if size_bytes is None:
        return quantization or ""
    size = f"{size_bytes / 1e9:.1f} GB" if size_bytes >= 1e9 else f"{size_bytes / 1e6:.0f} MB"
    return " · ".join(part for part in (size, quantization, f"{context:,} tokens" if context else None) if part)
