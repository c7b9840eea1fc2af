"""One registry, without clashes, and every place that names a shortcut names an existing one."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from localmind_app.ui.shortcuts import SHORTCUTS, shortcut, table_module, triggers

APP = Path(__file__).parents[2] / "localmind_app"
IDS = {one.id for one in SHORTCUTS}


def test_ids_and_keys_are_unique() -> None:
    assert len(IDS) == len(SHORTCUTS)
    assert len({one.keys for one in SHORTCUTS}) == len(SHORTCUTS)


@pytest.mark.parametrize("keys", ["mod+r", "mod+p", "mod+w", "mod+t", "mod+n", "mod+shift+t", "mod+shift+n", "mod+l"])
def test_the_browsers_own_keys_are_left_alone(keys: str) -> None:
    assert keys not in {one.keys for one in SHORTCUTS}


def test_letters_need_a_modifier() -> None:  # WCAG 2.2, 2.1.4
    for one in SHORTCUTS:
        assert len(one.keys.split("+")[-1]) > 1 or "mod+" in one.keys, one


def test_javascript_gets_the_same_table() -> None:
    rows = json.loads(table_module().removeprefix("export const table = ").removesuffix(";\n"))
    assert [row["id"] for row in rows] == [one.id for one in SHORTCUTS]
    assert all({"keys", "label", "group", "anywhere", "listed"} <= set(row) for row in rows)


def test_names_in_javascript_exist() -> None:
    used = set()
    for path in (APP / "ui" / "web").glob("*.jsx"):
        used |= set(re.findall(r'(?:useShortcut|useKeys|useAriaKeys)\("([^"]+)"', path.read_text(encoding="utf-8")))
    assert used
    assert used <= IDS


def test_unknown_shortcuts_are_refused() -> None:
    with pytest.raises(ValueError, match="fly"):
        shortcut(id="fly", on_trigger=triggers("stop"))
    with pytest.raises(ValueError, match="fly"):
        triggers("fly")
