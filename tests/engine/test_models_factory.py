"""The test models themselves: they load, talk ASCII, never stop by themselves, and say what they were told to."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from localmind_app.engine.client import EngineClient
from tests.models_factory import words

pytestmark = pytest.mark.anyio


def test_words_differ() -> None:
    made = words(1000)
    assert len(set(made)) == 1000
    assert all(word.isascii() and word.isalpha() for word in made)


async def test_random_talks_ascii_without_end(client: EngineClient, ask: Callable[..., dict[str, Any]]) -> None:
    answer = await client.chat(ask("random", max_tokens=500, temperature=1.5, ignore_eos=True))
    assert answer.finish_reason == "length"
    assert answer.usage
    assert answer.usage["completion_tokens"] == 500
    assert answer.text.isascii()
    assert len(answer.text.split()) == 500


async def test_slow_is_slow(client: EngineClient, ask: Callable[..., dict[str, Any]]) -> None:
    answer = await client.chat(ask("slow", max_tokens=20))
    assert answer.timings
    assert 5 < answer.timings["tokens_per_second"] < 500


async def test_script_says_its_script(client: EngineClient, ask: Callable[..., dict[str, Any]]) -> None:
    answer = await client.chat(ask("script", max_tokens=20, temperature=0))
    assert answer.text == "Hello 😀world STOP END Hello 😀world STOP END "
