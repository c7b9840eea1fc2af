"""Speaks the page's event protocol without a browser: Socket.IO frames over a plain WebSocket.

Covered: connect with a cookie and an origin, hydrate, send events, receive deltas and frontend events. Not covered:
binary frames, reconnecting (open a new `Page` instead; the same token finds its old state).
"""

from __future__ import annotations

import json
import time
import uuid
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import httpx
from websockets.sync.client import ClientConnection, connect

from tests.product import Product

ROOT_STATE = "reflex___state____state"
CHAT = "localmind_app___features___chat___state____chat_state"
LIST = "localmind_app___features___chat___state____chat_list_state"
ACCOUNT = "localmind_app___features___accounts___state____account_state"
NOTICE = "localmind_app___features___notice____notice_state"
NOTICE = "localmind_app___features___notice____notice_state"
Update = dict[str, Any]


def cookie_of(client: httpx.Client) -> str:
    """A client's cookies as one Cookie header."""
    return "; ".join(f"{name}={value}" for name, value in client.cookies.items())


def delta_of(update: Update, state: str) -> dict[str, Any]:
    """What an update changes in one state, by variable."""
    changed = update.get("delta", {}).get(f"{ROOT_STATE}.{state}", {})
    return {name.removesuffix("_rx_state_"): value for name, value in changed.items()}


def redirects(update: Update) -> list[str]:
    """Where an update sends the page."""
    return [event["payload"]["path"] for event in update.get("events", ()) if event["name"] == "_redirect"]


def sent_away(update: Update) -> bool:
    """Whether an update says only that the session has ended, which leads the page to the sign-in page."""
    only = {f"{ROOT_STATE}.{NOTICE}": {"signed_out_rx_state_": True}}
    return update.get("delta") == only and not update.get("events")


class Page:
    """One open page. `path` is the address it shows; the handlers read it from every event."""

    def __init__(self, socket: ClientConnection, path: str) -> None:
        self.socket, self.path = socket, path

    def emit(self, name: str, payload: Mapping[str, Any] | None = None) -> None:
        """Send one event by its full handler name, without waiting."""
        where = {"pathname": self.path, "asPath": self.path}
        if self.path.startswith("/c/"):
            where = {"pathname": "/c/[chat_id]", "asPath": self.path}
        event = {"name": f"{ROOT_STATE}.{name}" if name else "", "payload": payload or {}, "router_data": where}
        self.socket.send(f"42/_event,{json.dumps(['event', event])}")

    def updates(self, seconds: float) -> Iterator[Update]:
        """Updates as they come, for at most that long; answers the server's pings."""
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0:
            try:
                frame = str(self.socket.recv(timeout=left))
            except TimeoutError:
                return
            if frame == "2":
                self.socket.send("3")
            elif frame.startswith("42/_event,"):
                yield json.loads(frame.removeprefix("42/_event,"))[1]

    def until(self, check: Callable[[Update], Any], seconds: float = 10) -> Any:
        """The first true `check(update)`."""
        for update in self.updates(seconds):
            if found := check(update):
                return found
        raise AssertionError("the update that was waited for did not come")

    def act(self, name: str, check: Callable[[Update], Any], seconds: float = 10, **payload: Any) -> Any:
        """Send an event and wait for what it leads to."""
        self.emit(name, payload)
        return self.until(check, seconds)

    def set_up(self, **sampling: Any) -> None:
        """Show a new chat that uses these sampling parameters."""
        self.act(f"{CHAT}.open", lambda update: "model" in delta_of(update, CHAT))
        if sampling:
            self.act(f"{CHAT}.configure", lambda update: "sampling" in delta_of(update, CHAT), form=sampling)

    def choose(self, model: str) -> None:
        """Make `model` the one that new chats use."""
        self.act(f"{CHAT}.choose_model", lambda update: delta_of(update, CHAT).get("model") == model, model=model)

    def send(self, text: str, client_id: str | None = None) -> str:
        """Send a message and wait until it is acknowledged; returns the chat's id."""
        sent = client_id or uuid.uuid4().hex
        self.act(f"{CHAT}.send", lambda update: delta_of(update, CHAT).get("sent") == sent, text=text, client_id=sent)
        if not self.path.startswith("/c/"):
            [self.path] = self.until(redirects)
        return self.path.removeprefix("/c/")


@contextmanager
def page(product: Product, path: str = "/", cookie: str | None = None, token: str | None = None) -> Iterator[Page]:
    """An open, hydrated page of the product's signed-in client, or of another cookie."""
    url = f"ws://127.0.0.1:{product.port}/_event/?EIO=4&transport=websocket&token={token or uuid.uuid4()}"
    headers = {"Cookie": cookie_of(product.client) if cookie is None else cookie}
    with connect(url, origin=product.base, additional_headers=headers, close_timeout=1) as socket:  # type: ignore[arg-type]
        assert str(socket.recv(timeout=10)).startswith("0{")
        socket.send("40/_event,")
        assert str(socket.recv(timeout=10)).startswith("40/_event,{")
        opened = Page(socket, path)
        opened.act("hydrate", lambda update: "delta" in update)
        yield opened
