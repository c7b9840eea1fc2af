"""One browser, one built page and one fake chat server for the tests of the client-side chat components."""

from __future__ import annotations

import os
import shutil
import sys
import time
from collections.abc import Iterator
from functools import partial
from importlib import util
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest


def _module(name: str) -> ModuleType:
    """A module of this folder: tests are imported without packages (importlib mode)."""
    if name not in sys.modules:
        spec = util.spec_from_file_location(name, Path(__file__).parent / f"{name}.py")
        assert spec and spec.loader
        module = sys.modules[name] = util.module_from_spec(spec)
        spec.loader.exec_module(module)
    return sys.modules[name]


chat_bundle = _module("chat_bundle")
fake_chat_server = _module("fake_chat_server")


@pytest.fixture(scope="session")
def chat_site() -> Path:
    """The folder of the built page."""
    try:
        return chat_bundle.build()
    except chat_bundle.BundleUnavailable as reason:
        pytest.skip(str(reason))


# Of a module, not of the session: Playwright keeps an event loop running, which asynchronous tests cannot bear.
@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """The system's Chromium."""
    from playwright.sync_api import sync_playwright

    path = os.environ.get("LOCALMIND_CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
    if path is None:
        pytest.skip("no Chromium on this machine")
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield chromium
        chromium.close()


@pytest.fixture(scope="session")
def _serving(chat_site: Path) -> Iterator[tuple[Any, str]]:
    server = fake_chat_server.FakeServer(chat_site)
    with server.running() as origin:
        yield server, origin


@pytest.fixture
def server(_serving: tuple[Any, str]) -> Iterator[Any]:
    """The fake server, empty again for every test."""
    fake, _ = _serving
    yield fake
    fake.reset()


@pytest.fixture
def origin(_serving: tuple[Any, str]) -> str:
    return _serving[1]


@pytest.fixture
def context(browser: Any, origin: str) -> Iterator[Any]:
    """A fresh profile; requests to other hosts are refused and remembered."""
    profile = browser.new_context(viewport={"width": 1280, "height": 800})
    profile.outside = []

    def judge(route: Any) -> None:
        if route.request.url.startswith((origin, "data:", "blob:")):
            route.continue_()
        else:
            profile.outside.append(route.request.url)
            route.abort()

    profile.route("**/*", judge)
    yield profile
    profile.close()


def _until(page: Any, expression: str, timeout: float = 10_000) -> None:
    """Waits for an expression. Playwright's own wait_for_function needs eval in the page, which the policy forbids."""
    deadline = time.monotonic() + timeout / 1000
    while not page.evaluate(f"Promise.resolve({expression})"):
        assert time.monotonic() < deadline, f"never true: {expression}"
        page.wait_for_timeout(20)


@pytest.fixture
def page(context: Any) -> Iterator[Any]:
    """A page whose console errors and exceptions fail the test, unless it empties `page.problems`."""
    opened = context.new_page()
    opened.problems = []
    opened.until = partial(_until, opened)
    opened.on("console", lambda line: opened.problems.append(line.text) if line.type == "error" else None)
    opened.on("pageerror", lambda error: opened.problems.append(str(error)))
    yield opened
    assert opened.problems == []
    assert context.outside == []


@pytest.fixture
def chat(server: Any) -> Any:
    """The chat that `open_chat` shows."""
    return server.chat("c1")


@pytest.fixture
def open_chat(page: Any, origin: str) -> Any:
    """Opens the chat and waits until it is drawn."""

    def open_(path: str = "/c/c1", wait: str = ".lm-thread-scroll[aria-busy=false], .lm-thread-empty") -> Any:
        page.goto(origin + path)
        page.wait_for_selector(wait)
        return page

    return open_
