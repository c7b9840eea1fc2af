import random
from collections import Counter

from models.starter.data import BY_NAME, dialogue, dialogues, followers, openings, question, training
from models.starter.heldout import CONVERSATIONS, FINAL, HELD_OUT, TUNING, normal
from models.starter.intents import INTENTS
from models.starter.schedule import STAGES


def test_same_seed_same_conversations():
    assert list(dialogues(50, seed=4)) == list(dialogues(50, seed=4))
    assert list(dialogues(50, seed=4)) != list(dialogues(50, seed=5))


def test_roles_alternate_and_nothing_is_empty():
    for messages in dialogues(300, seed=2):
        roles = [message["role"] for message in messages if message["role"] != "system"]
        assert roles == ["user", "assistant"] * (len(roles) // 2)
        assert all(message["content"].strip() for message in messages)


def test_every_intent_is_trained_often():
    rng = random.Random(1)
    seen = Counter(name for _ in range(3000) for name in dialogue(rng)[1])
    assert set(seen) == set(BY_NAME)
    assert min(seen.values()) >= 5


def test_settled_openings_use_the_first_wording():
    for messages in openings(300, seed=3, settled=True):
        roles = [message["role"] for message in messages]
        assert roles[-2:] == ["user", "assistant"]
    answers = {
        m[-1]["content"] for m in openings(2000, seed=3, settled=True) if "as soon as the model" in m[-1]["content"]
    }
    assert len(answers) == 1


def test_follow_ups_only_follow():
    rng = random.Random(6)
    for _ in range(1000):
        names = dialogue(rng)[1]
        for last, name in zip([None, *names], names, strict=False):
            after = BY_NAME[name].after
            assert not after or after == ("*",) or last in after


def test_followers_of_a_refusal():
    assert {"declined_why", "declined_how"} <= {intent.name for intent in followers("fact")}


def test_questions_vary():
    rng = random.Random(8)
    for intent in INTENTS:
        assert len({question(intent, rng) for _ in range(100)}) > 20, intent.name


def test_held_out_questions_are_not_in_training():
    seen = {normal(m["content"]) for messages in training(STAGES) for m in messages if m["role"] == "user"}
    assert len(HELD_OUT) > 350
    assert seen & HELD_OUT == set()


def test_held_out_questions_cover_the_intents():
    asked = set(TUNING) | set(FINAL) | {name for turns in CONVERSATIONS for name, _ in turns}
    assert asked <= set(BY_NAME)
    assert len(asked) >= 0.9 * len(BY_NAME)
