"""Addresses of web pages in what a person wrote. The composer finds the same (`ui/web/composer_links.js`).

Whether an address may be asked is not decided here.
"""

from __future__ import annotations

import re

MOST = 5  # pages that one message has as sources
LONGEST = 2000  # characters
_LINK = re.compile(r"""https?://[^\s<>"'`\\^{|}«»“”„]+""", re.IGNORECASE)
_END = ".,;:!?*_~’…"  # of the sentence around it, not of the address
_PAIRS = {")": "(", "]": "["}


def found(text: str) -> list[str]:
    """The first addresses in a text, each once, as they are written."""
    links = dict.fromkeys(_trimmed(match[0]) for match in _LINK.finditer(text))
    return [link for link in links if len(link) <= LONGEST and not link.endswith("//")][:MOST]


def without(text: str) -> str:
    """What a text says besides its addresses."""
    rest = " ".join(_LINK.sub(lambda match: match[0][len(_trimmed(match[0])) :], text).split())
    return rest if any(sign.isalnum() for sign in rest) else ""


def _trimmed(link: str) -> str:
    while link and (link[-1] in _END or (link[-1] in _PAIRS and link.count(link[-1]) > link.count(_PAIRS[link[-1]]))):
        link = link[:-1]
    return link
