"""Reading in the test's own process, for tests of what is read; the child has tests of its own."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from localmind_app.features.knowledge.parsing import reading, run
from localmind_app.features.knowledge.parsing.document import Document
from localmind_app.features.knowledge.parsing.limits import Limits
from localmind_app.features.knowledge.parsing.source import Source

Read = Callable[..., Document]


@pytest.fixture
def read() -> Read:
    """The document of a file; keywords are limits."""

    def read(path: Path, name: str | None = None, **limits: float) -> Document:
        return reading.read(Source(path, name or path.name, limits=Limits(**limits)))  # type: ignore[arg-type]

    return read


@pytest.fixture
async def children() -> AsyncIterator[None]:
    """Ends the children that read files, when the test is over."""
    yield
    await run.close()
