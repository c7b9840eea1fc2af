"""Where a message is written: drafts, keys, Send and Stop stay in the browser. JavaScript: `composer.jsx`.

It gives every message a client id and sends it again under that id until `sent` names it, so the server must take an
id once. Window events: ``localmind:focus-composer``, and ``localmind:fill-composer`` with ``{text}``.
"""

from __future__ import annotations

from typing import Any

import reflex as rx

LIBRARY = "$/localmind/composer"


class Composer(rx.Component):
    """The composer; its children are the tools on the left of the Send button."""

    library = LIBRARY
    tag = "Composer"
    alias = "LocalMindComposer"
    lib_dependencies: list[str] = ["lucide-react@1.26.0"]

    chat_id: rx.Var[str]  # "" is a chat that does not exist yet
    sent: rx.Var[str]  # the client id the server acknowledged last
    error: rx.Var[dict[str, Any]]  # {message, template?, params?, client_id?}; empty or None: no error
    disabled: rx.Var[str]  # why nothing can be sent, already translated; "" when it can
    placeholder: rx.Var[str]
    attach: rx.Var[bool]  # files can be chosen, dropped and pasted, collections and quotations asked for
    web: rx.Var[dict[str, bool]]  # whether pages may be read and the web be searched; whether the person may allow it
    attached: rx.Var[list[dict[str, str]]]  # {id, name} of the collections that every message of the chat is asked of

    # text, client id, ids of files, ids of collections, whether only quotations are wanted, links to read, web search
    on_send: rx.EventHandler[rx.event.passthrough_event_spec(str, str, list[str], list[str], bool, list[str], bool)]
    on_attach: rx.EventHandler[rx.event.passthrough_event_spec(list[str])]  # ids of all collections of the chat
    on_stop: rx.EventHandler[rx.event.no_args_event_spec]


def composer(*children: rx.Component, chat_id: str | rx.Var[str], **props: Any) -> rx.Component:
    """The composer of `chat_id`; `children` stand beside the Send button."""
    return Composer.create(*children, chat_id=chat_id, **props)
