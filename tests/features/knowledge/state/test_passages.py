"""Marking what was asked for in a passage, on real text."""

from __future__ import annotations

from localmind_app.features.knowledge.state.passages import SHOWN, excerpt
from localmind_app.features.knowledge.terms import asked

LONG = "Nothing of interest stands here at all. " * 40


def marked(text: str, question: str) -> list[str]:
    """The marked words, as `Found.terms` would name them for the question."""
    terms = [" ".join(term.words) for term in asked(question)]
    parts = excerpt(text, terms)
    if len(text) <= SHOWN:
        assert "".join(part.text for part in parts) == text
    return [part.text for part in parts if part.marked]


def test_words_are_marked_in_all_their_forms() -> None:
    assert marked("The dogs were running; a dog RUNS.", "running dog") == ["dogs", "running", "dog", "RUNS"]


def test_words_that_say_nothing_are_not() -> None:
    assert marked("What is the notice period of the contract?", "what is the notice period") == ["notice", "period"]


def test_names_of_several_words_are_marked_word_by_word() -> None:
    assert marked("Call os.path.join, never os.path alone.", "os.path.join") == ["os", "path", "join", "os", "path"]


def test_accents_and_case_do_not_matter() -> None:
    assert marked("Die Kündigungsfrist beträgt drei Monate.", "KUNDIGUNGSFRIST") == ["Kündigungsfrist"]


def test_chinese_is_marked_by_pairs() -> None:
    assert marked("我们的合同期限是三年。", "合同期限") == ["合同", "期", "限"]


def test_nothing_is_marked_where_nothing_fits() -> None:
    assert marked("A text.", "zebra") == []
    assert excerpt("", ["zebra"]) == []


def test_a_long_passage_is_shown_from_where_most_of_the_question_stands() -> None:
    text = f"{LONG}The period is short. {LONG}The notice period of the contract is three months. {LONG}"
    parts = excerpt(text, ["notice", "period", "contract"])
    shown = "".join(part.text for part in parts)
    assert "The notice period of the contract is three months." in shown
    assert parts[0].text == "… " and parts[-1].text == " …"
    assert len(shown) <= SHOWN + 4


def test_a_long_passage_found_by_meaning_begins_at_its_beginning() -> None:
    shown = "".join(part.text for part in excerpt(LONG, ["zebra"]))
    assert shown.startswith("Nothing of interest") and shown.endswith(" …")
