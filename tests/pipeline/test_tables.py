"""The printed tables out of a consolidated workbook, to the digit."""

import csv
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest

from ramkoll.excel.scan import scan
from ramkoll.model.cells import Cell, CellKind
from ramkoll.model.errors import RamkollError
from ramkoll.model.workbook import Submission
from ramkoll.pipeline.tables import shown_number, shown_tables, write_tables

EXAMPLES = Path(__file__).parents[2] / "workbooks" / "2024-08"


@pytest.fixture(scope="module")
def workbook(consolidated) -> Submission:
    return scan(consolidated)


def rows(path: Path) -> list[list[str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file))


def test_every_printed_table_is_written_and_nothing_else(consolidated, workbook, tmp_path):
    names = {name.removeprefix("Tabell_") for name in workbook.names if name.startswith("Tabell_")}
    written = write_tables(scan(consolidated), tmp_path / "new folder")
    assert {path.stem for path in written} == names
    assert sorted((tmp_path / "new folder").iterdir()) == sorted(written)
    assert {path.stem: rows(path) for path in written} == shown_tables(workbook)


def test_columns_that_are_not_printed_are_left_out(workbook):
    assert shown_tables(workbook)["vardval"][0] == ["Område", "Avvikelse (mkr)"]
    sheet = workbook.sheet("Vårdval")
    assert sheet is not None
    assert sheet.cell(4, 3).value == "Utfall jan-aug"


def test_a_blank_cell_stays_blank(workbook):
    table = shown_tables(workbook)["budgetram"]
    assert any("" in row for row in table[1:])


def test_a_workbook_saved_without_values_gives_the_same_tables(consolidated, workbook, tmp_path):
    saved = tmp_path / "without values.xlsx"
    book = openpyxl.load_workbook(consolidated)
    book.save(saved)
    bare = scan(saved)
    assert bare.sheets[1].cell(5, 2).formula is not None
    assert bare.sheets[1].cell(5, 2).value is None
    assert shown_tables(bare) == shown_tables(workbook)


def test_a_formula_that_cannot_be_computed_says_what_to_do(workbook):
    sheet = workbook.sheet("Avdelningar")
    cells = dict(sheet.cells) | {(5, 2): Cell(CellKind.BLANK, formula="VLOOKUP(A5,F:G,2)")}
    changed = replace(workbook, sheets=(replace(sheet, cells=cells),))
    names = {"Tabell_avdelning": workbook.names["Tabell_avdelning"]}
    with pytest.raises(RamkollError) as fault:
        shown_tables(replace(changed, names=names))
    assert "Avdelningar!B5" in str(fault.value)
    assert "Öppna arbetsboken i Excel, spara den och kör igen." in str(fault.value)


def test_a_controller_workbook_is_refused():
    with pytest.raises(RamkollError) as fault:
        shown_tables(scan(EXAMPLES / "605.xlsx"))
    assert str(fault.value).startswith("605.xlsx: Det här är inte en sammanställd arbetsbok")
    assert "Utfall" in str(fault.value)


def test_a_table_whose_sheet_is_gone_is_named(workbook):
    names = dict(workbook.names) | {"Tabell_vardval": "#REF!"}
    with pytest.raises(RamkollError, match="Tabell_vardval pekar inte längre"):
        shown_tables(replace(workbook, names=names))


@pytest.mark.parametrize(
    ("value", "number_format", "shown"),
    [
        ("2.5", "#,##0", "3"),
        ("-2.5", "#,##0", "-3"),
        ("-0.4", "#,##0", "0"),
        ("1234567.25", "#,##0.0", "1234567.3"),
        ("-96.05", "#,##0.0;[Red]-#,##0.0", "-96.1"),
        ("5", '0.00" mkr"', "5.00"),
        ("7.5", '_-* #,##0\\ "k.r"_-', "8"),
        ("0.0574", "0.0%", "5.7"),
        ("0.1", "General", "0.1"),
        ("1200", "@", "1200"),
    ],
)
def test_a_number_is_rounded_as_its_format_shows_it(value, number_format, shown):
    assert f"{shown_number(Decimal(value), number_format)[0]:f}" == shown
