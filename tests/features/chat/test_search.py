import pytest
from sqlalchemy.orm import Session

from localmind_app.features.chat import search


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("hering", True),
        ("HERI", True),
        ("roter hering", True),
        ("uber", True),
        ("lachs", False),
        ("", False),
        ('"', False),
        ("hering AND", False),
        ("her*", True),
        ("NEAR(a b)", False),
        ("hering'); DROP TABLE x", False),
    ],
)
def test_words_are_found_whatever_is_typed(session: Session, query: str, found: bool) -> None:
    search.index(session, "chat", "m1", "Ein roter Hering schwimmt über das Meer")
    assert (search.matching_chats(session, query) == ["chat"]) is found


def test_an_indexed_text_is_replaced_and_forgotten(session: Session) -> None:
    search.index(session, "chat", "m1", "before")
    search.index(session, "chat", "m1", "after")
    assert search.matching_chats(session, "before") == []
    assert search.matching_chats(session, "after") == ["chat"]
    search.forget(session, "chat")
    assert search.matching_chats(session, "after") == []
