"""What people write reaches the board page to the last character, however long and odd."""

import shutil
from pathlib import Path

import openpyxl
import pytest
from tests.pipeline.road import consolidated
from tests.rules.region import find

from ramkoll.layout.typed import text_in
from ramkoll.model.cells import Cell, CellKind
from ramkoll.model.period import Period
from ramkoll.pipeline.distribute import Distribution
from ramkoll.sheets.paper import BELOW, pieces

EXAMPLES = Path(__file__).parents[2] / "workbooks" / "2024-08"
PARAGRAPH = (
    'Åtgärderna «följs upp» på "varje" möte; det\'s så — ännu – 100 % på väg.\n'
    "\n"
    "-0,5 mkr beror på hyran.\n"
    "+2,3 mkr på vakanser, 5–7 tjänster.\n"
    "=SUMMA(A1:A3) är ingen formel här, @eva inte heller en adress.\n"
    "   indraget, med  två  mellanslag och\ttabb, <b>&amp; é ü 😀\n"
    "\n\n"
)


def long_text(start: str, length: int) -> str:
    """A text of that length, with line breaks and blank lines, that ends with a word."""
    text = start + "".join(f"{n}. {PARAGRAPH}" for n in range(length // len(PARAGRAPH) + 1))
    return text[: length - 5].rstrip() + "\nSlut."


CAUSE = "Försäljning i Regionservice"
TEXTS = {
    "=": long_text("=HYPERLINK är inte en formel här. ", 1_600),
    "+": long_text("+2,3 mkr bättre än budget. ", 1_600),
    "-": long_text("-0,5 mkr sämre. ", 9_000),
    "@": long_text("@alla: läs. ", 1_600),
    '"': long_text('"Citat" först. ', 9_000),
}


def typed(path: Path, sheet: str, row: tuple[str, ...], heading: str, text: str) -> None:
    """As a person types a text: never as a formula, whatever it begins with."""
    _, address = find(path, sheet, row, heading)
    book = openpyxl.load_workbook(path)
    cell = book[sheet][address]
    cell.value = text
    cell.data_type = "s"
    cell.quotePrefix = True
    book.save(path)


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> openpyxl.Workbook:
    """The report of some of the examples, texts typed into their cells."""
    work = tmp_path_factory.mktemp("texter")
    books = work / "böcker"
    books.mkdir()
    for name in ("605", "608", "HVK", "område_Regionstaben", "region_REG", "budgetram"):
        shutil.copy(EXAMPLES / f"{name}.xlsx", books)
    typed(books / "HVK.xlsx", "Utfall", ("Netto",), "Kommentar mot budget", TEXTS["+"])
    typed(books / "608.xlsx", "Uppdrag", ("U02",), "Kommentar", TEXTS["="])
    typed(books / "608.xlsx", "Texter", ("Analys mot budget",), "Text", TEXTS["-"])
    typed(books / "område_Regionstaben.xlsx", "Analys", (CAUSE,), "Text", TEXTS["@"])
    typed(books / "605.xlsx", "Texter", ("Händelser av väsentlig betydelse",), "Text", TEXTS['"'])
    made = Distribution((), ())
    road = consolidated(books, work / "r.xlsx", work / "tabeller", Period(2024, 8), made)
    return openpyxl.load_workbook(road.report)


def cells_of(report: openpyxl.Workbook, sheet: str) -> list[str]:
    return [
        str(cell.value)
        for row in report[sheet].iter_rows()
        for cell in row
        if isinstance(cell.value, str)
    ]


@pytest.mark.parametrize(
    ("sheet", "whose", "text"),
    [
        ("Målområden", "Tillse att vård ges i rimlig tid: kommentar", TEXTS["="]),
        ("Mot budget", f"{CAUSE}: förklaring", TEXTS["@"]),
    ],
)
def test_a_text_too_long_for_its_row_stands_under_the_table_with_whose_it_is(
    report, sheet, whose, text
):
    assert len(text) >= 1_500
    cells = cells_of(report, sheet)
    at = cells.index(whose)
    assert cells.index(BELOW) < at
    assert joined(cells[at + 1 :], text) > 0


def test_a_comment_on_the_net_stands_whole(report):
    cells = cells_of(report, "Vårdval")
    at = next(n for n, each in enumerate(cells) if TEXTS["+"][:20] in each)
    _, found, rest = cells[at].partition("\nNetto: ")
    assert found
    assert joined([rest, *cells[at + 1 :]], TEXTS["+"]) > 0


def test_no_text_of_a_table_needs_more_than_the_tallest_row(report):
    for sheet in ("Målområden", "Mot budget", "Vårdval"):
        assert max(each.height or 0 for each in report[sheet].row_dimensions.values()) < 400


def joined(cells: list[str], text: str) -> int:
    """How many cells the text takes from the first; parted at a line break or a space."""
    rest, used = text, 0
    while rest:
        piece = cells[used]
        assert rest.startswith(piece), (used, piece[:60])
        rest, used = rest[len(piece) :], used + 1
        rest = rest[1:] if rest[:1] in ("\n", " ") else rest
    return used


@pytest.mark.parametrize(("sheet", "text"), [("Mot budget", TEXTS["-"]), ("Händelser", TEXTS['"'])])
def test_a_long_text_goes_on_from_cell_to_cell_and_none_of_it_is_lost(report, sheet, text):
    assert len(text) >= 8_900
    cells = cells_of(report, sheet)
    at = next(n for n, each in enumerate(cells) if each[:30] == text[:30])
    used = joined(cells[at:], text)
    assert used > 1
    assert cells[at + used].startswith("Källa: ")


def test_no_cell_of_a_text_became_a_formula(report):
    for sheet in ("Målområden", "Mot budget", "Händelser", "Vårdval"):
        for row in report[sheet].iter_rows():
            for cell in row:
                if cell.data_type == "f":
                    assert "HYPERLINK" not in str(cell.value)
                    assert "alla" not in str(cell.value)


@pytest.mark.parametrize("length", [10, 1_500, 9_000, 32_000])
@pytest.mark.parametrize("width", [40.0, 90.0])
def test_pieces_are_the_text_parted_at_single_breaks_or_spaces(length, width):
    text = long_text("Början. ", length) if length > 100 else "Kort text."
    rest = text
    for piece in pieces(text, width):
        assert rest.startswith(piece)
        rest = rest[len(piece) :]
        rest = rest[1:] if rest[:1] in ("\n", " ") else rest
    assert rest == ""


def test_space_around_a_text_is_left_out_and_inside_it_is_kept():
    """A cell with spaces only is blank, and no reader sees the ones at the ends."""
    cell = Cell(CellKind.TEXT, "  \n Första raden.\n\n   Indrag.  \n ")
    assert text_in(cell) == "Första raden.\n\n   Indrag."
