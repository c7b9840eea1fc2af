"""View model of the remote engines."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import reflex as rx

from localmind_app.core.errors import UserError
from localmind_app.features.accounts.acting import acting
from localmind_app.features.models.remote.service import RemoteItem, Settings
from localmind_app.features.models.remote.spend import Spent
from localmind_app.features.notice import failed, said, tell
from localmind_app.features.services import services

from .progress import sentence
from .rows import Rows


@dataclass
class SpentRow:
    """What an engine took so far, in one currency; `priced` is whether it costs anything."""

    currency: str
    amount: float
    month: float
    answers: int
    tokens_read: int
    tokens_written: int
    estimated: bool
    priced: bool


@dataclass
class EngineRow:
    """A remote engine. `health` is up, away or unknown; `models` counts those of its newest probe, -1 before one.

    `passes_on` is whether it gets some of its models from other machines. `allowed` counts the models that may be used,
    -1 where all may. A price is -1 where there is none.
    """

    id: str
    label: str
    url: str
    has_key: bool
    enabled: bool
    leaves: bool
    passes_on: bool
    encrypted: bool
    health: str
    latency: int
    kind: str
    models: int
    error: str
    error_params: dict[str, Any]
    allowed: int
    price_in: float
    price_out: float
    currency: str
    spent: list[SpentRow]


@dataclass
class FoundEngine:
    """An engine at a usual port of this machine."""

    url: str
    kind: str
    models: int
    wants_key: bool


class RemoteState(Rows, rx.State):
    """The remote engines in their order. `busy` are those that are being asked just now."""

    loaded: bool = False
    engines: list[EngineRow] = []
    adding: bool = False
    error: str = ""
    error_params: dict[str, Any] = {}
    found: list[FoundEngine] = []
    looked: bool = False
    looking: bool = False

    @rx.event
    async def load(self) -> None:
        """Fill the tab. No engine is asked."""
        await self._read()
        self.loaded = True

    async def _read(self) -> None:
        try:
            rows = [_row(item) for item in await services().remotes.engines(acting())]
        except UserError as error:
            await tell(self, failed(error))
            return
        if rows != self.engines:
            self.engines = rows

    @rx.event(background=True)
    async def add(self, form: dict[str, Any]) -> None:
        """Add an engine and find out what it can do."""
        label, url, key = (str(form.get(name) or "").strip() for name in ("label", "url", "key"))
        async with self:
            self.adding, self.error = True, ""
        added, problem = "", None
        try:
            added = await services().remotes.add(acting(), Settings(label, url, key or None))
        except UserError as error:
            problem = error
        async with self:
            self.adding = False
            if problem is not None:
                self.error, self.error_params = problem.message, dict(problem.params)
            else:
                self.found = [one for one in self.found if one.url.rstrip("/") != url.rstrip("/")]
            await self._read()
        if added:
            await self._work(added, services().remotes.probe(acting(), added))

    @rx.event
    def add_found(self, url: str, kind: str) -> Any:
        """Add an engine of this machine."""
        return RemoteState.add({"label": kind, "url": url, "key": ""})

    @rx.event(background=True)
    async def probe(self, engine: str) -> None:
        """Find out again what an engine can do."""
        await self._work(engine, services().remotes.probe(acting(), engine))

    @rx.event
    async def enable(self, engine: str, enabled: bool) -> None:
        """Switch an engine on or off."""
        await self._act(services().remotes.enable(acting(), engine, enabled))

    @rx.event
    async def move(self, engine: str, by: int) -> None:
        """Let an engine stand in sooner (-1) or later (1)."""
        ids = [row.id for row in self.engines]
        if engine in ids:
            place = max(0, min(len(ids) - 1, ids.index(engine) + by))
            await self._act(services().remotes.move(acting(), engine, place))

    @rx.event
    def ask_to_remove(self, engine: str, label: str) -> None:
        """Open the question before an engine is removed."""
        self.removing, self.removing_label = engine, label

    @rx.event
    async def remove(self) -> None:
        """Remove the engine that was asked about, and its key."""
        engine, self.removing = self.removing, ""
        if engine and await self._act(services().remotes.remove(acting(), engine)):
            await tell(self, said("The engine {engine} and its key were removed.", engine=self.removing_label))

    @rx.event(background=True)
    async def look(self) -> None:
        """Look for engines that run on this machine."""
        async with self:
            self.looking = True
        problem: UserError | None = None
        rows: list[FoundEngine] = []
        try:
            rows = [
                FoundEngine(one.base_url, one.kind, len(one.models), one.wants_key)
                for one in await services().remotes.found(acting())
            ]
        except UserError as error:
            problem = error
        async with self:
            self.looking, self.found, self.looked = False, rows, problem is None
            if problem is not None:
                await tell(self, failed(problem))


def _row(item: RemoteItem) -> EngineRow:
    state, probe = item.state, item.probe
    error, params = sentence(state.error if state else None)
    return EngineRow(
        item.id,
        item.label,
        item.url,
        item.has_key,
        item.enabled,
        item.leaves_machine,
        probe is not None and any(model.passed_on for model in probe.models),
        item.encrypted,
        "unknown" if state is None else "up" if state.up else "away",
        (state.latency_ms or 0) if state else 0,
        probe.kind if probe else "",
        len(probe.models) if probe else -1,
        error,
        params,
        -1 if item.allowed is None else len(item.allowed),
        -1.0 if item.price_in is None else item.price_in,
        -1.0 if item.price_out is None else item.price_out,
        item.currency,
        [_spent_row(one, item) for one in item.spent],
    )


def _spent_row(spent: Spent, item: RemoteItem) -> SpentRow:
    priced = spent.amount > 0 or item.price_in is not None or item.price_out is not None
    return SpentRow(
        spent.currency,
        spent.amount,
        spent.month,
        spent.answers,
        spent.tokens_read,
        spent.tokens_written,
        spent.estimated,
        priced,
    )
