"""The answering service over a real library: engine, vector index, parsers."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from localmind_app.features.knowledge.parsing import run
from tests.bench.citations.answers import Answers
from tests.features.knowledge.conftest import Library, VectorProcess


@pytest.fixture
async def answers(library: Library, vectors: VectorProcess) -> AsyncIterator[Answers]:
    yield Answers(library)
    await run.close()
