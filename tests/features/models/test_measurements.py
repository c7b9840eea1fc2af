from __future__ import annotations

from localmind_app.core.home import Home
from localmind_app.features.models.measurements import Measurements


def add(home: Home, model: str, predicted: float, decode: float) -> None:
    Measurements(home).add(model, predicted=predicted, decode=decode, prompt=100.0, size=1)


def test_without_measurements_nothing_is_corrected(home: Home) -> None:
    assert Measurements(home).all() == {} and Measurements(home).correction() == 1.0


def test_one_odd_model_does_not_spoil_the_correction(home: Home) -> None:
    for name, decode in (("a", 5.0), ("b", 6.0), ("c", 90.0)):
        add(home, name, 10.0, decode)
    assert Measurements(home).correction() == 0.6


def test_a_newer_measurement_takes_the_place_of_an_older_one(home: Home) -> None:
    add(home, "a", 10.0, 5.0)
    add(home, "a", 10.0, 7.0)
    (found,) = Measurements(home).all().values()
    assert found.decode == 7.0 and found.prompt == 100.0 and found.at > 0
    assert [path.name for path in home.cache.iterdir()] == ["measured.json"]


def test_a_factor_has_limits(home: Home) -> None:
    add(home, "a", 1.0, 1000.0)
    assert Measurements(home).correction() == 3.0


def test_a_damaged_file_counts_as_empty(home: Home) -> None:
    for text in ("{", "[]", '{"a": {"speed": 1}}', '{"a": 3}'):
        (home.cache / "measured.json").write_text(text)
        assert Measurements(home).all() == {}
    add(home, "a", 10.0, 5.0)
    assert list(Measurements(home).all()) == ["a"]
