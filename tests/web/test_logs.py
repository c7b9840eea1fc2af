import logging

import pytest

from localmind_app.web.logs import Discreet, discreet


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("'cookie': 'a=b; localmind_session=Ab_c-9'}", "'cookie': 'a=b; localmind_session=…'}"),
        ("GET /open/Ab_c-9 failed", "GET /open/… failed"),
        ("key lm-abcdefghijklmnopqrstuvwxyz", "key lm-…"),
        ("Event(name='a', payload={'text': 'dear diary'}) [txid=1]:\nTraceback", "Event(name='a', …)\nTraceback"),
        ("Failed to deserialize event data: {'text': 'dear diary'}.", "Failed to deserialize event data: …"),
        ("'x' with value 'dear\ndiary' and type hint 'int'", "'x' with value '…' and type hint 'int'"),
        ("[SQL: x]\n[parameters: ('dear]diary', 1)]\n(Background", "[SQL: x]\n[parameters: …]\n(Background"),
        ("ValueError: not a number", "ValueError: not a number"),
    ],
)  # fmt: skip
def test_what_people_wrote_and_what_opens_doors_is_left_out(said: str, kept: str) -> None:
    assert discreet(said) == kept


def test_tracebacks_are_cleaned_too() -> None:
    try:
        raise ValueError("Failed to deserialize event data: dear diary")
    except ValueError as error:
        record = logging.LogRecord(
            "x", logging.ERROR, "", 1, "it failed", (), (type(error), error, error.__traceback__)
        )
    said = Discreet("%(message)s").format(record)
    assert "dear diary" not in said
    assert "test_logs.py" in said
