"""What formulas may be made of: never fewer cells than they are, and quickly found."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.conftest import EXAMPLES
from tests.excel.books import array, book, saved

from ramkoll.excel.blocks import Areas, Block, Users, block, block_of, meet, size_of
from ramkoll.excel.dependencies import TooMuch
from ramkoll.excel.explicit import CannotFollow, Speller
from ramkoll.excel.reach import Reach
from ramkoll.excel.scan import scan
from ramkoll.model.beside import Table
from ramkoll.model.cells import MAX_COLUMN, MAX_ROW, Area, ArrayKind
from ramkoll.model.workbook import Submission

NAMES = {
    "Fast": "Data!$B$2:$B$4", "Rörligt": "Data!B2", "Inget": "Data!#REF!", "Eget": "!$C$3",
    "Två": "Fast+Ett", "Ett": "SUM(Fast,Två)", "Hopp": "OFFSET(Data!$A$1,1,1)",
    "Dold": 'INDIRECT("A"&1)', "XFE1": "Data!$D$4",
}  # fmt: skip
SHEETS = ("Blad", "Data", "Mitt blad", "O'Brien", "Jan1")
WHOLE = (1, 1, MAX_ROW, MAX_COLUMN)


def workbook(formula: str = "1", **more: object) -> Submission:
    tables: dict[str, tuple[Table, ...]] = {
        "Data": (Table("Poster", Area(1, 1, 5, 3), ("a", "b [kr]", 'c"d'), 1, 1),)
    }
    sheets: dict[str, dict[str, object]] = {name: {} for name in SHEETS}
    sheets["Blad"] = {"F6": saved(formula, 1), **more}
    sheets["Data"] = {"B3": saved(formula, 1)}
    return book(sheets, names=NAMES, tables=tables)


def of(formula: str) -> set[tuple[str, str]]:
    found = Reach(workbook()).of(formula, 0).blocks
    return {(SHEETS[sheet], Area(*area).address) for sheet, *area in found}


@pytest.mark.parametrize(
    ("formula", "cells"),
    [
        ("A1", {("Blad", "A1")}),
        ("$A$1+a2", {("Blad", "A1"), ("Blad", "A2")}),
        ("SUM(B4:A1)", {("Blad", "A1:B4")}),
        ("SUM(C:C)", {("Blad", f"C1:C{MAX_ROW}")}),
        ("SUM($2:3)", {("Blad", "A2:XFD3")}),
        ("Data!B2*2", {("Data", "B2")}),
        ("DATA!B2:C3", {("Data", "B2:C3")}),
        ("'Mitt blad'!B2", {("Mitt blad", "B2")}),
        ("'O''Brien'!$B$2", {("O'Brien", "B2")}),
        ("'Mitt blad'!#REF!+'O''Brien'!A1", {("O'Brien", "A1")}),
        ('"A1"&B2&"""C3"', {("Blad", "B2")}),
        ("\"'\"&Data!A1&\"'\"", {("Data", "A1")}),
        ("LOG10(A1)+DAYS360(1,2)", {("Blad", "A1")}),
        ("SUM(Blad:'Mitt blad'!A1)", {("Mitt blad", "A1")}),
        ("SUM('Data:Mitt blad'!A1)", {("Data", "A1"), ("Mitt blad", "A1")}),
        ("SUM('Mitt blad:data'!A1)", {("Data", "A1"), ("Mitt blad", "A1")}),
        ("SUM(Jan1:Data!A1)", {(n, "A1") for n in SHEETS[1:]}),
        ("Data!A1:Data!B9", {("Data", "A1:B9")}),
        ("A1:Data!B2", {("Blad", "A1"), ("Data", "B2")}),
        ("A1:Jan1!B2", {("Blad", "A1"), ("Jan1", "B2")}),
        ("B2:INDEX(C:C,5)", {("Blad", f"B1:C{MAX_ROW}")}),
        ("INDEX(A1:A9,1):INDEX(C1:C9,2)", {("Blad", "A1:C9")}),
        ("SUM(Fast)", {("Data", "B2:B4")}),
        ("SUM(FAST)", {("Data", "B2:B4")}),
        ("Data!Fast", {("Data", "B2:B4")}),
        ("Eget", {("Blad", "C3")}),
        ("Data!Eget", {("Data", "C3")}),
        ("Rörligt", {("Data", f"A1:XFD{MAX_ROW}")}),
        ("Två", {("Data", "B2:B4")}),
        ("XFE1", {("Data", "D4")}),
        ("OFFSET(Data!A1,B2,1)", {("Data", f"A1:XFD{MAX_ROW}"), ("Blad", f"A1:XFD{MAX_ROW}")}),
        ("Hopp", {("Data", f"A1:XFD{MAX_ROW}")}),
        ("SUM(Poster)", {("Data", "A1:C5")}),
        ("SUM(Poster[b '[kr']])+A1", {("Data", "A1:C5"), ("Blad", "A1")}),
        ('SUM(Poster[c"d])+A1', {("Data", "A1:C5"), ("Blad", "A1")}),
        ("Poster[[#This Row],[a]:[b '[kr']]]", {("Data", "A1:C5")}),
        ("[1]Data!A1+[2]!Fast+'[3]Mitt blad'!A1", {("Data", "B2:B4")}),
        ("'[1]Mitt blad'!A1+B1", {("Blad", "B1")}),
        ("1.5E3+Inget+Okänt(A1)", {("Blad", "A1")}),
        ("XFE9+A1048577+A0", set()),
    ],
)  # fmt: skip
def test_a_formula_is_made_of_what_it_mentions(formula: str, cells: set[tuple[str, str]]) -> None:
    assert of(formula) >= cells
    # Nothing else, but for a name of another workbook's that this one has too.
    assert len(of(formula)) == len(cells)


@pytest.mark.parametrize("formula", ['INDIRECT("A1")', "Dold+1", "_xlfn.INDIRECT(A1)&B1"])
def test_an_address_that_is_a_text_may_be_anywhere(formula: str) -> None:
    found = Reach(workbook()).of(formula, 0)
    assert found.anywhere == (not formula.startswith("_xlfn"))


def test_a_reference_without_table_is_to_the_table_that_it_stands_in() -> None:
    found = dict(Reach(workbook("[@a]")).formulas())
    assert found[1, 3, 2].blocks == ((1, 1, 1, 5, 3),)
    assert found[0, 6, 6].blocks == ()


def test_a_what_if_table_is_made_of_the_formulas_along_its_edges() -> None:
    table = array("TABLE(A1,A2)", 1)._replace(array=ArrayKind.TABLE)
    found = dict(Reach(workbook(D4=table)).formulas())
    assert (0, 3, 3, 4, 4) in found[0, 4, 4].blocks


PIECES = st.sampled_from(
    ["A1", "$B$2:C3", "D:E", "2:4", "Data!A1", "'Mitt blad'!B2:B9", "Fast", "Rörligt", "Poster",
     "Poster[a]", "Poster[[#Totals],[c\"d]]", "Två", "+", "-", "&", "(", ")", ",", ":", " ", '"A1"',
     "SUM(", "INDEX(", "OFFSET(", "'", '"', "[", "]", "!", "1.5", "#REF!", "Data:Jan1!A1", "{1;2}"]
)  # fmt: skip


def covered(used: Block, found: tuple[Block, ...]) -> bool:
    return any(
        b[0] == used[0]
        and b[1] <= used[1]
        and b[2] <= used[2]
        and b[3] >= used[3]
        and b[4] >= used[4]
        for b in found
    )


@given(st.lists(PIECES, max_size=9).map("".join))
def test_what_a_formula_uses_is_always_among_what_it_mentions(formula: str) -> None:
    submission = workbook(formula)
    found = dict(Reach(submission).formulas())[0, 6, 6]
    try:
        uses = Speller(submission).spelled(formula, 0, 6, 6).uses
    except CannotFollow as fault:
        uses = fault.uses
    assert found.anywhere or all(covered(block(*each), found.blocks) for each in uses), found


@pytest.mark.parametrize("name", ["605.xlsx", "budgetram.xlsx", "region_REG.xlsx"])
def test_what_the_forms_use_is_among_what_they_mention(name: str) -> None:
    submission = scan(EXAMPLES / name)
    speller = Speller(submission)
    for (sheet, row, column), found in Reach(submission).formulas():
        formula = submission.sheets[sheet].cells[row, column].formula
        assert formula is not None
        for used in speller.spelled(formula, sheet, row, column).uses:
            assert covered(block(*used), found.blocks), formula


@pytest.mark.parametrize(
    "text",
    ["':" * 4_000, "[" * 8_000, "a:" * 4_000, "'" * 8_001, "a!" * 4_000, "a" * 8_000 + "!"],
    ids=lambda text: text[:2],
)
def test_endless_texts_are_looked_through_once(text: str) -> None:
    Reach(workbook()).of(text, 0)


blocks = st.builds(
    lambda sheet, top, left, height, width: (sheet, top, left, top + height, left + width),
    st.integers(0, 1), st.integers(1, 90), st.integers(1, 90),
    st.sampled_from([0, 0, 1, 3, 70]), st.sampled_from([0, 0, 1, 5, 80]),
)  # fmt: skip


@settings(max_examples=50)
@given(st.lists(st.lists(blocks, max_size=3), max_size=8), st.lists(blocks, max_size=5))
def test_users_are_found_as_by_looking_at_every_one(
    uses: list[list[Block]], asked: list[Block]
) -> None:
    users = Users(((0, n, 1), each) for n, each in enumerate(uses))
    gone: set[Block] = set()
    for cells in asked:
        hit = {b for each in uses for b in each if meet(b, cells)} - gone
        gone |= hit
        wanted = {(0, n, 1) for n, each in enumerate(uses) if hit & set(each)}
        assert set(users.using(cells)) == wanted


@given(st.lists(blocks, max_size=6), blocks)
def test_areas_hold_and_meet_as_their_blocks_do(held: list[Block], cells: Block) -> None:
    areas = Areas(held)
    assert areas.meets(cells) == any(meet(each, cells) for each in held)
    place = cells[:3]
    assert areas.holds(place) == any(meet(each, block_of(place)) for each in held)
    assert size_of(cells) >= 1


def test_too_many_steps_are_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ramkoll.excel.blocks._MOST_STEPS", 3)
    users = Users(((0, n, 1), [(0, n + 2, 1, n + 3, 2)]) for n in range(9))
    with pytest.raises(TooMuch):
        users.closure([(0, 1, 1, 1, 1), *((0, n, 1, n, 1) for n in range(3, 9))], {})
