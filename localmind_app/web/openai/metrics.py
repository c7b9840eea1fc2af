"""GET /metrics in Prometheus' text form: requests of this process, and what the engine says of its models.

No label holds anything a caller can choose freely: routes are templates, models are those of the engine.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterator, Mapping
from typing import Any

from prometheus_client import (
    CONTENT_TYPE_LATEST,
    CollectorRegistry,
    Counter,
    Histogram,
    disable_created_metrics,
    generate_latest,
)
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from localmind_app.core.errors import EngineError
from localmind_app.features.services import services

from .endpoint import Endpoint

PATIENCE_SECONDS = 3.0  # an engine that hangs counts as away
disable_created_metrics()  # type: ignore[no-untyped-call]
_REGISTRY = CollectorRegistry()
_REQUESTS = Counter(
    "localmind_requests", "Requests of the public API", ["method", "route", "status"], registry=_REGISTRY
)
_SECONDS = Histogram(
    "localmind_request_seconds",
    "Time until the answer, or its stream, begins",
    ["route"],
    buckets=(0.005, 0.02, 0.1, 0.5, 2, 10, 60),
    registry=_REGISTRY,
)
_TOKENS = Counter("localmind_tokens", "Tokens of prompts and answers", ["route"], registry=_REGISTRY)


def observe(endpoint: Endpoint, status: int, seconds: float) -> None:
    """Count one answered request."""
    _REQUESTS.labels(endpoint.method, endpoint.path, status).inc()
    _SECONDS.labels(endpoint.path).observe(seconds)


def count_tokens(endpoint: Endpoint, tokens: int) -> None:
    """Count the tokens of one request."""
    _TOKENS.labels(endpoint.path).inc(tokens)


class _Engine(Collector):
    """The numbers of the engine's GET /health, as they were a moment ago."""

    def __init__(self, health: Mapping[str, Any] | None) -> None:
        self._health = health

    def collect(self) -> Iterator[Metric]:
        """Every number of every child as one gauge, named by the engine."""
        up = GaugeMetricFamily("localmind_engine_up", "Whether the engine answers")
        up.add_metric([], 0.0 if self._health is None else 1.0)
        yield up
        families: dict[str, GaugeMetricFamily] = {}
        for child in (self._health or {}).get("children", []):
            for name, value in _numbers(child):
                if name not in families:
                    families[name] = GaugeMetricFamily(f"localmind_model_{name}", "Of a loaded model", labels=["model"])
                families[name].add_metric([str(child["model"])], value)
        yield from families.values()


def _numbers(child: Mapping[str, Any], before: str = "") -> Iterator[tuple[str, float]]:
    for key, value in child.items():
        name = before + re.sub(r"\W", "_", key)
        if isinstance(value, Mapping):
            yield from _numbers(value, f"{name}_")
        elif isinstance(value, int | float) and name != "pid":
            yield name, float(value)


async def _health() -> dict[str, Any] | None:
    try:
        async with asyncio.timeout(PATIENCE_SECONDS):
            return await services().engine.health()
    except (EngineError, TimeoutError):
        return None


async def show(request: Request) -> Response:
    """GET /metrics and /v1/metrics."""
    engine = CollectorRegistry()
    engine.register(_Engine(await _health()))
    text = generate_latest(_REGISTRY) + generate_latest(engine)
    return Response(text, media_type=CONTENT_TYPE_LATEST)


async def health(request: Request) -> Response:
    """GET /health and /v1/health: 200 when the engine answers, 503 otherwise."""
    known = await _health()
    if known is None:
        return JSONResponse({"status": "engine_unreachable", "models": []}, 503)
    models = [{"model": child["model"], "in_flight": child["in_flight"]} for child in known["children"]]
    return JSONResponse({"status": "ok", "models": models})
