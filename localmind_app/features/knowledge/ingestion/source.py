"""Where a document's text comes from: a file of the data folder, or a web page."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol
from urllib.parse import urlsplit
from weakref import WeakValueDictionary

from localmind_app.core.errors import NotFound
from localmind_app.core.files.blobs import Blobs
from localmind_app.core.home import Home
from localmind_app.features.accounts.service import Actor

from ..parsing.document import Document
from ..parsing.run import parse
from .queue import Task

Progress = Callable[[float], None]
_PAGES_AT_ONCE = 2  # of one site: the politeness towards it


@dataclass(frozen=True)
class Text:
    """A document that was read, and the SHA-256 of what it was read from."""

    document: Document
    sha256: str


class Source(Protocol):
    """Reads what a task names."""

    async def read(self, task: Task, on_progress: Progress) -> Text:
        """The text; `on_progress` gets 0..1. Raises a UserError with the reason."""


class Web(Protocol):
    """The part of `features.web_pages` that is needed here."""

    async def read(self, actor: Actor, url: str, *, reason: str = ...) -> tuple[object, Document]: ...


class Sources:
    """Files by their content's SHA-256, everything else by address."""

    def __init__(self, home: Home, web: Web) -> None:
        self._blobs, self._web = Blobs(home.files), web
        self._sites: WeakValueDictionary[str, asyncio.Semaphore] = WeakValueDictionary()

    async def read(self, task: Task, on_progress: Progress) -> Text:
        """See `Source`."""
        if task.is_page and task.url is not None:
            async with self._turnstile(task.url):
                reason = f"chat:{task.chat_id}" if task.chat_id else ""
                page, document = await self._web.read(_NOBODY, task.url, reason=reason)
            data = getattr(page, "data", b"")
            return Text(document, hashlib.sha256(data).hexdigest())
        path = self._blobs.path(task.sha256) if task.file_id is not None else None
        if path is None or not path.is_file():
            raise NotFound("The content of {name} is missing from the data folder. Upload it again.", name=task.name)
        return Text(await parse(path, task.name, on_progress=on_progress), task.sha256)

    def _turnstile(self, url: str) -> asyncio.Semaphore:
        """Where those wait who want a page of the same site; it is there as long as somebody does."""
        return self._sites.setdefault(urlsplit(url).netloc, asyncio.Semaphore(_PAGES_AT_ONCE))


_NOBODY = Actor("", "", "member")  # whether pages may be read is one switch for everybody
