import numpy as np
import pytest
from gguf import GGUFReader
from llama_cpp import Llama

from models.starter.export import export

TEXTS = ("Hello, world! I'll", "Grüße: Äpfel,  Straße\n\n x", "日本語 👍🏽 12345 3.14", "tabs\tand   \n spaces ")


def random_weights(shape):
    rng = np.random.default_rng(0)
    kv_width = shape.kv_heads * shape.head_dim
    sizes = {
        "attn_q": (shape.width, shape.width),
        "attn_k": (kv_width, shape.width),
        "attn_v": (kv_width, shape.width),
        "attn_output": (shape.width, shape.width),
        "ffn_gate": (shape.ffn_width, shape.width),
        "ffn_up": (shape.ffn_width, shape.width),
        "ffn_down": (shape.width, shape.ffn_width),
    }
    weights = {"token_embd.weight": rng.normal(0, 0.05, (shape.vocabulary, shape.width))}
    for layer in range(shape.layers):
        for name, size in sizes.items():
            weights[f"blk.{layer}.{name}.weight"] = rng.normal(0, 0.05, size)
        for name in ("attn_norm", "ffn_norm"):
            weights[f"blk.{layer}.{name}.weight"] = np.ones(shape.width)
    weights["output_norm.weight"] = np.ones(shape.width)
    return {name: array.astype(np.float32) for name, array in weights.items()}


@pytest.fixture(scope="module")
def path(tmp_path_factory, tokenizer, shape):
    path = tmp_path_factory.mktemp("export") / "random.gguf"
    export(path, random_weights(shape), tokenizer, shape)
    return path


@pytest.fixture(scope="module")
def llama(path):
    llama = Llama(str(path), n_ctx=128, n_threads=1, n_threads_batch=1, logits_all=True, verbose=False)
    yield llama
    llama.close()


def test_llama_cpp_decodes_it(llama, shape):
    llama.eval([3, 4, 5, 6])
    logits = llama.eval_logits[-1]
    assert len(logits) == shape.vocabulary
    assert np.isfinite(logits).all()


@pytest.mark.parametrize("text", TEXTS)
def test_llama_cpp_tokenizes_as_training_did(llama, tokenizer, text):
    assert llama.tokenize(text.encode(), add_bos=False) == tokenizer.encode(text).ids


def test_special_tokens_are_parsed_and_end_a_turn(llama, tokenizer):
    ids = llama.tokenize(b"<|im_start|>user\nHi<|im_end|>", add_bos=False, special=True)
    assert ids == tokenizer.encode("<|im_start|>user\nHi<|im_end|>").ids
    assert llama.token_eos() == ids[-1] == tokenizer.token_to_id("<|im_end|>")


def test_metadata(path, shape):
    fields = GGUFReader(path).fields
    assert fields["general.architecture"].contents() == "llama"
    assert fields["general.name"].contents() == "LocalMind Starter"
    assert fields["general.license"].contents() == "apache-2.0"
    assert fields["llama.context_length"].contents() == shape.context
    assert "im_start" in fields["tokenizer.chat_template"].contents()
