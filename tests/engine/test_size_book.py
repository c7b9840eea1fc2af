"""What is remembered of a file's sizes, with dry runs by llama.cpp itself: asked once, corrected, begun anew."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from localmind_app.engine import memory, size_book
from localmind_app.engine.catalog import Model
from localmind_app.engine.size_book import SizeBook
from localmind_app.engine.sizing import Sizes, Way, dry_run

pytestmark = pytest.mark.anyio


@pytest.fixture
def model(model_files: Path) -> Model:
    path = model_files / "random.gguf"
    return Model("m", "chat", "M", path, path.stat().st_size, context_train=4096, stamp=(1, 2))


@pytest.fixture
def place(tmp_path: Path) -> Path:
    return tmp_path / "sizes.json"


def text_of(place: Path) -> str:
    return place.read_text() if place.exists() else ""


async def sizes_of(book: SizeBook, model: Model) -> Sizes:
    found = await book.sizes(model)
    assert found is not None
    return found


async def test_sizes_are_asked_once_per_file(place: Path, model: Model, monkeypatch: pytest.MonkeyPatch) -> None:
    known = await sizes_of(SizeBook(place), model)
    assert known == await dry_run(model, memory.ways(model))
    monkeypatch.setattr("sys.executable", "/nowhere/python")  # no second process could start
    again = SizeBook(place)
    assert await again.sizes(model) == known
    assert await again.sizes(replace(model, stamp=(2, 2))) is None


async def test_what_is_not_there_or_no_model_is_not_asked(
    place: Path, model: Model, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.executable", "/nowhere/python")
    book = SizeBook(place)
    assert await book.sizes(replace(model, problem="it is empty")) is None
    assert await book.sizes(replace(model, path=model.path.with_name("gone.gguf"))) is None
    assert text_of(place) == ""


async def test_a_way_that_is_missing_is_asked_and_added(place: Path, model: Model) -> None:
    book = SizeBook(place)
    short = replace(model, context_train=512)
    few = await sizes_of(book, short)
    book.learn(short, 100, 200, worked=False)
    all_of_them = await sizes_of(book, model)
    assert set(few.ways) == set(memory.ways(short)) < set(all_of_them.ways) == set(memory.ways(model))
    assert all_of_them.ratio == pytest.approx(2.0), "what was learned is kept"


async def test_another_llama_cpp_or_card_is_asked_anew(
    place: Path, model: Model, monkeypatch: pytest.MonkeyPatch
) -> None:
    await sizes_of(SizeBook(place), model)
    monkeypatch.setattr(size_book, "_machine", lambda: "other:1")
    monkeypatch.setattr("sys.executable", "/nowhere/python")
    assert await SizeBook(place).sizes(model) is None


async def test_predictions_are_corrected_up_at_once_and_down_only_after_work(place: Path, model: Model) -> None:
    book = SizeBook(place)
    plain = await sizes_of(book, model)

    async def ratio() -> float:
        return (await sizes_of(book, model)).ratio

    book.learn(model, 100, 150, worked=False)
    assert await ratio() == pytest.approx(1.5)
    book.learn(model, 150, 120, worked=False)
    assert await ratio() == pytest.approx(1.5)
    book.learn(model, 150, 120, worked=True)
    assert await ratio() == pytest.approx(1.2)
    sizes = await SizeBook(place).sizes(model)
    assert memory.plan(model, 512, 1, sizes).bytes == pytest.approx(1.2 * memory.plan(model, 512, 1, plain).bytes, 1e-6)


async def test_a_correction_has_bounds_and_trifles_are_not_written(place: Path, model: Model) -> None:
    book = SizeBook(place)
    await sizes_of(book, model)
    written = text_of(place)
    book.learn(model, 1000, 1010, worked=True)
    book.learn(replace(model, stamp=(9, 9)), 100, 300, worked=True)  # nothing is known of that file
    assert text_of(place) == written
    book.learn(model, 100, 10_000, worked=True)
    assert (await sizes_of(book, model)).ratio == pytest.approx(3.0)
    book.learn(model, 10_000, 1, worked=True)
    assert (await sizes_of(SizeBook(place), model)).ratio == pytest.approx(0.9)


BAD_WAY = {"mapped": 1, "second": 1, "vocabulary": 1, "ways": [[1, 2, 3, 4, 5]], "layers": []}


@pytest.mark.parametrize(
    "content",
    [
        "", "[]", "{", '{"form": 1}', '{"form": 9, "files": {}}', '{"form": 2}', '{"form": 2, "files": []}',
        '{"form": 2, "files": {"m": 3}}', '{"form": 2, "files": {"m": {"ways": 3}}}',
        json.dumps({"form": 2, "files": {"m": BAD_WAY}}),
    ],
)  # fmt: skip
async def test_a_damaged_book_is_begun_anew(tmp_path: Path, model: Model, content: str) -> None:
    place = _written(tmp_path, content)
    known = await sizes_of(SizeBook(place), replace(model, context_train=512))
    assert await SizeBook(place).sizes(replace(model, context_train=512)) == known


def _written(folder: Path, content: str) -> Path:
    place = folder / "sizes.json"
    place.write_text(content)
    return place


async def test_a_book_that_cannot_be_written_costs_only_dry_runs(
    place: Path, model: Model, caplog: pytest.LogCaptureFixture
) -> None:
    place.with_suffix(".part").mkdir()
    book = SizeBook(place)
    assert await sizes_of(book, model) == await sizes_of(book, model)
    assert text_of(place) == "" and "cannot be written" in caplog.text


async def test_the_files_heard_of_longest_ago_are_forgotten(place: Path, model: Model) -> None:
    book = SizeBook(place)
    sizes = await sizes_of(book, model)
    for number in range(size_book._KEEP):
        book._write(f"other-{number}", replace(sizes, ways={Way(512): number}))
    files = json.loads(text_of(place))["files"]
    assert len(files) == size_book._KEEP and not any(name.startswith("random.gguf") for name in files)
