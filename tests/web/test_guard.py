"""The guard in front of a small application, over real ASGI messages."""

from __future__ import annotations

from collections.abc import AsyncIterator

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route, WebSocketRoute
from starlette.testclient import TestClient
from starlette.websockets import WebSocket, WebSocketDisconnect

from localmind_app.features.accounts.service import Actor, KeyHolder
from localmind_app.features.files.headers import ISOLATED
from localmind_app.features.files.limits import LARGEST_EVER
from localmind_app.web.access import LARGEST_BODY
from localmind_app.web.guard import Guard

OWNER = Actor("1", "owner", "owner")
HOST = "127.0.0.1:8765"
SOCKET = f"ws://{HOST}/_event"
COOKIE = {"Cookie": "localmind_session=good"}
ORIGIN = {"Origin": f"http://{HOST}"}


async def _echo(request: Request) -> Response:
    return JSONResponse(
        {
            "bytes": len(await request.body()),
            "key": getattr(request.state.key, "key_id", None),
            "actor": getattr(request.state.actor, "name", None),
            "client": request.client.host if request.client else None,
        }
    )


async def _socket(socket: WebSocket) -> None:
    await socket.accept()
    await socket.send_text(socket.state.actor.name)
    await socket.close()


async def _actor_of(token: str | None) -> Actor | None:
    return OWNER if token == "good" else None


async def _holder_of(key: str) -> KeyHolder | None:
    return KeyHolder(OWNER, "k", None, {}, {}) if key == "lm-key" else None


def _own_header(request: Request) -> Response:
    return PlainTextResponse("x", headers={"Content-Security-Policy": "default-src *"})


def _isolated(request: Request) -> Response:
    return PlainTextResponse("x", headers={"Content-Security-Policy": ISOLATED, "X-Content-Type-Options": "x"})


@pytest.fixture
def client() -> TestClient:
    methods = ["GET", "POST", "DELETE", "OPTIONS"]
    app = Starlette(
        routes=[
            Route("/", _echo, methods=methods),
            Route("/sign-in", _echo, methods=methods),
            Route("/v1/models", _echo, methods=methods),
            Route("/v1/files", _echo, methods=methods),
            Route("/metrics", _echo),
            Route("/own", _own_header),
            Route("/isolated", _isolated),
            Route("/api/files", _echo, methods=methods),
            Route("/api/files/uploads/{upload}", _echo, methods=methods),
            WebSocketRoute("/_event", _socket),
        ]
    )
    guard = Guard(
        app,
        hosts=frozenset({HOST}),
        headers=[(b"content-security-policy", b"default-src 'self'")],
        actor_of=_actor_of,
        holder_of=_holder_of,
    )
    return TestClient(guard, base_url=f"http://{HOST}")


@pytest.mark.parametrize(
    "host",
    [
        "evil.example",
        "127.0.0.1",
        "127.0.0.1:8766",
        "127.0.0.1:8765.evil.example",
        "LOCALHOST:1",
        "",
        "evil.example:8765",
    ],
)
def test_a_wrong_host_is_refused_before_anything_else(client: TestClient, host: str) -> None:
    assert client.get("/", headers={**COOKIE, "Host": host}).status_code == 403


@pytest.mark.parametrize(
    "origin",
    [
        "http://evil.example",
        "null",
        "https://127.0.0.1:8765",
        "http://127.0.0.1:8765.evil.example",
        "http://127.0.0.1",
        "http://localhost:3000",
    ],
)
def test_a_wrong_origin_is_refused_even_with_the_cookie(client: TestClient, origin: str) -> None:
    assert client.get("/", headers={**COOKIE, "Origin": origin}).status_code == 403
    assert client.post("/", headers={**COOKIE, "Origin": origin}).status_code == 403
    with pytest.raises(WebSocketDisconnect), client.websocket_connect(SOCKET, headers={**COOKIE, "Origin": origin}):
        pass


def test_a_changing_request_must_name_its_origin(client: TestClient) -> None:
    assert client.post("/", headers=COOKIE).status_code == 403
    assert client.post("/", headers={**COOKIE, **ORIGIN}).status_code == 200


def test_anonymous_callers_get_401_and_browsers_the_sign_in_page(client: TestClient) -> None:
    refused = client.get("/")
    assert refused.status_code == 401
    assert refused.json()["error"]["code"] == "sign_in_required"
    page = client.get("/c/5?x=1", headers={"Accept": "text/html"}, follow_redirects=False)
    assert (page.status_code, page.headers["location"]) == (303, "/sign-in?next=/c/5")
    with pytest.raises(WebSocketDisconnect) as closed, client.websocket_connect(SOCKET, headers=ORIGIN):
        pass
    assert closed.value.code == 4401


def test_a_session_opens_http_and_websocket(client: TestClient) -> None:
    assert client.get("/", headers=COOKIE).json()["actor"] == "owner"
    with client.websocket_connect(SOCKET, headers={**COOKIE, **ORIGIN}) as socket:
        assert socket.receive_text() == "owner"


def test_v1_takes_keys_and_never_the_cookie(client: TestClient) -> None:
    assert client.get("/v1/models", headers=COOKIE).status_code == 401
    assert client.get("/v1/models", headers={"Authorization": "Bearer wrong"}).status_code == 401
    assert client.post("/v1/models", headers={"Authorization": "Bearer lm-key"}).json()["actor"] == "owner"


def test_what_monitoring_reads_takes_a_key_or_the_cookie(client: TestClient) -> None:
    assert client.get("/metrics").status_code == 401
    assert client.get("/metrics", headers=COOKIE).json()["key"] is None
    assert client.get("/metrics", headers={"Authorization": "Bearer lm-key"}).json()["key"] == "k"
    wrong = {"Authorization": "Bearer wrong", **COOKIE}
    assert client.get("/metrics", headers=wrong).status_code == 401, "a wrong key is not made good by a cookie"


def test_forwarded_headers_change_nothing(client: TestClient) -> None:
    lies = {"X-Forwarded-For": "9.9.9.9", "X-Forwarded-Host": HOST, "X-Forwarded-Proto": "https", "Forwarded": "for=9"}
    assert client.get("/", headers={**COOKIE, **lies}).json()["client"] == "testclient"
    assert client.get("/", headers={**COOKIE, **lies, "Host": "evil.example"}).status_code == 403


def test_every_answer_has_the_security_headers(client: TestClient) -> None:
    for answer in (
        client.get("/"),
        client.get("/sign-in"),
        client.get("/own", headers=COOKIE),
        client.get("/missing", headers=COOKIE),
        client.get("/", headers={"Host": "evil"}),
    ):
        assert answer.headers.get_list("content-security-policy") == ["default-src 'self'"]


def test_a_response_may_ask_for_the_policy_of_uploads_and_no_other(client: TestClient) -> None:
    assert client.get("/isolated", headers=COOKIE).headers.get_list("content-security-policy") == [ISOLATED]


def test_two_gigabytes_are_refused_by_their_announcement(client: TestClient) -> None:
    refused = client.post("/", headers={**COOKIE, **ORIGIN, "Content-Length": str(2 * 1024**3)}, content=b"")
    assert refused.status_code == 413
    assert "Nothing of it was kept" in refused.json()["error"]["message"]
    assert client.post("/", headers={**COOKIE, **ORIGIN, "Content-Length": "-1"}, content=b"").status_code == 413


def test_a_route_that_takes_files_has_a_limit_of_its_own(client: TestClient) -> None:
    key = {"Authorization": "Bearer lm-key"}

    def announced(path: str, size: int) -> int:
        return client.post(path, headers={**key, "Content-Length": str(size)}, content=b"").status_code

    assert announced("/v1/models", LARGEST_BODY + 1) == announced("/v1/files", 100 * 1024**2 + 1) == 413
    assert announced("/v1/files", LARGEST_BODY + 1) == 200
    for path in ("/api/files", "/api/files/uploads/x"):
        for size, status in ((LARGEST_EVER, 200), (LARGEST_EVER + 1, 413)):
            sent = {**COOKIE, **ORIGIN, "Content-Length": str(size)}
            assert client.post(path, headers=sent, content=b"").status_code == status


@pytest.mark.anyio
async def test_a_body_without_a_length_is_cut_off_at_the_limit(client: TestClient) -> None:
    sent = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal sent
        while sent < 2 * 1024**3:
            sent += 1024**2
            yield b"x" * 1024**2

    transport = httpx.ASGITransport(client.app)
    async with httpx.AsyncClient(transport=transport, base_url=f"http://{HOST}") as caller:
        refused = await caller.post("/", headers={**COOKIE, **ORIGIN}, content=endless())
    assert refused.status_code == 413
    assert sent <= LARGEST_BODY + 2 * 1024**2
