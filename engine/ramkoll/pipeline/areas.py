"""The avdelningar's causes in the områden's workbooks, beside what each område writes itself."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, time
from pathlib import Path

from ramkoll.compute.listed import UNIT_FORM, Cells, Listed
from ramkoll.compute.report_causes import AREA_FORM, CAUSES
from ramkoll.compute.unit_causes import UNIT_CAUSES, cells_of, unit_causes
from ramkoll.excel.beside_cells import beside_cells
from ramkoll.excel.children import Children
from ramkoll.excel.replace import replace_file
from ramkoll.excel.scan import scan_bytes
from ramkoll.excel.write import workbook_bytes
from ramkoll.layout.draw import Filling, draw
from ramkoll.layout.form import Form, Irregularity
from ramkoll.layout.places import Places, SlotKey, list_line
from ramkoll.layout.typed import text_in
from ramkoll.model.cells import Cell, CellRef
from ramkoll.model.errors import RamkollError
from ramkoll.model.findings import Finding
from ramkoll.model.formula_difference import same_formula
from ramkoll.model.period import Period
from ramkoll.model.plan import PlanValue
from ramkoll.model.register import Enhet, Register, Reporter
from ramkoll.model.workbook import Submission
from ramkoll.pipeline.check import form_view
from ramkoll.pipeline.distribute import file_names, fill_reporter
from ramkoll.pipeline.existing import would_be_lost
from ramkoll.pipeline.package import counting_forms
from ramkoll.pipeline.submissions import (
    Inbox,
    Progress,
    Workbook,
    frame_of,
    locate_unit,
    read_inbox,
    workbook_files,
)
from ramkoll.rules.irregular import irregularity_findings
from ramkoll.rules.views import FormView
from ramkoll.store.layouts import Layouts


@dataclass(frozen=True)
class Areas:
    """What became of the områden's workbooks.

    ``refused`` says why a workbook was left as it was; ``missing`` are the units that have no
    workbook that counts, whose causes stand nowhere; ``findings`` files that cannot be used.
    """

    written: tuple[str, ...]
    unchanged: tuple[str, ...]
    refused: tuple[RamkollError, ...]
    missing: tuple[Enhet, ...]
    findings: tuple[Finding, ...]


def fetch_causes(
    folder: Path,
    layouts: Layouts,
    progress: Progress,
    *,
    frame_path: Path | None = None,
    children: Children | None = None,
) -> Areas:
    """Write the causes of the submitted unit workbooks into the områden's workbooks.

    The submission that counts is the one that a check counts. What people have written in an
    område's workbook is kept to the cell; where it cannot be, the workbook is left as it is and
    the others are still written. ``children`` read the workbooks. Raises RamkollError when there
    is no frame workbook or it has no område.
    """
    files = workbook_files([folder])
    inbox = read_inbox(files, layouts, progress, children=children)
    frame = frame_of(inbox, layouts, frame_path, children=children)
    if frame is None:
        raise RamkollError(
            "Ingen ramarbetsbok hittades.",
            where=str(folder),
            todo="Ange ramarbetsboken med --frame.",
        )
    register, period = frame.register, frame.form.places.period
    areas = [each for each in register.reporters if each.form == AREA_FORM]
    if not areas:
        raise RamkollError(
            "Ramarbetsboken har inget område som lämnar in en arbetsbok.",
            where=frame.form.file,
            todo=f"Skriv områdena på bladet Rapportörer, med formuläret {AREA_FORM}.",
        )
    forms, irregular = _forms(inbox, layouts, register, period)
    counting, _ = counting_forms(forms, period)
    enheter = register.valid_enheter(period.last_day)
    causes = {
        each.code: [cells_of(row) for row in view.form.facts.records(CAUSES)]
        for each in enheter
        if (view := counting.get((UNIT_FORM, each.code))) is not None
    }
    writer = _Writer(
        folder,
        layouts,
        register,
        period,
        {name: path for path, name in files},
        {each.file: each for each in inbox.units},
        file_names(enheter, register.reporters),
    )
    written: list[str] = []
    unchanged: list[str] = []
    refused: list[RamkollError] = []
    for area in areas:
        covered = [each.code for each in enheter if area.covers(each.code)]
        rows = unit_causes((code, causes.get(code, ())) for code in covered)
        try:
            if (AREA_FORM, area.code) in counting:
                file, new = writer.refilled(area, counting[AREA_FORM, area.code], rows)
            else:
                file, new = writer.created(area, rows)
        except RamkollError as fault:
            refused.append(fault)
        else:
            (written if new else unchanged).append(file)
    asked = [each for each in enheter if any(area.covers(each.code) for area in areas)]
    return Areas(
        tuple(written),
        tuple(unchanged),
        tuple(refused),
        tuple(each for each in asked if each.code not in causes),
        irregularity_findings(tuple(irregular)),
    )


def _forms(
    inbox: Inbox, layouts: Layouts, register: Register, period: Period
) -> tuple[list[FormView], list[Irregularity]]:
    forms: list[FormView] = []
    irregular = list(inbox.irregularities)
    for workbook in inbox.units:
        located = locate_unit(workbook, register)
        if isinstance(located, Form):
            forms.append(form_view(located, layouts, register, period))
        else:
            irregular.append(located)
    return forms, irregular


@dataclass(frozen=True)
class _Writer:
    folder: Path
    layouts: Layouts
    register: Register
    period: Period
    paths: dict[str, Path]
    workbooks: dict[str, Workbook]
    names: dict[str, str]

    def created(self, area: Reporter, rows: list[Cells]) -> tuple[str, bool]:
        """A new workbook for an område that has none. RamkollError when its name is taken."""
        file = self.names[area.code]
        path = self.folder / file
        if path.exists():
            raise RamkollError(
                f"Filen är inte områdets arbetsbok för {self.period}, och skrivs inte över.",
                where=file,
                todo="Flytta eller byt namn på filen och kör igen.",
            )
        layout = self.layouts.form(AREA_FORM, self.period)
        data = Listed(rows={(UNIT_CAUSES, area.code): rows})
        filled = fill_reporter(layout, self.register, area, self.period, data, file)
        replace_file(path, self._bytes(*filled))
        return file, True

    def refilled(
        self, area: Reporter, view: FormView | None, rows: list[Cells]
    ) -> tuple[str, bool]:
        """An område's workbook with new causes beside its own, and whether anything changed."""
        if view is None:
            raise RamkollError(
                "Flera olika arbetsböcker har samma version, så det går inte att veta vilken "
                "som gäller. Ingen av dem har ändrats.",
                where=area.label,
                todo="Ta bort den som inte gäller, eller höj versionen på bladet Start.",
            )
        path, old = self.paths[view.file], self.workbooks[view.file].submission
        before = path.read_bytes()
        _refuse_beside(before, path, view.file)
        filled = _refilled(old, view.form, self.register, area, rows)
        after = self._bytes(*filled)
        new = scan_bytes(after, view.file)
        codes = {each.code for each in self.register.enheter}
        lost = list(_lost(old, new, view.form, codes))
        if lost:
            raise _would_lose(f"{would_be_lost(lost)} Filen har inte ändrats.", view.file)
        if after == before:
            return view.file, False
        replace_file(path, after)
        return view.file, True

    def _bytes(self, places: Places, filling: Filling) -> bytes:
        # The time that distribution gives its workbooks too: the same content, the same bytes.
        created = datetime.combine(self.period.last_day, time())
        return workbook_bytes(draw(places, filling, created))


def _would_lose(what: str, file: str) -> RamkollError:
    return RamkollError(
        what,
        where=file,
        todo="Flytta det som inte hör till formuläret till en egen arbetsbok och kör igen.",
    )


def _refuse_beside(data: bytes, path: Path, file: str) -> None:
    beside = beside_cells(data, file)
    if beside or path.suffix.casefold() != ".xlsx":
        found = " och ".join(beside) or f"formatet {path.suffix}"
        raise _would_lose(f"Där finns {found} som skulle försvinna. Filen har inte ändrats.", file)


def _refilled(
    old: Submission, form: Form, register: Register, area: Reporter, rows: list[Cells]
) -> tuple[Places, Filling]:
    """The form anew: every cell as it stood, but for the causes of the units."""
    layout, period = form.places.layout, form.places.period
    data = _as_listed(form, area.code)
    data.rows[UNIT_CAUSES, area.code] = rows
    places, filling = fill_reporter(layout, register, area, period, data, form.file)
    raw = {slot: cell.value for slot, cell in _inputs(old, form) if slot.table != UNIT_CAUSES}
    ours = {slot: value for slot, value in filling.values.items() if slot.table == UNIT_CAUSES}
    fields: dict[str, PlanValue] = {name: cell.value for name, cell in form.fields.items()}
    return places, replace(
        filling,
        fields={**filling.fields, **fields},
        values={**raw, **ours},
        subtitle=_subtitle(old, form) or filling.subtitle,
    )


def _as_listed(form: Form, who: str) -> Listed:
    """What a form holds, as extracts would have put it there; lists keep their empty rows."""
    data = Listed()
    for table, place in form.places.tables.items():
        if place.layout.rows == "list":
            found = {row.line: cells_of(row) for row in form.facts.records(table)}
            filled = max(place.rows.values(), default=place.header_row) - place.header_row
            lines = [list_line(n) for n in range(1, filled + 1)]
            data.rows[table, who] = [found.get(line, {}) for line in lines]
            continue
        cells = data.cells.setdefault((table, who), {})
        for slot, _, _, _ in place.slots():
            fact = form.facts.get(form.places.fact_key(slot))
            series = place.series_of(slot.row)
            if fact is not None and not slot.row.part:
                row = cells.setdefault((slot.row.line, series.year if series else 0), {})
                row[slot.column, slot.month] = fact.value
    return data


def _inputs(old: Submission, form: Form) -> Iterator[tuple[SlotKey, Cell]]:
    """Every filled cell that the form expects somebody to fill, as it stood."""
    for place in form.places.tables.values():
        sheet = old.sheet(place.sheet)
        assert sheet is not None
        for slot, _, row, column in place.slots():
            cell = sheet.cell(row, column)
            if slot not in form.shown and not cell.is_blank:
                yield slot, cell


def _subtitle(old: Submission, form: Form) -> str:
    """The line below the title, as it stood on the sheet with the form's name."""
    sheet = old.sheet(form.places.field_ref("form").sheet)
    return text_in(sheet.cell(2, 1)) if sheet is not None else ""


def _lost(old: Submission, new: Submission, form: Form, codes: set[str]) -> Iterator[CellRef]:
    """Cells of the old workbook that the new one has not, the fetched causes left out.

    A row of the list of causes that names no unit is somebody's own.
    """
    fetched = set(_fetched(old, form, codes))
    for sheet in old.sheets:
        after = new.sheet(sheet.name)
        if after is None:
            if sheet.cells:
                yield CellRef.whole_file(old.file, sheet.name)
            continue
        for (row, column), cell in sorted(sheet.cells.items()):
            at = CellRef(old.file, sheet.name, row, column)
            if not cell.is_blank and at not in fetched and not _same(cell, after.cell(row, column)):
                yield at


def _fetched(old: Submission, form: Form, codes: set[str]) -> Iterator[CellRef]:
    place = form.places.tables.get(UNIT_CAUSES)
    sheet = old.sheet(place.sheet) if place is not None else None
    if place is None or sheet is None or ("enhet", 0) not in place.columns:
        return
    for row in place.rows.values():
        if text_in(sheet.cell(row, place.columns["enhet", 0])) in codes:
            for column in place.columns.values():
                if sheet.cell(row, column).formula is None:
                    yield CellRef(old.file, sheet.name, row, column)


def _same(one: Cell, other: Cell) -> bool:
    if one.formula is not None and other.formula is not None:
        return same_formula(one.formula, other.formula)
    return (one.kind, one.value, one.formula) == (other.kind, other.value, other.formula)
