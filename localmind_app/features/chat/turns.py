"""How the tree grows: each function is one transaction's worth of work on an open session.

A chat has at most one streaming answer. What is sent meanwhile is stored with status "queued" and gets its answer
in order. Every change is journaled in the same transaction, so watchers see exactly what is on disk.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from localmind_app.core.errors import Conflict, Invalid, NotFound, TooLarge
from localmind_app.core.ids import new_id, now_ms

from . import journal, search, tree
from .reminder import Notice
from .tables import ChatRow, MessageRow
from .views import Event, Posted

LONGEST_TEXT = 200_000  # for programs; the composer stops at half of it
TITLE_LENGTH = 60
CONTINUABLE = ("stopped", "interrupted")


def checked_text(text: str) -> str:
    """The text of a message. Raises Invalid when empty and TooLarge when over the limit."""
    if not text.strip():
        raise Invalid("The message is empty. Write something first.")
    if len(text) > LONGEST_TEXT:
        raise TooLarge(
            "The message has {length} characters; at most {limit} fit. It was not sent and is still in the field.",
            length=len(text),
            limit=LONGEST_TEXT,
        )
    return text


def title_of(text: str) -> str:
    """A chat's first title: the beginning of its first message, cut between words."""
    line = " ".join(text.split())
    if len(line) <= TITLE_LENGTH:
        return line
    return line[:TITLE_LENGTH].rsplit(" ", 1)[0] + "…"


def streaming(session: Session, chat_id: str) -> MessageRow | None:
    """The answer that is being written, if any."""
    return session.scalar(select(MessageRow).where(MessageRow.chat_id == chat_id, MessageRow.status == "streaming"))


def message_of(session: Session, chat: ChatRow, message_id: str) -> MessageRow:
    """A message of this chat. Raises NotFound otherwise."""
    row = session.get(MessageRow, message_id)
    if row is None or row.chat_id != chat.id:
        raise NotFound("This message is not in the chat any more.")
    return row


def _add(session: Session, chat: ChatRow, **values: Any) -> MessageRow:
    base: dict[str, Any] = {
        "id": new_id(),
        "chat_id": chat.id,
        "model": None,
        "finish": None,
        "error": None,
        "usage": None,
        "files": None,
        "memory": None,
        "sources": None,
        "found": None,
        "given": None,
        "client_id": None,
        "created_at": now_ms(),
        "text": "",
    }
    row = MessageRow(**(base | values))
    session.add(row)
    chat.leaf_id = row.id
    chat.updated_at = now_ms()
    session.flush()
    return row


def _announce(session: Session, row: MessageRow) -> Event:
    return journal.append(session, row.chat_id, "message", tree.view_one(session, row).body(), row.id)


def _path_changed(session: Session, chat: ChatRow) -> Event:
    session.flush()
    return journal.append(session, chat.id, "path", {"leaf": chat.leaf_id})


def _answer(session: Session, chat: ChatRow, question: MessageRow) -> MessageRow:
    return _add(session, chat, role="assistant", status="streaming", parent_id=question.id, model=chat.model)


def post(
    session: Session,
    chat: ChatRow,
    parent_id: str | None,
    text: str,
    client_id: str,
    files: list[dict[str, Any]] | None = None,
    notice: Notice | None = None,
    sources: dict[str, Any] | None = None,
) -> Posted:
    """Store the user's message below `parent_id`, and the empty answer that will stream, or queue it."""
    known = session.scalar(select(MessageRow).where(MessageRow.chat_id == chat.id, MessageRow.client_id == client_id))
    if known is not None:
        return Posted(chat.id, known.id)
    text = checked_text(text)
    busy = streaming(session, chat.id) is not None
    if not busy:
        journal.fold(session, chat)
    branch = parent_id != chat.leaf_id
    row = _add(
        session,
        chat,
        role="user",
        status="queued" if busy else "complete",
        parent_id=parent_id,
        text=text,
        files=files or None,
        sources=sources,
        client_id=client_id,
    )
    if not chat.title:
        chat.title = title_of(text)
    search.index(session, chat.id, row.id, text)
    if notice is not None:
        row.memory = notice(session, chat, row)
    posted = Posted(chat.id, row.id, [_announce(session, row)])
    if not busy:
        answer = _answer(session, chat, row)
        posted.events.append(_announce(session, answer))
        posted.start = answer.id
    if branch:
        posted.events.append(_path_changed(session, chat))
    return posted


def retry(session: Session, chat: ChatRow, message_id: str) -> Posted:
    """A new answer beside an old one (or below a question that has none). Nothing may be streaming."""
    row = message_of(session, chat, message_id)
    question = row if row.role == "user" else message_of(session, chat, row.parent_id or "")
    _refuse_while_streaming(session, chat)
    journal.fold(session, chat)
    answer = _answer(session, chat, question)
    return Posted(chat.id, answer.id, [_announce(session, answer), _path_changed(session, chat)], answer.id)


def resume(session: Session, chat: ChatRow, message_id: str) -> Posted:
    """Let a stopped, interrupted or cut-off answer go on where it ended."""
    row = message_of(session, chat, message_id)
    _refuse_while_streaming(session, chat)
    if row.role != "assistant" or not (row.status in CONTINUABLE or row.finish == "length"):
        raise Conflict("Only an answer that was cut short can be continued.")
    if session.scalar(select(MessageRow.id).where(MessageRow.parent_id == row.id).limit(1)):
        raise Conflict("The chat went on after this answer. Retry it to get a new version.")
    journal.fold(session, chat)
    row.status, row.error, row.finish = "streaming", None, None
    chat.leaf_id, chat.updated_at = row.id, now_ms()
    session.flush()
    return Posted(chat.id, row.id, [_announce(session, row)], row.id)


def _refuse_while_streaming(session: Session, chat: ChatRow) -> None:
    if streaming(session, chat.id) is not None:
        raise Conflict("An answer is still being written. Stop it first.")


def select_branch(session: Session, chat: ChatRow, message_id: str) -> Posted:
    """Show the branch that goes through a message."""
    row = message_of(session, chat, message_id)
    _refuse_while_streaming(session, chat)
    chat.leaf_id = tree.newest_leaf(session, row.id)
    return Posted(chat.id, row.id, [_path_changed(session, chat)])


def cancel_queued(session: Session, chat: ChatRow, message_id: str) -> Posted:
    """Take back a message that still waits in the queue."""
    row = message_of(session, chat, message_id)
    if row.status != "queued":
        raise Conflict("This message is already being answered.")
    for child in session.scalars(select(MessageRow).where(MessageRow.parent_id == row.id)):
        child.parent_id = row.parent_id
    session.flush()
    if chat.leaf_id == row.id:
        chat.leaf_id = row.parent_id
    session.delete(row)
    return Posted(chat.id, message_id, [_path_changed(session, chat)])


def came_from(session: Session, chat_id: str, message_id: str, model: str, origin: dict[str, Any]) -> Event:
    """Note which engine is about to write the streaming answer, before anything is sent to it."""
    row = session.get_one(MessageRow, message_id)
    row.model, row.origin = model, origin
    session.flush()
    return journal.append(session, chat_id, "patch", {"id": message_id, "model": model, "origin": origin}, message_id)


def reminded(session: Session, chat_id: str, message_id: str, record: dict[str, Any]) -> Event:
    """Note which memories the streaming answer is given, before it begins."""
    session.get_one(MessageRow, message_id).memory = record
    session.flush()
    return journal.append(session, chat_id, "patch", {"id": message_id, "memory": record}, message_id)


def grounded(
    session: Session, chat_id: str, message_id: str, sources: dict[str, Any], found: dict[str, Any] | None
) -> Event:
    """Note which passages the streaming answer is given and how they were found, before it begins."""
    row = session.get_one(MessageRow, message_id)
    row.sources, row.found = sources, found or row.found
    session.flush()
    return journal.append(session, chat_id, "patch", {"id": message_id, "sources": sources}, message_id)


def proven(session: Session, message_id: str, sources: dict[str, Any], text: str | None = None) -> Event | None:
    """Note what came of comparing a finished answer with its passages; None where it goes on, or is gone.

    `text` is what was compared, where that took so long that the answer may be another one by now.
    """
    row = session.get(MessageRow, message_id)
    if row is None or row.status == "streaming" or (text is not None and row.text != text):
        return None
    row.sources = sources
    session.flush()
    return journal.append(session, row.chat_id, "patch", {"id": message_id, "sources": sources}, message_id)


def finish(
    session: Session,
    chat: ChatRow,
    message_id: str,
    status: str,
    *,
    finish: str | None = None,
    error: dict[str, Any] | None = None,
    usage: dict[str, Any] | None = None,
    model: str | None = None,
    origin: dict[str, Any] | None = None,
    rest: str = "",
) -> Posted:
    """End the streaming answer: its journaled text becomes the row's; then the next queued message gets its turn.

    `rest` is text that could not be journaled. An answer that failed with text in it reads as interrupted: it can
    be continued.
    """
    row = message_of(session, chat, message_id)
    row.text += journal.pending_text(session, row.id, chat.id) + rest
    if status == "failed" and row.text:
        status = "interrupted"
    row.status, row.finish, row.error, row.usage = status, finish, error, usage
    row.model, row.origin = model or row.model, origin or row.origin
    chat.updated_at = now_ms()
    search.index(session, chat.id, row.id, row.text)
    patch = {"id": row.id, "status": status, "finish": finish, "error": error, "usage": usage, "model": row.model}
    patch |= {"origin": row.origin} if row.origin else {}
    session.flush()
    event = _announce(session, row) if rest else journal.append(session, chat.id, "patch", patch, row.id)
    posted = Posted(chat.id, row.id, [event])
    return _next_queued(session, chat, posted)


def _next_queued(session: Session, chat: ChatRow, posted: Posted) -> Posted:
    queued = list(
        session.scalars(
            select(MessageRow)
            .where(MessageRow.chat_id == chat.id, MessageRow.status == "queued")
            .order_by(MessageRow.id)
        )
    )
    if not queued:
        return posted
    journal.fold(session, chat)
    first, rest = queued[0], queued[1:]
    leaf = chat.leaf_id
    first.status = "complete"
    answer = _answer(session, chat, first)
    if rest:
        # What was queued behind it now follows the answer.
        rest[0].parent_id = answer.id
        chat.leaf_id = leaf
    session.flush()
    posted.events += [_announce(session, first), _announce(session, answer), _path_changed(session, chat)]
    posted.start = answer.id
    return posted


def interrupted(session: Session) -> list[Posted]:
    """After a crash: end every answer that was being written, keeping what was journaled.

    Questions that still waited get an interrupted answer too, so that nothing looks answered that is not.
    """
    error = Conflict("LocalMind was restarted while this was being written.").body()["error"]
    ended = []
    while row := session.scalar(select(MessageRow).where(MessageRow.status == "streaming").limit(1)):
        chat = session.get_one(ChatRow, row.chat_id)
        ended.append(finish(session, chat, row.id, "interrupted", error=error))
        session.flush()
    return ended
