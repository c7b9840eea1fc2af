"""A SOCKS5 proxy on loopback that counts every byte between a browser and the product (RFC 1928, CONNECT only)."""

from __future__ import annotations

import socket
import threading
from dataclasses import dataclass


@dataclass
class Counted:
    """Bytes on the wire, HTTP and WebSocket framing included."""

    up: int = 0
    down: int = 0

    @property
    def total(self) -> int:
        return self.up + self.down


class CountingProxy:
    """Listens on a free port; `bytes` grows as data passes."""

    def __init__(self) -> None:
        self.bytes = Counted()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self) -> None:
        self._listener.close()

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(client,), daemon=True).start()

    def _serve(self, client: socket.socket) -> None:
        greeting = client.recv(2)
        client.recv(greeting[1])
        client.sendall(b"\x05\x00")
        _, _, _, kind = client.recv(4)
        # Chromium sends even an address as a name (type 3).
        name = socket.inet_ntoa(client.recv(4)) if kind == 1 else client.recv(client.recv(1)[0]).decode()
        port = int.from_bytes(client.recv(2))
        if name != "127.0.0.1":  # anything else is the browser's own business
            client.close()
            return
        server = socket.create_connection((name, port))
        client.sendall(b"\x05\x00\x00\x01\x00\x00\x00\x00\x00\x00")
        threading.Thread(target=self._pump, args=(client, server, "up"), daemon=True).start()
        self._pump(server, client, "down")

    def _pump(self, source: socket.socket, target: socket.socket, way: str) -> None:
        try:
            while data := source.recv(65536):
                setattr(self.bytes, way, getattr(self.bytes, way) + len(data))
                target.sendall(data)
        except OSError:
            pass
        finally:
            for end in (source, target):
                end.close()
