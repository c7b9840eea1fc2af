"""All intents of Starter, in one tuple; a new intent file is added here."""

from ..intent import Intent
from . import features, followups, german, identity, limits, longform, product, social

INTENTS: tuple[Intent, ...] = (
    *social.INTENTS,
    *identity.INTENTS,
    *limits.INTENTS,
    *product.INTENTS,
    *features.INTENTS,
    *longform.INTENTS,
    *followups.INTENTS,
    *german.INTENTS,
)
