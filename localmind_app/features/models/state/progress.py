"""How a job is drawn: how far it is in percent, what it does, and what went wrong; of any act, whether anything did."""

from __future__ import annotations

from collections.abc import Awaitable, Mapping
from typing import Any

from localmind_app.core.errors import UserError

LIVE = ("queued", "running", "pausing", "cancelling")


def percent(done: float, total: float | None) -> float:
    """0 to 100; -1 where the end is not known."""
    return round(min(1.0, done / total) * 100, 1) if total else -1.0


def sentence(error: Mapping[str, Any] | None) -> tuple[str, dict[str, Any]]:
    """Template and fields of a kept error, whole or only its inner part; empty for none."""
    inner = (error or {}).get("error", error) or {}
    return str(inner.get("template") or inner.get("message") or ""), dict(inner.get("params") or {})


async def problem_of(work: Awaitable[Any]) -> UserError | None:
    """Do something; what went wrong, None where nothing did."""
    try:
        await work
    except UserError as error:
        return error
    return None
