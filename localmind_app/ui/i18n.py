"""Translation: English sentences are the keys, and every other language is one JSON catalogue in `locale/`.

In pages, `t()` and `tn()` return vars that are looked up in the browser, so switching the language needs no server.
On the server, `translate()` reads the same catalogues for what is made without the page: sign-in, errors.

Not covered: dates and numbers. Format them in the browser with `Intl` and the locale of `useLocale()`.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any, Final

import reflex as rx
from reflex.vars import VarData
from reflex.vars.base import LiteralVar
from reflex.vars.function import ArgsFunctionOperation, FunctionVar

LOCALE_DIR: Final = Path(__file__).parent / "locale"
LIBRARY: Final = "$/localmind/i18n"
SOURCE: Final = "en"

Entry = str | dict[str, str]


@cache
def catalogue(locale: str) -> dict[str, Entry]:
    """The sentences of one locale; empty for English. An entry is a text, or texts by plural category."""
    if locale == SOURCE:
        return {}
    entries: dict[str, Entry] = json.loads((LOCALE_DIR / f"{locale}.json").read_text(encoding="utf-8"))
    return entries


@cache
def locales() -> tuple[str, ...]:
    """Every locale LocalMind speaks, English first."""
    return (SOURCE, *sorted(path.stem for path in LOCALE_DIR.glob("*.json")))


def mark(text: str) -> str:
    """Names a literal that is translated later, elsewhere; returns it unchanged."""
    return text


def _hooked(name: str, hook: str) -> FunctionVar[Any]:
    """A function that a React hook of i18n.jsx provides in the component that uses it."""
    data = VarData(imports={LIBRARY: [rx.ImportVar(tag=hook)]}, hooks={f"const {name} = {hook}()": None})
    return rx.Var(name, _var_data=data).to(FunctionVar)


def t(text: str | rx.Var[str], params: rx.Var[Any] | None = None, **fields: Any) -> rx.Var[str]:
    """The translation of an English template such as ``"There is no chat {chat}."``; `fields` fill it.

    `text` and `params` may also be vars: that is how a server error, kept as template and params, is shown.
    """
    args: list[Any] = [text]
    if params is not None:
        args.append(params)
    elif fields:
        args.append(LiteralVar.create(fields))
    return _hooked("t", "useT").call(*args).to(str)


def tn(one: str, other: str, n: int | rx.Var[Any], **fields: Any) -> rx.Var[str]:
    """The translation that fits the number `n`, written into ``{n}`` the local way."""
    args = [one, other, n, *([LiteralVar.create(fields)] if fields else [])]
    return _hooked("tn", "useTN").call(*args).to(str)


def locale_var() -> rx.Var[str]:
    """The locale the page is shown in, such as ``de``."""
    data = VarData(imports={LIBRARY: [rx.ImportVar(tag="useLocale")]}, hooks={"const locale = useLocale()": None})
    return rx.Var("locale", _var_type=str, _var_data=data)


def set_locale(locale: str | rx.Var[str] | None) -> FunctionVar[Any]:
    """A browser-side event handler that switches the language; ``None`` follows the browser again."""
    data = VarData(imports={LIBRARY: [rx.ImportVar(tag="setLocale")]})
    chosen = LiteralVar.create(locale)
    call = rx.Var("setLocale", _var_data=data).to(FunctionVar).call(chosen)
    return ArgsFunctionOperation.create((), call).to(FunctionVar)


def translate(locale: str, template: str, params: Mapping[str, Any] | None = None, **fields: Any) -> str:
    """The filled sentence in `locale`, made on the server; English where the catalogue has no entry."""
    entry = catalogue(locale).get(template, template) if locale in locales() else template
    sentence = entry if isinstance(entry, str) else entry["other"]
    return sentence.format(**{**(params or {}), **fields})


def negotiate(accept_language: str | None) -> str:
    """The best locale for an ``Accept-Language`` header (RFC 9110, 12.5.4); English when nothing fits."""
    ranked: list[tuple[float, int, str]] = []
    for place, part in enumerate((accept_language or "").split(",")):
        tag, _, weight = part.strip().partition(";")
        try:
            quality = float(weight.strip().removeprefix("q=")) if weight else 1.0
        except ValueError:
            continue
        if 0 < quality <= 1:
            ranked.append((-quality, place, tag.split("-")[0].lower()))
    return next((tag for _, _, tag in sorted(ranked) if tag in locales()), SOURCE)
