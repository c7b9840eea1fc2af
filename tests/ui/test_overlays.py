"""What lies above every page, and what is in its head."""

from __future__ import annotations

from pathlib import Path

from localmind_app.ui import build
from localmind_app.ui.overlays import app_wraps, head, overlays

ASSETS = build.UI.parents[1] / "assets"


def test_every_layer_is_there_once() -> None:
    code = str(overlays())
    for layer in ("Connection", "UpdatePrompt", "Tooltips", "ShortcutSheet"):
        assert code.count(f"jsx({layer},") == 1, layer


def test_reflexs_own_pop_ups_are_replaced() -> None:
    wraps = app_wraps()
    assert set(wraps) == {(55, "ErrorBoundary"), (5, "Overlay")}
    assert wraps[5, "Overlay"](False) is None
    assert "Crashed" in str(wraps[55, "ErrorBoundary"](True))
    assert "reflex.dev" not in str(wraps[55, "ErrorBoundary"](True))


def test_head_loads_only_files_of_ours() -> None:
    code = "".join(str(part) for part in head())
    assert "http" not in code
    written = {"/theme.js", "/early.js", "/manifest.webmanifest"}  # by the build
    for path in (
        "/theme.js",
        "/early.js",
        "/manifest.webmanifest",
        "/icons/icon.svg",
        "/icons/apple-touch-180.png",
        "/favicon.ico",
    ):
        assert f'"{path}"' in code
        assert path in written or Path(ASSETS, path.lstrip("/")).is_file()


def test_the_theme_is_set_before_anything_is_drawn() -> None:
    code = "".join(str(part) for part in head())
    assert code.index("/theme.js") < code.index("/early.js") < code.index("/icons/icon.svg")
    assert "async" not in code
    assert "defer" not in code
