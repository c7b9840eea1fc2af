"""Why a child process ended, as an error for the people whose requests it was answering."""

from __future__ import annotations

import re
import signal
import sys
from collections.abc import Sequence
from pathlib import Path

from localmind_app.core.errors import ModelBroken, ModelCrashed, OutOfMemory, UserError

_NO_MEMORY = re.compile(
    r"bad_alloc|MemoryError|failed to allocate|insufficient memory|cannot allocate memory|out of memory", re.IGNORECASE
)


def oom_kills() -> int:
    """How many processes the kernel has killed for lack of memory since the machine started; 0 where unknown."""
    if sys.platform != "linux":
        return 0
    for line in Path("/proc/vmstat").read_text().splitlines():
        if line.startswith("oom_kill "):
            return int(line.split()[1])
    return 0


def speaks_of_memory(text: str) -> bool:
    """Whether a line of native output blames a lack of memory."""
    return bool(_NO_MEMORY.search(text))


def of_refusal(file: str, reason: str) -> UserError:
    """The error for a model that llama.cpp did not load, for `reason`."""
    if speaks_of_memory(reason):
        return OutOfMemory("There is not enough memory to load {file}: {reason}.", file=file, reason=reason)
    return ModelBroken("The model file {file} cannot be loaded: {reason}.", file=file, reason=reason)


def of_end(model: str, code: int, stderr: Sequence[str], *, oom_killed: bool, loading: str | None = None) -> UserError:
    """The error for exit `code` (negative: a signal) after the last lines `stderr`.

    `loading` is the file's name while the model was being loaded: a crash there is the file's fault.
    """
    line = stderr[-1] if stderr else ""
    if oom_killed or any(map(speaks_of_memory, stderr)):
        return ModelCrashed(
            "The process of model {model} ran out of memory and ended. "
            "What was written so far is kept; the next request starts it again.",
            model=model,
        )
    ended = _signal_name(code) if code < 0 else f"exit code {code}"
    if loading is not None and ended not in ("SIGTERM", "SIGKILL"):
        template = "The model file {file} cannot be used: loading it crashes ({ended}: {line})."
        return ModelBroken(template, file=loading, ended=ended, line=line)
    if code < 0:
        return ModelCrashed(
            "The process of model {model} was ended by the signal {signal}. "
            "What was written so far is kept; the next request starts it again.",
            model=model,
            signal=ended,
        )
    return ModelCrashed(
        "The process of model {model} ended with exit code {code}: {line} "
        "What was written so far is kept; the next request starts it again.",
        model=model,
        code=code,
        line=line or "no message.",
    )


def _signal_name(code: int) -> str:
    try:
        return signal.Signals(-code).name
    except ValueError:
        return f"signal {-code}"
