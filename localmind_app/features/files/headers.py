"""How a file leaves: as a download, or shown when it is a picture that can do nothing."""

from __future__ import annotations

from urllib.parse import quote

# Shown in the page; everything else is a download. A picture in SVG is a page with scripts.
INLINE = ("image/png", "image/jpeg", "image/gif", "image/webp", "image/bmp")
# Whatever a file holds, a browser that opens it by itself runs nothing of it. The guard lets exactly this one through.
ISOLATED = "default-src 'none'; img-src 'self' data:; style-src 'unsafe-inline'; sandbox"


def content_headers(name: str, media_type: str, *, download: bool = False) -> dict[str, str]:
    """The headers of a file's content. `nosniff` comes from the guard."""
    shown = "inline" if media_type in INLINE and not download else "attachment"
    return {
        # Text is not believed to be a page, whatever its kind.
        "Content-Type": "text/plain; charset=utf-8" if media_type.startswith("text/") else media_type,
        "Content-Disposition": f"{shown}; filename*=UTF-8''{quote(name, safe='')}",
        "Content-Security-Policy": ISOLATED,
        "Cache-Control": "no-store",
    }
