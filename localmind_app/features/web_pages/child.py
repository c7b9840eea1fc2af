"""The process that reads what strangers sent: one task, its result on stdout, the end."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable
from typing import Any

from localmind_app.core.errors import UserError
from localmind_app.core.orphan import die_with_parent

MEMORY = 2048 << 20  # bytes of address space
CPU_SECONDS = 30
Task = Callable[[dict[str, Any], bytes], tuple[dict[str, Any], bytes]]


def _page(request: dict[str, Any], data: bytes) -> tuple[dict[str, Any], bytes]:
    from .html import read

    return read(data, request["url"], request["charset"])


def _sitemap(request: dict[str, Any], data: bytes) -> tuple[dict[str, Any], bytes]:
    from .sitemap_file import parse

    return parse(data, int(request["limit"])), b""


def _search(request: dict[str, Any], _data: bytes) -> tuple[dict[str, Any], bytes]:
    from .metasearch import ask

    return ask(request["engine"], request["query"], int(request["count"]), request["host"], request["address"]), b""


TASKS: dict[str, Task] = {"page": _page, "sitemap": _sitemap, "search": _search}


def _limit() -> None:
    if sys.platform != "win32":
        import resource

        for what, most in ((resource.RLIMIT_AS, MEMORY), (resource.RLIMIT_CPU, CPU_SECONDS), (resource.RLIMIT_CORE, 0)):
            hard = resource.getrlimit(what)[1]
            resource.setrlimit(what, (most if hard == resource.RLIM_INFINITY else min(most, hard), hard))


def main() -> None:
    """Read the task from stdin, do it, write what came of it."""
    die_with_parent(int(sys.argv[1]))
    _limit()
    out = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what a library prints is not the result
    order = json.loads(sys.stdin.buffer.readline())
    data = sys.stdin.buffer.read()
    try:
        result, rest = TASKS[order["task"]](order["request"], data)
        head = {"result": result}
    except UserError as error:
        head, rest = error.body(), b""
    out.write(json.dumps(head).encode() + b"\n" + rest)
    out.close()


if __name__ == "__main__":
    main()
