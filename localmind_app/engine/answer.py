"""The shapes of the OpenAI API: chunks and whole answers of chat and plain completions, from a child's events."""

from __future__ import annotations

import secrets
import time
from collections.abc import AsyncGenerator
from contextlib import aclosing
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
        self._offset = 0  # characters written so far, for text_offset
        self._head = {
            "id": f"{'chatcmpl' if chat else 'cmpl'}-{secrets.token_hex(12)}",
            "created": int(time.time()),
            "model": model,
        }

    async def chunks(self, events: AsyncGenerator[Message, None]) -> AsyncGenerator[Shape, None]:
        """The chunks of a streamed answer."""
        started = False
        async with aclosing(events):
            async for event in events:
                self._clock(event)
                if event["event"] == "status":
                    if self._with_status:
                        yield {**self._chunk([]), "status": event["status"]}
                    continue
                if self._chat and not started:
                    yield self._chunk([self._choice({"role": "assistant", "content": ""}, None, None)])
                started = True
                if event["event"] == "delta":
                    yield self._chunk([self._delta(event["text"], event.get("logprobs"))])
                elif event["event"] == "done":
                    result = event["result"]
                    last = self._choice({} if self._chat else "", None, result["finish_reason"])
                    yield {**self._chunk([last]), **self._extras(result)}
                    if self._with_usage:
                        yield {**self._chunk([]), "usage": result["usage"]}

    async def whole(self, events: AsyncGenerator[Message, None]) -> Shape:
        """The answer in one piece."""
        parts: list[str] = []
        scores: list[Shape] = []
        result: dict[str, Any] = {}
        async with aclosing(events):
            async for event in events:
                self._clock(event)
                if event["event"] == "delta":
                    parts.append(event["text"])
                    scores += event.get("logprobs", [])
                elif event["event"] == "done":
                    result = event["result"]
        text = "".join(parts)
        choice: Shape = {"index": 0, "logprobs": self._logprobs(scores), "finish_reason": result["finish_reason"]}
        if self._chat:
            choice["message"] = {"role": "assistant", "content": text, "refusal": None}
        else:
            choice["text"] = text
        kind = "chat.completion" if self._chat else "text_completion"
        return {**self._head, "object": kind, "choices": [choice], "usage": result["usage"], **self._extras(result)}

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

    def _choice(self, content: Shape | str, scores: Shape | None, reason: str | None) -> Shape:
        return {"index": 0, "delta" if self._chat else "text": content, "logprobs": scores, "finish_reason": reason}

    def _delta(self, text: str, scores: list[Shape] | None) -> Shape:
        return self._choice({"content": text} if self._chat else text, self._logprobs(scores or []), None)

    def _logprobs(self, scores: list[Shape]) -> Shape | None:
        if not scores:
            return None
        if self._chat:
            return {"content": scores, "refusal": None}
        offsets = []
        for score in scores:
            offsets.append(self._offset)
            self._offset += len(score["token"])
        return {
            "tokens": [score["token"] for score in scores],
            "token_logprobs": [score["logprob"] for score in scores],
            "top_logprobs": [{top["token"]: top["logprob"] for top in score["top_logprobs"]} for score in scores],
            "text_offset": offsets,
        }
