"""The walk over the real protocol: sockets, polling and every event handler of the running product."""

from __future__ import annotations

import inspect
import uuid
from typing import Any

import httpx
import pytest
from reflex.app import EventNamespace
from reflex_base.registry import RegistrationContext
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect

from tests.product import Product, eventually
from tests.reflex_client import ACCOUNT, ROOT_STATE, page, sent_away
from tests.reliability.evidence import rows
from tests.security import walk
from tests.security.intruders import (
    Caller,
    anonymous,
    expired_token,
    session_token,
    set_password,
    signed_out_token,
    strangers,
)

# What the socket takes besides page events, and why that needs no session of its own.
SOCKET_EVENTS = {
    "on_connect": "only reached with a session: the guard refuses the upgrade otherwise",
    "on_disconnect": "cleans up",
    "on_event": "every page event; the event guard asks for the session again",
    "on_ping": "answers pong",
    "on_client_error": "writes to the log, at most five lines per socket and twenty per minute",
}
OURS = ("localmind_app___", "reflex")
TABLES = ("users", "api_keys", "links", "chats", "messages", "chat_events")


@pytest.fixture(scope="module")
def intruders(product: Product) -> list[Caller]:
    set_password(product)
    signed_out, expired, good = signed_out_token(product), expired_token(product), session_token(product)
    return [*anonymous(signed_out, expired), *strangers(f"127.0.0.1:{product.port}", good)]


def test_every_socket_is_refused(product: Product, intruders: list[Caller]) -> None:
    for path in ("/_event/", "/_event", "/", "/ws", "/_upload"):
        for caller in intruders:
            headers = {"Origin": product.base, **caller.headers}
            host = headers.pop("Host", None)
            url = f"ws://127.0.0.1:{product.port}{path}?EIO=4&transport=websocket&token={uuid.uuid4()}"
            if host:  # the library writes its own Host: ask under the name that was rebound
                url = url.replace("127.0.0.1", "rebound.example")
            with pytest.raises(InvalidStatus) as refused:
                connect(url, additional_headers=headers, sock=_socket(product) if host else None).close()
            assert refused.value.response.status_code == 403, (path, caller.name)


def _socket(product: Product) -> Any:
    import socket

    return socket.create_connection(("127.0.0.1", product.port))


def test_the_polling_transport_is_refused(product: Product, intruders: list[Caller]) -> None:
    for caller in intruders:
        headers = {"Origin": product.base, **caller.headers}
        with httpx.Client(base_url=product.base) as client:
            for method in ("GET", "POST", "OPTIONS"):
                answer = client.request(
                    method, "/_event/?EIO=4&transport=polling&token=x", headers=headers, content=b"40"
                )
                assert answer.status_code in {401, 403}, caller.name
                assert "access-control-allow-origin" not in answer.headers
                assert "sid" not in answer.text


def test_a_socket_without_an_origin_is_refused_even_with_the_cookie(product: Product) -> None:
    token = product.client.cookies["localmind_session"]
    with pytest.raises(InvalidStatus):
        connect(f"ws://127.0.0.1:{product.port}/_event/?EIO=4&transport=websocket&token=x",
                additional_headers={"Cookie": f"localmind_session={token}"}).close()  # fmt: skip


def test_the_socket_takes_no_other_events_than_the_reviewed_ones() -> None:
    assert {name for name in dir(EventNamespace) if name.startswith("on_")} == set(SOCKET_EVENTS)


def _payload(name: str, chat: str, message: str) -> dict[str, Any]:
    """Arguments with which the handler would do harm if it were reached."""
    wanted: dict[str, Any] = {
        "chat_id": chat, "shown": chat, "message_id": message, "text": "harm", "client_id": "harm", "title": "harm",
        "form": {"title": "harm", "name": "harm", "new": "harm harm harm", "again": "harm harm harm"},
        "pinned": True, "model": "harm", "key_id": "harm", "query": "harm", "streaming": True, "usage": {}, "by": 1,
        "vars": {}, "value": True, "info": "harm", "component_stack": "harm", "var_name": "is_hydrated",
    }  # fmt: skip
    handler = RegistrationContext.get().event_handlers[name].handler
    return {one: wanted.get(one, "harm") for one in list(inspect.signature(handler.fn).parameters)[1:]}


def test_every_handler_of_an_open_socket_is_refused_once_the_session_ended_elsewhere(product: Product) -> None:
    from localmind_app.localmind_app import app

    assert app is not None  # registers every state
    set_password(product)
    cookie = f"localmind_session={session_token(product)}"
    with page(product) as opened:
        opened.set_up(max_tokens="3")
        chat = opened.send("A chat that must stay as it is")
    [message] = rows(product, "SELECT id FROM messages WHERE chat_id = ? AND role = 'user'", chat)
    eventually(lambda: not rows(product, "SELECT id FROM messages WHERE status = 'streaming'"))
    with page(product, f"/c/{chat}", cookie=cookie) as victim:
        with page(product) as other:
            other.act(f"{ACCOUNT}.sign_out_everywhere", sent_away)
        before = {table: rows(product, f"SELECT * FROM {table} ORDER BY 1, 2") for table in TABLES}
        # Other tests of the same run may have made states of their own; the product has never heard of those.
        names = [name for name in walk.handlers() if all(part.startswith(OURS) for part in name.split(".")[:-1])]
        assert len(names) > 30 and all(name.startswith(ROOT_STATE) for name in names)
        for name in names:
            victim.emit(name.removeprefix(f"{ROOT_STATE}."), _payload(name, chat, message["id"]))
            answer = victim.until(lambda update: update)
            assert sent_away(answer), (name, answer)
        assert list(victim.updates(1.0)) == [], "nothing else is said"
        assert {table: rows(product, f"SELECT * FROM {table} ORDER BY 1, 2") for table in TABLES} == before
    product.client.cookies.set("localmind_session", session_token(product), domain="127.0.0.1")
