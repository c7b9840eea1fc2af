"""Which weights are kept twice, against what llama.cpp itself then allocates for its own order of them."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from localmind_app.engine import header, llamacpp
from localmind_app.engine.repack import Layout
from tests.bench.engine.shapes import ModelShape, quantise, write_plain

SHAPE = ModelShape("repack", 2, 256, 768, 4, 2, 3072)
# Loads the weights as a worker does and prints the bytes of each buffer that llama.cpp says it made for them.
LOAD = """
import ctypes, json, os, re, sys
import llama_cpp.llama_cpp as c
from localmind_app.engine import llamacpp

lines = []
on_log = c.llama_log_callback(lambda _level, text, _: lines.append((text or b"").decode("utf-8", "replace")))
c.llama_log_set(on_log, ctypes.c_void_p(0))
c.llama_backend_init()
model = c.llama_model_load_from_file(os.fsencode(sys.argv[1]), llamacpp.model_params())
assert model, lines[-3:]
found = re.findall(r"(\\S+) model buffer size =\\s+([\\d.]+) MiB", "".join(lines))
os.write(1, json.dumps(found).encode())
c.llama_model_free(model)
"""


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("repack") / "f16.gguf"
    write_plain(SHAPE, path)
    return path


@pytest.fixture(scope="module")
def layout() -> Layout:
    llamacpp.start()
    return Layout()


def own_order(path: Path) -> float:
    """MiB that llama.cpp holds beside the mapped file."""
    told = subprocess.run([sys.executable, "-c", LOAD, str(path)], capture_output=True, check=True)
    buffers = {name: float(size) for name, size in json.loads(told.stdout)}
    assert buffers, "llama.cpp says what it made"
    return sum(size for name, size in buffers.items() if "REPACK" in name or "AMX" in name)


@pytest.mark.parametrize("kind", ["f16", "q8_0", "q4_0", "q4_k_m"])
def test_what_is_kept_twice_is_what_llama_cpp_makes(plain: Path, layout: Layout, kind: str) -> None:
    path = plain if kind == "f16" else plain.with_name(f"{kind}.gguf")
    if not path.exists():
        quantise(plain, path, kind)
    foretold = layout.second_bytes(header.read(path).tensors) / 2**20
    assert foretold == pytest.approx(own_order(path), abs=0.02), "llama.cpp rounds to a hundredth"


def test_what_is_never_multiplied_is_kept_once(plain: Path, layout: Layout) -> None:
    path = plain.with_name("q4_0.gguf")
    if not path.exists():
        quantise(plain, path, "q4_0")
    tensors = header.read(path).tensors
    norms = tuple(one for one in tensors if len(one.shape) == 1)
    assert norms and layout.second_bytes(norms) == 0
    [output] = [one for one in tensors if one.name == "output.weight"]
    [table] = [one for one in tensors if one.name == "token_embd.weight"]
    assert layout.second_bytes((output, table)) == layout.second_bytes((output,))
    # Without an output of its own the table of input embeddings is multiplied too.
    assert layout.second_bytes((table,)) == (table.bytes if layout._is_kept_twice(table) else 0)
