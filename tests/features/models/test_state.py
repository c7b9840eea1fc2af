"""What the view models of the models page make of jobs and forms."""

from __future__ import annotations

from typing import Any

import pytest

from localmind_app.core.errors import Conflict, Invalid
from localmind_app.core.long_jobs import JobState
from localmind_app.features.models.catalogue import TASKS
from localmind_app.features.models.page.catalogue import TASKS as SHOWN_TASKS
from localmind_app.features.models.page.workshop import WORKS
from localmind_app.features.models.state.progress import percent, sentence
from localmind_app.features.models.state.workshop import Fact, WorkshopState, _layers, _row, _texts
from localmind_app.features.models.workshop_work import WORKS as KNOWN_WORKS


def job(**changed: Any) -> JobState:
    """A job of the workshop."""
    usual: dict[str, Any] = {
        "id": "1", "name": "workshop", "payload": {"work": "bench", "model": "starter"}, "state": "running",
        "done": 1.0, "total": 4.0, "text": "Writing {file}", "params": {"file": "x.gguf"}, "error": None,
        "result": {}, "created": 0.0, "updated": 0.0,
    }  # fmt: skip
    return JobState(**{**usual, **changed})


def test_the_page_offers_every_task_and_every_work() -> None:
    assert [task for task, _ in SHOWN_TASKS] == list(TASKS)
    assert {work for work, _ in WORKS} == set(KNOWN_WORKS)


@pytest.mark.parametrize(
    ("text", "layers"), [("4", [4]), ("4, 7-9", [4, 7, 8, 9]), ("9 4,4", [4, 9]), ("", []), ("9-7", [])]
)
def test_layers_are_numbers_and_ranges(text: str, layers: list[int]) -> None:
    assert _layers(text) == layers


@pytest.mark.parametrize("text", ["x", "-1", "1-", "4;5", "1-2-3", "99999"])
def test_what_is_no_layer_is_refused(text: str) -> None:
    with pytest.raises(Invalid):
        _layers(text)


def test_a_form_without_a_field_has_an_empty_one() -> None:
    assert _texts({"model": " starter ", "name": None})["model"] == "starter"
    assert _texts({"name": None})["name"] == _texts({})["name"] == ""


def test_progress_is_between_0_and_100_or_unknown() -> None:
    assert (percent(0, None), percent(1, 4), percent(9, 4), percent(1, 0)) == (-1.0, 25.0, 100.0, -1.0)


def test_errors_are_kept_as_templates() -> None:
    error = Conflict("There is no model {model} in the catalogue.", model="x")
    said = ("There is no model {model} in the catalogue.", {"model": "x"})
    assert sentence(error.body()) == sentence(error.body()["error"]) == said
    assert sentence(None) == ("", {})


def test_a_running_job() -> None:
    row = _row(job())
    assert (row.work, row.of, row.percent, row.text, row.params) == (
        "bench", "starter", 25.0, "Writing {file}", {"file": "x.gguf"},
    )  # fmt: skip


def test_the_figures_of_each_kind_of_result() -> None:
    speed = {"decode": 12.5, "prompt": 80.0, "bytes": 500, "busy": False}
    surprise = {"value": 7.25, "error": 0.1, "tokens": 900}
    quantised = _row(job(payload={"work": "quantise", "model": "m", "kind": "Q4_0"}, result={"before": 9, "bytes": 4}))
    assert quantised.of == "m → Q4_0"
    assert quantised.facts == [Fact("Size before", "", 9, "bytes"), Fact("Size", "", 4, "bytes")]
    measured = _row(job(result={"speed": speed}))
    assert [(fact.name, fact.value) for fact in measured.facts] == [
        ("Writing", 12.5),
        ("Reading", 80.0),
        ("Memory", 500),
    ]
    pruned = _row(job(result={"bytes": 4, "perplexity_before": surprise, "perplexity_after": surprise}))
    assert [fact.name for fact in pruned.facts] == ["Size", "Perplexity before", "Perplexity after"]
    entry = {"model": "a", "speed": speed, "perplexity": surprise, "answers": [{"prompt": "Hi", "text": "Hello"}]}
    compared = _row(job(payload={"work": "compare", "models": ["a", "b"]}, result={"models": [entry]}))
    assert compared.of == "a · b"
    assert [(fact.of, fact.name) for fact in compared.facts][-1] == ("a", "Perplexity")
    assert [(answer.model, answer.prompt, answer.text) for answer in compared.answers] == [("a", "Hi", "Hello")]


def test_the_page_looks_again_only_while_something_goes_on() -> None:
    state = WorkshopState()
    state.jobs = [_row(job(state="done"))]
    assert not state.working
    state.jobs = [_row(job(state="done")), _row(job(state="cancelling"))]
    assert state.working
