"""Mina avdelningar: who has handed in what, and what is found in it."""

from __future__ import annotations

from collections import Counter
from typing import Literal

import xlwings as xw

from ramkoll.live.collected import collected
from ramkoll.live.command import Reads, command
from ramkoll.live.host import Host
from ramkoll.live.results import Result, UnitRow, UnitsView
from ramkoll.live.words import finding_row
from ramkoll.model.findings import Finding, Severity
from ramkoll.model.period import Period
from ramkoll.model.units import swedish_amount
from ramkoll.pipeline.package import version
from ramkoll.pipeline.status import UnitStatus, statuses
from ramkoll.report.findings import count_text
from ramkoll.rules.catalogue import rules

State = Literal["saknas", "stoppar", "varning", "upplysning", "klar"]
_STATE_WORDS: dict[State, str] = {
    "saknas": "Inte inlämnad",
    "stoppar": "Måste rättas",
    "varning": "Har varningar",
    "upplysning": "Har upplysningar",
    "klar": "Klar",
}


@command("units", Reads.NOTHING)
def units(book: xw.Book, host: Host) -> Result:
    """Every unit and rapportör with its status, worst finding and findings."""
    found = collected(host)
    period = found.package.view.period
    all_of_them = statuses(found.checked, found.package, found.found)
    rows = [_row(each, period, book.name) for each in all_of_them]
    host.progress(found.steps, found.steps, "Klart")
    due = [row for row in rows if row.code]
    left = Counter(row.state for row in due)
    said = [f"{len(due) - left['saknas']} av {len(due)} har lämnat in för {period.words}."]
    if left["stoppar"]:
        said.append(f"{left['stoppar']} måste rättas.")
    return Result(" ".join(said), UnitsView(period.words, rows))


def _row(status: UnitStatus, period: Period, open_file: str) -> UnitRow:
    worst = status.findings[0] if status.findings else None
    state: State = "klar"
    if status.missing:
        state = "saknas"
    elif worst is not None:
        state = worst.severity.value
    view = status.view
    return UnitRow(
        code=status.code,
        name=status.label.removeprefix(status.code).strip() or status.label,
        state=state,
        state_words=_STATE_WORDS[state],
        version=_version(status),
        file=view.file if view is not None else ", ".join(status.files),
        worst="" if worst is None else _worst(worst),
        counts=_counts(status),
        findings=[finding_row(each, status.code, period, open_file) for each in status.findings],
    )


def _version(status: UnitStatus) -> str:
    if status.view is None:
        return ""
    number = version(status.view)
    said = f"version {number}" if number >= 0 else "version som inte går att läsa"
    return ", ".join(filter(None, (said, status.view.field_text("status"))))


def _worst(finding: Finding) -> str:
    title = next((each.title for each in rules() if each.id == finding.rule), "")
    if finding.effect is not None:
        title = f"{title.removesuffix('.')}, {swedish_amount(finding.effect)}"
    return f"{finding.severity.value.capitalize()} {finding.rule} {title}"


def _counts(status: UnitStatus) -> str:
    said = count_text(status.findings)
    number = status.acknowledged
    return f"{said} {number} kvittera{'t' if number == 1 else 'de'}." if number else said


assert set(_STATE_WORDS) >= {each.value for each in Severity}
