"""The build asks nothing of the network but the registries, and keeps to its own folders."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from localmind_app.core.errors import StartError
from localmind_app.ui import compile as recipe

ROOT = Path(__file__).parents[2]


@pytest.fixture
def environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    monkeypatch.setattr(sys, "prefix", str(tmp_path / "venv"))
    monkeypatch.setenv("NPM_CONFIG_REGISTRY", "https://npm.example/")
    return recipe.build_environment(tmp_path)


def test_caches_stay_in_the_virtual_environment(environment: dict[str, str], tmp_path: Path) -> None:
    for name in ("REFLEX_DIR", "npm_config_cache"):
        assert Path(environment[name]).is_relative_to(tmp_path / "venv"), name


def test_nothing_is_asked_or_told(environment: dict[str, str]) -> None:
    assert environment["REFLEX_CHECK_LATEST_VERSION"] == "0"
    assert environment["REFLEX_TELEMETRY_ENABLED"] == "false"
    assert environment["npm_config_audit"] == "false"


def test_the_machines_registry_is_respected(environment: dict[str, str]) -> None:
    assert environment["NPM_CONFIG_REGISTRY"] == "https://npm.example/"


@pytest.mark.parametrize("tool", ["node", "npm"])
def test_tools_run_and_are_new_enough(environment: dict[str, str], tool: str) -> None:
    found = Path(environment["PATH"].split(":")[0]) / tool
    done = subprocess.run([found, "--version"], env=environment, capture_output=True, text=True, check=True)
    if tool == "node":
        assert int(done.stdout.lstrip("v").split(".")[0]) >= 22


def test_a_failed_build_says_why(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "prefix", str(tmp_path / "venv"))
    monkeypatch.setenv("NPM_CONFIG_REGISTRY", "https://npm.example/")
    (tmp_path / "rxconfig.py").write_text("raise SystemExit('no such wall')")
    lines: list[str] = []
    with pytest.raises(StartError, match="no such wall"):
        recipe.build_frontend(tmp_path, lines.append)
    assert lines


def test_lockfile_pins_content_and_names_no_host() -> None:
    packages = json.loads((ROOT / "reflex.lock" / "package-lock.json").read_text())["packages"]
    assert len(packages) > 100
    for name, package in packages.items():
        assert "resolved" not in package, name
        assert not name or package.get("integrity"), name
