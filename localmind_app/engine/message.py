"""The messages of a chat request: roles, texts, calls of functions and their results."""

from __future__ import annotations

import json
from typing import Any

from localmind_app.core.errors import Invalid

_ROLES = {"system", "developer", "user", "assistant", "tool"}


def read_messages(body: dict[str, Any]) -> list[dict[str, Any]]:
    """The `messages` of a body as role and content, text parts joined. Raises Invalid naming the field."""
    messages = body.get("messages")
    if not isinstance(messages, list) or not messages:
        raise Invalid("messages must be a list with at least one message.")
    return [_read_message(message, f"messages[{index}]") for index, message in enumerate(messages)]


def _read_message(message: Any, name: str) -> dict[str, Any]:
    if not isinstance(message, dict):
        raise Invalid("{field} must be an object with role and content.", field=name)
    role = message.get("role")
    if not isinstance(role, str) or role not in _ROLES:
        raise Invalid("{field}.role must be one of {roles}.", field=name, roles=", ".join(sorted(_ROLES)))
    content = message.get("content")
    if content is None and role == "assistant":
        content = ""  # an assistant message that only called tools has none
    if isinstance(content, list):
        content = "".join(_read_part(part, f"{name}.content[{index}]") for index, part in enumerate(content))
    if not isinstance(content, str):
        raise Invalid("{field}.content must be a text or a list of text parts.", field=name)
    made: dict[str, Any] = {"role": "system" if role == "developer" else role, "content": content}
    if role == "assistant" and message.get("tool_calls"):
        made["tool_calls"] = _read_calls(message["tool_calls"], f"{name}.tool_calls")
    for key in ("tool_call_id", "name"):
        if isinstance(message.get(key), str):
            made[key] = message[key]
    return made


def _read_calls(calls: Any, name: str) -> list[dict[str, Any]]:
    """Calls with their arguments as an object, which is what chat templates write."""
    if not isinstance(calls, list):
        raise Invalid("{field} must be a list.", field=name)
    made = []
    for call in calls:
        function = call.get("function") if isinstance(call, dict) else None
        if not isinstance(function, dict) or not isinstance(function.get("name"), str):
            raise Invalid("{field} must hold objects with a function and its name.", field=name)
        try:
            arguments = json.loads(function.get("arguments") or "{}")
        except (ValueError, TypeError, RecursionError):
            arguments = function["arguments"]  # what the model once wrote, whatever it is
        made.append({
            "type": "function",
            "id": str(call.get("id") or ""),
            "function": {"name": function["name"], "arguments": arguments},
        })  # fmt: skip
    return made


def _read_part(part: Any, name: str) -> str:
    kind = part.get("type") if isinstance(part, dict) else None
    if kind in ("image_url", "input_image", "input_audio", "file"):
        raise Invalid("{field} is of type {kind}: this model reads text only.", field=name, kind=kind)
    if kind != "text" or not isinstance(part.get("text"), str):
        raise Invalid("{field} must be a text part: an object with type 'text' and text.", field=name)
    return str(part["text"])
