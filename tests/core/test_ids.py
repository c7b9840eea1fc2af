from localmind_app.core.ids import new_id, now_ms


def test_ids_of_a_process_are_unique_and_strictly_increasing() -> None:
    ids = [new_id() for _ in range(20_000)]
    assert ids == sorted(ids)
    assert len(set(ids)) == len(ids)
    assert {len(value) for value in ids} == {26}


def test_the_first_ten_characters_are_the_time() -> None:
    assert new_id(at_ms=now_ms())[:10] > new_id(at_ms=1)[:10]
    assert new_id(at_ms=5)[:10] == new_id(at_ms=5)[:10]
