"""A removed account leaves nothing: no row, word, vector, content or picture; and nobody else loses anything."""

from __future__ import annotations

import sqlite3
from contextlib import closing

import pytest
from sqlalchemy import text

from localmind_app.core.ids import new_id, now_ms
from localmind_app.features.accounts.service import AccountsService
from localmind_app.features.chat import search as chat_search
from localmind_app.features.chat.service import purge as purge_chats
from localmind_app.features.chat.tables import ChatRow
from localmind_app.features.files.upkeep import tidy
from localmind_app.features.knowledge.documents import Incoming
from localmind_app.features.knowledge.tables import CollectionRow
from localmind_app.features.knowledge.upkeep import purge
from localmind_app.features.memory import rules
from localmind_app.features.memory import store as memory_store
from tests.features.knowledge.conftest import VectorProcess
from tests.features.knowledge.ingestion.conftest import GUEST, Intake, intake, markdown, until

__all__ = ["intake"]
pytestmark = pytest.mark.anyio

SECRET = "The zeppelin hangar of Östermühl holds forty ratchets — 東京 and Ω."
SHARED = markdown("Shared", "Both of them keep this very page.")


async def fill(intake: Intake, user_id: str, *bodies: str) -> str:
    """A person's collection of Markdown documents, ready; with one of them removed."""
    made = await intake.knowledge.create(user_id, "Papers")
    files = [await intake.file(f"{number}.md", body, user_id) for number, body in enumerate(bodies)]
    documents = await intake.knowledge.add_files(user_id, made.id, [Incoming(file.id) for file in files])

    async def ready() -> bool | None:
        return (await intake.knowledge.collection(user_id, made.id)).states == {"ready": len(bodies)} or None

    await until(ready)
    await intake.knowledge.remove(user_id, documents[-1].id)
    return made.id


def chat_and_memory(intake: Intake, user_id: str) -> None:
    """A chat with a message that can be found, and a fact that is remembered."""
    with intake.database.session() as session:
        chat = ChatRow(
            id=new_id(), user_id=user_id, title="Zeppelins", model=None, system_prompt="", sampling={}, pinned=False,
            leaf_id=None, seq=0, floor=0, created_at=1, updated_at=1,
        )  # fmt: skip
        session.add(chat)
        session.flush()
        chat_search.index(session, chat.id, new_id(), SECRET)
        [fact] = rules.read("My name is Zeppelina.", now_ms())
        assert memory_store.add(session, user_id, fact, said=now_ms(), chat_id=chat.id, message_id=None) is not None


def rows(intake: Intake) -> dict[str, int]:
    """How many rows each table has, the full-text ones too."""
    with closing(sqlite3.connect(intake.home.database)) as connection:
        names = [row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        counted = [name for name in names if not name.endswith(("_data", "_idx", "_config", "_words", "chunk_search"))]
        return {name: connection.execute(f"SELECT count(*) FROM {name}").fetchone()[0] for name in counted}


def terms(intake: Intake) -> set[str]:
    """Every word that any index of words still has."""
    found: set[str] = set()
    with closing(sqlite3.connect(intake.home.database)) as connection:
        for table in ("chunk_search", "message_search", "memory_search"):
            connection.execute(f"INSERT INTO {table} ({table}) VALUES ('integrity-check')")
            connection.execute(f"CREATE VIRTUAL TABLE temp.{table}_terms USING fts5vocab (main, {table}, 'row')")
            found |= {row[0] for row in connection.execute(f"SELECT term FROM temp.{table}_terms")}
    return found


def pictures(intake: Intake, sha256: str) -> None:
    home = intake.home
    names = {home.previews: f"{sha256}-320", home.pages: f"{sha256}-p0-640", home.copies: f"{sha256}-copy.pdf"}
    for folder, name in names.items():
        folder.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(b"picture")


def on_disk(intake: Intake) -> set[str]:
    folders = (intake.home.files, intake.home.previews, intake.home.pages, intake.home.copies)
    return {str(path.relative_to(intake.home.root)) for one in folders for path in one.rglob("*") if path.is_file()}


async def upkeep(intake: Intake) -> int:
    """What the worker does within the hour; how much of knowledge."""
    with intake.database.session() as session:
        purge_chats(session)
        memory_store.purge(session)
    removed = await purge(intake.home)
    tidy(intake.home)
    return removed


async def test_a_removed_account_leaves_nothing(intake: Intake) -> None:
    mine = await fill(intake, intake.user_id, SHARED, markdown("Mine", "My own page on clocks."))
    chat_and_memory(intake, intake.user_id)
    pictures(intake, (await intake.files.files(intake.user_id))[0].sha256)
    assert await upkeep(intake) == 0  # nothing is left over, and nothing is taken
    before = rows(intake), terms(intake), on_disk(intake), await intake.search.vectors.counts()

    await fill(intake, GUEST.user_id, SHARED, markdown("Secret", SECRET), markdown("More", SECRET * 40), "# Removed")
    chat_and_memory(intake, GUEST.user_id)
    for one in await intake.files.files(GUEST.user_id):
        if one.size != len(SHARED):
            pictures(intake, one.sha256)
    assert {"zeppelin", "ratchets"} <= terms(intake) and len(await intake.search.vectors.counts()) == 2

    await AccountsService(intake.database).remove(intake.owner, GUEST.user_id)
    assert await upkeep(intake) > 0
    after = rows(intake)
    assert after.pop("users") == before[0].pop("users") - 1
    assert {
        name: count for name, count in after.items() if count != before[0][name] and name != "sqlite_sequence"
    } == {}
    assert terms(intake) == before[1]
    assert on_disk(intake) == before[2]
    assert await intake.search.vectors.counts() == before[3]
    assert await intake.finds(mine, "Which page do both of them keep?") == ["0.md"]
    assert await upkeep(intake) == 0


async def test_an_index_that_is_away_has_its_turn_the_next_time(intake: Intake, vectors: VectorProcess) -> None:
    await fill(intake, GUEST.user_id, SHARED, markdown("Secret", SECRET))
    vectors.stop()
    await AccountsService(intake.database).remove(intake.owner, GUEST.user_id)
    assert await purge(intake.home) == 0 and "both" in terms(intake)
    vectors.start()  # Chroma is opened by whoever needs it: the words tell that it is needed
    assert not (await intake.search.vectors.health())["open"]
    assert await purge(intake.home) == 2
    assert terms(intake) == set() and await intake.search.vectors.counts() == {}
    assert await purge(intake.home) == 0


async def test_only_indexes_of_ours_that_nobody_has_are_dropped(intake: Intake) -> None:
    collection = await fill(intake, intake.user_id, SHARED, markdown("Mine", "My own page."))
    [name] = await intake.search.vectors.counts()
    with intake.database.session() as session:
        [vector] = session.execute(text("SELECT vector FROM chunk_vectors LIMIT 1")).one()
    from localmind_app.features.knowledge.vectors.client import unpacked

    for other in (name.replace("c1-", "c9-"), "of-another-program"):
        await intake.search.vectors.upsert(other, [1], unpacked(vector).reshape(1, -1))
    assert await purge(intake.home) == 1
    assert set(await intake.search.vectors.counts()) == {name, "of-another-program"}
    with intake.database.session() as session:
        assert session.query(CollectionRow).one().id == collection
