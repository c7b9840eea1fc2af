"""Makes a GGUF file of a model folder in Hugging Face's format, for the families whose arithmetic is the same.

Weights keep their precision: what was bfloat16 stays bfloat16. Norms and biases become f32, as llama.cpp wants them.
The result is loaded and run once before it counts as done. Not covered: mixtures of experts, models that see or hear.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import gguf
import numpy as np
from numpy.typing import NDArray

from localmind_app.core.errors import Invalid

from .. import llamacpp
from ..wire import Message
from . import rope, vocabulary
from .checkpoint import Checkpoint, Entry
from .reader import Reader

Report = Callable[[float, float], None]


@dataclass(frozen=True)
class Family:
    """An architecture of llama.cpp. `interleaved`: it rotates neighbouring numbers, not those half a head apart."""

    arch: gguf.MODEL_ARCH
    interleaved: bool


FAMILIES = {
    "LlamaForCausalLM": Family(gguf.MODEL_ARCH.LLAMA, interleaved=True),
    "MistralForCausalLM": Family(gguf.MODEL_ARCH.LLAMA, interleaved=True),
    "Qwen2ForCausalLM": Family(gguf.MODEL_ARCH.QWEN2, interleaved=False),
    "Qwen3ForCausalLM": Family(gguf.MODEL_ARCH.QWEN3, interleaved=False),
}
_KINDS = {
    "F32": (gguf.GGMLQuantizationType.F32, gguf.LlamaFileType.ALL_F32),
    "F16": (gguf.GGMLQuantizationType.F16, gguf.LlamaFileType.MOSTLY_F16),
    "BF16": (gguf.GGMLQuantizationType.BF16, gguf.LlamaFileType.MOSTLY_BF16),
}


@dataclass(frozen=True)
class Shape:
    """The numbers of a config.json that the conversion needs."""

    layers: int
    width: int
    ffn: int
    heads: int
    kv_heads: int
    head: int
    context: int
    vocabulary: int
    epsilon: float


def family(config: dict[str, Any]) -> Family:
    """How to convert a model of that config.json. Raises Invalid, with what can be converted."""
    names = config.get("architectures")
    name = str(names[0]) if isinstance(names, list) and names else "?"
    found = FAMILIES.get(name)
    if found is None:
        raise Invalid(
            "Models of the kind {kind} cannot be converted here; these can: {known}.",
            kind=name,
            known=", ".join(FAMILIES),
        )
    unusual = {"hidden_act": "silu", "mlp_bias": False, "use_sliding_window": False, "quantization_config": None}
    for key, usual in unusual.items():
        if config.get(key, usual) != usual:
            raise Invalid("Models with {key} = {value} cannot be converted.", key=key, value=str(config[key])[:100])
    return found


def _shape(config: dict[str, Any]) -> Shape:
    try:
        heads, width = int(config["num_attention_heads"]), int(config["hidden_size"])
        context = int(config["max_position_embeddings"])
        return Shape(
            layers=int(config["num_hidden_layers"]),
            width=width,
            ffn=int(config["intermediate_size"]),
            heads=heads,
            kv_heads=int(config.get("num_key_value_heads") or heads),
            head=int(config.get("head_dim") or width // heads),
            # llama.cpp gives these families no sliding window: beyond it the model would see more than it has learnt.
            context=min(context, int(config.get("sliding_window") or context)),
            vocabulary=int(config["vocab_size"]),
            epsilon=float(config["rms_norm_eps"]),
        )
    except (KeyError, TypeError, ValueError, ZeroDivisionError) as error:
        raise Invalid("{file} cannot be read: {reason}.", file="config.json", reason=f"{error!r} is missing") from error


def convert(folder: Path, target: Path, name: str, report: Report) -> None:
    """Write the model of `folder` to `target`. Raises Invalid with what cannot be converted."""
    checkpoint = Checkpoint(folder)
    kind, shape = family(checkpoint.config), _shape(checkpoint.config)
    writer = gguf.GGUFWriter(target, gguf.MODEL_ARCH_NAMES[kind.arch])
    try:
        _add_facts(writer, checkpoint, shape, name)
        vocabulary.add(writer, folder, shape.vocabulary)
        factors = rope.add(writer, checkpoint.config, shape.head)
        tensors = list(_tensors(checkpoint, kind, shape))
        if factors is not None:
            writer.add_tensor_info("rope_freqs.weight", factors.shape, factors.dtype, factors.nbytes)
        for tensor in tensors:
            tensor.announce(writer)
        writer.write_header_to_file()
        writer.write_kv_data_to_file()
        writer.write_ti_data_to_file()
        if factors is not None:
            writer.write_tensor_data(factors)
        for number, tensor in enumerate(tensors, 1):  # one at a time: the model may be larger than memory
            writer.write_tensor_data(tensor.values())
            report(number, len(tensors))
    finally:
        writer.close()


def _add_facts(writer: gguf.GGUFWriter, checkpoint: Checkpoint, shape: Shape, name: str) -> None:
    kinds = [entry.kind for entry in checkpoint.tensors.values() if len(entry.shape) == 2]
    usual = max(set(kinds), key=kinds.count) if kinds else "F32"
    writer.add_name(name)
    writer.add_file_type(_KINDS[usual][1])
    writer.add_context_length(shape.context)
    writer.add_embedding_length(shape.width)
    writer.add_block_count(shape.layers)
    writer.add_feed_forward_length(shape.ffn)
    writer.add_head_count(shape.heads)
    writer.add_head_count_kv(shape.kv_heads)
    writer.add_key_length(shape.head)
    writer.add_value_length(shape.head)
    writer.add_layer_norm_rms_eps(shape.epsilon)
    writer.add_vocab_size(shape.vocabulary)


@dataclass(frozen=True)
class _Tensor:
    """One tensor on its way: `rotated` is the number of heads whose rows change places, 0 for none."""

    name: str
    entry: Entry
    rotated: int

    @property
    def kind(self) -> str:
        """Its type in the file."""
        return self.entry.kind if len(self.entry.shape) > 1 else "F32"

    def announce(self, writer: gguf.GGUFWriter) -> None:
        """Write down its name, shape and type."""
        dtype = np.dtype(np.float32 if self.kind == "F32" else np.float16)
        size = int(np.prod(self.entry.shape)) * dtype.itemsize
        writer.add_tensor_info(self.name, self.entry.shape, dtype, size, _KINDS[self.kind][0])

    def values(self) -> NDArray[Any]:
        """Its numbers as they go into the file."""
        found = self.entry.read()
        if self.kind == "F32" and self.entry.kind == "BF16":
            found = (found.astype(np.uint32) << 16).view(np.float32)
        elif self.kind == "F32":
            found = found.astype(np.float32)
        return np.ascontiguousarray(_interleave(found, self.rotated) if self.rotated else found)


def _interleave(rows: NDArray[Any], heads: int) -> NDArray[Any]:
    """Of each head, row i and row i + half become neighbours: what Hugging Face keeps apart, llama.cpp wants so."""
    halves = rows.reshape(heads, 2, rows.shape[0] // heads // 2, *rows.shape[1:])
    return halves.swapaxes(1, 2).reshape(rows.shape)


def _tensors(checkpoint: Checkpoint, kind: Family, shape: Shape) -> Iterator[_Tensor]:
    names = gguf.get_tensor_name_map(kind.arch, shape.layers)
    for source, entry in sorted(checkpoint.tensors.items()):
        if source.endswith("rotary_emb.inv_freq"):
            continue  # follows from the base
        name = names.get_name(source, try_suffixes=(".weight", ".bias"))
        if name is None:
            raise Invalid("The model has a part named {name} that is not known, so it was not converted.", name=source)
        heads = {"attn_q": shape.heads, "attn_k": shape.kv_heads}.get(name.split(".")[-2], 0)
        if heads and entry.shape[0] != heads * shape.head:
            raise Invalid("{name} has another shape than config.json says.", name=source)
        yield _Tensor(name, entry, heads if kind.interleaved else 0)


def _try(target: Path) -> None:
    """Load the new file and read two tokens. Raises LoadFailed, EngineError, Invalid."""
    reader = Reader(str(target), 64)
    logits = reader.decode([0, 1], 0, 0)
    if logits is None or not np.isfinite(logits).all():
        raise Invalid("The converted model computes nothing of use, so it was not kept.")
    reader.close()


def task(request: Message, report: Report) -> Message:
    """{folder, target, name} → {}."""
    folder = Path(request["folder"])
    convert(folder, Path(request["target"]), request["name"], report)
    llamacpp.start()
    _try(Path(request["target"]))
    return {}
