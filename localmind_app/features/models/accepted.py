"""Which files may become part of a model: GGUF and safetensors, and the small texts that describe them.

Pickles run code when they are read. They are refused by name here, and by content where a file is imported.
"""

from __future__ import annotations

import re
from pathlib import PurePosixPath

from localmind_app.core.errors import Invalid

WEIGHTS = (".gguf", ".safetensors")
PICKLES = (".bin", ".pt", ".pth", ".ckpt", ".pkl", ".pickle", ".joblib")
TEXTS = frozenset(
    {
        "LICENSE", "LICENSE.md", "LICENSE.txt", "NOTICE", "README.md", "added_tokens.json", "chat_template.jinja",
        "chat_template.json", "config.json", "config_sentence_transformers.json",
        "diffusion_pytorch_model.safetensors.index.json", "feature_extractor.json", "generation_config.json",
        "merges.txt", "model.safetensors.index.json", "model_index.json", "modules.json", "normalizer.json",
        "preprocessor_config.json", "processor_config.json", "scheduler_config.json", "sentence_bert_config.json",
        "special_tokens_map.json", "spiece.model", "tokenizer.json", "tokenizer.model", "tokenizer_config.json",
        "vocab.json", "vocab.txt",
    }
)  # fmt: skip

_PART = re.compile(r"-(\d{5})-of-(\d{5})\.(gguf|safetensors)$")
_SAFE = re.compile(r"[A-Za-z0-9][A-Za-z0-9 ._+()@-]*")


def is_weights(name: str) -> bool:
    """Whether the file holds the model itself."""
    return name.lower().endswith(WEIGHTS)


def check_name(path: str) -> str:
    """A relative path that may be written into the models folder, as it was given.

    Raises Invalid for pickles, for anything that is neither weights nor a known text, and for paths that lead
    somewhere else.
    """
    parts = path.split("/")
    if len(path) > 300 or not all(_SAFE.fullmatch(part) for part in parts):
        raise Invalid("The name {file} is not one that a model file may have.", file=path[:100])
    name = PurePosixPath(path).name
    if name.lower().endswith(PICKLES):
        raise Invalid(
            "{file} is in a format that can run code when it is read. LocalMind takes GGUF and safetensors only.",
            file=name,
        )
    if not is_weights(name) and name not in TEXTS:
        raise Invalid("{file} is neither GGUF nor safetensors, nor a text that belongs to a model.", file=name)
    return path


def part_of(path: str) -> tuple[str, int, int] | None:
    """(name without number, number, count) of one part of a split model; None for a whole file."""
    found = _PART.search(path)
    return (path[: found.start()], int(found[1]), int(found[2])) if found else None


def missing_parts(paths: list[str]) -> list[str]:
    """The parts that a list of files names by their siblings and does not hold."""
    there = set(paths)
    missing = []
    for path in paths:
        part = part_of(path)
        if part is not None:
            base, _, count = part
            kind = path.rpartition(".")[2]
            wanted = (f"{base}-{number:05}-of-{count:05}.{kind}" for number in range(1, min(count, 1000) + 1))
            missing += [one for one in wanted if one not in there]
    return sorted(set(missing))
