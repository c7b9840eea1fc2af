from pathlib import Path

import pytest

from localmind_app.core.errors import NotFound, SourceError
from localmind_app.features.models import catalogue
from localmind_app.features.models.accepted import check_name
from localmind_app.features.models.catalogue import TASKS, BadCatalogue, choose, entries, find, parse
from localmind_app.features.models.hub import HubFile

GOOD = """
[[model]]
id = "a"
name = "A"
task = "chat"
license = "mit"
repo = "maker/a"
files = ["*q4.gguf", "mmproj-*.gguf"]
size_gb = 1.0
parameters = 1.5
context = 4096
memory_gb = 2
note = "Good."
"""


def test_the_catalogue_offers_about_forty_models_for_every_task() -> None:
    assert 40 <= len(entries()) <= 60
    assert {entry.task for entry in entries()} == set(TASKS)
    assert find("qwen3-8b").runnable and not find("whisper-small").runnable
    with pytest.raises(NotFound):
        find("nothing")


@pytest.mark.parametrize("entry", entries(), ids=lambda entry: entry.id)
def test_every_entry_is_plausible(entry: catalogue.Entry) -> None:
    # Bytes per weight of a quantised or half-precision file; text encoders and the like come on top of pictures.
    if entry.task not in ("picture", "film", "speech", "voice", "vision"):
        assert 0.3 < entry.size_gb / entry.parameters < 1.7
    assert entry.note.endswith(".") and len(entry.note) < 120
    for pattern in entry.files:
        name = pattern.replace("*", "x")
        if not pattern.endswith("/*"):
            check_name(name if not name.endswith("x.json") else "config.json")
    if entry.task in ("vision",):
        assert any(pattern.startswith("mmproj") for pattern in entry.files)


@pytest.mark.parametrize(
    ("was", "now", "why"),
    [
        ('id = "a"', 'id = "A b"', "the id is"),
        ('task = "chat"', 'task = "cooking"', "the task is a known one"),
        ('repo = "maker/a"', 'repo = "https://elsewhere/a"', "owner/name"),
        ('files = ["*q4.gguf", "mmproj-*.gguf"]', "files = []", "there are files"),
        ('"*q4.gguf"', '"pytorch_model.bin"', "no pickles"),
        ('"*q4.gguf"', '"../q4.gguf"', "no path leads out"),
        ("size_gb = 1.0", "size_gb = 0", "numbers are positive"),
        ("context = 4096", "context = 4096.5", "the context is a whole number"),
        ("memory_gb = 2", "memory_gb = 0.5", "it fits into the memory"),
        ('note = "Good."', 'note = "Good."\nsha256 = {"x.gguf" = "123"}', "hashes are SHA-256"),
        ('note = "Good."', 'note = "Good."\ncolour = "red"', "unknown fields"),
        ('note = "Good."', "", "note"),
        ('name = "A"', "name = 3", "every text"),
    ],
)
def test_a_mistake_is_named(was: str, now: str, why: str) -> None:
    assert len(parse(GOOD)) == 1
    with pytest.raises(BadCatalogue, match=why):
        parse(GOOD.replace(was, now))


def test_two_entries_of_one_id_and_broken_toml() -> None:
    with pytest.raises(BadCatalogue, match="twice: a"):
        parse(GOOD + GOOD)
    with pytest.raises(BadCatalogue):
        parse("[[model")


def files(*paths: str) -> list[HubFile]:
    return [HubFile(path, 10, "0" * 64, None) for path in paths]


def test_the_files_of_an_entry_are_found_in_its_repository() -> None:
    [entry] = parse(GOOD)
    there = files("README.md", "a-q4.gguf", "a-q8.gguf", "mmproj-f16.gguf")
    assert [file.path for file in choose(entry, there)] == ["a-q4.gguf", "mmproj-f16.gguf"]
    for wrong in (there[:3], [*there, *files("b-q4.gguf")], []):
        with pytest.raises(SourceError, match="not the ones that the catalogue describes"):
            choose(entry, wrong)


def test_all_parts_of_a_split_model_are_one() -> None:
    [entry] = parse(GOOD.replace("*q4.gguf", "*q4-*.gguf"))
    parts = files("a-q4-00001-of-00002.gguf", "a-q4-00002-of-00002.gguf", "mmproj-f16.gguf")
    assert len(choose(entry, parts)) == 3
    with pytest.raises(SourceError, match="lacks a-q4-00002-of-00002"):
        choose(entry, [parts[0], parts[2]])


def test_the_file_lies_where_it_is_looked_for() -> None:
    assert Path(__file__).parents[3] / "models" / "catalogue.toml" == catalogue.CATALOGUE
