"""Leaves the app for a page outside of it. JavaScript: `leave.jsx`. `rx.redirect` would open a second window."""

from __future__ import annotations

import reflex as rx


class _Leave(rx.Component):
    library = "$/localmind/leave"
    tag = "Leave"
    alias = "LocalMindLeave"

    to: rx.Var[str]


def leave(*, to: rx.Var[str]) -> rx.Component:
    """Goes to the address `to` as soon as it is not empty."""
    return _Leave.create(to=to)
