"""The environment and its packages: real virtual environments, and a real pip with an index that is a folder."""

import subprocess
import zipfile

import pytest

from localmind_app.bootstrap import packages
from localmind_app.bootstrap.packages import advice, check_machine, environment, requirements
from localmind_app.bootstrap.place import Place
from localmind_app.core import dependencies
from localmind_app.core.dependencies import COMPILER, VENV
from localmind_app.core.errors import StartError


@pytest.fixture
def place(tmp_path):
    return Place(tmp_path / "program")


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """One real environment, made where an earlier setup broke off: half the files, and a Python that is gone."""
    place = Place(tmp_path_factory.mktemp("program"))
    place.python.parent.mkdir(parents=True)
    place.python.symlink_to("/nowhere/python3.11")
    (place.venv / "half").mkdir()
    (place.venv / "half" / "file").write_text("")
    step = environment(place)
    assert not step.done(place)
    step.perform(place)
    return place


@pytest.fixture
def index(tmp_path, monkeypatch):
    """A package index without a network, with one package in it."""
    wheel = tmp_path / "wheels" / "smallest-1.0-py3-none-any.whl"
    wheel.parent.mkdir()
    with zipfile.ZipFile(wheel, "w") as file:
        file.writestr("smallest.py", "answer = 42\n")
        file.writestr("smallest-1.0.dist-info/METADATA", "Metadata-Version: 2.1\nName: smallest\nVersion: 1.0\n")
        file.writestr("smallest-1.0.dist-info/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        file.writestr("smallest-1.0.dist-info/RECORD", "")
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(wheel.parent))


def test_no_compiler_is_one_sentence(place, monkeypatch):
    monkeypatch.setattr(dependencies.shutil, "which", lambda name: None)
    with pytest.raises(StartError) as refused:
        check_machine(place)
    assert str(refused.value) == COMPILER.missing
    assert "builds llama.cpp" in COMPILER.missing


def test_a_full_disk_is_said_before_anything_is_written(place, monkeypatch):
    monkeypatch.setattr(packages, "free_bytes", lambda folder: 300 * 1024**2)
    with pytest.raises(StartError) as refused:
        check_machine(place)
    assert "0.3 GB of free disk; LocalMind's packages need 4 GB" in str(refused.value)
    assert "your data needs 1 GB" in str(refused.value)
    assert not place.root.exists()


def test_a_python_without_venv_gets_the_name_of_the_package(place, monkeypatch):
    monkeypatch.setattr(dependencies.importlib.util, "find_spec", lambda name: None)
    place.keep.mkdir(parents=True)
    with pytest.raises(StartError, match="python3-venv"):
        environment(place).perform(place)
    assert "python3-venv" in VENV.missing


def test_an_environment_that_broke_halfway_is_made_anew(made):
    assert environment(made).done(made)
    assert not (made.venv / "half").exists()
    assert subprocess.run([made.python, "-m", "pip", "--version"], check=True, capture_output=True)


def test_an_environment_that_works_is_kept(made):
    (made.venv / "mine").write_text("")
    made.stamp("venv").unlink()
    environment(made).perform(made)
    assert (made.venv / "mine").exists()


def test_a_requirements_file_is_installed_once_and_again_when_it_changes(made, index):
    file = made.root / "requirements.txt"
    file.write_text("smallest==1.0\n")
    step = requirements(made, "requirements", "Installing packages")
    assert not step.done(made)
    step.perform(made)
    assert step.done(made)
    assert not (made.keep / "tmp").exists()
    subprocess.run([made.python, "-c", "import smallest"], check=True)
    file.write_text("smallest>=1.0\n")
    assert not requirements(made, "requirements", "Installing packages").done(made)


def test_a_package_that_is_not_there_says_what_to_do(made, index):
    (made.root / "requirements-dev.txt").write_text("nowhere-to-be-found==9\n")
    step = requirements(made, "requirements-dev", "Installing")
    with pytest.raises(StartError) as failed:
        step.perform(made)
    text = str(failed.value)
    assert "The packages of requirements-dev.txt could not be installed. The package index does not offer" in text
    assert "nowhere-to-be-found" in text
    assert str(made.log("requirements-dev")) in text
    assert not step.done(made)


@pytest.mark.parametrize(
    ("log", "told"),
    [
        ("OSError: [Errno 28] No space left on device", "disk is full"),
        ("NewConnectionError('failed to resolve')", "could not be reached"),
        ("CMake Error at CMakeLists.txt:3 (project)", "did not compile"),
        ("something else", ""),
    ],
)
def test_known_failures_have_advice(log, told):
    assert told in advice(log)
    assert bool(advice(log)) == bool(told)


def test_progress_names_what_is_compiled():
    class Heard:
        def now(self, detail):
            self.detail = detail

    heard = Heard()
    packages._hear("Collecting reflex==0.10.1 (from -r requirements.txt)", heard)
    assert heard.detail == "fetching reflex"
    packages._hear("Building wheel for llama-cpp-python (pyproject.toml): started", heard)
    assert "compiling llama-cpp-python" in heard.detail
