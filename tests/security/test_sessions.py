"""Sign-in, sessions, links and keys over HTTP on the running product."""

from __future__ import annotations

import time
from collections.abc import Iterator

import httpx
import pytest

from localmind_app.core.home import Home
from localmind_app.features.accounts.links import new_link
from tests.chat_follower import Follower
from tests.product import Product, eventually, running
from tests.reflex_client import ACCOUNT, CHAT, delta_of, page, sent_away
from tests.security.intruders import PASSWORD, execute, session_token, set_password


@pytest.fixture
def stranger(product: Product) -> Iterator[httpx.Client]:
    """A browser that has never been here."""
    with httpx.Client(base_url=product.base, headers={"Origin": product.base}, timeout=20) as client:
        yield client


def fresh_link(home: Home) -> str:
    return f"/open/{new_link(home)}"


def test_the_cookie_cannot_be_read_by_scripts_nor_sent_by_other_sites(product: Product, stranger: httpx.Client) -> None:
    [cookie] = stranger.get(fresh_link(product.home)).headers.get_list("set-cookie")
    name, *flags = (part.strip().lower() for part in cookie.split(";"))
    assert name.startswith("localmind_session=")
    assert {"httponly", "samesite=strict", "path=/"} <= set(flags)
    assert not any(flag.startswith("domain=") for flag in flags)


def test_a_link_works_once(product: Product, stranger: httpx.Client) -> None:
    link = fresh_link(product.home)
    assert "set-cookie" in stranger.get(link).headers
    stranger.cookies.clear()
    again = stranger.get(link)
    assert again.status_code == 401
    assert "already used" in again.text
    assert "<form" in again.text or "link that LocalMind printed" in again.text
    assert "set-cookie" not in again.headers


def test_a_link_ends_after_an_hour(product: Product, stranger: httpx.Client) -> None:
    link = fresh_link(product.home)
    execute(product, "UPDATE links SET expires_at = 1")
    late = stranger.get(link)
    assert (late.status_code, "expired" in late.text) == (401, True)
    assert "set-cookie" not in late.headers


def test_a_link_preview_does_not_use_the_link_up(product: Product, stranger: httpx.Client) -> None:
    link = fresh_link(product.home)
    assert "set-cookie" not in stranger.head(link).headers
    assert "set-cookie" in stranger.get(link).headers


def test_a_session_given_in_advance_is_not_taken_over(product: Product, stranger: httpx.Client) -> None:
    stranger.cookies.set("localmind_session", "chosen-by-an-attacker", domain="127.0.0.1")
    stranger.get(fresh_link(product.home))
    given = {cookie.value for cookie in stranger.cookies.jar if cookie.value != "chosen-by-an-attacker"}
    assert len(given) == 1
    with httpx.Client(base_url=product.base, cookies={"localmind_session": "chosen-by-an-attacker"}) as attacker:
        assert attacker.get("/api/chats/x/messages").status_code == 401


def test_signing_out_ends_the_session(product: Product, stranger: httpx.Client) -> None:
    stranger.get(fresh_link(product.home))
    token = stranger.cookies["localmind_session"]
    assert stranger.get("/api/chats/x/messages").status_code == 404
    out = stranger.post("/sign-out")
    assert (out.status_code, out.headers["location"]) == (303, "/sign-in")
    stranger.cookies.set("localmind_session", token, domain="127.0.0.1")
    assert stranger.get("/api/chats/x/messages").status_code == 401


def test_signing_out_everywhere_ends_other_sessions_and_their_running_streams(product: Product) -> None:
    with page(product) as opened:
        opened.choose("slow")
        opened.set_up(max_tokens="3000")
        chat = opened.send("Write for a long time")
        with Follower(product, chat, new=True) as follower:
            eventually(lambda: follower.text)
            opened.act(f"{ACCOUNT}.sign_out_everywhere", sent_away)
            began = time.monotonic()
            eventually(lambda: follower.ended, 10)
            assert follower.ended is not None
            assert follower.ended - began < 6.5, "a stream ends with its session, also while it is busy"
    assert product.client.get("/api/chats/x/messages").status_code == 401
    product.client.get(fresh_link(product.home))
    with page(product, f"/c/{chat}") as opened:
        opened.emit(f"{CHAT}.stop")
        eventually(lambda: "streaming" not in product.client.get(f"/api/chats/{chat}/messages").text)


def test_a_revoked_key_is_refused_at_once_and_a_cookie_is_no_key(product: Product, stranger: httpx.Client) -> None:
    with page(product) as opened:
        new = "new_key"
        key = opened.act(f"{ACCOUNT}.create_key", lambda u: delta_of(u, ACCOUNT).get(new), form={"name": "program"})
        bearer = {"Authorization": f"Bearer {key}"}
        assert stranger.get("/v1/models", headers=bearer).status_code == 200
        assert product.client.get("/v1/models").status_code == 401, "the cookie does not open /v1"
        assert stranger.get("/api/chats/x/messages", headers=bearer).status_code == 401, "a key opens only /v1"
        assert stranger.get("/v1/models", headers={"x-api-key": key}).status_code == 401
        assert stranger.get(f"/v1/models?api_key={key}").status_code == 401
        keys = product_keys(product)
        opened.act(f"{ACCOUNT}.revoke_key", lambda u: "keys" in delta_of(u, ACCOUNT), key_id=keys[-1])
    refused = stranger.get("/v1/models", headers=bearer)
    assert refused.status_code == 401
    assert refused.json()["error"]["code"] == "sign_in_required"


def product_keys(product: Product) -> list[str]:
    from tests.reliability.evidence import rows

    return [row["id"] for row in rows(product, "SELECT id FROM api_keys ORDER BY id")]


def test_twenty_wrong_passwords_are_slowed_down_with_a_sentence(tmp_path_factory: pytest.TempPathFactory) -> None:
    with running(tmp_path_factory.mktemp("guessed") / "home") as product:
        product.sign_in()
        set_password(product)
        with httpx.Client(base_url=product.base, headers={"Origin": product.base}, timeout=20) as guesser:
            answers = [guesser.post("/sign-in", data={"password": f"guess {n}"}) for n in range(20)]
            assert [answer.status_code for answer in answers[:5]] == [401] * 5
            assert "The password is wrong." in answers[0].text
            slowed = [answer for answer in answers if answer.status_code == 429]
            assert len(slowed) >= 13
            assert all(int(answer.headers["retry-after"]) >= 1 for answer in slowed)
            assert "Too many wrong passwords" in slowed[0].text
            # Even the right one must wait, from every address that claims to be another.
            right = guesser.post("/sign-in", data={"password": PASSWORD}, headers={"X-Forwarded-For": "9.9.9.9"})
            assert right.status_code == 429
            assert product.client.get("/api/chats/x/messages").status_code == 404, "who is signed in stays so"


def test_a_new_password_ends_every_other_session(product: Product) -> None:
    set_password(product)
    other = session_token(product)
    with page(product) as opened:
        form = {"new": "another long password", "again": "another long password", "current": PASSWORD}
        opened.act(f"{ACCOUNT}.set_password", sent_away, form=form)
    with httpx.Client(base_url=product.base, cookies={"localmind_session": other}) as client:
        assert client.get("/api/chats/x/messages").status_code == 401
    product.client.get(fresh_link(product.home))
