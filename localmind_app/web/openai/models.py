"""GET /v1/models and /v1/models/{model}: the models of this machine's engine, then those of remote engines."""

from __future__ import annotations

from starlette.convertors import Convertor, register_url_convertor
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from localmind_app.core.errors import EngineUnreachable, ModelMissing
from localmind_app.engine.exchange import ask
from localmind_app.features.models.remote.name import is_remote
from localmind_app.features.services import services

from . import remote
from .forward import forward


class _ModelConvertor(Convertor[str]):
    """A model's id in an address. Only those of remote engines have slashes in them."""

    regex = "remote:.+|[^/]+"

    def convert(self, value: str) -> str:
        return value

    def to_string(self, value: str) -> str:
        return value


register_url_convertor("model", _ModelConvertor())


async def list_models(request: Request) -> Response:
    """GET /v1/models. While the local engine is away, those of the others are listed."""
    elsewhere = await remote.models()
    try:
        listed = await ask(services().engine, "/v1/models", None)
    except EngineUnreachable:
        if not elsewhere:
            raise
        listed = {"object": "list", "data": []}
    return JSONResponse({**listed, "data": [*listed["data"], *elsewhere]})


async def get_model(request: Request) -> Response:
    """GET /v1/models/{model}."""
    name = request.path_params["model"]
    if not is_remote(name):
        return await forward(request)
    found = next((entry for entry in await remote.models() if entry["id"] == name), None)
    if found is None:
        raise ModelMissing("The engine of this model was removed or is switched off. Choose another model.")
    return JSONResponse(found)
