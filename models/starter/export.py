"""Writes Starter as a GGUF file: Q8_0 matrices, float32 norms, tokenizer and chat template inside.

Takes NumPy arrays, so it needs no PyTorch.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

import gguf
import numpy as np
from gguf import GGMLQuantizationType, GGUFWriter, LlamaFileType, TokenType
from gguf.quants import quantize
from tokenizers import Tokenizer

from .shape import Shape
from .tokenizer import CHAT_TEMPLATE, END, END_OF_TEXT, SPECIAL

DESCRIPTION = (
    "A tiny model of a few million parameters, trained from nothing on generated conversations about LocalMind. "
    "It lets LocalMind talk on its first start. It knows no facts and is no general assistant."
)


def merges_of(tokenizer: Tokenizer) -> list[str]:
    """Return the BPE merges in order, each as the two parts with a space between."""
    merges = json.loads(tokenizer.to_str())["model"]["merges"]
    return [merge if isinstance(merge, str) else " ".join(merge) for merge in merges]


def add_tokenizer(writer: GGUFWriter, tokenizer: Tokenizer) -> None:
    """Write vocabulary, merges, special tokens and the ChatML template."""
    size = tokenizer.get_vocab_size()
    tokens = [tokenizer.id_to_token(i) for i in range(size)]
    writer.add_tokenizer_model("gpt2")
    writer.add_tokenizer_pre("gpt-2")
    writer.add_token_list(tokens)
    writer.add_token_types([TokenType.CONTROL if token in SPECIAL else TokenType.NORMAL for token in tokens])
    writer.add_token_merges(merges_of(tokenizer))
    writer.add_bos_token_id(tokenizer.token_to_id(END_OF_TEXT))
    writer.add_eos_token_id(tokenizer.token_to_id(END))
    writer.add_pad_token_id(tokenizer.token_to_id(END_OF_TEXT))
    writer.add_add_bos_token(False)
    writer.add_add_eos_token(False)
    writer.add_chat_template(CHAT_TEMPLATE)


def add_shape(writer: GGUFWriter, shape: Shape) -> None:
    """Write the sizes llama.cpp needs to build the network."""
    writer.add_vocab_size(shape.vocabulary)
    writer.add_context_length(shape.context)
    writer.add_embedding_length(shape.width)
    writer.add_block_count(shape.layers)
    writer.add_feed_forward_length(shape.ffn_width)
    writer.add_head_count(shape.heads)
    writer.add_head_count_kv(shape.kv_heads)
    writer.add_rope_dimension_count(shape.head_dim)
    writer.add_rope_freq_base(shape.rope_base)
    writer.add_layer_norm_rms_eps(shape.norm_epsilon)


def export(path: Path, weights: Mapping[str, np.ndarray], tokenizer: Tokenizer, shape: Shape) -> None:
    """Write the GGUF file at ``path``.

    ``weights`` are float32 arrays under GGUF tensor names, matrices as (output, input); the output
    projection is tied to ``token_embd.weight``. Row lengths must be multiples of 32 for Q8_0.
    """
    writer = GGUFWriter(path, "llama")
    writer.add_name("LocalMind Starter")
    writer.add_description(DESCRIPTION)
    writer.add_license("apache-2.0")
    writer.add_languages(["en", "de"])
    writer.add_file_type(LlamaFileType.MOSTLY_Q8_0)
    writer.add_quantization_version(gguf.GGML_QUANT_VERSION)
    add_shape(writer, shape)
    add_tokenizer(writer, tokenizer)
    for name, array in weights.items():
        values = np.ascontiguousarray(array, dtype=np.float32)
        if values.ndim == 2:
            quantized = quantize(values, GGMLQuantizationType.Q8_0)
            writer.add_tensor(name, quantized, raw_dtype=GGMLQuantizationType.Q8_0)
        else:
            writer.add_tensor(name, values)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
