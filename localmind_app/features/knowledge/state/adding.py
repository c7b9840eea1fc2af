"""View model of the other ways into a collection: a web page, a site, a folder of this machine."""

from __future__ import annotations

from typing import Any

import reflex as rx

from localmind_app.core.errors import UserError
from localmind_app.features.accounts.acting import acting
from localmind_app.features.notice import failed, said, tell
from localmind_app.features.services import services

from .collections import KnowledgeState


class AddingState(rx.State):
    """What may be added, and the open form: "link", "folder" or none. `revision` tells the list to look again."""

    owner: bool = False
    web: bool = False
    form: str = ""
    working: bool = False
    error: str = ""
    error_params: dict[str, Any] = {}
    revision: int = 0

    @rx.event
    async def load(self) -> None:
        """Learn what is allowed."""
        self.owner = acting().role == "owner"
        self.web = (await services().web_pages.settings(acting())).pages

    @rx.event
    def begin(self, form: str) -> None:
        """Open one of the forms."""
        self.form, self.error = form, ""

    @rx.event
    def end(self, open_now: bool = False) -> None:
        """Close the form."""
        if not open_now:
            self.form = ""

    @rx.event(background=True)
    async def add_link(self, form: dict[str, Any]) -> None:
        """Add a page, or the pages a site lists. The list of a site is read first, which takes a moment."""
        async with self:
            collection = (await self.get_state(KnowledgeState)).shown
            self.working, self.error = True, ""
        url, knowledge, actor = str(form.get("url") or "").strip(), services().knowledge, acting()
        problem, count = None, 1
        try:
            if form.get("whole_site"):  # a checkbox submits "on", or nothing
                count = len(await knowledge.add_sitemap(actor, collection, url))
            else:
                await knowledge.add_page(actor.user_id, collection, url)
        except UserError as error:
            problem = error
        async with self:
            self.working = False
            if problem is not None:
                self.error, self.error_params = problem.message, dict(problem.params)
                return
            self.form, self.revision = "", self.revision + 1
            notice = said("The page is being read.") if count == 1 else said("{n} pages are being read.", n=count)
            await tell(self, notice)

    @rx.event
    async def follow(self, form: dict[str, Any]) -> None:
        """Follow a folder of this machine."""
        knowledge = await self.get_state(KnowledgeState)
        try:
            await services().knowledge.follow(acting(), knowledge.shown, str(form.get("path") or "").strip())
        except UserError as error:
            self.error, self.error_params = error.message, dict(error.params)
            return
        self.form, self.revision = "", self.revision + 1
        await knowledge._read()

    @rx.event
    async def leave(self) -> None:
        """Follow the folder no longer. What was read of it stays."""
        knowledge = await self.get_state(KnowledgeState)
        try:
            await services().knowledge.unfollow(acting(), knowledge.shown)
            await tell(self, said("The folder is not followed any more. What was read of it stays."))
        except UserError as error:
            await tell(self, failed(error))
        await knowledge._read()
