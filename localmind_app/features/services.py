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
from localmind_app.features.chat.grounding import Grounding
from localmind_app.features.chat.hub import Hub
from localmind_app.features.chat.service import ChatService
from localmind_app.features.chat.web_sources import WebSources
from localmind_app.features.files.service import FileService
from localmind_app.features.knowledge.answering.copies import Copies
from localmind_app.features.knowledge.answering.pictures import Pictures
from localmind_app.features.knowledge.answering.service import AnsweringService
from localmind_app.features.knowledge.answering.sources import SourceService
from localmind_app.features.knowledge.parsing import run as parsing
from localmind_app.features.knowledge.search import Search
from localmind_app.features.knowledge.service import KnowledgeService
from localmind_app.features.knowledge.store import Index
from localmind_app.features.memory.service import MemoryService
from localmind_app.features.models.downloads import DownloadService
from localmind_app.features.models.fits import Fits
from localmind_app.features.models.remote.service import RemoteService
from localmind_app.features.models.service import ModelService
from localmind_app.features.models.shelf import Shelf
from localmind_app.features.models.workshop import Workshop
from localmind_app.features.responses.service import ResponsesService
from localmind_app.features.web_pages.service import WebPages


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
    search: Search
    index: Index
    knowledge: KnowledgeService
    answering: AnsweringService
    sources: SourceService
    batches: BatchService
    files: FileService
    memories: MemoryService
    web_pages: WebPages

    async def close(self) -> None:
        """End answers with what they have, then close connections and the database."""
        await self.generations.close()
        await self.remotes.close()
        await self.search.close()
        await self.engine.close()
        await self.downloads.close()
        await self.jobs.close()
        await self.web_pages.close()
        await parsing.close()
        self.database.close()


_opened: Services | None = None


async def open_services(home: Home) -> Services:
    """Open the services of this process and repair what a crash left."""
    global _opened
    database = Database(home.database)
    engine = EngineClient.local(home)
    hub = Hub()
    remotes = RemoteService(database, home)
    memories = MemoryService(database, engine)
    search = Search(home, database, engine)
    index = Index(database, search.vectors)
    files = FileService(home, database, parsing.page_image)
    web_pages = WebPages(home, database)
    knowledge = KnowledgeService(home, database, index, files, web_pages)
    pictures, copies = Pictures(home.pages, parsing.page_image), Copies(home.copies)
    answering = AnsweringService(database, engine, search)
    grounding = Grounding(database, answering, knowledge.attach, WebSources(database, knowledge, web_pages))
    generations = Generations(database, hub, engine, remotes, memories.remind, grounding)
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
        chats=ChatService(database, hub, generations, memories.notice),
        generations=generations,
        responses=ResponsesService(database, engine),
        search=search,
        index=index,
        knowledge=knowledge,
        answering=answering,
        sources=SourceService(database, files, pictures, copies),
        batches=BatchService(home, database),
        files=files,
        memories=memories,
        web_pages=web_pages,
    )
    await generations.recover()
    return _opened


def services() -> Services:
    """The services of this process. Only valid after `open_services`."""
    assert _opened is not None, "open_services() has not run in this process"
    return _opened
