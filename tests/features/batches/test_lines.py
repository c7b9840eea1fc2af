from __future__ import annotations

import json
from pathlib import Path

from localmind_app.features.batches import lines as module
from localmind_app.features.batches.lines import lines, problems

GOOD = {"custom_id": "a", "method": "POST", "url": "/v1/embeddings", "body": {"model": "m"}}


def write(path: Path, *values: object) -> Path:
    path.write_text("\n".join(value if isinstance(value, str) else json.dumps(value) for value in values))
    return path


def test_requests_are_numbered_as_in_an_editor(tmp_path: Path) -> None:
    path = write(tmp_path / "in", GOOD, "", "  ", {**GOOD, "custom_id": "b"})
    assert problems(path, "/v1/embeddings") == (2, [])
    assert [(line.number, line.custom_id, line.body) for line in lines(path, "/v1/embeddings")] == [
        (1, "a", {"model": "m"}), (4, "b", {"model": "m"})
    ]  # fmt: skip


def test_a_file_without_requests_is_refused(tmp_path: Path) -> None:
    _, [error] = problems(write(tmp_path / "in", "\n\n"), "/v1/embeddings")
    assert error["code"] == "empty_file"


def test_too_many_requests_are_refused(tmp_path: Path) -> None:
    path = write(tmp_path / "in", *({**GOOD, "custom_id": str(number)} for number in range(module.MOST_LINES + 1)))
    count, [error] = problems(path, "/v1/embeddings")
    assert (count, error["code"]) == (module.MOST_LINES + 1, "too_many_requests")


def test_reading_stops_after_enough_errors(tmp_path: Path) -> None:
    count, errors = problems(write(tmp_path / "in", *["{"] * 500), "/v1/embeddings")
    assert count == len(errors) == module.MOST_ERRORS


def test_deeply_nested_and_huge_lines_are_errors_not_crashes(tmp_path: Path) -> None:
    _, errors = problems(write(tmp_path / "in", "[" * 200_000, '"' + "x" * 1_000_000 + '"'), "/v1/embeddings")
    assert [error["code"] for error in errors] == ["invalid_json_line"] * 2
