"""The models page with the real product: what is here, what runs, what can be had, the workshop, remote engines."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Locator, Page, expect

from localmind_app.core.home import Home
from tests.features.models.fake_hub import FakeHub
from tests.models_factory import write_random_llama
from tests.product import Product, eventually
from tests.remote_door import TcpEngine

TABS = ("Installed", "Running", "Catalogue", "Workshop", "Remote")


def open_tab(page: Page, product: Product, name: str = "Installed") -> None:
    """Open the page at a tab, by its address."""
    page.goto(product.base + ("/models" if name == "Installed" else f"/models?tab={name.lower()}"))
    expect(page.get_by_role("tab", name=name)).to_have_attribute("aria-selected", "true")


def card(page: Page, name: str) -> Locator:
    """The card of a model, an engine or a job."""
    return page.get_by_role("listitem").filter(has=page.get_by_role("heading", name=name, exact=True))


def only_at(page: Page, width: str) -> None:
    """Skip what one size shows as well as two."""
    if ((page.viewport_size or {"width": 0})["width"] < 768) != (width == "phone"):
        pytest.skip(f"the same at {width} size, where it is walked")


def remove(page: Page, name: str) -> None:
    """Remove a model or an engine, and wait until it is gone."""
    page.get_by_role("button", name=f"Actions for {name}", exact=True).click()
    page.get_by_role("menuitem", name="Remove").click()
    page.get_by_role("alertdialog").get_by_role("button", name="Remove").click()
    expect(page.get_by_role("alertdialog")).to_have_count(0)
    expect(card(page, name)).to_have_count(0)


def engine_of(product: Product) -> httpx.Client:
    """A client of the product's engine, past the page."""
    transport = httpx.HTTPTransport(uds=str(product.home.engine_socket))
    return httpx.Client(transport=transport, base_url="http://engine", timeout=60)


@contextmanager
def writing(product: Product, model: str) -> Iterator[None]:
    """A model that writes meanwhile, asked past the page."""
    over = threading.Event()
    asked = {"model": model, "messages": [{"role": "user", "content": "Go on"}], "max_tokens": 4000, "stream": True}

    def listen() -> None:
        with (
            engine_of(product) as client,
            client.stream("POST", "/v1/chat/completions", json=asked) as answer,
        ):
            for _ in answer.iter_raw():
                if over.is_set():
                    return

    thread = threading.Thread(target=listen)
    thread.start()
    yield
    over.set()
    thread.join(30)


def test_every_tab_has_an_address_and_fits(page: Page, product: Product) -> None:
    for name in TABS:
        open_tab(page, product, name)
        expect(page.get_by_role("tabpanel")).not_to_be_empty()
        expect(page.get_by_role("status").filter(has_text="Loading")).to_have_count(0)
        wide = page.evaluate("[document.documentElement, document.getElementById('main')].map((e) => e.scrollWidth)")
        assert max(wide) <= (page.viewport_size or {"width": 0})["width"], name
        expect(page.get_by_role("tab", name=name)).to_be_in_viewport()
    page.get_by_role("tab", name="Workshop").click()
    expect(page).to_have_url(re.compile(r"tab=workshop"))
    page.go_back()
    expect(page.get_by_role("tab", name="Remote")).to_have_attribute("aria-selected", "true")
    page.reload()
    expect(page.get_by_role("heading", name="Add an engine")).to_be_visible()


def test_the_page_speaks_german(page: Page, product: Product) -> None:
    only_at(page, "phone")
    page.add_init_script("localStorage.setItem('localmind.locale', 'de')")
    page.goto(product.base + "/models?tab=catalogue")
    expect(page.get_by_role("tab", name="Katalog")).to_have_attribute("aria-selected", "true")
    expect(page.get_by_text("Antwortet gut in über hundert Sprachen", exact=False)).to_be_visible()


def test_a_model_is_loaded_watched_and_unloaded(page: Page, product: Product) -> None:
    with engine_of(product) as client:  # another test may have left it loaded
        client.post("/v1/models/unload", json={"model": "slow"}).raise_for_status()
    open_tab(page, product)
    expect(card(page, "Starter")).to_contain_text("Built in")
    page.get_by_role("button", name="Load Test slow", exact=True).click()
    page.get_by_role("tab", name="Running").click()  # loading goes on without its tab
    running = card(page, "Test slow")
    with writing(product, "slow"):
        speed = running.get_by_role("img", name=re.compile("^Tokens per second"))
        expect(speed).to_have_attribute("aria-label", re.compile(r"now [1-9]"))
        expect(speed.locator("path")).to_have_count(2)
        expect(running).to_contain_text(re.compile(r"Slots in use\s*1 of \d"))
        expect(running.get_by_role("img", name=re.compile("^Memory"))).to_have_attribute(
            "aria-label", re.compile(r"now [\d.]+ [MG]B")
        )
    page.get_by_role("button", name="Unload Test slow", exact=True).click()
    expect(running).to_have_count(0)
    page.get_by_role("tab", name="Installed").click()
    expect(page.get_by_role("button", name="Load Test slow", exact=True)).to_be_enabled()
    expect(card(page, "Test slow")).not_to_contain_text("Loaded")


def test_pinning_and_broken_files(page: Page, product: Product) -> None:
    only_at(page, "desktop")
    broken = product.home.models / "broken.gguf"
    broken.write_bytes(b"GGUF" + bytes(100))
    try:
        open_tab(page, product)
        expect(card(page, "broken")).to_contain_text("Cannot be loaded")
        expect(card(page, "broken")).to_contain_text("broken.gguf cannot be used")
        page.get_by_role("button", name="Actions for Test fast", exact=True).click()
        page.get_by_role("menuitem", name="Keep in memory").click()
        expect(card(page, "Test fast")).to_contain_text("Pinned")
        page.get_by_role("button", name="Actions for Test fast", exact=True).click()
        page.get_by_role("menuitem", name="Unpin").click()
        expect(card(page, "Test fast")).not_to_contain_text("Pinned")
        remove(page, "broken")
        assert not broken.exists()
    finally:
        broken.unlink(missing_ok=True)


def test_a_file_elsewhere_is_used_in_place(page: Page, product: Product, tmp_path: Path) -> None:
    only_at(page, "phone")
    elsewhere = write_random_llama(tmp_path / "elsewhere.gguf")
    open_tab(page, product)
    page.get_by_role("textbox", name="Path").fill("elsewhere.gguf")
    page.get_by_role("button", name="Use this file").click()
    expect(page.get_by_role("alert").filter(has_text="Give the whole path")).to_have_count(1)
    page.get_by_role("textbox", name="Path").fill(str(elsewhere))
    page.get_by_role("button", name="Use this file").click()
    expect(card(page, "Test elsewhere")).to_contain_text("Used in place")
    remove(page, "Test elsewhere")
    assert elsewhere.exists(), "only the link was removed"


def test_search_and_download_from_a_hub(page: Page, product: Product, hub: FakeHub, tmp_path: Path) -> None:
    only_at(page, "desktop")
    hub.add("maker/tiny-GGUF", "tiny.gguf", write_random_llama(tmp_path / "tiny.gguf").read_bytes())
    open_tab(page, product, "Catalogue")
    page.get_by_role("button", name="Download Qwen3 8B", exact=True).click()
    expect(page.get_by_role("alertdialog")).to_contain_text("huggingface.co")
    page.get_by_role("alertdialog").get_by_role("button", name="Cancel").click()
    assert hub.asked == [], "nothing leaves before the owner allows it"
    page.get_by_role("switch", name="Ask the model hub").click()
    page.get_by_role("textbox", name="Access token").fill("two words")
    page.get_by_role("button", name="Keep", exact=True).click()
    expect(page.get_by_role("alert").filter(has_text="That is no access token")).to_have_count(1)
    page.get_by_role("textbox", name="Access token").fill("hf_secret")
    page.get_by_role("button", name="Keep", exact=True).click()
    expect(page.get_by_text("An access token is kept")).to_be_visible()
    page.reload()
    expect(page.get_by_text("An access token is kept")).to_be_visible()
    assert "hf_secret" not in page.content()
    page.get_by_role("textbox", name="Words").fill("tiny")
    page.get_by_role("button", name="Search", exact=True).click()
    page.get_by_role("button", name="Show files of maker/tiny-GGUF").click()
    page.get_by_role("button", name="Download tiny.gguf").click()
    expect(page.get_by_text("The model tiny.gguf is here.").last).to_be_visible(timeout=30_000)
    assert {shown for port, shown in hub.shown if port == "hub"} == {"Bearer hf_secret"}
    assert {shown for port, shown in hub.shown if port == "store"} == {None}
    page.get_by_role("button", name="Forget the access token").click()
    expect(page.get_by_role("textbox", name="Access token")).to_have_value("")
    page.get_by_role("switch", name="Ask the model hub").click()
    expect(page.get_by_role("button", name="Search", exact=True)).to_have_count(0)
    page.get_by_role("tab", name="Installed").click()
    expect(card(page, "Test tiny")).to_contain_text("F32")
    remove(page, "Test tiny")
    assert not (product.home.models / "tiny.gguf").exists()


def test_the_starter_is_made_smaller_and_then_removed(page: Page, product: Product) -> None:
    only_at(page, "desktop")
    open_tab(page, product, "Workshop")
    page.get_by_role("combobox", name="Model").select_option("starter")
    kinds = page.get_by_role("combobox", name="Type")
    expect(kinds).to_have_value("Q4_K_M")
    expect(kinds.locator("option", has_text="Q4_0 · 3 MB")).to_have_count(1)
    kinds.select_option("Q4_0")
    page.get_by_role("textbox", name="Name of the new file").fill("smaller")
    page.get_by_role("button", name="Start", exact=True).click()
    job = page.get_by_role("listitem").filter(has_text="starter → Q4_0")
    expect(job).to_contain_text("Done", timeout=30_000)
    expect(job).to_contain_text(re.compile(r"Size before\s*4 MB"))
    assert (product.home.models / "smaller.gguf").stat().st_size == 2519712
    page.get_by_role("button", name="Start", exact=True).click()
    expect(page.get_by_role("alert").filter(has_text="already a file named smaller.gguf")).to_have_count(1)
    page.get_by_role("tab", name="Installed").click()
    made = page.get_by_role("listitem").filter(has_text="smaller").filter(has_text="Q4_0")
    made.get_by_role("button", name=re.compile("^Actions for")).click()
    page.get_by_role("menuitem", name="Remove").click()
    page.get_by_role("alertdialog").get_by_role("button", name="Remove").click()
    eventually(lambda: not (product.home.models / "smaller.gguf").exists())


def test_a_second_engine_is_added_switched_off_and_removed(page: Page, product: Product, tmp_path: Path) -> None:
    only_at(page, "phone")
    home = Home.open(tmp_path / "second")
    write_random_llama(home.models / "other.gguf")
    second = TcpEngine(home)
    try:
        open_tab(page, product, "Remote")
        page.get_by_role("textbox", name="Name").fill("Second")
        page.get_by_role("textbox", name="Address").fill(second.url)
        page.get_by_role("textbox", name="Key").fill(second.token)
        page.get_by_role("button", name="Add and check").click()
        engine = card(page, "Second")
        expect(engine).to_contain_text("Answers", timeout=30_000)
        expect(engine).to_contain_text("This machine")
        expect(engine).to_contain_text("with a key")
        assert second.token not in page.content()
        second.kill()
        page.get_by_role("button", name="Check Second").click()
        expect(engine).to_contain_text("Does not answer", timeout=30_000)
        page.get_by_role("button", name="Dismiss").first.click()
        engine.get_by_role("switch", name="Use it").click()
        expect(engine.get_by_role("switch", name="Use it")).not_to_be_checked()
        remove(page, "Second")
    finally:
        second.kill()


def test_the_page_by_keyboard_alone(page: Page, product: Product) -> None:
    only_at(page, "desktop")
    open_tab(page, product)
    expect(card(page, "Starter")).to_be_visible()
    keys = page.keyboard
    # On a slow machine a key comes while the page still draws what the key before has asked for.
    page.context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", {"rate": 4})
    page.get_by_role("tab", name="Installed").focus()
    keys.press("ArrowRight")
    expect(page).to_have_url(re.compile("tab=running"))
    expect(page.get_by_role("tab", name="Running")).to_be_focused()
    keys.press("Home")
    expect(page.get_by_role("tab", name="Installed")).to_be_focused()
    steps, at = {"ArrowRight": 1, "ArrowLeft": -1}, 0
    for key in ("ArrowRight", "ArrowRight", "ArrowLeft", "ArrowRight", "ArrowRight", "End", "ArrowRight") * 5:
        keys.press(key)  # faster than the address follows
        at = (at + steps[key]) % len(TABS) if key in steps else len(TABS) - 1
    keys.press("ArrowRight")
    expect(page.get_by_role("tab", name="Running")).to_be_focused()
    assert TABS[at + 1] == "Running"
    expect(page).to_have_url(re.compile("tab=running$"))
    expect(page.get_by_role("tab", name="Running")).to_have_attribute("aria-selected", "true")
    keys.press("ArrowRight")
    keys.press("ArrowLeft")
    keys.press("ArrowLeft")
    expect(page.get_by_role("tab", name="Installed")).to_be_focused()
    expect(page).to_have_url(re.compile("/models/?$"))
    expect(page.get_by_role("tab", name="Installed")).to_have_attribute("aria-selected", "true")
    page.go_back()  # from Installed over what was passed
    expect(page.get_by_role("tab", name="Installed")).not_to_have_attribute("aria-selected", "true")
    page.go_forward()
    expect(page.get_by_role("tab", name="Installed")).to_have_attribute("aria-selected", "true")
    page.get_by_role("button", name="Actions for Starter", exact=True).focus()
    keys.press("Enter")
    expect(page.get_by_role("menuitem", name="Keep in memory")).to_be_focused()
    expect(page.get_by_role("menuitem", name="Remove")).to_have_attribute("aria-disabled", "true")
    keys.press("Escape")
    expect(page.get_by_role("button", name="Actions for Starter", exact=True)).to_be_focused()
