"""The same tour with the official `openai` package from npm."""

from __future__ import annotations

from pathlib import Path

from localmind_app.features.accounts.keys import create_key
from localmind_app.features.accounts.rates import Limit
from tests.product import Product
from tests.web.openai.node_client import run_javascript

TOUR = Path(__file__).parent / "npm" / "tour.mjs"


def test_the_tour(product: Product, key: str) -> None:
    few = create_key(product.home, "few, for npm", limits={"chat": Limit(1)})
    said = run_javascript(TOUR.read_text(encoding="utf-8"), BASE=f"{product.base}/v1", KEY=key, FEW=few)
    assert said.strip() == "done"
