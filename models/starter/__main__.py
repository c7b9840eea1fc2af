"""Makes ``starter.gguf``: tokenizer, training, export, evaluation, in this order.

``python -m models.starter`` from the top of the repository runs all of it; naming steps runs only those.
"""

from __future__ import annotations

import argparse
import random
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np

from .data import dialogues, openings
from .export import export
from .shape import Shape
from .tokenizer import load_tokenizer, train_tokenizer

HOME = Path(__file__).parent
BUILD = HOME / "build"
MODEL = HOME / "starter.gguf"
TOKENIZER = BUILD / "tokenizer.json"
WEIGHTS = BUILD / "weights.npz"


def corpus(seed: int) -> Iterator[str]:
    """Yield tokenizer text: many questions, few repeats of the answers.

    Questions vary and answers repeat, so answers in full would take the whole vocabulary.
    """
    rng = random.Random(seed)
    for messages in (*dialogues(3_000, seed), *openings(20_000, seed)):
        for message in messages:
            if message["role"] != "assistant" or rng.random() < 0.05:
                yield message["content"]


def make_tokenizer() -> None:
    """Train the tokenizer and save it."""
    train_tokenizer(corpus(seed=3), Shape().vocabulary).save(str(TOKENIZER))


def make_weights() -> None:
    """Train the network and save its weights."""
    from .train import save_weights, train

    model = train(load_tokenizer(TOKENIZER), Shape())
    save_weights(WEIGHTS, model.weights())


def make_gguf() -> None:
    """Write ``starter.gguf`` from the saved weights."""
    with np.load(WEIGHTS) as weights:
        export(MODEL, dict(weights), load_tokenizer(TOKENIZER), Shape())
    print(f"{MODEL.name}: {MODEL.stat().st_size / 1e6:.2f} MB")


def make_report() -> None:
    """Measure the exported model and print the numbers of the README."""
    from .evaluate import report

    report(MODEL, TOKENIZER, WEIGHTS)


STEPS: dict[str, Callable[[], None]] = {
    "tokenizer": make_tokenizer,
    "train": make_weights,
    "export": make_gguf,
    "evaluate": make_report,
}


def main() -> None:
    """Run the named steps, or all of them."""
    parser = argparse.ArgumentParser(prog="python -m models.starter", description=__doc__)
    parser.add_argument("steps", nargs="*", choices=[[], *STEPS], help="default: all")
    BUILD.mkdir(exist_ok=True)
    for name in parser.parse_args().steps or STEPS:
        began = time.monotonic()
        STEPS[name]()
        print(f"{name}: {time.monotonic() - began:.0f} s")


if __name__ == "__main__":
    main()
