"""The two switches of the web, search and pages, and which search engine is asked: set by the owner, for everybody."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Literal

from sqlalchemy import select
from sqlalchemy.orm import Session

from localmind_app.core.errors import NotAllowed
from localmind_app.features.accounts.tables import UserRow

SEARCH, PAGES = "egress.web_search", "egress.web_pages"
CHOICE = "web.search"
Engine = Literal["public", "searxng"]


@dataclass(frozen=True)
class Settings:
    """`search` and `pages` are the switches, off at first; `searxng` is the address of a SearXNG."""

    search: bool = False
    pages: bool = False
    engine: Engine = "public"
    searxng: str = ""

    def body(self) -> dict[str, object]:
        """The JSON form."""
        return asdict(self)


def read(session: Session) -> Settings:
    """What the owner has set."""
    kept = session.scalar(select(UserRow.preferences).where(UserRow.role == "owner").order_by(UserRow.id)) or {}
    choice = kept.get(CHOICE)
    choice = choice if isinstance(choice, dict) else {}
    address = choice.get("searxng")
    return Settings(
        search=kept.get(SEARCH) is True,
        pages=kept.get(PAGES) is True,
        engine="searxng" if choice.get("engine") == "searxng" else "public",
        searxng=address if isinstance(address, str) else "",
    )


def write(session: Session, settings: Settings) -> None:
    """Keep it, with the owner's preferences."""
    owner = session.scalars(select(UserRow).where(UserRow.role == "owner").order_by(UserRow.id)).first()
    if owner is None:
        raise NotAllowed("Only the owner of this LocalMind may let it use the web.")
    choice = {"engine": settings.engine, "searxng": settings.searxng}
    owner.preferences = {**owner.preferences, SEARCH: settings.search, PAGES: settings.pages, CHOICE: choice}


def search_refusal() -> NotAllowed:
    """The error of searching while that is off."""
    return NotAllowed(
        "LocalMind may not search the web, so nothing left this machine. The owner can allow it in the settings."
    )


def pages_refusal() -> NotAllowed:
    """The error of reading a page while that is off."""
    return NotAllowed(
        "LocalMind may not read web pages, so nothing left this machine. The owner can allow it in the settings."
    )
