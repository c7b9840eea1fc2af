"""Groups the chat list by day, as people think of it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta

from .views import ChatItem

PINNED, TODAY, YESTERDAY, WEEK, MONTH, OLDER = (
    "Pinned",
    "Today",
    "Yesterday",
    "Previous 7 days",
    "Previous 30 days",
    "Older",
)


@dataclass
class ListedChat:
    """A chat in a group of the list."""

    id: str
    title: str
    pinned: bool


@dataclass
class DayGroup:
    """A heading (an English sentence, translated by the page) and the chats below it."""

    label: str
    chats: list[ListedChat] = field(default_factory=list)


def label_of(updated_ms: int, today: date) -> str:
    """The heading for a time, in the machine's time zone."""
    day = datetime.fromtimestamp(updated_ms / 1000, UTC).astimezone().date()
    if day >= today:
        return TODAY
    if day == today - timedelta(days=1):
        return YESTERDAY
    if day > today - timedelta(days=8):
        return WEEK
    return MONTH if day > today - timedelta(days=31) else OLDER


def grouped(items: Iterable[ChatItem], today: date) -> list[DayGroup]:
    """The items in their given order, each under its heading; pinned ones under their own."""
    groups: dict[str, DayGroup] = {}
    for item in items:
        label = PINNED if item.pinned else label_of(item.updated_at, today)
        groups.setdefault(label, DayGroup(label)).chats.append(ListedChat(item.id, item.title, item.pinned))
    return list(groups.values())
