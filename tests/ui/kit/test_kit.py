"""Every part of the kit is rendered, keyword-only, documented, and wired for screen readers."""

from __future__ import annotations

import ast
import inspect
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import reflex as rx

from localmind_app.ui import kit
from localmind_app.ui.gallery import gallery

FUNCTIONS = {name: getattr(kit, name) for name in kit.__all__ if inspect.isfunction(getattr(kit, name))}
FILES = sorted((Path(kit.__file__).parent).glob("*.py"))


class Example(rx.State):
    error: str = ""
    busy: bool = False
    done: int = 0


def code(component: rx.Component) -> str:
    """What the component becomes in JavaScript, props of all its children included."""
    return str(component)


@pytest.mark.parametrize("name", sorted(FUNCTIONS))
def test_public_functions_are_documented_and_keyword_only(name: str) -> None:
    function: Callable[..., Any] = FUNCTIONS[name]
    assert function.__doc__
    positional = [p for p in inspect.signature(function).parameters.values() if p.kind == p.POSITIONAL_OR_KEYWORD]
    # A name or a text that stands alone may be positional: opens("panel"), tip("Copy"), shows_toast("Copied").
    assert len(positional) <= (2 if name == "tip" else 1), name


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_functions_are_small(path: Path) -> None:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef):
            assert (node.end_lineno or 0) - node.lineno < 50, node.name


def test_gallery_shows_every_part() -> None:
    source = inspect.getsource(inspect.getmodule(gallery))  # type: ignore[arg-type]
    shown = set(re.findall(r"kit\.(\w+)\(", source))
    indirect = {"icon", "field", "follows", "is_open", "closes", "toaster", "tip", "menu_label", "more_menu"}
    assert set(FUNCTIONS) - indirect <= shown
    assert "lm-frame" in code(gallery())


def test_a_field_ties_label_hint_and_error_together() -> None:
    text = code(kit.text_field(id="f", label="L", hint="H", error=Example.error))
    assert 'htmlFor:"f"' in text
    assert '"aria-describedby":"f-hint f-error"' in text
    assert 'id:"f-hint"' in text
    assert 'id:"f-error"' in text
    assert '"aria-live":"polite"' in text
    assert "aria-invalid" in text


def test_a_field_without_words_describes_nothing() -> None:
    assert "aria-describedby" not in code(kit.text_field(id="f", label="L"))


def test_a_loading_button_is_busy_and_takes_no_clicks() -> None:
    text = code(kit.button(label="Save", loading=Example.busy))
    assert "aria-busy" in text
    assert "disabled:" in text


def test_an_icon_button_has_a_name_and_a_tooltip() -> None:
    text = code(kit.icon_button(icon="copy", label="Copy", shortcut="copy-answer"))
    assert '"aria-label":"Copy"' in text
    assert '"data-tip":"Copy"' in text
    assert '"data-tip-keys":"copy-answer"' in text


def test_icons_are_decoration_unless_they_have_a_label() -> None:
    assert '"aria-hidden":"true"' in code(kit.icon(name="x"))
    assert 'role:"img"' in code(kit.icon(name="x", label="Close"))


def test_progress_without_a_measure_names_no_value() -> None:
    assert "aria-valuenow" not in code(kit.progress(label="Loading", value=None))
    assert '"aria-valuenow"' in code(kit.progress(label="Loading", value=Example.done))


def test_a_menu_button_says_what_it_shows() -> None:
    assert '"aria-label":"More"' in code(kit.menu(label="More"))
    shown = code(kit.menu(label="Account", trigger=rx.el.span("Ada")))
    assert '"aria-label":"Account"' not in shown  # it would replace the name that can be seen
    assert "sr-only" in shown


def test_a_dialog_opens_by_name_in_the_browser() -> None:
    text = code(kit.dialog(title="Rename", name="rename-chat"))
    assert "open:open_rename_chat" in text
    assert 'setOpen("rename-chat", next)' in text.replace("'", '"')


def test_server_events_never_need_eval() -> None:
    """Browser-side handlers are compiled functions: nothing is sent as text to be run."""
    for handler in (kit.opens("x"), kit.closes("x"), kit.toggles("x"), kit.shows_toast("Copied")):
        assert str(handler).startswith("(() => "), handler


def test_unknown_shortcuts_are_refused() -> None:
    with pytest.raises(ValueError, match="fly"):
        kit.kbd(shortcut="fly")
