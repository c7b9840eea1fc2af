"""The files that make LocalMind installable: web manifest, service worker, offline page.

Pure functions over text; `build.py` writes what they return. Not covered: push messages, which would leave the machine.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable
from html.parser import HTMLParser
from typing import Any, Final

from localmind_app.ui.i18n import SOURCE, locales, mark, translate

# The light and dark page colours of tokens.css, for the browser's own bars.
THEME_COLOURS: Final = {"light": "#f4f5f3", "dark": "#121413"}

OFFLINE_WORDS: Final = (
    mark("LocalMind is not running"),
    mark("The page could not reach LocalMind on its machine. Start it again, or check the connection."),
    mark("Nothing is lost: everything you sent is stored on that machine."),
    mark("Try again"),
)
OFFLINE_FILES: Final = ("/offline.html", "/offline.css", "/offline.js", "/theme.js", "/icons/icon.svg")


def manifest() -> dict[str, Any]:
    """The web app manifest (W3C Web Application Manifest)."""
    icons: list[dict[str, str]] = [{"src": "/icons/icon.svg", "sizes": "any", "type": "image/svg+xml"}]
    icons += [{"src": f"/icons/icon-{n}.png", "sizes": f"{n}x{n}", "type": "image/png"} for n in (192, 512)]
    icons.append({"src": "/icons/maskable-512.png", "sizes": "512x512", "type": "image/png", "purpose": "maskable"})
    return {
        "id": "/",
        "name": "LocalMind",
        "short_name": "LocalMind",
        "description": "A private AI workspace on your own machine.",
        "lang": SOURCE,
        "start_url": "/",
        "scope": "/",
        "display": "standalone",
        "background_color": THEME_COLOURS["light"],
        "theme_color": THEME_COLOURS["light"],
        "categories": ["productivity"],
        "icons": icons,
    }


class _Preloads(HTMLParser):
    """Collects the paths a page loads at once: module preloads, scripts and style sheets."""

    def __init__(self) -> None:
        super().__init__()
        self.paths: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        if tag == "script":
            self.paths.append(values.get("src") or "")
        elif tag == "link" and (values.get("rel") or "") in ("modulepreload", "stylesheet", "preload"):
            self.paths.append(values.get("href") or "")


def first_load(html: str) -> list[str]:
    """The hashed assets a page needs for its first paint, sorted, each once."""
    parser = _Preloads()
    parser.feed(html)
    inline = re.findall(r"""["'](/assets/[\w.\-]+\.(?:js|css))["']""", html)
    return sorted({path for path in [*parser.paths, *inline] if path.startswith("/assets/")})


def service_worker(template: str, *, assets: Iterable[str], shell: Iterable[str], content: Iterable[bytes]) -> str:
    """Fills `sw.js`: `assets` may be cached, `shell` is cached on install, `content` is what the version stands for."""
    allowed = sorted(set(assets))
    precache = sorted({*shell, *OFFLINE_FILES})
    digest = hashlib.sha256(json.dumps([allowed, precache]).encode())
    for piece in content:
        digest.update(hashlib.sha256(piece).digest())
    filled = template.replace("__VERSION__", digest.hexdigest()[:16])
    filled = filled.replace('["__PRECACHE__"]', json.dumps(precache))
    return filled.replace('["__ASSETS__"]', json.dumps(allowed))


def offline_script(template: str) -> str:
    """Fills `offline.js` with its sentences in every language but English."""
    words = {
        locale: {text: translate(locale, text) for text in OFFLINE_WORDS} for locale in locales() if locale != SOURCE
    }
    return template.replace('{ words: "__WORDS__" }.words', json.dumps(words, ensure_ascii=False))
