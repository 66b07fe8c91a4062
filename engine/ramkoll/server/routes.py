"""The API: commands and their jobs, rules, templates, health."""

from __future__ import annotations

import json
import re
import time
from collections import Counter
from dataclasses import asdict, dataclass, field
from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import FileResponse, Response, StreamingResponse

from ramkoll import __version__
from ramkoll.live.catalogue import commands, sheets_read
from ramkoll.rules.catalogue import rules
from ramkoll.rules.rule import Rule
from ramkoll.server.errors import Refused, json_bytes
from ramkoll.server.files import KINDS, templates
from ramkoll.server.jobs import Jobs
from ramkoll.server.log import log
from ramkoll.server.pool import Pool
from ramkoll.server.settings import Settings
from ramkoll.server.wire import CommandInfo, Health, RuleInfo, TemplateInfo
from ramkoll.store.layouts import Layouts

# Different directives are few; more than this many kinds of reports are not told apart.
_KINDS_OF_REPORTS = 50


@dataclass
class Api:
    """What the routes share."""

    settings: Settings
    layouts: Layouts
    jobs: Jobs
    pool: Pool
    begun: float = field(default_factory=time.monotonic)
    csp_reports: Counter[str] = field(default_factory=Counter)


def router(api: Api) -> APIRouter:
    """Every route under /api/v1."""
    route = APIRouter(prefix="/api/v1")
    settings = api.settings
    known = [
        asdict(CommandInfo(each.id, sheets_read(each, api.layouts))) for each in commands().values()
    ]
    forms = templates(settings.layouts)

    @route.get("/health", **_gives("Health"))
    async def health() -> Response:
        """Att servern svarar, och vad som är inställt."""
        return _json(
            asdict(
                Health(
                    status="ok",
                    version=__version__,
                    uptime=int(time.monotonic() - api.begun),
                    demo=settings.demo,
                    submissions=settings.submissions is not None,
                    inputs=settings.inputs is not None,
                    previous=settings.previous is not None,
                    layouts=settings.layouts is not None,
                    workers=len(api.pool.pids),
                    jobs=api.jobs.counts,
                    csp_reports=api.csp_reports.total(),
                )
            )
        )

    @route.get("/commands", **_gives("CommandInfos"))
    async def list_commands() -> Response:
        """Kommandona, och vilka blad vart och ett läser."""
        return _json(known)

    @route.post(
        "/commands/{command}", **_gives("Accepted", 202), openapi_extra={"requestBody": _CALL}
    )
    async def call_command(command: str, request: Request) -> Response:
        """Kör ett kommando. Svaret hämtas från jobbet."""
        kind = request.headers.get("content-type", "").partition(";")[0].strip().casefold()
        if kind != "application/json":
            raise Refused(
                415,
                "Det som skickades är inte JSON.",
                expected="Content-Type: application/json",
                todo="Ladda om panelen; den kan vara äldre än servern.",
            )
        if command not in commands():
            raise Refused(
                404,
                "Kommandot finns inte.",
                todo="Ladda om panelen; den kan vara äldre än servern.",
            )
        job = api.jobs.add(command, await request.body(), settings.user)
        return _json({"job": job.id}, 202)

    @route.get("/jobs/{job}", **_gives("JobState"))
    async def job_state(job: str) -> Response:
        """Hur långt ett jobb har kommit, och svaret när det är klart."""
        return Response(api.jobs.get(job).line(), media_type="application/json")

    @route.get("/jobs/{job}/events", **_gives("JobState", kind="application/x-ndjson"))
    async def job_events(job: str) -> Response:
        """Jobbet vid varje förändring, en rad JSON varje gång; den sista raden är slutlig."""
        found = api.jobs.get(job)
        api.jobs.may_listen()
        return StreamingResponse(api.jobs.lines(found), media_type="application/x-ndjson")

    @route.delete("/jobs/{job}", **_gives("JobState", 202))
    async def cancel_job(job: str) -> Response:
        """Be ett jobb att sluta."""
        return Response(api.jobs.cancel(job).line(), 202, media_type="application/json")

    @route.get("/rules", **_gives("RuleInfos"))
    async def list_rules() -> Response:
        """Reglerna."""
        return _json([asdict(_rule(each)) for each in rules()])

    @route.get("/rules/{rule}", **_gives("RuleInfo"))
    async def rule_page(rule: str) -> Response:
        """En regels sida."""
        for each in rules():
            if each.id == rule.upper():
                return _json(asdict(_rule(each)))
        raise Refused(404, "Regeln finns inte.", todo="Se listan över regler.")

    @route.get("/templates", **_gives("TemplateInfos"))
    async def list_templates() -> Response:
        """De tomma formulären."""
        return _json([asdict(TemplateInfo(n, p.stat().st_size)) for n, p in forms.items()])

    @route.get(
        "/templates/{file}",
        response_class=FileResponse,
        responses={200: {"content": {KINDS[".xlsx"]: {"schema": _BINARY}}}},
    )
    async def fetch_template(file: str) -> Response:
        """Ett tomt formulär."""
        path = forms.get(file)
        if path is None or not path.is_file():
            raise Refused(404, "Formuläret finns inte.", todo="Se listan över formulär.")
        return FileResponse(path, media_type=KINDS[".xlsx"], filename=file)

    @route.post("/csp-report", status_code=204, response_class=Response)
    async def csp_report(request: Request) -> Response:
        """Tar emot webbläsarens rapport om något som den har spärrat."""
        for directive in _directives(await request.body()):
            if len(api.csp_reports) < _KINDS_OF_REPORTS or directive in api.csp_reports:
                api.csp_reports[directive] += 1
            log("csp report", directive=directive)
        return Response(status_code=204)

    return route


_CALL = {
    "required": True,
    "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Call"}}},
}
_BINARY = {"type": "string", "format": "binary"}


def _gives(schema: str, status: int = 200, kind: str = "application/json") -> dict[str, Any]:
    """How a route is described: what it answers, by the schema's name; see openapi.py."""
    content = {kind: {"schema": {"$ref": f"#/components/schemas/{schema}"}}}
    return {
        "status_code": status,
        "response_class": Response,
        "responses": {status: {"description": "Lyckades", "content": content}},
    }


def _json(value: object, status: int = 200) -> Response:
    return Response(json_bytes(value), status, media_type="application/json")


def _rule(each: Rule) -> RuleInfo:
    return RuleInfo(
        each.id, each.title, each.severity, each.scope, each.message, each.tip, each.doc
    )


def _directives(body: bytes) -> list[str]:
    """Which directives were broken. Nothing else of a report is believed, or kept."""
    try:
        said = json.loads(body)
    except (ValueError, RecursionError):
        return ["unreadable"]
    reports = said if isinstance(said, list) else [said]
    found = []
    for each in reports[:10]:
        inner = each.get("csp-report", each.get("body")) if isinstance(each, dict) else None
        facts = inner if isinstance(inner, dict) else {}
        named = (
            facts.get(name)
            for name in ("effective-directive", "effectiveDirective", "violated-directive")
        )
        name = next((str(value) for value in named if value), "")
        found.append(name if re.fullmatch(r"[a-z-]{3,40}", name) else "unknown")
    return found
