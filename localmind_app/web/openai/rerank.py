"""POST /v1/rerank in the form of Jina, Cohere and llama-server: documents by how well they answer a query.

A reranking model is asked directly. An embedding model stands in by the cosine of query and document, and the answer
says so (`"method": "embedding"`).
"""

from __future__ import annotations

from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from localmind_app.core.errors import Invalid
from localmind_app.engine.exchange import ask
from localmind_app.engine.field import boolean, integer, text
from localmind_app.engine.stream import unless_gone
from localmind_app.features.services import services

Json = dict[str, Any]
MOST_DOCUMENTS = 1024
_RERANKER = "reranker"


async def rerank(request: Request) -> Response:
    """POST /v1/rerank."""
    body: Json = request.state.body
    model, query, documents = text(body, "model"), text(body, "query"), _documents(body)
    top = integer(body, "top_n", 1, 1_000_000) or len(documents)
    with_text = boolean(body, "return_documents")
    scores, method, tokens = await unless_gone(request, _scores(model, query, documents))
    request.state.passage.spend(tokens)
    order = sorted(range(len(documents)), key=lambda index: (-scores[index], index))[:top]
    results: list[Json] = [{"index": index, "relevance_score": scores[index]} for index in order]
    if with_text:
        results = [{**result, "document": {"text": documents[result["index"]]}} for result in results]
    usage = {"prompt_tokens": tokens, "total_tokens": tokens}
    return JSONResponse({"object": "list", "model": model, "method": method, "usage": usage, "results": results})


def _documents(body: Json) -> list[str]:
    value = body.get("documents")
    if not isinstance(value, list) or not 1 <= len(value) <= MOST_DOCUMENTS:
        raise Invalid("documents must be a list of 1 to {limit} texts.", limit=MOST_DOCUMENTS)
    texts = [one.get("text") if isinstance(one, dict) else one for one in value]
    found = [one for one in texts if isinstance(one, str) and one]
    if len(found) < len(texts):
        raise Invalid("documents must be texts, or objects with a text, none of them empty.")
    return found


async def _scores(model: str, query: str, documents: list[str]) -> tuple[list[float], str, int]:
    """One score per document, how it was made, and the tokens it took."""
    engine = services().engine
    kinds = {known.id: known.kind for known in await engine.models()}
    if kinds.get(model) == _RERANKER:
        answer = await ask(engine, "/v1/rerank", {"model": model, "query": query, "documents": documents})
        scored = {result["index"]: result["relevance_score"] for result in answer["results"]}
        return [scored[index] for index in range(len(documents))], "reranker", answer["usage"]["total_tokens"]
    if not query:
        raise Invalid("query must not be empty.")
    answer = await ask(engine, "/v1/embeddings", {"model": model, "input": [query, *documents]})
    wanted, *others = [entry["embedding"] for entry in sorted(answer["data"], key=lambda entry: int(entry["index"]))]
    cosines = [sum(a * b for a, b in zip(wanted, other, strict=True)) for other in others]
    return cosines, "embedding", answer["usage"]["total_tokens"]
