"""Addresses of remote engines: which are accepted, and which of them leave this machine."""

from __future__ import annotations

import asyncio
import ipaddress
import re
import socket
from dataclasses import dataclass
from urllib.parse import urlsplit

from localmind_app.core.errors import Invalid

LONGEST = 300
# Where clouds answer a machine's own questions, passwords included. None of them is an engine.
_METADATA_HOSTS = {"metadata", "metadata.google.internal", "metadata.goog", "instance-data"}
_METADATA = {ipaddress.ip_address(one) for one in ("100.100.100.200", "168.63.129.16", "192.0.0.192", "fd00:ec2::254")}
_ENDINGS = re.compile(r"(/v1)?(/chat/completions|/completions|/models|/embeddings)?/*$")
IpAddress = ipaddress.IPv4Address | ipaddress.IPv6Address


@dataclass(frozen=True)
class Address:
    """An accepted address. `base_url` has no /v1 and no slash at its end; `host` is a name or a number."""

    base_url: str
    host: str
    loopback: bool
    encrypted: bool

    @property
    def origin(self) -> str:
        """Scheme, host and port: a key is only ever sent to the origin it was entered for."""
        parts = urlsplit(self.base_url)
        return f"{parts.scheme}://{parts.netloc}"


def read(url: str) -> Address:
    """The address a person typed. Raises Invalid saying what is wrong with it.

    Numbers are checked here; what a name stands for is checked by `resolved`, right before it is used.
    """
    url = url.strip()
    if not url or len(url) > LONGEST or re.search(r"[\s\x00-\x20\x7f\\]", url):
        raise Invalid("The address must be a URL such as http://192.168.1.20:11434/v1, without blanks.")
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise Invalid("{url} is not an address: its host or port makes no sense.", url=url) from None
    host = (parts.hostname or "").rstrip(".")
    if parts.scheme not in ("http", "https") or not host:
        raise Invalid("The address must begin with http:// or https:// and name a host.")
    if parts.username is not None or parts.password is not None:
        raise Invalid("The address must not contain a name or password. Enter the key in its own field.")
    if parts.query or parts.fragment:
        raise Invalid("The address must not contain ? or #.")
    number = _number(host)
    if host in _METADATA_HOSTS or (number is not None and _is_forbidden(number)):
        raise _forbidden(host)
    shown = f"[{number}]" if number is not None and number.version == 6 else str(number) if number else host
    netloc = shown if port is None else f"{shown}:{port}"
    path = _ENDINGS.sub("", parts.path)
    loopback = number.is_loopback if number is not None else host == "localhost" or host.endswith(".localhost")
    return Address(f"{parts.scheme}://{netloc}{path}", shown.strip("[]"), loopback, parts.scheme == "https")


async def resolved(address: Address) -> None:
    """Look the name up once more. Raises Invalid when it stands for an address that is refused.

    A name that cannot be found is no error here: connecting says so in its own words.
    """
    try:
        found = await asyncio.get_running_loop().getaddrinfo(address.host, None, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        return
    for *_, place in found:
        if _is_forbidden(_unmapped(ipaddress.ip_address(str(place[0]).partition("%")[0]))):
            raise _forbidden(address.host)


def _forbidden(host: str) -> Invalid:
    return Invalid(
        "{host} is not the address of an engine: it is a link-local, multicast or cloud metadata address.", host=host
    )


def _number(host: str) -> IpAddress | None:
    """The IP address `host` is written as, in any of the forms the system would connect to; None for a name."""
    try:
        return _unmapped(ipaddress.ip_address(host.partition("%")[0]))
    except ValueError:
        pass
    try:
        return ipaddress.ip_address(socket.inet_aton(host))  # 2852039166, 0xa9.0xfe.43518 and the like
    except OSError:
        return None


def _unmapped(number: IpAddress) -> IpAddress:
    inner = getattr(number, "ipv4_mapped", None)
    return inner or number


def _is_forbidden(number: IpAddress) -> bool:
    return number in _METADATA or number.is_link_local or number.is_multicast or number.is_unspecified
