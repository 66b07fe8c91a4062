"""What could change a public figure without a word is said: each of these once was silent."""

import shutil
from datetime import date
from pathlib import Path

import openpyxl
import pytest
from tests.conftest import EXAMPLES
from tests.pipeline.made_up import Region, unit, whole_way
from tests.pipeline.opened import layouts

from ramkoll.cli import main
from ramkoll.model.findings import Finding
from ramkoll.pipeline.check import check


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Two units of an example region, and its frame."""
    made = tmp_path / "in"
    made.mkdir()
    for name in ("605", "616", "budgetram"):
        shutil.copy(EXAMPLES / f"{name}.xlsx", made)
    return made


def put(path: Path, sheet: str, address: str, value) -> None:
    book = openpyxl.load_workbook(path)
    book[sheet][address] = value
    book.save(path)


def found(folder: Path, *rules: str) -> list[Finding]:
    checked = check([folder], layouts(), lambda *_: None)
    return [each for each in checked.findings if each.rule in rules]


def column(path: Path, sheet: str, heading: str) -> str:
    cells = (cell for row in openpyxl.load_workbook(path)[sheet].iter_rows() for cell in row)
    return next(cell.column_letter for cell in cells if cell.value == heading)


def test_a_blank_forecast_stops_and_is_no_deviation(folder):
    path = folder / "605.xlsx"
    letter = column(path, "Prognos", "Ny prognos, helår")
    book = openpyxl.load_workbook(path)
    rows = [cell.row for (cell,) in book["Prognos"].iter_rows(max_col=1) if cell.value == "K01"]
    put(path, "Prognos", f"{letter}{rows[0]}", None)
    checked = check([folder], layouts(), lambda *_: None)
    (said,) = [each for each in checked.findings if each.rule == "R152"]
    assert said.at.address == f"{letter}{rows[0]}"
    assert said.severity.value == "stoppar"
    view = next(each for each in checked.forms if each.form.enhet == "605")
    assert view.figure("forecasts", "K01", "forecast_deviation") is None


@pytest.mark.parametrize("version", ["v2", None, 1.5])
def test_a_version_that_cannot_be_read_never_loses_to_one_that_can(folder, version):
    newer = folder / "605 ny.xlsx"
    shutil.copy(folder / "605.xlsx", newer)
    put(newer, "Start", "B13", version)
    put(newer, "Start", "B16", "Någon annan")
    (said,) = found(folder, "R301", "R302")
    assert said.rule == "R301"
    assert "605 ny.xlsx" in said.message


def test_a_decision_far_below_the_list_is_read(folder):
    frame = folder / "budgetram.xlsx"
    row = openpyxl.load_workbook(frame)["Ram"].max_row + 60
    values = {"A": "RS/9", "B": date(2024, 8, 1), "C": 2024, "D": "RS", "E": "Regionstaben",
              "F": "605", "G": -500, "H": "justering"}  # fmt: skip
    for letter, value in values.items():
        put(frame, "Ram", f"{letter}{row}", value)
    said = found(folder, "R201", "R202")
    assert any(each.at.file == "605.xlsx" for each in said)


def test_an_unknown_threshold_and_a_ratio_for_per_cent_are_said(folder):
    frame = folder / "budgetram.xlsx"
    rows = {
        cell.value: cell.row
        for (cell,) in openpyxl.load_workbook(frame)["Trösklar"].iter_rows(max_col=1)
    }
    put(frame, "Trösklar", f"A{rows['orsak_prognos_tkr']}", "orsak_prognoss_tkr")
    put(frame, "Trösklar", f"B{rows['kommentar_enhet_procent']}", 0.02)
    said = " ".join(each.message for each in found(folder, "R017"))
    assert "«orsak_prognoss_tkr» är okänd" in said
    assert "skriv 2 för 2 procent" in said


@pytest.mark.parametrize(
    ("parts", "says"),
    [
        ({"A": "B", "B": "A"}, "ingår i sig själv"),
        ({"A": "B", "B": "C", "C": "A"}, "ingår i sig själv"),
        ({"A": "X"}, "som inte finns"),
        ({"A": "D"}, "ett annat område"),
    ],
)
def test_a_unit_that_cannot_be_part_of_another_keeps_its_own_row(tmp_path, parts, says):
    region = Region(
        [unit(code, part_of=parts.get(code, "")) for code in "ABC"] + [unit("D", area="Annat")]
    )
    for code in "ABCD":
        region.book(code, 2025, range(1, 6)).plan(code, 2025)
    run = whole_way(region, tmp_path, "2025-05")
    assert any(says in each.message for each in run.made.findings if each.rule == "R017")
    assert run.checked.package is not None
    printed = {
        row.key
        for block in run.checked.package.blocks
        if block.table.rows == "enheter" and not block.table.working
        for row in block.rows
    }
    assert {"A", "B", "C", "D"} <= printed
    assert run.outcome() == region.totals(2025, 5)


def test_a_unit_may_take_over_from_one_that_is_younger(tmp_path):
    region = Region(
        [
            unit("A", begins="2010-01-01", before="Z"),
            unit("Z", begins="2015-01-01", ends="2025-02-28"),
        ]
    )
    region.book("A", 2025, range(1, 6)).book("Z", 2025, range(1, 3)).plan("A", 2025)
    run = whole_way(region, tmp_path, "2025-05")
    assert [each.rule for each in run.made.findings] == []
    whole = region.totals(2025, 5)
    expected = {line: whole["A", line] + whole["Z", line] for _, line in whole}
    assert {line: value for (_, line), value in run.outcome().items()} == expected


def test_an_earlier_report_among_the_submissions_is_no_submission(folder, consolidated):
    shutil.copy(consolidated, folder / "regionstyrelsen-2024-07.xlsx")
    assert found(folder, "R019") == []


def test_tables_of_a_workbook_that_was_changed_say_so(tmp_path, consolidated, capsys):
    assert main(["tables", str(consolidated), "--out", str(tmp_path / "a")]) == 0
    changed = tmp_path / "changed.xlsx"
    shutil.copy(consolidated, changed)
    put(changed, "Avdelningar", "B5", -100000)
    put(changed, "Underlag", "H6", 1)
    capsys.readouterr()
    assert main(["tables", str(changed), "--out", str(tmp_path / "b")]) == 1
    said = capsys.readouterr().err
    assert "Avdelningar!B5: ett inskrivet tal har ersatt formeln" in said
    assert "Underlag: raderna är inte de som skrevs dit" in said
