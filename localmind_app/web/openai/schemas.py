"""JSON schemas (2020-12) of what the public API takes and answers, by name. Answers may carry more than is named."""

from __future__ import annotations

from typing import Any

Schema = dict[str, Any]

TEXT: Schema = {"type": "string"}
WHOLE: Schema = {"type": "integer"}
NUMBER: Schema = {"type": "number"}
FLAG: Schema = {"type": "boolean"}
ANY: Schema = {}
FREE: Schema = {"type": "object"}
METADATA: Schema = {
    "type": ["object", "null"],
    "maxProperties": 16,
    "additionalProperties": {"type": "string", "maxLength": 512},
}


def ref(name: str) -> Schema:
    """A reference to another schema of the document."""
    return {"$ref": f"#/components/schemas/{name}"}


def listed(of: Schema, **more: Any) -> Schema:
    """A list."""
    return {"type": "array", "items": of, **more}


def maybe(of: Schema) -> Schema:
    """The same, or null."""
    return {"anyOf": [of, {"type": "null"}]}


def record(required: dict[str, Schema], **optional: Schema) -> Schema:
    """An object with some fields that are always there and some that may be."""
    return {"type": "object", "properties": {**required, **optional}, "required": list(required)}


def always(value: str) -> Schema:
    """One fixed text."""
    return {"type": "string", "const": value}


def within(low: float, high: float) -> Schema:
    """A number from `low` to `high`, or null."""
    return {"type": ["number", "null"], "minimum": low, "maximum": high}


_SAMPLING: dict[str, Schema] = {
    "temperature": within(0, 5),
    "top_p": within(0, 1),
    "top_k": {"type": ["integer", "null"], "minimum": 0},
    "min_p": within(0, 1),
    "repeat_penalty": within(0.1, 10),
    "presence_penalty": within(-2, 2),
    "frequency_penalty": within(-2, 2),
    "seed": {"type": ["integer", "null"]},
    "stop": {"anyOf": [TEXT, listed(TEXT, maxItems=8), {"type": "null"}]},
    "ignore_eos": FLAG,
    "logit_bias": {"type": ["object", "null"], "additionalProperties": within(-100, 100)},
    "priority": {"enum": ["voice", "chat", "job"]},
}
_WRITING: dict[str, Schema] = {
    **_SAMPLING,
    "max_tokens": {"type": ["integer", "null"], "minimum": 1},
    "max_completion_tokens": {"type": ["integer", "null"], "minimum": 1},
    "stream": FLAG,
    "stream_options": {"type": ["object", "null"], "properties": {"include_usage": FLAG}},
    "stream_status": FLAG,
    "n": {"type": ["integer", "null"], "minimum": 1},
}
_USAGE = record({"prompt_tokens": WHOLE, "completion_tokens": WHOLE, "total_tokens": WHOLE})
_SHORT_USAGE = record({"prompt_tokens": WHOLE, "total_tokens": WHOLE})
_PART = record({"type": {"enum": ["input_text", "output_text"]}, "text": TEXT}, annotations=listed(ANY))
_REASON: Schema = {"enum": ["stop", "length", "tool_calls", None]}
_STATUS: Schema = {"enum": ["completed", "incomplete", "in_progress"]}
_WHEN: Schema = {"type": "integer", "description": "seconds since 1970"}

SCHEMAS: dict[str, Schema] = {
    "Error": record({
        "error": record({"message": TEXT, "type": TEXT, "code": TEXT, "param": maybe(TEXT)}, template=TEXT, params=FREE)
    }),
    "Model": record(
        {"id": TEXT, "object": always("model"), "created": WHOLE, "owned_by": TEXT, "kind": TEXT, "state": TEXT},
        context_length=maybe(WHOLE), size_bytes=maybe(WHOLE), loaded=FLAG, engine=TEXT, leaves_machine=FLAG,
    ),
    "Models": record({"object": always("list"), "data": listed(ref("Model"))}),
    "Message": record(
        {"role": {"enum": ["system", "developer", "user", "assistant", "tool"]}},
        content={"anyOf": [TEXT, listed(FREE), {"type": "null"}]}, tool_calls=listed(FREE), tool_call_id=TEXT,
    ),
    "ChatRequest": record(
        {"model": TEXT, "messages": listed(ref("Message"), minItems=1)}, **_WRITING, logprobs=maybe(FLAG),
        top_logprobs={"type": ["integer", "null"], "minimum": 0, "maximum": 20}, tools=listed(FREE), tool_choice=ANY,
        response_format=FREE, continue_final_message=FLAG,
    ),
    "ChatCompletion": record({
        "id": TEXT, "object": always("chat.completion"), "created": WHOLE, "model": TEXT,
        "choices": listed(record(
            {"index": WHOLE, "message": ref("Message"), "finish_reason": _REASON}, logprobs=maybe(FREE)
        ), minItems=1),
        "usage": _USAGE,
    }, timings=FREE, context=FREE, origin=ref("Origin")),
    "Origin": record(
        {"model": TEXT, "engine": TEXT, "host": TEXT, "leaves_machine": FLAG, "instead_of": TEXT, "estimated": FLAG},
        reason=maybe(FREE), price_in=maybe(NUMBER), price_out=maybe(NUMBER), currency=TEXT, spend=maybe(NUMBER),
    ),
    "CompletionRequest": record(
        {"model": TEXT, "prompt": TEXT}, **_WRITING,
        logprobs={"type": ["integer", "null"], "minimum": 0, "maximum": 20},
    ),
    "Completion": record({
        "id": TEXT, "object": always("text_completion"), "created": WHOLE, "model": TEXT,
        "choices": listed(record({"index": WHOLE, "text": TEXT, "finish_reason": _REASON}), minItems=1),
        "usage": _USAGE,
    }, timings=FREE, context=FREE, origin=ref("Origin")),
    "ResponseRequest": record(
        {"model": TEXT, "input": {"anyOf": [TEXT, listed(FREE, minItems=1)]}}, **_SAMPLING, instructions=maybe(TEXT),
        previous_response_id=maybe(TEXT), max_output_tokens={"type": ["integer", "null"], "minimum": 1},
        metadata=METADATA, store=maybe(FLAG), stream=maybe(FLAG), include=maybe(listed(TEXT)),
        top_logprobs={"type": ["integer", "null"], "minimum": 0, "maximum": 20}, text=FREE,
        truncation={"enum": ["auto", "disabled", None]}, tools=listed(FREE), tool_choice=ANY,
    ),
    "Response": record({
        "id": TEXT, "object": always("response"), "created_at": WHOLE, "model": TEXT, "store": FLAG,
        "status": {"enum": ["completed", "incomplete", "failed", "in_progress"]},
        "error": maybe(record({"code": TEXT, "message": TEXT})),
        "incomplete_details": maybe(record({"reason": TEXT})),
        "instructions": maybe(TEXT), "previous_response_id": maybe(TEXT), "metadata": METADATA,
        "output": listed({"anyOf": [ref("OutputMessage"), ref("FunctionCall")]}),
        "usage": maybe(record({"input_tokens": WHOLE, "output_tokens": WHOLE, "total_tokens": WHOLE})),
    }),
    "OutputMessage": record({
        "id": TEXT, "type": always("message"), "role": always("assistant"), "status": _STATUS, "content": listed(_PART)
    }),
    "FunctionCall": record({
        "id": TEXT, "type": always("function_call"), "call_id": TEXT, "name": TEXT, "arguments": TEXT,
        "status": _STATUS,
    }),
    "Deleted": record({"id": TEXT, "object": TEXT, "deleted": {"const": True}}),
    "Page": record(
        {"object": always("list"), "data": listed(record({"id": TEXT})), "has_more": FLAG},
        first_id=maybe(TEXT), last_id=maybe(TEXT),
    ),
    "EmbeddingRequest": record(
        {"model": TEXT, "input": {"anyOf": [TEXT, listed(TEXT, minItems=1, maxItems=2048)]}},
        encoding_format={"enum": ["float", "base64"]}, dimensions={"type": ["integer", "null"], "minimum": 1},
    ),
    "Embeddings": record({
        "object": always("list"), "model": TEXT, "usage": _SHORT_USAGE,
        "data": listed(record({
            "object": always("embedding"), "index": WHOLE, "embedding": {"anyOf": [listed(NUMBER), TEXT]}
        })),
    }),
    "RerankRequest": record(
        {"model": TEXT, "query": TEXT, "documents": listed({"anyOf": [TEXT, record({"text": TEXT})]}, minItems=1)},
        top_n={"type": ["integer", "null"], "minimum": 1}, return_documents=FLAG,
    ),
    "Rerank": record({
        "object": always("list"), "model": TEXT, "method": {"enum": ["reranker", "embedding"]}, "usage": _SHORT_USAGE,
        "results": listed(record({"index": WHOLE, "relevance_score": NUMBER}, document=record({"text": TEXT}))),
    }),
    "TokenizeRequest": record({"model": TEXT}, prompt=TEXT, messages=listed(ref("Message"), minItems=1)),
    "Tokens": record({"count": WHOLE, "n_ctx": WHOLE}, tokens=listed(WHOLE)),
    "DetokenizeRequest": record({"model": TEXT, "tokens": listed(WHOLE)}),
    "Detokenized": record({"text": TEXT}),
    "FileUpload": record({
        "file": {"type": "string", "contentMediaType": "application/octet-stream"}, "purpose": always("batch")
    }),
    "File": record({
        "id": TEXT, "object": always("file"), "bytes": WHOLE, "created_at": _WHEN, "filename": TEXT,
        "purpose": {"enum": ["batch", "batch_output"]}, "status": TEXT,
    }),
    "BatchRequest": record(
        {"input_file_id": TEXT, "completion_window": always("24h"), "endpoint": {"enum": [
            "/v1/chat/completions", "/v1/completions", "/v1/responses", "/v1/embeddings"
        ]}}, metadata=METADATA,
    ),
    "Batch": record({
        "id": TEXT, "object": always("batch"), "endpoint": TEXT, "input_file_id": TEXT, "completion_window": TEXT,
        "status": {"enum": ["validating", "failed", "in_progress", "finalizing", "completed", "expired", "cancelling",
                            "cancelled"]},
        "created_at": _WHEN, "expires_at": _WHEN, "output_file_id": maybe(TEXT), "error_file_id": maybe(TEXT),
        "request_counts": record({"total": WHOLE, "completed": WHOLE, "failed": WHOLE}), "metadata": METADATA,
        "errors": maybe(record({"object": always("list"), "data": listed(FREE)})),
    }),
    "Health": record({"status": TEXT, "models": listed(record({"model": TEXT, "in_flight": WHOLE}))}),
    "Document": FREE,
}  # fmt: skip
