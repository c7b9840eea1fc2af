"""What a file may be called: a name for people, never a path. Letters of every script are kept."""

from __future__ import annotations

import re
import unicodedata
from pathlib import PurePosixPath

NAMELESS = "file"
LONGEST = 200  # bytes of UTF-8, so that every file system takes it, also with something in front
_LONGEST_SUFFIX = 20
_HIDDEN = {"Cc", "Cf", "Cs"}
_JOINERS = "\u200c\u200d"  # Persian words and some emoji are written with them


def cleaned(name: str) -> str:
    """The last part of a path, without characters that hide what a name is; "file" when nothing is left.

    Removed: control characters, lone surrogates, and invisible marks, as those that turn the direction of writing
    (they make ``gpj.exe`` look like ``exe.jpg``); right-to-left letters and their joiners stay as they are.
    """
    name = re.split(r"[/\\]", name)[-1]
    shown = "".join(char for char in name if char in _JOINERS or unicodedata.category(char) not in _HIDDEN)
    shown = " ".join(unicodedata.normalize("NFC", shown).split()).rstrip(". ")
    return _cut(shown) or NAMELESS


def _cut(name: str) -> str:
    if len(name.encode()) <= LONGEST:
        return name
    suffix = PurePosixPath(name).suffix
    if len(suffix.encode()) > _LONGEST_SUFFIX:
        suffix = ""
    stem = name.removesuffix(suffix).encode()[: LONGEST - len(suffix.encode())]
    return stem.decode("utf-8", "ignore").rstrip() + suffix
