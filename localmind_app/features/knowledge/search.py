"""Search: by meaning and by words at once, fused, put in order again, and what is worth showing of it.

Nothing fails because one part is away: without the engine words are searched alone, without the vector index all
vectors are compared, and `Found.notes` says so. Asking in other words is the caller's work: give it as `rewritten`.
"""

from __future__ import annotations

import asyncio
import time
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from localmind_app.core.database import Database
from localmind_app.core.errors import UserError
from localmind_app.core.home import Home
from localmind_app.engine.client import EngineClient

from . import rerank, words
from .dense import Dense, Nearby, read
from .embedder import Embedder
from .found import Found, Hit, LeftOut, Ranked, Span
from .fusion import WEIGHTS, Candidate, Reason, choose, fuse
from .mend import Mender
from .parsing.document import Remark, remark
from .scope import Scope, scopes
from .tables import ChunkRow, DocumentRow
from .terms import words as words_of
from .vectors.client import VectorClient, Vectors
from .whole import whole_documents

PER_LIST = 100  # chunks each list gives
CONSIDERED = 48  # fused chunks whose text is read and put in order again
LONGEST = 2000  # characters of a question that are searched for
RERANKER_SECONDS = 60.0  # how long it is believed which reranker there is
REASONS: Mapping[Reason, Remark] = {
    "same": remark("The same text is there already."),
    "joined": remark("Joined to the passage beside it."),
    "crowded": remark("Other documents say something about it too."),
    "below": remark("Others fit better."),
}
NO_INDEX = remark("The vector index is being made again; all vectors were compared meanwhile.")
NO_ENGINE = remark("The engine gave no vector for the question, so only words were searched.")
NO_RERANKER = remark("The reranking model did not answer, so the passages were put in order without it.")


@dataclass
class _Way:
    """What one search has found so far."""

    query: str
    asked: words.Asked = field(default_factory=lambda: words.Asked((), (), ""))
    words: list[tuple[int, float]] = field(default_factory=list)
    dense: list[tuple[int, float]] = field(default_factory=list)
    fused: list[tuple[int, float]] = field(default_factory=list)
    notes: list[Remark] = field(default_factory=list)
    milliseconds: dict[str, float] = field(default_factory=dict)

    def note(self, remark: Remark) -> None:
        if remark not in self.notes:
            self.notes.append(remark)

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        began = time.perf_counter()
        try:
            yield
        finally:
            self.milliseconds[name] = self.milliseconds.get(name, 0.0) + (time.perf_counter() - began) * 1000


class Search:
    """Searches collections. Use it from one event loop; `close` it."""

    def __init__(self, home: Home, database: Database, engine: EngineClient) -> None:
        self._database, self._engine = database, engine
        self.vectors = VectorClient(home)
        self.mender = Mender(home, database, self.vectors)
        self._dense = Dense(database, self.vectors, self.mender)
        self._frequencies = words.Frequencies()
        self._reranker: tuple[float, str | None] = (-RERANKER_SECONDS, None)

    async def close(self) -> None:
        """End mending and close connections."""
        await self.mender.close()
        await self.vectors.close()

    async def search(
        self,
        user_id: str,
        query: str,
        collection_ids: Sequence[str],
        limit: int = 8,
        *,
        rewritten: Sequence[str] = (),
        whole_tokens: int = 0,
        merge: bool = True,
    ) -> Found:
        """The best passages for a question, from collections of this person.

        `rewritten` asks the same in other words. Where all documents together have at most `whole_tokens` tokens they
        are given whole, best first. Raises NotFound for a collection that is not there or somebody else's.
        """
        way = _Way(query)
        with way.stage("total"):
            area = await self._database.read(lambda session: scopes(session, user_id, collection_ids))
            questions = [_readable(one) for one in dict.fromkeys((query, *rewritten)) if one.strip()]
            ranked = await self._rank(way, area, questions) if area and questions else []
            with way.stage("choose"):
                kept, out = choose(ranked, limit, merge=merge)
                hits = tuple(_hit(one) for one in kept)
            whole = await self._whole(area, hits, whole_tokens) if whole_tokens else None
        return Found(
            query=query,
            rewritten=tuple(rewritten),
            terms=tuple(" ".join(one.term.words) for one in way.asked.terms),
            ignored=way.asked.left_out,
            dense=_ranked(way.dense),
            words=_ranked(way.words),
            fused=_ranked(way.fused),
            hits=hits if whole is None else whole,
            left_out=() if whole is not None else tuple(_left_out(one, reason) for one, reason in out),
            reranked=self._reranker[1] or "signs",
            whole=whole is not None,
            notes=tuple(way.notes),
            milliseconds=way.milliseconds,
        )

    async def _rank(self, way: _Way, area: Sequence[Scope], questions: Sequence[str]) -> list[Candidate]:
        """Every candidate, best first."""
        lists: dict[str, list[int]] = {}
        best: dict[int, float] = {}
        seen: list[_Query] = []
        for number, question in enumerate(questions):
            by_words, nearby = await asyncio.gather(
                self._by_words(way, area, question), self._near(way, area, question)
            )
            way.words = way.words or by_words
            way.dense = (
                way.dense
                or sorted((hit for one in nearby for hit in one.nearby.hits), key=lambda hit: (-hit[1], hit[0]))[
                    :PER_LIST
                ]
            )
            lists[f"words{number}" if number else "words"] = [one for one, _ in by_words]
            for index, one in enumerate(nearby):
                lists[f"dense{number}-{index}" if number or index else "dense"] = [hit for hit, _ in one.nearby.hits]
                seen.append(one)
                for hit, cosine in one.nearby.hits:
                    best[hit] = max(cosine, best.get(hit, -1.0))
        way.fused = fuse(lists, _weights(lists))
        top = way.fused[:CONSIDERED]
        with way.stage("read"):
            candidates, vectors = await self._read([one for one, _ in top], lists, seen)
        lying = next((one for one in seen if one.nearby.lies(vectors[one.embedder], one.vector)), None)
        if lying is not None:
            # From here on the index is not asked again before it is mended, so this happens once.
            await self._dense.distrusted(lying.nearby.generation or "", lying.scopes, lying.vector, 1)
            way.note(NO_INDEX)
            return await self._rank(way, area, questions)
        return await self._order(way, questions[0], candidates, dict(top), seen[0] if seen else None, vectors)

    async def _by_words(self, way: _Way, area: Sequence[Scope], question: str) -> list[tuple[int, float]]:
        spans = [(scope.first, scope.past) for scope in area]

        def work(session: Session) -> tuple[words.Asked, list[tuple[int, float]]]:
            asked = words.read(session, question, self._frequencies)
            return asked, words.find(session, asked.match, spans, PER_LIST)

        with way.stage("words"):
            asked, found = await self._database.read(work)
        if question == _readable(way.query):
            way.asked = asked
        return found

    async def _near(self, way: _Way, area: Sequence[Scope], question: str) -> list[_Query]:
        """The nearest chunks by each embedder the collections have."""
        groups: dict[str, list[Scope]] = defaultdict(list)
        for scope in area:
            groups[scope.embedder].append(scope)
        found = []
        for embedder, group in groups.items():
            try:
                with way.stage("embed"):
                    vector = (await Embedder(self._engine, embedder).embed([question]))[0]
            except UserError:  # the engine is away, or the model was removed
                way.note(NO_ENGINE)
                continue
            with way.stage("dense"):
                nearby = await self._dense.nearest(group, vector, PER_LIST)
            if not nearby.indexed:
                way.note(NO_INDEX)
            found.append(_Query(embedder, group, vector, nearby))
        return found

    async def _read(
        self, ids: Sequence[int], lists: Mapping[str, Sequence[int]], seen: Sequence[_Query]
    ) -> tuple[list[Candidate], dict[str, dict[int, Vectors]]]:
        """The live ones of these chunks with their text, and their vectors by embedder."""

        def work(session: Session) -> tuple[list[Candidate], dict[str, dict[int, Vectors]]]:
            rows = session.execute(_CHUNKS.where(ChunkRow.id.in_(ids)).order_by(ChunkRow.id))
            places = {name: {one: rank for rank, one in enumerate(found, 1)} for name, found in lists.items()}
            candidates = [_candidate(row, places) for row in rows]
            return candidates, {one.embedder: read(session, one.embedder, ids) for one in seen}

        return await self._database.read(work)

    async def _order(
        self,
        way: _Way,
        question: str,
        candidates: list[Candidate],
        fused: Mapping[int, float],
        query: _Query | None,
        vectors: Mapping[str, Mapping[int, Vectors]],
    ) -> list[Candidate]:
        with way.stage("rerank"):
            known = vectors[query.embedder] if query else {}
            top = max(fused.values(), default=1.0)
            signs = [
                rerank.Signs(
                    float(known[one.chunk_id] @ query.vector) if query and one.chunk_id in known else 0.0,
                    fused[one.chunk_id] / top,
                    words_of(one.heading),
                    one.in_order,
                )
                for one in candidates
            ]
            scores = rerank.score(way.asked.terms, signs)
            ranked = _by_score(candidates, scores)
            model = await self._find_reranker()
            if model and ranked:
                ranked = await self._cross_encoded(way, model, question, ranked)
            return ranked

    async def _cross_encoded(self, way: _Way, model: str, question: str, ranked: list[Candidate]) -> list[Candidate]:
        best, rest = ranked[: rerank.CROSS_ENCODED], ranked[rerank.CROSS_ENCODED :]
        texts = [f"{one.heading}\n{one.text}" for one in best]
        try:
            scores = await rerank.cross_encode(self._engine, model, question, texts)
        except UserError:
            way.note(NO_RERANKER)
            return ranked
        # Logits have no bounds; what follows compares scores with the best one, so they go to 0..1.
        made = _by_score(best, [rerank.share(score) for score in scores])
        lowest = made[-1].score
        return made + [replace(one, score=min(one.score, lowest)) for one in rest]

    async def _find_reranker(self) -> str | None:
        at, model = self._reranker
        if time.monotonic() - at > RERANKER_SECONDS:
            model = await rerank.reranker(self._engine)
            self._reranker = (time.monotonic(), model)
        return model

    async def _whole(self, area: Sequence[Scope], hits: Sequence[Hit], most: int) -> tuple[Hit, ...] | None:
        ids = [scope.collection_id for scope in area]
        return await self._database.read(lambda session: whole_documents(session, ids, hits, most))


@dataclass(frozen=True)
class _Query:
    """A question as one embedder sees it, and what was near."""

    embedder: str
    scopes: list[Scope]
    vector: Vectors
    nearby: Nearby


_COLUMNS = (
    "chunk_id", "document_id", "collection_id", "document_name", "ordinal", "heading", "text", "page", "first_block",
    "start", "last_block", "end", "tokens",
)  # fmt: skip
_CHUNKS = (
    select(
        ChunkRow.id, ChunkRow.document_id, ChunkRow.collection_id, DocumentRow.name, ChunkRow.ordinal,
        ChunkRow.heading, ChunkRow.text, ChunkRow.page, ChunkRow.first_block, ChunkRow.start, ChunkRow.last_block,
        ChunkRow.end, ChunkRow.tokens,
    )
    .join(DocumentRow, DocumentRow.id == ChunkRow.document_id)
    .where(ChunkRow.version == DocumentRow.version)
)  # fmt: skip


def _candidate(row: Sequence[Any], places: Mapping[str, Mapping[int, int]]) -> Candidate:
    values = dict(zip(_COLUMNS, row, strict=True))
    chunk_id = values["chunk_id"]
    ranks = {
        kind: min((found[chunk_id] for name, found in places.items() if name.startswith(kind) and chunk_id in found),
                  default=None)
        for kind in ("dense", "words")
    }  # fmt: skip
    return Candidate(**values, in_order=tuple(words_of(values["text"])), ranks=ranks)


def _readable(question: str) -> str:
    """What of a question is searched for; a lone surrogate, which no database takes, becomes "?"."""
    return question[:LONGEST].encode("utf-8", "replace").decode()


def _weights(lists: Mapping[str, object]) -> dict[str, float]:
    """The original question counts in full, one in other words half."""
    return {name: WEIGHTS[name[:5]] * (1.0 if name in WEIGHTS else 0.5) for name in lists}


def _by_score(candidates: Sequence[Candidate], scores: Sequence[float]) -> list[Candidate]:
    made = [replace(one, score=score) for one, score in zip(candidates, scores, strict=True)]
    return sorted(made, key=lambda one: (-one.score, one.chunk_id))


def _ranked(found: Sequence[tuple[int, float]]) -> tuple[Ranked, ...]:
    return tuple(Ranked(one, round(score, 5)) for one, score in found[:PER_LIST])


def _left_out(one: Candidate, reason: Reason) -> LeftOut:
    return LeftOut(one.chunk_id, one.document_id, one.document_name, REASONS[reason])


def _hit(one: Candidate) -> Hit:
    return Hit(
        chunk_id=one.chunk_id,
        document_id=one.document_id,
        collection_id=one.collection_id,
        document_name=one.document_name,
        heading=one.heading,
        text=one.text,
        page=one.page,
        score=one.score,
        ranks=one.ranks,
        span=Span(one.first_block, one.start, one.last_block, one.end),
        tokens=one.tokens,
        chunk_ids=one.parts or (one.chunk_id,),
    )
