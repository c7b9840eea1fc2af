"""HTTP routes of models: those that run, the catalogue, the hub, downloads, imports."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import asdict
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from localmind_app.features.accounts.service import Actor
from localmind_app.features.body import answer, read_object, switch, text
from localmind_app.features.services import services

from .downloads import DownloadService, Offer


def _service(request: Request) -> tuple[DownloadService, Actor]:
    return services().downloads, request.state.actor


def _offer(offer: Offer) -> dict[str, Any]:
    about = {**asdict(offer.entry), "runnable": offer.entry.runnable}
    return {**about, "state": offer.state, "download": offer.download, "fraction": offer.fraction}


async def catalogue(request: Request) -> Response:
    """GET /api/models/catalogue: what is on offer, and its state here."""
    downloads, actor = _service(request)
    return answer({"models": [_offer(offer) for offer in await downloads.catalogue(actor)]})


async def running(request: Request) -> Response:
    """GET /api/models/running: the loaded models and what they count."""
    items = await services().shelf.running(request.state.actor)
    return answer({"models": [asdict(item) for item in items]})


async def found(request: Request) -> Response:
    """GET /api/models/found: what other programs have on this machine."""
    downloads, actor = _service(request)
    models = await downloads.found(actor)
    return answer({"models": [{**asdict(model), "path": str(model.path)} for model in models]})


async def take_in(request: Request) -> Response:
    """POST /api/models/import {path, name?}: use a file or folder of this machine in place."""
    downloads, actor = _service(request)
    body = await read_object(request)
    made = await downloads.take_in(actor, text(body, "path"), text(body, "name", ""))
    return answer(asdict(made), 201)


async def hub(request: Request) -> Response:
    """GET /api/models/hub?search=… or ?repo=owner/name: repositories, or the models in one."""
    downloads, actor = _service(request)
    if repo := request.query_params.get("repo"):
        return answer({"choices": [asdict(choice) for choice in await downloads.choices(actor, repo)]})
    models = await downloads.search(actor, request.query_params.get("search", ""))
    return answer({"models": [asdict(model) for model in models]})


async def hub_switch(request: Request) -> Response:
    """GET and POST /api/models/hub/allowed {allowed}: whether LocalMind may ask the hub."""
    downloads, actor = _service(request)
    if request.method == "POST":
        await downloads.allow_hub(actor, switch(await read_object(request), "allowed"))
    return answer({"allowed": await downloads.hub_allowed(actor)})


async def egress(request: Request) -> Response:
    """GET /api/models/egress: the newest entries of the ledger."""
    downloads, actor = _service(request)
    return answer({"entries": [asdict(entry) for entry in await downloads.passages(actor)]})


async def list_or_start(request: Request) -> Response:
    """GET and POST /api/models/downloads {entry} or {repo, path}."""
    downloads, actor = _service(request)
    if request.method != "POST":
        return answer({"downloads": [asdict(one) for one in await downloads.downloads(actor)]})
    body = await read_object(request)
    if "entry" in body:
        return answer({"id": await downloads.start(actor, text(body, "entry"))}, 201)
    return answer({"id": await downloads.start_file(actor, text(body, "repo"), text(body, "path"))}, 201)


def _act(verb: str) -> Callable[[Request], Awaitable[Response]]:
    async def act(request: Request) -> Response:
        downloads, actor = _service(request)
        await getattr(downloads, verb)(actor, request.path_params["download"])
        return answer({})

    act.__doc__ = f"POST /api/models/downloads/{{download}}/…: {verb} one."
    return act


routes = [
    Route("/api/models/catalogue", catalogue),
    Route("/api/models/running", running),
    Route("/api/models/found", found),
    Route("/api/models/import", take_in, methods=["POST"]),
    Route("/api/models/hub", hub),
    Route("/api/models/hub/allowed", hub_switch, methods=["GET", "POST"]),
    Route("/api/models/egress", egress),
    Route("/api/models/downloads", list_or_start, methods=["GET", "POST"]),
    Route("/api/models/downloads/{download}/pause", _act("pause"), methods=["POST"]),
    Route("/api/models/downloads/{download}/continue", _act("resume"), methods=["POST"]),
    Route("/api/models/downloads/{download}/cancel", _act("cancel"), methods=["POST"]),
]
