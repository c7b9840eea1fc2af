"""Folders as Hugging Face writes them, and folders that lie: real safetensors files, their numbers read back."""

from __future__ import annotations

import json
import struct
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from safetensors.numpy import save_file

from localmind_app.core.errors import Invalid
from localmind_app.engine.workshop import checkpoint
from localmind_app.engine.workshop.checkpoint import Checkpoint, read_json


def folder_with(tmp_path: Path, **files: dict[str, Any]) -> Path:
    (tmp_path / "config.json").write_text('{"model_type": "llama"}')
    for name, tensors in files.items():
        save_file(tensors, tmp_path / f"{name}.safetensors", {"format": "pt"})
    return tmp_path


def raw(path: Path, header: dict[str, Any], data: bytes) -> None:
    head = json.dumps(header).encode()
    path.write_bytes(struct.pack("<Q", len(head)) + head + data)


def test_the_numbers_of_all_parts_are_read_where_they_lie(tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    first, second = rng.standard_normal((3, 5)).astype(np.float32), rng.standard_normal(7).astype(np.float16)
    found = Checkpoint(folder_with(tmp_path, a={"one": first, "small": second[:2]}, b={"two": second}))
    assert found.config == {"model_type": "llama"} and set(found.tensors) == {"one", "small", "two"}
    assert (found.tensors["one"].kind, found.tensors["one"].shape) == ("F32", (3, 5))
    assert found.tensors["two"].file.name == "b.safetensors"
    for name, wanted in (("one", first), ("two", second), ("small", second[:2])):
        np.testing.assert_array_equal(found.tensors[name].read(), wanted)


def test_bfloat16_comes_as_its_bits(tmp_path: Path) -> None:
    numbers = np.array([1.0, -2.5, 0.15625], np.float32)
    bits = (numbers.view(np.uint32) >> 16).astype("<u2")
    header = {"w": {"dtype": "BF16", "shape": [3], "data_offsets": [0, 6]}}
    raw(folder_with(tmp_path) / "m.safetensors", header, bits.tobytes())
    read = Checkpoint(tmp_path).tensors["w"].read()
    np.testing.assert_array_equal((read.astype(np.uint32) << 16).view(np.float32), numbers)


@pytest.mark.parametrize(
    ("header", "data"),
    [
        ({"w": {"dtype": "F32", "shape": [4], "data_offsets": [0, 16]}}, bytes(8)),  # cut off
        ({"w": {"dtype": "F32", "shape": [4], "data_offsets": [0, 8]}}, bytes(8)),  # says less than its shape
        ({"w": {"dtype": "F32", "shape": [2], "data_offsets": [-8, 0]}}, bytes(8)),
        ({"w": {"dtype": "F32", "shape": [2**40], "data_offsets": [0, 2**42]}}, bytes(8)),
        ({"w": {"dtype": "F32", "shape": [2], "data_offsets": [0, 8]}}, bytes(80)),  # more than it tells of
        ({"w": {"dtype": "I64", "shape": [1], "data_offsets": [0, 8]}}, bytes(8)),
        ({"w": 3}, b""),
    ],
)
def test_a_file_that_lies_about_its_numbers_is_refused_by_name(
    tmp_path: Path, header: dict[str, Any], data: bytes
) -> None:
    raw(folder_with(tmp_path) / "m.safetensors", header, data)
    with pytest.raises(Invalid, match=r"m\.safetensors"):
        Checkpoint(tmp_path)


@pytest.mark.parametrize("content", [b"", b"\x00" * 7, b"\xff" * 64, b"PK\x03\x04" + bytes(64)])
def test_what_is_no_safetensors_file_is_refused(tmp_path: Path, content: bytes) -> None:
    (folder_with(tmp_path) / "m.safetensors").write_bytes(content)
    with pytest.raises(Invalid, match=r"m\.safetensors cannot be read"):
        Checkpoint(tmp_path)


def test_an_index_names_files_of_its_own_folder_only(tmp_path: Path) -> None:
    weight = np.zeros(2, np.float32)
    outside = tmp_path / "outside.safetensors"
    inside = tmp_path / "model"
    inside.mkdir()
    save_file({"w": weight}, outside)
    index = folder_with(inside, a={"w": weight}) / "model.safetensors.index.json"
    index.write_text(json.dumps({"weight_map": {"w": "a.safetensors"}}))
    assert set(Checkpoint(inside).tensors) == {"w"}
    for name in ("../outside.safetensors", str(outside), "b.safetensors"):
        index.write_text(json.dumps({"weight_map": {"w": "a.safetensors", "v": name}}))
        with pytest.raises(Invalid, match="is missing in model"):
            Checkpoint(inside)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (None, "is missing in"), (b"[]", "it is not an object"), (b"{", "cannot be read"),
        (b"\xff\xfe{}", "cannot be read"),
        (b'{"a": ' + b"[" * 100_000, "cannot be read"),
    ],
)  # fmt: skip
def test_a_json_file_that_makes_no_sense_is_refused_by_name(tmp_path: Path, content: bytes | None, reason: str) -> None:
    path = tmp_path / "config.json"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(Invalid, match=f"config.json.*{reason}"):
        read_json(path)


def test_a_json_file_without_end_is_not_read(tmp_path: Path) -> None:
    path = tmp_path / "tokenizer.json"
    with path.open("wb") as file:
        file.truncate(checkpoint._LARGEST_JSON + 1)  # holes: it takes no room
    with pytest.raises(Invalid, match="larger than such a file should be"):
        read_json(path)
