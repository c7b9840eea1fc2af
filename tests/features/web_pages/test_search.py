"""Searching: ddgs itself against pages like the engines', a SearXNG of our own, and results nobody should trust."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from localmind_app.core.egress import EgressLedger
from localmind_app.core.errors import Invalid, NotAllowed, SourceError
from localmind_app.features.web_pages.fetch import Fetcher
from localmind_app.features.web_pages.search import (
    HOSTS,
    PublicEngines,
    Result,
    Searxng,
    accepted,
    checked_query,
    searxng_address,
)
from tests.features.web_pages.fake_site import FakeSite, Writer, answer, redirect


def duckduckgo(*found: tuple[str, str, str]) -> str:
    """A page of results as html.duckduckgo.com draws them."""
    rows = [
        f'<div class="links_main result__body"><h2><a href="{url}">{title}</a></h2><a href="{url}">{text}</a></div>'
        for url, title, text in found
    ]
    return f"<html><body>{''.join(rows)}</body></html>"


def mojeek(*found: tuple[str, str, str]) -> str:
    rows = [f'<li><h2><a href="{url}">{title}</a></h2><p class="s">{text}</p></li>' for url, title, text in found]
    return f'<html><body><ul class="results-standard">{"".join(rows)}</ul></body></html>'


@pytest.fixture
async def places() -> AsyncIterator[dict[str, FakeSite]]:
    """A site for each engine."""
    sites = {engine: await FakeSite().start() for engine in HOSTS}
    yield sites
    for one in sites.values():
        await one.stop()


@pytest.fixture
def engines(ledger: EgressLedger, places: dict[str, FakeSite]) -> PublicEngines:
    return PublicEngines(ledger, {name: f"http://127.0.0.1:{site.port}/search" for name, site in places.items()})


async def test_the_first_engine_answers(
    engines: PublicEngines, places: dict[str, FakeSite], ledger: EgressLedger, monkeypatch: pytest.MonkeyPatch
) -> None:
    proxy = await FakeSite().start()
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "DDGS_PROXY"):
        monkeypatch.setenv(name, f"http://127.0.0.1:{proxy.port}")
    places["duckduckgo"].pages["*"] = answer(
        duckduckgo(
            ("https://sea.example/tides", "Tides <b>&amp;</b> moon", "The moon pulls\n the water."),
            ("http://127.0.0.1/admin", "Inner", "no"),
            ("javascript:alert(1)", "Script", "no"),
            ("https://sea.example/tides#again", "Again", "no"),
            ("https://moon.example/", "Moon", "It is round."),
        )
    )
    assert await engines.search("tides at Brest", 5) == [
        Result("Tides & moon", "https://sea.example/tides", "The moon pulls the water.", "duckduckgo"),
        Result("Moon", "https://moon.example/", "It is round.", "duckduckgo"),
    ]
    assert places["brave"].connections == places["mojeek"].connections == proxy.connections == 0
    (entry,) = await ledger.entries()
    assert (entry.host, entry.purpose, entry.sent) == ("html.duckduckgo.com", "search the web", len("tides at Brest"))
    assert entry.received > 500
    await proxy.stop()


async def test_the_next_engine_where_one_refuses(
    engines: PublicEngines, places: dict[str, FakeSite], ledger: EgressLedger
) -> None:
    places["duckduckgo"].pages["*"] = answer("Are you a robot?", status="202 Accepted")
    places["brave"].pages["*"] = redirect(f"http://127.0.0.1:{places['mojeek'].port}/captcha")
    places["mojeek"].pages["*"] = answer(mojeek(("https://sea.example/", "Sea", "It is wide.")))
    assert await engines.search("sea", 5) == [Result("Sea", "https://sea.example/", "It is wide.", "mojeek")]
    assert {one.host for one in await ledger.entries()} == set(HOSTS.values())
    assert "/captcha" not in places["mojeek"].paths


async def test_no_engine_answers(engines: PublicEngines, places: dict[str, FakeSite]) -> None:
    await places["brave"].stop()
    places["duckduckgo"].pages["*"] = answer("", status="429 Too Many")
    places["mojeek"].pages["*"] = b"no HTTP"
    with pytest.raises(SourceError, match="None of the search engines answered"):
        await engines.search("sea", 5)
    await places["brave"].start()


async def test_one_engine_knows_nothing_and_the_others_are_away(
    engines: PublicEngines, places: dict[str, FakeSite]
) -> None:
    places["duckduckgo"].pages["*"] = answer("<html><body>No results</body></html>")
    assert await engines.search("sea", 5) == []


async def test_nobody_knows_anything(engines: PublicEngines, places: dict[str, FakeSite]) -> None:
    for site in places.values():
        site.pages["*"] = answer("<html><body>No results</body></html>")
    assert await engines.search("sea", 5) == []


@pytest.mark.slow
async def test_an_engine_that_never_ends(engines: PublicEngines, places: dict[str, FakeSite]) -> None:
    async def silence(writer: Writer) -> None:
        await asyncio.Event().wait()

    places["duckduckgo"].pages["*"] = silence
    places["brave"].pages["*"] = answer("<html></html>")
    places["mojeek"].pages["*"] = answer(mojeek(("https://sea.example/", "Sea", "It is wide.")))
    assert [one.engine for one in await engines.search("sea", 5)] == ["mojeek"]


# SearXNG


def found(*results: dict[str, Any]) -> bytes:
    return answer(json.dumps({"query": "q", "results": list(results)}), kind="application/json")


async def test_searxng(site: FakeSite, fetcher: Fetcher, base: str, ledger: EgressLedger) -> None:
    async def results(writer: Writer) -> None:
        asked = parse_qs(urlsplit(site.asked[-1].split(" ")[1]).query)
        assert asked == {"q": ["tides & moon"], "format": ["json"], "safesearch": ["1"]}
        writer.write(
            found(
                {"url": "https://sea.example/", "title": "Sea", "content": "It is wide.", "engine": "x"},
                {"url": "https://moon.example/", "title": None},
                {"url": 7},
                {"title": "nothing"},
            )
        )

    site.pages["*"] = results
    assert await Searxng(fetcher, f"{base}/searx").search("tides & moon", 5) == [
        Result("Sea", "https://sea.example/", "It is wide.", "searxng"),
        Result("moon.example", "https://moon.example/", "", "searxng"),
    ]
    assert site.paths[0].startswith("/searx/search?")
    assert [one.purpose for one in await ledger.entries()] == ["search the web"]


@pytest.mark.parametrize(
    ("told", "says"),
    [
        (answer("", status="403 Forbidden"), "settings.yml"),
        (answer("", status="429 Too Many"), "not as SearXNG does"),
        (answer("", status="500 Oops"), "not as SearXNG does"),
        (answer("<html>a router</html>"), "not as SearXNG does"),
        (answer("[]"), "not as SearXNG does"),
        (answer('{"results": 7}'), "not as SearXNG does"),
        (answer("[" * 100_000), "not as SearXNG does"),
        (answer(b"\xff\xfe\x00"), "not as SearXNG does"),
    ],
)
async def test_searxng_that_is_none(site: FakeSite, fetcher: Fetcher, base: str, told: bytes, says: str) -> None:
    site.pages["*"] = told
    with pytest.raises(SourceError, match=says):
        await Searxng(fetcher, base).search("q", 5)


async def test_searxng_that_sends_us_on(site: FakeSite, make: Callable[..., Fetcher], base: str) -> None:
    site.pages["*"] = redirect(f"http://127.0.0.1:{site.port}/admin")
    with pytest.raises(NotAllowed):
        await Searxng(make(), base).search("q", 5)
    assert len(site.paths) == 1


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("http://192.168.1.20:8888/", "http://192.168.1.20:8888"),
        ("http://127.0.0.1:8888/search", "http://127.0.0.1:8888"),
        ("https://search.example/searx/search/", "https://search.example/searx"),
    ],
)
def test_addresses_of_searxng(written: str, kept: str) -> None:
    assert searxng_address(written) == kept


@pytest.mark.parametrize("written", ["search.lan", "http://a:b@search.lan/", "http://search.lan/?q=", "file:///x"])
def test_no_addresses_of_searxng(written: str) -> None:
    with pytest.raises(Invalid):
        searxng_address(written)


def test_results_are_plain_and_short() -> None:
    one = {"url": "https://a.example/", "title": "x\x00y\n" + "t" * 1000, "snippet": "s" * 5000}
    (made,) = accepted([one, "nonsense", None, {"url": "https://b.example:22/"}], "e", 5)
    assert made.title.startswith("xy tt") and (len(made.title), len(made.snippet)) == (300, 600)
    many = [{"url": f"https://a.example/{n}"} for n in range(50)]
    assert len(accepted(many, "e", 7)) == 7


def test_queries() -> None:
    assert checked_query("  a\n b\x00 ") == "a b"
    for bad in ("", " \n", "\x00", "x" * 401):
        with pytest.raises(Invalid):
            checked_query(bad)
