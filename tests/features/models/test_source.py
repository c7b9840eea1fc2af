"""One address and its claims, held against each other; a real server that lies on demand."""

from __future__ import annotations

import hashlib

import pytest

from localmind_app.core.errors import NotAllowed, NotFound, SourceError
from localmind_app.features.models import source as source_module
from localmind_app.features.models.carrier import Carrier
from localmind_app.features.models.source import MOST_TRIES, Broken, Changed, Head, Source, patiently
from tests.features.models.fake_hub import FakeHub

pytestmark = pytest.mark.anyio
REPO, DATA = "maker/model", bytes(range(256)) * 40


@pytest.fixture
def source(hub: FakeHub, carrier: Carrier) -> Source:
    hub.add(REPO, "a.gguf", DATA)
    return Source(carrier, f"{hub.base}/{REPO}/resolve/main/a.gguf")


async def read(source: Source, start: int, end: int, head: Head) -> bytes:
    return b"".join([chunk async for chunk in source.range(start, end, head)])


async def test_a_good_server_says_all_and_gives_what_was_asked(source: Source) -> None:
    head = await source.head()
    digest = hashlib.sha256(DATA).hexdigest()
    assert (head.ranges, head.size, head.sha256) == (True, len(DATA), digest)
    assert head.tag == f'"{digest[:16]}"'
    assert await read(source, 1000, 3000, head) == DATA[1000:3000]
    assert b"".join([chunk async for chunk in source.whole()]) == DATA


async def test_without_ranges_the_size_is_not_believed(source: Source, hub: FakeHub) -> None:
    hub.trouble.no_ranges = True
    head = await source.head()
    assert (head.ranges, head.size) == (False, None)


async def test_a_range_of_another_content_is_noticed(source: Source, hub: FakeHub) -> None:
    head = await source.head()
    hub.trouble.change_after = 0
    with pytest.raises(Changed):
        await read(source, 0, 1000, head)


@pytest.mark.parametrize(("harm", "value"), [("shift", 1), ("total", 99), ("no_ranges", True), ("extra", b"more")])
async def test_a_range_that_is_not_the_one_asked_for_is_not_taken(
    source: Source, hub: FakeHub, harm: str, value: object
) -> None:
    head = await source.head()
    setattr(hub.trouble, harm, value)
    with pytest.raises(Changed):
        await read(source, 1000, 2000, head)


async def test_a_range_that_ends_early_is_worth_another_try(source: Source, hub: FakeHub) -> None:
    head = await source.head()
    hub.trouble.drops, hub.trouble.drop_after = 1, 500
    with pytest.raises(Broken):
        await read(source, 0, 1000, head)
    assert await read(source, 0, 1000, head) == DATA[:1000]


async def test_what_is_not_there_or_not_for_us(source: Source, hub: FakeHub, carrier: Carrier) -> None:
    with pytest.raises(NotFound, match="does not have this file any more"):
        await Source(carrier, f"{hub.base}/{REPO}/resolve/main/other.gguf").head()
    hub.gated.add(REPO)
    with pytest.raises(NotAllowed, match="accepted its terms"):
        await source.head()


async def test_a_server_that_is_busy_says_how_long(source: Source, hub: FakeHub) -> None:
    hub.trouble.busy = 1
    with pytest.raises(Broken) as caught:
        await source.head()
    assert caught.value.wait == 0.0 and "error 503" in caught.value.reason.text
    assert (await source.head()).size == len(DATA)


async def test_a_server_that_is_away(hub: FakeHub, source: Source) -> None:
    hub.trouble.redirect = f"{hub.store}/nothing/here"
    hub.stop()
    with pytest.raises(Broken, match="cannot be reached"):
        await source.head()


async def tried(fails: int, monkeypatch: pytest.MonkeyPatch) -> tuple[int, int]:
    """How often it was tried and how often somebody listened, when the first `fails` tries break."""
    monkeypatch.setattr(source_module, "_STEP", 0.001)
    tries = heard = 0

    async def once() -> int:
        nonlocal tries
        tries += 1
        if tries <= fails:
            raise Broken(SourceError("Try {n} broke.", n=tries))
        return tries

    def listen() -> None:
        nonlocal heard
        heard += 1

    await patiently(once, listen, 0.001)
    return tries, heard


async def test_patience_tries_again_and_listens_meanwhile(monkeypatch: pytest.MonkeyPatch) -> None:
    tries, heard = await tried(2, monkeypatch)
    assert tries == 3 and heard >= 2


async def test_patience_has_an_end_and_tells_the_last_reason(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(SourceError, match=f"Try {MOST_TRIES} broke"):
        await tried(99, monkeypatch)


async def test_who_listens_may_end_it() -> None:
    async def once() -> None:
        raise Broken(SourceError("It broke."))

    class Enough(Exception):
        pass

    def listen() -> None:
        raise Enough

    with pytest.raises(Enough):
        await patiently(once, listen, 60.0)
