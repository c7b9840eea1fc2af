"""Items of the Responses API (messages, calls of functions, their results) and the chat messages they stand for."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from localmind_app.core.errors import Invalid
from localmind_app.core.ids import new_id

Json = dict[str, Any]

_ROLES = {"system", "developer", "user", "assistant"}
_TEXT_PARTS = {"input_text", "output_text", "text"}


def read_items(value: Any) -> list[Json]:
    """The input of a request as a list of items, each with an id. Raises Invalid."""
    if isinstance(value, str):
        value = [{"role": "user", "content": value}]
    if not isinstance(value, list) or not value:
        raise Invalid("input must be a text or a list of messages.")
    # What a model thought is given back by clients with its answer, and means nothing to another request.
    kept = [item for item in value if not (isinstance(item, dict) and item.get("type") == "reasoning")]
    return [_item(index, item) for index, item in enumerate(kept)]


def _item(index: int, item: Any) -> Json:
    kind = item.get("type", "message") if isinstance(item, dict) else None
    if kind == "message":
        return _message(index, item)
    if kind == "function_call":
        texts = _texts(index, item, "call_id", "name", "arguments")
        return {"id": _id(item, "fc"), "type": kind, "status": "completed", **texts}
    if kind == "function_call_output":
        texts = _texts(index, item, "call_id", "output")
        return {"id": _id(item, "fco"), "type": kind, "status": "completed", **texts}
    raise Invalid("input[{index}] must be a message, function_call or function_call_output.", index=index)


def _texts(index: int, item: Json, *names: str) -> Json:
    for name in names:
        if not isinstance(item.get(name), str):
            raise Invalid("input[{index}].{field} must be a text.", index=index, field=name)
    return {name: item[name] for name in names}


def _message(index: int, item: Json) -> Json:
    role, content = item.get("role"), item.get("content")
    if not isinstance(role, str) or role not in _ROLES:
        raise Invalid("input[{index}].role must be one of {roles}.", index=index, roles=", ".join(sorted(_ROLES)))
    kind = "output_text" if role == "assistant" else "input_text"
    parts = [{"type": kind, "text": content}] if isinstance(content, str) else content
    if not isinstance(parts, list) or not all(_is_text(part) for part in parts):
        raise Invalid("input[{index}].content must be a text or a list of text parts.", index=index)
    extra: Json = {"annotations": []} if role == "assistant" else {}
    said = [{"type": kind, "text": part["text"], **extra} for part in parts]
    return {"id": _id(item, "msg"), "type": "message", "role": role, "status": "completed", "content": said}


def _is_text(part: Any) -> bool:
    kind = part.get("type") if isinstance(part, dict) else None
    return isinstance(kind, str) and kind in _TEXT_PARTS and isinstance(part.get("text"), str)


def _id(item: Json, kind: str) -> str:
    known = item.get("id")
    return known if isinstance(known, str) else f"{kind}_{new_id()}"


def messages_of(items: Sequence[Json]) -> list[Json]:
    """The chat messages of items; calls that follow each other, or a message, belong to one message."""
    messages: list[Json] = []
    for item in items:
        if item["type"] == "message":
            text = "".join(part["text"] for part in item["content"])
            messages.append({"role": item["role"], "content": text})
        elif item["type"] == "function_call_output":
            messages.append({"role": "tool", "tool_call_id": item["call_id"], "content": item["output"]})
        else:
            if not messages or messages[-1]["role"] != "assistant":
                messages.append({"role": "assistant", "content": ""})
            function = {"name": item["name"], "arguments": item["arguments"]}
            call = {"id": item["call_id"], "type": "function", "function": function}
            messages[-1].setdefault("tool_calls", []).append(call)
    return messages
