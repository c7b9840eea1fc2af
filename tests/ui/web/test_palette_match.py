"""Finding by a few letters."""

from __future__ import annotations

import json
import subprocess
from typing import Any

import pytest

from localmind_app.ui.build import WEB
from localmind_app.ui.compile import node_folder


def run(call: str, *arguments: Any) -> Any:
    """Calls a function of palette_match.js in Node."""
    values = ",".join(json.dumps(argument) for argument in arguments)
    program = f"import * as m from {json.dumps((WEB / 'palette_match.js').as_uri())};"
    program += f"console.log(JSON.stringify(m.{call}({values})))"
    node = str(node_folder() / "bin" / "node")
    done = subprocess.run([node, "--input-type=module", "-e", program], capture_output=True, text=True, check=True)
    return json.loads(done.stdout)


@pytest.mark.parametrize(
    ("query", "better", "worse"),
    [
        ("new", "New chat", "Something new"),
        ("chat", "New chat", "Newchat"),
        ("nc", "New chat", "Nothing else can"),
        ("uber", "Über mich", "Sauber"),
    ],
)
def test_order(query: str, better: str, worse: str) -> None:
    assert run("score", query, better) > run("score", query, worse) > 0


def test_letters_out_of_order_do_not_fit() -> None:
    assert run("score", "tahc", "New chat") == 0


ITEMS = [
    {"id": "a", "group": "Actions", "label": "New chat"},
    {"id": "b", "group": "Chats", "label": "Garden ideas"},
    {"id": "c", "group": "Chats", "label": "Chart of accounts", "keywords": "money"},
]


def names(groups: list[dict[str, Any]]) -> list[tuple[str, list[str]]]:
    return [(group["name"], [item["id"] for item in group["members"]]) for group in groups]


def test_without_a_query_the_recent_ones_come_first_and_only_once() -> None:
    assert names(run("arrange", ITEMS, "", ["b", "gone"])) == [("recent", ["b"]), ("Actions", ["a"]), ("Chats", ["c"])]


def test_with_a_query_the_best_group_comes_first() -> None:
    assert names(run("arrange", ITEMS, "gar", [])) == [("Chats", ["b"])]
    assert names(run("arrange", ITEMS, "money", [])) == [("Chats", ["c"])]
    assert names(run("arrange", ITEMS, "zzz", [])) == []
