import shutil

import pytest

from localmind_app.core import dependencies
from localmind_app.core.dependencies import CHROMIUM, COMPILER, DEPENDENCIES, PYTHON, VENV, missing, on_path


def test_each_is_declared_once_with_all_its_words():
    assert len({dependency.name for dependency in DEPENDENCIES}) == len(DEPENDENCIES)
    for dependency in DEPENDENCIES:
        assert dependency.missing.startswith(f"{dependency.name} is missing; it {dependency.purpose}.")
        assert dependency.get in dependency.missing


def test_this_python_is_found():
    assert PYTHON.find()
    assert VENV.find()


def test_an_old_python_is_missing(monkeypatch):
    monkeypatch.setattr(dependencies.sys, "version_info", (3, 9, 1))
    assert PYTHON.find() is None


def test_a_compiler_needs_both_languages(monkeypatch):
    monkeypatch.setattr(shutil, "which", lambda name: "/usr/bin/cc" if name == "cc" else None)
    assert COMPILER.find() is None
    monkeypatch.setattr(shutil, "which", lambda name: f"/usr/bin/{name}" if name in ("cc", "c++") else None)
    assert COMPILER.find() == "/usr/bin/cc"


def test_missing_lists_only_what_is_asked_for(monkeypatch):
    monkeypatch.setattr(shutil, "which", lambda name: None)
    assert COMPILER in missing("start")
    assert CHROMIUM not in missing("start")


def test_a_probe_looks_on_the_path_and_in_known_places(tmp_path):
    place = tmp_path / "Chromium"
    assert on_path("no-such-command", also=[str(place)])() is None
    place.write_text("")
    assert on_path("no-such-command", also=[str(place)])() == str(place)


@pytest.mark.parametrize(
    ("platform", "word"), [("linux", "apt install"), ("darwin", "Chrome"), ("win32", "Google Chrome")]
)
def test_how_to_get_it_fits_the_system(monkeypatch, platform, word):
    monkeypatch.setattr(dependencies.sys, "platform", platform)
    assert word in dependencies._how_to_get("apt install chromium", "Install Chrome.", "Install Google Chrome.")
