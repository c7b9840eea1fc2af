"""One response while it is written: its object and its numbered events.

Source: OpenAI's API reference, "Responses" and "Streaming events".
"""

from __future__ import annotations

from typing import Any

from localmind_app.core.errors import UserError
from localmind_app.core.ids import new_id, now_ms
from localmind_app.engine.client import Chunk

from .items import Json
from .wanted import Wanted

_INCOMPLETE = {"length": "max_output_tokens", "content_filter": "content_filter"}


class Writing:
    """Builds the events of one response from the chunks of a chat completion: a message, calls of functions or both."""

    def __init__(self, wanted: Wanted) -> None:
        self.id = f"resp_{new_id()}"
        self.created_at = now_ms() // 1000
        self._wanted = wanted
        self._message_id = f"msg_{new_id()}"
        self._number = 0
        self._text: list[str] = []
        self._logprobs: list[Json] = []
        self._calls: list[Json] = []
        self._finish: str | None = None
        self._usage: Json | None = None
        self._opened = False

    def begin(self) -> list[Json]:
        """The events before any text."""
        response = self._object("in_progress")
        return [
            self._event("response.created", response=response),
            self._event("response.in_progress", response=response),
        ]

    def chunk(self, chunk: Chunk) -> list[Json]:
        """The events of one step."""
        self._finish = chunk.finish_reason or self._finish
        self._usage = chunk.usage or self._usage
        events: list[Json] = []
        if chunk.text:
            events += self._open()
            scores = chunk.logprobs or []
            self._text.append(chunk.text)
            self._logprobs += scores
            events.append(self._content("response.output_text.delta", delta=chunk.text, logprobs=scores))
        self._calls += [_call(call) for call in chunk.tool_calls or []]
        return events

    def end(self) -> list[Json]:
        """The events after the last text; the last one carries the whole response."""
        status = "incomplete" if self._finish in _INCOMPLETE else "completed"
        events = [] if self._calls and not self._opened else [*self._open(), *self._close(status)]
        for index, call in enumerate(self._calls, int(self._opened)):
            events += self._call_events(index, call)
        return [*events, self._event(f"response.{status}", response=self._object(status, self._output(status)))]

    def fail(self, error: UserError) -> list[Json]:
        """The last event of a response that broke off; what was written so far stays in it."""
        told = {"code": error.code, "message": error.text}
        response = self._object("failed", self._output("incomplete"), error=told)
        return [self._event("response.failed", response=response)]

    def _open(self) -> list[Json]:
        if self._opened:
            return []
        self._opened = True
        empty = {**self._message("in_progress"), "content": []}
        return [
            self._event("response.output_item.added", output_index=0, item=empty),
            self._content("response.content_part.added", part=self._part()),
        ]

    def _close(self, status: str) -> list[Json]:
        part = self._part()
        return [
            self._content("response.output_text.done", text=part["text"], logprobs=self._logprobs),
            self._content("response.content_part.done", part=part),
            self._event("response.output_item.done", output_index=0, item=self._message(status)),
        ]

    def _call_events(self, index: int, call: Json) -> list[Json]:
        where = {"item_id": call["id"], "output_index": index}
        empty = {**call, "arguments": "", "status": "in_progress"}
        return [
            self._event("response.output_item.added", output_index=index, item=empty),
            self._event("response.function_call_arguments.delta", **where, delta=call["arguments"]),
            self._event(
                "response.function_call_arguments.done", **where, name=call["name"], arguments=call["arguments"]
            ),
            self._event("response.output_item.done", output_index=index, item=call),
        ]

    def _event(self, kind: str, **fields: Any) -> Json:
        number, self._number = self._number, self._number + 1
        return {"type": kind, "sequence_number": number, **fields}

    def _content(self, kind: str, **fields: Any) -> Json:
        return self._event(kind, item_id=self._message_id, output_index=0, content_index=0, **fields)

    def _part(self) -> Json:
        return {"type": "output_text", "text": "".join(self._text), "annotations": [], "logprobs": self._logprobs}

    def _message(self, status: str) -> Json:
        content = [self._part()]
        return {"id": self._message_id, "type": "message", "role": "assistant", "status": status, "content": content}

    def _output(self, status: str) -> list[Json]:
        return [*([self._message(status)] if self._opened else []), *self._calls]

    def _object(self, status: str, output: list[Json] | None = None, error: Json | None = None) -> Json:
        asked = self._wanted.body
        reason = _INCOMPLETE.get(self._finish or "") if status == "incomplete" else None
        return {
            "id": self.id,
            "object": "response",
            "created_at": self.created_at,
            "status": status,
            "background": False,
            "error": error,
            "incomplete_details": {"reason": reason} if reason else None,
            "instructions": self._wanted.instructions,
            "max_output_tokens": asked.get("max_output_tokens"),
            "metadata": self._wanted.metadata,
            "model": self._wanted.model,
            "output": output or [],
            "parallel_tool_calls": asked.get("parallel_tool_calls") is not False,
            "previous_response_id": self._wanted.previous_id,
            "store": self._wanted.store,
            "temperature": asked.get("temperature"),
            "text": asked.get("text") or {"format": {"type": "text"}},
            "tool_choice": asked.get("tool_choice") or "auto",
            "tools": asked.get("tools") or [],
            "top_logprobs": asked.get("top_logprobs") or 0,
            "top_p": asked.get("top_p"),
            "truncation": asked.get("truncation") or "disabled",
            "usage": _usage(self._usage),
        }


def _call(call: Json) -> Json:
    function = call["function"]
    return {
        "id": f"fc_{new_id()}",
        "type": "function_call",
        "call_id": call["id"],
        "name": function["name"],
        "arguments": function["arguments"],
        "status": "completed",
    }


def _usage(usage: Json | None) -> Json | None:
    if usage is None:
        return None
    cached = (usage.get("prompt_tokens_details") or {}).get("cached_tokens") or 0
    return {
        "input_tokens": usage["prompt_tokens"],
        "input_tokens_details": {"cached_tokens": cached},
        "output_tokens": usage["completion_tokens"],
        "output_tokens_details": {"reasoning_tokens": 0},
        "total_tokens": usage["total_tokens"],
    }
