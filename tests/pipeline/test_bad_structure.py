"""Sheets, rows and columns that are missing, double, moved or renamed: one cause, said once."""

from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
from openpyxl.worksheet.worksheet import Worksheet
from tests.pipeline import damage
from tests.pipeline.damage import FILE, UNIT, Books, on, row_of

TABLES = ("Utfall", "Prognos", "Månad")


def test_a_workbook_that_was_only_saved_again_is_no_damage(books: Books, tmp_path: Path) -> None:
    damaged = books.after(tmp_path, on("Utfall", lambda page: None))
    assert damaged.said == []
    assert damaged.changed_units() == set()


@pytest.mark.parametrize("sheet", TABLES)
def test_a_sheet_that_is_gone_is_said_once(books: Books, tmp_path: Path, sheet: str) -> None:
    damaged = books.after(tmp_path, damage.drop_sheet(sheet))
    found = damaged.only()
    assert (found.rule, found.at.file) == ("R001", FILE)
    assert f"Bladet {sheet} saknas" in found.message
    assert damaged.changed_units() == {UNIT}


@pytest.mark.parametrize("sheet", ["Start", *TABLES])
def test_a_renamed_sheet_is_read_and_said(books: Books, tmp_path: Path, sheet: str) -> None:
    damaged = books.after(tmp_path, damage.rename_sheet(sheet, f"{sheet} maj"))
    found = damaged.only()
    assert (found.rule, str(found.at)) == ("R033", f"{FILE} {sheet} maj")
    assert damaged.changed_units() == set()


def test_without_start_the_workbook_is_no_form(books: Books, tmp_path: Path) -> None:
    damaged = books.after(tmp_path, damage.drop_sheet("Start"))
    found = damaged.only(unit_is_missing=True)
    assert (found.rule, found.at.file) == ("R019", FILE)
    assert "bladet Start" in found.message
    assert damaged.changed_units() == {UNIT}


@pytest.mark.parametrize("sheet", TABLES)
@pytest.mark.parametrize("row", [("K02", "Läkemedel"), ("Summa intäkter",), ("Netto",)])
def test_a_missing_row_is_said_once(
    books: Books, tmp_path: Path, sheet: str, row: tuple[str, ...]
) -> None:
    damaged = books.after(tmp_path, on(sheet, lambda page: page.delete_rows(row_of(page, *row))))
    found = damaged.only()
    assert (found.rule, found.at.file, found.at.sheet) == ("R006", FILE, sheet)
    assert found.at.row
    assert f"Raden {' '.join(row)} saknas" in found.message
    assert damaged.changed_units() <= {UNIT}


def test_a_whole_block_that_is_missing_is_one_finding(books: Books, tmp_path: Path) -> None:
    damaged = books.after(tmp_path, on("Månad", lambda page: page.delete_rows(7, 10)))
    found = damaged.only()
    assert found.message.startswith("Raderna I01 Försäljning, I02 Erhållna bidrag")
    assert "under Utfall 2025" in found.message


@pytest.mark.parametrize("sheet", TABLES)
@pytest.mark.parametrize("row", [("K02", "Läkemedel"), ("Summa intäkter",)])
def test_a_double_row_is_said_once_and_the_first_counts(
    books: Books, tmp_path: Path, sheet: str, row: tuple[str, ...]
) -> None:
    damaged = books.after(tmp_path, on(sheet, lambda page: damage.double_row(page, *row)))
    found = damaged.only()
    assert (found.rule, found.at.file, found.at.sheet) == ("R007", FILE, sheet)
    assert len(found.related) == 1
    assert damaged.changed_units() == set()


@pytest.mark.parametrize(
    ("sheet", "heading"),
    [
        ("Utfall", "Kod"),
        ("Utfall", "Benämning"),
        ("Utfall", "Utfall jan–maj 2025"),
        ("Utfall", "Avvikelse"),
        ("Utfall", "Kommentar mot budget"),
        ("Prognos", "Kod"),
        ("Prognos", "Ny prognos, helår"),
        ("Prognos", "Prognos jun"),
        ("Månad", "Serie"),
        ("Månad", "Kod"),
        ("Månad", "feb"),
        ("Månad", "Summa"),
    ],
)
def test_a_missing_column_is_said_once(
    books: Books, tmp_path: Path, sheet: str, heading: str
) -> None:
    def delete(page: Worksheet) -> None:
        page.delete_cols(damage.column_of(page, heading))

    damaged = books.after(tmp_path, on(sheet, delete))
    found = damaged.only()
    assert (found.rule, found.at.file, found.at.sheet) == ("R003", FILE, sheet)
    assert f"«{heading}»" in found.message
    assert damaged.changed_units() <= {UNIT}


@pytest.mark.parametrize(
    ("sheet", "heading"),
    [("Utfall", "Budget jan–maj 2025"), ("Prognos", "Ny prognos, helår"), ("Månad", "mar")],
)
def test_a_double_column_is_said_once_and_the_first_counts(
    books: Books, tmp_path: Path, sheet: str, heading: str
) -> None:
    damaged = books.after(tmp_path, on(sheet, lambda page: damage.double_column(page, heading)))
    found = damaged.only()
    assert (found.rule, found.at.file, found.at.sheet) == ("R004", FILE, sheet)
    assert damaged.changed_units() == set()


@pytest.mark.parametrize("sheet", TABLES)
@pytest.mark.parametrize(
    "insert",
    [
        lambda page: page.insert_rows(2),
        lambda page: page.insert_rows(9),
        lambda page: page.insert_cols(1),
        lambda page: page.insert_cols(5),
        lambda page: page.insert_rows(9, 3),
    ],
    ids=["row above", "row between", "column before", "column between", "rows between"],
)
def test_inserted_rows_and_columns_are_read_right_and_their_formulas_named_once(
    books: Books, tmp_path: Path, sheet: str, insert: Callable[[Worksheet], None]
) -> None:
    damaged = books.after(tmp_path, on(sheet, insert))
    found = damaged.only()
    assert (found.rule, found.severity.value, found.at.file) == ("R016", "varning", FILE)
    assert damaged.changed_units() == set()


@pytest.mark.parametrize(
    "insert",
    [
        lambda page: page.insert_rows(3),
        lambda page: page.insert_cols(2),
        lambda p: p.insert_cols(1),
    ],
    ids=["row", "column after the labels", "column before them"],
)
def test_start_is_found_by_its_labels(
    books: Books, tmp_path: Path, insert: Callable[[Worksheet], None]
) -> None:
    damaged = books.after(tmp_path, on("Start", insert))
    assert damaged.only().rule == "R016"  # formulas point at the month
    assert damaged.changed_units() == set()


def test_moved_columns_are_read_by_their_headings(books: Books, tmp_path: Path) -> None:
    def swap(page: Worksheet) -> None:
        one, other = damage.column_of(page, "feb"), damage.column_of(page, "mar")
        for row in range(6, page.max_row + 1):
            at, to = page.cell(row, one), page.cell(row, other)
            if not str(at.value).startswith("="):
                at.value, to.value = to.value, at.value

    assert books.after(tmp_path, on("Månad", swap)).changed_units() == set()


@pytest.mark.parametrize(
    ("sheet", "first", "by"), [("Utfall", 6, 2), ("Prognos", 7, 2), ("Månad", 7, 3)]
)
def test_sorted_rows_are_read_by_their_codes(
    books: Books, tmp_path: Path, sheet: str, first: int, by: int
) -> None:
    last = first + 9
    damaged = books.after(tmp_path, on(sheet, lambda page: damage.sort_rows(page, first, last, by)))
    found = damaged.only()
    assert (found.at.file, found.severity.value) == (FILE, "varning")
    assert damaged.changed_units() == set()


@pytest.mark.parametrize(
    ("row", "column", "value", "said"),
    [
        ("Personal", 1, "K1", "Raden «K1» finns inte"),
        ("Personal", 1, 1, "Raden «1» finns inte"),
        ("Netto", 2, "Resultat", "Raden «Resultat» finns inte"),
        ("Netto", 2, None, "Raden «rad 15» finns inte"),
    ],
)
def test_a_row_with_another_code_or_label_is_unknown_and_not_missing_too(
    books: Books, tmp_path: Path, row: str, column: int, value: object, said: str
) -> None:
    def edit(page: Worksheet) -> None:
        page.cell(row_of(page, row), column).value = value  # type: ignore[assignment]

    found = books.after(tmp_path, on("Utfall", edit)).only()
    assert (found.rule, found.at.sheet) == ("R008", "Utfall")
    assert found.message.startswith(said)


def test_codes_that_have_become_numbers_are_one_finding(books: Books, tmp_path: Path) -> None:
    def edit(page: Worksheet) -> None:
        for number, row in enumerate(range(9, 14), 1):
            page.cell(row, 1).value = number

    found = books.after(tmp_path, on("Utfall", edit)).only()
    assert (found.rule, len(found.related)) == ("R008", 4)


def test_headings_of_another_period_are_one_finding(books: Books, tmp_path: Path) -> None:
    def edit(page: Worksheet) -> None:
        for column in range(1, 12):
            heading = page.cell(5, column)
            heading.value = str(heading.value).replace("–maj", "–apr")

    found = books.after(tmp_path, on("Utfall", edit)).only()
    assert (found.rule, found.at.sheet) == ("R005", "Utfall")
    assert "Utfall jan–apr 2025" in found.message


def test_headings_that_are_gone_are_one_finding(books: Books, tmp_path: Path) -> None:
    def edit(page: Worksheet) -> None:
        for heading in page[5]:
            heading.value = None

    damaged = books.after(tmp_path, on("Utfall", edit))
    assert damaged.only().rule == "R002"
    assert damaged.changed_units() == {UNIT}


def test_a_sheet_pasted_over_is_one_finding(books: Books, tmp_path: Path) -> None:
    def edit(page: Worksheet) -> None:
        for row in range(3, 40):
            for column in range(1, 12):
                page.cell(row, column).value = "klistrat"

    assert books.after(tmp_path, on("Prognos", edit)).only().at.sheet == "Prognos"


def test_ones_own_notes_sheets_and_columns_are_nobodys_business(
    books: Books, tmp_path: Path
) -> None:
    def notes(page: Worksheet) -> None:
        page["B42"], page["C42"], page["A44"], page["M5"], page["M9"] = (
            "Kontroll",
            18,
            "!",
            "Egen",
            7,
        )

    damaged = books.after(tmp_path, on("Utfall", notes), damage.whole(damage.own_sheet))
    assert damaged.said == []
    assert damaged.changed_units() == set()


def test_a_row_without_its_place_is_said_wherever_it_stands(books: Books, tmp_path: Path) -> None:
    def pasted(page: Worksheet) -> None:
        page["A42"], page["B42"], page["E42"] = "K77", "Eget konto", -500

    found = books.after(tmp_path, on("Prognos", pasted)).only()
    assert (found.rule, found.at.address) == ("R008", "A42")


def test_the_workbook_lists_the_sheets_it_was_given(books: Books) -> None:
    page = openpyxl.load_workbook(books.folder / FILE)["Start"]
    listed = page.cell(row_of(page, "Blad"), 2).value
    assert listed == "Start, Utfall, Prognos, Analys, Texter, Månad"
