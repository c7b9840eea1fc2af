from datetime import date, datetime, timedelta

from localmind_app.features.chat.days import grouped, label_of
from localmind_app.features.chat.views import ChatItem

TODAY = date(2026, 3, 1)


def _ms(days_ago: int) -> int:
    return int((datetime(2026, 3, 1, 12).astimezone() - timedelta(days=days_ago)).timestamp() * 1000)


def test_labels_change_at_midnight() -> None:
    labels = [label_of(_ms(days), TODAY) for days in (-1, 0, 1, 2, 7, 8, 30, 31, 400)]
    assert labels == [
        "Today",
        "Today",
        "Yesterday",
        "Previous 7 days",
        "Previous 7 days",
        "Previous 30 days",
        "Previous 30 days",
        "Older",
        "Older",
    ]


def test_pinned_chats_have_their_own_group() -> None:
    items = [ChatItem("a", "A", True, _ms(90)), ChatItem("b", "B", False, _ms(0)), ChatItem("c", "C", False, _ms(0))]
    groups = grouped(items, TODAY)
    assert [(group.label, [chat.id for chat in group.chats]) for group in groups] == [
        ("Pinned", ["a"]),
        ("Today", ["b", "c"]),
    ]
