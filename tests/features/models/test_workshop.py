"""The owner's workshop: real jobs on a real queue, done by a real worker's threads on the shipped model."""

from __future__ import annotations

import shutil
import threading
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import anyio
import pytest

from localmind_app.core import jobs
from localmind_app.core.errors import Conflict, Invalid, ModelMissing, NotAllowed, NotFound, TooLarge
from localmind_app.core.home import Home
from localmind_app.core.job_desk import JobDesk
from localmind_app.core.jobs import Queue
from localmind_app.core.long_jobs import JobState
from localmind_app.features.accounts.service import Actor
from localmind_app.features.models.measurements import Measurements
from localmind_app.features.models.workshop import Workshop
from tests.engine.workshop.hub_folder import HubFolder
from tests.features.conftest import RunningEngine
from tests.models_factory import write_random_llama, write_slow_llama

OWNER, GUEST = Actor("1", "owner", "owner"), Actor("2", "guest", "member")
STARTER = Path(__file__).parents[3] / "models" / "starter" / "starter.gguf"
PATIENCE = 60.0


@pytest.fixture(autouse=True)
def known(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jobs, "JOBS", {})


@pytest.fixture
async def workshop(home: Home) -> AsyncIterator[Workshop]:
    desk = JobDesk(home)
    yield Workshop(home, desk)
    await desk.close()


class Worker:
    """Does what waits in the queue, in a thread as the worker process has them."""

    def __init__(self, home: Home) -> None:
        self._queue = Queue(home)
        self._thread = threading.Thread(target=self._work)
        self._over = threading.Event()
        self._thread.start()

    def _work(self) -> None:
        while not self._over.is_set():
            task = self._queue.dequeue()
            if task is None:
                self._over.wait(0.02)
            else:
                self._queue.execute(task)

    def stop(self) -> None:
        self._over.set()
        self._thread.join()
        self._queue.close()


@pytest.fixture
def worker(home: Home, workshop: Workshop) -> Iterator[Worker]:
    running = Worker(home)
    yield running
    running.stop()


async def over(workshop: Workshop, job_id: str) -> JobState:
    with anyio.fail_after(PATIENCE):
        while True:
            (state,) = [state for state in await workshop.jobs(OWNER) if state.id == job_id]
            if state.state in ("done", "failed", "cancelled", "lost"):
                return state
            await anyio.sleep(0.02)


def names(home: Home) -> set[str]:
    return {path.name for path in home.models.iterdir()}


async def test_quantising_with_a_matrix_of_ones_own(home: Home, workshop: Workshop, worker: Worker) -> None:
    sizes = {preview.kind: preview for preview in await workshop.previews(OWNER, "starter", matrix=True)}
    made = await over(workshop, await workshop.imatrix(OWNER, "starter"))
    assert made.state == "done" and made.result["file"] == "starter.imatrix" and made.result["weights"] == 28
    assert await workshop.matrices(OWNER) == ["starter"]

    job = await workshop.quantise(OWNER, "starter", "iq3_xxs", matrix="starter")
    done = await over(workshop, job)
    assert done.state == "done" and done.fraction == 1.0 and done.result["file"] == "starter-IQ3_XXS.gguf"
    assert done.result["bytes"] == (home.models / "starter-IQ3_XXS.gguf").stat().st_size
    assert done.result["bytes"] == pytest.approx(sizes["IQ3_XXS"].bytes, rel=0.02)
    assert names(home) == {"starter.imatrix", "starter-IQ3_XXS.gguf"}
    with pytest.raises(Conflict, match=r"starter-IQ3_XXS\.gguf"):
        await workshop.quantise(OWNER, "starter", "IQ3_XXS", matrix="starter")


async def test_pruning_tells_what_it_costs(home: Home, workshop: Workshop, worker: Worker) -> None:
    text = "I am Starter, the small model that comes with LocalMind. " * 40
    done = await over(workshop, await workshop.prune(OWNER, "starter", [3], "shorter", text))
    assert done.state == "done" and names(home) == {"shorter.gguf"}
    assert done.result["perplexity_after"]["value"] > done.result["perplexity_before"]["value"]


async def test_a_failure_keeps_its_reason_and_no_file(home: Home, workshop: Workshop, worker: Worker) -> None:
    failed = await over(workshop, await workshop.prune(OWNER, "starter", [0, 1, 2, 3]))
    assert failed.state == "failed" and failed.error is not None
    assert "Choose layers from 0 to 3" in failed.error["error"]["message"]
    failed = await over(workshop, await workshop.quantise(OWNER, "starter", "IQ1_S"))
    assert failed.state == "failed" and failed.error is not None
    assert "importance matrix" in failed.error["error"]["message"]
    assert names(home) == set()


async def test_a_folder_becomes_a_model_that_is_in_the_catalogue(
    home: Home, workshop: Workshop, worker: Worker
) -> None:
    HubFolder.random("Qwen3ForCausalLM", head_dim=32).write(home.models / "Tiny-Qwen", "qwen")
    done = await over(workshop, await workshop.convert(OWNER, "Tiny-Qwen"))
    assert done.state == "done" and done.result["file"] == "Tiny-Qwen.gguf"
    measured = await over(workshop, await workshop.perplexity(OWNER, "Tiny-Qwen"))
    assert measured.result["perplexity"]["value"] > 100


async def test_a_benchmark_is_kept_for_predictions(home: Home, workshop: Workshop, worker: Worker) -> None:
    write_random_llama(home.models / "m.gguf")
    done = await over(workshop, await workshop.bench(OWNER, "m"))
    kept = Measurements(home).all()["m"]
    assert done.result["speed"]["decode"] == kept.decode > 0 and kept.predicted > 0 and kept.bytes > 1_000_000


async def test_cancelling_ends_the_work_and_leaves_nothing(home: Home, workshop: Workshop, worker: Worker) -> None:
    write_slow_llama(home.models / "slow.gguf", layers=24)
    job = await workshop.imatrix(OWNER, "slow")
    with anyio.fail_after(PATIENCE):
        while True:
            (state,) = await workshop.jobs(OWNER)
            if state.done > 0:  # it is reading the text
                break
            await anyio.sleep(0.02)
    await workshop.cancel(OWNER, job)
    assert (await over(workshop, job)).state == "cancelled"
    assert names(home) == {"slow.gguf"}
    with pytest.raises(Conflict):
        await workshop.cancel(OWNER, job)


async def test_two_models_are_compared_side_by_side(
    engine: RunningEngine, engine_home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copy(STARTER, engine_home.models / "twin.gguf")
    desk = JobDesk(engine_home)
    workshop, worker = Workshop(engine_home, desk), None
    try:
        worker = Worker(engine_home)
        job = await workshop.compare(OWNER, "starter", "twin", ["Who are you?", "What can you do?"])
        done = await over(workshop, job)
        assert done.state == "done", done.error
        first, second = done.result["models"]
        assert first["model"] == "starter" and second["model"] == "twin"
        assert first["answers"] == second["answers"] and "LocalMind" in str(first["answers"])
        assert first["perplexity"] == second["perplexity"] and first["speed"]["decode"] > 0
    finally:
        if worker is not None:
            worker.stop()
        await desk.close()
        (engine_home.models / "twin.gguf").unlink()


async def test_only_the_owner_may(workshop: Workshop) -> None:
    for call in (
        workshop.previews(GUEST, "starter"),
        workshop.matrices(GUEST),
        workshop.quantise(GUEST, "starter", "Q4_0"),
        workshop.imatrix(GUEST, "starter"),
        workshop.prune(GUEST, "starter", [1]),
        workshop.convert(GUEST, "x"),
        workshop.perplexity(GUEST, "starter"),
        workshop.bench(GUEST, "starter"),
        workshop.compare(GUEST, "starter", "starter"),
        workshop.jobs(GUEST),
        workshop.cancel(GUEST, "x"),
    ):
        with pytest.raises(NotAllowed):
            await call


async def test_what_cannot_work_is_refused_at_once(home: Home, workshop: Workshop) -> None:
    with pytest.raises(ModelMissing):
        await workshop.bench(OWNER, "nobody")
    with pytest.raises(Invalid, match="does not continue texts"):
        await workshop.bench(OWNER, "all-minilm-l6-v2")
    with pytest.raises(Invalid, match="no quantisation named"):
        await workshop.quantise(OWNER, "starter", "Q9")
    for name in ("../up", ".hidden", "a/b", "x" * 200):
        with pytest.raises(Invalid, match="file name"):
            await workshop.quantise(OWNER, "starter", "Q4_0", name)
    for matrix in ("none", "../starter"):
        with pytest.raises(NotFound):
            await workshop.quantise(OWNER, "starter", "Q4_0", matrix=matrix)
    for folder in ("none", "..", "", "/etc"):
        with pytest.raises(NotFound):
            await workshop.convert(OWNER, folder, "x")
    with pytest.raises(Invalid, match="at least one layer"):
        await workshop.prune(OWNER, "starter", [])
    with pytest.raises(TooLarge):
        await workshop.perplexity(OWNER, "starter", "a" * 2_000_000)
    with pytest.raises(TooLarge):
        await workshop.compare(OWNER, "starter", "starter", ["a"] * 9)
    with pytest.raises(NotFound):
        await workshop.cancel(OWNER, "none")
    assert await workshop.jobs(OWNER) == [] and names(home) == set()
