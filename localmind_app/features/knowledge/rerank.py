"""Puts candidates in order: by a cross-encoder where the engine has one, otherwise by a scorer that learned nothing.

The scorer looks at what fusion cannot see: how much of the question's weight a passage covers, whether its words stand
close together, whether names stand as they were written, and whether the heading says them.
"""

from __future__ import annotations

import math
import operator
from collections.abc import Mapping, Sequence
from dataclasses import astuple, dataclass

from localmind_app.core.errors import EngineError
from localmind_app.engine.client import EngineClient
from localmind_app.engine.exchange import ask

from .words import Weighed

CROSS_ENCODED = 24  # candidates a cross-encoder reads: some 20 ms each on two cores
_WINDOW = 12  # words within which the words of a question count as close together


@dataclass(frozen=True)
class Weights:
    """What each sign counts for: chosen near the best of the tuning half (tests/bench/retrieval/tune.py)."""

    dense: float = 1.0
    fused: float = 0.1
    coverage: float = 0.4
    heading: float = 0.2
    names: float = 1.5
    close: float = 0.2


@dataclass(frozen=True)
class Signs:
    """What is known of a candidate: cosine with the question, fused score as a share of the best, `terms.words`."""

    cosine: float
    fused: float
    heading: Sequence[str]
    body: Sequence[str]


def score(terms: Sequence[Weighed], candidates: Sequence[Signs], weights: Weights | None = None) -> list[float]:
    """One score per candidate, higher is better."""
    chosen = astuple(weights or Weights())
    return [sum(map(operator.mul, chosen, measures(terms, one))) for one in candidates]


def measures(terms: Sequence[Weighed], one: Signs) -> tuple[float, ...]:
    """What `Weights` weighs, in its order, each about 0..1."""
    total = sum(weighed.idf for weighed in terms)
    if not total:
        return one.cosine, one.fused, 0.0, 0.0, 0.0, 0.0
    in_heading, in_body = _found(terms, one.heading), _found(terms, one.body)
    there = [terms[at] for at in in_heading.keys() | in_body.keys()]
    covered = sum(weighed.idf for weighed in there) / total
    headed = sum(terms[at].idf for at in in_heading) / total
    named = sum(weighed.idf for weighed in terms if weighed.term.named)
    names = sum(weighed.idf for weighed in there if weighed.term.named) / named if named else 0.0
    return one.cosine, one.fused, covered, headed, names, _closeness(in_body) * covered


def _found(terms: Sequence[Weighed], text: Sequence[str]) -> dict[int, list[int]]:
    """Where the terms that are in `text` begin, by their number."""
    wanted = {weighed.term.words[0] for weighed in terms}.intersection(text)
    if not wanted:
        return {}
    places: dict[str, list[int]] = {}
    for at, word in enumerate(text):
        if word in wanted:
            places.setdefault(word, []).append(at)
    found: dict[int, list[int]] = {}
    for number, weighed in enumerate(terms):
        first, *rest = weighed.term.words
        starts = [
            at for at in places.get(first, ())
            if all(at + step < len(text) and text[at + step] == word for step, word in enumerate(rest, 1))
        ]  # fmt: skip
        if starts:
            found[number] = starts
    return found


def _closeness(found: Mapping[int, Sequence[int]]) -> float:
    """The share of neighbouring terms that stand within a window: 0 for one alone, 1 where all stand together."""
    if len(found) < 2:
        return 0.0
    marks = sorted((at, number) for number, starts in enumerate(found.values()) for at in starts)
    best, left = 1, 0
    inside: dict[int, int] = {}
    for at, number in marks:
        inside[number] = inside.get(number, 0) + 1
        while at - marks[left][0] >= _WINDOW:
            gone = marks[left][1]
            inside[gone] -= 1
            if not inside[gone]:
                del inside[gone]
            left += 1
        best = max(best, len(inside))
    return (best - 1) / (len(found) - 1)


def share(logit: float) -> float:
    """A cross-encoder's logit as a number between 0 and 1."""
    return 1 / (1 + math.exp(-max(-30.0, min(30.0, logit))))


async def reranker(engine: EngineClient) -> str | None:
    """The engine's reranking model that can be used, or None."""
    try:
        models = await engine.models()
    except EngineError:
        return None
    return next((model.id for model in models if model.kind == "reranker" and model.state != "broken"), None)


async def cross_encode(engine: EngineClient, model: str, question: str, texts: Sequence[str]) -> list[float]:
    """How well each text answers the question, by the model's own measure. Raises UserError."""
    answer = await ask(engine, "/v1/rerank", {"model": model, "query": question, "documents": list(texts)})
    scored = {int(result["index"]): float(result["relevance_score"]) for result in answer["results"]}
    if len(scored) != len(texts):
        raise EngineError("The reranking model {model} gave no usable scores.", model=model)
    return [scored[index] for index in range(len(texts))]
