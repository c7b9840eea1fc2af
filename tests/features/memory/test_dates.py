from __future__ import annotations

from datetime import datetime

import pytest

from localmind_app.features.memory.dates import moment, said_in

NOW = int(datetime(2026, 9, 21, 15).astimezone().timestamp() * 1000)  # a Monday


def days(text: str) -> tuple[str | None, str | None]:
    """The span as days; the end is the first day after it."""
    span = said_in(text, NOW)
    assert span is not None, text
    return tuple(None if at is None else moment(at).strftime("%Y-%m-%d") for at in (span.start, span.end))  # type: ignore[return-value]


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ("Where did I live in March?", "2026-03-01", "2026-04-01"),
        ("Where did I live in November?", "2025-11-01", "2025-12-01"),
        ("in March 2024", "2024-03-01", "2024-04-01"),
        ("What did I buy last month?", "2026-08-01", "2026-09-01"),
        ("last year", "2025-01-01", "2026-01-01"),
        ("last week", "2026-09-14", "2026-09-21"),
        ("yesterday", "2026-09-20", "2026-09-21"),
        ("in 2019", "2019-01-01", "2020-01-01"),
        ("on 4 May 2025", "2025-05-04", "2025-05-05"),
        ("on May 4th", "2026-05-04", "2026-05-05"),
        ("2025-12-24", "2025-12-24", "2025-12-25"),
        ("am 24.12.2025", "2025-12-24", "2025-12-25"),
        ("last summer", "2026-06-01", "2026-09-01"),
        ("before March", None, "2026-03-01"),
        ("before 2024", None, "2024-01-01"),
        ("since March 2025", "2025-03-01", None),
        ("after 2024", "2025-01-01", None),
        ("Was habe ich im August gesagt?", "2026-08-01", "2026-09-01"),
        ("letzten Monat", "2026-08-01", "2026-09-01"),
        ("seit 2020", "2020-01-01", None),
        ("gestern", "2026-09-20", "2026-09-21"),
        ("vor 2020", None, "2020-01-01"),
    ],
)
def test_a_time_is_a_span_of_days(text: str, start: str | None, end: str | None) -> None:
    assert days(text) == (start, end)


@pytest.mark.parametrize("text", ["three weeks ago", "vor drei Wochen", "about 3 weeks ago"])
def test_some_time_ago_is_about_then(text: str) -> None:
    start, end = days(text)
    assert start is not None and end is not None
    assert start <= "2026-08-31" < end


@pytest.mark.parametrize("text", ["", "Where do I live?", "I may be wrong", "März oder so? Nein.", "12 apples"])
def test_what_names_no_time_has_none(text: str) -> None:
    assert said_in(text, NOW) is None
