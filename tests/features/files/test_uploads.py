from __future__ import annotations

import asyncio
import hashlib
from collections.abc import AsyncIterator

import pytest
from sqlalchemy import update

from localmind_app.core.errors import Conflict, Invalid, NotFound, TooLarge, TooMany
from localmind_app.features.files import uploads as module
from localmind_app.features.files.service import FileService
from localmind_app.features.files.tables import UploadRow
from localmind_app.features.files.uploads import Uploads
from localmind_app.features.services import Services
from tests.features.files import chunks
from tests.features.files.chunks import KB, MB
from tests.features.files.test_service import limit, on_disk

pytestmark = pytest.mark.anyio


@pytest.fixture
def uploads(opened: Services) -> Uploads:
    return opened.files.uploads


@pytest.fixture
def me(people: dict[str, str]) -> str:
    return people["owner"]


def digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


async def test_a_file_in_three_pieces_and_over_a_restart(opened: Services, uploads: Uploads, me: str) -> None:
    content = chunks.text(2 * MB + 5)
    begun = await uploads.begin(me, "long.md", len(content), digest(content))
    assert (begun.offset, begun.size, begun.file) == (0, len(content), None)
    first = await uploads.append(me, begun.id, 0, chunks.of(content[:100]))
    assert first.offset == 100 and first.file is None
    await uploads.append(me, begun.id, 100, chunks.of(content[100:MB]))
    restarted = FileService(opened.home, opened.database)  # knows nothing but what is on the disk
    assert (await restarted.uploads.get(me, begun.id)).offset == MB
    done = await restarted.uploads.append(me, begun.id, MB, chunks.of(content[MB:]))
    assert done.file is not None and done.offset == len(content)
    assert restarted.path(done.file).read_bytes() == content
    assert (done.file.name, done.file.media_type) == ("long.md", "text/markdown")
    assert on_disk(opened) == [restarted.path(done.file)]
    # who missed the answer can still learn it
    assert (await uploads.get(me, begun.id)).file == done.file
    assert (await uploads.append(me, begun.id, len(content), chunks.of(b""))).file == done.file
    assert len(await opened.files.files(me)) == 1


async def test_what_came_before_a_break_is_kept(uploads: Uploads, me: str) -> None:
    begun = await uploads.begin(me, "a.txt", 10 * KB)

    async def broken() -> AsyncIterator[bytes]:
        yield chunks.text(4 * KB)

    assert (await uploads.append(me, begun.id, 0, broken())).offset == 4 * KB
    assert (await uploads.get(me, begun.id)).offset == 4 * KB


async def test_a_wrong_place_is_told_the_right_one(uploads: Uploads, me: str) -> None:
    begun = await uploads.begin(me, "a.txt", 100)
    await uploads.append(me, begun.id, 0, chunks.of(b"x" * 40))
    for offset in (0, 39, 41, 100, 10**15):
        with pytest.raises(Conflict, match="at byte 40"):
            await uploads.append(me, begun.id, offset, chunks.of(b"y" * 10))
    assert (await uploads.get(me, begun.id)).offset == 40


async def test_a_wrong_digest_keeps_nothing(opened: Services, uploads: Uploads, me: str) -> None:
    begun = await uploads.begin(me, "a.txt", 5, digest(b"other"))
    with pytest.raises(Invalid, match="SHA-256"):
        await uploads.append(me, begun.id, 0, chunks.of(b"hello"))
    assert on_disk(opened) == [] and await opened.files.files(me) == []
    with pytest.raises(NotFound):
        await uploads.get(me, begun.id)


async def test_more_than_announced_keeps_nothing(opened: Services, uploads: Uploads, me: str) -> None:
    begun = await uploads.begin(me, "a.txt", 5)
    await uploads.append(me, begun.id, 0, chunks.of(b"he"))
    with pytest.raises(Invalid, match="More bytes came"):
        await uploads.append(me, begun.id, 2, chunks.of(b"llo and more"))
    assert on_disk(opened) == []
    with pytest.raises(NotFound):
        await uploads.get(me, begun.id)


async def test_a_program_is_refused_at_its_first_block(opened: Services, uploads: Uploads, me: str) -> None:
    begun = await uploads.begin(me, "a.pdf", 100 * MB)
    with pytest.raises(Invalid, match="x-msdownload"):
        await uploads.append(me, begun.id, 0, chunks.of(b"MZ\x90\x00" + bytes(1000)))
    assert on_disk(opened) == []


async def test_somebody_elses_upload_is_not_there(uploads: Uploads, people: dict[str, str]) -> None:
    begun = await uploads.begin(people["owner"], "a.txt", 5)
    for work in (
        uploads.get(people["other"], begun.id),
        uploads.cancel(people["other"], begun.id),
        uploads.append(people["other"], begun.id, 0, chunks.of(b"hello")),
    ):
        with pytest.raises(NotFound):
            await work
    assert (await uploads.append(people["owner"], begun.id, 0, chunks.of(b"hello"))).file is not None


async def test_the_room_of_open_uploads_is_kept(opened: Services, uploads: Uploads, me: str) -> None:
    await limit(opened, me, quota=5 * MB)
    asked = (uploads.begin(me, f"{at}.txt", 2 * MB) for at in range(6))
    results = await asyncio.gather(*asked, return_exceptions=True)
    begun = [one for one in results if not isinstance(one, BaseException)]
    assert len(begun) == 2 and sum(isinstance(one, TooLarge) for one in results) == 4
    with pytest.raises(TooLarge):
        await opened.files.add_stream(me, "beside.txt", chunks.of(chunks.text(2 * MB)))
    await opened.files.add_stream(me, "small.txt", chunks.of(chunks.text(MB)))
    done = [await uploads.append(me, one.id, 0, chunks.of(chunks.text(2 * MB, at))) for at, one in enumerate(begun)]
    assert all(one.file for one in done)
    assert (await opened.files.limits(me))[1] == 5 * MB
    await opened.files.delete(me, done[0].file.id if done[0].file else "")
    assert (await uploads.begin(me, "next.txt", 2 * MB)).offset == 0


async def test_cancelling_gives_the_room_back(opened: Services, uploads: Uploads, me: str) -> None:
    await limit(opened, me, quota=MB)
    begun = await uploads.begin(me, "a.txt", MB)
    await uploads.append(me, begun.id, 0, chunks.of(b"x" * 1000))
    await uploads.cancel(me, begun.id)
    assert on_disk(opened) == []
    await uploads.begin(me, "b.txt", MB)


async def test_the_newest_request_goes_on_and_the_old_one_hears_so(uploads: Uploads, me: str) -> None:
    content = chunks.text(3 * MB)
    begun = await uploads.begin(me, "a.txt", len(content), digest(content))
    hangs, arrived = asyncio.Event(), asyncio.Event()

    async def half_dead() -> AsyncIterator[bytes]:
        yield content[:MB]
        arrived.set()
        await hangs.wait()
        yield content[MB : 2 * MB]

    old = asyncio.create_task(uploads.append(me, begun.id, 0, half_dead()))
    await arrived.wait()
    while (await uploads.get(me, begun.id)).offset < MB:  # noqa: ASYNC110 - the disk has no event to wait for
        await asyncio.sleep(0.01)
    done = await uploads.append(me, begun.id, MB, chunks.of(content[MB:]))
    hangs.set()
    with pytest.raises(Conflict):
        await old
    assert done.file is not None and done.file.sha256 == digest(content)


async def test_many_at_once_for_the_same_upload_make_one_right_file(
    opened: Services, uploads: Uploads, me: str
) -> None:
    content = chunks.text(MB)
    begun = await uploads.begin(me, "a.txt", len(content), digest(content))
    tries = (uploads.append(me, begun.id, 0, chunks.of(content)) for _ in range(6))
    results = await asyncio.gather(*tries, return_exceptions=True)
    assert all(not isinstance(one, BaseException) or isinstance(one, Conflict) for one in results), results
    final = await uploads.append(me, begun.id, len(content), chunks.of(b""))
    assert final.file is not None and final.file.sha256 == digest(content)
    assert len(await opened.files.files(me)) == 1


async def test_two_who_finish_at_once_get_the_same_file(opened: Services, uploads: Uploads, me: str) -> None:
    content = chunks.text(3 * MB)
    begun = await uploads.begin(me, "a.txt", len(content))
    await uploads.append(me, begun.id, 0, chunks.of(content[:-1]))
    last = uploads.append(me, begun.id, len(content) - 1, chunks.of(content[-1:]))
    ends = [asyncio.create_task(last)]
    while len(ends) < 4:
        await asyncio.sleep(0)
        if (await uploads.get(me, begun.id)).offset == len(content):
            ends.append(asyncio.create_task(uploads.append(me, begun.id, len(content), chunks.of(b""))))
    made = {one.file.id for one in await asyncio.gather(*ends) if one.file}
    assert len(made) == 1 and len(await opened.files.files(me)) == 1


async def test_an_expired_upload_is_not_there(opened: Services, uploads: Uploads, me: str) -> None:
    begun = await uploads.begin(me, "a.txt", 5)
    await opened.database.write(lambda session: session.execute(update(UploadRow).values(expires_at=1)))
    with pytest.raises(NotFound, match="expired"):
        await uploads.append(me, begun.id, 0, chunks.of(b"hello"))


async def test_news_keeps_an_upload_for_another_day(opened: Services, uploads: Uploads, me: str) -> None:
    begun = await uploads.begin(me, "a.txt", 5)
    soon = begun.expires_at - 20 * 3600 * 1000
    await opened.database.write(lambda session: session.execute(update(UploadRow).values(expires_at=soon)))
    assert (await uploads.append(me, begun.id, 0, chunks.of(b"he"))).expires_at >= begun.expires_at
    assert (await uploads.get(me, begun.id)).expires_at >= begun.expires_at


async def test_a_person_has_so_many_open_uploads(uploads: Uploads, me: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST_OPEN", 3)
    begun = [await uploads.begin(me, "a.txt", 5) for _ in range(3)]
    with pytest.raises(TooMany, match="3 uploads are open"):
        await uploads.begin(me, "a.txt", 5)
    await uploads.append(me, begun[0].id, 0, chunks.of(b"hello"))
    await uploads.begin(me, "a.txt", 5)
