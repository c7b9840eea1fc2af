"""robots.txt (RFC 9309): what a site does not want to be read by programs is not read.

A site whose robots.txt is missing (4xx) allows everything; one whose robots.txt fails (5xx, or cannot be reached)
forbids everything until it works again.
"""

from __future__ import annotations

from dataclasses import dataclass

from protego import Protego

PRODUCT = "LocalMind"  # the name sites can address us by
LARGEST = 500 * 1024  # bytes that are read of one; what follows is ignored, as the RFC allows
KEPT_SECONDS = 3600.0
MOST_KEPT = 200


@dataclass(frozen=True)
class Rules:
    """What one site's robots.txt says. `broken` is its status when it failed."""

    rules: Protego | None = None
    broken: int = 0

    def allow(self, url: str) -> bool:
        """Whether this page may be read."""
        return not self.broken and (self.rules is None or self.rules.can_fetch(url, PRODUCT))

    @property
    def sitemaps(self) -> list[str]:
        """The sitemaps it names."""
        return [] if self.rules is None else list(self.rules.sitemaps)


def understood(status: int, text: bytes) -> Rules:
    """The rules of an answer. Lines that make no sense are skipped."""
    if 200 <= status < 300:
        return Rules(Protego.parse(text[:LARGEST].decode("utf-8", "replace")))
    if status >= 500 or status == 429:
        return Rules(broken=status)
    return Rules()
