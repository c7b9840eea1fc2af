"""The shapes of the OpenAI API: chunks and whole answers of chat and plain completions, from a child's events."""

from __future__ import annotations

import asyncio
import secrets
import time
from collections import Counter
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field
from typing import Any

from .wire import Message

Shape = dict[str, Any]


class Answer:
    """Builds one answer. `events` are those of `host.run`; `chat` chooses between the two endpoints.

    Extra fields beside OpenAI's: `timings` (milliseconds, tokens per second), `context` (tokens used and size) on the
    last chunk, and with `with_status` chunks with empty choices and `status` while the request waits.
    """

    def __init__(self, model: str, *, chat: bool, with_usage: bool = False, with_status: bool = False) -> None:
        self._chat, self._with_usage, self._with_status = chat, with_usage, with_status
        self._received = time.monotonic()
        self._load_ms = 0.0
        self._first_token_ms: float | None = None
        self._offsets: Counter[int] = Counter()  # characters each choice has written so far, for text_offset
        self._head = {
            "id": f"{'chatcmpl' if chat else 'cmpl'}-{secrets.token_hex(12)}",
            "created": int(time.time()),
            "model": model,
        }

    async def chunks(self, events: AsyncGenerator[Message, None]) -> AsyncGenerator[Shape, None]:
        """The chunks of a streamed answer; an event's `choice` says which of several answers it belongs to."""
        started: set[int] = set()
        results: list[dict[str, Any]] = []
        async with aclosing(events):
            async for event in events:
                self._clock(event)
                number = event.get("choice", 0)
                if event["event"] == "status":
                    if self._with_status:
                        yield {**self._chunk([]), "status": event["status"]}
                    continue
                if self._chat and number not in started:
                    yield self._chunk([self._choice(number, {"role": "assistant", "content": ""}, None, None)])
                started.add(number)
                if event["event"] == "delta":
                    gathered = {"tokens": event["tokens"]} if "tokens" in event else {}
                    yield {**self._chunk([self._delta(number, event)]), **gathered}
                elif event["event"] == "done":
                    results.append(event["result"])
                    reason = event["result"]["finish_reason"]
                    last = self._choice(number, {} if self._chat else "", None, reason)
                    yield {**self._chunk([last]), **self._extras(event["result"])}
        if self._with_usage and results:
            yield {**self._chunk([]), "usage": _total(results)}

    async def whole(self, events: AsyncGenerator[Message, None]) -> Shape:
        """The answer in one piece."""
        written: dict[int, _Written] = {}
        results: dict[int, dict[str, Any]] = {}
        async with aclosing(events):
            async for event in events:
                self._clock(event)
                number = event.get("choice", 0)
                if event["event"] == "delta":
                    written.setdefault(number, _Written()).add(event)
                elif event["event"] == "done":
                    results[number] = event["result"]
        choices = [self._finished(n, written.get(n, _Written()), results[n]) for n in sorted(results)]
        kind = "chat.completion" if self._chat else "text_completion"
        usage = _total(list(results.values()))
        return {**self._head, "object": kind, "choices": choices, "usage": usage, **self._extras(results[0])}

    def _finished(self, number: int, written: _Written, result: dict[str, Any]) -> Shape:
        text = "".join(written.parts)
        scores = self._logprobs(number, written.scores)
        choice: Shape = {"index": number, "logprobs": scores, "finish_reason": result["finish_reason"]}
        if not self._chat:
            return {**choice, "text": text}
        message: Shape = {"role": "assistant", "content": text, "refusal": None}
        if written.calls:
            calls = [{key: value for key, value in call.items() if key != "index"} for call in written.calls]
            message |= {"content": text or None, "tool_calls": calls}
        return {**choice, "message": message}

    def _clock(self, event: Message) -> None:
        now = (time.monotonic() - self._received) * 1000
        if event["event"] == "status" and event["status"]["stage"] == "loading":
            self._load_ms = now
        elif event["event"] == "delta" and self._first_token_ms is None:
            self._first_token_ms = now

    def _extras(self, result: dict[str, Any]) -> Shape:
        first = None if self._first_token_ms is None else round(self._first_token_ms, 2)
        timings = {**result["timings"], "load_ms": round(self._load_ms, 2), "first_token_ms": first}
        return {"timings": timings, "context": result["context"]}

    def _chunk(self, choices: list[Shape]) -> Shape:
        return {
            **self._head,
            "object": "chat.completion.chunk" if self._chat else "text_completion",
            "choices": choices,
        }

    def _choice(self, number: int, content: Shape | str, scores: Shape | None, reason: str | None) -> Shape:
        key = "delta" if self._chat else "text"
        return {"index": number, key: content, "logprobs": scores, "finish_reason": reason}

    def _delta(self, number: int, event: Message) -> Shape:
        scores = self._logprobs(number, event.get("logprobs", []))
        if not self._chat:
            return self._choice(number, event["text"], scores, None)
        content = {"content": event["text"]}
        if "tool_calls" in event:
            content = {"content": event["text"] or None, "tool_calls": event["tool_calls"]}
        return self._choice(number, content, scores, None)

    def _logprobs(self, number: int, scores: list[Shape]) -> Shape | None:
        if not scores:
            return None
        if self._chat:
            return {"content": scores, "refusal": None}
        offsets = []
        for score in scores:
            offsets.append(self._offsets[number])
            self._offsets[number] += len(score["token"])
        return {
            "tokens": [score["token"] for score in scores],
            "token_logprobs": [score["logprob"] for score in scores],
            "top_logprobs": [{top["token"]: top["logprob"] for top in score["top_logprobs"]} for score in scores],
            "text_offset": offsets,
        }


@dataclass
class _Written:
    """What was written of one choice."""

    parts: list[str] = field(default_factory=list)
    scores: list[Shape] = field(default_factory=list)
    calls: list[Shape] = field(default_factory=list)

    def add(self, event: Message) -> None:
        self.parts.append(event["text"])
        self.scores += event.get("logprobs", [])
        self.calls += event.get("tool_calls", [])


def _total(results: list[dict[str, Any]]) -> Shape:
    """The usage of all choices: the prompt is the same for each and counts once."""
    usage = dict(results[0]["usage"])
    usage["completion_tokens"] = sum(result["usage"]["completion_tokens"] for result in results)
    usage["total_tokens"] = usage["prompt_tokens"] + usage["completion_tokens"]
    return usage


async def merged(choices: Sequence[AsyncGenerator[Message, None]]) -> AsyncGenerator[Message, None]:
    """The events of several answers as they come, each with its `choice`; the first error ends them all."""
    queue: asyncio.Queue[tuple[int, Message | None]] = asyncio.Queue()

    async def read(number: int, events: AsyncGenerator[Message, None]) -> None:
        try:
            async with aclosing(events):
                async for event in events:
                    queue.put_nowait((number, event))
        finally:
            queue.put_nowait((number, None))

    tasks = [asyncio.create_task(read(number, events)) for number, events in enumerate(choices)]
    try:
        left = len(tasks)
        while left:
            number, event = await queue.get()
            if event is None:
                await tasks[number]  # raises what it ended with
                left -= 1
            else:
                yield {**event, "choice": number}
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
