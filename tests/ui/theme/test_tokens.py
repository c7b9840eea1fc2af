"""The colours keep their promises: WCAG AA everywhere, 7:1 in high contrast."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from localmind_app.ui import build
from localmind_app.ui.theme.theme import _COLOURS, THEMES

CSS = (Path(build.UI) / "theme" / "tokens.css").read_text(encoding="utf-8")
PAIR = re.compile(r"--([\w-]+): light-dark\((#\w{6}), (#\w{6})\);")


def block(start: str) -> str:
    """The text between the braces that follow `start`."""
    rest = CSS[CSS.index(start) :]
    return rest[rest.index("{") + 1 : rest.index("}")]


def table(text: str) -> dict[str, tuple[str, str]]:
    return {name: (light, dark) for name, light, dark in PAIR.findall(text)}


NORMAL = table(block(":root {"))
CONTRAST = {**NORMAL, **table(block('html[data-theme="contrast"] {'))}


def luminance(colour: str) -> float:
    """Relative luminance (WCAG 2.2)."""
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def ratio(one: str, other: str) -> float:
    bright, dim = sorted((luminance(one), luminance(other)), reverse=True)
    return (bright + 0.05) / (dim + 0.05)


GROUNDS = ("bg", "surface", "raised", "hover", "selected", "bubble", "code-bg")
TEXTS = [(text, ground) for text in ("text", "muted") for ground in GROUNDS]
TEXTS += [
    (text, ground) for text in ("accent", "danger", "warning", "success") for ground in ("bg", "surface", "raised")
]
TEXTS += [(name, f"{name}-soft") for name in ("accent", "danger", "warning", "success")]
TEXTS += [
    ("on-accent", "accent"),
    ("on-accent", "accent-hover"),
    ("on-danger", "danger"),
    ("on-danger", "danger-hover"),
]
TEXTS += [(f"syn-{kind}", "code-bg") for kind in ("keyword", "string", "number", "comment", "function", "type")]
LINES = [(line, ground) for line in ("border-strong", "focus", "accent") for ground in ("bg", "surface", "raised")]


@pytest.mark.parametrize("side", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize(("text", "ground"), TEXTS)
def test_text_can_be_read(text: str, ground: str, side: int) -> None:
    assert ratio(NORMAL[text][side], NORMAL[ground][side]) >= 4.5
    assert ratio(CONTRAST[text][side], CONTRAST[ground][side]) >= 7


@pytest.mark.parametrize("side", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize(("line", "ground"), LINES)
def test_controls_can_be_seen(line: str, ground: str, side: int) -> None:
    assert ratio(NORMAL[line][side], NORMAL[ground][side]) >= 3
    assert ratio(CONTRAST[line][side], CONTRAST[ground][side]) >= 4.5


def test_high_contrast_by_choice_and_by_system_are_the_same() -> None:
    asked = CSS[CSS.index("@media (prefers-contrast: more)") :]
    asked = asked[asked.index('html[data-theme="system"]') :]
    assert table(asked[: asked.index("}")]) == table(block('html[data-theme="contrast"] {'))


def test_tailwind_knows_every_colour() -> None:
    assert set(_COLOURS) == {
        name for name in re.findall(r"--([\w-]+): light-dark\(", CSS) if name[:3] not in ("syn", "sha")
    }


def test_every_theme_can_be_chosen_before_the_first_paint() -> None:
    boot = (build.STATIC / "theme.js").read_text(encoding="utf-8")
    script = (build.WEB / "theme.jsx").read_text(encoding="utf-8")
    for theme in THEMES:
        assert f'"{theme}"' in boot
        assert f'"{theme}"' in script


def test_motion_is_short_and_can_be_switched_off() -> None:
    base = (Path(build.UI) / "theme" / "base.css").read_text(encoding="utf-8")
    assert all(int(time) <= 150 for time in re.findall(r"(\d+)ms var\(--ease\)", base + CSS))
    assert "prefers-reduced-motion: reduce" in base
