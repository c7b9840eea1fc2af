"""The acting user of the page event that is being handled; the event guard sets it after checking the session."""

from __future__ import annotations

from contextvars import ContextVar

from localmind_app.core.errors import SignInRequired

from .service import Actor

current: ContextVar[Actor | None] = ContextVar("acting user", default=None)


def acting() -> Actor:
    """The acting user. Raises SignInRequired outside of a guarded event."""
    actor = current.get()
    if actor is None:
        raise SignInRequired("Sign in first.")
    return actor
