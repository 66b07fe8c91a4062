"""The avdelningar's causes in the områden's workbooks: all of them there, and no cell lost."""

import shutil
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest
from openpyxl.comments import Comment
from tests.rules.region import PERIOD, write_extracts

from ramkoll.compute.listed import Cells
from ramkoll.compute.unit_causes import unit_causes
from ramkoll.model.errors import RamkollError
from ramkoll.pipeline.areas import fetch_causes
from ramkoll.pipeline.distribute import distribute
from ramkoll.store.layouts import load_layouts

ORSAKER = """\
rapportör,jämförelse,slag,kontogrupp,orsak,belopp_kr,engångs,text,till_nämnd
10,budget,kostnad,K01,Vakanser,700000,N,Två tjänster.,J
20,budget,intäkt,I01,Fler prover,250000,J,,N
30,prognos,kostnad,K01,Lön,-100000,N,,N
Närvård,budget,kostnad,K02,Läkemedel,-50000,N,Områdets egen.,J
"""
SHEET, AREA = "Från avdelningarna", "område_Närvård.xlsx"
OTHER = "område_Ledning.xlsx"


@pytest.fixture(scope="module")
def distributed(tmp_path_factory):
    folder = tmp_path_factory.mktemp("områden")
    write_extracts(folder / "utdrag")
    (folder / "utdrag" / "orsaker.csv").write_text(ORSAKER, encoding="utf-8")
    out = folder / "böcker"
    out.mkdir()
    distribute(folder / "utdrag", PERIOD, out, load_layouts(), lambda *_: None)
    return out


@pytest.fixture
def folder(distributed, tmp_path):
    return Path(shutil.copytree(distributed, tmp_path / "inlämnat"))


def fetch(folder):
    return fetch_causes(folder, load_layouts(), lambda *_: None)


def change(path, edit):
    book = openpyxl.load_workbook(path)
    edit(book)
    book.save(path)


def first_row(book, sheet, heading):
    """The row below the headings of a list."""
    return next(c.row for row in book[sheet].iter_rows() for c in row if c.value == heading) + 1


def on_start(label, value):
    """Fill in the cell after a label on Start."""

    def edit(book):
        rows = book["Start"].iter_rows(max_col=2)
        next(field for name, field in rows if name.value == label).value = value

    return edit


def add_cause(path, cause, amount):
    """A cause on the first empty row of the list."""

    def edit(book):
        page = book["Analys"]
        row = first_row(book, "Analys", "Jämförelse")
        while page.cell(row, 1).value is not None:
            row += 1
        for column, value in enumerate(("Budget", "Kostnad", "K02", amount, "N", "N", cause), 1):
            page.cell(row, column).value = value

    change(path, edit)


def shown(path):
    """Enhet, cause and amount in tkr of each row that the område sees."""
    book = openpyxl.load_workbook(path)
    row = first_row(book, SHEET, "Enhet")
    rows = book[SHEET].iter_rows(min_row=row, values_only=True)
    return [(each[0], each[7], each[4]) for each in rows if any(each)]


def cells(path):
    book = openpyxl.load_workbook(path)
    return {
        (page.title, cell.coordinate): cell.value
        for page in book
        if page.title != SHEET
        for row in page.iter_rows()
        for cell in row
        if cell.value is not None
    }


def test_each_units_causes_stand_after_its_code_and_empty_rows_are_left_out():
    first: Cells = {("cause", 0): "Lön", ("amount", 0): Decimal(5)}
    rows: list[Cells] = [first, {("cause", 0): None}, {}]
    assert unit_causes([("10", rows), ("20", ())]) == [
        {("enhet", 0): "10", ("cause", 0): "Lön", ("unit_amount", 0): Decimal(5)}
    ]


def test_causes_that_came_with_the_extracts_are_shown_from_the_start(distributed):
    assert shown(distributed / AREA) == [("10", "Vakanser", 700), ("20", "Fler prover", 250)]
    assert shown(distributed / OTHER) == [("30", "Lön", -100)]


def test_fetching_what_is_there_already_changes_no_file(folder):
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    made = fetch(folder)
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before
    assert (set(made.unchanged), made.written, made.refused) == ({AREA, OTHER}, (), ())


def test_a_new_cause_of_a_unit_comes_and_all_that_the_område_wrote_stays(folder):
    add_cause(folder / "20.xlsx", "Reagenser", -80)

    def write(book):
        row = first_row(book, "Analys", "Jämförelse")
        page = book["Analys"]
        page.cell(row + 7, 1).value = "Prognos"  # rows left empty in between
        page.cell(row + 7, 4).value = "1 200"  # a number typed as text
        page.cell(row + 7, 8).value = "=inte en formel, men text"
        page.cell(row + 7, 8).data_type = "s"
        on_start("Status", "Inlämnad")(book)
        on_start("Inlämningsversion", 3)(book)
        texts = first_row(book, "Texter", "Text")
        book["Texter"].cell(texts, 2).value = "Två rader\noch  mellanslag "

    change(folder / AREA, write)
    before = cells(folder / AREA)
    made = fetch(folder)
    assert made.refused == ()
    assert (made.written, made.unchanged) == ((AREA,), (OTHER,))
    assert shown(folder / AREA) == [
        ("10", "Vakanser", 700),
        ("20", "Fler prover", 250),
        ("20", "Reagenser", -80),
    ]
    assert cells(folder / AREA) == before
    written = (folder / AREA).read_bytes()
    assert fetch(folder).written == ()
    assert (folder / AREA).read_bytes() == written


def test_a_cause_that_a_unit_has_taken_away_goes(folder):
    def clear(book):
        row = first_row(book, "Analys", "Jämförelse")
        for column in range(1, 9):
            book["Analys"].cell(row, column).value = None

    change(folder / "10.xlsx", clear)
    fetch(folder)
    assert shown(folder / AREA) == [("20", "Fler prover", 250)]


def test_an_område_without_a_workbook_gets_one(folder):
    (folder / AREA).unlink()
    assert fetch(folder).written == (AREA,)
    assert shown(folder / AREA) == [("10", "Vakanser", 700), ("20", "Fler prover", 250)]
    assert fetch(folder).unchanged == (AREA, OTHER)


def own_sheet(book):
    book.create_sheet("Mitt blad")["B2"] = 5


def beside_the_form(book):
    book["Analys"]["N40"] = "ring Eva"


def formula_in_an_input(book):
    row = first_row(book, "Analys", "Jämförelse")
    book["Analys"].cell(row + 1, 4).value = "=1+2"


def own_row_among_the_fetched(book):
    row = first_row(book, SHEET, "Enhet")
    book[SHEET].cell(row + 3, 9).value = "Egen anteckning"


def heading_typed_over(book):
    book["Analys"]["A1"] = "Min rubrik"


def inserted_row(book):
    book["Texter"].insert_rows(1)


@pytest.mark.parametrize(
    ("edit", "says"),
    [
        (own_sheet, "Mitt blad"),
        (beside_the_form, "Analys!N40"),
        (formula_in_an_input, "Analys!D"),
        (own_row_among_the_fetched, f"{SHEET}!I"),
        (heading_typed_over, "Analys!A1"),
        (inserted_row, "Texter!"),
    ],
)
def test_a_workbook_that_would_lose_a_cell_is_left_as_it_is_and_the_others_written(
    folder, edit, says
):
    add_cause(folder / "10.xlsx", "Nytt", 1)
    add_cause(folder / "30.xlsx", "Nytt", 2)
    change(folder / AREA, edit)
    before = (folder / AREA).read_bytes()
    made = fetch(folder)
    assert (folder / AREA).read_bytes() == before
    assert made.written == (OTHER,)
    assert ("30", "Nytt", 2) in shown(folder / OTHER)
    (said,) = map(str, made.refused)
    assert said.startswith(f"{AREA}: Där finns uppgifter som skulle gå förlorade: {AREA} ")
    assert says in said


def test_a_comment_at_a_cell_is_not_lost(folder):
    def write(book):
        book["Analys"]["A9"].comment = Comment("Stämmer det?", "Eva")

    add_cause(folder / "10.xlsx", "Nytt", 1)
    change(folder / AREA, write)
    before = (folder / AREA).read_bytes()
    (said,) = map(str, fetch(folder).refused)
    assert "kommentarer vid celler" in said
    assert "bilder" not in said
    assert (folder / AREA).read_bytes() == before


def test_the_highest_version_of_a_unit_counts(folder):
    shutil.copyfile(folder / "10.xlsx", folder / "10 rättad.xlsx")
    add_cause(folder / "10 rättad.xlsx", "Rättat", 9)
    change(folder / "10 rättad.xlsx", on_start("Inlämningsversion", 2))
    fetch(folder)
    assert ("10", "Rättat", 9) in shown(folder / AREA)
    change(folder / "10 rättad.xlsx", on_start("Inlämningsversion", 1))
    made = fetch(folder)  # two of version 1 that differ: neither counts
    assert [each.code for each in made.missing] == ["10"]
    assert shown(folder / AREA) == [("20", "Fler prover", 250)]


def test_two_different_workbooks_of_an_område_are_both_left_alone(folder):
    shutil.copyfile(folder / AREA, folder / "kopia.xlsx")
    change(folder / "kopia.xlsx", on_start("Diarienummer (dnr)", "2.1-7/24"))
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    made = fetch(folder)
    assert ["samma version" in str(each) for each in made.refused] == [True]
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before


def test_a_file_that_is_no_workbook_of_the_område_is_not_overwritten(folder):
    (folder / AREA).write_bytes(b"something else")
    made = fetch(folder)
    assert (folder / AREA).read_bytes() == b"something else"
    assert [each.where for each in made.refused] == [AREA]
    assert [each.at.file for each in made.findings] == [AREA]


def test_without_a_frame_workbook_nothing_is_known_of_områden(folder):
    (folder / "budgetram.xlsx").unlink()
    with pytest.raises(RamkollError, match="Ingen ramarbetsbok"):
        fetch(folder)
