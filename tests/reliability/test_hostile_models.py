"""Model files that were damaged or made to hurt: the child refuses or dies, the engine says why and goes on.

Hundreds of damaged headers go through the reader in this process, some dozen whole files through a real engine. The
seeds are fixed. Not covered: files made to exploit llama.cpp itself; a child runs with the rights of its owner.
"""

from __future__ import annotations

import asyncio
import random
import struct
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psutil
import pytest

from localmind_app.core.errors import UserError
from localmind_app.core.home import Home
from localmind_app.engine import memory
from localmind_app.engine.catalog import Catalog
from localmind_app.engine.client import EngineClient
from tests.engine.conftest import Engine
from tests.models_factory import write_random_llama

pytestmark = [pytest.mark.anyio, pytest.mark.slow]
HEADERS, FLIPPED = 400, 14
HUGE = (0, 1, 2**31 - 1, 2**32 - 1, 2**63, 2**64 - 1)
TEMPLATES = {
    "endless": "{% for a in range(10**9) %}{% for b in range(10**9) %}{% endfor %}{% endfor %}",
    "flood": "{% for a in range(10**7) %}{{ 'x' * 1000000 }}{% endfor %}",
    "nested": "{{ " + "(" * 2000 + "1" + ")" * 2000 + " }}",
    "escape": "{{ ''.__class__.__mro__[1].__subclasses__() }}",
    "power": "{{ 9 ** (9 ** 9) }}",
    "broken": "{% if %}",
}
Patch = Callable[[bytes], bytes]


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """A good model."""
    return write_random_llama(tmp_path_factory.mktemp("whole") / "whole.gguf", context=512).read_bytes()


def _number(key: str, value: int) -> Patch:
    """Puts another number into a metadata entry of type u32."""
    name = struct.pack("<Q", len(key)) + key.encode() + struct.pack("<I", 4)

    def patch(data: bytes) -> bytes:
        at = data.index(name) + len(name)
        return data[:at] + struct.pack("<I", value) + data[at + 4 :]

    return patch


def _tensor(name: str, dimension: int, value: int) -> Patch:
    """Puts another size into a tensor's description."""
    head = struct.pack("<Q", len(name)) + name.encode()

    def patch(data: bytes) -> bytes:
        at = data.index(head) + len(head) + 4 + 8 * dimension
        return data[:at] + struct.pack("<Q", value) + data[at + 8 :]

    return patch


WRONG: dict[str, Patch] = {
    "no-layers": _number("llama.block_count", 0),
    "many-layers": _number("llama.block_count", 2**31 - 1),
    "some-layers-more": _number("llama.block_count", 7),
    "no-heads": _number("llama.attention.head_count", 0),
    "many-heads": _number("llama.attention.head_count", 2**31 - 1),
    "no-kv-heads": _number("llama.attention.head_count_kv", 0),
    "no-width": _number("llama.embedding_length", 0),
    "endless-context": _number("llama.context_length", 2**32 - 1),
    "rope": _number("llama.rope.dimension_count", 3),
    "no-such-token": _number("tokenizer.ggml.eos_token_id", 2**31 - 1),
    "wide-tensor": _tensor("blk.0.attn_q.weight", 0, 2**20),
    "empty-tensor": _tensor("output.weight", 1, 0),
    "cut": lambda data: data[: len(data) - 1000],
    "half": lambda data: data[: len(data) // 2],
}


def flipped(data: bytes, chance: random.Random, within: int, most: int) -> bytes:
    """Some bytes of the first `within` changed."""
    changed = bytearray(data)
    for _ in range(chance.randrange(1, most)):
        changed[chance.randrange(4, min(within, len(changed)))] = chance.randrange(256)
    return bytes(changed)


def lying(data: bytes, chance: random.Random) -> bytes:
    """A count, length or offset replaced by an extreme one."""
    at = chance.randrange(4, 12_000)
    form = chance.choice(("<I", "<Q"))
    value = chance.choice(HUGE) % 2 ** (32 if form == "<I" else 64)
    return data[:at] + struct.pack(form, value) + data[at + struct.calcsize(form) :]


def test_no_damaged_header_escapes_the_catalogue(tmp_path: Path, whole: bytes) -> None:
    home = Home.open(tmp_path / "home")
    path = home.models / "damaged.gguf"
    catalog, broken = Catalog(home), 0
    before = psutil.Process().memory_info().rss
    for seed in range(HEADERS):
        chance = random.Random(seed)
        damage = (flipped(whole, chance, 20_000, 30), lying(whole, chance), whole[: chance.randrange(len(whole))])
        path.write_bytes(damage[seed % 3])
        model = next((one for one in catalog.models() if one.path == path), None)
        assert model is not None
        broken += model.problem is not None
        if model.problem is None:  # whatever it claims, a plan can be made or refused with a sentence
            if memory.fit(model, 10**10) is None:
                assert memory.too_large(model, 10**10).text
        else:
            assert model.broken is not None and len(model.broken.text) < 600
    assert broken > HEADERS // 3
    assert psutil.Process().memory_info().rss < before + 100 * 2**20


@pytest.fixture
def home(tmp_path: Path, whole: bytes) -> Home:
    """A data folder with a good model and all the bad ones."""
    home = Home.open(tmp_path / "home")
    (home.models / "good.gguf").write_bytes(whole)
    for name, patch in WRONG.items():
        (home.models / f"bad-{name}.gguf").write_bytes(patch(whole))
    for seed in range(FLIPPED):
        within = 20_000 if seed % 2 else len(whole)
        (home.models / f"bad-flip{seed}.gguf").write_bytes(flipped(whole, random.Random(seed), within, 20))
    for name, template in TEMPLATES.items():
        write_random_llama(home.models / f"bad-template-{name}.gguf", context=512, chat_template=template)
    return home


def ask(model: str) -> dict[str, Any]:
    return {"model": model, "messages": [{"role": "user", "content": "Hello"}], "max_tokens": 3}


async def test_every_bad_file_gets_an_answer_or_a_reason(engine: Engine, client: EngineClient) -> None:
    pid, turns = engine.pid, asyncio.Semaphore(2)
    names = [model.id for model in await client.models() if model.id.startswith("bad-")]
    assert len(names) == len(WRONG) + FLIPPED + len(TEMPLATES)
    outcomes: dict[str, str] = {}
    reasons: list[str] = []

    async def try_one(name: str) -> None:
        async with turns, asyncio.timeout(60):
            try:
                await client.chat(ask(name))
                outcomes[name] = "answered"  # a byte in the weights changes what it says, not whether it can
            except UserError as error:
                outcomes[name] = error.code
                reasons.append(error.text)
            finally:
                await client.unload(name)

    await asyncio.gather(*map(try_one, names))
    assert all(20 < len(reason) < 800 and "Traceback" not in reason for reason in reasons), reasons
    assert all(outcomes[f"bad-template-{name}"] == "model_broken" for name in TEMPLATES), outcomes
    assert {"model_broken"} < set(outcomes.values()) | {"answered"}
    assert set(outcomes.values()) <= {"answered", "model_broken", "model_crashed", "out_of_memory", "invalid"}, outcomes
    assert (await client.chat(ask("good"))).text
    assert engine.pid == pid
    assert psutil.pid_exists(pid)
    states = {model.id: model.state for model in await client.models()}
    assert states["good"] == "ready"
    await client.unload("good")
    assert engine.children() == []
