"""The work of the workshop: every step that touches a model runs in a child of `engine.workshop`.

A payload says `work` (a key of `WORKS`) and what that needs; `model`, `matrix` and `folder` are names, never paths.
Files appear in the models folder whole or not at all. A job that is cancelled or lost leaves nothing there.
"""

from __future__ import annotations

import asyncio
import dataclasses
from collections.abc import Callable, Mapping
from contextlib import aclosing
from pathlib import Path
from typing import Any

from localmind_app.core.errors import Invalid, NotFound
from localmind_app.core.home import Home
from localmind_app.core.long_jobs import Control
from localmind_app.engine import budget, memory
from localmind_app.engine.catalog import Catalog, Model
from localmind_app.engine.client import EngineClient
from localmind_app.engine.workshop import errand
from localmind_app.engine.workshop.product import new_file, unfinished

from . import fit, hardware
from .measurements import Measurements

Payload = Mapping[str, Any]
Json = dict[str, Any]

MATRIX_ENDING = ".imatrix"
_ANSWER_TOKENS = 200
_MEASURED_TOKENS = 4096  # of a text; more says the same more slowly


def mark(text: str) -> str:
    """Names a sentence that the page translates; `ui.i18n` has the same, which the worker does not load."""
    return text


class Steps:
    """The progress of a job of `count` steps, reported as one number from 0 to `count`."""

    def __init__(self, control: Control, count: int) -> None:
        self._control, self._count, self._done = control, count, 0

    def run(self, task: str, request: Json, text: str, **params: str | int | float) -> Json:
        """One step in a child; `text` says what it does."""
        self._control.report(self._done, self._count, text, **params)

        def report(done: float, total: float) -> None:
            self._control.report(self._done + done / max(total, 1e-9), self._count, text, **params)

        result = errand.run(task, request, report, self._control.check)
        self._done += 1
        return result


def model_of(home: Home, name: str) -> Model:
    """A language model that is here and whole. Raises ModelMissing, ModelBroken, Invalid."""
    model = Catalog(home).find(name)
    if model.broken is not None:
        raise model.broken
    if model.kind != "chat":
        raise Invalid("{model} does not continue texts, so the workshop cannot work on it.", model=model.label)
    return model


def matrix_of(home: Home, name: str) -> Path:
    """An importance matrix in the models folder. Raises NotFound."""
    path = home.models / f"{name}{MATRIX_ENDING}"
    if Path(name).name != name or not path.is_file():
        raise NotFound("There is no importance matrix {matrix} in the models folder.", matrix=name)
    return path


def folder_of(home: Home, name: str) -> Path:
    """A folder inside the models folder. Raises NotFound."""
    path = (home.models / name).resolve()
    if not path.is_relative_to(home.models.resolve()) or path == home.models.resolve() or not path.is_dir():
        raise NotFound("There is no folder {folder} in the models folder.", folder=name)
    return path


def target_of(home: Home, payload: Payload) -> Path | None:
    """The file the work makes; None for work that only measures."""
    endings = {"quantise": ".gguf", "prune": ".gguf", "convert": ".gguf", "imatrix": MATRIX_ENDING}
    ending = endings.get(payload["work"])
    return None if ending is None else home.models / f"{payload['name']}{ending}"


def _room(model: Model) -> None:
    """Raises OutOfMemory when the model does not fit beside what is loaded."""
    free = budget.machine()[budget.RAM]
    if memory.smallest(model) > free:
        raise memory.too_large(model, free)


def _target(home: Home, payload: Payload) -> Path:
    target = target_of(home, payload)
    assert target is not None, "this work makes a file"
    return target


def _quantise(home: Home, payload: Payload, control: Control) -> None:
    model, kind, target, steps = (
        model_of(home, payload["model"]),
        payload["kind"],
        _target(home, payload),
        Steps(control, 2),
    )
    matrix = str(matrix_of(home, payload["matrix"])) if payload.get("matrix") else None
    request: Json = {"model": str(model.path), "kinds": [kind], "matrix": matrix}
    size = steps.run("preview", request, mark("Reckoning the size"))["sizes"][kind]["bytes"]
    with new_file(target, size) as part:
        request = {"model": str(model.path), "target": str(part), "kind": kind, "matrix": matrix}
        steps.run("quantise", request, mark("Writing {file}"), file=target.name)
        made = part.stat().st_size
    control.keep(file=target.name, before=model.size_bytes, bytes=made)


def _imatrix(home: Home, payload: Payload, control: Control) -> None:
    model, target = model_of(home, payload["model"]), _target(home, payload)
    _room(model)
    with new_file(target, model.width * 4096 * 4) as part:
        request = {"model": str(model.path), "target": str(part), "text": payload.get("text")}
        found = Steps(control, 1).run("imatrix", request, mark("Reading the text with {model}"), model=model.label)
    control.keep(file=target.name, **found)


def _prune(home: Home, payload: Payload, control: Control) -> None:
    model, target, steps = model_of(home, payload["model"]), _target(home, payload), Steps(control, 3)
    _room(model)
    before = _perplexity_of(str(model.path), model.label, payload, steps)
    with new_file(target, model.size_bytes) as part:
        request = {"model": str(model.path), "target": str(part), "layers": list(payload["layers"])}
        steps.run("prune", request, mark("Writing {file}"), file=target.name)
        after = _perplexity_of(str(part), target.name, payload, steps)
        made = part.stat().st_size
    control.keep(file=target.name, bytes=made, perplexity_before=before, perplexity_after=after)


def _convert(home: Home, payload: Payload, control: Control) -> None:
    folder, target = folder_of(home, payload["folder"]), _target(home, payload)
    size = sum(file.stat().st_size for file in folder.glob("*.safetensors"))
    with new_file(target, size) as part:
        request = {"folder": str(folder), "target": str(part), "name": payload["name"]}
        Steps(control, 1).run("convert", request, mark("Writing {file}"), file=target.name)
        made = part.stat().st_size
    control.keep(file=target.name, bytes=made)


def _perplexity_of(path: str, label: str, payload: Payload, steps: Steps) -> Json:
    request = {"model": path, "text": payload.get("text"), "most": _MEASURED_TOKENS}
    return steps.run("perplexity", request, mark("Reading the text with {model}"), model=label)


def _perplexity(home: Home, payload: Payload, control: Control) -> None:
    model = model_of(home, payload["model"])
    _room(model)
    control.keep(perplexity=_perplexity_of(str(model.path), model.label, payload, Steps(control, 1)))


def _bench_of(home: Home, model: Model, steps: Steps) -> Json:
    """Speeds and memory, kept as a measurement for the fit of every model."""
    speed = steps.run("bench", {"model": str(model.path)}, mark("Measuring the speed of {model}"), model=model.label)
    guess = fit.predicted(model, hardware.read(home), active=fit.active_share(model.path))
    found = Measurements(home).add(
        model.id, predicted=guess, decode=speed["decode"], prompt=speed["prompt"], size=speed["bytes"]
    )
    return dataclasses.asdict(found) | {"busy": speed["busy"]}


def _bench(home: Home, payload: Payload, control: Control) -> None:
    model = model_of(home, payload["model"])
    _room(model)
    control.keep(speed=_bench_of(home, model, Steps(control, 1)))


def _compare(home: Home, payload: Payload, control: Control) -> None:
    """Two models, one after the other: speed, perplexity, and answers to the same prompts from the engine."""
    models = [model_of(home, name) for name in payload["models"]]
    steps = Steps(control, 2 * len(models) + 1)
    found: list[Json] = []
    for model in models:
        _room(model)
        speed = _bench_of(home, model, steps)
        perplexity = _perplexity_of(str(model.path), model.label, payload, steps)
        found.append({"model": model.id, "speed": speed, "perplexity": perplexity, "answers": []})
    control.report(2 * len(models), 2 * len(models) + 1, mark("Asking both models"))
    asyncio.run(_ask(home, found, payload.get("prompts") or [], control))
    control.keep(models=found)


async def _ask(home: Home, found: list[Json], prompts: list[str], control: Control) -> None:
    """Fill in the `answers`, greedily, so that the same model always says the same."""
    engine = EngineClient.local(home)
    try:
        for entry in found:
            for prompt in prompts:
                text = await _answer(engine, entry["model"], prompt, control)
                entry["answers"].append({"prompt": prompt, "text": text})
    finally:
        await engine.close()


async def _answer(engine: EngineClient, model: str, prompt: str, control: Control) -> str:
    request = {
        "model": model,
        "messages": [{"role": "user", "content": prompt}],
        "temperature": 0,
        "max_tokens": _ANSWER_TOKENS,
    }
    text: list[str] = []
    async with aclosing(engine.stream_chat(request)) as chunks:
        async for chunk in chunks:
            control.check()
            text.append(chunk.text)
    return "".join(text)


WORKS: dict[str, Callable[[Home, Payload, Control], None]] = {
    "quantise": _quantise,
    "imatrix": _imatrix,
    "prune": _prune,
    "convert": _convert,
    "perplexity": _perplexity,
    "bench": _bench,
    "compare": _compare,
}


def run(home: Home, payload: Payload, control: Control) -> None:
    """Do what the payload says."""
    WORKS[payload["work"]](home, payload, control)


def undo(home: Home, payload: Payload) -> None:
    """Remove what a killed worker may have left."""
    target = target_of(home, payload)
    if target is not None:
        unfinished(target).unlink(missing_ok=True)
