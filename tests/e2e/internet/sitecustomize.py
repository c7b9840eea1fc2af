"""An internet of one machine, for a product that a test starts: Python runs this first in each of its processes.

Names ending in `.example` stand for a public address, and connections to that address arrive at the test's own site.
So everything the product checks about names and addresses is checked as ever, and only the wires are ours. Not part of
the product, which has no setting that leads to private addresses.
"""

import os
import socket
from typing import Any

PUBLIC = "93.184.215.14"
_PORT = int(os.environ.get("TEST_INTERNET", "0"))
_look_up, _connect = socket.getaddrinfo, socket.socket.connect


def _looked_up(host: Any, port: Any, *rest: Any, **more: Any) -> Any:
    named = isinstance(host, str) and host.endswith(".example")
    return _look_up(PUBLIC if named else host, port, *rest, **more)


def _connected(self: socket.socket, address: Any) -> None:
    ours = isinstance(address, tuple) and address[0] == PUBLIC
    return _connect(self, ("127.0.0.1", _PORT) if ours else address)


if _PORT:
    socket.getaddrinfo = _looked_up
    socket.socket.connect = _connected  # type: ignore[assignment, method-assign]
