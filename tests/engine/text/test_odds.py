"""How many tokens are worth a try."""

from __future__ import annotations

import pytest

from localmind_app.engine.text.odds import MOST_TRIED, Odds


def costs(token: float) -> list[float]:
    """Seconds that 1, 2, 3 … tokens add to a step."""
    return [token * count for count in range(1, MOST_TRIED + 1)]


def taught(tried: int, true: int, times: int = 40) -> Odds:
    odds = Odds()
    for _ in range(times):
        odds.learn(tried, true)
    return odds


def test_nothing_is_tried_before_a_steps_cost_is_known() -> None:
    assert taught(8, 8).worthwhile(0.0, costs(0.0)) == 0


def test_cheap_tokens_are_tried_and_dear_ones_are_not() -> None:
    assert Odds().worthwhile(1.0, costs(0.001)) == MOST_TRIED
    assert Odds().worthwhile(1.0, costs(1.0)) == 0
    assert 0 < Odds().worthwhile(1.0, costs(0.2)) < MOST_TRIED


def test_what_never_comes_true_is_given_up_and_tried_again_later() -> None:
    odds = taught(4, 0)
    waits = 0
    while not odds.worthwhile(1.0, costs(0.2)):
        waits += 1
    assert 20 < waits < 200


def test_what_always_comes_true_is_tried_even_where_it_is_dear() -> None:
    assert taught(8, 8).worthwhile(1.0, costs(0.7)) == MOST_TRIED


def test_a_try_of_nothing_teaches_nothing() -> None:
    odds, other = Odds(), Odds()
    odds.learn(0, 0)
    assert odds.worthwhile(1.0, costs(0.3)) == other.worthwhile(1.0, costs(0.3))


def test_what_only_pays_by_many_is_tried_by_many() -> None:
    steep = [1.9, 2.1, 2.2, 2.3, 2.4, 2.5, 2.6, 2.7]  # of a step of one second
    assert taught(8, 8).worthwhile(1.0, steep) == MOST_TRIED
    assert Odds().worthwhile(1.0, steep) == 0


@pytest.mark.parametrize("truth", [0.1, 0.4, 0.7, 0.9])
@pytest.mark.parametrize("token_seconds", [0.02, 0.1, 0.3, 0.6])
def test_no_other_number_gives_more_tokens_a_second(truth: float, token_seconds: float) -> None:
    chosen = taught(100, round(100 * truth), 100).worthwhile(1.0, costs(token_seconds))
    after = truth + 0.004  # hope has grown once

    def rate(count: int) -> float:
        return sum(after**at for at in range(count + 1)) / (1.0 + count * token_seconds)

    assert rate(chosen) == pytest.approx(max(rate(count) for count in range(MOST_TRIED + 1)), rel=1e-6)
