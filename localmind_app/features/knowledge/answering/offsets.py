"""Places in a text as JavaScript counts them: in UTF-16 units, of which an emoji has two."""

from __future__ import annotations

import re

_WIDE = re.compile(r"[\U00010000-\U0010ffff]")


class Offsets:
    """Both ways between characters and UTF-16 units of one text; what is past its end is its end."""

    def __init__(self, text: str) -> None:
        self._length = len(text)
        self._wide = [match.start() for match in _WIDE.finditer(text)]

    def units(self, at: int) -> int:
        """The unit at which character `at` begins."""
        at = min(max(at, 0), self._length)
        return at + sum(place < at for place in self._wide)

    def character(self, unit: int) -> int:
        """The character that begins at `unit`, or that `unit` is in the middle of."""
        before = 0
        for place in self._wide:
            if place + before + 1 >= unit:
                break
            before += 1
        return min(max(unit - before, 0), self._length)

    def span(self, start: int, end: int) -> list[int]:
        """A span of characters as one of units."""
        return [self.units(start), self.units(end)]
