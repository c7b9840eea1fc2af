import os
import stat
from pathlib import Path

import pytest

from localmind_app.core.errors import StartError
from localmind_app.core.home import Home, default_home


def test_the_variable_moves_the_data_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("LOCALMIND_HOME", str(tmp_path / "elsewhere"))
    assert default_home() == tmp_path / "elsewhere"


def test_folders_are_the_owners_alone(tmp_path: Path) -> None:
    home = Home.open(tmp_path / "home")
    for folder in (home.root, home.secrets, home.run):
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_a_folder_that_cannot_be_made_is_a_plain_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(StartError, match="cannot be written"):
        Home.open(tmp_path / "file" / "home")


def test_the_socket_path_fits_into_a_socket_address(tmp_path: Path) -> None:
    deep = Home.open(tmp_path / ("d" * 80) / ("e" * 80))
    assert len(os.fsencode(deep.engine_socket)) < 104
    assert deep.engine_socket != Home.open(tmp_path / ("d" * 80) / ("f" * 80)).engine_socket
