"""What a collection's vector index is called: one for each embedder, since vectors of two cannot be compared."""

from __future__ import annotations

import hashlib
import re


def index_name(number: int, embedder: str) -> str:
    """A name Chroma takes: letters, digits, `.`, `_` and `-`, at most 60 here."""
    plain = re.sub(r"[^a-zA-Z0-9]+", "-", embedder).strip("-")[:30]
    return f"c{number}-{plain}-{hashlib.sha256(embedder.encode()).hexdigest()[:8]}"
