"""A collection follows a real folder: new, changed, renamed and removed files, and what must never be taken."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path

import pytest
from sqlalchemy import select

from localmind_app.core.errors import Conflict, Invalid, NotAllowed, NotFound
from localmind_app.features.files.tables import FileRow
from localmind_app.features.knowledge.following.scan import content, scan
from localmind_app.features.knowledge.following.tables import FolderRow
from tests.features.knowledge.ingestion.conftest import GUEST, Intake, until, write

pytestmark = pytest.mark.anyio


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "notes"
    write(made / "one.md", "# One\n\nThe first note is about badgers.")
    write(made / "deep" / "two.md", "# Two\n\nThe second note is about otters.")
    return made


async def names(intake: Intake, collection: str, *wanted: str) -> None:
    """Wait until exactly these documents are there, all of them ready."""

    async def there() -> bool | None:
        found = await intake.documents(collection)
        ready = {one.name for one in found if one.state == "ready"}
        return (ready == set(wanted) and len(found) == len(wanted)) or None

    await until(there)


async def state(intake: Intake, collection: str, wanted: str) -> None:
    async def there() -> bool | None:
        folder = (await intake.knowledge.collection(intake.user_id, collection)).folder
        return (folder is not None and folder.state == wanted) or None

    await until(there)


async def test_what_happens_in_the_folder_happens_in_the_collection(intake: Intake, folder: Path) -> None:
    collection = await intake.collection()
    followed = await intake.knowledge.follow(intake.owner, collection, str(folder))
    assert followed.state == "waiting"
    await names(intake, collection, "one.md", "deep/two.md")
    await state(intake, collection, "following")
    before = {one.name: one for one in await intake.documents(collection)}
    read = len(intake.source.read_names)

    write(folder / "new" / "three.md", "# Three\n\nThe third note is about herons.")
    await names(intake, collection, "one.md", "deep/two.md", "new/three.md")
    assert len(intake.source.read_names) == read + 1

    write(folder / "one.md", "# One\n\nIt is about weasels now.")

    async def changed() -> bool | None:
        return (await intake.get(before["one.md"])).version == 2 or None

    await until(changed)
    found = await intake.search.search(intake.user_id, "weasels", [collection])
    assert "weasels" in found.hits[0].text and not any("badgers" in hit.text for hit in found.hits)

    (folder / "deep" / "two.md").rename(folder / "renamed.md")
    await names(intake, collection, "one.md", "renamed.md", "new/three.md")
    assert (await intake.get(before["deep/two.md"])).name == "renamed.md"  # it was not read again
    assert len(intake.source.read_names) == read + 2

    (folder / "new" / "three.md").unlink()
    await names(intake, collection, "one.md", "renamed.md")
    with intake.database.session() as session:  # copies of what is gone are gone
        assert len(session.scalars(select(FileRow.id)).all()) == 2
    with pytest.raises(Conflict):
        await intake.knowledge.remove(intake.user_id, before["one.md"].id)

    await intake.knowledge.unfollow(intake.owner, collection)
    assert (await intake.knowledge.collection(intake.user_id, collection)).folder is None
    await intake.knowledge.remove(intake.user_id, before["one.md"].id)
    assert [one.name for one in await intake.documents(collection)] == ["renamed.md"]


async def test_a_missing_folder_removes_nothing(intake: Intake, folder: Path) -> None:
    collection = await intake.collection()
    await intake.knowledge.follow(intake.owner, collection, str(folder))
    await names(intake, collection, "one.md", "deep/two.md")
    away = folder.with_name("unplugged")
    await asyncio.to_thread(folder.rename, away)
    await state(intake, collection, "missing")
    await names(intake, collection, "one.md", "deep/two.md")
    write(away / "back.md", "# Back\n\nWritten while it was away.")
    await asyncio.to_thread(away.rename, folder)
    await names(intake, collection, "one.md", "deep/two.md", "back.md")


async def test_the_empty_place_of_an_unplugged_disk_removes_nothing(intake: Intake, folder: Path) -> None:
    collection = await intake.collection()
    await intake.knowledge.follow(intake.owner, collection, str(folder))
    await names(intake, collection, "one.md", "deep/two.md")
    with intake.database.session() as session:
        session.get_one(FolderRow, collection).device = "another disk"
    for path in (folder / "one.md", folder / "deep" / "two.md"):
        path.unlink()
    await state(intake, collection, "missing")
    await names(intake, collection, "one.md", "deep/two.md")


async def test_links_hidden_and_foreign_files_are_not_taken(tmp_path: Path, folder: Path) -> None:
    secret = tmp_path / "secret.md"
    write(secret, "not for you")
    (folder / "link.md").symlink_to(secret)
    (folder / "linked").symlink_to(tmp_path, target_is_directory=True)
    os.mkfifo(folder / "pipe.md")
    for name in (".git/config", "node_modules/a.js", ".hidden.md", "~$open.docx", "half.part", "home/own.md"):
        write(folder / name, "no")
    write(folder / "empty.md", "")
    found = scan(folder, folder / "home")
    assert set(found.files) == {"one.md", "deep/two.md"}
    assert found.left_out == 3
    for path in ("link.md", "linked/secret.md", "../secret.md"):
        with pytest.raises(NotFound):
            await anext(content(folder, path))


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="root reads everything")
async def test_a_part_that_cannot_be_read_hides_what_is_in_it(folder: Path) -> None:
    (folder / "deep").chmod(0)
    try:
        found = scan(folder, folder / "none")
    finally:
        (folder / "deep").chmod(0o700)
    assert found.unreadable == ["deep"] and found.hides("deep/two.md") and not found.hides("one.md")


async def test_who_may_follow_what(intake: Intake, folder: Path, tmp_path: Path) -> None:
    collection = await intake.collection()
    link = tmp_path / "link"
    link.symlink_to(folder, target_is_directory=True)
    for wrong in ("", "notes", "/", "/proc", "/proc/self", str(link), str(tmp_path / "none"), str(folder / "one.md"),
                  str(intake.home.root), str(intake.home.files)):  # fmt: skip
        with pytest.raises(Invalid):
            await intake.knowledge.follow(intake.owner, collection, wrong)
    theirs = (await intake.knowledge.create(GUEST.user_id, "Theirs")).id
    with pytest.raises(NotAllowed):
        await intake.knowledge.follow(GUEST, theirs, str(folder))
    with pytest.raises(NotAllowed):
        await intake.knowledge.unfollow(GUEST, theirs)
    await intake.knowledge.follow(intake.owner, collection, str(folder))
    with pytest.raises(Conflict):
        await intake.knowledge.follow(intake.owner, collection, str(tmp_path))


async def test_a_file_that_is_not_taken_says_why(intake: Intake, folder: Path) -> None:
    from localmind_app.features.files.limits import FileLimits

    await intake.files.set_limits(intake.owner, intake.user_id, FileLimits(largest=100))
    write(folder / "large.md", "x" * 200)
    collection = await intake.collection()
    await intake.knowledge.follow(intake.owner, collection, str(folder))

    async def failed() -> dict[str, object] | None:
        found = {one.name: one for one in await intake.documents(collection)}
        return found["large.md"].error if "large.md" in found else None

    assert (await until(failed))["error"]["code"] == "too_large"  # type: ignore[index]
