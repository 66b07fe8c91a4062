"""A consolidated workbook opened for following: where its tables and Underlag stand."""

from __future__ import annotations

from dataclasses import dataclass

from ramkoll.compute.fingerprint import fingerprint
from ramkoll.excel.evaluate import Evaluator, name_cells
from ramkoll.excel.formula import Cells
from ramkoll.model.cells import Area, CellKind, CellRef, CellValue
from ramkoll.model.errors import RamkollError
from ramkoll.model.units import Unit
from ramkoll.model.workbook import Sheet, Submission
from ramkoll.pipeline.tables import printed_tables
from ramkoll.pipeline.trace_nodes import Report
from ramkoll.pipeline.trace_units import Units
from ramkoll.sheets import about, reconcile, summary, underlag
from ramkoll.sheets.table import VALUE_NAME


def open_report(workbook: Submission) -> Report:
    """A consolidated workbook, ready to be followed. Raises RamkollError when it is not one."""
    tables = printed_tables(workbook)
    sources = name_cells(workbook, VALUE_NAME)
    sheet = workbook.sheet(underlag.SHEET)
    if sources is None or sheet is None or sources.sheet != sheet.name:
        raise RamkollError(
            f"Bladet {underlag.SHEET} finns inte kvar, eller så har namnet {VALUE_NAME} ändrats.",
            where=workbook.file,
            todo="Sammanställ arbetsboken på nytt.",
        )
    heading_row = sources.area.top - 1
    columns = {
        str(cell.value): column
        for (row, column), cell in sheet.cells.items()
        if row == heading_row and cell.kind is CellKind.TEXT
    }
    missing = [heading for heading in underlag.HEADINGS if heading not in columns]
    if missing:
        raise RamkollError(
            f"Rubriken {missing[0]} finns inte på rad {heading_row}.",
            where=f"{workbook.file} {sheet.name}",
            expected=f"rubrikerna {', '.join(underlag.HEADINGS)}",
            todo="Skriv tillbaka rubriken eller sammanställ arbetsboken på nytt.",
        )
    files = _files(workbook.sheet(about.SHEET))
    om = workbook.sheet(about.SHEET)
    written = _written_fingerprint(om) if om is not None else ""
    area = sources.area
    evaluator = Evaluator(workbook, sources)
    units = {
        evaluator.at(sheet.name, row, area.left): _unit(sheet.cell(row, columns["Måttenhet"]).value)
        for row in range(area.top, area.bottom + 1)
    }
    found = fingerprint(
        tuple(sheet.cell(row, columns[heading]).value for heading in underlag.HEADINGS)
        for row in range(area.top, area.bottom + 1)
    )
    untouched = found == written if written else None
    return Report(evaluator, tables, sources, columns, Units(evaluator, units), files, untouched)


@dataclass(frozen=True)
class Change:
    """Something that is not as it was written. ``at`` has no row when it is a whole sheet."""

    at: CellRef
    what: str


def changed_figures(workbook: Submission) -> list[str]:
    """What has been changed in a consolidated workbook's figures since it was written.

    Sentences in Swedish; see ``changes``. Raises RamkollError when it is no such workbook.
    """
    return [f"{each.at}: {each.what}" for each in changes(open_report(workbook))]


def changes(report: Report) -> list[Change]:
    """Changed rows of Underlag, and numbers typed over the formulas of a printed table, the
    summary or the reconciliation. Empty when all is as it was.
    """
    workbook = report.workbook
    said: list[Change] = []
    if report.untouched is False:
        whole_sheet = CellRef.whole_file(workbook.file, underlag.SHEET)
        said.append(Change(whole_sheet, "raderna är inte de som skrevs dit."))
    wholly_ours = (workbook.sheet(name) for name in (summary.SHEET, reconcile.SHEET))
    whole = (Cells(each.name, _used(each)) for each in wholly_ours if each and each.cells)
    for cells in (*whole, *report.tables.values()):
        for at in report.evaluator.filled(cells):
            cell = report.evaluator.cell(at)
            if cell.kind is CellKind.NUMBER and cell.formula is None:
                said.append(Change(at, "ett inskrivet tal har ersatt formeln."))
    return said


def _used(sheet: Sheet) -> Area:
    rows, columns = zip(*sheet.cells, strict=True)
    return Area(1, 1, max(rows), max(columns))


def _unit(value: CellValue) -> Unit | None:
    """What Måttenhet says; blank is a number of no unit, an unknown word None."""
    try:
        return Unit(str(value or ""))
    except ValueError:
        return None


def _written_fingerprint(om: Sheet) -> str:
    """What the rows of Underlag came to when the workbook was made, from the sheet Om."""
    labels = (at for at, cell in om.cells.items() if cell.value == about.FINGERPRINT_LABEL)
    row, column = next(labels, (0, 0))
    return str(om.cell(row, column + 2).value or "") if row else ""


def _files(sheet: Sheet | None) -> dict[str, str]:
    """The fingerprint of each file that was read, from the list on the sheet Om."""
    if sheet is None:
        return {}
    name, fingerprint = about.FILE_HEADINGS[0], about.FILE_HEADINGS[-1]
    values = {at: str(cell.value) for at, cell in sheet.cells.items() if cell.value is not None}
    rows = {row for (row, _), value in values.items() if value == fingerprint}
    heads = {(v, row): column for (row, column), v in values.items() if v in (name, fingerprint)}
    found = {}
    for top in rows:
        if (name, top) not in heads:
            continue
        row = top + 1
        while (row, heads[name, top]) in values:
            file = values[row, heads[name, top]]
            found[file] = values.get((row, heads[fingerprint, top]), "")
            row += 1
    return found
