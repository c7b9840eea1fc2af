"""What the pages say of models and this machine: real files, the real catalogue, made-up speeds of the memory."""

from __future__ import annotations

from dataclasses import replace

import pytest

from localmind_app.core.home import Home
from localmind_app.features.accounts.service import Actor
from localmind_app.features.models import catalogue, hardware
from localmind_app.features.models.fit import COMFORTABLE
from localmind_app.features.models.fits import Fits
from localmind_app.features.models.hardware import Hardware
from localmind_app.features.models.measurements import Measurements
from tests.models_factory import write_random_llama, write_reranker

pytestmark = pytest.mark.anyio
GUEST = Actor("somebody", "guest", "member")
GB = 10**9


@pytest.fixture
def fits(home: Home, monkeypatch: pytest.MonkeyPatch) -> Fits:
    """Two models that are here, one that is none, and 16 GB of memory that reads 40 GB a second."""
    write_random_llama(home.models / "small.gguf", context=1024)
    write_random_llama(home.models / "large.gguf", context=1024, dim=512)
    write_reranker(home.models / "sorter.gguf")
    (home.models / "broken.gguf").write_bytes(b"GGUF" + bytes(50))
    real = hardware.read(home)
    machine = replace(real, memory=16 * GB, available=16 * GB, gpus=(), bandwidth=40.0 * GB)

    def read(_: Home) -> Hardware:
        return machine

    monkeypatch.setattr(hardware, "read", read)
    return Fits(home)


async def test_what_is_here_and_talks_has_a_fit(fits: Fits) -> None:
    found = await fits.installed(GUEST)
    assert {"small", "large", "starter"} <= set(found) and not {"sorter", "broken"} & set(found)
    assert found["small"].verdict == "cpu" and found["small"].free == 16 * GB
    assert found["small"].speed > found["large"].speed > 0


async def test_what_was_measured_wins_over_what_was_foretold(fits: Fits, home: Home) -> None:
    before = await fits.installed(GUEST)
    foretold = before["small"].speed
    Measurements(home).add("small", predicted=foretold, decode=foretold / 2, prompt=456.0, size=10**6)
    after = await fits.installed(GUEST)
    assert (before["small"].measured, after["small"].measured) == (False, True)
    assert after["small"].speed == foretold / 2
    assert after["large"].speed == pytest.approx(before["large"].speed / 2), "it corrects what is foretold of others"


async def test_the_recommendation_is_on_offer_and_comfortable(fits: Fits) -> None:
    offered, best = await fits.on_offer(GUEST), await fits.recommendation(GUEST)
    chats = {entry.id for entry in catalogue.entries() if entry.task in ("chat", "small chat") and entry.runnable}
    assert set(offered) == chats
    assert best is not None and best.fit == offered[best.id]
    assert best.fit.verdict == "cpu" and best.fit.speed >= COMFORTABLE


async def test_a_slow_machine_is_recommended_less_or_nothing(fits: Fits, home: Home) -> None:
    best = await fits.recommendation(GUEST)
    assert best is not None
    Measurements(home).add("small", predicted=100.0, decode=40.0, prompt=1.0, size=1)
    slower = await fits.recommendation(GUEST)
    assert slower is None or slower.fit.total < best.fit.total
    Measurements(home).add("small", predicted=100.0, decode=0.1, prompt=1.0, size=1)
    assert await fits.recommendation(GUEST) is None
