"""What is typed into the form of a remote engine, and what it begins with."""

from __future__ import annotations

from typing import Any

import pytest

from localmind_app.core.errors import Invalid
from localmind_app.features.models.remote.models import RemoteModel
from localmind_app.features.models.remote.probe import Probe
from localmind_app.features.models.remote.service import RemoteItem, Settings
from localmind_app.features.models.state.remote_edit import EngineForm, ModelChoice, _form, settings

TYPED: dict[str, Any] = {"label": " Mine ", "url": "http://h/v1", "key": "", "currency": "eur"}


def item(**changed: Any) -> RemoteItem:
    models = (RemoteModel("a"), RemoteModel("b"), RemoteModel("words", kind="embedding"))
    usual: dict[str, Any] = {
        "id": "1", "label": "Mine", "url": "http://h/v1", "has_key": True, "enabled": True, "leaves_machine": True,
        "encrypted": False, "price_in": 0.25, "price_out": None, "currency": "EUR", "allowed": None,
        "probe": Probe("Ollama", "1", models, "a", True, True, True, True, 1), "state": None, "spent": (),
    }  # fmt: skip
    return RemoteItem(**{**usual, **changed})


def test_an_empty_key_keeps_the_stored_one() -> None:
    assert settings(TYPED) == Settings("Mine", "http://h/v1", None, None, None, "EUR", None)
    assert settings({**TYPED, "forget": "on"}).key == ""
    assert settings({**TYPED, "forget": "on", "key": " new "}).key == "new"


@pytest.mark.parametrize(
    ("typed", "price"),
    [("", None), (" 0.25 ", 0.25), ("0,5", 0.5), ("0,125", 0.125), ("1,5", 1.5), ("0", 0.0), ("3", 3.0)],
)
def test_prices_are_typed_either_way(typed: str, price: float | None) -> None:
    wanted = settings({**TYPED, "price_in": typed, "price_out": None})
    assert (wanted.price_in, wanted.price_out) == (price, None)


@pytest.mark.parametrize("typed", ["abc", "1,000", "1,000.5", "{x}", "5 EUR"])
def test_what_is_no_price_is_named(typed: str) -> None:
    with pytest.raises(Invalid) as raised:
        settings({**TYPED, "price_out": typed})
    assert typed in raised.value.text


def test_models_count_only_where_some_are_meant() -> None:
    boxes = {"model:a": "on", "model:org/b:latest": "on"}
    assert settings({**TYPED, **boxes}).allowed is None
    assert settings({**TYPED, **boxes, "some": "on"}).allowed == ("a", "org/b:latest")
    with pytest.raises(Invalid, match="at least one"):
        settings({**TYPED, "some": "on"})


def test_what_the_form_begins_with() -> None:
    assert _form(item()) == EngineForm(
        "1", "Mine", "http://h/v1", True, "0.25", "", "EUR", [ModelChoice("a", True), ModelChoice("b", True)]
    )
    some = _form(item(allowed=("b", "gone"), price_in=0.000001, price_out=100.0))
    assert some.models == [ModelChoice("a", False), ModelChoice("b", True), ModelChoice("gone", True)]
    assert (some.price_in, some.price_out) == ("0.000001", "100")
    assert _form(item(probe=None)).models == []
