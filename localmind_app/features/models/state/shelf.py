"""View model of the models that are here and run."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlsplit

import reflex as rx

from localmind_app.core.errors import EngineError, UserError
from localmind_app.features.accounts.acting import acting
from localmind_app.features.chat.state import ChatListState
from localmind_app.features.models.shelf import ShelfItem
from localmind_app.features.notice import failed, said, tell
from localmind_app.features.services import services

from .batches import BatchesState
from .catalogue import CatalogueState
from .remote import RemoteState
from .rows import Rows
from .workshop import WorkshopState


@dataclass
class Machine:
    """What the models run on. Memory in bytes; `gpus` are the cards that can be used."""

    cpu: str = ""
    cores: int = 0
    memory: int = 0
    available: int = 0
    gpus: list[str] = field(default_factory=list)


@dataclass
class FoundRow:
    """A model of another program on this machine."""

    app: str
    label: str
    name: str
    path: str
    size: int


class ShelfState(Rows, rx.State):
    """The models that are here. `busy` are those that are just being loaded for this tab."""

    owner: bool = False
    loaded: bool = False
    away: bool = False
    items: list[ShelfItem] = []
    machine: Machine = Machine()
    removing_link: bool = False
    found: list[FoundRow] = []
    looked: bool = False
    import_error: str = ""
    import_params: dict[str, Any] = {}

    @rx.var
    def changing(self) -> bool:
        """Whether something goes on that the page must look at again."""
        return self.away or bool(self.busy) or any(item.state == "loading" for item in self.items)

    @rx.event
    async def load(self) -> Any:
        """Fill the page and its open tab; called on every page load, change of tab and reconnect."""
        self.owner = acting().role == "owner"
        query = parse_qs(urlsplit(str(self.router.url)).query)
        owners = {"catalogue": CatalogueState.load, "workshop": WorkshopState.load, "remote": RemoteState.load}
        tabs = {"running": BatchesState.load, **(owners if self.owner else {})}
        tab = tabs.get(query.get("tab", [""])[0])
        await self._read()
        if not self.machine.cores:
            await self._read_machine()
        return [ChatListState.load, *([tab] if tab else [])]

    @rx.event
    async def refresh(self) -> None:
        """Look again."""
        await self._read()

    async def _read(self) -> None:
        try:
            items = await services().shelf.models(acting())
        except EngineError:  # the page says so in the place of the list
            self.away = self.loaded = True
            return
        self.away, self.loaded = False, True
        if items != self.items:
            self.items = items

    async def _read_machine(self) -> None:
        found = await services().fits.machine(acting())
        gpus = [gpu.name for gpu in found.gpus if gpu.usable]
        self.machine = Machine(found.cpu, found.cores, found.memory, found.available, gpus)

    @rx.event(background=True)
    async def start(self, model: str) -> None:
        """Load a model; the page goes on meanwhile."""
        await self._work(model, services().shelf.load(acting(), model))

    @rx.event
    async def unload(self, model: str) -> None:
        """Free a model's memory."""
        await self._act(services().shelf.unload(acting(), model))

    @rx.event
    async def pin(self, model: str, pinned: bool) -> None:
        """Keep a model in memory, or no longer."""
        await self._act(services().shelf.pin(acting(), model, pinned))

    @rx.event
    async def release(self, model: str) -> None:
        """Let a model that was set aside be started again."""
        await self._act(services().shelf.release(acting(), model))

    @rx.event
    def ask_to_remove(self, model: str, label: str, linked: bool) -> None:
        """Open the question before a model is removed."""
        self.removing, self.removing_label, self.removing_link = model, label, linked

    @rx.event
    async def remove(self) -> None:
        """Remove the model that was asked about."""
        model, self.removing = self.removing, ""
        if model and await self._act(services().shelf.remove(acting(), model)):
            await tell(self, said("The model {model} was removed.", model=self.removing_label))

    @rx.event
    async def look(self) -> None:
        """Look for models of other programs on this machine."""
        try:
            models = await services().downloads.found(acting())
        except UserError as error:
            await tell(self, failed(error))
            return
        self.found = [FoundRow(one.app, one.label, one.name, str(one.path), one.size) for one in models]
        self.looked = True

    @rx.event
    async def use_found(self, path: str, name: str) -> None:
        """Use a model of another program in place."""
        if await self._act(services().downloads.take_in(acting(), path, name)):
            await tell(self, said("The model {model} can be used now. It stays where it lies.", model=name))

    @rx.event
    async def take_in(self, form: dict[str, Any]) -> None:
        """Use the file or folder of a path in place."""
        path, name = str(form.get("path", "")).strip(), str(form.get("name", "")).strip()
        try:
            made = await services().downloads.take_in(acting(), path, name)
        except UserError as error:
            self.import_error, self.import_params = error.message, dict(error.params)
            return
        self.import_error = ""
        await tell(self, said("The model {model} can be used now. It stays where it lies.", model=made.paths[0]))
        await self._read()
