"""Keeps the models' child processes: starts them on demand, one per model, and ends them when memory is needed.

A model is loaded once however many ask for it at the same time. Before a load the memory it will take is predicted;
where it does not fit, idle models are unloaded, the least recently used first, and after that the context is halved.
A child that ended is simply gone: the next request starts a new one.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import AsyncGenerator, Callable
from typing import Any

import psutil

from localmind_app.core.errors import EngineError, UserError

from . import memory
from .catalog import Catalog, Model
from .child import Child
from .embed import minilm
from .wire import Message

log = logging.getLogger(__name__)
_MODULES = {"chat": "localmind_app.engine.text.worker", "embedding": "localmind_app.engine.embed.worker"}
_STATUS_SECONDS = 0.25
_SMALL_MODEL = 0 * 1024  # bytes


def threads_for(model: Model) -> int:
    """All physical cores, fewer while others need them (see `text.governor`); an embedder leaves one to everybody else.

    One for a small model, whose steps are too short to be worth meeting at a barrier.
    """
    cores = psutil.cpu_count(logical=False) or 1
    if model.size_bytes < _SMALL_MODEL:
        return 1
    return cores if model.kind == "chat" else max(1, cores - 1)


class Host:
    """Owns all children. `available` tells the free memory in bytes."""

    def __init__(self, catalog: Catalog, available: Callable[[], int] = memory.available) -> None:
        self.catalog = catalog
        self._available = available
        self._children: dict[str, Child] = {}
        self._loads: dict[str, asyncio.Task[Child]] = {}
        self._stamps: dict[str, tuple[int, int]] = {}
        self._errors: dict[str, UserError] = {}
        self._promised: dict[str, int] = {}  # bytes of loads under way, which do not show in free memory yet
        self._admission = asyncio.Lock()
        self._closing = False

    async def run(self, model: Model, task: str, request: dict[str, Any]) -> AsyncGenerator[Message, None]:
        """Events of one request, beginning with `status` events while the model loads (see `wire`).

        Closing the iterator cancels the request. Raises the UserError the request ends with.
        """
        while True:
            load = self._load(model)
            waited = not load.done()
            while not load.done():
                child = self._children.get(model.id)
                progress = child.progress if child else 0.0
                yield {"event": "status", "status": {"stage": "loading", "progress": progress}}
                await asyncio.wait({load}, timeout=_STATUS_SECONDS)
            if load.cancelled():
                raise EngineError("The engine is stopping.")
            child = load.result()
            if waited:
                yield {"event": "status", "status": {"stage": "loading", "progress": 1.0}}
            if child.end is None:  # it may have made room for another model in this very moment
                break
        async with contextlib.aclosing(child.run(task, request)) as events:
            async for event in events:
                yield event

    async def load(self, model: Model) -> Child:
        """Load `model` where it is not, and wait. Raises ModelBroken, ModelCrashed, OutOfMemory."""
        return await asyncio.shield(self._load(model))

    async def unload(self, model_id: str) -> None:
        """End the child of that model; requests in flight on it get an error."""
        load = self._loads.get(model_id)
        child = self._children.get(model_id)
        if child is not None:
            await child.close()
        if load is not None and not load.done():
            await asyncio.wait({load})
        self._errors.pop(model_id, None)

    async def close(self) -> None:
        """End all children, at once."""
        self._closing = True
        for load in self._loads.values():
            load.cancel()
        await asyncio.gather(*(child.close() for child in list(self._children.values())))

    def context_for(self, model: Model) -> int:
        """The context, in tokens, the model would be loaded with if memory were plenty."""
        return memory.wanted_context(model)

    def children(self) -> list[Child]:
        """The living children."""
        return list(self._children.values())

    def state(self, model: Model) -> tuple[str, UserError | None, int | None]:
        """State of a model (idle, loading, ready, crashed, broken), its error, and the context it is loaded with."""
        if model.broken:
            return "broken", model.broken, None
        load = self._loads.get(model.id)
        if load is not None and not load.done():
            return "loading", None, None
        if load is not None and self._usable(model, load):
            return "ready", None, load.result().info.get("n_ctx")
        error = self._errors.get(model.id) if self._stamps.get(model.id) == model.stamp else None
        states = {"model_broken": "broken", "model_crashed": "crashed"}
        return states.get(error.code, "idle") if error else "idle", error, None

    def _load(self, model: Model) -> asyncio.Task[Child]:
        """The one load of this model: the finished one, the one under way, or a new one."""
        if self._closing:
            raise EngineError("The engine is stopping.")
        if model.broken:
            raise model.broken
        load = self._loads.get(model.id)
        if load is None or (load.done() and not self._usable(model, load)):
            load = self._loads[model.id] = asyncio.create_task(self._start(model))
            load.add_done_callback(lambda task: task.cancelled() or task.exception())  # read, where nobody waits
        return load

    def _usable(self, model: Model, load: asyncio.Task[Child]) -> bool:
        """Whether a finished load left a child that lives and serves the file as it is now."""
        loaded = not load.cancelled() and load.exception() is None
        return loaded and load.result().end is None and self._stamps.get(model.id) == model.stamp

    async def _start(self, model: Model) -> Child:
        old = self._children.get(model.id)
        if old is not None:  # the file was replaced, or the process of a failed load is still ending
            await old.close()
        self._stamps[model.id] = model.stamp
        self._errors.pop(model.id, None)
        try:
            async with self._admission:
                plan = await self._make_room(model)
                self._promised[model.id] = plan.bytes
            child = await self._spawn(model, plan)
            await child.ready()
        except UserError as error:
            self._errors[model.id] = error
            raise
        finally:
            self._promised.pop(model.id, None)
        return child

    async def _spawn(self, model: Model, plan: memory.Plan) -> Child:
        load = {
            "path": str(model.path),
            "name": model.path.name,
            "n_ctx": plan.n_ctx,
            "slots": plan.slots,
            "threads": threads_for(model),
            "built_in": model.id == minilm.ID,
            "states": str(self.catalog.states),
        }

        def on_end(child: Child) -> None:
            if self._children.get(model.id) is child:
                del self._children[model.id]
            if child.failure:
                self._errors[model.id] = child.failure

        child = await Child.start(model.id, _MODULES[model.kind], load, on_end)
        self._children[model.id] = child
        return child

    async def _make_room(self, model: Model) -> memory.Plan:
        wanted = memory.plan(model, memory.wanted_context(model)).bytes
        while self._free() < wanted:
            idle = [c for c in self._children.values() if not c.in_flight and self._loads[c.name].done()]
            if not idle:
                break
            oldest = min(idle, key=lambda child: child.last_used)
            log.info("unloading %s to make room for %s", oldest.name, model.id)
            await oldest.close()
        plan = memory.fit(model, self._free())
        if plan is None:
            raise memory.too_large(model, self._free())
        return plan

    def _free(self) -> int:
        return self._available() - sum(self._promised.values())
