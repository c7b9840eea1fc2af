from sqlalchemy.orm import Session

from localmind_app.features.chat import prompt, turns
from localmind_app.features.chat.tables import ChatRow
from localmind_app.features.chat.tree import path


def test_the_request_is_the_path_with_instructions_and_sampling(session: Session, chat: ChatRow) -> None:
    chat.system_prompt, chat.sampling = "Be brief.", {"temperature": 0.2, "seed": 7}
    first = turns.post(session, chat, None, "One?", "1")
    turns.finish(session, chat, first.start or "", "complete", rest="1")
    second = turns.post(session, chat, chat.leaf_id, "Two?", "2")
    body = prompt.request(chat, path(session, second.start), "model")
    assert [(message["role"], message["content"]) for message in body["messages"]] == [
        ("system", "Be brief."),
        ("user", "One?"),
        ("assistant", "1"),
        ("user", "Two?"),
    ]
    assert (body["model"], body["temperature"], body["seed"], body["stream"]) == ("model", 0.2, 7, True)
    assert "continue_final_message" not in body


def test_an_answer_with_text_is_continued_and_an_empty_failed_one_is_left_out(session: Session, chat: ChatRow) -> None:
    failed = turns.post(session, chat, None, "One?", "1")
    turns.finish(session, chat, failed.start or "", "failed")
    cut = turns.post(session, chat, chat.leaf_id, "Two?", "2")
    turns.finish(session, chat, cut.start or "", "stopped", rest="It is")
    turns.resume(session, chat, cut.start or "")
    body = prompt.request(chat, path(session, cut.start), "model")
    assert [message["content"] for message in body["messages"]] == ["One?", "Two?", "It is"]
    assert body["continue_final_message"] is True
