"""The parent's side: child processes that read files, as many as there are cores, used again and again.

A child is replaced after a number of files, when it has grown, and after anything that went wrong in it. A file that
kills its child, is silent for too long or wants too much fails alone.
"""

from __future__ import annotations

import asyncio
import json
import logging
import os
import signal
import sys
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from typing import Any

import psutil

from localmind_app.core.errors import Unreadable, UserError, from_body

from .limits import MEGABYTE, Limits

log = logging.getLogger(__name__)
_ROOT = Path(__file__).resolve().parents[4]  # where the package localmind_app is
_MODULE = "localmind_app.features.knowledge.parsing.child"
_MOST_FILES = 500  # read by one child
_MOST_MEMORY = 1024 * MEGABYTE  # of a child that waits; models of OCR take 0.8 of it
_IDLE_SECONDS = 20.0
_START_SECONDS = 30.0  # added to the limit of silence: a busy machine may take long to start a child
_LINE = 64 * 1024
_KEPT = ("PATH", "LANG", "LC_ALL", "TZ", "SYSTEMROOT", "LD_LIBRARY_PATH", "VIRTUAL_ENV")
Progress = Callable[[float], None]


class Pool:
    """Children of one event loop. `close` ends them."""

    def __init__(self, size: int | None = None) -> None:
        self._room = asyncio.Semaphore(size or os.cpu_count() or 1)
        self._idle: list[_Child] = []
        self._busy: set[_Child] = set()
        self._tidying: asyncio.TimerHandle | None = None
        self._ending: set[asyncio.Task[None]] = set()

    @property
    def pids(self) -> list[int]:
        """The process ids of all children."""
        return [child.pid for child in (*self._idle, *self._busy)]

    async def ask(self, request: dict[str, Any], limits: Limits, on_progress: Progress | None) -> bytes:
        """One file's answer. Raises Unreadable; cancelling it ends the child at once."""
        async with self._room:
            child = self._idle.pop() if self._idle else await _Child.start()
            self._busy.add(child)
            reusable = False
            try:
                data = await child.ask(request, limits, on_progress)
                reusable = True
                return data
            except _Refused as refused:
                reusable = not refused.spent
                raise refused.error from refused
            finally:
                self._busy.discard(child)
                if reusable and child.is_fresh():
                    self._idle.append(child)
                    self._tidy_later()
                else:
                    await asyncio.shield(self._end(child))

    async def close(self) -> None:
        """End all children."""
        if self._tidying:
            self._tidying.cancel()
        idle, self._idle = self._idle, []
        for child in (*idle, *self._busy):
            child.kill()
            await child.gone()
        await asyncio.gather(*self._ending)

    def _end(self, child: _Child) -> asyncio.Task[None]:
        child.kill()
        task = asyncio.create_task(child.gone())
        self._ending.add(task)
        task.add_done_callback(self._ending.discard)
        return task

    def _tidy_later(self) -> None:
        if self._tidying:
            self._tidying.cancel()
        self._tidying = asyncio.get_running_loop().call_later(_IDLE_SECONDS, self._tidy)

    def _tidy(self) -> None:
        idle, self._idle = self._idle, []
        for child in idle:
            self._end(child)


class _Refused(Exception):
    """The child said why it does not read the file; `spent`: it is not to be used any more."""

    def __init__(self, error: UserError, spent: bool) -> None:
        self.error, self.spent = error, spent


class _Child:
    """One process that reads one file at a time."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process, self._files = process, 0
        self.pid = process.pid

    @classmethod
    async def start(cls) -> _Child:
        """A new process. Raises Unreadable where none can be started."""
        environment = {name: os.environ[name] for name in _KEPT if name in os.environ}
        environment |= {"PYTHONPATH": str(_ROOT), "PYTHONDONTWRITEBYTECODE": "1", "PYTHONUTF8": "1"}
        environment |= {"MALLOC_ARENA_MAX": "2", "OMP_NUM_THREADS": "2", "OPENBLAS_NUM_THREADS": "1"}
        pipe = asyncio.subprocess.PIPE
        try:
            process = await asyncio.create_subprocess_exec(
                sys.executable, "-m", _MODULE, stdin=pipe, stdout=pipe, stderr=asyncio.subprocess.DEVNULL,
                limit=_LINE, env=environment, cwd=os.sep, start_new_session=True,
            )  # fmt: skip
        except OSError as error:
            reason = error.strerror or str(error)
            raise Unreadable("No process can be started to read files: {reason}.", reason=reason) from error
        return cls(process)

    async def ask(self, request: dict[str, Any], limits: Limits, on_progress: Progress | None) -> bytes:
        """The bytes of the answer. Raises _Refused, Unreadable; after anything but _Refused it has to be ended."""
        self._files += 1
        line = json.dumps({**request, "limits": asdict(limits)}).encode() + b"\n"
        try:
            async with asyncio.timeout(limits.seconds + _START_SECONDS):
                assert self._process.stdin is not None
                self._process.stdin.write(line)
                await self._process.stdin.drain()
                return await self._answer(limits, on_progress)
        except TimeoutError:
            raise Unreadable(
                "{file} takes too long to be read and was stopped. Nothing of it was kept; split it and add the parts.",
                file=request["name"],
            ) from None
        except (OSError, asyncio.IncompleteReadError, ValueError, KeyError, TypeError) as error:
            code = await self._code()
            log.warning("a reader of files ended with code %s: %r", code, error)
            raise _reason(code, request["name"]) from error

    async def _answer(self, limits: Limits, on_progress: Progress | None) -> bytes:
        out = self._process.stdout
        assert out is not None
        while True:
            async with asyncio.timeout(limits.quiet_seconds + _START_SECONDS):
                head = json.loads(await out.readuntil(b"\n"))
            if "progress" in head:
                if on_progress:
                    on_progress(min(max(float(head["progress"]), 0.0), 1.0))
            elif "error" in head:
                raise _Refused(from_body(head), bool(head.get("spent")))
            else:
                size = int(head["bytes"])
                if not 0 <= size <= limits.result_bytes:
                    raise ValueError("the answer is larger than allowed")
                async with asyncio.timeout(limits.quiet_seconds):
                    return await out.readexactly(size)

    def is_fresh(self) -> bool:
        """Whether it may read another file."""
        if self._process.returncode is not None or self._files >= _MOST_FILES:
            return False
        try:
            return bool(psutil.Process(self.pid).memory_info().rss < _MOST_MEMORY)
        except psutil.Error:
            return False

    def kill(self) -> None:
        """End it, and whatever it started."""
        if self._process.returncode is None:
            with suppress(ProcessLookupError, PermissionError):
                if sys.platform == "win32":
                    self._process.kill()
                else:
                    os.killpg(self.pid, signal.SIGKILL)

    async def gone(self) -> None:
        """Wait for its end."""
        if self._process.stdin is not None:
            self._process.stdin.close()
        await self._process.wait()

    async def _code(self) -> int | None:
        """How it ended; None when it still runs a moment later: it broke the protocol."""
        with suppress(TimeoutError):
            async with asyncio.timeout(1.0):
                return await self._process.wait()
        return None


def _reason(code: int | None, name: str) -> Unreadable:
    if sys.platform != "win32" and code == -signal.SIGXCPU:
        return Unreadable(
            "{file} takes too long to be read and was stopped. Nothing of it was kept; split it and add the parts.",
            file=name,
        )
    return Unreadable(
        "{file} made the program that reads it crash. Nothing else was harmed and nothing of it was kept; "
        "save it again with the program it comes from and add the new file.",
        file=name,
    )
