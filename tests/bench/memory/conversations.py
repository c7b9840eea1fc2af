"""Makes forty sessions of one person with an assistant over ten months, and questions whose evidence is known."""

# ruff: noqa: E501 -- a line of the report is a line

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Literal

from .phrases import ABSENT, ANSWERS, CHATTER, INVENTED, TOPICS, Topic
from .phrases_second import SECOND_ABSENT, SECOND_PAST, SECOND_TOPICS, SecondTopic

Wordings = Literal["tuned", "seen", "held", "second", "third", "fourth"]
_SECOND = ("second", "third", "fourth")  # the other person's
Kind = Literal["single", "update", "time", "absence"]
SESSIONS, DAYS_APART, TURNS = 40, 7, 7
LAST = datetime(2026, 10, 20, 12, tzinfo=UTC)


@dataclass(frozen=True)
class Turn:
    """What one message said, when, and of which topic (None: of none)."""

    text: str
    at: int
    topic: str | None = None
    value: str = ""


@dataclass(frozen=True)
class Question:
    """A question, and (session, turn) of the message that answers it; `outdated` are those that did once."""

    kind: Kind
    text: str
    evidence: tuple[int, int] | None
    outdated: tuple[tuple[int, int], ...] = ()


@dataclass
class Life:
    """The sessions (lists of the person's turns; the assistant answers each with something of `ANSWERS`) and questions."""

    sessions: list[list[Turn]]
    questions: list[Question] = field(default_factory=list)
    now: int = 0


def _ms(moment: datetime) -> int:
    return int(moment.timestamp() * 1000)


def _topics(wordings: Wordings) -> Mapping[str, Topic | SecondTopic]:
    return SECOND_TOPICS if wordings in _SECOND else TOPICS


def life(seed: int, wordings: Wordings) -> Life:
    """The conversations and questions of one seed; the same every time."""
    dice = random.Random(f"{seed} {wordings}")
    start = LAST - timedelta(days=DAYS_APART * SESSIONS)
    days = [start + timedelta(days=DAYS_APART * number) for number in range(SESSIONS)]
    said: list[list[tuple[str, str, str]]] = [[] for _ in days]
    chosen: dict[str, list[tuple[int, str]]] = {}
    for name, topic in _topics(wordings).items():
        count = dice.choice((2, 2, 3)) if topic.changes else 1
        values = dice.sample(topic.values, min(count, len(topic.values)))
        # Changes lie at least a month apart, so that a month has one answer.
        first = dice.randrange(0, SESSIONS - 10 * (len(values) - 1) - 1)
        for place, value in enumerate(values):
            session = min(SESSIONS - 1, first + 10 * place)
            statements = getattr(topic, wordings)[0]
            said[session].append((name, value, dice.choice(statements).format(v=value)))
            chosen.setdefault(name, []).append((session, value))
    sessions: list[list[Turn]] = []
    where: dict[tuple[str, str], tuple[int, int]] = {}
    for number, day in enumerate(days):
        texts: list[tuple[str, str | None, str]] = [
            (dice.choice(CHATTER), None, "") for _ in range(TURNS - len(said[number]))
        ]
        for name, value, text in said[number]:
            texts.insert(dice.randrange(0, len(texts) + 1), (text, name, value))
        turns = []
        for place, (text, name, value) in enumerate(texts):
            turns.append(Turn(text, _ms(day + timedelta(minutes=3 * place)), name, value))
            if name:
                where[name, value] = (number, place)
        sessions.append(turns)
    return Life(sessions, _questions(dice, wordings, chosen, where, days), _ms(LAST))


def _questions(
    dice: random.Random,
    wordings: Wordings,
    chosen: dict[str, list[tuple[int, str]]],
    where: dict[tuple[str, str], tuple[int, int]],
    days: list[datetime],
) -> list[Question]:
    found: list[Question] = []
    for name, told in chosen.items():
        newest = where[name, told[-1][1]]
        old = tuple(where[name, value] for _, value in told[:-1])
        for text in getattr(_topics(wordings)[name], wordings)[1]:
            found.append(Question("update" if old else "single", text, newest, old))
        if old:
            found.append(_past(name, wordings, told, where, days, dice))
    found += [Question("absence", text, None) for text in (ABSENT | SECOND_ABSENT)[wordings]]
    return found


_PAST = {
    "home": ("Where did I live in {month}?", "In which city was I living in {month}?"),
    "job": ("What did I work as in {month}?", "What was my job in {month}?"),
    "employer": ("Which company did I work for in {month}?", "Who was my employer in {month}?"),
    "sister": ("Where did my sister live in {month}?", "What city was my sister living in in {month}?"),
    "colour": ("What was my favourite colour in {month}?", "Which colour did I like best in {month}?"),
    "car": ("Which car did I drive in {month}?", "What car did I have in {month}?"),
    "boss": ("Who was my boss in {month}?", "What was my boss called in {month}?"),
    "phone": ("Which phone did I have in {month}?", "What phone was I using in {month}?"),
}


def _past(
    name: str,
    wordings: Wordings,
    told: list[tuple[int, str]],
    where: dict[tuple[str, str], tuple[int, int]],
    days: list[datetime],
    dice: random.Random,
) -> Question:
    """A question about the month after something was said, before it changed."""
    session, value = told[0]
    month = (days[session] + timedelta(days=33)).strftime("%B %Y")
    past = SECOND_PAST if wordings in _SECOND else _PAST
    text = past[name][0 if wordings in ("tuned", "second") else 1].format(month=month)
    return Question("time", text, where[name, value])


def junk() -> list[list[str]]:
    """Chats without any fact about the person."""
    return [[text] for text in CHATTER] + [list(chat) for chat in INVENTED]


def answer(place: int) -> str:
    """What the assistant says to a turn."""
    return ANSWERS[place % len(ANSWERS)]
