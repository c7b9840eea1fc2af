"""GGUF headers: what is read from good files, and that no bad one costs more than a bounded read."""

from __future__ import annotations

import random
import struct
import time
from contextlib import suppress
from pathlib import Path

import pytest

from localmind_app.engine import header

HEAD = b"GGUF" + struct.pack("<I", 3)


def test_a_good_file(model_files: Path) -> None:
    read = header.read(model_files / "random.gguf")
    assert read.metadata["general.architecture"] == "llama"
    assert read.metadata["llama.context_length"] == 4096
    assert read.missing == 0
    assert read.n_params * 4 == read.tensor_bytes["F32"]


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "empty"),
        (b"GGU", "not a GGUF file"),
        (b"<html>", "not a GGUF file"),
        (HEAD, "cut off inside its header"),
        (b"GGUF" + struct.pack("<IQQ", 1, 0, 0), "version is 1"),
        (HEAD + struct.pack("<QQ", 2**63, 0), "claims 9223372036854775808 tensors"),
        (HEAD + struct.pack("<QQ", 0, 2**40), "metadata entries"),
        (HEAD + struct.pack("<QQQ", 0, 1, 2**50), "bytes for a text"),
        (HEAD + struct.pack("<QQQ", 0, 1, 1) + b"k" + struct.pack("<I", 99), "unknown type 99"),
        (HEAD + struct.pack("<QQQ", 0, 1, 1) + b"k" + struct.pack("<IIQ", 9, 4, 2**60), "list elements"),
        (HEAD + struct.pack("<QQQ", 0, 1, 1) + b"k" + struct.pack("<IIQ", 9, 9, 1), "list of unknown type 9"),
        (HEAD + struct.pack("<QQQ", 1, 0, 1) + b"t" + struct.pack("<I", 7), "tensor of 7 dimensions"),
        (HEAD + struct.pack("<QQQ", 1, 0, 1) + b"t" + struct.pack("<IQIQ", 1, 2**60, 0, 0), "absurd size"),
        (HEAD + struct.pack("<QQQ", 1, 0, 1) + b"t" + struct.pack("<IQIQ", 1, 8, 77, 0), "unknown type 77"),
    ],
)
def test_bad_headers_say_why(tmp_path: Path, data: bytes, reason: str) -> None:
    path = tmp_path / "bad.gguf"
    path.write_bytes(data)
    with pytest.raises(header.BadHeader, match=reason):
        header.read(path)


def test_random_damage_never_escapes(tmp_path: Path, model_files: Path) -> None:
    whole = (model_files / "random.gguf").read_bytes()
    rng = random.Random(1)
    path = tmp_path / "damaged.gguf"
    started = time.monotonic()
    for _ in range(150):
        data = bytearray(whole[: rng.randrange(20_000)])
        for _ in range(rng.randrange(8)):
            if data:
                data[rng.randrange(min(len(data), 2000))] = rng.randrange(256)
        path.write_bytes(data)
        with suppress(header.BadHeader):
            header.read(path)
    assert time.monotonic() - started < 20
