"""What chats do. Every call takes the acting user; a chat of somebody else reads as not found."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from typing import Any

from sqlalchemy import delete, or_, select
from sqlalchemy.orm import Session

from localmind_app.core.database import Database
from localmind_app.core.errors import Invalid, NotFound, TooLarge
from localmind_app.core.ids import new_id, now_ms
from localmind_app.features.accounts.service import Actor
from localmind_app.features.files.store import attached

from . import export, given, grounding, journal, sampling, search, sent_files, tree, turns
from .generation import Generations
from .hub import Hub
from .reminder import Notice
from .tables import ChatRow, MessageRow
from .views import ChatDetail, ChatItem, Event, Posted, Snapshot

LIST_LIMIT = 300
LONGEST_TITLE = 200
LONGEST_SYSTEM_PROMPT = 50_000
MOST_FILES = 20
# Among so many chats a first message that is sent again is looked for.
LOOK_BACK = 50
KEPT_AFTER_DELETE_MS = 60 * 60 * 1000


def owned(session: Session, actor: Actor, chat_id: str, *, deleted: bool = False) -> ChatRow:
    """The acting user's chat. Raises NotFound when it is somebody else's, deleted, or never was."""
    chat = session.get(ChatRow, chat_id)
    if chat is None or chat.user_id != actor.user_id or (chat.deleted_at is not None) != deleted:
        raise NotFound("There is no such chat. It may have been deleted.")
    return chat


def _detail(session: Session, chat: ChatRow) -> ChatDetail:
    return ChatDetail(
        chat.id,
        chat.title,
        chat.model,
        chat.system_prompt,
        chat.sampling,
        chat.pinned,
        chat.leaf_id,
        chat.seq,
        remembers=chat.remembers,
        collections=grounding.present(session, chat.user_id, chat.collections),
    )


def _add_chat(session: Session, actor: Actor, model: str | None) -> ChatRow:
    now = now_ms()
    chat = ChatRow(
        id=new_id(),
        user_id=actor.user_id,
        title="",
        model=model,
        system_prompt="",
        sampling={},
        pinned=False,
        leaf_id=None,
        seq=0,
        floor=0,
        created_at=now,
        updated_at=now,
        deleted_at=None,
    )
    session.add(chat)
    session.flush()
    return chat


def _sent_before(session: Session, actor: Actor, client_id: str) -> MessageRow | None:
    """The message of that client id in one of the acting user's newest chats."""
    newest = select(ChatRow.id).where(ChatRow.user_id == actor.user_id, ChatRow.deleted_at.is_(None))
    newest = newest.order_by(ChatRow.updated_at.desc()).limit(LOOK_BACK)
    return session.scalar(
        select(MessageRow).where(MessageRow.client_id == client_id, MessageRow.chat_id.in_(newest)).limit(1)
    )


def _attached(session: Session, actor: Actor, files: Sequence[str]) -> list[dict[str, Any]]:
    if len(files) > MOST_FILES:
        raise Invalid("A message can have {limit} files. It was not sent and is still in the field.", limit=MOST_FILES)
    return attached(session, actor.user_id, files)


def _system_prompt(text: str) -> str:
    if len(text) > LONGEST_SYSTEM_PROMPT:
        raise TooLarge("The system prompt is longer than {limit} characters.", limit=LONGEST_SYSTEM_PROMPT)
    return text


class ChatService:
    """Chats over one database, with one engine and one hub."""

    def __init__(self, database: Database, hub: Hub, generations: Generations, notice: Notice | None = None) -> None:
        self._database = database
        self._notice = notice
        self._hub = hub
        self._generations = generations

    # The list

    async def chats(self, actor: Actor, query: str = "") -> list[ChatItem]:
        """The acting user's chats, pinned first, then newest first; only those that match `query` if given."""

        def work(session: Session) -> list[ChatItem]:
            wanted = select(ChatRow).where(ChatRow.user_id == actor.user_id, ChatRow.deleted_at.is_(None))
            if query.strip():
                found = search.matching_chats(session, query)
                wanted = wanted.where(
                    or_(ChatRow.id.in_(found), ChatRow.title.icontains(query.strip(), autoescape=True))
                )
            wanted = wanted.order_by(ChatRow.pinned.desc(), ChatRow.updated_at.desc()).limit(LIST_LIMIT)
            return [ChatItem(row.id, row.title, row.pinned, row.updated_at) for row in session.scalars(wanted)]

        return await self._database.read(work)

    async def create(self, actor: Actor, model: str | None = None) -> str:
        """A new, empty chat; returns its id."""

        return await self._database.write(lambda session: _add_chat(session, actor, model).id)

    async def rename(self, actor: Actor, chat_id: str, title: str) -> None:
        """Give a chat a title. Raises Invalid when it is empty."""
        title = " ".join(title.split())[:LONGEST_TITLE]
        if not title:
            raise Invalid("A chat needs a title.")
        await self._change(actor, chat_id, title=title)

    async def pin(self, actor: Actor, chat_id: str, pinned: bool) -> None:
        """Keep a chat at the top of the list, or not."""
        await self._change(actor, chat_id, pinned=pinned)

    async def configure(
        self,
        actor: Actor,
        chat_id: str,
        *,
        model: str | None = None,
        system_prompt: str | None = None,
        parameters: dict[str, Any] | None = None,
        remembers: bool | None = None,
    ) -> None:
        """Set a chat's model, system prompt, sampling parameters, or whether it is remembered; what is None stays."""
        values: dict[str, Any] = {}
        if model is not None:
            values["model"] = model
        if system_prompt is not None:
            values["system_prompt"] = _system_prompt(system_prompt)
        if parameters is not None:
            values["sampling"] = sampling.checked(parameters)
        if remembers is not None:
            values["remembers"] = remembers
        await self._change(actor, chat_id, **values)

    async def attach(self, actor: Actor, chat_id: str, collections: Sequence[str]) -> None:
        """Set the collections that every message of a chat asks. Raises NotFound for one that is not there."""

        def work(session: Session) -> None:
            chat = owned(session, actor, chat_id)
            chat.collections = [one["id"] for one in grounding.named(session, actor.user_id, collections)]

        await self._database.write(work)

    async def found(self, actor: Actor, chat_id: str, message_id: str) -> dict[str, Any]:
        """How the passages of an answer were found. Raises NotFound where nothing was searched."""

        def work(session: Session) -> dict[str, Any]:
            row = turns.message_of(session, owned(session, actor, chat_id), message_id)
            if row.found is None:
                raise NotFound("No documents were searched for this answer.")
            return row.found

        return await self._database.read(work)

    async def given(self, actor: Actor, chat_id: str, message_id: str | None = None) -> dict[str, Any]:
        """What an answer, or the newest one of the shown path, was given. Raises NotFound where that was not kept."""

        def work(session: Session) -> dict[str, Any]:
            chat = owned(session, actor, chat_id)
            if message_id is not None:
                turns.message_of(session, chat, message_id)
            return given.shown(session, chat, message_id)

        return await self._database.read(work)

    async def _change(self, actor: Actor, chat_id: str, **values: Any) -> None:
        def work(session: Session) -> None:
            chat = owned(session, actor, chat_id)
            for name, value in values.items():
                setattr(chat, name, value)

        await self._database.write(work)

    async def delete(self, actor: Actor, chat_id: str) -> None:
        """Delete a chat; `restore` brings it back within the hour."""
        await self.stop(actor, chat_id)

        def work(session: Session) -> Event:
            owned(session, actor, chat_id).deleted_at = now_ms()
            session.flush()
            return journal.append(session, chat_id, "gone", {})

        self._hub.publish(chat_id, [await self._database.write(work)])

    async def restore(self, actor: Actor, chat_id: str) -> None:
        """Undo `delete`."""

        def work(session: Session) -> None:
            owned(session, actor, chat_id, deleted=True).deleted_at = None

        await self._database.write(work)

    # One chat

    async def detail(self, actor: Actor, chat_id: str) -> ChatDetail:
        """A chat's own properties."""
        return await self._database.read(lambda session: _detail(session, owned(session, actor, chat_id)))

    async def snapshot(self, actor: Actor, chat_id: str, before: str | None = None, limit: int = 50) -> Snapshot:
        """The newest `limit` messages of the shown path, or those just before message `before`."""

        def work(session: Session) -> Snapshot:
            chat = owned(session, actor, chat_id)
            leaf = chat.leaf_id
            if before is not None:
                leaf = turns.message_of(session, chat, before).parent_id
            rows = tree.path(session, leaf, limit + 1)
            more, rows = len(rows) > limit, rows[-limit:]
            versions = tree.siblings(session, chat.id, [row.parent_id for row in rows])
            views = [
                tree.view(
                    row,
                    versions[row.parent_id],
                    journal.pending_text(session, row.id, chat.id) if row.status == "streaming" else "",
                )
                for row in rows
            ]
            return Snapshot(_detail(session, chat), views, more)

        return await self._database.read(work)

    async def follow(self, actor: Actor, chat_id: str, after: int) -> AsyncIterator[Event]:
        """The chat's events after number `after`, without end; ends after "reset" and "gone"."""
        with self._hub.watch(chat_id) as queue:
            replay = await self._replay(actor, chat_id, after)
            while True:
                if replay is None:
                    yield Event("reset", {})
                    return
                for event in replay:
                    yield event
                    after = event.seq or after
                    if event.kind == "gone":
                        return
                replay = []
                event = await queue.get()
                if event.seq is None:
                    replay = None if event.kind == "reset" else [event]
                elif event.seq == after + 1:
                    replay = [event]
                elif event.seq > after:
                    replay = await self._replay(actor, chat_id, after)

    async def _replay(self, actor: Actor, chat_id: str, after: int) -> list[Event] | None:
        return await self._database.read(lambda session: journal.after(session, owned(session, actor, chat_id), after))

    async def export(self, actor: Actor, chat_id: str, form: str) -> tuple[str, str]:
        """The chat as (file name, content); `form` is "md" (the shown path) or "json" (the whole tree)."""

        def work(session: Session) -> tuple[str, str]:
            chat = owned(session, actor, chat_id)
            if form == "md":
                return export.file_name(chat.title, "md"), export.as_markdown(chat, tree.path(session, chat.leaf_id))
            if form == "json":
                query = select(MessageRow).where(MessageRow.chat_id == chat.id).order_by(MessageRow.id)
                return export.file_name(chat.title, "json"), export.as_json(chat, list(session.scalars(query)))
            raise Invalid("A chat can be exported as md or json, not as {form}.", form=form[:20])

        return await self._database.read(work)

    # Turns

    async def begin(
        self,
        actor: Actor,
        text: str,
        client_id: str,
        *,
        model: str | None = None,
        system_prompt: str = "",
        parameters: dict[str, Any] | None = None,
        files: Sequence[str] = (),
        remembers: bool = True,
        collections: Sequence[str] = (),
        quote: bool = False,
        attached: Sequence[str] = (),
        links: Sequence[str] = (),
        web: bool = False,
    ) -> Posted:
        """A new chat with its first message, both or neither. The same client id again finds the chat it made.

        The message asks `collections`; `attached` are asked by every message of the chat. The rest is as in `post`.
        """

        def work(session: Session) -> Posted:
            known = _sent_before(session, actor, client_id)
            if known is not None:
                return Posted(known.chat_id, known.id)
            chat = _add_chat(session, actor, model)
            chat.system_prompt, chat.sampling = _system_prompt(system_prompt), sampling.checked(parameters or {})
            chat.remembers = remembers
            chat.collections = [one["id"] for one in grounding.named(session, actor.user_id, attached)]
            asks = grounding.asking(grounding.named(session, actor.user_id, collections), quote, links, web=web)
            found = _attached(session, actor, files)
            return turns.post(session, chat, None, text, client_id, found, self._notice, asks)

        return await self._announced(work)

    async def post(
        self,
        actor: Actor,
        chat_id: str,
        text: str,
        client_id: str,
        files: Sequence[str] = (),
        collections: Sequence[str] = (),
        *,
        quote: bool = False,
        links: Sequence[str] = (),
        web: bool = False,
    ) -> Posted:
        """Store the user's message, with files of theirs, at the end of the shown path; it is on disk when this
        returns. It asks `collections` beside the chat's, the pages at `links`, and with `web` what a search of the web
        finds; `quote` wants the words of the documents alone, without a model.

        Raises NotFound for a file or collection that is not there, Invalid for too many of anything.
        """

        def work(session: Session, chat: ChatRow) -> Posted:
            found = _attached(session, actor, files)
            asks = grounding.asking(grounding.named(session, actor.user_id, collections), quote, links, web=web)
            return turns.post(session, chat, chat.leaf_id, text, client_id, found, self._notice, asks)

        return await self._turn(actor, chat_id, work)

    async def edit(self, actor: Actor, chat_id: str, message_id: str, text: str, client_id: str) -> Posted:
        """Send a changed version of an earlier message: a new branch; the old one is kept."""
        turns.checked_text(text)

        def work(session: Session, chat: ChatRow) -> Posted:
            row = turns.message_of(session, chat, message_id)
            if row.role != "user":
                raise Invalid("Only your own messages can be edited.")
            asks = grounding.asking_again(row.sources, row.text, text)
            return turns.post(session, chat, row.parent_id, text, client_id, row.files, self._notice, asks)

        await self._halt(actor, chat_id)
        return await self._turn(actor, chat_id, work)

    async def retry(self, actor: Actor, chat_id: str, message_id: str) -> Posted:
        """A new answer to the same question; the old one is kept as a version."""
        await self._halt(actor, chat_id)
        return await self._turn(actor, chat_id, lambda session, chat: turns.retry(session, chat, message_id))

    async def resume(self, actor: Actor, chat_id: str, message_id: str) -> Posted:
        """Continue an answer that was cut short."""
        return await self._turn(actor, chat_id, lambda session, chat: turns.resume(session, chat, message_id))

    async def select_branch(self, actor: Actor, chat_id: str, message_id: str) -> Posted:
        """Show another version and what follows it."""
        await self._halt(actor, chat_id)
        return await self._turn(actor, chat_id, lambda session, chat: turns.select_branch(session, chat, message_id))

    async def cancel_queued(self, actor: Actor, chat_id: str, message_id: str) -> Posted:
        """Take back a message that waits for its turn."""
        return await self._turn(actor, chat_id, lambda session, chat: turns.cancel_queued(session, chat, message_id))

    async def stop(self, actor: Actor, chat_id: str) -> None:
        """Stop the answer that is being written; what is there stays."""
        await self._database.read(lambda session: owned(session, actor, chat_id))
        await self._generations.stop(chat_id)

    async def _halt(self, actor: Actor, chat_id: str) -> None:
        """Stop the answer and take the queue back, before the path changes under them."""
        queued = await self._database.read(
            lambda session: list(
                session.scalars(
                    select(MessageRow.id).where(
                        MessageRow.chat_id == owned(session, actor, chat_id).id, MessageRow.status == "queued"
                    )
                )
            )
        )
        for message_id in reversed(queued):
            await self.cancel_queued(actor, chat_id, message_id)
        await self._generations.stop(chat_id)

    async def _turn(self, actor: Actor, chat_id: str, work: Callable[[Session, ChatRow], Posted]) -> Posted:
        return await self._announced(lambda session: work(session, owned(session, actor, chat_id)))

    async def _announced(self, work: Callable[[Session], Posted]) -> Posted:
        # Shielded: what is stored must be announced, even when the caller has gone meanwhile.
        return await asyncio.shield(self._store(work))

    async def _store(self, work: Callable[[Session], Posted]) -> Posted:
        posted = await self._database.write(work)
        self._generations.announce(posted)
        return posted


def purge(session: Session) -> int:
    """Remove for good the chats that were deleted more than an hour ago, with the files that only they had; returns how
    many chats. Of those whose account is gone the words are removed."""
    query = select(ChatRow.id).where(ChatRow.deleted_at < now_ms() - KEPT_AFTER_DELETE_MS)
    ids = list(session.scalars(query))
    files = sent_files.of(session, ids)
    session.execute(delete(ChatRow).where(ChatRow.id.in_(ids)))
    search.forget_gone(session)
    sent_files.forget(session, files)
    return len(ids)
