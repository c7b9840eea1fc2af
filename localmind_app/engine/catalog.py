"""The models there are: every GGUF file in the models folder, the built-in starter, the built-in embedding model.

Files are read by `header` only, in bounded time; what it found is kept until the file changes.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal

from gguf import LlamaFileType, PoolingType

from localmind_app.core.errors import ModelBroken, ModelMissing
from localmind_app.core.home import Home

from . import header
from .embed import minilm

Kind = Literal["chat", "embedding", "reranker", "adapter"]
STARTER = "starter"
_PART = re.compile(r"-(\d{5})-of-(\d{5})$")
_Q8_BLOCK, _NARROW_HEAD = 32, 64  # values that q8_0 packs together; narrower heads go without flash attention
_DEFAULT_STARTER = Path(__file__).resolve().parents[2] / "models" / "starter" / "starter.gguf"


@dataclass(frozen=True)
class Model:
    """One model on disk. `size_bytes` counts all parts; `kv_bytes` is the KV cache per token of context (f16).

    `problem` is set when the file cannot be a model: what is wrong with it, for people. `draft` is the small model
    that guesses for this one. `q8_cells` says that its cache may hold half of that (q8_0), as far as a header tells.
    """

    id: str
    kind: Kind
    label: str
    path: Path
    size_bytes: int
    n_params: int | None = None
    context_train: int | None = None
    quantization: str | None = None
    license: str | None = None
    description: str | None = None
    kv_bytes: int = 0
    width: int = 0
    q8_cells: bool = False
    problem: str | None = None
    stamp: tuple[int, int] = (0, 0)  # modification time (ns) and size, to notice a replaced file
    draft: Model | None = None

    @property
    def broken(self) -> ModelBroken | None:
        """The error of using this model, where its file is known to be broken."""
        if self.problem is None:
            return None
        return ModelBroken("The model file {file} cannot be used: {reason}.", file=self.path.name, reason=self.problem)


class Catalog:
    """Looks the models up; `starter` is where the built-in chat model would be."""

    def __init__(self, home: Home, starter: Path = _DEFAULT_STARTER) -> None:
        self.home, self._starter = home, starter
        self._read: dict[Path, Model] = {}

    @property
    def states(self) -> Path:
        """Where conversations' KV cells are kept between two starts."""
        return self.home.cache / "kv"

    def models(self) -> list[Model]:
        """All models: built-in ones first, then the folder in the order of its file names."""
        return [model for model in self._all() if model.kind != "adapter"]

    def adapters(self) -> dict[str, Path]:
        """The LoRA adapters in the models folder, by id."""
        return {model.id: model.path for model in self._all() if model.kind == "adapter" and not model.problem}

    def _all(self) -> list[Model]:
        found = [minilm_model(self.home)]
        if self._starter.is_file():
            found.insert(0, replace(self._open(self._starter), id=STARTER, label="Starter"))
        taken = {model.id for model in found}
        paths = [path for path in sorted(self.home.models.rglob("*.gguf")) if _leads(path)]
        drafts = {draft_of(path) for path in paths} & set(paths)
        for path in paths:
            if path in drafts:
                continue
            model = self._open(path)
            if model.kind == "chat" and draft_of(path) in drafts:
                draft = self._open(draft_of(path))
                problem = draft.problem or (None if draft.kind == "chat" else "it is not a model that continues a text")
                model = replace(model, draft=replace(draft, problem=problem))
            name, number = model.id, 2
            while name in taken:
                name, number = f"{model.id}-{number}", number + 1
            taken.add(name)
            found.append(replace(model, id=name))
        return found

    def find(self, model_id: str) -> Model:
        """The model of that id. Raises ModelMissing."""
        for model in self.models():
            if model.id == model_id:
                return model
        raise ModelMissing("There is no model {model} in the models folder.", model=model_id)

    def _open(self, path: Path) -> Model:
        try:
            status = path.stat()
            stamp = (status.st_mtime_ns, status.st_size)
            known = self._read.get(path)
            if known is None or known.stamp != stamp or known.problem:
                known = self._read[path] = replace(_describe(path), stamp=stamp)
            return known
        except OSError as error:  # deleted since the folder was listed, or not to be read
            return Model(path.stem, "chat", path.stem, path, 0, problem=error.strerror or str(error))


def _leads(path: Path) -> bool:
    """Whether it is a model's file, the first where there are several."""
    part = _PART.search(path.stem)
    return not path.name.startswith((".", "mmproj")) and path.is_file() and (part is None or int(part[1]) == 1)


def draft_of(path: Path) -> Path:
    """Where the model that guesses for this one would be: x.draft.gguf beside x.gguf."""
    return path.with_name(f"{_PART.sub('', path.stem)}.draft.gguf")


def _describe(path: Path) -> Model:
    stem = _PART.sub("", path.stem)
    name = re.sub(r"[^A-Za-z0-9._-]+", "-", stem).strip("-.") or "model"
    parts, problem = _parts(path)
    size = sum(part.stat().st_size for part in parts)
    empty = Model(name, "chat", stem, path, size, problem=problem)
    try:
        read = [header.read(part) for part in parts]
    except header.BadHeader as error:
        return replace(empty, problem=str(error))
    missing = sum(part.missing for part in read)
    if missing:
        problem = f"it is cut off, {missing} bytes are missing"
    if not any(part.n_params for part in read):
        problem = "it holds no weights"
    meta = read[0].metadata
    architecture = meta.get("general.architecture")
    if not isinstance(architecture, str):
        return replace(empty, problem="it does not say which kind of model it is")
    return replace(
        empty,
        kind=_kind(meta, architecture),
        label=_text(meta, "general.name") or stem,
        n_params=sum(part.n_params for part in read),
        context_train=_integer(meta, f"{architecture}.context_length"),
        quantization=_quantization(meta, read),
        license=_text(meta, "general.license"),
        description=_text(meta, "general.description"),
        kv_bytes=_kv_bytes(meta, architecture),
        width=_integer(meta, f"{architecture}.embedding_length") or 0,
        q8_cells=_q8_cells(meta, architecture),
        problem=problem,
    )


def parts_of(path: Path) -> list[Path]:
    """The files of the model that begins with `path`, those that are there."""
    return _parts(path)[0]


def _kind(meta: dict[str, Any], architecture: str) -> Kind:
    if meta.get("general.type") == "adapter":
        return "adapter"
    pooling = meta.get(f"{architecture}.pooling_type")
    if pooling == PoolingType.RANK:
        return "reranker"
    return "chat" if pooling is None else "embedding"


def _parts(path: Path) -> tuple[list[Path], str | None]:
    part = _PART.search(path.stem)
    if part is None:
        return [path], None
    count, base = int(part[2]), path.stem[: part.start()]
    names = [path.with_name(f"{base}-{number:05}-of-{count:05}.gguf") for number in range(1, min(count, 1000) + 1)]
    there = [name for name in names if name.is_file()]
    problem = None if len(there) == count else f"{count - len(there)} of its {count} parts are missing"
    return there, problem


def _text(meta: dict[str, Any], key: str) -> str | None:
    value = meta.get(key)
    return value[:2000] if isinstance(value, str) and value.strip() else None


def _integer(meta: dict[str, Any], key: str) -> int | None:
    value = meta.get(key)
    return value if isinstance(value, int) and 0 < value < 2**31 else None


def _quantization(meta: dict[str, Any], parts: list[header.Header]) -> str | None:
    try:
        return LlamaFileType(meta.get("general.file_type", -1)).name.removeprefix("MOSTLY_").removeprefix("ALL_")
    except ValueError:
        sizes = parts[0].tensor_bytes
        return max(sizes, key=lambda kind: sizes[kind]) if sizes else None


def _kv_bytes(meta: dict[str, Any], architecture: str) -> int:
    """2 bytes x (key + value width) x KV heads, over all layers; lists give each layer its own number of heads."""
    layers = _integer(meta, f"{architecture}.block_count") or 0
    heads, _, key, value = _heads(meta, architecture)
    per_layer = meta.get(f"{architecture}.attention.head_count_kv", heads)
    if isinstance(per_layer, list):
        total = sum(count for count in per_layer if isinstance(count, int))
    else:
        total = layers * (per_layer if isinstance(per_layer, int) else heads)
    return 2 * (key + value) * total


def _q8_cells(meta: dict[str, Any], architecture: str) -> bool:
    """Whether llama.cpp will take q8_0 for the cache; it asks for flash attention, and for heads of whole blocks."""
    _, width, key, value = _heads(meta, architecture)
    return width >= _NARROW_HEAD and key % _Q8_BLOCK == 0 and value % _Q8_BLOCK == 0


def _heads(meta: dict[str, Any], architecture: str) -> tuple[int, int, int, int]:
    """How many heads a layer has, and the width of one as the embeddings are shared out, of its key, of its value."""
    heads = _integer(meta, f"{architecture}.attention.head_count") or 1
    width = (_integer(meta, f"{architecture}.embedding_length") or 0) // heads
    key = _integer(meta, f"{architecture}.attention.key_length") or width
    value = _integer(meta, f"{architecture}.attention.value_length") or width
    return heads, width, key, value


def minilm_model(home: Home) -> Model:
    """The built-in embedding model, with its problem where its package is not installed."""
    path = minilm.gguf_path(home)
    return Model(
        minilm.ID,
        "embedding",
        "MiniLM (built in)",
        path,
        minilm.SIZE_BYTES,
        n_params=22_713_216,
        context_train=minilm.MAX_TOKENS,
        quantization="F16",
        license="apache-2.0",
        description="Turns English text into 384 numbers, for search by meaning.",
        width=minilm.WIDTH,
        problem=minilm.problem(home),
    )
