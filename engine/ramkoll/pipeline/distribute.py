"""From extracts to one controller workbook a unit, and the frame workbook."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, time
from decimal import Decimal
from pathlib import Path

from ramkoll.compute.allocate import Allocation, allocate, repeated
from ramkoll.compute.forms import compute_form, in_cell_unit
from ramkoll.compute.organisation import Succession
from ramkoll.excel.replace import replace_file
from ramkoll.excel.write import workbook_bytes
from ramkoll.layout.draw import Filling, draw
from ramkoll.layout.layout import Layout
from ramkoll.layout.places import Places, SlotKey, arrange
from ramkoll.model.errors import RamkollError
from ramkoll.model.facts import Fact, Facts, Read
from ramkoll.model.findings import Finding
from ramkoll.model.period import Period
from ramkoll.model.plan import PlanValue
from ramkoll.model.register import Enhet, Register
from ramkoll.pipeline.existing import refuse_to_lose
from ramkoll.pipeline.frame_book import (
    FRAME_FILE,
    control_records,
    existing_frame,
    frame_book,
    frame_records,
    kept_parts,
    kept_rules,
    part_records,
)
from ramkoll.rules.irregular import irregularity_findings
from ramkoll.store.extracts import monthly, read_extracts, repeated_rows
from ramkoll.store.layouts import Layouts

Progress = Callable[[int, int, str], None]


@dataclass(frozen=True)
class Distribution:
    """What was written, and what in the extracts needs somebody's eye."""

    files: tuple[str, ...]
    findings: tuple[Finding, ...]


def distribute(
    inputs: Path,
    period: Period,
    out: Path,
    layouts: Layouts,
    progress: Progress,
    *,
    force: bool = False,
) -> Distribution:
    """Write the frame workbook and a workbook for each unit that the register has in the period.

    Existing files are replaced whole, and the region's own thresholds, calendar and name kept
    from a frame workbook that lies there. Raises RamkollError when the extracts cannot be used,
    or when people have written in a workbook that would be replaced, unless ``force``.
    """
    extracts = read_extracts(inputs)
    created = datetime.combine(period.last_day, time())
    old_frame = existing_frame(out / FRAME_FILE, layouts)
    records = frame_records(extracts, layouts)
    if old_frame is not None:
        records = kept_rules(records, old_frame)
    made = frame_book(records, period, layouts, created)
    register, findings = made.register, list(made.findings)
    succession = Succession(register, period.last_day)
    allocation = allocate(
        succession,
        register,
        period,
        outcome=monthly(extracts["utfall_månad"], "utfall_kr"),
        budget=monthly(extracts["budget_månad"], "budget_kr"),
        forecast=extracts["prognos"],
    )
    found = (*repeated(repeated_rows(extracts)), *allocation.irregularities)
    findings += irregularity_findings(found)
    enheter = register.valid_enheter(period.last_day)
    if not enheter:
        raise RamkollError(
            f"Ingen enhet i registret gäller {period}.",
            where="enheter.csv",
            todo="Kontrollera perioden och kolumnerna giltig_från och giltig_till.",
        )
    records["parts"] = part_records(allocation, layouts)
    records["controls"] = control_records(allocation, enheter, period)
    if old_frame is not None:
        kept_parts(records, old_frame)
    made = frame_book(records, period, layouts, created)
    layout = layouts.form("avdelning", period)
    names = file_names(enheter)
    filled = {
        names[enhet.code]: fill(layout, made.register, enhet, period, allocation, names[enhet.code])
        for enhet in enheter
    }
    if not force:
        refuse_to_lose(out, filled, old_frame, records, layouts)
    steps = len(enheter) + 1
    replace_file(out / FRAME_FILE, made.data)
    progress(1, steps, FRAME_FILE)
    for n, (file, (places, filling)) in enumerate(filled.items(), 2):
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
