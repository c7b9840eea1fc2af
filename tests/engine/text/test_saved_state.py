"""KV cells on disk: restored they answer as fresh ones do; what is damaged, foreign or too old is left alone."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from localmind_app.engine.text import saved_state, slot, state_file
from localmind_app.engine.text.model import PREFILL_ROWS, TextModel
from localmind_app.engine.text.saved_state import SavedStates, model_key
from localmind_app.engine.text.scheduler import Scheduler
from tests.engine.text.test_scheduler import GREEDY, WORDS, Desk, _first_logits, load
from tests.models_factory import write_random_llama

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


def test_cells_of_another_type_are_never_looked_at(tmp_path: Path, opened: list[TextModel]) -> None:
    path = write_random_llama(tmp_path / "wide.gguf", dim=128, head=64)
    desks = []
    for _ in range(2):
        for kv in ("f16", "q8_0"):
            model = TextModel(str(path), 1024, 1, lambda _: None, 2, kv=kv)
            opened.append(model)
            states = SavedStates(tmp_path / "kv", model_key(path, model), model)
            desks.append(Desk(model))
            desks[-1].scheduler = Scheduler(model, desks[-1], states)  # type: ignore[arg-type]
            if kv == "q8_0" and len(desks) == 2:
                assert states.all() == []
                desks[1].ask(CHAT, max_tokens=5)
                assert save_all(desks[1]) == 1
    whole, half = desks[2], desks[3]
    whole.ask([*CHAT, 400], max_tokens=1)
    assert whole.cached(1) == 0
    restored, fresh = _first_logits(half, [*CHAT, 400]), _first_logits(desks[0], [*CHAT, 400])
    assert half.cached(1) == len(CHAT)
    shared = restored.keys() & fresh.keys()
    assert len(shared) >= 15
    assert np.allclose([restored[token] for token in shared], [fresh[token] for token in shared], atol=0.1)


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


def test_a_forgotten_conversation_leaves_no_cells(path: Path, tmp_path: Path, opened: list[TextModel]) -> None:
    desk = desk_with(path, tmp_path, opened, slots=2)
    other = [1, *WORDS[350:800]]
    desk.ask(CHAT, max_tokens=5, conversation="a")
    desk.ask(other, max_tokens=5, conversation="b")
    assert save_all(desk) == 2
    assert desk.scheduler.conversations() == {"a", "b"}

    desk.scheduler.forget({"a", "never was"})
    assert state_file.forget(tmp_path, {"a"}) == 1
    assert desk.scheduler.conversations() == {"b"}
    assert state_file.conversations(tmp_path) == {"b"}
    assert _cached(desk, CHAT) == 0
    assert _cached(desk, other) == len(other) - 1


def test_a_conversation_that_is_answered_is_forgotten_at_its_end(
    path: Path, tmp_path: Path, opened: list[TextModel]
) -> None:
    desk = desk_with(path, tmp_path, opened, slots=1)
    desk.add(CHAT, max_tokens=5, conversation="a")
    while not desk.scheduler.running:
        desk.scheduler.step()
    desk.scheduler.forget({"a"})
    while desk.scheduler.busy:
        desk.scheduler.step()
    assert save_all(desk) == 0
    assert desk.scheduler.conversations() == set()
    assert _cached(desk, CHAT) == 0


def test_what_two_conversations_share_stays_with_the_other(path: Path, tmp_path: Path, opened: list[TextModel]) -> None:
    desk = desk_with(path, tmp_path, opened, slots=2)
    desk.ask(CHAT, max_tokens=5, conversation="a")
    desk.ask([*CHAT[:400], 300, 301], max_tokens=5, conversation="b")
    desk.scheduler.forget({"a"})
    assert _cached(desk, CHAT) == 400


def _cached(desk: Desk, prompt: list[int]) -> int:
    _, result = desk.ask(prompt, max_tokens=1)
    return int(result["usage"]["prompt_tokens_details"]["cached_tokens"])


def test_a_full_disk_costs_the_file_only(
    path: Path, tmp_path: Path, opened: list[TextModel], monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = desk_with(path, tmp_path, opened)
    desk.ask(CHAT, max_tokens=3)
    monkeypatch.setattr(saved_state, "LARGEST_FILE", 1000)
    save_all(desk)
    assert not list(tmp_path.iterdir())
    assert desk.ask([*CHAT, 300], max_tokens=3)[1]["usage"]["completion_tokens"] == 3
