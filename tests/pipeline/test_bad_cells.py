"""Cells that hold something else than the form expects: one finding at the cell, nothing else."""

from datetime import datetime
from pathlib import Path

import pytest
from openpyxl.worksheet.worksheet import Worksheet
from tests.pipeline.damage import FILE, UNIT, Books, cell, column_of, field, on, row_of
from tests.rules.region import Formula, copy, put

from ramkoll.model.findings import Severity

PERSONAL = ("Utfall 2025", "Personal")


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("-2 510 000", "-2510000"),
        ("-2\u00a0510\u00a0000", "-2510000"),
        ("-2\u202f510\u202f000", "-2510000"),
        ("\u22122510000", "-2510000"),
        ("2 510 000-", "-2510000"),
        ("(2 510 000)", "-2510000"),
        ("++5,2", "5,2"),
        ("-2510000.50", "-2510000,50"),
        ("-2510000,50", "-2510000,50"),
        ("-2.510.000,50", "-2510000,50"),
        ("'-2510000", "-2510000"),
        ("-2 510 000 kr", "-2510000"),
    ],
)
def test_a_number_as_text_is_named_with_the_number_meant(
    books: Books, tmp_path: Path, text: str, meant: str
) -> None:
    damaged = books.after(tmp_path, put(UNIT, "Månad", PERSONAL, "feb", text))
    found = damaged.only()
    assert (found.rule, str(found.at)) == ("R011", f"{FILE} Månad!E10")
    assert f"«{text}»" in found.message
    assert f"talet {meant} " in found.tip
    assert damaged.changed_units() == {UNIT}


@pytest.mark.parametrize("value", ["1,234", "1.234", "saknas", "–", "5 %", "1e3", True, 1e300])
@pytest.mark.parametrize("sheet", ["Månad", "Prognos"])
def test_what_is_no_clear_number_is_never_guessed(
    books: Books, tmp_path: Path, sheet: str, value: object
) -> None:
    row, heading = (PERSONAL, "feb") if sheet == "Månad" else (("Personal",), "Ny prognos")
    damaged = books.after(tmp_path, cell(sheet, row, heading, value))
    found = damaged.only()
    assert (found.rule, found.at.file, found.at.sheet) == ("R012", FILE, sheet)
    assert damaged.changed_units() == {UNIT}


def test_a_date_is_no_amount(books: Books, tmp_path: Path) -> None:
    damaged = books.after(tmp_path, cell("Prognos", "Personal", "Ny prognos", datetime(2025, 3, 1)))
    assert damaged.only().message == (
        "Personal: cellen innehåller «2025-03-01», som inte går att läsa som ett tal."
    )


@pytest.mark.parametrize("error", ["#REF!", "#DIV/0!", "#VALUE!", "#N/A", "#NAME?"])
def test_an_error_value_is_named_where_it_stands(books: Books, tmp_path: Path, error: str) -> None:
    damaged = books.after(tmp_path, cell("Månad", PERSONAL, "feb", error))
    found = damaged.only()
    assert (found.rule, str(found.at)) == ("R014", f"{FILE} Månad!E10")
    assert error in found.message
    assert damaged.changed_units() == {UNIT}


def test_an_error_that_has_spread_is_named_where_it_began(books: Books, tmp_path: Path) -> None:
    spread = [
        cell("Månad", PERSONAL, "feb", "#N/A"),
        cell("Månad", ("Utfall 2025", "Netto"), "feb", "#N/A"),
        cell("Utfall", "Netto", "Utfall jan", "#N/A"),
    ]
    found = books.after(tmp_path, spread[0]).only()
    assert found.at.address == "E10"
    # A formula that was typed over with an error is a place of its own.
    both = books.after(tmp_path / "alla", *spread)
    assert len({str(each.at) for each in both.said}) == len(both.said)


def test_a_changed_formula_that_shows_an_error_is_one_finding(books: Books, tmp_path: Path) -> None:
    wrong = Formula("C9-#REF!", "#REF!")
    found = books.after(tmp_path, put(UNIT, "Utfall", "Personal", "Avvikelse", wrong)).only()
    assert str(found.at) == f"{FILE} Utfall!E9"


def test_a_formula_of_ones_own_in_an_input_cell_is_normal(books: Books, tmp_path: Path) -> None:
    own = Formula("1000*-30.6", -30600)
    damaged = books.after(tmp_path, put(UNIT, "Prognos", "Personal", "Ny prognos", own))
    assert damaged.said == []
    assert damaged.changed_units() == set()


def test_a_formula_that_was_saved_without_its_value_is_no_blank(
    books: Books, tmp_path: Path
) -> None:
    damaged = books.after(tmp_path, cell("Prognos", "Personal", "Ny prognos", "=1000*-30.6"))
    found = damaged.only()
    assert (found.rule, found.severity, found.at.sheet) == ("R042", Severity.BLOCKS, "Prognos")
    assert "saknar sparat värde" in found.message
    assert "ska vara −30\xa0600" in found.message


@pytest.mark.parametrize("area", ["D9:F9", "D9:D11"])
def test_merged_cells_are_a_warning_at_their_corner(
    books: Books, tmp_path: Path, area: str
) -> None:
    damaged = books.after(tmp_path, on("Månad", lambda page: page.merge_cells(area)))
    said = [each for each in damaged.said if each.rule == "R015"]
    assert [each.at.address for each in said] == ["D9"]
    assert area in said[0].message
    assert damaged.changed_units() <= {UNIT}


def test_merged_headings_are_one_finding(books: Books, tmp_path: Path) -> None:
    def merge(page: Worksheet) -> None:
        at = column_of(page, "Utfall jan–maj 2025")
        page.merge_cells(start_row=5, end_row=5, start_column=at, end_column=at + 1)

    assert books.after(tmp_path, on("Utfall", merge)).only().rule == "R003"


@pytest.mark.parametrize("label", ["Period: år", "Period: månad (1–12)"])
@pytest.mark.parametrize(
    "value", [datetime(2025, 5, 31), "maj 2025", "2025-05", 0, 13.5, None, 1e300]
)
def test_a_period_that_cannot_be_read_is_named_at_its_cell(
    books: Books, tmp_path: Path, label: str, value: object
) -> None:
    damaged = books.after(tmp_path, field(label, value))
    found = damaged.only(unit_is_missing=True)
    assert (found.rule, found.at.sheet) == ("R019", "Start")
    assert found.at.address == ("B11" if label == "Period: år" else "B12")
    assert damaged.changed_units() == {UNIT}


@pytest.mark.parametrize(("label", "text"), [("Period: år", "2025"), ("Period: månad (1–12)", "5")])
def test_a_period_as_text_is_read_and_reported(
    books: Books, tmp_path: Path, label: str, text: str
) -> None:
    damaged = books.after(tmp_path, field(label, text))
    assert damaged.only().rule == "R011"
    assert damaged.changed_units() == set()


@pytest.mark.parametrize(("label", "value"), [("Period: år", 2024), ("Period: månad (1–12)", 4)])
def test_another_period_is_one_finding_at_the_period(
    books: Books, tmp_path: Path, label: str, value: int
) -> None:
    damaged = books.after(tmp_path, field(label, value))
    found = damaged.only(unit_is_missing=True)
    assert (found.rule, found.at.sheet) == ("R222", "Start")
    assert damaged.changed_units() == {UNIT}


@pytest.mark.parametrize("code", [10, 10.0, " 10 ", "10\u00a0"])
def test_a_code_as_a_number_or_with_spaces_is_the_same_code(
    books: Books, tmp_path: Path, code: object
) -> None:
    damaged = books.after(tmp_path, field("Enhet (kod)", code))
    assert damaged.said == []
    assert damaged.changed_units() == set()


@pytest.mark.parametrize("code", ["XX", "0010", "10 Vårdcentralerna", 21])
def test_an_unknown_unit_is_named(books: Books, tmp_path: Path, code: object) -> None:
    damaged = books.after(tmp_path, field("Enhet (kod)", code))
    said = {each.rule for each in damaged.said}
    assert said - {"R141"} == {"R221", "R321"}  # R141 names the unit, so that it is said anew
    assert damaged.changed_units() == {UNIT}


def test_a_code_shown_with_zeros_by_its_format_is_read_as_it_is_shown(
    books: Books, tmp_path: Path
) -> None:
    def edit(page: Worksheet) -> None:
        at = page.cell(row_of(page, "Enhet (kod)"), 2)
        at.value, at.number_format = 10, "0000"

    said = books.after(tmp_path, on("Start", edit)).said
    assert any("«0010»" in each.message for each in said if each.rule == "R221")


@pytest.mark.parametrize("code", [None, "  ", "#REF!"])
def test_a_unit_that_does_not_say_its_code_is_one_finding(
    books: Books, tmp_path: Path, code: object
) -> None:
    found = books.after(tmp_path, field("Enhet (kod)", code)).only(unit_is_missing=True)
    assert (found.rule, str(found.at)) == ("R019", f"{FILE} Start!B8")


@pytest.mark.parametrize("form", ["avdelning-2", "avdelning", "nämnd-1", 7, None])
def test_an_unknown_form_or_version_is_named_at_its_cell(
    books: Books, tmp_path: Path, form: object
) -> None:
    damaged = books.after(tmp_path, field("Formulär", form))
    found = damaged.only(unit_is_missing=True)
    assert (found.rule, str(found.at)) == ("R019", f"{FILE} Start!B7")
    assert "avdelning-1" in found.message
    assert damaged.changed_units() == {UNIT}


def test_the_higher_version_counts_even_when_it_is_typed_as_text(
    books: Books, tmp_path: Path
) -> None:
    newer = (
        copy(UNIT, "ny"),
        put("ny", "Start", "Inlämningsversion", "", "2"),
        put("ny", "Prognos", "Personal", "Ny prognos", -31000),
    )
    damaged = books.after(tmp_path, *newer)
    chosen = [view.file for view in damaged.checked.package.view.forms if view.form.enhet == UNIT]
    assert chosen == ["ny.xlsx"]
    assert {"R011", "R302"} <= {each.rule for each in damaged.said}
