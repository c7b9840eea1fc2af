"""Callers who must be refused, and what counts as a refusal."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import dataclass, field

import httpx

from tests.product import Product

# Refusals name themselves, so that a 403 of something else is not taken for the guard's.
REFUSED = {401: "sign_in_required", 403: "not_allowed"}


@dataclass(frozen=True)
class Caller:
    """Somebody who asks: a name for the report and the headers that make them what they are."""

    name: str
    headers: dict[str, str] = field(default_factory=dict)


def anonymous(signed_out: str, expired: str) -> list[Caller]:
    """Everybody without a session; the arguments are session tokens that once were good."""

    def holder(name: str, token: str) -> Caller:
        return Caller(name, {"Cookie": f"localmind_session={token}"})

    return [
        Caller("nobody"),
        holder("a forged cookie", "A" * 43),
        holder("a signed-out cookie", signed_out),
        holder("an expired cookie", expired),
    ]


def strangers(host: str, good: str) -> list[Caller]:
    """The owner's own browser, but on another site's behalf: the cookie is good, the place is not."""
    cookie = {"Cookie": f"localmind_session={good}"}
    return [
        Caller("another site", {**cookie, "Origin": "http://evil.example"}),
        Caller("another port", {**cookie, "Origin": "http://127.0.0.1:1"}),
        Caller("a sandboxed page", {**cookie, "Origin": "null"}),
        Caller("a look-alike", {**cookie, "Origin": f"http://{host}.evil.example"}),
        Caller("a rebound name", {**cookie, "Host": "evil.example"}),
    ]


def session_token(product: Product) -> str:
    """The token of a further session of the owner, opened by password."""
    client = httpx.Client(base_url=product.base, headers={"Origin": product.base})
    with client:
        answer = client.post("/sign-in", data={"password": PASSWORD})
        assert answer.status_code == 200, answer.text
        return str(client.cookies["localmind_session"])


def set_password(product: Product) -> None:
    """Give the owner `PASSWORD`, straight in the database, so that tests can sign in as often as they like."""
    from localmind_app.features.accounts.secrets import hash_password

    execute(product, "UPDATE users SET password_hash = ? WHERE role = 'owner'", hash_password(PASSWORD))


def execute(product: Product, statement: str, *values: object) -> None:
    """Change the product's database from outside."""
    with closing(sqlite3.connect(product.home.database, timeout=10)) as database, database:
        database.execute(statement, values)


def signed_out_token(product: Product) -> str:
    """A session token that was good until its owner signed out."""
    token = session_token(product)
    with httpx.Client(base_url=product.base, cookies={"localmind_session": token}) as client:
        assert client.post("/sign-out", headers={"Origin": product.base}).status_code == 303
    return token


def expired_token(product: Product) -> str:
    """A session token whose time is over."""
    from localmind_app.features.accounts.secrets import digest

    token = session_token(product)
    execute(product, "UPDATE sessions SET expires_at = 1 WHERE digest = ?", digest(token))
    return token


PASSWORD = "correct horse battery staple"
