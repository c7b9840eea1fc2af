"""The web behind its switches: off at first, the owner's to switch on, everybody's to use."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from localmind_app.core.database import Database
from localmind_app.core.egress import EgressLedger
from localmind_app.core.errors import Invalid, NotAllowed, Unreadable
from localmind_app.core.home import Home
from localmind_app.features.accounts.service import Actor
from localmind_app.features.web_pages.fetch import Fetcher
from localmind_app.features.web_pages.search import Result
from localmind_app.features.web_pages.service import WebPages
from tests.features.web_pages.fake_site import FakeSite, answer
from tests.features.web_pages.test_html import ARTICLE
from tests.features.web_pages.test_search import found


@pytest.fixture
async def web(home: Home, database: Database, fetcher: Fetcher, owner: Actor) -> AsyncIterator[WebPages]:
    opened = WebPages(home, database, fetcher=fetcher)
    yield opened
    await opened.close()


async def test_everything_is_off_at_first(
    web: WebPages, owner: Actor, site: FakeSite, base: str, ledger: EgressLedger
) -> None:
    settings = await web.settings(owner)
    assert (settings.search, settings.pages, settings.engine, settings.searxng) == (False, False, "public", "")
    with pytest.raises(NotAllowed, match="may not search"):
        await web.search(owner, "tides")
    with pytest.raises(NotAllowed, match="may not read"):
        await web.read(owner, base)
    with pytest.raises(NotAllowed, match="may not read"):
        await web.sitemap(owner, base)
    assert site.connections == 0 and await ledger.entries() == []


async def test_only_the_owner_switches(web: WebPages, owner: Actor, user: Actor) -> None:
    for wanted in ({"search": True}, {"pages": True}, {"engine": "searxng", "searxng": "http://127.0.0.1:1"}):
        with pytest.raises(NotAllowed):
            await web.change(user, **wanted)
    assert not (await web.settings(owner)).pages


async def test_what_the_owner_switched_on_everybody_uses(
    web: WebPages, owner: Actor, user: Actor, site: FakeSite, base: str
) -> None:
    site.pages["/tides"] = answer(ARTICLE)
    site.pages["/sitemap.xml"] = answer(f"{base}/tides\n{base}/moon\n", kind="text/plain")
    await web.change(owner, pages=True)
    page, document = await web.read(user, f"{base}/tides#causes")
    assert (page.title, document.title, page.date) == ("Tides", "Tides", "2024-03-05")
    assert any("The moon pulls the water" in block.text for block in document.blocks)
    assert await web.sitemap(user, base, 1) == [f"{base}/tides"]
    assert await web.sitemap(user, f"{base}/sitemap.xml", 9) == [f"{base}/tides", f"{base}/moon"]
    with pytest.raises(NotAllowed):
        await web.search(user, "tides")
    await web.change(owner, pages=False)
    with pytest.raises(NotAllowed):
        await web.read(user, f"{base}/tides")


async def test_switches_survive(web: WebPages, home: Home, database: Database, owner: Actor, user: Actor) -> None:
    await web.change(owner, search=True, pages=True, engine="searxng", searxng="http://192.168.1.20:8888/search")
    again = WebPages(home, database)
    settings = await again.settings(owner)
    assert settings.body() == {
        "search": True, "pages": True, "engine": "searxng", "searxng": "http://192.168.1.20:8888",
    }  # fmt: skip
    assert (await again.settings(user)).searxng == "", "where it is, is the owner's to know"
    await web.change(owner, engine="public")
    assert (await again.settings(owner)).searxng == "http://192.168.1.20:8888"


@pytest.mark.parametrize(
    "wanted",
    [
        {"engine": "other"},
        {"engine": "searxng", "searxng": ""},
        {"searxng": "file:///etc/passwd"},
        {"searxng": "http://a:b@search.lan"},
        {"searxng": "http://169.254.169.254/"},
        {"searxng": "http://[fe80::1]/"},
    ],
)
async def test_settings_that_make_no_sense(web: WebPages, owner: Actor, wanted: dict[str, str]) -> None:
    before = await web.settings(owner)
    with pytest.raises((Invalid, NotAllowed)):
        await web.change(owner, **wanted)
    assert await web.settings(owner) == before


async def test_a_searxng_of_this_machine(
    web: WebPages, owner: Actor, user: Actor, site: FakeSite, ledger: EgressLedger
) -> None:
    """The one private address: entered by the owner, opened for searches only."""
    here = f"http://127.0.0.1:{site.port}"
    site.pages["*"] = found({"url": "https://sea.example/", "title": "Sea", "content": "wide"})
    await web.change(owner, search=True, pages=True, engine="searxng", searxng=here)
    assert await web.search(user, "sea", 3) == [Result("Sea", "https://sea.example/", "wide", "searxng")]
    with pytest.raises(NotAllowed):
        await web.read(user, f"{here}/search")
    assert len(site.asked) == 1
    assert [(one.host, one.purpose) for one in await ledger.entries()] == [("127.0.0.1", "search the web")]


async def test_texts_go_to_the_parsers(web: WebPages, owner: Actor, site: FakeSite, base: str) -> None:
    site.pages["/notes.md"] = answer("# Tides\n\nThe moon pulls.\n", kind="text/markdown")
    site.pages["/plain"] = answer("Only words.", kind="text/plain")
    await web.change(owner, pages=True)
    page, document = await web.read(owner, f"{base}/notes.md")
    assert (page.title, document.blocks[0].kind, document.blocks[0].text) == ("Tides", "heading", "Tides")
    _, document = await web.read(owner, f"{base}/plain")
    assert document.text == "Only words."


def pdf(words: str) -> bytes:
    """A PDF of one page, as small as they come."""
    drawn = f"BT /F1 24 Tf 50 700 Td ({words}) Tj ET"
    objects = [
        "<< /Type /Catalog /Pages 2 0 R >>",
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 600 800] /Contents 4 0 R /Resources 6 0 R >>",
        f"<< /Length {len(drawn)} >>\nstream\n{drawn}\nendstream",
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
        "<< /Font << /F1 5 0 R >> >>",
    ]
    text, places = "%PDF-1.4\n", []
    for number, one in enumerate(objects, 1):
        places.append(len(text))
        text += f"{number} 0 obj\n{one}\nendobj\n"
    rows = "".join(f"{place:010} 00000 n \n" for place in places)
    size = len(objects) + 1
    end = f"trailer\n<< /Size {size} /Root 1 0 R >>\nstartxref\n{len(text)}\n%%EOF\n"
    return f"{text}xref\n0 {size}\n0000000000 65535 f \n{rows}{end}".encode()


async def test_a_pdf(web: WebPages, home: Home, owner: Actor, site: FakeSite, base: str) -> None:
    site.pages["/tides.pdf"] = answer(pdf("The moon pulls the water"), kind="application/pdf")
    site.pages["/broken.pdf"] = answer(b"%PDF-1.7\nnothing follows", kind="application/pdf")
    await web.change(owner, pages=True)
    page, document = await web.read(owner, f"{base}/tides.pdf")
    assert (page.media_type, document.pages) == ("application/pdf", 1)
    assert "The moon pulls the water" in document.text
    with pytest.raises(Unreadable):
        await web.read(owner, f"{base}/broken.pdf")
    assert list(home.cache.glob("page-*")) == []
