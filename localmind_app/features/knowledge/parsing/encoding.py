"""Bytes to text where nobody says how the text was encoded."""

from __future__ import annotations

import codecs
import re

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_SAMPLE = 1 << 18  # bytes that are guessed from
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f\x7f\ufeff\ufffe\uffff\ud800-\udfff]")


def decode(data: bytes, declared: str | None = None) -> str:
    """The text: by its byte order mark, then as UTF-8, then as `declared`, then by a guess; never an error.

    Characters nobody sees are dropped (NUL, other controls, lone surrogates); tabs and ends of lines stay.
    """
    return drop_controls(_decode(data, declared))


def drop_controls(text: str) -> str:
    """Without characters that nobody sees and that many programs fail on."""
    return _CONTROL.sub("", text)


def _decode(data: bytes, declared: str | None) -> str:
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return data[len(mark) :].decode(encoding, "replace")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        if error.start > len(data) - 4 and error.reason == "unexpected end of data":  # cut in the middle of a letter
            return data.decode("utf-8", "replace")
    if declared and _known(declared):
        return data.decode(declared, "replace")
    return data.decode(_guess(data), "replace")


def _known(encoding: str) -> bool:
    try:  # "base64" and the like are codecs, too, but not of text
        return codecs.lookup(encoding)._is_text_encoding
    except (LookupError, ValueError):
        return False


def _guess(data: bytes) -> str:
    from charset_normalizer import from_bytes

    best = from_bytes(data[:_SAMPLE]).best()
    return best.encoding if best else "cp1252"
