import random

from models.starter.noise import letter_case, noisy, punctuate, typo


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
