"""What an answer stands on: the documents a chat asks, searched before the answer and compared with it afterwards.

A chat asks the collections attached to it, those the message names, and its own, which holds the files sent along. An
answer waits until these are read, and says which of them could not be.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from localmind_app.core.database import Database
from localmind_app.core.errors import Invalid, NotFound, UserError
from localmind_app.features.knowledge.answering import followup, links, passages, prompt, quote
from localmind_app.features.knowledge.answering.judge import Judged
from localmind_app.features.knowledge.answering.service import AnsweringService, Asked
from localmind_app.features.knowledge.tables import CollectionRow, DocumentRow
from localmind_app.features.knowledge.views import DocumentView

from . import forgetting, reading
from .reading import Tell
from .tables import ChatRow, MessageRow
from .web_sources import WebSources

MOST_COLLECTIONS = 20

# Puts files into the chat's own collection to be read, for a user id, a chat id and file ids; twice is no harm.
Attach = Callable[[str, str, Sequence[str]], Awaitable[Sequence[DocumentView]]]


@dataclass(frozen=True)
class Grounds:
    """What one answer stands on. `sources` and `found` are kept on it; `block` takes the question's place in the
    request, empty where there is nothing to add. `pieces` are the answer itself where no model is asked."""

    sources: dict[str, Any]
    found: dict[str, Any] | None = None
    block: str = ""
    pieces: tuple[str, ...] | None = None


@dataclass(frozen=True)
class _Turn:
    """What of a chat is needed for one answer. `kept` are the sources of an answer that is continued."""

    user_id: str
    question: str
    before: str
    files: dict[str, str]
    collections: list[str]
    quote: bool
    kept: dict[str, Any] | None
    links: list[str]
    web: bool

    @property
    def explicit(self) -> bool:
        """Whether the person said what is to be asked, and not only an earlier message did."""
        return bool(self.quote or self.web or self.links or self.files or self.collections)


@dataclass(frozen=True)
class _Gathered:
    """What a message brought along: the documents, what could not be read, and what a web search came to."""

    documents: list[str]
    failed: list[dict[str, Any]]
    web: dict[str, Any] | None

    def body(self) -> dict[str, Any]:
        """What the answer keeps of it."""
        return {"failed": self.failed} | ({"web": self.web} if self.web else {})


class Grounding:
    """Grounds answers of any chat. Without `attach` no files that are sent along are read, without `web` no pages."""

    def __init__(
        self,
        database: Database,
        answering: AnsweringService,
        attach: Attach | None = None,
        web: WebSources | None = None,
    ) -> None:
        self._database, self._answering, self._attach, self._web = database, answering, attach, web

    async def prepare(self, message_id: str, *, starter: bool, context: int | None, tell: Tell) -> Grounds | None:
        """The grounds of an answer that is about to be written; None where no documents are asked.

        `starter`: the built-in model would answer, which cannot read. `context` is the model's, in tokens. `tell` gets
        the stages a reader waits for.
        """
        turn, chat_id = await self._database.read(lambda session: _turn(session, message_id))
        quoting = turn.quote or starter
        if turn.kept and not quoting:
            read = passages.restored(turn.kept["passages"])
            facts = {"absent": turn.kept["absent"], "whole": turn.kept["whole"]}
            return Grounds(turn.kept, block=prompt.block(read, turn.question, **facts) if read else "")
        gathered = await self._gather(chat_id, turn, tell)
        asked, live = await self._database.read(
            lambda session: _asked(session, turn.user_id, chat_id, turn.collections)
        )
        if not asked and not gathered.failed and gathered.web is None:
            return None
        if not live and not (turn.explicit or gathered.failed):
            return None  # what the chat once had is gone, or was never read
        if not live:
            mode = "quote" if quoting else "model"
            sources = {"mode": mode, "absent": quoting, "whole": False, "passages": []} | gathered.body()
            return Grounds(sources, pieces=(quote.NOTHING,) if quoting else None)
        tell({"stage": "searching"})
        named = bool(turn.links)
        wanted = Asked(turn.question, asked, turn.before, gathered.documents, context or 0, quoting, named)
        made = await self._answering.prepare(turn.user_id, wanted)
        # Pages that an earlier message was about say nothing about a question they do not fit.
        unasked = made.sources["absent"] and not turn.explicit
        if unasked and await self._database.read(lambda session: _only_pages(session, asked)):
            return None
        pieces = made.pieces if quoting else None
        return Grounds(made.sources | gathered.body(), made.found, made.block, pieces)

    async def check(self, message_id: str) -> dict[str, Any] | None:
        """The sources of a finished answer with what its markers and sentences are worth; None where it has none."""

        def work(session: Session) -> tuple[dict[str, Any], str] | None:
            row = session.get(MessageRow, message_id)
            return (row.sources, row.text) if row is not None and row.sources and row.status != "streaming" else None

        found = await self._database.read(work)
        return await self._answering.check(*found) if found and found[0]["passages"] else None

    async def judge(self, message_id: str, busy: Callable[[], bool]) -> Judged | None:
        """A compared answer with what a larger model says of its open sentences, while the engine has nothing else to
        do; None where there is nothing to add. `busy` says whether somebody waits for an answer."""

        def work(session: Session) -> tuple[Judged, str, str, str | None] | None:
            row = session.get(MessageRow, message_id)
            if row is None or not row.sources or "support" not in row.sources or row.status == "streaming":
                return None
            chat = session.get_one(ChatRow, row.chat_id)
            return Judged(row.text, row.sources), chat.id, chat.user_id, None if row.origin else row.model

        found = await self._database.read(work)
        if found is None:
            return None
        answer, chat_id, user_id, model = found
        return await self._answering.judge.look(
            answer,
            answered_by=model,
            conversation=forgetting.conversation(chat_id),
            user_id=user_id,
            busy=busy,
        )

    async def _read(self, chat_id: str, turn: _Turn, tell: Tell) -> tuple[list[str], list[dict[str, Any]]]:
        """Wait until the files of a message are read: (ids of the documents, files that could not be read)."""
        if not turn.files or self._attach is None:
            return [], []
        try:
            attached = await self._attach(turn.user_id, chat_id, list(turn.files))
        except UserError as error:
            # The answer comes all the same, and says what it lacks.
            return [], [{"name": name, "error": error.body()["error"]} for name in turn.files.values()]
        states = await reading.settled(self._database, [one.id for one in attached], tell)
        return [one.id for one in states if one.ready], reading.failed(states)

    async def _gather(self, chat_id: str, turn: _Turn, tell: Tell) -> _Gathered:
        """Read what the message brings along: files, links, pages that the web search it wants finds."""
        documents, failed = await self._read(chat_id, turn, tell)
        found = None
        if self._web is not None and turn.links:
            linked = await self._web.linked(turn.user_id, chat_id, turn.links, tell)
            documents, failed = [*documents, *linked.documents], [*failed, *linked.failed]
        if self._web is not None and turn.web:
            searched = await self._web.searched(turn.user_id, chat_id, turn.question, turn.before, tell)
            documents, found = [*documents, *searched.documents], searched.body
        return _Gathered(documents, failed, found)


def named(session: Session, user_id: str, collection_ids: Iterable[str]) -> list[dict[str, str]]:
    """A person's collections as {id, name}. Raises NotFound, and Invalid for too many."""
    wanted = list(dict.fromkeys(collection_ids))
    if len(wanted) > MOST_COLLECTIONS:
        raise Invalid("At most {limit} collections can be asked at once.", limit=MOST_COLLECTIONS)
    known = {one["id"]: one for one in present(session, user_id, wanted)}
    for one in wanted:
        if one not in known:
            raise NotFound("There is no collection {collection}.", collection=one)
    return [known[one] for one in wanted]


def present(session: Session, user_id: str, collection_ids: Sequence[str]) -> list[dict[str, str]]:
    """Those of the collections that are still there and this person's, in order."""
    rows = session.execute(
        select(CollectionRow.id, CollectionRow.name).where(
            CollectionRow.id.in_(collection_ids), CollectionRow.user_id == user_id, CollectionRow.deleted_at.is_(None)
        )
    )
    names = {row.id: row.name for row in rows}
    return [{"id": one, "name": names[one]} for one in collection_ids if one in names]


def asking(
    collections: list[dict[str, str]], quoting: bool, urls: Sequence[str] = (), *, web: bool = False
) -> dict[str, Any] | None:
    """What a message of the user's keeps of whom it asks; None for a plain one.

    `urls` are links in it that are to be read, `web` wants a search. Raises Invalid for what cannot be links.
    """
    kept = list(dict.fromkeys(str(one) for one in urls))
    if len(kept) > links.MOST or any(len(one) > links.LONGEST for one in kept):
        raise Invalid("A message can have {limit} web pages as sources. It was not sent.", limit=links.MOST)
    plain = not (collections or quoting or kept or web)
    more = ({"links": kept} if kept else {}) | ({"web": True} if web else {})
    return None if plain else {"collections": collections, "quote": quoting, **more}


def asking_again(asked: dict[str, Any] | None, before: str, text: str) -> dict[str, Any] | None:
    """What a message keeps of whom it asks when it is edited from `before` to `text`.

    Links that are not in it any more are not read; where some were, new ones are.
    """
    if not asked or not asked.get("links"):
        return asked
    now = links.found(text)
    fresh = [one for one in now if one not in links.found(before)]
    kept = [one for one in now if one in asked["links"] or one in fresh]
    return asking(asked["collections"], asked["quote"], kept, web=bool(asked.get("web")))


def _turn(session: Session, message_id: str) -> tuple[_Turn, str]:
    answer = session.get_one(MessageRow, message_id)
    chat = session.get_one(ChatRow, answer.chat_id)
    question = session.get_one(MessageRow, answer.parent_id)
    earlier = _question_before(session, question)
    asked = question.sources or {}
    collections = [one["id"] for one in asked.get("collections", [])]
    before = earlier.text if earlier else ""
    if not collections and earlier is not None and followup.rewritten(question.text, before):
        # "And in 2020?" asks whom the question before it asked.
        collections = [one["id"] for one in (earlier.sources or {}).get("collections", [])]
    turn = _Turn(
        user_id=chat.user_id,
        question=question.text,
        before=before,
        files={one["id"]: one["name"] for one in question.files or []},
        collections=list(dict.fromkeys([*chat.collections, *collections])),
        quote=bool(asked.get("quote")),
        kept=answer.sources if answer.text else None,
        links=list(asked.get("links", [])),
        web=bool(asked.get("web")),
    )
    return turn, chat.id


def _only_pages(session: Session, collection_ids: Sequence[str]) -> bool:
    """Whether everything that searches find in these collections is web pages."""
    file = select(DocumentRow.id).where(
        DocumentRow.collection_id.in_(collection_ids), DocumentRow.version > 0, DocumentRow.url.is_(None)
    )
    return session.scalar(file.limit(1)) is None


def _question_before(session: Session, question: MessageRow) -> MessageRow | None:
    row = session.get(MessageRow, question.parent_id) if question.parent_id else None
    while row is not None and row.role != "user":
        row = session.get(MessageRow, row.parent_id) if row.parent_id else None
    return row


def _asked(session: Session, user_id: str, chat_id: str, collections: Sequence[str]) -> tuple[list[str], bool]:
    """The collections to search, with the chat's own, and whether there is anything in them."""
    own = select(CollectionRow.id).where(CollectionRow.kind == "chat", CollectionRow.chat_id == chat_id)
    wanted = list(dict.fromkeys([*collections, *session.scalars(own)]))
    found = [one["id"] for one in present(session, user_id, wanted)]
    live = select(func.coalesce(func.sum(CollectionRow.chunks_live), 0)).where(CollectionRow.id.in_(found))
    return found, bool(session.scalar(live))
