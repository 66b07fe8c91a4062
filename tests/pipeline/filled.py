"""Workbooks as controllers leave them: filled in, with sheets, looks and notes of their own."""

import csv
import re
from collections.abc import Callable
from decimal import Decimal
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import openpyxl
from openpyxl import Workbook
from openpyxl.comments import Comment
from openpyxl.styles import Font, PatternFill
from tests.pipeline.recalculate import by_ironcalc, formula_cells
from tests.rules.region import find, write_extracts

from ramkoll.excel.graft.set_cells import KEEP, CellEdit, set_cells
from ramkoll.excel.scan import scan

PERSONAL_HEADER = "enhet,år,månad,kön,åldersgrupp,personalgrupp,antal_månadsavlönade"
TEXTER = """\
rapportör,rubrik,text,föregående_text
10,Verksamhet,,Så var det i mars.
Närvård,Verksamhet,,Området i mars.
"""
CELL = re.compile(rb'<c r="([A-Z]+\d+)"[^>]*?(?:/>|>.*?</c>)', re.DOTALL)
MARK = re.compile(
    rb"<conditionalFormatting [^>]*><cfRule [^>]*><formula>LEN.*?</conditionalFormatting>"
)


def write_all_extracts(folder: Path) -> Path:
    """The extracts of tests/rules/region.py, with staff and the last report's texts."""
    write_extracts(folder)
    rows = [PERSONAL_HEADER]
    for enhet, many in (("10", 40), ("20", 30), ("30", 25)):
        for month in range(1, 6):
            for sex, more in (("K", 5), ("M", 0)):
                rows.append(f"{enhet},2025,{month},{sex},30-39,Vård,{many + more + month}")
    (folder / "personal.csv").write_text("\n".join(rows), encoding="utf-8")
    (folder / "texter.csv").write_text(TEXTER, encoding="utf-8")
    return folder


Row = dict[str, str]


def edit_extract(folder: Path, name: str, change: Callable[[Row], Row | None]) -> None:
    """Change the rows of an extract one by one; None leaves the row out."""
    path = folder / f"{name}.csv"
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    kept = [new for row in rows if (new := change(dict(row))) is not None]
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(kept)


def late(folder: Path) -> Path:
    """Late bookings, another budget and a new colleague."""

    def booked(row: Row) -> Row:
        if (row["enhet"], row["kontogrupp"], row["år"], row["månad"]) == ("10", "K01", "2025", "5"):
            row["utfall_kr"] = str(int(row["utfall_kr"]) - 700_000)
        return row

    def planned(row: Row) -> Row:
        if (row["enhet"], row["kontogrupp"], row["månad"]) == ("20", "I01", "4"):
            row["budget_kr"] = str(int(row["budget_kr"]) + 250_000)
        return row

    def employed(row: Row) -> Row:
        if (row["enhet"], row["månad"], row["kön"]) == ("30", "5", "K"):
            row["antal_månadsavlönade"] = "36"
        return row

    edit_extract(folder, "utfall_månad", booked)
    edit_extract(folder, "budget_månad", planned)
    edit_extract(folder, "personal", employed)
    return folder


def fill_in(folder: Path, file: str = "10") -> None:
    """Forecasts, comments, a sheet of one's own, notes, widths and looks, saved as Excel saves."""
    path = folder / f"{file}.xlsx"
    at = {
        name: find(path, sheet, (row,), heading)[1]
        for name, sheet, row, heading in (
            ("comment", "Utfall", "K01", "Kommentar mot budget"),
            ("other comment", "Utfall", "I01", "Kommentar mot budget"),
            ("typed", "Prognos", "K02", "Ny prognos, helår"),
            ("cause", "Prognos", "K01", "Orsak till ändring"),
            ("text", "Texter", "Verksamhet", "Text"),
        )
    }
    book = openpyxl.load_workbook(path)
    book["Utfall"][at["comment"]] = "Hyrpersonal i våras."
    book["Utfall"][at["other comment"]] = "Fler besök."
    book["Utfall"][at["comment"]].font = Font(bold=True, color="C00000")
    book["Utfall"].column_dimensions["B"].width = 71.5
    book["Utfall"].row_dimensions[9].height = 44
    book["Prognos"][at["typed"]] = -7_400
    book["Prognos"][at["cause"]] = "Sommarens bemanning."
    book["Texter"][at["text"]] = "Vi har öppnat en mottagning.\nDen går bra."
    book["Start"]["B15"].comment = Comment("Ring Eva.", "Åsa")
    own = book.create_sheet("Egna siffror")
    own["A1"], own["B1"], own["B2"] = "Min kalkyl", 1234.5, "=B1*2"
    own["A1"].fill = PatternFill("solid", fgColor="00FF00")
    own["B3"], own["B4"] = f"=Utfall!C{at['comment'][1:]}*2", "=SUM(B1:B3)"
    own.column_dimensions["A"].width = 33
    save(book, path)


def save(book: Workbook, path: Path) -> None:
    """Save with the values that formulas show, as a program that calculates does."""
    book.save(path)
    edits = []
    for (sheet, at), value in recalculated(path).items():
        row, column = map(int, at.split(","))
        edits.append(CellEdit(sheet, row, column, _value(value), formula=KEEP))
    path.write_bytes(set_cells(path.read_bytes(), path.name, edits))


def recalculated(path: Path) -> dict[tuple[str, str], object]:
    """What each formula comes to by another engine.

    It reads no workbook with notes, and takes the empty cells of openpyxl for zeros.
    """
    book = openpyxl.load_workbook(path)
    for sheet in book:
        for row in sheet.iter_rows():
            for cell in row:
                cell.comment = None
    bare = path.with_suffix(".utan.xlsx")
    book.save(bare)
    content = parts(bare.read_bytes())
    with ZipFile(bare, "w") as archive:
        for name, part in content.items():
            archive.writestr(name, re.sub(rb' t="n"( ?/>)', rb"\1", part))
    found = by_ironcalc(bare)
    bare.unlink()
    return found


def _value(value: object) -> Decimal | str:
    if isinstance(value, int | float | Decimal):
        return Decimal(str(value))
    return "" if value is None else str(value)


def parts(data: bytes) -> dict[str, bytes]:
    """The parts of a package."""
    with ZipFile(BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def cells_of(part: bytes) -> dict[str, bytes]:
    """The cells of a sheet's part by address, byte for byte."""
    return {found[1].decode(): found[0] for found in CELL.finditer(part)}


def around_cells(part: bytes) -> bytes:
    """A sheet's part without its cells and our marks."""
    return MARK.sub(b"", CELL.sub(b"", part))


def shown(path: Path) -> dict[tuple[str, str], object]:
    """What each formula cell shows."""
    return formula_cells(scan(path))


def contents(folder: Path) -> dict[str, bytes]:
    """Every file of a folder."""
    return {each.name: each.read_bytes() for each in sorted(folder.iterdir())}
