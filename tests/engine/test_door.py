"""The socket and the port of a process that serves the others, with real connections."""

from __future__ import annotations

import json
import socket
import stat
from pathlib import Path

import pytest

from localmind_app.engine.door import listen, listen_tcp, listen_unix


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


@pytest.mark.skipif(not hasattr(socket, "AF_UNIX"), reason="this system has no Unix sockets")
def test_a_socket_is_its_owners_only_and_replaces_a_stale_one(tmp_path: Path) -> None:
    path = tmp_path / "x.sock"
    first = listen_unix(path)
    first.close()  # as after a crash: the file stays
    assert path.exists()
    with listen_unix(path) as second, socket.socket(socket.AF_UNIX) as client:
        assert mode(path) == 0o600
        client.connect(str(path))
        second.accept()[0].close()
    other = tmp_path / "made later"
    other.touch()
    assert mode(other) & 0o044, "files that are made later are not hidden by it"


def test_a_port_is_told_with_its_token_to_the_owner_only(tmp_path: Path) -> None:
    address = tmp_path / "address"
    address.write_text("of a crashed one")
    address.chmod(0o644)
    sock, token = listen_tcp(address)
    with sock:
        told = json.loads(address.read_text())
        assert told == {"url": f"http://127.0.0.1:{sock.getsockname()[1]}", "token": token}
        assert mode(address) == 0o600 and len(token) >= 32
        assert list(tmp_path.iterdir()) == [address], "nothing half written is left"
        with socket.create_connection(sock.getsockname(), 5):
            pass


@pytest.mark.skipif(not hasattr(socket, "AF_UNIX"), reason="this system has no Unix sockets")
def test_one_way_in_at_a_time(tmp_path: Path) -> None:
    unix, address = tmp_path / "x.sock", tmp_path / "address"
    sock, token = listen(unix, address, tcp=True)
    sock.close()
    assert token and address.exists() and not unix.exists()
    sock, token = listen(unix, address)
    sock.close()
    assert token is None and unix.exists() and not address.exists(), "nobody is sent to a port that is gone"
