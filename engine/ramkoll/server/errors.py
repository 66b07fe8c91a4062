"""What the server refuses, and how it says so: in Swedish, with an id that also is in the log."""

from __future__ import annotations

import json
import logging
import secrets

from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ramkoll.excel.apart import code_lines
from ramkoll.model.errors import RamkollError
from ramkoll.server.log import log


class Refused(RamkollError):
    """A request that is not carried out, with the HTTP status that says what kind of fault."""

    def __init__(
        self, status: int, what: str, *, where: str = "", expected: str = "", todo: str
    ) -> None:
        self.status = status
        super().__init__(what, where=where, expected=expected, todo=todo)


RELOAD = "Ladda om panelen; den kan vara äldre än servern."


def error_id() -> str:
    """What the user reads out and IT finds in the log: 8 hexadecimal digits."""
    return secrets.token_hex(4)


def error_facts(error: RamkollError, named: str) -> dict[str, str]:
    """An error as the wire has it."""
    return {
        "id": named,
        "what": error.what,
        "where": error.where,
        "expected": error.expected,
        "todo": error.todo,
    }


def json_bytes(value: object) -> bytes:
    """Compact JSON in UTF-8."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


def error_response(error: RamkollError, status: int) -> Response:
    """The answer to a request that is refused, which is logged with its id only."""
    named = error_id()
    log("refused", id=named, status=status)
    headers = {"Retry-After": "1"} if status in (429, 503) else {}
    if status == 400:  # what follows on the connection may be no request at all
        headers["Connection"] = "close"
    body = json_bytes({"error": error_facts(error, named)})
    return Response(body, status, headers, "application/json")


def our_fault(named: str) -> RamkollError:
    """What is said when the fault is in Ramkoll itself."""
    return RamkollError(
        f"Ramkoll kunde inte slutföra detta på grund av ett fel i programmet (fel-id {named}).",
        todo="Arbetsboken är orörd. Försök igen; kommer felet tillbaka, "
        "ge fel-id till förvaltningen av Ramkoll.",
    )


async def on_ramkoll_error(_request: Request, error: Exception) -> Response:
    """A handler for all that Ramkoll refuses."""
    assert isinstance(error, RamkollError)
    return error_response(error, error.status if isinstance(error, Refused) else 409)


async def on_http_error(_request: Request, error: Exception) -> Response:
    """A handler for what the router refuses: no such page, no such method."""
    assert isinstance(error, HTTPException)
    said = {
        404: "Det finns ingen sådan sida.",
        405: "Sidan kan inte användas på det sättet.",
    }.get(error.status_code, "Anropet går inte att förstå.")
    response = error_response(RamkollError(said, todo=RELOAD), error.status_code)
    for name in ("Allow",):
        if error.headers and name in error.headers:
            response.headers[name] = error.headers[name]
    return response


class CatchAll:
    """Answers 500 with an error id for a fault of ours; the log gets the lines of code."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return await self.app(scope, receive, send)
        started = False

        async def noted(message: Message) -> None:
            nonlocal started
            started = True
            await send(message)

        try:
            await self.app(scope, receive, noted)
        except ClientDisconnect:
            return None
        except RamkollError as error:  # one that was raised outside of the routes
            if not started:
                await (await on_ramkoll_error(Request(scope), error))(scope, receive, send)
        except Exception as error:
            named = error_id()
            log("fault", logging.ERROR, id=named, at=code_lines(error))
            if not started:
                body = json_bytes({"error": error_facts(our_fault(named), named)})
                await Response(body, 500, media_type="application/json")(scope, receive, send)
