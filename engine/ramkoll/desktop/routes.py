"""The desk's routes, beside those of the server: calls from Excel's buttons, and the window."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any, TypeVar

from fastapi import APIRouter, Request
from pydantic import TypeAdapter, ValidationError
from starlette.responses import Response, StreamingResponse

from ramkoll.desktop.desk import Desk
from ramkoll.desktop.port import Caller
from ramkoll.desktop.window import Opener, Tickets
from ramkoll.desktop.wire import DeskBook, DeskCall, DeskPlace, DeskState, DeskTicket
from ramkoll.server.errors import Refused, json_bytes
from ramkoll.server.settings import Settings

#: The types of these routes' bodies.
TAKEN, SENT = (DeskCall, DeskBook, DeskPlace), (DeskState,)
TICKET = "/biljett"
# To find a cell and select it.
_GO_SECONDS = 10.0

T = TypeVar("T")


def router(
    desk: Desk, settings: Settings, tickets: Tickets, opener: Opener, stop: Callable[[], None]
) -> APIRouter:
    """Every route of the desk. ``stop`` ends the process."""
    route = APIRouter()
    board = desk.board

    @route.get("/api/v1/desk", **_gives("DeskState"))
    async def state() -> Response:
        """Var skrivbordet står: vad som körs, och hur det senaste gick."""
        return Response(board.json(), media_type="application/json")

    @route.get("/api/v1/desk/events", **_gives("DeskState", kind="application/x-ndjson"))
    async def events() -> Response:
        """Skrivbordet vid varje förändring, en rad JSON varje gång; tomma rader däremellan."""
        opener.arrived()
        lines = board.lines(settings.limits.heartbeat)
        return StreamingResponse(lines, media_type="application/x-ndjson")

    @route.post("/api/v1/desk/calls", **_gives("DeskState", 202), openapi_extra=_takes("DeskCall"))
    async def call(request: Request) -> Response:
        """Kör ett kommando i en arbetsbok som är öppen i Excel."""
        asked = await _body(request, DeskCall)
        desk.call(asked.command, asked.arguments, _caller(asked))
        return Response(board.json(), 202, media_type="application/json")

    @route.delete("/api/v1/desk/calls", **_gives("DeskState", 202))
    async def cancel() -> Response:
        """Be det som körs att sluta. Det som redan skriver gör klart."""
        desk.cancel()
        return Response(board.json(), 202, media_type="application/json")

    @route.post("/api/v1/desk/undo", **_gives("DeskState", 202), openapi_extra=_takes("DeskBook"))
    async def undo(request: Request) -> Response:
        """Lägg tillbaka det som det senaste kommandot skrev i arbetsboken."""
        desk.undo(_caller(await _body(request, DeskBook)))
        return Response(board.json(), 202, media_type="application/json")

    @route.post("/api/v1/desk/go", status_code=204, openapi_extra=_takes("DeskPlace"))
    async def go(request: Request) -> Response:
        """Visa en cell i arbetsboken."""
        place = await _body(request, DeskPlace)
        shown = desk.go(place.sheet, place.address)
        try:
            await asyncio.wait_for(asyncio.wrap_future(shown), _GO_SECONDS)
        except TimeoutError as error:
            raise Refused(
                504,
                "Excel svarade inte i tid.",
                todo="Se efter om Excel väntar på ett svar, till exempel i en dialogruta.",
            ) from error
        return Response(status_code=204)

    @route.post("/api/v1/desk/stop", status_code=204)
    async def stop_desk() -> Response:
        """Avsluta Ramkolls process på skrivbordet."""
        stop()
        return Response(status_code=204)

    @route.post(TICKET, include_in_schema=False)
    async def exchange(request: Request) -> Response:
        """The secret for a ticket. Outside the API, since whoever asks has no secret yet."""
        if not tickets.take((await _body(request, DeskTicket)).ticket):
            raise Refused(
                401,
                "Fönstret får inte längre tala med Ramkoll.",
                todo="Välj Panel på fliken Ramkoll i Excel, så öppnas ett nytt fönster.",
            )
        return Response(json_bytes({"secret": settings.secret}), media_type="application/json")

    return route


async def _body(request: Request, kind: type[T]) -> T:
    try:
        return TypeAdapter(kind).validate_json(await request.body())
    except ValidationError as error:
        where = ".".join(str(step) for step in error.errors(include_input=False)[0]["loc"])
        raise Refused(
            422,
            "Anropet går inte att förstå.",
            where=where,
            todo="Uppdatera Ramkolls tillägg; det kan vara äldre eller nyare än programmet.",
        ) from error


def _caller(book: DeskBook) -> Caller | None:
    return Caller(book.hwnd, book.book, book.path) if book.book else None


def _takes(schema: str) -> dict[str, Any]:
    content = {"application/json": {"schema": {"$ref": f"#/components/schemas/{schema}"}}}
    return {"requestBody": {"required": True, "content": content}}


def _gives(schema: str, status: int = 200, kind: str = "application/json") -> dict[str, Any]:
    content = {kind: {"schema": {"$ref": f"#/components/schemas/{schema}"}}}
    return {
        "status_code": status,
        "response_class": Response,
        "responses": {status: {"description": "Lyckades", "content": content}},
    }
