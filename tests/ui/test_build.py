"""The pure parts of the build; the whole of it runs in the end-to-end tests."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

from localmind_app.ui import build
from localmind_app.ui.compile import node_folder
from localmind_app.ui.i18n import catalogue

CHUNK = (
    "var e={PING:`http://localhost:8765/ping`,EVENT:`ws://localhost:8765/_event`,"
    'UPLOAD:"http://localhost:8765/_upload",TRANSPORT:`websocket`,TEST_MODE:!1};'
)


def evaluate(source: str, location: str) -> dict[str, object]:
    """Runs JavaScript in the Node that builds the pages, with or without a page around it."""
    program = f"{location};{source};console.log(JSON.stringify(e))"
    node = str(node_folder() / "bin" / "node")
    done = subprocess.run([node, "-e", program], capture_output=True, text=True, check=True)
    result: dict[str, object] = json.loads(done.stdout)
    return result


@pytest.mark.parametrize(
    ("origin", "socket"),
    [
        ("http://127.0.0.1:9000", "ws://127.0.0.1:9000/_event"),
        ("https://box.lan:8443", "wss://box.lan:8443/_event"),
    ],
)
def test_addresses_follow_the_page(origin: str, socket: str) -> None:
    env = evaluate(build.at_this_origin(CHUNK), f'globalThis.location={{origin:"{origin}"}}')
    assert env == {
        "PING": f"{origin}/ping",
        "EVENT": socket,
        "UPLOAD": f"{origin}/_upload",
        "TRANSPORT": "websocket",
        "TEST_MODE": False,
    }


def test_addresses_are_urls_while_pages_are_rendered_without_a_browser() -> None:
    assert evaluate(build.at_this_origin(CHUNK), "")["EVENT"] == "ws://localhost/_event"


def test_a_build_without_the_chunk_is_refused(tmp_path: Path) -> None:
    (tmp_path / "assets").mkdir()
    with pytest.raises(RuntimeError, match="reflex-env"):
        build._rewrite_origin(tmp_path)


def test_catalogues_become_modules_that_are_loaded_on_demand() -> None:
    modules = build.catalogue_modules()
    assert json.loads(modules["de.js"].removeprefix("export default ").removesuffix(";\n")) == catalogue("de")
    assert '"de": () => import("./de.js")' in modules["index.js"]


def test_vite_gets_every_module_and_no_static_file() -> None:
    paths = [str(path) for path, _ in build.FrontendBuild().get_static_assets()]
    assert {
        "localmind/i18n.jsx",
        "localmind/toast.jsx",
        "localmind/locale/de.js",
        "localmind/shortcut_table.js",
    } <= set(paths)
    assert "styles/localmind.css" in paths
    assert not [path for path in paths if "sw.js" in path or path.endswith(".py")]


def test_post_build_finishes_the_static_files(tmp_path: Path) -> None:
    static = tmp_path / "client"
    (static / "assets").mkdir(parents=True)
    (static / "icons").mkdir()
    (static / "icons" / "icon.svg").write_text("<svg/>")
    (static / "icons" / "draw.py").write_text("print()")
    (static / "icons" / "draw.pyc").write_bytes(b"")
    (static / "assets" / "reflex-env-1.js").write_text(CHUNK)
    (static / "assets" / "app-1.js").write_text("1")
    (static / "index.html").write_text('<script type="module">import "/assets/app-1.js"</script>')
    build.FrontendBuild().post_build(static_dir=static)

    made = {path.name for path in static.iterdir()}
    assert {
        "manifest.webmanifest",
        "sw.js",
        "offline.html",
        "offline.css",
        "offline.js",
        "theme.js",
        "early.js",
    } <= made
    assert "/assets/app-1.js" in (static / "sw.js").read_text()
    assert "8765" not in (static / "assets" / "reflex-env-1.js").read_text()
    assert [path.name for path in (static / "icons").iterdir()] == ["icon.svg"]
    assert len(json.loads((tmp_path / "csp.json").read_text())["pages"]["index.html"]) == 1


def test_no_evil_in_our_javascript() -> None:
    """Nothing that the content security policy forbids, nothing that turns text into markup, no other host."""
    for path in build.WEB.rglob("*.js*"):
        source = path.read_text(encoding="utf-8")
        for forbidden in ("eval(", "new Function", "innerHTML", "dangerouslySetInnerHTML", "document.write"):
            assert forbidden not in source, (path.name, forbidden)
