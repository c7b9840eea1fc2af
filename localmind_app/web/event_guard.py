"""One middleware in front of every Reflex event handler: every public method of a state is a remote call.

The session is looked up in the database at every event, so a session that was ended elsewhere ends here at once.
"""

from __future__ import annotations

import reflex as rx
from reflex.constants.state import FIELD_MARKER
from reflex.event import Event
from reflex.middleware.middleware import Middleware
from reflex.state import BaseState, StateUpdate

from localmind_app.features.accounts.acting import current
from localmind_app.features.notice import NoticeState
from localmind_app.features.services import services

from .access import session_of


class EventGuard(Middleware):
    """Drops the events of everybody who is not signed in, and sends them to the sign-in page."""

    async def preprocess(self, app: rx.App, state: BaseState, event: Event) -> StateUpdate | None:
        """None lets the event pass; an update replaces it."""
        headers = state.router_data.get("headers") or event.router_data.get("headers") or {}
        actor = await services().accounts.actor(session_of(headers.get("cookie")))
        current.set(actor)
        if actor is not None:
            return None
        return StateUpdate(delta={NoticeState.get_full_name(): {"signed_out" + FIELD_MARKER: True}})
