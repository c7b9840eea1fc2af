"""Fetches single pages from the public web: every address checked, every request in the ledger, everything capped.

Never sent: cookies, credentials, a Referer. Never used: proxies of the environment. Followed: at most five redirects,
each of them checked like the first address.
"""

from __future__ import annotations

import asyncio
import re
import ssl
import time
from collections import OrderedDict
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass

import httpcore
import httpx

from localmind_app.core.egress import EgressLedger
from localmind_app.core.errors import NotAllowed, NotFound, SourceError, UserError

from . import encoding, media, robots
from .address import Address, follow, read
from .connection import ask
from .encoding import Unpacker, too_large
from .resolving import Policy, Resolver, ask_system

AGENT = f"Mozilla/5.0 (compatible; {robots.PRODUCT})"  # many sites refuse what does not begin like a browser's
PAGES = "text/html,application/xhtml+xml,application/pdf,text/*;q=0.9,*/*;q=0.5"
_REDIRECTS = (301, 302, 303, 307, 308)
_LENGTH = re.compile(r"[0-9]{1,18}")
_HTTP_ERRORS = (
    httpcore.NetworkError,
    httpcore.TimeoutException,
    httpcore.ProtocolError,
    httpcore.UnsupportedProtocol,
    ssl.SSLError,
)


@dataclass(frozen=True)
class Limits:
    """What one page may cost.

    `seconds` is for all of it, redirects and robots.txt included; `silence` for one wait; `bytes` after unpacking.
    """

    bytes: int = 20_000_000
    seconds: float = 40.0
    silence: float = 15.0
    redirects: int = 5


@dataclass(frozen=True)
class Page:
    """What an address led to. `url` is the one asked for, `final_url` where the redirects ended.

    `media_type` is the one found, `charset` the one the server named. `title`, `date` (YYYY-MM-DD), `site` and
    `canonical` (the page's own name for itself, on the same host) are known once it was read.
    """

    url: str
    final_url: str
    media_type: str
    data: bytes
    charset: str = ""
    kind: media.Kind = "html"
    title: str = ""
    date: str = ""
    site: str = ""
    canonical: str = ""


@dataclass(frozen=True)
class Answer:
    """One answer that is no redirect."""

    address: Address
    status: int
    content_type: str
    data: bytes


@dataclass(frozen=True)
class _Wish:
    """How to ask: what for (as the ledger says it), what is accepted, and whether robots.txt is obeyed.

    `cut` keeps the first `limit` bytes of what is larger instead of refusing it. `reason` goes into the ledger.
    """

    purpose: str
    limit: int
    accept: str = PAGES
    obey: bool = True
    any_type: bool = False
    cut: bool = False
    reason: str = ""


class Fetcher:
    """Asks the web.

    `policy` says which machines may be asked, `resolver` looks names up, `context` checks certificates.
    """

    def __init__(
        self,
        ledger: EgressLedger,
        *,
        policy: Policy | None = None,
        resolver: Resolver = ask_system,
        context: ssl.SSLContext | None = None,
        limits: Limits | None = None,
    ) -> None:
        self._ledger, self._policy, self._resolver = ledger, policy or Policy(), resolver
        self._context = context
        self._limits = limits or Limits()
        self._robots: OrderedDict[str, tuple[float, robots.Rules]] = OrderedDict()

    async def page(self, url: str, reason: str = "") -> Page:
        """The page at an address. `reason` is what made somebody ask, for the ledger.

        Raises Invalid, NotAllowed, NotFound, TooLarge or SourceError; nothing is kept then.
        """
        address = read(url)
        answer = await self._get(address, _Wish("read a web page", self._limits.bytes, reason=reason))
        _check_status(answer)
        kind = media.kind(answer.content_type, answer.data[:4096])
        if not kind:
            raise _not_a_page(answer.address, answer.content_type)
        return Page(
            address.url,
            answer.address.url,
            media.shown(kind, answer.content_type),
            answer.data,
            media.charset(answer.content_type),
            kind,
        )

    async def file(self, url: str, purpose: str) -> Answer:
        """A file of any type. Raises as `page`."""
        answer = await self._get(read(url), _Wish(purpose, self._limits.bytes, any_type=True))
        _check_status(answer)
        return answer

    async def api(self, url: str, purpose: str, accept: str, reason: str = "") -> Answer:
        """What a program's interface says, whatever its status; robots.txt is not for those. Raises as `page`."""
        wish = _Wish(purpose, self._limits.bytes, accept, obey=False, any_type=True, reason=reason)
        return await self._get(read(url), wish)

    async def rules(self, url: str) -> robots.Rules:
        """What a site's robots.txt says. Raises as `page`, but not where there is none."""
        async with self._deadline(read(url)):
            return await self._rules(read(url))

    @asynccontextmanager
    async def _deadline(self, address: Address) -> AsyncIterator[None]:
        try:
            async with asyncio.timeout(self._limits.seconds):
                yield
        except TimeoutError as error:
            raise _too_slow(address) from error

    async def _get(self, address: Address, wish: _Wish) -> Answer:
        """Follow redirects to an answer; each address is checked and, where wished, asked for its robots.txt."""
        async with self._deadline(address):
            for _ in range(self._limits.redirects + 1):
                if wish.obey:
                    await self._check_robots(address, wish.reason)
                answer = await self._once(address, wish)
                if isinstance(answer, Answer):
                    return answer
                address = follow(address, answer)
        raise SourceError(
            "{host} sends us from one address to the next without end. Nothing was read.", host=address.host
        )

    async def _once(self, address: Address, wish: _Wish) -> Answer | str:
        """One request; the answer, or where it redirects to."""
        self._policy.check(address)
        entry = await self._ledger.begin(address.host, wish.purpose, reason=wish.reason)
        headers = [("User-Agent", AGENT), ("Accept", wish.accept), ("Accept-Encoding", encoding.ASKED_FOR)]
        received = [0]
        try:
            numbers = await self._policy.places(address, self._resolver)
            async with ask(address, numbers, self._certificates(), headers, self._limits.silence) as response:
                told = {_text(name).lower(): _text(value) for name, value in response.headers}
                if response.status in _REDIRECTS and told.get("location"):
                    return told["location"]
                return await self._answer(address, wish, response, told, received)
        except _HTTP_ERRORS as error:
            raise _broken(address, error) from error
        finally:
            if received[0]:
                await self._ledger.finish(entry, received[0])

    async def _answer(
        self, address: Address, wish: _Wish, response: httpcore.Response, told: Mapping[str, str], received: list[int]
    ) -> Answer:
        kind = told.get("content-type", "")
        if not 200 <= response.status < 300 and not wish.any_type:
            return Answer(address, response.status, kind, b"")
        if not (wish.any_type or media.may_be(kind)):
            raise _not_a_page(address, kind)
        length = told.get("content-length", "")
        if not wish.cut and _LENGTH.fullmatch(length) and int(length) > wish.limit:
            raise too_large(address.host, wish.limit)
        body = Unpacker(told.get("content-encoding", ""), wish.limit, address.host)
        async for chunk in response.aiter_stream():
            received[0] += len(chunk)
            if received[0] > wish.limit and not wish.cut:
                raise too_large(address.host, wish.limit)
            body.take(chunk, cut=wish.cut)
            if wish.cut and (body.full or received[0] > wish.limit):
                return Answer(address, response.status, kind, bytes(body.data))
        return Answer(address, response.status, kind, body.end())

    def _certificates(self) -> ssl.SSLContext:
        if self._context is None:  # reading all authorities takes a moment, so only once somebody asks
            self._context = httpx.create_ssl_context()
        return self._context

    # robots.txt

    async def _check_robots(self, address: Address, reason: str) -> None:
        rules = await self._rules(address, reason)
        if rules.broken:
            raise SourceError(
                "{host} could not say what may be read there: its robots.txt failed ({status}). Try again later.",
                host=address.host,
                status=rules.broken,
            )
        if not rules.allow(address.url):
            raise NotAllowed(
                "{host} does not want this page to be read by programs (robots.txt), so it was not. "
                "Open it in your browser instead.",
                host=address.host,
            )

    async def _rules(self, address: Address, reason: str = "") -> robots.Rules:
        kept = self._robots.get(address.origin)
        if kept is not None and time.monotonic() - kept[0] < robots.KEPT_SECONDS:
            return kept[1]
        rules = await self._ask_rules(address, reason)
        self._robots[address.origin] = (time.monotonic(), rules)
        self._robots.move_to_end(address.origin)
        while len(self._robots) > robots.MOST_KEPT:
            self._robots.popitem(last=False)
        return rules

    async def _ask_rules(self, address: Address, reason: str) -> robots.Rules:
        wish = _Wish(
            "read robots.txt",
            robots.LARGEST,
            "text/plain,*/*;q=0.1",
            obey=False,
            any_type=True,
            cut=True,
            reason=reason,
        )
        place = Address(address.scheme, address.host, address.port, "/robots.txt")
        for _ in range(self._limits.redirects + 1):
            answer = await self._once(place, wish)
            if isinstance(answer, Answer):
                # A large one takes a moment to read, and the event loop has others to serve.
                return await asyncio.to_thread(robots.understood, answer.status, answer.data)
            try:
                place = follow(place, answer)
                self._policy.check(place)
            except UserError:
                return robots.Rules()  # it leads nowhere: there is none
        return robots.Rules()


def _text(raw: bytes) -> str:
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return raw.decode("latin-1")


def _check_status(answer: Answer) -> None:
    host, status = answer.address.host, answer.status
    if 200 <= status < 300:
        return
    if status in (404, 410):
        raise NotFound("There is no such page on {host}.", host=host)
    if status in (401, 402, 403, 407, 451):
        raise NotAllowed(
            "{host} does not show this page to everybody ({status}), so it was not read. "
            "Open it in your browser instead.",
            host=host,
            status=status,
        )
    if status == 429:
        raise SourceError("{host} wants to be asked less often. Try again later.", host=host)
    raise SourceError("{host} answered with an error ({status}). Try again later.", host=host, status=status)


def _not_a_page(address: Address, content_type: str) -> SourceError:
    return SourceError(
        "What {host} has there is no page or text that can be read ({kind}). Nothing was kept.",
        host=address.host,
        kind=media.media_type(content_type) or "unknown",
    )


def _too_slow(address: Address) -> SourceError:
    return SourceError("{host} took too long to answer, so nothing was read. Try again later.", host=address.host)


def _broken(address: Address, error: Exception) -> SourceError:
    """The error of a connection that failed. What the other side says of itself is not repeated."""
    if isinstance(error, httpcore.TimeoutException):
        return _too_slow(address)
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, ssl.SSLCertVerificationError):
            return SourceError(
                "{host} could not prove who it is ({detail}), so nothing was asked of it.",
                host=address.host,
                detail=cause.verify_message,
            )
        cause = cause.__cause__ or cause.__context__
    if isinstance(error, httpcore.ConnectError | ssl.SSLError):
        return SourceError("{host} cannot be reached. Check the address and the network connection.", host=address.host)
    return SourceError(
        "The connection to {host} broke before all of the page was here. Nothing was kept; try again.",
        host=address.host,
    )
