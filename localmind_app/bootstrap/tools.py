"""Tools of the system that tests use: found, installed by apt when that is possible, otherwise named in a sentence."""

from __future__ import annotations

import os
import shutil
from collections.abc import Sequence

from ..core.dependencies import Dependency, missing
from ..core.errors import StartError
from .command import run_logged
from .place import Place
from .progress import Progress


def install_test_tools(place: Place) -> list[str]:
    """Get the missing tools; returns a sentence for each that is still missing afterwards."""
    lacking = missing("tests", "option")
    if not lacking:
        return []
    if _can_install():
        try:
            with Progress("Installing " + ", ".join(package for tool in lacking for package in tool.apt)) as progress:
                _apt(place, lacking, progress)
        except StartError as error:
            return [str(error), *(tool.missing for tool in missing("tests", "option"))]
    return [tool.missing for tool in missing("tests", "option")]


def _can_install() -> bool:
    return hasattr(os, "geteuid") and os.geteuid() == 0 and shutil.which("apt-get") is not None


def _apt(place: Place, tools: Sequence[Dependency], progress: Progress) -> None:
    packages = [package for tool in tools for package in tool.apt]
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for arguments in (["update"], ["install", "-y", "--no-install-recommends", *packages]):
        progress.now(f"apt-get {arguments[0]}")
        run_logged(
            ["apt-get", "-q", *arguments],
            place.log(f"apt-{arguments[0]}"),
            f"apt-get {arguments[0]} failed; the tools can be installed by hand.",
            environment=quiet,
        )
