"""What the worker's thread does: takes documents in and follows folders."""

from __future__ import annotations

import asyncio

from localmind_app.core.database import Database
from localmind_app.core.home import Home
from localmind_app.engine.client import EngineClient
from localmind_app.features.files.service import FileService
from localmind_app.features.web_pages.service import WebPages

from ..embedder import Embedder
from ..following.watch import Watch
from ..mend import Mender
from ..parsing import run as parsing
from ..store import Index
from ..used_files import Contents
from ..vectors.client import VectorClient
from .pipeline import Pipeline
from .source import Sources


async def serve(home: Home, stopped: asyncio.Event) -> None:
    """Take documents in and follow folders until `stopped`; only one process of a data folder may do this."""
    database, engine, vectors = Database(home.database), EngineClient.local(home), VectorClient(home)
    index, mender, web = Index(database, vectors), Mender(home, database, vectors), WebPages(home, database)
    contents = Contents(home, database)
    pipeline = Pipeline(
        database, index, mender, Sources(home, web), lambda model: Embedder(engine, model), contents.free
    )
    watch = Watch(home, database, index, FileService(home, database))
    loops = [asyncio.create_task(pipeline.run()), asyncio.create_task(watch.run())]
    try:
        await stopped.wait()
    finally:
        for task in loops:
            task.cancel()
        await asyncio.gather(*loops, return_exceptions=True)
        await mender.close()
        await vectors.close()
        await engine.close()
        await parsing.close()
        database.close()
