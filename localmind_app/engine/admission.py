"""Decides which model is loaded next, and which one goes for it.

Loads wait in line by priority (voice, chat, job), then by the order they came; only the first one is looked at, so a
large model is not passed by small ones for ever. Where it does not fit, idle models go: those last used by jobs first,
then the longest unused. Pinned models stay. If all that is not enough even for the smallest context, the load waits for
models that are answering: those of a priority not above its own take no new requests meanwhile, and go when they have
finished.
"""

from __future__ import annotations

import asyncio
import itertools
import logging
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from . import memory
from .budget import RAM, Budget
from .catalog import Model
from .child import Child
from .memory import Plan
from .sizing import Sizes

log = logging.getLogger(__name__)
PATIENCE_SECONDS = 120.0
_LOOK_SECONDS = 1.0  # memory that other programs give back is noticed after this long


@dataclass
class _Ticket:
    model_id: str
    priority: int
    number: int


class Admission:
    """Owns the line of loads. `children` are the living ones, `pinned` says which models stay."""

    def __init__(
        self,
        budget: Budget,
        children: Callable[[], Iterable[Child]],
        pinned: Callable[[str], bool],
        patience: float = PATIENCE_SECONDS,
    ) -> None:
        self._budget, self._children, self._pinned, self._patience = budget, children, pinned, patience
        self._line: list[_Ticket] = []
        self._numbers = itertools.count()
        self._news = asyncio.Event()

    async def admit(self, model: Model, sizes: Sizes | None, priority: int) -> Plan:
        """Wait until it fits, and hold its memory. Raises OutOfMemory when it never will, or not in time."""
        ticket = _Ticket(model.id, priority, next(self._numbers))
        self._line.append(ticket)
        give_up = time.monotonic() + self._patience
        asked_to_leave: set[Child] = set()
        try:
            while True:
                if min(self._line, key=lambda one: (-one.priority, one.number)) is ticket:
                    plan = await self._try(model, sizes, ticket.priority, asked_to_leave)
                    if plan is not None:
                        return plan
                if time.monotonic() > give_up:
                    raise memory.no_room_beside(model, sizes)
                await self.news()
        finally:
            for child in asked_to_leave:
                child.leaving = False
            self._line.remove(ticket)
            self.tell()

    def hurry(self, model_id: str, priority: int) -> None:
        """A request of that priority waits for a load that is in line."""
        for ticket in self._line:
            if ticket.model_id == model_id and ticket.priority < priority:
                ticket.priority = priority
                self.tell()

    def tell(self) -> None:
        """Something changed that a waiting load may want to know: a model became idle, ended or was unpinned."""
        self._news.set()
        self._news = asyncio.Event()

    async def news(self) -> None:
        """Wait until something changed, at most a second."""
        try:
            async with asyncio.timeout(_LOOK_SECONDS):
                await self._news.wait()
        except TimeoutError:
            pass

    async def _try(self, model: Model, sizes: Sizes | None, priority: int, asked: set[Child]) -> Plan | None:
        while (victim := self._victim(model, sizes)) is not None:
            log.info("unloading %s to make room for %s", victim.name, model.id)
            await victim.close()
        plan = memory.fit(model, self._budget.free(), sizes, self._budget.cards())
        if plan and self._budget.lease(model.id, {RAM: plan.bytes, **dict(plan.cards.bytes)}, plan.mapped):
            return plan
        self._refuse_what_never_fits(model, sizes)
        for child in self._children():
            if child.priority <= priority and not child.leaving and not self._pinned(child.name):
                child.leaving = True
                asked.add(child)
        return None

    def _refuse_what_never_fits(self, model: Model, sizes: Sizes | None) -> None:
        needed, free = memory.smallest(model, sizes), self._budget.free()
        pinned = sum(lease.bytes[RAM] for lease in self._budget.leases() if self._pinned(lease.name))
        if free + self._budget.held() < needed:
            raise memory.too_large(model, free, sizes)
        if free + self._budget.held() - pinned < needed:
            raise memory.no_room_beside(model, sizes)

    def _victim(self, model: Model, sizes: Sizes | None) -> Child | None:
        """The idle model that is to go next, so that this one is loaded as it is best: all of it, and all on cards."""
        cards = self._budget.cards()
        best = memory.plan(model, memory.wanted_context(model), 1, sizes, draft=True, cards=cards)
        if best.bytes > self._budget.free():
            return self._idle(self._children())
        if sizes is None or len(cards) != sizes.cards or sum(best.cards.layers) == len(sizes.layers):
            return None
        on_cards = {lease.name for lease in self._budget.leases() if lease.bytes.keys() - {RAM}}
        return self._idle(child for child in self._children() if child.name in on_cards)

    def _idle(self, children: Iterable[Child]) -> Child | None:
        idle = [one for one in children if one.idle and not self._pinned(one.name)]
        return min(idle, key=lambda one: (one.priority, one.last_used), default=None)
