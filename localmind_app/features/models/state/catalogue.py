"""View model of getting models: the catalogue, the hub behind its switch, and downloads."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import reflex as rx

from localmind_app.core.errors import UserError
from localmind_app.features.accounts.acting import acting
from localmind_app.features.models.catalogue import TASKS
from localmind_app.features.models.downloads import Choice, Download, Offer
from localmind_app.features.models.fit import Fit
from localmind_app.features.models.hub import HubModel
from localmind_app.features.notice import failed, said, tell
from localmind_app.features.services import services

from .progress import LIVE, percent, problem_of, sentence


@dataclass
class OfferRow:
    """A model on offer. Sizes in bytes, speed in tokens/s; `verdict` is empty where nothing can be foretold."""

    id: str
    name: str
    task: str
    license: str
    note: str
    size: float
    context: int
    runnable: bool
    state: str
    verdict: str = ""
    slow: bool = False
    speed: float = 0.0
    measured: bool = False
    needed: int = 0
    free: int = 0


@dataclass
class DownloadRow:
    """A download that is not over. `percent` is -1 before the size is known."""

    id: str
    label: str
    state: str
    percent: float
    done: int
    total: int
    text: str
    params: dict[str, Any]
    error: str
    error_params: dict[str, Any]


class CatalogueState(rx.State):
    """What can be had, of one task at a time. `asking` is what the hub is being asked about just now."""

    loaded: bool = False
    allowed: bool = False
    has_token: bool = False
    token_error: str = ""
    token_error_params: dict[str, Any] = {}
    task: str = "chat"
    offers: list[OfferRow] = []
    recommended: list[OfferRow] = []
    downloads: list[DownloadRow] = []
    wanted: str = ""
    wanted_name: str = ""
    asking: str = ""
    searched: bool = False
    results: list[HubModel] = []
    repo: str = ""
    choices: list[Choice] = []

    @rx.var
    def downloading(self) -> bool:
        """Whether a download goes on."""
        return any(row.state in LIVE for row in self.downloads)

    @rx.event
    async def load(self) -> None:
        """Fill the tab."""
        try:
            self.allowed = await services().downloads.hub_allowed(acting())
            self.has_token = await services().downloads.has_hub_token(acting())
            await self._read_offers()
            await self._read_downloads()
        except UserError as error:
            await tell(self, failed(error))
        self.loaded = True

    async def _read_offers(self) -> None:
        fits = await services().fits.on_offer(acting())
        rows = [_offer(offer, fits.get(offer.entry.id)) for offer in await services().downloads.catalogue(acting())]
        best = await services().fits.recommendation(acting())
        offers = [row for row in rows if row.task == self.task]
        recommended = [row for row in rows if best is not None and row.id == best.id]
        if (offers, recommended) != (self.offers, self.recommended):
            self.offers, self.recommended = offers, recommended

    async def _read_downloads(self) -> None:
        known = await services().downloads.downloads(acting())
        rows = [_download(one) for one in known if one.state not in ("done", "cancelled")]
        finished = {one.id: one.label for one in known if one.state == "done"}
        for row in self.downloads:
            if row.id in finished:
                await tell(self, said("The model {model} is here.", model=row.label))
        if rows != self.downloads:
            self.downloads = rows

    @rx.event
    async def refresh(self) -> None:
        """Look how far the downloads are."""
        before = {row.id: row.state for row in self.downloads}
        await self._read_downloads()
        if before != {row.id: row.state for row in self.downloads}:
            await self._read_offers()

    @rx.event
    async def choose_task(self, task: str) -> None:
        """Show the models for another task."""
        if task in TASKS:
            self.task = task
            await self._read_offers()

    @rx.event
    async def allow(self, on: bool) -> None:
        """Let LocalMind ask the hub, or no longer."""
        try:
            await services().downloads.allow_hub(acting(), on)
        except UserError as error:
            await tell(self, failed(error))
        self.allowed = await services().downloads.hub_allowed(acting())
        if not self.allowed:
            self.results, self.choices, self.repo, self.searched = [], [], "", False

    @rx.event
    async def keep_token(self, form: dict[str, Any]) -> None:
        """Keep an access token for the hub; the page never gets it back."""
        self.token_error, self.token_error_params = "", {}
        problem = await problem_of(services().downloads.set_hub_token(acting(), str(form.get("token", ""))))
        if problem is not None:
            self.token_error, self.token_error_params = sentence(problem.body()["error"])
            return
        self.has_token = True
        await tell(self, said("The access token is kept. It is shown to the hub only."))

    @rx.event
    async def forget_token(self) -> None:
        """Forget the access token for the hub."""
        problem = await problem_of(services().downloads.forget_hub_token(acting()))
        if problem is not None:
            await tell(self, failed(problem))
            return
        self.has_token = False
        await tell(self, said("The access token is forgotten."))

    @rx.event
    def want(self, entry: str, name: str) -> Any:
        """Download a model of the catalogue; asks first while the hub is not allowed."""
        if self.allowed:
            return CatalogueState.fetch(entry)
        self.wanted, self.wanted_name = entry, name
        return None

    @rx.event
    def refuse(self, open_now: bool = False) -> None:
        """Close the question whether the hub may be asked."""
        if not open_now:
            self.wanted = ""

    @rx.event
    async def agree(self) -> Any:
        """Allow the hub and download what was wanted."""
        entry, self.wanted = self.wanted, ""
        await services().downloads.allow_hub(acting(), True)
        self.allowed = True
        return CatalogueState.fetch(entry) if entry else None

    @rx.event(background=True)
    async def fetch(self, entry: str) -> None:
        """Begin to download a model of the catalogue; the hub is asked meanwhile."""
        await self._begin(entry, services().downloads.start(acting(), entry))

    @rx.event(background=True)
    async def fetch_file(self, repo: str, path: str) -> None:
        """Begin to download a model of a repository."""
        await self._begin(path, services().downloads.start_file(acting(), repo, path))

    async def _begin(self, what: str, work: Any) -> None:
        async with self:
            self.asking = what
        problem = await problem_of(work)
        async with self:
            self.asking = ""
            if problem is not None:
                await tell(self, failed(problem))
            await self._read_downloads()
            await self._read_offers()

    @rx.event
    async def pause(self, download: str) -> None:
        """Pause a download."""
        await self._act(services().downloads.pause(acting(), download))

    @rx.event
    async def resume(self, download: str) -> None:
        """Continue a download."""
        await self._act(services().downloads.resume(acting(), download))

    @rx.event
    async def cancel(self, download: str) -> None:
        """End a download and remove what it brought."""
        await self._act(services().downloads.cancel(acting(), download))

    async def _act(self, work: Any) -> None:
        problem = await problem_of(work)
        if problem is not None:
            await tell(self, failed(problem))
        await self._read_downloads()
        await self._read_offers()

    @rx.event(background=True)
    async def search(self, form: dict[str, Any]) -> None:
        """Search the hub for models."""
        async with self:
            self.asking, self.repo, self.choices = "search", "", []
        found: list[HubModel] = []
        problem: UserError | None = None
        try:
            found = await services().downloads.search(acting(), str(form.get("words", "")))
        except UserError as error:
            problem = error
        async with self:
            self.asking, self.results, self.searched = "", found, problem is None
            if problem is not None:
                await tell(self, failed(problem))

    @rx.event(background=True)
    async def open_repo(self, repo: str) -> None:
        """Show which models a repository holds."""
        async with self:
            self.asking, self.choices = repo, []
        found: list[Choice] = []
        problem: UserError | None = None
        try:
            found = await services().downloads.choices(acting(), repo)
        except UserError as error:
            problem = error
        async with self:
            self.asking, self.repo, self.choices = "", repo if problem is None else "", found
            if problem is not None:
                await tell(self, failed(problem))


def _offer(offer: Offer, fit: Fit | None) -> OfferRow:
    entry = offer.entry
    row = OfferRow(
        entry.id,
        entry.name,
        entry.task,
        entry.license,
        entry.note,
        entry.size_gb * 1e9,
        entry.context,
        entry.runnable,
        offer.state,
    )
    if fit is not None:
        row.verdict, row.slow, row.speed, row.needed, row.free = fit.verdict, fit.slow, fit.speed, fit.total, fit.free
    return row


def _download(one: Download) -> DownloadRow:
    error, params = sentence(one.error)
    return DownloadRow(
        one.id,
        one.label,
        one.state,
        percent(one.done, one.total),
        one.done,
        one.total or 0,
        one.text,
        one.params,
        error,
        params,
    )
