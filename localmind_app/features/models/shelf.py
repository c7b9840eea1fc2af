"""The models that are here: what each is, what it does now, and the few acts on it.

Everybody who may sign in can look. Loading, unloading, pinning, releasing and removing are the owner's.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlalchemy import delete
from sqlalchemy.orm import Session

from localmind_app.core.database import Database
from localmind_app.core.errors import EngineUnreachable, Invalid, NotAllowed
from localmind_app.core.home import Home
from localmind_app.engine.catalog import STARTER, Catalog, Model, draft_of, parts_of
from localmind_app.engine.client import EngineClient, ModelInfo
from localmind_app.engine.embed import minilm
from localmind_app.features.accounts.service import Actor

from .fit import Fit
from .fits import Fits
from .service import PATIENCE_SECONDS
from .tables import ModelFileRow


@dataclass(frozen=True)
class ShelfItem:
    """A model that is here. Sizes are in bytes, `context` in tokens, `speed` in tokens/s of writing.

    `state` is the engine's: idle, loading, ready, crashed, quarantined or broken; `problem` with `params` says why,
    as the sentences of errors do. `verdict` and what follows it are empty where nothing can be foretold.
    `linked` is a file that lies elsewhere and is used in place; what is `built_in` cannot be removed.
    """

    id: str
    kind: str
    label: str
    state: str
    size: int
    quantization: str
    context: int
    license: str
    pinned: bool
    starter: bool
    built_in: bool
    linked: bool
    problem: str = ""
    params: dict[str, Any] = field(default_factory=dict)
    verdict: str = ""
    slow: bool = False
    speed: float = 0.0
    measured: bool = False
    needed: int = 0
    free: int = 0


@dataclass(frozen=True)
class RunningItem:
    """A loaded model. `memory` is in bytes; the counters are totals since it was loaded.

    What its kind does not count is None. `start` changes when the process does, and the counters begin anew.
    """

    id: str
    label: str
    kind: str
    pinned: bool
    start: int
    memory: int
    in_flight: int
    slots: int | None = None
    running: int | None = None
    waiting: int | None = None
    requests: int | None = None
    prompt_tokens: int | None = None
    decoded_tokens: int | None = None
    context: int | None = None


class Shelf:
    """The models of one data folder and its engine."""

    def __init__(self, home: Home, database: Database, engine: EngineClient, fits: Fits) -> None:
        self._home, self._database, self._engine, self._fits = home, database, engine, fits

    async def models(self, actor: Actor) -> list[ShelfItem]:
        """Every model that is here: chat models first, by name, then the built-in ones, then those that are broken.

        Raises EngineUnreachable when the engine is away or hangs.
        """
        fits = await self._fits.installed(actor)
        links = await asyncio.to_thread(self._links)
        items = [_item(model, fits.get(model.id), model.id in links) for model in await self._known()]
        return sorted(
            items, key=lambda item: (item.state == "broken", item.kind != "chat", item.built_in, item.label.lower())
        )

    async def running(self, actor: Actor) -> list[RunningItem]:
        """The loaded models with what they count, by name. Raises EngineUnreachable."""
        del actor  # how busy the machine is concerns everybody who waits for it
        known = {model.id: model for model in await self._known()}
        try:
            async with asyncio.timeout(PATIENCE_SECONDS):
                children = (await self._engine.health())["children"]
        except TimeoutError:
            raise _hangs() from None
        items = [_running(child, known[child["model"]]) for child in children if child["model"] in known]
        return sorted(items, key=lambda item: (item.kind != "chat", item.label.lower()))

    async def load(self, actor: Actor, model: str) -> None:
        """Load a model and wait for it. Raises ModelMissing, ModelBroken, OutOfMemory …"""
        _only_owner(actor)
        await self._engine.load(model)

    async def unload(self, actor: Actor, model: str) -> None:
        """Free a model's memory; answers that are being written end with an error."""
        _only_owner(actor)
        await self._engine.unload(model)

    async def pin(self, actor: Actor, model: str, pinned: bool) -> None:
        """Keep a model in memory once it is there, or no longer."""
        _only_owner(actor)
        await self._engine.pin(model, pinned)

    async def release(self, actor: Actor, model: str) -> None:
        """Let a model be started again that was set aside."""
        _only_owner(actor)
        await self._engine.release(model)

    async def remove(self, actor: Actor, model: str) -> None:
        """Unload a model and remove its files, its draft too; of what is used in place only the link goes.

        Raises ModelMissing, and Invalid for a built-in one.
        """
        _only_owner(actor)
        found = await asyncio.to_thread(Catalog(self._home).find, model)
        if found.id in (STARTER, minilm.ID):
            raise Invalid("{model} is built in and cannot be removed.", model=found.label)
        await self._engine.unload(model)
        paths = await asyncio.to_thread(self._take_away, found)
        await self._database.write(lambda session: _forget(session, paths))

    async def _known(self) -> list[ModelInfo]:
        try:
            async with asyncio.timeout(PATIENCE_SECONDS):
                return await self._engine.models()
        except TimeoutError:
            raise _hangs() from None

    def _links(self) -> set[str]:
        return {model.id for model in Catalog(self._home).models() if model.path.is_symlink()}

    def _take_away(self, model: Model) -> list[str]:
        """Remove all files and the folders that are empty then; the paths, relative to the models folder."""
        paths = self._files(model)
        for path in paths:
            path.unlink(missing_ok=True)
        for folder in model.path.relative_to(self._home.models).parents:
            place = self._home.models / folder
            if place != self._home.models and not any(place.iterdir()):
                place.rmdir()
        return [path.relative_to(self._home.models).as_posix() for path in paths]

    def _files(self, model: Model) -> list[Path]:
        """All parts, and the draft that guesses for no other model."""
        others = (one.path for one in Catalog(self._home).models() if one.id != model.id)
        draft = draft_of(model.path)
        alone = draft.is_file() and draft not in map(draft_of, others)
        return [*parts_of(model.path), draft] if alone else parts_of(model.path)


def _only_owner(actor: Actor) -> None:
    if actor.role != "owner":
        raise NotAllowed("Only the owner of this LocalMind may load, unload and remove models.")


def _hangs() -> EngineUnreachable:
    detail = f"{PATIENCE_SECONDS:.0f} s"
    return EngineUnreachable(
        "The engine does not answer ({detail}). It is restarted if it crashed.", detail=detail
    )  # fmt: skip


def _forget(session: Session, paths: list[str]) -> None:
    session.execute(delete(ModelFileRow).where(ModelFileRow.path.in_(paths)))


def _item(model: ModelInfo, fit: Fit | None, linked: bool) -> ShelfItem:
    error = model.error or {}
    foretold: dict[str, Any] = {}
    if fit is not None:
        foretold = {
            "verdict": fit.verdict,
            "slow": fit.slow,
            "speed": fit.speed,
            "measured": fit.measured,
            "needed": fit.total,
            "free": fit.free,
        }
    return ShelfItem(
        model.id,
        model.kind,
        model.label,
        model.state,
        model.size_bytes or 0,
        model.quantization or "",
        model.context_length or 0,
        model.license or "",
        model.pinned,
        model.starter,
        model.id in (STARTER, minilm.ID),
        linked,
        str(error.get("template") or error.get("message") or ""),
        dict(error.get("params") or {}),
        **foretold,
    )


def _running(child: dict[str, Any], model: ModelInfo) -> RunningItem:
    return RunningItem(
        model.id,
        model.label,
        model.kind,
        model.pinned,
        int(child["pid"]),
        int(child["rss_bytes"]),
        int(child["in_flight"]),
        child.get("slots"),
        child.get("running"),
        child.get("waiting"),
        child.get("requests"),
        child.get("prompt_tokens"),
        child.get("decoded_tokens"),
        child.get("n_ctx") or model.context_length,
    )
