"""The web process is killed in the middle of uploads of the running product; nothing acknowledged is lost."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

import httpx
import psutil
import pytest

from tests.features.files import chunks
from tests.features.files.chunks import MB
from tests.product import Product, eventually, running


class Killed(Exception):
    """The other side is gone."""


@pytest.fixture(scope="module")
def product(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Product]:
    with running(tmp_path_factory.mktemp("product") / "home") as started:
        started.sign_in()
        yield started


def killed_amid(product: Product, content: bytes, place: str, offset: int) -> None:
    """Send 3 MB from `offset` on, and kill -9 the web process when some of them have arrived on the disk."""
    arriving = product.home.files / "unfinished" / place.rpartition("/")[2]

    def body() -> Iterator[bytes]:
        for at in range(offset, len(content), MB // 4):
            if at - offset >= 3 * MB:
                eventually(lambda: arriving.stat().st_size > offset)
                product.kill("web")
                raise Killed
            yield content[at : at + MB // 4]

    headers = {"Upload-Offset": str(offset), "Content-Length": str(len(content) - offset)}
    with pytest.raises((httpx.HTTPError, Killed)):
        product.client.patch(place, content=body(), headers=headers)


def offset_of(product: Product, place: str) -> int:
    answer = eventually(lambda: product.client.head(place))
    assert answer.status_code == 200
    return int(answer.headers["upload-offset"])


def test_an_upload_survives_kill_after_kill(product: Product) -> None:
    content = chunks.text(12 * MB + 3)
    asked = {"name": "long.txt", "size": len(content), "sha256": hashlib.sha256(content).hexdigest()}
    begun = product.client.post("/api/files/uploads", json=asked)
    assert begun.status_code == 201, begun.text
    place, reached = f"/api/files/uploads/{begun.json()['id']}", 0
    for _ in range(3):
        killed_amid(product, content, place, reached)
        now = offset_of(product, place)
        assert now > reached, "what was on the disk is still there"
        reached = now
    rest = product.client.patch(place, content=content[reached:], headers={"Upload-Offset": str(reached)})
    assert rest.status_code == 200, rest.text
    file = rest.json()["file"]
    assert file["sha256"] == asked["sha256"]
    assert product.client.get(f"/api/files/{file['id']}/content").content == content
    assert product.client.get(place).json()["file"] == file


def test_a_file_in_one_go_is_whole_or_not_there(product: Product) -> None:
    before = product.client.get("/api/files").json()["files"]

    def body() -> Iterator[bytes]:
        for at in range(20):
            if at == 12:
                product.kill("web")
                raise Killed
            yield chunks.text(MB // 2)

    with pytest.raises((httpx.HTTPError, Killed)):
        product.client.post("/api/files?name=half.txt", content=body(), headers={"Content-Length": str(10 * MB)})
    assert eventually(lambda: product.client.get("/api/files")).json()["files"] == before


def test_a_sender_who_hangs_up_leaves_nothing_behind(product: Product) -> None:
    def unfinished() -> list[str]:
        return [path.name for path in (product.home.files / "unfinished").glob("*")]

    before = unfinished()

    def body() -> Iterator[bytes]:
        yield chunks.text(3 * MB)
        eventually(lambda: len(unfinished()) > len(before))
        raise KeyError("hung up")

    with pytest.raises(KeyError):
        product.client.post("/api/files?name=half.txt", content=body(), headers={"Content-Length": str(10 * MB)})
    eventually(lambda: unfinished() == before)


def test_a_restart_in_between_changes_nothing(product: Product) -> None:
    content = chunks.text(MB, seed=7)
    begun = product.client.post("/api/files/uploads", json={"name": "a.txt", "size": len(content)}).json()
    place = f"/api/files/uploads/{begun['id']}"
    assert product.client.patch(place, content=content[:5000], headers={"Upload-Offset": "0"}).json()["offset"] == 5000
    product.restart()
    assert offset_of(product, place) == 5000
    done = product.client.patch(place, content=content[5000:], headers={"Upload-Offset": "5000"}).json()
    assert done["file"]["sha256"] == hashlib.sha256(content).hexdigest()


@pytest.mark.parametrize("form", [False, True], ids=["body", "form"])
def test_a_large_file_is_never_in_memory(product: Product, form: bool) -> None:
    """128 MB pass through; the process may not have grown by a fourth of that at any time."""
    block, count = chunks.text(MB), 128
    process = psutil.Process(product.pid("web"))
    product.client.post("/api/files?name=warm.txt", content=block)
    before, most = process.memory_info().rss, 0

    def body() -> Iterator[bytes]:
        nonlocal most
        if form:
            yield b'--edge\r\nContent-Disposition: form-data; name="file"; filename="big.txt"\r\n\r\n'
        for _ in range(count):
            yield block
            most = max(most, process.memory_info().rss)
        if form:
            yield b"\r\n--edge--\r\n"

    headers = {"Content-Type": "multipart/form-data; boundary=edge"} if form else {"X-File-Name": "big.txt"}
    answer = product.client.post("/api/files", content=body(), headers=headers, timeout=60)
    assert answer.status_code == 201, answer.text
    assert answer.json()["size"] == count * MB
    assert max(most, process.memory_info().rss) - before < count * MB // 4
    product.client.delete(f"/api/files/{answer.json()['id']}")
