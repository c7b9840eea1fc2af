"""Takes whole layers out of a model: smaller and faster, and worse; perplexity before and after says how much worse."""

from __future__ import annotations

import ctypes
from collections.abc import Callable, Sequence
from pathlib import Path

import llama_cpp.llama_cpp as c

from localmind_app.core.errors import Invalid

from .. import header, llamacpp
from ..wire import Message
from . import quantise

Report = Callable[[float, float], None]


def layers(model: Path) -> int:
    """How many layers `model` has. Raises Invalid where they cannot be taken out one by one."""
    try:
        meta = header.read(model).metadata
    except header.BadHeader as error:
        raise Invalid("{file} cannot be read: {reason}.", file=model.name, reason=str(error)) from error
    architecture = meta.get("general.architecture")
    count = meta.get(f"{architecture}.block_count")
    if not isinstance(count, int) or count < 1:
        raise Invalid("{file} does not say how many layers it has.", file=model.name)
    own = (value for key, value in meta.items() if key.startswith(f"{architecture}."))
    if any(isinstance(value, list) and len(value) == count for value in own):
        # Such lists would have to lose the entries of the layers as well, which llama.cpp does not do.
        raise Invalid("The layers of {file} differ in shape, so none can be taken out.", file=model.name)
    return count


def prune(model: Path, target: Path, chosen: Sequence[int], report: Report) -> None:
    """Write `model` without the `chosen` layers (counted from 0) to `target`; the weights stay as they are.

    Raises Invalid for layers that are not there or all of them, EngineError with llama.cpp's reason.
    """
    count, gone = layers(model), sorted(set(chosen))
    if not gone or gone[0] < 0 or gone[-1] >= count or len(gone) == count:
        raise Invalid("Choose layers from 0 to {last}, and not all of them.", last=count - 1)
    params = c.llama_model_quantize_default_params()
    params.only_copy = True
    ended = (ctypes.c_int32 * (len(gone) + 1))(*gone, -1)
    params.prune_layers = ctypes.cast(ended, ctypes.POINTER(ctypes.c_int32))
    quantise.execute(model, target, params, report)


def task(request: Message, report: Report) -> Message:
    """{model, target, layers} → {}."""
    llamacpp.start()
    prune(Path(request["model"]), Path(request["target"]), request["layers"], report)
    return {}
