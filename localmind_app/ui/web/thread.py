"""The messages of one chat. The browser loads and follows them itself; Reflex only hears what the person wants.

JavaScript: `thread.jsx`. It speaks to ``/api/chats/{chat}/messages`` and ``/api/chats/{chat}/events``; message texts
never enter a Reflex state, because Reflex resends a whole var on every change.
"""

from __future__ import annotations

from typing import Any

import reflex as rx

from localmind_app.ui.web.markdown import MARKDOWN_PACKAGES

_one = rx.event.passthrough_event_spec(str)


class Thread(rx.Component):
    """The thread; its children are what an empty chat shows. It fills a flex column whose height is limited."""

    library = "$/localmind/thread"
    tag = "Thread"
    alias = "LocalMindThread"
    lib_dependencies: list[str] = list(MARKDOWN_PACKAGES)

    chat_id: rx.Var[str]  # "" is a chat that does not exist yet
    model_names: rx.Var[dict[str, str]]  # what people call the models, by id

    on_retry: rx.EventHandler[_one]  # message id
    on_edit: rx.EventHandler[rx.event.passthrough_event_spec(str, str, str)]  # message id, new text, client id
    on_continue: rx.EventHandler[_one]  # message id
    on_sibling: rx.EventHandler[_one]  # id of the version to show
    on_cancel_queued: rx.EventHandler[_one]  # message id
    # The usage of the newest answer that has one, else empty.
    on_usage: rx.EventHandler[rx.event.passthrough_event_spec(dict[str, Any])]


def thread(*children: rx.Component, chat_id: str | rx.Var[str], **events: Any) -> rx.Component:
    """The thread of `chat_id` with its event handlers; `children` are shown while it has no message."""
    return Thread.create(*children, chat_id=chat_id, **events)
