"""What builds on written cells: its values follow, or are doubted; all else keeps its bytes."""

from __future__ import annotations

import io
from collections.abc import Iterable, Mapping
from pathlib import Path

import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.conftest import EXAMPLES
from tests.excel.edited import changed_parts, part, with_parts
from tests.pipeline.opened import frame, layouts
from tests.pipeline.recalculate import by_libreoffice, differences, formula_cells

from ramkoll.excel.graft import dependents, new_values
from ramkoll.excel.graft.cell_edit import KEEP, CellEdit, Value
from ramkoll.excel.graft.dependents import Followed, follow
from ramkoll.excel.graft.set_cells import set_cells
from ramkoll.excel.recalc import recalculate
from ramkoll.excel.scan import scan, scan_bytes
from ramkoll.model.cells import (
    MAX_COLUMN,
    MAX_ROW,
    Area,
    CellKind,
    CellRef,
    parse_a1,
    parse_area,
)
from ramkoll.model.recalculated import Verdict
from ramkoll.pipeline.check import check_open

FILE = "bok.xlsx"


def workbook(
    sheets: Mapping[str, Mapping[str, object]],
    names: Mapping[str, str] | None = None,
    tables: Mapping[str, tuple[str, ...]] | None = None,
) -> bytes:
    """A workbook of sheets, each with its cells by address: a value, or (formula, saved value).

    ``tables`` are areas by sheet, with the table's name and then its headings.
    """
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream) as book:
        for name, cells in sheets.items():
            sheet = book.add_worksheet(name)
            for where, columns in (tables or {}).items():
                on, _, area = where.partition("!")
                if on == name:
                    headings = [{"header": heading} for heading in columns[1:]]
                    sheet.add_table(area, {"name": columns[0], "columns": headings})
            for address, content in cells.items():
                if isinstance(content, tuple) and content[0].startswith("{"):
                    sheet.write_array_formula(f"{address}:{address}", content[0], None, content[1])
                elif isinstance(content, tuple):
                    sheet.write_formula(address, "=" + content[0], None, content[1])
                else:
                    sheet.write(address, content)
        for name, text in (names or {}).items():
            book.define_name(name, "=" + text)
    # XlsxWriter asks Excel to calculate; who saves from Excel has no such wish.
    xml = part(stream.getvalue(), "xl/workbook.xml").replace(' fullCalcOnLoad="1"', "")
    return with_parts(stream.getvalue(), {"xl/workbook.xml": xml})


def written(book: bytes, address: str, value: Value, *, before: bool = True) -> Followed:
    """A workbook in which a cell has been set, followed; checked to be right in every other way."""
    sheet, _, at = address.rpartition("!")
    row, column = parse_a1(at)
    new = set_cells(book, FILE, [CellEdit(sheet, row, column, value)])
    areas = [(sheet, Area(row, column, row, column))]
    found = follow(new, FILE, areas, book if before else None)
    assert follow(found.data, FILE, areas, book if before else None).data == found.data
    check(new, found)
    return found


def check(new: bytes, found: Followed) -> None:
    """What holds for all that was followed: what changed is told of, and nothing else changed."""
    assert changed_parts(new, found.data) == {edit.part for edit in found.edits} or {
        name.lower() for name in changed_parts(new, found.data)
    } == {edit.part for edit in found.edits}
    old, now = scan_bytes(new, FILE), scan_bytes(found.data, FILE)
    told = {(ref.sheet, ref.row, ref.column) for ref in found.recalculated}
    for one, other in zip(old.sheets, now.sheets, strict=True):
        assert one.cells.keys() == other.cells.keys()
        for at, cell in one.cells.items():
            after = other.cells[at]
            if (one.name, *at) in told:
                assert after._replace(kind=cell.kind, stored=cell.stored) == cell
                assert (after.kind, after.stored) != (cell.kind, cell.stored)
            else:
                assert after == cell
    assert not told & {(ref.sheet, ref.row, ref.column) for ref in found.doubtful}
    asks = scan_bytes(found.data, FILE).beside.calculation.full_on_load
    assert asks == (bool(found.doubtful) or old.beside.calculation.full_on_load)


def shown(data: bytes, address: str) -> object:
    sheet, _, at = address.rpartition("!")
    found = scan_bytes(data, FILE).sheet(sheet)
    assert found is not None
    return found.cell(*parse_a1(at)).value


def refs(found: Iterable[CellRef]) -> list[str]:
    return [ref.in_sheet for ref in found]


MONTHS = {name: {"B1": n} for n, name in enumerate(("Jan", "Feb", "Mar"), 1)}


@pytest.mark.parametrize(
    ("formula", "saved", "after"),
    [
        ("Indata!A1*2", 20, 24),
        ("SUM(Indata!A1:A3)", 60, 62),
        ("SUM(Indata!A:A)", 60, 62),
        ("SUM(Indata!1:1)", 10, 12),
        ("SUM(Belopp)", 60, 62),
        ("SUM(belopp)-Antal", 57, 59),
        ("SUM(Tabell[Kr])", 60, 62),
        ("COUNT(Tabell)+SUM(Tabell[[Kr]:[Text]])", 63, 65),
        ('SUMIF(Indata!A1:A3,">11")', 50, 62),
        ('IF(Indata!A1>11,"över","under")', "under", "över"),
        ("Indata!A1>11", False, True),
        ("1/(Indata!A1-12)", -0.5, "#DIV/0!"),
        ("IFERROR(1/(Indata!A1-12),0)", -0.5, 0),
        ("VLOOKUP(12,Indata!A1:B3,1,FALSE)", "#N/A", 12),
        ('"Utfall: "&Indata!A1', "Utfall: 10", "Utfall: 12"),
        ("INDEX(Indata!A1:A3,1)", 10, 12),
        ("MAX('Indata'!A1,11)", 11, 12),
    ],
)
def test_a_formula_shows_what_it_comes_to_whatever_way_it_points_at_the_cell(
    formula: str, saved: object, after: object
) -> None:
    inputs: dict[str, object] = {"A1": 10, "A2": 20, "A3": 30}
    names = {"Belopp": "Indata!$A$1:$A$3", "Antal": "COUNT(Belopp)"}
    tables = {}
    if "Tabell" in formula:
        inputs = {"A1": 10}
        tables = {"Data!A1:B4": ("Tabell", "Kr", "Text")}
        cells = {"A2": ("Indata!A1", 10), "A3": 20, "A4": 30}
        book = workbook(
            {"Indata": inputs, "Data": cells, "Blad": {"C3": (formula, saved)}}, tables=tables
        )
    else:
        book = workbook({"Indata": inputs, "Blad": {"C3": (formula, saved)}}, names)
    found = written(book, "Indata!A1", 12)
    assert shown(found.data, "Blad!C3") == after
    assert "Blad!C3" in refs(found.recalculated)
    assert found.doubtful == ()


def test_a_sum_through_sheets_follows_a_sheet_that_it_does_not_name() -> None:
    book = workbook({**MONTHS, "År": {"A1": ("SUM(Jan:Mar!B1)", 6), "A2": ("A1*10", 60)}})
    found = written(book, "Feb!B1", 20)
    assert (shown(found.data, "År!A1"), shown(found.data, "År!A2")) == (24, 240)
    assert found.doubtful == ()


def test_a_chain_through_sheets_is_followed_to_its_end() -> None:
    sheets: dict[str, dict[str, object]] = {"Blad0": {"A1": 1}}
    for n in range(1, 30):
        sheets[f"Blad{n}"] = {"A1": (f"Blad{n - 1}!A1+1", n + 1)}
    found = written(workbook(sheets), "Blad0!A1", 101)
    assert shown(found.data, "Blad29!A1") == 130
    assert len(found.recalculated) == 29


def test_what_does_not_change_keeps_its_bytes_and_so_does_what_builds_on_it() -> None:
    cells = {
        "A1": 10, "B1": ('IF(A1>5,"ja","nej")', "ja"), "C1": ('INDIRECT("A"&LEN(B1))', 20),
        "A2": 20, "D1": ("UPPER(B1)", "JA"), "E1": ("{=LEN(B1)}", 2),
    }  # fmt: skip
    del cells["C1"]
    book = workbook({"Blad": cells})
    found = written(book, "Blad!A1", 11)
    assert (found.recalculated, found.doubtful, found.edits) == ((), (), ())
    assert refs(written(book, "Blad!A1", 1).recalculated) == ["Blad!B1", "Blad!D1"]
    assert refs(written(book, "Blad!A1", 1).doubtful) == ["Blad!E1"]


@pytest.mark.parametrize(
    ("formula", "saved"),
    [
        ('INDIRECT("A1")', 10),
        ("OFFSET(A2,-1,0)", 10),
        ("SUM(A1:INDEX(A:A,2))", 30),
        ("SUM(Rörlig)", 30),
        ("A1+NOW()", 45_000),
        ("A1+[1]Blad!B7", 11),
        ("EgenFunktion(A1)", 3),
        ("GCD(A1,20)", 10),  # computed, but not by a function that has been tried
        ('TEXT(A1,"0 kr")', "10 kr"),
        ("A1*0.1&\"\"", "1"),
        ("{=SUM(A1:A2*2)}", 60),
        ('SUMIF(A1:A2,"<>10")', 20),
        ("C1+A1", 3),
    ],
)  # fmt: skip
def test_what_nobody_vouches_for_keeps_its_value_and_so_does_what_builds_on_it(
    formula: str, saved: object
) -> None:
    cells = {"A1": 10, "A2": 20, "C1": (formula, saved), "D1": ("LEN(C1)", 99), "E1": ("A1*2", 20)}
    names = {"Rörlig": "OFFSET(Blad!$A$1,0,0,2,1)"}
    found = written(workbook({"Blad": cells}, names), "Blad!A1", 17)
    assert refs(found.doubtful) == ["Blad!C1", "Blad!D1"]
    assert refs(found.recalculated) == ["Blad!E1"]
    assert any(edit.part == "xl/workbook.xml" for edit in found.edits)


def test_volatile_formulas_that_do_not_use_what_was_written_are_no_doubts() -> None:
    cells = {"A1": 10, "B1": ("A1+1", 11), "C1": ("NOW()", 45_000), "D1": ("RAND()*A2", 0.3)}
    found = written(workbook({"Blad": cells}), "Blad!A1", 17)
    assert refs(found.recalculated) == ["Blad!B1"]
    assert found.doubtful == ()


def test_a_value_that_the_file_lacks_is_not_made_up() -> None:
    cells = {"A1": 10, "B1": ("A1+1", ""), "C1": ("B1*2", 22), "D1": ("A1*3", 30)}
    book = workbook({"Blad": cells})
    sheet = part(book, "xl/worksheets/sheet1.xml")
    book = with_parts(book, {"xl/worksheets/sheet1.xml": sheet.replace("<v></v>", "")})
    found = written(book, "Blad!A1", 17)
    assert refs(found.doubtful) == ["Blad!B1", "Blad!C1"]
    assert refs(found.recalculated) == ["Blad!D1"]


def test_without_the_old_workbook_a_second_engine_vouches() -> None:
    cells = {"A1": 10, "A2": 5, "B1": ("SUM(A1:A2)", 15), "C1": ("B1/100", 0.15)}
    found = written(workbook({"Blad": cells}), "Blad!A1", 17, before=False)
    assert (shown(found.data, "Blad!B1"), found.doubtful) == (22, ())
    assert float(str(shown(found.data, "Blad!C1"))) == 0.22


def test_a_value_that_did_not_fit_before_needs_a_second_engine(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """From the old values the engine got another result than the file: one of them is wrong."""
    book = workbook({"Blad": {"A1": 10, "B1": ("SUM(A1,1)", 999)}})
    monkeypatch.setattr(new_values, "own_opinion", lambda *_: None)
    monkeypatch.setattr(new_values, "opinions", lambda *_: {})
    found = written(book, "Blad!A1", 12)
    assert refs(found.doubtful) == ["Blad!B1"]


def test_one_krona_of_a_hundred_billion_is_no_last_digit() -> None:
    cells = {"A1": 100_000_000_000, "A2": 7, "B1": ("SUM(A1:A2)", 100_000_000_007)}
    found = written(workbook({"Blad": cells}), "Blad!A2", 8)
    assert shown(found.data, "Blad!B1") == 100_000_000_008


def test_protected_sheets_follow_too() -> None:
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream) as book:
        sheet = book.add_worksheet("Blad")
        sheet.write("A1", 10)
        sheet.write_formula("B1", "=A1*2", None, 20)
        sheet.protect("hemligt")
    assert shown(written(stream.getvalue(), "Blad!A1", 12).data, "Blad!B1") == 24


def test_written_formulas_are_right_as_they_stand() -> None:
    cells = {"A1": 10, "B1": ("A1*2", 999), "C1": ("B1+1", 21)}
    book = workbook({"Blad": cells})
    found = follow(book, FILE, [("Blad", parse_area("A1:B1"))])
    assert shown(found.data, "Blad!B1") == 999
    assert shown(found.data, "Blad!C1") == 1000


def test_cells_that_were_written_anew_with_what_they_held_change_nothing() -> None:
    cells = {"A1": 10, "B1": ("INDIRECT(A1)", 0), "C1": ("A1*2", 20), "D1": ("{=A1:A1*2}", 20)}
    book = workbook({"Blad": cells, "Annat": {"A1": ("Blad!C1", 99)}})
    assert follow(book, FILE, [("Blad", parse_area("A1:A5"))], book) == Followed(book)


def test_formulas_that_use_a_sheet_that_is_gone_are_doubted() -> None:
    book = workbook({"Blad": {"A1": ("Borta!A1+1", 3), "A2": ("A1*2", 6), "A3": ("1+1", 2)}})
    whole = Area(1, 1, MAX_ROW, MAX_COLUMN)
    assert refs(follow(book, FILE, [("Borta", whole)]).doubtful) == ["Blad!A1", "Blad!A2"]
    assert follow(book, FILE, [("Annat", whole)]) == Followed(book)


def test_what_uses_a_name_that_is_changed_or_gone_follows_it() -> None:
    cells = {"A1": 1, "A2": 2, "B1": ("Namn+Annat", 1), "B2": ("Över*2", 2), "B3": ("A1+1", 2)}
    names = {"Namn": "Blad!$A$2", "Annat": "Blad!$A$1*0", "Över": "Namn+1"}
    book = workbook({"Blad": cells}, names)
    found = follow(book, FILE, [], book, ["NAMN"])
    assert (refs(found.recalculated), found.doubtful) == (["Blad!B1", "Blad!B2"], ())
    assert (shown(found.data, "Blad!B1"), shown(found.data, "Blad!B2")) == (2, 6)
    gone = workbook({"Blad": {"B1": ("Borta+1", 2), "B2": ("2+1", 3)}})
    assert refs(follow(gone, FILE, [], gone, ["Borta"]).doubtful) == ["Blad!B1"]


def test_a_ring_is_doubted_and_so_is_what_builds_on_it() -> None:
    cells = {
        "A1": 1, "B1": ("A1+C1", 1), "C1": ("B1*0", 0), "D1": ("C1+5", 5), "E1": ("A1+5", 6),
    }  # fmt: skip
    found = written(workbook({"Blad": cells}), "Blad!A1", 3)
    assert refs(found.doubtful) == ["Blad!B1", "Blad!C1", "Blad!D1"]
    assert refs(found.recalculated) == ["Blad!E1"]


def test_a_formula_for_several_cells_is_doubted_with_all_that_uses_any_of_them() -> None:
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream) as book:
        sheet = book.add_worksheet("Blad")
        sheet.write_column("A1", [1, 2, 3])
        sheet.write_array_formula("C1:C3", "{=A1:A3*2}", None, 2)
        sheet.write("C2", 4)
        sheet.write("C3", 6)
        sheet.write_formula("D1", "=C3+1", None, 7)
        sheet.write_formula("D2", "=A3+1", None, 4)
    found = written(stream.getvalue(), "Blad!A3", 30)
    assert refs(found.doubtful) == ["Blad!C1", "Blad!D1"]
    assert refs(found.recalculated) == ["Blad!D2"]


def test_totals_of_a_table_follow_unless_rows_are_hidden() -> None:
    def totals(hidden: bool) -> bytes:
        stream = io.BytesIO()
        with xlsxwriter.Workbook(stream) as book:
            sheet = book.add_worksheet("Blad")
            sheet.add_table(
                "A1:A5",
                {"name": "Poster", "data": [[1], [2], [3]], "total_row": 1,
                 "columns": [{"header": "Kr", "total_function": "sum", "total_value": 6}]},
            )  # fmt: skip
            if hidden:
                sheet.set_row(2, None, None, {"hidden": True})
        return stream.getvalue()

    found = written(totals(False), "Blad!A2", 10)
    assert (shown(found.data, "Blad!A5"), found.doubtful) == (15, ())
    assert refs(written(totals(True), "Blad!A2", 10).doubtful) == ["Blad!A5"]


def test_beyond_the_limits_all_is_doubted(monkeypatch: pytest.MonkeyPatch) -> None:
    cells = {"A1": 10, "B1": ("A1+1", 11), "C1": ("A1+2", 12), "D1": ("A2+2", 2)}
    book = workbook({"Blad": cells})
    monkeypatch.setattr(dependents, "MOST_FOLLOWED", 1)
    assert refs(written(book, "Blad!A1", 1).doubtful) == ["Blad!B1", "Blad!C1"]
    monkeypatch.undo()
    monkeypatch.setattr(new_values, "MOST_CELLS_READ", 3)
    assert refs(written(book, "Blad!A1", 1).doubtful) == ["Blad!C1"]


def test_a_sheet_that_cannot_be_changed_keeps_its_values_and_excel_is_asked() -> None:
    book = workbook(
        {
            "Indata": {"A1": 10},
            "Udda": {"A1": ("Indata!A1*2", 20)},
            "Blad": {"A1": ("Indata!A1*3", 30), "A2": ("Udda!A1", 20)},
        }
    )
    odd = part(book, "xl/worksheets/sheet2.xml").replace(
        "<sheetData>", '<sheetData><row r="9"/><row r="3"/>'
    )
    found = written(with_parts(book, {"xl/worksheets/sheet2.xml": odd}), "Indata!A1", 12)
    assert refs(found.doubtful) == ["Udda!A1"]
    assert refs(found.recalculated) == ["Blad!A1", "Blad!A2"]


def test_nothing_is_read_when_nobody_mentions_the_sheet(monkeypatch: pytest.MonkeyPatch) -> None:
    book = workbook(
        {"Indata": {"A1": 10}, "Blad": {"A1": ("SUM(B1:B2)/Annat!A1", 30)}, "Annat": {"A1": 1}},
        {"Annatnamn": "Annat!$A$1"},
    )
    monkeypatch.setattr(dependents, "scan_bytes", None)
    one = Area(1, 1, 1, 1)
    assert follow(book, FILE, [("indata", one)]) == Followed(book)
    assert follow(book, FILE, []) == Followed(book)
    for formula, names in (
        ("SUM(INDATA!A1)", {}), ("Namn+1", {"Namn": "Indata!$A$1"}), ("SUM(Annat:Blad!A1)", {}),
        ('INDIRECT("Ind"&"ata!A1")', {}), ("Två", {"Namn": "Indata!$A$1", "Två": "Namn*2"}),
    ):  # fmt: skip
        other = workbook({"Indata": {"A1": 10}, "Blad": {"A1": (formula, 1)}, "Annat": {}}, names)
        with pytest.raises(TypeError):
            follow(other, FILE, [("Indata", one)])


def input_of(name: str) -> tuple[bytes, str, int, int]:
    """An example workbook, with the sheet and place of its first monthly figure."""
    data = (EXAMPLES / name).read_bytes()
    sheet = scan_bytes(data, name).sheet("Månad")
    assert sheet is not None
    places = sorted(
        at for at, cell in sheet.cells.items()
        if cell.formula is None and cell.kind is CellKind.NUMBER and at[0] > 6 and at[1] > 3
    )  # fmt: skip
    return data, sheet.name, *places[0]


def with_figure(name: str) -> tuple[bytes, Followed]:
    data, sheet, row, column = input_of(name)
    new = set_cells(data, name, [CellEdit(sheet, row, column, 47_110_815.5)])
    return new, follow(new, name, [(sheet, Area(row, column, row, column))], data)


@pytest.mark.parametrize("name", ["605.xlsx", "612.xlsx", "614.xlsx", "HVK.xlsx"])
def test_the_totals_of_a_form_follow_a_monthly_figure_as_the_form_computes_them(name: str) -> None:
    new, found = with_figure(name)
    check(new, found)
    assert {ref.sheet for ref in found.recalculated} > {"Månad", "Utfall"}
    assert found.doubtful == ()
    stale, right = (
        check_open(scan_bytes(data, name), layouts(), frame()).forms[0].differing
        for data in (new, found.data)
    )
    assert {each.at for each in stale} <= set(found.recalculated)
    assert stale
    assert right == ()


@pytest.mark.parametrize("name", ["605.xlsx"])
def test_an_engine_confirms_every_value_of_a_form_that_was_followed(name: str) -> None:
    _, found = with_figure(name)
    assert recalculate(scan_bytes(found.data, name)).opinions == ()


@pytest.mark.libreoffice
def test_libreoffice_recalculates_the_same_values(tmp_path: Path) -> None:
    _, found = with_figure("617.xlsx")
    (tmp_path / "617.xlsx").write_bytes(found.data)
    assert found.recalculated
    (theirs,) = by_libreoffice([tmp_path / "617.xlsx"], tmp_path)
    assert differences(formula_cells(scan(tmp_path / "617.xlsx")), theirs) == []


SIGNS = st.sampled_from(
    ["{}+{}", "{}-{}", "{}*{}", "IF({}>{},1,2)", "MAX({}:{})", "SUM({}:{},Andra!A1)"]
)


@st.composite
def tangled(draw: st.DrawFn) -> dict[str, dict[str, object]]:
    """Two sheets with inputs in A1:A4, and formulas of what comes before them."""
    places = [f"A{row}" for row in range(1, 5)]
    sheets: dict[str, dict[str, object]] = {
        name: {at: draw(st.integers(-9, 9)) for at in places} for name in ("Första", "Andra")
    }
    known = [f"{name}!{at}" for name in sheets for at in places]
    for n in range(draw(st.integers(1, 12))):
        name = draw(st.sampled_from(sorted(sheets)))
        own = [at.partition("!")[2] for at in known if at.startswith(name)]
        sign = draw(SIGNS)
        pair = (draw(st.sampled_from(own if ":" in sign else known)) for _ in range(2))
        sheets[name][f"{'BCD'[n % 3]}{n + 1}"] = (sign.format(*pair), 0)
        known.append(f"{name}!{'BCD'[n % 3]}{n + 1}")
    return sheets


def settled(book: bytes) -> bytes:
    """The workbook with every value that an engine gets."""
    opinions = recalculate(scan_bytes(book, FILE)).opinions
    edits = [
        CellEdit(o.at.sheet, o.at.row, o.at.column, o.value, KEEP)
        for o in opinions
        if o.known
    ]  # fmt: skip
    return set_cells(book, FILE, edits)


@settings(max_examples=12)
@given(
    sheets=tangled(),
    at=st.sampled_from(["A1", "A2", "A3", "A4"]),
    value=st.integers(-99, 99) | st.none() | st.just("text"),
)
def test_after_following_no_value_is_stale_that_is_not_doubted(
    sheets: dict[str, dict[str, object]], at: str, value: Value
) -> None:
    book = settled(workbook(sheets))
    found = written(book, f"Andra!{at}", value)
    doubted = set(found.doubtful)
    stale = {
        each.at for each in recalculate(scan_bytes(found.data, FILE)).opinions
        if each.verdict is Verdict.STALE
    }  # fmt: skip
    assert stale <= doubted
