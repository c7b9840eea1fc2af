"""Other ways to put a question: stems swapped for their equals, words swapped, added or left out.

This multiplies the templates: a network without a dictionary has to be shown that "is it possible
to" asks what "can i" asks, and that small words rarely matter.
"""

from __future__ import annotations

import random
import re

from .lexicon import words

STEMS: tuple[tuple[str, tuple[str, ...]], ...] = (
    (
        r"how (do|can|could|should|would|to) (i|you)? ?",
        words(
            """
            how do i, how can i, how could i, how would i, how might i, how to, how does one, how do you, what is the
            way to, what do i have to do to, what must i do to, tell me how to, please explain how to, i want to, i
            would like to, i'd like to, i need to, is there a way to, show me how to, help me, can you tell me how to,
            what's the best way to, how am i supposed to, do you know how to, i wish to"""
        ),
    ),
    (
        r"(can|may|could) i ",
        words(
            """
            can i, may i, could i, is it possible to, am i able to, is there a way to, is it allowed to, i want to,
            would it be possible to, do you let me, does it let me, i'd like to, how can i, can we, can one, can users,
            will i be able to, does localmind let me, am i allowed to"""
        ),
    ),
    (
        r"(can|could) you ",
        words(
            """
            can you, could you, are you able to, would you, will you, i want you to, please, do you, i need you to,
            could you please, can you please, is it possible for you to, would you be able to, are you capable to, may i
            ask you to, do you know how to, u can, you can"""
        ),
    ),
    (
        r"(is there|does localmind have|does it have|do you have) ",
        words(
            """
            is there, does localmind have, do you have, does it have, does this app have, have you got, does localmind
            offer, does localmind support, is there any, can i find, where is, can i get, i am looking for, does the
            program have, are there, is there something like, do we have"""
        ),
    ),
    (
        r"where (is|are|can i find|do i find) ",
        words(
            """
            where is, where are, where can i find, where do i find, where do i see, i can't find, i am looking for, how
            do i find, show me, where would i find, in which place is, where exactly is"""
        ),
    ),
    (
        r"(what is|what's|whats) ",
        words(
            """
            what is, what's, whats, what exactly is, tell me what is, what does one call, do you know what is, can you
            tell me what is, i want to know what is, could you say what is, please tell me, what was, and what is, say
            what is, i wonder what is, explain what is"""
        ),
    ),
    (
        r"(tell me|say|explain|describe) ",
        words(
            """
            tell me, explain, please explain, let me know, i want to hear, describe, talk about, can you explain, could
            you tell me, please tell me, i would like to know, give me info on, inform me"""
        ),
    ),
    (
        r"(show|give|write|make|create|draw) (me )?",
        words(
            """
            show me, give me, write, write me, make, make me, create, please write, please show me, i want, i need, can
            you make, can you write, could you write, i would like, let me see, can i see, produce, please give me,
            would you write, i'd like, can i have, could you give me"""
        ),
    ),
    (
        r"wie (kann|bekomme|lade|kriege) ich ",
        words(
            """
            wie kann ich, wie bekomme ich, wie könnte ich, ich möchte, ich will, kann ich, wie kriege ich"""
        ),
    ),
    (
        r"kannst du ",
        words(
            """
            kannst du, könntest du, bitte, magst du, können sie, würdest du, kannst du bitte"""
        ),
    ),
    (
        r"was (ist|sind) ",
        words(
            """
            was ist, was sind, was genau ist, sag mir was ist, weißt du was, was bedeutet"""
        ),
    ),
)

EQUALS: tuple[tuple[str, ...], ...] = (
    ("larger", "bigger", "better", "stronger", "more powerful"),
    ("chat", "conversation", "dialogue"),
    ("chats", "conversations", "messages"),
    ("message", "question", "prompt"),
    ("answer", "reply", "response"),
    ("answers", "replies", "responses"),
    ("folder", "directory"),
    ("app", "program", "application", "software", "tool"),
    ("machine", "computer", "laptop", "pc", "device"),
    ("internet", "web", "network"),
    ("picture", "image", "photo", "drawing"),
    ("pictures", "images", "photos"),
    ("documents", "files", "pdfs"),
    ("private", "confidential", "secret", "safe"),
    ("read", "see", "look at"),
    ("send", "transmit", "give"),
    ("tiny", "small", "little"),
    ("change", "switch", "alter", "modify"),
    ("great", "wonderful", "lovely", "excellent", "super"),
    ("very", "really", "so", "quite", "extremely"),
    ("big", "large", "huge"),
    ("created", "made", "built", "developed"),
    ("want", "need", "would like"),
    ("get", "obtain", "have"),
    ("use", "work with", "run"),
    ("stupid", "dumb", "useless", "silly"),
    ("help", "assist", "support"),
    ("features", "functions", "options"),
    ("dark", "black", "night"),
    ("text", "paragraph", "article"),
    ("talk", "speak", "chat"),
    ("choose", "select", "pick"),
    ("find", "locate", "look for"),
    ("stop", "interrupt", "abort", "cancel", "end"),
    ("save", "store", "keep"),
)  # fmt: skip

SMALL = frozenset(
    words(
        """
        a, an, are, be, bitte, can, das, der, die, do, does, du, ein, eine, for, i, ich, in, is, ist, it, me, mir,
        my, of, on, that, the, there, this, to, with, you, your"""
    )
)
FILLERS = words(
    """
    really, just, please, actually, maybe, now, so, very, also, then, here, ever, even, some, any, exactly,
    still, again, today, dear, well, perhaps, kindly, quickly, simply, now, today, anyway, currently, basically,
    somehow, my, the, a, you, i"""
)
FILLERS_DE = words(
    """
    bitte, mal, denn, eigentlich, jetzt, auch, genau, so, doch, gerade, vielleicht, hier, heute"""
)


def swap_stem(text: str, rng: random.Random) -> str:
    """Return ``text`` with its opening words put in another way, if they are known."""
    for stem, others in STEMS:
        if match := re.match(stem, text):
            return f"{rng.choice(others)} {text[match.end() :]}"
    return text


def swap_word(text: str, rng: random.Random) -> str:
    """Return ``text`` with one word replaced by a near equal, if one is known."""
    parts = text.split(" ")
    known = [(i, group) for i, part in enumerate(parts) for group in EQUALS if part in group]
    if known:
        i, group = rng.choice(known)
        parts[i] = rng.choice(group)
    return " ".join(parts)


def loosen(text: str, language: str, rng: random.Random) -> str:
    """Return ``text`` with a small word added or left out, or two words exchanged."""
    parts = text.split(" ")
    kind = rng.randrange(4)
    if kind < 2 or len(parts) < 3:
        parts.insert(rng.randint(0, len(parts)), rng.choice(FILLERS if language == "en" else FILLERS_DE))
    elif kind == 2:
        small = [i for i, part in enumerate(parts) if part in SMALL]
        if small:
            del parts[rng.choice(small)]
    else:
        i = rng.randrange(len(parts) - 1)
        parts[i], parts[i + 1] = parts[i + 1], parts[i]
    return " ".join(parts)


def rephrase(text: str, language: str, rng: random.Random) -> str:
    """Return another way to say ``text``; often it stays as it is."""
    if rng.random() < 0.45:
        text = swap_stem(text, rng)
    if rng.random() < 0.35:
        text = swap_word(text, rng)
    while rng.random() < 0.25:
        text = loosen(text, language, rng)
    return text
