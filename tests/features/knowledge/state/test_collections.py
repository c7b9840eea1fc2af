"""What the page makes of collections as the service gives them."""

from __future__ import annotations

from localmind_app.core.errors import NotFound
from localmind_app.features.knowledge.state.collections import _item, address
from localmind_app.features.knowledge.views import CollectionView, FolderView

USUAL = {"queued": 2, "embedding": 1, "ready": 4, "failed": 3, "cancelled": 1}


def collection(folder: FolderView | None = None) -> CollectionView:
    return CollectionView(
        id="c", name="Papers", description="", kind="collection", chat_id=None, documents=11, searchable=4,
        states=USUAL, size=99, chunks=7, pages=0, paused=True, folder=folder, created_at=1, updated_at=2,
    )  # fmt: skip


def test_the_address_carries_collection_and_question() -> None:
    assert address() == "/knowledge"
    assert address("c1") == "/knowledge?collection=c1"
    assert address("", "a&b=c #1") == "/knowledge?q=a%26b%3Dc+%231"
    assert address("c1", "why?") == "/knowledge?collection=c1&q=why%3F"


def test_what_goes_on_is_counted() -> None:
    item = _item(collection())
    assert (item.documents, item.working, item.failed, item.size, item.changed) == (11, 3, 3, 99, 2)
    assert item.paused and item.folder.path == ""


def test_a_folder_tells_its_error_as_a_template() -> None:
    error = NotFound("There is no collection {collection}.", collection="x").body()
    folder = _item(collection(FolderView("/x", "missing", error, 2, None))).folder
    assert (folder.path, folder.state, folder.left_out) == ("/x", "missing", 2)
    assert (folder.error, folder.params) == ("There is no collection {collection}.", {"collection": "x"})
