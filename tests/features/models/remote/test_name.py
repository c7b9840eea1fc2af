"""The names of remote models."""

from __future__ import annotations

import pytest

from localmind_app.core.errors import Invalid
from localmind_app.features.models.remote.name import is_remote, local_only, model_id, parted, same_model


@pytest.mark.parametrize("name", ["llama3:latest", "meta-llama/Llama-3", "a/b/c", "remote:x"])
def test_a_name_is_parted_as_it_was_made(name: str) -> None:
    assert parted(model_id("01ENGINE", name)) == ("01ENGINE", name)


@pytest.mark.parametrize("name", ["starter", "x/y", "", "Remote:a/b"])
def test_a_local_name_is_left_alone(name: str) -> None:
    assert parted(name) is None and not is_remote(name)
    local_only(name)


def test_what_only_looks_like_one() -> None:
    assert parted("remote:without-a-model") is None
    assert not is_remote(None) and not is_remote(["remote:a/b"])


def test_only_the_local_engine() -> None:
    with pytest.raises(Invalid, match="belongs to a remote engine"):
        local_only("remote:a/b{c}")


def test_one_model_of_two_servers() -> None:
    assert same_model("Llama3", "llama3:latest") and not same_model("llama3", "llama3:8b")
