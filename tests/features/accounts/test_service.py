import pytest

from localmind_app.core.database import Database
from localmind_app.core.errors import Conflict, Invalid, NotAllowed, NotFound, SignInRequired, TooMany
from localmind_app.core.home import Home
from localmind_app.features.accounts import service as module
from localmind_app.features.accounts.keys import create_key, list_keys
from localmind_app.features.accounts.links import new_link
from localmind_app.features.accounts.rates import DEFAULTS, Limit, RateClass
from localmind_app.features.accounts.reset import forget_password
from localmind_app.features.accounts.service import AccountsService, Actor, purge
from localmind_app.features.accounts.tables import UserRow

pytestmark = pytest.mark.anyio


@pytest.fixture
def accounts(database: Database) -> AccountsService:
    return AccountsService(database)


async def _signed_in(accounts: AccountsService, home: Home) -> tuple[str, Actor]:
    token = await accounts.open_link(new_link(home), "test browser")
    actor = await accounts.actor(token)
    assert actor is not None
    return token, actor


async def test_a_link_makes_the_owner_and_works_once(accounts: AccountsService, home: Home) -> None:
    link = new_link(home)
    actor = await accounts.actor(await accounts.open_link(link, ""))
    assert actor is not None and actor.role == "owner"
    with pytest.raises(SignInRequired, match="already used"):
        await accounts.open_link(link, "")


async def test_a_newer_link_ends_the_older_one_but_not_its_session(accounts: AccountsService, home: Home) -> None:
    token, actor = await _signed_in(accounts, home)
    old = new_link(home)
    new = new_link(home)
    with pytest.raises(SignInRequired):
        await accounts.open_link(old, "")
    again = await accounts.actor(await accounts.open_link(new, ""))
    assert again == actor == await accounts.actor(token)


async def test_an_expired_link_is_refused(
    accounts: AccountsService, home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    link = new_link(home)
    later = module.now_ms() + 61 * 60 * 1000
    monkeypatch.setattr(module, "now_ms", lambda: later)
    with pytest.raises(SignInRequired, match="expired"):
        await accounts.open_link(link, "")


@pytest.mark.parametrize("token", [None, "", "no such token", "' OR 1=1 --"])
async def test_nobody_has_an_unknown_session(accounts: AccountsService, token: str | None) -> None:
    assert await accounts.actor(token) is None


async def test_an_expired_session_is_nobodys(
    accounts: AccountsService, home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    token, _ = await _signed_in(accounts, home)
    later = module.now_ms() + module.SESSION_MS + 1
    monkeypatch.setattr(module, "now_ms", lambda: later)
    assert await accounts.actor(token) is None


async def test_a_password_opens_a_session_and_ends_the_older_ones(accounts: AccountsService, home: Home) -> None:
    token, actor = await _signed_in(accounts, home)
    assert not await accounts.has_password()
    await accounts.set_password(actor, "correct horse battery")
    assert await accounts.actor(token) is None
    assert await accounts.actor(await accounts.sign_in("correct horse battery", "")) == actor


async def test_a_short_password_or_a_wrong_current_one_changes_nothing(accounts: AccountsService, home: Home) -> None:
    _, actor = await _signed_in(accounts, home)
    with pytest.raises(Invalid, match="at least 10"):
        await accounts.set_password(actor, "short")
    await accounts.set_password(actor, "the first password")
    with pytest.raises(Invalid, match="current password is wrong"):
        await accounts.set_password(actor, "another password", current="guess")
    await accounts.sign_in("the first password", "")


async def test_a_forgotten_password_is_removed_from_the_command_line(accounts: AccountsService, home: Home) -> None:
    token, actor = await _signed_in(accounts, home)
    await accounts.set_password(actor, "correct horse battery")
    forget_password(home)
    assert not await accounts.has_password()
    assert await accounts.actor(token) is None
    _, actor = await _signed_in(accounts, home)
    await accounts.set_password(actor, "another password")


async def test_twenty_wrong_passwords_are_slowed_down(accounts: AccountsService, home: Home) -> None:
    _, actor = await _signed_in(accounts, home)
    await accounts.set_password(actor, "correct horse battery")
    refusals: list[Exception] = []
    for attempt in range(20):
        with pytest.raises((SignInRequired, TooMany)) as caught:
            await accounts.sign_in(f"guess {attempt}", "")
        refusals.append(caught.value)
    slowed = [error for error in refusals if isinstance(error, TooMany)]
    assert len(slowed) >= 14
    assert "seconds" in slowed[-1].text
    # Even the right one waits: otherwise guessing would only need patience with one's own errors.
    with pytest.raises(TooMany):
        await accounts.sign_in("correct horse battery", "")


async def test_sign_out_ends_this_session_and_everywhere_ends_all(accounts: AccountsService, home: Home) -> None:
    first, actor = await _signed_in(accounts, home)
    second, _ = await _signed_in(accounts, home)
    await accounts.sign_out(first)
    assert await accounts.actor(first) is None
    assert await accounts.actor(second) == actor
    await accounts.sign_out_everywhere(actor)
    assert await accounts.actor(second) is None


async def test_a_key_works_until_it_is_revoked(accounts: AccountsService, home: Home) -> None:
    _, actor = await _signed_in(accounts, home)
    key = await accounts.create_key(actor, "  editor ")
    holder = await accounts.key_holder(key)
    assert holder is not None and holder.actor == actor and holder.scopes is None
    (listed,) = await accounts.keys(actor)
    assert listed.name == "editor"
    assert key not in repr(listed)
    with pytest.raises(NotFound):
        await accounts.revoke_key(Actor("somebody else", "x", "owner"), listed.id)
    await accounts.revoke_key(actor, listed.id)
    assert await accounts.key_holder(key) is None
    with pytest.raises(Invalid):
        await accounts.create_key(actor, "   ")


async def test_the_command_line_makes_keys_of_the_owner(accounts: AccountsService, home: Home) -> None:
    key = create_key(home, "script")
    _, actor = await _signed_in(accounts, home)
    holder = await accounts.key_holder(key)
    assert holder is not None and holder.actor == actor


async def test_a_key_has_scopes_an_end_and_limits(
    accounts: AccountsService, home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, actor = await _signed_in(accounts, home)
    ends = module.now_ms() + 1000
    limits: dict[RateClass, Limit] = {"chat": Limit(5, 100)}
    key = await accounts.create_key(actor, "k", scopes=["models", "chat"], expires_at=ends, limits=limits)
    await accounts.set_limits(actor, {"other": Limit(7)})
    holder = await accounts.key_holder(key)
    assert holder is not None and holder.scopes == {"chat", "models"}
    assert holder.key_limits == limits
    assert holder.user_limits == {**DEFAULTS, "other": Limit(7)}
    [listed] = await accounts.keys(actor)
    assert (listed.scopes, listed.expires_at) == (["chat", "models"], ends)
    [line] = list_keys(home)
    assert "chat, models" in line
    monkeypatch.setattr(module, "now_ms", lambda: ends)
    assert await accounts.key_holder(key) is None
    for wrong in ({"scopes": ["everything"]}, {"expires_at": ends}):
        with pytest.raises(Invalid):
            await accounts.create_key(actor, "k", **wrong)  # type: ignore[arg-type]
    assert len(await accounts.keys(actor)) == 1


async def test_secrets_are_not_in_the_database(accounts: AccountsService, home: Home) -> None:
    token, actor = await _signed_in(accounts, home)
    key = await accounts.create_key(actor, "k")
    await accounts.set_password(actor, "correct horse battery")
    raw = b"".join(path.read_bytes() for path in home.root.glob("localmind.db*"))
    for secret in (token, key, "correct horse battery"):
        assert secret.encode() not in raw
    assert b"$argon2id$" in raw


async def test_purge_removes_what_expired(
    accounts: AccountsService, home: Home, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    await _signed_in(accounts, home)
    later = module.now_ms() + module.SESSION_MS + 1
    monkeypatch.setattr(module, "now_ms", lambda: later)
    assert await database.write(purge) == 2
    assert await database.write(purge) == 0


async def test_the_owner_removes_an_account_at_once(accounts: AccountsService, home: Home, database: Database) -> None:
    _, owner = await _signed_in(accounts, home)
    with database.session() as session:
        session.add(UserRow(id="o", name="other", role="member", password_hash=None, preferences={}, created_at=1))
    other = Actor("o", "other", "member")
    key = await accounts.create_key(other, "k")
    with pytest.raises(NotAllowed):
        await accounts.remove(other, owner.user_id)
    with pytest.raises(Conflict):
        await accounts.remove(owner, owner.user_id)
    with pytest.raises(NotFound):
        await accounts.remove(owner, "nobody")
    assert await accounts.key_holder(key) is not None
    await accounts.remove(owner, other.user_id)
    assert await accounts.key_holder(key) is None and await accounts.has_password() is False
    with pytest.raises(NotFound):
        await accounts.remove(owner, other.user_id)


async def test_preferences_are_kept_per_user(accounts: AccountsService, home: Home) -> None:
    _, actor = await _signed_in(accounts, home)
    assert await accounts.preference(actor, "chat_model") is None
    await accounts.set_preference(actor, "chat_model", "starter")
    await accounts.set_preference(actor, "other", 1)
    assert await accounts.preference(actor, "chat_model") == "starter"
