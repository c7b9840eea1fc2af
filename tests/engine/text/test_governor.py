"""Threads follow what other programs use of the processor."""

from __future__ import annotations

from localmind_app.engine.text.governor import CALM_SECONDS, Governor, processor_seconds


class Machine:
    """A clock whose seconds and processor seconds the test sets."""

    def __init__(self) -> None:
        self.now = self.own = self.others = 0.0

    def __call__(self) -> tuple[float, float, float]:
        return self.now, self.own + self.others, self.own

    def pass_time(self, seconds: float, own: float, others: float) -> None:
        """Let time pass with `own` and `others` cores busy."""
        self.now += seconds
        self.own += own * seconds
        self.others += others * seconds


def _asked(governor: Governor) -> int:
    governor._looked = float("-inf")
    return governor.threads()


def test_all_cores_while_nobody_else_works() -> None:
    machine = Machine()
    governor = Governor(4, machine)
    for _ in range(5):
        machine.pass_time(1, own=4, others=0.3)
        assert _asked(governor) == 4


def test_one_less_for_each_core_others_need_and_back_after_a_calm_time() -> None:
    machine = Machine()
    governor = Governor(4, machine)
    machine.pass_time(1, own=3, others=1.0)
    assert _asked(governor) == 3
    machine.pass_time(1, own=2, others=2.2)
    assert _asked(governor) == 2
    machine.pass_time(CALM_SECONDS / 2, own=2, others=0)
    assert _asked(governor) == 2, "a moment's rest proves nothing"
    for _ in range(int(CALM_SECONDS / 0.5)):
        machine.pass_time(0.5, own=2, others=0)
        threads = _asked(governor)
    assert threads == 4


def test_what_others_did_while_the_model_rested_does_not_count() -> None:
    machine = Machine()
    governor = Governor(2, machine)
    machine.pass_time(60, own=0, others=2)
    governor.begin()
    machine.pass_time(0.5, own=2, others=0)
    assert _asked(governor) == 2
    machine.pass_time(0.5, own=1, others=1)
    assert _asked(governor) == 1


def test_at_least_one() -> None:
    machine = Machine()
    governor = Governor(2, machine)
    machine.pass_time(1, own=0.1, others=9)
    assert _asked(governor) == 1


def test_it_does_not_look_at_every_step() -> None:
    looks = 0

    def clock() -> tuple[float, float, float]:
        nonlocal looks
        looks += 1
        return processor_seconds()

    governor = Governor(2, clock)
    for _ in range(1000):
        governor.threads()
    assert looks <= 3


def test_the_real_clock_goes_forward() -> None:
    first = processor_seconds()
    sum(range(200_000))
    second = processor_seconds()
    # The system corrects what it counted as idle by a tick or two.
    assert all(after >= before - 0.05 for before, after in zip(first, second, strict=True))
    assert second[2] > first[2]
