"""What one answer was given, kept as the request goes out, so that the context view need not guess.

A message of the chat is named by its id where it was sent word for word, everything else is kept as text. Tokens are
counted after the answer, by the model that read them; an engine elsewhere is not asked, so those are estimated.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from typing import Any

from sqlalchemy import Text, cast, select
from sqlalchemy.orm import Session

from localmind_app.core.errors import NotFound

from . import tree
from .grounding import Grounds
from .reminder import Reminder
from .tables import ChatRow, MessageRow

Record = dict[str, Any]
# How many tokens a text has.
Count = Callable[[str], Awaitable[int]]

CHARACTERS_PER_TOKEN = 4.0  # where nobody can count
NEAR = 20  # answers among which one with a record is looked for
LONGEST_EXCERPT = 300  # characters of a message in the view


def recorded(
    request: dict[str, Any], path: Sequence[tuple[str, str]], reminder: Reminder | None, grounds: Grounds | None
) -> Record:
    """The record of a request that goes out now. `path` are (id, text) of the messages it was made of, in order."""
    sent = list(request["messages"])
    record: Record = {"system": None, "memories": [], "messages": [], "passages": [], "quoted": False}
    if sent and sent[0]["role"] == "system":
        record["system"] = sent.pop(0)["content"]
    if reminder is not None and (record["system"] or "").endswith(reminder.text):
        record["memories"] = [{"id": id, "text": text} for id, text in reminder.lines]
        own = record["system"].removesuffix(reminder.text)
        record["frame"], record["system"] = reminder.frame, own.removesuffix("\n\n") or None
    for message, (id, text) in zip(sent, path, strict=True):
        entry = {"id": id, "role": message["role"]}
        record["messages"].append(entry if message["content"] == text else {**entry, "text": message["content"]})
    if request.get("continue_final_message"):  # the row's text goes on growing
        record["messages"][-1] |= {"text": sent[-1]["content"], "begun": True}
    if grounds is not None and grounds.block:
        record["passages"] = [{"n": one["n"], "text": one["text"]} for one in grounds.sources["passages"]]
    return record


def quoted(grounds: Grounds) -> Record:
    """The record of an answer that no model wrote."""
    passages = [{"n": one["n"], "text": one["text"]} for one in grounds.sources["passages"]]
    return {"system": None, "memories": [], "messages": [], "passages": passages, "quoted": True}


def keep(session: Session, message_id: str, record: Record) -> None:
    """Write a record down with its answer. Passages stand on the answer already: here only their numbers do."""
    row = session.get(MessageRow, message_id)
    if row is not None:
        plain = [{name: value for name, value in one.items() if name != "text"} for one in record["passages"]]
        row.given = {**record, "passages": plain}


async def counted(record: Record, texts: dict[str, str], known: dict[str, int], count: Count | None) -> Record:
    """The record with the tokens of its parts.

    `texts` are those of the messages by id, `known` the tokens of those that were counted for an earlier answer.
    """

    async def tokens(text: str | None) -> int:
        if not text:
            return 0
        return await count(text) if count is not None else round(len(text) / CHARACTERS_PER_TOKEN)

    made = {**record, "estimated": count is None, "system_tokens": await tokens(record["system"])}
    made["memories"] = [{**one, "tokens": await tokens(one["text"])} for one in record["memories"]]
    made["frame_tokens"] = await tokens(record.get("frame"))
    made["passages"] = [{**one, "tokens": await tokens(one["text"])} for one in record["passages"]]
    made["messages"] = []
    for one in record["messages"]:
        size = known.get(one["id"]) if "text" not in one else None
        text = one.get("text", texts.get(one["id"], ""))
        made["messages"].append({**one, "tokens": size if size is not None else await tokens(text)})
    return made


def to_count(session: Session, message_id: str) -> tuple[dict[str, str], dict[str, int]]:
    """(texts by id, tokens by id) of the messages an answer was given; tokens of those an earlier answer counted."""
    row = session.get_one(MessageRow, message_id)
    path = tree.path(session, message_id)
    known: dict[str, int] = {}
    for earlier in [one for one in path[:-1] if one.role == "assistant"][:-NEAR:-1]:
        if earlier.given and earlier.model == row.model and not earlier.given.get("estimated", True):
            known = {one["id"]: one["tokens"] for one in earlier.given["messages"] if "text" not in one}
            break
    return {one.id: one.text for one in path}, known


def shown(session: Session, chat: ChatRow, message_id: str | None) -> dict[str, Any]:
    """What the context view shows of an answer, or of the newest one of the shown path that has a record.

    Raises NotFound where there is none.
    """
    path = tree.path(session, message_id or chat.leaf_id)
    answers = path[-1:] if message_id else [one for one in path if one.role == "assistant"][:-NEAR:-1]
    row = next((one for one in answers if one.given), None)
    if row is None or row.given is None or row.chat_id != chat.id:
        raise NotFound("It was not kept what this answer was given.")
    given, texts = row.given, {one.id: one for one in path}
    usage = row.usage or {}
    left_out = int(usage.get("dropped_messages") or 0)
    return {
        "message": row.id,
        "model": row.model,
        "quoted": given["quoted"],
        "counted": "estimated" in given,
        "estimated": given.get("estimated", True),
        "system": _text(given["system"], given.get("system_tokens")),
        "memories": given["memories"],
        "memory_tokens": _sum(given["memories"]) + (given.get("frame_tokens") or 0),
        "passages": _passages(given, row),
        "messages": [
            _message(one, texts.get(one["id"]), _sum(given["passages"]), left_out=place < left_out)
            for place, one in enumerate(given["messages"])
        ],
        "left_out": {"messages": left_out, "tokens": int(usage.get("dropped_tokens") or 0)},
        "read": usage.get("prompt_tokens"),
        "answer": usage.get("completion_tokens"),
        "used": usage.get("context_used"),
        "size": usage.get("context_size"),
    }


def forget(session: Session, user_id: str, ids: Sequence[str]) -> None:
    """Take the words of memories that are gone for good out of what answers were given."""
    for id in ids:
        query = select(MessageRow).join(ChatRow, ChatRow.id == MessageRow.chat_id).where(ChatRow.user_id == user_id)
        named = cast(MessageRow.memory, Text).contains(id)
        for row in session.scalars(query.where(MessageRow.given.is_not(None), named)):
            given = row.given or {}
            left = [{**one, "text": None} if one["id"] == id else one for one in given["memories"]]
            row.given = {**given, "memories": left}


def _sum(entries: Sequence[dict[str, Any]]) -> int:
    return sum(one.get("tokens") or 0 for one in entries)


def _text(text: str | None, tokens: int | None) -> dict[str, Any] | None:
    return {"text": text, "tokens": tokens or 0} if text else None


def _passages(given: Record, row: MessageRow) -> list[dict[str, Any]]:
    """The passages with what the answer keeps of them."""
    sources = {one["n"]: one for one in (row.sources or {}).get("passages", [])}
    names = ("chunk_id", "name", "page", "heading", "url", "text")
    return [
        {**{name: sources[one["n"]].get(name) for name in names}, "n": one["n"], "tokens": one.get("tokens") or 0}
        for one in given["passages"]
        if one["n"] in sources
    ]


def _message(entry: dict[str, Any], row: MessageRow | None, passages: int, *, left_out: bool) -> dict[str, Any]:
    """A message as it is listed. A question with `passages` (tokens) around it is shown without them."""
    begun, tokens = entry.get("begun", False), entry.get("tokens") or 0
    around = "text" in entry and not begun
    text = entry["text"] if begun or row is None else row.text
    return {
        "id": entry["id"],
        "role": entry["role"],
        "tokens": max(0, tokens - passages) if around else tokens,
        "text": text if len(text) <= LONGEST_EXCERPT else text[:LONGEST_EXCERPT].rstrip() + "…",
        "left_out": left_out,
        "begun": begun,
    }
