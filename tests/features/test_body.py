"""Bodies as they come over the wire, through a real application: what is read, and what is refused with a reason."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from localmind_app.core.errors import Invalid
from localmind_app.features.body import (
    LONGEST_BODY,
    Body,
    answer,
    number,
    optional,
    read_json,
    read_object,
    switch,
    text,
)  # fmt: skip

pytestmark = pytest.mark.anyio
OBJECT = "The body must be a JSON object."
NO_JSON = "The body is not valid JSON."


async def _object(request: Request) -> Response:
    return answer(await read_object(request))


async def _json(request: Request) -> Response:
    return answer(await read_json(request), 201, Kept="no")


async def _refused(request: Request, error: Exception) -> Response:
    assert isinstance(error, Invalid)
    return answer(error.body(), error.status)


APP = Starlette(
    routes=[Route("/object", _object, methods=["POST"]), Route("/json", _json, methods=["POST"])],
    exception_handlers={Invalid: _refused},
)


async def post(path: str, content: bytes) -> httpx.Response:
    async with httpx.AsyncClient(transport=httpx.ASGITransport(APP), base_url="http://test") as client:
        return await client.post(path, content=content)


async def test_an_object_comes_back_and_is_not_cached() -> None:
    for path, status in (("/object", 200), ("/json", 201)):
        got = await post(path, '{"größe": [1, null, "é"]}'.encode())
        assert (got.status_code, got.json()) == (status, {"größe": [1, None, "é"]})
        assert got.headers["cache-control"] == "no-store"
        assert got.headers.get("kept") == ("no" if path == "/json" else None)


async def test_nothing_is_an_empty_object_but_not_for_v1() -> None:
    assert (await post("/object", b"")).json() == {}
    assert (await post("/json", b"")).json()["error"]["message"] == NO_JSON


@pytest.mark.parametrize("content", [b"[]", b"[{}]", b"null", b"3", b'"{}"', b"true"])
async def test_other_values_are_refused(content: bytes) -> None:
    for path in ("/object", "/json"):
        got = await post(path, content)
        assert (got.status_code, got.json()["error"]["message"]) == (400, OBJECT)


@pytest.mark.parametrize(
    "content",
    [
        b"{", b"{'a': 1}", b'{"a": 1,}', b"{} {}", b'{"a": NaN}', b'{"a": -Infinity}', b'{"a": "\xff"}', b'\xff{}',
        b'{"a": ' + b"9" * 5000 + b"}", b'{"a": ' + b"[" * 30_000 + b"]" * 30_000 + b"}",
    ],
)  # fmt: skip
async def test_what_is_no_json_is_refused(content: bytes) -> None:
    for path, sentence in (("/object", OBJECT), ("/json", NO_JSON)):
        got = await post(path, content)
        assert (got.status_code, got.json()["error"]["message"]) == (400, sentence)


async def test_a_long_body_is_refused_where_a_few_fields_are_expected_and_read_where_prompts_are() -> None:
    fits = json.dumps({"a": "x" * (LONGEST_BODY - len('{"a": ""}'))}).encode()
    longer = json.dumps({"a": "x" * 3_000_000}).encode()
    assert len(fits) == LONGEST_BODY and (await post("/object", fits)).status_code == 200
    for content in (fits + b" ", longer):
        got = await post("/object", content)
        assert (got.status_code, got.json()["error"]["message"]) == (400, OBJECT)
    assert len((await post("/json", longer)).json()["a"]) == 3_000_000
    deep = b'{"a": ' + b"[" * 1_000_000 + b"]" * 1_000_000 + b"}"
    assert (await post("/json", deep)).json()["error"]["message"] == NO_JSON


def test_texts() -> None:
    body: Body = {"a": "  x y \n", "empty": " ", "null": None, "half": "a\ud800b"}
    assert text(body, "a") == "x y" and optional(body, "a") == "  x y \n"
    assert text(body, "empty", "usual") == "" and text(body, "missing", "usual") == "usual"
    assert optional(body, "null") is None and optional(body, "missing") is None
    assert text(body, "half") == "a?b" == optional(body, "half")


def test_numbers() -> None:
    assert [number(one, "n", 8) for one in (None, 1, "17", 2**59, "٣")] == [8, 1, 17, 2**59, 3]


def test_switches() -> None:
    assert switch({"on": True}, "on") is True and switch({"on": False}, "on") is False


REFUSED: list[tuple[Callable[[Body, str], Any], list[Any], str]] = [
    (text, [None, 3, True, ["x"], {}, "", " \n"], "field must be a text."),
    (optional, [3, False, ["x"], {}], "field must be a text."),
    (
        lambda body, name: number(body[name], name, 8),
        [0, -1, 1.0, True, [], "x", "-1", "1.5", "", "²", "9" * 5000, 2**60, 10**400, float("inf")],
        "field must be a number above 0.",
    ),
    (switch, [None, 0, 1, "true", [], {}], "field must be true or false."),
]


@pytest.mark.parametrize(("read", "values", "sentence"), REFUSED)
def test_a_field_of_another_kind_is_refused_by_its_name(
    read: Callable[[Body, str], Any], values: list[Any], sentence: str
) -> None:
    for value in values:
        with pytest.raises(Invalid) as refused:
            read({"field": value}, "field")
        assert refused.value.text == sentence, value
