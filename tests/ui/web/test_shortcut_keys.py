"""Which key presses are a shortcut, on every keyboard."""

from __future__ import annotations

import json
import subprocess
from typing import Any

import pytest

from localmind_app.ui.build import WEB
from localmind_app.ui.compile import node_folder


def run(call: str, *arguments: Any, platform: str = "Linux x86_64") -> Any:
    """Calls a function of shortcut_keys.js in Node, on the given platform."""
    values = ",".join(json.dumps(argument) for argument in arguments)
    program = f'Object.defineProperty(globalThis,"navigator",{{value:{{platform:{json.dumps(platform)}}}}});'
    program += f"const m=await import({json.dumps((WEB / 'shortcut_keys.js').as_uri())});"
    program += f"console.log(JSON.stringify(m.{call}({values})))"
    node = str(node_folder() / "bin" / "node")
    done = subprocess.run([node, "--input-type=module", "-e", program], capture_output=True, text=True, check=True)
    return json.loads(done.stdout)


def press(key: str, code: str = "", **held: bool) -> dict[str, Any]:
    off = {"ctrlKey": False, "metaKey": False, "shiftKey": False, "altKey": False, "isComposing": False, "keyCode": 0}
    return {**off, "key": key, "code": code, **held}


@pytest.mark.parametrize(
    ("event", "keys", "fits"),
    [
        (press("k", ctrlKey=True), "mod+k", True),
        (press("K", ctrlKey=True, shiftKey=True), "mod+k", False),
        (press("O", ctrlKey=True, shiftKey=True), "mod+shift+o", True),
        (press("k", metaKey=True), "mod+k", False),
        (press("Escape"), "escape", True),
        (press("Escape", shiftKey=True), "shift+escape", True),
        (press("Escape", shiftKey=True), "escape", False),
        (press("ü", "BracketLeft", ctrlKey=True), "mod+[", True),  # German: where [ lies on a US keyboard
        (press("/", "Digit7", ctrlKey=True, shiftKey=True), "mod+/", True),  # German: / is Shift+7
        (press("k", ctrlKey=True, isComposing=True), "mod+k", False),
        (press("Process", ctrlKey=True, keyCode=229), "mod+k", False),
        (press("k", ctrlKey=True, altKey=True), "mod+k", False),  # AltGr
        (press("k", ctrlKey=True), "", False),  # switched off
    ],
)
def test_matches(event: dict[str, Any], keys: str, fits: bool) -> None:
    assert run("matches", event, keys) is fits


def test_a_mac_has_its_own_keys() -> None:
    assert run("matches", press("k", metaKey=True), "mod+k", platform="MacIntel") is True
    assert run("matches", press("k", ctrlKey=True), "mod+k", platform="MacIntel") is False
    assert run("signs", "mod+shift+o", platform="MacIntel") == ["⌘", "⇧", "O"]


def test_signs_and_aria() -> None:
    assert run("signs", "mod+shift+o") == ["Ctrl", "Shift", "O"]
    assert run("signs", "") == []
    assert run("ariaKeys", "mod+shift+o") == "Control+Shift+O"
