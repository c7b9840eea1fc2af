"""Citations, measured: `python -m tests.bench.citations.main [documents]` from the repository's root.

A hundred documents of every format, two questions for each, answered without a model; then the
check of sentences that are known to be right or wrong, and questions that the documents do not answer.
"""

from __future__ import annotations

import asyncio
import random
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from statistics import fmean

from localmind_app.core.database import Database
from localmind_app.core.home import Home
from localmind_app.core.migrate import prepare
from localmind_app.engine.client import EngineClient
from localmind_app.features.knowledge.answering.service import Asked
from localmind_app.features.knowledge.parsing import run
from tests.features.conftest import RunningEngine
from tests.features.knowledge.conftest import Library, VectorProcess

from .answers import Answers, Outcome, Written
from .facts import names, stories
from .sentences import measure_support
from .writers import SHARES

UNANSWERED = (
    "When was the {kind} of {name} built?", "How many visitors did the {name} {kind} have last year?",
    "What is the capital of Mongolia?", "How do I reset the password of my router?",
    "Who won the world cup in 2014?", "Which vitamins are in broccoli?", "What is the boiling point of ethanol?",
    "Explain how a transformer model is trained.", "What was the revenue of the company in the third quarter?",
    "Wie backe ich ein Sauerteigbrot?",
)  # fmt: skip


async def measured(root: Path, count: int) -> None:
    home = Home.open(root / "home")
    prepare(home)
    engine, index = RunningEngine(home), VectorProcess(home)
    index.start()
    database, client = Database(home.database), EngineClient.local(home)
    library = Library(home, database, client)
    try:
        answers = Answers(library)
        collection = library.collection()
        began = time.monotonic()
        told = stories(count)
        written = [
            await answers.take_in(collection, story, form, root) for story, form in zip(told, forms(count), strict=True)
        ]
        say(f"{count} documents taken in: {time.monotonic() - began:.0f} s")
        report(await outcomes(answers, collection, written))
        await measure_absence(answers, collection, written)
        await measure_support(answers, collection, told)
    finally:
        await library.search.close()
        await client.close()
        await run.close()
        database.close()
        index.stop()
        engine.stop()


def forms(count: int) -> list[str]:
    """The format of each document, all formats evenly through the list."""
    every = [form for form, share in SHARES.items() for _ in range(share)]
    random.Random(1).shuffle(every)
    return (every * (count // len(every) + 1))[:count]


async def outcomes(answers: Answers, collection: str, written: Sequence[Written]) -> list[Outcome]:
    """Two questions for one place of each document, about two of its properties."""
    found = []
    for number, one in enumerate(written):
        places = [fact for fact in one.facts if fact.name == one.facts[4 * (number % (len(one.facts) // 4))].name]
        for at, fact in list(enumerate(places))[number % 2 :: 2]:
            found.append(await answers.outcome([collection], one, fact, fact.question(number + at)))
    return found


def report(found: Sequence[Outcome]) -> None:
    for form in ["all", *SHARES]:
        own = [one for one in found if form in ("all", one.form)]
        if not own:
            continue
        covered = [one.covered for one in own if one.covered is not None]
        say(
            f"{form:6} {len(own):4} questions  answered {share(one.answered for one in own)}  chip's passage has it "
            f"{share(one.contained for one in own)}  quote has it {share(one.quoted for one in own)}"
            + (f"  boxes cover {100 * fmean(covered):.1f} %" if covered else "")
        )
    for one in found:
        if not one.contained:
            say(f"missed ({one.form}): {one.question}")


async def measure_absence(answers: Answers, collection: str, written: Sequence[Written]) -> None:
    """How near what was found is for questions with and without an answer in the documents."""
    others = names(5000, seed=0)[-20:]
    without = [
        question.format(name=other, kind="lighthouse")
        for question in UNANSWERED
        for other in (others if "{name}" in question else others[:1])
    ]
    near: dict[bool, list[float]] = {True: [], False: []}
    said: Counter[bool] = Counter()
    for answered, questions in ((True, [one.facts[0].question() for one in written]), (False, without)):
        for question in questions:
            made = await answers.service.prepare(answers.library.user_id, Asked(question, [collection], quote=True))
            near[answered].append(made.found["relevance"])
            said[answered] += bool(made.sources["absent"])
    for answered, values in near.items():
        ranked = sorted(values)
        say(
            f"{'with' if answered else 'without'} an answer: relevance {ranked[0]:.2f} … {ranked[len(ranked) // 2]:.2f}"
            f" … {ranked[-1]:.2f}; said to be absent {said[answered]} of {len(values)}"
        )


def share(values: object) -> str:
    found = list(values)  # type: ignore[call-overload]
    return f"{100 * sum(found) / len(found):5.1f} %"


def say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 100
    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(measured(Path(folder), count))


if __name__ == "__main__":
    main()
