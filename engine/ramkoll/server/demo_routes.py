"""The demo page's own routes: the example workbooks, recalculation, saving.

Nothing here is part of what a region runs: it is mounted by ``serve --demo`` only.
"""

from __future__ import annotations

import asyncio
import json
import multiprocessing
from collections.abc import Callable, Mapping
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar, cast

from fastapi import APIRouter, Request
from starlette.responses import Response

from ramkoll.excel.graft.cell_edit import MAX_TEXT
from ramkoll.model.errors import RamkollError
from ramkoll.server import demo_work
from ramkoll.server.errors import Refused
from ramkoll.server.settings import Settings

T = TypeVar("T")
REPORT = "regionstyrelsen-2024-08.xlsx"
# The first is what the page opens: the largest of the units.
_FIRST = "616.xlsx"
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_TITLES = {
    "budgetram.xlsx": "Ramarbetsboken",
    "personal_HR.xlsx": "HR: personal och sjukfrånvaro",
    REPORT: "Regionstyrelsens sammanställning",
}
_SLOW = 240.0
_QUICK = 30.0
_MOST_EDITS = 50_000


def demo_router(settings: Settings) -> APIRouter:
    """The routes; each workbook is one of ``settings.submissions``, or made from them."""
    assert settings.submissions is not None, "the demo has examples"
    demo = _Demo(settings.submissions, settings.data / "demo", settings.limits.memory)
    router = APIRouter(include_in_schema=False)

    @router.get("/workbooks")
    async def workbooks() -> Response:
        titles = await demo.work(_QUICK, demo_work.titles, demo.folder)
        return _answer({"workbooks": demo.listed(titles)})

    @router.get("/workbooks/{name}")
    async def workbook(name: str) -> Response:
        path = await demo.path(name)
        return _answer(await demo.work(_QUICK, demo_work.read_book, path, _stamp(path)))

    @router.post("/recalculate")
    async def recalculate(request: Request) -> Response:
        name, edits = _edits(await request.body())
        path = await demo.path(name)
        done = await demo.work(_QUICK, demo_work.recalculated, path, _stamp(path), edits)
        return _answer(done)

    @router.post("/save")
    async def save(request: Request) -> Response:
        name, edits = _edits(await request.body())
        path = await demo.path(name)
        data = await demo.work(_QUICK, demo_work.saved, path, _stamp(path), edits)
        return Response(
            data,
            media_type=_XLSX,
            headers={"Content-Disposition": "attachment; filename=arbetsbok.xlsx"},
        )

    return router


class _Demo:
    """The example workbooks, and one child process that works on them."""

    def __init__(self, folder: Path, made: Path, memory: int) -> None:
        self.folder = folder
        self.made = made
        self.memory = memory
        self.process: ProcessPoolExecutor | None = None
        self.one_at_a_time = asyncio.Lock()

    def names(self) -> list[str]:
        found = sorted(path.name for path in self.folder.glob("*.xlsx"))
        ordered = [_FIRST, REPORT, *found]
        return list(dict.fromkeys(n for n in ordered if n == REPORT or n in found))

    def listed(self, titles: Mapping[str, str]) -> list[dict[str, str]]:
        said = {**titles, **_TITLES}
        return [{"name": name, "title": said.get(name, "")} for name in self.names()]

    async def path(self, name: str) -> Path:
        """Where a workbook lies. The consolidated one is made the first time."""
        if name not in self.names():
            raise Refused(404, "Arbetsboken finns inte bland exemplen.", todo="Välj en i listan.")
        if name != REPORT:
            return self.folder / name
        out = self.made / REPORT
        if not out.exists():
            self.made.mkdir(parents=True, exist_ok=True)
            made = datetime(2024, 9, 10, 8, 0)
            await self.work(_SLOW, demo_work.make_report, self.folder, out, made)
        return out

    async def work(self, seconds: float, task: Callable[..., T], *given: Any) -> T:
        """Do a task in the child process, within so many seconds."""
        async with self.one_at_a_time:
            if self.process is None:
                spawn = multiprocessing.get_context("spawn")
                self.process = ProcessPoolExecutor(1, spawn, demo_work.begin, (self.memory,))
            running = asyncio.get_running_loop().run_in_executor(
                self.process, demo_work.told, task, *given
            )
            try:
                answer, refused = await asyncio.wait_for(running, seconds)
            except (TimeoutError, BrokenProcessPool) as error:
                self._end()
                raise RamkollError(**demo_work.GAVE_UP) from error
        if refused is not None:
            raise RamkollError(**refused)
        return cast(T, answer)

    def _end(self) -> None:
        if self.process is not None:
            for each in list((self.process._processes or {}).values()):
                each.kill()
            self.process.shutdown(wait=False, cancel_futures=True)
            self.process = None


def _stamp(path: Path) -> int:
    return path.stat().st_mtime_ns


def _answer(value: object) -> Response:
    body = json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()
    return Response(body, media_type="application/json")


def _edits(body: bytes) -> tuple[str, list[Any]]:
    try:
        # Numbers as cells hold them: one that is too large becomes infinity, which is refused
        # below with all else that JSON in UTF-8 cannot say.
        asked = json.loads(body, parse_int=float)
        json.dumps(asked, ensure_ascii=False, allow_nan=False).encode()
        edits = asked["edits"]
        right = isinstance(edits, list) and all(
            isinstance(sheet, str)
            and isinstance(address, str)
            and isinstance(content, dict)
            and all(len(text) <= MAX_TEXT for text in content.values() if isinstance(text, str))
            for sheet, address, content in edits
        )
        name = str(asked["workbook"])
    except (ValueError, KeyError, TypeError, RecursionError):
        right, name, edits = False, "", []
    if not right or len(edits) > _MOST_EDITS:
        raise Refused(400, "Ändringarna går inte att läsa.", todo="Ladda om sidan och försök igen.")
    return name, edits
