"""What a child that reads files may do: limits of the kernel, set before the first byte of a file is looked at.

Covered on Linux: memory, time of the processor, few descriptors, no core dump, no byte can be written to a file; where
the kernel has Landlock (5.13), no file can be made, changed or removed and no program started; where it allows network
namespaces, no network, otherwise no TCP from Landlock of 6.7 on. On macOS the limits without the one of memory. On
Windows none of them; there the limit of time and the child's end contain a file. Not covered: reading other files of
the person LocalMind runs as.

`enclose_program` is for a program that has to write and to start itself (LibreOffice): it gets one folder to write in,
and where the kernel has Landlock it also reads nothing but that folder and what the system is made of.
"""

from __future__ import annotations

import ctypes
import os
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path

from .limits import Limits

_DESCRIPTORS = 64
_NICENESS = 5  # people who wait for an answer go first
_CLONE_NEWUSER, _CLONE_NEWNET = 0x10000000, 0x40000000  # clone(2)
_PR_SET_NO_NEW_PRIVS = 38  # prctl(2)
_CREATE_RULESET, _ADD_RULE, _RESTRICT_SELF = 444, 445, 446  # landlock(7); the same numbers on every architecture
_VERSION_ONLY = 1
_PATH_BENEATH = 1  # the kind of a rule
_READING = 0b1100  # rights of files that stay: to read a file, and a folder
_RUNNING = _READING | 0b1  # and to start it
_OF_FILES = 0b1100_0000_0000_0111  # the rights that mean something for what is no folder
_FILE_RIGHTS = {1: 13, 2: 14, 3: 15, 4: 15}  # how many rights of files each version knows
_MOST_FILE_RIGHTS = 16  # from version 5 on
# What a program is made of and asks of the system; never what people keep.
_SYSTEM = ("/usr", "/bin", "/lib", "/lib32", "/lib64", "/etc", "/opt", "/nix/store", "/gnu/store", "/proc", "/sys",
           "/var/cache/fontconfig", "/var/lib/libreoffice", "/var/spool/libreoffice")  # fmt: skip
_SOCKETS = Path("/tmp")  # where LibreOffice puts one, whatever it is told
_MAKE_SOCKET = 1 << 9
_DEVICES = ("/dev/null", "/dev/zero", "/dev/random", "/dev/urandom")


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
        _leave_network(libc)
        _restrict(libc, ~_READING)


def enclose_program(folder: Path, program: Path, limits: Limits) -> bool:
    """Before another program takes this process's place: it may write in `folder` only, so much and for so long.

    False where the kernel can neither take the network away nor forbid TCP; then it must not be started.
    """
    if sys.platform == "win32":
        return True
    import resource

    os.nice(_NICENESS)
    for what, most in (
        (resource.RLIMIT_FSIZE, limits.result_bytes),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_NOFILE, 4 * _DESCRIPTORS),
        (resource.RLIMIT_CPU, limits.cpu_seconds),
    ):
        resource.setrlimit(what, (most, most))
    if sys.platform != "linux":
        return True
    resource.setrlimit(resource.RLIMIT_AS, (limits.memory, limits.memory))
    libc = ctypes.CDLL(None, use_errno=True)
    alone = _leave_network(libc)
    readable = dict.fromkeys([*map(Path, _SYSTEM), program.resolve().parents[1]], _RUNNING)
    devices = dict.fromkeys(map(Path, _DEVICES), _READING | 0b10)
    version = _restrict(libc, -1, {**readable, **devices, _SOCKETS: _MAKE_SOCKET, folder: -1})
    return alone or version >= 4


def _leave_network(libc: ctypes.CDLL) -> bool:
    """A network namespace with nothing in it; False where the kernel gives none."""
    if libc.unshare(_CLONE_NEWNET) == 0:  # as root; others need a user namespace, which not every kernel gives
        return True
    return bool(libc.unshare(_CLONE_NEWUSER | _CLONE_NEWNET) == 0)


def _restrict(libc: ctypes.CDLL, given_up: int, kept: Mapping[Path, int] | None = None) -> int:
    """Landlock: these rights of files are given up, but for what is `kept` below a path; so are TCP and what leads to
    other processes. Returns the kernel's version, 0 without Landlock; then nothing happens."""
    version = int(libc.syscall(_CREATE_RULESET, None, 0, _VERSION_ONLY))
    if version < 1:
        return 0
    known = (1 << _FILE_RIGHTS.get(version, _MOST_FILE_RIGHTS)) - 1
    rights = [known & given_up]
    if version >= 4:
        rights.append(0b11)  # to bind and to connect TCP
    if version >= 6:
        rights.append(0b11)  # to reach abstract sockets and to signal processes outside
    attributes = (ctypes.c_uint64 * len(rights))(*rights)
    rules = libc.syscall(_CREATE_RULESET, attributes, ctypes.c_size_t(ctypes.sizeof(attributes)), 0)
    if rules < 0:
        return 0
    for path, allowed in _there(kept or {}):
        _keep(libc, rules, path, allowed & known)
    libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    done = libc.syscall(_RESTRICT_SELF, rules, 0)
    os.close(rules)
    return version if done == 0 else 0


def _there(kept: Mapping[Path, int]) -> Iterable[tuple[Path, int]]:
    return [
        (path, allowed if path.is_dir() else allowed & _OF_FILES) for path, allowed in kept.items() if path.exists()
    ]


class _Beneath(ctypes.Structure):
    """struct landlock_path_beneath_attr"""

    _pack_ = 1
    _fields_ = (("allowed_access", ctypes.c_uint64), ("parent_fd", ctypes.c_int32))


def _keep(libc: ctypes.CDLL, rules: int, path: Path, rights: int) -> None:
    if sys.platform == "linux":
        at = os.open(path, os.O_PATH | os.O_CLOEXEC)
        try:
            libc.syscall(_ADD_RULE, rules, _PATH_BENEATH, ctypes.byref(_Beneath(rights, at)), 0)
        finally:
            os.close(at)


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
