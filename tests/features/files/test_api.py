"""The routes as a page and a script use them, behind the guard."""

from __future__ import annotations

import hashlib
from collections.abc import AsyncIterator
from urllib.parse import quote

import httpx
import pytest

from localmind_app.features.services import Services
from tests.core.files.test_sniff import png
from tests.features.files import chunks
from tests.features.files.chunks import KB, MB
from tests.features.files.test_service import on_disk

pytestmark = pytest.mark.anyio
NAMES = {
    "../../etc/passwd": "passwd",
    "a\x00b.txt": "ab.txt",
    "x" * 300 + ".txt": "x" * 196 + ".txt",
    "חשבונית.txt": "חשבונית.txt",
    "invoice\u202etxt.md": "invoicetxt.md",
    'he said "hi".txt': 'he said "hi".txt',
    "a\r\nX-Evil: 1.txt": "aX-Evil: 1.txt",
    "": "file",
}


async def bring(client: httpx.AsyncClient, content: bytes, name: str = "a.txt") -> dict[str, object]:
    answer = await client.post("/api/files", content=content, headers={"X-File-Name": quote(name)})
    assert answer.status_code == 201, answer.text
    return dict(answer.json())


@pytest.mark.parametrize(("given", "kept"), NAMES.items())
async def test_names_come_back_clean_and_as_a_download(owner: httpx.AsyncClient, given: str, kept: str) -> None:
    made = await bring(owner, b"Some text.", given)
    assert made["name"] == kept
    got = await owner.get(f"/api/files/{made['id']}/content")
    assert got.content == b"Some text."
    assert got.headers["content-disposition"] == f"attachment; filename*=UTF-8''{quote(kept, safe='')}"
    assert "X-Evil" not in got.headers


async def test_a_form_a_query_and_a_header_bring_the_same(owner: httpx.AsyncClient, opened: Services) -> None:
    content = chunks.text(MB)
    form = await owner.post("/api/files", files={"file": ("Größe.txt", content)}, data={"other": "x"})
    query = await owner.post("/api/files", params={"name": "Größe.txt"}, content=chunks.of(content))
    header = await bring(owner, content, "Größe.txt")
    made = [form.json(), query.json(), header]
    assert {one["name"] for one in made} == {"Größe.txt"}
    assert {one["sha256"] for one in made} == {hashlib.sha256(content).hexdigest()}
    assert len(on_disk(opened)) == 1
    listed = (await owner.get("/api/files")).json()
    assert [one["id"] for one in listed["files"]] == [one["id"] for one in reversed(made)]
    assert listed["used"] == 3 * MB and listed["limits"]["largest"] == 2048 * MB


@pytest.mark.parametrize(
    ("name", "content", "kind"),
    [
        ("page.html", b"<!doctype html><script>alert(1)</script>", "text/plain; charset=utf-8"),
        ("picture.png", b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>', "image/svg+xml"),
        ("page.png", b"<html><script>alert(1)</script></html>", "text/plain; charset=utf-8"),
        ("paper.png", b"%PDF-1.7\n", "application/pdf"),
    ],
)
async def test_what_could_run_is_only_ever_a_download(
    owner: httpx.AsyncClient, name: str, content: bytes, kind: str
) -> None:
    made = await bring(owner, content, name)
    got = await owner.get(f"/api/files/{made['id']}/content")
    assert got.headers["content-type"] == kind
    assert got.headers["content-disposition"].startswith("attachment")
    assert got.headers["x-content-type-options"] == "nosniff"
    [policy] = got.headers.get_list("content-security-policy")
    assert policy.startswith("default-src 'none'") and policy.endswith("; sandbox")
    assert got.headers["cache-control"] == "no-store"


async def test_a_picture_is_shown_and_can_be_downloaded(owner: httpx.AsyncClient) -> None:
    made = await bring(owner, png(), "dot.html")
    assert made["media_type"] == "image/png"
    got = await owner.get(f"/api/files/{made['id']}/content")
    assert got.headers["content-disposition"].startswith("inline") and got.headers["content-type"] == "image/png"
    assert "sandbox" in got.headers["content-security-policy"]
    asked = await owner.get(f"/api/files/{made['id']}/content?download=1")
    assert asked.headers["content-disposition"].startswith("attachment")


async def test_a_part_of_a_content_can_be_asked_for(owner: httpx.AsyncClient) -> None:
    made = await bring(owner, b"0123456789 and more")
    got = await owner.get(f"/api/files/{made['id']}/content", headers={"Range": "bytes=3-6"})
    assert (got.status_code, got.content) == (206, b"3456")


async def test_somebody_else_finds_nothing(owner: httpx.AsyncClient, other: httpx.AsyncClient) -> None:
    made = await bring(owner, png(), "a.png")
    begun = (await owner.post("/api/files/uploads", json={"name": "b.txt", "size": 5})).json()
    at = {"Upload-Offset": "0"}
    for asked in (
        other.get(f"/api/files/{made['id']}"),
        other.get(f"/api/files/{made['id']}/content"),
        other.get(f"/api/files/{made['id']}/preview"),
        other.delete(f"/api/files/{made['id']}"),
        other.get(f"/api/files/uploads/{begun['id']}"),
        other.patch(f"/api/files/uploads/{begun['id']}", content=b"hello", headers=at),
        other.delete(f"/api/files/uploads/{begun['id']}"),
    ):
        answer = await asked
        assert (answer.status_code, answer.json()["error"]["code"]) == (404, "not_found")
    assert (await other.get("/api/files")).json()["files"] == []
    assert (await owner.get(f"/api/files/{made['id']}")).json() == made
    assert (await owner.get(f"/api/files/uploads/{begun['id']}")).json()["offset"] == 0


async def test_deleting_frees_the_room(owner: httpx.AsyncClient, opened: Services) -> None:
    made = await bring(owner, b"text")
    assert (await owner.delete(f"/api/files/{made['id']}")).status_code == 200
    assert (await owner.get(f"/api/files/{made['id']}")).status_code == 404
    assert (await owner.delete(f"/api/files/{made['id']}")).status_code == 404
    assert on_disk(opened) == [] and (await owner.get("/api/files")).json()["used"] == 0


async def test_limits_are_set_by_the_owner_and_told(
    owner: httpx.AsyncClient, other: httpx.AsyncClient, people: dict[str, str]
) -> None:
    assert (await other.put("/api/files/limits", json={"quota": 2**50})).status_code == 403
    told = (
        await owner.put("/api/files/limits", json={"quota": MB, "types": ["text/*"], "user": people["other"]})
    ).json()
    assert (told["quota"], told["types"], told["used"]) == (MB, ["text/*"], 0)
    assert (await other.get("/api/files/limits")).json()["quota"] == MB
    assert (await other.post("/api/files?name=a.png", content=png())).status_code == 400
    refused = await other.post("/api/files?name=a.txt", content=chunks.text(MB + 1))
    assert refused.status_code == 413 and "Nothing of it was kept" in refused.json()["error"]["message"]
    assert (await owner.post("/api/files?name=a.png", content=png())).status_code == 201


@pytest.mark.parametrize(
    "body",
    [
        {"quota": 0},
        {"quota": "1"},
        {"quota": True},
        {"largest": 2**50},
        {"types": "text/*"},
        {"types": [1]},
        {"x": 1},
        {"user": 1},
        {"user": "nobody"},
    ],
)
async def test_limits_that_make_no_sense_are_refused(owner: httpx.AsyncClient, body: dict[str, object]) -> None:
    before = (await owner.get("/api/files/limits")).json()
    assert (await owner.put("/api/files/limits", json=body)).status_code in {400, 404}
    assert (await owner.get("/api/files/limits")).json() == before


async def test_an_upload_in_pieces(owner: httpx.AsyncClient) -> None:
    content = chunks.text(300 * KB)
    asked = {"name": "Ordner/größe.txt", "size": len(content), "sha256": hashlib.sha256(content).hexdigest()}
    begun = await owner.post("/api/files/uploads", json=asked)
    assert begun.status_code == 201 and begun.json()["name"] == "größe.txt"
    place = f"/api/files/uploads/{begun.json()['id']}"
    half = await owner.patch(place, content=chunks.of(content[: 100 * KB]), headers={"Upload-Offset": "0"})
    assert half.json()["offset"] == 100 * KB and half.json()["file"] is None
    head = await owner.head(place)
    assert (head.headers["upload-offset"], head.headers["upload-length"]) == (str(100 * KB), str(len(content)))
    wrong = await owner.patch(place, content=b"x", headers={"Upload-Offset": "0"})
    assert wrong.status_code == 409 and wrong.headers["upload-offset"] == str(100 * KB)
    rest = {"Upload-Offset": wrong.headers["upload-offset"]}
    file = (await owner.patch(place, content=chunks.of(content[100 * KB :]), headers=rest)).json()["file"]
    assert file["sha256"] == asked["sha256"]
    assert (await owner.get(f"/api/files/{file['id']}/content")).content == content
    assert (await owner.get(place)).json()["file"] == file
    assert (await owner.delete(place)).status_code == 200
    assert (await owner.get(f"/api/files/{file['id']}")).status_code == 200


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"size": 5, "name": 1},
        {"name": "a", "size": "5"},
        {"name": "a", "size": True},
        {"name": "a", "size": 0},
        {"name": "a", "size": -1},
        {"name": "a", "size": 5, "sha256": "x"},
        {"name": "a", "size": 5, "sha256": "A" * 64},
        [],
    ],
)
async def test_an_upload_that_makes_no_sense_is_refused(owner: httpx.AsyncClient, body: object) -> None:
    answer = await owner.post("/api/files/uploads", json=body)
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, "invalid")


@pytest.mark.parametrize("offset", [None, "", "-1", "1.5", "x", "9" * 40])
async def test_a_place_that_makes_no_sense_is_refused(owner: httpx.AsyncClient, offset: str | None) -> None:
    begun = (await owner.post("/api/files/uploads", json={"name": "a.txt", "size": 5})).json()
    headers = {} if offset is None else {"Upload-Offset": offset}
    answer = await owner.patch(f"/api/files/uploads/{begun['id']}", content=b"hello", headers=headers)
    assert answer.status_code in {400, 409}


async def test_a_file_larger_than_anything_is_refused_by_its_announcement(owner: httpx.AsyncClient) -> None:
    headers = {"Content-Length": str(3 * 1024**3)}
    refused = await owner.post("/api/files?name=a.txt", content=b"", headers=headers)
    assert refused.status_code == 413 and "2048 MB" in refused.json()["error"]["message"]
    refused = await owner.post("/api/files/uploads", json={"name": "a.txt", "size": 3 * 1024**3})
    assert refused.status_code == 413


async def test_a_body_of_json_has_the_usual_limit(owner: httpx.AsyncClient) -> None:
    taken = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal taken
        while True:
            taken += MB
            yield b" " * MB

    assert (await owner.post("/api/files/uploads", content=endless())).status_code == 413
    assert taken <= 16 * MB


async def test_another_site_and_nobody_are_refused(owner: httpx.AsyncClient, opened: Services) -> None:
    for headers in ({"Origin": "http://evil.example"}, {"Cookie": ""}):
        answer = await owner.post("/api/files?name=a.txt", content=b"text", headers=headers)
        assert answer.status_code in {401, 403}
    del owner.headers["Origin"]
    assert (await owner.post("/api/files?name=a.txt", content=b"text")).status_code == 403
    assert on_disk(opened) == []


async def test_there_is_no_preview_of_a_text(owner: httpx.AsyncClient) -> None:
    made = await bring(owner, b"text")
    assert (await owner.get(f"/api/files/{made['id']}/preview")).status_code == 404
