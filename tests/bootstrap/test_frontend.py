import pytest

from localmind_app.bootstrap.frontend import BUILT, frontend, sources
from localmind_app.bootstrap.place import Place

SEEN = (
    "rxconfig.py",
    "requirements.txt",
    "assets/icon.svg",
    "localmind_app/localmind_app.py",
    "localmind_app/ui/theme/tokens.css",
    "localmind_app/features/chat/page.py",
    "localmind_app/features/chat/state.py",
    "localmind_app/features/chat/components/row.py",
    "localmind_app/features/chat/days.py",
)
UNSEEN = (
    "localmind_app/engine/server.py",
    "localmind_app/web/server.py",
    "localmind_app/ui/__pycache__/shell.pyc",
    "localmind_app/core/state_machine.py",
    "models/readme.md",
)


@pytest.fixture
def place(tmp_path):
    for name in (*SEEN, *UNSEEN, "reflex.lock/package-lock.json"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(name)
    return Place(tmp_path)


def test_the_sources_are_what_pages_are_made_of(place):
    assert {path.relative_to(place.root).as_posix() for path in sources(place.root)} == set(SEEN)


@pytest.mark.parametrize("name", [*SEEN, "reflex.lock/package-lock.json"])
def test_a_changed_source_builds_again(place, name):
    before = frontend(place).inputs
    (place.root / name).write_text("changed")
    assert frontend(place).inputs != before


@pytest.mark.parametrize("name", UNSEEN)
def test_other_files_do_not(place, name):
    before = frontend(place).inputs
    (place.root / name).write_text("changed")
    assert frontend(place).inputs == before


def test_a_removed_build_is_built_again(place):
    step = frontend(place)
    place.keep.mkdir(parents=True)
    place.stamp("frontend").write_text(step.inputs)
    assert not step.done(place)
    (place.root / BUILT).parent.mkdir(parents=True)
    (place.root / BUILT).write_text("<html>")
    assert step.done(place)


def test_a_lockfile_the_build_completes_does_not_build_again(place):
    step = frontend(place)
    (place.root / "reflex.lock" / "package-lock.json").write_text("completed")
    assert step.settled() == frontend(place).inputs
    (place.root / "rxconfig.py").write_text("changed while it was building")
    assert step.settled() != frontend(place).inputs
