"""A loaded model with half as large cells: the same words, prefixes and slides; what cannot have them is refused."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import llama_cpp.llama_cpp as c
import numpy as np
import pytest

from localmind_app.engine import llamacpp
from localmind_app.engine.llamacpp import LoadFailed
from localmind_app.engine.text.model import TextModel, context_settings
from localmind_app.engine.workshop import perplexity, sample
from localmind_app.engine.workshop.reader import Reader
from tests.engine.text.test_scheduler import WORDS, Desk, _first_logits
from tests.models_factory import write_random_llama

CHAT = [1, *WORDS[:500]]


def load(path: Path, kv: str, slots: int = 2, n_ctx: int = 1024) -> TextModel:
    llamacpp.start()
    return TextModel(str(path), n_ctx, 1, lambda _: None, slots, kv=kv)


@pytest.fixture(scope="module")
def wide(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A model with heads of 64, which flash attention is on for."""
    return write_random_llama(tmp_path_factory.mktemp("wide") / "wide.gguf", dim=128, head=64, layers=2)


@pytest.fixture
def desks(wide: Path) -> Iterator[tuple[Desk, Desk]]:
    """The same model with whole and with half cells."""
    models = [load(wide, kv) for kv in ("f16", "q8_0")]
    yield Desk(models[0]), Desk(models[1])
    for model in models:
        model.close()


def test_half_cells_take_half_the_memory(wide: Path) -> None:
    sizes = []
    for kv in ("f16", "q8_0"):
        model = load(wide, kv)
        desk = Desk(model)
        desk.ask(CHAT, max_tokens=1)
        sizes.append(c.llama_state_seq_get_size(model.context, 0))
        assert model.facts()["kv"] == kv
        model.close()
    assert sizes[1] / sizes[0] == pytest.approx(34 / 64, rel=0.05)


def test_the_likeliest_words_are_the_same(desks: tuple[Desk, Desk]) -> None:
    for at in range(0, 300, 50):
        prompt = [1, *WORDS[at : at + 400]]
        whole, half = (_first_logits(desk, prompt) for desk in desks)
        common = whole.keys() & half.keys()
        assert len(common) >= 15
        assert np.allclose([whole[token] for token in common], [half[token] for token in common], atol=0.1)


def test_a_text_is_no_more_surprising() -> None:
    """The starter's heads are narrow, so the engine leaves its cells whole; llama.cpp itself can halve them."""
    path = Path(__file__).parents[3] / "models" / "starter" / "starter.gguf"
    settings = {"flash_attn_type": c.LLAMA_FLASH_ATTN_TYPE_ENABLED}
    found = []
    for kind in (c.GGML_TYPE_F16, c.GGML_TYPE_Q8_0):
        reader = Reader(str(path), perplexity.WINDOW, type_k=kind, type_v=kind, **settings)
        tokens = reader.tokens(sample.text())[:700]
        logits = np.concatenate([np.array(rows) for _, rows in reader.read(tokens[:400], 0)])
        found.append((perplexity.measure(reader, tokens, lambda *_: None).value, logits.argmax(axis=1)))
        reader.close()
    (whole, words), (half, same) = found
    assert half == pytest.approx(whole, rel=0.01)
    assert (words == same).mean() > 0.95


def test_beginnings_are_shared_and_the_next_turn_finds_its_cells(desks: tuple[Desk, Desk]) -> None:
    _, desk = desks
    desk.ask(CHAT, max_tokens=20)
    _, result = desk.ask([*CHAT, *WORDS[600:640]], max_tokens=5)
    assert result["usage"]["prompt_tokens_details"]["cached_tokens"] == len(CHAT)
    talker = desk.add([*CHAT, 300], max_tokens=100, ignore_eos=True)
    for _ in range(5):
        desk.scheduler.step()
    shared = _first_logits(desk, [*CHAT[:480], 301, 302])
    assert desk.result(talker)
    assert desk.cached(talker + 1) == 480
    fresh = _first_logits(desks[0], [*CHAT[:480], 301, 302])
    common = shared.keys() & fresh.keys()
    assert len(common) >= 15
    assert np.allclose([shared[token] for token in common], [fresh[token] for token in common], atol=0.1)


def test_a_full_context_slides(wide: Path) -> None:
    model = load(wide, "q8_0", 1, 256)
    text, result = Desk(model).ask([1, *WORDS[:100]], max_tokens=600, ignore_eos=True, shift=True)
    assert result["usage"]["completion_tokens"] == 600
    assert result["context"]["dropped_tokens"] > 300
    assert len(text.split()) > 500
    model.close()


def test_narrow_heads_are_refused(tmp_path: Path) -> None:
    with pytest.raises(LoadFailed, match="flash_attn"):
        load(write_random_llama(tmp_path / "narrow.gguf"), "q8_0")


def test_odd_heads_are_refused(tmp_path: Path) -> None:
    with pytest.raises(LoadFailed, match="block size 32"):
        load(write_random_llama(tmp_path / "odd.gguf", dim=160, head=80), "q8_0")


def test_the_settings_name_the_type(wide: Path) -> None:
    model = load(wide, "f16")
    assert context_settings(model.model, 512, 1)["type_k"] == c.GGML_TYPE_F16
    settings = context_settings(model.model, 512, 1, "q8_0")
    assert settings["type_k"] == settings["type_v"] == c.GGML_TYPE_Q8_0
    model.close()
