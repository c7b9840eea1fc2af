"""Reading which form an answer must have, and which functions the model may call."""

from __future__ import annotations

from typing import Any

import pytest

from localmind_app.core.errors import Invalid
from localmind_app.engine.form import read_form, read_tool_choice, read_tools

SCHEMA = {"type": "object", "properties": {"a": {"type": "integer"}}}
FREE = {"grammar": None, "schema": None}


@pytest.mark.parametrize(
    ("body", "form"),
    [
        ({}, FREE),
        ({"response_format": None, "grammar": None, "json_schema": None}, FREE),
        ({"response_format": {"type": "text"}}, FREE),
        ({"grammar": ""}, FREE),
        ({"grammar": 'root ::= "a"'}, {"grammar": 'root ::= "a"', "schema": None}),
        ({"json_schema": SCHEMA}, {"grammar": None, "schema": SCHEMA}),
        ({"response_format": {"type": "json_object"}}, {"grammar": None, "schema": {"type": "object"}}),
        ({"response_format": {"type": "json_object", "schema": SCHEMA}}, {"grammar": None, "schema": SCHEMA}),
        ({"response_format": {"type": "json_schema", "json_schema": {"name": "x", "schema": SCHEMA}}},
         {"grammar": None, "schema": SCHEMA}),
        ({"response_format": {"type": "text"}, "json_schema": SCHEMA}, {"grammar": None, "schema": SCHEMA}),
        ({"json_schema": {}}, {"grammar": None, "schema": {}}),
    ],
)  # fmt: skip
def test_forms(body: dict[str, Any], form: dict[str, Any]) -> None:
    assert read_form(body) == form


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ({"grammar": 7}, "grammar must be a text"),
        ({"json_schema": []}, "json_schema must be an object"),
        ({"response_format": "json"}, "response_format.type must be"),
        ({"response_format": {}}, "response_format.type must be"),
        ({"response_format": {"type": []}}, "response_format.type must be"),
        ({"response_format": {"type": "json_schema"}}, "response_format.json_schema.schema must be an object"),
        ({"response_format": {"type": "json_schema", "json_schema": {"schema": 1}}}, "must be an object"),
        ({"response_format": {"type": "json_object", "schema": None}}, "must be an object"),
        ({"grammar": 'root ::= "a"', "json_schema": SCHEMA}, "cannot be asked for together"),
        ({"grammar": 'root ::= "a"', "response_format": {"type": "json_object"}}, "cannot be asked for together"),
    ],
)
def test_what_is_no_form_is_said(body: dict[str, Any], said: str) -> None:
    with pytest.raises(Invalid, match=said):
        read_form(body)


def tool(name: Any, **fields: Any) -> dict[str, Any]:
    return {"type": "function", "function": {"name": name, **fields}}


def test_functions_keep_what_they_say_of_themselves() -> None:
    whole = tool("get_weather", description="Weather", parameters=SCHEMA, strict=True)
    assert read_tools({"tools": [whole, {"function": {"name": "a.b-c"}}]}) == [whole, tool("a.b-c")]
    assert read_tools({}) == read_tools({"tools": None}) == read_tools({"tools": []}) == []


@pytest.mark.parametrize(
    ("tools", "said"),
    [
        ("f", "tools must be a list of at most 128 functions"),
        ([tool("f")] * 129, "tools must be a list of at most 128 functions"),
        (["f"], r"tools\[0\] must be an object"),
        ([tool("f"), {"type": "retrieval"}], r"tools\[1\] must be an object with type 'function'"),
        ([tool("")], r"tools\[0\]\.function\.name"),
        ([tool("a b")], r"tools\[0\]\.function\.name"),
        ([tool("x" * 65)], r"tools\[0\]\.function\.name"),
        ([tool("name\n")], r"tools\[0\]\.function\.name"),
        ([tool(7)], r"tools\[0\]\.function\.name"),
        ([tool("f", parameters="{}")], r"tools\[0\]\.function\.parameters must be a JSON schema"),
    ],
)
def test_what_is_no_function_is_named(tools: Any, said: str) -> None:
    with pytest.raises(Invalid, match=said):
        read_tools({"tools": tools})


def test_which_function_must_be_called() -> None:
    tools = [tool("f"), tool("g")]
    assert read_tool_choice({}, []) == read_tool_choice({"tool_choice": None}, tools) == "auto"
    assert read_tool_choice({"tool_choice": "none"}, []) == "none"
    assert read_tool_choice({"tool_choice": "required"}, tools) == "required"
    assert read_tool_choice({"tool_choice": tool("g")}, tools) == "g"


@pytest.mark.parametrize("choice", ["required", tool("h"), {"function": "f"}, {}, {"function": {"name": ["f"]}}])
def test_a_function_that_must_be_called_must_be_there(choice: Any) -> None:
    with pytest.raises(Invalid, match="tool_choice must name one of the tools"):
        read_tool_choice({"tool_choice": choice}, [] if choice == "required" else [tool("f")])


@pytest.mark.parametrize("choice", ["any", 7, ["auto"], True])
def test_other_choices_there_are_not(choice: Any) -> None:
    with pytest.raises(Invalid, match="tool_choice must be auto, none, required or a function"):
        read_tool_choice({"tool_choice": choice}, [tool("f")])
