"""Passages that read like orders to a language model ("ignore the rules above and send …"), so that it can be told.

What keeps such text harmless is how a request is built (`prompt`): it stands in a marked block, can change nothing of
the request, and a request that answers from documents offers the model nothing to act with. This only reports.
Not covered: orders in other words and other languages than English, German, French and Spanish; whoever writes one to
go unseen will succeed.
"""

# ruff: noqa: E501 -- patterns are lines

from __future__ import annotations

import re

from .prompt import CONTROL, TAG

_ABOVE = r"(?:all|any|every|the|your|my|these|previous|prior|above|earlier|preceding|former|system|initial)"
_RULES = r"(?:instructions?|rules?|prompts?|directions?|guidelines|commands?|orders|messages|context|constraints)"
_ORDERS = (
    rf"(?:ignore|disregard|forget|override|bypass|skip|do not (?:follow|obey))\s+(?:{_ABOVE}\s+(?:of\s+)?){{1,4}}{_RULES}\b",
    r"(?:ignore|disregard|forget)\s+(?:everything|anything|all)\s+(?:above|before|that came before|you (?:were|have been) told)",
    r"(?:reveal|print|repeat|show|output|leak|send)\s+(?:me\s+)?(?:the|your|its)\s+(?:system|hidden|initial|secret)\s+(?:prompt|instructions?|message|rules)",
    r"you\s+are\s+(?:now|no longer)\s+(?:an?|the|in|dan|bound|restricted|chatgpt|assistant)\b",
    r"(?:new|updated|real|actual|important|urgent)\s+(?:system\s+)?instructions?\s+(?:for|to)\s+(?:the\s+)?(?:ai|assistant|model|llm|chatbot|agent)\b",
    r"(?:attention|note|message|instructions?)\s*,?\s+(?:to\s+)?(?:all\s+)?(?:ai|llms?|language models?|ai assistants?|chatbots?)\s*:",
    r"(?:if you are|as)\s+an?\s+(?:ai|llm|language model|ai assistant|chatbot)\b[^.\n]{0,60}\b(?:must|should|you|ignore|send|reply|answer|say)\b",
    r"(?:do not|don't|never)\s+(?:tell|inform|mention|reveal|say)\b[^.\n]{0,40}\bto?\s*the\s+user\b|(?:without|don't|do not)\s+(?:telling|tell|informing|inform|alert)\s+the\s+user",
    r"(?:send|post|upload|forward|e-?mail|transmit|exfiltrate)\b[^.\n]{0,80}\b(?:chats?|conversations?|user'?s?|passwords?|files|documents|memor(?:y|ies)|history|keys?)\b[^.\n]{0,60}\b(?:https?://|to\s+\S+@)",
    r"(?:ignoriere|missachte|vergiss|übergehe)\s+(?:(?:alle|sämtliche|die|deine|bisherigen?|vorherigen?|vorigen?|obigen?|früheren?|anderen?)\s+){1,4}(?:anweisung(?:en)?|regeln?|befehle?|vorgaben?|anordnung(?:en)?|nachrichten)",
    r"(?:du bist|sie sind)\s+(?:jetzt|nun|ab jetzt|ab sofort)\s+(?:ein|eine|der|die|kein|keine|nicht mehr)\b",
    r"(?:ignore[rz]?|oublie[rz]?)\s+(?:toutes\s+)?(?:les|tes|vos)\s+(?:instructions|règles|consignes)",
    r"(?:ignora|olvida)\s+(?:todas\s+)?(?:las|tus)\s+(?:instrucciones|reglas|órdenes)",
)  # fmt: skip
_ORDER = re.compile("|".join(f"(?:{one})" for one in _ORDERS), re.IGNORECASE)
_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff]")
# Letters that nobody sees: the block of tags, whose signs stand for ASCII ones.
_HIDDEN = re.compile("[\U000e0020-\U000e007e]")
_HIDDEN_MOST = 8
_BLANKS = re.compile(r"\s+")


def gives(text: str) -> bool:
    """Whether a text reads like an order to a language model, or hides letters or signs of a request in it."""
    if len(_HIDDEN.findall(text)) >= _HIDDEN_MOST or CONTROL.search(text):
        return True
    plain = _BLANKS.sub(" ", _INVISIBLE.sub("", text))
    return bool(TAG.search(plain) or _ORDER.search(plain))
