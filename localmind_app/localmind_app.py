"""The app Reflex compiles and serves: wiring only."""

from __future__ import annotations

import reflex as rx

from localmind_app.features.chat.page import chat_page
from localmind_app.features.chat.state import ChatState
from localmind_app.features.knowledge.page import knowledge_page
from localmind_app.features.knowledge.state import KnowledgeState
from localmind_app.features.memory.page import memory_page
from localmind_app.features.memory.state import MemoryState
from localmind_app.features.models.page import models_page
from localmind_app.features.models.state import ShelfState
from localmind_app.features.system.page import settings_page
from localmind_app.features.system.state import SystemState
from localmind_app.ui.gallery import gallery
from localmind_app.ui.overlays import app_wraps, head
from localmind_app.web.application import api
from localmind_app.web.event_guard import EventGuard


def create_app() -> rx.App:
    """The pages, the routes beside them, and the guard in front of every event."""
    app = rx.App(
        head_components=head(),
        app_wraps=app_wraps(),
        api_transformer=api(),
        html_lang="en",
        toaster=None,
        reset_style=False,
    )
    app.add_page(chat_page, route="/", title="LocalMind", on_load=ChatState.open)
    app.add_page(chat_page, route="/c/[chat_id]", title="LocalMind", on_load=ChatState.open)
    app.add_page(knowledge_page, route="/knowledge", title="LocalMind", on_load=KnowledgeState.load)
    app.add_page(memory_page, route="/memory", title="LocalMind", on_load=MemoryState.load)
    app.add_page(models_page, route="/models", title="LocalMind", on_load=ShelfState.load)
    app.add_page(settings_page, route="/settings", title="LocalMind", on_load=SystemState.load)
    # Compiled always, served only with LOCALMIND_DEV (see web/application.py).
    app.add_page(gallery, route="/gallery", title="LocalMind")
    app.add_middleware(EventGuard(), index=0)
    return app


app = create_app()
