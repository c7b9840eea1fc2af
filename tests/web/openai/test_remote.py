"""Models of remote engines through our own API: listed, answered, labelled, counted; refused where only ours can."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable, Iterator
from typing import Any, TypeVar

import httpx
import openai
import pytest

from localmind_app.core.database import Database
from localmind_app.core.egress import EgressLedger, Passage
from localmind_app.core.home import Home
from localmind_app.features.accounts.keys import create_key
from localmind_app.features.accounts.rates import Limit
from localmind_app.features.accounts.service import Actor
from localmind_app.features.models.remote.service import RemoteItem, RemoteService, Settings
from tests.models_factory import write_random_llama, write_slow_llama
from tests.product import Product, eventually
from tests.remote_door import OLLAMA_CLOUD, Door, TcpEngine

OWNER = Actor("01ARZ3NDEKTSV4RRFFQ69G5FAV", "owner", "owner")
MESSAGES = [{"role": "user", "content": "Who are you?"}]
T = TypeVar("T")


class Owner:
    """The owner of the running product at work: what the models page does, through the same service."""

    def __init__(self, product: Product) -> None:
        self._home = product.home

    def does(self, work: Callable[[RemoteService], Awaitable[T]]) -> T:
        async def run() -> T:
            database = Database(self._home.database)
            remotes = RemoteService(database, self._home)
            try:
                return await work(remotes)
            finally:
                await remotes.close()
                database.close()

        return asyncio.run(run())

    def adds(self, settings: Settings) -> str:
        async def add(remotes: RemoteService) -> str:
            engine = await remotes.add(OWNER, settings)
            await remotes.probe(OWNER, engine)
            return engine

        return self.does(add)

    def item(self, engine: str) -> RemoteItem:
        items = self.does(lambda remotes: remotes.engines(OWNER))
        return next(item for item in items if item.id == engine)

    def ledger(self) -> list[Passage]:
        database = Database(self._home.database)
        entries = asyncio.run(EgressLedger(database).entries())
        database.close()
        return entries


@pytest.fixture(scope="module")
def owner(product: Product) -> Owner:
    return Owner(product)


@pytest.fixture(scope="module")
def other(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TcpEngine]:
    """Another LocalMind's engine, over TCP with a token."""
    home = Home.open(tmp_path_factory.mktemp("other") / "home")
    write_random_llama(home.models / "faraway.gguf", seed=5)
    write_slow_llama(home.models / "tortoise.gguf")
    running = TcpEngine(home)
    yield running
    running.kill()


@pytest.fixture(scope="module")
def station(owner: Owner, other: TcpEngine) -> str:
    """That engine, added with prices; the id of its engine."""
    return owner.adds(Settings("Workstation", other.url, other.token, 1.0, 10.0, "EUR"))


@pytest.fixture(scope="module")
def door(product: Product) -> Iterator[Door]:
    with Door("Ollama", product.home) as opened:
        yield opened


@pytest.fixture(scope="module")
def cloud(owner: Owner, door: Door) -> str:
    """An Ollama on this machine that passes one of its models on to its cloud."""
    return owner.adds(Settings("Ollama", door.url, price_out=1000.0))


@pytest.fixture(autouse=True)
def _good_mood(door: Door) -> None:
    door.mood = ""
    door.asked.clear()


def chat(model: str, **fields: Any) -> dict[str, Any]:
    return {"model": model, "messages": MESSAGES, "max_tokens": 6, **fields}


def events_of(answer: httpx.Response) -> list[Any]:
    found = [line[6:] for line in answer.text.split("\n") if line.startswith("data: ")]
    return [one if one == "[DONE]" else json.loads(one) for one in found]


def test_they_are_listed_after_the_local_ones(api: httpx.Client, station: str, cloud: str) -> None:
    listed = {entry["id"]: entry for entry in api.get("/v1/models").json()["data"]}
    assert next(iter(listed)) in ("starter", "all-minilm-l6-v2"), "the local ones come first"
    entry = listed[f"remote:{station}/faraway"]
    assert (entry["owned_by"], entry["engine"], entry["label"]) == ("Workstation", "Workstation", "faraway")
    assert (entry["kind"], entry["state"], entry["leaves_machine"]) == ("chat", "remote", False)
    assert entry["context_length"] == 8192
    assert listed[f"remote:{cloud}/{OLLAMA_CLOUD}"]["leaves_machine"] is True
    assert not [name for name in listed if name.endswith("all-minilm:latest")], "only those that can be used here"
    assert api.get(f"/v1/models/remote:{station}/faraway").json() == entry
    assert api.get(f"/v1/models/remote%3A{station}%2Ffaraway").json() == entry
    missing = api.get(f"/v1/models/remote:{station}/nothing")
    assert (missing.status_code, missing.json()["error"]["code"]) == (404, "model_not_found")


def test_a_whole_answer_says_who_answered_and_what_it_cost(api: httpx.Client, owner: Owner, station: str) -> None:
    before = owner.item(station).spent
    answer = api.post("/v1/chat/completions", json=chat(f"remote:{station}/faraway", seed=1))
    assert answer.status_code == 200, answer.text
    body = answer.json()
    assert body["model"] == f"remote:{station}/faraway"
    assert body["choices"][0]["message"]["content"] and body["usage"]["completion_tokens"] == 6
    origin = body["origin"]
    assert (origin["engine"], origin["model"], origin["leaves_machine"]) == ("Workstation", "faraway", False)
    assert (origin["instead_of"], origin["estimated"], origin["currency"]) == ("", False, "EUR")
    cost = (body["usage"]["prompt_tokens"] + 60) / 1e6
    assert origin["spend"] == pytest.approx(cost)
    [after] = owner.item(station).spent
    assert (before, after.answers, after.tokens_written) == ((), 1, 6)
    assert after.amount == after.month == pytest.approx(cost) and after.currency == "EUR"
    assert int(answer.headers["x-ratelimit-remaining-tokens"]) < int(answer.headers["x-ratelimit-limit-tokens"])


def test_a_stream_is_the_same_with_the_official_client(client: openai.OpenAI, station: str) -> None:
    model = f"remote:{station}/faraway"
    whole = client.chat.completions.create(model=model, messages=MESSAGES, max_tokens=9, seed=3)  # type: ignore[call-overload]
    stream = client.chat.completions.create(model=model, messages=MESSAGES, max_tokens=9, seed=3, stream=True)  # type: ignore[call-overload]
    chunks = list(stream)
    assert "".join(chunk.choices[0].delta.content or "" for chunk in chunks) == whole.choices[0].message.content
    assert {chunk.model for chunk in chunks} == {model}, "no event without choices: nobody asked for usage"
    assert chunks[0].origin["engine"] == "Workstation" and chunks[0].origin["spend"] is None
    assert client.models.retrieve(model).id == model


def test_a_stream_ends_with_its_figures_for_who_asks(api: httpx.Client, station: str) -> None:
    asked = chat(f"remote:{station}/faraway", stream=True, stream_options={"include_usage": True})
    answer = api.post("/v1/chat/completions", json=asked)
    assert answer.headers["content-type"].startswith("text/event-stream")
    assert "x-ratelimit-remaining-tokens" in answer.headers
    *events, last, done = events_of(answer)
    assert done == "[DONE]" and last["choices"] == [] and last["usage"]["completion_tokens"] == 6
    assert last["origin"]["spend"] > 0
    assert [event for event in events if "origin" in event] == events[:1]


def test_completions_too(api: httpx.Client, station: str) -> None:
    asked = {"model": f"remote:{station}/faraway", "prompt": "alpha beta", "max_tokens": 5, "seed": 1}
    body = api.post("/v1/completions", json=asked).json()
    assert body["object"] == "text_completion" and body["choices"][0]["text"]
    assert body["origin"]["engine"] == "Workstation"
    streamed = events_of(api.post("/v1/completions", json={**asked, "stream": True}))
    assert "".join(event["choices"][0]["text"] for event in streamed[:-1]) == body["choices"][0]["text"]


def test_what_leaves_is_labelled_and_in_the_ledger(
    api: httpx.Client, owner: Owner, cloud: str, station: str, door: Door
) -> None:
    before = len(owner.ledger())
    body = api.post("/v1/chat/completions", json=chat(f"remote:{cloud}/{OLLAMA_CLOUD}", user="me", top_k=5)).json()
    assert body["origin"]["leaves_machine"] is True and body["origin"]["host"] == "127.0.0.1"
    [asked] = door.asked
    assert asked == {**chat(OLLAMA_CLOUD)}, "who asks stays here, and so does what this kind of server does not know"
    entries = owner.ledger()
    assert len(entries) == before + 1
    assert entries[0].purpose == "remote engine: API" and entries[0].sent > len("Who are you?")
    api.post("/v1/chat/completions", json=chat(f"remote:{station}/faraway"))
    assert len(owner.ledger()) == before + 1, "loopback is not egress"


def test_a_member_may_use_them_too(http: Callable[[str], httpx.Client], others_key: str, station: str) -> None:
    answer = http(others_key).post("/v1/chat/completions", json=chat(f"remote:{station}/faraway"))
    assert answer.status_code == 200 and answer.json()["origin"]["engine"] == "Workstation"


def test_only_with_the_scope_and_within_the_limits(
    http: Callable[[str], httpx.Client], product: Product, station: str
) -> None:
    asked = chat(f"remote:{station}/faraway", max_tokens=30, ignore_eos=True)
    lacking = http(create_key(product.home, "lists", scopes=["models"]))
    assert lacking.post("/v1/chat/completions", json=asked).status_code == 403
    for streamed in (False, True):
        few = http(create_key(product.home, "few", limits={"chat": Limit(None, 10)}))
        assert few.post("/v1/chat/completions", json={**asked, "stream": streamed}).status_code == 200
        assert few.post("/v1/chat/completions", json=asked).status_code == 429


@pytest.mark.parametrize(
    ("path", "fields"),
    [
        ("/v1/embeddings", {"input": "x"}), ("/v1/rerank", {"query": "x", "documents": ["a"]}),
        ("/v1/tokenize", {"prompt": "x"}), ("/v1/detokenize", {"tokens": [1]}), ("/v1/responses", {"input": "x"}),
    ],
)  # fmt: skip
def test_elsewhere_they_are_refused_in_a_sentence(
    api: httpx.Client, station: str, path: str, fields: dict[str, Any]
) -> None:
    answer = api.post(path, json={"model": f"remote:{station}/faraway", **fields})
    assert answer.status_code == 400
    assert "belongs to a remote engine" in answer.json()["error"]["message"]


@pytest.mark.parametrize(
    "fields", [{"stream": "yes"}, {"stream_options": 3}, {"messages": "x"}, {"messages": [1]},
               {"messages": [{"role": "user", "content": ["x"]}]}],
)  # fmt: skip
def test_a_bad_field_is_named_before_anything_is_sent(
    api: httpx.Client, cloud: str, door: Door, fields: dict[str, Any]
) -> None:
    answer = api.post("/v1/chat/completions", json=chat(f"remote:{cloud}/fast:latest") | fields)
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, "invalid")
    assert door.asked == []


@pytest.mark.parametrize("streamed", [False, True])
def test_what_the_other_server_refuses_is_the_callers_fault(api: httpx.Client, station: str, streamed: bool) -> None:
    answer = api.post("/v1/chat/completions", json=chat(f"remote:{station}/faraway", temperature=99, stream=streamed))
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, "engine_refused")
    assert "temperature" in answer.json()["error"]["message"]
    full = chat(f"remote:{station}/faraway", messages=[{"role": "user", "content": "x " * 20_000}], stream=streamed)
    assert api.post("/v1/chat/completions", json=full).json()["error"]["code"] == "context_length_exceeded"


@pytest.mark.parametrize("streamed", [False, True])
@pytest.mark.parametrize(
    ("mood", "status", "said"),
    [
        ("redirect", 502, "not followed"),
        ("limit", 429, "Try again in 7 s"),
        ("page", 502, ""),
        ("garbage", 502, "JSON"),
    ],
)
def test_a_server_that_misbehaves_is_told(
    api: httpx.Client, cloud: str, door: Door, mood: str, status: int, said: str, streamed: bool
) -> None:
    door.mood = mood
    answer = api.post("/v1/chat/completions", json=chat(f"remote:{cloud}/slow:latest", stream=streamed))
    if streamed and mood == "garbage":  # it began well: the error is the last event
        *_, last = events_of(answer)
        assert said in last["error"]["message"]
        return
    error = answer.json()["error"]
    if mood == "garbage":
        assert "not in the form" in error["message"]
    else:
        assert said in error["message"]
    assert answer.status_code == status and ("retry-after" in answer.headers) == (status == 429)


def test_another_engine_with_the_same_model_stands_in(api: httpx.Client, cloud: str, door: Door) -> None:
    door.mood = "busy"
    answer = api.post("/v1/chat/completions", json=chat(f"remote:{cloud}/fast:latest"))
    assert answer.status_code == 200, answer.text
    assert answer.json()["model"] == "fast"
    assert (answer.json()["origin"]["instead_of"], answer.json()["origin"]["engine"]) == ("Ollama", "")
    assert answer.json()["origin"]["spend"] is None


def test_a_model_only_it_has_is_not_answered_by_another(api: httpx.Client, door: Door, cloud: str) -> None:
    door.mood = "busy"
    answer = api.post("/v1/chat/completions", json=chat(f"remote:{cloud}/{OLLAMA_CLOUD}"))
    assert (answer.status_code, answer.json()["error"]["code"]) == (503, "engine_unreachable")
    assert "the model is loading" in answer.json()["error"]["message"]


def test_only_what_is_switched_on_and_allowed(api: httpx.Client, owner: Owner, other: TcpEngine) -> None:
    settings = Settings("Some", other.url, other.token, allowed=("faraway",))
    engine = owner.adds(settings)
    listed = {entry["id"] for entry in api.get("/v1/models").json()["data"]}
    assert f"remote:{engine}/faraway" in listed and f"remote:{engine}/tortoise" not in listed
    refused = api.post("/v1/chat/completions", json=chat(f"remote:{engine}/tortoise"))
    assert refused.status_code == 404 and "may not be used here" in refused.json()["error"]["message"]
    owner.does(lambda remotes: remotes.enable(OWNER, engine, False))
    assert f"remote:{engine}/faraway" not in {entry["id"] for entry in api.get("/v1/models").json()["data"]}
    answer = api.post("/v1/chat/completions", json=chat(f"remote:{engine}/faraway"))
    assert (answer.status_code, answer.json()["error"]["code"]) == (404, "model_not_found")


def test_leaving_stops_it_and_is_counted(api: httpx.Client, owner: Owner, other: TcpEngine) -> None:
    engine = owner.adds(Settings("Slow", other.url, other.token, price_out=1.0))
    far = httpx.Client(base_url=other.url, headers={"Authorization": f"Bearer {other.token}"})

    def in_flight() -> int:
        return sum(child["in_flight"] for child in far.get("/health").json()["children"])

    asked = chat(f"remote:{engine}/tortoise", max_tokens=2000, ignore_eos=True)
    with api.stream("POST", "/v1/chat/completions", json={**asked, "stream": True}) as answer:
        pieces = answer.iter_text()
        for _ in range(8):
            next(pieces)
        assert in_flight() == 1
    eventually(lambda: in_flight() == 0, 5)
    eventually(lambda: owner.item(engine).spent)
    [spent] = owner.item(engine).spent
    assert spent.estimated and spent.tokens_written >= 4 and spent.amount > 0
    with pytest.raises(httpx.ReadTimeout):
        api.post("/v1/chat/completions", json=asked, timeout=1.0)
    eventually(lambda: in_flight() == 0, 5)
    eventually(lambda: owner.item(engine).spent[0].answers == 2)
    far.close()


def test_another_localmind_passes_nothing_on(
    api: httpx.Client, owner: Owner, product: Product, key: str, station: str
) -> None:
    engine = owner.adds(Settings("Itself", product.base, key))
    probe = owner.item(engine).probe
    assert probe is not None and probe.kind == "LocalMind" and probe.streaming
    names = {model.id for model in probe.models}
    assert "fast" in names and not [name for name in names if name.startswith("remote:")]
    body = api.post("/v1/chat/completions", json=chat(f"remote:{engine}/fast")).json()
    assert body["model"] == f"remote:{engine}/fast" and body["choices"][0]["message"]["content"]
    owner.does(lambda remotes: remotes.remove(OWNER, engine))


def test_a_batch_refuses_them_line_by_line(api: httpx.Client, station: str) -> None:
    body = {"model": f"remote:{station}/faraway", "messages": MESSAGES}
    line = {"custom_id": "a", "method": "POST", "url": "/v1/chat/completions", "body": body}
    file = api.post("/v1/files", data={"purpose": "batch"}, files={"file": ("a", json.dumps(line).encode())}).json()
    asked = {"endpoint": "/v1/chat/completions", "input_file_id": file["id"], "completion_window": "24h"}
    batch = api.post("/v1/batches", json=asked).json()["id"]
    ended = eventually(lambda: (got := api.get(f"/v1/batches/{batch}").json())["status"] == "completed" and got, 60)
    result = json.loads(api.get(f"/v1/files/{ended['error_file_id']}/content").text)
    assert result["response"]["status_code"] == 400 and "belongs to a remote engine" in result["error"]["message"]


def test_they_are_listed_while_the_local_engine_is_away(product: Product, api: httpx.Client, station: str) -> None:
    product.kill("engine")  # it is restarted; whichever answer comes first is whole
    answer = api.get("/v1/models")
    assert answer.status_code == 200
    assert f"remote:{station}/faraway" in {entry["id"] for entry in answer.json()["data"]}
    eventually(lambda: "starter" in {entry["id"] for entry in api.get("/v1/models").json()["data"]})


def test_the_key_of_the_engine_is_not_in_any_answer(api: httpx.Client, station: str, other: TcpEngine) -> None:
    seen = [api.get("/v1/models").text, api.post("/v1/chat/completions", json=chat(f"remote:{station}/x")).text]
    assert not [text for text in seen if other.token in text]
