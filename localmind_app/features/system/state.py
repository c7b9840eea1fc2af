"""View model of the settings page's own parts."""

from __future__ import annotations

import contextlib
import time
from typing import Any

import reflex as rx

from localmind_app.core.egress import Passage
from localmind_app.core.errors import EngineError, NotAllowed
from localmind_app.features.accounts.acting import acting
from localmind_app.features.accounts.state import AccountState
from localmind_app.features.chat.state import ChatListState
from localmind_app.features.notice import failed, tell
from localmind_app.features.services import services
from localmind_app.features.web_pages.state import WebPagesState

PASSAGES = 30  # of the ledger, shown


class SystemState(rx.State):
    """Where things are, and which models there are."""

    data_folder: str = ""
    models_folder: str = ""
    models: list[dict[str, Any]] = []
    passages: list[dict[str, str]] = []

    @rx.event
    async def load(self) -> Any:
        """Fill the page; called on every page load and reconnect."""
        self.data_folder = str(services().home.root)
        self.models_folder = str(services().home.models)
        try:
            self.models = [vars(item) for item in await services().models.chat_models(acting())]
        except EngineError as error:
            await tell(self, failed(error))
        with contextlib.suppress(NotAllowed):  # the ledger is the owner's
            self.passages = [_shown(passage) for passage in await services().downloads.passages(acting(), PASSAGES)]
        return [AccountState.load, WebPagesState.load, ChatListState.load]


def _shown(passage: Passage) -> dict[str, str]:
    at = time.strftime("%Y-%m-%d %H:%M", time.localtime(passage.at / 1000))
    size = f"{passage.sent / 1000:.1f} kB ↑ {passage.received / 1000:.1f} kB ↓"
    chat = passage.reason.removeprefix("chat:") if passage.reason.startswith("chat:") else ""
    return {"host": passage.host, "purpose": passage.purpose, "size": size, "at": at, "chat": chat}
