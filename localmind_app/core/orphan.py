"""Children that never outlive their parent, even when it is killed with SIGKILL and can clean up nothing.

Covered: Linux (the kernel sends SIGKILL when the parent's starting thread ends), macOS and Windows (a watching thread).
Not covered: a grandchild whose own parent does not call `die_with_parent` too; every process here does it for itself.
Standard library only.
"""

from __future__ import annotations

import ctypes
import os
import signal
import sys
import threading
import time
from collections.abc import Callable

PR_SET_PDEATHSIG = 1  # prctl(2)
LOOK_SECONDS = 0.5


def death_signal() -> Callable[[], None] | None:
    """What `subprocess.Popen(preexec_fn=…)` needs so that the child dies with this process; None off Linux.

    The kernel ties it to the *thread* that starts the child: start children from the main thread only.
    Everything is looked up before the fork, so the child only makes three system calls.
    """
    if sys.platform != "linux":
        return None
    prctl = ctypes.CDLL(None, use_errno=True).prctl
    parent = os.getpid()

    def arm() -> None:
        prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
        if os.getppid() != parent:  # it died between the fork and prctl
            os.kill(os.getpid(), signal.SIGKILL)

    return arm


def die_with_parent(parent: int | None = None) -> None:
    """End this process at once when its parent ends. Call it first thing in a child's main().

    `parent` is the process id the child was told at its start; without it, a parent that died before this call
    goes unnoticed.
    """
    expected = parent or os.getppid()
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
        if os.getppid() != expected:
            os._exit(1)
    else:
        watch = _wait_windows if sys.platform == "win32" else _wait_posix
        threading.Thread(target=watch, args=(expected,), name="die-with-parent", daemon=True).start()


def _wait_posix(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(LOOK_SECONDS)
    os._exit(1)


def _wait_windows(parent: int) -> None:
    if sys.platform == "win32":
        import _winapi

        synchronize = 0x00100000
        handle = _winapi.OpenProcess(synchronize, False, parent)
        _winapi.WaitForSingleObject(handle, _winapi.INFINITE)
        os._exit(1)
