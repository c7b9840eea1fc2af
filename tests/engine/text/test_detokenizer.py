"""Bytes to text: whole characters, whole stop strings, nothing lost."""

from __future__ import annotations

import itertools

import pytest

from localmind_app.engine.text.detokenizer import Detokenizer


def feed(pieces: list[bytes], stops: list[str]) -> tuple[list[str], bool]:
    made = Detokenizer(stops)
    texts = []
    for piece in pieces:
        texts.append(made.push(piece))
        if made.stopped:
            return texts, True
    return [*texts, made.finish()], False


def test_characters_stay_whole_however_they_are_cut() -> None:
    data = "aé😀ñ日".encode()
    for cuts in itertools.combinations(range(1, len(data)), 3):
        pieces = [data[a:b] for a, b in itertools.pairwise([0, *cuts, len(data)])]
        texts, _ = feed(pieces, [])
        assert "".join(texts) == "aé😀ñ日"
        assert all("\ufffd" not in text for text in texts)


def test_broken_bytes_do_not_silence_the_rest() -> None:
    texts, _ = feed([b"a\xff", b"b", b"\xf0\x9f", b"c"], [])
    assert "".join(texts) == "a\ufffdb\ufffdc"


def test_an_unfinished_character_is_dropped() -> None:
    assert "".join(feed([b"ok", "😀".encode()[:3]], [])[0]) == "ok"


@pytest.mark.parametrize("stops", [["END"], ["END", "ENDE"], ["NOPE", "END"]])
def test_stop_over_every_cut(stops: list[str]) -> None:
    data = b"text ENDing"
    for cut in range(1, len(data)):
        texts, stopped = feed([data[:cut], data[cut:]], stops)
        assert ("".join(texts), stopped) == ("text ", True)


def test_the_earliest_stop_wins() -> None:
    assert "".join(feed([b"one two three"], ["three", "two"])[0]) == "one "


def test_what_may_become_a_stop_waits_and_is_given_back() -> None:
    made = Detokenizer(["ABAC"])
    assert made.push(b"xAB") == "x"
    assert made.push(b"AB") == "AB"
    assert made.push(b"D") == "ABD"
    assert made.push(b"A") == ""
    assert made.finish() == "A"
