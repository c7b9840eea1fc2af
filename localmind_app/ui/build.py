"""LocalMind's part of the frontend build: a Reflex plugin.

Before Vite runs it hands over the JavaScript of `web/`, the catalogues and the style sheet. After Vite has run it makes
the result independent of host and port, adds the files of the installable app and writes `csp.json`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final, cast

from reflex.plugins import Plugin

from localmind_app.ui import csp, pwa
from localmind_app.ui.i18n import SOURCE, catalogue, locales
from localmind_app.ui.shortcuts import table_module

UI: Final = Path(__file__).parent
WEB: Final = UI / "web"
STATIC: Final = WEB / "static"
TARGET: Final = Path("localmind")  # imported as "$/localmind/<name>"
STYLESHEET: Final = "localmind.css"
CSP_FILE: Final = "csp.json"

_BAKED_URL = re.compile(r"""(?P<quote>["'`])(?P<scheme>https?|wss?)://[^/"'`\s]+(?P<path>/[^"'`\s]*)?(?P=quote)""")


def catalogue_modules() -> dict[str, str]:
    """The catalogues as JavaScript modules: one per locale, and an index that imports them only when needed."""
    names = [locale for locale in locales() if locale != SOURCE]
    modules = {
        f"{locale}.js": f"export default {json.dumps(catalogue(locale), ensure_ascii=False)};\n" for locale in names
    }
    loaders = ", ".join(f'{json.dumps(name)}: () => import("./{name}.js")' for name in names)
    return {**modules, "index.js": f"export const catalogues = {{ {loaders} }};\n"}


def stylesheet() -> str:
    """The tokens and the rules for bare elements: what Tailwind's classes stand on."""
    return "\n".join(
        (UI / "theme" / name).read_text(encoding="utf-8")
        for name in ("tokens.css", "base.css", "shell.css", "chat.css")
    )


def at_this_origin(chunk: str) -> str:
    """Replaces the addresses Reflex bakes into its env chunk by the origin the page came from.

    Reflex writes host and port at build time and drops the port on https; a page always talks to its own origin.
    """

    def expression(match: re.Match[str]) -> str:
        origin = 'location.origin.replace(/^http/,"ws")' if match["scheme"].startswith("ws") else "location.origin"
        # Pages are also rendered once at build time, where there is no location.
        return f'((typeof location>"u"?"{match["scheme"]}://localhost":{origin})+{json.dumps(match["path"] or "")})'

    return _BAKED_URL.sub(expression, chunk)


def _rewrite_origin(static_dir: Path) -> None:
    chunks = list((static_dir / "assets").glob("reflex-env-*.js"))
    if not chunks:
        raise RuntimeError("the build has no assets/reflex-env-*.js: Reflex has changed where it keeps its addresses")
    for chunk in chunks:
        chunk.write_text(at_this_origin(chunk.read_text(encoding="utf-8")), encoding="utf-8")


def _write_pwa(static_dir: Path) -> None:
    for script in [*static_dir.rglob("*.py"), *static_dir.rglob("*.pyc")]:
        script.unlink()  # assets/ also holds the script that draws the icons
    for source in STATIC.iterdir():
        (static_dir / source.name).write_bytes(source.read_bytes())
    offline_css = (UI / "theme" / "tokens.css").read_text(encoding="utf-8") + (STATIC / "offline.css").read_text()
    (static_dir / "offline.css").write_text(offline_css, encoding="utf-8")
    offline_js = pwa.offline_script((STATIC / "offline.js").read_text(encoding="utf-8"))
    (static_dir / "offline.js").write_text(offline_js, encoding="utf-8")
    manifest = json.dumps(pwa.manifest(), indent=1)
    (static_dir / "manifest.webmanifest").write_text(manifest, encoding="utf-8")

    assets = [path for path in (static_dir / "assets").rglob("*") if path.suffix in (".js", ".css", ".woff2", ".wasm")]
    worker = pwa.service_worker(
        (STATIC / "sw.js").read_text(encoding="utf-8"),
        assets=(f"/{path.relative_to(static_dir).as_posix()}" for path in assets),
        shell=pwa.first_load((static_dir / "index.html").read_text(encoding="utf-8")),
        content=((static_dir / name.lstrip("/")).read_bytes() for name in pwa.OFFLINE_FILES),
    )
    (static_dir / "sw.js").write_text(worker, encoding="utf-8")


class FrontendBuild(Plugin):
    """Adds LocalMind's JavaScript, styles and installable-app files to Reflex's build."""

    def get_static_assets(self, **context: Any) -> Sequence[tuple[Path, str | bytes]]:
        """The files Vite needs, relative to `.web`."""
        modules = sorted(path for path in WEB.iterdir() if path.suffix in (".js", ".jsx"))
        files = [(TARGET / path.name, path.read_text(encoding="utf-8")) for path in modules]
        files += [(TARGET / "locale" / name, text) for name, text in catalogue_modules().items()]
        files.append((TARGET / "shortcut_table.js", table_module()))
        files.append((Path("styles") / STYLESHEET, stylesheet()))
        return cast("list[tuple[Path, str | bytes]]", files)

    def get_stylesheet_paths(self, **context: Any) -> Sequence[str]:
        """The style sheet, after Tailwind's."""
        return [f"./{STYLESHEET}"]

    def post_build(self, **context: Any) -> None:
        """Finishes the static files, then hashes what the pages still have inline."""
        static_dir: Path = context["static_dir"]
        _rewrite_origin(static_dir)
        _write_pwa(static_dir)
        hashes = csp.page_hashes(static_dir)
        (static_dir.parent / CSP_FILE).write_text(json.dumps(hashes, indent=1), encoding="utf-8")
