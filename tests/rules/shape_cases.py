"""Cases of the rules about how a workbook is laid out and filled."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

from openpyxl.worksheet.worksheet import Worksheet
from tests.rules.case import NET, RAM, both, fails, passes
from tests.rules.region import change, copy, put, remove


def set_cell(address: str, value: object) -> Callable[[Worksheet], None]:
    """A change of one cell of a sheet's layout."""

    def what(sheet: Worksheet) -> None:
        sheet[address].value = value

    return what


def not_a_workbook(folder: Path) -> None:
    """A file that only has the name of a workbook."""
    (folder / "20.xlsx").write_bytes(b"Hej!")


def net_down(sheet: Worksheet) -> None:
    """Move the last sum one row down, as Excel does when a row is inserted above it."""
    row = next(cells[1].row or 0 for cells in sheet.iter_rows() if cells[1].value == NET)
    for cell in list(sheet[row]):
        value = cell.value
        if isinstance(value, str) and value.startswith("="):
            value = re.sub(rf"(?<=[A-Z]){row}\b", str(row + 1), value)
        sheet.cell(row + 1, cell.column or 0).value = value
        cell.value = None


def follow_net(sheet: Worksheet) -> None:
    """Let the formulas of another sheet point at the sum in its new row."""
    for cells in sheet.iter_rows():
        for cell in cells:
            text = str(cell.value or "")
            if "Prognos!" in text and text.startswith("="):
                net = sheet.parent["Prognos"] if sheet.parent else sheet
                row = next(c[1].row or 0 for c in net.iter_rows() if c[1].value == NET)
                cell.value = re.sub(rf"(Prognos![A-Z]+){row - 1}\b", rf"\g<1>{row}", text)


def switch_sheets(sheet: Worksheet) -> None:
    """Put a sheet in another place in the tab row."""
    assert sheet.parent is not None
    sheet.parent.move_sheet(sheet, -4)


def drop_sheet(sheet: Worksheet) -> None:
    """Remove a sheet."""
    assert sheet.parent is not None
    sheet.parent.remove(sheet)


SHAPE_CASES = (
    fails("R001", "bladet Kalender är borttaget", change(RAM, "Kalender", drop_sheet)),
    passes("R001", "bladen är omkastade", change(RAM, "Kalender", switch_sheets)),
    fails("R002", "rubrikraden är borttagen", change("20", "Prognos", lambda s: s.delete_rows(6))),
    passes(
        "R002", "en rad är infogad ovanför", change("20", "Prognos", lambda s: s.insert_rows(1))
    ),
    fails("R003", "rubriken är tömd", change("20", "Prognos", set_cell("C6", None))),
    passes(
        "R003",
        "rubriken har ett extra mellanslag",
        change("20", "Prognos", set_cell("C6", "Budget  helår 2025 ")),
    ),
    fails("R004", "rubriken står två gånger", change("20", "Prognos", set_cell("Z6", "Ändring"))),
    passes(
        "R004", "en egen kolumn till höger", change("20", "Prognos", set_cell("Z6", "Min kolumn"))
    ),
    fails(
        "R005", "förra årets kolumn", change("20", "Prognos", set_cell("C6", "Budget helår 2024"))
    ),
    passes(
        "R005", "en egen kolumn till höger", change("20", "Prognos", set_cell("Z6", "Budget 2024"))
    ),
    fails("R006", "raden är borttagen", change("20", "Prognos", lambda s: s.delete_rows(8))),
    passes("R006", "raden är tom", put("20", "Prognos", "K02", "Ny prognos", None)),
    fails("R007", "koden står på två rader", put("20", "Prognos", "K03", "Kod", "K02")),
    passes("R007", "koden står på var sitt blad"),
    fails("R008", "koden är okänd", put("20", "Prognos", "K03", "Kod", "K99")),
    passes(
        "R008",
        "en anteckning under tabellen",
        change("20", "Prognos", set_cell("A40", "Se protokoll")),
    ),
    fails(
        "R009",
        "en rad är infogad ovanför Netto",
        change("20", "Prognos", net_down),
        change("20", "Analys", follow_net),
    ),
    passes(
        "R009", "hela tabellen är nedflyttad", change("20", "Prognos", lambda s: s.insert_rows(2))
    ),
    fails("R010", "ledtexten är ändrad", change("20", "Start", set_cell("A15", "Ärende"))),
    passes("R010", "uppgiften är tom"),
    fails(
        "R011", "hårt mellanslag i talet", put("20", "Prognos", "K02", "Ny prognos", "-2\u00a0400")
    ),
    fails("R011", "minus sist", put("20", "Prognos", "K02", "Ny prognos", "2400-")),
    passes("R011", "talet är ett tal", put("20", "Prognos", "K02", "Ny prognos", -2400)),
    fails("R012", "ord i stället för tal", put("20", "Prognos", "K02", "Ny prognos", "ca -2400")),
    passes("R012", "cellen är tom", put("20", "Prognos", "K02", "Ny prognos", None)),
    fails("R013", "datumet är ett ord", put(RAM, "Ram", "HSN/4", "Datum", "i juni")),
    passes("R013", "datumet är text i rätt form", put(RAM, "Ram", "HSN/4", "Datum", "2025-06-15")),
    fails("R014", "bruten hänvisning", change("20", "Prognos", set_cell("E9", "#REF!"))),
    passes(
        "R014", "en egen cell utanför tabellen", change("20", "Prognos", set_cell("Z40", "#REF!"))
    ),
    fails(
        "R015",
        "två belopp är sammanfogade",
        change("20", "Prognos", lambda s: s.merge_cells("E9:E10")),
    ),
    passes(
        "R015", "rubriken är sammanfogad", change("20", "Prognos", lambda s: s.merge_cells("A1:E1"))
    ),
    fails("R017", "enheten står två gånger", put(RAM, "Organisation", "20", "Kod", "10")),
    passes("R017", "samma kod under olika tid", put(RAM, "Organisation", "21", "Kod", "20")),
    fails("R018", "filen är ingen arbetsbok", not_a_workbook),
    passes("R018", "filen har ett annat namn", both(copy("20", "labb"), remove("20"))),
    fails("R019", "okänd version", put("20", "Start", "Formulär", "", "avdelning-9")),
    passes("R019", "versionen är känd"),
)
