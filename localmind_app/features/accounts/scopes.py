"""What an API key may be used for. A key without a list of scopes may do everything."""

from __future__ import annotations

from collections.abc import Iterable

from localmind_app.core.errors import Invalid

SCOPES = {
    "chat": "chat completions, completions, responses, tokenize, detokenize",
    "embeddings": "embeddings, rerank",
    "models": "the list of models",
    "batches": "files and batches; the requests inside need their own scope too",
    "metrics": "health and metrics",
}
ALL = "all"


def read_scopes(names: Iterable[str]) -> list[str] | None:
    """The scopes as they are stored, sorted; None for all of them. Raises Invalid for a name that is none."""
    wanted = sorted(set(names))
    for name in wanted:
        if name not in SCOPES and name != ALL:
            raise Invalid(
                "There is no scope {scope}. The scopes are {known}.", scope=name, known=", ".join([*SCOPES, ALL])
            )
    return None if not wanted or ALL in wanted else wanted
