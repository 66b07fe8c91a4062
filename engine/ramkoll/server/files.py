"""The pane's files and the empty forms: fixed tables of names, so that no path leads elsewhere."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import FileResponse, Response

from ramkoll.model.errors import RamkollError
from ramkoll.store.resources import resource

PANE = "addin/office/dist"
# Vite puts a hash of the content in the names of these.
HASHED = "assets/"
# Not the system's table: on Windows the registry may call a script text, and nosniff stops it.
KINDS = {
    ".css": "text/css; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".ico": "image/x-icon",
    ".js": "text/javascript; charset=utf-8",
    ".json": "application/json",
    ".map": "application/json",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".txt": "text/plain; charset=utf-8",
    ".wasm": "application/wasm",
    ".woff2": "font/woff2",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".xml": "application/xml",
}


@dataclass(frozen=True)
class Pages:
    """The files of a folder by their names below it, as they were when the server started."""

    files: Mapping[str, Path]

    async def page(self, request: Request) -> Response:
        """A file; the page itself for the folder. 404 for all that is not in the table."""
        name = request.scope["path"].removeprefix("/") or "index.html"
        path = self.files.get(name)
        if path is None or not path.is_file():
            raise HTTPException(404)
        # What has no hash is asked for again each time, and usually found unchanged.
        kept = "public, max-age=31536000, immutable" if name.startswith(HASHED) else "no-cache"
        response = FileResponse(
            path,
            headers={"Cache-Control": kept},
            media_type=KINDS.get(path.suffix.lower(), "application/octet-stream"),
            stat_result=path.stat(),
        )
        if request.headers.get("if-none-match") == response.headers["etag"]:
            same = {name: response.headers[name] for name in ("etag", "cache-control")}
            return Response(status_code=304, headers=same)
        return response


def pages() -> Pages:
    """The built pane. None of it, when it has not been built in this checkout."""
    try:
        folder = resource(PANE)
    except RamkollError:
        return Pages({})
    found = (path for path in sorted(folder.rglob("*")) if path.is_file())
    return Pages({path.relative_to(folder).as_posix(): path for path in found})


def templates(layouts: Path | None) -> dict[str, Path]:
    """The empty forms by file name; one of the region's own goes before ours."""
    folders = [resource("templates"), *([layouts] if layouts else [])]
    found = {path.name: path for folder in folders for path in sorted(folder.glob("*.xlsx"))}
    return {name: path for name, path in sorted(found.items()) if not name.startswith(("~", "."))}
