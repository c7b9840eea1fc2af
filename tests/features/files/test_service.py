from __future__ import annotations

import asyncio
import hashlib
from collections.abc import AsyncIterator, Awaitable
from pathlib import Path
from typing import Any

import pytest

from localmind_app.core.errors import DiskFull, Invalid, NotAllowed, NotFound, TooLarge, UserError
from localmind_app.core.files import space
from localmind_app.features.accounts.service import Actor
from localmind_app.features.files.limits import FileLimits
from localmind_app.features.files.service import FileService
from localmind_app.features.files.tables import FileRow
from localmind_app.features.services import Services
from tests.features.files import chunks
from tests.features.files.chunks import KB, MB

pytestmark = pytest.mark.anyio


@pytest.fixture
def files(opened: Services) -> FileService:
    return opened.files


@pytest.fixture
def me(people: dict[str, str]) -> str:
    return people["owner"]


def on_disk(services: Services) -> list[Path]:
    """Every file below the folder of contents, unfinished ones too."""
    return [path for path in services.home.files.rglob("*") if path.is_file()]


async def limit(services: Services, user_id: str, **values: Any) -> None:
    await services.files.set_limits(Actor(user_id, "owner", "owner"), user_id, FileLimits(**values))


async def refused(work: Awaitable[Any], services: Services, kept: int = 0) -> UserError:
    """The error of what must not work, with nothing more on the disk than before."""
    with pytest.raises(UserError) as caught:
        await work
    assert len(on_disk(services)) == kept
    return caught.value


async def test_a_file_comes_back_as_it_was(files: FileService, me: str) -> None:
    content = chunks.text(3 * MB + 17)
    view = await files.add_stream(me, "notes.md", chunks.of(content))
    assert (view.name, view.size, view.media_type) == ("notes.md", len(content), "text/markdown")
    assert view.sha256 == hashlib.sha256(content).hexdigest()
    assert await files.get(me, view.id) == view
    assert files.path(view).read_bytes() == content
    assert [one.id for one in await files.files(me)] == [view.id]


async def test_the_same_content_is_shared_and_stays_until_nobody_has_it(
    opened: Services, files: FileService, people: dict[str, str]
) -> None:
    content = chunks.text(300 * KB)
    mine = await files.add_stream(people["owner"], "a.txt", chunks.of(content))
    theirs = await files.add_stream(people["other"], "b.txt", chunks.of(content))
    assert on_disk(opened) == [files.path(mine)] == [files.path(theirs)]
    await files.delete(people["owner"], mine.id)
    assert files.path(theirs).read_bytes() == content
    await files.delete(people["other"], theirs.id)
    assert on_disk(opened) == []


async def test_the_same_content_at_once_many_times_is_one(opened: Services, files: FileService, me: str) -> None:
    content = chunks.text(2 * MB)
    views = await asyncio.gather(*(files.add_stream(me, f"{at}.txt", chunks.of(content)) for at in range(8)))
    assert len({view.id for view in views}) == 8
    [kept] = on_disk(opened)
    assert kept.read_bytes() == content


async def test_bringing_and_deleting_the_same_content_at_once_loses_nothing(
    opened: Services, files: FileService, me: str
) -> None:
    content = chunks.text(80 * KB)
    for _ in range(10):
        old = await files.add_stream(me, "old.txt", chunks.of(content))
        new, _ = await asyncio.gather(files.add_stream(me, "new.txt", chunks.of(content)), files.delete(me, old.id))
        assert files.path(new).read_bytes() == content
        await files.delete(me, new.id)
        assert on_disk(opened) == []


async def test_somebody_elses_file_is_not_there(files: FileService, people: dict[str, str]) -> None:
    view = await files.add_stream(people["owner"], "a.txt", chunks.of(b"mine"))
    for work in (files.get, files.content, files.delete):
        with pytest.raises(NotFound):
            await work(people["other"], view.id)
    assert await files.files(people["other"]) == []
    assert await files.get(people["owner"], view.id) == view


async def test_an_empty_file_is_refused(opened: Services, files: FileService, me: str) -> None:
    assert "empty" in (await refused(files.add_stream(me, "a.txt", chunks.of(b"")), opened)).text


async def test_a_program_is_refused_at_its_first_block(opened: Services, files: FileService, me: str) -> None:
    asked = 0

    async def long() -> AsyncIterator[bytes]:
        nonlocal asked
        while True:
            asked += 1
            yield b"\x7fELF\x02\x01\x01" + bytes(MB)

    error = await refused(files.add_stream(me, "holiday.jpg", long()), opened)
    assert isinstance(error, Invalid) and "application/x-executable" in error.text
    assert asked <= 2


async def test_a_file_over_the_limit_is_cut_off(opened: Services, files: FileService, me: str) -> None:
    await limit(opened, me, largest=2 * MB)
    asked = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal asked
        while True:
            asked += 1
            yield chunks.text(MB)

    error = await refused(files.add_stream(me, "a.txt", endless()), opened)
    assert isinstance(error, TooLarge) and "2 MB" in error.text and asked <= 4
    # … and at once, where the size is announced
    await refused(files.add_stream(me, "a.txt", endless(), size=2 * MB + 1), opened)
    assert asked <= 4


async def test_uploads_at_once_never_exceed_the_quota_together(opened: Services, files: FileService, me: str) -> None:
    await limit(opened, me, quota=5 * MB)
    work = (files.add_stream(me, f"{at}.txt", chunks.of(chunks.text(2 * MB, at))) for at in range(6))
    results = await asyncio.gather(*work, return_exceptions=True)
    errors = [one for one in results if isinstance(one, BaseException)]
    assert len(errors) == 4 and all(isinstance(one, TooLarge) for one in errors)
    assert "Delete files you no longer need" in str(errors[0])
    assert len(on_disk(opened)) == 2
    _, used = await files.limits(me)
    assert used == 4 * MB
    await files.delete(me, (await files.files(me))[0].id)
    await files.add_stream(me, "again.txt", chunks.of(chunks.text(2 * MB)))


async def test_a_sender_who_breaks_off_leaves_nothing(opened: Services, files: FileService, me: str) -> None:
    async def broken() -> AsyncIterator[bytes]:
        yield chunks.text(2 * MB)
        raise ConnectionResetError

    with pytest.raises(ConnectionResetError):
        await files.add_stream(me, "a.txt", broken())
    assert on_disk(opened) == [] and await files.files(me) == []


async def test_a_row_that_cannot_be_written_leaves_nothing_to_be_seen(
    opened: Services, files: FileService, people: dict[str, str]
) -> None:
    with pytest.raises(Exception, match="No row was found"):
        await files.add_stream("nobody", "a.txt", chunks.of(b"x"))
    assert on_disk(opened) == []


async def test_a_file_larger_than_the_disk_is_refused_before_it_comes(
    opened: Services, files: FileService, me: str
) -> None:
    too_much = space.room(opened.home.files) + 2**32
    await limit(opened, me, quota=2**60, largest=64 * 2**30)
    with pytest.raises((DiskFull, TooLarge)):
        await files.add_stream(me, "a.txt", chunks.of(b"x"), size=min(too_much, 64 * 2**30 + 1))
    assert on_disk(opened) == []


async def test_a_content_taken_from_the_folder_is_named(files: FileService, me: str) -> None:
    view = await files.add_stream(me, "lost.txt", chunks.of(b"x"))
    files.path(view).unlink()
    with pytest.raises(NotFound, match="is missing from the data folder"):
        await files.content(me, view.id)
    again = await files.add_stream(me, "lost.txt", chunks.of(b"x"))
    assert (await files.content(me, view.id))[1] == files.path(again)
    files.path(again).unlink()
    await files.delete(me, view.id)
    await files.delete(me, again.id)


async def test_only_the_owner_sets_limits(opened: Services, files: FileService, people: dict[str, str]) -> None:
    with pytest.raises(NotAllowed):
        await files.set_limits(Actor(people["other"], "other", "member"), people["other"], FileLimits(quota=2**50))
    await files.set_limits(Actor(people["owner"], "owner", "owner"), people["other"], FileLimits(quota=MB))
    assert (await files.limits(people["other"]))[0].quota == MB
    assert (await files.limits(people["owner"]))[0] == FileLimits()


async def test_the_list_goes_on_where_it_ended(files: FileService, me: str) -> None:
    views = [await files.add_stream(me, f"{at}.txt", chunks.of(f"text {at}".encode())) for at in range(5)]
    first = await files.files(me, limit=2)
    rest = await files.files(me, after=first[-1].id)
    assert [view.id for view in (*first, *rest)] == [view.id for view in reversed(views)]


async def test_a_person_who_is_removed_takes_their_files_along(opened: Services, people: dict[str, str]) -> None:
    from sqlalchemy import delete, select

    from localmind_app.features.accounts.tables import UserRow

    await opened.files.add_stream(people["other"], "a.txt", chunks.of(b"x"))
    await opened.database.write(lambda session: session.execute(delete(UserRow).where(UserRow.name == "other")))
    assert await opened.database.read(lambda session: list(session.scalars(select(FileRow)))) == []
