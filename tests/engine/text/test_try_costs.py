"""What tries cost, learned from a few of them."""

from __future__ import annotations

import pytest

from localmind_app.engine.text.odds import MOST_TRIED
from localmind_app.engine.text.try_costs import TryCosts


def test_before_the_first_try_many_seem_to_cost_as_much_as_one() -> None:
    costs = TryCosts().of(2.0)
    assert len(costs) == MOST_TRIED
    assert set(costs) == {1.0}


def test_between_what_was_measured_it_is_guessed() -> None:
    tries = TryCosts()
    tries.learn(1, 2.0)
    tries.learn(5, 4.0)
    assert tries.of(1.0) == pytest.approx([2.0, 2.5, 3.0, 3.5, 4.0, 4.8, 5.6, 6.4], rel=0.01)


def test_the_newest_counts_most_and_nothing_is_below_nothing() -> None:
    tries = TryCosts()
    tries.learn(8, 8.0)
    for _ in range(20):
        tries.learn(8, 1.0)
    assert tries.of(1.0)[-1] == pytest.approx(1.0, rel=0.05)
    tries.learn(1, -3.0)
    assert tries.of(1.0)[0] == 0.0


def test_a_bad_moment_is_forgotten() -> None:
    tries = TryCosts()
    tries.learn(8, 100.0)
    for _ in range(1000):
        tries.of(1.0)
    assert tries.of(1.0)[-1] < 20
