"""Pieces by structure; in most tests a token is a word."""

import random
from itertools import pairwise

import pytest

from localmind_app.features.knowledge.chunks import cut
from localmind_app.features.knowledge.embedder import counter
from localmind_app.features.knowledge.parsing.document import Block, Document


def text_of(document, piece):
    """What the span of a piece says."""
    parts = []
    for number in range(piece.first_block, piece.last_block + 1):
        text = document.blocks[number].text
        start = piece.start if number == piece.first_block else 0
        end = piece.end if number == piece.last_block else len(text)
        parts.append(text[start:end])
    return "\n".join(parts)


def test_a_piece_knows_its_headings_and_never_crosses_one(words_count):
    document = Document("Manual", (
        Block("text", "Before all."),
        Block("heading", "Pumps", 1), Block("text", "About pumps."),
        Block("heading", "Oil", 2), Block("text", "About oil."), Block("text", "More oil."),
        Block("heading", "Valves", 1), Block("heading", "Empty", 2), Block("heading", "Last", 2),
        Block("list", "- one\n- two"),
    ))  # fmt: skip
    pieces = cut(document, words_count)
    assert [(one.heading, one.text) for one in pieces] == [
        ("Manual", "Before all."),
        ("Manual › Pumps", "About pumps."),
        ("Manual › Pumps › Oil", "About oil.\nMore oil."),
        ("Manual › Valves", "Empty"),
        ("Manual › Valves › Last", "- one\n- two"),
    ]
    assert pieces[2].indexed == "Manual › Pumps › Oil\nAbout oil.\nMore oil."
    assert [text_of(document, one) for one in pieces] == [one.text for one in pieces]


def test_long_text_is_cut_between_sentences_and_the_last_one_is_said_again(words_count):
    sentences = [f"Sentence number {n} has exactly seven words." for n in range(30)]
    document = Document("T", (Block("text", " ".join(sentences), page=3),))
    pieces = cut(document, words_count, size=50, overlap=10)
    assert all(one.tokens <= 50 and one.text.endswith(".") and one.page == 3 for one in pieces)
    assert all(one.text == text_of(document, one) for one in pieces)
    for before, after in pairwise(pieces):
        assert after.text.startswith(before.text.split(". ")[-1])
    assert {one for one in sentences if any(one in piece.text for piece in pieces)} == set(sentences)
    sizes = [one.tokens for one in pieces]
    assert min(sizes) > 25  # no rest of a few words


def test_a_table_is_cut_between_rows_and_keeps_its_header(words_count):
    rows = [f"| part{n} | {n} pieces |" for n in range(40)]
    table = "\n".join(["| name | count |", "|---|---|", *rows])
    document = Document("T", (Block("table", table),))
    pieces = cut(document, words_count, size=60)
    assert len(pieces) > 3
    assert all(one.text.startswith("| name | count |\n|---|---|\n| part") for one in pieces)
    assert all(one.tokens <= 60 for one in pieces)
    assert [row for one in pieces for row in one.text.split("\n")[2:]] == rows
    assert text_of(document, pieces[1]) == "\n".join(pieces[1].text.split("\n")[2:])


def test_code_is_cut_between_functions(words_count):
    functions = [f"def function_{n}(a, b):\n    first = a + b\n\n    return first * {n}\n" for n in range(12)]
    document = Document("code", (Block("code", "\n\n".join(functions)),))
    pieces = cut(document, words_count, size=40)
    assert all(one.text.startswith("def ") and one.text.count("def ") == one.text.count("return") for one in pieces)


def test_what_has_no_end_is_cut_anyway(words_count):
    document = Document("", (Block("text", "word " * 1000), Block("text", "ab" * 30_000)))
    pieces = cut(document, lambda texts: [max(len(text.split()), len(text) // 100) for text in texts], size=50)
    assert all(one.tokens <= 50 for one in pieces)
    assert sum(one.text.count("word") for one in pieces) == 1000
    assert (
        sum(len(one.text.replace("\n", "")) for one in pieces if "ab" in one.text and "word" not in one.text) >= 59_000
    )


def test_a_path_that_is_too_long_loses_its_beginning(words_count):
    blocks = [Block("heading", f"level {n} " + "very long title " * 5, n) for n in range(1, 6)]
    document = Document("Top", (*blocks, Block("text", "Body text.")))
    piece = cut(document, words_count, size=60)[0]
    assert piece.heading.startswith("level 5") and piece.tokens <= 60


@pytest.mark.parametrize("document", [Document("", ()), Document("Only", ()), Document("", (Block("text", " \n"),))])
def test_nothing_gives_nothing(document, words_count):
    assert cut(document, words_count) == []


def test_a_lone_surrogate_can_be_stored(words_count):
    piece = cut(Document("a\ud800", (Block("text", "b\udfff c"),)), words_count)[0]
    assert (piece.heading, piece.text) == ("a?", "b? c")


def test_random_documents_with_the_real_tokenizer_keep_every_word_and_the_limit():
    dice = random.Random(5)
    vocabulary = ["pump", "valve,", "os.path.join", "Straße.", "日本語。", "naïve", "x" * 30, "12.5", "end.\n", "|a|b|"]
    count = counter()
    for _ in range(15):
        blocks = []
        for _ in range(dice.randrange(1, 12)):
            kind = dice.choice(["heading", "text", "text", "list", "table", "code", "quote"])
            words = dice.choices(vocabulary, k=dice.randrange(1, 12 if kind == "heading" else 300))
            blocks.append(Block(kind, " ".join(words), dice.randrange(1, 4)))
        document = Document("Title", tuple(blocks))
        pieces = cut(document, count, size=100)
        assert all(length <= 104 for length in count([one.indexed for one in pieces]))
        covered = [set() for _ in blocks]
        for piece in pieces:
            for number in range(piece.first_block, piece.last_block + 1):
                start = piece.start if number == piece.first_block else 0
                end = piece.end if number == piece.last_block else len(blocks[number].text)
                covered[number] |= set(range(start, end))
        for number, block in enumerate(blocks):
            if block.kind != "heading":
                assert {at for at, sign in enumerate(block.text) if not sign.isspace()} <= covered[number]
