"""Getting models: the catalogue, the hub, downloads, and what other programs have here. For the owner only."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

from sqlalchemy import select
from sqlalchemy.orm import Session

from localmind_app.core.database import Database
from localmind_app.core.egress import EgressLedger, Passage
from localmind_app.core.errors import Conflict, NotAllowed, NotFound
from localmind_app.core.home import Home
from localmind_app.core.ids import new_id, now_ms
from localmind_app.core.job_desk import JobDesk
from localmind_app.core.jobs import register
from localmind_app.core.long_jobs import JobState
from localmind_app.features.accounts.service import Actor

from . import catalogue, found, hub_switch, hub_token, importing, placing
from .accepted import check_name, missing_parts, part_of
from .carrier import Carrier, configured_hub, origin
from .catalogue import Entry
from .download import Wanted, check_room
from .download_job import DOWNLOAD, NAME, Order
from .found import FoundModel
from .hub import HubClient, HubFile, HubModel
from .importing import Imported
from .remote.seal import Seal
from .tables import ModelFileRow

OfferState = Literal["available", "queued", "downloading", "paused", "failed", "installed"]
_LIVE = ("queued", "running", "pausing", "paused", "failed", "lost", "cancelling")


@dataclass(frozen=True)
class Download:
    """A download as shown. `text` is a sentence's template and `params` fill it; `error` is the JSON shape of errors.

    `state` is one of `core.long_jobs.State`. `done` and `total` are bytes of all its files.
    """

    id: str
    label: str
    entry: str | None
    source: str
    state: str
    done: int
    total: int | None
    text: str
    params: dict[str, Any]
    error: dict[str, Any] | None
    created_at: int


@dataclass(frozen=True)
class Offer:
    """A model of the catalogue, and how far it is. `download` is the id of its download where there is one."""

    entry: Entry
    state: OfferState
    download: str | None
    fraction: float | None


@dataclass(frozen=True)
class Choice:
    """A model that a repository of the hub holds: one GGUF file, or all parts of one. `size` is in bytes."""

    path: str
    size: int
    parts: int


class DownloadService:
    """Downloads and imports into one data folder. Nothing is asked of the network until the owner has allowed it."""

    def __init__(self, home: Home, database: Database, desk: JobDesk) -> None:
        self._home, self._database, self._desk = home, database, desk
        self._ledger = EgressLedger(database)
        self._seal = Seal(home.seal_key)
        self._opened: Carrier | None = None
        register(DOWNLOAD)

    async def close(self) -> None:
        """Close connections."""
        if self._opened is not None:
            await self._opened.close()

    # The switch

    async def hub_allowed(self, actor: Actor) -> bool:
        """Whether LocalMind may ask the model hub for this person."""
        return await self._database.read(lambda session: hub_switch.is_on(session, actor.user_id))

    async def allow_hub(self, actor: Actor, on: bool) -> None:
        """Allow it, or not any more: no download begins then, one that runs goes on. Raises NotAllowed."""
        _check(actor)
        await self._database.write(lambda session: hub_switch.turn(session, actor.user_id, on))

    async def has_hub_token(self, actor: Actor) -> bool:
        """Whether an access token of this person for the hub is kept. Raises NotAllowed."""
        _check(actor)
        hub = origin(configured_hub()[0])
        return await self._database.read(lambda session: hub_token.is_set(session, actor.user_id, hub))

    async def set_hub_token(self, actor: Actor, token: str) -> None:
        """Keep an access token for the hub. Nobody is asked whether it is good. Raises NotAllowed, Invalid."""
        _check(actor)
        hub = origin(configured_hub()[0])
        await self._database.write(lambda session: hub_token.store(session, actor.user_id, self._seal, hub, token))

    async def forget_hub_token(self, actor: Actor) -> None:
        """Forget it; a download that runs goes on. Raises NotAllowed."""
        _check(actor)
        await self._database.write(lambda session: hub_token.clear(session, actor.user_id))

    async def passages(self, actor: Actor, limit: int = 200) -> list[Passage]:
        """The newest entries of the ledger of egress. Raises NotAllowed."""
        _check(actor)
        return await self._ledger.entries(limit)

    # What there is

    async def catalogue(self, actor: Actor) -> list[Offer]:
        """Every model on offer and its state. Asks nobody."""
        _check(actor)
        installed = await self._database.read(_installed)
        there = await asyncio.to_thread(self._all_there, installed)
        jobs: dict[str, JobState] = {}
        for job in await self._desk.states([NAME]):
            if job.state in _LIVE and job.payload["entry"]:
                jobs.setdefault(job.payload["entry"], job)
        return [_offer(entry, jobs.get(entry.id), entry.id in there) for entry in catalogue.entries()]

    async def search(self, actor: Actor, words: str) -> list[HubModel]:
        """Repositories of the hub that hold GGUF files. Raises NotAllowed while the hub is not allowed."""
        return await (await self._hub(actor)).search(words)

    async def choices(self, actor: Actor, repo: str) -> list[Choice]:
        """The models in a repository, smallest first."""
        files = await (await self._hub(actor)).files(repo)
        sizes = {file.path: file.size for file in files if file.path.endswith(".gguf")}
        made: dict[str, list[str]] = {}
        for path in sorted(sizes):
            made.setdefault((part_of(path) or (path,))[0], []).append(path)
        whole = [paths for paths in made.values() if not missing_parts(paths)]
        found = [Choice(paths[0], sum(sizes[path] for path in paths), len(paths)) for paths in whole]
        return sorted(found, key=lambda choice: choice.size)

    # Downloads

    async def start(self, actor: Actor, entry_id: str) -> str:
        """Download a model of the catalogue; the id of the download.

        Raises NotFound, Conflict when it is here or on its way, DiskFull, SourceError.
        """
        hub = await self._hub(actor)
        entry = catalogue.find(entry_id)
        offer = next(offer for offer in await self.catalogue(actor) if offer.entry.id == entry_id)
        if offer.state != "available":
            raise Conflict("{model} is here already, or on its way.", model=entry.name)
        revision = await hub.revision(entry.repo)
        files = catalogue.choose(entry, await hub.files(entry.repo, revision))
        vouched = "catalogue" if all(_name(file.path) in entry.sha256 for file in files) else "hub"
        wanted = [_wanted(hub, entry.repo, revision, file, entry) for file in files]
        return await self._submit(actor, entry.name, entry.repo, revision, wanted, vouched, entry.id)

    async def start_file(self, actor: Actor, repo: str, path: str) -> str:
        """Download one GGUF model of a repository, with all its parts; the id of the download. Raises as `start`."""
        hub = await self._hub(actor)
        check_name(path)
        revision = await hub.revision(repo)
        there = {file.path: file for file in await hub.files(repo, revision)}
        base = (part_of(path) or (path,))[0]
        files = [file for name, file in sorted(there.items()) if (part_of(name) or (name,))[0] == base]
        lacking = missing_parts([file.path for file in files])
        if path not in there or lacking:
            raise NotFound("{repo} does not hold {file}.", repo=repo, file=lacking[0] if lacking else path)
        wanted = [_wanted(hub, repo, revision, file, None) for file in files]
        return await self._submit(actor, _name(base), repo, revision, wanted, "hub", None)

    async def downloads(self, actor: Actor) -> list[Download]:
        """Every download, newest first, those of the last month that are over included."""
        _check(actor)
        return [_download(job) for job in await self._desk.states([NAME])]

    async def pause(self, actor: Actor, download_id: str) -> None:
        """Pause one. Raises NotFound, and Conflict when it neither waits nor runs."""
        await self._act(actor, download_id, "pause")

    async def resume(self, actor: Actor, download_id: str) -> None:
        """Continue one that is paused or failed, from where it was. Raises NotFound, Conflict."""
        await self._act(actor, download_id, "resume")

    async def cancel(self, actor: Actor, download_id: str) -> None:
        """End one and remove what it brought. Raises NotFound, and Conflict when it is over."""
        await self._act(actor, download_id, "cancel")

    # What is on this machine

    async def found(self, actor: Actor) -> list[FoundModel]:
        """Models that other programs keep on this machine."""
        _check(actor)
        return await asyncio.to_thread(found.find)

    async def take_in(self, actor: Actor, place: str, name: str = "") -> Imported:
        """Use a file or folder of this machine in place. Raises as `importing.take_in`."""
        _check(actor)
        made = await asyncio.to_thread(importing.take_in, self._home, place, name)
        await self._database.write(lambda session: self._note(session, made, place))
        return made

    # Inside

    async def _hub(self, actor: Actor) -> HubClient:
        _check(actor)
        if not await self.hub_allowed(actor):
            raise hub_switch.refusal()
        base, trusted = configured_hub()
        hub = origin(base)
        if self._opened is None:
            self._opened = Carrier(self._ledger, trusted, hub=hub)
        self._opened.token = await self._database.read(
            lambda session: hub_token.read(session, actor.user_id, self._seal, hub)
        )
        return HubClient(self._opened, base)

    async def _submit(self, actor: Actor, label: str, repo: str, revision: str, files: Sequence[Wanted],
                      vouched: str, entry: str | None) -> str:  # fmt: skip
        folder = placing.slug(entry or label) if len(files) > 1 else ""
        order = Order(new_id(), actor.user_id, label, repo, revision, entry, folder, vouched, tuple(files))
        for file in files:
            if placing.target(self._home, folder, file.path).exists():
                raise Conflict("There is already a file {file} in the models folder. It was kept.", file=file.path)
        for job in await self._desk.states([NAME]):
            if job.state in _LIVE and {file["path"] for file in job.payload["files"]} == {file.path for file in files}:
                raise Conflict("{model} is here already, or on its way.", model=label)
        await asyncio.to_thread(check_room, self._home.models, order.size)
        return await self._desk.submit(NAME, order.payload())

    async def _act(self, actor: Actor, download_id: str, verb: Literal["pause", "resume", "cancel"]) -> None:
        _check(actor)
        job = await self._desk.find(download_id)
        if job is None or job.name != NAME:
            raise NotFound("There is no such download.")
        if not await getattr(self._desk, verb)(download_id):
            raise Conflict("That is not possible any more: the download has gone on meanwhile.")

    def _all_there(self, installed: dict[str, list[str]]) -> set[str]:
        return {
            entry for entry, paths in installed.items() if all((self._home.models / path).is_file() for path in paths)
        }

    def _note(self, session: Session, made: Imported, place: str) -> None:
        for path in made.paths:
            size = (self._home.models / path).stat().st_size
            row = ModelFileRow(
                path=path,
                entry=None,
                source=place[:1000],
                revision=None,
                size=size,
                sha256=None,
                vouched="nobody",
                created_at=now_ms(),
            )
            session.merge(row)


def _check(actor: Actor) -> None:
    if actor.role != "owner":
        raise NotAllowed("Only the owner of this LocalMind may add models.")


def _installed(session: Session) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for row in session.scalars(select(ModelFileRow).where(ModelFileRow.entry.is_not(None))):
        found.setdefault(row.entry or "", []).append(row.path)
    return found


def _offer(entry: Entry, job: JobState | None, installed: bool) -> Offer:
    if job is not None:
        states: dict[str, OfferState] = {"queued": "queued", "paused": "paused", "failed": "failed", "lost": "failed"}
        return Offer(entry, states.get(job.state, "downloading"), job.id, job.fraction)
    return Offer(entry, "installed" if installed else "available", None, None)


def _download(job: JobState) -> Download:
    return Download(
        job.id,
        job.payload["label"],
        job.payload["entry"],
        job.payload["source"],
        job.state,
        int(job.done),
        int(job.total) if job.total else None,
        job.text,
        job.params,
        job.error,
        int(job.created * 1000),
    )


def _name(path: str) -> str:
    return path.rpartition("/")[2]


def _wanted(hub: HubClient, repo: str, revision: str, file: HubFile, entry: Entry | None) -> Wanted:
    """A file of the hub as it is to be downloaded. GGUF files lie flat here; other models keep their folders."""
    path = check_name(_name(file.path) if file.path.endswith(".gguf") else file.path)
    mirrors = entry.mirrors if entry else ()
    urls = (hub.address(repo, file.path, revision), *(hub.address(mirror, file.path) for mirror in mirrors))
    known = entry.sha256.get(_name(file.path)) if entry else None
    return Wanted(path, urls, file.size, known or file.sha256, None if known or file.sha256 else file.git_oid)
