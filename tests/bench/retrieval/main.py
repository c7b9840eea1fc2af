"""Retrieval quality, side by side: `python -m tests.bench.retrieval.main [tune|report]` from the repository's root.

`BENCH_HOME` names a folder that keeps vectors and indexes between runs.
"""

from __future__ import annotations

import asyncio
import os
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from localmind_app.core.database import Database
from localmind_app.core.home import Home
from localmind_app.core.migrate import prepare
from localmind_app.engine.client import EngineClient
from localmind_app.features.knowledge.tables import CollectionRow, DocumentRow
from tests.features.conftest import RunningEngine
from tests.features.knowledge.conftest import Library, VectorProcess

from .corpus import Corpus, corpus
from .measure import Figures, figures
from .questions import KINDS, Question, questions
from .systems import Bm25, Chroma, Ours, embedded


async def measured(root: Path, half: str) -> dict[str, dict[str, Figures]]:
    """Figures by system and kind ("all" for all of them) of one half of the questions."""
    home = Home.open(root / "home")
    prepare(home)
    engine, index = RunningEngine(home), VectorProcess(home)
    index.start()
    database = Database(home.database)
    client = EngineClient.local(home)
    library = Library(home, database, client)
    try:
        made = corpus()
        asked = [one for one in questions(made) if one.half == half]
        answers = await _answers(root, library, made, asked)
        return {name: _by_kind(asked, given) for name, given in answers.items()}
    finally:
        await library.search.close()
        await client.close()
        database.close()
        index.stop()
        engine.stop()


async def _answers(
    root: Path, library: Library, made: Corpus, asked: Sequence[Question]
) -> dict[str, list[list[frozenset[int]]]]:
    vectors = await embedded(library, [one.flat for one in made.passages], root / "passages.npy")
    wanted = await embedded(library, [one.text for one in asked], root / f"questions-{asked[0].half}.npy")
    chroma = Chroma(root / "chroma", made, vectors)
    plain, stemmed = Bm25(made, "unicode61"), Bm25(made, "porter unicode61")
    ours = Ours(library, await _filled(library, made), made)
    return {
        "Chroma quick-start": [_single(chroma.ask(vector)) for vector in wanted],
        "BM25": [_single(plain.ask(one.text)) for one in asked],
        "BM25, stemmed": [_single(stemmed.ask(one.text)) for one in asked],
        "LocalMind": [await ours.ask(one.text) for one in asked],
    }


def _single(ids: Sequence[int]) -> list[frozenset[int]]:
    return [frozenset([one]) for one in ids]


async def _filled(library: Library, made: Corpus) -> str:
    """The collection with every document; what an earlier run has written already is not written again."""
    with library.database.session() as session:
        known = session.query(CollectionRow).first()
        there = {row.name: row.id if row.version == 0 else "" for row in session.query(DocumentRow)}
    collection = known.id if known else library.collection()
    for number, document in enumerate(made.documents):
        name = f"{number} {document.title}"
        if there.get(name) != "":
            await library.write(there.get(name) or library.document(collection, name), document)
    return collection


def _by_kind(asked: Sequence[Question], given: Sequence[list[frozenset[int]]]) -> dict[str, Figures]:
    both = list(zip(asked, given, strict=True))
    made = {"all": figures(asked, given)}
    for kind in KINDS:
        chosen = [(one, ranked) for one, ranked in both if one.kind == kind]
        made[kind] = figures([one for one, _ in chosen], [ranked for _, ranked in chosen])
    return made


def main() -> None:
    half = sys.argv[1] if len(sys.argv) > 1 else "report"
    with tempfile.TemporaryDirectory() as fresh:
        root = Path(os.environ.get("BENCH_HOME") or fresh)
        found = asyncio.run(measured(root, half))
    print("| system | kind | questions | recall@5 | recall@10 | nDCG@10 | MRR |\n|---|---|---|---|---|---|---|")
    for name, kinds in found.items():
        for kind, row in kinds.items():
            shown = " | ".join(f"{value:.3f}" for value in (row.recall5, row.recall10, row.ndcg10, row.mrr))
            print(f"| {name} | {kind} | {row.count} | {shown} |")


if __name__ == "__main__":
    main()
