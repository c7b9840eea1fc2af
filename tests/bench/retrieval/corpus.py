"""The documents of the retrieval bench: what every Python carries, its manual's topics and its docstrings.

The same Python gives the same corpus. A passage is the neutral unit all systems are judged by: the heading of a topic
or function with at most `WORDS` words of the paragraphs below it.
"""

from __future__ import annotations

import importlib
import inspect
import re
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from pydoc_data.topics import topics
from types import ModuleType

from localmind_app.features.knowledge.parsing.document import Block, Document

WORDS = 150
MODULES = (Path(__file__).parent / "modules.txt").read_text("utf-8").split()


@dataclass(frozen=True)
class Passage:
    """A part of a document: blocks `first` to `last` of it. `symbol` is a full name, or "" in a topic."""

    id: int
    document: int
    symbol: str
    heading: str
    text: str
    first: int
    last: int

    @property
    def flat(self) -> str:
        """As it stands in the document: the heading, then the text."""
        return f"{self.heading}\n{self.text}"


@dataclass(frozen=True)
class Corpus:
    """Documents, and the passages they consist of."""

    documents: tuple[Document, ...]
    passages: tuple[Passage, ...]


@lru_cache(maxsize=1)
def corpus() -> Corpus:
    """Made once in a process."""
    documents: list[Document] = []
    passages: list[Passage] = []
    seen: set[str] = set()
    for title, sections in [*_topics(), *_modules()]:
        blocks: list[Block] = []
        for symbol, heading, text in sections:
            if text in seen:
                continue
            seen.add(text)
            blocks.append(Block("heading", heading, 2))
            for part in _parts(text):
                first = len(blocks)
                blocks += [Block("text", paragraph) for paragraph in part]
                passages.append(
                    Passage(len(passages), len(documents), symbol, heading, "\n\n".join(part), first, len(blocks) - 1)
                )
        if blocks:
            documents.append(Document(title, tuple(blocks)))
    return Corpus(tuple(documents), tuple(passages))


def _parts(text: str) -> Iterator[list[str]]:
    part: list[str] = []
    count = 0
    for paragraph in re.split(r"\n\s*\n", text):
        size = len(paragraph.split())
        if not size:
            continue
        if part and count + size > WORDS:
            yield part
            part, count = [], 0
        part.append(paragraph.strip("\n"))
        count += size
    if part:
        yield part


def _topics() -> Iterator[tuple[str, list[tuple[str, str, str]]]]:
    for name, text in sorted(topics.items()):
        sections = []
        heading = name.replace("-", " ").capitalize()
        body: list[str] = []
        lines = text.splitlines()
        for at, line in enumerate(lines):
            if at and re.fullmatch(r"([*=~\-^])\1{2,}", line) and lines[at - 1].strip():
                body.pop()
                sections.append(("", heading, "\n".join(body).strip()))
                heading, body = lines[at - 1].strip(), []
            else:
                body.append(line)
        sections.append(("", heading, "\n".join(body).strip()))
        yield f"Python manual: {name}", [one for one in sections if len(one[2].split()) > 5]


def _modules() -> Iterator[tuple[str, list[tuple[str, str, str]]]]:
    for name in MODULES:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # a deprecated module still has its documentation
            try:
                module = importlib.import_module(name)
            except ImportError:
                continue  # built without it
            sections = list(_symbols(name, module))
        if sections:
            yield f"Module {name}", sections


def _symbols(name: str, module: ModuleType) -> Iterator[tuple[str, str, str]]:
    for key, value in sorted(vars(module).items()):
        if key.startswith("_") or not callable(value):
            continue
        if getattr(value, "__module__", name) not in (name, "builtins", f"_{name}", "posixpath", "posix"):
            continue
        yield from _documented(f"{name}.{key}", value)
        if inspect.isclass(value):
            for method, inner in sorted(vars(value).items()):
                if not method.startswith("_") and callable(inner):
                    yield from _documented(f"{name}.{key}.{method}", inner)


def _documented(symbol: str, value: object) -> Iterator[tuple[str, str, str]]:
    said = getattr(value, "__doc__", None)
    text = inspect.cleandoc(said) if isinstance(said, str) else ""
    if len(text.split()) < 5:
        return
    try:
        signature = str(inspect.signature(value))  # type: ignore[arg-type]
    except (ValueError, TypeError):
        signature = "()"
    signature = re.sub(r" at 0x[0-9a-f]+", "", signature)[:120]  # addresses differ from run to run
    yield symbol, symbol + signature, text
