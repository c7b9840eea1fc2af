"""Forms that answers keep, through real llama.cpp on a model that would say anything else."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from localmind_app.core.errors import Invalid
from localmind_app.engine.generation import Sampling
from localmind_app.engine.text.grammar import of_schema
from tests.engine.text.test_scheduler import GREEDY, WORDS, Desk, load

PERSON = {
    "type": "object",
    "properties": {
        "name": {"type": "string", "maxLength": 8},
        "age": {"type": "integer"},
        "kind": {"enum": ["cat", "dog"]},
        "tags": {"type": "array", "items": {"type": "boolean"}, "minItems": 1, "maxItems": 3},
    },
    "required": ["name", "age", "kind", "tags"],
    "additionalProperties": False,
}


@pytest.fixture(scope="module")
def desk(model_files: Path) -> Iterator[Desk]:
    model = load(model_files / "random.gguf", 4)
    yield Desk(model)
    model.close()


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("temperature", [0.0, 1.0, 2.0])
def test_a_schema_is_kept(desk: Desk, seed: int, temperature: float) -> None:
    warm = Sampling(temperature=temperature, seed=seed)
    text, result = desk.ask([1, *WORDS[seed : seed + 9]], schema=PERSON, sampling=warm, max_tokens=400)
    assert result["finish_reason"] == "stop", text
    made = json.loads(text)
    assert set(made) == set(PERSON["required"])
    assert isinstance(made["age"], int)
    assert made["kind"] in ("cat", "dog")
    assert 1 <= len(made["tags"]) <= 3
    assert len(made["name"]) <= 8


def test_a_grammar_is_kept_beside_free_answers(desk: Desk) -> None:
    free = [desk.add([1, *WORDS[n : n + 30]], max_tokens=50) for n in range(3)]
    bound = desk.add([1, *WORDS[:20]], grammar='root ::= "yes " | "no " [0-9]{3}', max_tokens=50)
    desk.run()
    assert re.fullmatch(r"yes |no \d{3}", desk.text(bound))
    assert desk.result(bound)["finish_reason"] == "stop"
    assert all(desk.result(number)["usage"]["completion_tokens"] == 50 for number in free)


def test_a_seed_repeats_under_a_grammar(desk: Desk) -> None:
    seeded: dict[str, Any] = {"schema": PERSON, "sampling": Sampling(temperature=1.5, seed=3), "max_tokens": 300}
    first, _ = desk.ask(WORDS[:40], **seeded)
    others = [desk.add(WORDS[n : n + 100], max_tokens=100) for n in range(2)]
    number = desk.add(WORDS[:40], **seeded)
    desk.run()
    assert desk.text(number) == first
    assert all(desk.text(other) for other in others)


def test_biases_hold_under_a_grammar_and_without(desk: Desk) -> None:
    zero, one = (5 + ord(digit) for digit in "01")  # byte tokens follow five control tokens
    pushed = Sampling(temperature=0, logit_bias=((one, 50.0),))
    assert desk.ask(WORDS[:9], grammar="root ::= [01]{6}", sampling=pushed)[0] == "111111"
    banned = Sampling(temperature=0, logit_bias=((one, float("-inf")),))
    assert desk.ask(WORDS[:9], grammar="root ::= [01]{6}", sampling=banned)[0] == "000000"
    assert desk.ask(WORDS[:9], sampling=Sampling(temperature=0, logit_bias=((zero, 100.0),)), max_tokens=4)[0] == "0000"


def test_a_grammar_that_bans_leave_no_way_ends_the_answer(desk: Desk) -> None:
    nothing = Sampling(temperature=0, logit_bias=((5 + ord("q"), float("-inf")),))
    text, result = desk.ask(WORDS[:9], grammar='root ::= "qqq"', sampling=nothing)
    assert (text, result["finish_reason"]) == ("", "stop")


@pytest.mark.parametrize("grammar", ["nonsense", 'a ::= "b"', "root ::= root", "root ::= missing"])
def test_a_broken_grammar_is_refused_and_the_model_lives(desk: Desk, grammar: str) -> None:
    number = desk.add(WORDS[:9], grammar=grammar)
    desk.run()
    event, more = desk.said[number][-1]
    assert event == "error"
    assert "GBNF" in more["error"]["error"]["message"]
    assert not any(slot.busy for slot in desk.scheduler._slots.all)
    assert desk.ask(WORDS[:9], max_tokens=3, sampling=GREEDY)[1]["usage"]["completion_tokens"] == 3


@pytest.mark.parametrize(
    "schema",
    [
        {"$ref": "https://example.org/schema.json"},
        {"type": "nothing"},
        {"type": "string", "pattern": "no anchors"},
        {"$ref": "#/definitions/gone"},
    ],
)
def test_a_schema_that_cannot_be_kept_is_refused(schema: dict[str, Any]) -> None:
    with pytest.raises(Invalid, match="schema"):
        of_schema(schema)


def test_a_text_never_holds_a_bare_control_character() -> None:
    assert r"\x00-\x1F" in of_schema({"type": "string"})


@pytest.mark.parametrize("grammar", [None, "root ::= [01]{6}"])
def test_a_bias_for_a_token_that_is_not_there_is_refused(desk: Desk, grammar: str | None) -> None:
    number = desk.add(WORDS[:9], grammar=grammar, sampling=Sampling(logit_bias=((10**9, 1.0),)))
    desk.run()
    event, more = desk.said[number][-1]
    assert event == "error"
    assert "token 1000000000" in more["error"]["error"]["message"]
