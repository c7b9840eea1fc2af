"""How a process of LocalMind is reached by the others: on a Unix socket that only its owner may open.

Where the system has no Unix sockets, or on request, it is a free loopback port; its address and bearer token are then
written, 0600, to a file that only the owner may read.
"""

from __future__ import annotations

import json
import logging
import os
import secrets
import socket
import sys
import tempfile
from pathlib import Path

from localmind_app.core.orphan import die_with_parent


def enter() -> None:
    """The beginning of such a process: it ends with its parent, and logs to stderr."""
    die_with_parent()
    logging.basicConfig(level=logging.INFO, stream=sys.stderr, format="%(asctime)s %(levelname)s %(name)s: %(message)s")


def listen(unix: Path, address: Path, *, tcp: bool = False) -> tuple[socket.socket, str | None]:
    """The socket at `unix`, or a port that `address` tells, with the token that requests must carry then."""
    if tcp or not hasattr(socket, "AF_UNIX"):
        return listen_tcp(address)
    sock = listen_unix(unix)
    address.unlink(missing_ok=True)
    return sock, None


def listen_unix(path: Path) -> socket.socket:
    """A listening Unix socket at `path`, 0600; a stale one from a crashed process is removed."""
    path.unlink(missing_ok=True)
    sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    before = os.umask(0o177)
    try:
        sock.bind(str(path))
    finally:
        os.umask(before)
    sock.listen()  # whoever sees the file may connect
    return sock


def listen_tcp(address: Path) -> tuple[socket.socket, str]:
    """A socket on a free loopback port and a new token; both are written to `address`, 0600, whole or not at all."""
    sock = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    sock.bind(("127.0.0.1", 0))
    sock.listen()  # before the address is known to anybody
    token = secrets.token_urlsafe(32)
    handle, name = tempfile.mkstemp(dir=address.parent, prefix=".engine-")  # made 0600
    with os.fdopen(handle, "w") as file:
        json.dump({"url": f"http://127.0.0.1:{sock.getsockname()[1]}", "token": token}, file)
    os.replace(name, address)
    return sock, token
