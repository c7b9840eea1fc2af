"""What the lists of this page share: an act on a row, a row that is busy, the question before one is removed."""

from __future__ import annotations

from collections.abc import Awaitable
from typing import Any

import reflex as rx

from localmind_app.features.notice import failed, tell

from .progress import problem_of


class Rows(rx.State, mixin=True):
    """`busy` are the rows something is being done to just now, `removing` the one that is asked about."""

    busy: list[str] = []
    removing: str = ""
    removing_label: str = ""

    async def _read(self) -> None:
        """Read the rows again."""
        raise NotImplementedError

    async def _act(self, work: Awaitable[Any]) -> bool:
        """Do something to a row and look again; whether it worked."""
        problem = await problem_of(work)
        if problem is not None:
            await tell(self, failed(problem))
        await self._read()
        return problem is None

    async def _work(self, row: str, work: Awaitable[Any]) -> None:
        """The same for what takes long, from a background event: the row is busy meanwhile, and the page goes on."""
        async with self:
            self.busy = [*self.busy, row]
        problem = await problem_of(work)
        async with self:
            self.busy = [one for one in self.busy if one != row]
            if problem is not None:
                await tell(self, failed(problem))
            await self._read()

    @rx.event
    def keep(self, open_now: bool = False) -> None:
        """Close the question."""
        if not open_now:
            self.removing = ""
