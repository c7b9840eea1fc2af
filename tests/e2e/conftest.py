"""One product and one Chromium for all end-to-end tests; every test gets a signed-in window of its own."""

from __future__ import annotations

import contextlib
import shutil
from collections.abc import Generator, Iterator

import httpx
import pytest
from playwright.sync_api import Browser, BrowserContext, Error, Page, expect, sync_playwright

from tests.features.models.fake_hub import FakeHub
from tests.product import Product, running

# Without these Chromium calls home in the background; none of it is the page's doing.
QUIET = [
    "--no-sandbox",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--disable-quic",
    "--disable-dev-shm-usage",
]
DESKTOP, PHONE = {"width": 1440, "height": 900}, {"width": 390, "height": 844}


@pytest.fixture(scope="session")
def hub() -> Iterator[FakeHub]:
    """The model hub of the product; it is asked only where a test allows that."""
    opened = FakeHub()
    yield opened
    opened.stop()


@pytest.fixture(scope="session")
def product(tmp_path_factory: pytest.TempPathFactory, hub: FakeHub) -> Iterator[Product]:
    with running(tmp_path_factory.mktemp("product"), LOCALMIND_HUB=f"{hub.base} {hub.store}") as started:
        yield started


# Of a module, not of the session: Playwright keeps an event loop running, which asynchronous tests cannot bear.
@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    path = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    assert path, "Chromium is missing; `python3 -m localmind_app test` installs it"
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=path, args=QUIET)
        yield opened
        opened.close()


@pytest.fixture(scope="session")
def session_state(product: Product) -> dict[str, object]:
    """The cookie of a session opened by the one-time link, as Playwright wants it."""
    client = product.sign_in()
    return {
        "cookies": [
            {
                "name": name,
                "value": value,
                "domain": "127.0.0.1",
                "path": "/",
                "expires": -1,
                "httpOnly": True,
                "secure": False,
                "sameSite": "Strict",
            }
            for name, value in client.cookies.items()
        ],
        "origins": [],
    }


class Complaints(list[str]):
    """What the console, the page and the policy complained about."""


@pytest.fixture(params=[DESKTOP, PHONE], ids=["desktop", "phone"])
def window(
    request: pytest.FixtureRequest, browser: Browser, session_state: dict[str, object]
) -> Iterator[BrowserContext]:
    """A signed-in window, once in each size. Requests that would leave the machine are refused and fail the test."""
    touch = request.param == PHONE
    context = browser.new_context(
        viewport=request.param,
        storage_state=session_state,
        has_touch=touch,
        is_mobile=touch,  # type: ignore[arg-type]
        service_workers="allow",
    )
    context.set_default_timeout(15_000)
    expect.set_options(timeout=15_000)
    yield context
    context.close()


@pytest.fixture
def complaints() -> Complaints:
    return Complaints()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Say what the page showed when a test failed; a browser nobody watched leaves no other trace."""
    report = yield
    shown = item.funcargs.get("page") if isinstance(item, pytest.Function) else None
    if report.when == "call" and report.failed and isinstance(shown, Page):
        with contextlib.suppress(Error):
            report.sections.append((f"The page at {shown.url}", shown.locator("body").aria_snapshot()[:4000]))
    return report


@pytest.fixture
def page(window: BrowserContext, product: Product, complaints: Complaints) -> Iterator[Page]:
    """A page of the window; console errors, page errors and foreign requests fail the test at its end."""
    opened = window.new_page()
    watch(opened, product, complaints)
    yield opened
    assert complaints == []


@pytest.fixture(autouse=True)
def _nothing_left_streaming(product: Product) -> Iterator[None]:
    """A test that fails in the middle of an answer must not make the next one wait for its model."""
    yield
    engine = httpx.Client(transport=httpx.HTTPTransport(uds=str(product.home.engine_socket)), base_url="http://engine")
    with engine, contextlib.suppress(httpx.HTTPError):
        if any(child["in_flight"] for child in engine.get("/health").json()["children"]):
            engine.post("/v1/models/unload", json={"model": "slow"})


def watch(page: Page, product: Product, complaints: Complaints) -> None:
    """Collect everything a page may not do."""
    page.on("pageerror", lambda error: complaints.append(f"page error: {error}"))
    page.on("response", lambda got: complaints.append(f"{got.status} {got.url}") if got.status >= 400 else None)
    page.on("console", lambda said: complaints.append(f"console: {said.text}") if said.type == "error" else None)
    page.on(
        "request",
        lambda asked: (
            None
            if asked.url.startswith((product.base, f"ws://127.0.0.1:{product.port}", "data:", "blob:"))
            else complaints.append(f"left the machine: {asked.url}")
        ),
    )
