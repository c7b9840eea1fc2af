"""HTTP routes of files: bring them in one go or in pieces, list, read, delete."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from urllib.parse import unquote

from starlette.requests import ClientDisconnect, Request
from starlette.responses import FileResponse, Response
from starlette.routing import Route

from localmind_app.core.errors import Conflict, Invalid
from localmind_app.features.body import answer, read_object, text
from localmind_app.features.services import services

from .form import FormFile
from .headers import content_headers
from .limits import read_limits
from .service import MOST_LISTED, FileService
from .views import UploadView

_GONE = 499  # never read: the connection is closed
_SHA256 = re.compile(r"[0-9a-f]{64}")


def _asked(request: Request) -> tuple[FileService, str]:
    return services().files, request.state.actor.user_id


def _length(value: str | None) -> int | None:
    return int(value) if value is not None and value.isdecimal() else None


# Files


async def list_or_add(request: Request) -> Response:
    """GET /api/files?after=&limit=, and POST: a file as the body, its name in X-File-Name or ?name=; or a form."""
    files, user_id = _asked(request)
    if request.method != "POST":
        after, limit = request.query_params.get("after"), _length(request.query_params.get("limit"))
        listed = await files.files(user_id, after, limit or MOST_LISTED)
        limits, used = await files.limits(user_id)
        return answer({"files": [view.body() for view in listed], "used": used, "limits": limits.body()})
    try:
        name, chunks, size = await _incoming(request)
        return answer((await files.add_stream(user_id, name, chunks, size)).body(), 201)
    except ClientDisconnect:
        return Response(status_code=_GONE)


async def _incoming(request: Request) -> tuple[str, AsyncIterator[bytes], int | None]:
    """The name, the bytes and the announced size of the file in a request."""
    kind = request.headers.get("content-type", "")
    if kind.startswith("multipart/"):
        form = FormFile(kind, request.stream())
        return await form.name(), form.chunks(), None
    name = request.query_params.get("name") or unquote(request.headers.get("x-file-name", ""))
    return name, request.stream(), _length(request.headers.get("content-length"))


async def one(request: Request) -> Response:
    """GET and DELETE /api/files/{file}."""
    files, user_id = _asked(request)
    file_id = request.path_params["file"]
    if request.method == "DELETE":
        await files.delete(user_id, file_id)
        return answer({})
    return answer((await files.get(user_id, file_id)).body())


async def content(request: Request) -> Response:
    """GET /api/files/{file}/content, also in ranges."""
    files, user_id = _asked(request)
    view, path = await files.content(user_id, request.path_params["file"])
    headers = content_headers(view.name, view.media_type, download="download" in request.query_params)
    return FileResponse(path, headers=headers)


async def preview(request: Request) -> Response:
    """GET /api/files/{file}/preview?width=: a picture of its first page."""
    files, user_id = _asked(request)
    width = _length(request.query_params.get("width")) or 320
    path = await files.preview(user_id, request.path_params["file"], width)
    return FileResponse(path, headers=content_headers(path.name, "image/png"))


async def limits(request: Request) -> Response:
    """GET /api/files/limits, and PUT {largest?, quota?, types?, user?} for the owner."""
    files, user_id = _asked(request)
    if request.method == "PUT":
        told = await read_object(request)
        user_id = text(told, "user", user_id)
        told.pop("user", None)
        await files.set_limits(request.state.actor, user_id, read_limits(told))
    allowed, used = await files.limits(user_id)
    return answer({**allowed.body(), "used": used})


# Uploads in pieces


async def begin(request: Request) -> Response:
    """POST /api/files/uploads {name, size, sha256?}: 201 with its id."""
    files, user_id = _asked(request)
    told = await read_object(request)
    name, size, sha256 = text(told, "name", ""), told.get("size"), told.get("sha256")
    if not isinstance(size, int) or isinstance(size, bool):
        raise Invalid("{field} must be a whole number of bytes, 1 or more.", field="size")
    if sha256 is not None and not (isinstance(sha256, str) and _SHA256.fullmatch(sha256)):
        raise Invalid("sha256 must be 64 hexadecimal digits, in lower case.")
    return _upload(await files.uploads.begin(user_id, name, size, sha256), 201)


async def upload(request: Request) -> Response:
    """GET, HEAD, PATCH and DELETE /api/files/uploads/{upload}; PATCH names its place in the header Upload-Offset."""
    files, user_id = _asked(request)
    upload_id = request.path_params["upload"]
    if request.method == "DELETE":
        await files.uploads.cancel(user_id, upload_id)
        return answer({})
    if request.method != "PATCH":
        return _upload(await files.uploads.get(user_id, upload_id))
    offset = _length(request.headers.get("upload-offset"))
    if offset is None:
        raise Invalid("The header Upload-Offset must say how many bytes are there already.")
    try:
        return _upload(await files.uploads.append(user_id, upload_id, offset, _until_gone(request)))
    except Conflict as error:
        at = (await files.uploads.get(user_id, upload_id)).offset
        return answer(error.body(), error.status, **{"Upload-Offset": str(at)})


async def _until_gone(request: Request) -> AsyncIterator[bytes]:
    """The body; one that breaks off just ends, since what came is kept."""
    try:
        async for chunk in request.stream():
            yield chunk
    except ClientDisconnect:
        return


def _upload(view: UploadView, status: int = 200) -> Response:
    return answer(view.body(), status, **{"Upload-Offset": str(view.offset), "Upload-Length": str(view.size)})


routes = [
    Route("/api/files", list_or_add, methods=["GET", "POST"]),
    Route("/api/files/limits", limits, methods=["GET", "PUT"]),
    Route("/api/files/uploads", begin, methods=["POST"]),
    Route("/api/files/uploads/{upload}", upload, methods=["GET", "PATCH", "DELETE"]),
    Route("/api/files/{file}", one, methods=["GET", "DELETE"]),
    Route("/api/files/{file}/content", content),
    Route("/api/files/{file}/preview", preview),
]
