"""Which models suit this machine, for the pages: those that are here, those on offer, and the one to begin with."""

from __future__ import annotations

import asyncio

from localmind_app.core.home import Home
from localmind_app.engine.catalog import Catalog
from localmind_app.features.accounts.service import Actor

from . import candidates, catalogue, fit, hardware
from .fit import Fit, Recommendation
from .hardware import Hardware
from .measurements import Measurements


class Fits:
    """Answers for one data folder; every signed-in person may ask. The first call measures the memory's speed."""

    def __init__(self, home: Home) -> None:
        self._home = home

    async def machine(self, actor: Actor) -> Hardware:
        """What this machine has."""
        del actor
        return await asyncio.to_thread(hardware.read, self._home)

    async def installed(self, actor: Actor) -> dict[str, Fit]:
        """Every language model that is here and whole, by id; measured speeds where there are any."""
        del actor
        return await asyncio.to_thread(self._installed)

    def _installed(self) -> dict[str, Fit]:
        machine, kept = hardware.read(self._home), Measurements(self._home)
        known, correction = kept.all(), kept.correction()
        models = [model for model in Catalog(self._home).models() if model.kind == "chat" and not model.problem]
        return {
            model.id: fit.fit(
                model,
                machine,
                active=fit.active_share(model.path),
                correction=correction,
                known=known.get(model.id),
            )
            for model in models
        }

    async def on_offer(self, actor: Actor) -> dict[str, Fit]:
        """Every chat model of the catalogue, by the entry's id; predicted."""
        del actor
        return await asyncio.to_thread(self._on_offer)

    def _on_offer(self) -> dict[str, Fit]:
        machine, correction = hardware.read(self._home), Measurements(self._home).correction()
        return {
            offer.id: fit.fit(fit.as_model(offer), machine, active=fit.active_of(offer), correction=correction)
            for offer in candidates.offers(catalogue.entries())
        }

    async def recommendation(self, actor: Actor) -> Recommendation | None:
        """The model of the catalogue to begin with; None where none is comfortable on this machine."""
        del actor
        return await asyncio.to_thread(self._recommendation)

    def _recommendation(self) -> Recommendation | None:
        machine, correction = hardware.read(self._home), Measurements(self._home).correction()
        return fit.recommend(candidates.offers(catalogue.entries()), machine, correction)
