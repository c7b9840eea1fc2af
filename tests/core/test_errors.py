import json

from localmind_app.core.errors import ContextOverflow, EngineError, NotFound, TooMany, UserError, _tree, from_body


def test_an_error_survives_the_way_through_json() -> None:
    error = ContextOverflow("The prompt has {tokens} tokens; {size} fit.", tokens=9000, size=8192)
    again = from_body(error.body())
    assert type(again) is ContextOverflow
    assert again.text == "The prompt has 9000 tokens; 8192 fit."
    assert again.params == {"tokens": 9000, "size": 8192}


def test_retry_after_survives_too() -> None:
    again = from_body(TooMany("Wait {seconds} seconds.", retry_after=7).body())
    assert isinstance(again, TooMany)
    assert again.retry_after == 7


def test_a_foreign_servers_error_keeps_its_sentence() -> None:
    again = from_body({"error": {"message": "CUDA {broke}", "code": 500}})
    assert type(again) is EngineError
    assert again.text == "CUDA {broke}"


def test_something_that_is_no_error_at_all() -> None:
    assert "nonsense" in from_body({"detail": "nonsense"}).text


def test_every_code_is_used_once() -> None:
    def kinds(root: type[UserError]) -> list[type[UserError]]:
        return [root, *(kind for child in root.__subclasses__() for kind in kinds(child))]

    assert len(_tree(UserError)) == len(kinds(UserError))


def test_what_no_answer_can_carry_is_not_repeated() -> None:
    error = NotFound("There is no model {model} with {n} parts.", model="a\ud800b", n=2)
    assert error.params == {"model": "a?b", "n": 2}
    assert json.dumps(error.body(), ensure_ascii=False).encode()
