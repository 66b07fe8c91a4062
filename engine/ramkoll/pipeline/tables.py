"""The printed tables of a consolidated workbook as they are shown, one CSV a table."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal
from pathlib import Path

from ramkoll.excel.evaluate import Evaluator, Figure, NotComputable, name_cells
from ramkoll.excel.formula import Cells
from ramkoll.excel.replace import replace_file
from ramkoll.model.cells import CellKind, CellRef, CellValue
from ramkoll.model.errors import RamkollError
from ramkoll.model.units import round_half_up
from ramkoll.model.workbook import Submission

_NAME = re.compile(r"Tabell_([A-Za-z0-9_]+)", re.IGNORECASE)
_LITERAL = re.compile(r'"[^"]*"?|\\.|_.|\*.|\[[^\]]*\]', re.DOTALL)
_DIGITS = re.compile(r"[0#?][0#?,]*(?:\.([0#?]*))?")


def write_tables(workbook: Submission, out: Path) -> list[Path]:
    """Write every printed table of a consolidated workbook to ``out`` as <id>.csv.

    UTF-8, comma, decimal point, one heading row. Raises RamkollError when the workbook is
    not a consolidated one, or when there is nowhere to write.
    """
    tables = shown_tables(workbook)
    written = []
    for table, rows in tables.items():
        text = io.StringIO()
        csv.writer(text, lineterminator="\n").writerows(rows)
        written.append(out / f"{table}.csv")
        replace_file(written[-1], text.getvalue().encode("utf-8"))
    return written


def shown_tables(workbook: Submission) -> dict[str, list[list[str]]]:
    """Every printed table by id, heading row first, each cell as it is shown.

    Numbers are rounded half away from zero to the decimals of the cell's own format, with
    decimal point and ASCII minus and nothing between thousands. A formula without a saved
    value is computed. Raises RamkollError.
    """
    evaluator = Evaluator(workbook)
    return {
        table: [[_shown(evaluator, at) for at in row] for row in _rows(evaluator, cells)]
        for table, cells in printed_tables(workbook).items()
    }


def printed_tables(workbook: Submission) -> dict[str, Cells]:
    """Where the printed tables stand, by id: their defined names are Tabell_<id>.

    Raises RamkollError when there is none, or when one's sheet is gone.
    """
    found = {}
    for name in workbook.names:
        match = _NAME.fullmatch(name)
        if match is None:
            continue
        cells = name_cells(workbook, name)
        if cells is None:
            raise RamkollError(
                f"Namnet {name} pekar inte längre på någon tabell.",
                where=workbook.file,
                todo="Sammanställ arbetsboken på nytt, eller ta bort namnet i Namnhanteraren.",
            )
        found[match[1].lower()] = cells
    if not found:
        sheets = ", ".join(sheet.name for sheet in workbook.sheets[:10])
        raise RamkollError(
            f"Det här är inte en sammanställd arbetsbok: den har bladen {sheets}, "
            "men ingen av våra tabeller.",
            where=workbook.file,
            todo="Använd den arbetsbok som är sammanställd med Ramkoll.",
        )
    return found


def is_table_name(name: str) -> bool:
    """Whether a defined name is that of a printed table."""
    return _NAME.fullmatch(name) is not None


def shown_number(value: Decimal, number_format: str) -> tuple[Decimal, int | None]:
    """A number as its format shows it, rounded, and how many decimals that is.

    None decimals: the format (General, text) shows the number as it stands.
    """
    section = _LITERAL.sub("", number_format).split(";")[0]
    digits = _DIGITS.search(section)
    if digits is None or section.strip().lower() == "general":
        return value, None
    decimals = len(digits[1] or "")
    if "%" in section:
        value *= 100
    return round_half_up(value, decimals), decimals


def _rows(evaluator: Evaluator, cells: Cells) -> Iterator[list[CellRef]]:
    area, sheet = cells.area, cells.sheet
    assert sheet is not None
    for row in range(area.top, area.bottom + 1):
        yield [evaluator.at(sheet, row, column) for column in range(area.left, area.right + 1)]


def _shown(evaluator: Evaluator, at: CellRef) -> str:
    cell = evaluator.cell(at)
    value: CellValue = cell.value
    if cell.formula is not None and cell.kind is CellKind.BLANK:
        value = _computed(evaluator, at)
    if isinstance(value, Decimal):
        shown, _ = shown_number(value, cell.number_format)
        return f"{shown:f}"
    if isinstance(value, bool):
        return "SANT" if value else "FALSKT"
    if isinstance(value, datetime):
        return value.date().isoformat()
    return value or ""


def _computed(evaluator: Evaluator, at: CellRef) -> CellValue:
    try:
        value = evaluator.value(at)
    except NotComputable as fault:
        raise RamkollError(
            f"Formeln har inget sparat värde och går inte att räkna ut: {fault}.",
            where=str(at),
            todo="Öppna arbetsboken i Excel, spara den och kör igen.",
        ) from None
    return value.value if isinstance(value, Figure) else value
