"""Which server this is, and which models it has: read from its own lists, every value checked.

What is recognised: LocalMind, vLLM and llama-server by the owner they give their models, Ollama and LM Studio by the
paths only they have. Everything else that lists models is an OpenAI-compatible server.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from localmind_app.core.errors import EngineError

from .ask import Asker
from .name import is_remote

LOCALMIND, OLLAMA, LM_STUDIO, LLAMA_SERVER, VLLM, OPENAI = (
    "LocalMind", "Ollama", "LM Studio", "llama-server", "vLLM", "OpenAI-compatible",
)  # fmt: skip
_OWNERS = {"localmind": LOCALMIND, "vllm": VLLM, "llamacpp": LLAMA_SERVER}
_HOSTED = {"openai", "openai-internal", "system", "anthropic", "google"}  # asked nothing else: they are what they say
MOST_MODELS, LONGEST_ID, MOST_SHOWN = 500, 200, 30
_EMBEDDING = re.compile(r"embed|minilm|\bbge-|\be5-|\bgte-", re.IGNORECASE)
_OTHER = re.compile(r"whisper|tts|dall-e|image|moderation|rerank|transcri|realtime|audio|sora", re.IGNORECASE)


@dataclass(frozen=True)
class RemoteModel:
    """A model of a remote engine.

    kind: chat, embedding or other. `context` is in tokens, None where the server does not say. `passed_on` is a model
    that the server itself gets from somebody else, as Ollama's cloud models are. `tools` None is unknown.
    """

    id: str
    kind: str = "chat"
    context: int | None = None
    loaded: bool = False
    passed_on: bool = False
    tools: bool | None = None


@dataclass(frozen=True)
class Listing:
    """What kind of server it is, its version where it tells, and its models."""

    kind: str
    version: str
    models: tuple[RemoteModel, ...]


async def listing(asker: Asker, *, seconds: float = 5.0) -> Listing:
    """Ask a server what it is. Raises EngineError when it lists no models, and what `Asker.get` raises."""
    entries = entries_of((await asker.get("/v1/models", seconds=seconds)).data)
    owners = {str(entry.get("owned_by", "")).lower() for entry in entries}
    kind = next((_OWNERS[owner] for owner in owners if owner in _OWNERS), None)
    models = tuple(_model(entry) for entry in entries)
    if kind == LOCALMIND:  # what it gets from others itself is not passed on again: no chains, no circles
        return Listing(kind, "", tuple(model for model in models if not is_remote(model.id)))
    if kind == VLLM:
        return Listing(kind, _version(await asker.fields("/version")), models)
    if kind == LLAMA_SERVER:
        props = await asker.fields("/props")
        context = _count(_dict(props.get("default_generation_settings")).get("n_ctx"))
        return Listing(
            kind, _text(props.get("build_info")), tuple(replace(m, context=m.context or context) for m in models)
        )
    if not owners & _HOSTED:
        if version := _version(await asker.fields("/api/version")):
            return Listing(OLLAMA, version, await _ollama(asker, models))
        if types := await asker.fields("/api/v0/models"):
            return Listing(LM_STUDIO, "", _lm_studio(types, models))
    return Listing(OPENAI, "", models)


def entries_of(body: Any) -> list[dict[str, Any]]:
    """The entries of a list of models whose ids can be used. Raises EngineError when it is no such list."""
    found = body.get("data") if isinstance(body, dict) else None
    if found is None and isinstance(body, dict) and body.get("object") == "list":
        found = []  # Ollama without models
    if not isinstance(found, list):
        raise EngineError("The server answers, but not with a list of models as OpenAI's API has it.")
    entries = [entry for entry in found[:MOST_MODELS] if isinstance(entry, dict) and _is_id(entry.get("id"))]
    return list({entry["id"]: entry for entry in entries}.values())


def _is_id(value: Any) -> bool:
    return isinstance(value, str) and 0 < len(value) <= LONGEST_ID and value.isprintable()


def _model(entry: dict[str, Any]) -> RemoteModel:
    meta = _dict(entry.get("meta"))
    context = entry.get("context_length") or entry.get("max_model_len") or meta.get("n_ctx") or meta.get("n_ctx_train")
    kind = entry.get("kind") if entry.get("kind") in ("chat", "embedding") else _kind_by_name(entry["id"])
    return RemoteModel(entry["id"], str(kind), _count(context), loaded=entry.get("loaded") is True)


def _kind_by_name(name: str) -> str:
    """A guess for servers that do not tell; wrong guesses only hide or offer a name."""
    return "embedding" if _EMBEDDING.search(name) else "other" if _OTHER.search(name) else "chat"


async def _ollama(asker: Asker, models: Iterable[RemoteModel]) -> tuple[RemoteModel, ...]:
    tags = {str(tag.get("name")): tag for tag in _dicts((await asker.fields("/api/tags")).get("models"))}
    running = {str(one.get("name")) for one in _dicts((await asker.fields("/api/ps")).get("models"))}
    found = []
    for number, model in enumerate(models):
        facts = await asker.fields("/api/show", {"model": model.id}) if number < MOST_SHOWN else {}
        able = facts.get("capabilities")
        lengths = [value for key, value in _dict(facts.get("model_info")).items() if key.endswith(".context_length")]
        elsewhere = tags.get(model.id, {}).get("remote_host") or facts.get("remote_host")
        found.append(
            RemoteModel(
                model.id,
                "embedding" if isinstance(able, list) and able == ["embedding"] else model.kind,
                _count(lengths[0]) if lengths else None,
                loaded=model.id in running,
                passed_on=bool(elsewhere) or model.id.endswith(("-cloud", ":cloud")),
                tools="tools" in able if isinstance(able, list) else None,
            )
        )
    return tuple(found)


def _lm_studio(body: dict[str, Any], models: Iterable[RemoteModel]) -> tuple[RemoteModel, ...]:
    types = {str(entry.get("id")): entry for entry in _dicts(body.get("data"))}
    kinds = {"llm": "chat", "vlm": "chat", "embeddings": "embedding"}
    return tuple(
        replace(
            model,
            kind=kinds.get(str(entry.get("type")), model.kind),
            context=_count(entry.get("loaded_context_length") or entry.get("max_context_length")),
            loaded=entry.get("state") == "loaded",
        )
        for model in models
        for entry in [types.get(model.id, {})]
    )


def _dict(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _dicts(value: Any) -> list[dict[str, Any]]:
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def _count(value: Any) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 < value < 2**31 else None


def _text(value: Any) -> str:
    return value[:60] if isinstance(value, str) and value.isprintable() else ""


def _version(body: dict[str, Any]) -> str:
    return _text(body.get("version"))
