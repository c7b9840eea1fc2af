"""Names become addresses once, and every address is checked."""

from __future__ import annotations

import asyncio
import ipaddress

import psutil
import pytest

from localmind_app.core.errors import NotAllowed, SourceError
from localmind_app.features.web_pages import resolving
from localmind_app.features.web_pages.address import read
from localmind_app.features.web_pages.resolving import Policy, ask_system, own_networks

PUBLIC = ["93.184.216.34", "2606:2800:220:1::1"]


def answers(*numbers: str) -> resolving.Resolver:
    async def look_up(host: str, port: int) -> list[str]:
        return list(numbers)

    return look_up


async def test_public_addresses_in_their_order() -> None:
    places = await Policy().places(read("https://example.org/"), answers(*PUBLIC))
    assert [str(place) for place in places] == PUBLIC


@pytest.mark.parametrize("inner", ["10.1.2.3", "127.0.0.1", "169.254.169.254", "::ffff:a00:1", "fe80::1%eth0", "::1"])
async def test_one_private_address_among_public_ones_is_enough(inner: str) -> None:
    with pytest.raises((NotAllowed, SourceError)):
        await Policy().places(read("https://example.org/"), answers(*PUBLIC, inner))


async def test_numbers_are_not_looked_up() -> None:
    async def never(host: str, port: int) -> list[str]:
        raise AssertionError(host)

    assert await Policy().places(read("https://1.1.1.1/"), never) == [ipaddress.ip_address("1.1.1.1")]
    for url in ("http://127.0.0.1/", "http://[::1]:8080/", "http://[::ffff:7f00:1]/", "http://169.254.169.254/latest"):
        with pytest.raises(NotAllowed):
            await Policy().places(read(url), never)


async def test_near_names_are_not_even_looked_up() -> None:
    async def never(host: str, port: int) -> list[str]:
        raise AssertionError(host)

    for url in ("http://localhost/", "http://router/", "http://nas.local/"):
        with pytest.raises(NotAllowed):
            await Policy().places(read(url), never)


async def test_own_networks_are_not_the_web(monkeypatch: pytest.MonkeyPatch) -> None:
    class One:
        def __init__(self, family: int, address: str, netmask: str | None) -> None:
            self.family, self.address, self.netmask = family, address, netmask

    import socket

    interfaces = {
        "eth0": [
            One(socket.AF_INET, "185.1.2.3", "255.255.255.0"),
            One(socket.AF_INET6, "2a00:1450:1:2:3::4%eth0", "ffff:ffff:ffff:ffff::"),
            One(-1, "00:11:22:33:44:55", None),
        ],
        "tun0": [One(socket.AF_INET, "194.5.6.7", "0.0.0.0"), One(socket.AF_INET, "195.8.9.10", None)],
    }
    monkeypatch.setattr(psutil, "net_if_addrs", lambda: interfaces)
    for own in ("185.1.2.3", "185.1.2.200", "2a00:1450:1:2::99", "194.5.6.7", "195.8.9.10"):
        with pytest.raises(NotAllowed):
            await Policy().places(read("https://example.org/"), answers(own))
    for far in ("185.1.3.1", "2a00:1450:1:3::1", "194.5.6.8", "8.8.8.8"):
        assert await Policy().places(read("https://example.org/"), answers(far))


def test_the_machines_own_addresses_are_known() -> None:
    assert any(ipaddress.ip_address("127.0.0.1") in network for network in own_networks() if network.version == 4)


async def test_an_entered_address_may_be_near_but_only_that_one() -> None:
    policy = Policy(frozenset({"http://search.lan:8888"}))
    near = await policy.places(read("http://search.lan:8888/search"), answers("192.168.1.20"))
    assert str(near[0]) == "192.168.1.20"
    for other in ("http://search.lan:8889/", "https://search.lan:8888/", "http://search.lan/"):
        with pytest.raises(NotAllowed):
            await policy.places(read(other), answers("192.168.1.20"))


@pytest.mark.parametrize(
    "number",
    ["169.254.169.254", "fe80::1", "::ffff:a9fe:a9fe", "100.100.100.200", "fd00:ec2::254", "224.0.0.1", "0.0.0.0"],
)
async def test_metadata_is_never_near_enough(number: str) -> None:
    policy = Policy(frozenset({"http://search.lan:8888"}))
    with pytest.raises(NotAllowed):
        await policy.places(read("http://search.lan:8888/"), answers(number))


async def test_names_that_nobody_knows() -> None:
    with pytest.raises(SourceError):
        await Policy().places(read("https://no-such-name.invalid/"), ask_system)
    with pytest.raises(SourceError):
        await Policy().places(read("https://example.org/"), answers())
    with pytest.raises(SourceError):
        await Policy().places(read("https://example.org/"), answers("not a number"))


async def test_a_lookup_without_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(resolving, "LOOKUP_SECONDS", 0.05)

    async def forever(host: str, port: int) -> list[str]:
        await asyncio.Event().wait()
        return []

    with pytest.raises(SourceError):
        await Policy().places(read("https://example.org/"), forever)


async def test_the_system_knows_this_machine() -> None:
    assert "127.0.0.1" in await ask_system("localhost", 80)
