"""A figure of the consolidated workbook, followed back to the submitted cells."""

import json
import random
import re
import zipfile
from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from xml.etree import ElementTree

import openpyxl
import pytest

from ramkoll.excel.evaluate import Figure
from ramkoll.excel.formula import Call, Cells, Expr, Name, cells_from_text
from ramkoll.excel.precedents import precedents
from ramkoll.excel.scan import scan
from ramkoll.model.cells import Cell, CellKind, CellRef, column_letters, parse_a1
from ramkoll.model.errors import RamkollError
from ramkoll.model.units import Unit
from ramkoll.model.workbook import Sheet, Submission
from ramkoll.pipeline.trace import Trace, Verdict, follow, trace
from ramkoll.pipeline.trace_nodes import SourceRow
from ramkoll.pipeline.trace_open import changed_figures, open_report
from ramkoll.pipeline.trace_text import conclusion, trace_json, trace_text

EXAMPLES = Path(__file__).parents[2] / "workbooks" / "2024-08"
SHEET = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
FIGURE = "Ekonomisk analys!F7"
SOME = ("Ekonomisk analys!F23", "Avdelningar!B12", "Vårdval!B5", "Prognos!D8", "Sammanfattning!B12")


@pytest.fixture(scope="module")
def workbook(consolidated) -> Submission:
    return scan(consolidated)


def formula_cells(workbook: Submission) -> list[CellRef]:
    return [
        CellRef(workbook.file, sheet.name, *place)
        for sheet in workbook.sheets
        for place, cell in sheet.cells.items()
        if cell.formula is not None
    ]


def changed(workbook: Submission, name: str, cells: Mapping[str, Cell]) -> Submission:
    """The workbook with other cells on a sheet."""
    new = {parse_a1(address): cell for address, cell in cells.items()}
    sheets = tuple(
        replace(each, cells={**each.cells, **new}) if each.name == name else each
        for each in workbook.sheets
    )
    return replace(workbook, sheets=sheets)


def sheet(workbook: Submission, name: str) -> Sheet:
    found = workbook.sheet(name)
    assert found is not None
    return found


def computed(found: Trace) -> Decimal:
    assert isinstance(found.top.figure, Figure)
    return found.top.figure.value


def amount(row: SourceRow) -> Decimal:
    assert row.amount is not None
    return row.amount


def number(value: str, formula: str | None = None) -> Cell:
    return Cell(CellKind.NUMBER, Decimal(value), formula, "#,##0")


def shape(workbook: Submission, at: CellRef) -> str:
    """The formula without the cells, codes and numbers that differ from row to row."""
    formula = sheet(workbook, at.sheet).cell(at.row, at.column).formula or ""
    return re.sub(r"\$?[A-Z]{1,3}\$?[0-9]+|\"[^\"]*\"|[0-9.]+", "_", formula)


@pytest.mark.host("cli", "trace")
def test_every_figure_of_every_sheet_traces_and_agrees_by_both_engines(workbook):
    places = formula_cells(workbook)
    assert len(places) > 1000
    assert {"Sammanfattning", "Prognos", "Avstämning", "Budgetram", "Sjukfrånvaro"} <= {
        at.sheet for at in places
    }
    report = open_report(workbook)
    asked: set[tuple[str, str]] = set()
    for at in places:
        kind = at.sheet, shape(workbook, at)
        found = follow(report, at.in_sheet, ask_second=kind not in asked)
        assert found.agrees, conclusion(found)
        assert found.second_agrees or kind in asked, conclusion(found)
        assert not found.differing()
        assert found.top.label, at
        assert found.top.heading, at
        asked.add(kind)
    assert len(asked) > 50


def test_every_figure_has_the_unit_of_its_table(workbook):
    report = open_report(workbook)
    units = {at: report.node(at, ()).unit for at in formula_cells(workbook)}
    texts = {at for at in units if isinstance(report.node(at, ()).figure, str)}
    assert {at.sheet for at in texts} == {"Avstämning", "Åtgärder och budgetgap"}
    fixed = {at for at, unit in units.items() if unit is None} - texts
    assert {(at.sheet, at.column) for at in fixed} == {("Avstämning", 3)}  # the ledger's totals
    formats = {at: report.evaluator.cell(at).number_format for at in units}
    for at, unit in units.items():
        assert (unit is Unit.PERCENT) == formats[at].endswith("%"), at
    of_sheet = {
        "Sjukfrånvaro": {Unit.PERCENT},
        "Personal": {Unit.COUNT, Unit.HOURS},
        "Måluppfyllelse": {Unit.COUNT, Unit.PERCENT},
        "Målområden": {Unit.NONE},
        "Verksamhetstal": {Unit.COUNT},
        "Prognosunderlag": {Unit.TKR},
        "Investeringar": {Unit.TKR},
        "Regionen per nämnd": {Unit.MKR},
    }
    for name, expected in of_sheet.items():
        assert {unit for at, unit in units.items() if at.sheet == name} == expected, name


@pytest.mark.parametrize(
    ("place", "said", "row"),
    [
        ("Personal!B5", "är 598,5 och cellen visar 598,5:", "605 Månadsavlönade"),
        ("Personal!B52", "är 76 826 timmar och", "01 jan: 76 826 timmar"),
        ("Sjukfrånvaro!B5", "blir det 5,7 % och cellen visar 5,7 %:", "49 311,4 timmar"),
        ("Måluppfyllelse!B12", "blir det 7,895 % och cellen visar 8 %:", "Stödverksamhet: 1 "),
        ("Målområden!C5", "Summan av 1 rad är 13 och cellen visar 13:", "hårdvara: 13 "),
        ("Prognosunderlag!H5", "tkr: stämmer.", "kr  605.xlsx Månad, hela bladet: radsummorna"),
    ],
)
def test_a_figure_is_said_in_its_own_unit(place, said, row, workbook):
    found = trace(workbook, place)
    text = trace_text(found).replace("\u00a0", " ")
    assert said in text
    assert row in text
    is_money = found.top.unit in (Unit.TKR, Unit.MKR)
    assert (" kr " in text) == is_money


def test_a_row_about_a_whole_sheet_says_so(workbook):
    found = trace(workbook, "Sjukfrånvaro!B5")
    source = "personal_HR.xlsx Sjukfrånvaro, hela bladet: Total sjukfrånvaro av ordinarie"
    assert source in trace_text(found)
    assert "!A1" not in trace_text(found)
    assert all(row.whole_sheet for row in found.rows())
    own = trace(workbook, f"Underlag!H{found.rows()[0].row}")
    assert "är räknat på personal_HR.xlsx Sjukfrånvaro, hela bladet: Total" in conclusion(own)
    submitted = trace(workbook, FIGURE)
    assert not any(row.whole_sheet for row in submitted.rows())


def hidden_cells(workbook: Submission) -> list[CellRef]:
    return [
        CellRef(workbook.file, sheet.name, *place)
        for sheet in workbook.sheets
        for place, cell in sheet.cells.items()
        if cell.value == "–" and cell.number_format != "@"
    ]


def test_a_protected_figure_is_said_to_be_protected_and_is_nowhere(workbook):
    hidden = hidden_cells(workbook)
    assert hidden
    report = open_report(workbook)
    for at in hidden:
        assert report.evaluator.cell(at).formula is None
        with pytest.raises(RamkollError, match="Siffran är skyddad: den gäller så få personer"):
            follow(report, at.in_sheet)
    # The rows that are shown have a row in Underlag, the hidden ones none.
    rows = {str(cell.value) for cell in sheet(workbook, "Underlag").cells.values()}
    # Some are hidden in one of the two years only: those have the other year's rows.
    both = Counter((at.sheet, at.row) for at in hidden)
    labels = {
        str(sheet(workbook, name).cell(row, 1).value) for (name, row), n in both.items() if n > 1
    }
    assert labels
    assert str(sheet(workbook, "Sjukfrånvaro").cell(47, 1).value) in rows
    shown = {
        str(cell.value)
        for (row, column), cell in sheet(workbook, "Underlag").cells.items()
        if column == 6 and str(sheet(workbook, "Underlag").cell(row, 14).value).startswith("sick_")
    }
    assert rows
    assert not shown & labels


def test_numbers_typed_over_figures_are_told_also_in_the_summary(workbook):
    assert changed_figures(workbook) == []
    for name, place in (("Sammanfattning", "B6"), ("Avstämning", "D6"), ("Sjukfrånvaro", "B44")):
        said = changed_figures(changed(workbook, name, {place: number("1")}))
        assert said == [f"{workbook.file} {name}!{place}: ett inskrivet tal har ersatt formeln."]
    row = trace(workbook, FIGURE).rows()[0].row
    unit = changed(workbook, "Underlag", {f"I{row}": Cell(CellKind.TEXT, "timmar")})
    assert changed_figures(unit) == [
        f"{workbook.file} Underlag: raderna är inte de som skrevs dit."
    ]


def test_both_engines_see_the_same_precedents(workbook):
    report = open_report(workbook)
    for at in formula_cells(workbook):
        theirs = precedents(report.evaluator.cell(at).formula or "")
        cells = {report.evaluator.resolve(cells_from_text(t) or Name(t), at) for t in theirs}
        searched = [each for expr in report.precedents(at) for each in ranges(expr)]
        assert {report.evaluator.resolve(expr, at) for expr in searched} == cells, at


def ranges(expr: Cells | Name | Call) -> list[Expr]:
    """What a SUMIFS adds and searches, or the cells themselves."""
    return [expr.arguments[0], *expr.arguments[1::2]] if isinstance(expr, Call) else [expr]


def test_the_rows_name_cells_that_hold_the_amounts(workbook):
    found = trace(workbook, "'Ekonomisk analys'!B23")
    assert sum(amount(row) for row in found.rows()) == computed(found) * 1000
    submissions = {path.name: scan(path) for path in EXAMPLES.glob("*.xlsx")}
    for row in found.rows():
        submission = submissions[row.file]
        assert row.sha256 == submission.sha256
        at = CellRef.at(row.file, row.sheet, row.cell)
        value = sheet(submission, row.sheet).cell(at.row, at.column).value
        assert isinstance(value, Decimal)
        assert abs(value * 1000 - amount(row)) < Decimal("0.001")
        assert re.fullmatch(r"Månad![A-Z]+\d+:[A-Z]+\d+", row.inputs)


def test_the_text_of_a_trace(workbook, golden):
    text = trace_text(trace(workbook, FIGURE), limit=3)
    golden("trace/ekonomisk-analys-F7.txt", re.sub(r"\b[0-9a-f]{64}\b", "<sha256>", text))


@pytest.mark.parametrize("place", SOME)
def test_sorted_and_filtered_rows_give_the_same(place, workbook, consolidated, tmp_path):
    sorted_file = tmp_path / "sorted.xlsx"
    sort_underlag(consolidated, sorted_file)
    after = scan(sorted_file)
    assert sheet(after, "Underlag").hidden_rows
    was, now = trace(workbook, place), trace(after, place)
    assert now.agrees
    assert conclusion(now) == conclusion(was)
    assert [row.row for row in now.rows()] != [row.row for row in was.rows()]
    assert contents(now) == contents(was)


def contents(found: Trace) -> set[tuple[object, ...]]:
    return {(row.file, row.sheet, row.cell, row.amount, row.inputs) for row in found.rows()}


def sort_underlag(source: Path, target: Path) -> None:
    """Shuffle the rows of the sheet in the file itself and hide every third, as a filter does."""
    number_of = [sheet.name for sheet in scan(source).sheets].index("Underlag") + 1
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w") as new:
        for entry in old.infolist():
            data = old.read(entry)
            if entry.filename == f"xl/worksheets/sheet{number_of}.xml":
                data = shuffled(data)
            new.writestr(entry, data)


def shuffled(data: bytes) -> bytes:
    root = ElementTree.fromstring(data)
    rows = [row for row in root.iter(f"{SHEET}row") if int(row.attrib["r"]) > 5]
    cells = [list(row) for row in rows]
    random.Random(8).shuffle(cells)
    for n, (row, new) in enumerate(zip(rows, cells, strict=True)):
        row[:] = new
        if n % 3 == 0:
            row.attrib["hidden"] = "1"
        for cell in new:
            letters = cell.attrib["r"].rstrip("0123456789")
            cell.attrib["r"] = f"{letters}{row.attrib['r']}"
    return ElementTree.tostring(root)


def test_an_amount_changed_in_underlag_is_found(workbook):
    row = trace(workbook, FIGURE).rows()[0]
    place = f"H{row.row}"
    wrong = changed(workbook, "Underlag", {place: number(str(amount(row) + 1000))})
    found = trace(wrong, FIGURE)
    assert found.verdict is Verdict.DIFFERS
    said = conclusion(found)
    assert "stämmer inte" in said
    assert "Skillnaden uppstår i 'Ekonomisk analys'!B7." in said
    assert "Sammanställ arbetsboken på nytt" in said
    assert "← stämmer inte" in trace_text(found)
    top = trace(wrong, "Sammanfattning!B8")
    assert [node.at.in_sheet for node in top.differing()] == ["'Ekonomisk analys'!B7"]


def test_an_amount_changed_by_one_ore_is_found(workbook):
    row = trace(workbook, FIGURE).rows()[0]
    wrong = changed(
        workbook, "Underlag", {f"H{row.row}": number(f"{amount(row) + Decimal('0.01')}")}
    )
    assert trace(wrong, FIGURE).verdict is Verdict.DIFFERS


def test_two_changes_that_cancel_are_found(workbook):
    income, cost = (trace(workbook, f"Ekonomisk analys!B{row}").rows()[0] for row in (7, 12))
    wrong = changed(
        workbook,
        "Underlag",
        {
            f"H{income.row}": number(str(amount(income) + 1000)),
            f"H{cost.row}": number(str(amount(cost) - 1000)),
        },
    )
    found = trace(wrong, "Ekonomisk analys!B23")
    assert found.top.agrees
    assert found.verdict is Verdict.DIFFERS
    assert {node.at.address for node in found.differing()} == {"B7", "B12"}
    assert "Men på vägen dit stämmer inte 'Ekonomisk analys'!B7" in conclusion(found)


def test_a_row_that_names_another_file_is_found_though_the_sums_agree(workbook):
    row = trace(workbook, FIGURE).rows()[0]
    other = changed(workbook, "Underlag", {f"J{row.row}": Cell(CellKind.TEXT, "annan.xlsx")})
    found = trace(other, FIGURE)
    assert found.top.agrees
    assert found.verdict is Verdict.DIFFERS
    assert "något har ändrats efteråt" in conclusion(found)
    assert trace(workbook, FIGURE).untouched is True


def test_an_amount_that_became_text_is_found(workbook):
    row = trace(workbook, FIGURE).rows()[0]
    text = Cell(CellKind.TEXT, "595 237")
    found = trace(changed(workbook, "Underlag", {f"H{row.row}": text}), FIGURE)
    assert found.verdict is Verdict.DIFFERS
    assert f"rad {row.row}: 605 I03 Erhållna bidrag: inget tal" in trace_text(found)


def test_a_value_typed_over_a_formula_has_no_source(workbook):
    typed = changed(workbook, "Ekonomisk analys", {"B7": number("214207")})
    found = trace(typed, "Ekonomisk analys!B7")
    assert found.verdict is Verdict.NO_SOURCE
    assert conclusion(found).startswith(
        "'Ekonomisk analys'!B7 innehåller ett inskrivet värde, 214\u00a0207, utan källa."
    )
    above = trace(typed, "Ekonomisk analys!B23")
    assert above.verdict is Verdict.NO_SOURCE
    assert "'Ekonomisk analys'!B7 är ett inskrivet värde utan rader i Underlag" in conclusion(above)
    assert "inskrivet värde utan källa" in trace_text(above)


def test_a_number_put_into_a_formula_is_told(workbook):
    formula = f"{sheet(workbook, 'Ekonomisk analys').cell(7, 2).formula}+50"
    plugged = changed(workbook, "Ekonomisk analys", {"B7": number("214257", formula)})
    found = trace(plugged, FIGURE)
    assert found.verdict is Verdict.DIFFERS
    right = changed(plugged, "Ekonomisk analys", {"F7": number("32422.999", "B7-E7")})
    found = trace(right, FIGURE)
    assert found.verdict is Verdict.NO_SOURCE
    assert "'Ekonomisk analys'!B7 har ett fast tal i formeln utan rader i Underlag: 50,000." in (
        conclusion(found)
    )


def test_a_formula_of_a_kind_we_never_write_is_followed_but_not_proved(workbook):
    formula = "AVERAGE(B5:B6)+'Ekonomisk analys'!B8"
    own = changed(workbook, "Ekonomisk analys", {"H7": number("1", formula)})
    found = trace(own, "Ekonomisk analys!H7")
    assert found.verdict is Verdict.UNCHECKED
    assert "funktionen AVERAGE" in conclusion(found)
    below = {node.at.address for node in found.top.children}
    assert below == {"B5", "B6", "B8"}
    strange = changed(workbook, "Ekonomisk analys", {"H7": number("1", "B5^B6")})
    found = trace(strange, "Ekonomisk analys!H7")
    assert "tecknet ^" in conclusion(found)
    assert {node.at.address for node in found.top.children} == {"B5", "B6"}


def test_a_formula_that_refers_to_itself_says_so(workbook):
    round_about = changed(workbook, "Prognos", {"B5": number("1", "C5"), "C5": number("1", "B5")})
    found = trace(round_about, "Prognos!D8")
    assert found.verdict is Verdict.UNCHECKED
    assert "hänvisar till sig själv" in conclusion(found)
    assert trace_text(found)


def test_a_workbook_saved_without_values_says_what_to_do(consolidated, workbook, tmp_path):
    saved = tmp_path / "without values.xlsx"
    openpyxl.load_workbook(consolidated).save(saved)
    found = trace(scan(saved), FIGURE)
    assert found.verdict is Verdict.UNCHECKED
    assert computed(found) == computed(trace(workbook, FIGURE))
    assert "Öppna arbetsboken i Excel, spara den och kör igen." in conclusion(found)


def test_the_rows_of_a_leaf_are_limited_but_their_total_is_not(workbook):
    text = trace_text(trace(workbook, "Ekonomisk analys!B7"), limit=2)
    assert "14 rader i Underlag" in text
    assert "… och 12 rader till" in text
    assert text.count("\n            rad ") == 0
    assert len(re.findall(r"^ +rad \d+:", text, re.MULTILINE)) == 2


def test_an_amount_of_underlag_leads_to_its_cell(workbook):
    found = trace(workbook, "Underlag!H6")
    assert found.agrees
    assert conclusion(found).startswith("Underlag!H6 är beloppet i 605.xlsx Utfall!C")


def test_a_check_of_the_reconciliation_traces_too(workbook):
    found = trace(workbook, "Avstämning!E6")
    assert found.agrees
    assert "blir svaret Ja och cellen visar Ja: stämmer." in conclusion(found)


def test_the_data_for_machines_adds_up_and_has_no_binary_numbers(workbook):
    def no_float(text: str) -> float:
        raise AssertionError(text)

    data = json.loads(json.dumps(trace_json(trace(workbook, FIGURE))), parse_float=no_float)
    assert data["agrees"] is True
    assert data["place"] == "'Ekonomisk analys'!F7"
    cells = data["cells"]
    assert cells[data["place"]]["precedents"] == ["'Ekonomisk analys'!B7", "'Ekonomisk analys'!E7"]
    kronor = [
        sum(Decimal(row["value"]) for each in cells[place]["sums"] for row in each["rows"])
        for place in cells[data["place"]]["precedents"]
    ]
    assert {each["unit"] for place in cells for each in cells[place]["sums"]} == {"kr"}
    assert cells[data["place"]]["unit"] == "tkr"
    assert (kronor[0] - kronor[1]) / 1000 == Decimal(cells[data["place"]]["computed"])


@pytest.mark.parametrize(
    "place", ["'Ekonomisk analys'!F7", "ekonomisk analys!$f$7", " =Ekonomisk analys!F7"]
)
def test_a_place_may_be_written_in_several_ways(place, workbook):
    assert trace(workbook, place).top.at.in_sheet == "'Ekonomisk analys'!F7"


@pytest.mark.parametrize(
    ("place", "said"),
    [
        ("F7", ("saknas bladets namn", "Sammanfattning, Måluppfyllelse")),
        ("", ("saknas bladets namn",)),
        ("Ekonomi!F7", ("inget blad «Ekonomi»", "Sammanfattning, Måluppfyllelse")),
        ("Ekonomisk analys!F", ("«F» är ingen cell", "till exempel")),
        ("Ekonomisk analys!ZZZ9", ("«ZZZ9» är ingen cell",)),
        ("Ekonomisk analys!A5", ("ingen siffra utan «Patientavgifter»", "de står i B5:F23")),
        ("Ekonomisk analys!Z99", ("är tom", "de står i B5:F23")),
        ("Om!A1", ("ingen siffra utan «Om arbetsboken»",)),
    ],
)
def test_a_place_that_is_no_figure_is_refused_with_what_there_is(place, said, workbook):
    with pytest.raises(RamkollError) as fault:
        trace(workbook, place)
    for words in said:
        assert words in str(fault.value)


def test_a_controller_workbook_is_refused():
    with pytest.raises(RamkollError, match="inte en sammanställd arbetsbok"):
        trace(scan(EXAMPLES / "605.xlsx"), "Utfall!C7")


def test_a_workbook_without_its_underlag_is_refused(workbook):
    sheets = tuple(sheet for sheet in workbook.sheets if sheet.name != "Underlag")
    with pytest.raises(RamkollError, match="Bladet Underlag finns inte kvar"):
        trace(replace(workbook, sheets=sheets), FIGURE)


def test_a_heading_of_underlag_that_is_gone_is_named(workbook):
    column = next(
        c for (r, c), cell in sheet(workbook, "Underlag").cells.items() if cell.value == "Räknat på"
    )
    place = f"{column_letters(column)}5"
    with pytest.raises(RamkollError, match="Rubriken Räknat på finns inte på rad 5"):
        trace(changed(workbook, "Underlag", {place: Cell(CellKind.TEXT, "Annat")}), FIGURE)


def test_without_the_list_of_files_the_trace_says_so(workbook):
    sheets = tuple(sheet for sheet in workbook.sheets if sheet.name != "Om")
    found = trace(replace(workbook, sheets=sheets), FIGURE)
    assert found.agrees
    assert "finns inte i fillistan på bladet Om" in trace_text(found)
