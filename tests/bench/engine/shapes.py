"""Models of real shape with random weights, for speed: what they say means nothing."""

from __future__ import annotations

import ctypes
import os
import tempfile
from dataclasses import dataclass
from pathlib import Path

import gguf
import llama_cpp.llama_cpp as c
import numpy as np

from tests.models_factory import CHATML, words


@dataclass(frozen=True)
class ModelShape:
    """A Llama: `heads` query heads over `kv_heads`, `vocabulary` tokens."""

    name: str
    layers: int
    width: int
    ffn: int
    heads: int
    kv_heads: int
    vocabulary: int = 32_000
    context: int = 8192


# 1B has the proportions of TinyLlama, 120M those of common models of its size, small those of the Starter.
SMALL = ModelShape("small", 4, 256, 768, 8, 4, 3072)
M120 = ModelShape("120m", 12, 768, 2048, 12, 4)
B1 = ModelShape("1b", 22, 2048, 5632, 32, 4)
TYPES = {
    "q8_0": c.LLAMA_FTYPE_MOSTLY_Q8_0,
    "q4_0": c.LLAMA_FTYPE_MOSTLY_Q4_0,
    "q4_k_m": c.LLAMA_FTYPE_MOSTLY_Q4_K_M,
}


def model_file(shape: ModelShape, kind: str) -> Path:
    """The file of that shape, quantised by llama.cpp itself to `kind`; made once, in the system's temporary folder."""
    folder = Path(tempfile.gettempdir()) / f"localmind-bench-models-{os.getuid()}"
    folder.mkdir(mode=0o700, exist_ok=True)
    path = folder / f"{shape.name}-{kind}.gguf"
    if not path.exists():
        plain = folder / f"{shape.name}-f16.gguf"
        if not plain.exists():
            write_plain(shape, plain)
        part = path.with_suffix(".part")
        quantise(plain, part, kind)
        part.replace(path)
    return path


def quantise(plain: Path, path: Path, kind: str) -> None:
    """Write `plain` to `path` in that type."""
    params = c.llama_model_quantize_default_params()
    params.ftype = TYPES[kind]
    if c.llama_model_quantize(os.fsencode(plain), os.fsencode(path), ctypes.byref(params)):
        raise RuntimeError(f"{plain.name} could not be quantised")


def write_plain(shape: ModelShape, path: Path) -> None:
    """Write that shape in f16."""
    rng = np.random.default_rng(0)
    writer = gguf.GGUFWriter(path, "llama")
    writer.add_name(f"Bench {shape.name}")
    writer.add_file_type(gguf.LlamaFileType.MOSTLY_F16)
    writer.add_context_length(shape.context)
    writer.add_embedding_length(shape.width)
    writer.add_block_count(shape.layers)
    writer.add_feed_forward_length(shape.ffn)
    writer.add_head_count(shape.heads)
    writer.add_head_count_kv(shape.kv_heads)
    writer.add_rope_dimension_count(shape.width // shape.heads)
    writer.add_layer_norm_rms_eps(1e-5)
    writer.add_vocab_size(shape.vocabulary)
    _vocabulary(writer, shape.vocabulary)
    writer.add_chat_template(CHATML)

    def matrix(name: str, rows: int, columns: int) -> None:
        values = rng.standard_normal((rows, columns), np.float32) / np.float32(np.sqrt(columns))
        writer.add_tensor(name, values.astype(np.float16))

    kv = shape.width // shape.heads * shape.kv_heads
    matrix("token_embd.weight", shape.vocabulary, shape.width)
    matrix("output.weight", shape.vocabulary, shape.width)
    ones = np.ones(shape.width, np.float32)
    writer.add_tensor("output_norm.weight", ones)
    for layer in range(shape.layers):
        at = f"blk.{layer}."
        writer.add_tensor(at + "attn_norm.weight", ones)
        writer.add_tensor(at + "ffn_norm.weight", ones)
        matrix(at + "attn_q.weight", shape.width, shape.width)
        matrix(at + "attn_k.weight", kv, shape.width)
        matrix(at + "attn_v.weight", kv, shape.width)
        matrix(at + "attn_output.weight", shape.width, shape.width)
        matrix(at + "ffn_gate.weight", shape.ffn, shape.width)
        matrix(at + "ffn_up.weight", shape.ffn, shape.width)
        matrix(at + "ffn_down.weight", shape.width, shape.ffn)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


def _vocabulary(writer: gguf.GGUFWriter, size: int) -> None:
    """Control tokens, bytes, a blank, then words; a prompt of words is as many tokens."""
    control = ["<unk>", "<s>", "</s>", "<|im_start|>", "<|im_end|>"]
    tokens = [*control, *(f"<0x{byte:02X}>" for byte in range(256)), "▁"]
    tokens += [f"▁{word}" for word in _plenty(size - len(tokens))]
    kinds = gguf.TokenType
    types = [kinds.UNKNOWN] + [kinds.CONTROL] * 4 + [kinds.BYTE] * 256
    types += [kinds.NORMAL] * (len(tokens) - len(types))
    writer.add_tokenizer_model("llama")
    writer.add_token_list(tokens)
    writer.add_token_scores([0.0] * len(tokens))
    writer.add_token_types(types)
    writer.add_bos_token_id(1)
    writer.add_eos_token_id(2)
    writer.add_eot_token_id(4)
    writer.add_unk_token_id(0)
    writer.add_add_bos_token(True)
    writer.add_add_space_prefix(False)


def _plenty(count: int) -> list[str]:
    base = words(4000)
    made = dict.fromkeys([*base, *(a + b for a in base[:200] for b in base[200:400])])
    return list(made)[:count]
