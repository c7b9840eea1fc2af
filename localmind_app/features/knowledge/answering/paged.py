"""A passage of an office file on the pages of its PDF copy, where there is one or one can be made.

What a viewer is told as `paged`: `shown` (page and boxes are the copy's), `possible` (ask again with `make`), `missing`
(LibreOffice is not installed), `failed` with the reason as `remark`, or None for files that never have a copy.
"""

from __future__ import annotations

import asyncio
from typing import Any

from localmind_app.core.errors import Unreadable
from localmind_app.features.files.service import FileService

from ..parsing import office
from ..parsing.document import remark
from .copies import Copies, Copy

_ENOUGH = 0.5  # of a passage's letters found on the pages; less is not the passage


async def shown(
    copies: Copies, files: FileService, user_id: str, body: dict[str, Any], span: tuple[int, int] | None, *, make: bool
) -> dict[str, Any]:
    """The passage (see `sources`) with its page and boxes where they are known; `span` is the quote in characters."""
    document = body["document"]
    plain = {**body, "paged": None, "remark": None}
    if body["media"] == "pages" or document["file_id"] is None or not office.has_pages(document["media_type"]):
        return plain
    view, path = await files.content(user_id, document["file_id"])
    copy = await copies.known(view.sha256)
    if copy is None:
        failure = copies.failure(view.sha256)
        if failure is not None:
            return {**plain, "paged": "failed", "remark": _said(failure)}
        if not copies.available:
            return {**plain, "paged": "missing"}
        if not make:
            return {**plain, "paged": "possible"}
        try:
            copy = await copies.of(view.sha256, path, document["name"], document["media_type"])
        except Unreadable as error:
            return {**plain, "paged": "failed", "remark": _said(error)}
    return await asyncio.to_thread(_placed, plain, copy, span)


def _placed(plain: dict[str, Any], copy: Copy, span: tuple[int, int] | None) -> dict[str, Any]:
    document = {**plain["document"], "pages": copy.pages}
    if plain["chunk_id"] is None:  # the document at its beginning
        return {**plain, "media": "pages", "paged": "shown", "document": document}
    text = plain["text"]
    places = copy.lines.places(plain["before"], text, plain["after"])
    start, end = span or (0, len(text))
    if max(places.share(0, len(text)), places.share(start, end)) < _ENOUGH:
        lost = remark("The passage was not found on the pages of {file}; it is shown as text.", file=document["name"])
        return {**plain, "paged": "failed", "remark": {"template": lost.message, "params": dict(lost.params)}}
    own, whole = places.of(start, end) if span else [], places.of(0, len(text))
    return {
        **plain,
        "media": "pages",
        "paged": "shown",
        "document": document,
        "page": (own or whole)[0].page,
        "boxes": [vars(one) for one in whole],
        "quote_boxes": [vars(one) for one in own],
    }


def _said(error: Unreadable) -> dict[str, Any]:
    return {"template": error.message, "params": error.params}
