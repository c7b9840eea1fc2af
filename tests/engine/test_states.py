"""A real engine forgets a conversation: its cells in the model's memory, and its files, loaded or not."""

from __future__ import annotations

from typing import Any

import pytest

from localmind_app.core.errors import Invalid
from localmind_app.engine.client import EngineClient
from localmind_app.engine.exchange import ask
from localmind_app.engine.text import state_file

from .conftest import Engine, until, wait_ready

pytestmark = pytest.mark.anyio
LONG = "word " * 150  # long enough for the slow model that its cells are worth a file


async def cached(client: EngineClient, text: str, conversation: str | None = None) -> int:
    """Ask, and tell how many tokens of the prompt were there already."""
    request: dict[str, Any] = {"model": "slow", "messages": [{"role": "user", "content": text}], "max_tokens": 1}
    answer = await client.chat({**request, "conversation": conversation})
    assert answer.usage is not None
    return int(answer.usage["prompt_tokens_details"]["cached_tokens"])


async def test_what_is_forgotten_is_gone_from_memory_and_disk(own_engine: Engine, own_client: EngineClient) -> None:
    folder = own_engine.home.cache / "kv"
    await cached(own_client, "First, " + LONG, "chat:1")
    await cached(own_client, "Second, " + LONG, "chat:2")
    assert await own_client.conversations() == ["chat:1", "chat:2"]
    await until(lambda: state_file.conversations(folder) == {"chat:1", "chat:2"}, 60)

    await own_client.forget(["chat:1"])
    assert state_file.conversations(folder) == {"chat:2"}
    assert await own_client.conversations() == ["chat:2"]
    assert await cached(own_client, "First, " + LONG) < 100  # the template and the first letters, of the other one
    assert await cached(own_client, "Second, " + LONG) > 600

    own_engine.stop()
    own_engine.start()
    await wait_ready(own_client)
    assert await own_client.conversations() == ["chat:2"]
    await own_client.forget(["chat:2"])
    assert state_file.conversations(folder) == set()
    assert await cached(own_client, "Second, " + LONG) == 0


@pytest.mark.parametrize("wanted", [None, "chat:1", [""], [1]])
async def test_what_to_forget_must_be_names(client: EngineClient, wanted: Any) -> None:
    with pytest.raises(Invalid, match="conversations"):
        await ask(client, "/v1/states/forget", {"conversations": wanted})


async def test_a_name_has_an_end(client: EngineClient) -> None:
    with pytest.raises(Invalid, match="conversation"):
        await cached(client, "x", "x" * 101)
