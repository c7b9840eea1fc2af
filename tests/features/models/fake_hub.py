"""A small hub on two ports, as the real one is: an API that lists and redirects, and a store that holds the bytes.

It behaves unless it is told not to: every way in which servers, networks and proxies misbehave is one attribute.
"""

from __future__ import annotations

import hashlib
import json
import re
import threading
import time
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, unquote, urlsplit

COMMIT = "a" * 40


class Trouble:
    """What goes wrong. Counters go down with each time it went wrong; -1 is for ever."""

    def __init__(self) -> None:
        self.no_ranges = False  # the store answers every request with all of it
        self.no_tag = False  # no ETag, so nothing tells one content from another
        self.drop_after = 0  # bytes after which a connection ends
        self.drops = 0  # how many answers end like that
        self.busy = 0  # answers with 503
        self.wrong = False  # the bytes are not the ones that the hub promised
        self.claim_more = 0  # bytes by which Content-Length lies
        self.extra = b""  # sent after the end, without a Content-Length
        self.total = 0  # what Content-Range says instead of the size
        self.shift = 0  # bytes by which a range begins too late
        self.change_after = -1  # requests after which the content is another one
        self.no_416 = False
        self.gone = False  # 404
        self.slow = 0.0  # seconds between blocks
        self.redirect = ""  # the hub sends us there instead
        self.unsized = False  # no Content-Length: the end is when the connection ends


class FakeHub:
    """`files` are (repo, path) → bytes. `asked` are (port, path, Range) of each request.

    The files of a `gated` repository go to the holders of `tokens`, those of them who `accepted` its terms. `shown` are
    (port, Authorization) of each request.
    """

    def __init__(self) -> None:
        self.files: dict[tuple[str, str], bytes] = {}
        self.gated: set[str] = set()
        self.tokens: set[str] = set()
        self.accepted: set[str] = set()
        self.shown: list[tuple[str, str | None]] = []
        self.trouble = Trouble()
        self.asked: list[tuple[str, str, str]] = []
        self.served = 0
        self.most_at_once = self._now = 0
        self.lock = threading.Lock()
        self._servers = [self._serve(_Api), self._serve(_Store)]
        self.base, self.store = (f"http://127.0.0.1:{server.server_address[1]}" for server in self._servers)

    def _serve(self, kind: type[_Handler]) -> ThreadingHTTPServer:
        server = ThreadingHTTPServer(("127.0.0.1", 0), type(kind.__name__, (kind,), {"hub": self}))
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
        return server

    def add(self, repo: str, path: str, data: bytes) -> str:
        """Put a file there; its SHA-256."""
        self.files[repo, path] = data
        return hashlib.sha256(data).hexdigest()

    def ranges(self) -> list[str]:
        """The ranges that were asked of the store, without the first look."""
        return [asked for port, _, asked in self.asked if port == "store" and asked != "bytes=0-0"]

    def stop(self) -> None:
        for server in self._servers:
            server.shutdown()
            server.server_close()

    def count(self, step: int) -> None:
        with self.lock:
            self._now += step
            self.most_at_once = max(self.most_at_once, self._now)


def sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def is_large(path: str) -> bool:
    return path.endswith((".gguf", ".safetensors", ".bin"))


class _Handler(BaseHTTPRequestHandler):
    hub: FakeHub
    port = ""
    protocol_version = "HTTP/1.1"

    def log_message(self, *args: object) -> None:
        """Quiet."""

    def handle(self) -> None:
        try:
            super().handle()
        except OSError:
            self.close_connection = True  # the other side has had enough

    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        with self.hub.lock:
            self.hub.asked.append((self.port, self.path, self.headers.get("Range", "")))
            self.hub.shown.append((self.port, self.headers.get("Authorization")))
        self.answer(unquote(parts.path), {key: values[0] for key, values in parse_qs(parts.query).items()})

    def answer(self, path: str, query: dict[str, str]) -> None:
        raise NotImplementedError

    def send(self, status: int, body: bytes = b"", **headers: str) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


class _Api(_Handler):
    port = "hub"

    def answer(self, path: str, query: dict[str, str]) -> None:
        for pattern, work in self.routes():
            if found := re.fullmatch(pattern, path):
                work(*found.groups(), query)
                return
        self.send(404, b"{}")

    def routes(self) -> list[tuple[str, Callable[..., None]]]:
        return [
            (r"/api/models", self.search),
            (r"/api/models/([^/]+/[^/]+)/revision/main", self.revision),
            (r"/api/models/([^/]+/[^/]+)/tree/([^/]+)", self.tree),
            (r"/([^/]+/[^/]+)/resolve/([^/]+)/(.+)", self.resolve),
        ]

    def json(self, value: object, **headers: str) -> None:
        self.send(200, json.dumps(value).encode(), Content_Type="application/json", **headers)

    def search(self, query: dict[str, str]) -> None:
        repos = sorted({repo for repo, _ in self.hub.files if query["search"].lower() in repo.lower()})
        assert query["filter"] == "gguf"
        self.json([{"id": repo, "downloads": 7, "likes": 3, "tags": ["gguf", "license:mit"], "gated": False,
                    "lastModified": "2026-01-02T03:04:05.000Z"} for repo in repos])  # fmt: skip

    def revision(self, repo: str, query: dict[str, str]) -> None:
        if any(one == repo for one, _ in self.hub.files):
            self.json({"id": repo, "sha": COMMIT})
        else:
            self.send(404 if "gated" not in repo else 401, b"{}")

    def tree(self, repo: str, commit: str, query: dict[str, str]) -> None:
        listed: list[dict[str, object]] = [{"type": "directory", "path": "sub", "size": 0, "oid": "d" * 40}]
        for (one, path), data in self.hub.files.items():
            if one == repo:
                oid = hashlib.sha1(b"blob %d\0" % len(data) + data).hexdigest()
                item: dict[str, object] = {"type": "file", "path": path, "size": len(data), "oid": oid}
                if is_large(path):
                    item |= {"oid": "b" * 40, "lfs": {"oid": sha256(data), "size": len(data), "pointerSize": 130}}
                listed.append(item)
        first, second = listed[:3], listed[3:]  # in two pages
        if query.get("cursor") == "2":
            self.json(second)
        else:
            link = f'<{self.hub.base}/api/models/{repo}/tree/{commit}?recursive=1&cursor=2>; rel="next"'
            self.json(first, **({"Link": link} if second else {}))

    def resolve(self, repo: str, commit: str, path: str, query: dict[str, str]) -> None:
        data = self.hub.files.get((repo, path))
        token = self.headers.get("Authorization", "").removeprefix("Bearer ")
        if data is None:
            self.send(404)
        elif repo in self.hub.gated and token not in self.hub.tokens:
            self.send(401)
        elif repo in self.hub.gated and token not in self.hub.accepted:
            self.send(403)
        elif is_large(path):
            place = self.hub.trouble.redirect or f"{self.hub.store}/{repo}/{path}?signed=yes"
            self.send(302, Location=place, X_Linked_ETag=f'"{sha256(data)}"', X_Linked_Size=str(len(data)),
                      X_Repo_Commit=COMMIT)  # fmt: skip
        else:
            self.send(200, data, ETag=f'"{hashlib.sha1(data).hexdigest()}"')


class _Store(_Handler):
    port = "store"

    def answer(self, path: str, query: dict[str, str]) -> None:
        self.hub.count(1)
        try:
            self.give(path)
        finally:
            self.hub.count(-1)

    def give(self, path: str) -> None:
        trouble = self.hub.trouble
        owner, name, rest = path[1:].split("/", 2)
        data = self.hub.files.get((f"{owner}/{name}", rest))
        if data is None or trouble.gone:
            self.send(404)
            return
        if trouble.busy:
            trouble.busy -= 1
            self.send(503, Retry_After="0")
            return
        with self.hub.lock:
            self.hub.served += 1
            changed = trouble.wrong or 0 <= trouble.change_after < self.hub.served
        if changed:
            data = bytes(255 - byte for byte in data[:1000]) + data[1000:]
        self.blob(data, f'"{sha256(data)[:16]}"')

    def blob(self, data: bytes, tag: str) -> None:
        trouble, headers = self.hub.trouble, {}
        start, end, status = 0, len(data), 200
        asked = re.fullmatch(r"bytes=(\d+)-(\d+)", self.headers.get("Range", ""))
        if asked and not trouble.no_ranges and self.headers.get("If-Range", tag) == tag:
            start, end, status = int(asked[1]), min(int(asked[2]) + 1, len(data)), 206
            if start >= len(data):
                self.send(416, Content_Range=f"bytes */{len(data)}")
                return
            start += trouble.shift if start else 0
            headers["Content-Range"] = f"bytes {start}-{end - 1}/{trouble.total or len(data)}"
        body = data[start:end] + (trouble.extra if status == 200 or start else b"")
        self.send_response(status)
        for key, value in headers.items():
            self.send_header(key, value)
        if not trouble.no_tag:
            self.send_header("ETag", tag)
        if trouble.unsized or trouble.extra:
            self.send_header("Connection", "close")
        else:
            self.send_header("Content-Length", str(len(body) + trouble.claim_more))
        self.end_headers()
        self.pour(body)

    def pour(self, body: bytes) -> None:
        trouble = self.hub.trouble
        sent, limit = 0, len(body)
        if trouble.drops and len(body) > max(1, trouble.drop_after):
            trouble.drops -= 1
            limit = trouble.drop_after
            self.close_connection = True
        if trouble.claim_more or trouble.unsized or trouble.extra:
            self.close_connection = True
        while sent < limit:
            block = body[sent : min(sent + 16384, limit)]
            self.wfile.write(block)
            sent += len(block)
            if trouble.slow:
                time.sleep(trouble.slow)
