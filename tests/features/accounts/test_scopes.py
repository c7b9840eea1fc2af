import pytest

from localmind_app.core.errors import Invalid
from localmind_app.features.accounts.scopes import SCOPES, read_scopes


def test_no_scopes_and_all_are_the_same() -> None:
    assert read_scopes([]) is read_scopes(["all"]) is read_scopes(["chat", "all"]) is None


def test_scopes_are_sorted_and_there_once() -> None:
    assert read_scopes(["models", "chat", "chat"]) == ["chat", "models"]
    assert read_scopes(SCOPES) == sorted(SCOPES)


def test_an_unknown_scope_is_refused_with_the_known_ones() -> None:
    with pytest.raises(Invalid, match="chat, embeddings"):
        read_scopes(["everything"])
