"""The journal of a batch survives being cut off at any byte."""

from __future__ import annotations

import json
from pathlib import Path

from localmind_app.features.batches.journal import Entry, Journal


def filled(path: Path) -> list[Entry]:
    entries = [Entry(number, number % 3 != 0, {"custom_id": f"ü{number}"}) for number in (4, 1, 3, 2)]
    journal = Journal(path)
    for entry in entries:
        journal.add(entry)
    journal.close()
    return entries


def test_results_come_in_the_order_of_the_input_and_apart(tmp_path: Path) -> None:
    filled(tmp_path / "j")
    journal = Journal(tmp_path / "j")
    assert journal.done == {4: True, 1: True, 3: False, 2: True}
    assert journal.write_results(tmp_path / "good", ok=True)
    assert journal.write_results(tmp_path / "bad", ok=False)
    journal.close()
    names = [json.loads(line)["custom_id"] for line in (tmp_path / "good").read_text("utf-8").splitlines()]
    assert names == ["ü1", "ü2", "ü4"]
    assert json.loads((tmp_path / "bad").read_text("utf-8")) == {"custom_id": "ü3"}
    assert (tmp_path / "good").stat().st_mode & 0o077 == (tmp_path / "j").stat().st_mode & 0o077 == 0


def test_nothing_of_a_kind_makes_no_file(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "j")
    journal.add(Entry(1, True, {}))
    assert not journal.write_results(tmp_path / "bad", ok=False)
    journal.close()
    assert not (tmp_path / "bad").exists()


def test_half_a_line_is_cut_off_and_written_again(tmp_path: Path) -> None:
    entries = filled(tmp_path / "whole")
    data = (tmp_path / "whole").read_bytes()
    for length in range(len(data)):
        path = tmp_path / "cut"
        path.write_bytes(data[:length])
        journal = Journal(path)
        known = data[:length].count(b"\n")
        assert list(journal.done) == [entry.number for entry in entries[:known]]
        for entry in entries[known:]:
            journal.add(entry)
        journal.close()
        assert path.read_bytes() == data
