"""Workbooks that spreadsheet programs and libraries save have no fault, and ours have none."""

from __future__ import annotations

import io
import subprocess
import time
from datetime import datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import xlsxwriter
from openpyxl.chart import BarChart, Reference
from openpyxl.comments import Comment
from openpyxl.formatting.rule import CellIsRule
from openpyxl.styles import Font
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.table import Table
from tests.conftest import EXAMPLES
from tests.excel.corpus import CORPUS, TRAPS
from tests.excel.edited import prefixed, rich_workbook
from tests.excel.rich_plan import rich_plan
from tests.excel.structure.packages import edited, good, text_of, with_parts

from ramkoll.excel.structure import faults
from ramkoll.excel.write import workbook_bytes

TEMPLATES = EXAMPLES.parent.parent / "templates"
WORKBOOKS = sorted([*EXAMPLES.rglob("*.xlsx"), *TEMPLATES.rglob("*.xlsx")])
BY_WRITERS = (
    "form.xlsx",
    "libreoffice.xlsx",
    "openpyxl.xlsx",
    "openpyxl-iso.xlsx",
    "xlsxwriter.xlsx",
)


def test_nearly_everything_in_one_workbook_is_no_fault():
    assert faults(good()) == ()


@pytest.mark.parametrize("path", WORKBOOKS, ids=lambda path: path.name)
def test_the_forms_and_the_examples_have_no_fault(path: Path):
    assert faults(path.read_bytes()) == ()


@pytest.mark.parametrize("name", BY_WRITERS)
def test_the_corpus_of_other_writers_has_no_fault(name: str):
    assert faults((CORPUS / name).read_bytes()) == ()


@pytest.mark.parametrize("name", sorted(TRAPS))
def test_all_of_the_corpus_is_looked_through(name: str):
    found = faults((CORPUS / name).read_bytes())
    # What is refused is refused for something that is no good package either.
    assert found or not TRAPS[name].refused


def test_what_we_write_has_no_fault():
    assert faults(workbook_bytes(rich_plan())) == ()
    assert faults(rich_workbook()) == ()


def test_what_openpyxl_writes_has_no_fault():
    book = openpyxl.Workbook()
    sheet: Any = book.active
    sheet.title = "Blad å"
    for row in (["Namn", "Antal"], ["a", 1], ["b", 2], [" c ", "=SUM(B2:B3)"]):
        sheet.append(row)
    sheet["A1"].font = Font(bold=True)
    sheet["B2"].number_format = "# ##0.00"
    sheet["B3"].comment = Comment("Hej", "Å")
    sheet["D1"] = datetime(2024, 8, 31)
    sheet["E1"].hyperlink = "https://example.org"
    sheet.merge_cells("D5:E6")
    sheet.freeze_panes = "A2"
    sheet.add_table(Table(displayName="Poster", ref="A1:B3"))
    sheet.add_data_validation(DataValidation(type="list", formula1='"ja,nej"', sqref="C2:C9"))
    sheet.conditional_formatting.add("B2:B9", CellIsRule("lessThan", ["0"], font=Font(bold=True)))
    chart = BarChart()
    chart.add_data(Reference(sheet, min_col=2, min_row=1, max_row=3), titles_from_data=True)
    sheet.add_chart(chart, "G2")
    book.create_sheet("Tomt")
    book.defined_names["Antal"] = openpyxl.workbook.defined_name.DefinedName(
        "Antal", attr_text="'Blad å'!$B$2"
    )
    stream = io.BytesIO()
    book.save(stream)
    assert faults(stream.getvalue()) == ()


@pytest.mark.parametrize(
    "kind", ["line", "pie", "scatter", "area", "radar", "stock", "doughnut", "bar"]
)
def test_charts_of_every_kind_have_no_fault(kind: str):
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream, {"in_memory": True}) as book:
        sheet = book.add_worksheet()
        for row in range(5):
            sheet.write_row(row, 0, [row, row * 2, row * 3, row + 1])
        chart = book.add_chart({"type": kind})
        for column in (1, 2, 3):
            chart.add_series(
                {
                    "name": f"Serie {column}",
                    "categories": ["Sheet1", 0, 0, 4, 0],
                    "values": ["Sheet1", 0, column, 4, column],
                    "data_labels": {"value": True, "font": {"bold": True}},
                    "points": [{"fill": {"color": "#FF0000"}}],
                    "gradient": {"colors": ["#FF0000", "#00FF00"]},
                }
            )
        chart.set_title({"name": "Titel", "name_font": {"size": 12, "color": "#123456"}})
        chart.set_legend({"position": "bottom"})
        sheet.insert_chart("G2", chart)
    assert faults(stream.getvalue()) == ()


@pytest.mark.libreoffice
def test_what_libreoffice_saves_of_it_has_no_fault(tmp_path: Path):
    (tmp_path / "bok.xlsx").write_bytes(good())
    subprocess.run(
        [
            "soffice", f"-env:UserInstallation=file://{tmp_path}/profile", "--headless",
            "--convert-to", "xlsx", "--outdir", f"{tmp_path}/ut", str(tmp_path / "bok.xlsx"),
        ],
        check=True, capture_output=True, timeout=120,
    )  # fmt: skip
    assert faults((tmp_path / "ut" / "bok.xlsx").read_bytes()) == ()


def test_strict_namespaces_are_no_fault():
    families = {
        "schemas.openxmlformats.org/spreadsheetml/2006/main": "purl.oclc.org/ooxml/spreadsheetml/main",
        "schemas.openxmlformats.org/officeDocument/2006/relationships": "purl.oclc.org/ooxml/officeDocument/relationships",
        "schemas.openxmlformats.org/drawingml/2006/": "purl.oclc.org/ooxml/drawingml/",
    }
    changes = {}
    for name in ("xl/workbook.xml", "xl/_rels/workbook.xml.rels", "_rels/.rels", "xl/charts/chart1.xml",
                 "xl/worksheets/sheet1.xml", "xl/worksheets/_rels/sheet1.xml.rels", "xl/styles.xml"):  # fmt: skip
        text = text_of(name)
        for old, new in families.items():
            text = text.replace(old, new)
        changes[name] = text.encode()
    assert faults(with_parts(changes)) == ()
    broken = {
        **changes,
        "xl/styles.xml": changes["xl/styles.xml"].replace(b'fontId="1"', b'fontId="9"'),
    }
    assert [fault.rule for fault in faults(with_parts(broken))] == ["styles.pointer"]


def test_a_prefix_before_every_name_is_no_fault():
    names = ("xl/workbook.xml", "xl/styles.xml", "xl/sharedStrings.xml", "xl/worksheets/sheet2.xml")
    changes: dict[str, bytes | None] = {name: prefixed(text_of(name)).encode() for name in names}
    assert b"<x:sheetData>" in (changes["xl/worksheets/sheet2.xml"] or b"")
    assert faults(with_parts(changes)) == ()


def test_utf_16_and_a_byte_order_mark_are_no_faults():
    text = text_of("xl/sharedStrings.xml")
    utf_16 = text.replace('encoding="UTF-8"', 'encoding="UTF-16"').encode("utf-16")
    assert faults(with_parts({"xl/sharedStrings.xml": utf_16})) == ()
    assert faults(with_parts({"xl/sharedStrings.xml": text.encode("utf-8-sig")})) == ()


@pytest.mark.parametrize(
    ("part", "old", "new"),
    [
        ("xl/worksheets/sheet1.xml", "<f>B9*2</f>", "<f>#REF!*'[0]Annat'!A1+Poster[[#This Row],[a'!']]]+\"(\"</f>"),
        ("xl/worksheets/sheet1.xml", "<f>B9*2</f>", "<f>SUM('Utfall å:Pivot'!B9,Tabell:Pivot!A1,{1,2;3,4})</f>"),
        ("xl/worksheets/sheet1.xml", "<f>B9*2</f>", "<f>'utfall å'!B9&amp;\"Borta!A1\"</f>"),
        ("xl/worksheets/sheet1.xml", '<c r="A9" t="s">', '<c t="s">'),
        ("xl/worksheets/sheet1.xml", "<v>8002</v>", "<v>-8.002E+3</v>"),
        ("xl/worksheets/sheet1.xml", '<c r="B20" t="b"><v>1</v>', '<c r="B20" t="d"><v>2024-08-31T12:30:00</v>'),
        ("xl/worksheets/sheet1.xml", '<c r="B20" t="b"><v>1</v>', '<c r="B20" t="inlineStr"><is><t xml:space="preserve"> å</t></is>'),
        ("xl/worksheets/sheet1.xml", "<mergeCells", '<y:egen xmlns:y="http://schemas.microsoft.com/office/spreadsheetml/2009/9/ac"/><mergeCells'),
        ("xl/workbook.xml", "Tabell!$B$3", "#REF!"),
        ("xl/workbook.xml", 'name="Belopp"', 'name="Årets_belopp.2024?"'),
    ],
)  # fmt: skip
def test_what_looks_odd_and_is_allowed_is_no_fault(part: str, old: str, new: str):
    assert faults(edited(part, old, new)) == ()


def test_a_submission_is_looked_through_in_a_moment():
    data = max((path.read_bytes() for path in EXAMPLES.glob("6*.xlsx")), key=len)
    faults(data)
    fastest = min(_seconds(data) for _ in range(3))
    assert fastest < 0.3


def _seconds(data: bytes) -> float:
    start = time.process_time()
    faults(data)
    return time.process_time() - start
