"""How well the memory finds what was said: forty sessions a life, four kinds of questions, six sets of wordings."""

# ruff: noqa: E501 -- a line of the report is a line

from __future__ import annotations

import asyncio
import sys
import tempfile
from pathlib import Path

from localmind_app.core.database import Database
from localmind_app.core.home import Home
from localmind_app.core.migrate import prepare
from localmind_app.engine.client import EngineClient
from localmind_app.features.memory.service import MemoryService
from localmind_app.features.memory.store import known
from tests.bench.memory.conversations import Turn, Wordings, junk, life
from tests.bench.memory.evaluate import Figures, evaluate, person, read, write
from tests.features.conftest import RunningEngine

LIVES = 5
ALL: tuple[Wordings, ...] = ("tuned", "seen", "held", "second", "third", "fourth")


async def measure(home: Home, wordings: Wordings, lives: int = LIVES, seed: int = 0) -> Figures:
    """The sum over several lives."""
    database, engine, total = Database(home.database), EngineClient.local(home), Figures()
    try:
        for number in range(lives):
            total.add(await evaluate(database, engine, life(seed + number, wordings), f"{wordings} {seed + number}"))
    finally:
        await engine.close()
        database.close()
    return total


async def junk_of(home: Home) -> list[str]:
    """What is remembered of chats without any fact: nothing, if all is well."""
    database, engine = Database(home.database), EngineClient.local(home)
    try:
        user_id = await database.write(lambda session: person(session, "junk"))
        at = 1_790_000_000_000
        chats = [
            [Turn(text, at + 60_000 * (10 * n + p)) for p, text in enumerate(chat)] for n, chat in enumerate(junk())
        ]
        await database.write(lambda session: write(session, MemoryService(database, engine), user_id, chats))
        await read(database, engine, user_id)
        return [row.text for row in await database.read(lambda session: known(session, user_id))]
    finally:
        await engine.close()
        database.close()


def _percent(part: int, whole: int) -> str:
    return f"{100 * part / whole:5.1f} %" if whole else "    –  "


def report(name: str, figures: Figures) -> None:
    """Print the figures."""
    print(
        f"{name}: facts stated {figures.stated}, read {_percent(figures.extracted, figures.stated)}, junk {len(figures.junk)}"
    )
    for kind in ("single", "update", "time"):
        asked = figures.asked[kind]
        print(
            f"  {kind:8} {asked:4} questions: recall@5 {_percent(figures.found[kind], asked)}, first "
            f"{_percent(figures.first[kind], asked)}; full-history search recall@5 {_percent(figures.searched[kind], asked)}"
        )
    asked = sum(figures.asked[kind] for kind in ("single", "update", "time"))
    print(
        f"  all      {asked:4} questions: recall@5 {_percent(figures.found.total(), asked)}; search {_percent(figures.searched.total(), asked)}"
    )
    absent = figures.asked["absence"]
    print(
        f"  absence  {absent:4} questions: nothing returned for {figures.silent}, {figures.returned} facts for the others"
    )
    print(f"  superseded facts given as current: {len(figures.outdated)}")


def main() -> None:
    """Print the report; with --missed also what was not found."""
    chosen = ALL[:2] if "--tuning" in sys.argv else ALL
    with tempfile.TemporaryDirectory() as folder:
        home = Home.open(Path(folder) / "home")
        prepare(home)
        engine = RunningEngine(home)
        try:
            for wordings in chosen:
                figures = asyncio.run(measure(home, wordings))
                report(wordings, figures)
                if "--missed" in sys.argv:
                    print("\n".join(["missed:", *sorted(set(figures.missed)), "junk:", *figures.junk]))
            print(f"junk of chats without facts: {asyncio.run(junk_of(home)) or 0}")
        finally:
            engine.stop()


if __name__ == "__main__":
    main()
