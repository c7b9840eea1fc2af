"""Looks after one loaded child: notices that it hangs, and measures what it really takes."""

from __future__ import annotations

from typing import Any

from localmind_app.core.errors import ModelCrashed

from .catalog import Model
from .child import Child
from .memory import Plan
from .pulse import Pulse, sign_of

_ALL_BUFFERS = 1024  # tokens of prompts after which a child has used all the memory it reserved


class Care:
    """Call `look` every few seconds. `peak` is the most bytes measured; `worked` says that it is the whole."""

    def __init__(self, child: Child, model: Model, plan: Plan, pulse: Pulse) -> None:
        self.child, self.model, self.plan = child, model, plan
        self.peak, self.worked = 0, False
        self._pulse = pulse
        self._measured_at = -1.0

    async def look(self, elapsed: float) -> None:
        """`elapsed` seconds after the look before."""
        child = self.child
        stats = await child.stats() if child.is_ready else {}
        steps = float(stats.get("steps", 0))
        sign = sign_of(child.pid, steps, child.progress)
        if child.end is not None or sign is None:
            return
        hung = self._pulse.look(sign, elapsed, owes=_owes(child, stats), loading=not child.is_ready)
        if hung is not None:
            child.give_up(_still(child.name, hung))
        elif child.is_ready:
            self._measure(stats)

    def _measure(self, stats: dict[str, Any]) -> None:
        if self.child.idle and self._measured_at == self.child.last_used:
            return  # it did nothing since
        self._measured_at = self.child.last_used
        self.peak = max(self.peak, self.child.memory())
        read = stats.get("prompt_tokens", stats.get("tokens", 0)) - stats.get("cached_tokens", 0)
        self.worked |= read >= _ALL_BUFFERS


def _owes(child: Child, stats: dict[str, Any]) -> bool:
    """Whether somebody waits for it. A request whose answer nobody reads is open, but nothing is left to be done."""
    if not child.is_ready:
        return True
    return child.in_flight > 0 and (not stats or stats.get("running", 0) + stats.get("waiting", 0) > 0)


def _still(model: str, seconds: float) -> ModelCrashed:
    return ModelCrashed(
        "The process of model {model} had done nothing for {seconds} s and was ended. "
        "What was written so far is kept; the next request starts it again.",
        model=model,
        seconds=round(seconds),
    )
