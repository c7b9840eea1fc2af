"""The process that owns the index, over its socket and over a loopback port, on a folder and on a Chroma server."""

from __future__ import annotations

import asyncio
import os
import shutil
import socket
import stat
import subprocess
import sys
import time
import urllib.request
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import numpy as np
import pytest

from localmind_app.core.home import Home
from localmind_app.engine import door
from localmind_app.features.knowledge.vectors import wire
from localmind_app.features.knowledge.vectors.client import Away, Broken, VectorClient
from localmind_app.features.knowledge.vectors.folder import Folder
from localmind_app.features.knowledge.vectors.server import Owner, serve
from tests.features.knowledge.conftest import VectorProcess

pytestmark = pytest.mark.anyio


def unit(count: int) -> np.ndarray:
    made = np.random.default_rng(count).standard_normal((count, 16)).astype(np.float32)
    return made / np.linalg.norm(made, axis=1, keepdims=True)


@pytest.fixture
async def client(home: Home) -> AsyncIterator[VectorClient]:
    made = VectorClient(home)
    yield made
    await made.close()


async def test_only_its_owner_may_open_the_socket(vectors: VectorProcess, home: Home) -> None:
    assert stat.S_IMODE(os.stat(home.vectors_socket).st_mode) == 0o600


async def test_chroma_is_opened_by_the_first_request(vectors: VectorProcess, client: VectorClient) -> None:
    assert (await client.health())["open"] is False
    await client.upsert("c1-x", [5, 6], unit(2))
    health = await client.health()
    assert (health["open"], health["counts"]) == (True, {"c1-x": 2})


async def test_queries_over_several_collections_are_one_list(vectors: VectorProcess, client: VectorClient) -> None:
    both = unit(20)
    await client.upsert("c1-x", range(10), both[:10])
    await client.upsert("c2-x", range(10, 20), both[10:])
    found = await client.query(["c1-x", "c2-x", "c3-none"], both[13], 5)
    assert found.hits[0][0] == 13 and len(found.hits) == 5
    assert [cosine for _, cosine in found.hits] == sorted((cosine for _, cosine in found.hits), reverse=True)
    assert found.counts == {"c1-x": 10, "c2-x": 10, "c3-none": 0}
    assert [round(one, 3) for one in (await client.closest("c2-x", both[12:14]))[0]] == [1.0, 1.0]


async def test_a_restart_is_another_opening_of_the_same_index(vectors: VectorProcess, client: VectorClient) -> None:
    await client.upsert("c1-x", [1], unit(1))
    before = await client.query(["c1-x"], unit(1)[0], 1)
    vectors.stop()
    with pytest.raises(Away):
        await client.ids("c1-x")
    vectors.start()
    after = await client.query(["c1-x"], unit(1)[0], 1)
    assert (after.hits, after.generation) == (before.hits, before.generation)
    assert after.opened != before.opened


WRONG: list[tuple[dict[str, object], bytes]] = [
    ({}, b""),
    ({"verb": "forget"}, b""),
    ({"verb": "upsert"}, b""),
    ({"verb": "upsert", "collection": "c1-x", "count": 1, "width": 4}, b"12345678" + bytes(12)),
    ({"verb": "upsert", "collection": "c1-x", "count": 2, "width": 4}, bytes(8)),
    ({"verb": "query", "collections": ["c1-x"], "width": 0, "limit": 3}, b""),
]


@pytest.mark.parametrize(("head", "data"), WRONG)
async def test_wrong_requests_are_answered(
    vectors: VectorProcess, home: Home, head: dict[str, object], data: bytes
) -> None:
    reader, writer = await asyncio.open_unix_connection(str(home.vectors_socket))
    for _ in range(2):  # the connection goes on afterwards
        writer.write(wire.pack(head, data))
        assert (await wire.read(reader))[0]["error"] == "invalid"
    writer.close()
    await writer.wait_closed()


@pytest.mark.parametrize("sent", [b"GET / HTTP/1.1\r\n\r\n", wire.pack({})[:8] + b"{{", b"\2\0\0\0\0\0\0\0[]"])
async def test_who_sends_no_frames_is_hung_up_on(vectors: VectorProcess, home: Home, sent: bytes) -> None:
    reader, writer = await asyncio.open_unix_connection(str(home.vectors_socket))
    writer.write(sent)
    assert await reader.read() == b""
    writer.close()
    await writer.wait_closed()
    assert vectors.process is not None and vectors.process.poll() is None


async def test_many_ask_at_once(vectors: VectorProcess, client: VectorClient) -> None:
    rows = unit(50)
    await client.upsert("c1-x", range(50), rows)
    found = await asyncio.gather(*(client.query(["c1-x"], rows[at], 3) for at in range(50)))
    assert [one.hits[0][0] for one in found] == list(range(50))


async def test_a_cancelled_request_does_not_answer_the_next_one(vectors: VectorProcess, client: VectorClient) -> None:
    rows = unit(20)
    await client.upsert("c1-x", range(20), rows)
    for at in range(20):
        late = asyncio.create_task(client.query(["c1-x"], rows[at], 1))
        await asyncio.sleep(0.0005 * at)
        late.cancel()
        await asyncio.gather(late, return_exceptions=True)
        assert (await client.query(["c1-x"], rows[19 - at], 1)).hits[0][0] == 19 - at


async def test_over_a_port_every_request_carries_the_token(home: Home, tmp_path: Path) -> None:
    sock, token = door.listen_tcp(home.vectors_address)
    stopped = asyncio.Event()
    serving = asyncio.create_task(serve(sock, Owner(Folder(tmp_path / "vectors"), None), token, stopped))
    client = VectorClient(home)
    await client.upsert("c1-x", [7], unit(1))
    assert await client.ids("c1-x") == {7}
    reader, writer = await asyncio.open_connection(*sock.getsockname())
    for given in ({}, {"token": "x"}, {"token": None}):
        writer.write(wire.pack({"verb": "health", **given}))
        assert (await wire.read(reader))[0]["error"] == "invalid"
    writer.close()
    await client.close()
    stopped.set()
    await serving


async def test_damage_is_told_with_the_generation(vectors: VectorProcess, client: VectorClient) -> None:
    await client.upsert("c1-x", [1], unit(1))
    vectors.stop()
    (vectors.live / "chroma.sqlite3").write_bytes(b"no database " * 5000)
    vectors.start()
    assert await client.ids("c1-x") == set()  # it could not be opened, and was set aside at once
    assert (await client.health())["generation"] == "index-2"
    await client.upsert("c1-x", [1], unit(1))
    for path in vectors.live.iterdir():
        shutil.rmtree(path) if path.is_dir() else path.write_bytes(b"no database " * 5000)
    with pytest.raises(Broken) as broken:
        await many(client)
    await client.renew(broken.value.generation)
    assert await client.ids("c1-x") == set()


async def many(client: VectorClient) -> None:
    """Enough new collections that what Chroma still has in memory does not hide the damage."""
    for number in range(50):
        await client.upsert(f"c{number}-y", [1], unit(1))


@pytest.fixture
def chroma_server(tmp_path: Path) -> Iterator[str]:
    """Chroma's own server on a free port."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    command = [
        str(Path(sys.executable).with_name("chroma")),
        "run",
        "--path",
        str(tmp_path / "far"),
        "--port",
        str(port),
    ]
    process = subprocess.Popen(
        [*command, "--host", "127.0.0.1"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        env={**os.environ, "ANONYMIZED_TELEMETRY": "False"},
    )  # fmt: skip
    deadline = time.monotonic() + 60
    while True:
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{port}/api/v2/heartbeat", timeout=5).close()
            break
        except OSError:
            assert process.poll() is None and time.monotonic() < deadline
            time.sleep(0.1)
    yield f"http://127.0.0.1:{port}"
    process.kill()
    process.wait()


async def test_a_chroma_server_serves_instead_of_the_folder(
    home: Home, client: VectorClient, chroma_server: str
) -> None:
    process = VectorProcess(home)
    process.start(LOCALMIND_CHROMA_URL=chroma_server)
    try:
        await client.upsert("c1-x", [1, 2], unit(2))
        assert (await client.query(["c1-x"], unit(2)[1], 1)).hits[0][0] == 2
        assert not home.vectors.exists()
        await client.renew(chroma_server)  # never of a server: others may use it too
        assert await client.ids("c1-x") == {1, 2}
    finally:
        process.stop()


async def test_a_chroma_server_that_is_away_is_not_damage(home: Home, client: VectorClient) -> None:
    process = VectorProcess(home)
    process.start(LOCALMIND_CHROMA_URL="http://127.0.0.1:9")
    try:
        with pytest.raises(Away):
            await client.ids("c1-x")
    finally:
        process.stop()
