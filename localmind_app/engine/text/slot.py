"""Where the KV cells of a conversation live: one llama.cpp sequence per slot, kept after the request that filled it."""

from __future__ import annotations

from collections.abc import Collection, Iterable

import numpy as np

from ..llamacpp import Ints, common
from .adapter import Adapters
from .model import PREFILL_ROWS, TextModel
from .saved_state import WORTH_A_FILE, SavedState, SavedStates

# A beginning shorter than this is decoded again sooner than it is copied.
SHORTEST_COPY = 16  # tokens
# A beginning that takes longer than this to read is worth a file.
WORTH_SAVING_SECONDS = 0.2
_WORTH_RESTORING = 128  # tokens more than there are in memory


def _usable(found: int, whole: int, repeatable: bool) -> int:
    return min(found, whole) // PREFILL_ROWS * PREFILL_ROWS if repeatable else found


class Slot:
    """The cells of one sequence: `tokens[:count]` by position. `whole` of them were decoded in whole chunks, alone.

    Cells made in other batch shapes differ in their last bits and could turn a token, so a repeatable request only
    reuses those.
    """

    def __init__(self, number: int, size: int) -> None:
        self.number, self.size = number, size
        self.tokens: Ints = np.zeros(size, np.int32)
        self.count = self.whole = 0
        self.busy = self.forgotten = False  # forgotten: its cells go as soon as it is not busy
        self.last_used = 0
        self.adapters: Adapters = ()  # what its cells were computed with; they serve no other request
        self.conversation = ""  # whose cells they are; what another one began and this one shares is this one's too
        self.saved = 0  # cells that are on disk
        self.pure = size  # cells behind these have seen tokens that are gone; they serve nobody else

    def shared(self, prompt: Ints, repeatable: bool, adapters: Adapters = ()) -> int:
        """How many cells from the start could serve `prompt`; its last token is always decoded again."""
        if adapters != self.adapters:
            return 0
        found = common(self.tokens[: min(self.count, self.pure)], prompt[:-1])
        return _usable(found, self.whole, repeatable)

    def append(self, tokens: Ints | Iterable[int]) -> None:
        """Note tokens that were just decoded."""
        added = np.asarray(tokens, np.int32)
        self.tokens[self.count : self.count + len(added)] = added
        self.count += len(added)

    def cut(self, count: int) -> None:
        """Forget what lies behind the first `count` cells."""
        self.count = count
        self.saved = min(self.saved, count)
        self.pure = self.size if count <= self.pure else self.pure
        self.whole = min(self.whole, count // PREFILL_ROWS * PREFILL_ROWS)

    def slide(self, start: int, count: int) -> None:
        """Note that `count` cells from `start` are gone and the later ones moved to their places."""
        self.tokens[start : self.count - count] = self.tokens[start + count : self.count]
        self.count -= count
        self.pure = min(self.pure, start)
        self.whole = min(self.whole, start // PREFILL_ROWS * PREFILL_ROWS)


class Slots:
    """All slots of a model. A prompt gets the cells that fit it best, its own or a copy of another slot's."""

    def __init__(self, model: TextModel, states: SavedStates | None = None) -> None:
        self._model, self._states = model, states
        self.all = [Slot(number, model.n_ctx) for number in range(model.slots)]
        self._clock = 0

    def free(self) -> bool:
        """Whether a request could begin now."""
        return any(not slot.busy for slot in self.all)

    def longest(self, prompt: Ints, adapters: Adapters) -> int:
        """How much of `prompt` there is in any slot."""
        return max(slot.shared(prompt, False, adapters) for slot in self.all)

    def take(self, prompt: Ints, repeatable: bool, adapters: Adapters = (), conversation: str = "") -> Slot:
        """A free slot holding as much of `prompt` as there is anywhere; its `count` cells are valid."""
        found = {slot.number: slot.shared(prompt, repeatable, adapters) for slot in self.all}
        free = [slot for slot in self.all if not slot.busy]
        best = max(self.all, key=lambda slot: found[slot.number])
        target = max(free, key=lambda slot: (found[slot.number], -slot.last_used))
        if found[target.number] * 2 < target.count:
            # Most of that conversation would be lost for a common beginning; the least missed slot takes a copy of it.
            target = min(free, key=lambda slot: slot.last_used)
        shared = found[target.number]
        if found[best.number] >= shared + SHORTEST_COPY:
            self._copy(best, target)
            shared = found[best.number]
        elif not adapters and (kept := self._longest_saved(prompt, repeatable, shared)) is not None:
            state, length = kept
            shared = length if self._restore(state, target) else 0
        self._keep(target, shared)
        target.adapters, target.conversation = adapters, conversation
        target.busy, target.forgotten = True, False
        return target

    def give_back(self, slot: Slot) -> None:
        """The request is over; its cells stay for the next one."""
        if slot.forgotten:
            self._clear(slot)
        elif slot.pure < slot.count:
            self._keep(slot, slot.pure)
        self._clock += 1
        slot.busy, slot.last_used = False, self._clock

    def conversations(self) -> set[str]:
        """Whose cells there are; those without a name are not told."""
        return {slot.conversation for slot in self.all if slot.conversation}

    def forget(self, conversations: Collection[str]) -> None:
        """Drop the cells of these conversations and use their files no more; of one that is answered, at its end."""
        for slot in self.all:
            if slot.conversation in conversations:
                slot.forgotten = slot.busy
                if not slot.busy:
                    self._clear(slot)
        if self._states is not None:
            self._states.forget(conversations)

    def save_one(self, row_seconds: float) -> bool:
        """Write one conversation that is worth it to disk; False where there is none. For when nobody waits."""
        if self._states is None:
            return False
        for slot in self.all:
            count = min(slot.count, slot.pure)
            worth = count - slot.saved >= WORTH_A_FILE and count * row_seconds >= WORTH_SAVING_SECONDS
            if worth and not slot.busy and not slot.adapters:
                slot.saved = count  # also where it fails: it would fail again
                self._states.save(slot.number, slot.tokens[:count].copy(), slot.whole, slot.conversation)
                return True
        return False

    def _longest_saved(self, prompt: Ints, repeatable: bool, there: int) -> tuple[SavedState, int] | None:
        states = self._states.all() if self._states else []
        found = [(_usable(common(one.tokens, prompt[:-1]), one.whole, repeatable), one) for one in states]
        length, state = max(found, key=lambda pair: pair[0], default=(0, None))
        return (state, length) if state is not None and length >= there + _WORTH_RESTORING else None

    def _restore(self, state: SavedState, target: Slot) -> bool:
        assert self._states is not None
        if len(state.tokens) > target.size or not self._states.restore(state, target.number):
            target.cut(0)
            return False
        target.count = target.saved = len(state.tokens)
        target.tokens[: target.count] = state.tokens
        target.whole, target.pure = state.whole, target.size
        return True

    def _copy(self, source: Slot, target: Slot) -> None:
        self._model.copy_sequence(source.number, target.number)
        target.tokens[: source.count] = source.tokens[: source.count]
        target.count, target.whole, target.pure = source.count, source.whole, source.pure
        target.saved = min(source.saved, source.count)

    def _clear(self, slot: Slot) -> None:
        self._keep(slot, 0)
        slot.tokens[:] = 0
        slot.conversation, slot.forgotten = "", False

    def _keep(self, slot: Slot, count: int) -> None:
        if count < slot.count and not self._model.forget(slot.number, count):
            self._model.forget(slot.number, 0)
            count = 0
        slot.cut(count)
