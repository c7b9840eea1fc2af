"""What is near enough to be an answer. The figures with real vectors are in `test_quality`."""

from __future__ import annotations

import numpy as np
import pytest

from localmind_app.features.memory import relevance
from localmind_app.features.memory.tables import MemoryRow


def row(text: str, subject: str | None, attribute: str | None, value: str = "") -> MemoryRow:
    return MemoryRow(text=text, subject=subject, attribute=attribute, value=value)


def near(question: str, fact: MemoryRow, *cosines: float) -> float:
    return relevance.relevance(relevance.wanted(question), fact, np.asarray(cosines, np.float32))


def test_the_nearest_question_counts_more_than_the_sentence() -> None:
    fact = row("I live in Ghent.", "user", "home", "ghent")
    assert near("Whither?", fact, 0.1, 0.9, 0.2) > near("Whither?", fact, 0.9, 0.1, 0.1)


def test_a_fact_about_somebody_whom_nobody_asked_for_is_farther_away() -> None:
    own, others = row("I live in Ghent.", "user", "home"), row("My sister lives in Rome.", "sister", "home")
    assert near("Where do I live?", own, 0.5, 0.5) - near("Where do I live?", others, 0.5, 0.5) >= 0.2
    assert near("Where does my uncle live?", others, 0.5, 0.5) < near("Where does my sister live?", others, 0.5, 0.5)


def test_the_same_name_brings_them_together() -> None:
    fact = row("My sister lives in Rome.", "sister", "home")
    assert near("What did I say of Rome?", fact, 0.2, 0.2) - near("What did I say of Oslo?", fact, 0.2, 0.2) >= 0.2


def test_vectors_come_back_as_they_went() -> None:
    made = np.random.default_rng(1).normal(size=(3, 384)).astype(np.float32)
    made /= np.linalg.norm(made, axis=1, keepdims=True)
    again = relevance.vectors(relevance.stored(made), 384)
    assert again.shape == made.shape
    assert np.abs(again @ made[0] - made @ made[0]).max() < 0.001


@pytest.mark.parametrize("question", ["", "?!", "Hi."])
def test_a_question_without_words_is_read_too(question: str) -> None:
    assert np.isfinite(near(question, row("I live in Ghent.", "user", "home"), 0.1))
