"""Remote engines: servers that may answer for the local one. Adding one is the owner's switch; nothing is sent before.

Not here: which engine answers (`way`), and what the server can do (`probe`).
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from localmind_app.core.database import Database
from localmind_app.core.egress import EgressLedger
from localmind_app.core.errors import Invalid, NotAllowed, NotFound
from localmind_app.core.home import Home
from localmind_app.core.ids import new_id, now_ms
from localmind_app.features.accounts.service import Actor

from . import spend
from .address import Address, resolved
from .address import read as read_address
from .engine import Facts, RemoteEngine, State
from .found import USUAL_PORTS, Found, found
from .models import LONGEST_ID, MOST_MODELS
from .origin import Cost
from .probe import PATIENCE_SECONDS, Probe
from .seal import Seal
from .spend import Spent
from .tables import RemoteRow

LONGEST_LABEL, LONGEST_KEY, HIGHEST_PRICE = 100, 1000, 100_000.0
SILENCE_SECONDS = 600.0


@dataclass(frozen=True)
class Settings:
    """What the owner sets. `key` None keeps the stored one, an empty one removes it.

    `allowed` are the names of the models that may be used, None for all, also those it gets later. Prices are per
    million tokens, read and written, in `currency` (three letters); None is unknown or free.
    """

    label: str
    url: str
    key: str | None = None
    price_in: float | None = None
    price_out: float | None = None
    currency: str = "USD"
    allowed: tuple[str, ...] | None = None


@dataclass(frozen=True)
class RemoteItem:
    """An engine as its owner sees it; the key itself never leaves the service.

    `leaves_machine` is the privacy label; `encrypted` is whether the way to it is.
    """

    id: str
    label: str
    url: str
    has_key: bool
    enabled: bool
    leaves_machine: bool
    encrypted: bool
    price_in: float | None
    price_out: float | None
    currency: str
    allowed: tuple[str, ...] | None
    probe: Probe | None
    state: State | None
    spent: tuple[Spent, ...]


class RemoteService:
    """Remote engines over one database. Every call that takes an actor is the owner's alone: NotAllowed otherwise."""

    def __init__(self, database: Database, home: Home, silence: float = SILENCE_SECONDS) -> None:
        self._database, self._ledger, self._silence = database, EgressLedger(database), silence
        self._seal = Seal(home.seal_key)
        self._open: dict[str, RemoteEngine] = {}
        self._retired: list[RemoteEngine] = []

    async def engines(self, actor: Actor) -> list[RemoteItem]:
        """All engines, in the order in which they stand in for each other."""
        _only_owner(actor)
        sums = await self._database.read(spend.spent)
        return [_item(row, sums.get(row.id, ())) for row in await self._rows()]

    async def add(self, actor: Actor, wanted: Settings) -> str:
        """Add an engine at the end of the order, enabled; returns its id. Nothing is sent yet: `probe` it next.

        Raises Invalid when a setting makes no sense.
        """
        _only_owner(actor)
        address = await _checked(wanted)
        engine_id = new_id()
        sealed = self._seal.close(wanted.key, engine_id) if wanted.key else None

        def work(session: Session) -> None:
            last = session.scalar(select(func.max(RemoteRow.position)))
            session.add(
                RemoteRow(
                    id=engine_id,
                    label=wanted.label.strip(),
                    base_url=address.base_url,
                    sealed_key=sealed,
                    position=0 if last is None else last + 1,
                    enabled=True,
                    price_in=wanted.price_in,
                    price_out=wanted.price_out,
                    currency=wanted.currency,
                    allowed=_listed(wanted.allowed),
                    probe=None,
                    state=None,
                    created_at=now_ms(),
                )
            )

        await self._database.write(work)
        return engine_id

    async def edit(self, actor: Actor, engine_id: str, wanted: Settings) -> None:
        """Change an engine's settings. Another address forgets what was probed, and wants the key entered again."""
        _only_owner(actor)
        address = await _checked(wanted)
        sealed = self._seal.close(wanted.key, engine_id) if wanted.key else None

        def work(session: Session) -> None:
            row = _row(session, engine_id)
            if wanted.key is None and row.sealed_key and read_address(row.base_url).origin != address.origin:
                raise Invalid("The address leads to another server. Enter the key again, or remove it.")
            if row.base_url != address.base_url:
                row.probe = row.state = None
            if wanted.key is not None:
                row.sealed_key = sealed
            row.label, row.base_url, row.currency = wanted.label.strip(), address.base_url, wanted.currency
            row.price_in, row.price_out = wanted.price_in, wanted.price_out
            row.allowed = _listed(wanted.allowed)

        await self._database.write(work)

    async def remove(self, actor: Actor, engine_id: str) -> None:
        """Remove an engine and its key. Messages it answered keep their label and cost."""
        _only_owner(actor)
        await self._database.write(lambda session: session.delete(_row(session, engine_id)))

    async def enable(self, actor: Actor, engine_id: str, enabled: bool) -> None:
        """Switch an engine on or off."""
        _only_owner(actor)
        await self._database.write(lambda session: setattr(_row(session, engine_id), "enabled", enabled))

    async def move(self, actor: Actor, engine_id: str, to: int) -> None:
        """Give an engine another place in the order, counted from 0."""
        _only_owner(actor)

        def work(session: Session) -> None:
            moved = _row(session, engine_id)
            rows = [row for row in session.scalars(_ordered()) if row is not moved]
            rows.insert(max(0, to), moved)
            for position, row in enumerate(rows):
                row.position = position

        await self._database.write(work)

    async def probe(self, actor: Actor, engine_id: str, seconds: float = PATIENCE_SECONDS) -> Probe:
        """Find out what an engine is and can do, and keep it. Raises EngineError when it is away or is none."""
        _only_owner(actor)
        engine = await self.engine(engine_id)
        try:
            found = await engine.probe(seconds)
        finally:
            await self._remember(engine)
        await self._database.write(lambda session: setattr(_row(session, engine_id), "probe", found.body()))
        return found

    async def check(self, actor: Actor, engine_id: str) -> State:
        """Whether an engine answers now; the answer is kept."""
        _only_owner(actor)
        engine = await self.engine(engine_id)
        state = await engine.check()
        await self._remember(engine)
        return state

    async def found(self, actor: Actor, ports: Mapping[int, str] = USUAL_PORTS) -> list[Found]:
        """Engines that run on this machine and are not added yet. Only loopback is asked."""
        _only_owner(actor)
        known = {row.base_url.replace("//localhost", "//127.0.0.1") for row in await self._rows()}
        return [one for one in await found(ports) if one.base_url not in known]

    # For the features that use engines

    async def enabled(self) -> list[RemoteEngine]:
        """The engines that are switched on, in their order."""
        return [self._engine(row) for row in await self._rows() if row.enabled]

    async def engine(self, engine_id: str) -> RemoteEngine:
        """One engine, switched on or off. Raises NotFound."""
        return self._engine(await self._database.read(lambda session: _row(session, engine_id)))

    async def book(self, engine_id: str, cost: Cost) -> None:
        """Add what an answer took to the engine's account."""
        await self._database.write(lambda session: spend.add(session, engine_id, cost))

    async def close(self) -> None:
        """Close all connections."""
        for engine in [*self._open.values(), *self._retired]:
            await engine.close()
        self._open, self._retired = {}, []

    async def _rows(self) -> list[RemoteRow]:
        return await self._database.read(lambda session: [*session.scalars(_ordered())])

    def _engine(self, row: RemoteRow) -> RemoteEngine:
        """The engine of a row, opened anew when the row has changed. Answers being written keep their connection."""
        known, facts = self._open.get(row.id), self._facts(row)
        if known is None or known.facts != facts:
            self._retired += [known] if known else []
            state = State(**row.state) if row.state else None
            known = self._open[row.id] = RemoteEngine(facts, self._ledger, state, self._silence)
        return known

    def _facts(self, row: RemoteRow) -> Facts:
        key, problem = None, None
        try:
            key = self._seal.open(row.sealed_key, row.id) if row.sealed_key else None
        except Invalid as error:  # told to whoever uses this engine; the others go on
            problem = error
        return Facts(
            id=row.id,
            label=row.label,
            address=read_address(row.base_url),
            key=key,
            price_in=row.price_in,
            price_out=row.price_out,
            currency=row.currency,
            probe=Probe.read(row.probe) if row.probe else None,
            allowed=None if row.allowed is None else tuple(row.allowed),
            problem=problem,
        )

    async def _remember(self, engine: RemoteEngine) -> None:
        state = engine.state

        def work(session: Session) -> None:
            row = session.get(RemoteRow, engine.facts.id)
            if row is not None and state is not None:
                row.state = state.body()

        await self._database.write(work)


def _only_owner(actor: Actor) -> None:
    if actor.role != "owner":
        raise NotAllowed("Only the owner may see and change remote engines.")


def _ordered() -> Any:
    return select(RemoteRow).order_by(RemoteRow.position, RemoteRow.id)


def _row(session: Session, engine_id: str) -> RemoteRow:
    row = session.get(RemoteRow, engine_id)
    if row is None:
        raise NotFound("There is no such engine. It may have been removed.")
    return row


async def _checked(wanted: Settings) -> Address:
    if not wanted.label.strip() or len(wanted.label) > LONGEST_LABEL or not wanted.label.isprintable():
        raise Invalid("Give the engine a name of at most {limit} characters.", limit=LONGEST_LABEL)
    if wanted.key and (len(wanted.key) > LONGEST_KEY or not (wanted.key.isascii() and wanted.key.isprintable())):
        raise Invalid("This cannot be a key: it has unusual characters or is too long.")
    for price in (wanted.price_in, wanted.price_out):
        if price is not None and not (math.isfinite(price) and 0 <= price <= HIGHEST_PRICE):
            raise Invalid("A price must be between 0 and {highest} per million tokens.", highest=int(HIGHEST_PRICE))
    if not (len(wanted.currency) == 3 and wanted.currency.isascii() and wanted.currency.isupper()):
        raise Invalid("The currency must be three capital letters, such as EUR.")
    if wanted.allowed is not None and (
        len(wanted.allowed) > MOST_MODELS or any(not 0 < len(name) <= LONGEST_ID for name in wanted.allowed)
    ):
        raise Invalid("At most {limit} models can be chosen one by one.", limit=MOST_MODELS)
    address = read_address(wanted.url)
    await resolved(address)
    return address


def _listed(allowed: tuple[str, ...] | None) -> list[str] | None:
    return None if allowed is None else [*dict.fromkeys(allowed)]


def _item(row: RemoteRow, spent: tuple[Spent, ...]) -> RemoteItem:
    address = read_address(row.base_url)
    return RemoteItem(
        id=row.id,
        label=row.label,
        url=f"{row.base_url}/v1",
        has_key=row.sealed_key is not None,
        enabled=row.enabled,
        leaves_machine=not address.loopback,
        encrypted=address.encrypted,
        price_in=row.price_in,
        price_out=row.price_out,
        currency=row.currency,
        allowed=None if row.allowed is None else tuple(row.allowed),
        probe=Probe.read(row.probe) if row.probe else None,
        state=State(**row.state) if row.state else None,
        spent=spent,
    )
