"""Addresses of web pages: how one is read, and which machines are never asked.

One reader for everything: what it makes of a text is what is looked up, connected to and sent, so that no second
parser can see another host in it (CVE-2026-45400). Anything that could be read in two ways is refused.
Not covered: private networks behind a NAT64 prefix of the network's own (RFC 6052), which cannot be told from the
public internet.
"""

from __future__ import annotations

import ipaddress
import re
from dataclasses import dataclass
from urllib.parse import quote, urljoin

import idna

from localmind_app.core.errors import Invalid, NotAllowed

LONGEST = 4000
DEFAULT_PORTS = {"http": 80, "https": 443}
IpAddress = ipaddress.IPv4Address | ipaddress.IPv6Address

_WHOLE = re.compile(r"(?P<scheme>[A-Za-z][A-Za-z0-9+.-]*)://(?P<authority>[^/?#]*)(?P<rest>[^#]*)(?:#.*)?", re.DOTALL)
_AUTHORITY = re.compile(r"(?P<host>\[[^\[\]]*\]|[^:\[\]]*)(?::(?P<port>[0-9]{0,5}))?")
_UNCLEAR = re.compile(r"[\x00-\x20\x7f-\x9f\\\u2028\u2029\ufeff]")
_NAME = re.compile(r"(?=.{1,253}$)[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?(\.[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?)*")
_NUMERIC_END = re.compile(r"(^|\.)(0x[0-9a-f]*|[0-9]+)$")
# Characters that stay as they are in a path and query (RFC 3986); % is kept, since what is quoted stays quoted.
_KEPT = "/?:@!$&'()*+,;=-._~%[]"

# Names that are never public (RFC 6761, 6762, 7686, 8375, 9476, and what routers and offices use).
_NEAR = ("localhost", "local", "internal", "intranet", "lan", "home", "corp", "private", "home.arpa", "onion", "alt")
# Ports above 1023 at which another protocol than HTTP is spoken (the Fetch standard's "bad ports").
_OTHER_PROTOCOLS = {
    1719, 1720, 1723, 2049, 3659, 4045, 4190, 5060, 5061, 6000, 6566, 6665, 6666, 6667, 6668, 6669, 6679, 6697, 10080,
}  # fmt: skip

# Public by their number, yet not a web server's: a cloud's own service, relays, reserved for protocols.
_FORBIDDEN_V4 = tuple(map(ipaddress.IPv4Network, ("168.63.129.16/32", "192.0.0.0/24", "192.88.99.0/24")))
_GLOBAL_V6 = ipaddress.IPv6Network("2000::/3")
_FORBIDDEN_V6 = tuple(
    map(
        ipaddress.IPv6Network,
        (
            "2001::/23",  # Teredo, ORCHID, benchmarking and other protocols
            "2001:db8::/32",  # documentation
            "2002::/16",  # 6to4: carries any IPv4 address inside
            "3fff::/20",  # documentation
        ),
    )
)
_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")
_ISATAP = {0x00005EFE, 0x02005EFE}  # the third quarter of an address that carries an IPv4 one in the last


@dataclass(frozen=True)
class Address:
    """An accepted address: `target` is path and query.

    `host` is in lower case and ASCII, an IPv6 number without brackets.
    """

    scheme: str
    host: str
    port: int
    target: str

    @property
    def authority(self) -> str:
        """Host and port as they stand in an address and in the Host header."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == DEFAULT_PORTS[self.scheme] else f"{host}:{self.port}"

    @property
    def origin(self) -> str:
        """Scheme, host and port."""
        return f"{self.scheme}://{self.authority}"

    @property
    def url(self) -> str:
        """The address as a text."""
        return self.origin + self.target

    @property
    def path(self) -> str:
        """The path without the query."""
        return self.target.partition("?")[0]

    @property
    def number(self) -> IpAddress | None:
        """The IP address that the host is written as; None for a name."""
        try:
            return ipaddress.ip_address(self.host)
        except ValueError:
            return None


def read(url: str) -> Address:
    """The address a person typed, a search found or a page named. A fragment is dropped.

    Raises Invalid saying what is wrong with it. Whether it may be asked is `check_host`'s and `is_public`'s question.
    """
    url = url.strip(" \t\r\n")
    if not url or len(url) > LONGEST or _UNCLEAR.search(url):
        raise Invalid("The address must be a URL such as https://example.org/page, without blanks.")
    whole = _WHOLE.fullmatch(url)
    if whole is None or whole["scheme"].lower() not in DEFAULT_PORTS:
        raise Invalid(
            "Only addresses that begin with http:// or https:// can be read, so {url} was not.", url=url[:200]
        )
    scheme, authority = whole["scheme"].lower(), whole["authority"]
    if "@" in authority:
        raise Invalid("The address must not contain a name or password before its host.")
    parts = _AUTHORITY.fullmatch(authority)
    if parts is None:
        raise _senseless(url)
    port = int(parts["port"]) if parts["port"] else DEFAULT_PORTS[scheme]
    if not 0 < port < 65536:
        raise _senseless(url)
    rest = whole["rest"]
    target = quote(rest if rest.startswith("/") else f"/{rest}", safe=_KEPT)
    return Address(scheme, _host(parts["host"], url), port, target)


def follow(address: Address, link: str) -> Address:
    """Where a redirect or link of a page leads. Raises Invalid."""
    if _UNCLEAR.search(link) or len(link) > LONGEST:
        link = quote(link[: LONGEST + 1], safe=_KEPT + "#")  # blanks and control characters lose their meaning
    try:
        return read(urljoin(address.url, link))
    except ValueError:  # urljoin on a broken IPv6 number
        raise _senseless(link) from None


def check_host(address: Address) -> None:
    """Refuse names and ports that are no public web server's, before anything is looked up. Raises NotAllowed."""
    if address.number is None and ("." not in address.host or _ends_with(address.host, _NEAR)):
        raise near(address.host)
    if address.port not in (80, 443) and (address.port < 1024 or address.port in _OTHER_PROTOCOLS):
        raise NotAllowed(
            "Nothing is read from port {port}: it is for another kind of server than a web server. Nothing was sent.",
            port=address.port,
        )


def near(host: str) -> NotAllowed:
    """The error of a host that is this machine, or in its network."""
    return NotAllowed(
        "{host} is this machine or part of a private network. LocalMind reads only public web pages; nothing was sent.",
        host=host[:200],
    )


def is_public(number: IpAddress) -> bool:
    """Whether an IP address is one of the public internet's, in whatever form it carries an IPv4 address."""
    if isinstance(number, ipaddress.IPv4Address):
        odd = number.is_multicast or number.is_reserved or number.is_private
        return number.is_global and not odd and not any(number in network for network in _FORBIDDEN_V4)
    inner = number.ipv4_mapped or (ipaddress.IPv4Address(int(number) & 0xFFFFFFFF) if number in _NAT64 else None)
    if inner is not None:
        return is_public(inner)
    if number not in _GLOBAL_V6 or any(number in network for network in _FORBIDDEN_V6):
        return False
    return number.is_global and (int(number) >> 32) & 0xFFFFFFFF not in _ISATAP


def _ends_with(host: str, endings: tuple[str, ...]) -> bool:
    return any(host == ending or host.endswith(f".{ending}") for ending in endings)


def _senseless(url: str) -> Invalid:
    return Invalid("{url} is not an address: its host or port makes no sense.", url=url[:200])


def _host(written: str, url: str) -> str:
    if written.startswith("["):
        if "%" in written:  # a zone exists only on this machine
            raise _senseless(url)
        try:
            return str(ipaddress.IPv6Address(written[1:-1]))
        except ValueError:
            raise _senseless(url) from None
    try:
        # Also makes full-width digits and dots plain ones, as browsers do; so numbers are looked for afterwards.
        name = idna.encode(written.removesuffix("."), uts46=True).decode() if not written.isascii() else written.lower()
    except idna.IDNAError:
        raise _senseless(url) from None
    name = name.removesuffix(".")
    if not _NAME.fullmatch(name):
        raise _senseless(url)
    if _NUMERIC_END.search(name):  # 2130706433, 0x7f.1, 0177.0.0.1: systems differ in what they make of them
        try:
            return str(ipaddress.IPv4Address(name))
        except ValueError:
            raise _senseless(url) from None
    return name
