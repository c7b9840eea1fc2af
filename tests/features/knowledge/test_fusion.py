from localmind_app.features.knowledge.fusion import Candidate, choose, fuse


def candidate(number, document="a", *, text="", ordinal=0, score=1.0, heading="", start=0, end=10):
    text = text or f"text number{number}"
    return Candidate(number, document, "c", document, ordinal, heading, text, None, 0, start, 0, end, 5,
                     tuple(text.split()), {}, score)  # fmt: skip


def test_what_both_lists_have_comes_first():
    made = fuse({"dense": [1, 2, 3], "words": [3, 4]}, {"dense": 1.0, "words": 1.0})
    assert [one for one, _ in made] == [3, 1, 2, 4]
    assert dict(made)[3] == 1 / 63 + 1 / 61


def test_weights_count_and_ties_are_by_id():
    assert [one for one, _ in fuse({"dense": [1], "words": [2]}, {"dense": 1.0, "words": 2.0})] == [2, 1]
    assert [one for one, _ in fuse({"dense": [9], "words": [4]}, {"dense": 1.0, "words": 1.0})] == [4, 9]


def test_a_text_that_is_there_already_is_dropped():
    words = "the pump is opened by turning the brass wheel slowly to the left side"
    near = [candidate(1, text=words), candidate(2, "b", text=words + " now"), candidate(3, "c", text="another text")]
    kept, out = choose(near, 5)
    assert [one.chunk_id for one in kept] == [1, 3]
    assert [(one.chunk_id, reason) for one, reason in out] == [(2, "same")]


def test_two_rows_that_differ_in_a_number_are_not_the_same():
    words = "the limit for this kind of contract in the north of the country is {} euro a year"
    kept, _ = choose([candidate(1, text=words.format(10)), candidate(2, "b", text=words.format(20))], 5)
    assert len(kept) == 2


def test_one_document_leaves_room_for_others_that_are_nearly_as_good():
    ranked = [candidate(n, "a", ordinal=2 * n) for n in range(6)] + [candidate(9, "b", score=0.9)]
    kept, out = choose(ranked, 4)
    assert [one.document_id for one in kept] == ["a", "a", "a", "b"]
    assert ("crowded" in {reason for _, reason in out}) is True
    far = [*ranked[:6], candidate(9, "b", score=0.1)]
    assert [one.document_id for one in choose(far, 4)[0]] == ["a"] * 4


def test_neighbours_are_joined_in_the_place_of_the_better_one():
    best = candidate(5, ordinal=5, text="two. three.", start=5, end=16)
    other = candidate(8, "b", ordinal=1, score=0.9)
    before = candidate(4, ordinal=4, text="one. two.", start=0, end=9, score=0.8)
    kept, out = choose([best, other, before], 5)
    assert [one.document_id for one in kept] == ["a", "b"]
    joined = kept[0]
    assert (joined.text, joined.start, joined.end, joined.parts) == ("one. two. three.", 0, 16, (4, 5))
    assert joined.chunk_id == 5
    assert [(one.chunk_id, reason) for one, reason in out] == [(4, "joined")]
    assert [one.chunk_id for one in choose([best, other, before], 5, merge=False)[0]] == [5, 8, 4]


def test_neighbours_under_different_headings_stay_apart():
    kept, _ = choose([candidate(1, ordinal=1, heading="A"), candidate(2, ordinal=2, heading="B")], 5)
    assert len(kept) == 2
