"""The documents of a collection, and the ways files come into it. The browser asks the API itself.

JavaScript: `documents.jsx`. It speaks to ``/api/knowledge`` and ``/api/files``; a collection may have thousands of
rows, and Reflex resends a whole var on every change.
"""

from __future__ import annotations

from typing import Any

import reflex as rx
from reflex.vars import VarData
from reflex.vars.function import ArgsFunctionOperation, FunctionVar

from localmind_app.ui.kit.radix.dialog import UsesDialog

LIBRARY = "$/localmind/documents"


class _AddFiles(rx.Component):
    library = LIBRARY
    tag = "AddFiles"
    alias = "LocalMindAddFiles"
    lib_dependencies: list[str] = ["lucide-react@1.26.0"]

    collection: rx.Var[str]


class _DropFiles(rx.Component):
    library = LIBRARY
    tag = "DropFiles"
    alias = "LocalMindDropFiles"

    collection: rx.Var[str]


class _AskInChat(rx.Component):
    library = LIBRARY
    tag = "AskInChat"
    alias = "LocalMindAskInChat"

    collection: rx.Var[str]
    name: rx.Var[str]


class _Documents(UsesDialog):
    library = LIBRARY
    tag = "Documents"
    alias = "LocalMindDocuments"

    collection: rx.Var[str]
    revision: rx.Var[int]
    on_filled: rx.EventHandler[rx.event.passthrough_event_spec(bool)]


def add_files(*children: rx.Component, collection: str | rx.Var[str] = "") -> rx.Component:
    """Buttons for files and folders; `children` stand behind them. Without a collection one is made."""
    return _AddFiles.create(*children, collection=collection)


def drop_files(collection: rx.Var[str]) -> rx.Component:
    """Takes files and folders that are dropped anywhere on the page; a page has it once. See `add_files`."""
    return _DropFiles.create(collection=collection)


def ask_in_chat(collection: rx.Var[str], name: rx.Var[str]) -> rx.Component:
    """A button that opens a new chat whose message is asked of the collection."""
    return _AskInChat.create(collection=collection, name=name)


def documents(*children: rx.Component, collection: rx.Var[str], revision: rx.Var[int], on_filled: Any) -> rx.Component:
    """The list; `children` are shown while it is empty. Another `revision` makes it look again at once.

    `on_filled` is told when the first document is there (True), and when none is left (False).
    """
    return _Documents.create(*children, collection=collection, revision=revision, on_filled=on_filled, key=collection)


class _FoundDetails(rx.Component):
    library = "$/localmind/message_found"
    tag = "FoundDetails"
    alias = "LocalMindFoundDetails"
    lib_dependencies: list[str] = ["lucide-react@1.26.0"]

    found: rx.Var[dict[str, Any]]


def found_details(found: rx.Var[dict[str, Any]]) -> rx.Component:
    """How passages were found, as answers tell it. JavaScript: `message_found.jsx`."""
    return _FoundDetails.create(found=found)


def opens_source(passage: rx.Var[Any]) -> FunctionVar[Any]:
    """A browser-side event handler that shows a passage (chunk_id, name, text, page) in the viewer of sources."""
    data = VarData(imports={"$/localmind/source_address": [rx.ImportVar(tag="openSource")]})
    call = rx.Var("openSource", _var_data=data).to(FunctionVar).call(passage)
    return ArgsFunctionOperation.create((), call).to(FunctionVar)
