"""View model of the settings page's own parts."""

from __future__ import annotations

from typing import Any

import reflex as rx

from localmind_app.core.errors import EngineError
from localmind_app.features.accounts.acting import acting
from localmind_app.features.accounts.state import AccountState
from localmind_app.features.chat.state import ChatListState
from localmind_app.features.notice import failed, tell
from localmind_app.features.services import services


class SystemState(rx.State):
    """Where things are, and which models there are."""

    data_folder: str = ""
    models_folder: str = ""
    models: list[dict[str, Any]] = []

    @rx.event
    async def load(self) -> Any:
        """Fill the page; called on every page load and reconnect."""
        self.data_folder = str(services().home.root)
        self.models_folder = str(services().home.models)
        try:
            self.models = [vars(item) for item in await services().models.chat_models(acting())]
        except EngineError as error:
            await tell(self, failed(error))
        return [AccountState.load, ChatListState.load]
