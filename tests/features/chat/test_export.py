import json

from sqlalchemy.orm import Session

from localmind_app.features.chat import export, turns
from localmind_app.features.chat.tables import ChatRow, MessageRow
from localmind_app.features.chat.tree import path


def test_markdown_is_the_shown_path_and_json_the_whole_tree(session: Session, chat: ChatRow) -> None:
    posted = turns.post(session, chat, None, "Hi", "1")
    turns.finish(session, chat, posted.start or "", "stopped", rest="Hello", model="starter")
    turns.post(session, chat, None, "Good day", "2")
    text = export.as_markdown(chat, path(session, posted.start))
    assert text.startswith("# Hi\n")
    assert "## You, " in text and "## starter, " in text and "*(stopped)*" in text
    rows = session.query(MessageRow).order_by(MessageRow.id).all()
    tree = json.loads(export.as_json(chat, rows))
    assert [message["text"] for message in tree["messages"]] == ["Hi", "Hello", "Good day", ""]
    assert tree["messages"][1]["parent"] == tree["messages"][0]["id"]


def test_file_names_are_safe() -> None:
    assert export.file_name("../../etc/passwd", "md") == "etcpasswd.md"
    assert export.file_name('a"b\r\nSet-Cookie: x', "md") == "abSet-Cookie x.md"
    assert export.file_name("///", "json") == "chat.json"
