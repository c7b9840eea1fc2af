import random

from models.starter.rephrase import loosen, rephrase, swap_stem, swap_word


def test_stems_are_swapped_for_their_equals():
    rng = random.Random(0)
    texts = {swap_stem("how do i pin a chat", rng) for _ in range(200)}
    assert "is there a way to pin a chat" in texts
    assert all(text.endswith(" pin a chat") for text in texts)


def test_a_text_without_known_stem_stays():
    assert swap_stem("pin a chat", random.Random(0)) == "pin a chat"


def test_words_are_swapped_for_near_equals():
    rng = random.Random(1)
    assert {swap_word("the folder", rng) for _ in range(50)} == {"the folder", "the directory"}


def test_loosen_changes_one_place():
    rng = random.Random(2)
    for _ in range(100):
        assert abs(len(loosen("what is the dark mode", "en", rng).split()) - 5) <= 1


def test_many_texts_stay_as_they_are():
    rng = random.Random(3)
    same = sum(rephrase("dark mode", "en", rng) == "dark mode" for _ in range(300))
    assert 100 < same < 290
