"""The client against the real engine: sampling, cancelling, waiting in line, errors, other servers."""

from __future__ import annotations

import asyncio
import gc
import json
import math
from collections.abc import Awaitable, Callable
from contextlib import aclosing
from pathlib import Path
from typing import Any

import anyio
import pytest

from localmind_app.core.errors import EngineUnreachable, Invalid, ModelMissing
from localmind_app.core.home import Home
from localmind_app.engine.client import Chunk, EngineClient

from .conftest import Engine, until, wait_ready

pytestmark = pytest.mark.anyio
Ask = Callable[..., dict[str, Any]]
ChildOf = Callable[[EngineClient, str], Awaitable[dict[str, Any]]]


async def collect(client: EngineClient, request: dict[str, Any]) -> list[Chunk]:
    return [chunk async for chunk in client.stream_chat(request)]


async def idle(client: EngineClient, child_of: ChildOf) -> bool:
    """Whether the slow model has nothing to do."""
    return not (await child_of(client, "slow"))["running"]


async def test_stream_has_text_end_and_numbers(client: EngineClient, ask: Ask) -> None:
    chunks = await collect(client, ask("script", max_tokens=7, temperature=0))
    assert "".join(chunk.text for chunk in chunks) == "Hello 😀world "
    assert [chunk.finish_reason for chunk in chunks if chunk.finish_reason] == ["length"]
    usage = next(chunk.usage for chunk in chunks if chunk.usage)
    assert usage["total_tokens"] == usage["prompt_tokens"] + 7
    assert usage["prompt_tokens_details"]["cached_tokens"] >= 0
    last = next(chunk for chunk in chunks if chunk.timings)
    assert last.timings
    assert last.timings["first_token_ms"] > 0
    assert last.context == {"used": usage["total_tokens"], "size": 2048}
    assert not any(chunk.status for chunk in chunks)


async def test_seed_repeats_and_other_seeds_differ(client: EngineClient, ask: Ask) -> None:
    async def say(seed: int, prompt: str = "Tell me.") -> str:
        request = ask("random", prompt, max_tokens=40, seed=seed, temperature=1.2, top_k=0, top_p=1.0, min_p=0.0)
        return (await client.chat(request)).text

    first = await say(7)
    assert await say(8) != first
    await say(9, "Something else in between, that takes over the cache. " * 12)
    assert await say(7) == first


async def test_greedy_repeats(client: EngineClient, ask: Ask) -> None:
    request = ask("random", max_tokens=30, temperature=0)
    assert (await client.chat(request)).text == (await client.chat(request)).text


@pytest.mark.parametrize("narrow", [{"top_k": 1}, {"min_p": 1.0}, {"top_p": 0.0}])
async def test_narrow_sampling_is_greedy(client: EngineClient, ask: Ask, narrow: dict[str, Any]) -> None:
    greedy = await client.chat(ask("random", max_tokens=25, temperature=0))
    narrowed = await client.chat(ask("random", max_tokens=25, temperature=1.5, seed=3, **narrow))
    assert narrowed.text == greedy.text


@pytest.mark.parametrize("penalty", [{"repeat_penalty": 5.0}, {"presence_penalty": 2.0}, {"frequency_penalty": 2.0}])
async def test_penalties_bring_new_words(client: EngineClient, ask: Ask, penalty: dict[str, Any]) -> None:
    plain = await client.chat(ask("random", max_tokens=120, temperature=0))
    varied = await client.chat(ask("random", max_tokens=120, temperature=0, **penalty))
    assert len(set(varied.text.split())) > len(set(plain.text.split()))


@pytest.mark.parametrize(
    ("stop", "text"),
    [("😀", "Hello "), ("lo 😀wor", "Hel"), (["world STO", "nothing"], "Hello 😀"), ("STOP", "Hello 😀world ")],
)
async def test_stop_across_tokens(client: EngineClient, ask: Ask, stop: Any, text: str) -> None:
    answer = await client.chat(ask("script", max_tokens=50, temperature=0, stop=stop))
    assert (answer.text, answer.finish_reason) == (text, "stop")


async def test_text_that_only_looked_like_a_stop_is_kept(client: EngineClient, ask: Ask) -> None:
    answer = await client.chat(ask("script", max_tokens=7, temperature=0, stop="world STOX"))
    assert (answer.text, answer.finish_reason) == ("Hello 😀world ", "length")


async def test_half_a_character_is_never_sent(client: EngineClient, ask: Ask) -> None:
    for count in (2, 3, 4):
        answer = await client.chat(ask("script", max_tokens=count, temperature=0))
        assert (answer.text, answer.usage and answer.usage["completion_tokens"]) == ("Hello ", count)


async def test_logprobs(client: EngineClient, ask: Ask) -> None:
    answer = await client.chat(ask("random", max_tokens=6, logprobs=True, top_logprobs=20, temperature=0))
    assert len(answer.logprobs) == 6
    assert "".join(entry["token"] for entry in answer.logprobs) == answer.text
    for entry in answer.logprobs:
        best = [top["logprob"] for top in entry["top_logprobs"]]
        assert len(best) == 20
        assert best == sorted(best, reverse=True)
        assert 0.1 < sum(map(math.exp, best)) <= 1.000001
        assert entry["logprob"] == best[0], "greedy takes the likeliest"
        assert bytes(entry["bytes"]).decode() == entry["token"]


async def test_continue_final_message(client: EngineClient, ask: Ask) -> None:
    messages = [{"role": "user", "content": "x"}, {"role": "assistant", "content": "Hello "}]
    plain = await client.tokenize("script", messages[:1])
    continued = await client.chat(
        {"model": "script", "messages": messages, "continue_final_message": True, "max_tokens": 5, "temperature": 0}
    )
    assert continued.usage
    assert continued.usage["prompt_tokens"] == plain.count + len("Hello "), "the template's end of turn is not there"
    assert continued.text == "Hello 😀"


async def test_prefix_is_reused(client: EngineClient, ask: Ask) -> None:
    await client.chat(ask("random", "word " * 100, max_tokens=1))
    again = await client.chat(ask("random", "word " * 100 + "more", max_tokens=1))
    assert again.usage
    assert again.usage["prompt_tokens_details"]["cached_tokens"] > 450


async def test_closing_cancels_within_a_token(client: EngineClient, ask: Ask, child_of: ChildOf) -> None:
    await client.load("slow")
    before = await child_of(client, "slow")
    async with aclosing(client.stream_chat(ask("slow", max_tokens=4000, ignore_eos=True))) as chunks:
        seen = 0
        async for chunk in chunks:
            seen += bool(chunk.text)
            if seen == 3:
                break
    await until(lambda: idle(client, child_of), 2)
    now = await child_of(client, "slow")
    assert now["cancelled"] == before["cancelled"] + 1
    assert now["steps_after_cancel"] <= 1
    assert now["decoded_tokens"] - before["decoded_tokens"] < 30
    decoded = now["decoded_tokens"]
    await anyio.sleep(0.2)
    assert (await child_of(client, "slow"))["decoded_tokens"] == decoded


async def test_leaving_a_loop_cancels_too(client: EngineClient, ask: Ask, child_of: ChildOf) -> None:
    async def first_word() -> str:
        async for chunk in client.stream_chat(ask("slow", max_tokens=4000, ignore_eos=True)):
            if chunk.text:
                return chunk.text
        return ""

    assert await first_word()
    gc.collect()
    await until(lambda: idle(client, child_of), 2)


async def test_dropping_a_whole_answer_cancels(client: EngineClient, ask: Ask, child_of: ChildOf) -> None:
    request = ask("slow", max_tokens=4000, ignore_eos=True, stream=False)
    with anyio.move_on_after(0.5):
        await client.forward("POST", "/v1/chat/completions", json.dumps(request).encode())
    await until(lambda: idle(client, child_of), 2)


async def test_who_finds_every_slot_taken_waits_and_is_told(client: EngineClient, ask: Ask) -> None:
    async def talk(**fields: Any) -> list[Chunk]:
        return await collect(client, ask("slow", "Hi", ignore_eos=True, stream_status=True, **fields))

    await client.load("slow")
    (child,) = [one for one in (await client.health())["children"] if one["model"] == "slow"]
    first = [asyncio.create_task(talk(max_tokens=12)) for _ in range(child["slots"])]
    await anyio.sleep(0.3)
    second = await talk(max_tokens=2)
    stages = [chunk.status["stage"] for chunk in second if chunk.status]
    assert stages[0] == "queued"
    assert stages[-1] == "prompt"
    assert next(chunk.status["position"] for chunk in second if chunk.status) == 1
    for task in first:
        assert "length" in [chunk.finish_reason for chunk in await task]
    assert max(chunk.timings["queue_ms"] for chunk in second if chunk.timings) > 50


async def test_prompt_progress(client: EngineClient, ask: Ask) -> None:
    chunks = await collect(client, ask("random", "A long story. " * 100, max_tokens=1, stream_status=True, seed=1))
    progress = [c.status["progress"] for c in chunks if c.status and c.status["stage"] == "prompt"]
    assert progress == sorted(progress)
    assert len(progress) >= 4
    assert all(0 <= value < 1 for value in progress)


async def test_counting_does_not_wait_for_an_answer(client: EngineClient, ask: Ask) -> None:
    await client.load("slow")
    talking = asyncio.create_task(client.chat(ask("slow", max_tokens=60, ignore_eos=True)))
    await anyio.sleep(0.2)
    assert (await client.tokenize("slow", prompt="hello")).count == 6
    assert not talking.done()
    await talking


async def test_embeddings(client: EngineClient) -> None:
    cat, kitten, physics = await client.embed(["A cat sat down.", "A kitten was sitting.", "Quantum field theory."])
    assert len(cat) == 384
    assert math.isclose(sum(x * x for x in cat), 1.0, rel_tol=1e-4)

    def cosine(a: list[float], b: list[float]) -> float:
        return sum(x * y for x, y in zip(a, b, strict=True))

    assert cosine(cat, kitten) > cosine(cat, physics) + 0.4


async def test_errors_are_rebuilt(client: EngineClient, ask: Ask) -> None:
    with pytest.raises(ModelMissing, match="nope"):
        await client.chat(ask("nope"))
    with pytest.raises(Invalid, match="temperature"):
        await client.chat(ask("random", temperature="hot"))


async def test_forward_passes_through(client: EngineClient, ask: Ask) -> None:
    request = json.dumps(ask("script", max_tokens=2, temperature=0, stream=True)).encode()
    answer = await client.forward("POST", "/v1/chat/completions", request)
    body = b"".join([part async for part in answer.body])
    assert answer.status == 200
    assert answer.headers["content-type"].startswith("text/event-stream")
    assert body.endswith(b"data: [DONE]\n\n")
    missing = await client.forward("GET", "/v1/nothing")
    assert (missing.status, b"not_found" in b"".join([part async for part in missing.body])) == (404, True)


async def test_no_engine(tmp_path: Path) -> None:
    client = EngineClient.local(Home.open(tmp_path / "home"))
    with pytest.raises(EngineUnreachable):
        await client.models()
    await client.close()


async def test_engine_dies_mid_answer_and_comes_back(own_engine: Engine, own_client: EngineClient, ask: Ask) -> None:
    async def kill_the_engine_at_the_first_word() -> None:
        async for chunk in own_client.stream_chat(ask("slow", max_tokens=4000, ignore_eos=True)):
            if chunk.text and own_engine.process:
                own_engine.process.kill()

    await own_client.load("slow")
    with pytest.raises(EngineUnreachable):
        await kill_the_engine_at_the_first_word()
    own_engine.stop()
    own_engine.start()
    await wait_ready(own_client)
    assert (await own_client.chat(ask("random", max_tokens=2))).text


async def test_a_remote_server_is_the_same_client(own_engine: Engine, ask: Ask) -> None:
    own_engine.stop()
    own_engine.start("--tcp")
    address = json.loads(own_engine.home.engine_address.read_text())
    client = EngineClient.remote(address["url"] + "/v1", address["token"])
    await wait_ready(client)
    assert (await client.chat(ask("script", max_tokens=1, temperature=0))).text == "Hello "
    await client.close()
