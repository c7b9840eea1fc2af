import pytest
from sqlalchemy.orm import Session

from localmind_app.core.errors import Conflict, Invalid, NotFound, TooLarge
from localmind_app.features.chat import journal, turns
from localmind_app.features.chat.tables import ChatRow, MessageRow
from localmind_app.features.chat.tree import path


def _texts(session: Session, chat: ChatRow) -> list[tuple[str, str, str]]:
    return [(row.role, row.text, row.status) for row in path(session, chat.leaf_id)]


def _post(session: Session, chat: ChatRow, text: str) -> turns.Posted:
    return turns.post(session, chat, chat.leaf_id, text, f"client-{text}")


def _say(session: Session, chat: ChatRow, message_id: str | None, text: str) -> None:
    assert message_id is not None
    journal.append(session, chat.id, "text", text, message_id)


def _talk(session: Session, chat: ChatRow, question: str, answer: str) -> str:
    posted = _post(session, chat, question)
    _say(session, chat, posted.start, answer)
    turns.finish(session, chat, posted.start or "", "complete", finish="stop")
    return posted.start or ""


def test_a_message_and_its_empty_answer_are_stored_together(session: Session, chat: ChatRow) -> None:
    posted = _post(session, chat, "Hello there")
    assert _texts(session, chat) == [("user", "Hello there", "complete"), ("assistant", "", "streaming")]
    assert [event.kind for event in posted.events] == ["message", "message"]
    assert [event.seq for event in posted.events] == [1, 2]
    assert chat.title == "Hello there"


def test_sending_twice_stores_once(session: Session, chat: ChatRow) -> None:
    first = _post(session, chat, "Hello")
    again = turns.post(session, chat, chat.leaf_id, "Hello", "client-Hello")
    assert again.message_id == first.message_id
    assert again.start is None and again.events == []
    assert len(_texts(session, chat)) == 2


def test_the_journal_becomes_the_answer(session: Session, chat: ChatRow) -> None:
    posted = _post(session, chat, "Hi")
    for piece in ("Good", " ", "day"):
        _say(session, chat, posted.start, piece)
    ended = turns.finish(session, chat, posted.start or "", "complete", finish="stop", usage={"completion_tokens": 3})
    assert _texts(session, chat)[1] == ("assistant", "Good day", "complete")
    (patch,) = ended.events
    assert patch.kind == "patch" and "text" not in patch.data


def test_what_was_found_about_another_text_is_not_noted(session: Session, chat: ChatRow) -> None:
    answer = _talk(session, chat, "Hi", "Good day")
    sources = {"support": []}
    assert turns.proven(session, answer, sources, "Good") is None
    assert session.get_one(MessageRow, answer).sources is None
    assert turns.proven(session, answer, sources, "Good day") is not None
    assert session.get_one(MessageRow, answer).sources == sources


@pytest.mark.parametrize("text", ["", "   \n\t "])
def test_an_empty_message_is_refused(session: Session, chat: ChatRow, text: str) -> None:
    with pytest.raises(Invalid, match="empty"):
        _post(session, chat, text)


def test_half_a_megabyte_is_refused_with_its_length(session: Session, chat: ChatRow) -> None:
    with pytest.raises(TooLarge, match="500000 characters"):
        _post(session, chat, "x" * 500_000)
    assert _texts(session, chat) == []


def test_what_is_sent_meanwhile_waits_and_is_answered_in_order(session: Session, chat: ChatRow) -> None:
    first = _post(session, chat, "one")
    assert _post(session, chat, "two").start is None
    assert _post(session, chat, "three").start is None
    _say(session, chat, first.start, "1")
    second = turns.finish(session, chat, first.start or "", "complete")
    assert second.start is not None
    _say(session, chat, second.start, "2")
    third = turns.finish(session, chat, second.start, "complete")
    assert third.start is not None
    _say(session, chat, third.start, "3")
    assert turns.finish(session, chat, third.start, "complete").start is None
    assert [text for _, text, _ in _texts(session, chat)] == ["one", "1", "two", "2", "three", "3"]


def test_a_waiting_message_can_be_taken_back(session: Session, chat: ChatRow) -> None:
    first = _post(session, chat, "one")
    second = _post(session, chat, "two")
    _post(session, chat, "three")
    turns.cancel_queued(session, chat, second.message_id)
    ended = turns.finish(session, chat, first.start or "", "complete")
    turns.finish(session, chat, ended.start or "", "complete")
    assert [text for role, text, _ in _texts(session, chat) if role == "user"] == ["one", "three"]
    with pytest.raises(Conflict):
        turns.cancel_queued(session, chat, first.message_id)


def test_an_edit_makes_a_branch_and_keeps_the_old_one(session: Session, chat: ChatRow) -> None:
    old_answer = _talk(session, chat, "What is 1+1?", "2")
    question = session.get_one(MessageRow, old_answer).parent_id
    assert question is not None
    edited = turns.post(session, chat, None, "What is 2+2?", "edit")
    assert edited.events[-1].kind == "path"
    turns.finish(session, chat, edited.start or "", "complete")
    assert [text for _, text, _ in _texts(session, chat)] == ["What is 2+2?", ""]
    turns.select_branch(session, chat, question)
    assert [text for _, text, _ in _texts(session, chat)] == ["What is 1+1?", "2"]


def test_retry_is_a_version_beside_the_old_answer(session: Session, chat: ChatRow) -> None:
    old = _talk(session, chat, "Name a colour", "red")
    again = turns.retry(session, chat, old)
    assert again.events[0].data["siblings"] == [old, again.start]
    _say(session, chat, again.start, "blue")
    turns.finish(session, chat, again.start or "", "complete")
    assert _texts(session, chat)[-1][1] == "blue"


def test_an_answer_that_was_cut_short_goes_on_where_it_ended(session: Session, chat: ChatRow) -> None:
    posted = _post(session, chat, "Count")
    _say(session, chat, posted.start, "1, 2, ")
    turns.finish(session, chat, posted.start or "", "stopped", finish="cancel")
    again = turns.resume(session, chat, posted.start or "")
    _say(session, chat, again.start, "3, 4")
    turns.finish(session, chat, again.start or "", "complete", finish="stop")
    assert _texts(session, chat)[-1] == ("assistant", "1, 2, 3, 4", "complete")
    with pytest.raises(Conflict, match="cut short"):
        turns.resume(session, chat, posted.start or "")


def test_an_answer_in_the_middle_of_the_chat_is_not_continued(session: Session, chat: ChatRow) -> None:
    posted = _post(session, chat, "Count")
    turns.finish(session, chat, posted.start or "", "stopped", finish="cancel")
    _talk(session, chat, "Never mind", "Fine")
    with pytest.raises(Conflict, match="went on"):
        turns.resume(session, chat, posted.start or "")


def test_nothing_moves_the_path_while_an_answer_streams(session: Session, chat: ChatRow) -> None:
    posted = _post(session, chat, "Hi")
    for move in (turns.retry, turns.resume, turns.select_branch):
        with pytest.raises(Conflict):
            move(session, chat, posted.start or "")


def test_a_crash_keeps_the_text_and_marks_everything_that_waited(session: Session, chat: ChatRow) -> None:
    posted = _post(session, chat, "one")
    _post(session, chat, "two")
    _say(session, chat, posted.start, "half an ans")
    assert len(turns.interrupted(session)) == 2
    assert _texts(session, chat) == [
        ("user", "one", "complete"),
        ("assistant", "half an ans", "interrupted"),
        ("user", "two", "complete"),
        ("assistant", "", "interrupted"),
    ]
    assert turns.interrupted(session) == []


def test_a_failure_with_text_reads_as_interrupted(session: Session, chat: ChatRow) -> None:
    posted = _post(session, chat, "Hi")
    _say(session, chat, posted.start, "Half")
    ended = turns.finish(session, chat, posted.start or "", "failed", rest=" more")
    assert ended.events[0].kind == "message"
    assert _texts(session, chat)[-1] == ("assistant", "Half more", "interrupted")


def test_a_message_of_another_chat_is_not_found(session: Session, chat: ChatRow) -> None:
    with pytest.raises(NotFound):
        turns.retry(session, chat, "01ARZ3NDEKTSV4RRFFQ69G5FAV")


@pytest.mark.parametrize(
    ("text", "title"),
    [("Short one", "Short one"), ("  many \n\n spaces ", "many spaces"), ("word " * 30, ("word " * 12).strip() + "…")],
)
def test_titles(text: str, title: str) -> None:
    assert turns.title_of(text) == title
