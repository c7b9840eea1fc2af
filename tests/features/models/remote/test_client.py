"""The engine client against servers that misbehave: every failure is a clear sentence, and soon."""

from __future__ import annotations

import datetime
import ipaddress
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from localmind_app.core.errors import EngineError, EngineUnreachable, TooMany, UserError
from localmind_app.core.home import Home
from localmind_app.engine.client import EngineClient
from localmind_app.engine.foreign import LONGEST_DETAIL, detail, never_sent, refusal
from tests.remote_door import Door

pytestmark = pytest.mark.anyio
ASK: dict[str, Any] = {"model": "fast", "messages": [{"role": "user", "content": "Hi"}], "max_tokens": 3}


@pytest.fixture
def door(tmp_path: Path) -> Iterator[Door]:
    """A server without an engine behind it: everything here fails before one is needed, or is made up by a mood."""
    with Door("vLLM", Home(tmp_path), key="right-key") as opened:
        yield opened


async def failure(url: str, key: str | None = "right-key", silence: float = 20.0) -> UserError:
    client = EngineClient.remote(url, key, silence)
    try:
        with pytest.raises(UserError) as raised:
            await client.chat(ASK)
        return raised.value
    finally:
        await client.close()


@pytest.mark.parametrize(
    ("mood", "kind", "sentence"),
    [
        ("redirect", EngineError, "elsewhere (http://127.0.0.1:9/v1/elsewhere). That was not followed"),
        ("busy", EngineUnreachable, "cannot answer now (status 503: the model is loading)"),
        ("limit", TooMany, "Try again in 7 s"),
        ("page", EngineError, "did not stream its answer"),
        ("garbage", EngineError, "not JSON: {not json"),
        ("number", EngineError, "not JSON: 42"),
        ("shapes", EngineError, "not in the form of OpenAI's API"),
        ("pieces", EngineError, "not in the form of OpenAI's API"),
        ("deep", EngineError, "not JSON"),
        ("error", EngineError, "CUDA ran out of memory"),
        ("hostile", EngineError, "boo {x}"),
        ("cut", EngineUnreachable, "ended in the middle of the answer"),
        ("dead", EngineUnreachable, "ended in the middle of the answer"),
        ("endless", EngineError, "a line without end"),
        ("gzip", EngineError, "cannot be read"),
    ],
)
async def test_every_misbehaviour_is_a_clear_sentence(door: Door, mood: str, kind: type, sentence: str) -> None:
    door.mood = mood
    error = await failure(door.url)
    assert isinstance(error, kind) and sentence in error.text
    assert isinstance(error, EngineUnreachable) == (kind is EngineUnreachable)
    assert not never_sent(error)


async def test_a_wrong_key_is_named_and_not_repeated(door: Door) -> None:
    error = await failure(door.url, "sk-wrong-secret")
    assert type(error) is EngineError, "not SignInRequired: the person is signed in, the engine is not"
    assert "refuses the key" in error.text and "secret" not in error.text


async def test_silence_has_an_end(door: Door) -> None:
    door.mood = "silent"
    error = await failure(door.url, silence=0.5)
    assert isinstance(error, EngineUnreachable) and "does not answer (ReadTimeout)" in error.text


async def test_nobody_there(door: Door) -> None:
    error = await failure("http://127.0.0.1:9")
    assert isinstance(error, EngineUnreachable) and never_sent(error)


async def test_only_a_line_feed_ends_a_line(door: Door) -> None:
    door.mood = "lines"
    client = EngineClient.remote(door.url, "right-key")
    assert (await client.chat(ASK)).text == "one\u2028two\x85three"
    await client.close()


def certificate(folder: Path) -> Path:
    """A certificate of our own for 127.0.0.1, with its key in the same file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "LocalMind test")])
    now = datetime.datetime.now(datetime.UTC)
    signed = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path = folder / "certificate.pem"
    path.write_bytes(private + signed.public_bytes(serialization.Encoding.PEM))
    return path


async def test_tls(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pem = certificate(tmp_path)
    with Door("vLLM", Home(tmp_path), certificate=pem) as door:
        door.mood = "nofigures"
        error = await failure(door.url)
        assert "a certificate that is not trusted (self-signed certificate)" in error.text
        assert not isinstance(error, EngineUnreachable), "nobody stands in silently for what may be an impostor"
        assert never_sent(error)
        wrong_name = await failure(door.url.replace("127.0.0.1", "localhost"))
        assert "not trusted" in wrong_name.text
        assert door.paths == [], "nothing was sent"
        monkeypatch.setenv("SSL_CERT_FILE", str(pem))  # how an owner trusts a certificate of their own
        client = EngineClient.remote(door.url)
        assert (await client.chat(ASK)).text == "Good beginning. "
        await client.close()


async def test_tls_where_there_is_none(door: Door) -> None:
    error = await failure(door.url.replace("http:", "https:"))
    assert "begin its address with http://" in error.text and not isinstance(error, EngineUnreachable)


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ({"error": {"message": "a"}}, "a"),
        ({"error": "b"}, "b"),
        ({"detail": "c"}, "c"),
        ({"object": "error", "message": "d\r\n\x1b[31m e"}, "d [31m e"),
        ("plain", "plain"),
        ({"detail": [{"loc": ["body"], "msg": "f"}]}, '[{"loc": ["body"], "msg": "f"}]'),
        ("x" * 5000, "x" * LONGEST_DETAIL),
    ],
)
def test_what_servers_say(body: Any, said: str) -> None:
    assert detail(body) == said


@pytest.mark.parametrize("body", [b"", b"\xff\xfe", b"null", b"[1]", b'{"error": {"message": null}}', b"[" * 100_000])
@pytest.mark.parametrize("status", [302, 400, 401, 404, 418, 429, 500, 503])
def test_no_refusal_is_too_odd_for_a_sentence(status: int, body: bytes) -> None:
    error = refusal("http://host", status, {"retry-after": "-1"}, body)
    assert error.text
    assert error.body()["error"]["params"]["url"] == "http://host"


def test_a_full_context_is_told_as_our_own_is() -> None:
    body = b'{"error": {"message": "This model\'s maximum context length is 4096 tokens."}}'
    assert refusal("http://host", 400, {}, body).code == "context_length_exceeded"
