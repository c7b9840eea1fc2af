"""One reader per kind of file: `read(source, draft)` adds the file's blocks to the draft. Runs in a child process.

`MODULES` is the only list of them; a reader is imported when a file of its type comes.
"""

from __future__ import annotations

_OFFICE = "application/vnd.openxmlformats-officedocument."

MODULES = {
    "application/pdf": "pdf",
    _OFFICE + "wordprocessingml.document": "word",
    _OFFICE + "presentationml.presentation": "slides",
    _OFFICE + "spreadsheetml.sheet": "workbook",
    "application/epub+zip": "epub",
    "application/vnd.ms-outlook": "outlook",
    "application/x-ipynb+json": "notebook",
    "message/rfc822": "mail",
    "text/csv": "delimited",
    "text/tab-separated-values": "delimited",
    "text/html": "html",
    "application/xhtml+xml": "html",
    "text/markdown": "markdown",
}
# Read as they are, line by line.
TEXTS = frozenset(
    {
        "application/json",
        "application/jsonl",
        "application/toml",
        "application/x-subrip",
        "application/xml",
        "application/yaml",
        "image/svg+xml",
    }
)


def module_of(media_type: str) -> str | None:
    """The reader for a type; None when nobody here reads it."""
    if media_type in MODULES:
        return MODULES[media_type]
    if media_type.startswith("text/") or media_type in TEXTS:
        return "plain"
    return "picture" if media_type.startswith("image/") else None
