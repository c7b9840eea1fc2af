"""Back-off and quarantine, by a clock that is moved by hand."""

from __future__ import annotations

from localmind_app.core.errors import ModelCrashed
from localmind_app.engine.crashes import Crashes

FILE, OTHER = (1, 1), (2, 2)
REASON = ModelCrashed("It fell over.")


class Clock:
    now = 1000.0

    def __call__(self) -> float:
        return self.now


def test_each_crash_waits_twice_as_long() -> None:
    clock = Clock()
    crashes = Crashes(clock)
    assert crashes.wait("m", FILE) == 0
    waits = []
    for _ in range(9):
        crashes.note("m", FILE, REASON)
        waits.append(crashes.wait("m", FILE))
        clock.now += 700  # seldom enough not to be set aside
        assert crashes.quarantine("m", FILE) is None
    assert waits == [1, 2, 4, 8, 16, 32, 60, 60, 60]
    assert crashes.wait("m", FILE) == 0
    clock.now += 4000
    crashes.note("m", FILE, REASON)
    assert crashes.wait("m", FILE) == 1, "an hour without a crash is a new beginning"
    assert crashes.wait("other", FILE) == 0


def test_two_within_ten_minutes_set_it_aside() -> None:
    clock = Clock()
    crashes = Crashes(clock)
    crashes.note("m", FILE, REASON)
    clock.now += 601
    crashes.note("m", FILE, REASON)
    assert crashes.quarantine("m", FILE) is None
    clock.now += 599
    crashes.note("m", FILE, REASON)
    error = crashes.quarantine("m", FILE)
    assert error is not None
    assert "2 times within 10 minutes" in error.text and "It fell over." in error.text
    clock.now += 100_000
    assert crashes.quarantine("m", FILE), "time alone does not release it"


def test_release_and_another_file() -> None:
    crashes = Crashes(Clock())
    for _ in range(2):
        crashes.note("m", FILE, REASON)
    crashes.release("m")
    assert crashes.quarantine("m", FILE) is None
    crashes.note("m", FILE, REASON)
    assert crashes.quarantine("m", FILE) is None, "it begins to count anew"
    crashes.note("m", FILE, REASON)
    assert crashes.quarantine("m", FILE)
    assert crashes.quarantine("m", OTHER) is None
    assert crashes.wait("m", OTHER) == 0
