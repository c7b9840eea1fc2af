"""Which form an answer must have: OpenAI's `response_format` and `tools`, llama.cpp's `grammar` and `json_schema`."""

from __future__ import annotations

import re
from typing import Any

from localmind_app.core.errors import Invalid

_MAX_TOOLS = 128
_NAME = re.compile(r"[A-Za-z0-9_.-]{1,64}")
_ANY_OBJECT = {"type": "object"}


def read_form(body: dict[str, Any]) -> dict[str, Any]:
    """`grammar` and `schema` of a request, at most one of them set. Raises Invalid naming the field."""
    grammar, schema = body.get("grammar"), body.get("json_schema")
    if grammar is not None and not isinstance(grammar, str):
        raise Invalid("{field} must be a text.", field="grammar")
    if schema is not None and not isinstance(schema, dict):
        raise Invalid("{field} must be an object.", field="json_schema")
    given = _read_response_format(body.get("response_format")) or schema
    if grammar and given is not None:
        raise Invalid("A grammar and a JSON schema cannot be asked for together.")
    return {"grammar": grammar or None, "schema": given}


def _read_response_format(value: Any) -> dict[str, Any] | None:
    if value is None:
        return None
    kind = value.get("type") if isinstance(value, dict) else None
    if kind == "text":
        return None
    if kind == "json_object":
        schema = value.get("schema", _ANY_OBJECT)
    elif kind == "json_schema":
        schema = (value.get("json_schema") or {}).get("schema") if isinstance(value.get("json_schema"), dict) else None
    else:
        raise Invalid("response_format.type must be text, json_object or json_schema.")
    if not isinstance(schema, dict):
        raise Invalid("{field} must be an object.", field="response_format.json_schema.schema")
    return schema


def read_tools(body: dict[str, Any]) -> list[dict[str, Any]]:
    """The functions the model may call. Raises Invalid naming what is wrong."""
    tools = body.get("tools") or []
    if not isinstance(tools, list) or len(tools) > _MAX_TOOLS:
        raise Invalid("tools must be a list of at most {limit} functions.", limit=_MAX_TOOLS)
    return [_read_tool(tool, f"tools[{index}]") for index, tool in enumerate(tools)]


def _read_tool(tool: Any, name: str) -> dict[str, Any]:
    function = tool.get("function") if isinstance(tool, dict) and tool.get("type", "function") == "function" else None
    if not isinstance(function, dict):
        raise Invalid("{field} must be an object with type 'function' and function.", field=name)
    if not isinstance(function.get("name"), str) or not _NAME.fullmatch(function["name"]):
        raise Invalid("{field}.function.name must be 1 to 64 letters, digits, dots, dashes or underscores.", field=name)
    parameters = function.get("parameters")
    if parameters is not None and not isinstance(parameters, dict):
        raise Invalid("{field}.function.parameters must be a JSON schema.", field=name)
    return {"type": "function", "function": function}


def read_tool_choice(body: dict[str, Any], tools: list[dict[str, Any]]) -> str:
    """auto, none, required, or the name of the function that must be called."""
    value = body.get("tool_choice")
    if value is None:
        return "auto"
    if isinstance(value, dict):
        function = value.get("function")
        value = function.get("name") if isinstance(function, dict) else None
        if value not in [tool["function"]["name"] for tool in tools]:
            raise Invalid("tool_choice must name one of the tools.")
        return str(value)
    if value not in ("auto", "none", "required"):
        raise Invalid("tool_choice must be auto, none, required or a function.")
    if value == "required" and not tools:
        raise Invalid("tool_choice must name one of the tools.")
    return str(value)
