"""The lines of `web.log`: what went wrong, without cookies, tokens and the texts people wrote.

Covered: what Reflex, SQLAlchemy and the servers print of an event, a header or a statement. Not covered: a message that
somebody pastes into an exception of their own; do not do that.
"""

from __future__ import annotations

import logging
import re
import sys

from .access import COOKIE

_HIDDEN = (
    (re.compile(rf"({COOKIE}=)[\w-]+"), r"\1…"),
    (re.compile(r"(/open/)[\w-]+"), r"\1…"),
    (re.compile(r"\b(lm-)[\w-]{20,}"), r"\1…"),
    (re.compile(r"(Event\(name='[^']*').*"), r"\1, …)"),  # Reflex prints headers and payload of a failed event
    (re.compile(r"(event data:).*", re.IGNORECASE), r"\1 …"),
    (re.compile(r"(with value ').*?(' and type hint)", re.DOTALL), r"\1…\2"),
    (re.compile(r"(\[parameters: ).*?\](?=\n|$)", re.DOTALL), r"\1…]"),  # SQLAlchemy, of a failed statement
)


class Discreet(logging.Formatter):
    """Formats a record and its traceback, then takes out what is nobody's business."""

    def format(self, record: logging.LogRecord) -> str:
        """The finished text of a record."""
        return discreet(super().format(record))


def discreet(text: str) -> str:
    """`text` without secrets and without what people wrote."""
    for pattern, rest in _HIDDEN:
        text = pattern.sub(rest, text)
    return text


def set_up() -> None:
    """Send every warning of this process to stderr, which the supervisor keeps in `web.log`."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(Discreet("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    logging.basicConfig(level=logging.WARNING, handlers=[handler], force=True)
