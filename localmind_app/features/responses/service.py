"""What responses do: answer, be kept, be followed by the next one, be deleted."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import aclosing

from sqlalchemy import delete
from sqlalchemy.orm import Session

from localmind_app.core.database import Database
from localmind_app.core.errors import Invalid, NotFound, UserError, from_body
from localmind_app.core.ids import now_ms
from localmind_app.engine.client import EngineClient
from localmind_app.features.accounts.service import Actor

from .items import Json, messages_of
from .tables import ResponseRow
from .wanted import Wanted
from .writing import Writing

KEPT_MS = 30 * 24 * 3600 * 1000  # as OpenAI's
LONGEST_CHAIN = 1000  # responses before one; a longer chain fits no context


class ResponsesService:
    """Responses through one engine, kept in one database."""

    def __init__(self, database: Database, engine: EngineClient) -> None:
        self._database, self._engine = database, engine

    async def create(self, actor: Actor, wanted: Wanted) -> Json:
        """The whole response. Raises NotFound when the previous one is not there, and what the engine raises."""
        response: Json = {}
        async with aclosing(self.events(actor, wanted)) as events:
            async for event in events:
                response = (event or {}).get("response", response)
        if response.get("status") == "failed":
            raise from_body({"error": response["error"]})
        return response

    async def events(self, actor: Actor, wanted: Wanted) -> AsyncGenerator[Json | None, None]:
        """The events of a response; None is a sign of life while it waits. Raises only before the first event.

        The response is on disk before its last event comes.
        """
        request = wanted.chat(await self._history(actor, wanted.previous_id), actor.user_id)
        writing, begun = Writing(wanted), False
        try:
            async with aclosing(self._engine.stream_chat(request)) as chunks:
                async for chunk in chunks:
                    if not begun:
                        begun = True
                        for event in writing.begin():
                            yield event
                    if chunk.status is not None:
                        yield None
                    for event in writing.chunk(chunk):
                        yield event
        except UserError as error:
            if not begun:
                raise
            last = writing.fail(error)
        else:
            last = writing.end()
        if wanted.store:
            await self._keep(actor, wanted, writing, last[-1]["response"])
        for event in last:
            yield event

    async def get(self, actor: Actor, response_id: str) -> Json:
        """A stored response. Raises NotFound when it is not there or not the acting user's."""
        return (await self._row(actor, response_id)).body

    async def input_items(self, actor: Actor, response_id: str) -> list[Json]:
        """The items a stored response was asked with. Raises NotFound."""
        return (await self._row(actor, response_id)).input

    async def delete(self, actor: Actor, response_id: str) -> None:
        """Forget a stored response. Raises NotFound."""
        await self._row(actor, response_id)
        await self._database.write(
            lambda session: session.execute(delete(ResponseRow).where(ResponseRow.id == response_id))
        )

    async def _row(self, actor: Actor, response_id: str) -> ResponseRow:
        return await self._database.read(lambda session: _find(session, actor, response_id))

    async def _history(self, actor: Actor, previous_id: str | None) -> list[Json]:
        """The messages of the responses before this one, oldest first."""

        def work(session: Session) -> list[Json]:
            steps: list[list[Json]] = []
            after = previous_id
            while after is not None:
                row = _find(session, actor, after)
                steps.append(messages_of([*row.input, *row.body["output"]]))
                if len(steps) > LONGEST_CHAIN:
                    raise Invalid("More than {limit} responses come before this one.", limit=LONGEST_CHAIN)
                after = row.previous_id
            return [message for step in reversed(steps) for message in step]

        return await self._database.read(work) if previous_id else []

    async def _keep(self, actor: Actor, wanted: Wanted, writing: Writing, body: Json) -> None:
        row = ResponseRow(
            id=writing.id,
            user_id=actor.user_id,
            previous_id=wanted.previous_id,
            created_at=now_ms(),
            input=wanted.items,
            body=body,
        )
        await self._database.write(lambda session: session.add(row))


def _find(session: Session, actor: Actor, response_id: str) -> ResponseRow:
    row = session.get(ResponseRow, response_id)
    if row is None or row.user_id != actor.user_id:
        raise NotFound("There is no response {response}.", response=response_id)
    return row


def purge(session: Session) -> int:
    """Remove responses older than thirty days; returns how many."""
    old = delete(ResponseRow).where(ResponseRow.created_at < now_ms() - KEPT_MS).returning(ResponseRow.id)
    return len(session.execute(old).all())
