"""The shape of the Starter network: the numbers that training and export must agree on."""

from __future__ import annotations

from dataclasses import asdict, dataclass


@dataclass(frozen=True)
class Shape:
    """Sizes of a Llama-shaped decoder; all counts, ``rope_base`` and ``norm_epsilon`` unitless."""

    vocabulary: int = 3072
    width: int = 256
    layers: int = 4
    heads: int = 8
    kv_heads: int = 4
    ffn_width: int = 768
    context: int = 2048
    rope_base: float = 10000.0
    norm_epsilon: float = 1e-5

    @property
    def head_dim(self) -> int:
        """Width of one attention head."""
        return self.width // self.heads

    def to_dict(self) -> dict[str, int | float]:
        """Return the fields as plain JSON values."""
        return asdict(self)
