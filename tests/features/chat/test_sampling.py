import pytest

from localmind_app.core.errors import Invalid
from localmind_app.features.chat.sampling import checked


def test_types_are_made_right_and_empty_ones_left_out() -> None:
    assert checked({"temperature": "0.5", "top_k": "40", "seed": "", "min_p": None}) == {
        "temperature": 0.5,
        "top_k": 40,
    }


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("temperature", "2.5"),
        ("temperature", "nan"),
        ("top_k", "0"),
        ("top_k", "1.5"),
        ("seed", "-1"),
        ("max_tokens", "many"),
        ("top_p", "inf"),
        ("__class__", "1"),
    ],
)
def test_what_makes_no_sense_is_named(name: str, value: str) -> None:
    with pytest.raises(Invalid, match=name):
        checked({name: value})
