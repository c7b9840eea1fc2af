"""Why a child ended, in words."""

from __future__ import annotations

import signal

import pytest

from localmind_app.core.errors import ModelBroken, ModelCrashed, OutOfMemory
from localmind_app.engine import cause


@pytest.mark.parametrize(
    ("code", "stderr", "oom", "words"),
    [
        (-signal.SIGKILL, [], False, "signal SIGKILL"),
        (-signal.SIGKILL, [], True, "ran out of memory"),
        (-signal.SIGABRT, ["what():  std::bad_alloc"], False, "ran out of memory"),
        (1, ["Traceback", "MemoryError"], False, "ran out of memory"),
        (3, ["GGML says no"], False, "exit code 3: GGML says no"),
        (-63, [], False, "signal"),
    ],
)
def test_crashes(code: int, stderr: list[str], oom: bool, words: str) -> None:
    error = cause.of_end("m", code, stderr, oom_killed=oom)
    assert isinstance(error, ModelCrashed)
    assert words in error.text


def test_a_crash_while_loading_is_the_files_fault_unless_it_was_killed() -> None:
    broken = cause.of_end("m", -signal.SIGABRT, ["GGML_ASSERT(x) failed"], oom_killed=False, loading="m.gguf")
    assert isinstance(broken, ModelBroken)
    assert "m.gguf" in broken.text
    assert "GGML_ASSERT(x) failed" in broken.text
    killed = cause.of_end("m", -signal.SIGKILL, [], oom_killed=False, loading="m.gguf")
    assert isinstance(killed, ModelCrashed)


def test_refusals() -> None:
    assert isinstance(cause.of_refusal("m.gguf", "failed to allocate buffer"), OutOfMemory)
    assert isinstance(cause.of_refusal("m.gguf", "missing tensor"), ModelBroken)


def test_oom_counter_is_readable() -> None:
    assert cause.oom_kills() >= 0
