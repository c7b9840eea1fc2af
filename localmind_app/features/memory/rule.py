"""What a rule for reading facts is made of: its pattern, its key, and the checks of the values it finds.

A pattern stands at the beginning of a clause of `sentences.statements`; its groups `v` (value) and `s` (subject) make
the fact's key.
"""

# ruff: noqa: E501 -- patterns are read as lists

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from .fact import Kind

# The end of a value: punctuation, or a word that begins something else.
_STOP = (
    r"(?=\s*(?:$|[,;:!()–—]|\.(?!\w)|\s-\s)|\s+(?:and|but|because|so|which|who|where|while|although|though|since|until|as of|und|aber|weil|denn|"
    r"wo|seit|bis|obwohl|damit)\b(?!\s+(?:\w+\s+){0,2}$))"
)
VALUE = rf"(?P<v>[^\s,;:!?()][^,;:!?()\n]{{0,79}}?){_STOP}"
# A list may have commas and "and" in it.
LIST = (
    r"(?P<v>[^\s,;:!?()][^;:!?()\n]{0,119}?)(?=\s*(?:$|[;:!()–—])|\s+(?:but|because|so|which|while|aber|weil|denn)\b)"
)
NAME = r"[\"“„']?(?P<v>[A-ZÀ-ÖØ-Þ][\w'’.-]*(?: (?:(?:von|van|de|der|di|da|la|le|zu|bin|al) )?[A-Z0-9À-ÖØ-Þ][\w'’.-]*){0,3})[\"“”']?(?=\s*(?:$|[,;:!().–—])|\s+[a-zäöü])"

_POINTING = re.compile(
    r"^(?:this|that|these|those|it|them|they|there|here|you|your|yours|him|her|his|he|she|their|its|what|how|when|where|who|to|not|no|"
    r"everything|all|both|each|nothing|something|anything|someone|one|some|any|the (?:\w+ )?(?:one|idea|way|fact|option|answer|version|first|second|"
    r"third|last|other|former|latter|same|following|above|result|code|suggestion|approach|new|old)s?|"
    r"das|dies\w*|es|sie|ihn|ihr|ihm|dich|dein\w*|was|wie|wenn|wo|wer|dass|nicht|nichts|alles|etwas|jemand|den ersten|die erste|das erste|hier|dort|da)\b",
    re.IGNORECASE,
)  # fmt: skip
_ABOUT_ANSWERS = re.compile(
    r"\b(?:answer|idea|option|suggestion|version|approach|response|code|function|example|explanation|solution|result|output|question|joke|"
    r"antwort|idee|vorschlag|lösung|erklärung|beispiel|frage|ergebnis|witz)(?:s|e|n|en)?\b", re.IGNORECASE,
)  # fmt: skip


def plain(value: str) -> bool:
    """A value that names a thing, and not something in the talk."""
    return 1 <= len(value.split()) <= 12 and not _POINTING.search(value)


def counted(value: str) -> bool:
    """How many of something: here "one" is a number."""
    return plain(value.split(" ", 1)[-1] if value.casefold().startswith("one ") else value)


_NO_WORKPLACE = re.compile(
    r"^(?:home|night|(?:\w+ )*(?:hours|days|weeks|months|years|ages|free|money|fun|now))$", re.IGNORECASE
)


def workplace(value: str) -> bool:
    """Where or for whom one may work: no time, and not one's home."""
    return plain(value) and not _NO_WORKPLACE.match(value)


def liking(value: str) -> bool:
    """Something one may like for years."""
    talk = _ABOUT_ANSWERS.search(value) or value.casefold().endswith((" this", " that", " it", " them"))
    return plain(value) and len(value.split()) <= 6 and not talk


def named(value: str) -> bool:
    """A proper name: every longer word has a capital."""
    return (
        all(word[0].isupper() or word[0].isdigit() or len(word) <= 3 for word in value.split()) and value[:1].isupper()
    )


def branded(value: str) -> bool:
    """A thing of a make or with a name: something in it has a capital or a digit."""
    return plain(value) and len(value.split()) <= 5 and any(c.isupper() or c.isdigit() for c in value)


# What people move to that is no place.
_NOT_PLACES = re.compile(
    r"\b(?:linux|windows|mac|macos|ubuntu|debian|fedora|arch|python|java|javascript|typescript|rust|go|ruby|php|chrome|firefox|vim|neovim|emacs|"
    r"vscode|github|gitlab|aws|azure|docker|kubernetes|postgres\w*|mysql|sqlite|slack|teams|notion|android|ios|gmail|step|chapter|phase|page|"
    r"next|version|denial|fear|peace|hope|sin|the moment|the past|the present|the future|constant|schritt|kapitel|frieden|angst|gegenwart|"
    r"vergangenheit)\b", re.IGNORECASE,
)  # fmt: skip
_DWELLING = re.compile(
    r"^(?:a|an|the|ein\w*|de[rnm]|die)\b.*\b(?:city|town|village|flat|apartment|house|suburb|countryside|farm|island|boat|city centre|"
    r"stadt|dorf|wohnung|haus|land|insel|bauernhof|wg|vorort)\b", re.IGNORECASE,
)  # fmt: skip
_NO_NAMES = frozenset(
    (
        "not",
        "no",
        "on",
        "in",
        "at",
        "a",
        "an",
        "the",
        "to",
        "very",
        "so",
        "too",
        "important",
        "secret",
        "common",
        "hard",
        "nicht",
        "kein",
        "egal",
    )
)


def place(value: str) -> bool:
    """Where one may live. Somebody who writes without capitals may name a place of one word."""
    if _NOT_PLACES.search(value) or not plain(value):
        return False
    words = value.split()
    return (
        any(word[0].isupper() for word in words)
        or bool(_DWELLING.search(value))
        or (len(words) == 1 and len(value) > 3)
    )


def person(value: str) -> bool:
    """What a person may be called; one word where nothing has a capital."""
    return value.split()[0].casefold() not in _NO_NAMES and (named(value) or len(value.split()) == 1)


@dataclass(frozen=True)
class Rule:
    """One pattern. `attribute`, `subject` and `value` may hold ``{v}`` and ``{s}``; `check` looks at the value.

    `when` is what the whole sentence must have. `timed` facts begin at the time that their sentence names.
    """

    pattern: re.Pattern[str]
    attribute: str
    subject: str = "user"
    value: str = "{v}"
    check: Callable[[str], bool] = plain
    many: bool = False
    kind: Kind = "holds"
    timed: bool = False
    when: re.Pattern[str] | None = None


def rule(pattern: str, attribute: str, *, case: bool = False, when: str | None = None, **more: object) -> Rule:
    """A rule of a pattern with ``{VALUE}``, ``{LIST}`` and ``{NAME}`` in it; `case` makes capitals matter in `NAME`."""
    for name, what in (("{VALUE}", VALUE), ("{LIST}", LIST), ("{NAME}", f"(?-i:{NAME})" if case else NAME)):
        pattern = pattern.replace(name, what)
    needs = re.compile(when, re.IGNORECASE) if when else None
    return Rule(re.compile(pattern, re.IGNORECASE), attribute, when=needs, **more)  # type: ignore[arg-type]
