from __future__ import annotations

import pytest

from localmind_app.core.errors import Invalid, TooMany
from localmind_app.features.accounts.rates import DEFAULTS, Limit, Limits, Passage, Rates, read_limits, stored_limits


class Clock:
    now = 100.0

    def __call__(self) -> float:
        return self.now


def one(rates: Rates, **limits: Limit) -> Passage:
    subjects: dict[str, Limits] = {name: {"chat": limit} for name, limit in limits.items()}
    return rates.passage("chat", subjects)


def test_a_minute_has_so_many_requests_and_fills_up_steadily() -> None:
    clock = Clock()
    rates = Rates(clock)
    for _ in range(6):
        one(rates, user=Limit(6)).enter()
    with pytest.raises(TooMany) as refused:
        one(rates, user=Limit(6)).enter()
    assert refused.value.retry_after == 10
    clock.now += 10
    one(rates, user=Limit(6)).enter()
    with pytest.raises(TooMany):
        one(rates, user=Limit(6)).enter()
    clock.now += 3600
    assert one(rates, user=Limit(6)).headers()["x-ratelimit-remaining-requests"] == "6", "never more than a minute's"


def test_tokens_are_booked_afterwards_and_debt_is_waited_off() -> None:
    clock = Clock()
    rates = Rates(clock)
    passage = one(rates, user=Limit(None, 60))
    passage.enter()
    passage.spend(90)
    assert passage.headers() == {
        "x-ratelimit-limit-tokens": "60", "x-ratelimit-remaining-tokens": "0", "x-ratelimit-reset-tokens": "90.000s"
    }  # fmt: skip
    with pytest.raises(TooMany) as refused:
        one(rates, user=Limit(None, 60)).enter()
    assert refused.value.retry_after in (31, 32)
    clock.now += 32
    one(rates, user=Limit(None, 60)).enter()


def test_a_key_with_limits_of_its_own_counts_for_its_person_too() -> None:
    rates = Rates(Clock())
    one(rates, user=Limit(3), key=Limit(1)).enter()
    with pytest.raises(TooMany):
        one(rates, user=Limit(3), key=Limit(1)).enter()
    assert one(rates, user=Limit(3)).headers()["x-ratelimit-remaining-requests"] == "2", "a refusal counts nothing"


def test_classes_and_people_are_apart_and_a_changed_limit_starts_anew() -> None:
    rates = Rates(Clock())
    one(rates, ada=Limit(1)).enter()
    one(rates, bob=Limit(1)).enter()
    rates.passage("other", {"ada": {"other": Limit(1)}}).enter()
    with pytest.raises(TooMany):
        one(rates, ada=Limit(1)).enter()
    one(rates, ada=Limit(2)).enter()


def test_who_books_is_heard() -> None:
    heard: list[int] = []
    Rates(Clock()).passage("chat", {}, heard.append).spend(5)
    assert heard == [5]


def test_limits_come_back_from_their_stored_form() -> None:
    assert read_limits(stored_limits(DEFAULTS)) == DEFAULTS
    for wrong in ([], {"films": {}}, {"chat": 5}, {"chat": {"requests": 0}}, {"chat": {"tokens": True}},
                  {"chat": {"words": 1}}):  # fmt: skip
        with pytest.raises(Invalid):
            read_limits(wrong)
