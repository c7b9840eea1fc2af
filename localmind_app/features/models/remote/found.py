"""Engines that already run on this machine, at their usual ports. Asked only when somebody wants to know."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass

from localmind_app.core.errors import UserError
from localmind_app.engine.client import EngineClient

from .ask import Asker
from .models import LLAMA_SERVER, LM_STUDIO, OLLAMA, VLLM, listing

USUAL_PORTS: Mapping[int, str] = {11434: OLLAMA, 1234: LM_STUDIO, 8080: LLAMA_SERVER, 8000: VLLM}
_SECONDS = 2.0


@dataclass(frozen=True)
class Found:
    """A server at a port of this machine. `kind` is what it says it is, or with `wants_key` what it usually is."""

    base_url: str
    kind: str
    version: str
    models: tuple[str, ...]
    wants_key: bool


async def found(ports: Mapping[int, str] = USUAL_PORTS) -> list[Found]:
    """The servers that answer as an engine does; anything else at these ports is left out."""
    answers = await asyncio.gather(*(_at(port, usual) for port, usual in ports.items()))
    return [one for one in answers if one is not None]


async def _at(port: int, usual: str) -> Found | None:
    url = f"http://127.0.0.1:{port}"
    client = EngineClient.remote(url)
    asker = Asker(client, url)
    try:
        first = await asker.ask("/v1/models", seconds=_SECONDS)
        if first.status in (401, 403) and first.fields:  # a page that wants a password sends no JSON
            return Found(url, usual, "", (), wants_key=True)
        known = await listing(asker, seconds=_SECONDS)
    except UserError:
        return None
    finally:
        await client.close()
    return Found(url, known.kind, known.version, tuple(model.id for model in known.models), wants_key=False)
