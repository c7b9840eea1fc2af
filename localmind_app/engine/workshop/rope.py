"""The numbers of rotary positions, from a config.json to GGUF. Source: `modeling_rope_utils` of transformers."""

from __future__ import annotations

import math
from typing import Any

import gguf
import numpy as np
from numpy.typing import NDArray

from localmind_app.core.errors import Invalid


def add(writer: gguf.GGUFWriter, config: dict[str, Any], dimensions: int) -> NDArray[np.float32] | None:
    """Write base and scaling; the factor of each frequency where the model needs them as a tensor. Raises Invalid."""
    scaling = config.get("rope_parameters") or config.get("rope_scaling") or {}
    base = float(scaling.get("rope_theta") or config.get("rope_theta") or 10_000.0)
    writer.add_rope_dimension_count(dimensions)
    writer.add_rope_freq_base(base)
    kind = scaling.get("rope_type") or scaling.get("type") or "default"
    if kind == "default":
        return None
    if kind == "llama3":
        return _llama3(scaling, config, base, dimensions)
    if kind not in ("linear", "yarn"):
        raise Invalid("Models with rotary positions of the kind {kind} cannot be converted.", kind=str(kind))
    factor = float(scaling["factor"])
    writer.add_rope_scaling_type(gguf.RopeScalingType.LINEAR if kind == "linear" else gguf.RopeScalingType.YARN)
    writer.add_rope_scaling_factor(factor)
    if kind == "yarn":
        trained = scaling.get("original_max_position_embeddings") or config["max_position_embeddings"]
        writer.add_rope_scaling_orig_ctx_len(int(trained))
    return None


def _llama3(scaling: dict[str, Any], config: dict[str, Any], base: float, dimensions: int) -> NDArray[np.float32]:
    """Long waves are stretched by `factor`, short ones stay, those between go over smoothly."""
    factor, trained = float(scaling["factor"]), float(scaling["original_max_position_embeddings"])
    low, high = float(scaling["low_freq_factor"]), float(scaling["high_freq_factor"])
    turns = trained / (2 * math.pi * base ** (np.arange(0, dimensions, 2) / dimensions))
    smooth = np.clip((turns - low) / (high - low), 0.0, 1.0)
    return (1.0 / ((1.0 - smooth) / factor + smooth)).astype(np.float32)
