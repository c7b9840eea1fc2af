"""Writes tiny model folders in Hugging Face's format, and computes their logits in NumPy as transformers would."""

from __future__ import annotations

import json
import struct
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from safetensors.numpy import save_file
from tokenizers import Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers, trainers

from localmind_app.engine.workshop import sample

Array = NDArray[np.float32]
VOCABULARY = 512
QWEN = r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"
LLAMA3 = QWEN.replace(r"|\p{N}|", r"|\p{N}{1,3}|")


def tokenizer(kind: str) -> Tokenizer:
    """Trained on the sample text: "gpt2", "llama3" and "qwen" are byte-level, "spm" is like SentencePiece."""
    made = Tokenizer(models.BPE(byte_fallback=kind == "spm", unk_token="<unk>" if kind == "spm" else None))
    special, alphabet = ["<s>", "</s>"], pre_tokenizers.ByteLevel.alphabet()
    if kind == "spm":
        made.normalizer = normalizers.Sequence([normalizers.Prepend("▁"), normalizers.Replace(" ", "▁")])
        made.decoder = decoders.Sequence([decoders.Replace("▁", " "), decoders.ByteFallback(), decoders.Fuse()])
        special, alphabet = ["<unk>", *special, *(f"<0x{byte:02X}>" for byte in range(256))], []
    elif kind == "gpt2":
        made.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    else:
        split = pre_tokenizers.Split(Regex(LLAMA3 if kind == "llama3" else QWEN), "isolated")
        level = pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)
        made.pre_tokenizer = pre_tokenizers.Sequence([split, level])
    size = VOCABULARY - 12  # models have room for more tokens than their tokenizers name
    trainer = trainers.BpeTrainer(vocab_size=size, special_tokens=special, initial_alphabet=alphabet)
    made.train_from_iterator(sample.text().splitlines(), trainer)
    return made


@dataclass
class HubFolder:
    """One model: `config` as in config.json, random `weights` by their names in transformers."""

    config: dict[str, Any]
    weights: dict[str, Array] = field(default_factory=dict)

    @classmethod
    def random(cls, architecture: str, **settings: Any) -> HubFolder:
        """Two layers with two query heads per key head; `settings` go over config.json's."""
        config: dict[str, Any] = {
            "architectures": [architecture],
            "hidden_size": 64,
            "num_hidden_layers": 2,
            "intermediate_size": 96,
            "num_attention_heads": 4,
            "num_key_value_heads": 2,
            "max_position_embeddings": 256,
            "vocab_size": VOCABULARY,
            "rms_norm_eps": 1e-5,
            "rope_theta": 10000.0,
            "hidden_act": "silu",
        } | settings
        made = cls(config)
        rng = np.random.default_rng(0)

        def matrix(name: str, *shape: int) -> None:
            made.weights[name] = (rng.standard_normal(shape) / np.sqrt(shape[-1])).astype(np.float32)

        def norm(name: str, size: int) -> None:
            made.weights[name] = (1 + 0.2 * rng.standard_normal(size)).astype(np.float32)

        width, ffn, heads, kv, head = 64, 96, 4, 2, made.head
        matrix("model.embed_tokens.weight", VOCABULARY, width)
        if not config.get("tie_word_embeddings"):
            matrix("lm_head.weight", VOCABULARY, width)
        norm("model.norm.weight", width)
        for layer in range(2):
            at = f"model.layers.{layer}."
            for part, rows in (("q", heads * head), ("k", kv * head), ("v", kv * head)):
                matrix(f"{at}self_attn.{part}_proj.weight", rows, width)
                if architecture.startswith("Qwen2"):
                    matrix(f"{at}self_attn.{part}_proj.bias", rows)
                if architecture.startswith("Qwen3") and part != "v":
                    norm(f"{at}self_attn.{part}_norm.weight", head)
            matrix(f"{at}self_attn.o_proj.weight", width, heads * head)
            matrix(f"{at}mlp.gate_proj.weight", ffn, width)
            matrix(f"{at}mlp.up_proj.weight", ffn, width)
            matrix(f"{at}mlp.down_proj.weight", width, ffn)
            norm(f"{at}input_layernorm.weight", width)
            norm(f"{at}post_attention_layernorm.weight", width)
        return made

    @property
    def head(self) -> int:
        return int(self.config.get("head_dim") or 16)

    def write(self, folder: Path, tokens: str = "gpt2", kind: str = "F32") -> Path:
        """Write it; with `kind` BF16 the weights are cut to that, here too."""
        folder.mkdir()
        (folder / "config.json").write_text(json.dumps(self.config))
        tokenizer(tokens).save(str(folder / "tokenizer.json"))
        facts = {"bos_token": "<s>", "eos_token": "</s>", "add_bos_token": True, "chat_template": "{{ messages }}"}
        (folder / "tokenizer_config.json").write_text(json.dumps(facts))
        if kind == "F32":
            save_file(self.weights, folder / "model.safetensors")
        else:
            self._write_bf16(folder / "model.safetensors")
        return folder

    def _write_bf16(self, path: Path) -> None:
        header, data = {}, b""
        for name, values in self.weights.items():
            bits = (values.view(np.uint32) >> 16).astype(np.uint16)
            self.weights[name] = (bits.astype(np.uint32) << 16).view(np.float32)
            offsets = [len(data), len(data) + bits.nbytes]
            header[name] = {"dtype": "BF16", "shape": list(values.shape), "data_offsets": offsets}
            data += bits.tobytes()
        text = json.dumps(header).encode()
        path.write_bytes(struct.pack("<Q", len(text)) + text + data)

    def logits(self, tokens: list[int], factors: Array | None = None) -> Array:
        """Logits of every position, shape (tokens, vocabulary); `factors` divide the rotary frequencies."""
        weights = self.weights
        x = weights["model.embed_tokens.weight"][tokens]
        half = np.arange(0, self.head, 2) / self.head
        frequencies = 1.0 / (self._theta() ** half) / (1.0 if factors is None else factors)
        angles = np.outer(np.arange(len(tokens)), frequencies)
        turn = np.concatenate([angles, angles], axis=1)
        for layer in range(2):
            at = f"model.layers.{layer}."
            x = x + self._attention(at + "self_attn.", self._norm(x, at + "input_layernorm.weight"), turn)
            y = self._norm(x, at + "post_attention_layernorm.weight")
            gate = y @ weights[at + "mlp.gate_proj.weight"].T
            up = y @ weights[at + "mlp.up_proj.weight"].T
            x = x + (gate / (1 + np.exp(-gate)) * up) @ weights[at + "mlp.down_proj.weight"].T
        output = weights.get("lm_head.weight", weights["model.embed_tokens.weight"])
        return np.asarray(self._norm(x, "model.norm.weight") @ output.T, np.float32)

    def _theta(self) -> float:
        return float((self.config.get("rope_parameters") or {}).get("rope_theta", self.config["rope_theta"]))

    def _norm(self, x: Array, name: str) -> Array:
        size = np.sqrt((x**2).mean(axis=-1, keepdims=True) + self.config["rms_norm_eps"])
        return np.asarray(x / size * self.weights[name], np.float32)

    def _attention(self, at: str, x: Array, turn: Array) -> Array:
        def project(part: str) -> Array:
            bias = self.weights.get(f"{at}{part}_proj.bias", np.float32(0))
            rows = x @ self.weights[f"{at}{part}_proj.weight"].T + bias
            found: Array = rows.reshape(len(x), -1, self.head).swapaxes(0, 1)
            if f"{at}{part}_norm.weight" in self.weights:
                found = self._norm(found, f"{at}{part}_norm.weight")
            if part != "v":
                left, right = np.split(found, 2, axis=-1)
                found = found * np.cos(turn) + np.concatenate([-right, left], axis=-1) * np.sin(turn)
            return found

        q, k, v = project("q"), project("k"), project("v")
        k, v = np.repeat(k, len(q) // len(k), axis=0), np.repeat(v, len(q) // len(v), axis=0)
        scores = q @ k.swapaxes(1, 2) / np.sqrt(self.head)
        scores = np.where(np.tri(len(x), dtype=bool), scores, -np.inf)
        shares = np.exp(scores - scores.max(axis=-1, keepdims=True))
        shares /= shares.sum(axis=-1, keepdims=True)
        joined = (shares @ v).swapaxes(0, 1).reshape(len(x), -1)
        return np.asarray(joined @ self.weights[f"{at}o_proj.weight"].T, np.float32)
