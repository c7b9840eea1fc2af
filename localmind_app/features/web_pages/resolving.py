"""From a host to the IP addresses that may be connected to: looked up once, each one checked, then used as they are.

A name is never looked up a second time between check and connection, so its answer cannot change in between.
"""

from __future__ import annotations

import asyncio
import ipaddress
import socket
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass

import psutil

from localmind_app.core.errors import SourceError

from .address import Address, IpAddress, check_host, is_public, near

Resolver = Callable[[str, int], Awaitable[list[str]]]
Network = ipaddress.IPv4Network | ipaddress.IPv6Network
LOOKUP_SECONDS = 10.0
MOST_ADDRESSES = 6
# Interfaces of tunnels may claim the whole internet as their network; such a claim says nothing.
_WIDEST = {4: 16, 6: 48}


async def ask_system(host: str, port: int) -> list[str]:
    """Look a name up as every program on this machine does."""
    found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(place[0]) for *_, place in found))


@dataclass(frozen=True)
class Policy:
    """Which machines may be asked: the public internet's, and by name the ones an owner entered.

    `near` are origins (``http://192.168.1.5:8888``) that may be on this machine or in its network. Never allowed, also
    there: link-local and multicast addresses, among them the clouds' metadata services.
    """

    near: frozenset[str] = frozenset()

    def check(self, address: Address) -> None:
        """Refuse what can be refused without looking anything up. Raises NotAllowed."""
        if address.origin not in self.near:
            check_host(address)
        if address.number is not None:
            self._check_numbers(address, [address.number])

    async def places(self, address: Address, resolver: Resolver = ask_system) -> list[IpAddress]:
        """The IP addresses to connect to, in the system's order.

        Raises NotAllowed when even one of them may not be asked, SourceError when there is none.
        """
        self.check(address)
        if address.number is not None:
            return [address.number]
        numbers = await _looked_up(address, resolver)
        self._check_numbers(address, numbers)
        return numbers[:MOST_ADDRESSES]

    def _check_numbers(self, address: Address, numbers: list[IpAddress]) -> None:
        if address.origin in self.near:
            allowed = all(map(_may_be_near, numbers))
        else:
            own = tuple(own_networks())
            allowed = all(is_public(one) and not any(one in network for network in own) for one in numbers)
        if not allowed:
            raise near(address.host)


def own_networks() -> Iterable[Network]:
    """This machine's own addresses and the networks it is part of: its neighbours may have public numbers too."""
    for interface in psutil.net_if_addrs().values():
        for one in interface:
            if one.family not in (socket.AF_INET, socket.AF_INET6):
                continue
            own = ipaddress.ip_address(one.address.partition("%")[0])
            yield ipaddress.ip_network(own)
            network = _network(own, one.netmask)
            if network is not None and network.prefixlen >= _WIDEST[own.version]:
                yield network


def _network(own: IpAddress, netmask: str | None) -> Network | None:
    if not netmask:
        return None
    try:
        length = bin(int(ipaddress.ip_address(netmask))).count("1")
        return ipaddress.ip_network(f"{own}/{length}", strict=False)
    except ValueError:
        return None


async def _looked_up(address: Address, resolver: Resolver) -> list[IpAddress]:
    try:
        async with asyncio.timeout(LOOKUP_SECONDS):
            texts = await resolver(address.host, address.port)
        numbers = [ipaddress.ip_address(text) for text in texts]
    except (OSError, UnicodeError, ValueError) as error:  # ValueError: an address with a zone
        raise _unknown(address) from error
    if not numbers:
        raise _unknown(address)
    return numbers


def _unknown(address: Address) -> SourceError:
    return SourceError(
        "There is no host {host}, or it cannot be looked up. Check the address and the network connection.",
        host=address.host,
    )


def _may_be_near(number: IpAddress) -> bool:
    inner = getattr(number, "ipv4_mapped", None) or number
    metadata = {"100.100.100.200", "168.63.129.16", "192.0.0.192", "fd00:ec2::254"}
    return not (inner.is_link_local or inner.is_multicast or inner.is_unspecified or str(inner) in metadata)
