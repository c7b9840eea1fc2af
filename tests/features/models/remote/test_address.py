import pytest

from localmind_app.core.errors import Invalid
from localmind_app.features.models.remote import address as module
from localmind_app.features.models.remote.address import read, resolved


@pytest.mark.parametrize(
    ("url", "base", "loopback"),
    [
        (" http://127.0.0.1:11434/v1/ ", "http://127.0.0.1:11434", True),
        ("http://localhost:1234", "http://localhost:1234", True),
        ("http://[::1]:8000/v1", "http://[::1]:8000", True),
        ("http://2130706433:80", "http://127.0.0.1:80", True),
        ("http://[::ffff:127.0.0.1]/", "http://127.0.0.1", True),
        ("http://192.168.1.20:8080/v1", "http://192.168.1.20:8080", False),
        ("https://api.openai.com/v1/chat/completions", "https://api.openai.com", False),
        ("https://openrouter.ai/api/v1", "https://openrouter.ai/api", False),
        ("http://localhost.evil.example", "http://localhost.evil.example", False),
    ],
)
def test_addresses_people_type(url: str, base: str, loopback: bool) -> None:
    address = read(url)
    assert (address.base_url, address.loopback) == (base, loopback)
    assert read(address.base_url) == address, "what is stored reads the same"


@pytest.mark.parametrize(
    "url",
    [
        "", "127.0.0.1:8000", "ftp://host/v1", "file:///etc/passwd", "http://", "http://host:99999/v1", "http://[::1",
        "http://user:pass@host/v1", "http://key@host/v1", "http://host/v1?key=1", "http://host/#x", "http://a b/",
        "http://host\r\nX-Header: 1", "http://127.0.0.1\\@evil/", "http://" + "a" * 400,
    ],
)  # fmt: skip
def test_what_is_no_address(url: str) -> None:
    with pytest.raises(Invalid):
        read(url)


@pytest.mark.parametrize(
    "host",
    [
        "169.254.169.254", "2852039166", "0xa9fea9fe", "0251.0376.0251.0376", "[::ffff:169.254.169.254]", "[fe80::1]",
        "[fe80::1%25eth0]", "[fd00:ec2::254]", "100.100.100.200", "168.63.129.16", "metadata.google.internal",
        "METADATA.google.internal.", "0.0.0.0", "[::]", "224.0.0.1",
    ],
)  # fmt: skip
def test_metadata_and_link_local_addresses_are_refused_in_every_spelling(host: str) -> None:
    with pytest.raises(Invalid, match="not the address of an engine"):
        read(f"http://{host}/v1")


@pytest.mark.anyio
async def test_a_name_that_stands_for_a_refused_address_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    await resolved(read("http://localhost:1/v1"))
    await resolved(read("http://no-such-host.invalid/v1"))  # connecting says so
    # The name service is the one thing here that no test can own: loopback plays the part of a refused address.
    monkeypatch.setattr(module, "_is_forbidden", lambda number: number.is_loopback)
    with pytest.raises(Invalid, match="not the address of an engine"):
        await resolved(read("http://localhost:1/v1"))
