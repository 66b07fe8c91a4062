"""The frame workbook: its lists out of the extracts, and what a region has set itself."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import TypeAlias

import pandas as pd

from ramkoll.compute.allocate import Allocation
from ramkoll.compute.register import CONTROL_MEASURES, register_of
from ramkoll.excel.scan import scan, scan_bytes
from ramkoll.excel.write import workbook_bytes
from ramkoll.layout.draw import Filling, draw
from ramkoll.layout.form import Form
from ramkoll.layout.identify import identify
from ramkoll.layout.locate import locate
from ramkoll.layout.places import RowKey, SlotKey, arrange, list_line
from ramkoll.layout.typed import text_in
from ramkoll.model.cells import BLANK_CELL
from ramkoll.model.errors import RamkollError
from ramkoll.model.findings import Finding
from ramkoll.model.period import Period
from ramkoll.model.plan import PlanValue
from ramkoll.model.register import Enhet, Register
from ramkoll.pipeline.submissions import FRAME_FORM
from ramkoll.rules.irregular import irregularity_findings
from ramkoll.store.extracts import Extracts
from ramkoll.store.layouts import Layouts

FRAME_FILE = "budgetram.xlsx"
Records: TypeAlias = dict[str, list[dict[str, PlanValue]]]
_REPORTER = ("code", "name", "form", "enheter", "sheets")
CONTROLS, CONTROL_KEYS = "controls", ("enhet", "measure", "year", "month")
_START = ("organisation", "board", "case_number")


@dataclass(frozen=True)
class FrameBook:
    """A frame workbook as bytes, and its register read back as everybody else will read it."""

    data: bytes
    register: Register
    findings: tuple[Finding, ...]


def frame_records(extracts: Extracts, layouts: Layouts, period: Period) -> Records:
    """The rows of the frame workbook's lists, out of the extracts and Ramkoll's defaults."""
    known = layouts.defaults
    boards = [str(board) for board in extracts["enheter"]["nämnd"] if board]
    return {
        "start": [
            {
                "board": max(set(boards), key=boards.count) if boards else "",
                **next(
                    (
                        {"organisation": row["organisation"], "case_number": row["dnr"]}
                        for row in _rows(extracts["rapport"])
                    ),
                    {},
                ),
            }
        ],
        "calendar": [],
        "decisions": [
            {
                "decision": row["beslut_id"],
                "day": _day(row["datum"]),
                "year": Decimal(row["år"]),
                "board": row["nämnd"],
                "area": row["område"],
                "enhet": row["enhet"],
                "amount": row["belopp_tkr"],
                "kind": row["typ"],
                "text": row["text"],
            }
            for row in _rows(extracts["budgetram"])
        ],
        "enheter": [
            {
                "code": row["kod"],
                "name": row["namn"],
                "area": row["område"],
                "board": row["nämnd"],
                "valid_from": _day(row["giltig_från"]),
                "valid_to": _day(row["giltig_till"]),
                "predecessors": row["föregångare"],
                "part_of": row["ingår_i"],
            }
            for row in _rows(extracts["enheter"])
        ],
        "reporters": _reporters(extracts, period),
        "groups": [
            {
                "code": row["kod"],
                "name": row["namn"],
                "kind": row["typ"],
                "order": Decimal(row["ordning"] or n),
                "sign_checked": "J" if known.sign_checked(row["namn"]) else "N",
            }
            for n, row in enumerate(_rows(extracts["kontogrupper"]), 1)
        ],
        "thresholds": [
            {
                "threshold": each.id,
                "value": each.value,
                "unit": each.unit,
                "description": each.description,
                "source": each.source,
            }
            for each in known.thresholds.values()
        ],
    }


def _reporters(extracts: Extracts, period: Period) -> list[dict[str, PlanValue]]:
    """Those the extract names; for a form it does not name, those that the data asks for."""
    named: list[dict[str, PlanValue]] = [
        {
            "code": row["kod"],
            "name": row["namn"],
            "form": row["formulär"],
            "enheter": row["enheter"],
            "sheets": row["blad"],
        }
        for row in _rows(extracts["rapportörer"])
    ]
    forms = {row["form"] for row in named}
    taken = {row["kod"] for row in _rows(extracts["enheter"])} | {row["code"] for row in named}
    if "omrade" not in forms:
        day = period.last_day.isoformat()
        rows = _rows(extracts["enheter"])
        valid = [
            row
            for row in rows
            if (row["giltig_från"] or "") <= day
            and (not row["giltig_till"] or day <= row["giltig_till"])
        ]
        for area in dict.fromkeys(row["område"] for row in valid):
            codes = dict.fromkeys(row["kod"] for row in valid if row["område"] == area)
            code = area if area not in taken else f"Område {area}"
            named.append({"code": code, "name": area, "form": "omrade", "enheter": ";".join(codes)})
    if "personal" not in forms and len(extracts["personal"]):
        code = "HR" if "HR" not in taken else "Personalstatistik"
        named.append(
            {"code": code, "name": "Personalstatistik", "form": "personal", "enheter": "*"}
        )
    if "region" not in forms:
        code = "REGION" if "REGION" not in taken else "Regionen"
        named.append({"code": code, "name": "Regionen som helhet", "form": "region"})
    return named


def existing_frame(path: Path, layouts: Layouts) -> Form | None:
    """The frame workbook that lies where the new one goes, or None when there is none.

    Raises RamkollError when what lies there is no frame workbook.
    """
    if not path.exists():
        return None
    submission = scan(path)
    layout = identify(submission, layouts.forms)
    if layout.id != FRAME_FORM:
        raise RamkollError(
            "Filen är ingen ramarbetsbok, och skrivs inte över.",
            where=path.name,
            todo="Flytta eller byt namn på filen, eller välj en annan mapp efter --out.",
        )
    return locate(submission, layout, None)


def kept_rules(records: Records, old: Form) -> Records:
    """The records with what a region has set itself in an earlier frame workbook.

    Kept are its name, thresholds, calendar, rapportörer of its own, and which rows have their
    sign checked.
    """
    start = dict(records["start"][0])
    for name in _START:
        if text := text_in(old.fields.get(name, BLANK_CELL)):
            start[name] = text
    values = {r.text("threshold"): r for r in old.facts.records("thresholds")}
    thresholds = [
        row | {"value": values[name].number("value"), "source": values[name].text("source")}
        if (name := str(row["threshold"])) in values and values[name].number("value") is not None
        else row
        for row in records["thresholds"]
    ]
    signs = {r.text("code"): r.text("sign_checked") for r in old.facts.records("groups")}
    groups = [
        row | {"sign_checked": signs.get(str(row["code"])) or row["sign_checked"]}
        for row in records["groups"]
    ]
    calendar: list[dict[str, PlanValue]] = [
        {
            "year": row.number("year"),
            "month": row.number("month"),
            "report": row.text("report"),
            "deadline": _day(row.text("deadline")),
        }
        for row in old.facts.records("calendar")
    ]
    named = {str(row["code"]) for row in records["reporters"]}
    reporters = records["reporters"] + [
        {name: row.text(name) for name in _REPORTER}
        for row in old.facts.records("reporters")
        if row.text("code") and row.text("code") not in named
    ]
    kept: Records = {
        "start": [start],
        "thresholds": thresholds,
        "groups": groups,
        "reporters": reporters,
    }
    return {**records, **kept, "calendar": calendar}


def kept_parts(records: Records, old: Form) -> None:
    """Put what a region has set of its varav rows into the new ones: name, complete, fictive."""
    set_before = {(row.text("enhet"), row.text("part")): row for row in old.facts.records("parts")}
    for part in records["parts"]:
        before = set_before.get((str(part["enhet"]), str(part["part"])))
        for column in ("name", "complete", "fictive"):
            if before is not None and before.text(column):
                part[column] = before.text(column)


def frame_book(records: Records, period: Period, layouts: Layouts, created: datetime) -> FrameBook:
    """The frame workbook of the records."""
    layout = layouts.form(FRAME_FORM, period)
    places = arrange(
        layout,
        Register("", "", "", ""),
        Enhet("", "", "", "", date(1900, 1, 1)),
        period,
        file=FRAME_FILE,
        datasets=frozenset(),
        list_rows={table: len(rows) for table, rows in records.items()},
    )
    values = {
        SlotKey(table, RowKey(list_line(n)), column): value
        for table, rows in records.items()
        for n, row in enumerate(rows, 1)
        for column, value in row.items()
        if value not in (None, "") and table in places.tables
    }
    fields: dict[str, PlanValue] = {
        "form": layout.name,
        "year": Decimal(period.year),
        "month": Decimal(period.month),
        **records["start"][0],
    }
    data = workbook_bytes(draw(places, Filling(fields, values, {}, ""), created))
    form = locate(scan_bytes(data, FRAME_FILE), layout, None)
    register, faults = register_of(form, layouts.defaults)
    return FrameBook(data, register, irregularity_findings((*form.irregularities, *faults)))


def part_records(allocation: Allocation, layouts: Layouts) -> list[dict[str, PlanValue]]:
    return [
        {
            "enhet": enhet,
            "part": part,
            "name": part,
            "complete": "J" if complete else "N",
            "fictive": "J" if layouts.defaults.fictive(part) else "N",
        }
        for enhet, part, complete in allocation.parts()
    ]


def control_records(
    allocation: Allocation, enheter: tuple[Enhet, ...], period: Period
) -> list[dict[str, PlanValue]]:
    labels = {measure: label for label, measure in CONTROL_MEASURES.items()}
    return [
        {
            "enhet": enhet.code,
            "measure": labels[measure],
            "year": Decimal(period.year),
            "month": Decimal(period.month),
            "amount": amount,
        }
        for enhet in enheter
        for measure, amount in allocation.totals(enhet.code).items()
    ]


def _rows(frame: pd.DataFrame) -> list[dict[str, str]]:
    return [{str(k): v for k, v in row.items()} for row in frame.to_dict("records")]


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None
