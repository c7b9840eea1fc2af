"""The workshop as its owner sees it: start work on model files, see how far it is, cancel it, read what came of it.

Only the owner of this LocalMind may: it takes the whole machine for minutes and writes into the models folder.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from localmind_app.core.errors import Conflict, Invalid, NotAllowed, NotFound, TooLarge
from localmind_app.core.home import Home
from localmind_app.core.job_desk import JobDesk
from localmind_app.core.jobs import register
from localmind_app.core.long_jobs import JobState
from localmind_app.engine.workshop import errand
from localmind_app.engine.workshop.types import TYPES, quant_type
from localmind_app.features.accounts.service import Actor

from .workshop_job import JOB, WORKSHOP
from .workshop_work import MATRIX_ENDING, folder_of, matrix_of, model_of, target_of

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,120}")
_LONGEST_TEXT = 1_000_000  # characters
_MOST_PROMPTS, _LONGEST_PROMPT = 8, 4_000


@dataclass(frozen=True)
class SizePreview:
    """What a model would weigh as `kind`, and whether that needs an importance matrix."""

    kind: str
    bits: float
    bytes: int
    needs_matrix: bool


class Workshop:
    """Work on the models of one data folder. Every call raises NotAllowed for anybody but the owner."""

    def __init__(self, home: Home, desk: JobDesk) -> None:
        self._home, self._desk = home, desk
        register(WORKSHOP)

    async def previews(self, actor: Actor, model: str, *, matrix: bool = False) -> list[SizePreview]:
        """The size of `model` in every type it can be written as, largest first; with a `matrix`, the sizes with one.

        Raises ModelMissing, ModelBroken, EngineError.
        """
        _only_owner(actor)
        path = (await asyncio.to_thread(model_of, self._home, model)).path
        request = {"model": str(path), "kinds": list(TYPES), "matrix": matrix}
        sizes = (await asyncio.to_thread(errand.run, "preview", request))["sizes"]
        found = [SizePreview(kind, TYPES[kind].bits, **sizes[kind]) for kind in TYPES if kind in sizes]
        return sorted(found, key=lambda preview: -preview.bytes)

    async def matrices(self, actor: Actor) -> list[str]:
        """The importance matrices there are, by name."""
        _only_owner(actor)
        return await asyncio.to_thread(self._matrices)

    def _matrices(self) -> list[str]:
        return sorted(
            path.stem for path in self._home.models.glob(f"*{MATRIX_ENDING}") if not path.name.startswith(".")
        )

    async def quantise(self, actor: Actor, model: str, kind: str, name: str = "", matrix: str | None = None) -> str:
        """Write `model` again as `kind` into NAME.gguf; the id of the job. Raises Invalid, Conflict."""
        kind = quant_type(kind).name
        name = name or f"{model}-{kind}"
        return await self._start(
            actor, {"work": "quantise", "model": model, "kind": kind, "name": name, "matrix": matrix}
        )

    async def imatrix(self, actor: Actor, model: str, name: str = "", text: str | None = None) -> str:
        """Compute an importance matrix on `text` or the built-in sample; the id of the job."""
        return await self._start(actor, {"work": "imatrix", "model": model, "name": name or model, "text": text})

    async def prune(
        self, actor: Actor, model: str, layers: Sequence[int], name: str = "", text: str | None = None
    ) -> str:
        """Write `model` without `layers` (from 0), and measure perplexity before and after; the id of the job."""
        if not layers or min(layers) < 0:
            raise Invalid("Choose at least one layer to take out, counted from 0.")
        name = name or f"{model}-pruned"
        return await self._start(
            actor, {"work": "prune", "model": model, "layers": list(layers), "name": name, "text": text}
        )

    async def convert(self, actor: Actor, folder: str, name: str = "") -> str:
        """Make a GGUF of a folder below the models folder; the id of the job. Raises NotFound."""
        return await self._start(actor, {"work": "convert", "folder": folder, "name": name or Path(folder).name})

    async def perplexity(self, actor: Actor, model: str, text: str | None = None) -> str:
        """Measure how surprised `model` is by `text` or the built-in sample; the id of the job."""
        return await self._start(actor, {"work": "perplexity", "model": model, "text": text})

    async def bench(self, actor: Actor, model: str) -> str:
        """Measure how fast `model` is here; the id of the job."""
        return await self._start(actor, {"work": "bench", "model": model})

    async def compare(
        self, actor: Actor, first: str, second: str, prompts: Sequence[str] = (), text: str | None = None
    ) -> str:
        """Speed, perplexity and answers of two models; the id of the job."""
        if len(prompts) > _MOST_PROMPTS or any(len(prompt) > _LONGEST_PROMPT for prompt in prompts):
            raise TooLarge(
                "At most {most} prompts of {longest} characters can be compared.",
                most=_MOST_PROMPTS,
                longest=_LONGEST_PROMPT,
            )
        work = {"work": "compare", "models": [first, second], "prompts": list(prompts), "text": text}
        return await self._start(actor, work)

    async def jobs(self, actor: Actor) -> list[JobState]:
        """All work of the last month with its results, newest first."""
        _only_owner(actor)
        return await self._desk.states([JOB])

    async def cancel(self, actor: Actor, job_id: str) -> None:
        """End a job and remove what it has half made. Raises NotFound, Conflict when it is over."""
        _only_owner(actor)
        found = await self._desk.find(job_id)
        if found is None or found.name != JOB:
            raise NotFound("There is no such work.")
        if not await self._desk.cancel(job_id):
            raise Conflict("This work is over already.")

    async def _start(self, actor: Actor, payload: dict[str, Any]) -> str:
        _only_owner(actor)
        await asyncio.to_thread(self._check, payload)
        return await self._desk.submit(JOB, payload)

    def _check(self, payload: dict[str, Any]) -> None:
        """Refuse at once what the job would refuse later."""
        if "name" in payload and not _NAME.fullmatch(payload["name"]):
            raise Invalid("A file name consists of letters, digits, dots, dashes and underscores.")
        if len(payload.get("text") or "") > _LONGEST_TEXT:
            raise TooLarge("The text has more than {most} characters.", most=_LONGEST_TEXT)
        for model in payload.get("models") or [payload[key] for key in ("model",) if key in payload]:
            model_of(self._home, model)
        if payload.get("matrix"):
            matrix_of(self._home, payload["matrix"])
        if "folder" in payload:
            folder_of(self._home, payload["folder"])
        target = target_of(self._home, payload)
        if target is not None and target.exists():
            raise Conflict("There is already a file named {file}. Choose another name.", file=target.name)


def _only_owner(actor: Actor) -> None:
    if actor.role != "owner":
        raise NotAllowed("Only the owner of this LocalMind can use the workshop.")
