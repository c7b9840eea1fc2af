"""The sums are those that NumPy finds where they can be computed by hand: the inputs of the first layer."""

from __future__ import annotations

from pathlib import Path

import gguf
import numpy as np

from localmind_app.engine.workshop import errand, imatrix
from tests.models_factory import BOS, FIRST_BYTE, write_random_llama


def test_the_first_layer_sees_the_normalised_embeddings(tmp_path: Path) -> None:
    model, target = write_random_llama(tmp_path / "m.gguf", layers=2), tmp_path / "m.imatrix"
    text = "bcdfg" * 20
    found = errand.run("imatrix", {"model": str(model), "target": str(target), "text": text})
    assert found == {"weights": 14, "tokens": 101}

    tensors = {tensor.name: tensor.data for tensor in gguf.GGUFReader(target).tensors}
    embeddings = next(t.data for t in gguf.GGUFReader(model).tensors if t.name == "token_embd.weight")
    read = np.asarray(embeddings, np.float64)[[BOS, *(FIRST_BYTE + ord(letter) for letter in text)]]
    normalised = read / np.sqrt((read**2).mean(axis=1, keepdims=True) + 1e-5)
    for name in ("attn_q", "attn_k", "attn_v"):
        assert tensors[f"blk.0.{name}.weight.counts"].item() == 101
        sums = tensors[f"blk.0.{name}.weight.in_sum2"].reshape(-1)
        np.testing.assert_allclose(sums, (normalised**2).sum(axis=0), rtol=1e-3)


def test_what_was_written_is_read_as_means(tmp_path: Path) -> None:
    squares = np.array([[2.0, 4.0], [9.0, 9.0]])
    sums = imatrix.Sums(squares, np.array([2.0, 0.0]))  # the second expert was never asked
    imatrix.write(tmp_path / "x.imatrix", {"blk.0.ffn_up_exps.weight": sums}, 1, "a text")
    (found,) = imatrix.read(tmp_path / "x.imatrix").values()
    assert found.tolist() == [[1.0, 2.0], [1.0, 1.0]]


def test_experts_are_counted_one_by_one(tmp_path: Path) -> None:
    model, target = write_experts(tmp_path / "moe.gguf"), tmp_path / "moe.imatrix"
    errand.run("imatrix", {"model": str(model), "target": str(target), "text": "bcdfg" * 20})
    tensors = {tensor.name: tensor.data for tensor in gguf.GGUFReader(target).tensors}
    counts = tensors["blk.0.ffn_up_exps.weight.counts"].reshape(-1)
    assert len(counts) == 4 and counts.sum() == 2 * 101  # two of four experts for every token
    sums = tensors["blk.0.ffn_up_exps.weight.in_sum2"].reshape(4, -1)
    assert sums.shape[1] == 64
    # Inputs are normalised: the squares of one row add up to its width.
    np.testing.assert_allclose(sums.sum(axis=1), 64 * counts, rtol=1e-2)


def write_experts(path: Path) -> Path:
    """A random Llama whose only layer has four experts of which two are used."""
    dense = gguf.GGUFReader(write_random_llama(path.with_name("dense.gguf")))
    writer = gguf.GGUFWriter(path, "llama")
    for name, field in dense.fields.items():
        if not name.startswith("GGUF.") and name != "general.architecture":
            kind = field.types[0]
            inner = field.types[-1] if kind == gguf.GGUFValueType.ARRAY else None
            writer.add_key_value(name, field.contents(), kind, inner)
    writer.add_expert_count(4)
    writer.add_expert_used_count(2)
    rng = np.random.default_rng(1)
    for tensor in dense.tensors:
        part = tensor.name.split(".")[-2]
        if part in ("ffn_gate", "ffn_up", "ffn_down"):
            shape = (4, *tensor.data.shape)
            writer.add_tensor(f"blk.0.{part}_exps.weight", rng.standard_normal(shape).astype(np.float32) / 8)
        else:
            writer.add_tensor(tensor.name, np.array(tensor.data))
    writer.add_tensor("blk.0.ffn_gate_inp.weight", rng.standard_normal((4, 64)).astype(np.float32))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return path
