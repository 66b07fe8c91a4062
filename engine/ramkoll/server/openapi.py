"""The API's description, made without starting a server: the client's types come from it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from ramkoll import __version__
from ramkoll.server.wire import schemas

FILE = "addin/office/openapi.json"


def described(app: FastAPI) -> dict[str, Any]:
    """The OpenAPI document of an app's routes under /api."""
    document = get_openapi(
        title="Ramkoll", version=__version__, routes=app.routes, openapi_version="3.1.0"
    )
    paths: dict[str, Any] = document["paths"]
    document["paths"] = {path: what for path, what in paths.items() if path.startswith("/api/")}
    bodies, parts = schemas()
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


def openapi() -> dict[str, Any]:
    """The OpenAPI document."""
    from ramkoll.server.app import make_app
    from ramkoll.server.settings import Settings

    return described(make_app(Settings(Path("."))))


def openapi_text() -> str:
    """The document as it is kept in the add-in's folder."""
    return json.dumps(openapi(), ensure_ascii=False, indent=2) + "\n"


if __name__ == "__main__":
    Path(FILE).write_text(openapi_text(), encoding="utf-8")
