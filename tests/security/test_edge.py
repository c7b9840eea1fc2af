"""What every answer carries and what no answer does: headers, caching, error bodies, paths, logs, file modes."""

from __future__ import annotations

import re
import socket
import stat

import httpx
import pytest

from localmind_app.features.accounts.links import new_link
from tests.product import Product, eventually
from tests.reflex_client import ACCOUNT, delta_of, page
from tests.security.intruders import PASSWORD, session_token, set_password

HEADERS = {
    "x-content-type-options": "nosniff", "x-frame-options": "DENY", "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin", "cross-origin-resource-policy": "same-origin",
}  # fmt: skip


@pytest.fixture(scope="module")
def chat(product: Product) -> str:
    """A chat with a short answer."""
    with page(product) as opened:
        opened.choose("fast")
        opened.set_up(max_tokens="5")
        found = opened.send("Unmistakable words: zanzibar quokka")
    eventually(lambda: "complete" in product.client.get(f"/api/chats/{found}/messages").text)
    return found


def answers(product: Product, chat: str) -> list[httpx.Response]:
    """One answer of every kind: pages, files, JSON, errors of each layer, redirects."""
    client, html = product.client, {"Accept": "text/html"}
    with httpx.Client(base_url=product.base) as nobody:
        return [
            client.get("/"), client.get(f"/c/{chat}"), client.get("/settings"), client.get("/no-such-page"),
            client.get("/sw.js"), client.get("/icons/icon.svg"), client.get("/ping"), client.get("/healthz"),
            client.get(f"/api/chats/{chat}/messages"), client.get(f"/api/chats/{chat}/export"),
            client.get("/api/chats/x/messages"), client.get(f"/api/chats/{chat}/export?form=exe"),
            client.delete("/api/chats/x/messages"), client.post("/sign-in", content=b"x" * 9_000_000),
            client.get("/v1/models"), client.get("/", headers={"Host": "evil.example"}), nobody.get("/sign-in"),
            nobody.get("/", headers=html), nobody.get("/"), nobody.post("/sign-in"), nobody.get("/open/x"),
            nobody.options("/"), nobody.head("/"),
        ]  # fmt: skip


def test_every_kind_of_answer_has_the_security_headers(product: Product, chat: str) -> None:
    for answer in answers(product, chat):
        where = f"{answer.request.method} {answer.request.url.path} {answer.status_code}"
        for name, value in HEADERS.items():
            assert answer.headers.get_list(name) == [value], where
        [policy] = answer.headers.get_list("content-security-policy")
        assert "unsafe-eval" not in policy, where
        assert "default-src 'self'" in policy and "frame-ancestors 'none'" in policy
        [scripts] = re.findall(r"script-src ([^;]*)", policy)
        assert "unsafe-inline" not in scripts and "http" not in scripts
        assert "access-control-allow-origin" not in answer.headers or answer.request.headers.get("origin"), where
        assert "server" not in answer.headers, where


def test_error_bodies_carry_no_traceback_and_no_path(product: Product, chat: str) -> None:
    for answer in answers(product, chat):
        if answer.status_code >= 400:
            for secret in ("Traceback", 'File "', "site-packages", str(product.home.root), ".py"):
                assert secret not in answer.text, (answer.request.url.path, secret)


def test_private_answers_are_never_stored_by_the_browser(product: Product, chat: str) -> None:
    for path in (
        f"/api/chats/{chat}/messages",
        f"/api/chats/{chat}/export?form=md",
        f"/api/chats/{chat}/export?form=json",
    ):
        assert "no-store" in product.client.get(path).headers.get("cache-control", ""), path
    with product.client.stream("GET", f"/api/chats/{chat}/events") as stream:
        assert stream.headers["cache-control"] == "no-store"
    with httpx.Client(base_url=product.base) as nobody:
        assert "no-store" in nobody.get("/sign-in").headers["cache-control"]
        assert "no-store" in nobody.get("/api/chats/x/messages").headers.get("cache-control", "")


@pytest.mark.parametrize(
    "host",
    ["evil.example", "localhost.evil.example:{port}", "127.0.0.1.evil.example:{port}", "0.0.0.0:{port}", "127.0.0.1:1",
     "127.0.0.1", "[::ffff:127.0.0.1]:{port}", "2130706433:{port}", ""],
)  # fmt: skip
def test_a_rebound_name_gets_nothing(product: Product, host: str) -> None:
    asked = {"Host": host.format(port=product.port)}
    for path in ("/", "/sign-in", "/open/x", "/api/chats/x/messages", "/v1/models", "/healthz"):
        assert product.client.get(path, headers=asked).status_code == 403


def test_what_a_proxy_would_say_is_not_believed(product: Product) -> None:
    own = f"127.0.0.1:{product.port}"
    lies = {
        "X-Forwarded-Host": own, "X-Forwarded-For": "127.0.0.1", "X-Forwarded-Proto": "https",
        "X-Real-IP": "127.0.0.1", "Forwarded": f"host={own}", "X-Original-URL": "/sign-in",
        "X-Rewrite-URL": "/sign-in", "X-HTTP-Method-Override": "GET",
    }  # fmt: skip
    assert product.client.get("/", headers={**lies, "Host": "evil.example"}).status_code == 403
    with httpx.Client(base_url=product.base, headers=lies) as nobody:
        assert nobody.get("/api/chats/x/messages").status_code == 401
        link = nobody.get(f"/open/{new_link(product.home)}")
        assert "secure" not in link.headers["set-cookie"].lower(), "the scheme is the connection's own"


def raw(product: Product, path: str) -> bytes:
    """GET with the path exactly as it is; libraries would tidy it up."""
    cookie = f"localmind_session={product.client.cookies['localmind_session']}"
    with socket.create_connection(("127.0.0.1", product.port), 10) as line:
        head = f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{product.port}\r\nCookie: {cookie}\r\nConnection: close\r\n\r\n"
        line.sendall(head.encode("latin-1"))
        said = b""
        while part := line.recv(65536):
            said += part
        return said


@pytest.mark.parametrize("start", ["/", "/icons/", "/assets/", "/open/", "/api/chats/"])
@pytest.mark.parametrize(
    "climb", ["../", "%2e%2e/", "..%2f", "%2e%2e%2f", "..\\", "..%5c", "%252e%252e/", "....//", "..;/"]
)
def test_no_path_leads_out_of_the_build(product: Product, start: str, climb: str) -> None:
    for target in ("etc/passwd", "requirements.txt", "localmind_app/web/guard.py", "csp.json"):
        for depth in (1, 2, 3, 8):
            said = raw(product, f"{start}{climb * depth}{target}")
            for secret in (b"root:", b"reflex==", b"import annotations", b'"all"'):
                assert secret not in said, (start, climb, depth, target)


def test_no_secret_reaches_a_log(product: Product, chat: str) -> None:
    set_password(product)
    with page(product) as opened:
        form = {"name": "logged?"}
        key = opened.act(f"{ACCOUNT}.create_key", lambda u: delta_of(u, ACCOUNT).get("new_key"), form=form)
        opened.emit("no_such_state.no_such_handler", {"text": "aardvark typhoon"})
        opened.emit(f"{ACCOUNT}.create_key", {"wrong": "aardvark typhoon"})
        opened.socket.send('42/_event,["client_error",{"message":"x","error_type":"y"}]')
        list(opened.updates(0.5))
    link, session = new_link(product.home), session_token(product)
    with httpx.Client(base_url=product.base) as nobody:
        nobody.get(f"/open/{link}")
        nobody.get("/v1/models", headers={"Authorization": f"Bearer {key}x"})
        bearer = {"Authorization": f"Bearer {key}"}
        body = {"model": "fast", "max_tokens": 3, "messages": [{"role": "user", "content": "aardvark typhoon"}]}
        assert nobody.post("/v1/chat/completions", headers=bearer, json=body, timeout=30).status_code == 200
    logs = "\n".join(file.read_text(errors="replace") for file in product.home.logs.iterdir())
    own = product.client.cookies["localmind_session"]
    for secret in (link, session, own, key, key.removeprefix("lm-"), PASSWORD, "zanzibar quokka", "aardvark typhoon"):
        assert secret not in logs


# Made by the tests themselves, not by the product; the last one says process ids only, in a folder of 0700.
READABLE = {"up.log", "fast.gguf", "slow.gguf", "status.json"}


def test_only_the_owner_of_the_machine_account_can_read_the_data_folder(product: Product, chat: str) -> None:
    root = product.home.root
    for path in [root, *root.rglob("*")]:
        if path.name in READABLE or "cache" in path.relative_to(root).parts:
            continue
        mode = stat.S_IMODE(path.lstat().st_mode)
        assert mode & 0o077 == 0, f"{path.relative_to(root)} is {mode:o}"
