"""Downloads against a server that behaves, and against one that does not."""

from __future__ import annotations

import hashlib
import json
import random
import shutil
from collections import namedtuple
from pathlib import Path

import pytest

from localmind_app.core.egress import EgressLedger
from localmind_app.core.errors import DiskFull, NotFound, SourceError
from localmind_app.core.long_jobs import Stopped
from localmind_app.features.models import download, source
from localmind_app.features.models.carrier import Carrier
from localmind_app.features.models.download import Downloader, Wanted, check_room
from localmind_app.features.models.part import Part
from tests.features.models.fake_hub import FakeHub, sha256

pytestmark = pytest.mark.anyio
REPO, NAME = "maker/model", "model.gguf"
DATA = random.Random(7).randbytes(1_000_003)
PIECE = 100_000


@pytest.fixture
def downloader(carrier: Carrier) -> Downloader:
    return Downloader(carrier, piece_bytes=PIECE, first_wait=0.01)


@pytest.fixture
def part(tmp_path: Path) -> Path:
    return tmp_path / "staging" / "0.part"


def wanted(hub: FakeHub, **more: object) -> Wanted:
    hub.add(REPO, NAME, DATA)
    url = f"{hub.base}/{REPO}/resolve/main/{NAME}"
    return Wanted(**({"path": NAME, "urls": (url,), "size": len(DATA), "sha256": sha256(DATA)} | more))  # type: ignore[arg-type]


def silent(there: int) -> None:
    assert 0 <= there <= len(DATA)


async def fetch(downloader: Downloader, what: Wanted, part: Path, tell: download.Tell = silent) -> str:
    return await downloader.fetch(what, part, tell, silent)


async def test_a_large_file_comes_over_several_connections_and_is_checked(
    hub: FakeHub, downloader: Downloader, part: Path, ledger: EgressLedger
) -> None:
    hub.trouble.slow = 0.005
    assert await fetch(downloader, wanted(hub), part) == sha256(DATA)
    assert content(part) == DATA
    assert len(hub.ranges()) == 11 and hub.most_at_once == 4
    entries = await ledger.entries()
    assert len(entries) == len(hub.asked) and {entry.purpose for entry in entries} == {"download a model"}
    assert sum(entry.received for entry in entries) == len(DATA)
    assert is_private(part)


def is_private(part: Path) -> bool:
    return part.stat().st_mode & 0o077 == 0


def content(part: Path) -> bytes | None:
    """What is there; None when it was removed."""
    return part.read_bytes() if part.exists() else None


class StopAt:
    """Stops a download once so many bytes are there."""

    def __init__(self, there: int) -> None:
        self.limit = there

    def __call__(self, there: int) -> None:
        if there >= self.limit:
            raise Stopped


async def test_what_was_stopped_goes_on_where_it_was(hub: FakeHub, downloader: Downloader, part: Path) -> None:
    what = wanted(hub)
    with pytest.raises(Stopped):
        await fetch(downloader, what, part, StopAt(400_000))
    stopped = Part(part)
    stopped.open(sha256(DATA), len(DATA), PIECE)
    there = stopped.there
    assert 400_000 <= there < len(DATA)
    hub.asked.clear()
    told: list[int] = []
    assert await fetch(downloader, what, part, told.append) == sha256(DATA)
    asked = sum(int(end) - int(start) + 1 for start, end in (one[6:].split("-") for one in hub.ranges()))
    assert asked == len(DATA) - there, "nothing is fetched twice"
    assert told[-1] == len(DATA)


async def test_a_complete_part_is_only_checked(hub: FakeHub, downloader: Downloader, part: Path) -> None:
    what = wanted(hub)
    with pytest.raises(Stopped):
        await downloader.fetch(what, part, silent, StopAt(1))
    hub.asked.clear()
    assert await fetch(downloader, what, part) == sha256(DATA)
    assert hub.ranges() == []


async def test_a_dropped_connection_is_taken_up_again(hub: FakeHub, downloader: Downloader, part: Path) -> None:
    hub.trouble.drops, hub.trouble.drop_after = 15, 30_000
    assert await fetch(downloader, wanted(hub), part) == sha256(DATA)
    assert content(part) == DATA and hub.trouble.drops == 0


async def test_a_server_that_is_busy_for_a_while_is_asked_again(
    hub: FakeHub, downloader: Downloader, part: Path
) -> None:
    hub.trouble.busy = 5
    assert await fetch(downloader, wanted(hub), part) == sha256(DATA)


async def test_trying_again_has_an_end_and_what_came_is_kept(hub: FakeHub, downloader: Downloader, part: Path) -> None:
    what = wanted(hub)
    with pytest.raises(Stopped):
        await fetch(downloader, what, part, StopAt(300_000))
    hub.trouble.busy = 10_000
    with pytest.raises(SourceError, match="answered with error 503"):
        await fetch(downloader, what, part)
    hub.trouble.busy, hub.trouble.drops, hub.trouble.drop_after = 0, 10_000, 0
    with pytest.raises(SourceError, match="cannot be reached"):
        await fetch(downloader, what, part)
    kept = Part(part)
    kept.open(sha256(DATA), len(DATA), PIECE)
    assert kept.there >= 300_000
    hub.trouble.drops = 0
    assert await fetch(downloader, what, part) == sha256(DATA)


async def test_a_server_without_ranges(hub: FakeHub, downloader: Downloader, part: Path) -> None:
    hub.trouble.no_ranges = True
    hub.trouble.drops, hub.trouble.drop_after = 3, 500_000
    assert await fetch(downloader, wanted(hub), part) == sha256(DATA)
    assert content(part) == DATA
    hub.asked.clear()
    assert await fetch(downloader, wanted(hub), part) == sha256(DATA)
    assert hub.ranges() == [], "it is all there"


async def test_a_server_without_ranges_lengths_and_hashes(hub: FakeHub, downloader: Downloader, part: Path) -> None:
    hub.trouble.no_ranges = hub.trouble.unsized = True
    assert await fetch(downloader, wanted(hub, size=None, sha256=None), part, lambda there: None) == sha256(DATA)
    assert content(part) == DATA


async def test_without_a_length_a_short_answer_is_noticed(hub: FakeHub, downloader: Downloader, part: Path) -> None:
    hub.trouble.no_ranges = hub.trouble.unsized = True
    hub.trouble.drops, hub.trouble.drop_after = 2, 999_000
    assert await fetch(downloader, wanted(hub, sha256=None), part) == sha256(DATA)
    hub.trouble.drops = 1000
    Part(part).drop()
    with pytest.raises(SourceError, match="sent only 999000 of the 1000003 bytes"):
        await fetch(downloader, wanted(hub, sha256=None), part)


@pytest.mark.parametrize("ranges", [True, False])
async def test_a_length_that_is_too_long_is_only_a_claim(
    hub: FakeHub, downloader: Downloader, part: Path, ranges: bool
) -> None:
    # The range was asked for and came whole; an answer without a range that ends before its length may be cut off.
    hub.trouble.claim_more, hub.trouble.no_ranges = 5000, not ranges
    if ranges:
        assert await fetch(downloader, wanted(hub), part) == sha256(DATA)
        return
    with pytest.raises(SourceError, match="cannot be reached"):
        await fetch(downloader, wanted(hub), part)


@pytest.mark.parametrize("ranges", [True, False])
async def test_more_bytes_than_there_should_be_are_not_kept(
    hub: FakeHub, downloader: Downloader, part: Path, ranges: bool
) -> None:
    hub.trouble.extra, hub.trouble.no_ranges = b"more" * 1000, not ranges
    with pytest.raises(SourceError, match="keeps changing" if ranges else "sends more of"):
        await fetch(downloader, wanted(hub), part)
    assert len(content(part) or b"") <= len(DATA) + 65536


@pytest.mark.parametrize("lie", [{"total": 999}, {"total": 2_000_000}, {"shift": 100}])
async def test_a_range_that_is_not_the_one_asked_for(
    hub: FakeHub, downloader: Downloader, part: Path, lie: dict[str, int]
) -> None:
    for name, value in lie.items():
        setattr(hub.trouble, name, value)
    with pytest.raises(SourceError, match=r"in another size|keeps changing"):
        await fetch(downloader, wanted(hub), part)
    assert content(part) is None


async def test_content_that_changes_in_the_middle_is_begun_anew(
    hub: FakeHub, downloader: Downloader, part: Path
) -> None:
    hub.trouble.change_after = 5
    changed = bytes(255 - byte for byte in DATA[:1000]) + DATA[1000:]
    assert await fetch(downloader, wanted(hub, sha256=None), part) == sha256(changed)
    assert content(part) == changed, "not a mixture of two"


async def test_without_a_tag_contents_cannot_be_told_apart_so_ranges_are_not_used(
    hub: FakeHub, downloader: Downloader, part: Path
) -> None:
    hub.trouble.no_tag = True
    assert await fetch(downloader, wanted(hub, sha256=None), part) == sha256(DATA)
    assert hub.ranges() == [""]


async def test_a_part_of_another_content_is_not_taken_up(hub: FakeHub, downloader: Downloader, part: Path) -> None:
    what = wanted(hub, sha256=None)
    with pytest.raises(Stopped):
        await fetch(downloader, what, part, StopAt(400_000))
    hub.trouble.wrong = True
    changed = bytes(255 - byte for byte in DATA[:1000]) + DATA[1000:]
    assert await fetch(downloader, what, part) == sha256(changed)


async def test_a_wrong_hash_removes_the_file_and_says_so(hub: FakeHub, downloader: Downloader, part: Path) -> None:
    hub.trouble.wrong = True
    with pytest.raises(SourceError, match=r"checksum is wrong\. It was removed"):
        await fetch(downloader, wanted(hub), part)
    assert list(part.parent.iterdir()) == []


async def test_a_small_file_is_checked_by_its_git_blob(hub: FakeHub, downloader: Downloader, part: Path) -> None:
    hub.add(REPO, "config.json", b'{"a": 1}')
    url = f"{hub.base}/{REPO}/resolve/main/config.json"
    right = Wanted("config.json", (url,), 8, None, hashlib.sha1(b'blob 8\0{"a": 1}').hexdigest())
    await fetch(downloader, right, part)
    with pytest.raises(SourceError, match="checksum"):
        await fetch(downloader, Wanted("config.json", (url,), 8, None, "0" * 40), part)


async def test_the_next_source_takes_over_with_what_is_there(hub: FakeHub, downloader: Downloader, part: Path) -> None:
    what = wanted(hub)
    with pytest.raises(Stopped):
        await fetch(downloader, what, part, StopAt(500_000))
    hub.asked.clear()
    urls = (f"{hub.base}/nobody/nothing/resolve/main/{NAME}", "http://127.0.0.1:9/x", f"{hub.store}/{REPO}/{NAME}")
    told: list[int] = []
    assert await fetch(downloader, wanted(hub, urls=urls), part, told.append) == sha256(DATA)
    assert all(there >= 500_000 for there in told if there)


async def test_a_source_with_wrong_bytes_is_followed_by_the_next(
    hub: FakeHub, carrier: Carrier, downloader: Downloader, part: Path
) -> None:
    hub.add("bad/model", NAME, DATA[:-3] + b"bad")
    urls = (f"{hub.store}/bad/model/{NAME}", f"{hub.base}/bad/model/resolve/main/{NAME}", f"{hub.store}/{REPO}/{NAME}")
    assert await fetch(downloader, wanted(hub, urls=urls), part) == sha256(DATA)


async def test_nobody_has_it(hub: FakeHub, downloader: Downloader, part: Path) -> None:
    what = wanted(hub)
    hub.trouble.gone = True
    with pytest.raises(NotFound, match="does not have this file any more"):
        await fetch(downloader, what, part)
    with pytest.raises(NotFound, match="no source"):
        await fetch(downloader, wanted(hub, urls=()), part)


async def test_redirects_lead_to_public_https_only(
    hub: FakeHub, downloader: Downloader, part: Path, ledger: EgressLedger
) -> None:
    what = wanted(hub)
    for place in ("http://example.org/x", "https://127.0.0.1/x", "https://router.local/x", "https://10.0.0.1/x",
                  "https://[::1]/x", "https://user:secret@example.org/x", "file:///etc/passwd"):  # fmt: skip
        hub.trouble.redirect = place
        with pytest.raises(SourceError, match="not a public https address"):
            await fetch(downloader, what, part)
    assert {entry.host for entry in await ledger.entries()} == {"127.0.0.1"}
    hub.trouble.redirect = f"{hub.base}/{REPO}/resolve/main/{NAME}"
    with pytest.raises(SourceError, match="without end"):
        await fetch(downloader, what, part)


async def test_a_full_disk_keeps_what_is_there(
    hub: FakeHub, downloader: Downloader, part: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(file: object, offset: int, data: bytes) -> None:
        if offset >= 300_000:
            raise OSError(28, "No space left on device")
        write(file, offset, data)  # type: ignore[arg-type]

    write = download.write_at
    monkeypatch.setattr(download, "write_at", full)
    with pytest.raises(DiskFull, match="is kept: free some space"):
        await fetch(downloader, wanted(hub), part)
    monkeypatch.undo()
    assert json.loads(part.with_name("0.part.json").read_text())["size"] == len(DATA)
    assert await fetch(downloader, wanted(hub), part) == sha256(DATA)


def test_room_is_looked_for_before(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    usage = namedtuple("usage", "total used free")
    monkeypatch.setattr(shutil, "disk_usage", lambda path: usage(10**10, 0, download.MARGIN_BYTES + 1000))
    check_room(tmp_path, 1000)
    with pytest.raises(DiskFull, match="Nothing was downloaded"):
        check_room(tmp_path, 1001)


async def test_waiting_for_a_server_can_be_stopped(hub: FakeHub, carrier: Carrier, part: Path) -> None:
    hub.trouble.busy = 10_000
    heard: list[int] = []

    def impatient(there: int) -> None:
        heard.append(there)
        if len(heard) > 1:
            raise Stopped

    with pytest.raises(Stopped):
        await fetch(Downloader(carrier, first_wait=3600.0), wanted(hub), part, impatient)
    assert source.LONGEST_WAIT <= 60


@pytest.mark.parametrize("note", ["", "{", "[]", '{"identity": 1}', '{"identity": "x", "size": 10, "pieces": [[0, 5]]}',
                                  '{"identity": "x", "size": 10, "pieces": [[0, 5, 5]]}',
                                  '{"identity": "x", "size": 10, "pieces": [[0, 5, 6], [5, 10, 5]]}',
                                  '{"identity": "x", "size": 10, "pieces": [[0, 10, 10]]}'])  # fmt: skip
async def test_a_damaged_note_is_not_believed(tmp_path: Path, note: str) -> None:
    part = Part(tmp_path / "p")
    part.path.write_bytes(b"12345")
    part.note.write_text(note)
    part.open("x", 10, 10)
    assert part.there == 0 and not part.complete
