"""A client that follows one chat's event stream as the page does, and remembers every piece of text it was shown."""

from __future__ import annotations

import json
import socket
import threading
import time
from contextlib import suppress
from types import TracebackType
from typing import Any

import httpx

from tests.product import Product


class Follower:
    """Follows in a thread until left; comes back by itself with the last number it saw, like the page."""

    def __init__(self, product: Product, chat: str, *, new: bool = False) -> None:
        """`new` sees a chat from its first event on; otherwise from now on."""
        self.pieces: list[str] = []
        self.events: list[tuple[float, str, Any]] = []  # when (monotonic), kind, data; text pieces too
        self.ended: float | None = None  # when the server ended a stream
        self._chat, self._over = chat, threading.Event()
        self._socket: socket.socket | None = None
        self._client = httpx.Client(base_url=product.base, cookies=product.client.cookies, timeout=30)
        self.seq = 0 if new else int(self._client.get(f"/api/chats/{chat}/messages").json()["chat"]["seq"])
        self._thread = threading.Thread(target=self._run, daemon=True)

    def __enter__(self) -> Follower:
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._over.set()
        if self._socket is not None:
            with suppress(OSError):
                self._socket.shutdown(socket.SHUT_RDWR)  # wakes the thread out of its reading
        self._thread.join(20)
        self._client.close()

    @property
    def text(self) -> str:
        """Everything shown so far."""
        return "".join(self.pieces)

    def of(self, kind: str) -> list[Any]:
        """The data of every event of that kind."""
        return [data for _, found, data in list(self.events) if found == kind]

    def _run(self) -> None:
        while not self._over.is_set():
            try:
                with self._client.stream("GET", f"/api/chats/{self._chat}/events?after={self.seq}") as answer:
                    if answer.status_code != 200:
                        return
                    self._read(answer)
            except httpx.HTTPError:
                pass  # the server was killed: come back
            self.ended = time.monotonic()
            self._over.wait(0.1)

    def _read(self, answer: httpx.Response) -> None:
        self._socket = answer.extensions["network_stream"].get_extra_info("socket")
        kind, number, data = "text", None, ""
        for line in answer.iter_lines():
            if self._over.is_set():
                return
            field, _, value = line.partition(":")
            if field == "event":
                kind = value.strip()
            elif field == "id":
                number = int(value)
            elif field == "data":
                data += value
            elif not line and data:
                self._take(kind, number, json.loads(data))
                kind, number, data = "text", None, ""

    def _take(self, kind: str, number: int | None, data: Any) -> None:
        if number is not None:
            if number <= self.seq:
                return
            self.seq = number
        if kind == "text":
            self.pieces.append(data)
        self.events.append((time.monotonic(), kind, data))
