"""Runs the unit tests of the pure JavaScript modules with `node --test`, one pytest case per file."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

FILES = sorted((Path(__file__).parent / "node").glob("*.test.mjs"))


@pytest.mark.parametrize("file", FILES, ids=lambda path: path.stem)
def test_javascript(file: Path) -> None:
    chat_bundle = sys.modules["chat_bundle"]
    try:
        node = chat_bundle.node()
    except chat_bundle.BundleUnavailable as reason:
        pytest.skip(str(reason))
    env = {**os.environ, "NODE_NO_WARNINGS": "1"}
    run = subprocess.run([node, "--test", str(file)], capture_output=True, text=True, env=env, timeout=60, check=False)
    assert run.returncode == 0, run.stdout + run.stderr
