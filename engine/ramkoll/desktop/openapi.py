"""The API's description with the desk's routes, made without starting a server or a desk."""

from __future__ import annotations

import json
from pathlib import Path

from ramkoll.desktop.process import desk_app
from ramkoll.desktop.routes import SENT, TAKEN
from ramkoll.server.openapi import described
from ramkoll.server.settings import Settings

FILE = "addin/office/openapi.json"


def openapi_text() -> str:
    """The document as it is kept in the add-in's folder."""
    app = desk_app(Settings(Path("."), https=False)).app
    return json.dumps(described(app, TAKEN, SENT), ensure_ascii=False, indent=2) + "\n"


if __name__ == "__main__":
    Path(FILE).write_text(openapi_text(), encoding="utf-8")
