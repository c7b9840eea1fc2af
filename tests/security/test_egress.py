"""Zero egress: the product at its defaults, used from end to end by a real browser, sends no packet off the machine."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.product import ROOT

pytestmark = [pytest.mark.netns, pytest.mark.browser, pytest.mark.slow]


def missing() -> str:
    """Why no network namespace can be made here; empty when one can."""
    if sys.platform != "linux":
        return "network namespaces are Linux's"
    if os.geteuid() != 0:
        return "making a network namespace needs root"
    if not (shutil.which("unshare") and shutil.which("ip")):
        return "unshare (util-linux) or ip (iproute2) is not installed"
    tried = subprocess.run(["unshare", "--net", "--mount", "true"], capture_output=True, text=True)
    return f"no network namespace can be made here: {tried.stderr.strip()}" if tried.returncode else ""


@pytest.mark.skipif(bool(missing()), reason=missing() or "never")
def test_nothing_leaves_the_machine(tmp_path: Path) -> None:
    chromium = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    assert chromium, "Chromium is missing; `python3 -m localmind_app test` installs it"
    tour = [sys.executable, "-m", "tests.security.sealed", str(tmp_path / "home"), chromium]
    done = subprocess.run(
        ["unshare", "--net", "--mount", *tour], cwd=ROOT, capture_output=True, text=True, timeout=180
    )  # fmt: skip
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    told = json.loads(done.stdout.splitlines()[-1])
    assert len(told["steps"]) == 8, told["steps"]
    assert told["packets"] == []
