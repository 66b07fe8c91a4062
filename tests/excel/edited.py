"""What setting cells must do to a workbook, seen from outside: the cells, and every other byte."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from xml.etree.ElementTree import XML

import xlsxwriter

from ramkoll.excel.cell_values import Book, NumberFormat
from ramkoll.excel.graft.cell_edit import KEEP, CellEdit, CellError, Value
from ramkoll.excel.graft.set_cells import set_cells
from ramkoll.excel.number_formats import shows_date
from ramkoll.excel.scan import scan_bytes
from ramkoll.model.cells import BLANK_CELL, Cell

FILE = "605.xlsx"


def entries(data: bytes) -> dict[str, bytes]:
    """What lies in the archive from one entry's header to the next, by name, in order."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        infos, end = archive.infolist(), archive.start_dir
    starts = sorted(info.header_offset for info in infos)
    after = dict(zip(starts, [*starts[1:], end], strict=True))
    return {i.filename: data[i.header_offset : after[i.header_offset]] for i in infos}


def part(data: bytes, name: str) -> str:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert archive.testzip() is None
        return archive.read(name).decode()


def changed_parts(before: bytes, after: bytes) -> set[str]:
    """The entries that are not the same bytes, header and all; the order must be kept."""
    old, new = entries(before), entries(after)
    assert [name for name in old if name in new] == list(new)
    return {name for name in old if old[name] != new.get(name)}


def as_shown(cell):
    """What stands in a cell and how it is shown, without the number of its style."""
    return cell._replace(stored=cell.value, style=0, array=None)


def expected(value: Value, formula: str | None, number_format: str) -> Cell:
    """How a cell reads that holds this value."""
    known = NumberFormat(number_format, shows_date(number_format))
    book = Book(FILE, (), {None: known})
    match value:
        case None:
            cell = book.cell(None, None, None)
        case bool():
            cell = book.cell("b", None, "1" if value else "0")
        case str():
            cell = book.cell("str", None, value.replace("_x", "_x005F_x"))
            if not value and formula is None:
                cell = BLANK_CELL
        case CellError():
            cell = book.cell("e", None, value.text)
        case int() | float() | Decimal():
            cell = book.cell(None, None, repr(float(value)))
        case _:
            raise AssertionError("dates are tested by themselves")
    return Cell(cell.kind, cell.value, formula, number_format)


def check_edit(data: bytes, edits: Sequence[CellEdit]) -> bytes:
    """Set the cells, and see that they read so, that all others do as before, and nothing else."""
    after = set_cells(data, FILE, edits)
    old, new = scan_bytes(data, FILE), scan_bytes(after, FILE)
    assert set_cells(data, FILE, edits) == after
    assert set_cells(after, FILE, edits) is after
    for name in changed_parts(data, after) & entries(after).keys():
        XML(part(after, name))
    touched = {(each.sheet, each.row, each.column): each for each in edits}
    for before, now in zip(old.sheets, new.sheets, strict=True):
        assert (before.merged, before.hidden_rows) == (now.merged, now.hidden_rows)
        for key in before.cells.keys() | now.cells.keys():
            edit = touched.get((before.name, *key))
            was, found = before.cell(*key), now.cell(*key)
            if edit is None:
                assert found == was, (before.name, key)
                continue
            style = was.number_format if was is not BLANK_CELL else found.number_format
            if edit.value is KEEP:
                assert (found.value, found.formula) == (was.value, was.formula)
                continue
            formula = was.formula if edit.formula is KEEP else edit.formula
            assert isinstance(formula, str | None)
            formula = formula and formula.removeprefix("=")
            wanted = expected(edit.value, formula, edit.number_format or style)
            if wanted.formula is None and wanted.value is None:
                assert found.value is None
                assert found.formula is None
            else:
                assert as_shown(found) == as_shown(wanted), (before.name, key)
    return after


def prefixed(xml: str) -> str:
    """A part with all its own names under the prefix ``x:``."""
    declaration, _, body = xml.partition("?>\n") if xml.startswith("<?xml") else ("", "", xml)
    body = re.sub(r"<(/?)(?=\w+[\s/>])(?!\w+:)", r"<\1x:", body)
    return declaration + ("?>\n" if declaration else "") + body.replace("xmlns=", "xmlns:x=", 1)


def with_parts(data: bytes, changes: dict[str, str]) -> bytes:
    """The archive with other content of some parts."""
    stream = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(data)) as old,
        zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for info in old.infolist():
            new.writestr(info, changes.get(info.filename, old.read(info)))
    return stream.getvalue()


def rich_workbook() -> bytes:
    """Much of what a workbook may hold beside its cells."""
    stream = io.BytesIO()
    book = xlsxwriter.Workbook(stream, {"in_memory": True})
    # Otherwise the hour it is made stands in it.
    book.set_properties({"created": datetime(2024, 9, 1, 8)})
    money, day = (
        book.add_format({"num_format": "#,##0"}),
        book.add_format({"num_format": "yyyy-mm-dd"}),
    )
    bold = book.add_format({"bold": True, "bg_color": "#DDEEFF"})
    sheet = book.add_worksheet("Utfall å")
    sheet.set_column(2, 4, 14, money)
    sheet.set_row(7, 30, bold)
    sheet.write_row(0, 0, ["Konto", "Belopp", "Datum"], bold)
    for row in range(1, 12):
        sheet.write(row, 0, f"Konto {row} & <mer>")
        sheet.write(row, 1, row * 1000.25, money)
        sheet.write(row, 2, 45_000 + row, day)
        sheet.write_formula(row, 3, f"=B{row + 1}*2", money, row * 2000.5)
    sheet.write_rich_string(12, 0, "halv", bold, "fet", " text")
    sheet.write_array_formula("F2:F4", "{=B2:B4*2}", None, 2000.5)
    sheet.merge_range("A16:C17", "sammanfogat", bold)
    sheet.data_validation("B2:B12", {"validate": "decimal", "criteria": ">", "value": 0})
    sheet.conditional_format("B2:B12", {"type": "data_bar"})
    sheet.conditional_format(
        "D2:D12", {"type": "cell", "criteria": "<", "value": 0, "format": bold}
    )
    sheet.write_comment("B3", "En anteckning")
    sheet.write_url("A20", "https://example.org/a?b=1&c=2")
    sheet.write_boolean("B20", True)
    sheet.write_formula("C20", "=1/0", None, "#DIV/0!")
    sheet.autofilter("A1:C12")
    sheet.freeze_panes(1, 0)
    sheet.print_area("A1:F20")
    chart = book.add_chart({"type": "column"})
    chart.add_series({"values": ["Utfall å", 1, 1, 11, 1]})
    sheet.insert_chart("H2", chart)
    tabular = book.add_worksheet("Tabell")
    tabular.add_table("B2:D6", {"name": "Poster", "columns": [{"header": h} for h in "abc"]})
    book.add_worksheet("Tomt")
    book.define_name("Belopp", "='Utfall å'!$B$2:$B$12")
    book.close()
    return stream.getvalue()
