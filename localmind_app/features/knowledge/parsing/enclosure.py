"""What a child that reads files may do: limits of the kernel, set before the first byte of a file is looked at.

Covered on Linux: memory, time of the processor, few descriptors, no core dump, no byte can be written to a file; where
the kernel has Landlock (5.13), no file can be made, changed or removed and no program started; where it allows network
namespaces, no network, otherwise no TCP from Landlock of 6.7 on. On macOS the limits without the one of memory. On
Windows none of them; there the limit of time and the child's end contain a file. Not covered: reading other files of
the person LocalMind runs as.
"""

from __future__ import annotations

import ctypes
import os
import sys

from .limits import Limits

_DESCRIPTORS = 64
_NICENESS = 5  # people who wait for an answer go first
_CLONE_NEWUSER, _CLONE_NEWNET = 0x10000000, 0x40000000  # clone(2)
_PR_SET_NO_NEW_PRIVS = 38  # prctl(2)
_CREATE_RULESET, _RESTRICT_SELF = 444, 446  # landlock(7); the same numbers on every architecture
_VERSION_ONLY = 1
_READING = 0b1100  # rights of files that stay: to read a file, and a folder
_FILE_RIGHTS = {1: 13, 2: 14, 3: 15, 4: 15}  # how many rights of files each version knows
_MOST_FILE_RIGHTS = 16  # from version 5 on


def enclose() -> None:
    """Once, at the start: everything that never has to be taken back."""
    if sys.platform == "win32":
        return
    import resource

    os.nice(_NICENESS)
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_NOFILE, (_DESCRIPTORS, _DESCRIPTORS))
    if sys.platform == "linux":
        libc = ctypes.CDLL(None, use_errno=True)
        if libc.unshare(_CLONE_NEWNET) != 0:  # as root; others need a user namespace, which not every kernel gives
            libc.unshare(_CLONE_NEWUSER | _CLONE_NEWNET)
        _only_read(libc)


def _only_read(libc: ctypes.CDLL) -> None:
    """Landlock: every right the kernel knows is given up, but the one to read. Without Landlock, nothing happens."""
    version = libc.syscall(_CREATE_RULESET, None, 0, _VERSION_ONLY)
    if version < 1:
        return
    files = ((1 << _FILE_RIGHTS.get(version, _MOST_FILE_RIGHTS)) - 1) & ~_READING
    rights = [files]
    if version >= 4:
        rights.append(0b11)  # to bind and to connect TCP
    if version >= 6:
        rights.append(0b11)  # to reach abstract sockets and to signal processes outside
    attributes = (ctypes.c_uint64 * len(rights))(*rights)
    rules = libc.syscall(_CREATE_RULESET, attributes, ctypes.c_size_t(ctypes.sizeof(attributes)), 0)
    if rules >= 0:
        libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
        libc.syscall(_RESTRICT_SELF, rules, 0)
        os.close(rules)


def allow(limits: Limits) -> None:
    """Before every file: so much memory, and so much more time of the processor than was used already."""
    if sys.platform == "win32":
        return
    import resource

    if sys.platform == "linux":  # elsewhere it is not enforced, or counts what is only reserved
        _soften(resource.RLIMIT_AS, limits.memory)
    used = resource.getrusage(resource.RUSAGE_SELF)
    _soften(resource.RLIMIT_CPU, int(used.ru_utime + used.ru_stime) + 1 + limits.cpu_seconds)


if sys.platform != "win32":

    def _soften(what: int, wanted: int) -> None:
        import resource

        _, hard = resource.getrlimit(what)
        resource.setrlimit(what, (wanted if hard == resource.RLIM_INFINITY else min(wanted, hard), hard))
