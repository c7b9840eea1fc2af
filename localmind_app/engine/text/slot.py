"""Where the KV cells of a conversation live: one llama.cpp sequence per slot, kept after the request that filled it."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from ..llamacpp import Ints
from .model import PREFILL_ROWS, TextModel

# A beginning shorter than this is decoded again sooner than it is copied.
SHORTEST_COPY = 16  # tokens


class Slot:
    """The cells of one sequence: `tokens[:count]` by position. `whole` of them were decoded in whole chunks, alone.

    Cells made in other batch shapes differ in their last bits and could turn a token, so a repeatable request only
    reuses those.
    """

    def __init__(self, number: int, size: int) -> None:
        self.number, self.size = number, size
        self.tokens: Ints = np.zeros(size, np.int32)
        self.count = self.whole = 0
        self.busy = False
        self.last_used = 0

    def shared(self, prompt: Ints, repeatable: bool) -> int:
        """How many cells from the start could serve `prompt`; its last token is always decoded again."""
        length = min(self.count, len(prompt) - 1)
        differs = self.tokens[:length] != prompt[:length]
        found = int(differs.argmax()) if differs.any() else length
        return min(found, self.whole) // PREFILL_ROWS * PREFILL_ROWS if repeatable else found

    def append(self, tokens: Ints | Iterable[int]) -> None:
        """Note tokens that were just decoded."""
        added = np.asarray(tokens, np.int32)
        self.tokens[self.count : self.count + len(added)] = added
        self.count += len(added)

    def cut(self, count: int) -> None:
        """Forget what lies behind the first `count` cells."""
        self.count = count
        self.whole = min(self.whole, count // PREFILL_ROWS * PREFILL_ROWS)


class Slots:
    """All slots of a model. A prompt gets the cells that fit it best, its own or a copy of another slot's."""

    def __init__(self, model: TextModel) -> None:
        self._model = model
        self.all = [Slot(number, model.n_ctx) for number in range(model.slots)]
        self._clock = 0

    def free(self) -> bool:
        """Whether a request could begin now."""
        return any(not slot.busy for slot in self.all)

    def take(self, prompt: Ints, repeatable: bool) -> Slot:
        """A free slot holding as much of `prompt` as there is anywhere; its `count` cells are valid."""
        found = {slot.number: slot.shared(prompt, repeatable) for slot in self.all}
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
        self._keep(target, shared)
        target.busy = True
        return target

    def give_back(self, slot: Slot) -> None:
        """The request is over; its cells stay for the next one."""
        self._clock += 1
        slot.busy, slot.last_used = False, self._clock

    def _copy(self, source: Slot, target: Slot) -> None:
        self._model.copy_sequence(source.number, target.number)
        target.tokens[: source.count] = source.tokens[: source.count]
        target.count, target.whole = source.count, source.whole

    def _keep(self, slot: Slot, count: int) -> None:
        if count < slot.count and not self._model.forget(slot.number, count):
            self._model.forget(slot.number, 0)
            count = 0
        slot.cut(count)
