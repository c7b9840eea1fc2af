"""What counts as a word, the same for the index and for questions.

Folded to lower case without diacritics; English endings are cut (Snowball); runs of Chinese, Japanese, Thai and other
scripts without spaces become overlapping pairs of characters; `os.path.join` becomes three words that stand together,
so it can be asked for as a phrase; the parts of `readTextFile` are words of their own beside the whole.
Not covered: endings of other languages, compound words.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import snowballstemmer

FIRST_ACCENT = 10  # combining classes below it (viramas, Japanese voicing) tell different letters apart
LONGEST = 64  # characters of a word that are kept: longer ones are encoded data, not words
_UNSPACED = (  # scripts written without spaces between words
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u2e80-\u2fdf\u3005-\u3007\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff"
    "\uf900-\ufaff\uff66-\uff9d\U00020000-\U0003ffff"
)
_SIGNS = "\u0900-\u0963\u0966-\u0dff\u0f71-\u0fbc"  # Indic and Tibetan: vowel signs are no letters to Python
_WORD = re.compile(rf"[{_UNSPACED}]+|(?:[^\W_{_UNSPACED}]+|[{_SIGNS}]+)+")
_FOREIGN = re.compile(r"[^\x00-\x7f]+")
_PLAIN = re.compile(r"[a-z0-9]+")
_RUN = re.compile(rf"[{_UNSPACED}]")
_CAMEL = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+")
# Words joined without spaces. Separators are no word characters, so this never reads a character twice.
_JOINED = re.compile(r"\w+(?:[./:\\@>-]+\w+)*")
_NAMED = re.compile(r"[^\w]|_|\d|[a-z][A-Z]|[A-Z]{2}")  # inside of a name as programs and parts lists write it
_stemmer = snowballstemmer.stemmer("english")

# Words that say nothing about the subject; only left out where a question has others.
FUNCTION_WORDS = frozenset((Path(__file__).parent / "function_words.txt").read_text("utf-8").split())


@dataclass(frozen=True)
class Term:
    """One thing to look for: words that must stand together, one or more. `named` says it is written like a name."""

    words: tuple[str, ...]
    named: bool = False


def fold(text: str) -> str:
    """Lower case, compatibility forms unified, diacritics removed; safe for any string."""
    text = unicodedata.normalize("NFKD", text)
    if not text.isascii():
        text = _FOREIGN.sub(_unaccented, text)
    return unicodedata.normalize("NFC", text.casefold())


def _unaccented(found: re.Match[str]) -> str:
    return "".join(one for one in found[0] if unicodedata.combining(one) < FIRST_ACCENT)


@lru_cache(maxsize=200_000)
def stem(word: str) -> str:
    """The stem of a folded word. Only ASCII words have one here."""
    if len(word) < 4 or not word.isascii() or not word.isalpha():
        return word
    return str(_stemmer.stemWord(word))


def words(text: str) -> list[str]:
    """The words of `text` in order, as they are indexed."""
    if text.isascii():  # the same as below, four times as fast
        return [stem(word[:LONGEST]) for word in _PLAIN.findall(text.lower())]
    found: list[str] = []
    for word in _WORD.findall(fold(text)):
        if word.isascii() or not _RUN.match(word):
            found.append(stem(word[:LONGEST]))
        else:
            found += _pairs(word)
    return found


def parts(text: str) -> list[str]:
    """The words inside of camelCase names, which `words` keeps whole."""
    found: list[str] = []
    for name in re.findall(r"\w+", text):
        split = _CAMEL.findall(name) if not name.islower() else []
        if len(split) > 1 and "".join(split) == name.replace("_", ""):
            found += [stem(one.lower()[:LONGEST]) for one in split]
    return found


def asked(question: str, limit: int = 40) -> list[Term]:
    """What a question asks for: names as phrases first, then its single words, each once.

    Words that say nothing are left out where others remain. Empty for a question without a letter or digit.
    """
    found: dict[Term, None] = {}
    for name in _JOINED.findall(question):
        if not _NAMED.search(name):
            continue
        standing = tuple(words(name))
        if standing:
            found[Term(standing, named=True)] = None
    singles = list(dict.fromkeys([*words(question), *parts(question)]))
    telling = [word for word in singles if word not in _FUNCTION_STEMS] or singles
    named = {term.words[0] for term in found if len(term.words) == 1}
    found |= {Term((word,)): None for word in telling if word not in named}
    return list(found)[:limit]


def _pairs(run: str) -> list[str]:
    return [run] if len(run) == 1 else [run[at : at + 2] for at in range(len(run) - 1)]


_FUNCTION_STEMS = FUNCTION_WORDS | {stem(word) for word in FUNCTION_WORDS}
