"""A real Chroma on a real folder, and the look at it from another process."""

import subprocess
import sys

import numpy as np
import pytest

from localmind_app.features.knowledge.vectors.chroma import Chroma, Damaged
from localmind_app.features.knowledge.vectors.folder import Folder
from localmind_app.features.knowledge.vectors.names import index_name
from localmind_app.features.knowledge.vectors.probe import look


def unit(count: int, seed: int = 0) -> np.ndarray:
    made = np.random.default_rng(seed).standard_normal((count, 16)).astype(np.float32)
    return made / np.linalg.norm(made, axis=1, keepdims=True)


@pytest.fixture
def folder(tmp_path):
    index = Chroma.at(tmp_path)
    index.upsert("c1-a", range(1, 51), unit(50))
    index.close()
    return tmp_path


def test_what_is_put_in_is_found_after_closing(folder):
    index = Chroma.at(folder)
    try:
        [[(first, cosine), *_]] = index.query("c1-a", unit(50)[6:7], 3)
        assert (first, round(cosine, 4)) == (7, 1.0)
        assert (index.count("c1-a"), sorted(index.ids("c1-a"))) == (50, list(range(1, 51)))
        index.upsert("c1-a", [7], unit(1, seed=9))
        index.delete("c1-a", [1, 2, 777])
        assert index.query("c1-a", unit(1, seed=9), 1)[0][0][0] == 7
        assert index.counts() == {"c1-a": 48}
        index.drop("c1-a")
        index.drop("c1-a")
        assert index.counts() == {}
    finally:
        index.close()


def test_a_file_that_is_no_database_is_damage(folder):
    (folder / "chroma.sqlite3").write_bytes(b"nonsense" * 4096)
    with pytest.raises(Damaged):
        Chroma.at(folder).counts()


def test_a_vector_of_another_width_is_an_error_of_ours(folder):
    index = Chroma.at(folder)
    with pytest.raises(Damaged):
        index.query("c1-a", np.ones((1, 8), np.float32), 1)
    index.close()


def test_a_sound_folder_is_found_sound(folder):
    assert look(folder) is None


def test_a_folder_that_lost_its_vectors_is_found_out(folder):
    index = Chroma.at(folder)
    index.upsert("c1-a", range(100, 1300), unit(1200, seed=3))
    index.close()
    for path in folder.rglob("data_level0.bin"):
        path.write_bytes(b"\0" * path.stat().st_size)
    command = [sys.executable, "-m", "localmind_app.features.knowledge.vectors.probe", str(folder)]
    ended = subprocess.run(command, capture_output=True, text=True, check=False)
    assert ended.returncode != 0


def test_a_folder_is_looked_at_only_where_a_process_died(tmp_path):
    folder = Folder(tmp_path / "vectors")
    live = folder.enter()
    (live / "chroma.sqlite3").write_bytes(b"nonsense" * 4096)
    folder.leave()
    assert folder.enter() == live  # closed in order: it is opened, and whoever opens it finds out
    again = Folder(tmp_path / "vectors")  # the mark is still there: the last process died
    fresh = again.enter()
    assert (fresh.name, live.exists()) == ("index-2", True)
    again.set_aside()
    assert sorted(path.name for path in again.root.glob("index-*")) == ["index-2", "index-3"]


def test_names_differ_by_collection_and_embedder_and_are_taken_by_chroma(tmp_path):
    names = {index_name(number, model) for number in (1, 12) for model in ("a", "A", "b/ä:c" * 40, "")}
    assert len(names) == 8
    index = Chroma.at(tmp_path)
    for name in names:
        index.upsert(name, [1], unit(1))
    assert index.counts() == dict.fromkeys(names, 1)
    index.close()
