"""Runs one piece of work on what strangers sent in a process of its own, with limits on memory and time.

A page that crashes, wedges or fills a parser does so in the child; the caller gets a UserError.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
import os
import sys
from typing import Any

from localmind_app.core.errors import SourceError, UserError, from_body

log = logging.getLogger(__name__)
MOST_AT_ONCE = 2
LARGEST_RESULT = 64_000_000  # bytes
_MODULE = "localmind_app.features.web_pages.child"
_slots: dict[int, asyncio.Semaphore] = {}


async def run(task: str, request: dict[str, Any], data: bytes = b"", *, seconds: float) -> tuple[dict[str, Any], bytes]:
    """Do `task` (see `child.TASKS`) and return what it found: an object and bytes.

    Raises the UserError the task ends with, and SourceError when the child dies or takes longer than `seconds`.
    """
    async with _slot():
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            *("-m", _MODULE, str(os.getpid())),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
            env=_environment(),
        )
        try:
            async with asyncio.timeout(seconds):
                head = json.dumps({"task": task, "request": request}).encode()
                told, words, _ = await asyncio.gather(
                    _read(process), _last_words(process), _write(process, head + b"\n" + data)
                )
                await process.wait()
        except TimeoutError as error:
            raise _failed(request) from error
        finally:
            if process.returncode is None:
                with contextlib.suppress(ProcessLookupError):
                    process.kill()
                await process.wait()
    if process.returncode:
        log.warning("a child for %s ended with %s: %s", task, process.returncode, words)
    return _understood(told, request)


def _slot() -> asyncio.Semaphore:
    """This event loop's turnstile."""
    loop = id(asyncio.get_running_loop())
    if loop not in _slots:
        _slots.clear()  # a process has one loop; others are over
        _slots[loop] = asyncio.Semaphore(MOST_AT_ONCE)
    return _slots[loop]


def _environment() -> dict[str, str]:
    """Ours, without proxies that libraries would obey."""
    return {name: value for name, value in os.environ.items() if not name.lower().endswith("_proxy")}


async def _read(process: asyncio.subprocess.Process) -> bytes:
    assert process.stdout is not None
    told = bytearray()
    while part := await process.stdout.read(1 << 16):
        told += part
        if len(told) > LARGEST_RESULT:
            process.kill()
            return b""
    return bytes(told)


async def _last_words(process: asyncio.subprocess.Process) -> str:
    """The last line a child wrote to stderr."""
    assert process.stderr is not None
    words = b""
    while part := await process.stderr.read(1 << 12):
        words = (words + part)[-2000:]
    return words.decode("utf-8", "replace").strip().rpartition("\n")[2]


async def _write(process: asyncio.subprocess.Process, data: bytes) -> None:
    assert process.stdin is not None
    with contextlib.suppress(BrokenPipeError, ConnectionResetError):  # a child that dies at once is reported by its end
        process.stdin.write(data)
        await process.stdin.drain()
    process.stdin.close()


def _understood(told: bytes, request: dict[str, Any]) -> tuple[dict[str, Any], bytes]:
    head, _, data = told.partition(b"\n")
    try:
        answer = json.loads(head)
    except ValueError as error:
        raise _failed(request) from error
    if "error" in answer:
        raise from_body(answer)
    return dict(answer["result"]), data


def _failed(request: dict[str, Any]) -> UserError:
    return SourceError(
        "What {host} sent could not be read: it is damaged, far too complicated, or built to do harm. "
        "Nothing of it was kept.",
        host=str(request.get("host", ""))[:200],
    )
