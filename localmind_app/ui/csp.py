"""What the compiled pages need from a strict content security policy: the hashes of their inline scripts.

The policy itself is written by the guard of the web process; this only reads the built HTML.
"""

from __future__ import annotations

import base64
import hashlib
from html.parser import HTMLParser
from pathlib import Path


class _InlineScripts(HTMLParser):
    """Collects the text of every script element that has no src."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=False)
        self.scripts: list[str] = []
        self._open = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "script" and "src" not in dict(attrs):
            self._open = True
            self.scripts.append("")

    def handle_endtag(self, tag: str) -> None:
        if tag == "script":
            self._open = False

    def handle_data(self, data: str) -> None:
        if self._open:
            self.scripts[-1] += data


def script_hash(source: str) -> str:
    """The CSP source expression for an inline script (CSP Level 3, 2.3.1), without quotes."""
    return "sha256-" + base64.b64encode(hashlib.sha256(source.encode("utf-8")).digest()).decode("ascii")


def inline_hashes(html: str) -> list[str]:
    """The hashes of the inline scripts of a page, sorted, each once."""
    parser = _InlineScripts()
    parser.feed(html)
    parser.close()
    return sorted({script_hash(script) for script in parser.scripts})


def page_hashes(static_dir: Path) -> dict[str, object]:
    """``{"pages": {file: hashes}, "all": hashes}`` for every HTML file of a build."""
    pages = {
        path.relative_to(static_dir).as_posix(): inline_hashes(path.read_text(encoding="utf-8"))
        for path in sorted(static_dir.rglob("*.html"))
    }
    return {"pages": pages, "all": sorted({value for hashes in pages.values() for value in hashes})}
