"""People's own sheets: what is remarked, what is let pass, and that little is said."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ramkoll.compute.own_sheets.examine import examine_own_sheets, own_sheet_names
from ramkoll.compute.own_sheets.remarks import MOST_OF_A_KIND, OwnKind, OwnRemark, areas_of
from ramkoll.excel.scan import scan
from ramkoll.model.beside import BesideSheets, DefinedName, ExternalLink
from ramkoll.model.cells import Area, ArrayKind, Cell, CellKind, a1, parse_a1
from ramkoll.model.workbook import Sheet, Submission, Visibility

Content = str | float | datetime | tuple[str, object]
NUMBER, TEXT, ERROR, DATE, BLANK = (
    CellKind.NUMBER,
    CellKind.TEXT,
    CellKind.ERROR,
    CellKind.DATE,
    CellKind.BLANK,
)


def cell(content: Content, number_format: str = "General") -> Cell:
    """A number, a text, a date, an error, or a formula; with its value when a pair is given."""
    formula, value = content if isinstance(content, tuple) else (None, content)
    if formula is None and isinstance(value, str) and value.startswith("="):
        formula, value = value, 1.0
    if isinstance(value, datetime):
        kind = DATE
    elif isinstance(value, str):
        kind = ERROR if value.startswith("#") else TEXT
    else:
        kind = BLANK if value is None else NUMBER
        value = None if value is None else float(str(value))
    return Cell(kind, value, formula.removeprefix("=") if formula else None, number_format)


def sheet(cells: Mapping[str, Content], name: str = "Eget", **rest: object) -> Sheet:
    made = {parse_a1(address): cell(content) for address, content in cells.items()}
    return Sheet(name, made, **rest)  # type: ignore[arg-type]


def remarks(*sheets: Sheet | Mapping[str, Content], **rest: object) -> tuple[OwnRemark, ...]:
    made = tuple(each if isinstance(each, Sheet) else sheet(each) for each in sheets)
    book = Submission("bok.xlsx", "", made, **rest)  # type: ignore[arg-type]
    return examine_own_sheets(book, own_sheet_names(book, ()))


def said(*sheets: Sheet | Mapping[str, Content], **rest: object) -> list[tuple[OwnKind, str]]:
    return [(each.kind, each.at.address) for each in remarks(*sheets, **rest)]


def column(formula: str, first: int = 2, last: int = 11, letter: str = "C") -> dict[str, Content]:
    """A formula with {r} for its row, down a column."""
    return {f"{letter}{r}": formula.format(r=r, b=r - 1) for r in range(first, last + 1)}


def numbers(letter: str, first: int, last: int) -> dict[str, Content]:
    return {f"{letter}{r}": float(10 * r + 1) for r in range(first, last + 1)}


BLOCK = {**numbers("A", 2, 11), **numbers("B", 2, 11), **column("=A{r}*B{r}")}


# --- cells that break the pattern


def test_another_formula_among_equal_ones_is_found_with_what_the_pattern_gives() -> None:
    (found,) = remarks({**BLOCK, "C6": ("=A6*B7", 61 * 71.0)})
    assert (found.kind, found.at.address) == (OwnKind.PATTERN_BROKEN, "C6")
    assert found.facts["pattern"] == "=A6*B6"
    assert found.number("shown") == Decimal(61 * 71)
    assert found.number("expected") == Decimal(61 * 61)


def test_a_typed_number_among_formulas_is_found_along_rows_too() -> None:
    row: dict[str, Content] = {f"{letter}9": f"={letter}1+1" for letter in "BCDEFGHI"}
    assert said({**row, "E9": 5}) == [(OwnKind.CONSTANT, "E9")]


def test_two_equal_breaks_in_a_row_are_one_remark() -> None:
    (found,) = remarks({**BLOCK, "C6": 1, "C7": 2})
    assert found.facts["area"] == "C6:C7"


@pytest.mark.parametrize(
    "changes",
    [
        {"C6": "=SUM(C2:C5)"},
        {"C6": "=C4+C5"},
        {"C4": "=A4", "C8": "=A8"},
        {"C6": "= A6 * B6"},
        {"C2": 5},
        {"C11": "=SUM(C2:C10)"},
        {"C6": "text"},
        {"C6": "=A6*B5", "D6": "=B6*C5"},
    ],
    ids=[
        "a subtotal",
        "a subtotal with plus",
        "what repeats itself",
        "only spaces differ",
        "an opening value",
        "a sum at the end",
        "a word",
        "a row of another kind",
    ],
)
def test_what_is_meant_to_differ_is_let_pass(changes: dict[str, Content]) -> None:
    kinds = {each.kind for each in remarks({**BLOCK, **changes})}
    assert not kinds & {OwnKind.PATTERN_BROKEN, OwnKind.CONSTANT}


def test_a_typed_row_across_three_columns_is_meant_so() -> None:
    block: dict[str, Content] = {}
    for letter in "CDE":
        block |= column("=$A{r}*2", letter=letter)
        block[f"{letter}6"] = 4
    assert said(block) == []


def test_cells_that_an_array_formula_fills_are_no_typed_numbers() -> None:
    cells = {parse_a1(at): cell(content) for at, content in BLOCK.items()}
    cells[6, 3] = Cell(NUMBER, 1.0, "A6:A7*2", array=ArrayKind.ARRAY)
    cells[7, 3] = Cell(NUMBER, 1.0)
    assert remarks(Sheet("Eget", cells, arrays={(6, 3): Area(6, 3, 7, 3)})) == ()
    assert len(remarks(Sheet("Eget", cells))) == 2


FORMULAS = (
    "=A{r}*B{r}",
    "=A{r}-$B$2",
    "=IF(A{r}>0,B{r}/A{r},0)",
    "=SUM(A{r}:B{r})",
    "=A{r}+Blad2!$A$1",
    '=A{r}&"A1"',
    "=VLOOKUP(A{r},$A:$B,2,0)",
    "=A{b}*1.25",
)


@given(
    st.sampled_from(FORMULAS),
    st.integers(5, 40),
    st.data(),
    st.floats(-1e6, 1e6, allow_nan=False),
)
def test_one_typed_number_in_a_uniform_block_is_always_found_and_nothing_else(
    formula: str, size: int, data: st.DataObject, typed: float
) -> None:
    last = size + 1
    uniform = {**numbers("A", 1, last), **numbers("B", 1, last), **column(formula, 2, last)}
    assert said(uniform) == []
    row = data.draw(st.integers(3, last - 1))
    assert said({**uniform, f"C{row}": typed}) == [(OwnKind.CONSTANT, f"C{row}")]


@given(st.integers(1, 12), st.integers(1, 8), st.sampled_from(FORMULAS[:4]))
def test_a_uniform_block_of_any_shape_gives_no_remark(rows: int, columns: int, text: str) -> None:
    cells: dict[str, Content] = {}
    for r in range(1, rows + 1):
        for c in range(1, columns + 1):
            there = a1(r, c + 20), a1(r, c + 21)
            cells[there[0]] = cells[there[1]] = 3
            cells[a1(r, c)] = f"={there[0]}*{there[1]}" if "*" in text else f"={there[0]}/2"
    assert said(cells) == []


# --- sums


def test_a_sum_that_stops_short_says_what_it_misses_and_how_much() -> None:
    (found,) = remarks({**numbers("B", 5, 12), "B13": "=SUM(B5:B11)"})
    assert (found.kind, found.at.address) == (OwnKind.SUM_SHORT, "B13")
    assert (found.facts["missed"], found.number("left_out")) == ("B12", Decimal(121))


def test_a_sum_on_another_sheet_that_has_been_outgrown_is_found() -> None:
    there = sheet(numbers("C", 2, 14), "Data")
    (found,) = remarks({"B2": "=SUM(Data!C2:C12)"}, there)
    assert (found.facts["missed"], found.facts["sheet"]) == ("C13:C14", "Data")


def test_a_sum_that_begins_one_row_late_is_found() -> None:
    assert said({**numbers("B", 5, 12), "B13": "=SUM(B6:B12)"}) == [(OwnKind.SUM_SHORT, "B13")]


def test_equal_sums_that_stop_short_are_one_remark() -> None:
    cells = {**numbers("B", 5, 12), **numbers("C", 5, 12)}
    (found,) = remarks({**cells, "B13": "=SUM(B5:B11)", "C13": "=SUM(C5:C11)"})
    assert found.facts["area"] == "B13:C13"


@pytest.mark.parametrize(
    "cells",
    [
        {**numbers("B", 5, 12), "B13": "=SUM(B5:B12)"},
        {**numbers("B", 5, 12), "B14": "=SUM(B5:B13)"},
        {"B4": 2024, **numbers("B", 5, 12), "B13": "=SUM(B5:B12)"},
        {**numbers("B", 5, 12), **column("=SUM(B$5:B{r})", 5, 12)},
        {**numbers("B", 5, 12), **column("=SUM(B{b}:B{r})", 6, 11)},
        {**numbers("B", 5, 12), "D1": "=SUM(B5:B8)", "D2": "=SUM(B9:B12)"},
        {**numbers("B", 5, 12), "B13": "=SUM(B5:B11)", "B14": "=B13-B12"},
        {**numbers("B", 5, 40), "D1": "=SUM(B5:B9)"},
    ],
    ids=[
        "all of it",
        "a blank row with it",
        "a year above",
        "a running total",
        "a moving window",
        "a sum for each half",
        "the rest is used by itself",
        "a small part, on purpose",
    ],
)
def test_sums_that_take_what_they_should_are_let_pass(cells: dict[str, Content]) -> None:
    assert said(cells) == []


def test_a_chain_of_plus_that_misses_a_row_is_found() -> None:
    cells = {**numbers("B", 5, 9), "B11": "=B5+B6+B8+B9"}
    (found,) = remarks(cells)
    assert (found.kind, found.facts["missed"]) == (OwnKind.SUM_SHORT, "B7")


def test_subtotals_added_with_plus_are_no_chain_with_holes() -> None:
    cells = {**numbers("B", 2, 4), **numbers("B", 6, 8), **numbers("B", 10, 12)}
    sums = {"B5": "=SUM(B2:B4)", "B9": "=SUM(B6:B8)", "B13": "=SUM(B10:B12)"}
    assert said({**cells, **sums, "B14": "=B5+B9+B13"}) == []


@pytest.mark.parametrize("subtotal", ["=SUM(B2:B4)", "=B2+B3+B4", "=SUBTOTAL(9,B2:B4)"])
def test_a_total_over_details_and_their_subtotal_counts_twice(subtotal: str) -> None:
    cells = {**numbers("B", 2, 4), "B5": subtotal, **numbers("B", 6, 7), "B8": "=SUM(B2:B7)"}
    (found,) = remarks(cells)
    assert (found.kind, found.at.address) == (OwnKind.SUM_DOUBLE, "B8")
    assert (found.facts["twice"], found.facts["through"]) == ("B2:B4", ["B5"])
    assert found.number("value") == 21 + 31 + 41


def test_two_subtotals_that_share_a_row_are_found_where_they_are_added() -> None:
    cells = {**numbers("B", 2, 9), "D1": "=SUM(B2:B5)", "D2": "=SUM(B5:B9)", "D3": "=D1+D2"}
    assert (OwnKind.SUM_DOUBLE, "D3") in said(cells)


@pytest.mark.parametrize(
    "total", ["=SUM(B2:B7)/2", "=SUBTOTAL(9,B2:B7)", "=SUM(B2:B7)-B5", "=B5+SUM(B6:B7)"]
)
def test_a_total_that_allows_for_its_subtotal_is_let_pass(total: str) -> None:
    cells = {**numbers("B", 2, 4), "B5": "=SUM(B2:B4)", **numbers("B", 6, 7), "B8": total}
    assert OwnKind.SUM_DOUBLE not in {kind for kind, _ in said(cells)}


# --- texts


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("1 234,50", "1234.5"),
        ("1\u00a0234", "1234"),
        ("\u2212500", "-500"),
        ("500-", "-500"),
        (" 12 ", "12"),
        ("1,234", None),
        ("12 %", None),
    ],
)
def test_a_number_as_text_in_a_sum_is_found(text: str, meant: str | None) -> None:
    (found,) = remarks({**numbers("B", 2, 8), "B5": text, "B9": "=SUM(B2:B8)"})
    assert (found.kind, found.at.address) == (OwnKind.TEXT_SUMMED, "B5")
    assert found.number("left_out") == (None if meant is None else Decimal(meant))
    assert found.facts["sum"] == "B9"


@pytest.mark.parametrize("text", ["ej klart", "1-14", "A12", "2024-08", "", "kl. 12"])
def test_words_codes_and_months_in_a_sum_are_let_pass(text: str) -> None:
    assert said({**numbers("B", 2, 8), "B5": text, "B9": "=SUM(B2:B8)"}) == []


def test_a_year_as_heading_in_a_whole_column_sum_is_let_pass() -> None:
    assert said({"B1": "2024", **numbers("B", 2, 8), "D1": "=SUM(B:B)"}) == []


def test_a_date_as_text_among_dates_is_found() -> None:
    dates: dict[str, Content] = {f"A{r}": datetime(2024, r, 1) for r in range(2, 9)}
    assert said({**dates, "A9": "2024-09-01"}) == [(OwnKind.TEXT_DATE, "A9")]
    assert said({**dates, "A9": "september"}) == []


# --- errors


def test_an_error_is_said_once_at_its_root_with_how_many_follow() -> None:
    cells: dict[str, Content] = {
        "A1": 5,
        "B1": ("=A1/A2", "#DIV/0!"),
        "C1": ("=B1*2", "#DIV/0!"),
        "C2": ("=SUM(B1:B9)", "#DIV/0!"),
        "D1": ("=C1+C2", "#DIV/0!"),
    }
    (found,) = remarks(cells)
    assert (found.at.address, found.facts["followers"]) == ("B1", 3)
    assert found.facts["blank"] == "A2"


def test_an_error_is_followed_to_other_sheets() -> None:
    other = sheet({"A1": ("=Eget!B1", "#REF!")}, "Annat")
    (found,) = remarks({"B1": ("=#REF!+1", "#REF!")}, other)
    assert (found.at.sheet, found.facts["followers"], found.facts["broken"]) == ("Eget", 1, True)


def test_errors_that_go_in_a_circle_still_end() -> None:
    assert remarks({"A1": ("=B1", "#N/A"), "B1": ("=A1", "#N/A")}) == ()


def test_equal_errors_down_a_column_are_one_remark_and_na_asked_for_is_none() -> None:
    lost = {f"B{r}": (f"=VLOOKUP(A{r},D:E,2,0)", "#N/A") for r in range(2, 30)}
    (found,) = remarks(lost)
    assert (found.facts["count"], found.facts["where"]) == (28, "B2:B29")
    assert remarks({"A1": ("=IF(B1=0,NA(),1)", "#N/A")}) == ()


# --- links and names


def test_what_changes_by_itself_is_said_once_a_sheet() -> None:
    cells = {f"B{r}": f"=A{r}*RAND()" for r in range(1, 8)}
    (found,) = remarks(cells)
    assert (found.kind, found.facts["count"]) == (OwnKind.VOLATILE, 7)


def test_today_counts_only_when_it_is_reckoned_with() -> None:
    assert said({"A1": "=TODAY()"}) == []
    assert said({"A1": "=TODAY()", "B9": "=$A$1-B8"}) == [(OwnKind.VOLATILE, "A1")]


def test_another_workbook_is_named_by_its_file() -> None:
    link = ExternalLink(1, "file:///H:/Ekonomi/budget%202024.xlsx")
    (found,) = remarks({"B2": "=[1]Blad1!C4"}, beside=BesideSheets(external_links=(link,)))
    assert (found.kind, found.facts["target"]) == (OwnKind.OTHER_WORKBOOK, "budget 2024.xlsx")


def test_a_name_that_leads_out_or_nowhere_is_said_when_it_is_used() -> None:
    names = (DefinedName("Pris", "[2]Blad1!$A$1"), DefinedName("Bort", "#REF!"))
    beside = BesideSheets(names=names, external_links=(ExternalLink(2, "pris.xlsx"),))
    found = {each.kind for each in remarks({"B2": "=Pris*Bort"}, beside=beside)}
    assert found == {OwnKind.OTHER_WORKBOOK, OwnKind.BROKEN_NAME}
    assert remarks({"B2": "=A1"}, beside=beside) == ()


def test_a_name_of_another_workbook_is_told_from_a_column_and_a_name_of_its_own() -> None:
    links = BesideSheets(external_links=(ExternalLink(1, "pris.xlsx"),))
    (found,) = remarks({"B2": "=[1]!Summa*2"}, beside=links)
    assert (found.kind, found.facts["target"]) == (OwnKind.OTHER_WORKBOOK, "pris.xlsx")
    assert said({"B2": "='[1]Blad 1'!Summa"}, beside=links) == [(OwnKind.OTHER_WORKBOOK, "B2")]
    assert remarks({"B2": "=SUM(Tabell1[2024])", "B3": "=[0]!Summa"}, beside=links) == ()


def test_a_hidden_sheet_that_is_used_is_said_and_a_very_hidden_one_is_not_looked_at() -> None:
    gone = sheet({"A1": "#REF!"}, "Gömt", visibility=Visibility.VERY_HIDDEN)
    assert said({"B2": "=Gömt!A1"}, gone) == [(OwnKind.HIDDEN_SHEET, "B2")]


def test_a_reference_that_is_lost_behind_iferror_is_found() -> None:
    assert said({"B2": "=IFERROR(#REF!+1,0)"}) == [(OwnKind.BROKEN_REFERENCE, "B2")]


# --- all of it


def test_many_of_a_kind_are_cut_with_words() -> None:
    block: dict[str, Content] = {}
    for n in range(60):
        block |= column("=$A{r}*2", letter=a1(1, 3 + 3 * n)[:-1])
        block[a1(6, 3 + 3 * n)] = 1
    found = remarks(block)
    assert len(found) == MOST_OF_A_KIND
    assert found[-1].facts["fler"] == (
        " Det finns 10 till av samma slag i filen; de första 50 visas."
    )
    assert not any(each.facts["fler"] for each in found[:-1])


@pytest.mark.parametrize(
    "text",
    ["", "(", "SUM(", "SUM(A1:", "A1:A2:", "'", '"', "[", "#REF!#REF!", "+,+)", "SUM(,,)", "A1:A1"],
)
def test_formulas_that_are_no_formulas_stop_nothing(text: str) -> None:
    remarks({f"A{r}": (f"={text}", 1.0) for r in range(1, 9)} | {"A4": 7})


def test_only_the_sheets_that_the_form_lacks_are_own() -> None:
    book = Submission("bok.xlsx", "", (sheet({}, "Utfall"), sheet({}, "Eget")))
    assert own_sheet_names(book, ("utfall", "Prognos")) == {"Eget"}


@pytest.mark.parametrize("name", ["605", "RST", "budgetram", "region_REG"])
def test_our_own_forms_give_no_remark(name: str) -> None:
    path = Path(__file__).parents[2] / "workbooks" / "2024-08" / f"{name}.xlsx"
    book = scan(path)
    assert examine_own_sheets(book, own_sheet_names(book, ())) == ()


def test_cells_are_put_together_to_areas() -> None:
    cells = [(2, 1), (3, 1), (2, 2), (3, 2), (5, 1), (2, 4)]
    assert [each.address for each in areas_of(cells)] == ["A2:B3", "D2", "A5"]
