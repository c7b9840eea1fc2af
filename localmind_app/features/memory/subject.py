"""What a fact is about, in one form: "my new puppy", "unser Hund" and "the dog" are the same dog."""

# ruff: noqa: E501 -- lists of words

from __future__ import annotations

import re

from .fact import folded

LONGEST = 100
_SAME: dict[str, str] = {
    word: name
    for name, others in {
        "dog": "puppy hund hündin welpe", "cat": "kitten katze kater", "wife": "frau", "husband": "mann", "daughter": "tochter",
        "son": "sohn", "sister": "schwester", "brother": "bruder", "mother": "mom mum mama mutter", "father": "dad papa vater",
        "boss": "manager supervisor chef chefin", "doctor": "arzt ärztin hausarzt hausärztin", "child": "kind kid",
        "grandmother": "grandma oma großmutter", "grandfather": "grandpa opa großvater", "car": "auto", "phone": "handy",
        "parrot": "papagei", "horse": "pferd", "rabbit": "kaninchen", "neighbour": "neighbor nachbar nachbarin",
        "teacher": "lehrer lehrerin", "dentist": "zahnarzt zahnärztin", "landlord": "vermieter vermieterin",
        "favourite colour": "lieblingsfarbe", "favourite food": "lieblingsessen", "favourite film": "lieblingsfilm",
        "favourite book": "lieblingsbuch", "email": "e-mail email-adresse e-mail-adresse", "shoe size": "schuhgröße",
    }.items()
    for word in others.split()
}  # fmt: skip
_MEAL = re.compile(r"^favourite (?:dish|meal|cuisine)$")
_TIME = re.compile(r"\b(?:new|current|main|neue[rsn]?|aktuelle[rsn]?)\s+")


def canonical(said: str) -> str:
    """The one form. Alternatives ("tea|coffee") are one key, whichever wins."""
    parts = (_one(part) for part in folded(said).split("|"))
    return "|".join(sorted(filter(None, parts)))[:LONGEST]


def _one(said: str) -> str:
    said = (
        _TIME.sub("", said).replace("favorite", "favourite").replace("color", "colour").replace("movie", "film").strip()
    )
    said = _MEAL.sub("favourite food", said)
    *before, last = said.split() or [""]
    return _SAME.get(said) or " ".join((*before, _SAME.get(last, last)))
