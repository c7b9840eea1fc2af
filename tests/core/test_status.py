import pytest

from localmind_app.core import status
from localmind_app.core.home import Home


@pytest.fixture
def home(tmp_path):
    return Home.open(tmp_path / "home")


def test_what_was_written_is_read_back(home):
    entry = {"pid": 1, "since": 2.0, "restarts": 3, "state": "running", "last_exit": None}
    status.write(home, {"web": entry})
    assert status.read(home) == {"web": entry}
    assert [path.name for path in home.run.iterdir()] == ["status.json"]


def test_nothing_was_ever_started(home):
    assert status.read(home) == {}
