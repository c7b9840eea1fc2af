"""The floors of the house: imports only point down (the contracts are in pyproject.toml)."""

import subprocess
import sys

from localmind_app.check import IMPORT_LINTER, ROOT


def test_imports_only_point_down():
    command = [sys.executable, "-c", IMPORT_LINTER]
    ended = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert ended.returncode == 0, ended.stdout + ended.stderr
    assert "0 broken" in ended.stdout
