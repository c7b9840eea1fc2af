"""HTTP routes of the memory: see, search, add, change, forget, bring back, export, and its switch."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from localmind_app.core.errors import Invalid
from localmind_app.features.body import answer, read_object, switch, text
from localmind_app.features.services import services


async def memories(request: Request) -> Response:
    """GET /api/memories?search=, POST /api/memories {text}: what is known of the acting user; one more."""
    actor = request.state.actor
    if request.method == "POST":
        added = await services().memories.add(actor, text(await read_object(request), "text"))
        return answer(added.body(), 201)
    found = await services().memories.memories(actor, request.query_params.get("search", "")[:200])
    return answer({"memories": [one.body() for one in found]})


async def recall(request: Request) -> Response:
    """GET /api/memories/recall?question=: what helps with a question, and why it was found."""
    question = request.query_params.get("question", "")
    if not question.strip():
        raise Invalid("There is no question in the address: ?question=…")
    found = await services().memories.recall(request.state.actor, question)
    shown = [{**one.memory.body(), "current": one.current, "score": one.score, "ranks": one.ranks} for one in found]
    return answer({"memories": shown})


async def export(request: Request) -> Response:
    """GET /api/memories/export: everything that is known, as a download."""
    content = await services().memories.export(request.state.actor)
    headers = {"Content-Disposition": 'attachment; filename="memories.json"', "Cache-Control": "no-store"}
    return Response(content, media_type="application/json", headers=headers)


async def allowed(request: Request) -> Response:
    """GET, POST /api/memories/allowed {allowed}: whether the acting user wants a memory."""
    if request.method == "POST":
        await services().memories.switch(request.state.actor, switch(await read_object(request), "allowed"))
    return answer({"allowed": await services().memories.is_on(request.state.actor)})


async def of_message(request: Request) -> Response:
    """GET /api/memories/of/{message}: the memories an answer was given, or a message was kept in."""
    found = await services().memories.of_message(request.state.actor, request.path_params["message"])
    return answer({"memories": [one.body() for one in found]})


async def memory(request: Request) -> Response:
    """PATCH /api/memories/{memory} {text}, DELETE /api/memories/{memory}: put it into other words; forget it."""
    actor, id = request.state.actor, request.path_params["memory"]
    if request.method == "DELETE":
        await services().memories.forget(actor, [id])
        return answer({"forgotten": id})
    return answer((await services().memories.edit(actor, id, text(await read_object(request), "text"))).body())


async def restore(request: Request) -> Response:
    """POST /api/memories/{memory}/restore: bring back what was forgotten within the hour."""
    await services().memories.restore(request.state.actor, [request.path_params["memory"]])
    return answer({"restored": request.path_params["memory"]})


routes = [
    Route("/api/memories", memories, methods=["GET", "POST"]),
    Route("/api/memories/recall", recall),
    Route("/api/memories/export", export),
    Route("/api/memories/allowed", allowed, methods=["GET", "POST"]),
    Route("/api/memories/of/{message}", of_message),
    Route("/api/memories/{memory}", memory, methods=["PATCH", "DELETE"]),
    Route("/api/memories/{memory}/restore", restore, methods=["POST"]),
]
