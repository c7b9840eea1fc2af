"""Answers that must have a form: a JSON schema or a GBNF grammar, kept by llama.cpp's grammar sampler.

The grammar looks at one token after it was chosen, and at many only when that one does not fit: over a whole
vocabulary it takes 16 to 33 ms. Not covered: what a grammar cannot say of a schema (bounds of numbers, patterns without
anchors, `not`); schemas elsewhere (`$ref` with an address) are refused.
"""

from __future__ import annotations

import ctypes
import json
from typing import Any

import llama_cpp.llama_cpp as c
import numpy as np
from llama_cpp.llama_grammar import json_schema_to_gbnf
from numpy.typing import NDArray

from localmind_app.core.errors import Invalid

from ..llamacpp import Handle, Ints
from .guard import OutOfTime, limited

Candidates = NDArray[np.void]  # llama_token_data: id, logit, p
_CANDIDATE = np.dtype([("id", np.int32), ("logit", np.float32), ("p", np.float32)])
_LONGEST = 1_000_000  # characters
# The converter lets control characters stand in a JSON text, where they must be written as escapes.
_CONVERTED_CHAR, _JSON_CHAR = r'char ::= [^"\\] |', r'char ::= [^"\\\x7F\x00-\x1F] |'


def candidates(tokens: Ints, logits: NDArray[np.float32]) -> Candidates:
    """Tokens with their logits, as llama.cpp's samplers take them."""
    made = np.zeros(len(tokens), _CANDIDATE)
    made["id"], made["logit"] = tokens, logits[tokens]
    return made


def apply(sampler: Handle, given: Candidates) -> int:
    """Let a sampler or chain work on candidates, in place. The index of the one it selected, or -1."""
    array = c.llama_token_data_array(
        data=given.ctypes.data_as(ctypes.POINTER(c.llama_token_data)), size=len(given), selected=-1, sorted=False
    )
    c.llama_sampler_apply(sampler, ctypes.byref(array))
    return int(array.selected)


def of_schema(schema: dict[str, Any]) -> str:
    """The grammar of a JSON schema. Raises Invalid with what the converter does not understand."""
    text = json.dumps(schema)
    if len(text) > _LONGEST:
        raise Invalid("The JSON schema is longer than {limit} characters.", limit=_LONGEST)
    try:
        with limited():
            return str(json_schema_to_gbnf(text)).replace(_CONVERTED_CHAR, _JSON_CHAR)
    except (OutOfTime, MemoryError, RecursionError):
        raise Invalid("The JSON schema is too deep or too large to be kept.") from None
    except Exception as error:  # noqa: BLE001 - the converter raises whatever a strange schema makes it raise
        reason = str(error)[:300] or type(error).__name__
        raise Invalid("The JSON schema cannot be kept: {reason}.", reason=reason) from None


class Grammar:
    """One answer's way through a grammar; `close` frees it. Raises Invalid where llama.cpp cannot read it.

    With `trigger`, a regular expression whose first group is where the grammar begins, everything is allowed before it.
    """

    def __init__(self, vocab: Handle, source: str, trigger: str | None = None) -> None:
        if len(source) > _LONGEST:
            raise Invalid("The grammar is longer than {limit} characters.", limit=_LONGEST)
        data = source.encode("utf-8", "replace")
        if trigger is None:
            self._sampler: Handle = c.llama_sampler_init_grammar(vocab, data, b"root")
        else:
            patterns = (ctypes.c_char_p * 1)(trigger.encode())
            none = (c.llama_token * 0)()
            self._sampler = c.llama_sampler_init_grammar_lazy_patterns(vocab, data, b"root", patterns, 1, none, 0)
        if not self._sampler:
            raise Invalid("The grammar cannot be read; it must be GBNF with a rule named root.")

    def allows(self, token: int) -> bool:
        """Whether `token` may come next."""
        one = np.zeros(1, _CANDIDATE)
        one["id"] = token
        apply(self._sampler, one)
        return bool(np.isfinite(one["logit"][0]))

    def filter(self, given: Candidates) -> Candidates:
        """Those of the candidates that may come next."""
        tried = given.copy()
        apply(self._sampler, tried)
        fitting: Candidates = given[np.isfinite(tried["logit"])]
        return fitting

    def accept(self, token: int) -> None:
        """Go on with `token`, which must be allowed."""
        c.llama_sampler_accept(self._sampler, token)

    def close(self) -> None:
        """Free it."""
        c.llama_sampler_free(self._sampler)
