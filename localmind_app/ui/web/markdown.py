"""Untrusted Markdown as a part of a page: no raw HTML, checked links, images only as links.

JavaScript: `markdown.jsx`.
"""

from __future__ import annotations

from typing import Final

import reflex as rx

# Everything below is bundled; KaTeX, the highlighter and Mermaid are chunks of their own, loaded when first needed.
MARKDOWN_PACKAGES: Final = (
    "react-markdown@10.1.0",
    "remark-gfm@4.0.1",
    "remark-math@6.0.0",
    "rehype-katex@7.0.1",
    "katex@0.16.47",  # the version rehype-katex uses: its style sheet must fit
    "lowlight@3.3.0",
    "mermaid@12.3.0",
    "lucide-react@1.26.0",
)


class Markdown(rx.Component):
    """Draws a finished text."""

    library = "$/localmind/markdown"
    tag = "Markdown"
    alias = "LocalMindMarkdown"
    lib_dependencies: list[str] = list(MARKDOWN_PACKAGES)

    text: rx.Var[str]


def markdown(text: str | rx.Var[str]) -> rx.Component:
    """The text as safe rich content."""
    return Markdown.create(text=text)
