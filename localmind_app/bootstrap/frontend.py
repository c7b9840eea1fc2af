"""The compiled frontend in `.web`: built once, and again when something it is made from changes."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from pathlib import Path

from .command import run_logged
from .place import Place
from .progress import Progress
from .steps import Step, digest

# Pages import freely from their features, so any change there may change what is compiled.
WHOLE_FOLDERS = ("assets", "localmind_app/ui", "localmind_app/features")
SINGLE_FILES = ("rxconfig.py", "requirements.txt", "localmind_app/localmind_app.py")
BUILD = """
import sys
from pathlib import Path
from localmind_app.core.errors import StartError
from localmind_app.ui.compile import build_frontend
try:
    build_frontend(Path.cwd(), lambda line: print(line, flush=True))
except StartError as error:
    sys.exit(str(error))
"""
BUILT = Path(".web") / "build" / "client" / "index.html"


def sources(root: Path) -> Iterator[Path]:
    """Every file the frontend is made from, except the lockfiles."""
    for name in SINGLE_FILES:
        if (root / name).is_file():
            yield root / name
    for folder in WHOLE_FOLDERS:
        yield from (path for path in (root / folder).rglob("*") if path.is_file() and "__pycache__" not in path.parts)


def frontend(place: Place) -> Step:
    """Build the frontend."""
    built = place.root / BUILT
    pages = digest(place.root, sources(place.root))

    def inputs() -> str:  # npm may complete the lockfile while it builds
        return f"{pages} {digest(place.root, (place.root / 'reflex.lock').glob('*'))}"

    return Step(
        "frontend", "Building the pages (once per change)", inputs(), partial(_build, place), built.exists, inputs
    )


def _build(place: Place, progress: Progress) -> None:
    progress.now("Reflex compiles Python to a React frontend; about a minute")
    run_logged(
        [str(place.python), "-c", BUILD],
        place.log("frontend"),
        "The pages could not be built.",
        folder=place.root,
    )
