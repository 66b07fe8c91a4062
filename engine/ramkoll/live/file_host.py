"""The same commands on a file: what was scanned as the snapshot that a host would have sent.

``snapshot_of(scan(path))`` gives it to a SnapshotHost, without Excel and without another reader
of files than our own. What a Submission does not hold cannot be in the snapshot: the number
formats of empty cells are General.
"""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Literal

from ramkoll.excel.number_formats import serial_from_date
from ramkoll.live.areas import size_of
from ramkoll.live.snapshot import Raw, SheetSnapshot, Snapshot
from ramkoll.live.snapshot_cells import GENERAL
from ramkoll.live.snapshot_range import MAX_CELLS
from ramkoll.model.cells import Area, Cell, CellKind
from ramkoll.model.errors import RamkollError
from ramkoll.model.workbook import Sheet, Submission


def snapshot_of(submission: Submission, *, active: str = "", selection: str = "A1") -> Snapshot:
    """The workbook as a host would send it whole, with its first visible sheet active.

    Raises RamkollError when the cells of a sheet lie too far apart to be sent as a rectangle.
    """
    visible = next((s.name for s in submission.sheets if s.visibility == "visible"), "")
    return Snapshot(
        name=submission.file,
        sheets=[_sheet(sheet, submission) for sheet in submission.sheets],
        names=dict(submission.names),
        active=active or visible,
        selection=selection,
        date_1904=submission.date_1904,
    )


def _sheet(sheet: Sheet, submission: Submission) -> SheetSnapshot:
    merged = [area.address for area in sheet.merged]
    visibility: Literal["visible", "hidden", "veryHidden"] = sheet.visibility.value
    used = _used(sheet)
    if used is None:
        return SheetSnapshot(name=sheet.name, visibility=visibility, merged=merged)
    if size_of(used) > MAX_CELLS:
        raise RamkollError(
            "Bladet har celler så långt från varandra att det inte kan läsas på en gång.",
            where=f"{submission.file} {sheet.name}",
            expected=f"celler inom en rektangel av högst {MAX_CELLS} celler",
            todo="Ta bort det som står långt utanför tabellerna och försök igen.",
        )
    height, width = used.bottom - used.top + 1, used.right - used.left + 1
    values: list[list[Raw]] = [[None] * width for _ in range(height)]
    indices = {GENERAL: 0}
    format_of = [[0] * width for _ in range(height)]
    for (row, column), cell in sheet.cells.items():
        down, right = row - used.top, column - used.left
        values[down][right] = _raw(cell, submission.date_1904)
        format_of[down][right] = indices.setdefault(cell.number_format, len(indices))
    cells = sheet.cells.items()
    return SheetSnapshot(
        name=sheet.name,
        visibility=visibility,
        top=used.top,
        left=used.left,
        values=values,
        formulas=[(*at, f"={cell.formula}") for at, cell in cells if cell.formula is not None],
        errors=[at for at, cell in cells if cell.kind is CellKind.ERROR],
        formats=list(indices),
        format_of=format_of,
        merged=merged,
    )


def _used(sheet: Sheet) -> Area | None:
    """The rectangle around the cells and the merged areas."""
    rows = [row for row, _ in sheet.cells]
    columns = [column for _, column in sheet.cells]
    for area in sheet.merged:
        rows += [area.top, area.bottom]
        columns += [area.left, area.right]
    return Area(min(rows), min(columns), max(rows), max(columns)) if rows else None


def _raw(cell: Cell, date_1904: bool) -> Raw:
    value = cell.value
    if isinstance(value, Decimal):
        return float(value)
    if isinstance(value, datetime):
        return serial_from_date(value, date_1904)
    return value
