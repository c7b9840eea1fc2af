import ast
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from localmind_app.bootstrap import run
from localmind_app.bootstrap.commands import COMMANDS
from localmind_app.bootstrap.place import Place
from localmind_app.bootstrap.steps import Step
from localmind_app.core.lock import FileLock

ROOT = Path(__file__).parents[2]
BARE = [sys.executable, "-I", "-S", "-c"]


def bare(code, **more):
    """Run code on this Python as if nothing had ever been installed for it."""
    prelude = f"import sys; sys.path.insert(0, {str(ROOT)!r})\n"
    return subprocess.run([*BARE, prelude + code], capture_output=True, text=True, check=False, timeout=30, **more)


@pytest.fixture
def steps(monkeypatch):
    """Two steps that only write down that they ran."""
    done = []

    def fake(place, command):
        return [
            Step(name, f"Doing {name}", "1", lambda progress, name=name: done.append(name))
            for name in ("venv", "frontend")
        ]

    monkeypatch.setattr(run, "_steps", fake)
    monkeypatch.setattr(run, "check_machine", lambda place: None)
    return done


def test_it_imports_nothing_but_the_standard_library():
    listed = bare(
        "import localmind_app.bootstrap.run\n"
        "own = set(sys.stdlib_module_names) | {'localmind_app', '__main__'}\n"
        "print(sorted({name.split('.')[0] for name in sys.modules} - own))\n"
    )
    assert listed.stdout == "[]\n", listed.stderr


def test_the_entry_parses_on_pythons_that_are_too_old():
    for name in ("__main__.py", "__init__.py"):
        ast.parse((ROOT / "localmind_app" / name).read_text(), feature_version=(3, 8))


def test_an_old_python_gets_a_sentence():
    code = (
        "import runpy\n"
        "sys.version_info = (3, 9, 2)\n"
        f"runpy.run_path({str(ROOT / 'localmind_app' / '__main__.py')!r}, run_name='__main__')\n"
    )
    ended = bare(code)
    assert ended.returncode == 1
    assert "LocalMind needs Python 3.11 or newer; this is Python 3.9" in ended.stderr
    assert "Traceback" not in ended.stderr


@pytest.mark.parametrize("arguments", [[], ["--help"], ["up", "--help"]])
def test_help_installs_nothing(arguments):
    ended = bare(f"from localmind_app.bootstrap.run import main; sys.exit(main({arguments!r}))")
    assert ended.returncode == 0
    assert all(command.usage in ended.stdout for command in COMMANDS.values())


def test_an_unknown_command_is_named():
    ended = bare("from localmind_app.bootstrap.run import main; sys.exit(main(['upp']))")
    assert ended.returncode == 2
    assert "There is no command 'upp'" in ended.stderr


def test_steps_run_in_order_and_only_once(tmp_path, steps):
    place = Place(tmp_path)
    run.set_up(place, COMMANDS["up"])
    run.set_up(place, COMMANDS["up"])
    assert steps == ["venv", "frontend"]


def test_a_second_setup_waits_for_the_first(tmp_path, steps, capsys):
    place = Place(tmp_path)
    place.keep.mkdir(parents=True)
    hold = (
        f"import time; from pathlib import Path; from localmind_app.core.lock import FileLock\n"
        f"lock = FileLock(Path({str(place.lock)!r})); lock.acquire(); lock.write('4711')\n"
        "print('held', flush=True); time.sleep(0.7)\n"
    )
    with subprocess.Popen([sys.executable, "-c", hold], stdout=subprocess.PIPE, text=True, cwd=ROOT) as other:
        assert other.stdout.readline() == "held\n"
        began = time.monotonic()
        run.set_up(place, COMMANDS["up"])
        assert time.monotonic() - began > 0.4
    assert "Another setup is at work here (process 4711); waiting" in capsys.readouterr().out
    assert steps == ["venv", "frontend"]
    assert FileLock(place.lock).acquire()


def test_an_interrupted_step_is_done_by_the_next_run(tmp_path, steps, monkeypatch):
    place = Place(tmp_path)

    def interrupt(self, place):
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(Step, "perform", interrupt)
        with pytest.raises(KeyboardInterrupt):
            run.set_up(place, COMMANDS["up"])
    run.set_up(place, COMMANDS["up"])
    assert steps == ["venv", "frontend"]


def test_the_command_line_takes_over_this_process(tmp_path, monkeypatch):
    seen = {}
    monkeypatch.setattr(os, "execv", lambda path, command: seen.update(path=path, command=command))
    monkeypatch.setattr(subprocess, "run", lambda command, check: pytest.fail("only on Windows"))
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("LOCALMIND_HOME", "data")
    (tmp_path / "program").mkdir()
    place = Place(tmp_path / "program")
    run.hand_over(place, ["up", "--port", "9000"])
    assert seen["command"] == [str(place.python), "-m", "localmind_app.cli", "up", "--port", "9000"]
    assert os.environ["LOCALMIND_HOME"] == str(tmp_path / "data")
    assert Path.cwd() == place.root
