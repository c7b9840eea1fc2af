from localmind_app.core.ids import new_id, now_ms


def test_ids_are_unique_and_sort_by_time() -> None:
    ids = [new_id(now_ms=1_700_000_000_000 + step) for step in range(1000)]
    assert ids == sorted(ids)
    assert len(set(ids)) == 1000
    assert {len(value) for value in ids} == {26}


def test_the_first_ten_characters_are_the_time() -> None:
    assert new_id(now_ms=now_ms())[:10] >= new_id(now_ms=1)[:10]
