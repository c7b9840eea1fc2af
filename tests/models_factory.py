"""Writes tiny GGUF language models for tests, so that every test talks to real llama.cpp.

Three models:

- `write_random_llama`: random weights; says endless made-up ASCII words, a different text for every prompt and seed;
- `write_slow_llama`: the same words at roughly 100 tokens/s, for tests that act in the middle of an answer;
- `write_script_llama`: says exactly the pieces it was given, in a loop or once, at temperature 0.

All share one SentencePiece-like vocabulary: control tokens, 256 byte tokens (every prompt can be tokenised; one
character is about one token) and ordinary tokens that are ASCII words with a space after them.
No model ever picks a control or byte token by itself, except where a script says so.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product
from pathlib import Path

import gguf
import numpy as np
from numpy.typing import NDArray

CHATML = (
    "{% for message in messages %}<|im_start|>{{ message['role'] }}\n{{ message['content'] }}<|im_end|>\n{% endfor %}"
    "{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}"
)
CONTROL = ["<unk>", "<s>", "</s>", "<|im_start|>", "<|im_end|>"]
UNK, BOS, EOS, IM_START, IM_END = range(5)
FIRST_BYTE = len(CONTROL)
SPACE = FIRST_BYTE + 256  # the token "▁", needed to tokenise a blank
FIRST_WORD = SPACE + 1
_GREEK = "alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu omicron pi rho sigma tau upsilon phi"
_LOUD = 6.0  # the size of the constant first feature of every token, see `_embeddings`

Array = NDArray[np.float32]


def words(count: int) -> list[str]:
    """`count` different lower-case ASCII words."""
    syllables = ["".join(pair) for pair in product("bdfgklmnprstvz", "aeiou")]
    made = ["".join(pair) for pair in product(syllables, syllables)]
    return list(dict.fromkeys([*_GREEK.split(), *made]))[:count]


def _add_vocabulary(writer: gguf.GGUFWriter, ordinary: Sequence[str]) -> None:
    kinds = gguf.TokenType
    tokens = [*CONTROL, *(f"<0x{byte:02X}>" for byte in range(256)), "▁", *(w.replace(" ", "▁") for w in ordinary)]
    types = [kinds.UNKNOWN] + [kinds.CONTROL] * (len(CONTROL) - 1) + [kinds.BYTE] * 256
    types += [kinds.NORMAL] * (1 + len(ordinary))
    writer.add_tokenizer_model("llama")
    writer.add_token_list(tokens)
    writer.add_token_scores([-float(index) for index in range(len(tokens))])
    writer.add_token_types(types)
    writer.add_bos_token_id(BOS)
    writer.add_eos_token_id(EOS)
    writer.add_eot_token_id(IM_END)
    writer.add_unk_token_id(UNK)
    writer.add_add_bos_token(True)
    writer.add_add_eos_token(False)
    writer.add_add_space_prefix(False)


def _writer(path: Path, ordinary: Sequence[str], layers: int, dim: int, heads: int, ffn: int, context: int,
            chat_template: str | None) -> gguf.GGUFWriter:  # fmt: skip
    writer = gguf.GGUFWriter(path, "llama")
    writer.add_name(f"Test {path.stem}")
    writer.add_license("apache-2.0")
    writer.add_description("Random weights, for tests.")
    writer.add_file_type(gguf.LlamaFileType.ALL_F32)
    writer.add_context_length(context)
    writer.add_embedding_length(dim)
    writer.add_block_count(layers)
    writer.add_feed_forward_length(ffn)
    writer.add_head_count(heads)
    writer.add_head_count_kv(heads)
    writer.add_rope_dimension_count(dim // heads)
    writer.add_layer_norm_rms_eps(1e-5)
    writer.add_vocab_size(FIRST_WORD + len(ordinary))
    _add_vocabulary(writer, ordinary)
    if chat_template is not None:
        writer.add_chat_template(chat_template)
    return writer


def _finish(writer: gguf.GGUFWriter) -> None:
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


def _layer_shapes(layer: int, dim: int, ffn: int) -> dict[str, tuple[int, int]]:
    return {
        f"blk.{layer}.attn_q.weight": (dim, dim),
        f"blk.{layer}.attn_k.weight": (dim, dim),
        f"blk.{layer}.attn_v.weight": (dim, dim),
        f"blk.{layer}.attn_output.weight": (dim, dim),
        f"blk.{layer}.ffn_gate.weight": (ffn, dim),
        f"blk.{layer}.ffn_up.weight": (ffn, dim),
        f"blk.{layer}.ffn_down.weight": (dim, ffn),
    }


def _add_norms(writer: gguf.GGUFWriter, layers: int, dim: int) -> None:
    ones = np.ones(dim, np.float32)
    for layer in range(layers):
        writer.add_tensor(f"blk.{layer}.attn_norm.weight", ones)
        writer.add_tensor(f"blk.{layer}.ffn_norm.weight", ones)
    writer.add_tensor("output_norm.weight", ones)


def _embeddings(rng: np.random.Generator, n_vocab: int, dim: int, allowed: Sequence[int]) -> tuple[Array, Array]:
    """Input and output embeddings in which only `allowed` tokens can be picked.

    The first feature is the same large number for every token, so an output row can add a constant to its logit
    through it (Llama models have no output bias): nothing for allowed tokens, about -30 for all others.
    """
    embd = rng.standard_normal((n_vocab, dim)).astype(np.float32)
    embd[:, 0] = _LOUD
    output = rng.standard_normal((n_vocab, dim)).astype(np.float32) * np.float32(0.25)
    output[:, 0] = -10.0
    output[list(allowed), 0] = 0.0
    return embd, output


def write_random_llama(path: Path, *, vocab: int = 512, layers: int = 1, dim: int = 64, head: int = 32,
                       context: int = 8192, seed: int = 0, chat_template: str | None = CHATML) -> Path:  # fmt: skip
    """Write a Llama of `layers` x `dim` random f32 weights that talks ASCII words without end.

    `vocab` counts all tokens (at least 300); `dim` must be a multiple of the width of a `head`. About 1 MB and > 2,000
    tokens/s at the defaults. `chat_template` None leaves it out of the file.
    """
    ordinary = [f"{word} " for word in words(vocab - FIRST_WORD)]
    ffn = 2 * dim
    rng = np.random.default_rng(seed)
    writer = _writer(path, ordinary, layers, dim, dim // head, ffn, context, chat_template)
    embd, output = _embeddings(rng, vocab, dim, range(FIRST_WORD, vocab))
    writer.add_tensor("token_embd.weight", embd)
    writer.add_tensor("output.weight", output)
    _add_norms(writer, layers, dim)
    for layer in range(layers):
        for name, shape in _layer_shapes(layer, dim, ffn).items():
            weights = rng.standard_normal(shape).astype(np.float32) / np.float32(np.sqrt(shape[1]))
            if name.endswith(("attn_output.weight", "ffn_down.weight")):
                weights[0] = 0.0  # keeps the constant feature constant
            writer.add_tensor(name, weights)
    _finish(writer)
    return path


def write_adapter(path: Path, *, layers: int = 1, dim: int = 64, rank: int = 4, seed: int = 9) -> Path:
    """Write a LoRA adapter of random f32 weights for the query and output matrices of `write_random_llama`'s model."""
    rng = np.random.default_rng(seed)
    writer = gguf.GGUFWriter(path, "llama")
    writer.add_type(gguf.GGUFType.ADAPTER)
    writer.add_string(gguf.Keys.Adapter.TYPE, "lora")
    writer.add_float32(gguf.Keys.Adapter.LORA_ALPHA, float(rank))
    for layer in range(layers):
        for name in ("attn_v", "attn_output"):
            down = rng.standard_normal((rank, dim)).astype(np.float32) / np.float32(np.sqrt(dim))
            writer.add_tensor(f"blk.{layer}.{name}.weight.lora_a", down)
            writer.add_tensor(f"blk.{layer}.{name}.weight.lora_b", rng.standard_normal((dim, rank)).astype(np.float32))
    _finish(writer)
    return path


def write_slow_llama(path: Path, *, layers: int = 8, dim: int = 1024, context: int = 8192, seed: int = 0,
                     chat_template: str | None = CHATML) -> Path:  # fmt: skip
    """Write a model whose answer lasts: about 100 tokens/s on one core of a 2024 server, about 25 MB on disk.

    The layers hold zeros in a format that is slow to unpack (IQ2_XXS), so the file is small, the arithmetic is done
    all the same, and the next word depends on the last one only.
    """
    vocab, ffn = 512, 3 * dim
    ordinary = [f"{word} " for word in words(vocab - FIRST_WORD)]
    writer = _writer(path, ordinary, layers, dim, dim // 64, ffn, context, chat_template)
    embd, output = _embeddings(np.random.default_rng(seed), vocab, dim, range(FIRST_WORD, vocab))
    writer.add_tensor("token_embd.weight", embd)
    writer.add_tensor("output.weight", output * np.float32(0.2))
    _add_norms(writer, layers, dim)
    kind = gguf.GGMLQuantizationType.IQ2_XXS
    block, size = gguf.GGML_QUANT_SIZES[kind]
    for layer in range(layers):
        for name, (rows, columns) in _layer_shapes(layer, dim, ffn).items():
            zeros = np.zeros((rows, columns // block * size), np.uint8)
            writer.add_tensor(name, zeros, raw_dtype=kind)
    _finish(writer)
    return path


def write_script_llama(path: Path, pieces: Sequence[str | int], *, loop: bool = True, context: int = 2048,
                       chat_template: str | None = CHATML) -> Path:  # fmt: skip
    """Write a model that says `pieces` one token each at temperature 0, whatever the prompt was.

    A piece is a word of its own (str) or one raw byte (int 0-255). All pieces must differ, since the next token is
    read off the last one; after the last piece it starts again, or with `loop=False` ends its turn.
    """
    assert len(set(pieces)) == len(pieces), "every piece may appear once"
    ordinary = list(dict.fromkeys(p for p in pieces if isinstance(p, str)))
    ids = [FIRST_BYTE + p if isinstance(p, int) else FIRST_WORD + ordinary.index(p) for p in pieces]
    dim, n_vocab = 256, FIRST_WORD + len(ordinary)
    rng = np.random.default_rng(0)
    embd = rng.choice(np.array([-1.0, 1.0], np.float32), (n_vocab, dim))
    embd[:, 0] = 1.0
    output = np.zeros((n_vocab, dim), np.float32)
    output[ids[0], 0] = 40.0  # any token that is not in the script is followed by its beginning
    for now, following in zip(ids, [*ids[1:], ids[0] if loop else IM_END], strict=True):
        output[following] += embd[now]  # a match gives dim = 256, chance about sqrt(dim) = 16
    writer = _writer(path, ordinary, 1, dim, 4, dim, context, chat_template)
    writer.add_tensor("token_embd.weight", embd)
    writer.add_tensor("output.weight", output)
    _add_norms(writer, 1, dim)
    for name, shape in _layer_shapes(0, dim, dim).items():
        writer.add_tensor(name, np.zeros(shape, np.float32))
    _finish(writer)
    return path


def write_reranker(path: Path, *, seed: int = 0) -> Path:
    """Write a cross-encoder: one BERT layer of 64 random f32 weights over letters, with a head that gives one score."""
    rng = np.random.default_rng(seed)
    dim, ffn, context = 64, 128, 128
    writer = gguf.GGUFWriter(path, "bert")
    writer.add_name("Random reranker")
    writer.add_context_length(context)
    writer.add_embedding_length(dim)
    writer.add_block_count(1)
    writer.add_feed_forward_length(ffn)
    writer.add_head_count(4)
    writer.add_layer_norm_eps(1e-12)
    writer.add_causal_attention(False)
    writer.add_pooling_type(gguf.PoolingType.RANK)
    letters = [*"abcdefghijklmnopqrstuvwxyz", *(f"▁{letter}" for letter in "abcdefghijklmnop")]
    tokens = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *letters]
    kinds = gguf.TokenType
    writer.add_tokenizer_model("bert")
    writer.add_token_list(tokens)
    writer.add_token_types([kinds.CONTROL] * 5 + [kinds.NORMAL] * len(letters))
    writer.add_token_type_count(2)
    for add, number in ((writer.add_bos_token_id, 2), (writer.add_sep_token_id, 3),
                        (writer.add_unk_token_id, 1), (writer.add_pad_token_id, 0)):  # fmt: skip
        add(number)

    def matrix(name: str, rows: int, columns: int) -> None:
        writer.add_tensor(name, rng.standard_normal((rows, columns)).astype(np.float32) / np.float32(np.sqrt(columns)))

    def bias(name: str, size: int, value: float = 0.0) -> None:
        writer.add_tensor(name, np.full(size, value, np.float32))

    matrix("token_embd.weight", len(tokens), dim)
    matrix("position_embd.weight", context, dim)
    matrix("token_types.weight", 2, dim)
    for name in ("token_embd_norm", "blk.0.attn_output_norm", "blk.0.layer_output_norm"):
        bias(f"{name}.weight", dim, 1.0)
        bias(f"{name}.bias", dim)
    for name in ("attn_q", "attn_k", "attn_v", "attn_output"):
        matrix(f"blk.0.{name}.weight", dim, dim)
        bias(f"blk.0.{name}.bias", dim)
    matrix("blk.0.ffn_up.weight", ffn, dim)
    bias("blk.0.ffn_up.bias", ffn)
    matrix("blk.0.ffn_down.weight", dim, ffn)
    bias("blk.0.ffn_down.bias", dim)
    matrix("cls.weight", dim, dim)
    bias("cls.bias", dim)
    matrix("cls.output.weight", 1, dim)
    bias("cls.output.bias", 1)
    _finish(writer)
    return path
