"""How many contradictions the check of answers finds, and how many right sentences it marks:
`python -m tests.bench.citations.contradictions [passages]`.
"""

from __future__ import annotations

import asyncio
import sys
import tempfile
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from localmind_app.core.home import Home
from localmind_app.engine.client import EngineClient
from localmind_app.features.knowledge.answering import support
from localmind_app.features.knowledge.answering.passages import Passage
from localmind_app.features.knowledge.answering.support import Embed
from localmind_app.features.knowledge.embedder import Embedder
from tests.features.conftest import RunningEngine

from . import changes, real_text
from .changes import REPORT, TUNING, Case, Claim

PASSAGES = 20
AT_ONCE = 8  # sentences checked as one answer, as answers have several


async def judged(case: Case, embed: Embed | None = None) -> list[tuple[Claim, support.Sentence]]:
    """Every claim of a case with what the check makes of it."""
    passage = Passage(1, 1, "d", "report.pdf", "", case.heading, 0, case.text, 100)
    made: list[tuple[Claim, support.Sentence]] = []
    for at in range(0, len(case.claims), AT_ONCE):
        own = case.claims[at : at + AT_ONCE]
        checked = await support.check("\n\n".join(f"{one.text} [1]" for one in own), [passage], embed)
        assert len(checked.sentences) == len(own)
        made += zip(own, checked.sentences, strict=True)
    return made


def report(half: str, found: Sequence[tuple[Claim, support.Sentence]]) -> None:
    """Shares by kind of change, and what was missed."""
    for kind in sorted({claim.change for claim, _ in found}):
        own = [made.supported for claim, made in found if claim.change == kind]
        said = f"{kind or 'right':24} {len(own):4}"
        marked = sum(not one for one in own)
        say(f"{half:7} {said} marked as unsupported {100 * marked / len(own):5.1f} %")
    wrong = [made.supported for claim, made in found if not claim.right]
    right = [made.supported for claim, made in found if claim.right]
    caught, false = sum(not one for one in wrong) / len(wrong), sum(not one for one in right) / len(right)
    say(f"{half:7} caught {100 * caught:.1f} % of {len(wrong)}, right ones marked {100 * false:.1f} % of {len(right)}")
    missed = Counter(
        f"{claim.pattern}, {claim.change or 'right'}" for claim, made in found if claim.right != made.supported
    )
    for what, count in missed.most_common():
        first = next(
            f"{made.score:.2f} {claim.text}"
            for claim, made in found
            if claim.right != made.supported and f"{claim.pattern}, {claim.change or 'right'}" == what
        )
        say(f"{half:7}   wrongly judged ({what}): {count}, such as {first}")


async def measured(home: Home, count: int, *, words_alone: bool) -> None:
    client = EngineClient.local(home)
    embed = None if words_alone else Embedder(client).embed
    try:
        for half, made in (
            ("tuning", changes.cases(TUNING, count)),
            ("report", changes.cases(REPORT, count)),
            ("manual", real_text.reference(2 * count)),
            ("strings", real_text.docstrings(4 * count)),
        ):
            report(half, [one for case in made for one in await judged(case, embed)])
    finally:
        await client.close()


def say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def main() -> None:
    given = [one for one in sys.argv[1:] if one.isdigit()]
    count = int(given[0]) if given else PASSAGES
    with tempfile.TemporaryDirectory() as folder:
        home = Home.open(Path(folder) / "home")
        engine = RunningEngine(home)
        try:
            asyncio.run(measured(home, count, words_alone="words" in sys.argv))
        finally:
            engine.stop()


if __name__ == "__main__":
    main()
