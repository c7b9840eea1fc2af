"""The quantisations llama.cpp can write, by the names people know."""

from __future__ import annotations

from dataclasses import dataclass

from localmind_app.core.errors import Invalid


@dataclass(frozen=True)
class QuantType:
    """One file type. `ftype` is its number in llama.h; `bits` per weight of the bulk of the tensors, for ordering."""

    name: str
    ftype: int
    bits: float


def _table(rows: dict[str, tuple[int, float]]) -> dict[str, QuantType]:
    return {name: QuantType(name, ftype, bits) for name, (ftype, bits) in rows.items()}


# enum llama_ftype without those that llama_model_quantize refuses to write.
TYPES: dict[str, QuantType] = _table(
    {
        "F32": (0, 32.0),
        "F16": (1, 16.0),
        "BF16": (32, 16.0),
        "Q8_0": (7, 8.5),
        "Q6_K": (18, 6.56),
        "Q5_1": (9, 6.0),
        "Q5_K_M": (17, 5.7),
        "Q5_K_S": (16, 5.5),
        "Q5_0": (8, 5.5),
        "Q4_1": (3, 5.0),
        "Q4_K_M": (15, 4.85),
        "Q4_K_S": (14, 4.6),
        "Q4_0": (2, 4.5),
        "IQ4_NL": (25, 4.5),
        "IQ4_XS": (30, 4.25),
        "MXFP4_MOE": (38, 4.25),
        "Q3_K_L": (13, 4.3),
        "Q3_K_M": (12, 3.9),
        "IQ3_M": (27, 3.7),
        "Q3_K_S": (11, 3.5),
        "IQ3_S": (26, 3.44),
        "IQ3_XS": (22, 3.3),
        "IQ3_XXS": (23, 3.06),
        "Q2_K": (10, 2.96),
        "Q2_K_S": (21, 2.8),
        "IQ2_M": (29, 2.7),
        "IQ2_S": (28, 2.5),
        "IQ2_XS": (20, 2.31),
        "Q2_0": (41, 2.25),
        "IQ2_XXS": (19, 2.06),
        "TQ2_0": (37, 2.06),
        "IQ1_M": (31, 1.75),
        "TQ1_0": (36, 1.69),
        "IQ1_S": (24, 1.56),
        "Q1_0": (40, 1.125),
    }
)


def quant_type(name: str) -> QuantType:
    """The type of that name, in any case. Raises Invalid."""
    found = TYPES.get(name.upper())
    if found is None:
        raise Invalid("llama.cpp knows no quantisation named {name}.", name=name)
    return found
