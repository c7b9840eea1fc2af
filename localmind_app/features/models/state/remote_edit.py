"""View model of the form that changes a remote engine."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import reflex as rx

from localmind_app.core.errors import Invalid, NotFound, UserError
from localmind_app.features.accounts.acting import acting
from localmind_app.features.models.remote.service import RemoteItem, Settings
from localmind_app.features.notice import failed, tell
from localmind_app.features.services import services

from .remote import RemoteState

# What the boxes of the models are called in the form, before the model's own name.
MODEL = "model:"
_THOUSANDS = re.compile(r"[1-9]\d{0,2}(,\d{3})+")


@dataclass
class ModelChoice:
    """A model that may be allowed or not."""

    name: str
    allowed: bool


@dataclass
class EngineForm:
    """What the form begins with; prices as they are typed. The key is never part of it."""

    id: str = ""
    label: str = ""
    url: str = ""
    has_key: bool = False
    price_in: str = ""
    price_out: str = ""
    currency: str = "USD"
    models: list[ModelChoice] = field(default_factory=list)


class RemoteEditState(rx.State):
    """The engine that is being changed; `form.id` is empty for none. `some` is whether only some models are allowed."""

    form: EngineForm = EngineForm()
    some: bool = False
    saving: bool = False
    error: str = ""
    error_params: dict[str, Any] = {}

    @rx.event
    async def edit(self, engine: str) -> None:
        """Open the form for an engine."""
        try:
            item = await _item(engine)
        except UserError as error:
            await tell(self, failed(error))
            return
        self.form, self.some, self.error = _form(item), item.allowed is not None, ""

    @rx.event
    def choose_some(self, some: bool) -> None:
        """Allow all models, or only some."""
        self.some = some

    @rx.event
    def end(self, open_now: bool = False) -> None:
        """Close the form without saving."""
        if not open_now:
            self.form = EngineForm()

    @rx.event(background=True)
    async def save(self, given: dict[str, Any]) -> Any:
        """Change the engine. One with another address is asked anew what it can do."""
        async with self:
            before = self.form
            self.saving, self.error = True, ""
        problem: UserError | None = None
        try:
            wanted = settings(given)
            await services().remotes.edit(acting(), before.id, wanted)
        except UserError as error:
            problem = error
        async with self:
            self.saving = False
            if problem is not None:
                self.error, self.error_params = problem.message, dict(problem.params)
                return None
            self.form = EngineForm()
        moved = (await _item(before.id)).probe is None
        return RemoteState.probe(before.id) if moved else RemoteState.load


async def _item(engine: str) -> RemoteItem:
    found = next((item for item in await services().remotes.engines(acting()) if item.id == engine), None)
    if found is None:
        raise NotFound("There is no such engine. It may have been removed.")
    return found


def _form(item: RemoteItem) -> EngineForm:
    names = [model.id for model in item.probe.models if model.kind == "chat"] if item.probe else []
    allowed = names if item.allowed is None else [*item.allowed]
    return EngineForm(
        item.id,
        item.label,
        item.url,
        item.has_key,
        _typed(item.price_in),
        _typed(item.price_out),
        item.currency,
        [ModelChoice(name, name in allowed) for name in dict.fromkeys([*names, *allowed])],
    )


def _typed(price: float | None) -> str:
    return "" if price is None else f"{price:.6f}".rstrip("0").rstrip(".")


def settings(given: Mapping[str, Any]) -> Settings:
    """What was typed, as the service takes it. Raises Invalid."""
    texts = {name: str(given.get(name) or "").strip() for name in ("label", "url", "key", "currency")}
    chosen = tuple(name.removeprefix(MODEL) for name in given if name.startswith(MODEL))
    allowed = chosen if given.get("some") else None
    if allowed == ():
        raise Invalid("Choose at least one model, or allow all of them.")
    return Settings(
        texts["label"],
        texts["url"],
        texts["key"] or ("" if given.get("forget") else None),
        _price(given, "price_in"),
        _price(given, "price_out"),
        texts["currency"].upper(),
        allowed,
    )


def _price(given: Mapping[str, Any], name: str) -> float | None:
    """A price with a decimal point or comma; 1,000 could be either, so it is neither."""
    text = str(given.get(name) or "").strip()
    try:
        if _THOUSANDS.fullmatch(text):
            raise ValueError
        return float(text.replace(",", ".")) if text else None
    except ValueError:
        raise Invalid("{text} is not a price. Enter a number such as 0.25, or nothing.", text=text[:40]) from None
