"""What the command line prints reaches every kind of terminal."""

from __future__ import annotations

import io
import sys


def show_what_can_be_shown() -> None:
    """A terminal or pipe that cannot show a mark such as ✓ still gets the words."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")
