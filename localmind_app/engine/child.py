"""The engine's side of one child process: start it, ask it, notice how it ended, end it."""

from __future__ import annotations

import asyncio
import itertools
import logging
import os
import signal
import sys
import time
from collections import deque
from collections.abc import AsyncGenerator, Callable
from typing import Any

import psutil

from localmind_app.core.errors import EngineError, UserError, from_body

from . import cause
from .wire import LINE_LIMIT, Message, pack, unpack

log = logging.getLogger(__name__)
_UNLOAD_SECONDS = 0.5
_ASIDE_SECONDS = 120.0  # longer than a step of a large model takes
_LOG_LINE = 2000  # characters of a line of native output that are kept
_CHUNK = 65_536  # bytes
_ENVIRONMENT = {
    "GGML_NO_BACKTRACE": "1",  # a failed assertion would start a debugger first, which takes seconds
    "CUDA_DEVICE_ORDER": "PCI_BUS_ID",  # cards in the order in which the budget counts them
    "GOMP_SPINCOUNT": "20000",  # threads that wait give the core back; measured as fast as endless spinning
}


class Child:
    """One process serving one model. Make it with `start`; `on_end` is called once, when it is gone.

    `in_flight` counts open runs, `last_used` is time.monotonic of the last one and `priority` the highest of those
    that ran together; `progress` of loading is 0..1, `info` holds the facts its `ready` told. A child that is
    `leaving` takes no new requests; `crashed` says that it ended by itself, without an answer why.
    """

    def __init__(
        self, name: str, process: asyncio.subprocess.Process, file: str, on_end: Callable[[Child], None]
    ) -> None:
        self.name, self._process, self._file, self._on_end = name, process, file, on_end
        self.pid = process.pid
        self.in_flight = 0
        self.last_used = time.monotonic()
        self.priority = 0
        self.leaving = False
        self.crashed = False
        self.progress = 0.0
        self.info: dict[str, Any] = {}
        self.end: UserError | None = None  # what requests get once the process is gone
        self.failure: UserError | None = None  # the same where nobody asked for the end
        self._refusal: UserError | None = None
        self._hung: UserError | None = None
        self._ready: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._numbers = itertools.count(1)
        self._inboxes: dict[int, asyncio.Queue[Message | None]] = {}
        self._stderr: deque[str] = deque(maxlen=20)
        self._oom_kills = cause.oom_kills()
        self._closing = False
        self._watch = asyncio.create_task(self._live())

    @classmethod
    async def start(cls, name: str, module: str, load: Message, on_end: Callable[[Child], None]) -> Child:
        """Spawn `python -m module` and send it `load`; `ready` then waits for the model."""
        pipe = asyncio.subprocess.PIPE
        env = {**os.environ, **_ENVIRONMENT}
        try:
            process = await asyncio.create_subprocess_exec(
                sys.executable, "-m", module, stdin=pipe, stdout=pipe, stderr=pipe, limit=LINE_LIMIT, env=env
            )
        except OSError as error:
            reason = error.strerror or str(error)
            raise EngineError("No process can be started for {model}: {reason}.", model=name, reason=reason) from error
        child = cls(name, process, load["name"], on_end)
        child._send({"verb": "load", **load})
        return child

    @property
    def is_ready(self) -> bool:
        """Whether it has loaded its model and lives."""
        return self.end is None and self._ready.done() and self._ready.exception() is None

    @property
    def idle(self) -> bool:
        """Whether it is ready and nobody waits for it."""
        return self.is_ready and not self.in_flight

    async def ready(self) -> None:
        """Wait until the model is loaded. Raises ModelBroken, ModelCrashed."""
        await asyncio.shield(self._ready)

    async def run(self, task: str, request: dict[str, Any]) -> AsyncGenerator[Message, None]:
        """Events of one request, ending with `done`. Closing the iterator cancels the request in the child.

        Raises what the child answers, or ModelCrashed within a moment of its end.
        """
        number, finished = next(self._numbers), False
        inbox = self._inboxes[number] = asyncio.Queue()
        self.in_flight += 1
        try:
            self._send({"verb": "run", "id": number, "task": task, "request": request})
            while not finished:
                event = None if self.end and inbox.empty() else await inbox.get()
                if event is None:
                    finished = True
                    raise self.end or EngineError("The model {model} was unloaded.", model=self.name)
                finished = event["event"] in ("done", "error")
                if event["event"] == "error":
                    raise from_body(event["error"])
                yield event
        finally:
            del self._inboxes[number]
            self.in_flight -= 1
            self.last_used = time.monotonic()
            if not finished:
                self._send({"verb": "cancel", "id": number})

    async def stats(self) -> dict[str, Any]:
        """The child's own counters; empty when it does not answer at once."""
        number = next(self._numbers)
        inbox = self._inboxes[number] = asyncio.Queue()
        self._send({"verb": "stats", "id": number})
        try:
            async with asyncio.timeout(1.0):
                event = await inbox.get()
        except TimeoutError:
            return {}
        finally:
            del self._inboxes[number]
        return {} if event is None else dict(event.get("result", {}))

    async def aside(self, task: str, request: dict[str, Any]) -> dict[str, Any] | None:
        """The result of a task that needs no step of the model. It does not count as use of the model.

        None when the child ends before it answers. Raises EngineError when it takes longer than two minutes.
        """
        number = next(self._numbers)
        inbox = self._inboxes[number] = asyncio.Queue()
        try:
            self._send({"verb": "run", "id": number, "task": task, "request": request})
            async with asyncio.timeout(_ASIDE_SECONDS):
                event = None if self.end else await inbox.get()
        except TimeoutError:
            raise EngineError("The model {model} is busy and did not answer in time.", model=self.name) from None
        finally:
            del self._inboxes[number]
        return None if event is None else dict(event["result"])

    async def close(self) -> None:
        """Unload and wait for the end; a child that takes longer than half a second is killed."""
        self._closing = True
        self._send({"verb": "unload"})
        try:
            async with asyncio.timeout(_UNLOAD_SECONDS):
                await asyncio.shield(self._watch)
        except TimeoutError:
            self.kill()
            await self._watch

    async def gone(self) -> None:
        """Wait for the end."""
        await asyncio.shield(self._watch)

    def give_up(self, error: UserError) -> None:
        """End a process that hangs; its requests get `error`, and it counts as crashed."""
        if self.end is None and not self._closing:
            self._hung = error
            self._kill()

    def memory(self) -> int:
        """Bytes of main memory it holds, pages of the mapped model file among them; 0 when it is gone.

        The resident set: pages of libraries count in full in every child, some 20 MB, but what it says does not depend
        on what else runs, as the proportional set does.
        """
        try:
            return int(psutil.Process(self.pid).memory_info().rss)
        except psutil.Error:
            return 0

    def kill(self) -> None:
        """End the process at once; `close` or the watch reaps it."""
        self._closing = True
        self._kill()

    def _kill(self) -> None:
        if self._process.returncode is None:
            self._process.send_signal(signal.SIGKILL if hasattr(signal, "SIGKILL") else signal.SIGTERM)

    def _send(self, message: Message) -> None:
        stdin = self._process.stdin
        assert stdin is not None
        if self.end is None and not stdin.is_closing():
            stdin.write(pack(message))

    async def _live(self) -> None:
        stderr = asyncio.create_task(self._read_stderr())
        stdout = self._process.stdout
        assert stdout is not None
        line = b""
        try:
            while line := await stdout.readline():
                self._dispatch(unpack(line))
        except (ValueError, KeyError, TypeError, AttributeError, asyncio.InvalidStateError):
            # A child that breaks the protocol is not to be trusted with anything else.
            log.exception("child %s sent %r", self.name, line[:200])
            if self._process.returncode is None:
                self._process.kill()
        code = await self._process.wait()
        await stderr
        if self._process.stdin is not None:
            self._process.stdin.close()
        self._finish(code)

    def _finish(self, code: int) -> None:
        loading = self._file if not self._ready.done() else None
        if self._closing:
            self.end = EngineError("The model {model} was unloaded before it had answered.", model=self.name)
        elif self._refusal:
            self.end = self.failure = self._refusal
        elif self._hung:
            self.end = self.failure = self._hung
            self.crashed = True
        else:
            self.crashed = True
            oom = code == -9 and cause.oom_kills() > self._oom_kills
            self.end = self.failure = cause.of_end(self.name, code, list(self._stderr), oom_killed=oom, loading=loading)
            log.warning("child %s (pid %d) ended with code %d: %s", self.name, self.pid, code, self.end.text)
        if not self._ready.done():
            self._ready.set_exception(self.end)
            self._ready.exception()  # read once, so asyncio does not complain where nobody waits any more
        for inbox in self._inboxes.values():
            inbox.put_nowait(None)
        self._on_end(self)

    async def _read_stderr(self) -> None:
        stream = self._process.stderr
        assert stream is not None
        rest = b""
        while chunk := await stream.read(_CHUNK):  # not by lines: native output may go on without an end of line
            *lines, rest = (rest + chunk).split(b"\n")
            rest = rest[:_LOG_LINE]
            for line in lines:
                self._note(line)
        self._note(rest)

    def _note(self, line: bytes) -> None:
        text = line[:_LOG_LINE].decode("utf-8", "replace").rstrip()
        if text:
            self._stderr.append(text)
            log.info("%s: %s", self.name, text)

    def _dispatch(self, message: Message) -> None:
        event = message["event"]
        if event == "loading":
            self.progress = float(message["progress"])
        elif event == "ready":
            self.info = message["info"]
            self.last_used = time.monotonic()
            self._ready.set_result(None)
        elif event == "failed":
            self._refusal = from_body(message["error"])
            self._ready.set_exception(self._refusal)
            self._ready.exception()
        elif (inbox := self._inboxes.get(message["id"])) is not None:
            inbox.put_nowait(message)
