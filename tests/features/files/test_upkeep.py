from __future__ import annotations

import os
import time

import pytest
from sqlalchemy import delete, update

from localmind_app.features.accounts.tables import UserRow
from localmind_app.features.files import upkeep
from localmind_app.features.files.tables import UploadRow
from localmind_app.features.services import Services
from tests.features.files import chunks
from tests.features.files.test_service import on_disk

pytestmark = pytest.mark.anyio


async def test_what_is_in_use_stays(opened: Services, people: dict[str, str]) -> None:
    view = await opened.files.add_stream(people["owner"], "a.txt", chunks.of(b"text"))
    begun = await opened.files.uploads.begin(people["owner"], "b.txt", 5)
    await opened.files.uploads.append(people["owner"], begun.id, 0, chunks.of(b"he"))
    before = on_disk(opened)
    assert upkeep.tidy(opened.home) == 0
    assert on_disk(opened) == before and opened.files.path(view).exists()
    assert (await opened.files.uploads.append(people["owner"], begun.id, 2, chunks.of(b"llo"))).file is not None


async def test_an_upload_without_news_goes(opened: Services, people: dict[str, str]) -> None:
    begun = await opened.files.uploads.begin(people["owner"], "b.txt", 5)
    await opened.files.uploads.append(people["owner"], begun.id, 0, chunks.of(b"he"))
    await opened.database.write(lambda session: session.execute(update(UploadRow).values(expires_at=1)))
    assert upkeep.tidy(opened.home) == 1
    assert on_disk(opened) == [] and (await opened.files.limits(people["owner"]))[1] == 0


async def test_contents_of_a_person_who_was_removed_go(opened: Services, people: dict[str, str]) -> None:
    await opened.files.add_stream(people["other"], "a.txt", chunks.of(b"theirs"))
    shared = await opened.files.add_stream(people["other"], "b.txt", chunks.of(b"shared"))
    await opened.files.add_stream(people["owner"], "c.txt", chunks.of(b"shared"))
    await opened.database.write(lambda session: session.execute(delete(UserRow).where(UserRow.name == "other")))
    assert upkeep.tidy(opened.home) == 1
    assert on_disk(opened) == [opened.files.path(shared)]


async def test_what_a_crash_left_goes_after_a_while(opened: Services, people: dict[str, str]) -> None:
    folder = opened.home.files / "unfinished"
    folder.mkdir()
    for name in ("fresh", "old"):
        (folder / name).write_bytes(b"x")
    long_ago = time.time() - upkeep.LEFT_BEHIND_SECONDS - 1
    os.utime(folder / "old", (long_ago, long_ago))
    assert upkeep.tidy(opened.home) == 1
    assert [path.name for path in on_disk(opened)] == ["fresh"]


async def test_previews_stay_below_their_limit(opened: Services, monkeypatch: pytest.MonkeyPatch) -> None:
    opened.home.previews.mkdir()
    for age in range(4):
        path = opened.home.previews / f"{age}"
        path.write_bytes(bytes(1000))
        os.utime(path, (time.time() - age * 60, time.time() - age * 60))
    monkeypatch.setattr(upkeep, "MOST_PREVIEWS", 2500)
    assert upkeep.tidy(opened.home) == 2
    assert sorted(path.name for path in opened.home.previews.iterdir()) == ["0", "1"]
