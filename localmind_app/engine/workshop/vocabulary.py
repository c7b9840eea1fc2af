"""Turns a tokenizer.json into the vocabulary of a GGUF file, for the tokenizers that llama.cpp reads the same way.

Two families: byte-level BPE (GPT-2, Llama 3, Qwen) whose way of splitting text is recognised by its regular
expression, and SentencePiece-like BPE with byte fallback (Llama 2, Mistral). Anything else is refused: a tokenizer
that splits a little differently gives a model that seems to work and is worse.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import gguf

from localmind_app.core.errors import Invalid

from .checkpoint import read_json

_CONTRACTIONS = r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|"
_REST = r"| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"
_SPLITS = {
    _CONTRACTIONS + r"\p{N}{1,3}" + _REST: "llama-bpe",
    _CONTRACTIONS + r"\p{N}" + _REST: "qwen2",
}


def add(writer: gguf.GGUFWriter, folder: Path, size: int) -> None:
    """Add the vocabulary of `folder`, filled up to the `size` of the model's embeddings. Raises Invalid."""
    tokenizer = read_json(folder / "tokenizer.json")
    model = tokenizer.get("model")
    if not isinstance(model, dict) or model.get("type") != "BPE" or not isinstance(model.get("vocab"), dict):
        raise Invalid("The tokenizer of {folder} is of a kind that cannot be converted.", folder=folder.name)
    tokens, types = _tokens(tokenizer, size, folder)
    split = _byte_level(tokenizer)
    if split is not None:
        writer.add_tokenizer_model("gpt2")
        writer.add_tokenizer_pre(split)
    elif model.get("byte_fallback"):
        writer.add_tokenizer_model("llama")
        writer.add_tokenizer_pre("default")
        writer.add_token_scores(_scores(model, tokens))
        writer.add_add_space_prefix(_space_prefix(tokenizer))
    else:
        raise Invalid("The tokenizer of {folder} is of a kind that cannot be converted.", folder=folder.name)
    writer.add_token_list(tokens)
    writer.add_token_types(types)
    _add_special(writer, folder, size, with_merges=split is not None)


def _tokens(tokenizer: dict[str, Any], size: int, folder: Path) -> tuple[list[str], list[int]]:
    """Texts and types by id; ids that nothing uses are filled."""
    kinds = gguf.TokenType
    tokens = [f"[PAD{number}]" for number in range(size)]
    types = [int(kinds.UNUSED)] * size
    fallback = bool(tokenizer["model"].get("byte_fallback"))
    found = [(text, number, kinds.BYTE if fallback and _is_byte(text) else kinds.NORMAL)
             for text, number in tokenizer["model"]["vocab"].items()]  # fmt: skip
    for added in tokenizer.get("added_tokens") or []:
        found.append((added["content"], added["id"], kinds.CONTROL if added.get("special") else kinds.USER_DEFINED))
    for text, number, kind in found:
        if not isinstance(number, int) or not 0 <= number < size:
            raise Invalid("The tokenizer of {folder} has more tokens than its model.", folder=folder.name)
        unknown = fallback and text == tokenizer["model"].get("unk_token")
        tokens[number], types[number] = text, int(kinds.UNKNOWN if unknown else kind)
    return tokens, types


def _is_byte(text: str) -> bool:
    return len(text) == 6 and text.startswith("<0x") and text.endswith(">")


def _byte_level(tokenizer: dict[str, Any]) -> str | None:
    """llama.cpp's name of the way a byte-level tokenizer splits text; None for other tokenizers. Raises Invalid."""
    steps = tokenizer.get("pre_tokenizer") or {}
    steps = steps.get("pretokenizers", [steps])
    level = next((step for step in steps if step.get("type") == "ByteLevel"), None)
    if level is None:
        return None
    others = [step for step in steps if step is not level]
    if level.get("use_regex", True):
        if not others:
            return "gpt-2"
        if len(others) == 1 and others[0].get("type") == "Digits" and others[0].get("individual_digits"):
            return "smollm"
    elif len(others) == 1 and others[0].get("type") == "Split":
        name = _SPLITS.get((others[0].get("pattern") or {}).get("Regex", ""))
        if name is not None:
            return name
    raise Invalid("The tokenizer splits text in a way that llama.cpp is not known to share, so it was not converted.")


def _scores(model: dict[str, Any], tokens: list[str]) -> list[float]:
    """What SentencePiece sorts by: a token that is merged earlier scores higher."""
    ranks: dict[str, int] = {}
    for rank, merge in enumerate(model.get("merges") or []):
        left, right = merge.split(" ", 1) if isinstance(merge, str) else merge
        ranks.setdefault(left + right, rank)
    last = len(ranks)
    return [-float(ranks.get(token, last + number)) for number, token in enumerate(tokens)]


def _space_prefix(tokenizer: dict[str, Any]) -> bool:
    """Whether a text begins as if a blank came before it."""
    normalizer, before = tokenizer.get("normalizer") or {}, tokenizer.get("pre_tokenizer") or {}
    steps = normalizer.get("normalizers", [normalizer])
    if any(step.get("type") == "Prepend" for step in steps):
        return True
    return before.get("type") == "Metaspace" and before.get("prepend_scheme", "always") != "never"


def _add_special(writer: gguf.GGUFWriter, folder: Path, size: int, *, with_merges: bool) -> None:
    """Merges, beginning and end of a text, chat template: read by gguf's own code."""
    try:
        special = gguf.SpecialVocab(folder, load_merges=with_merges, n_vocab=size)
    except (ValueError, TypeError, AttributeError, KeyError, OSError) as error:
        raise Invalid("The tokenizer of {folder} is of a kind that cannot be converted.", folder=folder.name) from error
    special.add_to_gguf(writer, quiet=True)
