"""A sentence for the person: what a page shows as a toast."""

from __future__ import annotations

from dataclasses import dataclass, field

import reflex as rx

from localmind_app.core.errors import UserError
from localmind_app.core.ids import new_id


@dataclass
class Notice:
    """A template with its fields, so that the page can translate it. `undo` names what the Undo button brings back."""

    id: str = ""
    kind: str = "info"
    message: str = ""
    params: dict[str, str | int | float] = field(default_factory=dict)
    undo: str = ""


def said(message: str, *, undo: str = "", **params: str | int | float) -> Notice:
    """Something worth knowing."""
    return Notice(new_id(), "info", message, params, undo)


def failed(error: UserError) -> Notice:
    """What went wrong, in the error's own words."""
    return Notice(new_id(), "error", error.message, error.params)


class NoticeState(rx.State):
    """The newest notice of this tab."""

    notice: Notice = Notice()
    # Only ever sent to the browser, by the event guard, when the session has ended; a signed-in tab never has it set.
    signed_out: bool = False


async def tell(state: rx.State, notice: Notice) -> None:
    """Show a notice, from any state's handler."""
    (await state.get_state(NoticeState)).notice = notice
