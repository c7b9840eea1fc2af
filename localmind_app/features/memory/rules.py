"""Reads plain first-person statements without any model: "I live in …", "Mein Hund heißt …".

The patterns are in `rules_english` and `rules_german`, one line each.
Not covered: statements in other words, and other languages; a model reads those where one is loaded.
"""

# ruff: noqa: E501 -- a pattern is a line

from __future__ import annotations

import re

from . import dates, rules_english, rules_german
from .fact import Fact, folded
from .rule import Rule
from .sentences import Clause, statements
from .subject import canonical

_TRAILING = re.compile(
    r"\s+(?:now|currently|these days|at the moment|right now|today|too|as well|by the way|btw|again|anymore|any more|actually|though|"
    r"for (?:(?:many|some|several|\w+) )?(?:years|months|weeks|ages)|jetzt|gerade|momentan|derzeit|zurzeit|heute|auch|übrigens|wieder|inzwischen|mittlerweile)\.?$", re.IGNORECASE,
)  # fmt: skip
# Words that may stand anywhere beside a verb and change nothing of what is said.
_FILLING = re.compile(
    r"(?<=\w )(?:now|currently|recently|just|lately|finally|also|already|still|actually|really|mostly|usually|always|often|sometimes|generally|"
    r"basically|honestly|nowadays|both|truly|absolutely|simply|very|quite|extremely|"
    r"(?-i:(?!only|family|early|daily|weekly|reply|apply|supply|rely|likely|hardly|barely|rarely|scarcely)[a-z]{3,}ly))\s+", re.IGNORECASE,
)  # fmt: skip
_BEGINNING = 48  # characters in which they are looked for: behind them a word may be part of the value


def read(text: str, now: int) -> list[Fact]:
    """The facts of a message that was written at `now` (ms since 1970), in order."""
    found: list[Fact] = []
    for clause in statements(text):
        found += [fact for fact in _of_clause(clause, now) if fact.span in text and fact not in found]
    return found


def _of_clause(clause: Clause, now: int) -> list[Fact]:
    found: list[Fact] = []
    for lead_in, rules in ((rules_english.LEAD_IN, rules_english.RULES), (rules_german.LEAD_IN, rules_german.RULES)):
        begin = lead.end() if (lead := lead_in.match(clause.text)) else 0
        taken: list[str] = []
        filled = bool(_FILLING.search(clause.text, begin, begin + _BEGINNING))
        for one in rules:
            if one.attribute in taken:
                continue
            fact = _apply(one, clause, begin, now) or (_apply(one, clause, begin, now, thin=True) if filled else None)
            if fact is not None:
                taken.append(one.attribute)
                found.append(fact)
    return found


def _thinned(text: str, begin: int) -> tuple[str, list[int]]:
    """The text without filling words at its beginning, and for each place in it the one it had."""
    places = list(range(len(text) + 1))
    for found in reversed(list(_FILLING.finditer(text, begin, begin + _BEGINNING))):
        del places[found.start() : found.end()]
    return "".join(text[place] for place in places[:-1]), places


def _apply(one: Rule, clause: Clause, begin: int, now: int, *, thin: bool = False) -> Fact | None:
    # Curly apostrophes are as long as straight ones, so places in the text stay what they are.
    text, places = clause.text.replace("’", "'"), None
    if thin:
        text, places = _thinned(text, begin)
    match = one.pattern.match(text, begin)
    if match is None or (one.when is not None and not one.when.search(clause.sentence)):
        return None
    groups = match.groupdict()
    value = _trimmed(groups.get("v") or "", now) or groups.get("v") or ""
    if "v" in groups and (not value or not one.check(value)):
        return None
    said = {"v": value, "s": folded(groups.get("s") or "")}
    time = dates.said_in(clause.sentence, now) if one.timed else None
    since = time.start if time is not None and time.start is not None and time.start < now else None
    end = places[match.end()] if places else match.end()
    return Fact(
        span=clause.text[0 if begin == 0 or time else begin : end].strip(" ,;"),
        subject=canonical(one.subject.format(**said)),
        attribute=one.attribute,
        value=folded(one.value.format(**said))[:300],
        kind=one.kind,
        many=one.many,
        since=since,
    )


def _trimmed(value: str, now: int) -> str:
    """The value without what says when."""
    time = dates.said_in(value, now)
    if time is not None and time.at[1] == len(value):
        value = re.sub(
            r"\s+(?:in|on|at|since|from|during|am|im|in|seit|ab)$",
            "",
            value[: time.at[0]].rstrip(),
            flags=re.IGNORECASE,
        )
    while (cut := _TRAILING.sub("", value)) != value:
        value = cut
    return value.strip(" .'\"“”„")
