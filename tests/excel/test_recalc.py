"""What recalculation says of saved values: stale, missing, circular, doubtful."""

from decimal import Decimal

import pytest
from tests.excel.books import array, book, saved

from ramkoll.excel import engine, recalc
from ramkoll.excel.recalc import recalculate
from ramkoll.model.beside import Calculation, Table
from ramkoll.model.cells import Area
from ramkoll.model.recalculated import Doubt, Opinion, Recalculated, Verdict
from ramkoll.model.workbook import Submission


def told(submission: Submission) -> dict[str, Opinion]:
    """What is said of each cell, by sheet and address."""
    return {each.at.in_sheet: each for each in recalculate(submission).opinions}


def verdicts(found: Recalculated) -> dict[str, str]:
    return {each.at.in_sheet: each.verdict.name for each in found.opinions}


def chain(b4: object) -> dict[str, object]:
    """Four inputs, two sums over them, and what builds on those; saved when B4 was 40."""
    return {
        "B1": 10, "B2": 20, "B3": 30, "B4": b4,
        "B5": saved("SUM(B1:B4)", 100), "C4": saved("B4*2", 80), "C1": saved("SUM(B1:B2)", 30),
        "D5": saved("B5/1000", 0.1), "D6": saved("IF(D5>0.1,\"över\",\"under\")", "under"),
    }  # fmt: skip


def test_values_that_fit_their_formulas_are_confirmed_and_nothing_is_said() -> None:
    assert recalculate(book({"Blad1": chain(40)})) == Recalculated(5)


def test_a_stale_value_is_found_with_what_it_should_be_and_the_input_that_changed() -> None:
    found = told(book({"Blad1": chain(45)}))
    assert {place: (each.verdict, each.value) for place, each in found.items()} == {
        "Blad1!B5": (Verdict.STALE, Decimal(105)),
        "Blad1!C4": (Verdict.STALE, Decimal(90)),
        "Blad1!D5": (Verdict.STALE, Decimal("0.105")),
        "Blad1!D6": (Verdict.STALE, "över"),
    }
    assert {ref.in_sheet for each in found.values() for ref in each.since} == {"Blad1!B4"}
    assert [ref.in_sheet for ref in found["Blad1!D6"].roots] == ["Blad1!B5"]


def test_an_input_that_was_emptied_leaves_no_cell_to_name_but_the_values_are_stale() -> None:
    cells = chain(45)
    del cells["B4"]
    found = told(book({"Blad1": cells}))
    assert found["Blad1!B5"].value == 60
    assert found["Blad1!C4"].value == 0


def test_a_difference_in_the_last_digits_is_none() -> None:
    cells = {"A1": 0.1, "A2": 0.2, "A3": saved("A1+A2", 0.3), "A4": saved("A3-A1-A2", 0.0)}
    assert told(book({"Blad1": cells})) == {}


@pytest.mark.parametrize("name", ["Ålder", "ÄndradBudget", "översikt", "Årets_utfall"])
def test_swedish_names_and_sheets_are_computed(name: str) -> None:
    sheets: dict[str, dict[str, object]] = {
        "Ingång Å": {"A1": 5, "A2": 6},
        "Blad1": {"A1": saved(f"SUM({name})", 11), "A2": saved(f"SUM({name})", 12)},
    }
    submission = book(sheets, names={name: "'Ingång Å'!$A$1:$A$2"})
    assert verdicts(recalculate(submission)) == {"Blad1!A2": "STALE"}


@pytest.mark.parametrize(
    "formula", ["SUM(Jan:Mars!B1)", "SUM('Jan:Mars'!B1,0)", "MAX(0,SUM(Mars:Jan!B1:B2))"]
)
def test_a_sum_through_several_sheets_is_the_sum_of_their_cells(formula: str) -> None:
    months: dict[str, dict[str, object]] = {
        name: {"B1": n} for n, name in enumerate(("Jan", "Febr", "Mars"), 1)
    }
    sheets: dict[str, dict[str, object]] = {
        **months,
        "År": {"A1": saved(formula, 6), "A2": saved(formula, 7)},
    }
    assert verdicts(recalculate(book(sheets))) == {"År!A2": "STALE"}


def test_a_relative_name_means_the_cell_beside_the_formula() -> None:
    cells = {"A1": 1, "A2": 2, "B1": saved("vänster*10", 10), "B2": saved("vänster*10", 10)}
    submission = book({"Blad1": cells}, names={"vänster": "Blad1!XFD1"})
    # As it reads in A1, the cell to the left is the last of the row: beyond the edge and unread.
    assert verdicts(recalculate(submission)) == {"Blad1!B1": "UNKNOWN", "Blad1!B2": "UNKNOWN"}


def test_names_made_of_names_of_names_are_refused_before_they_fill_the_memory() -> None:
    names = {f"n_{n}": "+".join([f"n_{n + 1}"] * 100) for n in range(7)} | {"n_7": "1"}
    found = told(book({"Blad1": {"A1": saved("n_0", 5)}}, names=names))
    assert found["Blad1!A1"].doubt is Doubt.UNREADABLE


def test_a_formula_that_excel_never_stores_is_left_unsaid_and_an_odd_letter_is_a_name() -> None:
    cells = {"A1": saved("#A1+1", 5), "A2": saved("A$+1", 5), "A3": saved("'Blad1'B1", 5)}
    found = told(book({"Blad1": {**cells, "A4": saved("İ1+ſ1", 5)}}))
    assert {found[f"Blad1!A{row}"].doubt for row in (1, 2, 3)} == {Doubt.UNREADABLE}
    assert "Blad1!A4" in found


TABLE = Table("Inköp", Area(1, 1, 4, 3), ("Vara", "Á pris", "Antal"), totals_rows=1)


@pytest.mark.parametrize(
    ("formula", "value"),
    [
        ("SUM(Inköp[Antal])", 7),
        ("SUM(Inköp[[Á pris]:[Antal]])", 37),
        ("Inköp[[#Totals],[Antal]]", 7),
        ("COUNTA(Inköp[#Headers])", 3),
        ("COUNTA(Inköp[#All])", 11),
        ("ROWS(Inköp)", 2),
        ("SUMPRODUCT(Inköp[Á pris],Inköp[Antal])", 110),
    ],
)
def test_structured_references_are_the_cells_of_the_table(formula: str, value: int) -> None:
    cells = {
        "A1": "Vara", "B1": "Á pris", "C1": "Antal", "A2": "x", "B2": 10, "C2": 3,
        "A3": "y", "B3": 20, "C3": 4, "A4": "Summa", "C4": saved("SUM(Inköp[Antal])", 7),
        "D2": saved("Inköp[[#This Row],[Á pris]]*Inköp[[#This Row],[Antal]]", 30),
        "D3": saved("Inköp[@[Á pris]]*Inköp[@Antal]", 80),
        "F1": saved(formula, value), "F2": saved(formula, value + 1),
    }  # fmt: skip
    found = recalculate(book({"Blad1": cells}, tables={"Blad1": (TABLE,)}))
    assert set(verdicts(found)) == {"Blad1!F2"}  # what is saved as one more than it is


def test_a_range_where_one_cell_is_asked_for_is_the_one_in_the_formulas_own_row() -> None:
    cells = {"A1": 1, "A2": 2, "A3": 3, "B2": saved("A1:A3*10", 20), "B3": saved("A1:A3*10", 20)}
    assert verdicts(recalculate(book({"Blad1": cells}))) == {"Blad1!B3": "STALE"}


def test_an_array_formula_computes_with_the_whole_range() -> None:
    cells = {"A1": 1, "A2": 2, "A3": 3, "B1": array("SUM(A1:A3*10)", 60)}
    assert recalculate(book({"Blad1": cells})).confirmed == 1


def test_formulas_without_saved_values_get_what_they_come_to_and_so_does_what_they_rest_on() -> (
    None
):
    cells = {"A1": 2, "A2": saved("A1*3", None), "A3": saved("A2+1", None), "A4": saved("A1", 2)}
    found = told(book({"Blad1": cells}))
    assert {place: (each.verdict.name, each.value) for place, each in found.items()} == {
        "Blad1!A2": ("UNCACHED", Decimal(6)),
        "Blad1!A3": ("UNCACHED", Decimal(7)),
    }


def test_a_ring_is_named_whole_and_in_order() -> None:
    sheets = {
        "Blad1": {"A1": saved("B1+1", 0), "B1": saved("SUM(Två!A1:A9)", 0), "C1": saved("A1", 0)},
        "Två": {"A5": saved("Blad1!A1*2", 0)},
    }
    found = recalculate(book(sheets))
    (ring,) = found.rings
    assert [ref.in_sheet for ref in ring] == ["Blad1!A1", "Blad1!B1", "Två!A5"]
    assert set(verdicts(found).values()) == {"CIRCULAR"}
    assert not found.iterates


def test_a_ring_in_a_workbook_that_iterates_is_said_to_be_meant() -> None:
    cells = {"A1": saved("A1+1", 100)}
    found = recalculate(book({"Blad1": cells}, calculation=Calculation(iterate=True)))
    assert len(found.rings) == 1
    assert found.iterates


def test_a_sum_that_ends_above_itself_and_a_look_at_its_own_row_are_no_rings() -> None:
    cells = {"A1": 1, "A2": saved("SUM(A$1:A1)", 1), "A3": saved("ROW(A3)", 3)}
    assert recalculate(book({"Blad1": cells})) == Recalculated(2)


def test_a_ring_of_thousands_of_cells_is_found_without_recursion() -> None:
    cells: dict[str, object] = {f"A{n}": saved(f"A{n + 1}", 0) for n in range(1, 5_000)}
    cells["A5000"] = saved("A1", 0)
    (ring,) = recalculate(book({"Blad1": cells})).rings
    assert len(ring) == 5_000


def test_a_cell_that_changes_by_itself_casts_no_doubt_on_those_that_build_on_it() -> None:
    cells = {"A1": saved("TODAY()", 45_000), "A2": saved("A1+1", 45_001)}
    assert verdicts(recalculate(book({"Blad1": cells}))) == {"Blad1!A1": "UNKNOWN"}


def test_what_rests_on_both_a_stale_cell_and_one_that_nobody_can_compute_is_not_called_stale() -> (
    None
):
    cells = {
        "A1": 5, "A2": saved("A1*2", 8), "A3": saved("A2+TODAY()", 45_008), "A4": saved("A3+1", 45_009),
    }  # fmt: skip
    found = told(book({"Blad1": cells}))
    assert found["Blad1!A2"].verdict is Verdict.STALE
    assert found["Blad1!A4"].doubt is Doubt.FOLLOWS


def test_precision_as_displayed_makes_differences_say_nothing() -> None:
    cells = {"A1": 1.26, "A2": saved("A1*1", 1.3)}
    found = told(book({"Blad1": cells}, calculation=Calculation(as_displayed=True)))
    assert found["Blad1!A2"].verdict is Verdict.UNKNOWN


def test_days_from_1904_are_not_computed_with() -> None:
    submission = book({"Blad1": {"A1": saved("YEAR(A2)", 2024), "A2": 43_000}}, date_1904=True)
    assert told(submission)["Blad1!A1"].doubt is Doubt.CALENDAR


@pytest.mark.parametrize(
    "formula",
    [
        "(" * 4000 + "1" + ")" * 4000,
        "IF(1," * 300 + "1" + ")" * 300,
        "-" * 9000 + "1",
        "FACT(1000000000)",
        "COMBIN(1000000000,500000000)",
        "WORKDAY(1,1000*1000000)",
        'FACT(VALUE("1"&"000000000"))',
        "LET(f,LAMBDA(g,g(g)),f(f))",
        "SUM(",
        ")(",
        "'",
        '"',
        "A1:",
        "Tabell1[",
        "#",
        "{1,2",
        "",
        "\x00",
    ],
)
def test_a_hostile_formula_is_a_doubt_and_the_others_are_computed(formula: str) -> None:
    cells = {"A1": 1, "B1": saved(formula, 5), "B2": saved("A1+1", 2), "B3": saved("A1+1", 3)}
    found = told(book({"Blad1": cells}))
    assert found["Blad1!B1"].verdict is Verdict.UNKNOWN
    assert found["Blad1!B3"].verdict is Verdict.STALE
    assert "Blad1!B2" not in found


def test_a_formula_that_breaks_the_engine_takes_no_other_with_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    class Panic(BaseException):
        """As a panic of the engine comes out: no Exception."""

    together = engine._together

    def panics(*arguments: object) -> object:
        if any(place[1] == 7 for place in arguments[3]):  # type: ignore[attr-defined]
            raise Panic
        return together(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(engine, "_together", panics)
    cells: dict[str, object] = {f"B{n}": saved("1+1", 2) for n in range(1, 11)}
    found = recalculate(book({"Blad1": cells}))
    assert verdicts(found) == {"Blad1!B7": "UNKNOWN"}
    assert found.opinions[0].doubt is Doubt.FAILED


def test_formulas_that_read_more_cells_than_can_be_gone_through_are_doubts(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(recalc, "MOST_CELLS_READ", 1_000)
    cells = {"A1": 1, "B1": saved("SUM(A1:A5000)", 2), "B2": saved("A1", 2)}
    found = told(book({"Blad1": cells}))
    assert found["Blad1!B1"].doubt is Doubt.TOO_MUCH
    assert found["Blad1!B2"].verdict is Verdict.STALE


def test_looking_up_in_whole_columns_looks_no_further_than_the_last_row() -> None:
    cells: dict[str, object] = {}
    for row in range(1, 101):
        cells[f"A{row}"], cells[f"B{row}"] = f"k{row}", row
        cells[f"D{row}"] = saved(f'INDEX(B:B,MATCH("k{row}",A:A,0))', row)
        cells[f"E{row}"] = saved(f'SUMIF(A:A,"k{row}",B:B)', row)
    assert recalculate(book({"Blad1": cells})) == Recalculated(200)


def test_a_function_that_nobody_has_tried_is_disputed_and_not_called_stale() -> None:
    found = told(book({"Blad1": {"A1": saved("GEOMEAN(2,8)", 5)}}))
    assert found["Blad1!A1"].verdict in (Verdict.DISPUTED, Verdict.UNKNOWN)


def test_only_the_sheets_that_are_asked_for_are_told_of() -> None:
    sheets = {"Ett": {"A1": saved("1+1", 3)}, "Två": {"A1": saved("Ett!A1", 3)}}
    found = recalculate(book(sheets), only=["två"])
    assert verdicts(found) == {"Två!A1": "STALE"}
    assert [ref.in_sheet for ref in found.opinions[0].roots] == ["Ett!A1"]
