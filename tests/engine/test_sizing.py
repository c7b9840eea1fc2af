"""Predicted memory against what a real child holds: twelve shapes, and what a dry run does with bad files."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import psutil
import pytest

from localmind_app.core.home import Home
from localmind_app.engine import memory
from localmind_app.engine.catalog import Catalog, Model
from localmind_app.engine.child import Child
from localmind_app.engine.embed import minilm
from localmind_app.engine.generation import Generation
from localmind_app.engine.size_book import SizeBook
from localmind_app.engine.sizing import Way, dry_run
from tests.bench.engine.shapes import ModelShape, quantise, write_plain
from tests.models_factory import words, write_random_llama

pytestmark = pytest.mark.anyio
PROMPT = 300  # tokens: more than one whole batch
WITHIN = 0.10

# layers, width, feed forward, heads, KV heads, vocabulary
TINY = ModelShape("tiny", 4, 256, 768, 8, 4, 3072)
WIDE = ModelShape("wide", 2, 1024, 2816, 16, 16, 4000)
DEEP = ModelShape("deep", 24, 256, 1024, 4, 1, 4096)
GROUPED = ModelShape("grouped", 10, 512, 1536, 8, 2, 8000)
WORDY = ModelShape("wordy", 3, 512, 1024, 8, 8, 24_000)
SHAPES = [  # shape, type, context, slots
    (TINY, "f16", 512, 1),
    (TINY, "f16", 2048, 4),
    (TINY, "q4_k_m", 4096, 2),
    (WIDE, "q8_0", 2048, 1),
    (WIDE, "q4_0", 1024, 16),
    (WIDE, "q4_k_m", 8192, 1),
    (DEEP, "q4_k_m", 4096, 4),
    (DEEP, "q8_0", 8192, 1),
    (GROUPED, "q4_k_m", 8192, 2),
    (GROUPED, "q8_0", 1024, 4),
    (WORDY, "q8_0", 4096, 2),
    (WORDY, "q4_0", 512, 8),
]


@pytest.fixture(scope="module")
def shape_files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The files of all shapes, one for each type."""
    folder = tmp_path_factory.mktemp("shapes")
    for shape, kind, _, _ in SHAPES:
        plain, path = folder / f"{shape.name}-f16.gguf", folder / f"{shape.name}-{kind}.gguf"
        if not plain.exists():
            write_plain(shape, plain)
        if not path.exists():
            quantise(plain, path, kind)
    return folder


@asynccontextmanager
async def loaded(path: Path, n_ctx: int, slots: int, kind: str = "text", **more: object) -> AsyncIterator[Child]:
    """A child with that file, as the host starts it."""
    load = {"path": str(path), "name": path.name, "n_ctx": n_ctx, "slots": slots, "threads": 2, "built_in": False,
            **more}  # fmt: skip
    child = await Child.start("m", f"localmind_app.engine.{kind}.worker", load, lambda _: None)
    try:
        await child.ready()
        yield child
    finally:
        await child.close()


async def answer(child: Child, number: int, length: int) -> None:
    """One request with a prompt of `length` tokens; every one begins differently, so nothing is shared."""
    prompt = (" ".join(words(400)[number:]) * 9)[:length]  # one character is about one token
    request = Generation(prompt=prompt, max_tokens=3, ignore_eos=True)
    async for _ in child.run("generate", request.to_wire()):
        pass


@pytest.mark.parametrize(("shape", "kind", "n_ctx", "slots"), SHAPES, ids=lambda one: getattr(one, "name", str(one)))
async def test_predicted_within_a_tenth_of_measured(
    shape_files: Path, shape: ModelShape, kind: str, n_ctx: int, slots: int
) -> None:
    path = shape_files / f"{shape.name}-{kind}.gguf"
    model = Model("m", "chat", "M", path, path.stat().st_size)
    sizes = await dry_run(model, [Way(n_ctx, slots)])
    assert sizes is not None
    assert len(sizes.layers) == shape.layers + 1
    predicted = memory.plan(model, n_ctx, slots, sizes).bytes
    # Without flash attention, which narrow heads do without, buffers grow with what a conversation already holds.
    length = n_ctx - 16 if shape.width // shape.heads < 64 else PROMPT
    async with loaded(path, n_ctx, slots) as child:
        await asyncio.gather(*(answer(child, number, length) for number in range(slots)))
        measured = child.memory()
    print(f"{path.name} {n_ctx} x {slots}: predicted {predicted / 2**20:.0f}, measured {measured / 2**20:.0f} MiB")
    assert abs(predicted / measured - 1) < WITHIN


@pytest.mark.parametrize(
    ("shape", "kind", "n_ctx", "slots"), [(WIDE, "q8_0", 8192, 1), (WIDE, "q4_0", 4096, 4), (WORDY, "q8_0", 8192, 2)]
)
async def test_half_as_large_cells_are_predicted_too(
    shape_files: Path, shape: ModelShape, kind: str, n_ctx: int, slots: int
) -> None:
    path = shape_files / f"{shape.name}-{kind}.gguf"
    model = Model("m", "chat", "M", path, path.stat().st_size)
    sizes = await dry_run(model, [Way(n_ctx, slots), Way(n_ctx, slots, "q8_0")])
    assert sizes is not None
    cells = 4 * shape.layers * n_ctx * slots * shape.width // shape.heads * shape.kv_heads
    saved = sizes.ways[Way(n_ctx, slots)] - sizes.ways[Way(n_ctx, slots, "q8_0")]
    assert saved == pytest.approx(cells * 30 / 64, rel=0.05)
    predicted = memory.plan(model, n_ctx, slots, sizes, kv="q8_0").bytes
    async with loaded(path, n_ctx, slots, kv="q8_0") as child:
        assert child.info["kv"] == "q8_0"
        await asyncio.gather(*(answer(child, number, 2 * PROMPT) for number in range(slots)))
        measured = child.memory()
    print(f"{path.name} {n_ctx} x {slots}: predicted {predicted / 2**20:.0f}, measured {measured / 2**20:.0f} MiB")
    assert abs(predicted / measured - 1) < WITHIN


@pytest.mark.parametrize("head", [32, 64, 80, 96, 128])
async def test_the_header_foretells_half_cells_as_llama_cpp_tells_them(home: Home, head: int) -> None:
    write_random_llama(home.models / "m.gguf", dim=2 * head, head=head, context=512)
    model = Catalog(home).find("m")
    sizes = await dry_run(model, [Way(512), Way(512, 1, "q8_0")])
    assert sizes is not None and sizes.ways[Way(512)] > 0
    assert memory.likely_types(model) == memory.types(512, sizes)


async def test_narrow_heads_have_no_half_cells(shape_files: Path) -> None:
    path = shape_files / f"{TINY.name}-q4_k_m.gguf"  # 32 wide: without flash attention
    sizes = await dry_run(Model("m", "chat", "M", path, path.stat().st_size), [Way(512), Way(512, 1, "q8_0")])
    assert sizes is not None
    assert sizes.ways[Way(512)] > 0
    assert sizes.ways[Way(512, 1, "q8_0")] == 0


async def test_a_draft_beside_it_is_predicted(shape_files: Path, tmp_path: Path) -> None:
    path = shape_files / f"{WORDY.name}-q8_0.gguf"
    guesser = shape_files / f"{WORDY.name}-q4_0.gguf"
    draft = Model("d", "chat", "D", guesser, guesser.stat().st_size, stamp=(2, 2))
    model = Model("m", "chat", "M", path, path.stat().st_size, context_train=4096, stamp=(1, 2), draft=draft)
    sizes = await SizeBook(tmp_path / "sizes.json").sizes(model)
    assert sizes is not None and sizes.draft is not None
    again = await SizeBook(tmp_path / "sizes.json").sizes(model)
    assert again == sizes
    predicted = memory.plan(model, 4096, 1, sizes, draft=True)
    assert predicted.draft
    async with loaded(path, 4096, 1, draft=str(guesser)) as child:
        assert child.info["draft"] is True, child.info["draft_problem"]
        await answer(child, 0, 2 * PROMPT)
        request = Generation(prompt="ba be bi " * 100, max_tokens=40, ignore_eos=True)
        async for _ in child.run("generate", request.to_wire()):
            pass
        measured = child.memory()
    print(f"with a draft: predicted {predicted.bytes / 2**20:.0f}, measured {measured / 2**20:.0f} MiB")
    assert abs(predicted.bytes / measured - 1) < WITHIN


async def test_the_embedding_model_too(home: Home) -> None:
    model = next(one for one in Catalog(home).models() if one.id == minilm.ID)
    if model.problem:
        pytest.skip(model.problem)
    await asyncio.to_thread(minilm.convert, model.path)
    sizes = await dry_run(model, memory.ways(model))
    predicted = memory.plan(model, memory.wanted_context(model), 1, sizes).bytes
    async with loaded(model.path, memory.wanted_context(model), 1, "embed") as child:
        async for _ in child.run("embed", {"texts": ["many small words " * 100] * 16}):
            pass
        measured = child.memory()
    print(f"predicted {predicted / 2**20:.0f}, measured {measured / 2**20:.0f} MiB")
    assert abs(predicted / measured - 1) < WITHIN


async def test_a_dry_run_of_no_model_is_none_and_leaves_no_process(tmp_path: Path) -> None:
    before = psutil.Process().children()
    path = tmp_path / "text.gguf"
    path.write_text("Dear diary")
    assert await dry_run(Model("m", "chat", "M", path, 10), [Way(512)]) is None
    assert await dry_run(Model("m", "chat", "M", tmp_path / "none.gguf", 10), [Way(512)]) is None
    assert psutil.Process().children() == before
