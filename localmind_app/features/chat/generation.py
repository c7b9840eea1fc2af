"""Answers in the making: tasks of the web process, not of a browser tab.

Text from the engine is gathered for a moment, journaled, and only then published: what was shown is on disk.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import time
from collections.abc import AsyncIterator, Coroutine, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy.orm import Session

from localmind_app.core.database import Database
from localmind_app.core.errors import DiskFull, EngineError, EngineUnreachable, ModelMissing, UserError
from localmind_app.engine.client import Chunk, EngineClient
from localmind_app.engine.foreign import never_sent
from localmind_app.features.models.remote import spend
from localmind_app.features.models.remote.origin import Cost, Origin
from localmind_app.features.models.remote.service import RemoteService
from localmind_app.features.models.remote.way import Way, Ways
from localmind_app.features.models.service import known_chat_models

from . import given, journal, prompt, tree, turns
from .grounding import Grounding, Grounds
from .hub import Hub
from .reminder import Remind, Reminder
from .tables import ChatRow
from .views import Event, Posted

log = logging.getLogger(__name__)

# Text is journaled in pieces of this age: short enough to read as a stream, long enough that an event's frame
# (about 20 bytes) stays small beside its text.
GATHER_SECONDS = 0.06
FULL_DISK_RETRY_SECONDS = 2.0
# Nobody waits longer for a stopped answer's figures than for the stop itself.
COUNT_SECONDS = 1.0
# Of an engine elsewhere, which tells its context at most after the answer.
USUAL_CONTEXT = 8192


@dataclass
class Answer:
    """One answer being written: what the engine said that is not journaled yet, and how it ended.

    `way` is the engine that writes it, `origin` what to keep of that one, `before` the origin of the part that an
    earlier run wrote. `grounds` are the documents it stands on, and `written` is what an earlier run wrote of it.
    `path` are (id, text) of the messages the request is made of, `given` is the record of what was sent.
    """

    chat_id: str
    message_id: str
    started: float = field(default_factory=time.monotonic)
    pieces: list[str] = field(default_factory=list)
    ready: asyncio.Event = field(default_factory=asyncio.Event)
    ended: bool = False
    stopped: bool = False
    finish: str | None = None
    figures: dict[str, dict[str, Any]] = field(default_factory=dict)
    error: UserError | None = None
    model: str | None = None
    request: dict[str, Any] = field(default_factory=dict)
    way: Way | None = None
    origin: Origin | None = None
    before: dict[str, Any] | None = None
    reminder: Reminder | None = None
    grounds: Grounds | None = None
    written: str = ""
    path: list[tuple[str, str]] = field(default_factory=list)
    given: given.Record | None = None
    quote: bool = False
    heard: int = 0
    first: float = 0.0

    def outcome(self) -> str:
        """The status the message ends with."""
        if self.error is not None:
            return "failed"
        return "stopped" if self.stopped else "complete"


class Generations:
    """The answers this process is writing, one per chat at most."""

    def __init__(
        self,
        database: Database,
        hub: Hub,
        engine: EngineClient,
        remotes: RemoteService | None = None,
        remind: Remind | None = None,
        grounding: Grounding | None = None,
    ) -> None:
        self._database = database
        self._hub = hub
        self._engine = engine
        self._ways = Ways(engine, remotes)
        self._remind = remind
        self._grounding = grounding
        self._checks: set[asyncio.Task[None]] = set()
        self._running: dict[str, tuple[Answer, asyncio.Task[None]]] = {}

    def announce(self, posted: Posted) -> None:
        """Publish what a turn stored and start the answer it asks for."""
        self._hub.publish(posted.chat_id, posted.events)
        if posted.start is not None:
            for check in self._checks:
                if check.get_name() == f"check {posted.start}":
                    check.cancel()  # the answer goes on: what it is worth is looked at again at its end
            answer = Answer(posted.chat_id, posted.start)
            task = asyncio.create_task(self._run(answer), name=f"answer {posted.start}")
            self._running[posted.chat_id] = (answer, task)

    async def recover(self) -> int:
        """After a start: mark answers that a crash cut off; returns how many."""
        count = 0
        while ended := await self._database.write(turns.interrupted):
            count += len(ended)
        return count

    async def stop(self, chat_id: str) -> None:
        """Stop the chat's answer and wait until what was written is stored."""
        running = self._running.get(chat_id)
        if running is None:
            return
        answer, task = running
        answer.stopped = True
        answer.ready.set()
        await asyncio.wait([task])

    async def close(self) -> None:
        """Let every answer end as interrupted, before the process does."""
        tasks = [task for _, task in self._running.values()]
        for answer, _ in self._running.values():
            answer.error = EngineError("LocalMind was stopped while this was being written.")
            answer.ready.set()
        if tasks:
            await asyncio.wait(tasks, timeout=2)
        for check in self._checks:
            check.cancel()
        await asyncio.gather(*self._checks, return_exceptions=True)

    async def _run(self, answer: Answer) -> None:
        reader = asyncio.create_task(self._read(answer))
        try:
            await self._write_down(answer)
        except UserError as error:
            answer.error = error
        finally:
            reader.cancel()
            # The connection to the engine closes with the reader, which stops the decoding.
            await asyncio.gather(reader, return_exceptions=True)
        if answer.stopped and answer.heard and not answer.figures:
            await self._count(answer)
        posted = await self._finish(answer)
        if self._running.get(answer.chat_id, (None,))[0] is answer:
            del self._running[answer.chat_id]
        self.announce(posted)
        if answer.grounds is not None:
            self._later(self._check(answer), f"check {answer.message_id}")
        if answer.given is not None:
            self._later(self._measure(answer, answer.given), f"measure {answer.message_id}")

    def _later(self, work: Coroutine[Any, Any, None], name: str) -> None:
        """Do what nobody waits for."""
        task = asyncio.create_task(work, name=name)
        self._checks.add(task)
        task.add_done_callback(self._checks.discard)

    async def _read(self, answer: Answer) -> None:
        try:
            request = await self._request(answer)
            if answer.grounds is not None and answer.grounds.pieces is not None:
                await self._quote(answer, answer.grounds.pieces)
            else:
                await self._ask(answer, request)
        except UserError as error:
            answer.error = error
        except asyncio.CancelledError:
            raise
        except Exception:  # a bug here must end the answer with a sentence, not leave it streaming for ever
            log.exception("answer %s failed", answer.message_id)
            answer.error = EngineError("Something unexpected went wrong while answering. The log has the details.")
        finally:
            answer.ended = True
            answer.ready.set()

    async def _quote(self, answer: Answer, pieces: Sequence[str]) -> None:
        """Write an answer that is put together from documents. What an earlier run wrote of it is not written again."""
        assert answer.grounds is not None
        await self._record(answer, given.quoted(answer.grounds))
        text = "".join(pieces)
        if answer.written and not text.startswith(answer.written):
            pieces = ()  # the documents changed since
        left = len(answer.written)
        for piece in pieces:
            rest, left = piece[left:], max(0, left - len(piece))
            if rest:
                answer.pieces.append(rest)
                answer.ready.set()
                await asyncio.sleep(GATHER_SECONDS)
        answer.finish = "stop"

    async def _check(self, answer: Answer) -> None:
        """Compare a finished answer with its passages, and tell what came of it."""
        assert self._grounding is not None
        try:
            sources = await self._grounding.check(answer.message_id)
            if sources is not None:
                made = sources
                event = await self._database.write(lambda session: turns.proven(session, answer.message_id, made))
                self._hub.publish(answer.chat_id, [event] if event else [])
                await self._judge(answer)
        except UserError as error:
            log.warning("answer %s was not compared with its sources: %s", answer.message_id, error)
        except Exception:  # a bug here must not pass unseen in a task nobody waits for; the answer itself is whole
            log.exception("answer %s was not compared with its sources", answer.message_id)

    async def _judge(self, answer: Answer) -> None:
        """Let a larger model look at what the comparison left open, and tell what came of it."""
        assert self._grounding is not None
        judged = await self._grounding.judge(answer.message_id, lambda: bool(self._running))
        if judged is not None:
            event = await self._database.write(
                lambda session: turns.proven(session, answer.message_id, judged.sources, judged.text)
            )
            self._hub.publish(answer.chat_id, [event] if event else [])

    async def _record(self, answer: Answer, record: given.Record) -> None:
        """Write down what is about to be sent."""
        answer.given = record
        await self._database.write(lambda session: given.keep(session, answer.message_id, record))

    async def _measure(self, answer: Answer, record: given.Record) -> None:
        """Count the tokens of what an answer was given. Where the model cannot tell any more they stay unknown."""
        texts, known = await self._database.read(lambda session: given.to_count(session, answer.message_id))
        model = answer.way.model if answer.way is not None and answer.way.engine_id is None else None

        async def count(text: str) -> int:
            return (await self._engine.tokenize(model or "", prompt=text)).count

        try:
            made = await given.counted(record, texts, known, count if model else None)
            await self._database.write(lambda session: given.keep(session, answer.message_id, made))
        except UserError as error:
            log.info("what answer %s was given was not counted: %s", answer.message_id, error)
        except Exception:  # a bug here must not pass unseen in a task nobody waits for; the answer itself is whole
            log.exception("what answer %s was given was not counted", answer.message_id)

    async def _ask(self, answer: Answer, request: dict[str, Any]) -> None:
        """Let the chosen engine answer, or while nothing was heard the next one that may stand in for it.

        Raises the error of the chosen one when nobody answers.
        """
        missed: EngineUnreachable | None = None
        sent = False
        async with aclosing(self._ways.to(request["model"])) as ways:
            async for way in ways:
                origin = await self._begin(answer, way, sent=sent)
                try:
                    body = await self._reminded(answer, request, origin)
                    told = None if origin is not None and origin.leaves_machine else answer.reminder
                    await self._record(answer, given.recorded(body, answer.path, told, answer.grounds))
                    async with aclosing(way.stream(body)) as chunks:
                        await self._take(answer, chunks)
                    return
                except EngineUnreachable as error:
                    if answer.heard or answer.finish:
                        raise
                    sent = origin is not None and origin.leaves_machine and (sent or not never_sent(error))
                    if missed is None or way.model == request["model"]:
                        missed = error
        if missed is not None:
            raise missed

    async def _begin(self, answer: Answer, way: Way, *, sent: bool) -> Origin | None:
        """Write down who is asked before it is: what leaves this machine is labelled even if a crash follows.

        `sent` is whether an engine elsewhere got the text already and said nothing.
        """
        answer.way, answer.model, origin = way, way.model, way.origin
        if origin is None:
            return None
        origin = (origin.after_sending() if sent else origin).continues(answer.before)
        answer.origin = origin
        body = origin.body()
        event = await self._database.write(
            lambda session: turns.came_from(session, answer.chat_id, answer.message_id, way.model, body)
        )
        self._hub.publish(answer.chat_id, [event])
        return origin

    async def _reminded(self, answer: Answer, request: dict[str, Any], origin: Origin | None) -> dict[str, Any]:
        """The request with what the memory adds, which is written down first. Memories of other chats stay on this
        machine: an engine elsewhere is asked without them."""
        reminder = answer.reminder
        if reminder is None or (origin is not None and origin.leaves_machine):
            answer.request = request
            return request
        event = await self._database.write(
            lambda session: turns.reminded(session, answer.chat_id, answer.message_id, reminder.record)
        )
        self._hub.publish(answer.chat_id, [event])
        answer.request = prompt.reminded(request, reminder.text)
        return answer.request

    async def _request(self, answer: Answer) -> dict[str, Any]:
        def work(session: Session) -> dict[str, Any]:
            chat = session.get_one(ChatRow, answer.chat_id)
            shown = tree.path(session, answer.message_id)
            answer.before, answer.written = shown[-1].origin, shown[-1].text
            answer.path = [(row.id, row.text) for row in shown if row.text]
            answer.quote = len(shown) > 1 and bool((shown[-2].sources or {}).get("quote"))
            return prompt.request(chat, shown, chat.model or "")

        request = await self._database.read(work)
        if not answer.quote:
            request["model"] = request["model"] or await self._default_model()
        answer.model, answer.request = request["model"] or None, request
        request = await self._grounded(answer, request)
        answer.request = request
        answer.reminder = await self._remind(answer.chat_id, answer.message_id) if self._remind else None
        return request

    async def _grounded(self, answer: Answer, request: dict[str, Any]) -> dict[str, Any]:
        """The request with the passages that documents have for it, which are written down first."""
        if self._grounding is None:
            return request
        starter, context = (True, None) if answer.quote else await self._facts(request["model"])

        def tell(stage: dict[str, Any]) -> None:
            self._hub.publish(answer.chat_id, [Event("stage", stage)])

        grounds = await self._grounding.prepare(answer.message_id, starter=starter, context=context, tell=tell)
        if grounds is None:
            return request
        answer.grounds = grounds
        event = await self._database.write(
            lambda session: turns.grounded(session, answer.chat_id, answer.message_id, grounds.sources, grounds.found)
        )
        self._hub.publish(answer.chat_id, [event])
        return prompt.grounded(request, grounds.block) if grounds.block else request

    async def _facts(self, model: str) -> tuple[bool, int | None]:
        """Whether a model is the built-in one, and its context. An engine that is away is told of when it is asked."""
        with contextlib.suppress(UserError):
            for one in await known_chat_models(self._engine):
                if one.id == model:
                    return one.starter, one.context_length
        return False, USUAL_CONTEXT

    async def _default_model(self) -> str:
        models = await known_chat_models(self._engine)
        if not models:
            raise ModelMissing("There is no model yet. Put a GGUF file into the models folder, then retry.")
        return models[0].id

    async def _take(self, answer: Answer, chunks: AsyncIterator[Chunk]) -> None:
        async for chunk in chunks:
            if chunk.status:
                self._hub.publish(answer.chat_id, [Event("stage", chunk.status)])
            if chunk.text:
                answer.first = answer.first or time.monotonic()
                answer.heard += chunk.tokens
                answer.pieces.append(chunk.text)
                answer.ready.set()
            if chunk.finish_reason:
                answer.finish = chunk.finish_reason
            for name in ("usage", "timings", "context"):
                if value := getattr(chunk, name):
                    answer.figures[name] = value

    async def _write_down(self, answer: Answer) -> None:
        """Journal and publish pieces until the answer ends, is stopped or fails."""
        while not (answer.ended or answer.stopped or answer.error):
            await answer.ready.wait()
            answer.ready.clear()
            await self._flush(answer)
            if not answer.ended:
                await asyncio.sleep(GATHER_SECONDS)
        await self._flush(answer)

    async def _flush(self, answer: Answer) -> None:
        count = len(answer.pieces)
        text = "".join(answer.pieces)
        if not text:
            return
        event = await self._database.write(
            lambda session: journal.append(session, answer.chat_id, "text", text, answer.message_id)
        )
        del answer.pieces[:count]
        self._hub.publish(answer.chat_id, [event])

    async def _count(self, answer: Answer) -> None:
        """The figures of a stopped answer, which the engine would have told at its end.

        Characters made of several tokens come as one, so this may be a few short.
        """
        seconds, count = time.monotonic() - answer.first, answer.heard
        with contextlib.suppress(UserError, TimeoutError):
            async with asyncio.timeout(COUNT_SECONDS):
                prompt = await answer.way.count(answer.request) if answer.way else None
            if prompt is None:
                return
            answer.figures = {
                "usage": {"prompt_tokens": prompt.count, "completion_tokens": count},
                "context": {"used": prompt.count + count, "size": prompt.n_ctx},
                "timings": {"tokens_per_second": round(count / seconds, 2) if seconds else 0.0},
            }

    async def _finish(self, answer: Answer) -> Posted:
        error = answer.error.body()["error"] if answer.error else None
        finish = "cancel" if answer.stopped else answer.finish
        cost = _cost(answer)
        origin = answer.origin.charged(cost) if answer.origin and cost else answer.origin
        engine_id = answer.way.engine_id if answer.way else None

        def work(session: Session) -> Posted:
            if cost and engine_id:
                spend.add(session, engine_id, cost)
            chat = session.get_one(ChatRow, answer.chat_id)
            return turns.finish(
                session,
                chat,
                answer.message_id,
                answer.outcome(),
                finish=finish,
                error=error,
                usage=_usage(answer),
                model=answer.model,
                origin=origin.body() if origin else None,
                rest="".join(answer.pieces),
            )

        while True:
            try:
                return await self._database.write(work)
            except DiskFull as full:
                # The answer cannot even be ended on disk; say so, and end it as soon as there is room.
                notice = {"id": answer.message_id, "error": full.body()["error"]}
                self._hub.publish(answer.chat_id, [Event("patch", notice)])
                await asyncio.sleep(FULL_DISK_RETRY_SECONDS)


def _cost(answer: Answer) -> Cost | None:
    """What a remote engine took for the answer; None for the local engine, and where nothing was heard."""
    usage = answer.figures.get("usage")
    if answer.origin is None or (not answer.heard and usage is None):
        return None
    asked = "".join(str(message.get("content") or "") for message in answer.request["messages"])
    return answer.origin.cost(usage, asked, answer.heard)


def _usage(answer: Answer) -> dict[str, Any] | None:
    """What the page shows of an answer's cost: tokens, speed, time, and how full the context is."""
    if not answer.figures:
        return None
    usage, timings, context = (answer.figures.get(name, {}) for name in ("usage", "timings", "context"))
    written, seconds = _number(usage.get("completion_tokens")), time.monotonic() - answer.first
    known = answer.way.context if answer.way else None
    return {
        "prompt_tokens": _number(usage.get("prompt_tokens")),
        "completion_tokens": written,
        "context_used": _number(context.get("used", usage.get("total_tokens"))),
        "context_size": _number(context.get("size", known)),
        # A foreign server counts its tokens at most; the clock is ours.
        "tokens_per_second": _number(timings.get("tokens_per_second", written / seconds if answer.first else 0.0)),
        "duration_ms": round((time.monotonic() - answer.started) * 1000),
        "dropped_messages": _number(context.get("dropped_messages")),
        "dropped_tokens": _number(context.get("dropped_tokens")),
    }


def _number(value: Any) -> int | float:
    """A figure of a server, which may send anything in its place."""
    sane = isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value < 1e9
    return (value if isinstance(value, int) else round(value, 2)) if sane else 0
