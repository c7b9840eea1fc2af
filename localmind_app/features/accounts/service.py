"""What accounts do: sign in and out, passwords, sessions, API keys."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from localmind_app.core.database import Database
from localmind_app.core.errors import Conflict, Invalid, NotAllowed, NotFound, SignInRequired
from localmind_app.core.ids import new_id, now_ms

from .rates import DEFAULTS, Limits, Rates, read_limits, stored_limits
from .scopes import read_scopes
from .secrets import digest, hash_password, new_secret, verify_password
from .tables import ApiKeyRow, LinkRow, SessionRow, UserRow
from .throttle import Throttle

SESSION_MS = 30 * 24 * 3600 * 1000
# A session's last use is written at most this often: reading a page must not write to disk.
SEEN_STEP_MS = 5 * 60 * 1000
KEY_PREFIX = "lm-"
SHORTEST_PASSWORD = 10
LIMITS = "api_limits"  # the preference that holds a user's rate limits


@dataclass(frozen=True)
class Actor:
    """The person on whose behalf a service call is made."""

    user_id: str
    name: str
    role: str


@dataclass(frozen=True)
class ApiKey:
    """An API key as shown in a list; the key itself is shown once, when it is made."""

    id: str
    name: str
    hint: str
    created_at: int
    used_at: int | None
    scopes: list[str] | None
    expires_at: int | None


@dataclass(frozen=True)
class KeyHolder:
    """Who calls the public API: a person, and what their key allows. `scopes` None is everything."""

    actor: Actor
    key_id: str
    scopes: frozenset[str] | None
    user_limits: Limits
    key_limits: Limits

    @property
    def subjects(self) -> dict[str, Limits]:
        """The ids that a request of this key counts for, with the limits of each."""
        return {self.actor.user_id: self.user_limits, self.key_id: self.key_limits}


def ensure_owner(session: Session) -> UserRow:
    """The owner's row, made on first need."""
    owner = session.scalar(select(UserRow).where(UserRow.role == "owner"))
    if owner is None:
        owner = UserRow(
            id=new_id(), name="owner", role="owner", password_hash=None, preferences={}, created_at=now_ms()
        )
        session.add(owner)
        session.flush()
    return owner


def add_key(
    session: Session,
    user_id: str,
    name: str,
    *,
    scopes: Iterable[str] = (),
    expires_at: int | None = None,
    limits: Limits | None = None,
) -> tuple[str, ApiKeyRow]:
    """Store a new key of `user_id`; returns the key itself and its row.

    No `scopes` means all; `expires_at` is in milliseconds since 1970; `limits` hold beside those of the user. Raises
    Invalid without a name, with an unknown scope or with an end in the past.
    """
    name = name.strip()[:200]
    if not name:
        raise Invalid("Give the key a name, so that you can tell it from others later.")
    if expires_at is not None and expires_at <= now_ms():
        raise Invalid("The key would have expired already. Nothing was made.")
    key = KEY_PREFIX + new_secret()
    row = ApiKeyRow(
        id=new_id(),
        user_id=user_id,
        name=name,
        hint=f"{key[:6]}…{key[-4:]}",
        digest=digest(key),
        created_at=now_ms(),
        used_at=None,
        scopes=read_scopes(scopes),
        expires_at=expires_at,
        limits=stored_limits(limits) if limits else None,
    )
    session.add(row)
    return key, row


def _actor(row: UserRow) -> Actor:
    return Actor(row.id, row.name, row.role)


class AccountsService:
    """Accounts over one database."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._throttle = Throttle()
        self.rates = Rates()
        # One password check at a time: parallel guesses must not slip past the throttle.
        self._checking = asyncio.Lock()

    # Sign in and out

    async def open_link(self, token: str, agent: str) -> str:
        """Use a one-time link; returns a new session token. Creates the owner on first use.

        Raises SignInRequired when the link was used, has expired, or never existed.
        """

        def work(session: Session) -> str:
            link = session.get(LinkRow, digest(token))
            if link is None or link.used_at is not None or link.expires_at < now_ms():
                raise SignInRequired(
                    "This link has expired or was already used. Start LocalMind again to get a new one, "
                    "or sign in with your password."
                )
            link.used_at = now_ms()
            return _open_session(session, ensure_owner(session).id, agent)

        return await self._database.write(work)

    async def sign_in(self, password: str, agent: str) -> str:
        """Check the owner's password; returns a new session token.

        Raises SignInRequired when it is wrong and TooMany when there were too many wrong ones.
        """
        stored = await self._database.read(_owner_hash)
        if stored is None or not await self._matches(stored[1], password):
            raise SignInRequired("The password is wrong.")
        user_id = stored[0]
        return await self._database.write(lambda session: _open_session(session, user_id, agent))

    async def _matches(self, stored: str, password: str) -> bool:
        async with self._checking:
            self._throttle.check()
            # Hashing takes 50 ms of processor time: in a thread, so that nobody else waits for it.
            matches = await asyncio.to_thread(verify_password, stored, password)
            if matches:
                self._throttle.succeeded()
            else:
                self._throttle.failed()
            return matches

    async def has_password(self) -> bool:
        """Whether the owner has set a password, so that signing in without a link is possible."""
        return await self._database.read(_owner_hash) is not None

    async def actor(self, token: str | None) -> Actor | None:
        """The person a session token belongs to, checked against the database now; None when nobody."""
        if not token:
            return None
        key, now = digest(token), now_ms()

        def find(session: Session) -> tuple[Actor, bool] | None:
            row = session.get(SessionRow, key)
            if row is None or row.expires_at < now:
                return None
            user = session.get(UserRow, row.user_id)
            return (_actor(user), now - row.seen_at > SEEN_STEP_MS) if user else None

        found = await self._database.read(find)
        if found is None:
            return None
        if found[1]:
            await self._database.write(lambda session: _touch(session, key, now))
        return found[0]

    async def sign_out(self, token: str) -> None:
        """End one session."""
        key = digest(token)
        await self._database.write(lambda session: session.execute(delete(SessionRow).where(SessionRow.digest == key)))

    async def sign_out_everywhere(self, actor: Actor) -> None:
        """End every session of the acting user, this one included."""
        await self._database.write(
            lambda session: session.execute(delete(SessionRow).where(SessionRow.user_id == actor.user_id))
        )

    async def set_password(self, actor: Actor, new: str, current: str = "") -> None:
        """Set or change the acting user's password and end their sessions on every device.

        Raises Invalid when the new one is too short or the current one is wrong.
        """
        if len(new) < SHORTEST_PASSWORD:
            raise Invalid("The password needs at least {length} characters.", length=SHORTEST_PASSWORD)
        stored = await self._database.read(lambda session: _hash_of(session, actor.user_id))
        if stored is not None and not await self._matches(stored, current):
            raise Invalid("The current password is wrong. Nothing was changed.")
        hashed = await asyncio.to_thread(hash_password, new)

        def work(session: Session) -> None:
            session.get_one(UserRow, actor.user_id).password_hash = hashed
            session.execute(delete(SessionRow).where(SessionRow.user_id == actor.user_id))

        await self._database.write(work)

    async def remove(self, actor: Actor, user_id: str) -> None:
        """Remove somebody's account with everything that is theirs, at once and for good.

        What lies beside the database (contents, pictures, words, vectors, what the engine keeps) the worker removes
        within the hour: it looks for what belongs to nobody. Raises NotAllowed unless the owner asks, Conflict for the
        owner's own account, NotFound.
        """
        if actor.role != "owner":
            raise NotAllowed("Only the owner removes accounts.")
        if actor.user_id == user_id:
            raise Conflict("The owner's account cannot be removed while LocalMind is theirs.")

        def work(session: Session) -> None:
            user = session.get(UserRow, user_id)
            if user is None:
                raise NotFound("There is no such person.")
            session.execute(delete(UserRow).where(UserRow.id == user_id))

        await self._database.write(work)

    # Preferences

    async def preference(self, actor: Actor, name: str) -> Any:
        """One of the acting user's small choices, or None."""
        return await self._database.read(lambda session: session.get_one(UserRow, actor.user_id).preferences.get(name))

    async def set_preference(self, actor: Actor, name: str, value: Any) -> None:
        """Keep one of the acting user's small choices."""

        def work(session: Session) -> None:
            user = session.get_one(UserRow, actor.user_id)
            user.preferences = {**user.preferences, name: value}

        await self._database.write(work)

    # API keys

    async def keys(self, actor: Actor) -> list[ApiKey]:
        """The acting user's API keys, newest first."""

        def work(session: Session) -> list[ApiKey]:
            query = select(ApiKeyRow).where(ApiKeyRow.user_id == actor.user_id).order_by(ApiKeyRow.id.desc())
            return [
                ApiKey(row.id, row.name, row.hint, row.created_at, row.used_at, row.scopes, row.expires_at)
                for row in session.scalars(query)
            ]

        return await self._database.read(work)

    async def create_key(
        self,
        actor: Actor,
        name: str,
        *,
        scopes: Iterable[str] = (),
        expires_at: int | None = None,
        limits: Limits | None = None,
    ) -> str:
        """Make an API key and return it, this once. See `add_key` for the fields and errors."""
        return await self._database.write(
            lambda session: add_key(session, actor.user_id, name, scopes=scopes, expires_at=expires_at, limits=limits)[
                0
            ]
        )

    async def set_limits(self, actor: Actor, limits: Limits) -> None:
        """Set the acting user's own rate limits; a class that is not named keeps its default."""
        await self.set_preference(actor, LIMITS, stored_limits(limits))

    async def revoke_key(self, actor: Actor, key_id: str) -> None:
        """End a key at once. Raises NotFound when it is not the acting user's."""

        def work(session: Session) -> None:
            row = session.get(ApiKeyRow, key_id)
            if row is None or row.user_id != actor.user_id:
                raise NotFound("There is no such key.")
            session.delete(row)

        await self._database.write(work)

    async def key_holder(self, key: str) -> KeyHolder | None:
        """Whose API key this is and what it allows; None when it is unknown, revoked or expired."""
        if not key.startswith(KEY_PREFIX):
            return None
        stored, now = digest(key), now_ms()

        def find(session: Session) -> tuple[KeyHolder, bool] | None:
            row = session.scalar(select(ApiKeyRow).where(ApiKeyRow.digest == stored))
            if row is None or (row.expires_at is not None and row.expires_at <= now):
                return None
            return _holder(row, session.get_one(UserRow, row.user_id)), now - (row.used_at or 0) > SEEN_STEP_MS

        found = await self._database.read(find)
        if found is None:
            return None
        if found[1]:
            await self._database.write(lambda session: _touch_key(session, stored, now))
        return found[0]


def _holder(row: ApiKeyRow, user: UserRow) -> KeyHolder:
    return KeyHolder(
        actor=_actor(user),
        key_id=row.id,
        scopes=None if row.scopes is None else frozenset(row.scopes),
        user_limits={**DEFAULTS, **read_limits(user.preferences.get(LIMITS, {}))},
        key_limits=read_limits(row.limits or {}),
    )


def purge(session: Session) -> int:
    """Remove sessions and links that have expired; returns how many."""
    now = now_ms()
    ended = session.execute(delete(SessionRow).where(SessionRow.expires_at < now).returning(SessionRow.digest)).all()
    links = session.execute(delete(LinkRow).where(LinkRow.expires_at < now).returning(LinkRow.digest)).all()
    return len(ended) + len(links)


def _open_session(session: Session, user_id: str, agent: str) -> str:
    token, now = new_secret(), now_ms()
    session.add(
        SessionRow(
            digest=digest(token),
            user_id=user_id,
            created_at=now,
            seen_at=now,
            expires_at=now + SESSION_MS,
            agent=agent[:300],
        )
    )
    return token


def _touch(session: Session, key: str, now: int) -> None:
    row = session.get(SessionRow, key)
    if row is not None:
        row.seen_at, row.expires_at = now, now + SESSION_MS


def _touch_key(session: Session, stored: str, now: int) -> None:
    row = session.scalar(select(ApiKeyRow).where(ApiKeyRow.digest == stored))
    if row is not None:
        row.used_at = now


def _owner_hash(session: Session) -> tuple[str, str] | None:
    owner = session.scalar(select(UserRow).where(UserRow.role == "owner"))
    return (owner.id, owner.password_hash) if owner is not None and owner.password_hash else None


def _hash_of(session: Session, user_id: str) -> str | None:
    return session.get_one(UserRow, user_id).password_hash
