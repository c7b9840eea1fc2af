import time

import pytest

from localmind_app.features.knowledge.terms import FUNCTION_WORDS, Term, asked, fold, parts, stem, words


@pytest.mark.parametrize(("text", "found"), [
    ("The Joined paths", ["the", "join", "path"]),
    ("os.path.join(a)", ["os", "path", "join", "a"]),
    ("snake_case_name", ["snake", "case", "name"]),
    ("Ångström café ﬁne", ["angstrom", "cafe", "fine"]),
    ("Straße", ["strass"]),
    ("日本語です", ["日本", "本語", "語で", "です"]),
    ("書", ["書"]),
    ("がか", ["がか"]),
    ("GPT-4 и Москва", ["gpt", "4", "и", "москва"]),
    ("हिन्दी में", ["हिन्दी", "में"]),
    ("ภาษา", ["ภา", "าษ", "ษา"]),
    ("", []),
    ("\x00\ud800 — …", []),
])  # fmt: skip
def test_words(text, found):
    assert words(text) == found


def test_a_name_in_capitals_can_be_found_by_its_parts():
    assert parts("readTextFile of HTTPServer2 in plain words") == [
        stem("read"),
        "text",
        "file",
        "http",
        stem("server"),
        "2",
    ]


def test_names_are_asked_for_as_phrases_before_their_words():
    found = asked("How is os.path.join used?")
    assert found[0] == Term(("os", "path", "join"), named=True)
    assert [term.words for term in found[1:]] == [("os",), ("path",), ("join",)]


def test_words_that_say_nothing_are_left_out_unless_there_are_no_others():
    assert [term.words for term in asked("what is the capital of France")] == [("capit",), ("franc",)]
    assert asked("what is this") == [Term(("what",)), Term(("is",)), Term(("this",))]
    assert "nicht" in FUNCTION_WORDS


@pytest.mark.parametrize("question", ["_" * 5000, "a." * 3000, ":" * 5000, "aB" * 3000, "中" * 3000])
def test_no_question_takes_long(question):
    began = time.process_time()
    assert len(asked(question)) <= 40
    assert time.process_time() - began < 2


def test_folding_is_the_same_for_both_forms_of_a_letter():
    assert fold("e\u0301") == fold("é") == "e"
    assert fold("が") == fold("か\u3099") == "が"
