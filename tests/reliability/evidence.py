"""What is on disk and what runs, read past the product: SQLite rows and processes."""

from __future__ import annotations

import sqlite3
from contextlib import closing, suppress
from typing import Any

import psutil

from tests.product import Product, eventually


def rows(product: Product, query: str, *values: Any) -> list[dict[str, Any]]:
    """The rows of a query on the product's database."""
    with closing(sqlite3.connect(f"file:{product.home.database}?mode=ro", uri=True, timeout=10)) as database:
        database.row_factory = sqlite3.Row
        return [dict(row) for row in database.execute(query, values)]


def message(product: Product, client_id: str) -> dict[str, Any]:
    """The user's message of that id; there must be exactly one."""
    [row] = rows(product, "SELECT * FROM messages WHERE client_id = ?", client_id)
    return row


def answer_to(product: Product, message_id: str) -> dict[str, Any]:
    """The newest answer below a message."""
    found = rows(product, "SELECT * FROM messages WHERE parent_id = ? AND role = 'assistant' ORDER BY id", message_id)
    assert found, "the question has no answer row"
    return found[-1]


def settled(product: Product, message_id: str, seconds: float = 20) -> dict[str, Any]:
    """The answer below a message once nobody writes it any more."""

    def ended() -> dict[str, Any] | None:
        row = answer_to(product, message_id)
        return None if row["status"] == "streaming" else row

    row: dict[str, Any] = eventually(ended, seconds)
    return row


def integrity(product: Product) -> str:
    """What SQLite says about both databases."""
    said = set()
    for path in (product.home.database, product.home.jobs):
        with closing(sqlite3.connect(path, timeout=10)) as database:
            said |= {row[0] for row in database.execute("PRAGMA integrity_check")}
            said |= {f"foreign key: {row}" for row in database.execute("PRAGMA foreign_key_check")}
    return ", ".join(sorted(said))


def model_child(product: Product) -> int | None:
    """The process id of the text model's child, if one runs."""
    with suppress(psutil.Error):
        for child in psutil.Process(product.pid("engine")).children():
            if "localmind_app.engine.text.worker" in child.cmdline():
                return int(child.pid)
    return None


def family(product: Product) -> list[psutil.Process]:
    """`up` and everything below it."""
    with suppress(psutil.Error):
        top = psutil.Process(product.process.pid)
        return [top, *top.children(recursive=True)]
    return []


def living(processes: list[psutil.Process]) -> list[psutil.Process]:
    """Those that still run; a zombie does not."""
    found = []
    for process in processes:
        with suppress(psutil.NoSuchProcess):
            if process.is_running() and process.status() != psutil.STATUS_ZOMBIE:
                found.append(process)
    return found


def ready(product: Product, seconds: float = 30) -> None:
    """Wait until pages and engine answer."""
    eventually(lambda: product.client.get("/readyz").json().get("engine") == "ok", seconds)
