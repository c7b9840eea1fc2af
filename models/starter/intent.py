"""One intent: what people say, what Starter answers, and the facts an answer must hold.

Templates use two forms: ``[a|b|]`` picks one alternative (nesting allowed), ``{slot}`` is filled
from the lexicon. Not covered: dialogues and typing noise, see ``data.py`` and ``noise.py``.
"""

from __future__ import annotations

import random
import re
from dataclasses import dataclass
from typing import Literal

from .lexicon import fill

INNERMOST = re.compile(r"\[([^\[\]]*)\]")
SLOT = re.compile(r"\{(\w+)\}")


@dataclass(frozen=True)
class Intent:
    """A group of questions that share their answers.

    ``facts`` are regular expressions (case ignored); every answer must match all of them.
    ``after`` names the intents this one may follow; empty means it stands on its own, ``*`` that
    it follows any intent without a follow-up of its own (or opens a chat).
    ``weight`` scales how often the intent is drawn, 1.0 being usual.
    """

    name: str
    questions: tuple[str, ...]
    answers: tuple[str, ...]
    facts: tuple[str, ...]
    language: Literal["en", "de"] = "en"
    after: tuple[str, ...] = ()
    weight: float = 1.0

    def holds(self, answer: str) -> bool:
        """Tell whether ``answer`` states every key fact of this intent."""
        return all(re.search(fact, answer, re.IGNORECASE | re.MULTILINE) for fact in self.facts)


def expand(template: str, rng: random.Random) -> str:
    """Return one random reading of ``template``, with single spaces and no space at the ends."""
    while match := INNERMOST.search(template):
        choice = rng.choice(match.group(1).split("|"))
        template = template[: match.start()] + choice + template[match.end() :]
    text = SLOT.sub(lambda slot: fill(slot.group(1), rng), template)
    return re.sub(r" +", " ", re.sub(r" +([?!.,])", r"\1", text)).strip()
