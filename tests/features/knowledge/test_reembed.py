"""Another embedder in the background, while the old one's vectors serve."""

from __future__ import annotations

import shutil
from collections.abc import Iterator

import pytest
from sqlalchemy import select

from localmind_app.core.errors import Invalid, ModelMissing, NotFound
from localmind_app.engine.embed import minilm
from localmind_app.features.knowledge.embedder import DEFAULT
from localmind_app.features.knowledge.reembed import Reembedding
from localmind_app.features.knowledge.tables import CollectionRow, VectorRow
from tests.features.conftest import RunningEngine
from tests.features.knowledge.conftest import Library, VectorProcess

pytestmark = pytest.mark.anyio
COFFEE, TANK = "The espresso machine is descaled with citric acid.", "Fish need a tank of sixty litres."


@pytest.fixture
def second(reading_engine: RunningEngine) -> Iterator[str]:
    """The built-in model once more, as a file of the models folder."""
    path = minilm.gguf_path(reading_engine.home)
    if not path.is_file():
        minilm.convert(path)
    copy = reading_engine.home.models / "second.gguf"
    shutil.copy(path, copy)
    yield "second"
    copy.unlink()


async def test_the_new_vectors_serve_once_all_are_there(library: Library, vectors: VectorProcess, second: str) -> None:
    collection = library.collection()
    await library.add(collection, "coffee", COFFEE)
    await library.add(collection, "tank", TANK)
    steps: list[float] = []
    change = Reembedding(library.database, library.search.vectors, library.engine)
    await change.run(collection, second, steps.append)
    assert steps[-1] == 1.0
    with library.database.session() as session:
        row = session.query(CollectionRow).one()
        assert (row.embedder, row.next_embedder) == (second, None)
        assert set(session.scalars(select(VectorRow.embedder))) == {second}
    found = await library.search.search(library.user_id, "cleaning an espresso machine", [collection])
    assert (found.hits[0].document_name, found.notes) == ("coffee", ())
    assert list((await library.search.vectors.health())["counts"].values()) == [2]


async def test_a_change_that_fails_leaves_the_old_one_serving_and_can_go_on(
    library: Library, vectors: VectorProcess, second: str
) -> None:
    collection = library.collection()
    await library.add(collection, "coffee", COFFEE)
    change = Reembedding(library.database, library.search.vectors, library.engine)
    with pytest.raises(ModelMissing):
        await change.run(collection, "no-such-model")
    assert await library.names(collection, "espresso") == ["coffee"]
    with pytest.raises(Invalid):
        await change.run(collection, second)
    with library.database.session() as session:
        session.query(CollectionRow).update({"next_embedder": None})
    await library.add(collection, "tank", TANK)
    await change.run(collection, second)
    assert (await library.names(collection, "fish"))[0] == "tank"


async def test_no_collection(library: Library) -> None:
    with pytest.raises(NotFound):
        await Reembedding(library.database, library.search.vectors, library.engine).run("none", DEFAULT)
