"""Downloads from the owner's wish to the engine's list: a small hub, a real worker process, real models."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import replace

import pytest
from sqlalchemy import select

from localmind_app.core.database import Database
from localmind_app.core.errors import Conflict, DiskFull, Invalid, NotAllowed, NotFound
from localmind_app.core.home import Home
from localmind_app.core.job_desk import JobDesk
from localmind_app.engine.catalog import Catalog
from localmind_app.features.accounts.service import Actor, ensure_owner
from localmind_app.features.models import catalogue, downloads
from localmind_app.features.models.downloads import Download, DownloadService
from localmind_app.features.models.part import Part
from localmind_app.features.models.tables import ModelFileRow
from tests.features.models.fake_hub import COMMIT, FakeHub, sha256
from tests.models_factory import write_random_llama

pytestmark = pytest.mark.anyio
REPO = "maker/model"


class Worker:
    """The real worker process over one data folder, asking the small hub."""

    def __init__(self, home: Home, hub: FakeHub) -> None:
        self._home = home
        self._environment = {**os.environ, "LOCALMIND_HOME": str(home.root), "LOCALMIND_HUB": f"{hub.base} {hub.store}"}
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        with (self._home.logs / "worker.log").open("ab") as log:
            command = [sys.executable, "-m", "localmind_app.worker"]
            self._process = subprocess.Popen(command, env=self._environment, stdout=log, stderr=log)

    def kill(self) -> None:
        """kill -9."""
        if self._process is not None:
            self._process.send_signal(signal.SIGKILL)
            self._process.wait()


@pytest.fixture
def worker(home: Home, hub: FakeHub) -> Iterator[Worker]:
    running = Worker(home, hub)
    yield running
    running.kill()


@pytest.fixture
def owner(database: Database) -> Actor:
    with database.session() as session:
        row = ensure_owner(session)
        return Actor(row.id, row.name, row.role)


@pytest.fixture
async def service(
    home: Home, database: Database, hub: FakeHub, owner: Actor, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[DownloadService]:
    monkeypatch.setenv("LOCALMIND_HUB", f"{hub.base} {hub.store}")
    desk = JobDesk(home)
    opened = DownloadService(home, database, desk)
    await opened.allow_hub(owner, True)
    yield opened
    await opened.close()
    await desk.close()


@pytest.fixture
def offered(monkeypatch: pytest.MonkeyPatch) -> catalogue.Entry:
    """The small hub's model, in the catalogue."""
    entry = replace(catalogue.entries()[0], id="small", repo=REPO, files=("small*.gguf",))
    monkeypatch.setattr(catalogue, "entries", lambda: (entry,))
    return entry


async def until(
    true: Callable[[Download], bool], service: DownloadService, owner: Actor, seconds: float = 40
) -> Download:
    deadline = time.monotonic() + seconds
    while not true(one := (await service.downloads(owner))[0]):
        assert time.monotonic() < deadline and (one.state != "failed" or true(one)), one
        await asyncio.sleep(0.05)
    return one


def listed(home: Home) -> set[str]:
    return {model.id for model in Catalog(home).models() if model.problem is None} - {"starter", "all-minilm-l6-v2"}


def in_folder(home: Home) -> list[str]:
    return sorted(path.relative_to(home.models).as_posix() for path in home.models.rglob("*") if path.is_file())


def noted(home: Home) -> int:
    """How many bytes the note of the one unfinished file promises."""
    return sum(Part.bytes_at(path) for path in home.models.glob(".downloads/*/0.part"))


async def rows(database: Database) -> list[ModelFileRow]:
    return await database.read(lambda session: list(session.scalars(select(ModelFileRow).order_by(ModelFileRow.path))))


async def test_a_model_of_the_catalogue_survives_the_death_of_its_worker(
    hub: FakeHub, home: Home, database: Database, service: DownloadService, owner: Actor, worker: Worker,
    offered: catalogue.Entry, gguf: bytes
) -> None:  # fmt: skip
    hub.add(REPO, "small-q4.gguf", gguf)
    hub.trouble.slow = 0.1
    assert [offer.state for offer in await service.catalogue(owner)] == ["available"]
    await service.start(owner, "small")
    assert [offer.state for offer in await service.catalogue(owner)] == ["queued"]
    with pytest.raises(Conflict, match="here already, or on its way"):
        await service.start(owner, "small")
    worker.start()
    await until(lambda one: one.done > 0 and noted(home) > 100_000, service, owner)
    worker.kill()
    reached, asked = noted(home), len(hub.ranges())
    assert reached < len(gguf)
    assert listed(home) == set() and in_folder(home)[0].startswith(".downloads/")
    [offer] = await service.catalogue(owner)
    assert offer.state == "downloading" and offer.fraction is not None and 0 < offer.fraction < 1
    hub.trouble.slow = 0.0
    worker.start()
    done = await until(lambda one: one.state == "done", service, owner)
    assert hub.ranges()[asked:] == [f"bytes={reached}-{len(gguf) - 1}"], "it went on where its note said"
    assert (done.label, done.source, done.total) == (offered.name, REPO, len(gguf))
    assert in_folder(home) == ["small-q4.gguf"] and listed(home) == {"small-q4"}
    assert (home.models / "small-q4.gguf").read_bytes() == gguf
    [row] = await rows(database)
    assert (row.entry, row.source, row.revision, row.sha256, row.vouched) == (
        "small",
        REPO,
        COMMIT,
        sha256(gguf),
        "hub",
    )
    assert [offer.state for offer in await service.catalogue(owner)] == ["installed"]
    (home.models / "small-q4.gguf").unlink()
    assert [offer.state for offer in await service.catalogue(owner)] == ["available"]
    purposes = {entry.purpose for entry in await service.passages(owner)}
    assert purposes == {"look at a model", "download a model"}


async def test_pausing_continuing_and_cancelling(
    hub: FakeHub, home: Home, service: DownloadService, owner: Actor, worker: Worker, gguf: bytes
) -> None:
    hub.add(REPO, "small.gguf", gguf)
    hub.trouble.slow = 0.05
    download = await service.start_file(owner, REPO, "small.gguf")
    worker.start()
    await until(lambda one: one.done > 100_000, service, owner)
    await service.pause(owner, download)
    paused = await until(lambda one: one.state == "paused", service, owner)
    asked = len(hub.asked)
    await asyncio.sleep(0.3)
    assert len(hub.asked) == asked, "paused is quiet"
    with pytest.raises(Conflict):
        await service.pause(owner, download)
    await service.resume(owner, download)
    going = await until(lambda one: one.state == "running" and one.done > paused.done, service, owner)
    assert (going.text, going.params) == ("Downloading {file}", {"file": "small.gguf"})
    await service.cancel(owner, download)
    await until(lambda one: one.state == "cancelled", service, owner)
    assert in_folder(home) == []
    with pytest.raises(Conflict, match="not possible any more"):
        await service.resume(owner, download)
    hub.trouble.slow = 0.0
    await service.start_file(owner, REPO, "small.gguf")
    await until(lambda one: one.state == "done", service, owner)
    assert listed(home) == {"small"}


async def test_all_parts_of_a_split_model_are_one_download(
    hub: FakeHub, home: Home, service: DownloadService, owner: Actor, worker: Worker, gguf: bytes
) -> None:
    for number in (1, 2, 3):
        hub.add(REPO, f"Q4/big-0000{number}-of-00003.gguf", gguf)
    hub.add(REPO, "lonely-00001-of-00002.gguf", gguf)
    hub.add(REPO, "small.gguf", gguf)
    choices = await service.choices(owner, REPO)
    assert [(one.path, one.size, one.parts) for one in choices] == [
        ("small.gguf", len(gguf), 1),
        ("Q4/big-00001-of-00003.gguf", 3 * len(gguf), 3),
    ]
    with pytest.raises(NotFound, match="lonely-00002"):
        await service.start_file(owner, REPO, "lonely-00001-of-00002.gguf")
    await service.start_file(owner, REPO, "Q4/big-00001-of-00003.gguf")
    worker.start()
    done = await until(lambda one: one.state == "done", service, owner)
    assert done.done == done.total == 3 * len(gguf)
    assert in_folder(home) == [f"big/big-0000{number}-of-00003.gguf" for number in (1, 2, 3)]


async def test_a_failed_download_says_why_and_can_be_continued(
    hub: FakeHub, home: Home, service: DownloadService, owner: Actor, worker: Worker, gguf: bytes
) -> None:
    hub.add(REPO, "small.gguf", gguf)
    hub.trouble.wrong = True
    download = await service.start_file(owner, REPO, "small.gguf")
    worker.start()
    failed = await until(lambda one: one.state == "failed", service, owner)
    assert failed.error is not None and "checksum is wrong" in failed.error["error"]["message"]
    assert failed.error["error"]["code"] == "source_error" and listed(home) == set()
    hub.trouble.wrong = False
    await service.resume(owner, download)
    await until(lambda one: one.state == "done", service, owner)
    assert listed(home) == {"small"}


async def test_what_is_no_model_is_not_shown_even_if_its_hash_is_right(
    hub: FakeHub, home: Home, service: DownloadService, owner: Actor, worker: Worker, gguf: bytes
) -> None:
    hub.add(REPO, "small.gguf", b"GGUF" + b"\xff" * 5000)
    download = await service.start_file(owner, REPO, "small.gguf")
    worker.start()
    failed = await until(lambda one: one.state == "failed", service, owner)
    assert failed.error is not None and "cannot be used" in failed.error["error"]["message"]
    await service.cancel(owner, download)
    await until(lambda one: one.state == "cancelled", service, owner)
    assert in_folder(home) == []


async def test_a_file_that_came_meanwhile_is_kept(
    hub: FakeHub, home: Home, service: DownloadService, owner: Actor, worker: Worker, gguf: bytes
) -> None:
    hub.add(REPO, "small.gguf", gguf)
    await service.start_file(owner, REPO, "small.gguf")
    (home.models / "small.gguf").write_bytes(b"mine")
    worker.start()
    failed = await until(lambda one: one.state == "failed", service, owner)
    assert failed.error is not None and failed.error["error"]["code"] == "conflict"
    assert (home.models / "small.gguf").read_bytes() == b"mine"


async def test_nothing_is_asked_until_it_is_allowed(
    hub: FakeHub, home: Home, service: DownloadService, owner: Actor, worker: Worker, gguf: bytes
) -> None:
    hub.add(REPO, "small.gguf", gguf)
    download = await service.start_file(owner, REPO, "small.gguf")
    await service.allow_hub(owner, False)
    assert not await service.hub_allowed(owner)
    hub.asked.clear()
    for call in (service.search(owner, "x"), service.choices(owner, REPO), service.start(owner, "qwen3-8b"),
                 service.start_file(owner, REPO, "small.gguf")):  # fmt: skip
        with pytest.raises(NotAllowed, match="may not ask the model hub yet"):
            await call
    worker.start()
    failed = await until(lambda one: one.state == "failed", service, owner)
    assert failed.error is not None and failed.error["error"]["code"] == "not_allowed"
    assert hub.asked == [], "what was queued before does not leave either"
    await service.allow_hub(owner, True)
    await service.resume(owner, download)
    await until(lambda one: one.state == "done", service, owner)


async def test_only_the_owner_adds_models(service: DownloadService, owner: Actor, database: Database) -> None:
    member = Actor("0" * 26, "somebody", "member")
    for call in (service.allow_hub(member, True), service.catalogue(member), service.search(member, "x"),
                 service.choices(member, REPO), service.start(member, "x"), service.start_file(member, REPO, "x"),
                 service.downloads(member), service.pause(member, "x"), service.resume(member, "x"),
                 service.cancel(member, "x"), service.found(member), service.take_in(member, "/x"),
                 service.passages(member)):  # fmt: skip
        with pytest.raises(NotAllowed, match="Only the owner"):
            await call


async def test_what_cannot_be_started(
    hub: FakeHub, home: Home, service: DownloadService, owner: Actor, gguf: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    hub.add(REPO, "small.gguf", gguf)
    hub.add(REPO, "pytorch_model.bin", b"no")
    with pytest.raises(Invalid, match="can run code"):
        await service.start_file(owner, REPO, "pytorch_model.bin")
    with pytest.raises(NotFound, match="does not hold"):
        await service.start_file(owner, REPO, "other.gguf")
    with pytest.raises(NotFound, match="in the catalogue"):
        await service.start(owner, "nothing")
    with pytest.raises(NotFound, match="no such download"):
        await service.cancel(owner, "nothing")
    monkeypatch.setattr("localmind_app.features.models.download.MARGIN_BYTES", 10**18)
    with pytest.raises(DiskFull, match="too little room"):
        await service.start_file(owner, REPO, "small.gguf")
    assert await service.downloads(owner) == []


async def test_models_of_this_machine_are_taken_in(
    home: Home, database: Database, service: DownloadService, owner: Actor, tmp_path_factory: pytest.TempPathFactory,
    monkeypatch: pytest.MonkeyPatch
) -> None:  # fmt: skip
    user_home = tmp_path_factory.mktemp("user")
    (user_home / ".cache" / "llama.cpp").mkdir(parents=True)
    source = write_random_llama(user_home / ".cache" / "llama.cpp" / "theirs.gguf")
    monkeypatch.setattr(downloads.found, "find", lambda find=downloads.found.find: find(user_home, {}))
    [model] = await service.found(owner)
    made = await service.take_in(owner, str(model.path), model.name)
    assert made.linked and listed(home) == {"theirs"}
    [row] = await rows(database)
    assert (row.path, row.source, row.vouched, row.size) == (
        "theirs.gguf",
        str(source),
        "nobody",
        source.stat().st_size,
    )
