"""How the models of remote engines are called, so that no name of theirs is taken for one of the local engine."""

from __future__ import annotations

from localmind_app.core.errors import Invalid

_PREFIX = "remote:"


def model_id(engine_id: str, name: str) -> str:
    """How a model of a remote engine is called in chats and in the API: remote:ENGINE/MODEL."""
    return f"{_PREFIX}{engine_id}/{name}"


def is_remote(model: object) -> bool:
    """Whether this is such a name."""
    return isinstance(model, str) and model.startswith(_PREFIX)


def parted(model: str) -> tuple[str, str] | None:
    """Engine and model of such a name; None for a model of the local engine."""
    engine, slash, name = model.removeprefix(_PREFIX).partition("/")
    return (engine, name) if is_remote(model) and slash else None


def same_model(one: str, other: str) -> bool:
    """Whether two servers' names are of one model: as Ollama writes them, with or without :latest."""
    return one.lower().removesuffix(":latest") == other.lower().removesuffix(":latest")


def local_only(model: object) -> None:
    """Raises Invalid for a model of a remote engine, where only the local engine can do what is asked."""
    if is_remote(model):
        raise Invalid(
            "The model {model} belongs to a remote engine. Those answer chat completions and completions only.",
            model=str(model)[:200],
        )
