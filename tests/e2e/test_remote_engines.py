"""Changing a remote engine on the models page, and the batches of programs, with the real product."""

from __future__ import annotations

import json
import re
from pathlib import Path

import httpx
from playwright.sync_api import Page, expect

from localmind_app.core.home import Home
from localmind_app.features.accounts.keys import create_key
from tests.e2e.test_models import card, only_at, open_tab, remove
from tests.models_factory import write_random_llama
from tests.product import Product, eventually
from tests.remote_door import TcpEngine


def program(product: Product) -> httpx.Client:
    """A program with a key."""
    key = create_key(product.home, "e2e")
    return httpx.Client(base_url=product.base, headers={"Authorization": f"Bearer {key}"}, timeout=60)


def test_an_engine_is_changed_and_its_spend_is_shown(page: Page, product: Product, tmp_path: Path) -> None:
    home = Home.open(tmp_path / "station")
    write_random_llama(home.models / "other.gguf")
    station = TcpEngine(home)
    try:
        open_tab(page, product, "Remote")
        page.get_by_role("textbox", name="Name").fill("Station")
        page.get_by_role("textbox", name="Address").fill(station.url)
        page.get_by_role("textbox", name="Key").fill(station.token)
        page.get_by_role("button", name="Add and check").click()
        expect(card(page, "Station")).to_contain_text("Answers", timeout=30_000)
        expect(page.get_by_label("Key (optional)")).to_have_value("")
        page.get_by_role("button", name="Actions for Station", exact=True).click()
        page.get_by_role("menuitem", name="Change").click()
        form = page.get_by_role("dialog", name="Change Station")
        expect(form.get_by_role("textbox", name="Address")).to_have_value(f"{station.url}/v1")
        expect(form.get_by_label("Another key")).to_have_value("")
        form.get_by_role("textbox", name="Name").fill("Bench")
        form.get_by_role("textbox", name="Read").fill("cheap")
        form.get_by_role("button", name="Save").click()
        expect(form.get_by_role("alert")).to_contain_text("cheap is not a price")
        form.get_by_role("textbox", name="Read").fill("100000")
        form.get_by_role("textbox", name="Written").fill("0,5")
        form.get_by_role("textbox", name="Currency").fill("EUR")
        form.get_by_role("switch", name="Allow some models only").click()
        form.get_by_role("checkbox", name="starter").uncheck()
        form.get_by_role("button", name="Save").click()
        expect(form).to_have_count(0)
        engine = card(page, "Bench")
        expect(engine).to_contain_text("1 model may be used")
        expect(engine).to_contain_text("100,000 EUR per million tokens read")
        expect(engine).to_contain_text("0.5 EUR per million tokens written")
        expect(engine).to_contain_text("with a key")
        with program(product) as client:
            listed = [entry["id"] for entry in client.get("/v1/models").json()["data"]]
            [model] = [name for name in listed if name.startswith("remote:")]
            asked = {"model": model, "messages": [{"role": "user", "content": "Hi"}], "max_tokens": 3}
            assert model.endswith("/other")
            spend = client.post("/v1/chat/completions", json=asked).json()["origin"]["spend"]
        assert spend > 0.1
        page.reload()
        expect(engine).to_contain_text("1 answer")
        expect(engine).to_contain_text(re.compile(r"[\d.]+ EUR spent, [\d.]+ this month"))
        remove(page, "Bench")
    finally:
        station.kill()


def test_a_batch_is_shown_and_cancelled(page: Page, product: Product) -> None:
    only_at(page, "phone")
    body = {"model": "slow", "messages": [{"role": "user", "content": "Go on"}], "max_tokens": 200}
    lines = [
        json.dumps({"custom_id": str(number), "method": "POST", "url": "/v1/chat/completions", "body": body})
        for number in range(200)
    ]
    with program(product) as client:
        sent = {"file": ("many.jsonl", "\n".join(lines).encode())}
        file = client.post("/v1/files", data={"purpose": "batch"}, files=sent).json()["id"]
        asked = {"endpoint": "/v1/chat/completions", "input_file_id": file, "completion_window": "24h"}
        batch = client.post("/v1/batches", json=asked).json()["id"]
        open_tab(page, product, "Running")
        shown = card(page, "many.jsonl")
        expect(shown).to_contain_text("200 requests", timeout=30_000)
        expect(shown.get_by_role("progressbar")).to_be_visible()
        page.get_by_role("button", name="Cancel many.jsonl").click()
        expect(shown).to_contain_text("Cancelled", timeout=30_000)
        eventually(lambda: client.get(f"/v1/batches/{batch}").json()["status"] == "cancelled")
