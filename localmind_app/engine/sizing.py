"""Asks llama.cpp how much memory a model will take, without reading its weights: a dry run in a process of its own.

The file's header is read, tensors and caches are laid out and nothing is allocated; llama.cpp's log then tells the
exact size of the KV cache and of the compute buffers for every way of loading that was asked for. It takes about half
a second and 60 MB. A process of its own, because a hostile file may crash it, and because its memory is to go away.

Not covered: what graphics cards take; all figures are main memory. Only their number is told.
"""

from __future__ import annotations

import asyncio
import ctypes
import json
import logging
import os
import re
import sys
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

from .catalog import Model, parts_of
from .header import Tensor

log = logging.getLogger(__name__)
_PATIENCE_SECONDS = 30.0
_MiB = 1024 * 1024
_EMBEDDING_WORK = 34 * _MiB  # of MiniLM; others are corrected by what is measured
# "size = 192.00 MiB (…", "output buffer size = 0.49 MiB", "compute buffer size = 11.01 MiB"
_LAYER = re.compile(r"blk\.(\d+)\.")
_SIZE = re.compile(r"(?:: size|output buffer size|compute buffer size) =\s+([\d.]+) MiB")

_GPU = 1  # enum ggml_backend_dev_type


class Way(NamedTuple):
    """A way of loading: tokens of context for each of so many slots, and the type of their cells (f16, q8_0)."""

    n_ctx: int
    slots: int = 1
    kv: str = "f16"


@dataclass(frozen=True)
class Sizes:
    """Bytes a model takes: the mapped file, what is kept of it a second time, and caches and buffers by way of loading.

    A way that llama.cpp refused has 0. `ratio` is how much more or less was measured than these figures say.
    `layers` are the bytes of each layer's weights, the output's last; `cards` are the graphics cards llama.cpp can use.
    `draft` are the sizes of the model that guesses for this one.
    """

    mapped: int
    second: int
    vocabulary: int  # tokens
    ways: dict[Way, int]
    ratio: float = 1.0
    layers: tuple[int, ...] = ()
    cards: int = 0
    draft: Sizes | None = None


async def dry_run(model: Model, ways: Sequence[Way]) -> Sizes | None:
    """The sizes of `model` for each of `ways`; None where a dry run is not possible, the load itself says why."""
    question = {"path": str(model.path), "kind": model.kind, "ways": list(ways)}
    pipe = asyncio.subprocess.PIPE
    env = {**os.environ, "GGML_NO_BACKTRACE": "1"}
    try:
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", __name__, stdin=pipe, stdout=pipe, stderr=asyncio.subprocess.DEVNULL, env=env
        )
    except OSError as error:
        log.warning("no dry run of %s: %s", model.id, error)
        return None
    try:
        async with asyncio.timeout(_PATIENCE_SECONDS):
            told, _ = await process.communicate(json.dumps(question).encode())
        answer = json.loads(told)
    except (TimeoutError, ValueError):
        log.warning("the dry run of %s gave no answer", model.id)
        return None
    finally:
        if process.returncode is None:
            with suppress(ProcessLookupError):
                process.kill()
            await process.wait()
    ways_told = {Way(*way): int(size) for *way, size in answer["ways"]}
    layers, cards = tuple(answer["layers"]), answer["cards"]
    return Sizes(answer["mapped"], answer["second"], answer["vocabulary"], ways_told, layers=layers, cards=cards)


def main() -> None:
    """Answer the one question on stdin."""
    from localmind_app.core.orphan import die_with_parent

    die_with_parent()
    out = os.dup(1)
    os.dup2(2, 1)  # what native code prints must not end up in the answer
    question = json.loads(sys.stdin.buffer.read())
    os.write(out, json.dumps(_answer(Path(question["path"]), question["kind"], question["ways"])).encode())


def _answer(path: Path, kind: str, ways: Sequence[Sequence[Any]]) -> dict[str, Any]:
    import llama_cpp.llama_cpp as c

    from . import header, llamacpp
    from .repack import Layout

    lines: list[str] = []
    on_log = c.llama_log_callback(lambda _level, text, _: lines.append((text or b"").decode("utf-8", "replace")))
    c.llama_log_set(on_log, ctypes.c_void_p(0))
    c.llama_backend_init()
    params = llamacpp.model_params()
    params.no_alloc = True
    params.load_mode = c.LLAMA_LOAD_MODE_NONE  # a mapped file would be read
    model = c.llama_model_load_from_file(os.fsencode(path), params)
    if not model:
        sys.exit("".join(lines[-3:]))
    found = []
    for way in (Way(*way) for way in ways):
        lines.clear()
        settings = c.llama_context_default_params()
        for name, value in _context(model, kind, way).items():
            setattr(settings, name, value)
        context = c.llama_init_from_model(model, settings)
        told = _SIZE.findall("".join(lines)) if context else []
        size = int(sum(map(float, told)) * _MiB) + _work(model, kind, way.n_ctx)
        found.append([*way, size if context else 0])
        if context:
            c.llama_free(context)
    files = parts_of(path)
    tensors = tuple(tensor for file in files for tensor in header.read(file).tensors)
    return {
        "mapped": sum(file.stat().st_size for file in files),
        "second": Layout().second_bytes(tensors),
        "vocabulary": int(c.llama_vocab_n_tokens(c.llama_model_get_vocab(model))),
        "ways": found,
        "layers": _layers(tensors),
        "cards": _cards(),
    }


def _layers(tensors: Sequence[Tensor]) -> list[int]:
    """Bytes of each layer's weights, and last of the output's, which may be the input embeddings once more."""
    found: dict[int, int] = {}
    output = tied = 0
    for tensor in tensors:
        if layer := _LAYER.match(tensor.name):
            found[int(layer[1])] = found.get(int(layer[1]), 0) + tensor.bytes
        elif tensor.name.startswith("output"):
            output += tensor.bytes
        elif tensor.name == "token_embd.weight":
            tied = tensor.bytes
    if not any(tensor.name == "output.weight" for tensor in tensors):
        output += tied
    return [*(found[number] for number in sorted(found)), output]


def _cards() -> int:
    """The graphics cards that llama.cpp can compute on, as it is built and as this machine is."""
    import llama_cpp
    from llama_cpp._ctypes_extensions import load_shared_library

    ggml = load_shared_library("ggml", Path(llama_cpp.__file__).parent / "lib")
    ggml.ggml_backend_dev_count.restype = ctypes.c_size_t
    ggml.ggml_backend_dev_get.restype, ggml.ggml_backend_dev_get.argtypes = ctypes.c_void_p, [ctypes.c_size_t]
    ggml.ggml_backend_dev_type.argtypes = [ctypes.c_void_p]
    devices = [ggml.ggml_backend_dev_get(number) for number in range(ggml.ggml_backend_dev_count())]
    return sum(ggml.ggml_backend_dev_type(device) == _GPU for device in devices)


def _context(model: Any, kind: str, way: Way) -> dict[str, int | bool]:
    from .embed.model import CONTEXT_SETTINGS
    from .text.model import context_settings

    return context_settings(model, *way) if kind == "chat" else CONTEXT_SETTINGS


def _work(model: Any, kind: str, n_ctx: int) -> int:
    """What computing takes outside of the buffers that llama.cpp tells about; as measured."""
    import llama_cpp.llama_cpp as c

    from .text.model import PREFILL_ROWS, flash_attention

    if kind != "chat":
        return _EMBEDDING_WORK
    # Without flash attention, the attention of all rows to all cells is turned into f16 to be multiplied.
    narrow = flash_attention(model) == c.LLAMA_FLASH_ATTN_TYPE_DISABLED
    return int(c.llama_model_n_head(model)) * n_ctx * PREFILL_ROWS * 2 if narrow else 0


if __name__ == "__main__":
    main()
