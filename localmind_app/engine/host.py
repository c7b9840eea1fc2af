"""Keeps the models' child processes: starts them on demand, one per model, and ends them when memory is needed.

A model is loaded once however many ask for it at the same time. Before a load the memory it will take is predicted
(`size_book`, `memory`) and leased (`budget`); `admission` decides whose turn it is and which idle models go. A model
nobody used for half an hour is unloaded, unless it is pinned. A child that ended is started by the next request, later
and later if it keeps crashing (`crashes`); one that hangs is ended (`care`).
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import time
from collections.abc import AsyncGenerator
from typing import Any

import psutil

from localmind_app.core.errors import EngineError, UserError

from . import memory
from .admission import PATIENCE_SECONDS, Admission
from .budget import RAM, Budget
from .care import Care
from .catalog import Catalog, Model
from .child import Child
from .crashes import Crashes
from .embed import minilm
from .generation import PRIORITIES
from .pins import Pins
from .pulse import STILL_SECONDS, Pulse
from .size_book import SizeBook
from .wire import Message

log = logging.getLogger(__name__)
_EMBED = "localmind_app.engine.embed.worker"
_MODULES = {"chat": "localmind_app.engine.text.worker", "embedding": _EMBED, "reranker": _EMBED}
_STATUS_SECONDS = 0.25
IDLE_SECONDS = 30 * 60.0
LOOK_SECONDS = 5.0
_LONGEST_GAP = 2.0  # looks; a machine that slept must not count as a child that hung


def threads_for(model: Model) -> int:
    """All physical cores, fewer while others need them (see `text.governor`); an embedder leaves one to everybody."""
    cores = psutil.cpu_count(logical=False) or 1
    return cores if model.kind == "chat" else max(1, cores - 1)


class Host:
    """Owns all children. Times are in seconds: an unused model goes after `idle`, children are looked at every `look`.

    A child hangs that owes an answer and is `still` for so long; a load waits for memory for at most `patience`.
    """

    def __init__(
        self,
        catalog: Catalog,
        budget: Budget | None = None,
        *,
        idle: float = IDLE_SECONDS,
        look: float = LOOK_SECONDS,
        still: float = STILL_SECONDS,
        patience: float = PATIENCE_SECONDS,
    ) -> None:
        self.catalog = catalog
        self.budget = budget or Budget()
        self._idle, self._look, self._still = idle, look, still
        self._children: dict[str, Child] = {}
        self._care: dict[str, Care] = {}
        self._loads: dict[str, asyncio.Task[Child]] = {}
        self._stamps: dict[str, tuple[int, int]] = {}
        self._errors: dict[str, UserError] = {}
        self._crashes = Crashes()
        self._pins = Pins(catalog.home.pins)
        self._book = SizeBook(catalog.home.model_sizes)
        self._admission = Admission(self.budget, self.children, self.pinned, patience)
        self._keeper: asyncio.Task[None] | None = None
        self._closing = False

    async def run(self, model: Model, task: str, request: dict[str, Any]) -> AsyncGenerator[Message, None]:
        """Events of one request, beginning with `status` events while the model loads (see `wire`).

        Closing the iterator cancels the request. Raises the UserError the request ends with.
        """
        priority = int(request.get("priority", PRIORITIES["chat"]))
        while True:
            load = self._load(model, priority)
            waited = not load.done()
            while not load.done():
                child = self._children.get(model.id)
                progress = child.progress if child else 0.0
                yield {"event": "status", "status": {"stage": "loading", "progress": progress}}
                await asyncio.wait({load}, timeout=_STATUS_SECONDS)
            child = self._loaded(model, load)
            if waited:
                yield {"event": "status", "status": {"stage": "loading", "progress": 1.0}}
            if child.end is None and not child.leaving:  # it may have made room for another model in this very moment
                break
        child.priority = max(child.priority, priority) if child.in_flight else priority
        try:
            async with contextlib.aclosing(child.run(task, request)) as events:
                async for event in events:
                    yield event
        finally:
            if not child.in_flight:
                self._admission.tell()

    async def load(self, model: Model) -> Child:
        """Load `model` where it is not, and wait. Raises ModelBroken, ModelCrashed, OutOfMemory."""
        load = self._load(model, PRIORITIES["chat"])
        await asyncio.wait({load})
        return self._loaded(model, load)

    async def unload(self, model_id: str) -> None:
        """End the child of that model, or its loading; requests in flight on it get an error."""
        load = self._loads.get(model_id)
        if load is not None and not load.done():
            load.cancel()
            await asyncio.wait({load})
        child = self._children.get(model_id)
        if child is not None:
            await child.close()
        self._errors.pop(model_id, None)

    def pin(self, model_id: str, pinned: bool) -> None:
        """Keep that model loaded once it is, or no longer; remembered over restarts. Raises OSError."""
        self._pins.set(model_id, pinned)
        self._admission.tell()

    def pinned(self, model_id: str) -> bool:
        """Whether the model stays loaded."""
        return model_id in self._pins

    def release(self, model_id: str) -> None:
        """Let a quarantined model be started again."""
        self._crashes.release(model_id)
        self._errors.pop(model_id, None)

    async def close(self) -> None:
        """End all children, at once."""
        self._closing = True
        tasks = [*self._loads.values(), *filter(None, [self._keeper])]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await asyncio.gather(*(child.close() for child in list(self._children.values())))

    def context_for(self, model: Model) -> int:
        """The context, in tokens, the model would be loaded with if memory were plenty."""
        return memory.wanted_context(model)

    def children(self) -> list[Child]:
        """The living children."""
        return list(self._children.values())

    async def ask_writers(self, task: str, request: dict[str, Any]) -> list[dict[str, Any]]:
        """What the loaded language models answer to a task that needs no step of theirs. Raises EngineError."""
        writers = [care.child for care in self._care.values() if care.model.kind == "chat" and care.child.is_ready]
        told = await asyncio.gather(*(child.aside(task, request) for child in writers))
        return [one for one in told if one is not None]

    def facts(self, model_id: str) -> dict[str, Any]:
        """What the loaded model's child told about itself; empty where it is not loaded."""
        child = self._children.get(model_id)
        return child.info if child is not None and child.is_ready else {}

    def bytes_of(self, model_id: str) -> tuple[int, int] | None:
        """What the loaded model was predicted to take, and the most it was measured to take (0: not yet)."""
        care = self._care.get(model_id)
        return None if care is None else (care.plan.bytes, care.peak)

    def state(self, model: Model) -> tuple[str, UserError | None, int | None]:
        """State of a model (idle, loading, ready, crashed, quarantined, broken), its error, its context once loaded."""
        if model.broken:
            return "broken", model.broken, None
        load = self._loads.get(model.id)
        if load is not None and not load.done():
            return "loading", None, None
        if load is not None and self._usable(model, load):
            return "ready", None, load.result().info.get("n_ctx")
        quarantine = self._crashes.quarantine(model.id, model.stamp)
        if quarantine is not None:
            return "quarantined", quarantine, None
        error = self._errors.get(model.id) if self._stamps.get(model.id) == model.stamp else None
        states = {"model_broken": "broken", "model_crashed": "crashed"}
        return states.get(error.code, "idle") if error else "idle", error, None

    def _load(self, model: Model, priority: int) -> asyncio.Task[Child]:
        """The one load of this model: the finished one, the one under way, or a new one."""
        if self._closing:
            raise EngineError("The engine is stopping.")
        if model.broken:
            raise model.broken
        load = self._loads.get(model.id)
        if load is None or (load.done() and not self._usable(model, load)):
            quarantine = self._crashes.quarantine(model.id, model.stamp)
            if quarantine is not None:
                raise quarantine
            load = self._loads[model.id] = asyncio.create_task(self._start(model, priority))
            load.add_done_callback(lambda task: task.cancelled() or task.exception())  # read, where nobody waits
        elif not load.done():
            self._admission.hurry(model.id, priority)
        return load

    def _loaded(self, model: Model, load: asyncio.Task[Child]) -> Child:
        if not load.cancelled():
            return load.result()
        if self._closing:
            raise EngineError("The engine is stopping.")
        raise EngineError("The model {model} was unloaded before it had answered.", model=model.id)

    def _usable(self, model: Model, load: asyncio.Task[Child]) -> bool:
        """Whether a finished load left a child that lives, stays, and serves the file as it is now."""
        if load.cancelled() or load.exception() is not None:
            return False
        child = load.result()
        return child.end is None and not child.leaving and self._stamps.get(model.id) == model.stamp

    async def _start(self, model: Model, priority: int) -> Child:
        old = self._children.get(model.id)
        if old is not None and await self._stays(model, old):
            return old
        self._stamps[model.id] = model.stamp
        self._errors.pop(model.id, None)
        try:
            await asyncio.sleep(self._crashes.wait(model.id, model.stamp))
            sizes = await self._book.sizes(model)
            plan = await self._admission.admit(model, sizes, priority)
            child = await self._spawn(model, plan)
            await child.ready()
        except UserError as error:
            self._errors[model.id] = error
            raise
        finally:
            if model.id not in self._children:
                self.budget.release(model.id)
        self.budget.settle(model.id)
        return child

    async def _stays(self, model: Model, old: Child) -> bool:
        """Wait for a child that is leaving; True if it stays after all, otherwise it is gone when this returns."""
        while old.end is None and old.leaving and self._stamps.get(model.id) == model.stamp:
            await self._admission.news()
        if old.is_ready and self._stamps.get(model.id) == model.stamp:
            return True
        await old.close()  # its file was replaced, or the process of a failed load is still ending
        return False

    async def _spawn(self, model: Model, plan: memory.Plan) -> Child:
        load = {
            "path": str(model.path),
            "name": model.path.name,
            "n_ctx": plan.n_ctx,
            "slots": plan.slots,
            "kv": plan.kv,
            "layers": plan.cards.layers,
            "draft": str(model.draft.path) if model.draft and plan.draft else None,
            "threads": threads_for(model),
            "built_in": model.id == minilm.ID,
            "states": str(self.catalog.states),
        }
        starting = asyncio.ensure_future(
            Child.start(model.id, _MODULES[model.kind], load, lambda child: self._on_end(model, child))
        )
        try:
            child = await asyncio.shield(starting)
        except asyncio.CancelledError:
            (await starting).kill()
            raise
        self._children[model.id] = child
        self._care[model.id] = Care(child, model, plan, Pulse(self._still))
        if self._keeper is None:
            self._keeper = asyncio.create_task(self._keep())
            self._keeper.add_done_callback(_say_why)
        return child

    def _on_end(self, model: Model, child: Child) -> None:
        if self._children.get(model.id) is not child:
            return
        del self._children[model.id]
        care = self._care.pop(model.id)
        self.budget.release(model.id)
        if care.peak and not care.plan.cards.layers:  # of what cards hold, main memory sees an unknown part
            self._book.learn(model, care.plan.bytes, care.peak, worked=care.worked)
        if child.failure:
            self._errors[model.id] = child.failure
            if child.crashed:
                self._crashes.note(model.id, model.stamp, child.failure)
        self._admission.tell()

    async def _keep(self) -> None:
        before = time.monotonic()
        while True:
            await asyncio.sleep(self._look)
            now = time.monotonic()
            elapsed, before = min(now - before, _LONGEST_GAP * self._look), now
            await asyncio.gather(*(care.look(elapsed) for care in list(self._care.values())))
            for name, care in self._care.items():
                self.budget.grow(name, RAM, care.peak)
            for child in self.children():
                if child.idle and not self.pinned(child.name) and now - child.last_used > self._idle:
                    log.info("unloading %s, which nobody used for %.0f minutes", child.name, self._idle / 60)
                    await child.close()


def _say_why(keeper: asyncio.Task[None]) -> None:
    if not keeper.cancelled() and keeper.exception():
        log.error("the children are not looked after any more", exc_info=keeper.exception())
