"""Previews of real pictures and a real PDF, drawn in a child process."""

from __future__ import annotations

import io
import struct

import httpx
import pytest
from PIL import Image

from localmind_app.features.files.previews import WIDTHS
from localmind_app.features.services import Services
from tests.core.files.test_sniff import png
from tests.features.files.test_api import bring

pytestmark = pytest.mark.anyio
PDF = (
    b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
    b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 100]>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
)


def picture(width: int, height: int, kind: str = "JPEG") -> bytes:
    held = io.BytesIO()
    Image.new("RGB", (width, height), (200, 30, 30)).save(held, kind)
    return held.getvalue()


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP", "GIF"])
async def test_a_picture_gets_a_small_one(owner: httpx.AsyncClient, opened: Services, kind: str) -> None:
    made = await bring(owner, picture(2000, 1000, kind), "photo")
    shown = await owner.get(f"/api/files/{made['id']}/preview?width=300")
    assert shown.status_code == 200, shown.text
    small = Image.open(io.BytesIO(shown.content))
    assert (small.format, small.size) == ("PNG", (320, 160))
    red, green, _ = small.convert("RGB").getpixel((160, 80))
    assert red > 180 and green < 60
    assert shown.headers["content-type"] == "image/png"
    assert shown.headers["content-security-policy"].endswith("sandbox")
    [kept] = opened.home.previews.iterdir()
    assert kept.read_bytes() == shown.content and kept.stat().st_mode & 0o077 == 0


async def test_a_paper_shows_its_first_page(owner: httpx.AsyncClient) -> None:
    made = await bring(owner, PDF, "paper.pdf")
    shown = await owner.get(f"/api/files/{made['id']}/preview?width=160")
    assert shown.status_code == 200, shown.text
    assert Image.open(io.BytesIO(shown.content)).size == (160, 80)


async def test_any_width_leads_to_few_pictures_and_deleting_removes_them(
    owner: httpx.AsyncClient, opened: Services
) -> None:
    made = await bring(owner, picture(400, 200), "photo.jpg")
    for width in (1, 50, 160, 161, 999, 10**9):
        assert (await owner.get(f"/api/files/{made['id']}/preview?width={width}")).status_code == 200
    assert len(list(opened.home.previews.iterdir())) <= len(WIDTHS)
    await owner.delete(f"/api/files/{made['id']}")
    assert list(opened.home.previews.iterdir()) == []
    assert (await owner.get(f"/api/files/{made['id']}/preview")).status_code == 404


async def test_a_picture_that_is_a_trap_or_broken_is_refused(owner: httpx.AsyncClient, opened: Services) -> None:
    bomb = bytearray(png())
    struct.pack_into(">II", bomb, 16, 50_000, 50_000)
    for content in (bytes(bomb), picture(400, 200)[:300], PDF[:60]):
        made = await bring(owner, content, "x.png")
        refused = await owner.get(f"/api/files/{made['id']}/preview")
        assert refused.status_code in {400, 404, 422}, refused.text
        assert refused.json()["error"]["message"]
    assert not opened.home.previews.exists() or list(opened.home.previews.iterdir()) == []
    made = await bring(owner, picture(400, 200), "good.jpg")
    assert (await owner.get(f"/api/files/{made['id']}/preview")).status_code == 200
