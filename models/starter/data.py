"""The training conversations: intents x paraphrases x dialogues x noise, all from one seed.

Not covered: tokens and masks, see ``tokenizer.py`` and ``train.py``.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator
from dataclasses import replace

from .heldout import HELD_OUT, normal
from .intent import Intent, expand
from .intents import INTENTS, social
from .lexicon import passage
from .noise import noisy
from .rephrase import rephrase
from .schedule import Schedule

Message = dict[str, str]

BY_NAME = {intent.name: intent for intent in INTENTS}
ALONE = {language: [i for i in INTENTS if not i.after and i.language == language] for language in ("en", "de")}
ANYWHERE = [intent for intent in INTENTS if intent.after == ("*",)]
SMALL_TALK = {intent.name for intent in social.INTENTS} | {"title", "de_greet", "de_bye", "de_thanks"}

VERBATIM = {"nonsense", "title", "laugh", "more_alone", "affirm", "negate"}

SYSTEM_PROMPTS = (
    "You are a helpful[| and friendly| and honest| and concise] assistant.",
    "You are {name}, a [helpful|friendly|polite|careful] [assistant|expert|{job}].",
    "You are Starter, the [tiny|small|built-in] model of LocalMind.",
    "You are [an AI assistant|a chatbot|a large language model]. Answer [briefly|politely|in detail|in one sentence].",
    "[Answer|Reply] [in short sentences|like a {job}|kindly|only with facts|step by step].",
    "You are an expert in {topic}. [Help the user|Explain things simply].",
    "The user is a {job}. The user's name is {name}. [Be friendly.|]",
    "[Be brief.|Be polite.|Always be honest.|Use Markdown.|Do not make things up.]",
    "You are a helpful assistant. Today is {number}. {sentence}.",
    "Du bist ein [hilfreicher|freundlicher] Assistent.[| Antworte auf Deutsch.]",
    "You act as a {object}. {sentence}. {sentence}.",
)

OPENERS = {
    "en": (
        "[hi|hello|hey|hi there|hello starter|good morning|hey there][,|!|.|]",
        "[ok|well|so|and|but|now|alright|thanks|great|hmm|yes|no|cool|wait|right][,|.|]",
        "[please|tell me|please tell me|quick question|one question|i wonder|just curious|listen|"
        "i have a question|can you tell me|do you know|i would like to know|dear starter][:|,|]",
    ),
    "de": ("[hallo|hi|guten tag|ok|gut|und|aber|danke|bitte|sag mal|also|ja|eine frage][,|!|:|]",),
}
CLOSERS = {
    "en": "[please|thanks|thank you|then|now|?|pls|exactly|right now|for me|again|here|starter]",
    "de": "[bitte|danke|denn|jetzt|eigentlich|genau|?]",
}


def answer(intent: Intent, rng: random.Random) -> str:
    """Return one wording of the answer; line breaks and Markdown are kept."""
    template = rng.choice(intent.answers)
    return template if "\n" in template else expand(template, rng)


def question(intent: Intent, rng: random.Random) -> str:
    """Return one way a person may put ``intent``, with wrapping words and typing noise; never a held-out one."""
    while normal(text := _draw_question(intent, rng)) in HELD_OUT:
        pass
    return text


def _draw_question(intent: Intent, rng: random.Random) -> str:
    text = expand(rng.choice(intent.questions), rng)
    if intent.name not in VERBATIM:
        text = rephrase(text, intent.language, rng)
    if intent.name not in SMALL_TALK and not intent.after:
        if rng.random() < 0.2:
            text = expand(rng.choice(OPENERS[intent.language]), rng) + " " + text
        if rng.random() < 0.08:
            text += " " + expand(CLOSERS[intent.language], rng)
    return noisy(text, rng, intent.language)


def system_prompt(rng: random.Random) -> str:
    """Return a system prompt such as other programs send; Starter only has to bear it."""
    text = " ".join(expand(rng.choice(SYSTEM_PROMPTS), rng) for _ in range(rng.choice([1, 1, 1, 2, 3])))
    return f"{text} {passage(rng)}" if rng.random() < 0.15 else text


def followers(last: str | None) -> list[Intent]:
    """Return the intents that lean on the answer before them."""
    return [i for i in INTENTS if last in i.after]


def draw(last: str | None, language: str, rng: random.Random) -> Intent:
    """Return the next intent of a dialogue whose last intent was ``last``."""
    leaning = followers(last) if language == "en" else []
    if leaning and rng.random() < 0.22:
        return rng.choice(leaning)
    if not leaning and rng.random() < 0.03:
        return rng.choice(ANYWHERE)
    if rng.random() < 0.06:
        language = "en" if language == "de" else "de"
    pool = ALONE[language]
    return rng.choices(pool, [i.weight for i in pool])[0]


def length(rng: random.Random) -> int:
    """Return how many questions a dialogue has: mostly few, at times many."""
    kind = rng.random()
    if kind < 0.4:
        return 1
    if kind < 0.8:
        return rng.randint(2, 4)
    return rng.randint(5, 10) if kind < 0.97 else rng.randint(11, 24)


def dialogue(rng: random.Random) -> tuple[list[Message], list[str]]:
    """Return one conversation and the names of the intents of its turns."""
    messages: list[Message] = []
    names: list[str] = []
    if rng.random() < 0.25:
        messages.append({"role": "system", "content": system_prompt(rng)})
    language = "de" if rng.random() < 0.17 else "en"
    for _ in range(length(rng)):
        intent = draw(names[-1] if names else None, language, rng)
        messages.append({"role": "user", "content": question(intent, rng)})
        messages.append({"role": "assistant", "content": answer(intent, rng)})
        names.append(intent.name)
    return messages, names


def openings(count: int, seed: int, settled: bool = False) -> Iterator[list[Message]]:
    """Yield ``count`` conversations of one question: many questions, little text.

    ``settled`` answers always in the first wording: without the chance in the answer, the choice of
    the intent is the only thing left to learn.
    """
    rng = random.Random(seed)
    for _ in range(count):
        intent = draw(None, "de" if rng.random() < 0.14 else "en", rng)
        system = [{"role": "system", "content": system_prompt(rng)}] if rng.random() < 0.1 else []
        user = {"role": "user", "content": question(intent, rng)}
        chosen = replace(intent, answers=intent.answers[:1]) if settled else intent
        yield [*system, user, {"role": "assistant", "content": answer(chosen, rng)}]


def dialogues(count: int, seed: int) -> Iterator[list[Message]]:
    """Yield ``count`` conversations; the same seed gives the same conversations."""
    rng = random.Random(seed)
    for _ in range(count):
        yield dialogue(rng)[0]


def training(stages: Iterable[Schedule]) -> Iterator[list[Message]]:
    """Yield every conversation that training sees in ``stages``."""
    for stage in stages:
        yield from dialogues(stage.conversations, stage.seed)
        yield from openings(stage.openings, stage.seed + 1, stage.settled)
