"""A chat as a file: Markdown of the shown path, or JSON of the whole tree."""

from __future__ import annotations

import json
import re
import time
from typing import Any

from .tables import ChatRow, MessageRow


def file_name(title: str, suffix: str) -> str:
    """A file name that is safe on every system."""
    stem = re.sub(r"[^\w\- ]+", "", title).strip()[:60] or "chat"
    return f"{stem}.{suffix}"


def as_markdown(chat: ChatRow, shown: list[MessageRow]) -> str:
    """The shown path, one heading per message."""
    lines = [f"# {chat.title}", ""]
    for message in shown:
        who = "You" if message.role == "user" else _writer(message)
        when = time.strftime("%Y-%m-%d %H:%M", time.localtime(message.created_at / 1000))
        lines += [f"## {who}, {when}", "", message.text, "", *_sources(message)]
        if message.status in {"stopped", "interrupted"}:
            lines += [f"*({message.status})*", ""]
    return "\n".join(lines)


def _sources(message: MessageRow) -> list[str]:
    """The passages an answer cites, as a list: [1] name, address, page, heading."""
    cited = [one for one in (message.sources or {}).get("passages", []) if one["cited"]]
    lines = []
    for one in cited:
        page = f"page {one['page'] + 1}" if one["page"] is not None else ""
        place = (one["name"], one.get("url"), page, one["heading"])
        lines.append(f"- [{one['n']}] " + ", ".join(part for part in place if part))
    return ["Sources:", "", *lines, ""] if lines else []


def _writer(message: MessageRow) -> str:
    origin = message.origin or {}
    name = str(origin.get("model") or message.model or "Assistant")
    return f"{name} at {origin['engine']}" if origin.get("engine") else name


def as_json(chat: ChatRow, messages: list[MessageRow]) -> str:
    """Every message of the tree with its parent, and the chat's own settings."""
    body: dict[str, Any] = {
        "format": "localmind-chat",
        "version": 1,
        "id": chat.id,
        "title": chat.title,
        "model": chat.model,
        "system_prompt": chat.system_prompt,
        "sampling": chat.sampling,
        "leaf": chat.leaf_id,
        "created_at": chat.created_at,
        "messages": [
            {
                "id": m.id,
                "parent": m.parent_id,
                "role": m.role,
                "text": m.text,
                "status": m.status,
                "model": m.model,
                "finish": m.finish,
                "usage": m.usage,
                "origin": m.origin,
                "files": m.files,
                "sources": m.sources,
                "created_at": m.created_at,
            }
            for m in messages
        ],
    }
    return json.dumps(body, ensure_ascii=False, indent=1)
