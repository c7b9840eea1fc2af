"""The shipped model and text of the kind it was trained on: few models that say anything are this small."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from models.starter.data import INTENTS, answer

STARTER = Path(__file__).parents[3] / "models" / "starter" / "starter.gguf"


def spoken(first: int, last: int) -> str:
    rng = random.Random(1)
    intents = list(INTENTS)
    rng.shuffle(intents)
    return "\n".join(answer(intent, rng) for intent in intents[first:last])


@pytest.fixture(scope="session")
def starter() -> Path:
    return STARTER


@pytest.fixture(scope="session")
def text() -> str:
    """About 2,300 tokens of answers."""
    return spoken(0, 60)


@pytest.fixture(scope="session")
def calibration() -> str:
    """Other answers than those of `text`."""
    return spoken(60, 160)
