"""Questions that lean on the one before."""

from __future__ import annotations

import pytest

from localmind_app.features.knowledge.answering.followup import rewritten


@pytest.mark.parametrize(
    ("question", "before", "wanted"),
    [
        ("And in 2020?", "What was the revenue of Acme in 2019?", "And in 2020? revenue Acme"),
        ("Who founded it?", "When was the Velmara observatory built?", "Who founded it? Velmara observatory built"),
        ("Und im Winter?", "Wann öffnet das Museum?", "Und im Winter? öffnet Museum"),
        ("When was the Velmara observatory built?", "What does the ferry to Kiel cost?", None),
        ("And in 2020?", "", None),
        ("", "What does the ferry cost?", None),
    ],
)
def test_what_is_added(question: str, before: str, wanted: str | None) -> None:
    assert rewritten(question, before) == wanted
