"""Files are read by child processes that are used again, replaced and ended, and never take anything else down."""

from __future__ import annotations

import asyncio
import ctypes
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator
from pathlib import Path

import psutil
import pytest

from localmind_app.core.errors import Unreadable
from localmind_app.features.knowledge.parsing import doors, pool, run
from localmind_app.features.knowledge.parsing.document import Block, Document
from localmind_app.features.knowledge.parsing.limits import Limits

from . import files
from .test_formats import HARBOUR

pytestmark = pytest.mark.usefixtures("children")


def write(path: Path, text: str = "# Title\n\nsome text") -> Path:
    path.write_text(text)
    return path


async def gone(pids: list[int]) -> bool:
    for _ in range(200):
        if not any(psutil.pid_exists(pid) and psutil.Process(pid).status() != "zombie" for pid in pids):
            return True
        await asyncio.sleep(0.05)
    return False


async def test_every_format_is_read_in_a_child(tmp_path: Path) -> None:
    paths = [
        files.write_pdf(tmp_path / "a.pdf"),
        files.write_docx(tmp_path / "a.docx"),
        files.write_pptx(tmp_path / "a.pptx"),
        files.write_xlsx(tmp_path / "a.xlsx"),
        files.write_epub(tmp_path / "a.epub"),
        files.write_html(tmp_path / "a.html"),
        files.write_mail(tmp_path / "a.eml"),
        files.write_msg(tmp_path / "a.msg"),
        write(tmp_path / "a.md"),
    ]
    documents = await asyncio.gather(*(run.parse(path, path.name) for path in paths))
    assert all(document.blocks and document.parser and document.media_type for document in documents)
    assert sum(HARBOUR in document.text for document in documents) == 6
    assert len(run.pool().pids) <= (os.cpu_count() or 1)


async def test_a_scan_is_read_and_drawn_in_a_child(tmp_path: Path) -> None:
    """The models of OCR fit into the limits."""
    path = files.write_scan(tmp_path / "scan.pdf", [["Invoice 48213 of the port"]])
    told: list[float] = []
    document = await run.parse(path, "scan.pdf", on_progress=told.append)
    assert document.text == "Invoice 48213 of the port"
    assert told == sorted(told) and told and told[-1] <= 1
    assert (await run.page_image(path, 0, 400)).startswith(b"\x89PNG")
    with pytest.raises(Unreadable, match=r"scan.pdf has no page 2"):
        await run.page_image(path, 1, 400)


async def test_one_child_reads_many_files(tmp_path: Path) -> None:
    path, pids = write(tmp_path / "a.md"), set()
    for _ in range(20):
        await run.parse(path, "a.md")
        pids |= set(run.pool().pids)
    assert len(pids) == 1


async def test_a_thousand_files_at_once_and_memory_stays_flat(tmp_path: Path) -> None:
    paths = [write(tmp_path / f"{n}.md", f"# File {n}\n\n" + HARBOUR * 20) for n in range(1000)]
    own = psutil.Process()

    async def batch(some: list[Path]) -> tuple[int, int]:
        documents = await asyncio.gather(*(run.parse(path, path.name) for path in some))
        assert [document.title for document in documents] == [f"File {path.stem}" for path in some]
        return own.memory_info().rss, max(psutil.Process(pid).memory_info().rss for pid in run.pool().pids)

    early = await batch(paths[:200])
    late = await batch(paths)
    assert len(run.pool().pids) <= (os.cpu_count() or 1)
    assert all(after < before + (48 << 20) for before, after in zip(early, late, strict=True))


async def test_a_child_is_replaced_after_a_number_of_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pool, "_MOST_FILES", 2)
    path, pids = write(tmp_path / "a.md"), []
    for _ in range(4):
        await run.parse(path, "a.md")
        pids += run.pool().pids
    assert len(pids) == 2 and len(set(pids)) == 2


async def test_a_child_that_has_grown_is_replaced(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pool, "_MOST_MEMORY", 1)
    await run.parse(write(tmp_path / "a.md"), "a.md")
    assert run.pool().pids == []


async def test_idle_children_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pool, "_IDLE_SECONDS", 0.1)
    await run.parse(write(tmp_path / "a.md"), "a.md")
    assert await gone(run.pool().pids)


async def test_a_bad_file_fails_alone_and_its_child_goes_on(tmp_path: Path) -> None:
    (tmp_path / "a.pdf").write_bytes(b"%PDF-1.7\nnothing")
    good = write(tmp_path / "a.md")
    answers = await asyncio.gather(
        *(run.parse(path, path.name) for path in (tmp_path / "a.pdf", good) * 5), return_exceptions=True
    )
    assert [isinstance(one, Unreadable) for one in answers] == [True, False] * 5


async def test_a_missing_file(tmp_path: Path) -> None:
    with pytest.raises(Unreadable, match=r"gone\.txt cannot be opened"):
        await run.parse(tmp_path / "gone.txt", "gone.txt")


def write_slow(path: Path) -> Path:
    """A file that takes long: a table of many small cells."""
    return write(path, "\n".join(",".join("ab" for _ in range(400)) for _ in range(40_000)))


async def _slow(path: Path) -> asyncio.Task[Document]:
    task = asyncio.create_task(run.parse(write_slow(path), path.name))
    for _ in range(1000):
        if run.pool().pids:
            break
        await asyncio.sleep(0.01)
    return task


@pytest.mark.skipif(sys.platform == "win32", reason="signals")
async def test_a_killed_child_fails_one_file_only(tmp_path: Path) -> None:
    task = await _slow(tmp_path / "a.csv")
    os.kill(run.pool().pids[0], signal.SIGKILL)
    with pytest.raises(Unreadable, match=r"a\.csv made the program that reads it crash"):
        await task
    assert (await run.parse(write(tmp_path / "a.md"), "a.md")).title == "Title"


async def test_cancelling_ends_the_child_at_once(tmp_path: Path) -> None:
    task = await _slow(tmp_path / "a.csv")
    pids = run.pool().pids
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert run.pool().pids == [] and await gone(pids)


async def test_a_file_that_takes_too_long_is_stopped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pool, "_START_SECONDS", 0.0)
    path = write_slow(tmp_path / "a.csv")
    for limits in (Limits(seconds=0.3), Limits(quiet_seconds=0.3)):
        with pytest.raises(Unreadable, match=r"a\.csv takes too long"):
            await run.parse(path, "a.csv", limits=limits)
    assert run.pool().pids == []


@pytest.mark.skipif(sys.platform != "linux", reason="limits of the kernel")
async def test_time_of_the_processor_and_memory_are_limited(tmp_path: Path) -> None:
    path = write_slow(tmp_path / "a.csv")
    with pytest.raises(Unreadable, match=r"a\.csv takes too long"):
        await run.parse(path, "a.csv", limits=Limits(cpu_seconds=0))
    with pytest.raises(Unreadable, match=r"a\.csv needs more than 120 MB of memory"):
        await run.parse(path, "a.csv", limits=Limits(memory=120 << 20))
    assert run.pool().pids == []


async def test_an_answer_that_is_too_large_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Unreadable, match="holds more text than can be kept"):
        await run.parse(write(tmp_path / "a.md"), "a.md", limits=Limits(result_bytes=10))


_PROBE = """
import json, os, socket, subprocess, sys
from localmind_app.features.knowledge.parsing.enclosure import enclose
folder, port = sys.argv[1], int(sys.argv[2])
enclose()

def write():
    with open(folder + "/old", "r+b") as file:
        file.write(b"x" * 100)

tries = {
    "write": write,
    "remove": lambda: os.remove(folder + "/old"),
    "make": lambda: os.mkdir(folder + "/new"),
    "start": lambda: subprocess.run(["true"]),
    "network": lambda: socket.create_connection(("127.0.0.1", port), 2).close(),
    "signal": lambda: os.kill(os.getppid(), 0),
    "read": lambda: open(folder + "/old").close(),
}
told = {}
for name, attempt in tries.items():
    try:
        attempt()
        told[name] = "done"
    except OSError as error:
        told[name] = str(error)
print(json.dumps(told))
"""


@pytest.mark.skipif(sys.platform != "linux", reason="limits of the kernel")
async def test_a_child_can_only_read(tmp_path: Path) -> None:
    """Asked of the same enclosure in a process of the test, that tries everything else."""

    async def greet(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.close()

    write(tmp_path / "old", "kept")
    server = await asyncio.start_server(greet, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", _PROBE, str(tmp_path), str(port), stdout=asyncio.subprocess.PIPE
    )
    told = json.loads((await process.communicate())[0])
    server.close()
    await server.wait_closed()
    assert told["read"] == "done" and told["write"] != "done"
    if _landlock() >= 1:
        assert "done" not in (told["remove"], told["make"], told["start"])
        assert (tmp_path / "old").read_text() == "kept"
    if _landlock() >= 4 or _namespaces_allowed():
        assert told["network"] != "done"
    if _landlock() >= 6:
        assert told["signal"] != "done"


def _landlock() -> int:
    """The version the kernel has, 0 or less for none."""
    return int(ctypes.CDLL(None).syscall(444, None, 0, 1))


def _namespaces_allowed() -> bool:
    tried = subprocess.run(["unshare", "--user", "--net", "true"], capture_output=True, check=False)
    return tried.returncode == 0 or os.geteuid() == 0


@pytest.mark.skipif(sys.platform != "linux", reason="/proc")
async def test_a_child_gets_no_secrets_of_its_parent(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-secret")
    await run.parse(write(tmp_path / "a.md"), "a.md")
    environment = psutil.Process(run.pool().pids[0]).environ()
    assert "PYTHONPATH" in environment and "OPENAI_API_KEY" not in environment


_PARENT = """
import asyncio, sys
from pathlib import Path
from localmind_app.features.knowledge.parsing import run

async def main():
    await run.parse(Path(sys.argv[1]), "a.md")
    print(*run.pool().pids, flush=True)
    await asyncio.sleep(60)

asyncio.run(main())
"""


async def test_children_die_with_their_parent(tmp_path: Path) -> None:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", _PARENT, str(write(tmp_path / "a.md")), stdout=asyncio.subprocess.PIPE
    )
    assert process.stdout is not None
    pids = [int(pid) for pid in (await process.stdout.readline()).split()]
    assert pids and all(psutil.pid_exists(pid) for pid in pids)
    process.kill()
    await process.communicate()
    assert await gone(pids)


@pytest.fixture
async def opened_doors() -> AsyncIterator[None]:
    yield
    doors.open_to()


@pytest.mark.usefixtures("opened_doors")
async def test_doors(tmp_path: Path) -> None:
    """A transcriber gets recordings only, a describer pictures only."""

    async def transcribe(path: Path, name: str) -> Document:
        return Document(name, (Block("text", f"heard {path.name}"),))

    async def describe(_path: Path) -> str:
        return "A dark square."

    doors.open_to(transcriber=transcribe, describer=describe)
    (tmp_path / "a.txt").write_bytes(b"ID3\x03\x00\x00\x00\x00\x00\x21" + bytes(990))
    (tmp_path / "a.png").write_bytes(files.png(40, 30))
    assert (await run.parse(tmp_path / "a.txt", "a.txt")).text == "heard a.txt"
    assert (await run.parse(tmp_path / "a.png", "a.png")).blocks[0].text == "A dark square."
    assert (await run.parse(write(tmp_path / "a.md"), "a.md")).text == "Title\n\nsome text"


async def test_after_close_reading_goes_on(tmp_path: Path) -> None:
    path = write(tmp_path / "a.md")
    await run.parse(path, "a.md")
    pids = run.pool().pids
    await run.close()
    assert await gone(pids)
    started = time.monotonic()
    assert (await run.parse(path, "a.md")).title == "Title"
    assert time.monotonic() - started < 30
