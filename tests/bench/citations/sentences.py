"""Sentences that are known to be right or wrong, to measure the check of answers with, and to tune it on.

Every second story is for tuning, the others for the report.
"""

from __future__ import annotations

import random
import sys
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import fmean

from localmind_app.features.knowledge.answering import support
from localmind_app.features.knowledge.answering.passages import Passage
from localmind_app.features.knowledge.embedder import Embedder

from .answers import Answers
from .facts import Fact, Story
from .writers import paragraphs


@dataclass(frozen=True)
class Sentence:
    """A sentence of an answer, whether the passage says it, and what kind of sentence it is."""

    kind: str
    text: str
    right: bool


def sentences(fact: Fact, other: Fact, draw: random.Random) -> list[Sentence]:
    """Right and wrong ones about one fact; `other` is the same property of another place."""
    wrong = str(int(fact.value) + draw.choice((-17, 9, 31, 100)))
    return [
        Sentence("verbatim", fact.statement, True),
        Sentence("paraphrase", fact.paraphrase(), True),
        Sentence("lead-in", f"According to the report, {fact.paraphrase()[0].lower()}{fact.paraphrase()[1:]}", True),
        Sentence("wrong number", fact.paraphrase(wrong), False),
        Sentence("other's number", fact.paraphrase(other.value), False),
        Sentence("wrong name", fact.paraphrase(name=other.name), False),
        Sentence("negated", _negated(fact.statement), False),
        Sentence(
            "invented", f"The {fact.name} {fact.kind} was destroyed by a fire and rebuilt by the government.", False
        ),
    ]


def _negated(statement: str) -> str:
    for verb, no in ((" was ", " was not "), (" has ", " does not have "), (" costs ", " does not cost ")):
        if verb in statement:
            return statement.replace(verb, no, 1)
    return statement.replace(" counted ", " did not count ", 1)


async def measure_support(answers: Answers, collection: str, told: Sequence[Story]) -> None:
    """Figures of the check by kind of sentence, for the tuning and the reporting half."""
    embed = Embedder(answers.library.engine).embed
    for half, own in (("tuning", told[::2]), ("report", told[1::2])):
        scores: dict[tuple[bool, str], list[float]] = defaultdict(list)
        for story in own[:15]:
            draw = random.Random(story.title)
            for at, place in enumerate(story.places[:2]):
                others = story.places[(at + 1) % len(story.places)]
                text = "\n".join(paragraphs(place))
                passage = Passage(1, 1, "d", "report.pdf", "", f"{story.title} › {place.name}", 0, text, 100)
                fact = place.facts[draw.randrange(4)]
                other = others.facts[place.facts.index(fact)]
                for one in sentences(fact, other, draw):
                    checked = await support.check(f"{one.text} [1]", [passage], embed)
                    scores[one.right, one.kind].append(checked.sentences[0].score)
        for (right, kind), values in scores.items():
            passed = fmean(value >= support.SUPPORTED for value in values)
            sys.stdout.write(
                f"{half:7} {kind:15} {'right' if right else 'wrong'} score {min(values):.2f} … {fmean(values):.2f} … "
                f"{max(values):.2f}  taken as supported {100 * passed:.0f} %\n"
            )
