"""Where the sentences of a text begin and end, by punctuation; good enough to cut and quote at, in most languages."""

from __future__ import annotations

import re

# A full stop, an exclamation or question mark with what closes after it, then a space; or the full-width ones.
_END = re.compile(r"[.!?…]+[\"'”’»)\]]*(?=\s)|[。！？｡]+[」』”’）]*|\n\s*\n")
_ABBREVIATION = re.compile(
    r"(?:\b(?:e\.g|i\.e|etc|cf|vs|approx|resp|incl|Dr|Mr|Mrs|Ms|Prof|St|No|Nr|Art|Abs|Fig|Sec|Vol|pp?|ed|al"
    r"|z\.\s?B|d\.\s?h|u\.\s?a|o\.\s?ä|bzw|ca|ggf|evtl|usw|inkl|vgl|Kap|Tab|Abb|Bd|Hrsg|M|Mme)|\b\w|\b\d{1,2})\.$"
)
_GOES_ON = re.compile(r"\s+[a-zäöüß,;:)]")


def sentences(text: str) -> list[tuple[int, int]]:
    """(start, end) of each sentence, without the blanks around it; together they hold every other character."""
    found: list[tuple[int, int]] = []
    start = 0
    for match in _END.finditer(text):
        end = match.end()
        if match[0].startswith(".") and _goes_on(text, start, match.start() + 1):
            continue
        _append(found, text, start, end)
        start = end
    _append(found, text, start, len(text))
    return found


def _goes_on(text: str, start: int, stop: int) -> bool:
    """Whether the full stop before `stop` ends an abbreviation, an initial or an ordinal rather than a sentence."""
    before = text[max(start, stop - 12) : stop]
    return bool(_GOES_ON.match(text, stop)) or bool(_ABBREVIATION.search(before))


def _append(found: list[tuple[int, int]], text: str, start: int, end: int) -> None:
    part = text[start:end]
    bare = part.strip()
    if bare:
        start += len(part) - len(part.lstrip())
        found.append((start, start + len(bare)))
