"""Whether a search says that nothing fits: `python -m tests.bench.retrieval.absent [first|second]`.

Two sets. The floor (`knowledge.finding.FLOOR`) was chosen with the first in view: documents and questions of this
bench. The second is reported: the invented places of `tests.bench.citations`, asked about by name, by keywords and by
what they are. Far questions are about the other set, or about everyday things; near ones about what the documents
treat, but do not say.
"""

from __future__ import annotations

import asyncio
import random
import sys
import tempfile
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path

from localmind_app.core.database import Database
from localmind_app.core.home import Home
from localmind_app.core.migrate import prepare
from localmind_app.engine.client import EngineClient
from localmind_app.features.knowledge.answering.relevance import FLOOR as FLOOR_OF_ANSWERS
from localmind_app.features.knowledge.finding import FLOOR, find
from tests.bench.citations.facts import KINDS as PLACES
from tests.bench.citations.facts import PROPERTIES, names, stories
from tests.features.conftest import RunningEngine
from tests.features.knowledge.conftest import Library, VectorProcess

from .corpus import corpus
from .main import _filled
from .part import answered_by, part
from .questions import questions

EVERYDAY = (
    "How do I bake a sourdough bread?", "What is the capital of Mongolia?", "Who painted the Mona Lisa?",
    "best restaurants in Lisbon", "How tall is Mount Everest?", "symptoms of vitamin D deficiency",
    "What should I wear to a wedding?", "football world cup 2014 final score", "How do I change a bicycle tyre?",
    "recipe for lasagna", "When did the Roman Empire fall?", "cheap flights to Tokyo", "How long do cats sleep?",
    "mortgage interest rates", "Why is the sky blue?", "How do I remove red wine from a carpet?",
    "tomato plants yellow leaves", "What is photosynthesis?", "lyrics of a lullaby",
    "How many players are in a volleyball team?", "tax return deadline", "Can dogs eat chocolate?",
    "guitar chords for beginners", "What is the boiling point of ethanol?", "history of the Ottoman navy",
    "Wie backe ich Brot?", "Was ist die Hauptstadt von Australien?", "Öffnungszeiten Schwimmbad",
    "Welche Impfungen brauche ich für Kenia?", "Rezept Kartoffelsalat",
)  # fmt: skip
Set = tuple[str, list[tuple[str, str]]]  # a collection, and (kind, question)


async def first(library: Library) -> Set:
    """Documentation of Python, asked with the half of the questions that weights were chosen on."""
    draw, whole = random.Random(3), corpus()
    half = [one for one in questions(whole) if one.half == "tune"]
    made, asked = part(whole, half, 20)
    titles = {document.title for document in made.documents}
    found = [(f"answered: {one.kind}", one.text) for one in asked]
    for passage in draw.sample(made.passages, 40):
        telling = [word for word in passage.text.split() if word.isalpha() and len(word) > 5]
        if len(telling) > 3:
            found.append(("answered: two words", " ".join(draw.sample(telling, 2))))
    outside = [one for one in half if not titles & {whole.documents[at].title for at in answered_by(whole, one)}]
    for kind in ("exact", "paraphrase"):
        found += [("near", one.text) for one in outside if one.kind == kind][:40]
    for story in stories(40):
        fact = draw.choice(story.facts)
        about = draw.choice(["ticket price", "visitors", "staff", "opening hours"])
        found += [("far: questions", fact.question()), ("far: words", f"{fact.kind} {about}")]
    return await _filled(library, made), [*found, *(("far: everyday", one) for one in EVERYDAY[:15])]


async def second(library: Library) -> Set:
    """Places with invented names, asked with the other half."""
    draw, told, collection = random.Random(4), stories(20), library.collection()
    found: list[tuple[str, str]] = []
    for story in told:
        parts = [(one.name, " ".join(fact.statement for fact in one.facts)) for one in story.places]
        await library.add(collection, story.title, *parts)
        for fact in draw.sample(story.facts, 4):
            found += [("answered: one way", fact.question(0)), ("answered: another way", fact.question(1))]
        fact = draw.choice(story.facts)
        found += [
            ("answered: two words", f"{fact.name} {fact.property.unit}"),
            ("answered: a name", fact.name),
            ("answered: two words", f"{fact.kind} {draw.choice(['ticket', 'visitors', 'staff'])}"),
        ]
    for name in names(400)[300:340]:
        asked = draw.choice(draw.choice(PROPERTIES).questions)
        found.append(("near: unknown names", asked.format(name=name, kind=draw.choice(PLACES))))
    half = [one for one in questions(corpus()) if one.half == "report"]
    for kind in ("exact", "paraphrase"):
        found += [("far: questions", one.text) for one in half if one.kind == kind][:40]
    return collection, [*found, *(("far: everyday", one) for one in EVERYDAY[15:])]


async def measured(root: Path, which: str) -> dict[str, list[float]]:
    """Relevance of every question, by kind."""
    home = Home.open(root / "home")
    prepare(home)
    engine, index = RunningEngine(home), VectorProcess(home)
    index.start()
    database, client = Database(home.database), EngineClient.local(home)
    library = Library(home, database, client)
    try:
        collection, asked = await (first if which == "first" else second)(library)
        made: dict[str, list[float]] = defaultdict(list)
        for kind, question in asked:
            found = await find(database, library.search, library.user_id, question, [collection], 10)
            made[kind].append(found.near)
        return dict(made)
    finally:
        await library.search.close()
        await client.close()
        database.close()
        index.stop()
        engine.stop()


def _below(values: Sequence[float], floor: float) -> str:
    return f"{sum(value < floor for value in values)}"


def main() -> None:
    which = sys.argv[1] if len(sys.argv) > 1 else "second"
    with tempfile.TemporaryDirectory() as fresh:
        found = asyncio.run(measured(Path(fresh), which))
    print(f"| questions | count | said to be absent: search ({FLOOR}) | answers ({FLOOR_OF_ANSWERS}) |")
    print("|---|---|---|---|")
    for kind, values in sorted(found.items()):
        print(f"| {kind} | {len(values)} | {_below(values, FLOOR)} | {_below(values, FLOOR_OF_ANSWERS)} |")


if __name__ == "__main__":
    main()
