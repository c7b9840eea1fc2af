"""Converted models compute what transformers would, and their tokenizers split text as the originals do."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import llama_cpp.llama_cpp as c
import numpy as np
import pytest
from tokenizers import Tokenizer

from localmind_app.core.errors import Invalid
from localmind_app.engine import header, llamacpp
from localmind_app.engine.workshop import errand, sample
from localmind_app.engine.workshop.reader import Reader
from tests.engine.workshop.hub_folder import HubFolder

TOKENS = [0, 300, 17, 42, 499, 8, 8, 123, 77, 250, 1, 333]
LLAMA3_ROPE = {
    "rope_type": "llama3",
    "factor": 8.0,
    "low_freq_factor": 1.0,
    "high_freq_factor": 4.0,
    "original_max_position_embeddings": 64,
}


def converted(folder: Path) -> Path:
    target = folder.with_suffix(".gguf")
    errand.run("convert", {"folder": str(folder), "target": str(target), "name": "tiny"})
    return target


def logits_of(model: Path) -> np.ndarray[Any, Any]:
    llamacpp.start()
    reader = Reader(str(model), 64)
    found = reader.decode(TOKENS, 0, 0)
    assert found is not None
    copy = found.copy()
    reader.close()
    return copy


@pytest.mark.parametrize(
    ("architecture", "settings", "tokens", "kind"),
    [
        ("LlamaForCausalLM", {}, "llama3", "F32"),
        ("LlamaForCausalLM", {"tie_word_embeddings": True, "rope_theta": 500000.0}, "gpt2", "BF16"),
        ("MistralForCausalLM", {"head_dim": 32, "sliding_window": None}, "spm", "BF16"),
        ("Qwen2ForCausalLM", {"use_sliding_window": False}, "qwen", "F32"),
        ("Qwen3ForCausalLM", {"head_dim": 32, "rope_parameters": {"rope_theta": 1e6}}, "qwen", "BF16"),
    ],
)  # fmt: skip
def test_logits_are_those_of_the_original(
    tmp_path: Path, architecture: str, settings: dict[str, Any], tokens: str, kind: str
) -> None:
    folder = HubFolder.random(architecture, **settings)
    model = converted(folder.write(tmp_path / "tiny", tokens, kind))
    expected = folder.logits(TOKENS)
    # llama.cpp rounds the other side of a product with bfloat16 weights to bfloat16 as well
    np.testing.assert_allclose(logits_of(model), expected, atol=0.05 if kind == "BF16" else 0.005)
    assert expected.std() > 0.5


def test_rotary_positions_of_llama_3_are_stretched(tmp_path: Path) -> None:
    folder = HubFolder.random("LlamaForCausalLM", rope_scaling=LLAMA3_ROPE, rope_theta=100.0)
    model = converted(folder.write(tmp_path / "tiny", "llama3"))
    # Wave lengths in tokens: above 64 stretched eightfold, below 16 untouched, between them by both in part.
    lengths = 2 * np.pi * 100.0 ** (np.arange(0, 16, 2) / 16)
    smooth = (64 / lengths - 1) / 3
    factors = np.where(lengths > 64, 8.0, np.where(lengths < 16, 1.0, 1 / ((1 - smooth) / 8 + smooth)))
    assert {1.0, 8.0} < set(factors)
    found = logits_of(model)
    np.testing.assert_allclose(found, folder.logits(TOKENS, factors), atol=0.005)
    assert np.abs(found - folder.logits(TOKENS)).max() > 0.05


@pytest.mark.parametrize("kind", ["gpt2", "llama3", "qwen", "spm"])
def test_text_is_split_as_by_the_original(tmp_path: Path, kind: str) -> None:
    folder = HubFolder.random("LlamaForCausalLM").write(tmp_path / "tiny", kind)
    model = converted(folder)
    original = Tokenizer.from_file(str(folder / "tokenizer.json"))
    llamacpp.start()
    params = c.llama_model_default_params()
    params.vocab_only = True
    loaded = c.llama_model_load_from_file(str(model).encode(), params)
    vocab = c.llama_model_get_vocab(loaded)
    assert c.llama_vocab_get_add_bos(vocab) and c.llama_vocab_bos(vocab) == original.token_to_id("<s>")
    lines = [*sample.text().splitlines(), "don't 12345 x=1;  \t y", "naïve 漢字 😀", "a\n\n\nb", "WE'LL  see"]
    for line in filter(None, lines):
        expected = original.encode(line, add_special_tokens=False).ids
        assert llamacpp.tokenize(vocab, line, add_special=False, parse_special=False) == expected, line
    c.llama_model_free(loaded)


def test_the_file_says_what_it_is(tmp_path: Path) -> None:
    folder = HubFolder.random("MistralForCausalLM", sliding_window=128).write(tmp_path / "t", "spm", "BF16")
    read = header.read(converted(folder))
    assert read.metadata["general.name"] == "tiny" and read.metadata["tokenizer.chat_template"] == "{{ messages }}"
    assert read.metadata["llama.context_length"] == 128  # no further than the model has learnt to look back
    assert read.tensor_bytes["BF16"] > read.tensor_bytes["F32"] and not read.missing


def changed(folder: Path, **settings: Any) -> Path:
    path = folder / "config.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | settings))
    return folder


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"architectures": ["MambaForCausalLM"]}, "MambaForCausalLM cannot be converted here; these can: Llama"),
        ({"architectures": []}, "cannot be converted here"),
        ({"hidden_act": "gelu"}, "hidden_act = gelu"),
        ({"quantization_config": {"bits": 4}}, "quantization_config"),
        ({"rope_scaling": {"rope_type": "longrope"}}, "longrope"),
        ({"num_attention_heads": 8}, "another shape"),
        ({"hidden_size": None}, "cannot be read"),
        ({"vocab_size": 100}, "more tokens than its model"),
    ],
)
def test_what_cannot_be_converted_is_refused(tmp_path: Path, settings: dict[str, Any], message: str) -> None:
    folder = HubFolder.random("LlamaForCausalLM").write(tmp_path / "tiny")
    with pytest.raises(Invalid, match=message):
        converted(changed(folder, **settings))


def test_pickles_are_refused(tmp_path: Path) -> None:
    folder = HubFolder.random("LlamaForCausalLM").write(tmp_path / "tiny")
    (folder / "model.safetensors").rename(folder / "pytorch_model.bin")
    with pytest.raises(Invalid, match="pickles"):
        converted(folder)


def test_a_file_that_is_cut_off_is_refused(tmp_path: Path) -> None:
    folder = HubFolder.random("LlamaForCausalLM").write(tmp_path / "tiny")
    path = folder / "model.safetensors"
    path.write_bytes(path.read_bytes()[:-100])
    with pytest.raises(Invalid, match=r"model\.safetensors cannot be read"):
        converted(folder)


def test_a_missing_part_is_named(tmp_path: Path) -> None:
    folder = HubFolder.random("LlamaForCausalLM").write(tmp_path / "tiny")
    index = {"weight_map": {"a": "model.safetensors", "b": "model-00002.safetensors"}}
    (folder / "model.safetensors.index.json").write_text(json.dumps(index))
    with pytest.raises(Invalid, match=r"model-00002\.safetensors is missing"):
        converted(folder)


def test_a_tokenizer_that_splits_otherwise_is_refused(tmp_path: Path) -> None:
    folder = HubFolder.random("LlamaForCausalLM").write(tmp_path / "tiny", "qwen")
    path = folder / "tokenizer.json"
    found = json.loads(path.read_text())
    found["pre_tokenizer"]["pretokenizers"][0]["pattern"]["Regex"] = r"\w+"
    path.write_text(json.dumps(found))
    with pytest.raises(Invalid, match="splits text in a way"):
        converted(folder)
