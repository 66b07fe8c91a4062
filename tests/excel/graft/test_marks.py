"""Marks on cells of a workbook that is there: seen, known again, and taken away."""

import re
from io import BytesIO
from zipfile import ZipFile

import openpyxl
import pytest
from openpyxl.formatting.rule import CellIsRule
from openpyxl.styles import PatternFill
from tests.conftest import EXAMPLES

from ramkoll.excel.graft.marks import READ_AGAIN, clear_marks, mark_cells
from ramkoll.excel.scan import scan_bytes
from ramkoll.model.errors import RamkollError

FILE = "605.xlsx"
CELLS = [("Utfall", 24, 9), ("Utfall", 20, 9), ("Prognos", 24, 12)]


@pytest.fixture(scope="module")
def data():
    return (EXAMPLES / FILE).read_bytes()


def parts(data):
    with ZipFile(BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def marked(data, cells=CELLS):
    return mark_cells(data, FILE, READ_AGAIN, cells)


def formats(data, sheet):
    return scan_bytes(data, FILE).sheet(sheet).beside.conditional_formats


def own(**formats_of):
    """A workbook with conditional formats of its owner's."""
    book = openpyxl.Workbook()
    book.active.title = "Blad"
    for address, rules in formats_of.items():
        for _ in range(rules):
            fill = PatternFill(bgColor="FF0000")
            book.active.conditional_formatting.add(
                address.replace("_", ":"), CellIsRule("lessThan", formula=["0"], fill=fill)
            )
    file = BytesIO()
    book.save(file)
    return file.getvalue()


def test_a_mark_is_the_add_ins_conditional_format_and_all_else_is_as_it_was(data):
    new = marked(data)
    (found,) = formats(new, "Utfall")
    assert [each.address for each in found.areas] == ["I20", "I24"]
    assert found.formulas == ('LEN("Ramkoll-markering kontrollera")>0',)
    before, after = parts(data), parts(new)
    changed = {name for name in before if before[name] != after[name]}
    assert len(changed) == 3
    assert "xl/styles.xml" in changed
    assert before.keys() == after.keys()
    rule = rb"<conditionalFormatting .*?</conditionalFormatting>"
    for name in changed - {"xl/styles.xml"}:
        assert re.sub(rule, b"", after[name]) == re.sub(rule, b"", before[name])


def test_marking_twice_is_marking_once(data):
    assert marked(marked(data)) == marked(data)
    assert marked(data, []) == data


def test_a_new_cell_is_marked_beside_those_that_are(data):
    new = marked(marked(data), [*CELLS, ("Utfall", 11, 9)])
    assert sorted(a.address for f in formats(new, "Utfall") for a in f.areas) == [
        "I11",
        "I20",
        "I24",
    ]
    assert parts(new)["xl/styles.xml"] == parts(marked(data))["xl/styles.xml"]


def test_marks_that_are_taken_away_leave_only_the_look_behind(data):
    before, after = parts(data), parts(clear_marks(marked(data), FILE))
    assert {name for name in before if before[name] != after[name]} == {"xl/styles.xml"}
    assert clear_marks(data, FILE) == data


def test_the_formats_of_others_stay_and_keep_their_precedence():
    data = own(A1_A9=2, B1=1)
    new = marked(data, [("Blad", 1, 1)])
    assert len(formats(new, "Blad")) == 4
    sheet = parts(new)["xl/worksheets/sheet1.xml"].decode()
    priorities = [int(each) for each in re.findall(r'priority="(\d+)"', sheet)]
    assert len(set(priorities)) == len(priorities)
    assert re.search(r'priority="4"><formula>LEN', sheet)
    assert formats(clear_marks(new, FILE), "Blad") == formats(data, "Blad")


def test_a_mark_that_excel_has_put_beside_another_rule_is_taken_away_alone():
    sheet = "xl/worksheets/sheet1.xml"
    content = parts(marked(own(A1=1), [("Blad", 1, 1)]))
    joined = b'</conditionalFormatting><conditionalFormatting sqref="A1">'
    assert joined in content[sheet]
    content[sheet] = content[sheet].replace(joined, b"")
    file = BytesIO()
    with ZipFile(file, "w") as archive:
        for name, each in content.items():
            archive.writestr(name, each)
    (left,) = formats(clear_marks(file.getvalue(), FILE), "Blad")
    assert left.kind == "cellIs"
    assert marked(file.getvalue(), [("Blad", 1, 1)]) == file.getvalue()


def test_the_look_can_be_the_first_of_the_workbook():
    data = own()
    new = marked(data, [("Blad", 2, 2)])
    book = openpyxl.load_workbook(BytesIO(new))
    (rules,) = book["Blad"].conditional_formatting
    assert rules.rules[0].dxf.fill.bgColor.rgb == "FFF0E6FA"
    assert rules.rules[0].dxf.border.left.style == "dashed"


def test_a_sheet_that_is_not_there_is_said(data):
    with pytest.raises(RamkollError, match="finns inte"):
        marked(data, [("Blad9", 1, 1)])
