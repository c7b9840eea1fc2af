"""How often a batch turns a greedy token: the same requests alone and all at once, on models of real shape.

llama.cpp multiplies one row and several rows in different orders, so logits differ in their last bits. Random weights
make the logits flat, which is the worst case: trained models have a clear favourite more often.
"""

from __future__ import annotations

import random

from localmind_app.engine import llamacpp
from localmind_app.engine.generation import Generation, Sampling
from localmind_app.engine.text.model import TextModel
from localmind_app.engine.text.prompt import PromptBuilder
from localmind_app.engine.text.scheduler import Scheduler
from localmind_app.engine.text.sequence import Job
from tests.bench.engine.load import text
from tests.bench.engine.shapes import M120, SMALL, model_file

REQUESTS, PROMPT, NEW = 16, 128, 64


def alike() -> list[str]:
    """One line for each model."""
    llamacpp.start()
    return [_model(label, shape, kind) for label, shape, kind in (
        ("small Q8_0", SMALL, "q8_0"), ("120M Q8_0", M120, "q8_0"), ("120M Q4_K_M", M120, "q4_k_m"),
    )]  # fmt: skip


def _model(label: str, shape: object, kind: str) -> str:
    model = TextModel(str(model_file(shape, kind)), 512, 2, lambda _: None, REQUESTS)  # type: ignore[arg-type]
    prompts = [text(random.Random(number), PROMPT) for number in range(REQUESTS)]
    alone = [_answers(model, [prompt])[0] for prompt in prompts]
    together = _answers(model, prompts)
    same = sum(one == other for one, other in zip(alone, together, strict=True))
    first = [_same(one, other) for one, other in zip(alone, together, strict=True) if one != other]
    model.close()
    where = f"; the others part after {sorted(first)} of {NEW} tokens" if first else ""
    return f"{label}: {same} of {REQUESTS} greedy answers are the same in a full batch{where}"


def _answers(model: TextModel, prompts: list[str]) -> list[list[str]]:
    for number in range(model.slots):
        model.forget(number, 0)
    scheduler = Scheduler(model, PromptBuilder(model))
    said: list[list[str]] = [[] for _ in prompts]

    def emit_to(pieces: list[str]) -> object:
        return lambda event, **fields: pieces.append(fields["text"]) if event == "delta" else None

    for number, prompt in enumerate(prompts):
        request = Generation(prompt=prompt, sampling=Sampling(temperature=0), max_tokens=NEW, ignore_eos=True)
        scheduler.add(Job(number, request, emit_to(said[number])))  # type: ignore[arg-type]
    while scheduler.busy:
        scheduler.step()
    return said


def _same(one: list[str], other: list[str]) -> int:
    return next(at for at, (a, b) in enumerate(zip([*one, ""], [*other, "x"], strict=False)) if a != b)


if __name__ == "__main__":
    print("\n".join(alike()))
