"""Questions about a document as a whole ("summarise this"), which no single passage answers."""

from __future__ import annotations

import re

_WANTED = re.compile(
    r"\b(?:summar(?:y|i[sz]e|ies|i[sz]ation)|overview|tl;?dr|gist|key points|main points|outline|what (?:is|are)"
    r" (?:this|these|it|the (?:file|document|paper|text)s?)(?: \w+)? about"
    r"|zusammenfass\w*|fasse?\b.{0,60}\bzusammen|überblick|kernpunkte|worum geht|wovon handel\w+)",
    re.IGNORECASE,
)


def wanted(question: str) -> bool:
    """Whether a question asks what a document says on the whole."""
    return _WANTED.search(question) is not None
