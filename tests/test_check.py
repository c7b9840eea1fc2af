"""What `check`, `test` and `bench` run and say."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from localmind_app import check

GOOD, BAD = ("-c", ""), ("-c", "raise SystemExit(3)")


def test_every_check_runs_also_after_one_that_failed(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(check, "CHECKS", {"first": BAD, "second": GOOD})
    assert check.run_checks() == 1
    said = capsys.readouterr().out
    assert said.index("✗ first") < said.index("✓ second")
    assert "Failed: first." in said


def test_tests_are_not_run_where_a_check_failed(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(check, "CHECKS", {"first": BAD})
    assert check.run_tests([]) == 1
    assert "The tests were not run." in capsys.readouterr().out


def test_pytest_gets_the_arguments_and_its_status_is_the_answer(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(check, "CHECKS", {"first": GOOD})
    monkeypatch.setattr(check, "ROOT", tmp_path)
    (tmp_path / "test_it.py").write_text("def test_good(): pass\ndef test_bad(): assert 0\n")
    assert check.run_tests(["-q", "-k", "good"]) == 0
    assert check.run_tests(["-q"]) == 1


def test_an_unknown_benchmark_is_a_sentence(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "tests" / "bench"
    folder.mkdir(parents=True)
    (folder / "one.py").write_text("def main(): print('measured')")
    (folder / "_shared.py").write_text("raise RuntimeError")
    monkeypatch.setattr(check, "ROOT", tmp_path)
    assert check.run_benchmarks(["two"]) == 2
    assert "No benchmark two. There are: one." in capsys.readouterr().err
    assert check.run_benchmarks([]) == 0
    assert "measured" in capsys.readouterr().out
    assert sys.modules.get("one") is None
