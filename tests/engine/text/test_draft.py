"""A draft model beside a real one: answers stay what they were, in fewer steps; what does not fit is refused."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import psutil
import pytest

from localmind_app.engine.generation import Sampling
from localmind_app.engine.llamacpp import LoadFailed
from localmind_app.engine.text import lookup
from localmind_app.engine.text.draft import DraftModel
from localmind_app.engine.text.model import PREFILL_ROWS, TextModel
from localmind_app.engine.text.odds import MOST_TRIED
from localmind_app.engine.text.scheduler import Scheduler
from localmind_app.engine.workshop.quantise import quantise
from localmind_app.engine.workshop.types import quant_type
from tests.engine.text.test_scheduler import WORDS, Desk, load
from tests.models_factory import write_random_llama, write_script_llama

ALMOST_GREEDY = Sampling(temperature=0.001)  # not repeatable, so it may be guessed for
STEP, ROW = 1.0, 0.001  # seconds, as on a machine where rows are cheap
PROMPT = [1, *WORDS[:40]]


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A model and its quantised copy."""
    folder = tmp_path_factory.mktemp("draft")
    large = write_random_llama(folder / "large.gguf", dim=256, layers=2, seed=3)
    small = folder / "large.draft.gguf"
    quantise(large, small, quant_type("Q8_0"), {}, lambda _done, _of: None)
    return large, small


@pytest.fixture(autouse=True)
def nothing_is_looked_up(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a random model says soon repeats, and would be found in the answer itself."""
    monkeypatch.setattr(lookup, "_GRAM", 10**6)


class DraftDesk(Desk):
    """A desk whose model has a draft, with costs at which guessing pays."""

    def __init__(self, model: TextModel, draft: DraftModel) -> None:
        super().__init__(model)
        self.draft = draft
        self.scheduler = Scheduler(model, self, None, draft)  # type: ignore[arg-type]
        self.cost(ROW)
        self.scheduler._learn = lambda *_: None  # type: ignore[method-assign]
        for slot in self.scheduler._slots.all:
            slot.shared = lambda *_: 0  # type: ignore[method-assign] # every answer begins anew, as in the other desk

    def cost(self, row: float) -> None:
        """As on a machine where a step takes a second and each row more so many."""
        self.scheduler._base_seconds = STEP
        self.scheduler._tries.of = lambda _: [row * count for count in range(1, MOST_TRIED + 1)]  # type: ignore[method-assign]


@pytest.fixture
def desk(files: tuple[Path, Path]) -> Iterator[DraftDesk]:
    model = load(files[0], 2)
    draft = DraftModel(str(files[1]), model.vocab, model.n_ctx, 1)
    yield DraftDesk(model, draft)
    draft.close()
    model.close()


@pytest.fixture
def plain(files: tuple[Path, Path]) -> Iterator[Desk]:
    """The same model without a draft."""
    model = load(files[0], 2)
    yield Desk(model)
    model.close()


def _alike(one: str, other: str) -> int:
    """How many characters they have in common from their beginning."""
    return next((at for at, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))


def test_the_same_words_in_fewer_steps(desk: DraftDesk, plain: Desk) -> None:
    prompts = [[1, *WORDS[at : at + 30 + at]] for at in range(0, 80, 10)]
    greedy = Sampling(temperature=0)
    expected = [plain.ask(prompt, max_tokens=60, ignore_eos=True, sampling=greedy)[0] for prompt in prompts]
    answers = [desk.ask(prompt, max_tokens=60, ignore_eos=True, sampling=ALMOST_GREEDY) for prompt in prompts]
    # Two tokens may be nearly as likely, and another batch shape turns them; seldom, but then all that follows differs.
    same = sum(_alike(text, wanted) for (text, _), wanted in zip(answers, expected, strict=True))
    assert same > 0.6 * sum(map(len, expected))
    assert all(result["usage"]["completion_tokens"] == 60 for _, result in answers)
    counters = desk.scheduler.counters
    assert counters.steps < 8 * 60 / 2
    assert counters.tried_tokens >= counters.true_tokens > 8 * 40
    assert counters.true_tokens / counters.tried_tokens > 0.7


def test_a_repeatable_answer_is_made_without(desk: DraftDesk) -> None:
    for sampling in (Sampling(temperature=0), Sampling(temperature=0.7, seed=3)):
        desk.ask(PROMPT, max_tokens=30, ignore_eos=True, sampling=sampling)
    assert desk.scheduler.counters.tried_tokens == 0


def test_in_company_nobody_is_guessed_for(desk: DraftDesk) -> None:
    numbers = [desk.add([1, 300 + n, *WORDS[n : n + 30]], max_tokens=40, ignore_eos=True) for n in range(2)]
    desk.run()
    assert desk.scheduler.counters.tried_tokens == 0
    assert all(desk.result(number)["usage"]["completion_tokens"] == 40 for number in numbers)


def test_sampled_answers_keep_their_distribution(desk: DraftDesk, plain: Desk) -> None:
    """Where the next token is nearly a coin's toss, it stays one: the counts of both desks' second tokens agree."""
    sampling = Sampling(temperature=1.0, top_k=2, top_p=1.0, min_p=0.0)

    def seconds(one: Desk) -> list[str]:
        answers = [one.ask(PROMPT, max_tokens=4, ignore_eos=True, sampling=sampling)[0] for _ in range(300)]
        return [" ".join(answer.split()[:2]) for answer in answers]

    guessed, alone = seconds(desk), seconds(plain)
    assert desk.scheduler.counters.tried_tokens > 300
    for text in set(alone) | set(guessed):
        share, other = guessed.count(text) / 300, alone.count(text) / 300
        assert abs(share - other) < 5 * np.sqrt(0.25 / 300 * 2), text  # five standard deviations


def test_an_answer_ends_where_it_should(desk: DraftDesk, plain: Desk) -> None:
    expected, _ = plain.ask(PROMPT, max_tokens=60, ignore_eos=True, sampling=Sampling(temperature=0))
    word = expected.split()[20]
    text, result = desk.ask(PROMPT, max_tokens=60, ignore_eos=True, stop=(word,), sampling=ALMOST_GREEDY)
    assert text == expected[: expected.index(word)]
    assert result["finish_reason"] == "stop"
    for most in (1, 2, 3, 7):
        _, result = desk.ask(PROMPT, max_tokens=most, ignore_eos=True, sampling=ALMOST_GREEDY)
        assert result["usage"]["completion_tokens"] == most


def test_cancel_leaves_nothing(desk: DraftDesk, plain: Desk) -> None:
    number = desk.add(PROMPT, max_tokens=500, ignore_eos=True, sampling=ALMOST_GREEDY)
    while desk.scheduler.counters.true_tokens < 20:
        desk.scheduler.step()
    desk.jobs[number].cancelled = True
    desk.scheduler.step()
    assert not desk.scheduler.busy
    assert desk.scheduler.counters.cancelled == 1
    assert desk.scheduler.counters.steps_after_cancel == 0
    other = [1, *WORDS[300:360]]
    expected, _ = plain.ask(other, max_tokens=60, ignore_eos=True, sampling=Sampling(temperature=0))
    assert desk.ask(other, max_tokens=60, ignore_eos=True, sampling=ALMOST_GREEDY)[0] == expected


def test_a_long_prompt_is_read_piece_by_piece(desk: DraftDesk, plain: Desk) -> None:
    prompt = [1, *WORDS[:700]]
    number = desk.add(prompt, max_tokens=60, ignore_eos=True, sampling=ALMOST_GREEDY)
    counts = [0]
    while desk.scheduler.busy:
        desk.scheduler.step()
        counts.append(desk.draft._count)
    assert max(after - before for before, after in itertools.pairwise(counts)) <= PREFILL_ROWS + 8
    expected, _ = plain.ask(prompt, max_tokens=60, ignore_eos=True, sampling=Sampling(temperature=0))
    assert desk.text(number) == expected
    assert desk.scheduler.counters.true_tokens > 20


def test_what_comes_never_true_is_given_up(files: tuple[Path, Path], tmp_path: Path) -> None:
    model = load(files[0], 1)
    stranger = write_random_llama(tmp_path / "stranger.gguf", dim=64, seed=99)
    draft = DraftModel(str(stranger), model.vocab, model.n_ctx, 1)
    desk = DraftDesk(model, draft)
    desk.cost(0.2)
    _, result = desk.ask(PROMPT, max_tokens=300, ignore_eos=True, sampling=ALMOST_GREEDY)
    assert result["usage"]["completion_tokens"] == 300
    assert desk.scheduler.counters.tried_tokens < 60
    draft.close()
    model.close()


def test_a_forgotten_conversation_is_forgotten_by_the_draft(desk: DraftDesk) -> None:
    desk.ask(PROMPT, max_tokens=20, ignore_eos=True, sampling=ALMOST_GREEDY, conversation="c")
    assert desk.draft._count > 0
    desk.scheduler.forget(["c"])
    assert desk.draft._count == 0
    assert not desk.draft._tokens.any()
    desk.add(PROMPT, max_tokens=20, ignore_eos=True, sampling=ALMOST_GREEDY, conversation="c")
    while desk.draft._count == 0:
        desk.scheduler.step()
    desk.scheduler.forget(["c"])
    desk.run()
    assert desk.draft._count == 0, "also what was read after it"


def test_another_vocabulary_is_refused_with_the_reason(files: tuple[Path, Path], tmp_path: Path) -> None:
    model = load(files[0], 1)
    larger = write_random_llama(tmp_path / "larger.gguf", vocab=900)
    with pytest.raises(LoadFailed, match="900 tokens instead of 512"):
        DraftModel(str(larger), model.vocab, model.n_ctx, 1)
    other = write_script_llama(tmp_path / "other.gguf", [f"strange{n} " for n in range(512 - 262)])
    with pytest.raises(LoadFailed, match="token 262 differs"):
        DraftModel(str(other), model.vocab, model.n_ctx, 1)
    (tmp_path / "text.gguf").write_text("Dear diary")
    with pytest.raises(LoadFailed):
        DraftModel(str(tmp_path / "text.gguf"), model.vocab, model.n_ctx, 1)
    model.close()


def test_memory_returns(files: tuple[Path, Path]) -> None:
    def once() -> None:
        model = load(files[0], 1)
        draft = DraftModel(str(files[1]), model.vocab, model.n_ctx, 1)
        DraftDesk(model, draft).ask(PROMPT, max_tokens=20, ignore_eos=True, sampling=ALMOST_GREEDY)
        draft.close()
        model.close()

    for _ in range(3):
        once()
    before = psutil.Process().memory_info().rss
    for _ in range(10):
        once()
    assert psutil.Process().memory_info().rss - before < 4 * files[1].stat().st_size
