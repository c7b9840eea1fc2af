import random
import re

import pytest

from models.starter.intent import Intent, expand
from models.starter.intents import INTENTS
from models.starter.lexicon import LISTS, MAKERS, fill

NAMES = [intent.name for intent in INTENTS]


def test_expand_picks_alternatives_and_tidies_spaces():
    rng = random.Random(0)
    texts = {expand("[hi|hello [you|there]|] friend [|now] ?", rng) for _ in range(300)}
    assert texts == {
        f"{head}friend{tail}?" for head in ("hi ", "hello you ", "hello there ", "") for tail in ("", " now")
    }


def test_expand_fills_slots():
    assert expand("go to {city}", random.Random(0)).removeprefix("go to ") in LISTS["city"]


def test_unknown_slot_is_an_error():
    with pytest.raises(KeyError):
        fill("no_such_slot", random.Random(0))


@pytest.mark.parametrize("slot", [*LISTS, *MAKERS])
def test_every_slot_gives_text(slot):
    rng = random.Random(1)
    assert all(fill(slot, rng).strip() for _ in range(50))


def test_facts_are_matched_without_case():
    intent = Intent("x", ("q",), ("a",), ("tiny", "larger model"))
    assert intent.holds("I am Tiny. Get a LARGER model.")
    assert not intent.holds("I am tiny.")


def test_there_are_many_intents_with_unique_names():
    assert len(NAMES) >= 60
    assert len(set(NAMES)) == len(NAMES)
    assert sum(intent.language == "de" for intent in INTENTS) >= 8


@pytest.mark.parametrize("intent", INTENTS, ids=NAMES)
def test_templates_are_well_formed(intent):
    rng = random.Random(2)
    assert all(name in NAMES or name == "*" for name in intent.after)
    for template in intent.questions:
        for _ in range(10):
            assert re.search(r"[\[\]|{}]", expand(template, rng).replace("SELECT", "")) is None or "{" in template
    for template in intent.answers:
        for _ in range(6):
            text = template if "\n" in template else expand(template, rng)
            assert intent.holds(text), text
