import socket

import pytest

from localmind_app.bootstrap import doctor
from localmind_app.bootstrap.doctor import examine, lacking_packages, report
from localmind_app.bootstrap.place import Place
from localmind_app.core.dependencies import COMPILER, DEPENDENCIES
from localmind_app.core.home import Home
from localmind_app.core.lock import InstanceLock


@pytest.fixture
def place(tmp_path):
    (tmp_path / "program").mkdir()
    (tmp_path / "program" / "requirements.txt").write_text("huey==3.5.4  # jobs\nllama-cpp-python==0.3.36\n")
    return Place(tmp_path / "program")


@pytest.fixture
def home(tmp_path):
    return Home(tmp_path / "home")


def found(place, home):
    return {finding.name.strip(): finding for finding in examine(place, home)}


def test_it_says_everything_in_the_words_of_the_table(place, home, monkeypatch):
    monkeypatch.setattr("shutil.which", lambda name: None)
    findings = found(place, home)
    assert {dependency.name for dependency in DEPENDENCIES} <= set(findings)
    assert findings[COMPILER.name].verdict == "bad"
    assert findings[COMPILER.name].text == COMPILER.missing
    assert findings["Chromium"].verdict in ("note", "good")


def test_it_changes_nothing(place, home, capsys, monkeypatch):
    monkeypatch.setattr(doctor, "default_home", lambda: home.root)
    report(place)
    assert not home.root.exists()
    assert not place.venv.exists()
    assert "Not made. It is set up by" in capsys.readouterr().out


def test_missing_essentials_are_status_one(place, home, monkeypatch, capsys):
    monkeypatch.setattr(doctor, "default_home", lambda: home.root)
    monkeypatch.setattr(doctor, "free_bytes", lambda folder: 10**8)
    assert report(place) == 1
    assert "GB are needed" in capsys.readouterr().out


def test_packages_are_compared_with_their_pins(place):
    assert lacking_packages(place) == ["huey 3.5.4", "llama-cpp-python 0.3.36"]
    site = place.venv / "lib" / "python3.11" / "site-packages"
    (site / "huey-3.5.4.dist-info").mkdir(parents=True)
    (site / "llama_cpp_python-0.3.35.dist-info").mkdir()
    assert lacking_packages(place) == ["llama-cpp-python 0.3.36"]
    (site / "llama_cpp_python-0.3.36.dist-info").mkdir()
    assert lacking_packages(place) == []


def test_an_open_data_folder_is_noticed(place, home):
    Home.open(home.root)
    assert found(place, home)["Data folder"].verdict == "good"
    home.root.chmod(0o755)
    assert "chmod 700" in found(place, home)["Data folder"].text


def test_models_are_counted(place, home):
    assert found(place, home)["Models"].verdict == "note"
    Home.open(home.root)
    (home.models / "small.gguf").write_text("")
    assert found(place, home)["Models"].text == "1: small.gguf"


def test_the_running_instance_and_its_port_are_named(place, home, monkeypatch):
    Home.open(home.root)
    lock = InstanceLock.take(home)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        monkeypatch.setattr(doctor, "DEFAULT_PORT", listener.getsockname()[1])
        assert "Another program" in found(place, home)[f"Port {doctor.DEFAULT_PORT}"].text
        lock.publish(doctor.DEFAULT_PORT)
        findings = found(place, home)
        assert findings["Running"].text.endswith(f"http://127.0.0.1:{doctor.DEFAULT_PORT}")
        assert findings[f"Port {doctor.DEFAULT_PORT}"].text == "LocalMind's own"
    lock.release()
