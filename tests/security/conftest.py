"""One running product for the security proofs, and the composed application in this process."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.e2e.conftest import QUIET
from tests.product import Product, running

# What the web process sets before Reflex is imported (localmind_app/web/server.py).
REFLEX = {"__REFLEX_MOUNT_FRONTEND_COMPILED_APP": "true", "__REFLEX_SKIP_COMPILE": "true", "REFLEX_ENV_MODE": "prod",
          "REFLEX_CHECK_LATEST_VERSION": "false", "REFLEX_TELEMETRY_ENABLED": "false"}  # fmt: skip
os.environ.update(REFLEX)


@pytest.fixture(scope="package")
def product(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Product]:
    with running(tmp_path_factory.mktemp("product") / "home") as started:
        started.sign_in()
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
