from sqlalchemy.orm import Session

from localmind_app.features.chat import tree, turns
from localmind_app.features.chat.tables import ChatRow


def test_a_long_path_comes_back_whole_or_its_newest_part(session: Session, chat: ChatRow) -> None:
    for number in range(300):
        posted = turns.post(session, chat, chat.leaf_id, f"q{number}", str(number))
        turns.finish(session, chat, posted.start or "", "complete", rest=f"a{number}")
    whole = tree.path(session, chat.leaf_id)
    assert [row.text for row in whole[:3]] == ["q0", "a0", "q1"]
    assert len(whole) == 600
    assert [row.text for row in tree.path(session, chat.leaf_id, limit=3)] == ["a298", "q299", "a299"]
    assert tree.path(session, None) == []


def test_the_newest_leaf_follows_the_newest_branch(session: Session, chat: ChatRow) -> None:
    first = turns.post(session, chat, None, "a", "1")
    turns.finish(session, chat, first.start or "", "complete")
    retried = turns.retry(session, chat, first.start or "")
    assert tree.newest_leaf(session, first.message_id) == retried.start
    assert tree.siblings(session, chat.id, [first.message_id, None]) == {
        first.message_id: [first.start, retried.start],
        None: [first.message_id],
    }
