"""The lines of a batch's input file: ``{"custom_id", "method", "url", "body"}`` each, as OpenAI describes them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

MOST_LINES = 50_000
MOST_ERRORS = 100  # after so many the rest of a file is not worth reading


@dataclass(frozen=True)
class Line:
    """One request of a batch. `number` counts from 1, as editors do."""

    number: int
    custom_id: str
    body: dict[str, Any]


class Refused(Exception):
    """Why a line cannot be used."""

    def __init__(self, code: str, message: str, param: str | None = None) -> None:
        super().__init__(message)
        self.code, self.message, self.param = code, message, param


def lines(path: Path, endpoint: str) -> Iterator[Line]:
    """The requests of a file that `problems` found nothing wrong with."""
    for number, text in _texts(path):
        yield _line(number, text, endpoint)


def problems(path: Path, endpoint: str) -> tuple[int, list[dict[str, Any]]]:
    """How many requests a file has, and what is wrong with it, in the form of the API."""
    seen: set[str] = set()
    wrong: list[dict[str, Any]] = []
    count = 0
    for number, text in _texts(path):
        count += 1
        try:
            line = _line(number, text, endpoint)
            if line.custom_id in seen:
                raise Refused("duplicate_custom_id", f"The custom_id {line.custom_id} is there twice.", "custom_id")
            seen.add(line.custom_id)
        except Refused as refused:
            wrong.append({"code": refused.code, "message": refused.message, "param": refused.param, "line": number})
        if len(wrong) >= MOST_ERRORS:
            break
    if not count:
        wrong.append({"code": "empty_file", "message": "The file has no requests.", "param": None, "line": None})
    if count > MOST_LINES:
        message = f"The file has {count} requests; at most {MOST_LINES} are allowed."
        wrong.append({"code": "too_many_requests", "message": message, "param": None, "line": None})
    return count, wrong


def _texts(path: Path) -> Iterator[tuple[int, bytes]]:
    with path.open("rb") as file:
        for number, text in enumerate(file, 1):
            if text.strip():
                yield number, text


def _line(number: int, text: bytes, endpoint: str) -> Line:
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        raise Refused("invalid_json_line", "This line is not valid JSON.") from None
    if not isinstance(value, dict):
        raise Refused("invalid_json_line", "This line is not a JSON object.")
    name, body = value.get("custom_id"), value.get("body")
    if not isinstance(name, str) or not 1 <= len(name) <= 512:
        raise Refused("invalid_request", "custom_id must be a text of 1 to 512 characters.", "custom_id")
    if value.get("method") != "POST":
        raise Refused("invalid_method", "method must be POST.", "method")
    if value.get("url") != endpoint:
        raise Refused("mismatched_endpoint", f"url must be {endpoint}, the endpoint of the batch.", "url")
    if not isinstance(body, dict):
        raise Refused("invalid_request", "body must be a JSON object.", "body")
    if body.get("stream"):
        raise Refused("invalid_request", "A request of a batch cannot be streamed.", "stream")
    return Line(number, name, body)
