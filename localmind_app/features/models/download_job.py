"""The job that downloads a model: all its files, checked, then shown in the models folder.

It runs in the worker. What it is asked for was looked up when it was started: names, sizes and hashes of one commit.
"""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from localmind_app.core.errors import Invalid
from localmind_app.core.home import Home
from localmind_app.core.long_jobs import Control, LongJob, mark

if TYPE_CHECKING:
    from pathlib import Path

    from localmind_app.core.database import Database

    from .download import Downloader, Wanted

NAME = "download-model"


@dataclass(frozen=True)
class Order:
    """What to download. `key` is an id of its own; `folder` is the name of its folder in the models folder, or empty.

    `files` are `download.Wanted`; `vouched` says whose hashes they carry. `entry` is the id in the catalogue, or None.
    """

    key: str
    user_id: str
    label: str
    source: str
    revision: str | None
    entry: str | None
    folder: str
    vouched: str
    files: tuple[Wanted, ...]

    def payload(self) -> dict[str, Any]:
        """As the queue keeps it."""
        return asdict(self)

    @classmethod
    def of(cls, payload: Mapping[str, Any]) -> Order:
        """Back from the queue."""
        from .download import Wanted

        files = tuple(Wanted(**{**file, "urls": tuple(file["urls"])}) for file in payload["files"])
        return cls(**{**payload, "files": files})

    @property
    def size(self) -> int:
        """Bytes of all files whose size is known."""
        return sum(file.size or 0 for file in self.files)


async def run(home: Home, payload: Mapping[str, Any], control: Control) -> None:
    """Download, check and show. Raises UserError; what has come is kept for the next run."""
    from localmind_app.core.database import Database
    from localmind_app.core.egress import EgressLedger

    from . import hub_switch, hub_token
    from .carrier import Carrier, configured_hub, origin
    from .download import Downloader
    from .remote.seal import Seal

    order = Order.of(payload)
    database = Database(home.database)
    base, trusted = configured_hub()
    hub = origin(base)
    carrier = Carrier(EgressLedger(database), trusted, hub=hub)
    try:
        if not await database.read(lambda session: hub_switch.is_on(session, order.user_id)):
            raise hub_switch.refusal()
        seal = Seal(home.seal_key)
        carrier.token = await database.read(lambda session: hub_token.read(session, order.user_id, seal, hub))
        await _download(home, order, Downloader(carrier), control, database)
    finally:
        await carrier.close()
        database.close()


async def _download(home: Home, order: Order, downloader: Downloader, control: Control, database: Database) -> None:
    from .placing import staging

    folder = staging(home, order.key)
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    _check_room(home, order, folder)
    hashes, before = {}, 0
    for number, file in enumerate(order.files):
        part, whole = folder / f"{number}.part", folder / f"{number}.whole"
        known = folder / f"{number}.sha256"
        if known.exists():
            hashes[file.path] = known.read_text(encoding="ascii")
        else:
            reports = _Reports(control, file.path, before, order.size)
            hashes[file.path] = await downloader.fetch(file, part, reports.arriving, reports.checking)
            _check(part, file.path)
            known.write_text(hashes[file.path], encoding="ascii")
        if part.exists():
            part.rename(whole)
            part.with_name(part.name + ".json").unlink(missing_ok=True)
        before += file.size or 0
    _show(home, order, folder)
    await _record(order, hashes, home, database)
    shutil.rmtree(folder)
    control.keep(paths=[f"{order.folder}/{file.path}".lstrip("/") for file in order.files], sha256=hashes)
    control.report(order.size, order.size)


def _check(part: Path, name: str) -> None:
    """Raises Invalid, and removes it, when what came is right but is no model."""
    from .part import Part
    from .placing import check_content

    try:
        check_content(part, name)
    except Invalid:
        Part(part).drop()
        raise


class _Reports:
    """Tells the job's control how far one of its files is."""

    def __init__(self, control: Control, path: str, before: int, total: int) -> None:
        self._control, self._path, self._before, self._total = control, path, before, total or None

    def arriving(self, there: int) -> None:
        self._control.check()
        self._control.report(self._before + there, self._total, mark("Downloading {file}"), file=self._path)

    def checking(self, read: int) -> None:
        self._control.check()
        self._control.report(self._before + read, self._total, mark("Checking {file}"), file=self._path)


def _check_room(home: Home, order: Order, folder: Path) -> None:
    from .download import check_room
    from .part import Part

    needed = 0
    for number, file in enumerate(order.files):
        if not (folder / f"{number}.sha256").exists():
            needed += max(0, (file.size or 0) - Part.bytes_at(folder / f"{number}.part"))
    check_room(home.models, needed)


def _show(home: Home, order: Order, folder: Path) -> None:
    from . import placing

    numbers = {file.path: number for number, file in enumerate(order.files)}
    for path in placing.order(list(numbers)):
        placing.place(folder / f"{numbers[path]}.whole", placing.target(home, order.folder, path))


async def _record(order: Order, hashes: Mapping[str, str], home: Home, database: Database) -> None:
    from localmind_app.core.ids import now_ms

    from .placing import target
    from .tables import ModelFileRow

    rows = [
        ModelFileRow(
            path=target(home, order.folder, path).relative_to(home.models).as_posix(),
            entry=order.entry,
            source=order.source,
            revision=order.revision,
            size=target(home, order.folder, path).stat().st_size,
            sha256=sha256,
            vouched=order.vouched,
            created_at=now_ms(),
        )
        for path, sha256 in hashes.items()
    ]
    await database.write(lambda session: [session.merge(row) for row in rows])


def undo(home: Home, payload: Mapping[str, Any]) -> None:
    """Remove what a cancelled download had brought."""
    from .placing import staging

    shutil.rmtree(staging(home, str(payload["key"])), ignore_errors=True)


DOWNLOAD = LongJob(NAME, run, repeat=True, at_once=2, undo=undo)
