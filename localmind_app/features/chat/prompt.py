"""The request the engine gets for one answer."""

from __future__ import annotations

from typing import Any

from . import forgetting
from .tables import ChatRow, MessageRow


def request(chat: ChatRow, shown: list[MessageRow], model: str) -> dict[str, Any]:
    """An OpenAI chat request: the chat's system prompt, then the path, whose last row is the answer to write.

    An answer that already has text is continued right after it. A chat that outgrew the context goes on without its
    oldest messages; the engine tells how many, and the page says so.
    """
    messages: list[dict[str, str]] = []
    if chat.system_prompt.strip():
        messages.append({"role": "system", "content": chat.system_prompt})
    messages += [{"role": row.role, "content": row.text} for row in shown[:-1] if row.text]
    answer = shown[-1]
    body: dict[str, Any] = {"model": model, "messages": messages, "stream": True, "stream_status": True}
    body |= {"stream_options": {"include_usage": True}, "overflow": "shift", "user": chat.user_id}
    body |= {"conversation": forgetting.conversation(chat.id)} | chat.sampling
    if answer.text:
        messages.append({"role": "assistant", "content": answer.text})
        body["continue_final_message"] = True
    return body


def grounded(body: dict[str, Any], block: str) -> dict[str, Any]:
    """The request with `block` in the place of the last question. What comes before it stays as it was, so that the
    model needs not read that again."""
    messages = list(body["messages"])
    last = max((at for at, message in enumerate(messages) if message["role"] == "user"), default=None)
    if last is None:
        return body
    messages[last] = {"role": "user", "content": block}
    return {**body, "messages": messages}


def reminded(body: dict[str, Any], text: str) -> dict[str, Any]:
    """The request with `text` at the end of its system part."""
    messages = list(body["messages"])
    if messages and messages[0]["role"] == "system":
        messages[0] = {"role": "system", "content": f"{messages[0]['content']}\n\n{text}"}
    else:
        messages.insert(0, {"role": "system", "content": text})
    return {**body, "messages": messages}
