"""Actions of a command done in a file: what is written, what is left, and what is said of it."""

from __future__ import annotations

from decimal import Decimal

import pytest
from tests.excel.broken import package
from tests.excel.edited import changed_parts, part, rich_workbook

from ramkoll.excel.graft.set_cells import CellError
from ramkoll.excel.scan import scan_bytes
from ramkoll.live.actions import (
    Action,
    ClearMarks,
    DefineName,
    DeleteName,
    Look,
    Mark,
    Marked,
    ResizeTable,
    RowHeight,
    Select,
    SetSeries,
    WriteFormulas,
    WriteValues,
)
from ramkoll.live.file_actions import Shown, apply_actions
from ramkoll.model.cells import Cell, CellKind
from ramkoll.model.errors import RamkollError

FILE, SHEET = "605.xlsx", "Utfall å"


def cell(data: bytes, row: int, column: int, sheet: str = SHEET) -> Cell:
    found = scan_bytes(data, FILE).sheet(sheet)
    assert found is not None
    return found.cell(row, column)


def test_values_come_into_their_cells_as_they_are() -> None:
    applied = apply_actions(
        rich_workbook(), FILE, [WriteValues("Tomt", "B2:C3", [[1.5, "=1+1"], [True, None]])]
    )
    assert applied.left_out == ()
    assert cell(applied.data, 2, 2, "Tomt").value == Decimal("1.5")
    text = cell(applied.data, 2, 3, "Tomt")
    assert (text.kind, text.value, text.formula) == (CellKind.TEXT, "=1+1", None)
    assert cell(applied.data, 3, 2, "Tomt").value is True
    assert changed_parts(rich_workbook(), applied.data) == {"xl/worksheets/sheet3.xml"}


def test_formulas_show_the_values_they_were_given_and_excel_is_asked_to_calculate() -> None:
    actions = [WriteFormulas(SHEET, "G2:G4", [["=B2*3"], ["=1/0"], ["=B4"]])]
    shown: Shown = {(SHEET, 2, 7): 3000.75, (SHEET, 3, 7): CellError("#DIV/0!")}
    data = apply_actions(rich_workbook(), FILE, actions, shown).data
    assert (cell(data, 2, 7).value, cell(data, 2, 7).formula) == (Decimal("3000.75"), "B2*3")
    assert cell(data, 3, 7).kind is CellKind.ERROR
    assert cell(data, 4, 7).kind is CellKind.BLANK
    plain = package()
    after = apply_actions(plain, FILE, [WriteFormulas("Blad1", "C1", [["=A1"]])]).data
    assert "fullCalcOnLoad" not in part(plain, "xl/workbook.xml")
    assert '<calcPr fullCalcOnLoad="1"/>' in part(after, "xl/workbook.xml")
    same = apply_actions(plain, FILE, [WriteValues("Blad1", "A1", [[1.0]])]).data
    assert same is plain


def test_an_empty_formula_empties_the_cell() -> None:
    data = apply_actions(rich_workbook(), FILE, [WriteFormulas(SHEET, "D2", [[""]])]).data
    assert cell(data, 2, 4).kind is CellKind.BLANK
    assert cell(data, 2, 4).formula is None


def test_number_format_and_fill_are_written_and_the_rest_of_a_look_is_listed() -> None:
    look = Look(SHEET, ["B2:B3", "A5"], number_format="0.0", fill="#FFCC00", bold=True)
    applied = apply_actions(rich_workbook(), FILE, [look])
    assert cell(applied.data, 3, 2).number_format == "0.0"
    assert cell(applied.data, 3, 2).value == Decimal("2000.5")
    assert 'rgb="FFFFCC00"' in part(applied.data, "xl/styles.xml")
    assert applied.left_out == ("Teckensnitt, justering och linjer på bladet Utfall å: B2:B3, A5",)
    # A look changes no values, so that nothing needs to be calculated.
    assert "xl/workbook.xml" not in changed_parts(rich_workbook(), applied.data)


def test_what_a_file_does_not_take_is_listed_once_and_changes_nothing() -> None:
    data = rich_workbook()
    applied = apply_actions(
        data,
        FILE,
        [
            RowHeight(SHEET, [1, 2], 30),
            RowHeight(SHEET, [4], 20),
            ResizeTable("Tabell", "Poster", "B2:D9"),
            SetSeries(SHEET, "Diagram 1", 0, "A1", "A2:A3", "B2:B3"),
            Mark(SHEET, [Marked("A1", "error", "Fel")]),
            ClearMarks(),
            Select(SHEET, "A1"),
            Look(SHEET, ["A1"]),
        ],
    )
    assert applied.data is data
    assert applied.left_out == (
        "Radhöjder på bladet Utfall å",
        "Området för tabellen Poster",
        "Serier i diagrammet Diagram 1",
        "Markeringar på bladet Utfall å",
        "Borttagning av markeringar",
    )


def test_a_name_is_defined_and_taken_away() -> None:
    data = rich_workbook()
    named = apply_actions(data, FILE, [DefineName("Nytt_namn", "Tabell!$A$1")])
    assert scan_bytes(named.data, FILE).names["Nytt_namn"] == "Tabell!$A$1"
    assert named.left_out == ()
    assert apply_actions(named.data, FILE, [DeleteName("Nytt_namn")]).data == data


def test_a_value_and_a_look_of_the_same_cell_are_both_done_and_the_last_value_wins() -> None:
    actions: list[Action] = [
        WriteValues("Tomt", "A1", [[1.0]]),
        Look("Tomt", ["A1"], number_format="0.00"),
        WriteValues("Tomt", "A1", [[2.0]]),
    ]
    data = apply_actions(rich_workbook(), FILE, actions).data
    found = cell(data, 1, 1, "Tomt")
    assert (found.value, found.number_format) == (2, "0.00")


@pytest.mark.parametrize(
    ("action", "says"),
    [
        (WriteValues("Tomt", "A1:B2", [[1.0]]), "2 rader och 2 kolumner"),
        (WriteValues("Tomt", "A0", [[1.0]]), "ingen adress"),
        (WriteValues("Saknas", "A1", [[1.0]]), "Bladet «Saknas» finns inte"),
        (WriteFormulas("Tomt", "A1", [["A2"]]), "saknar likhetstecken"),
        (Look("Tomt", ["A1:"], fill="#FF"), "ingen färg"),
    ],
)
def test_a_refusal_comes_before_anything_is_done(action: WriteValues, says: str) -> None:
    with pytest.raises(RamkollError) as refused:
        apply_actions(rich_workbook(), FILE, [WriteValues("Tomt", "A9", [[1.0]]), action])
    assert says in str(refused.value)
