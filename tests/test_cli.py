import os
import subprocess
import sys

import pytest
from typer.testing import CliRunner

from localmind_app import check, cli
from localmind_app.bootstrap.commands import COMMANDS


def localmind(*arguments, home):
    environment = {**os.environ, "LOCALMIND_HOME": str(home.root)}
    command = [sys.executable, "-m", "localmind_app.cli", *arguments]
    return subprocess.run(command, capture_output=True, text=True, env=environment, check=False, timeout=60)


def test_the_bootstrap_knows_every_command():
    names = {command.name or command.callback.__name__ for command in cli.app.registered_commands}
    names |= {group.name for group in cli.app.registered_groups}
    assert names == set(COMMANDS)


def test_a_key_is_printed_once_listed_without_its_secret_and_revoked(home):
    made = localmind("key", "new", "laptop", home=home)
    assert made.returncode == 0, made.stderr
    secret = made.stdout.strip()
    listed = localmind("key", "list", home=home)
    assert "laptop" in listed.stdout
    assert secret not in listed.stdout
    key = listed.stdout.split()[0]
    assert localmind("key", "revoke", key, home=home).returncode == 0
    assert "laptop" not in localmind("key", "list", home=home).stdout


def test_a_refusal_is_one_sentence_and_status_one(home, tmp_path):
    (tmp_path / "file").write_text("")
    blocked = type(home)(tmp_path / "file" / "home")
    refused = localmind("key", "list", home=blocked)
    assert refused.returncode == 1
    assert "cannot be written" in refused.stderr
    assert "Traceback" not in refused.stderr


def test_arguments_of_test_go_to_pytest(monkeypatch):
    seen = []
    monkeypatch.setattr(check, "run_tests", lambda arguments: seen.append(arguments) or 3)
    ended = CliRunner().invoke(cli.app, ["test", "tests/core", "-k", "lock", "-x"])
    assert ended.exit_code == 3
    assert seen == [["tests/core", "-k", "lock", "-x"]]


def test_every_check_runs_and_a_failing_one_stops_the_tests(monkeypatch, capfd):
    failing = ("-c", "raise SystemExit('line 3 is wrong')")
    monkeypatch.setattr(check, "CHECKS", {"one": failing, "two": ("-c", "print('fine')")})
    assert check.run_tests([]) == 1
    out, err = capfd.readouterr()
    assert "line 3 is wrong" in err
    assert "✗ one" in out
    assert "✓ two" in out
    assert out.rstrip().endswith("The tests were not run.")
    assert "Failed: one." in out


def test_benchmarks_are_found_by_name(tmp_path, monkeypatch, capsys):
    folder = tmp_path / "tests" / "bench"
    folder.mkdir(parents=True)
    for name in ("start", "tokens"):
        (folder / f"{name}.py").write_text(f"def main():\n    print('measured {name}')\n")
    monkeypatch.setattr(check, "ROOT", tmp_path)
    assert check.run_benchmarks([]) == 0
    assert check.run_benchmarks(["tokens"]) == 0
    out = capsys.readouterr().out
    assert out.count("measured start") == 1
    assert out.count("measured tokens") == 2
    assert check.run_benchmarks(["nothing"]) == 2
    assert "There are: start, tokens." in capsys.readouterr().err


@pytest.mark.parametrize("arguments", [["--help"], ["key", "--help"]])
def test_help_is_there(arguments):
    assert CliRunner().invoke(cli.app, arguments).exit_code == 0
