"""The API's description: the client's types come from it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from ramkoll import __version__
from ramkoll.server.wire import schemas


def described(app: FastAPI, taken: Sequence[Any] = (), sent: Sequence[Any] = ()) -> dict[str, Any]:
    """The OpenAPI document of an app's routes under /api.

    ``taken`` and ``sent`` are the types of the bodies of routes that are not the server's own.
    """
    document = get_openapi(
        title="Ramkoll", version=__version__, routes=app.routes, openapi_version="3.1.0"
    )
    paths: dict[str, Any] = document["paths"]
    document["paths"] = {path: what for path, what in paths.items() if path.startswith("/api/")}
    bodies, parts = schemas(taken, sent)
    # FastAPI describes its own errors, which we never send.
    document["components"] = {
        "schemas": dict(sorted({**bodies, **parts}.items())),
        "securitySchemes": {"startkod": {"type": "http", "scheme": "bearer"}},
    }
    document["security"] = [{"startkod": []}]
    refused = {"application/json": {"schema": {"$ref": "#/components/schemas/ErrorBody"}}}
    for operations in document["paths"].values():
        for operation in operations.values():
            operation["responses"].pop("422", None)
            operation["responses"]["default"] = {"description": "Fel", "content": refused}
    return document
