"""Every request to another machine is in the ledger, and goes where it may or nowhere."""

from __future__ import annotations

import pytest

from localmind_app.core.egress import EgressLedger
from localmind_app.core.errors import SourceError
from localmind_app.features.models.carrier import MOST_REDIRECTS, Carrier, origin
from tests.features.models.fake_hub import FakeHub

pytestmark = pytest.mark.anyio
REPO = "maker/model"


@pytest.mark.parametrize(
    ("url", "made"),
    [
        ("https://Hub.Example/a/b?c#d", "https://hub.example"),
        ("http://127.0.0.1:8080/x", "http://127.0.0.1:8080"),
        ("https://user:password@hub.example/", "https://hub.example"),
        ("https://hub.example@evil.example/", "https://evil.example"),
    ],
)
def test_an_origin_is_scheme_host_and_port(url: str, made: str) -> None:
    assert origin(url) == made


@pytest.mark.parametrize(
    "url",
    [
        "http://hub.example/",
        "ftp://hub.example/",
        "file:///etc/passwd",
        "https://user:password@elsewhere.example/",
        "https://127.0.0.1/",
        "https://10.0.0.1/",
        "https://192.168.1.1:8443/",
        "https://169.254.169.254/latest/meta-data",
        "https://[::1]/",
        "https://[fe80::1]/",
        "https://localhost/",
        "https://router/",
        "https://nas.local/",
        "https://x.localhost/",
        "https://metadata.internal/",
        "https:///nowhere",
    ],
)
async def test_what_is_not_public_and_encrypted_is_not_asked(ledger: EgressLedger, url: str) -> None:
    carrier = Carrier(ledger, frozenset({"https://hub.example"}))
    with pytest.raises(SourceError, match="not a public https address"):
        carrier.check(url)
    assert carrier.check("https://elsewhere.example/file") == "https://elsewhere.example/file"
    await carrier.close()


async def test_an_address_with_a_password_does_not_show_it(ledger: EgressLedger) -> None:
    carrier = Carrier(ledger, frozenset())
    with pytest.raises(SourceError) as caught:
        carrier.check("https://user:secret@hub.example/")
    assert "secret" not in caught.value.text and "hub.example" in caught.value.text
    await carrier.close()


async def test_each_step_of_a_redirect_is_in_the_ledger(hub: FakeHub, carrier: Carrier, ledger: EgressLedger) -> None:
    hub.add(REPO, "a.gguf", b"x" * 1000)
    async with carrier.get(f"{hub.base}/{REPO}/resolve/main/a.gguf", "download a model") as reply:
        data = b"".join([chunk async for chunk in reply.chunks()])
    assert data == b"x" * 1000
    assert reply.linked["x-linked-size"] == "1000" and not reply.at_hub
    entries = await ledger.entries()
    assert [(one.host, one.purpose, one.received) for one in entries] == [
        ("127.0.0.1", "download a model", 1000),
        ("127.0.0.1", "download a model", 0),
    ]


@pytest.mark.parametrize(
    "place", ["http://192.168.1.1/x", "file:///etc/passwd", "//10.0.0.1/x", "http://127.0.0.1:9/x"]
)
async def test_a_redirect_to_a_near_machine_is_not_followed(
    hub: FakeHub, carrier: Carrier, ledger: EgressLedger, place: str
) -> None:
    hub.add(REPO, "a.gguf", b"x")
    hub.trouble.redirect = place
    with pytest.raises(SourceError, match="Nothing was fetched from there"):
        async with carrier.get(f"{hub.base}/{REPO}/resolve/main/a.gguf", "test"):
            raise AssertionError("it was followed")
    assert len(await ledger.entries()) == 1


async def test_redirects_without_end_have_one(hub: FakeHub, carrier: Carrier, ledger: EgressLedger) -> None:
    hub.add(REPO, "a.gguf", b"x")
    hub.trouble.redirect = f"/{REPO}/resolve/main/a.gguf"
    with pytest.raises(SourceError, match="without end"):
        async with carrier.get(f"{hub.base}/{REPO}/resolve/main/a.gguf", "test"):
            raise AssertionError("there is an answer")
    assert len(await ledger.entries()) == MOST_REDIRECTS + 1
