"""Reads a whole Chroma folder and says by its exit code whether that went well: `python -m … FOLDER`.

It may crash, abort or hang: that is what it is for.
"""

from __future__ import annotations

import sqlite3
import sys
from contextlib import closing
from pathlib import Path

from localmind_app.core.orphan import die_with_parent

from .chroma import Chroma

SAMPLES = 20  # vectors of each collection that must find themselves


def look(folder: Path) -> str | None:
    """What is wrong with the index in `folder`; None when nothing is. Raises whatever Chroma raises."""
    with closing(sqlite3.connect(f"file:{folder / 'chroma.sqlite3'}?mode=ro", uri=True)) as connection:
        found = connection.execute("PRAGMA quick_check(1)").fetchone()[0]
    if found != "ok":
        return str(found)
    index = Chroma.at(folder)
    try:
        for name, count in index.counts().items():
            ids = index.ids(name)
            if len(ids) != count:
                return f"{name} has {len(ids)} ids and counts {count}"
            sample = ids[:: max(1, len(ids) // SAMPLES)][:SAMPLES]
            vectors = index.vectors(name, sample)
            if len(vectors) != len(sample):
                return f"{name} lacks vectors"
            nearest = index.query(name, vectors, 1) if sample else []
            if any(not hits or hits[0][1] < 0.99 for hits in nearest):
                return f"{name} does not find its own vectors"
    finally:
        index.close()
    return None


def main() -> None:
    """Look, and end with code 1 and a sentence where something is wrong."""
    die_with_parent()
    wrong = look(Path(sys.argv[1]))
    if wrong:
        sys.exit(wrong)


if __name__ == "__main__":
    main()
