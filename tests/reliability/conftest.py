"""A running product for the reliability proofs, and what they look at from outside."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.product import Product, running


@pytest.fixture(scope="module")
def product(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Product]:
    """One product per file: what one file kills must not disturb another."""
    with running(tmp_path_factory.mktemp("product") / "home") as started:
        started.sign_in()
        yield started
