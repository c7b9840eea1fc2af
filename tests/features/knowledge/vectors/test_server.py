"""The process that owns the index, over its socket and over a loopback port, on a folder and on a Chroma server."""

from __future__ import annotations

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

import httpx
import numpy as np
import pytest

from localmind_app.core.home import Home
from localmind_app.features.knowledge.vectors.client import Away, Broken, VectorClient
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


@pytest.mark.parametrize("body", [{}, {"collection": "c", "ids": [1], "width": 4, "vectors": "AAAA"}, {"ids": "x"}])
async def test_wrong_requests_are_answered(vectors: VectorProcess, home: Home, body: dict[str, object]) -> None:
    async with httpx.AsyncClient(transport=httpx.AsyncHTTPTransport(uds=str(home.vectors_socket))) as http:
        assert (await http.post("http://vectors/upsert", json=body)).status_code == 400
        assert (await http.post("http://vectors/upsert", content=b"{")).status_code == 400


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
