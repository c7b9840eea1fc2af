"""The viewer of sources: shows the passage that the address names (``?source=<chunk>``), beside the page or over it.

JavaScript: `source_viewer.jsx`. It reads ``/api/knowledge/passages/{chunk}`` and the page images of documents.
"""

from __future__ import annotations

import reflex as rx

from localmind_app.ui.kit.radix.dialog import UsesDialog

LIBRARY = "$/localmind/source_viewer"


class SourceViewer(UsesDialog):
    """The viewer; a page has one at most."""

    library = LIBRARY
    tag = "SourceViewer"
    alias = "LocalMindSourceViewer"


def source_viewer() -> rx.Component:
    """The viewer of this page, for ``shell(beside=…)``."""
    return SourceViewer.create()
