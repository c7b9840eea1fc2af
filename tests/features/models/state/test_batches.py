"""How a batch is drawn."""

from __future__ import annotations

from typing import Any

from localmind_app.features.batches.files import RUNNING
from localmind_app.features.batches.tables import BatchRow
from localmind_app.features.models.state.batches import _OPEN, BatchesState, _item


def row(**changed: Any) -> BatchRow:
    usual: dict[str, Any] = {
        "id": "batch_1", "user_id": "u", "endpoint": "/v1/embeddings", "status": "in_progress", "input_file_id": "f",
        "errors": None, "details": {}, "times": {}, "total": 8, "completed": 1, "failed": 1,
    }  # fmt: skip
    return BatchRow(**{**usual, **changed})


def test_what_is_not_over_is_the_same_here_and_there() -> None:
    assert _OPEN == RUNNING


def test_a_batch_under_way() -> None:
    item = _item(row(), "questions.jsonl")
    assert (item.name, item.live, item.percent, item.problem) == ("questions.jsonl", True, 25.0, "")
    assert _item(row(status="validating", total=0, completed=0, failed=0), "x").percent == -1.0


def test_one_that_failed_says_why() -> None:
    item = _item(row(status="failed", errors=[{"message": "This line is not valid JSON.", "line": 3}]), "x")
    assert (item.live, item.problem) == (False, "This line is not valid JSON.")


def test_the_page_looks_again_only_while_one_is_open() -> None:
    state = BatchesState()
    state.batches = [_item(row(status="completed"), "x")]
    assert not state.working
    state.batches = [*state.batches, _item(row(status="cancelling"), "y")]
    assert state.working
