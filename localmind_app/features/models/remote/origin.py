"""Who answered a message when it was not simply the local engine: the facts that stay with it.

They are copied, not referred to: an engine that is renamed, priced anew or removed does not change old messages.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from typing import Any

CHARACTERS_PER_TOKEN = 4  # the usual rule of thumb, for servers that do not count


@dataclass(frozen=True)
class Cost:
    """What one answer took: tokens read and written, and money. `estimated` where the server did not count."""

    read: int
    written: int
    amount: float
    currency: str
    estimated: bool


@dataclass(frozen=True)
class Origin:
    """Where an answer comes from.

    `engine` and `host` are empty for the local engine, which has an origin only where it stands in for another.
    `leaves_machine` is the privacy label: text of this chat was sent to another machine for this message.
    `instead_of` is the engine that was chosen and did not answer, `reason` why, in the shape of `UserError.body`.
    `spend` is in `currency`, None without prices; `estimated` where the server did not count its tokens.
    """

    model: str
    engine: str = ""
    host: str = ""
    leaves_machine: bool = False
    instead_of: str = ""
    reason: dict[str, Any] | None = None
    price_in: float | None = None
    price_out: float | None = None
    currency: str = ""
    spend: float | None = None
    estimated: bool = False

    def body(self) -> dict[str, Any]:
        """The JSON form."""
        return asdict(self)

    def stands_in(self, chosen: str, reason: dict[str, Any] | None) -> Origin:
        """This origin in the place of the chosen engine, which did not answer."""
        return replace(self, instead_of=chosen, reason=reason)

    def after_sending(self) -> Origin:
        """This origin after an engine that got the text elsewhere, and then said nothing."""
        return replace(self, leaves_machine=True)

    def continues(self, before: dict[str, Any] | None) -> Origin:
        """This origin for an answer that began elsewhere: what left has left, what was spent was spent."""
        if before is None:
            return self
        left = self.leaves_machine or before.get("leaves_machine") is True
        return replace(self, leaves_machine=left, spend=before.get("spend"), estimated=bool(before.get("estimated")))

    def cost(self, usage: dict[str, Any] | None, asked: str, pieces: int) -> Cost:
        """What the answer costs.

        `usage` is the server's own count; without one it is estimated from the text `asked` and the `pieces` heard.
        """
        read, written = _tokens(usage, "prompt_tokens"), _tokens(usage, "completion_tokens")
        guessed = read is None or written is None
        read = len(asked) // CHARACTERS_PER_TOKEN if read is None else read
        written = pieces if written is None else written
        amount = (read * (self.price_in or 0.0) + written * (self.price_out or 0.0)) / 1e6
        return Cost(read, written, amount, self.currency, guessed)

    def charged(self, cost: Cost) -> Origin:
        """This origin with what the answer cost, where there are prices."""
        if self.price_in is None and self.price_out is None:
            return self
        return replace(self, spend=(self.spend or 0.0) + cost.amount, estimated=self.estimated or cost.estimated)


def _tokens(usage: dict[str, Any] | None, name: str) -> int | None:
    count = (usage or {}).get(name)
    return count if isinstance(count, int) and not isinstance(count, bool) and 0 <= count < 2**31 else None
