"""The services of one process, opened together and found by everybody who needs them."""

from __future__ import annotations

from dataclasses import dataclass

from localmind_app.core.database import Database
from localmind_app.core.home import Home
from localmind_app.core.job_desk import JobDesk
from localmind_app.engine.client import EngineClient
from localmind_app.features.accounts.service import AccountsService
from localmind_app.features.batches.service import BatchService
from localmind_app.features.chat.generation import Generations
from localmind_app.features.chat.hub import Hub
from localmind_app.features.chat.service import ChatService
from localmind_app.features.models.downloads import DownloadService
from localmind_app.features.models.fits import Fits
from localmind_app.features.models.remote import RemoteService
from localmind_app.features.models.service import ModelService
from localmind_app.features.models.shelf import Shelf
from localmind_app.features.models.workshop import Workshop
from localmind_app.features.responses.service import ResponsesService


@dataclass(frozen=True)
class Services:
    """Everything the pages and routes call."""

    home: Home
    database: Database
    engine: EngineClient
    accounts: AccountsService
    models: ModelService
    downloads: DownloadService
    jobs: JobDesk
    fits: Fits
    shelf: Shelf
    workshop: Workshop
    remotes: RemoteService
    chats: ChatService
    generations: Generations
    responses: ResponsesService
    batches: BatchService

    async def close(self) -> None:
        """End answers with what they have, then close connections and the database."""
        await self.generations.close()
        await self.remotes.close()
        await self.engine.close()
        await self.downloads.close()
        await self.jobs.close()
        self.database.close()


_opened: Services | None = None


async def open_services(home: Home) -> Services:
    """Open the services of this process and repair what a crash left."""
    global _opened
    database = Database(home.database)
    engine = EngineClient.local(home)
    hub = Hub()
    remotes = RemoteService(database, home)
    generations = Generations(database, hub, engine, remotes)
    jobs = JobDesk(home)
    fits = Fits(home)
    _opened = Services(
        home=home,
        database=database,
        engine=engine,
        accounts=AccountsService(database),
        models=ModelService(engine, remotes),
        downloads=DownloadService(home, database, jobs),
        jobs=jobs,
        fits=fits,
        shelf=Shelf(home, database, engine, fits),
        workshop=Workshop(home, jobs),
        remotes=remotes,
        chats=ChatService(database, hub, generations),
        generations=generations,
        responses=ResponsesService(database, engine),
        batches=BatchService(home, database),
    )
    await generations.recover()
    return _opened


def services() -> Services:
    """The services of this process. Only valid after `open_services`."""
    assert _opened is not None, "open_services() has not run in this process"
    return _opened
