"""HTTP routes of knowledge: collections, their documents, a chat's files, followed folders, search."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from dataclasses import asdict
from typing import Any

from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.routing import Route

from localmind_app.core.errors import Invalid
from localmind_app.features.body import answer, number, optional, read_object, text
from localmind_app.features.files.headers import content_headers
from localmind_app.features.services import services

from . import finding
from .documents import MOST_LISTED, Incoming, Wanted
from .found import Found
from .parsing.document import Remark
from .service import KnowledgeService
from .views import CollectionView

LONGEST_BODY = 2 << 20  # bytes: the ids and names of a few thousand files
MOST_HITS = 50


def _asked(request: Request) -> tuple[KnowledgeService, str]:
    return services().knowledge, request.state.actor.user_id


# Collections


async def list_or_create(request: Request) -> Response:
    """GET /api/knowledge/collections, and POST {name, description?}: 201 with the new one."""
    knowledge, user_id = _asked(request)
    if request.method != "POST":
        return answer({"collections": [one.body() for one in await knowledge.collections(user_id)]})
    body = await read_object(request, LONGEST_BODY)
    made = await knowledge.create(user_id, text(body, "name"), optional(body, "description") or "")
    return answer(made.body(), 201)


async def one_collection(request: Request) -> Response:
    """GET, PATCH {name?, description?} and DELETE /api/knowledge/collections/{collection}."""
    knowledge, user_id = _asked(request)
    collection = request.path_params["collection"]
    if request.method == "DELETE":
        await knowledge.delete(user_id, collection)
        return answer({})
    if request.method == "PATCH":
        body = await read_object(request, LONGEST_BODY)
        changed = await knowledge.change(user_id, collection, optional(body, "name"), optional(body, "description"))
        return answer(changed.body())
    return answer((await knowledge.collection(user_id, collection)).body())


Act = Callable[[str, str], Coroutine[Any, Any, CollectionView]]


async def _act(request: Request, act: Act) -> Response:
    return answer((await act(request.state.actor.user_id, request.path_params["collection"])).body())


async def restore(request: Request) -> Response:
    """POST: undo the deletion of a collection."""
    return await _act(request, services().knowledge.restore)


async def pause(request: Request) -> Response:
    """POST: read nothing for this collection until it is resumed."""
    return await _act(request, services().knowledge.pause)


async def resume(request: Request) -> Response:
    """POST: go on."""
    return await _act(request, services().knowledge.resume)


async def cancel_all(request: Request) -> Response:
    """POST: cancel everything that is not ready."""
    return await _act(request, services().knowledge.cancel_all)


async def retry_all(request: Request) -> Response:
    """POST: read everything again that failed."""
    return await _act(request, services().knowledge.retry_all)


async def folder(request: Request) -> Response:
    """PUT {path} and DELETE /api/knowledge/collections/{collection}/folder: follow a folder, or no longer."""
    knowledge, collection = services().knowledge, request.path_params["collection"]
    if request.method == "DELETE":
        await knowledge.unfollow(request.state.actor, collection)
        return answer({})
    followed = await knowledge.follow(request.state.actor, collection, text(await read_object(request), "path"))
    return answer(asdict(followed))


async def of_chat(request: Request) -> Response:
    """GET /api/knowledge/chats/{chat}: the collection of the chat's files."""
    knowledge, user_id = _asked(request)
    return answer((await knowledge.of_chat(user_id, request.path_params["chat"])).body())


# Documents


async def list_or_add(request: Request) -> Response:
    """GET ?state=&name=&file=&since=&after=&limit=, and POST {files}, {url} or {sitemap, limit?}: documents."""
    knowledge, user_id = _asked(request)
    collection = request.path_params["collection"]
    if request.method != "POST":
        return answer((await knowledge.listed(user_id, collection, _wanted(request))).body())
    body = await read_object(request, LONGEST_BODY)
    if "url" in body:
        added = [await knowledge.add_page(user_id, collection, text(body, "url"))]
    elif "sitemap" in body:
        limit = number(body.get("limit"), "limit", 500)
        added = await knowledge.add_sitemap(request.state.actor, collection, text(body, "sitemap"), limit)
    else:
        added = await knowledge.add_files(user_id, collection, _incoming(body))
    return answer({"documents": [one.body() for one in added]}, 201)


def _wanted(request: Request) -> Wanted:
    told = request.query_params
    return Wanted(
        after=told.get("after"),
        limit=number(told.get("limit"), "limit", min(100, MOST_LISTED)),
        states=tuple(one for one in told.get("state", "").split(",") if one),
        name=told.get("name", ""),
        since=number(told["since"], "since", 1) if told.get("since", "0") != "0" else 0,
        files=tuple(told.getlist("file")),
    )


def _incoming(body: dict[str, Any]) -> list[Incoming]:
    """Ids of files, or objects {id, name} where the name is a path in a folder that was dropped."""
    told = body.get("files")
    if not isinstance(told, list) or not told:
        raise Invalid("Name what is to be added: files, url or sitemap.")
    found: list[Incoming] = []
    for one in told:
        if isinstance(one, str):
            found.append(Incoming(one))
        elif isinstance(one, dict):
            found.append(Incoming(text(one, "id"), optional(one, "name") or ""))
        else:
            raise Invalid("{field} must be a text.", field="files")
    return found


async def one_document(request: Request) -> Response:
    """GET and DELETE /api/knowledge/documents/{document}."""
    knowledge, user_id = _asked(request)
    document = request.path_params["document"]
    if request.method == "DELETE":
        await knowledge.remove(user_id, document)
        return answer({})
    return answer((await knowledge.document(user_id, document)).body())


async def bring_back(request: Request) -> Response:
    """POST: undo the removal of a document."""
    knowledge, user_id = _asked(request)
    return answer((await knowledge.bring_back(user_id, request.path_params["document"])).body())


async def retry(request: Request) -> Response:
    """POST: read a document again."""
    knowledge, user_id = _asked(request)
    return answer((await knowledge.retry(user_id, request.path_params["document"])).body())


async def cancel(request: Request) -> Response:
    """POST: let a document be as it is."""
    knowledge, user_id = _asked(request)
    return answer((await knowledge.cancel(user_id, request.path_params["document"])).body())


async def content(request: Request) -> Response:
    """GET: the file a document was made of, to keep, under the document's own name."""
    knowledge, user_id = _asked(request)
    view, path = await knowledge.content(user_id, request.path_params["document"])
    return FileResponse(path, headers=content_headers(view.name, view.media_type, download=True))


# Search


async def search(request: Request) -> Response:
    """POST /api/knowledge/search {query, collections?, limit?}: passages; in all collections where none is named."""
    knowledge, user_id = _asked(request)
    body = await read_object(request)
    query, limit = text(body, "query"), min(number(body.get("limit"), "limit", 8), MOST_HITS)
    ids = body.get("collections")
    if ids is None:
        ids = [one.id for one in await knowledge.collections(user_id)]
    if not isinstance(ids, list) or not all(isinstance(one, str) for one in ids):
        raise Invalid("{field} must be a list of ids.", field="collections")
    here = services()
    made = await finding.find(here.database, here.search, user_id, query, ids, limit)
    judged = {"relevance": round(made.near, 3), "floor": finding.FLOOR, "absent": made.absent}
    return answer({**found_body(made.found), **judged})


def found_body(found: Found) -> dict[str, Any]:
    """The JSON form of what a search found; sentences as English text, template and fields."""
    body = asdict(found)
    body["notes"] = [_remark(one) for one in found.notes]
    body["left_out"] = [{**asdict(one), "reason": _remark(one.reason)} for one in found.left_out]
    return body


def _remark(one: Remark) -> dict[str, Any]:
    return {"message": one.text, "template": one.message, "params": dict(one.params)}


_COLLECTION = "/api/knowledge/collections/{collection}"
_DOCUMENT = "/api/knowledge/documents/{document}"

routes = [
    Route("/api/knowledge/collections", list_or_create, methods=["GET", "POST"]),
    Route(_COLLECTION, one_collection, methods=["GET", "PATCH", "DELETE"]),
    Route(f"{_COLLECTION}/restore", restore, methods=["POST"]),
    Route(f"{_COLLECTION}/pause", pause, methods=["POST"]),
    Route(f"{_COLLECTION}/resume", resume, methods=["POST"]),
    Route(f"{_COLLECTION}/cancel", cancel_all, methods=["POST"]),
    Route(f"{_COLLECTION}/retry", retry_all, methods=["POST"]),
    Route(f"{_COLLECTION}/folder", folder, methods=["PUT", "DELETE"]),
    Route(f"{_COLLECTION}/documents", list_or_add, methods=["GET", "POST"]),
    Route("/api/knowledge/chats/{chat}", of_chat),
    Route(_DOCUMENT, one_document, methods=["GET", "DELETE"]),
    Route(f"{_DOCUMENT}/restore", bring_back, methods=["POST"]),
    Route(f"{_DOCUMENT}/retry", retry, methods=["POST"]),
    Route(f"{_DOCUMENT}/cancel", cancel, methods=["POST"]),
    Route(f"{_DOCUMENT}/content", content),
    Route("/api/knowledge/search", search, methods=["POST"]),
]
