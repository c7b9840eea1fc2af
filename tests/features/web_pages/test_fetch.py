"""A site that misbehaves in every way: nothing private is reached, nothing grows without end, every error says why."""

from __future__ import annotations

import asyncio
import gzip
import os
import ssl
import zlib
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import httpcore
import psutil
import pytest
import trustme

from localmind_app.core.egress import EgressLedger
from localmind_app.core.errors import Invalid, NotAllowed, NotFound, SourceError, TooLarge, UserError
from localmind_app.features.web_pages.fetch import Fetcher, Limits
from tests.features.web_pages.conftest import HOST, QUICK, Names
from tests.features.web_pages.fake_site import NO_ROBOTS, TEXT, FakeSite, Writer, answer, redirect

PAGE = "<html><head><title>Tides</title></head><body><p>The moon pulls the water.</p></body></html>"
Make = Callable[..., Fetcher]
MB = 1_000_000


async def test_a_page(fetcher: Fetcher, site: FakeSite, base: str, names: Names, ledger: EgressLedger) -> None:
    site.pages["/tides?x=1"] = answer(PAGE)
    page = await fetcher.page(f"{base}/tides?x=1#part")
    assert (page.url, page.final_url) == (f"{base}/tides?x=1", f"{base}/tides?x=1")
    assert (page.data, page.media_type, page.kind, page.charset) == (PAGE.encode(), "text/html", "html", "utf-8")
    entries = [(one.host, one.purpose, one.received) for one in await ledger.entries()]
    assert entries == [(HOST, "read a web page", len(PAGE)), (HOST, "read robots.txt", 0)]


async def test_what_is_sent(fetcher: Fetcher, site: FakeSite, base: str) -> None:
    site.pages["/a"] = redirect("/b")
    site.pages["/b"] = answer(PAGE, "Set-Cookie: session=1", "Set-Cookie: other=2; Path=/")
    await fetcher.page(f"{base}/a")
    await fetcher.page(f"{base}/b")
    for head in site.asked:
        lines = head.strip().lower().split("\r\n")[1:]
        assert {line.partition(":")[0] for line in lines} == {
            "host", "user-agent", "accept", "accept-encoding", "connection",
        }  # fmt: skip
        assert f"host: {HOST}:{site.port}" in lines
        assert "localmind" in head.lower()


async def test_the_ledger_has_the_request_before_it_is_sent(
    fetcher: Fetcher, site: FakeSite, base: str, ledger: EgressLedger
) -> None:
    seen: list[int] = []

    async def look(writer: Writer) -> None:
        seen.append(len([one for one in await ledger.entries() if one.purpose == "read a web page"]))
        writer.write(answer(PAGE))

    site.pages["/"] = look
    await fetcher.page(base)
    assert seen == [1]


# Where it connects to


async def test_it_connects_to_the_address_that_was_checked(make: Make, names: Names) -> None:
    """Nobody but our resolver knows the name, and only 127.0.0.2 has the page."""
    there = await FakeSite().start("127.0.0.2")
    there.pages["*"] = answer(PAGE)
    names.known["two.example"] = [["127.0.0.2"]]
    page = await make(near=(f"http://two.example:{there.port}",)).page(f"http://two.example:{there.port}/")
    assert page.data == PAGE.encode()
    assert f"Host: two.example:{there.port}".lower() in there.asked[0].lower()
    await there.stop()


async def test_an_answer_of_the_dns_that_changes(
    make: Make, site: FakeSite, names: Names, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Rebinding: the name stands for a public address when it is looked at, and for this machine afterwards."""
    tried: list[str] = []

    class Noted(httpcore.AnyIOBackend):
        """A test asks nobody on the internet: it only notes who would have been asked."""

        async def connect_tcp(self, host: str, port: int, *given: Any, **named: Any) -> httpcore.AsyncNetworkStream:
            tried.append(host)
            raise httpcore.ConnectError("noted")

    monkeypatch.setattr(httpcore, "AnyIOBackend", Noted)
    url = f"http://turning.example:{site.port}/"
    names.known["turning.example"] = [["93.184.216.34"], ["127.0.0.1"]]
    fetcher = make()
    with pytest.raises(SourceError, match="cannot be reached"):
        await fetcher.page(url)
    assert (tried, names.asked) == (["93.184.216.34"], ["turning.example"])
    with pytest.raises(NotAllowed):
        await fetcher.page(url)
    assert tried == ["93.184.216.34"]
    assert site.connections == 0


async def test_the_second_address_where_the_first_does_not_answer(
    fetcher: Fetcher, site: FakeSite, base: str, names: Names
) -> None:
    site.pages["/"] = answer(PAGE)
    names.known[HOST] = [["127.0.0.3", "127.0.0.1"]]
    assert (await fetcher.page(base)).data == PAGE.encode()


@pytest.mark.parametrize(
    "to",
    ["http://127.0.0.1:{port}/secret", "http://localhost:{port}/secret", "http://[::1]:{port}/secret",
     "http://[::ffff:127.0.0.1]:{port}/secret", "http://169.254.169.254/latest/meta-data/", "http://10.0.0.1/",
     "http://inner.example:{port}/secret", "//127.0.0.1:{port}/secret", "http://[64:ff9b::7f00:1]:{port}/secret"],
)  # fmt: skip
@pytest.mark.parametrize("status", ["301 Moved", "302 Found", "303 See Other", "307 Temporary", "308 Permanent"])
async def test_redirects_to_private_places(
    fetcher: Fetcher, site: FakeSite, base: str, names: Names, to: str, status: str
) -> None:
    names.known["inner.example"] = [["127.0.0.1"]]
    site.pages["/"] = redirect(to.format(port=site.port), status)
    site.pages["/secret"] = answer("secret")
    with pytest.raises(NotAllowed):
        await fetcher.page(base)
    assert site.paths == ["/"]


@pytest.mark.parametrize(
    "to",
    ["file:///etc/passwd", "ftp://pages.example/", "gopher://pages.example/", "data:text/html,hi", "http://a:b@x.example/",
     "javascript:alert(1)", "http://0x7f.1/", "http://127.1/", "http://[::1"],
)  # fmt: skip
async def test_redirects_to_other_schemes_and_odd_places(fetcher: Fetcher, site: FakeSite, base: str, to: str) -> None:
    site.pages["/"] = redirect(to)
    with pytest.raises(Invalid):
        await fetcher.page(base)


async def test_redirects_are_followed_and_told(
    fetcher: Fetcher, site: FakeSite, base: str, ledger: EgressLedger
) -> None:
    site.pages["/"] = redirect("one two?ü=1", "301 Moved")
    site.pages["/one%20two?%C3%BC=1"] = redirect(f"{base}/three#part")
    site.pages["/three"] = answer(PAGE)
    page = await fetcher.page(base)
    assert (page.url, page.final_url) == (f"{base}/", f"{base}/three")
    assert len([one for one in await ledger.entries() if one.purpose == "read a web page"]) == 3


async def test_a_hundred_hops_and_loops(fetcher: Fetcher, site: FakeSite, base: str) -> None:
    for number in range(100):
        site.pages[f"/{number}"] = redirect(f"/{number + 1}")
    site.pages["/100"] = answer(PAGE)
    with pytest.raises(SourceError):
        await fetcher.page(f"{base}/0")
    assert len(site.paths) == QUICK.redirects + 1
    site.pages["/loop"] = redirect("/loop")
    with pytest.raises(SourceError):
        await fetcher.page(f"{base}/loop")


@pytest.mark.parametrize("name", ["HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "all_proxy"])
async def test_proxies_of_the_environment_are_not_used(
    make: Make, site: FakeSite, base: str, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    proxy = await FakeSite().start()
    monkeypatch.setenv(name, f"http://127.0.0.1:{proxy.port}")
    site.pages["/"] = answer(PAGE)
    assert (await make().page(base)).data == PAGE.encode()
    assert proxy.connections == 0
    await proxy.stop()


async def test_passwords_of_the_netrc_are_not_used(
    make: Make, site: FakeSite, base: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "netrc").write_text(f"machine {HOST} login me password secret\ndefault login me password secret\n")
    os.chmod(tmp_path / "netrc", 0o600)
    monkeypatch.setenv("NETRC", str(tmp_path / "netrc"))
    site.pages["/"] = answer(PAGE)
    await make().page(base)
    assert not any("authorization" in head.lower() for head in site.asked)


async def test_a_unix_socket_is_no_address(fetcher: Fetcher) -> None:
    for url in ("http+unix://%2Frun%2Fengine.sock/", "unix:///run/engine.sock", "http://%2Frun%2Fengine.sock/"):
        with pytest.raises(Invalid):
            await fetcher.page(url)


# How much, how long


async def test_a_slow_drip_ends(make: Make, site: FakeSite, base: str) -> None:
    async def drip(writer: Writer) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n")
        while True:
            writer.write(b"x")
            await writer.drain()
            await asyncio.sleep(0.05)

    site.pages["/"] = drip
    with pytest.raises(SourceError, match="too long"):
        await make(Limits(seconds=1.0)).page(base)


async def test_drips_of_headers_and_silence_end(make: Make, site: FakeSite, base: str) -> None:
    async def headers(writer: Writer) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\n")
        while True:
            writer.write(b"X-A: b\r\n")
            await writer.drain()
            await asyncio.sleep(0.05)

    async def silence(writer: Writer) -> None:
        await asyncio.Event().wait()

    async def patience(writer: Writer) -> None:
        while True:
            writer.write(b"HTTP/1.1 100 Continue\r\n\r\n")
            await writer.drain()
            await asyncio.sleep(0.01)

    for handler in (headers, silence, patience):
        site.pages["/"] = handler
        with pytest.raises(SourceError, match="too long"):
            await make(Limits(seconds=1.0)).page(base)
    site.pages["/"] = silence
    with pytest.raises(SourceError, match="too long"):
        await make(Limits(seconds=30.0, silence=0.3)).page(base)


async def test_an_endless_body(fetcher: Fetcher, site: FakeSite, base: str, ledger: EgressLedger) -> None:
    sent = 0

    async def endless(writer: Writer) -> None:
        nonlocal sent
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n")
        while True:
            writer.write(b"y" * 65536)
            await writer.drain()
            sent += 65536

    site.pages["/"] = endless
    with pytest.raises(TooLarge):
        await fetcher.page(base)
    assert sent < QUICK.bytes + 20 * MB
    assert QUICK.bytes < (await ledger.entries())[0].received < QUICK.bytes + MB


async def test_an_endless_chunked_body(fetcher: Fetcher, site: FakeSite, base: str) -> None:
    async def endless(writer: Writer) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nTransfer-Encoding: chunked\r\n\r\n")
        while True:
            writer.write(b"ffff\r\n" + b"y" * 65535 + b"\r\n")
            await writer.drain()

    site.pages["/"] = endless
    with pytest.raises(TooLarge):
        await fetcher.page(base)


async def test_endless_padding_after_a_packed_page(fetcher: Fetcher, site: FakeSite, base: str) -> None:
    async def padding(writer: Writer) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Encoding: gzip\r\n\r\n")
        writer.write(gzip.compress(PAGE.encode()))
        while True:
            writer.write(bytes(65536))
            await writer.drain()

    site.pages["/"] = padding
    with pytest.raises(TooLarge):
        await fetcher.page(base)


async def test_a_length_over_the_limit_is_believed(fetcher: Fetcher, site: FakeSite, base: str) -> None:
    async def claims(writer: Writer) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 999999999999\r\n\r\n")
        await asyncio.Event().wait()

    site.pages["/"] = claims
    with pytest.raises(TooLarge):
        await fetcher.page(base)


def deflated(data: bytes, window: int) -> bytes:
    packer = zlib.compressobj(9, zlib.DEFLATED, window)
    return packer.compress(data) + packer.flush()


@pytest.mark.parametrize(
    ("encoding", "packed"),
    [
        ("gzip", gzip.compress(PAGE.encode())),
        ("x-gzip", gzip.compress(PAGE.encode())),
        ("GZIP", gzip.compress(PAGE.encode()[:20]) + gzip.compress(PAGE.encode()[20:])),
        ("gzip", gzip.compress(PAGE.encode()) + b"\x00 padding"),
        ("deflate", deflated(PAGE.encode(), 15)),
        ("deflate", deflated(PAGE.encode(), -15)),
        ("identity", PAGE.encode()),
        ("", PAGE.encode()),
    ],
)
async def test_compressed_pages(fetcher: Fetcher, site: FakeSite, base: str, encoding: str, packed: bytes) -> None:
    site.pages["/"] = answer(packed, f"Content-Encoding: {encoding}")
    assert (await fetcher.page(base)).data == PAGE.encode()


@pytest.mark.parametrize("window", [31, 15, -15])
async def test_bombs(fetcher: Fetcher, site: FakeSite, base: str, window: int) -> None:
    packer = zlib.compressobj(9, zlib.DEFLATED, window)
    bomb = b"".join(packer.compress(bytes(10 * MB)) for _ in range(50)) + packer.flush()
    assert len(bomb) < 600_000
    site.pages["/"] = answer(bomb, f"Content-Encoding: {'gzip' if window == 31 else 'deflate'}")
    with pytest.raises(TooLarge):
        await fetcher.page(base)


@pytest.mark.parametrize("encoding", ["br", "zstd", "compress", "gzip, gzip", "gzip,br", "aes128gcm", "x" * 200])
async def test_forms_that_were_not_asked_for_are_not_unpacked(
    fetcher: Fetcher, site: FakeSite, base: str, encoding: str
) -> None:
    site.pages["/"] = answer(b"\x1f\x8b" + bytes(1000), f"Content-Encoding: {encoding}")
    with pytest.raises(SourceError, match="not asked for"):
        await fetcher.page(base)


@pytest.mark.parametrize("packed", [gzip.compress(PAGE.encode())[:-20], b"\x1f\x8b" + bytes(50), b"no gzip at all"])
async def test_damaged_gzip(fetcher: Fetcher, site: FakeSite, base: str, packed: bytes) -> None:
    site.pages["/"] = answer(packed, "Content-Encoding: gzip")
    with pytest.raises(SourceError, match="damaged"):
        await fetcher.page(base)


# What is no proper HTTP


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"\r\n",
        b"hello, I am no web server\r\n\r\n",
        b"220 mail.example ESMTP\r\n",
        b"HTTP/1.1 200 OK\r\n",
        b"HTTP/1.1 abc OK\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 5000\r\n\r\nshort",
        b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 5\r\nContent-Length: 7\r\n\r\nshortly",
        b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: minus\r\n\r\nshort",
        b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nshort\r\n0\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nshort\r\n",
        b"HTTP/1.1 200 OK\r\nno colon here\r\n\r\nshort",
        b"HTTP/1.1 200 OK\r\nX-Huge: " + b"a" * 300_000 + b"\r\n\r\nshort",
        b"HTTP/1.1 200 OK\r\n" + b"X-Many: a\r\n" * 30_000 + b"\r\nshort",
        b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: other\r\n\r\n",
    ],
)
async def test_broken_answers(fetcher: Fetcher, site: FakeSite, base: str, raw: bytes) -> None:
    site.pages["/"] = raw
    with pytest.raises(SourceError) as told:
        await fetcher.page(base)
    assert HOST in told.value.text


async def test_more_than_the_length_is_ignored(fetcher: Fetcher, site: FakeSite, base: str) -> None:
    site.pages["/"] = (
        b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 6\r\n\r\n<p>hi</p>HTTP/1.1 200 OK\r\n\r\n"
    )
    assert (await fetcher.page(base)).data == b"<p>hi<"


@pytest.mark.parametrize("head", [b"HTTP/1.1 200 OK\r\n\r\n", b"HTTP/1.0 200\r\n\r\n"])
async def test_no_headers_at_all(fetcher: Fetcher, site: FakeSite, base: str, head: bytes) -> None:
    site.pages["/"] = head + PAGE.encode()
    page = await fetcher.page(base)
    assert (page.kind, page.data, page.charset) == ("html", PAGE.encode(), "")


async def test_nobody_listens(make: Make, site: FakeSite, base: str) -> None:
    await site.stop()
    with pytest.raises(SourceError, match="cannot be reached"):
        await make().page(base)


# What it is


@pytest.mark.parametrize(
    ("kind", "body", "found", "media_type"),
    [
        ("text/html", PAGE.encode(), "html", "text/html"),
        ("TEXT/HTML; Charset=UTF-8", PAGE.encode(), "html", "text/html"),
        ("application/xhtml+xml", PAGE.encode(), "html", "text/html"),
        ("text/plain", b"<p>not a page", "text", "text/plain"),
        ("text/markdown", b"# Title", "text", "text/markdown"),
        ("text/plain", PAGE.encode(), "text", "text/plain"),
        ("application/json", b'{"a": 1}', "text", "application/json"),
        ("application/pdf", b"%PDF-1.7\n\x00\x01", "pdf", "application/pdf"),
        ("text/html", b"%PDF-1.7\n\x00\x01", "pdf", "application/pdf"),
        ("application/octet-stream", b"%PDF-1.7\n\x00\x01", "pdf", "application/pdf"),
        ("application/pdf", PAGE.encode(), "html", "text/html"),
        ("application/octet-stream", PAGE.encode(), "html", "text/html"),
        ("nonsense", PAGE.encode(), "html", "text/html"),
        ("text/html", PAGE.encode("utf-16"), "html", "text/html"),
        ("application/xml", b"<?xml version='1.0'?><html xmlns='x'></html>", "html", "text/html"),
        ("application/rss+xml", b"<?xml version='1.0'?><rss></rss>", "xml", "application/xml"),
    ],
)
async def test_kinds(
    fetcher: Fetcher, site: FakeSite, base: str, kind: str, body: bytes, found: str, media_type: str
) -> None:
    site.pages["/"] = answer(body, kind=kind)
    page = await fetcher.page(base)
    assert (page.kind, page.media_type) == (found, media_type)


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("image/png", b"\x89PNG\r\n\x1a\n" + bytes(100)),
        ("text/html", b"\x89PNG\r\n\x1a\n" + bytes(100)),
        ("text/plain", b"MZ\x90\x00\x03" + bytes(100)),
        ("application/zip", b"PK\x03\x04" + bytes(100)),
        ("application/octet-stream", b"PK\x03\x04" + bytes(100)),
        ("video/mp4", b"#EXTM3U\nhttp://127.0.0.1/secret"),
        ("application/x-msdownload", b"MZ"),
    ],
)
async def test_what_is_no_page(fetcher: Fetcher, site: FakeSite, base: str, kind: str, body: bytes) -> None:
    site.pages["/"] = answer(body, kind=kind)
    with pytest.raises(SourceError, match="no page or text"):
        await fetcher.page(base)


@pytest.mark.parametrize(
    ("status", "error"),
    [("404 Not Found", NotFound), ("410 Gone", NotFound), ("401 Unauthorized", NotAllowed), ("403 No", NotAllowed),
     ("429 Too Many", SourceError), ("500 Oops", SourceError), ("503 Busy", SourceError), ("999 Odd", SourceError),
     ("304 Not Modified", SourceError), ("302 Found", SourceError)],
)  # fmt: skip
async def test_errors_of_the_site(
    fetcher: Fetcher, site: FakeSite, base: str, status: str, error: type[UserError]
) -> None:
    site.pages["/"] = answer("", status=status)
    with pytest.raises(error) as told:
        await fetcher.page(base)
    assert HOST in told.value.text


# robots.txt


async def test_robots_that_forbid(fetcher: Fetcher, site: FakeSite, base: str) -> None:
    site.pages["/robots.txt"] = answer("User-agent: *\nDisallow: /private\nAllow: /private/open\n", kind="text/plain")
    site.pages["*"] = answer(PAGE)
    await fetcher.page(f"{base}/public")
    await fetcher.page(f"{base}/private/open")
    with pytest.raises(NotAllowed, match=r"robots\.txt"):
        await fetcher.page(f"{base}/private/closed")
    assert site.paths == ["/public", "/private/open"]
    assert len(site.asked) - len(site.paths) == 1, "robots.txt is kept for a while"


async def test_robots_that_name_us(fetcher: Fetcher, site: FakeSite, base: str) -> None:
    site.pages["/robots.txt"] = answer("User-agent: *\nDisallow:\n\nUser-agent: localmind\nDisallow: /\n")
    with pytest.raises(NotAllowed):
        await fetcher.page(f"{base}/public")
    assert site.paths == []


async def test_a_redirect_into_the_forbidden(fetcher: Fetcher, site: FakeSite, base: str) -> None:
    site.pages["/robots.txt"] = answer("User-agent: *\nDisallow: /private\n")
    site.pages["/"] = redirect("/private")
    site.pages["/private"] = answer(PAGE)
    with pytest.raises(NotAllowed):
        await fetcher.page(base)
    assert site.paths == ["/"]


async def test_huge_robots(fetcher: Fetcher, site: FakeSite, base: str) -> None:
    async def endless(writer: Writer) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n\r\nUser-agent: *\nDisallow: /private\n")
        while True:
            writer.write(b"Disallow: /a*b*c*d*e\n" * 1000)
            await writer.drain()

    site.pages["/robots.txt"] = endless
    site.pages["*"] = answer(PAGE)
    await fetcher.page(f"{base}/public")
    with pytest.raises(NotAllowed):
        await fetcher.page(f"{base}/private")


async def test_a_bomb_as_robots(fetcher: Fetcher, site: FakeSite, base: str) -> None:
    bomb = gzip.compress(b"User-agent: *\nDisallow: /private\n" + b"#" * 100 * MB)
    site.pages["/robots.txt"] = answer(bomb, "Content-Encoding: gzip")
    site.pages["*"] = answer(PAGE)
    await fetcher.page(f"{base}/public")
    with pytest.raises(NotAllowed):
        await fetcher.page(f"{base}/private")


@pytest.mark.parametrize("status", ["500 Oops", "503 Busy", "429 Too Many"])
async def test_robots_that_fail_forbid_everything(fetcher: Fetcher, site: FakeSite, base: str, status: str) -> None:
    site.pages["/robots.txt"] = answer("", status=status)
    site.pages["*"] = answer(PAGE)
    with pytest.raises(SourceError, match=r"robots\.txt failed"):
        await fetcher.page(base)
    assert site.paths == []


@pytest.mark.parametrize(
    "robots",
    [NO_ROBOTS, answer("", status="403 No"), answer(""), answer(bytes(range(256)) * 10), answer(PAGE),
     redirect("/robots.txt"), redirect("file:///etc/passwd"), redirect("http://127.0.0.1:1/")],
)  # fmt: skip
async def test_robots_that_say_nothing_allow(fetcher: Fetcher, site: FakeSite, base: str, robots: bytes) -> None:
    site.pages["/robots.txt"] = robots
    site.pages["/"] = answer(PAGE)
    assert (await fetcher.page(base)).data == PAGE.encode()


# TLS


class Secure:
    def __init__(self, *names: str) -> None:
        self.authority = trustme.CA()
        self.server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.authority.issue_cert(*names).configure_cert(self.server)
        self.client = ssl.create_default_context()
        self.authority.configure_trust(self.client)
        self.named: list[str | None] = []
        self.server.sni_callback = lambda _socket, name, _context: self.named.append(name)


@pytest.fixture
async def secure() -> AsyncIterator[tuple[Secure, FakeSite, str]]:
    keys = Secure(HOST)
    site = await FakeSite().start(context=keys.server)
    site.pages["*"] = answer(PAGE, kind=TEXT)
    yield keys, site, f"https://{HOST}:{site.port}"
    await site.stop()


async def test_https_with_the_right_name(make: Make, secure: tuple[Secure, FakeSite, str]) -> None:
    keys, site, url = secure
    page = await make(near=(url,), context=keys.client).page(f"{url}/x")
    assert page.data == PAGE.encode()
    assert set(keys.named) == {HOST}
    assert f"host: {HOST}:{site.port}" in site.asked[-1].lower()


async def test_https_with_another_name(make: Make, secure: tuple[Secure, FakeSite, str], names: Names) -> None:
    keys, site, _ = secure
    url = f"https://other.example:{site.port}"
    names.known["other.example"] = [["127.0.0.1"]]
    with pytest.raises(SourceError, match="prove who it is"):
        await make(near=(url,), context=keys.client).page(url)
    assert site.asked == []


async def test_https_of_nobody_we_know(make: Make, secure: tuple[Secure, FakeSite, str]) -> None:
    _, site, url = secure
    with pytest.raises(SourceError, match="prove who it is"):
        await make(near=(url,)).page(url)
    assert site.asked == []


async def test_http_where_https_is_spoken(make: Make, secure: tuple[Secure, FakeSite, str], site: FakeSite) -> None:
    keys, secured, _ = secure
    plain = f"http://{HOST}:{secured.port}"
    with pytest.raises(SourceError):
        await make(near=(plain,), context=keys.client).page(plain)
    wrapped = f"https://{HOST}:{site.port}"
    with pytest.raises(SourceError):
        await make(near=(wrapped,), context=keys.client).page(wrapped)


async def test_names_in_other_scripts(make: Make, site: FakeSite, names: Names) -> None:
    names.known["xn--bcher-kva.example"] = [["127.0.0.1"]]
    site.pages["*"] = answer(PAGE)
    near = f"http://xn--bcher-kva.example:{site.port}"
    page = await make(near=(near,)).page(f"http://Bücher.example:{site.port}/straße#ü")
    assert page.final_url == f"{near}/stra%C3%9Fe"
    assert f"host: xn--bcher-kva.example:{site.port}" in site.asked[-1].lower()


async def test_many_at_once_leave_no_connection(fetcher: Fetcher, site: FakeSite, base: str) -> None:
    site.pages["*"] = answer(PAGE)
    pages = await asyncio.gather(*(fetcher.page(f"{base}/{n}") for n in range(30)))
    assert all(page.data == PAGE.encode() for page in pages)
    for _ in range(200):
        ends = [one for one in psutil.Process().net_connections("tcp") if one.raddr and one.raddr.port == site.port]
        if not ends:
            break
        await asyncio.sleep(0.05)
    assert not ends
