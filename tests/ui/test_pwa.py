"""Installable, and careful about what it keeps."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from localmind_app.ui import build, pwa

ASSETS = build.UI.parents[1] / "assets"
WORKER = (build.STATIC / "sw.js").read_text(encoding="utf-8")


def png_size(path: Path) -> tuple[int, int]:
    data = path.read_bytes()
    assert data[:8] == b"\x89PNG\r\n\x1a\n"
    return int.from_bytes(data[16:20]), int.from_bytes(data[20:24])


def test_manifest_has_what_installing_needs() -> None:
    manifest = pwa.manifest()
    assert {"name", "short_name", "id", "start_url", "scope", "display", "icons"} <= set(manifest)
    assert manifest["display"] == "standalone"
    assert {"192x192", "512x512"} <= {icon["sizes"] for icon in manifest["icons"]}
    assert any(icon.get("purpose") == "maskable" for icon in manifest["icons"])


def test_every_icon_exists_and_has_its_size() -> None:
    for icon in pwa.manifest()["icons"]:
        path = ASSETS / icon["src"].lstrip("/")
        assert path.is_file(), icon
        if path.suffix == ".png":
            assert "{}x{}".format(*png_size(path)) == icon["sizes"]
            assert path.stat().st_size < 30_000


def test_first_load_takes_preloads_scripts_and_styles_once() -> None:
    html = (
        '<link rel="modulepreload" href="/assets/a-1.js"/><link rel="stylesheet" href="/assets/s-1.css"/>'
        '<script type="module">import "/assets/a-1.js"; import("/assets/b-2.js")</script>'
        '<link rel="icon" href="/icons/icon.svg"/><script src="/theme.js"></script>'
    )
    assert pwa.first_load(html) == ["/assets/a-1.js", "/assets/b-2.js", "/assets/s-1.css"]


def worker(content: bytes = b"page", assets: tuple[str, ...] = ("/assets/a.js",)) -> str:
    return pwa.service_worker(WORKER, assets=assets, shell=["/assets/a.js"], content=[content])


def test_worker_is_filled_completely() -> None:
    filled = worker()
    assert "__" not in filled
    precache = json.loads(re.search(r"PRECACHE = (\[.*?\]);", filled)[1])  # type: ignore[index]
    assert set(pwa.OFFLINE_FILES) | {"/assets/a.js"} == set(precache)


@pytest.mark.parametrize("other", [worker(content=b"other"), worker(assets=("/assets/a.js", "/assets/b.js"))])
def test_a_change_makes_a_new_version(other: str) -> None:
    version = re.compile(r'VERSION = "(\w{16})"')
    assert version.search(worker())[1] != version.search(other)[1]  # type: ignore[index]
    assert worker() == worker()


def test_offline_page_says_everything_in_every_language() -> None:
    html = (build.STATIC / "offline.html").read_text(encoding="utf-8")
    shown = [text.strip() for text in re.findall(r"data-t>([^<]+)<", html)]
    assert sorted(shown) == sorted(pwa.OFFLINE_WORDS)
    script = pwa.offline_script((build.STATIC / "offline.js").read_text(encoding="utf-8"))
    assert "LocalMind läuft nicht" in script
    assert "__WORDS__" not in script


def test_offline_page_has_nothing_inline() -> None:
    html = (build.STATIC / "offline.html").read_text(encoding="utf-8")
    assert "<script>" not in html
    assert " on" not in re.sub(r">[^<]*<", "><", html)


def test_bars_have_the_colours_of_the_page() -> None:
    tokens = (build.UI / "theme" / "tokens.css").read_text(encoding="utf-8")
    assert f"--surface: light-dark({pwa.THEME_COLOURS['light']}, {pwa.THEME_COLOURS['dark']})" in tokens
