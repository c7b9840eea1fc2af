"""Reads facts with a chat model: its answer is held to a JSON schema, and believed only where the person said so.

A fact counts when its span stands word for word in one of the message's own plain statements (`sentences`): so whatever
a model makes up, and whatever a text asks it to write down, is dropped. The fact's text is the span itself.
"""

# ruff: noqa: E501 -- patterns and lists are lines

from __future__ import annotations

import json
import re
from typing import Any

from localmind_app.core.errors import UserError
from localmind_app.engine.client import EngineClient

from .fact import Fact, folded
from .sentences import Clause, statements

MOST = 8  # facts of one message
LONGEST_ANSWER = 600  # tokens
SHORTEST = 8  # characters of a span
_ATTRIBUTES = (
    "name", "age", "birthday", "origin", "home", "job", "employer", "studies", "allergy", "diet", "avoids", "condition", "has", "car",
    "languages", "learning", "plays", "hobby", "taste", "preference", "goal", "fear", "event", "relation", "other",
)  # fmt: skip
# Of these only the newest holds; of all others several may.
_SINGLE = frozenset(("name", "age", "birthday", "origin", "home", "job", "employer", "diet", "car"))
SCHEMA: dict[str, Any] = {
    "type": "object",
    "properties": {
        "facts": {
            "type": "array",
            "maxItems": MOST,
            "items": {
                "type": "object",
                "properties": {
                    "span": {"type": "string", "maxLength": 300},
                    "about": {"type": "string", "maxLength": 40},
                    "attribute": {"type": "string", "enum": list(_ATTRIBUTES)},
                    "value": {"type": "string", "maxLength": 100},
                },
                "required": ["span", "about", "attribute", "value"],
                "additionalProperties": False,
            },
        }
    },
    "required": ["facts"],
    "additionalProperties": False,
}
_TASK = (
    "You note lasting facts that a person states about themself or their family, friends, animals and things. "
    "Copy each fact's words exactly as they stand in the message (span). about is user, or whom the fact is about, such as sister. "
    "No questions, wishes, plans, opinions on the conversation, or facts about the world. Most messages have none: then facts is empty."
)
_FIRST_PERSON = re.compile(
    r"\b(?:i|i'm|i've|my|mine|me|we|our|us|ich|mein\w*|mir|mich|wir|unser\w*|uns)\b", re.IGNORECASE
)


def worth_asking(text: str) -> list[Clause]:
    """The statements in which a model might find something: plain ones in the first person."""
    return [clause for clause in statements(text) if _FIRST_PERSON.search(clause.text.replace("’", "'"))]


async def read(engine: EngineClient, model: str, text: str, user_id: str) -> list[Fact]:
    """What `model` finds in a message. Raises EngineError; an answer that is no such JSON is no fact."""
    if not worth_asking(text):
        return []
    messages = [{"role": "system", "content": _TASK}, {"role": "user", "content": text}]
    schema = {"type": "json_schema", "json_schema": {"name": "facts", "strict": True, "schema": SCHEMA}}
    request = {"model": model, "messages": messages, "response_format": schema, "temperature": 0}
    answer = await engine.chat({**request, "max_tokens": LONGEST_ANSWER, "priority": "job", "user": user_id})
    return believed(answer.text, text)


def believed(answer: str, text: str) -> list[Fact]:
    """The facts of a model's answer that the message bears out."""
    try:
        listed = json.loads(answer)["facts"]
    except (ValueError, KeyError, TypeError, RecursionError):
        return []
    clauses = worth_asking(text)
    found: list[Fact] = []
    for entry in listed if isinstance(listed, list) else []:
        fact = _fact(entry, clauses)
        if fact is not None and all(fact.span not in other.span for other in found):
            found.append(fact)
    return found[:MOST]


def _fact(entry: object, clauses: list[Clause]) -> Fact | None:
    if not isinstance(entry, dict) or not all(isinstance(entry.get(name), str) for name in ("span", "about", "value")):
        return None
    span, value = entry["span"].strip(" .,;!"), folded(entry["value"])
    if len(span) < SHORTEST or not any(span in clause.text for clause in clauses) or not _FIRST_PERSON.search(span):
        return None
    attribute = entry.get("attribute")
    # A key only where the value is the person's own word too: otherwise a wrong one could end a right fact.
    keyed = (
        attribute in _ATTRIBUTES and attribute not in ("other", "event", "relation") and value and value in folded(span)
    )
    if not keyed:
        return Fact(span, source="model")
    subject = folded(entry["about"])[:100] or "user"
    return Fact(span, subject, str(attribute), value[:300], many=attribute not in _SINGLE, source="model")


async def model_to_ask(engine: EngineClient) -> str | None:
    """A chat model that is loaded now and is not the tiny starter; None when there is none: none is loaded for this."""
    try:
        models = await engine.models()
    except UserError:
        return None
    return next((model.id for model in models if model.kind == "chat" and model.loaded and not model.starter), None)
