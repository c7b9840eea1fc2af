"""HTTP handlers of files and batches; `web.openai.routes` gives them their addresses, scopes and limits."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, Response

from localmind_app.core.errors import Invalid, NotAllowed, NotFound
from localmind_app.features.responses.wanted import read_metadata
from localmind_app.features.services import services

from .service import ENDPOINTS

_PAGE, _LONGEST_PAGE = 20, 100


def page(items: Sequence[dict[str, Any]], more: bool = False) -> JSONResponse:
    """OpenAI's form of a list."""
    ids = [item["id"] for item in items]
    ends = {"first_id": ids[0] if ids else None, "last_id": ids[-1] if ids else None}
    return JSONResponse({"object": "list", "data": list(items), **ends, "has_more": more})


async def add_file(request: Request) -> Response:
    """POST /v1/files: a form with `file` and `purpose`."""
    try:
        async with request.form(max_files=1, max_fields=10) as form:
            file, purpose = form.get("file"), form.get("purpose")
            if not isinstance(file, UploadFile) or not isinstance(purpose, str):
                raise Invalid("The form needs a file and a purpose.")
            row = await services().batches.files.add(request.state.actor, file.filename or "", purpose, file.file)
    except HTTPException as error:
        raise Invalid("The form cannot be read: {detail}", detail=error.detail) from None
    return JSONResponse(row.body())


async def list_files(request: Request) -> Response:
    """GET /v1/files."""
    return page([row.body() for row in await services().batches.files.files(request.state.actor)])


async def get_file(request: Request) -> Response:
    """GET /v1/files/{file}."""
    row = await services().batches.files.get(request.state.actor, request.path_params["file"])
    return JSONResponse(row.body())


async def file_content(request: Request) -> Response:
    """GET /v1/files/{file}/content."""
    files = services().batches.files
    row = await files.get(request.state.actor, request.path_params["file"])
    path = files.path(row.id)
    if not path.exists():
        raise NotFound("There is no file {file}.", file=row.id)
    return FileResponse(path, media_type="application/jsonl")


async def delete_file(request: Request) -> Response:
    """DELETE /v1/files/{file}."""
    name = request.path_params["file"]
    await services().batches.files.delete(request.state.actor, name)
    return JSONResponse({"id": name, "object": "file", "deleted": True})


async def create_batch(request: Request) -> Response:
    """POST /v1/batches."""
    body = request.state.body
    endpoint, key = body.get("endpoint"), request.state.key
    scope = ENDPOINTS.get(endpoint) if isinstance(endpoint, str) else None
    if scope and key.scopes is not None and scope not in key.scopes:
        raise NotAllowed("This key may not be used here; it lacks the scope {scope}.", scope=scope)
    row = await services().batches.create(
        request.state.actor,
        endpoint,
        body.get("input_file_id"),
        body.get("completion_window"),
        read_metadata(body.get("metadata")),
    )
    return JSONResponse(row.body())


async def list_batches(request: Request) -> Response:
    """GET /v1/batches?after=&limit=."""
    limit = request.query_params.get("limit", str(_PAGE))
    if not limit.isdecimal() or not 1 <= int(limit) <= _LONGEST_PAGE:
        raise Invalid("limit must be a whole number from 1 to {most}.", most=_LONGEST_PAGE)
    after = request.query_params.get("after")
    rows, more = await services().batches.batches(request.state.actor, after, int(limit))
    return page([row.body() for row in rows], more)


async def get_batch(request: Request) -> Response:
    """GET /v1/batches/{batch}."""
    row = await services().batches.get(request.state.actor, request.path_params["batch"])
    return JSONResponse(row.body())


async def cancel_batch(request: Request) -> Response:
    """POST /v1/batches/{batch}/cancel."""
    row = await services().batches.cancel(request.state.actor, request.path_params["batch"])
    return JSONResponse(row.body())
