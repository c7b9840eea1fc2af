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

from sqlalchemy.orm import Session

from localmind_app.core.database import Database
from localmind_app.core.errors import UserError
from localmind_app.core.home import Home
from localmind_app.engine.client import EngineClient

from . import rerank, words
from .candidates import Pool, load
from .dense import Dense, Nearby
from .embedder import Embedder
from .found import Found, Hit, LeftOut, Ranked, Span
from .fusion import WEIGHTS, Candidate, Reason, choose, fuse
from .mend import Mender
from .parsing.document import Remark, remark
from .scope import Scope, scopes
from .vectors.client import VectorClient, Vectors
from .whole import whole_documents

PER_LIST = 100  # chunks each list gives
CONSIDERED = 48  # fused chunks whose text is read and put in order again
BEFOREHAND = 36  # of the best by words, read while the engine embeds the question
VERIFIED = 4  # vectors of what the index found alone that are compared with the database's
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

    @property
    def frequencies(self) -> words.Frequencies:
        """How often words are, as it is remembered here."""
        return self._frequencies

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
        seen: list[_Query] = []
        pool = Pool()
        for number, question in enumerate(questions):
            (by_words, loaded), nearby = await asyncio.gather(
                self._by_words(way, area, question), self._near(way, area, question)
            )
            pool.add(loaded)
            seen += nearby
            way.words = way.words or by_words
            way.dense = way.dense or _together(nearby)
            lists[f"words{number}" if number else "words"] = [one for one, _ in by_words]
            for index, one in enumerate(nearby):
                name = f"dense{number}-{index}" if number or index else "dense"
                lists[name] = [hit for hit, _ in one.nearby.hits]
        way.fused = fuse(lists, _weights(lists))
        top = dict(way.fused[:CONSIDERED])
        with way.stage("read"):
            missing = [one for one in top if one not in pool.chunks]
            # What only the index found has its cosine from there. At least a few of the index's cosines are compared
            # with the database's vectors: those of chunks that were found by words too, or some of the others.
            embedders = {scope.embedder for scope in area}
            compared = min((one.compared(pool) for one in seen), default=VERIFIED)
            most = max(0, VERIFIED - compared)
            if missing:
                pool.add(await self._database.read(lambda session: load(session, missing, embedders, most)))
        lying = next((one for one in seen if one.nearby.lies(pool.vectors.get(one.embedder, {}), one.vector)), None)
        if lying is not None:
            # From here on the index is not asked again before it is mended, so this happens once.
            await self._dense.distrusted(lying.nearby.generation or "", lying.scopes, lying.vector, 1)
            way.note(NO_INDEX)
            return await self._rank(way, area, questions)
        with way.stage("rerank"):
            ranked = _scored(way.asked, pool, top, seen, _places(lists))
            model = await self._find_reranker()
            return await self._cross_encoded(way, model, questions[0], ranked) if model and ranked else ranked

    async def _by_words(self, way: _Way, area: Sequence[Scope], question: str) -> tuple[list[tuple[int, float]], Pool]:
        """The best chunks by words, and those of them that will be considered anyway: the engine embeds meanwhile."""
        spans = [(scope.first, scope.past) for scope in area]
        embedders = {scope.embedder for scope in area}

        def work(session: Session) -> tuple[words.Asked, list[tuple[int, float]], Pool]:
            asked = words.read(session, question, self._frequencies)
            found = words.find(session, asked.match, spans, PER_LIST)
            return asked, found, load(session, [one for one, _ in found[:BEFOREHAND]], embedders)

        with way.stage("words"):
            asked, found, pool = await self._database.read(work)
        if question == _readable(way.query):
            way.asked = asked
        return found, pool

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

    async def _cross_encoded(self, way: _Way, model: str, question: str, ranked: list[Candidate]) -> list[Candidate]:
        best, rest = ranked[: rerank.CROSS_ENCODED], ranked[rerank.CROSS_ENCODED :]
        texts = [f"{one.heading}\n{one.text}" for one in best]
        try:
            scores = await rerank.cross_encode(self._engine, model, question, texts)
        except UserError:
            way.note(NO_RERANKER)
            return ranked
        # Logits have no bounds; what follows compares scores with the best one, so they go to 0..1.
        made = [replace(one, score=rerank.share(score)) for one, score in zip(best, scores, strict=True)]
        made.sort(key=lambda one: (-one.score, one.chunk_id))
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

    def compared(self, pool: Pool) -> int:
        """How many of the chunks that were near have their own vector in `pool`."""
        own = pool.vectors.get(self.embedder, {})
        return sum(one in own for one, _ in self.nearby.hits)


def _together(nearby: Sequence[_Query]) -> list[tuple[int, float]]:
    hits = [hit for one in nearby for hit in one.nearby.hits]
    return sorted(hits, key=lambda hit: (-hit[1], hit[0]))[:PER_LIST]


def _places(lists: Mapping[str, Sequence[int]]) -> dict[str, dict[int, int]]:
    """The best rank of every chunk by meaning and by words."""
    places: dict[str, dict[int, int]] = {"dense": {}, "words": {}}
    for name, found in lists.items():
        kind = places[name[:5]]
        for rank, one in enumerate(found, 1):
            kind[one] = min(rank, kind.get(one, rank))
    return places


def _scored(
    asked: words.Asked,
    pool: Pool,
    fused: Mapping[int, float],
    seen: Sequence[_Query],
    places: Mapping[str, Mapping[int, int]],
) -> list[Candidate]:
    top = max(fused.values(), default=1.0)
    chosen = [(one, pool.chunks[one]) for one in sorted(fused) if one in pool.chunks]
    cosines = _cosines(pool, seen)
    signs = [
        rerank.Signs(cosines.get(one, 0.0), fused[one] / top, loaded.heading, loaded.body) for one, loaded in chosen
    ]
    made = [
        loaded.candidate(score, {kind: found.get(one) for kind, found in places.items()})
        for (one, loaded), score in zip(chosen, rerank.score(asked.terms, signs), strict=True)
    ]
    return sorted(made, key=lambda one: (-one.score, one.chunk_id))


def _cosines(pool: Pool, seen: Sequence[_Query]) -> dict[int, float]:
    """Of each chunk with the question that is nearest to it."""
    best: dict[int, float] = {}
    for query in seen:
        found = dict(query.nearby.hits)
        found |= {one: float(vector @ query.vector) for one, vector in pool.vectors.get(query.embedder, {}).items()}
        for one, cosine in found.items():
            best[one] = max(cosine, best.get(one, -1.0))
    return best


def _readable(question: str) -> str:
    """What of a question is searched for; a lone surrogate, which no database takes, becomes "?"."""
    return question[:LONGEST].encode("utf-8", "replace").decode()


def _weights(lists: Mapping[str, object]) -> dict[str, float]:
    """The original question counts in full, one in other words half."""
    return {name: WEIGHTS[name[:5]] * (1.0 if name in WEIGHTS else 0.5) for name in lists}


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
