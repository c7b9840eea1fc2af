from sqlalchemy.orm import Session

from localmind_app.features.chat import journal
from localmind_app.features.chat.tables import ChatRow


def test_numbers_have_no_gaps_and_replay_in_order(session: Session, chat: ChatRow) -> None:
    for number in range(5):
        assert journal.append(session, chat.id, "text", f"{number}").seq == number + 1
    session.refresh(chat)
    replayed = journal.after(session, chat, 2)
    assert replayed is not None
    assert [(event.seq, event.data) for event in replayed] == [(3, "2"), (4, "3"), (5, "4")]
    assert journal.after(session, chat, 5) == []


def test_what_was_folded_cannot_be_replayed(session: Session, chat: ChatRow) -> None:
    journal.append(session, chat.id, "text", "old")
    journal.fold(session, chat)
    assert journal.after(session, chat, 0) is None
    assert journal.after(session, chat, 1) == []
    event = journal.append(session, chat.id, "text", "new")
    assert event.seq == 2


def test_a_number_from_the_future_asks_for_a_fresh_start(session: Session, chat: ChatRow) -> None:
    assert journal.after(session, chat, 99) is None
