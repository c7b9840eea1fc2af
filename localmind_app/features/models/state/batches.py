"""View model of the batches that programs of this person have handed in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import reflex as rx

from localmind_app.core.errors import NotFound
from localmind_app.features.accounts.acting import acting
from localmind_app.features.services import services

from .progress import percent
from .rows import Rows

MOST_SHOWN = 20
_OPEN = ("validating", "in_progress", "finalizing", "cancelling")


@dataclass
class BatchItem:
    """A batch. `live` until it is over; `percent` is -1 before its requests are counted; `problem` is in English."""

    id: str
    name: str
    endpoint: str
    state: str
    live: bool
    percent: float
    total: int
    completed: int
    failed: int
    problem: str


class BatchesState(Rows, rx.State):
    """The newest batches."""

    loaded: bool = False
    batches: list[BatchItem] = []

    @rx.var
    def working(self) -> bool:
        """Whether one of them is not over."""
        return any(batch.live for batch in self.batches)

    @rx.event
    async def load(self) -> None:
        """Fill the section."""
        await self._read()
        self.loaded = True

    @rx.event
    async def refresh(self) -> None:
        """Look how far they are."""
        await self._read()

    async def _read(self) -> None:
        rows, _ = await services().batches.batches(acting(), None, MOST_SHOWN)
        items = [_item(row, await _name(row.input_file_id)) for row in rows]
        if items != self.batches:
            self.batches = items

    @rx.event
    async def cancel(self, batch: str) -> None:
        """Stop a batch; what is answered is kept."""
        await self._act(services().batches.cancel(acting(), batch))


async def _name(file: str) -> str:
    """What its file was called; its id where that was removed."""
    try:
        return (await services().batches.files.get(acting(), file)).name
    except NotFound:
        return file


def _item(row: Any, name: str) -> BatchItem:
    done = row.completed + row.failed
    return BatchItem(
        row.id,
        name,
        row.endpoint,
        row.status,
        row.status in _OPEN,
        percent(done, row.total),
        row.total,
        row.completed,
        row.failed,
        str(row.errors[0].get("message", "")) if row.errors else "",
    )
