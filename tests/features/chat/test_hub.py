import pytest

from localmind_app.features.chat.hub import LONGEST_QUEUE, Hub
from localmind_app.features.chat.views import Event

pytestmark = pytest.mark.anyio


async def test_watchers_get_what_is_published_while_they_watch() -> None:
    hub = Hub()
    hub.publish("chat", [Event("text", "before", 1)])
    with hub.watch("chat") as one, hub.watch("chat") as two, hub.watch("other") as other:
        hub.publish("chat", [Event("text", "now", 2)])
        assert one.get_nowait() == two.get_nowait() == Event("text", "now", 2)
        assert other.empty()
    hub.publish("chat", [Event("text", "after", 3)])
    assert one.empty()


async def test_a_watcher_that_does_not_read_is_cut_off() -> None:
    hub = Hub()
    with hub.watch("chat") as queue:
        hub.publish("chat", [Event("text", "x", n) for n in range(LONGEST_QUEUE + 50)])
        assert queue.qsize() == LONGEST_QUEUE + 1
        while not queue.empty():
            last = queue.get_nowait()
        assert last.kind == "reset"
