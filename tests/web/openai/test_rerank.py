"""Documents by how well they answer a query, with the embedding model standing in and saying so."""

from __future__ import annotations

import httpx

from tests.models_factory import write_reranker
from tests.product import Product

DOCUMENTS = ["interest rates rise again", "a kitten naps on the sofa", "the cat sleeps all day"]


def test_near_documents_come_first_and_the_answer_says_how(api: httpx.Client) -> None:
    asked = {"model": "all-minilm-l6-v2", "query": "a sleeping cat", "documents": DOCUMENTS}
    whole = api.post("/v1/rerank", json=asked).json()
    assert whole["method"] == "embedding"
    assert [result["index"] for result in whole["results"]] == [2, 1, 0]
    scores = [result["relevance_score"] for result in whole["results"]]
    assert scores == sorted(scores, reverse=True)
    assert scores[0] > scores[2] + 0.3
    assert "document" not in whole["results"][0]
    as_objects = [{"text": text} for text in DOCUMENTS]
    best = api.post("/v1/rerank", json={**asked, "documents": as_objects, "top_n": 1, "return_documents": True}).json()
    assert [result["document"]["text"] for result in best["results"]] == [DOCUMENTS[2]]


def test_a_reranking_model_is_asked_itself(api: httpx.Client, product: Product) -> None:
    write_reranker(product.home.models / "ranker.gguf")
    asked = {"model": "ranker", "query": "a sleeping cat", "documents": DOCUMENTS}
    whole = api.post("/v1/rerank", json=asked).json()
    assert whole["method"] == "reranker"
    assert {result["index"] for result in whole["results"]} == {0, 1, 2}
    scores = [result["relevance_score"] for result in whole["results"]]
    assert scores == sorted(scores, reverse=True)
    [best] = api.post("/v1/rerank", json={**asked, "top_n": 1}).json()["results"]
    assert best == whole["results"][0]
