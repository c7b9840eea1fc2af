import random

import pytest

torch = pytest.importorskip("torch", reason="only training needs torch; the product does without it")

from models.starter.schedule import Schedule  # noqa: E402
from models.starter.shape import Shape  # noqa: E402
from models.starter.train import batches, rate, tensors, train  # noqa: E402


def test_batches_hold_every_example_within_the_budget():
    examples = [([1] * n, [True] * n) for n in range(1, 60)]
    groups = list(batches(examples, 100, random.Random(0)))
    assert sum(len(group) for group in groups) == 59
    assert all(len(group) * max(len(ids) for ids, _ in group) <= 100 for group in groups)


def test_tensors_pad_without_asking_for_the_padding():
    ids, spoken = tensors([([1, 2, 3], [False, True, True]), ([4], [True])])
    assert ids.tolist() == [[1, 2, 3], [4, 0, 0]]
    assert spoken.tolist() == [[False, True, True], [True, False, False]]


def test_rate_warms_up_and_decays():
    schedule = Schedule(warmup=10)
    assert rate(0, 100, schedule) < rate(9, 100, schedule) == schedule.learning_rate
    assert rate(99, 100, schedule) < 0.1 * schedule.learning_rate


def test_same_seed_same_weights(tokenizer):
    shape = Shape(vocabulary=640, width=32, layers=1, heads=2, kv_heads=1, ffn_width=64, context=1024)
    stages = [Schedule(conversations=10, openings=20, batch_tokens=512, warmup=2, threads=1, seed=s) for s in (1, 2)]
    first, second = (train(tokenizer, shape, stages).weights() for _ in range(2))
    assert all((first[name] == second[name]).all() for name in first)
