"""Formulas of a real form, changed in one way each: one finding at that cell says it."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from random import Random

import pytest
from tests.rules import excel_edits as excel

from ramkoll.excel.scan import scan
from ramkoll.layout.form import Form
from ramkoll.layout.formulas import form_formulas
from ramkoll.layout.places import RowKey, SlotKey
from ramkoll.model.beside import ExternalLink
from ramkoll.model.cells import CellKind, CellRef, a1
from ramkoll.model.findings import Finding, Severity
from ramkoll.model.workbook import Submission
from ramkoll.pipeline.check import check_open
from ramkoll.pipeline.recalculation import recalculated
from ramkoll.pipeline.submissions import Frame, open_frame
from ramkoll.store.layouts import Layouts, load_layouts

WORKBOOKS = Path(__file__).parents[2] / "workbooks" / "2024-08"
FILE = "605.xlsx"
Mutation = Callable[[str, int, int], str]


def slow(value: object) -> object:
    """A case that is left to the long run."""
    return pytest.param(value, marks=pytest.mark.slow)


@pytest.fixture(scope="module")
def layouts() -> Layouts:
    return load_layouts()


@pytest.fixture(scope="module")
def frame(layouts: Layouts) -> Frame:
    return open_frame(WORKBOOKS / "budgetram.xlsx", layouts)


@pytest.fixture(scope="module")
def book() -> Submission:
    return scan(WORKBOOKS / FILE, FILE)


Said = Callable[[Submission], list[Finding]]


@pytest.fixture(scope="module")
def said(layouts: Layouts, frame: Frame, book: Submission) -> Said:
    """What a check says of a workbook that it does not say of the sound one."""
    before = {(f.rule, f.message) for f in check_open(book, layouts, frame).findings}

    def new(changed: Submission) -> list[Finding]:
        found = check_open(changed, layouts, frame).findings
        return [each for each in found if (each.rule, each.message) not in before]

    return new


@pytest.fixture(scope="module")
def form(layouts: Layouts, frame: Frame, book: Submission) -> Form:
    return check_open(book, layouts, frame).forms[0].form


def core(formula: str) -> str:
    """What a formula computes, without its test for blanks."""
    return formula.partition('"",')[2][:-1]


def shorter(formula: str, row: int, column: int) -> str:
    return re.sub(r"([A-Z]+)(\d+)\)\)$", lambda m: f"{m[1]}{int(m[2]) - 1}))", formula)


def chained(formula: str, row: int, column: int) -> str:
    """Every row of the sum but the second, one by one."""
    first, last = map(int, re.findall(r"[A-Z]+(\d+)", core(formula)))
    return "+".join(a1(each, column) for each in range(first, last + 1) if each != first + 1)


SUM_WAYS: dict[str, Mutation] = {
    "R021": shorter,
    "R022": chained,
    "R023": lambda f, r, c: re.sub(r"[A-Z]+\d+\)\)$", f"{a1(r, c)}))", f),
}
WAYS: dict[str, Mutation] = {
    "R024": lambda f, r, c: (
        re.sub(r"(?<![\w!$:])([A-Z]+\d+)", r"Historik!\1", f)
        if "!" not in f
        else f.replace("Månad!", "Historik!").replace("Utfall!", "Historik!")
    ),
    "R025": lambda f, r, c: f"{f}+'C:\\Mina filer\\[egen bok.xlsx]Blad 1'!$A$1",
    "R026": lambda f, r, c: re.sub(
        r"(?<![\w$])([A-Z]+)(\d+)", lambda m: f"{m[1]}{int(m[2]) + 40}", f
    ),
    "R027": lambda f, r, c: f"{f}+500",
    "R028": lambda f, r, c: f"ROUND({core(f)},0)",
    "R029": lambda f, r, c: f"IFERROR({f},0)",
    "R030": lambda f, r, c: f"-({core(f)})",
    "R032": lambda f, r, c: f"{f}-#REF!",
    "R016": lambda f, r, c: f"AVERAGE({a1(r, c - 1)},7)*PI()",
}
SAME: dict[str, Mutation] = {
    "dollar signs": lambda f, r, c: re.sub(r"(?<![\w$])([A-Z]+)(\d+)", r"$\1$\2", f),
    "spaces": lambda f, r, c: f.replace(",", " , ").replace("(", "( "),
    "case": lambda f, r, c: f.lower(),
    "quotes": lambda f, r, c: re.sub(r"(Månad|Utfall)!", r"'\1'!", f),
    "a plus first": lambda f, r, c: f"+{f}",
    "brackets": lambda f, r, c: f"({f})",
}


def formulas(form: Form, *, sums: bool) -> list[tuple[CellRef, str]]:
    """The form's formulas with their cells: sums of rows, or differences and accumulated."""
    economy = {"outcome_ytd", "budget_ytd", "prior_ytd", "deviation", "change", "year_sum"}
    found = []
    for slot, formula in form_formulas(form.places).items():
        total = form.places.tables[slot.table].layout.total(slot.row.line)
        adds = total is not None and not total.of and "SUM(" in formula and slot.row.series == ""
        if adds if sums else (total is None and slot.column in economy):
            found.append((form.places.ref(slot), formula))
    return found


def mutated(book: Submission, at: CellRef, formula: str, by: float = 1.0) -> Submission:
    """Another formula in a cell, that shows a bit more than the form's does."""
    sheet = book.sheet(at.sheet)
    assert sheet is not None
    cell = sheet.cell(at.row, at.column)
    stored = cell.double + by if cell.kind is CellKind.NUMBER else by
    number = excel.number(stored)._replace(formula=formula, style=cell.style)
    return excel.with_cell(book, at.sheet, (at.row, at.column), number)


@pytest.mark.parametrize("seed", [0, *map(slow, (1, 2, 3))])
@pytest.mark.parametrize("rule", sorted({**SUM_WAYS, **WAYS}))
def test_a_formula_changed_in_one_way_is_one_finding_at_its_cell(
    rule: str, seed: int, book: Submission, form: Form, said: Said
) -> None:
    choice = Random(f"{rule}{seed}")
    at, formula = choice.choice(formulas(form, sums=rule in SUM_WAYS))
    change = {**SUM_WAYS, **WAYS}[rule](formula, at.row, at.column)
    assert change != formula
    found = said(mutated(book, at, change, 1000.0))
    assert [(each.rule, each.at) for each in found] == [(rule, at)], change
    (only,) = found
    assert only.severity is Severity.BLOCKS
    assert "formulärets formel ger" in only.message
    assert only.tip.startswith("Kopiera")


@pytest.mark.parametrize("way", SAME)
def test_what_excel_takes_for_the_same_formula_is_no_finding(
    way: str, book: Submission, form: Form, said: Said
) -> None:
    changed = book
    choice = Random(way)
    for at, formula in choice.sample(formulas(form, sums=False), 12):
        changed = mutated(changed, at, SAME[way](formula, at.row, at.column), 0.0)
    assert said(changed) == []


def test_a_result_that_is_the_same_today_is_only_a_warning(
    book: Submission, form: Form, said: Said
) -> None:
    at, formula = formulas(form, sums=True)[0]
    (found,) = said(mutated(book, at, chained(formula, at.row, at.column), 0.0))
    assert (found.rule, found.severity) == ("R022", Severity.WARNING)
    assert "Resultatet är detsamma i dag." in found.message


def test_a_column_that_was_filled_anew_is_one_finding_with_its_area(
    book: Submission, form: Form, said: Said
) -> None:
    changed = book
    cells = [at for at, _ in formulas(form, sums=False) if at.sheet == "Utfall" and at.column == 5]
    for at in cells:
        changed = mutated(changed, at, f"C{at.row}-G{at.row}", 50.0)
    (found,) = said(changed)
    assert (found.rule, found.at, len(found.related)) == ("R026", cells[0], len(cells) - 1)
    assert f"Avvikelse i {len(cells)} celler (E6:E9 och E11:E22), först" in found.message


def test_a_deleted_formula_on_an_empty_row_is_said_too(
    book: Submission, form: Form, said: Said
) -> None:
    sheet = book.sheet("Utfall")
    assert sheet is not None
    empty = next(
        form.places.ref(slot)
        for slot, cell in form.shown.items()
        if slot.table == "economy" and cell.stored in ("", None)
    )
    (found,) = said(excel.with_cell(book, "Utfall", (empty.row, empty.column), None))
    assert (found.rule, found.at) == ("R106", empty)
    assert "formeln är raderad" in found.message


# What Excel does by itself when cells move is nobody's fault, and what people do is named.


@pytest.mark.parametrize("sheet", ["Start", "Utfall", "Prognos", "Månad", "Analys"])
@pytest.mark.parametrize("at", [slow(2), 9, slow(12)])
def test_rows_that_excel_inserts_leave_every_formula_the_forms(
    sheet: str, at: int, book: Submission, said: Said
) -> None:
    found = said(excel.rows_inserted(book, sheet, at, 2))
    assert {each.rule for each in found} <= {"R009"}


@pytest.mark.parametrize("sheet", ["Start", "Utfall", "Prognos", "Månad"])
@pytest.mark.parametrize("at", [slow(1), 5, slow(7)])
def test_columns_that_excel_inserts_leave_every_formula_the_forms(
    sheet: str, at: int, book: Submission, said: Said
) -> None:
    assert said(excel.columns_inserted(book, sheet, at, 1)) == []


def test_a_row_inserted_in_a_list_makes_its_formulas_longer_and_is_no_finding(
    book: Submission, form: Form, said: Said
) -> None:
    place = next(
        t for t in form.places.tables.values() if t.sheet == "Analys" and t.layout.rows == "list"
    )
    assert said(excel.rows_inserted(book, "Analys", place.header_row + 3)) == []


def test_columns_that_change_places_are_read_by_their_headings(
    book: Submission, said: Said
) -> None:
    swap = {4: 7, 7: 4}  # Budget and last year's outcome, cut and pasted
    changed = excel.moved(book, "Utfall", lambda r, c: (r, swap.get(c, c)) if r > 4 else (r, c))
    assert said(changed) == []


def test_a_block_that_is_cut_and_pasted_takes_its_formulas_along(
    book: Submission, said: Said
) -> None:
    changed = excel.moved(book, "Prognos", lambda r, c: (r + 30, c) if r > 5 else (r, c))
    assert {each.rule for each in said(changed)} <= {"R009"}


def test_sorted_rows_are_one_finding_and_read_by_their_codes(
    book: Submission, form: Form, said: Said
) -> None:
    order = dict(zip(range(11, 23), [15, 11, 19, 12, 22, 14, 13, 16, 21, 17, 18, 20], strict=True))
    (found,) = said(excel.sorted_rows(book, "Utfall", order))
    assert (found.rule, found.at.sheet) == ("R016", "Utfall")
    assert "sorterats, flyttats eller infogats" in found.message


@pytest.mark.parametrize(
    "sheet", ["Start", "Utfall", *map(slow, ("Prognos", "Månad", "Historik", "Analys"))]
)
def test_a_renamed_sheet_is_read_and_said(
    sheet: str, book: Submission, form: Form, said: Said, layouts: Layouts, frame: Frame
) -> None:
    changed = excel.renamed(book, sheet, f"{sheet} (aug)")
    (found,) = said(changed)
    assert (found.rule, str(found.at)) == ("R033", f"{FILE} {sheet} (aug)")
    facts = check_open(changed, layouts, frame).forms[0].form.facts
    assert {(f.key, f.value) for f in facts} == {(f.key, f.value) for f in form.facts}


def test_a_sheet_is_known_without_its_title(book: Submission, said: Said) -> None:
    untitled = excel.with_cell(book, "Utfall", (1, 1), None)
    assert [each.rule for each in said(excel.renamed(untitled, "Utfall", "Blad1"))] == ["R033"]


def test_two_sheets_that_could_be_the_missing_one_are_not_chosen_between(
    book: Submission, said: Said
) -> None:
    two = excel.copied(excel.renamed(book, "Utfall", "A"), "A", "B")
    assert "R001" in {each.rule for each in said(two)}


@pytest.mark.parametrize(
    ("value", "said_of_it", "severity"),
    [(None, "de är lika", Severity.INFO), (7.0, "en cell har ett annat", Severity.WARNING)],
)
def test_a_copied_sheet_is_said_with_what_differs(
    value: float | None, said_of_it: str, severity: Severity, book: Submission, said: Said
) -> None:
    changed = excel.copied(book, "Utfall", "Utfall (2)")
    if value is not None:
        changed = excel.with_cell(changed, "Utfall (2)", (12, 9), excel.number(value))
    (found,) = said(changed)
    assert (found.rule, found.severity, found.at.sheet) == ("R034", severity, "Utfall (2)")
    assert said_of_it in found.message


def test_own_numbers_between_the_months_are_said(book: Submission, form: Form, said: Said) -> None:
    months = form.places.tables["months"]
    column = months.columns["m", 3]
    wider = excel.columns_inserted(book, "Månad", column)
    row = next(row for key, row in months.rows.items() if months.layout.total(key.line) is None)
    changed = excel.with_cell(wider, "Månad", (row, column), excel.number(99.0))
    (found,) = said(changed)
    assert (found.rule, found.at.column) == ("R035", column)


def test_an_error_in_a_changed_formula_is_said_once(
    book: Submission, form: Form, said: Said
) -> None:
    slot = SlotKey("economy", RowKey("K10"), "deviation")
    at = form.places.ref(slot)
    error = excel.number(0.0)._replace(kind=CellKind.ERROR, stored="#REF!", formula="C20-#REF!")
    (found,) = said(excel.with_cell(book, at.sheet, (at.row, at.column), error))
    assert (found.rule, found.at) == ("R032", at)


def test_a_sum_with_its_own_cell_is_no_circular_reference_besides(
    book: Submission, form: Form, layouts: Layouts, frame: Frame
) -> None:
    at, formula = formulas(form, sums=True)[0]
    changed = mutated(book, at, SUM_WAYS["R023"](formula, at.row, at.column))
    checked = check_open(changed, layouts, frame)
    assert any(each.rule == "R023" and each.at == at for each in checked.findings)
    assert not any(each.rings for each in recalculated(checked.forms[0], changed))


def test_another_workbook_is_named_as_it_is_called(
    book: Submission, form: Form, said: Said
) -> None:
    link = ExternalLink(1, "file:///C:/Anv%C3%A4ndare/Min%20budget.xlsx", "externalLinkPath")
    linked = replace(book, beside=replace(book.beside, external_links=(link,)))
    at, _ = formulas(form, sums=False)[0]
    (found,) = said(mutated(linked, at, "[1]Blad1!$A$1"))
    assert "(«Min budget.xlsx», bladet Blad1)" in found.message


def test_errors_in_displaced_formulas_are_not_said_one_by_one(book: Submission, said: Said) -> None:
    order = dict(zip(range(11, 23), [15, 11, 19, 12, 22, 14, 13, 16, 21, 17, 18, 20], strict=True))
    changed = excel.sorted_rows(book, "Utfall", order)
    sheet = changed.sheet("Utfall")
    assert sheet is not None
    for (row, column), cell in list(sheet.cells.items()):
        if row in order and column in range(3, 9) and cell.formula is not None:
            error = cell._replace(kind=CellKind.ERROR, stored="#VALUE!")
            changed = excel.with_cell(changed, "Utfall", (row, column), error)
    assert [each.rule for each in said(changed) if each.rule == "R014"] == []
