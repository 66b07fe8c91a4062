"""Own sheets from the file to the finding: only when asked for, also in a workbook of no form."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import xlsxwriter

from ramkoll.cli import main
from ramkoll.model.findings import Severity
from ramkoll.pipeline.check import check
from ramkoll.store.layouts import load_layouts


@pytest.fixture
def calculation(tmp_path: Path) -> Path:
    """A calculation of somebody's own: a typed number among formulas, an error and its follower."""
    path = tmp_path / "kalkyl.xlsx"
    book = xlsxwriter.Workbook(path)
    sheet = book.add_worksheet("Kalkyl")
    for row in range(1, 9):
        sheet.write_number(f"A{row}", row)
        sheet.write_formula(f"B{row}", f"=A{row}*2", None, row * 2)
    sheet.write_number("B5", 11)
    sheet.write_formula("B9", "=SUM(B1:B8)", None, 73)
    sheet.write_formula("D1", "=A1/A20", None, "#DIV/0!")
    sheet.write_formula("D2", "=D1*2", None, "#DIV/0!")
    book.close()
    return path


def test_a_workbook_of_no_form_is_looked_at_only_when_asked(calculation: Path) -> None:
    layouts = load_layouts()
    without = check([calculation], layouts, lambda *_: None)
    asked = check([calculation], layouts, lambda *_: None, own_sheets=True)
    assert [each.rule for each in without.findings] == ["R019"]
    assert [each.rule for each in asked.findings] == ["R019", "R067", "R062"]
    own = [each for each in asked.findings if each.rule != "R019"]
    assert {each.severity for each in own} == {Severity.WARNING}
    assert {each.effect for each in own} == {None}
    assert own[1].message == (
        "Cellen B5 har ett inskrivet tal, 11, men cellerna runt om har formler. Efter deras "
        "mönster hade det stått =A5*2. Det ger 10, cellen visar 11: skillnaden är 1."
    )
    assert own[0].message == (
        "Cellen D1 visar felvärdet #DIV/0!: formeln =A1/A20 ger felet, eftersom den delar med "
        "A20, som är tom eller noll. Därför visar också en annan cell fel."
    )


def test_the_flag_reaches_the_check_from_the_command_line(
    calculation: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    main(["check", str(calculation), "--own-sheets", "--json"])
    found = json.loads(capsys.readouterr().out)["fynd"]
    assert {each["regel"] for each in found} == {"R019", "R062", "R067"}


def test_old_values_of_a_workbook_of_no_form_are_said_when_asked(tmp_path: Path) -> None:
    path = tmp_path / "kalkyl.xlsx"
    book = xlsxwriter.Workbook(path)
    sheet = book.add_worksheet("Kalkyl")
    for row in range(1, 4):
        sheet.write_number(f"A{row}", row)
    sheet.write_formula("A4", "=SUM(A1:A3)", None, 5)
    book.add_worksheet("Bara text").write("A1", "Å")
    book.close()
    layouts = load_layouts()
    without = check([path], layouts, lambda *_: None)
    asked = check([path], layouts, lambda *_: None, own_sheets=True)
    assert [each.rule for each in without.findings] == ["R019"]
    _, found = asked.findings
    assert (found.rule, str(found.at)) == ("R041", "kalkyl.xlsx Kalkyl!A4")
    assert found.message.startswith("Cellen visar 5, men dess formel ger 6")


def test_values_of_another_workbook_are_said_once(tmp_path: Path) -> None:
    path = tmp_path / "kalkyl.xlsx"
    book = xlsxwriter.Workbook(path)
    book.add_worksheet("Kalkyl").write_formula("A1", "='C:\\[annan.xlsx]Blad1'!$B$2", None, 5)
    book.close()
    asked = check([path], load_layouts(), lambda *_: None, own_sheets=True)
    assert [each.rule for each in asked.findings] == ["R019", "R070"]
