"""Children that crash, are killed or starve, and files that cannot be loaded: the engine answers and lives."""

from __future__ import annotations

import os
import resource
import shutil
import signal
import struct
import sys
import time
from collections.abc import Awaitable, Callable
from contextlib import aclosing
from pathlib import Path
from typing import Any

import psutil
import pytest

from localmind_app.core.errors import ModelBroken, ModelCrashed, OutOfMemory, UserError
from localmind_app.engine.client import EngineClient

from .conftest import Engine

pytestmark = pytest.mark.anyio
Ask = Callable[..., dict[str, Any]]
ChildOf = Callable[[EngineClient, str], Awaitable[dict[str, Any]]]


async def break_mid_answer(client: EngineClient, request: dict[str, Any], hurt: Callable[[], None]) -> UserError:
    """Start an answer, `hurt` after its first words, and return the error, which must come within two seconds."""
    hurt_at: list[float] = []

    async def talk() -> None:
        async with aclosing(client.stream_chat(request)) as chunks:
            async for chunk in chunks:
                if chunk.text and not hurt_at:
                    hurt()
                    hurt_at.append(time.monotonic())

    with pytest.raises(UserError) as caught:
        await talk()
    assert time.monotonic() - hurt_at[0] < 2
    return caught.value


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGSEGV])
async def test_killed_mid_answer(
    own_engine: Engine, own_client: EngineClient, ask: Ask, child_of: ChildOf, number: signal.Signals
) -> None:
    await own_client.load("slow")
    pid = (await child_of(own_client, "slow"))["pid"]
    error = await break_mid_answer(
        own_client, ask("slow", max_tokens=3000, ignore_eos=True), lambda: os.kill(pid, number)
    )
    assert isinstance(error, ModelCrashed)
    assert number.name in error.text
    states = {model.id: model for model in await own_client.models()}
    assert states["slow"].state == "crashed"
    assert states["slow"].error
    assert not psutil.pid_exists(pid), "no zombie"
    assert (await own_client.chat(ask("slow", max_tokens=3))).text
    assert (await child_of(own_client, "slow"))["pid"] != pid


@pytest.mark.skipif(sys.platform != "linux", reason="prlimit is Linux only")
async def test_out_of_memory_mid_answer(
    own_client: EngineClient, ask: Ask, child_of: ChildOf, own_engine: Engine
) -> None:
    await own_client.load("random")
    pid = (await child_of(own_client, "random"))["pid"]
    room = psutil.Process(pid).memory_info().vms
    resource.prlimit(pid, resource.RLIMIT_AS, (room, room))
    with pytest.raises(ModelCrashed, match="ran out of memory"):
        await own_client.chat(ask("random", "many words " * 80_000, max_tokens=5))
    assert (await own_client.chat(ask("random", max_tokens=3))).text


@pytest.mark.skipif(sys.platform != "linux", reason="prlimit is Linux only")
async def test_out_of_memory_while_loading(own_client: EngineClient, ask: Ask, own_engine: Engine) -> None:
    limits = resource.prlimit(own_engine.pid, resource.RLIMIT_AS)
    room = psutil.Process(own_engine.pid).memory_info().vms + 40 * 2**20  # enough for the engine, not for a child
    resource.prlimit(own_engine.pid, resource.RLIMIT_AS, (room, limits[1]))
    with pytest.raises(UserError) as caught:
        await own_client.chat(ask("slow", max_tokens=3))
    assert caught.value.code in ("model_crashed", "out_of_memory", "model_broken")
    resource.prlimit(own_engine.pid, resource.RLIMIT_AS, limits)
    assert (await own_client.chat(ask("slow", max_tokens=3))).text


async def test_a_model_larger_than_memory(own_client: EngineClient, own_engine: Engine, ask: Ask) -> None:
    huge = own_engine.home.models / "huge.gguf"
    shutil.copy(own_engine.home.models / "random.gguf", huge)
    os.truncate(huge, 4 * 2**40)  # sparse: takes no space
    with pytest.raises(OutOfMemory, match=r"needs about \d+ MB of memory; \d+ MB are free"):
        await own_client.chat(ask("huge", max_tokens=3))
    assert own_engine.children() == []


def _hostile(whole: bytes) -> dict[str, bytes]:
    header = b"GGUF" + struct.pack("<I", 3)
    files = {
        "empty": b"",
        "text": b"This is not a model.\n" * 1000,
        "wrong-magic": b"FUGG" + whole[4:],
        "old-version": b"GGUF" + struct.pack("<I", 1) + whole[8:],
        "many-tensors": header + struct.pack("<QQ", 2**62, 1) + whole[24:],
        "many-pairs": header + struct.pack("<QQ", 12, 2**63) + whole[24:],
        "long-key": header + struct.pack("<QQQ", 1, 1, 2**60) + b"x" * 100,
        "nothing-in-it": header + struct.pack("<QQ", 0, 0),
        "no-tensors": header + struct.pack("<Q", 0) + whole[16:],
    }
    for percent in (1, 10, 50, 99):
        files[f"cut-{percent}"] = whole[: len(whole) * percent // 100]
    broken = bytearray(whole)
    name = broken.index(b"blk.0.attn_q.weight")
    broken[name : name + 5] = b"blk.7"  # a tensor of a layer that does not exist: only llama.cpp can tell
    files["strange-tensor"] = bytes(broken)
    tokens = broken.index(b"alpha")
    broken = bytearray(whole)
    broken[tokens : tokens + 5] = b"gamma"  # a token twice: llama.cpp aborts the process
    files["twice-a-token"] = bytes(broken)
    return files


async def test_broken_files(own_client: EngineClient, own_engine: Engine, ask: Ask, model_files: Path) -> None:
    files = _hostile((model_files / "random.gguf").read_bytes())
    for name, data in files.items():
        (own_engine.home.models / f"{name}.gguf").write_bytes(data)
    listed = {model.id: model for model in await own_client.models()}
    for name in files:
        with pytest.raises(ModelBroken) as caught:
            await own_client.chat(ask(name, max_tokens=3))
        assert f"{name}.gguf" in caught.value.text
        assert len(caught.value.text) < 600
        assert name in listed
    after = {model.id: model for model in await own_client.models()}
    assert {name: after[name].state for name in files} == dict.fromkeys(files, "broken")
    assert all(after[name].error for name in files)
    assert own_engine.children() == []
    assert (await own_client.chat(ask("random", max_tokens=3))).text
