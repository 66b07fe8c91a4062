"""The app: guards outermost, then the API, the demo when it is wanted, and the pane's files."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractContextManager, asynccontextmanager, nullcontext
from typing import Any, NamedTuple

from fastapi import APIRouter, FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response

from ramkoll import __version__
from ramkoll.model.errors import RamkollError
from ramkoll.server import worker
from ramkoll.server.bodies import Bodies
from ramkoll.server.errors import CatchAll, error_response, on_http_error, on_ramkoll_error
from ramkoll.server.files import pages
from ramkoll.server.guards import Guard
from ramkoll.server.headers import Headers
from ramkoll.server.jobs import Jobs
from ramkoll.server.log import log
from ramkoll.server.openapi import described
from ramkoll.server.plain import PlainErrors
from ramkoll.server.pool import Pool
from ramkoll.server.routes import Api, router
from ramkoll.server.settings import Settings, checked_folders
from ramkoll.server.worker import Runner, Setup
from ramkoll.store.layouts import load_layouts


class Extra(NamedTuple):
    """What a floor above adds to the app: its routes, the types of their bodies (taken and sent,
    for the description), and what is to run as long as the workers do.
    """

    router: APIRouter
    taken: tuple[Any, ...] = ()
    sent: tuple[Any, ...] = ()
    running: AbstractContextManager[object] = nullcontext()


def make_app(
    settings: Settings,
    make_runner: Callable[[Setup], Runner] = worker.engine,
    extra: Callable[[Api], Extra] | None = None,
) -> FastAPI:
    """The server as an ASGI app. Its workers start and end with its lifespan.

    ``make_runner`` is what a worker does its work with; it must be importable by name. Raises
    RamkollError when a folder is missing or a layout cannot be used.
    """
    checked_folders(settings)
    limits = settings.limits
    jobs = Jobs(limits)
    setup = Setup(
        data=settings.data,
        submissions=settings.submissions,
        inputs=settings.inputs,
        previous=settings.previous,
        layouts=settings.layouts,
        memory=limits.memory,
    )
    pool = Pool(jobs, limits, setup, make_runner)
    api = Api(settings, load_layouts(settings.layouts), jobs, pool)
    more = extra(api) if extra else Extra(APIRouter())

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        log("started", version=__version__, port=settings.port, demo=settings.demo)
        pool.start()
        try:
            with more.running:
                yield
        finally:
            await run_in_threadpool(pool.close)
            log("stopped")

    app = FastAPI(
        title="Ramkoll",
        version=__version__,
        openapi_url=None,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        lifespan=lifespan,
        # From the outside inwards: every answer gets its headers, every fault is caught, and
        # nothing of a body is read before it is known who asks.
        middleware=[
            Middleware(Headers),
            Middleware(PlainErrors),
            Middleware(CatchAll),
            Middleware(Guard, settings=settings),
            Middleware(Bodies, limits=limits),
        ],
        exception_handlers={
            RamkollError: on_ramkoll_error,
            HTTPException: on_http_error,
            RequestValidationError: _on_wrong_parameter,
        },
    )
    app.state.api = api
    app.include_router(router(api))
    app.include_router(more.router)

    @app.get("/api/v1/openapi.json", include_in_schema=False)
    async def openapi_document() -> dict[str, object]:
        return described(app, more.taken, more.sent)

    if settings.demo:
        _add_demo(app, settings)
    app.add_route("/{path:path}", pages().page, methods=["GET"], include_in_schema=False)
    return app


def _add_demo(app: FastAPI, settings: Settings) -> None:
    # Imported only when it is wanted: it brings a recalculator of workbooks.
    from ramkoll.server.demo_routes import demo_router

    app.include_router(demo_router(settings), prefix="/demo/api")


async def _on_wrong_parameter(_request: Request, _error: Exception) -> Response:
    said = RamkollError("Anropet går inte att förstå.", todo="Ladda om panelen.")
    return error_response(said, 422)
