"""The scorer without a model by itself; and a real reranking model in a real engine."""

import asyncio
import math

import pytest

from localmind_app.core.home import Home
from localmind_app.engine.client import EngineClient
from localmind_app.features.knowledge import rerank
from localmind_app.features.knowledge.rerank import Signs, score
from localmind_app.features.knowledge.terms import asked, words
from localmind_app.features.knowledge.words import Weighed
from tests.features.conftest import RunningEngine
from tests.models_factory import write_reranker


def scores(question, *texts, cosine=0.5, fused=1.0, heading=""):
    terms = [Weighed(term, 5, 3.0) for term in asked(question)]
    return score(terms, [Signs(cosine, fused, words(heading), words(text)) for text in texts])


def test_more_of_the_question_is_better():
    all_of_it, half, none = scores("brass wheel valve", "a brass wheel on the valve", "a brass thing", "nothing")
    assert all_of_it > half > none


def test_words_close_together_are_better():
    near, far = scores("brass wheel", "the brass wheel turns", "brass " + "and so on " * 20 + " wheel")
    assert near > far


def test_a_name_as_written_is_better_than_its_parts():
    exact, apart = scores("os.path.join", "call os.path.join now", "join the os with a path")
    assert exact > apart


def test_a_heading_counts_and_no_words_leave_meaning():
    with_heading = scores("valve", "text", heading="Valve")[0]
    assert with_heading > scores("valve", "text")[0]
    assert scores("", "text", cosine=0.9)[0] > scores("", "text", cosine=0.1)[0]


def test_shares_of_logits():
    assert rerank.share(0) == 0.5
    assert 0 <= rerank.share(-math.inf) < rerank.share(3) < rerank.share(1e9) <= 1


@pytest.mark.anyio
async def test_a_reranking_model_of_the_engine_is_used(tmp_path):
    home = Home.open(tmp_path / "home")
    write_reranker(home.models / "ranker.gguf")
    running = RunningEngine(home)
    client = EngineClient.local(home)
    try:
        assert await rerank.reranker(client) == "ranker"
        made = await rerank.cross_encode(client, "ranker", "which one", ["first text", "second one", "third"])
        assert len(made) == len(set(made)) == 3
        again = await rerank.cross_encode(client, "ranker", "which one", ["third", "first text"])
        assert again == pytest.approx([made[2], made[0]], abs=1e-3)
    finally:
        await client.close()
        await asyncio.to_thread(running.stop)


@pytest.mark.anyio
async def test_no_engine_means_no_reranker(home):
    client = EngineClient.local(home)
    assert await rerank.reranker(client) is None
    await client.close()
