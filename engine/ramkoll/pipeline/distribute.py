"""From extracts to one controller workbook a unit, and the frame workbook."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from pathlib import Path

import pandas as pd

from ramkoll.compute.allocate import Allocation, allocate, repeated_findings
from ramkoll.compute.forms import compute_form, in_cell_unit
from ramkoll.compute.organisation import Succession
from ramkoll.compute.register import CONTROL_MEASURES, register_of
from ramkoll.excel.replace import replace_file
from ramkoll.excel.scan import scan_bytes
from ramkoll.excel.write import workbook_bytes
from ramkoll.layout.draw import Filling, draw
from ramkoll.layout.layout import Layout
from ramkoll.layout.locate import locate
from ramkoll.layout.places import Places, RowKey, SlotKey, arrange, list_line
from ramkoll.model.errors import RamkollError
from ramkoll.model.facts import Fact, Facts, Read
from ramkoll.model.findings import Finding
from ramkoll.model.period import Period
from ramkoll.model.plan import PlanValue
from ramkoll.model.register import Enhet, Register
from ramkoll.rules.irregular import irregularity_findings
from ramkoll.store.extracts import Extracts, monthly, read_extracts, repeated_rows
from ramkoll.store.layouts import Layouts

FRAME_FILE = "budgetram.xlsx"
Progress = Callable[[int, int, str], None]


@dataclass(frozen=True)
class Distribution:
    """What was written, and what in the extracts needs somebody's eye."""

    files: tuple[str, ...]
    findings: tuple[Finding, ...]


def distribute(
    inputs: Path, period: Period, out: Path, layouts: Layouts, progress: Progress
) -> Distribution:
    """Write the frame workbook and a workbook for each unit that the register has in the period.

    Existing files are replaced whole. Raises RamkollError when the extracts cannot be used.
    """
    extracts = read_extracts(inputs)
    created = datetime.combine(period.last_day, time())
    register, frame_places, records, findings = _frame(extracts, period, layouts)
    succession = Succession(register, period.last_day)
    allocation = allocate(
        succession,
        register,
        period,
        outcome=monthly(extracts["utfall_månad"], "utfall_kr"),
        budget=monthly(extracts["budget_månad"], "budget_kr"),
        forecast=extracts["prognos"],
    )
    findings += repeated_findings(repeated_rows(extracts))
    findings += allocation.findings
    enheter = register.valid_enheter(period.last_day)
    if not enheter:
        raise RamkollError(
            f"Ingen enhet i registret gäller {period}.",
            where="enheter.csv",
            todo="Kontrollera perioden och kolumnerna giltig_från och giltig_till.",
        )
    records["parts"] = _part_records(allocation, layouts)
    records["controls"] = _control_records(allocation, enheter, period)
    layout = layouts.form("avdelning", period)
    names = file_names(enheter)
    steps = len(enheter) + 1
    register = _draw_frame(out, frame_places, records, period, created, layouts)[0]
    progress(1, steps, FRAME_FILE)
    for n, enhet in enumerate(enheter, 2):
        file = names[enhet.code]
        places, filling = fill(layout, register, enhet, period, allocation, file)
        replace_file(out / file, workbook_bytes(draw(places, filling, created)))
        progress(n, steps, file)
    return Distribution((FRAME_FILE, *names.values()), tuple(findings))


def file_names(enheter: tuple[Enhet, ...]) -> dict[str, str]:
    """A file name for each unit, from its code, that every file system takes."""
    names: dict[str, str] = {}
    taken = {FRAME_FILE.casefold()}
    for enhet in enheter:
        stem = re.sub(r"[^\w.\-]", "_", enhet.code).rstrip(".")
        if not stem or not stem[0].isalnum() or _RESERVED.fullmatch(stem):
            stem = f"enhet_{stem}"
        name, n = f"{stem}.xlsx", 2
        while name.casefold() in taken:
            name, n = f"{stem}_{n}.xlsx", n + 1
        taken.add(name.casefold())
        names[enhet.code] = name
    return names


# Names that Windows keeps for devices.
_RESERVED = re.compile(r"(?i)(con|prn|aux|nul|com\d|lpt\d)(\..*)?")


def _frame(
    extracts: Extracts, period: Period, layouts: Layouts
) -> tuple[Register, Layout, dict[str, list[dict[str, PlanValue]]], list[Finding]]:
    """The register as the frame workbook will have it, and the rows of its lists."""
    layout = layouts.form("budgetram", period)
    known = layouts.defaults
    boards = [str(board) for board in extracts["enheter"]["nämnd"] if board]
    records: dict[str, list[dict[str, PlanValue]]] = {
        "start": [{"board": max(set(boards), key=boards.count) if boards else ""}],
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
    created = datetime.combine(period.last_day, time())
    register, irregular = _draw_frame(None, layout, records, period, created, layouts)
    return register, layout, records, list(irregular)


def _draw_frame(
    out: Path | None,
    layout: Layout,
    records: Mapping[str, list[dict[str, PlanValue]]],
    period: Period,
    created: datetime,
    layouts: Layouts,
) -> tuple[Register, tuple[Finding, ...]]:
    """The frame workbook, read back the way everybody else will read it."""
    start = Enhet("", "", "", "", date(1900, 1, 1))
    empty = Register("", "", "", "")
    places = arrange(
        layout,
        empty,
        start,
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
        "board": records["start"][0]["board"],
        "year": Decimal(period.year),
        "month": Decimal(period.month),
    }
    data = workbook_bytes(draw(places, Filling(fields, values, {}, ""), created))
    if out is not None:
        replace_file(out / FRAME_FILE, data)
    form = locate(scan_bytes(data, FRAME_FILE), layout, None)
    register, faults = register_of(form, layouts.defaults)
    return register, irregularity_findings((*form.irregularities, *faults))


def fill(
    layout: Layout,
    register: Register,
    enhet: Enhet,
    period: Period,
    allocation: Allocation,
    file: str,
) -> tuple[Places, Filling]:
    """A unit's form with its figures, every formula with the value it must show."""
    places = arrange(
        layout,
        register,
        enhet,
        period,
        file=file,
        datasets=allocation.datasets,
        earlier_years=allocation.years,
        part_lines=allocation.part_lines(enhet.code),
    )
    values: dict[SlotKey, PlanValue] = {}
    facts: list[Fact] = []
    for place in places.tables.values():
        for slot, column, _, _ in place.slots():
            if column.expr is not None or place.layout.total(slot.row.line) is not None:
                continue
            key = places.fact_key(slot)
            amount = allocation.amount(key)
            if amount is not None:
                values[slot] = in_cell_unit(amount, column)
                facts.append(Fact(key, amount, column.fact_unit, Read(places.ref(slot))))
    computed = compute_form(places, Facts(facts))
    shown: dict[SlotKey, PlanValue] = {}
    for slot, value in computed.values.items():
        slot_column = places.tables[slot.table].layout.column(slot.column)
        assert slot_column is not None
        shown[slot] = in_cell_unit(value, slot_column)
    fields: dict[str, PlanValue] = {
        "form": layout.name,
        "enhet": enhet.code,
        "enhet_name": enhet.name,
        "area": enhet.area,
        "year": Decimal(period.year),
        "month": Decimal(period.month),
        "submission": Decimal(1),
        "status": "Utkast",
        "sheets": ", ".join(sheet.name for sheet in places.sheets()),
    }
    return places, Filling(fields, values, shown, f"{enhet.label} · {enhet.area}")


def _part_records(allocation: Allocation, layouts: Layouts) -> list[dict[str, PlanValue]]:
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


def _control_records(
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
