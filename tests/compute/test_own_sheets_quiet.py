"""Sheets as controllers build them, and right: an examination of them must stay silent."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import pytest
from tests.compute.test_own_sheets import Content, numbers, said, sheet

from ramkoll.model.cells import a1, column_letters

Cells = dict[str, Content]
MONTHS = [column_letters(n) for n in range(2, 14)]  # B..M


def months_with_sums() -> Cells:
    """Accounts by month with sums to the right and below, headings with the year above."""
    cells: Cells = {"A1": "Konto", "B1": 2024, "N2": "Summa"}
    for n, letter in enumerate(MONTHS, 1):
        cells[f"{letter}2"] = n
        for row in range(3, 15):
            cells[f"{letter}{row}"] = 100.5 * row + n
        cells[f"{letter}15"] = f"=SUM({letter}3:{letter}14)"
    for row in range(3, 16):
        cells[f"N{row}"] = f"=SUM(B{row}:M{row})"
    return cells


def actuals_then_forecast() -> Cells:
    """Typed outcome to August, formulas from September; year to date, rest and full year."""
    cells: Cells = {}
    for row in range(4, 12):
        for n, letter in enumerate(MONTHS):
            before = MONTHS[n - 1]
            cells[f"{letter}{row}"] = 50.0 + n if n < 8 else f"={before}{row}*1.02"
        cells[f"N{row}"] = f"=SUM(B{row}:I{row})"
        cells[f"O{row}"] = f"=SUM(J{row}:M{row})"
        cells[f"P{row}"] = f"=N{row}+O{row}"
    for letter in [*MONTHS, "N", "O", "P"]:
        cells[f"{letter}12"] = f"=SUM({letter}4:{letter}11)"
    return cells


def income_and_costs() -> Cells:
    """Income, costs by groups with subtotals, a result and a margin; budget beside outcome."""
    cells: Cells = {}
    for letter in "BC":
        cells |= numbers(letter, 3, 6) | numbers(letter, 9, 12) | numbers(letter, 15, 18)
        cells[f"{letter}7"] = f"=SUM({letter}3:{letter}6)"
        cells[f"{letter}13"] = f"=SUM({letter}9:{letter}12)"
        cells[f"{letter}19"] = f"=SUM({letter}15:{letter}18)"
        cells[f"{letter}20"] = f"={letter}13+{letter}19"
        cells[f"{letter}22"] = f"={letter}7-{letter}20"
        cells[f"{letter}23"] = f"=IF({letter}7=0,0,{letter}22/{letter}7)"
    for row in [*range(3, 8), *range(9, 14), *range(15, 21), 22]:
        cells[f"D{row}"] = f"=C{row}-B{row}"
        cells[f"E{row}"] = f"=IF(B{row}=0,0,D{row}/B{row})"
    return cells


def subtotals_without_gaps() -> Cells:
    """Groups right under each other, each with its sum, and their sum by plus."""
    cells: Cells = {}
    for letter in "CDEF":
        for first, last in ((2, 5), (7, 9), (11, 16)):
            cells |= numbers(letter, first, last)
            cells[f"{letter}{last + 1}"] = f"=SUM({letter}{first}:{letter}{last})"
        cells[f"{letter}18"] = f"={letter}6+{letter}10+{letter}17"
    return cells


def quarters_between_months() -> Cells:
    """Three months and their quarter, four times, and the year of the quarters."""
    cells: Cells = {}
    for row in range(3, 10):
        for quarter in range(4):
            first = 2 + 4 * quarter
            for n in range(3):
                cells[a1(row, first + n)] = f"=Data!{a1(row, first + n)}/1000"
            one, three = a1(row, first), a1(row, first + 2)
            cells[a1(row, first + 3)] = f"=SUM({one}:{three})"
        cells[f"R{row}"] = f"=E{row}+I{row}+M{row}+Q{row}"
    return cells


def of_which_rows() -> Cells:
    """A sum of all rows, and under it what part of them is something else."""
    cells = numbers("B", 2, 9) | {"B10": "=SUM(B2:B9)", "B12": "=B4+B5", "B13": "=B12/B10"}
    return cells | {f"C{row}": f"=B{row}/B$10" for row in range(2, 11)}


def loan() -> Cells:
    """Opening debt, interest, instalment, closing debt, year after year."""
    cells: Cells = {"A1": "År", "F1": 0.03, "B2": 1000000, "A2": 2024}
    for row in range(2, 22):
        if row > 2:
            cells[f"A{row}"] = f"=A{row - 1}+1"
            cells[f"B{row}"] = f"=E{row - 1}"
        cells[f"C{row}"] = f"=B{row}*$F$1"
        cells[f"D{row}"] = "=B$2/20"
        cells[f"E{row}"] = f"=B{row}-D{row}"
    return cells | {"C22": "=SUM(C2:C21)", "D22": "=SUM(D2:D21)"}


def ledger_with_running_balance() -> Cells:
    """Dates, amounts, a running balance, and sums per month over the whole columns."""
    cells: Cells = {"A1": "Datum", "B1": "Belopp", "C1": "Saldo", "C2": 5000}
    for row in range(3, 60):
        cells[f"A{row}"] = datetime(2024, 1 + row % 12, 1 + row % 28)
        cells[f"B{row}"] = 10.0 * row
        cells[f"C{row}"] = f"=C{row - 1}+B{row}"
    for n in range(12):
        cells[f"F{n + 2}"] = f"=SUMIFS(B:B,A:A,E{n + 2})"
    return cells | {"F14": "=SUM(F2:F13)", "F15": "=SUM(B:B)-F14"}


def staff_cost() -> Cells:
    """A row for each person: salary, share, fee, months; typed zeros where one has left."""
    cells: Cells = {"H1": 0.4275}
    for row in range(3, 30):
        cells |= {f"A{row}": f"Person {row}", f"B{row}": 35000, f"C{row}": 0.8, f"D{row}": 12}
        cells[f"E{row}"] = f"=B{row}*C{row}*D{row}"
        cells[f"F{row}"] = f"=E{row}*$H$1"
        cells[f"G{row}"] = f"=E{row}+F{row}"
    return cells | {f"{letter}30": f"=SUM({letter}3:{letter}29)" for letter in "EFG"}


def looked_up_by_unit() -> Cells:
    """Blocks of lookups from another sheet with a blank row and a heading between."""
    cells: Cells = {}
    for block in range(5):
        top = 2 + block * 7
        cells[f"A{top}"] = f"Avdelning {600 + block}"
        for row in range(top + 1, top + 6):
            cells[f"B{row}"] = f"=IFERROR(VLOOKUP($A{row},Data!$A:$F,2,FALSE),0)"
            cells[f"C{row}"] = f"=IFERROR(VLOOKUP($A{row},Data!$A:$F,3,FALSE),0)"
            cells[f"D{row}"] = f"=C{row}-B{row}"
    return cells


def key_figures() -> Cells:
    """A short list in which each formula is its own."""
    return {
        "B2": "=Data!B2/Data!C2",
        "B3": "=Data!B3-Data!B4",
        "B4": "=SUM(Data!B5:B9)",
        "B5": "=B4/B3",
        "B6": 12.5,
        "B7": "=B6*B5",
        "B8": "=AVERAGE(Data!B5:B9)",
    }


def years_across() -> Cells:
    """Years as numbers over sums; changes between them."""
    cells: Cells = {}
    for n, letter in enumerate("BCDEF"):
        cells |= {f"{letter}1": 2020 + n} | numbers(letter, 2, 9)
        cells[f"{letter}10"] = f"=SUM({letter}2:{letter}9)"
        if n:
            cells[f"{letter}11"] = f"={letter}10/{'BCDEF'[n - 1]}10-1"
    return cells


def code_text_columns() -> Cells:
    """Codes as texts beside amounts; the amounts are summed, and so is a whole table once."""
    cells = numbers("C", 2, 20) | {f"A{row}": f"{600 + row}" for row in range(2, 21)}
    return cells | {"C21": "=SUM(C2:C20)", "E1": '=SUMIF(A:A,"605",C:C)', "E2": "=SUM(C2:D20)"}


QUIET = (
    months_with_sums,
    actuals_then_forecast,
    income_and_costs,
    subtotals_without_gaps,
    quarters_between_months,
    of_which_rows,
    loan,
    ledger_with_running_balance,
    staff_cost,
    looked_up_by_unit,
    key_figures,
    years_across,
    code_text_columns,
)


@pytest.mark.parametrize("made", QUIET, ids=lambda each: each.__name__)
def test_a_sheet_that_is_right_gives_no_remark(made: Callable[[], Cells]) -> None:
    data = sheet({a1(row, c): 1.0 * row * c for row in range(1, 20) for c in range(2, 20)}, "Data")
    assert said(made(), data) == []
