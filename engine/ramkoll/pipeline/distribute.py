"""From extracts to one controller workbook a unit, and the frame workbook."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from pathlib import Path

from ramkoll.compute.allocate import Allocation, allocate, repeated
from ramkoll.compute.forms import compute_form, in_cell_unit
from ramkoll.compute.listed import UNIT_FORM, Listed, listed
from ramkoll.compute.organisation import Succession
from ramkoll.compute.report_causes import AREA_FORM
from ramkoll.compute.staff_extracts import protected_hours
from ramkoll.compute.unit_causes import show_unit_causes
from ramkoll.excel.children import Children
from ramkoll.excel.replace import replace_file
from ramkoll.excel.write import workbook_bytes
from ramkoll.layout.draw import Filling, draw
from ramkoll.layout.form import Form
from ramkoll.layout.layout import Layout
from ramkoll.layout.places import Places, SlotKey, arrange
from ramkoll.model.errors import RamkollError
from ramkoll.model.facts import Fact, Facts, Read
from ramkoll.model.findings import Finding
from ramkoll.model.period import Period
from ramkoll.model.plan import PlanValue
from ramkoll.model.register import Enhet, Register, Reporter
from ramkoll.pipeline.existing import refuse_to_lose
from ramkoll.pipeline.frame_book import (
    FRAME_FILE,
    Records,
    control_records,
    existing_frame,
    frame_book,
    frame_records,
    kept_parts,
    kept_rules,
    part_records,
)
from ramkoll.pipeline.previous import (
    PREVIOUS,
    LastBooks,
    last_books,
    previous_notes,
    read_previous,
)
from ramkoll.rules.irregular import irregularity_findings
from ramkoll.store.extracts import monthly, read_extracts, repeated_rows
from ramkoll.store.layouts import Layouts

Progress = Callable[[int, int, str], None]
SUBMITTED = (UNIT_FORM, AREA_FORM, "personal", "region")


@dataclass(frozen=True)
class Distribution:
    """What was written, and what in the extracts needs somebody's eye.

    ``notes`` say in Swedish what of the last period's workbooks stands nowhere in the new ones.
    """

    files: tuple[str, ...]
    findings: tuple[Finding, ...]
    notes: tuple[str, ...] = ()


def distribute(
    inputs: Path,
    period: Period,
    out: Path,
    layouts: Layouts,
    progress: Progress,
    *,
    force: bool = False,
    previous: Path | None = None,
    children: Children | None = None,
) -> Distribution:
    """Write the frame workbook and a workbook for each unit that the register has in the period.

    Existing files are replaced whole, and the region's own thresholds, calendar and name kept
    from a frame workbook that lies there. ``previous`` holds the last period's workbooks, as they
    were filled in: their forecasts, comments and texts go into the reference columns, before what
    the extracts have for them; ``children`` read them. Raises RamkollError when the extracts
    cannot be used, or when people have written in a workbook that would be replaced, unless
    ``force``.
    """
    created = datetime.combine(period.last_day, time())
    if previous is not None and previous.resolve() == out.resolve():
        raise RamkollError(
            "De nya arbetsböckerna skulle ersätta förra periodens.",
            where=str(out),
            todo="Välj en annan mapp efter --out.",
        )
    last = read_previous(previous, period, layouts, progress, children) if previous else None
    old_frame = existing_frame(out / FRAME_FILE, layouts)
    ready = prepare(inputs, period, layouts, old_frame)
    names = file_names(ready.enheter, ready.register.reporters)
    filled: dict[str, tuple[Places, Filling]] = {}
    notes: list[str] = []
    books: Mapping[tuple[str, str], LastBooks] = {}
    if last is not None:
        books, missing = last_books(last, ready.register, period)
        notes += (*last.notes, *missing)
    for enhet in ready.enheter:
        theirs = books.get((UNIT_FORM, enhet.code))
        places, filling = fill(ready, layouts, enhet, names[enhet.code], theirs)
        filled[names[enhet.code]] = places, filling
        if theirs is not None:
            notes += previous_notes(theirs, places, enhet.label, ready.allocation.amount)
    for reporter in ready.register.reporters:
        if reporter.form in SUBMITTED:
            file = names[reporter.code]
            layout = layouts.form(reporter.form, period)
            theirs = books.get((reporter.form, reporter.code))
            filled[file] = fill_reporter(
                layout, ready.register, reporter, period, ready.listed, file, theirs
            )
    if not force:
        refuse_to_lose(out, filled, old_frame, ready.records, layouts)
    steps = len(filled) + 1
    replace_file(out / FRAME_FILE, ready.frame)
    progress(1, steps, FRAME_FILE)
    for n, (file, (places, filling)) in enumerate(filled.items(), 2):
        replace_file(out / file, workbook_bytes(draw(places, filling, created)))
        progress(n, steps, file)
    findings = (*(last.findings if last else ()), *ready.findings)
    return Distribution((FRAME_FILE, *filled), findings, tuple(notes))


@dataclass(frozen=True)
class Prepared:
    """Extracts as they go into workbooks, and the frame workbook that says to which.

    ``frame`` are the frame workbook's bytes, ``records`` its rows, ``enheter`` the units of the
    period, ``findings`` what in the extracts needs somebody's eye.
    """

    period: Period
    register: Register
    enheter: tuple[Enhet, ...]
    allocation: Allocation
    listed: Listed
    records: Records
    frame: bytes
    findings: tuple[Finding, ...]


def prepare(inputs: Path, period: Period, layouts: Layouts, old_frame: Form | None) -> Prepared:
    """Read the extracts of a folder and share them out, without writing anything.

    ``old_frame`` is the region's own frame workbook, whose rules go before the extracts'. Raises
    RamkollError when the extracts cannot be used, or have no unit in the period.
    """
    extracts = read_extracts(inputs)
    created = datetime.combine(period.last_day, time())
    records = frame_records(extracts, layouts, period)
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
    register = made.register
    data = listed(
        [layouts.form(each, period) for each in SUBMITTED],
        extracts.frames,
        succession,
        register,
        period,
        protected_hours(
            extracts["personal"], extracts["sjukfrånvaro"], succession, register, period
        ),
    )
    findings += irregularity_findings(tuple(data.irregularities))
    show_unit_causes(data, register.reporters, enheter)
    return Prepared(
        period, register, enheter, allocation, data, records, made.data, tuple(findings)
    )


def file_names(enheter: Sequence[Enhet], reporters: Sequence[Reporter] = ()) -> dict[str, str]:
    """A file name for each unit and rapportör, from its code, that every file system takes."""
    names: dict[str, str] = {}
    taken = {FRAME_FILE.casefold()}
    stems = [(each.code, each.code) for each in enheter]
    stems += [(each.code, _FILE_OF.get(each.form, "{}").format(each.code)) for each in reporters]
    for code, wanted in stems:
        stem = re.sub(r"[^\w.\-]", "_", wanted).rstrip(".")
        if not stem or not stem[0].isalnum() or _RESERVED.fullmatch(stem):
            stem = f"enhet_{stem}"
        name, n = f"{stem}.xlsx", 2
        while name.casefold() in taken:
            name, n = f"{stem}_{n}.xlsx", n + 1
        taken.add(name.casefold())
        names[code] = name
    return names


_FILE_OF = {AREA_FORM: "område_{}", "personal": "personal_{}", "region": "region_{}"}
# Names that Windows keeps for devices.
_RESERVED = re.compile(r"(?i)(con|prn|aux|nul|com\d|lpt\d)(\..*)?")


def fill(
    ready: Prepared, layouts: Layouts, enhet: Enhet, file: str, last: LastBooks | None = None
) -> tuple[Places, Filling]:
    """A unit's form with its figures, every formula with the value it must show.

    ``last`` are the workbooks that its reference columns come from.
    """
    layout, register, period = layouts.form(UNIT_FORM, ready.period), ready.register, ready.period
    allocation, data = ready.allocation, ready.listed
    own = data.datasets.get(enhet.code, set())
    years = {table.id: data.years(table.id, enhet.code) for _, table in layout.tables()}
    places = arrange(
        layout,
        register,
        enhet,
        period,
        file=file,
        datasets=allocation.datasets | own | _at_hand(last),
        earlier_years={table: found or allocation.years for table, found in years.items()},
        part_lines=allocation.part_lines(enhet.code),
        list_rows=_list_rows(data, enhet.code),
    )

    def value(slot: SlotKey) -> PlanValue:
        if last is not None and _is_reference(last, places, slot):
            return _last_value(last, places, slot)
        amount = allocation.amount(places.fact_key(slot))
        if amount is not None:
            return amount
        return data.value(places.tables[slot.table], enhet.code, slot.row, slot.column, slot.month)

    fields = _fields(places, enhet.code, enhet.name, period) | {"area": enhet.area}
    return places, filling_of(places, fields, value, f"{enhet.label} · {enhet.area}")


def fill_reporter(
    layout: Layout,
    register: Register,
    reporter: Reporter,
    period: Period,
    data: Listed,
    file: str,
    last: LastBooks | None = None,
) -> tuple[Places, Filling]:
    """A rapportör's form with what the extracts have for it, and its ``last`` workbook."""
    who = Enhet(reporter.code, reporter.name, "", "", period.first_day)
    sheets = {sheet.name for sheet in layout.sheets if sheet.fields} | set(reporter.sheets)
    places = arrange(
        layout,
        register,
        who,
        period,
        file=file,
        datasets=frozenset(data.datasets.get(reporter.code, set())) | _at_hand(last),
        earlier_years={t.id: data.years(t.id, reporter.code) for _, t in layout.tables()},
        list_rows=_list_rows(data, reporter.code),
        sheets=frozenset(sheets) if reporter.sheets else None,
    )

    def value(slot: SlotKey) -> PlanValue:
        if last is not None and _is_reference(last, places, slot):
            return _last_value(last, places, slot)
        place = places.tables[slot.table]
        return data.value(place, reporter.code, slot.row, slot.column, slot.month)

    fields = _fields(places, reporter.code, reporter.name, period)
    return places, filling_of(places, fields, value, reporter.label)


def _at_hand(last: LastBooks | None) -> frozenset[str]:
    return frozenset() if last is None else frozenset({PREVIOUS})


def _is_reference(last: LastBooks, places: Places, slot: SlotKey) -> bool:
    """Whether a cell shows what the last workbooks held: then all of its column does."""
    column = places.tables[slot.table].layout.column(slot.column)
    assert column is not None
    return bool(column.previous) and last.holds(slot.table, column)


def _last_value(last: LastBooks, places: Places, slot: SlotKey) -> PlanValue:
    column = places.tables[slot.table].layout.column(slot.column)
    assert column is not None
    return last.value(slot, column)


def _list_rows(data: Listed, who: str) -> dict[str, int]:
    return {table: len(rows) for (table, owner), rows in data.rows.items() if owner == who}


def filling_of(
    places: Places,
    fields: Mapping[str, PlanValue],
    value: Callable[[SlotKey], PlanValue],
    subtitle: str,
) -> Filling:
    """A form's filling from the value of each slot: kronor for amounts, None for blank."""
    values: dict[SlotKey, PlanValue] = {}
    facts: list[Fact] = []
    for place in places.tables.values():
        for slot, column, _, _ in place.slots():
            is_total = place.layout.total(slot.row.line) is not None
            if place.layout.expr(slot.row.line, column) is not None:
                continue
            if is_total and column.total != "person":
                continue
            found = value(slot)
            if found is None:
                continue
            kept = found.isoformat() if isinstance(found, date) else found
            assert not isinstance(kept, bool)
            facts.append(
                Fact(places.fact_key(slot), kept, column.fact_unit, Read(places.ref(slot)))
            )
            values[slot] = found if isinstance(found, date) else in_cell_unit(kept, column)
    computed = compute_form(places, Facts(facts))
    shown: dict[SlotKey, PlanValue] = {}
    for slot, number in computed.values.items():
        slot_column = places.tables[slot.table].layout.column(slot.column)
        assert slot_column is not None
        shown[slot] = in_cell_unit(number, slot_column)
    return Filling(fields, values, shown, subtitle)


def _fields(places: Places, code: str, name: str, period: Period) -> dict[str, PlanValue]:
    return {
        "form": places.layout.name,
        "enhet": code,
        "enhet_name": name,
        "year": Decimal(period.year),
        "month": Decimal(period.month),
        "submission": Decimal(1),
        "status": "Utkast",
        "sheets": ", ".join(sheet.name for sheet in places.sheets()),
    }
