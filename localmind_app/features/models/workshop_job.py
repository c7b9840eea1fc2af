"""The workshop's work as one kind of long job; see `workshop_work`, which is loaded when there is some.

It brings numpy and gguf, a fifth of a second that the start of the worker must not pay.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from localmind_app.core.home import Home
from localmind_app.core.long_jobs import Control, LongJob

JOB = "workshop"


def _run(home: Home, payload: Mapping[str, Any], control: Control) -> None:
    from .workshop_work import run

    run(home, payload, control)


def _undo(home: Home, payload: Mapping[str, Any]) -> None:
    from .workshop_work import undo

    undo(home, payload)


WORKSHOP = LongJob(JOB, _run, repeat=True, pausable=False, at_once=1, undo=_undo)
