import os
import shutil
import stat

import pytest

from localmind_app.bootstrap import tools
from localmind_app.bootstrap.place import Place
from localmind_app.bootstrap.tools import install_test_tools
from localmind_app.core.dependencies import Dependency


@pytest.fixture
def browser(tmp_path, monkeypatch):
    """A tool that is missing until something puts it into a folder."""
    there = tmp_path / "chromium"
    tool = Dependency(
        "Chromium", "is the browser the tests drive", "Get it with: apt install chromium", "tests",
        lambda: str(there) if there.exists() else None, ("chromium",),
    )  # fmt: skip
    monkeypatch.setattr(tools, "missing", lambda *needs: [] if tool.find() else [tool])
    return there


def fake_apt(tmp_path, monkeypatch, body):
    apt = tmp_path / "bin" / "apt-get"
    apt.parent.mkdir()
    apt.write_text(f"#!/bin/sh\n{body}\n")
    apt.chmod(apt.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setenv("PATH", f"{apt.parent}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.setattr(os, "geteuid", lambda: 0)


def test_what_is_there_is_left_alone(tmp_path, browser, monkeypatch):
    browser.write_text("")
    fake_apt(tmp_path, monkeypatch, "exit 1")
    assert install_test_tools(Place(tmp_path)) == []


def test_root_on_debian_gets_it_from_apt(tmp_path, browser, monkeypatch):
    fake_apt(tmp_path, monkeypatch, f'echo "$@" >> {tmp_path}/calls; [ "$2" = install ] && touch {browser}; exit 0')
    assert install_test_tools(Place(tmp_path)) == []
    assert (tmp_path / "calls").read_text() == "-q update\n-q install -y --no-install-recommends chromium\n"


def test_a_failing_apt_is_said_and_the_tool_named(tmp_path, browser, monkeypatch):
    fake_apt(tmp_path, monkeypatch, "echo no network; exit 100")
    said = install_test_tools(Place(tmp_path))
    assert "apt-get update failed" in said[0]
    assert said[1].startswith("Chromium is missing; it is the browser the tests drive.")


def test_without_apt_it_is_a_sentence(tmp_path, browser, monkeypatch):
    monkeypatch.setattr(shutil, "which", lambda name: None)
    assert install_test_tools(Place(tmp_path)) == [
        "Chromium is missing; it is the browser the tests drive. Get it with: apt install chromium"
    ]
