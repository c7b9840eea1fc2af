"""The routes of the web, through the guard, as a browser of the owner."""

from __future__ import annotations

from collections.abc import AsyncIterator

import httpx
import pytest

from localmind_app.core.home import Home
from localmind_app.features.accounts.links import new_link
from localmind_app.features.services import open_services
from localmind_app.features.web_pages.fetch import Fetcher
from localmind_app.web.application import api, guarded
from tests.features.web_pages.fake_site import FakeSite, answer
from tests.features.web_pages.test_html import ARTICLE
from tests.features.web_pages.test_search import found

HOST = "127.0.0.1:8765"
ROOT = "/api/web-pages"


@pytest.fixture
async def client(home: Home, fetcher: Fetcher) -> AsyncIterator[httpx.AsyncClient]:
    services = await open_services(home)
    services.web_pages._fetcher = fetcher  # the one that may ask our own site
    token = await services.accounts.open_link(new_link(home), "")
    headers = {"Cookie": f"localmind_session={token}", "Origin": f"http://{HOST}"}
    transport = httpx.ASGITransport(guarded(api(), 8765))
    async with httpx.AsyncClient(transport=transport, base_url=f"http://{HOST}", headers=headers) as opened:
        yield opened
    await services.close()


async def test_from_the_switch_to_a_page(client: httpx.AsyncClient, site: FakeSite, base: str) -> None:
    site.pages["/tides"] = answer(ARTICLE)
    refused = await client.post(f"{ROOT}/read", json={"url": f"{base}/tides"})
    assert (refused.status_code, refused.json()["error"]["code"]) == (403, "not_allowed")
    settings = (await client.get(f"{ROOT}/settings")).json()
    assert settings == {"search": False, "pages": False, "engine": "public", "searxng": ""}
    assert (await client.post(f"{ROOT}/settings", json={"pages": True})).json()["pages"] is True
    told = (await client.post(f"{ROOT}/read", json={"url": f"{base}/tides"})).json()
    assert (told["title"], told["final_url"], told["media_type"]) == ("Tides", f"{base}/tides", "text/html")
    assert told["blocks"][0] == {"kind": "heading", "text": "Tides", "level": 1}
    for near in ("http://127.0.0.1/", "http://localhost:8765/", "http://[::1]/", f"http://127.0.0.1:{site.port}/tides"):
        refused = await client.post(f"{ROOT}/read", json={"url": near})
        assert (refused.status_code, refused.json()["error"]["code"]) == (403, "not_allowed")
    assert (await client.post(f"{ROOT}/sitemap", json={"url": base})).status_code == 404


async def test_a_search(client: httpx.AsyncClient, site: FakeSite) -> None:
    site.pages["*"] = found({"url": "https://sea.example/", "title": "Sea", "content": "wide"})
    assert (await client.post(f"{ROOT}/search", json={"query": "sea"})).status_code == 403
    wanted = {"search": True, "engine": "searxng", "searxng": f"http://127.0.0.1:{site.port}/"}
    assert (await client.post(f"{ROOT}/settings", json=wanted)).status_code == 200
    told = (await client.post(f"{ROOT}/search", json={"query": "sea", "count": 3})).json()
    assert told == {
        "results": [{"title": "Sea", "url": "https://sea.example/", "snippet": "wide", "engine": "searxng"}]
    }


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("settings", {"pages": "yes"}),
        ("settings", {"role": "owner"}),
        ("settings", {"engine": 7}),
        ("settings", []),
        ("search", {}),
        ("search", {"query": 7}),
        ("search", {"query": "x", "count": 0}),
        ("search", {"query": "x", "count": True}),
        ("read", {"url": ""}),
        ("sitemap", {"url": "http://x.example", "limit": "all"}),
    ],
)
async def test_bodies_that_make_no_sense(client: httpx.AsyncClient, path: str, body: object) -> None:
    refused = await client.post(f"{ROOT}/{path}", json=body)
    assert (refused.status_code, refused.json()["error"]["code"]) == (400, "invalid")


async def test_a_search_is_no_link(client: httpx.AsyncClient) -> None:
    """What leaves the machine cannot be started by an address in a page."""
    for path in ("search", "read", "sitemap"):
        assert (await client.get(f"{ROOT}/{path}?query=x&url=http://x.example")).status_code == 405
