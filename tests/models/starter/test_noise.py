import random

from models.starter.noise import letter_case, noisy, punctuate, spelled, typo


def test_typo_changes_at_most_one_place():
    rng = random.Random(0)
    for _ in range(200):
        changed = typo("what is localmind", rng)
        assert abs(len(changed) - len("what is localmind")) <= 1


def test_typo_leaves_text_without_letters_alone():
    assert typo("1 + 1", random.Random(0)) == "1 + 1"
    assert typo("", random.Random(0)) == ""


def test_punctuate_keeps_an_end_mark():
    assert punctuate("really?", random.Random(0)) == "really?"


def test_letter_case_keeps_the_words():
    rng = random.Random(3)
    assert {letter_case("Dark Mode", rng).lower() for _ in range(50)} == {"dark mode"}


def test_many_results_stay_clean():
    rng = random.Random(4)
    clean = sum(noisy("who are you", rng).lower().strip("?! ") == "who are you" for _ in range(500))
    assert 200 < clean < 480


def test_names_and_german_nouns_get_their_capitals():
    assert spelled("what's localmind, can i read pdfs?", "en") == "what's LocalMind, can I read PDFs?"
    assert spelled("wie bekomme ich ein größeres modell", "de") == "wie bekomme ich ein größeres Modell"


def test_most_questions_name_localmind_as_it_is_spelled():
    rng = random.Random(5)
    assert 100 < sum("LocalMind" in noisy("what is localmind", rng) for _ in range(500)) < 400
