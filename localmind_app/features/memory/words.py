"""Words to find facts by: content words, names, the everyday words of an attribute, and the full-text index over them.

English and German. Not covered: languages without spaces between words; vectors find those.
"""

# ruff: noqa: E501, SIM905 -- lists of words

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

from sqlalchemy import text
from sqlalchemy.orm import Session

_WORD = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*", re.UNICODE)
_STOP = frozenset(
    # English
    "a an the and or but so if then than that this these those there here it its he she they them him her his their we us our you your yours i me "
    "my mine myself am is are was were be been being do does did done have has had having will would can could should shall may might must "
    "of in on at to for from with by about as into over under up down out off not no nor too very just also only own same such "
    "what which who whom whose when where why how please tell know remember remind again ever still now current currently say said told "
    "i'm i've i'd i'll you're it's that's what's who's where's don't doesn't didn't isn't aren't wasn't can't any some all more most much many "
    "let lets get got go going thing things give me want need like really "
    # German
    "der die das den dem des ein eine einen einem einer eines und oder aber wenn dann als dass dies diese dieser dieses diesen es er sie wir ihr "
    "ihnen ihm ihn uns euch du dir dich dein deine deinen ich mir mich mein meine meinen meiner meinem bin bist ist sind war waren sein habe hast "
    "hat haben hatte werde wird werden würde kann kannst können soll muss darf von in im am an auf zu zum zur für mit bei aus nach über um als "
    "wie was wer wo wann warum wieso welche welcher welches nicht kein keine auch nur noch schon sehr so bitte sag weißt noch mal denn doch ja "
    "jetzt gerade aktuell".split()
)  # fmt: skip

# What people call an attribute when they ask for it. Found in both languages, whichever the fact was said in.
KEYS: dict[str, str] = {
    "name": "name called named address heißt heissen heiße nennt",
    "called": "name called call nickname heiße nennen",
    "age": "age old alt alter jahre years",
    "birthday": "birthday born birth date geburtstag geboren geburtsdatum",
    "birthplace": "born birthplace birth geboren geburtsort",
    "grew up": "grew grow childhood raised aufgewachsen kindheit",
    "origin": "from origin come comes originally herkunft stamme komme",
    "status": "marital status married family familienstand",
    "condition": "health condition illness medical disease gesundheit krankheit",
    "home": "home live lives living city town address residence place based moved wohne wohnt wohnst wohnort stadt adresse zuhause lebe lebst gewohnt gelebt wohnen",
    "job": "job work works profession occupation career living role beruf arbeite arbeitest arbeit tätigkeit gearbeitet",
    "employer": "employer company work works job workplace office arbeitgeber firma arbeite arbeitest arbeit gearbeitet",
    "studies": "study studies degree subject university major studium studiere fach",
    "allergy": "allergy allergies allergic avoid intolerance eat food allergie allergisch unverträglich vertrage essen",
    "avoids": "avoid eat food drink diet never essen trinken meide",
    "diet": "diet eat food vegetarian vegan meat ernährung essen ernähre fleisch",
    "takes": "medication medicine pill drug takes medikament tabletten",
    "has": "own pets pet animals children kids parent family siblings haustier haustiere tiere kinder geschwister",
    "car": "car drive vehicle auto fahre wagen",
    "bought": "bought buy purchase gekauft",
    "languages": "language languages speak sprache sprachen spreche",
    "learning": "learning learn studying lerne lernen",
    "plays": "play plays instrument sport hobby spiele spielst",
    "goal": "goal plan training preparing ziel",
    "preference": "prefer preference rather better favourite choose serve drink eat bevorzuge lieber",
    "taste": "like likes love dislike hate stand enjoy fan hobby hobbies interest interests free time favourite mag liebe hasse hobbys freizeit",
    "likes": "like likes love enjoy mag",
    "fear": "afraid fear scared phobia angst",
    "hobby": "hobby hobbies spare free time collect hobbys freizeit",
    "once": "used once former früher",
}
SUBJECT_KEYS: dict[str, str] = {
    "dog": "dog pet animal hund haustier", "puppy": "dog puppy pet hund haustier", "cat": "cat pet katze haustier", "kitten": "cat pet katze",
    "hund": "hund dog pet haustier", "katze": "katze cat pet haustier", "kater": "kater katze cat pet haustier",
    "wife": "wife spouse partner married frau", "husband": "husband spouse partner married mann", "frau": "frau wife spouse partner",
    "mann": "mann husband spouse partner", "son": "son child kid sohn kind", "daughter": "daughter child kid tochter kind",
    "sohn": "sohn son child kind", "tochter": "tochter daughter child kind", "mom": "mother mom mutter", "mum": "mother mum mutter",
    "dad": "father dad vater", "mother": "mother mom mutter", "father": "father dad vater", "boss": "boss manager supervisor superior report work chef vorgesetzter",
    "manager": "manager boss chef", "car": "car drive vehicle auto fahre wagen", "phone": "phone mobile smartphone handy telefon", "bike": "bike bicycle cycle fahrrad",
    "sister": "sister sibling schwester", "brother": "brother sibling bruder", "schwester": "schwester sister", "bruder": "bruder brother",
}  # fmt: skip


def embedded(sentence: str, subject: str | None, attribute: str | None) -> str:
    """What of a fact is made a vector: its sentence and the first everyday words of its attribute."""
    named = KEYS.get(attribute or "", "").split()[:4]
    return f"{sentence} ({', '.join(named)})" if named else sentence


def folded(word: str) -> str:
    """Lower case, without accents."""
    return "".join(c for c in unicodedata.normalize("NFKD", word.casefold()) if not unicodedata.combining(c))


def stem(word: str) -> str:
    """A rough stem, good enough to tell that two forms are one word."""
    if word.endswith("ies"):
        word = word[:-3] + "y"
    for ending in ("ings", "ing", "ern", "es", "en", "ed", "er", "em", "s", "e", "n"):
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            return word[: -len(ending)]
    return word


_STOPPED = frozenset(folded(word) for word in _STOP)


def content(sentence: str) -> list[str]:
    """The words that carry meaning, folded, each once, in order; a possessive loses its s."""
    words = (folded(word.replace("’", "'")).removesuffix("'s") for word in _WORD.findall(sentence))
    return list(dict.fromkeys(word for word in words if word not in _STOPPED and (len(word) > 1 or word.isdigit())))


def stems(sentence: str) -> set[str]:
    """The stems of its content words."""
    return {stem(word) for word in content(sentence)}


def names(sentence: str) -> set[str]:
    """What names something in particular: capitals after the first word, numbers, addresses; folded."""
    found = set()
    for place, match in enumerate(_WORD.finditer(sentence)):
        word = match[0]
        if any(c.isdigit() for c in word) or (word[0].isupper() and place > 0):
            name = folded(word.replace("’", "'")).removesuffix("'s")
            if name not in _STOPPED:
                found.add(name)
    return found


def keys(subject: str | None, attribute: str | None) -> str:
    """The words by which the attribute of a fact is asked for."""
    last = (subject or "").split()[-1:]
    about = "" if subject in (None, "user") else subject or ""
    return " ".join(
        filter(None, (KEYS.get(attribute or "", ""), about, *(SUBJECT_KEYS.get(word, "") for word in last)))
    )


def index(session: Session, user_id: str, memory_id: str, sentence: str, key_words: str) -> None:
    """Make a fact findable by its words; replaces what was there."""
    remove(session, memory_id)
    session.execute(
        text("INSERT INTO memory_search (text, keys, memory_id, user_id) VALUES (:text, :keys, :id, :user)"),
        {"text": sentence, "keys": key_words, "id": memory_id, "user": user_id},
    )


def remove(session: Session, memory_id: str) -> None:
    """Make a fact unfindable."""
    session.execute(text("DELETE FROM memory_search WHERE memory_id = :id"), {"id": memory_id})


def remove_gone(session: Session) -> None:
    """Remove the words of facts that are not there any more: those of an account go without being named."""
    session.execute(text("DELETE FROM memory_search WHERE memory_id NOT IN (SELECT id FROM memories)"))


def ranked(session: Session, user_id: str, query: str, limit: int) -> list[str]:
    """Ids of one person's facts that have a content word of the query, the best first (BM25, keys count less)."""
    match = any_of(content(query))
    if not match:
        return []
    rows = session.execute(
        text(
            "SELECT memory_id FROM memory_search WHERE memory_search MATCH :match AND user_id = :user"
            " ORDER BY bm25(memory_search, 1.0, 0.6), memory_id DESC LIMIT :limit"
        ),
        {"match": match, "user": user_id, "limit": limit},
    )
    return [row[0] for row in rows]


def any_of(words: Sequence[str]) -> str:
    """An FTS5 query for any of the words; each is quoted, so no character of it can be read as query syntax."""
    return " OR ".join('"' + word.replace('"', " ") + '"' for word in words[:32])
