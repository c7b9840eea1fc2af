"""What each kind of server is found to be able to do, by asking real engines behind their manners."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from localmind_app.core.home import Home
from localmind_app.engine.client import EngineClient
from localmind_app.features.models.remote.ask import Asker
from localmind_app.features.models.remote.dialect import adapted
from localmind_app.features.models.remote.models import LLAMA_SERVER, LM_STUDIO, LOCALMIND, OLLAMA, OPENAI, VLLM
from localmind_app.features.models.remote.probe import Probe, probe
from tests.features.conftest import RunningEngine
from tests.models_factory import write_random_llama
from tests.remote_door import OLLAMA_CLOUD, Door, TcpEngine

pytestmark = pytest.mark.anyio


async def probed(url: str, key: str | None = None) -> Probe:
    client = EngineClient.remote(url, key)
    try:
        found = await probe(Asker(client, url, key))
    finally:
        await client.close()
    assert Probe.read(found.body()) == found
    return found


async def test_localmind(tmp_path: Path) -> None:
    home = Home.open(tmp_path / "other")
    write_random_llama(home.models / "fast.gguf")
    engine = TcpEngine(home)
    try:
        found = await probed(engine.url, engine.token)
    finally:
        engine.kill()
    assert (found.kind, found.tested, found.streaming, found.logprobs) == (LOCALMIND, "starter", True, True)
    assert found.embeddings is True
    models = {model.id: model for model in found.models}
    assert models["fast"].context == 8192
    assert models["all-minilm-l6-v2"].kind == "embedding"


KINDS = {"Ollama": (OLLAMA, "0.14.1"), "vLLM": (VLLM, "0.28.0"), "LM Studio": (LM_STUDIO, ""), "hosted": (OPENAI, "")}


@pytest.mark.parametrize("kind", KINDS)
async def test_others(engine: RunningEngine, kind: str) -> None:
    with Door(kind, engine.home) as door:
        found = await probed(door.url)
    assert (found.kind, found.version) == KINDS[kind]
    assert (found.streaming, found.logprobs) == (True, True)
    models = {model.id: model for model in found.models}
    if kind == "Ollama":
        assert models["fast:latest"].context == 8192 and models["fast:latest"].loaded
        assert models[OLLAMA_CLOUD].passed_on and not models["slow:latest"].passed_on
        assert models["all-minilm:latest"].kind == "embedding"
        assert (found.tested, found.tools, found.embeddings) == ("fast:latest", True, True)
    if kind == "vLLM":
        assert (models["fast"].context, found.embeddings) == (4096, False)
    if kind == "LM Studio":
        assert found.tested == "fast", "what is loaded is asked"
        assert [(model.kind, model.context) for model in found.models][1:] == [("chat", 2048), ("embedding", 8192)]
        assert found.embeddings is True
    if kind == "hosted":
        assert "/api/version" not in door.paths, "a service that says what it is, is asked for nothing else"


def llama_server() -> str | None:
    return os.environ.get("LOCALMIND_BENCH_LLAMA_SERVER") or shutil.which("llama-server")


@pytest.fixture
def real_llama_server(tmp_path: Path) -> Iterator[str]:
    """llama-server itself, where the machine has it."""
    program = llama_server()
    if program is None:
        pytest.skip("no llama-server on the PATH or in LOCALMIND_BENCH_LLAMA_SERVER")
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    model = write_random_llama(tmp_path / "fast.gguf")
    options = ["-m", str(model), "--port", str(port), "-c", "4096", "-t", "2", "--api-key", "sk-right", "-a", "fast"]
    with (tmp_path / "log").open("wb") as log:
        process = subprocess.Popen([program, *options], stdout=log, stderr=log)
    url = f"http://127.0.0.1:{port}"
    give_up = time.monotonic() + 60
    while not _is_ready(url):
        assert process.poll() is None and time.monotonic() < give_up, (tmp_path / "log").read_text()[-3000:]
        time.sleep(0.1)
    yield url
    process.terminate()
    process.wait(10)


def _is_ready(url: str) -> bool:
    try:
        return httpx.get(f"{url}/health", trust_env=False).status_code == 200
    except httpx.TransportError:
        return False


async def test_the_real_llama_server(real_llama_server: str) -> None:
    found = await probed(real_llama_server, "sk-right")
    assert (found.kind, found.tested, found.streaming, found.logprobs) == (LLAMA_SERVER, "fast", True, True)
    assert found.version and found.embeddings is False
    assert found.models[0].context is not None and found.models[0].context <= 4096
    client = EngineClient.remote(real_llama_server, "sk-right")
    asked: dict[str, Any] = {
        "model": "x", "messages": [{"role": "user", "content": "Hi"}], "max_tokens": 12, "temperature": 0.0,
        "top_k": 40, "min_p": 0.05, "repeat_penalty": 1.0, "stream_status": True,
    }  # fmt: skip
    whole = await client.chat(adapted(asked, found.kind, "fast", "127.0.0.1"))
    assert whole.finish_reason == "length" and whole.usage and whole.usage["completion_tokens"] == 12
    said = whole.text[: whole.text.index(" ", 8) + 1]
    asked["messages"].append({"role": "assistant", "content": said})
    asked |= {"continue_final_message": True, "max_tokens": 4}
    more = await client.chat(adapted(asked, found.kind, "fast", "127.0.0.1"))
    assert more.usage and whole.usage
    assert more.usage["prompt_tokens"] > whole.usage["prompt_tokens"], "what was said is read again, not answered"
    assert more.text and not more.text.startswith(said)
    await client.close()


def test_the_newer_name_of_the_longest_answer_is_understood_everywhere() -> None:
    asked = {"messages": [], "max_tokens": 9, "max_completion_tokens": 5}
    assert adapted(asked, OLLAMA, "m", "host") == {"messages": [], "max_tokens": 5, "model": "m"}
    assert adapted(asked, OPENAI, "m", "api.openai.com") == {"messages": [], "max_completion_tokens": 5, "model": "m"}
