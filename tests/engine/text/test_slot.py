"""Which cells a prompt gets, with a real context: its own, a copy of another's, or those from disk."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from localmind_app.engine.llamacpp import Batch, Ints
from localmind_app.engine.text.model import PREFILL_ROWS, TextModel
from localmind_app.engine.text.slot import SHORTEST_COPY, Slot, Slots
from tests.engine.text.test_scheduler import WORDS, load

FIRST, SECOND = [1, *WORDS[:300]], [1, *WORDS[350:600]]


@pytest.fixture
def model(model_files: Path) -> Iterator[TextModel]:
    opened = load(model_files / "random.gguf", 3)
    yield opened
    opened.close()


@pytest.fixture
def slots(model: TextModel) -> Slots:
    return Slots(model)


def array(tokens: list[int]) -> Ints:
    return np.array(tokens, np.int32)


def read(model: TextModel, slot: Slot, tokens: list[int]) -> None:
    """Decode what of `tokens` the slot lacks, in whole chunks from the start."""
    batch = Batch(PREFILL_ROWS)
    while slot.count < len(tokens):
        piece = tokens[slot.count : slot.count + PREFILL_ROWS - slot.count % PREFILL_ROWS]
        start = slot.count
        batch.clear()
        batch.add(piece, slot.number, start, wanted=False)
        assert batch.decode(model.context) == 0
        slot.append(piece)
        if len(piece) == PREFILL_ROWS and slot.whole == start:
            slot.whole = slot.count


def answered(model: TextModel, slots: Slots, tokens: list[int], conversation: str = "") -> Slot:
    """A slot that has read `tokens` and is free again."""
    slot = slots.take(array(tokens), False, (), conversation)
    read(model, slot, tokens)
    slots.give_back(slot)
    return slot


def test_the_next_turn_gets_its_own_cells_back(model: TextModel, slots: Slots) -> None:
    first = answered(model, slots, FIRST)
    answered(model, slots, SECOND)
    slot = slots.take(array([*FIRST, *WORDS[600:610]]), False)
    assert (slot.number, slot.count, slot.busy) == (first.number, len(FIRST), True)


def test_the_last_token_of_a_prompt_is_always_decoded_again(model: TextModel, slots: Slots) -> None:
    answered(model, slots, FIRST)
    assert slots.take(array(FIRST), False).count == len(FIRST) - 1


def test_a_branch_copies_the_beginning_and_leaves_the_other_alone(model: TextModel, slots: Slots) -> None:
    first = answered(model, slots, FIRST)
    branch = slots.take(array([*FIRST[:100], *WORDS[600:700]]), False)
    assert branch.number != first.number and branch.count == 100
    assert first.count == len(FIRST)
    assert slots.longest(array([*FIRST, 300]), ()) == len(FIRST)


def test_a_beginning_that_is_being_read_is_copied_from_a_busy_slot(model: TextModel, slots: Slots) -> None:
    busy = slots.take(array(FIRST), False)
    read(model, busy, FIRST[:200])
    other = slots.take(array([*FIRST[:200], 300, 301]), False)
    assert other.number != busy.number and other.count == 200


def test_what_is_short_is_decoded_sooner_than_copied(model: TextModel, slots: Slots) -> None:
    answered(model, slots, FIRST)
    shared = SHORTEST_COPY - 1
    assert slots.take(array([*FIRST[:shared], *WORDS[600:700]]), False).count == 0


def test_the_least_missed_conversation_makes_room(model: TextModel, slots: Slots) -> None:
    made = [answered(model, slots, [1, 300 + number, *WORDS[:100]]) for number in range(3)]
    answered(model, slots, [1, 300, *WORDS[:100], 400])  # the first one goes on
    taken = slots.take(array([1, 310, *WORDS[100:200]]), False)
    assert taken.number == made[1].number


def test_when_all_are_busy_nobody_is_free(slots: Slots) -> None:
    for number in range(3):
        assert slots.free()
        slots.take(array([1, 300 + number]), False)
    assert not slots.free()


def test_cells_of_other_adapters_serve_nobody_else(model: TextModel, slots: Slots) -> None:
    adapters = (("style.gguf", 1.0),)
    slot = slots.take(array(FIRST), False, adapters)
    read(model, slot, FIRST)
    slots.give_back(slot)
    assert slots.longest(array([*FIRST, 300]), ()) == 0
    assert slots.longest(array([*FIRST, 300]), (("style.gguf", 0.5),)) == 0
    assert slots.longest(array([*FIRST, 300]), adapters) == len(FIRST)


def test_a_repeatable_request_only_gets_whole_chunks(model: TextModel, slots: Slots) -> None:
    answered(model, slots, FIRST)
    assert slots.take(array([*FIRST, 300]), True).count == PREFILL_ROWS


def test_cells_made_in_other_batches_are_nothing_for_a_repeatable_one(model: TextModel, slots: Slots) -> None:
    slot = slots.take(array(FIRST), False)
    read(model, slot, FIRST[:10])
    slot.whole = 0  # they were decoded beside others
    read(model, slot, FIRST)
    slots.give_back(slot)
    assert slots.take(array([*FIRST, 300]), True).count == 0


def test_cells_behind_a_slide_go_with_the_answer(model: TextModel, slots: Slots) -> None:
    slot = slots.take(array(FIRST), False)
    read(model, slot, FIRST)
    assert model.slide(slot.number, 50, 100)
    slot.slide(50, 100)
    assert (slot.count, slot.pure, slot.whole) == (len(FIRST) - 100, 50, 0)
    assert list(slot.tokens[45:55]) == [*FIRST[45:50], *FIRST[150:155]]
    slots.give_back(slot)
    assert slot.count == 50


def test_a_conversation_owns_the_slot_it_took_last(model: TextModel, slots: Slots) -> None:
    first = answered(model, slots, FIRST, "a")
    answered(model, slots, SECOND, "b")
    assert slots.conversations() == {"a", "b"}
    again = slots.take(array([*FIRST, 300]), False, (), "c")
    assert again.number == first.number and slots.conversations() == {"b", "c"}
    slots.forget({"a"})
    assert again.count == len(FIRST)
    slots.forget({"c"})
    assert again.count == len(FIRST) and slots.conversations() == {"b", "c"}, "it is being answered"
    slots.give_back(again)
    assert again.count == 0 and slots.conversations() == {"b"}
    assert not again.tokens.any()


def test_a_slot_that_is_taken_again_is_not_forgotten_with_the_one_before(model: TextModel, slots: Slots) -> None:
    slot = slots.take(array(FIRST), False, (), "a")
    read(model, slot, FIRST)
    slots.forget({"a"})
    slots.give_back(slot)
    other = answered(model, slots, FIRST, "b")
    assert other.count == len(FIRST) and slots.conversations() == {"b"}
