"""View model of the workshop: what can be chosen, and the work with its results."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import reflex as rx

from localmind_app.core.errors import EngineError, Invalid, UserError
from localmind_app.core.long_jobs import JobState
from localmind_app.features.accounts.acting import acting
from localmind_app.features.models.service import is_broken, ordered
from localmind_app.features.models.workshop import SizePreview
from localmind_app.features.notice import failed, tell
from localmind_app.features.services import services

from .progress import LIVE, percent, sentence

_PERPLEXITIES = {
    "perplexity": "Perplexity",
    "perplexity_before": "Perplexity before",
    "perplexity_after": "Perplexity after",
}
MOST_SHOWN = 20  # jobs; older ones stay in the data folder


@dataclass
class Fact:
    """A figure of a result: what it is (a name that the page translates), of which model, and its unit."""

    name: str
    of: str
    value: float
    unit: str  # bytes, speed or number


@dataclass
class AnswerRow:
    """What one model said to a prompt of a comparison."""

    model: str
    prompt: str
    text: str


@dataclass
class WorkRow:
    """A job of the workshop. `percent` is -1 where the end is not known."""

    id: str
    work: str
    of: str
    state: str
    percent: float
    text: str
    params: dict[str, Any]
    error: str
    error_params: dict[str, Any]
    facts: list[Fact] = field(default_factory=list)
    answers: list[AnswerRow] = field(default_factory=list)


class WorkshopState(rx.State):
    """The workshop. `sizes` are of the model `previewed`."""

    loaded: bool = False
    models: list[list[str]] = []
    matrices: list[list[str]] = []
    previewed: str = ""
    reckoning: bool = False
    sizes: list[SizePreview] = []
    jobs: list[WorkRow] = []
    error: str = ""
    error_params: dict[str, Any] = {}

    @rx.var
    def working(self) -> bool:
        """Whether a job goes on."""
        return any(job.state in LIVE for job in self.jobs)

    @rx.event
    async def load(self) -> Any:
        """Fill the tab."""
        try:
            await self._read_models()
            await self._read_jobs()
        except UserError as error:
            await tell(self, failed(error))
        self.loaded, self.error = True, ""
        ids = [model[0] for model in self.models]
        if self.previewed not in ids:
            self.previewed, self.sizes = ids[0] if ids else "", []
        # Reflex ends what the last address began when the next one is opened, so the sizes may never have come.
        return WorkshopState.preview(self.previewed) if ids and not self.sizes else None

    async def _read_models(self) -> None:
        try:
            known = ordered(await services().engine.models())
        except EngineError:  # its files are here all the same, but nobody says which
            known = []
        self.models = [[model.id, model.label] for model in known if not is_broken(model)]
        self.matrices = [[name, name] for name in await services().workshop.matrices(acting())]

    async def _read_jobs(self) -> None:
        rows = [_row(job) for job in (await services().workshop.jobs(acting()))[:MOST_SHOWN]]
        if rows != self.jobs:
            self.jobs = rows

    @rx.event
    async def refresh(self) -> None:
        """Look how far the work is."""
        before = self.working
        await self._read_jobs()
        if before and not self.working:
            await self._read_models()

    @rx.event(background=True)
    async def preview(self, model: str) -> None:
        """Reckon what a model would weigh in every type."""
        async with self:
            self.previewed, self.reckoning, self.sizes = model, True, []
            matrix = bool(self.matrices)
        found: list[SizePreview] = []
        problem: UserError | None = None
        try:
            found = await services().workshop.previews(acting(), model, matrix=matrix)
        except UserError as error:
            problem = error
        async with self:
            if self.previewed != model:  # another one was chosen meanwhile
                return
            self.reckoning = False
            self.sizes = [one for one in found if matrix or not one.needs_matrix]
            if problem is not None:
                await tell(self, failed(problem))

    @rx.event
    async def quantise(self, form: dict[str, Any]) -> None:
        """Write a model again with other bits."""
        given = _texts(form)
        shop = services().workshop
        await self._start(
            shop.quantise(acting(), given["model"], given["kind"], given["name"], given["matrix"] or None)
        )

    @rx.event
    async def prune(self, form: dict[str, Any]) -> None:
        """Take layers out of a model."""
        given = _texts(form)
        try:
            layers = _layers(given["layers"])
        except Invalid as error:
            self.error, self.error_params = error.message, dict(error.params)
            return
        await self._start(services().workshop.prune(acting(), given["model"], layers, given["name"]))

    @rx.event
    async def convert(self, form: dict[str, Any]) -> None:
        """Make a GGUF file of a folder."""
        given = _texts(form)
        await self._start(services().workshop.convert(acting(), given["folder"], given["name"]))

    @rx.event
    async def imatrix(self, form: dict[str, Any]) -> None:
        """Compute an importance matrix."""
        given = _texts(form)
        await self._start(services().workshop.imatrix(acting(), given["model"], given["name"]))

    @rx.event
    async def perplexity(self, form: dict[str, Any]) -> None:
        """Measure how surprised a model is."""
        given = _texts(form)
        await self._start(services().workshop.perplexity(acting(), given["model"], given["text"] or None))

    @rx.event
    async def bench(self, form: dict[str, Any]) -> None:
        """Measure how fast a model is."""
        await self._start(services().workshop.bench(acting(), _texts(form)["model"]))

    @rx.event
    async def compare(self, form: dict[str, Any]) -> None:
        """Compare two models."""
        given = _texts(form)
        prompts = [line.strip() for line in given["prompts"].splitlines() if line.strip()]
        await self._start(services().workshop.compare(acting(), given["first"], given["second"], prompts))

    async def _start(self, work: Any) -> None:
        try:
            await work
            self.error = ""
        except UserError as error:
            self.error, self.error_params = error.message, dict(error.params)
        await self._read_jobs()

    @rx.event
    async def cancel(self, job: str) -> None:
        """End a job."""
        try:
            await services().workshop.cancel(acting(), job)
        except UserError as error:
            await tell(self, failed(error))
        await self._read_jobs()


class _Given(dict[str, str]):
    def __missing__(self, key: str) -> str:
        return ""


def _texts(form: Mapping[str, Any]) -> _Given:
    """The fields of a form; what it lacks is empty."""
    return _Given({name: str(value or "").strip() for name, value in form.items()})


def _layers(text: str) -> list[int]:
    """Layers such as "4, 7-9". Raises Invalid."""
    found: set[int] = set()
    for part in filter(None, re.split(r"[,\s]+", text)):
        match = re.fullmatch(r"(\d{1,4})(?:-(\d{1,4}))?", part)
        if match is None:
            raise Invalid("{text} names no layer. Write numbers from 0 on, such as 4, 7-9.", text=part[:40])
        found.update(range(int(match[1]), int(match[2] or match[1]) + 1))
    return sorted(found)


def _row(job: JobState) -> WorkRow:
    payload = job.payload
    of = " · ".join(payload.get("models") or [payload.get("model") or payload.get("folder") or ""])
    error, params = sentence(job.error)
    return WorkRow(
        job.id,
        str(payload.get("work", "")),
        f"{of} → {payload['kind']}" if payload.get("kind") else of,
        job.state,
        percent(job.done, job.total),
        job.text,
        job.params,
        error,
        params,
        list(_facts(job.result)),
        [
            AnswerRow(entry["model"], answer["prompt"], answer["text"])
            for entry in job.result.get("models", [])
            for answer in entry["answers"]
        ],
    )


def _facts(result: Mapping[str, Any], of: str = "") -> Iterator[Fact]:
    """The figures of a result, in the order in which they are read."""
    for entry in result.get("models", []):
        yield from _facts({"speed": entry["speed"], "perplexity": entry["perplexity"]}, entry["model"])
    if "before" in result:
        yield Fact("Size before", of, result["before"], "bytes")
    if "bytes" in result:
        yield Fact("Size", of, result["bytes"], "bytes")
    if speed := result.get("speed"):
        yield Fact("Writing", of, speed["decode"], "speed")
        yield Fact("Reading", of, speed["prompt"], "speed")
        yield Fact("Memory", of, speed["bytes"], "bytes")
    names = {
        "perplexity": "Perplexity",
        "perplexity_before": "Perplexity before",
        "perplexity_after": "Perplexity after",
    }
    for key, name in names.items():
        if measured := result.get(key):
            yield Fact(name, of, measured["value"], "number")
