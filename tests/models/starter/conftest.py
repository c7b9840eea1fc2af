"""Shared pieces: the repository on the import path, a small tokenizer, random weights."""

import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
if str(ROOT) not in sys.path:
    sys.path.insert(0, str(ROOT))  # `models` is no installed package: its scripts run from the repository

from models.starter.data import dialogues  # noqa: E402
from models.starter.shape import Shape  # noqa: E402
from models.starter.tokenizer import train_tokenizer  # noqa: E402


@pytest.fixture(scope="session")
def shape():
    return Shape(vocabulary=640, width=64, layers=2, heads=4, kv_heads=2, ffn_width=96, context=256)


@pytest.fixture(scope="session")
def tokenizer(shape):
    texts = (message["content"] for messages in dialogues(200, seed=1) for message in messages)
    return train_tokenizer(texts, shape.vocabulary)
