"""Every cell of generated workbooks, compared with what openpyxl reads in its two loads."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import openpyxl
import pytest
import xlsxwriter
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont
from openpyxl.utils.datetime import CALENDAR_MAC_1904
from openpyxl.worksheet.formula import ArrayFormula
from tests.excel.broken import package, sheet_xml
from tests.excel.oracle import Verdict, compare

from ramkoll.excel.scan import scan_bytes
from ramkoll.model.cells import CellKind

ERRORS = ("#NULL!", "#DIV/0!", "#VALUE!", "#REF!", "#NAME?", "#NUM!", "#N/A")
DATES = (
    datetime(1900, 1, 1),
    datetime(1900, 3, 1),
    datetime(2024, 2, 29, 12, 30, 15),
    datetime(2024, 8, 31),
    datetime(9999, 12, 31),
)
FORMATS = (
    "General", "0", "#,##0", "#,##0.00", "0%", "0.00E+00", "@", "yyyy-mm-dd", "mmm/yy", "h:mm",
    "[h]:mm:ss", '#,##0 "kr"', "[Red]-0", "d mmm yyyy;@", "yyyy-mm-dd hh:mm", "[$-41D]d mmmm yyyy",
)  # fmt: skip


def by_xlsxwriter(**options: Any) -> bytes:
    """All kinds of cells, on three sheets, one of them with a name that needs quoting."""
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream, options) as book:
        styles = [book.add_format({"num_format": code}) for code in FORMATS]
        bold = book.add_format({"bold": True})
        for name in ("Utfall", "Å & 'Ö' 1", "Tom"):
            sheet = book.add_worksheet(name)
            if name == "Tom":
                continue
            for row, number in enumerate(
                (0, 1, -1.5, 0.1 + 0.2, 45535.25, 1e-9, 123456.789, 59, 61)
            ):
                for column, style in enumerate(styles):
                    sheet.write_number(row, column, number, style)
            day = book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"})
            for column, moment in enumerate(DATES):
                if not options.get("date_1904") or moment.year > 1904:
                    sheet.write_datetime(20, column, moment, day)
            for column, text in enumerate(("text", " mellanslag ", "å\nö", "", "<&>", "=1+1")):
                sheet.write_string(21, column, text, styles[column])
            sheet.write_rich_string(22, 0, "Region ", bold, "Väst", " 2024")
            sheet.write_boolean(22, 1, True)
            sheet.write_boolean(22, 2, False, styles[7])
            sheet.write_blank(22, 3, None, styles[2])
            sheet.write_formula(23, 0, "=SUM(A1:A9)", styles[2], 5)
            sheet.write_formula(23, 1, '=IF(A1>0,"ja","")', None, "")
            sheet.write_formula(23, 2, "=TODAY()", styles[7], 45535)
            sheet.write_formula(23, 3, "=A1=0", None, True)
            sheet.write_array_formula("E24:F24", "{=A1:B1*2}", styles[3], 2)
            sheet.write_dynamic_array_formula("G24", "=UNIQUE(A1:A9)", None, 1)
            for column, error in enumerate(ERRORS):
                sheet.write_formula(24, column, "=1/0", None, error)
    return stream.getvalue()


def by_openpyxl(*, epoch_1904: bool = False, iso_dates: bool = False) -> bytes:
    """What the other writer does differently: inline rich text, no cached values, ISO dates."""
    book = openpyxl.Workbook()
    book.iso_dates = iso_dates
    if epoch_1904:
        book.epoch = CALENDAR_MAC_1904
    sheet = book.worksheets[0]
    sheet.append([1, 2.5, "text", True, None, datetime(2024, 8, 31, 12, 30), date(2024, 8, 31)])
    sheet.append(["=A1+B1", "#N/A", " å ", "x" * 32_767])
    sheet["A3"] = CellRichText("Region ", TextBlock(InlineFont(b=True), "Väst"), " 1")
    sheet["B3"] = ArrayFormula("B3:B4", "=A1:A2*2")
    sheet["XFD1048576"] = 7
    for row, code in enumerate(FORMATS, 5):
        sheet.cell(row, 1, 45535.5).number_format = code
    return _saved(book)


def _saved(book: openpyxl.Workbook) -> bytes:
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


TIMES_ONLY = ("h:mm", "[h]:mm:ss")
ROWS = (
    '<row r="1"><c r="A1" s="1"><f t="shared" ref="A1:B3" si="0">$C1+D$2*\'Å 1\'!E3</f><v>1</v></c>'
    '<c r="B1" s="1"><f t="shared" si="0"/><v>2</v></c><c r="C1" t="e"><v>#REF!</v></c></row>'
    '<row r="2"><c r="A2" s="2"><f t="shared" si="0"/><v>45535.25</v></c>'
    '<c r="B2" t="str"><f t="shared" si="0"/><v>å</v></c><c r="C2" t="s"><v>0</v></c></row>'
    '<row r="3"><c r="A3" t="b"><f t="shared" si="0"/><v>1</v></c>'
    '<c r="B3" t="e"><f t="shared" si="0"/><v>#N/A</v></c><c r="C3" s="2"><v>61</v></c></row>'
)
TEXTS = (
    '<si><r><t xml:space="preserve">a </t></r><r><t>b</t></r><rPh sb="0" eb="1"><t>c</t></rPh></si>'
)


def by_hand(sheet: str | None = None, *, properties: str = "", strict: bool = False) -> bytes:
    """What neither writer does: shared formulas, formats of the file's own for a built-in id."""
    formats = {164: "#,##0", 14: "yyyy/mm/dd"}
    return package(
        ROWS, sheet=sheet, strings=TEXTS, formats=formats, properties=properties, strict=strict
    )


def prefixed() -> bytes:
    """The same rows with the prefix x: on every element of the sheet."""
    xml = sheet_xml(ROWS).replace("xmlns=", "xmlns:x=").replace("<", "<x:").replace("<x:/", "</x:")
    return by_hand(xml)


WORKBOOKS: dict[str, Callable[[], bytes]] = {
    "xlsxwriter": by_xlsxwriter,
    "xlsxwriter 1904": lambda: by_xlsxwriter(date_1904=True),
    "xlsxwriter inline strings": lambda: by_xlsxwriter(constant_memory=True),
    "openpyxl": by_openpyxl,
    "openpyxl 1904": lambda: by_openpyxl(epoch_1904=True),
    "openpyxl ISO dates": lambda: by_openpyxl(iso_dates=True),
    "by hand": by_hand,
    "by hand 1904": lambda: by_hand(properties='<workbookPr date1904="true"/>'),
    "prefixed": prefixed,
}


@pytest.mark.filterwarnings("ignore:Workbook contains no default style")
@pytest.mark.parametrize("name", WORKBOOKS)
def test_every_cell_is_what_openpyxl_reads(name: str) -> None:
    found = compare(WORKBOOKS[name]())
    assert found.verdict is Verdict.EQUAL, found.differences[:3]
    assert found.cells >= 9


def test_strict_files_read_as_transitional_ones_do() -> None:
    strict = scan_bytes(by_hand(strict=True), "x")
    usual = scan_bytes(by_hand(), "x")
    assert strict.sheets == usual.sheets
    assert strict.sheets[0].cell(2, 1).value == datetime(2024, 8, 31, 6)


def test_times_of_day_and_elapsed_times_are_parts_of_a_day() -> None:
    sheet = scan_bytes(by_openpyxl(), "x").sheets[0]
    for code in TIMES_ONLY:
        cell = sheet.cell(5 + FORMATS.index(code), 1)
        assert (cell.kind, cell.value) == (CellKind.NUMBER, Decimal("45535.5"))
        assert cell.number_format == code
