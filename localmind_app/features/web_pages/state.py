"""View model of the web's part of the settings page."""

from __future__ import annotations

from typing import Any

import reflex as rx

from localmind_app.core.errors import UserError
from localmind_app.features.accounts.acting import acting
from localmind_app.features.notice import failed, said, tell
from localmind_app.features.services import services


class WebPagesState(rx.State):
    """The switches, and which search engine is asked."""

    search: bool = False
    pages: bool = False
    engine: str = "public"
    searxng: str = ""
    mine: bool = False
    error: str = ""
    error_params: dict[str, Any] = {}

    @rx.event
    async def load(self) -> None:
        """Fill the section."""
        await self._show()
        self.error = ""

    async def _show(self) -> None:
        kept = await services().web_pages.settings(acting())
        self.search, self.pages, self.engine, self.searxng = kept.search, kept.pages, kept.engine, kept.searxng
        self.mine = acting().role == "owner"

    async def _change(self, **wanted: Any) -> bool:
        """Set something; False when it was refused, which is told."""
        try:
            await services().web_pages.change(acting(), **wanted)
        except UserError as error:
            await tell(self, failed(error))
            return False
        finally:
            await self._show()
        return True

    @rx.event
    async def allow_search(self, on: bool) -> None:
        """Let LocalMind search the web, or no longer."""
        await self._change(search=on)

    @rx.event
    async def allow_pages(self, on: bool) -> None:
        """Let LocalMind read web pages, or no longer."""
        await self._change(pages=on)

    @rx.event
    async def choose(self, engine: str) -> None:
        """Ask the public engines; a SearXNG once its address is known."""
        self.error = ""
        if engine == "public" or self.searxng:
            await self._change(engine=engine)
        else:
            self.engine = engine

    @rx.event
    async def keep_address(self, form: dict[str, Any]) -> None:
        """Ask the SearXNG at this address."""
        try:
            await services().web_pages.change(acting(), engine="searxng", searxng=str(form.get("searxng", "")))
        except UserError as error:
            self.error, self.error_params = error.message, dict(error.params)
            return
        self.error = ""
        await self._show()
        await tell(self, said("Searches go to {address} from now on.", address=self.searxng))
