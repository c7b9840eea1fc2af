"""KV cells on disk: restored they answer as fresh ones do; what is damaged, foreign or too old is left alone."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from localmind_app.engine.text import saved_state, slot
from localmind_app.engine.text.model import PREFILL_ROWS, TextModel
from localmind_app.engine.text.saved_state import SavedStates, model_key
from localmind_app.engine.text.scheduler import Scheduler
from tests.engine.text.test_scheduler import GREEDY, WORDS, Desk, _first_logits, load

CHAT = [1, *WORDS[:700]]


@pytest.fixture
def path(model_files: Path) -> Path:
    return model_files / "random.gguf"


@pytest.fixture(autouse=True)
def every_conversation_is_worth_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """Test models read so fast that nothing would be kept."""
    monkeypatch.setattr(slot, "WORTH_SAVING_SECONDS", 0.0)


@pytest.fixture
def opened(path: Path) -> Iterator[list[TextModel]]:
    models: list[TextModel] = []
    yield models
    for model in models:
        model.close()


def desk_with(path: Path, folder: Path, opened: list[TextModel], slots: int = 2) -> Desk:
    model = load(path, slots)
    opened.append(model)
    desk = Desk(model)
    desk.scheduler = Scheduler(model, desk, SavedStates(folder, model_key(path, model), model))  # type: ignore[arg-type]
    return desk


def save_all(desk: Desk) -> int:
    count = 0
    while desk.scheduler.save_one():
        count += 1
    return count


def test_a_restart_finds_the_conversation(path: Path, tmp_path: Path, opened: list[TextModel]) -> None:
    before = desk_with(path, tmp_path, opened)
    before.ask(CHAT, max_tokens=5)
    assert save_all(before) == 1
    assert save_all(before) == 0
    (file,) = tmp_path.glob("*.kv")
    assert file.stat().st_mode & 0o777 == 0o600

    after, fresh = desk_with(path, tmp_path, opened), desk_with(path, tmp_path / "none", opened)
    restored = _first_logits(after, [*CHAT, 400])
    assert after.cached(1) == len(CHAT)
    expected = _first_logits(fresh, [*CHAT, 400])
    assert fresh.cached(1) == 0
    shared = restored.keys() & expected.keys()
    assert len(shared) >= 15
    assert np.allclose([restored[token] for token in shared], [expected[token] for token in shared], atol=0.05)


def test_a_repeatable_answer_is_the_same_from_disk(path: Path, tmp_path: Path, opened: list[TextModel]) -> None:
    first = desk_with(path, tmp_path, opened)
    text, _ = first.ask(CHAT, max_tokens=40, sampling=GREEDY)
    save_all(first)
    again, result = desk_with(path, tmp_path, opened).ask(CHAT, max_tokens=40, sampling=GREEDY)
    assert again == text
    assert result["usage"]["prompt_tokens_details"]["cached_tokens"] == len(CHAT) // PREFILL_ROWS * PREFILL_ROWS


def test_a_branch_finds_what_it_shares(path: Path, tmp_path: Path, opened: list[TextModel]) -> None:
    first = desk_with(path, tmp_path, opened)
    first.ask(CHAT, max_tokens=5)
    save_all(first)
    _, result = desk_with(path, tmp_path, opened).ask([*CHAT[:500], 300, 301], max_tokens=2)
    assert result["usage"]["prompt_tokens_details"]["cached_tokens"] == 500


def test_a_longer_file_replaces_the_one_it_continues(path: Path, tmp_path: Path, opened: list[TextModel]) -> None:
    desk = desk_with(path, tmp_path, opened, slots=1)
    desk.ask(CHAT, max_tokens=5)
    save_all(desk)
    desk.ask([*CHAT, *WORDS[700:800]], max_tokens=5)
    save_all(desk)
    assert len(list(tmp_path.glob("*.kv"))) == 1
    desk.ask([1, *WORDS[450:800]], max_tokens=5)
    save_all(desk)
    assert len(list(tmp_path.glob("*.kv"))) == 2


@pytest.mark.parametrize("harm", ["flip", "cut", "gone", "empty"])
def test_a_damaged_file_is_read_anew(path: Path, tmp_path: Path, opened: list[TextModel], harm: str) -> None:
    first = desk_with(path, tmp_path, opened)
    expected, _ = first.ask(CHAT, max_tokens=20, sampling=GREEDY)
    save_all(first)
    second = desk_with(path, tmp_path, opened)
    (file,) = tmp_path.glob("*.kv")
    data = bytearray(file.read_bytes())
    if harm == "flip":
        data[-1000] ^= 0xFF
    if harm == "gone":
        file.unlink()
    else:
        file.write_bytes(b"" if harm == "empty" else data[: len(data) // 2] if harm == "cut" else data)
    text, result = second.ask(CHAT, max_tokens=20, sampling=GREEDY)
    assert text == expected
    assert result["usage"]["prompt_tokens_details"]["cached_tokens"] == 0
    assert not list(tmp_path.glob("*.kv"))


def test_another_models_file_is_never_looked_at(
    path: Path, model_files: Path, tmp_path: Path, opened: list[TextModel]
) -> None:
    first = desk_with(path, tmp_path, opened)
    first.ask(CHAT, max_tokens=5)
    save_all(first)
    other = load(model_files / "slow.gguf", 1)
    opened.append(other)
    assert SavedStates(tmp_path, model_key(model_files / "slow.gguf", other), other).all() == []
    assert len(list(tmp_path.glob("*.kv"))) == 1


def test_old_and_half_written_files_go(path: Path, tmp_path: Path, opened: list[TextModel]) -> None:
    first = desk_with(path, tmp_path, opened)
    first.ask(CHAT, max_tokens=5)
    save_all(first)
    (file,) = tmp_path.glob("*.kv")
    old = time.time() - saved_state.OLDEST_SECONDS - 1
    os.utime(file, (old, old))
    half = tmp_path / ".half.kv"
    half.write_bytes(b"x")
    os.utime(half, (old, old))
    desk_with(path, tmp_path, opened)
    assert not list(tmp_path.iterdir())


def test_the_least_recently_used_go_first(
    path: Path, tmp_path: Path, opened: list[TextModel], monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = desk_with(path, tmp_path, opened, slots=3)
    for number in range(3):
        desk.ask([1, 300 + number, *WORDS[:600]], max_tokens=3)
        save_all(desk)
        newest = max(tmp_path.glob("*.kv"), key=lambda file: file.stat().st_ctime_ns)
        used = time.time() - 1000 + number
        os.utime(newest, (used, used))
    sizes = [file.stat().st_size for file in tmp_path.glob("*.kv")]
    assert len(sizes) == 3
    monkeypatch.setattr(saved_state, "LARGEST_FOLDER", sum(sizes) + 1000)
    desk.ask([1, 350, *WORDS[:600]], max_tokens=3)
    save_all(desk)
    left = sorted(int(state.tokens[1]) for state in desk.scheduler._slots._states.all())  # type: ignore[union-attr]
    assert left == [301, 302, 350]


def test_a_full_disk_costs_the_file_only(
    path: Path, tmp_path: Path, opened: list[TextModel], monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = desk_with(path, tmp_path, opened)
    desk.ask(CHAT, max_tokens=3)
    monkeypatch.setattr(saved_state, "LARGEST_FILE", 1000)
    save_all(desk)
    assert not list(tmp_path.iterdir())
    assert desk.ask([*CHAT, 300], max_tokens=3)[1]["usage"]["completion_tokens"] == 3
