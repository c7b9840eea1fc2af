"""A chat that is deleted takes along what was sent in it, once it cannot come back; what others have stays."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import text, update
from sqlalchemy.orm import Session

from localmind_app.core.errors import NotFound
from localmind_app.core.ids import new_id, now_ms
from localmind_app.features.chat import sent_files
from localmind_app.features.chat.service import KEPT_AFTER_DELETE_MS
from localmind_app.features.chat.service import purge as purge_chats
from localmind_app.features.chat.tables import ChatRow, MessageRow
from localmind_app.features.files.tables import FileRow
from localmind_app.features.files.upkeep import tidy
from localmind_app.features.knowledge.tables import ChunkRow, CollectionRow, DocumentRow, ParsedRow, VectorRow
from localmind_app.features.knowledge.upkeep import purge as purge_knowledge
from tests.features.chat.conftest import add_chat
from tests.features.chat.test_grounding import REPORT, Office, office
from tests.features.knowledge.conftest import VectorProcess, vectors

__all__ = ["office", "vectors"]
TABLES = (CollectionRow, DocumentRow, ParsedRow, ChunkRow, VectorRow, FileRow, MessageRow)


def counted(made: Office) -> list[int]:
    with made.intake.database.session() as session:
        words = session.execute(text("SELECT count(*) FROM chunk_search_docsize")).scalar_one()
        return [*(session.query(table).count() for table in TABLES), int(words)]


def contents(made: Office) -> list[Path]:
    return sorted(made.intake.home.files.glob("[0-9a-f][0-9a-f]/*"))


async def upkeep(made: Office) -> None:
    """What the worker does within the hour."""
    with made.intake.database.session() as session:
        purge_chats(session)
    await purge_knowledge(made.intake.home)
    tidy(made.intake.home)


async def delete_long_ago(made: Office, chat: str) -> None:
    await made.chats.delete(made.owner, chat)
    then = now_ms() - KEPT_AFTER_DELETE_MS - 1
    await made.intake.database.write(
        lambda session: session.execute(update(ChatRow).where(ChatRow.id == chat).values(deleted_at=then))
    )


async def ask(made: Office, question: str, *files: str, chat: str = "") -> str:
    chat = chat or await made.chat()
    await made.chats.post(made.owner, chat, question, new_id(), files, quote=True)
    assert (await made.answer(chat)).status == "complete"
    return chat


@pytest.mark.anyio
async def test_a_deleted_chat_comes_back_whole_and_goes_whole(vectors: VectorProcess, office: Office) -> None:
    empty = counted(office)
    assert set(empty) == {0}
    file = await office.intake.file("mill.md", REPORT)
    chat = await ask(office, "How much is a ticket for the mill of Velmara?", file.id)
    full, [content] = counted(office), contents(office)
    indexes = await office.intake.search.vectors.counts()

    await office.chats.delete(office.owner, chat)
    await upkeep(office)
    assert (counted(office), contents(office)) == (full, [content])
    await office.chats.restore(office.owner, chat)
    assert await office.intake.search.vectors.counts() == indexes
    await ask(office, "How many people work there, in the mill of Velmara?", chat=chat)
    assert "23 people" in (await office.answer(chat)).text

    await delete_long_ago(office, chat)
    await upkeep(office)
    assert counted(office) == empty and contents(office) == []
    assert await office.intake.search.vectors.counts() == {}
    with pytest.raises(NotFound):
        await office.chats.restore(office.owner, chat)


@pytest.mark.anyio
async def test_what_another_chat_or_a_collection_has_stays(vectors: VectorProcess, office: Office) -> None:
    file = await office.intake.file("mill.md", REPORT)
    gone = await ask(office, "How much is a ticket?", file.id)
    kept = await ask(office, "How many people work there?", file.id)
    collection = await office.intake.collection()
    await office.intake.add(collection, "mill.md", REPORT)  # the same content under a name of its own
    await office.intake.settled(collection)

    await delete_long_ago(office, gone)
    await upkeep(office)
    assert (await office.intake.files.get(office.owner.user_id, file.id)).id == file.id and len(contents(office)) == 1
    await ask(office, "How much is a ticket for the mill of Velmara?", chat=kept)
    assert "14 crowns" in (await office.answer(kept)).text

    await delete_long_ago(office, kept)
    await upkeep(office)
    with pytest.raises(NotFound):
        await office.intake.files.get(office.owner.user_id, file.id)
    assert len(contents(office)) == 1 and set(await office.intake.finds(collection, "ticket")) == {"mill.md"}
    assert len(await office.intake.search.vectors.counts()) == 1


def message(session: Session, chat: ChatRow, *files: str) -> None:
    named = [{"id": one, "name": one, "size": 1, "media_type": "text/plain"} for one in files]
    session.add(
        MessageRow(
            id=new_id(),
            chat_id=chat.id,
            role="user",
            text="Look.",
            status="complete",
            created_at=1,
            files=named or None,
        )
    )
    for one in files:
        if session.get(FileRow, one) is None:
            session.add(
                FileRow(
                    id=one, user_id=chat.user_id, name=one, size_bytes=1, sha256=one * 64, media_type="", created_at=1
                )
            )
    session.flush()


def test_a_file_that_was_never_read_goes_with_the_last_chat_that_names_it(session: Session) -> None:
    first, second, other = add_chat(session), add_chat(session), add_chat(session)
    message(session, first, "a", "b")
    message(session, second, "b")
    message(session, other)
    session.add(FileRow(id="c", user_id=first.user_id, name="", size_bytes=1, sha256="c", media_type="", created_at=1))
    assert sent_files.of(session, [first.id]) == {"a", "b"} and sent_files.of(session, []) == set()
    for chat in (first, second):
        chat.deleted_at = now_ms() - KEPT_AFTER_DELETE_MS - 1
        session.flush()
        assert purge_chats(session) == 1
        left = {row.id for row in session.query(FileRow)}
        assert left == ({"b", "c"} if chat is first else {"c"})  # c was brought without a chat
