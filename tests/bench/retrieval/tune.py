"""How the weights were chosen: coordinate steps on the half "tune" only, in a `BENCH_HOME` that `main` has filled.

Candidates are gathered once for each setting of the word index; what the scorer weighs is then tried without a search.
"""

from __future__ import annotations

import asyncio
import itertools
import os
from collections.abc import Sequence
from dataclasses import astuple
from pathlib import Path

import numpy as np

from localmind_app.core.database import Database
from localmind_app.core.home import Home
from localmind_app.engine.client import EngineClient
from localmind_app.features.knowledge import fusion, rerank, words
from localmind_app.features.knowledge.search import CONSIDERED
from tests.features.conftest import RunningEngine
from tests.features.knowledge.conftest import Library, VectorProcess

from .corpus import corpus
from .main import _filled
from .measure import figures
from .questions import KINDS, Question, questions
from .systems import TOP, Ours

COLUMNS = [(1.0, 1.0, 0.5), (2.0, 1.0, 0.5), (3.0, 1.0, 0.5), (2.0, 1.0, 1.0)]
BALANCES = [(1.0, 1.0), (1.0, 0.7), (0.7, 1.0)]

Row = tuple[np.ndarray, list[frozenset[int]]]


async def gather(root: Path) -> tuple[list[Question], dict[tuple[object, ...], list[Row]]]:
    """For each setting and question: what is measured of every candidate, and the passages each counts for."""
    home = Home.open(root / "home")
    engine, index = RunningEngine(home), VectorProcess(home)
    index.start()
    database = Database(home.database)
    client = EngineClient.local(home)
    library = Library(home, database, client)
    made = corpus()
    asked = [one for one in questions(made) if one.half == "tune"]
    rows: dict[tuple[object, ...], list[Row]] = {}
    original = rerank.score
    seen: list[tuple[float, ...]] = []

    def keep(terms, candidates, weights=None):  # type: ignore[no-untyped-def]
        seen[:] = [rerank.measures(terms, one) for one in candidates]
        return [-float(at) for at in range(len(candidates))]  # leaves them in the order of `seen`

    try:
        ours = Ours(library, await _filled(library, made), made)
        rerank.score = keep
        for columns, balance in itertools.product(COLUMNS, BALANCES):
            words.WEIGHTS = columns
            fusion.WEIGHTS.update(zip(("dense", "words"), balance, strict=True))
            rows[columns, balance] = []
            for one in asked:
                found = await library.search.search(
                    library.user_id, one.text, [ours.collection], limit=CONSIDERED, merge=False
                )
                out = [hit.chunk_id for hit in found.left_out]
                assert not out or len(found.hits) + len(out) == len(seen)
                by_id = {hit.chunk_id: ours.passages(hit) for hit in found.hits}
                order = sorted([*by_id, *out])  # as candidates are read, and so measured
                rows[columns, balance].append((np.array(seen), [by_id.get(number, frozenset()) for number in order]))
    finally:
        rerank.score = original
        await library.search.close()
        await client.close()
        database.close()
        index.stop()
        engine.stop()
    return asked, rows


def value(asked: Sequence[Question], rows: Sequence[Row], weights: Sequence[float]) -> float:
    given = []
    for matrix, passages in rows:
        order = np.argsort(-(matrix @ np.array(weights)), kind="stable")[:TOP] if len(matrix) else []
        given.append([passages[at] for at in order])
    found = figures(asked, given)
    return found.recall5 + 0.3 * found.ndcg10 + 0.1 * found.recall10


def climb(asked: Sequence[Question], rows: Sequence[Row], start: Sequence[float]) -> tuple[float, list[float]]:
    best, weights = value(asked, rows, start), list(start)
    for _ in range(4):
        before = best
        for at in range(1, len(weights)):  # the cosine's weight is the unit
            for factor in (0.0, 0.5, 0.75, 1.33, 2.0, 3.0):
                tried = [*weights[:at], max(weights[at], 0.1) * factor, *weights[at + 1 :]]
                if (got := value(asked, rows, tried)) > best + 1e-4:
                    best, weights = got, tried
        if best == before:
            break
    return best, weights


def main() -> None:
    asked, settings = asyncio.run(gather(Path(os.environ["BENCH_HOME"])))
    start = astuple(rerank.Weights())
    for setting, rows in settings.items():
        best, weights = climb(asked, rows, start)
        shown = " ".join(f"{one:.2f}" for one in weights)
        kinds = [value([q for q in asked if q.kind == kind],
                       [row for q, row in zip(asked, rows, strict=True) if q.kind == kind], weights)
                 for kind in KINDS]  # fmt: skip
        print(setting, f"{value(asked, rows, start):.4f} -> {best:.4f}", shown, [f"{one:.3f}" for one in kinds])


if __name__ == "__main__":
    main()
