"""What a message asks of the memory in so many words: "remember that …", "forget …", "merk dir …", "vergiss …".

Not covered: "remember to …", which is a task, and "forget it", which is an idiom.
"""

# ruff: noqa: E501 -- patterns are read as lists

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Literal

from sqlalchemy.orm import Session

from . import rules, store, words
from .fact import Fact, sentence
from .sentences import own_sentences
from .tables import MemoryRow

_I = re.IGNORECASE
_POLITE = (
    r"^(?:(?:please|also|and|but|so|ok|okay|hey|oh|by the way|can you|could you|would you|will you|i want you to|i'd like you to|i need you to|you should|"
    r"bitte|und|aber|auch|also|kannst du(?: dir)?|könntest du(?: dir)?|übrigens)[,:]?\s+)*"
)
# What the words after it must begin with, where "note that …" may as well be about the talk.
_MINE = r"(?=(?:i|i'm|i've|my|me|we|our|ich|mein\w*|mir|wir|unser\w*)\b)"
_REMEMBER = re.compile(
    _POLITE + r"(?:(?:remember|don't forget|do not forget|never forget|memori[sz]e|save (?:to|in) (?:your )?memory|add to (?:your )?memory)"
    r"(?: for (?:later|next time|the future|me))?(?:\s*(?:[:,–—]|,?\s+that\b|,?\s+this:)\s*|\s+" + _MINE + r")"
    r"|(?:note|keep in mind|bear in mind|make a note)(?:\s*:\s*|,?\s+that\s+)" + _MINE
    + r"|(?:merke? dir|merken|behalte?n?(?: im kopf)?|denke? (?:bitte )?daran|vergiss (?:bitte )?nicht|speichere?)(?: bitte)?(?: mal)?\s*(?:[:–—]|,?\s*dass\b)\s*)"
    r"(?P<what>.+)$", _I | re.DOTALL,
)  # fmt: skip
_FORGET = re.compile(
    _POLITE + r"(?:forget(?: (?:everything|all|anything|what)(?: (?:you know|i (?:ever )?(?:said|told you)))?)?(?: about| that|:)?\s+(?P<what>(?:i|i'm|i've|my|me|we|our)\b.+)"
    r"|(?:delete|remove|erase)(?: (?:the|this|that|all))?(?: (?:memory|memories|fact))? (?:about|that|of) (?P<what2>(?:i|i'm|my|me|we|our)\b.+)"
    r"|vergiss(?: bitte)?,?\s+(?:dass\s+|alles(?: über|,? was du über)?\s+|was (?:ich|du) .{0,30}?(?:über|zu)\s+)?(?P<what3>(?:ich|mein\w*|mich|mir|wir|unser\w*)\b.+))$",
    _I | re.DOTALL,
)  # fmt: skip
_EVERYTHING = re.compile(
    r"^(?:please |bitte )*(?:forget|delete|erase|vergiss|lösche) (?:everything|all|alles)\b[^.]{0,40}\b(?:me|mich)\b[^.]{0,20}$", _I
)  # fmt: skip
_TALK = re.compile(r"^(?:to|you|your|you're|du|dein\w*|what|how|when|where|who|it|this|was|wie|wo|wer|es)\b", _I)
_VERB_LAST = re.compile(r"^(ich|wir|(?:mein|meine|unser|unsere) \w+) (.+?) (\w+)$", _I)
MOST_OF = 0.66  # of the words after "forget" must be in a fact


@dataclass(frozen=True)
class Wish:
    """What is to be remembered or forgotten, in the message's own words; `everything` when it is all there is."""

    kind: Literal["remember", "forget"]
    words: str
    german_clause: bool = False
    everything: bool = False


def wishes(text: str) -> list[Wish]:
    """What a message asks of the memory, in order."""
    found = []
    for said in own_sentences(text):
        plain = said.replace("’", "'")
        if _EVERYTHING.match(plain.rstrip(".!? ")):
            found.append(Wish("forget", said, everything=True))
        elif match := _REMEMBER.match(plain):
            what = said[match.start("what") : match.end("what")].strip().rstrip("?")
            if what and not _TALK.match(what):
                found.append(
                    Wish(
                        "remember", what, german_clause=bool(re.search(r"\bdass\s*$", plain[: match.start("what")], _I))
                    )
                )
        elif match := _FORGET.match(plain):
            what = next(group for group in match.groups() if group)
            found.append(Wish("forget", what.rstrip(" .!?")))
    return found


def remember(
    session: Session, user_id: str, wish: Wish, *, said: int, chat_id: str | None, message_id: str | None
) -> list[MemoryRow]:
    """Take in what a person wants remembered; what was known already is returned as well."""
    text = sentence(_verb_second(wish.words) if wish.german_clause else wish.words)
    facts = [replace(fact, source="explicit", span=wish.words) for fact in rules.read(text, said)]
    whole = Fact(wish.words, source="explicit")
    if len(facts) != 1:  # several facts in one breath stay one, in the person's own words
        facts = [whole]
    added = [
        store.add(session, user_id, fact, said=said, chat_id=chat_id, message_id=message_id, text=text)
        for fact in facts
    ]
    rows = [row for row in added if row is not None]
    return rows or [
        row for row in store.known(session, user_id) if any(store.is_twin(row, fact, text) for fact in facts)
    ]


def forget(session: Session, user_id: str, wish: Wish) -> list[str]:
    """Forget every fact that has most of the words; returns their ids."""
    rows = store.known(session, user_id)
    return store.forget(session, rows if wish.everything else matching(rows, wish.words))


def matching(rows: list[MemoryRow], said: str) -> list[MemoryRow]:
    """The facts that are meant by the words after "forget": those that have the most of them, and most of them."""
    wanted = words.stems(said)
    if not wanted:
        return []
    shares = {}
    for row in rows:
        own = words.stems(f"{row.text} {words.keys(row.subject, row.attribute)}")
        shares[row.id] = len(wanted & own) / len(wanted)
    best = max(shares.values(), default=0.0)
    needed = 1.0 if len(wanted) <= 2 else MOST_OF
    return [row for row in rows if best >= needed and shares[row.id] == best]


def _verb_second(clause: str) -> str:
    """ "ich in Köln wohne" as "ich wohne in Köln"."""
    match = _VERB_LAST.match(clause.strip().rstrip(".!? "))
    return f"{match[1]} {match[3]} {match[2]}" if match else clause
