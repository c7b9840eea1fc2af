"""A part of the bench that takes seconds: some questions over the documents that answer them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from .corpus import Corpus
from .questions import KINDS, Question

LARGEST = 40  # passages of a document that is taken


def part(whole: Corpus, asked: Sequence[Question], each: int) -> tuple[Corpus, list[Question]]:
    """The first `each` of these questions of every kind, and a corpus of the small documents they are answered by.

    Questions on two documents choose first; the other kinds ask the same documents.
    """
    sizes = Counter(one.document for one in whole.passages)
    chosen: list[Question] = []
    documents: set[int] = set()
    for kind in reversed(KINDS):
        mine = [one for one in asked if one.kind == kind]
        taken = [one for one in mine if all(sizes[at] <= LARGEST for at in answered_by(whole, one))]
        taken.sort(key=lambda one: not answered_by(whole, one) <= documents)
        chosen += taken[:each]
        documents |= {at for one in taken[:each] for at in answered_by(whole, one)}
    return _cut(whole, sorted(documents), chosen)


def answered_by(whole: Corpus, question: Question) -> set[int]:
    """The documents with its answers."""
    return {whole.passages[one].document for answer in question.answers for one in answer}


def _cut(whole: Corpus, documents: Sequence[int], asked: Sequence[Question]) -> tuple[Corpus, list[Question]]:
    """The corpus of these documents alone, numbered anew."""
    place = {old: new for new, old in enumerate(documents)}
    passages = [one for one in whole.passages if one.document in place]
    number = {one.id: new for new, one in enumerate(passages)}
    made = Corpus(
        tuple(whole.documents[one] for one in documents),
        tuple(replace(one, id=number[one.id], document=place[one.document]) for one in passages),
    )
    answers = [tuple(frozenset(number[one] for one in answer) for answer in question.answers) for question in asked]
    return made, [replace(question, answers=one) for question, one in zip(asked, answers, strict=True)]
