"""What `check`, `test` and `bench` run: each tool as its own process, as a developer would by hand."""

from __future__ import annotations

import runpy
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
# import-linter cannot be started with -m, and its script need not be on PATH.
IMPORT_LINTER = "from importlinter.cli import lint_imports_command; lint_imports_command(['--no-logo'])"
CHECKS: dict[str, tuple[str, ...]] = {
    "ruff": ("-m", "ruff", "check"),
    "ruff format": ("-m", "ruff", "format", "--check", "--quiet"),
    "mypy": ("-m", "mypy"),
    "import rules": ("-c", IMPORT_LINTER),
}


def run_checks() -> int:
    """Run every check, also after one failed; 1 when any did."""
    failed = []
    for name, command in CHECKS.items():
        began = time.monotonic()
        ended = subprocess.run([sys.executable, *command], cwd=ROOT, check=False)
        print(f"{'✗' if ended.returncode else '✓'} {name} ({time.monotonic() - began:.1f} s)", flush=True)
        if ended.returncode:
            failed.append(name)
    if failed:
        print(f"\nFailed: {', '.join(failed)}. What they say is above.", flush=True)
    return 1 if failed else 0


def run_tests(arguments: Sequence[str]) -> int:
    """Run the checks and, when they pass, pytest with these arguments; its closing lines come last."""
    if run_checks():
        print("The tests were not run.", flush=True)
        return 1
    return subprocess.run([sys.executable, "-m", "pytest", *arguments], cwd=ROOT, check=False).returncode


def run_benchmarks(names: Sequence[str]) -> int:
    """Run `main()` of the modules and folders in tests/bench, or of the named ones; 2 for a name that is not there."""
    folder = ROOT / "tests" / "bench"
    found = {path.stem: path for path in sorted(folder.glob("*.py")) if path.stem[0] != "_"}
    found |= {path.parent.name: path for path in sorted(folder.glob("*/main.py"))}
    unknown = [name for name in names if name not in found]
    if unknown:
        print(f"No benchmark {', '.join(unknown)}. There are: {', '.join(found) or 'none'}.", file=sys.stderr)
        return 2
    for name in names or found:
        print(f"── {name}", flush=True)
        runpy.run_path(str(found[name]))["main"]()
    return 0
