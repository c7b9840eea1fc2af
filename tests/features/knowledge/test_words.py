"""The word index in a real SQLite."""

import pytest
from sqlalchemy import text

from localmind_app.features.knowledge import words
from localmind_app.features.knowledge.words import Entry, Frequencies, find, prepare, read

TEXTS = {
    1: ("os.path", "join(a, *paths) puts path components together"),
    2: ("shutil", "os path and join stand apart here: join is a word, os is another"),
    3: ("Reading", "The function readTextFile loads a file"),
    4: ("日本", "東京都は日本の首都です"),
    5: ("Café", "Die Rechnung kommt im März"),
}


@pytest.fixture
def session(database):
    with database.session() as session:
        words.add(session, prepare(Entry(number, *row) for number, row in TEXTS.items()))
        yield session


def ids(session, question, spans=((0, 100),)):
    asked = read(session, question, Frequencies())
    return [one for one, _ in find(session, asked.match, spans, 10)]


@pytest.mark.parametrize(("question", "first"), [
    ("os.path join", 1), ("read text file", 3), ("readTextFile", 3), ("首都", 4), ("東京", 4),
    ("rechnung cafe", 5), ("MARZ", 5), ("joining paths", 1),
])  # fmt: skip
def test_what_is_found_first(session, question, first):
    assert ids(session, question)[0] == first


def test_a_name_as_it_is_written_beats_its_words_apart(session):
    assert ids(session, "a, path, os.path.join")[0] == 1
    words.add(session, prepare([Entry(6, "x", "call os.path.join here and nothing else of note in this line")]))
    assert ids(session, "os.path.join")[0] == 6


def test_only_the_asked_spans_are_searched(session):
    assert ids(session, "join path", ((2, 3),)) == [2]
    assert set(ids(session, "join file", ((1, 2), (3, 4)))) == {1, 3}


def test_what_is_removed_is_gone_and_the_index_is_sound(session):
    words.remove(session, prepare([Entry(1, *TEXTS[1])]))
    assert 1 not in ids(session, "os.path join components")
    assert words.size(session) == 4
    session.execute(text("INSERT INTO chunk_search (chunk_search) VALUES ('integrity-check')"))
    left = session.execute(text("SELECT count(*) FROM chunk_search_words WHERE term = 'compon'")).scalar()
    assert left == 0


def test_words_that_most_chunks_have_are_left_out(session):
    rows = [Entry(100 + n, "", f"common word{n}" + (" rare" if n == 7 else "")) for n in range(300)]
    words.add(session, prepare(rows))
    asked = read(session, "common rare", Frequencies())
    assert (asked.left_out, asked.match) == (("common",), '"rare"')
    assert read(session, "common", Frequencies()).match == '"common"'  # nothing else to go by


def test_no_question_is_an_error(session):
    for question in ("", '"', "a OR", "NEAR(x y)", "x*", "-x", "{col}: y", "\x00", "?" * 9, "(", "heading:x"):
        assert isinstance(ids(session, question), list)


def test_frequent_words_are_looked_for_in_their_rarest_pairs(session, monkeypatch):
    monkeypatch.setattr(words, "POSTINGS", 60)
    monkeypatch.setattr(words, "PAIR_POSTINGS", 12)
    common = {"amber": 2, "basil": 3, "cedar": 7, "dill": 11}  # in every so manyth text
    words.add(session, prepare(
        Entry(at, "", " ".join(word for word, step in common.items() if at % step == 0) or "nothing")
        for at in range(100, 800)
    ))  # fmt: skip
    monkeypatch.setattr(words, "FREQUENT", 0.6)
    asked = read(session, "amber basil cedar dill", Frequencies())
    single, *pairs = asked.match.split(" OR ")
    assert single == '"dill"' and asked.left_out == ("cedar", "basil", "amber")
    assert pairs == ['("cedar" AND "basil")']  # the rarest pair is taken, though chance alone would make 33 of it
    monkeypatch.setattr(words, "PAIR_POSTINGS", 1_000)
    assert read(session, "amber basil cedar dill", Frequencies()).match.count(" AND ") == 3
