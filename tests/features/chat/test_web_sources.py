"""Links and web searches as sources of answers: against a site and a SearXNG of our own, in good and bad weather."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncIterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from localmind_app.core.database import Database
from localmind_app.core.egress import EgressLedger
from localmind_app.core.errors import Invalid
from localmind_app.core.home import Home
from localmind_app.engine.client import EngineClient
from localmind_app.features.chat.views import MessageView
from localmind_app.features.chat.web_sources import LONGEST_QUERY, query
from localmind_app.features.knowledge.parsing import run as parsing
from localmind_app.features.web_pages.fetch import Fetcher, Limits
from localmind_app.features.web_pages.resolving import Policy
from localmind_app.features.web_pages.service import WebPages
from tests.features.chat.test_grounding import Office
from tests.features.conftest import RunningEngine
from tests.features.knowledge.ingestion.conftest import until
from tests.features.web_pages.conftest import HOST, Names
from tests.features.web_pages.fake_site import FakeSite, Writer, answer

pytestmark = pytest.mark.anyio
PATIENT = Limits(bytes=2_000_000, seconds=30.0, silence=20.0)
HASTY = Limits(bytes=2_000_000, seconds=1.0, silence=1.0)


def article(title: str, *paragraphs: str) -> bytes:
    body = "".join(f"<p>{one}</p>" for one in paragraphs)
    return answer(
        f"<html><head><title>{title}</title></head><body><article><h1>{title}</h1>{body}</article></body></html>"
    )


MILL = article(
    "The mill of Velmara",
    "The mill of Velmara was built in the year 1911 by the miller Oskar Lindqvist, above the village.",
    "It has a staff of 23 people, and visitors come to it by the morning boat all summer long.",
)


class Web:
    """An office that may use the web, which is one site: its pages, and a SearXNG under /search."""

    def __init__(self, home: Home, database: Database, engine: EngineClient, site: FakeSite, limits: Limits) -> None:
        self.site, self.ledger = site, EgressLedger(database)
        self.base = f"http://{HOST}:{site.port}"
        self.fetcher = Fetcher(self.ledger, policy=Policy(frozenset({self.base})), resolver=Names(), limits=limits)
        self.office = Office(home, database, engine, WebPages(home, database, fetcher=self.fetcher))
        self.web, self.chats, self.owner = self.office.intake.web, self.office.chats, self.office.owner
        self.queries: list[str] = []

    async def allow(self, *, pages: bool = True, search: bool = True) -> None:
        here = f"http://127.0.0.1:{self.site.port}"
        await self.web.change(self.owner, pages=pages, search=search, engine="searxng", searxng=here)

    def finds(self, *paths: str) -> None:
        """What a search gives from now on."""
        results = [{"url": self.base + path, "title": f"Found {path}", "content": "…"} for path in paths]

        async def search(writer: Writer) -> None:
            self.queries += parse_qs(urlsplit(self.site.asked[-1].split(" ")[1]).query)["q"]
            writer.write(answer(json.dumps({"results": results}), kind="application/json"))

        self.site.pages["*"] = search

    async def ask(self, chat: str, text: str, *paths: str, **what: Any) -> MessageView:
        """Ask with links to pages of the site, and wait for the answer."""
        links = [self.base + path for path in paths]
        await self.chats.post(self.owner, chat, text, str(time.monotonic()), links=links, **{"quote": True, **what})
        return await self.office.answer(chat)

    async def reasons(self) -> set[tuple[str, str]]:
        """(purpose, reason) of the ledger."""
        return {(one.purpose, one.reason) for one in await self.ledger.entries()}


@pytest.fixture
async def site() -> AsyncIterator[FakeSite]:
    running = await FakeSite().start()
    running.pages["/mill"] = MILL
    yield running
    await running.stop()


@pytest.fixture
def limits(request: pytest.FixtureRequest) -> Limits:
    return getattr(request, "param", PATIENT)


@pytest.fixture
async def web(
    home: Home, database: Database, engine: RunningEngine, site: FakeSite, limits: Limits
) -> AsyncIterator[Web]:
    client = EngineClient.local(engine.home)
    made = Web(home, database, client, site, limits)
    made.office.intake.begin()
    yield made
    await made.office.generations.close()
    await made.office.intake.end()
    await made.office.intake.search.close()
    await parsing.close()
    await client.close()


def failures(message: MessageView) -> list[tuple[str, str]]:
    assert message.sources is not None
    return [(one["name"], one["error"]["message"]) for one in message.sources["failed"]]


async def test_a_link_is_read_and_cited(web: Web) -> None:
    await web.allow()
    chat = await web.office.chat()
    message = await web.ask(chat, f"When was the mill built? See {web.base}/mill.", "/mill")
    assert "1911" in message.text and message.text.startswith("> ")
    assert message.sources is not None and message.sources["failed"] == [] and "web" not in message.sources
    passage = message.sources["passages"][0]
    assert (passage["name"], passage["url"], passage["cited"]) == ("The mill of Velmara", f"{web.base}/mill", True)
    question = (await web.chats.snapshot(web.owner, chat)).messages[0]
    assert question.sources == {"collections": [], "quote": True, "links": [f"{web.base}/mill"]}
    assert f"- [1] The mill of Velmara, {web.base}/mill, " in (await web.chats.export(web.owner, chat, "md"))[1]
    assert await web.reasons() == {("read a web page", f"chat:{chat}"), ("read robots.txt", f"chat:{chat}")}
    # The same page in the same hour: what was read is there, and it can be asked without its address too.
    assert "23 people" in (await web.ask(chat, f"How many people work in that mill? {web.base}/mill", "/mill")).text
    assert "Lindqvist" in (await web.ask(chat, "Who built the mill of Velmara?")).text
    assert web.site.paths == ["/mill"]


async def test_only_a_link(web: Web) -> None:
    await web.allow()
    message = await web.ask(await web.office.chat(), f"{web.base}/mill", "/mill")
    assert "The mill of Velmara was built in the year 1911" in message.text


async def test_a_model_answers_from_a_link(web: Web) -> None:
    await web.allow()
    message = await web.ask(await web.office.chat(), f"How many work there? {web.base}/mill", "/mill", quote=False)
    assert message.sources is not None and message.sources["mode"] == "model" and message.status == "complete"
    assert not message.sources["absent"], "what is on a page that was named is the model's to say"
    assert any("1911" in one["text"] for one in message.sources["passages"])


@pytest.mark.parametrize("limits", [HASTY], indirect=True)
async def test_links_that_cannot_be_read_are_told_with_the_reason(web: Web) -> None:
    async def silence(writer: Writer) -> None:
        await asyncio.Event().wait()

    await web.allow()
    web.site.pages |= {"/robots.txt": answer("User-agent: *\nDisallow: /secret", kind="text/plain"), "/slow": silence}
    paths = ("/mill", "/secret", "/slow", "/gone")
    message = await web.ask(await web.office.chat(), "When was the mill of Velmara built?", *paths)
    assert "1911" in message.text
    told = dict(failures(message))
    assert set(told) == {f"{web.base}{path}" for path in paths[1:]}
    assert "robots.txt" in told[f"{web.base}/secret"]
    assert "took too long" in told[f"{web.base}/slow"]
    assert "no such page" in told[f"{web.base}/gone"]


async def test_addresses_that_are_refused(web: Web) -> None:
    await web.allow()
    chat = await web.office.chat()
    near = f"http://127.0.0.1:{web.site.port}/admin"
    wanted = [near, "http://169.254.169.254/latest", "https://"]
    await web.chats.post(web.owner, chat, "Hello there", "1", links=wanted)
    message = await web.office.answer(chat)
    assert message.status == "complete" and message.text, "the answer comes all the same"
    assert {name for name, _ in failures(message)} == set(wanted)
    assert web.site.connections == 0


async def test_nothing_is_fetched_while_it_is_off(web: Web) -> None:
    message = await web.ask(await web.office.chat(), "When was the mill built?", "/mill", quote=False, web=True)
    assert message.status == "complete" and message.text
    ((_, reason),) = failures(message)
    assert "may not read web pages" in reason
    assert message.sources is not None and "may not search" in message.sources["web"]["error"]["message"]
    assert web.site.connections == 0 and await web.ledger.entries() == []


async def test_a_search_finds_reads_and_cites(web: Web) -> None:
    await web.allow()
    harbour = article(
        "Harbours", *(f"Ships of kind {n} wait in the harbour for the tide of the evening." for n in range(9))
    )
    web.site.pages |= {f"/other{n}": harbour for n in range(5)} | {"/gone": answer("", status="404 Not Found")}
    web.finds("/gone", "/mill", "/other0", "/other1", "/other2", "/other3", "/other4")
    chat = await web.office.chat()
    message = await web.ask(chat, "When was the mill of Velmara built?", web=True)
    assert web.queries == ["When was the mill of Velmara built?"]
    assert "1911" in message.text
    assert message.sources is not None and message.sources["failed"] == []
    found = message.sources["web"]
    assert (found["query"], found["error"]) == (web.queries[0], None)
    # Four pages are read; the one that is not there is replaced by the next result, and the last ones are not asked.
    assert [one["url"].removeprefix(web.base) for one in found["pages"]] == [
        "/gone", "/mill", "/other0", "/other1", "/other2",
    ]  # fmt: skip
    assert "no such page" in found["pages"][0]["error"]["message"] and found["pages"][0]["document_id"] is None
    read = [(one["title"], one["error"]) for one in found["pages"][1:]]
    assert read == [("The mill of Velmara", None)] + [("Harbours", None)] * 3
    cited = [one for one in message.sources["passages"] if one["cited"]]
    assert {one["document_id"] for one in cited} == {found["pages"][1]["document_id"]}
    assert ("search the web", f"chat:{chat}") in await web.reasons()
    assert {reason for _, reason in await web.reasons()} == {f"chat:{chat}"}


async def test_a_question_that_goes_on_is_searched_with_what_it_is_about(web: Web) -> None:
    await web.allow()
    web.finds("/mill")
    chat = await web.office.chat()
    await web.ask(chat, "When was the mill of Velmara built?", web=True)
    message = await web.ask(chat, "And who works there?", web=True)
    assert web.queries[1].startswith("And who works there?") and "Velmara" in web.queries[1]
    assert message.sources is not None and message.sources["web"]["query"] == web.queries[1]
    # Without the switch a question of something else is a plain one, and one of the pages is answered from them.
    assert (await web.ask(chat, "What is the capital of Mongolia?", quote=False)).sources is None
    later = await web.ask(chat, "In which year was the mill of Velmara built?", quote=False)
    assert later.sources is not None and later.sources["passages"] and "web" not in later.sources
    assert len(web.queries) == 2


@pytest.mark.parametrize("results", [(), ("/gone", "/away")], ids=["no results", "no pages"])
async def test_a_search_that_comes_to_nothing(web: Web, results: tuple[str, ...]) -> None:
    await web.allow()
    web.finds(*results)
    web.site.pages |= {path: answer("", status="404 Not Found") for path in results}
    message = await web.ask(await web.office.chat(), "When was the mill built?", web=True)
    assert message.text == "This is not in your documents." and message.sources is not None
    assert [one["document_id"] for one in message.sources["web"]["pages"]] == [None] * len(results)
    assert all(one["error"]["message"] for one in message.sources["web"]["pages"])


async def test_an_engine_that_fails_is_told(web: Web) -> None:
    await web.allow()
    web.site.pages["*"] = answer("", status="500 Oops")
    message = await web.ask(await web.office.chat(), "When was the mill built?", quote=False, web=True)
    assert message.text and message.sources is not None
    assert "not as SearXNG does" in message.sources["web"]["error"]["message"]


class Silent:
    """Never answers, and notices when nobody listens any more."""

    def __init__(self) -> None:
        self.begun, self.left = asyncio.Event(), asyncio.Event()

    async def __call__(self, writer: Writer) -> None:
        self.begun.set()
        try:
            while not writer.transport.is_closing():
                writer.write(b"HTTP/1.1 200 OK\r\n" if not self.left.is_set() else b"")
                await asyncio.sleep(0.05)
                writer.write(b"X-Wait: 1\r\n")
                await writer.drain()
        except OSError:
            pass
        self.left.set()


async def gone(silent: Silent) -> None:
    async with asyncio.timeout(10):
        await silent.left.wait()


@pytest.mark.parametrize("wanted", ["search", "page of a search", "link"])
async def test_stop_ends_the_search_and_the_reading(web: Web, wanted: str) -> None:
    await web.allow()
    chat = await web.office.chat()
    silent = Silent()
    links = [f"{web.base}/slow"] if wanted == "link" else []
    web.finds("/slow")
    web.site.pages["*" if wanted == "search" else "/slow"] = silent
    await web.chats.post(web.owner, chat, "When was the mill built?", "1", links=links, web=not links)
    async with asyncio.timeout(20):
        await silent.begun.wait()
    await web.chats.stop(web.owner, chat)
    assert (await web.office.answer(chat)).status == "stopped"
    await gone(silent)
    if wanted != "search":
        own = await web.office.intake.knowledge.of_chat(web.owner.user_id, chat)

        async def cancelled() -> bool | None:
            states = [one.state for one in await web.office.intake.documents(own.id)]
            return True if states == ["cancelled"] else None

        assert await until(cancelled, 10)
    # The chat goes on, and the page can be asked for again.
    web.site.pages["/slow"] = MILL
    message = await web.ask(chat, "When was the mill of Velmara built?", "/slow")
    assert "1911" in message.text


async def test_editing_changes_which_links_are_read(web: Web) -> None:
    await web.allow()
    chat = await web.office.chat()
    await web.ask(chat, f"When was the mill built? {web.base}/mil", "/mil")
    first = (await web.chats.snapshot(web.owner, chat)).messages[0]
    await web.chats.edit(web.owner, chat, first.id, f"When was the mill built? {web.base}/mill", "2")
    message = await web.office.answer(chat)
    assert "1911" in message.text and failures(message) == []
    first = (await web.chats.snapshot(web.owner, chat)).messages[0]
    await web.chats.edit(web.owner, chat, first.id, "No address any more", "3")
    await web.office.answer(chat)
    assert (await web.chats.snapshot(web.owner, chat)).messages[0].sources == {"collections": [], "quote": True}


async def test_too_many_links(web: Web) -> None:
    chat = await web.office.chat()
    with pytest.raises(Invalid, match="web pages as sources"):
        await web.chats.post(web.owner, chat, "Read", "1", links=[f"https://s{n}.example" for n in range(6)])
    with pytest.raises(Invalid):
        await web.chats.post(web.owner, chat, "Read", "2", links=["https://s.example/" + "x" * 3000])
    assert (await web.chats.snapshot(web.owner, chat)).messages == []


async def test_pages_that_are_slow_keep_no_file_and_no_chat_waiting(web: Web) -> None:
    await web.allow()
    web.site.pages["*"] = Silent()
    intake = web.office.intake
    collection = await intake.collection()
    for n in range(6):
        await intake.knowledge.add_page(web.owner.user_id, collection, f"http://{HOST}:{web.site.port}/slow{n}")
    await intake.reaches(await intake.add(collection, "mill.md", "# Mill\n\nIt is white."), "ready", seconds=20)
    other = await FakeSite().start()  # of one site two pages are read at once, so the chat asks another
    other.pages["/mill"] = MILL
    elsewhere = f"http://{HOST}:{other.port}"
    web.fetcher._policy = Policy(frozenset({web.base, elsewhere}))
    chat = await web.office.chat()
    await web.chats.post(web.owner, chat, "When was the mill built?", "1", links=[f"{elsewhere}/mill"], quote=True)
    assert "1911" in (await web.office.answer(chat)).text
    await other.stop()


@pytest.mark.parametrize(
    ("question", "before", "asked"),
    [
        ("When  was\nit built?", "", "When was it built?"),
        ("Is https://sea.example/tides right about tides?", "", "Is right about tides?"),
        ("https://sea.example/tides", "", "https://sea.example/tides"),
        ("And in 2020?", "Who won the cup of Velmara in 2019? https://sea.example/cup", "And in 2020? won cup Velmara"),
        (
            "My long letter. " * 30 + "Who built the mill? Thank you. " * 2,
            "",
            "Who built the mill? Who built the mill?",
        ),
    ],
)
def test_queries(question: str, before: str, asked: str) -> None:
    assert query(question, before) == asked


def test_a_query_is_short() -> None:
    made = query("word " * 500)
    assert len(made) <= LONGEST_QUERY and not made.endswith("wor")
