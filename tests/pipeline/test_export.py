"""The board version of the example report: what is in it, and what stops it."""

import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import openpyxl
import pytest
from tests.excel.board.report import RELS, changed, packed, parts_of, with_part

from ramkoll.excel.board.check import leaks
from ramkoll.excel.board.what import Forbidden
from ramkoll.excel.children import Children
from ramkoll.excel.graft.cell_edit import CellEdit
from ramkoll.excel.graft.set_cells import set_cells
from ramkoll.excel.looks import read_looks
from ramkoll.excel.scan import scan, scan_bytes
from ramkoll.layout.report import REST, report_layout
from ramkoll.model.errors import RamkollError
from ramkoll.model.workbook import Sheet, Submission
from ramkoll.pipeline.export import Exported, export_board, to_board
from ramkoll.sheets.report import OWN_SHEETS
from ramkoll.store.layouts import load_layouts

LAYOUTS = load_layouts()
BOOK = "xl/workbook.xml"


@pytest.fixture(scope="module")
def children() -> Iterator[Children]:
    with Children(1) as found:
        yield found


@pytest.fixture(scope="module")
def approved(consolidated: Path) -> bytes:
    """The example report as it is when the region has approved it."""
    parts = parts_of(consolidated.read_bytes())
    for name, part in parts.items():
        if name.startswith("xl/worksheets/sheet"):
            parts[name] = part.replace(b"&amp;BUTKAST", b"&amp;B")
    om = scan(consolidated).sheet("Om")
    assert om is not None
    (row,) = [row for (row, column), cell in om.cells.items() if cell.value == "region-1"]
    return edited(packed(parts), CellEdit("Om", row, 5, "Godkänd"))


@pytest.fixture(scope="module")
def board(
    approved: bytes, children: Children, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Exported, Path, Path]:
    folder = tmp_path_factory.mktemp("nämnd")
    (folder / "rapport.xlsx").write_bytes(approved)
    made = export_board(folder / "rapport.xlsx", folder / "nämnd.xlsx", LAYOUTS, children)
    return made, folder / "rapport.xlsx", folder / "nämnd.xlsx"


def edited(data: bytes, *edits: CellEdit) -> bytes:
    return set_cells(data, "rapport.xlsx", edits)


def exported(data: bytes, folder: Path, children: Children, *, draft: bool = False) -> Exported:
    (folder / "rapport.xlsx").write_bytes(data)
    return export_board(
        folder / "rapport.xlsx", folder / "nämnd.xlsx", LAYOUTS, children, draft=draft
    )


def printed(path: Path) -> dict[str, str]:
    """The print area of each sheet."""
    book = openpyxl.load_workbook(path)
    return {sheet.title: sheet.print_area for sheet in book.worksheets}


def test_the_board_gets_its_sheets_with_the_values_and_looks_they_had(
    board: tuple[Exported, Path, Path],
) -> None:
    made, source, out = board
    assert made.hindrances == ()
    assert made.warnings == ()
    before, after = scan(source), scan(out)
    assert [sheet.name for sheet in after.sheets] == list(made.sheets)
    assert set(made.sheets).isdisjoint({"Underlag", "Granskning", "Om", "Avstämning"})
    assert "Prognosunderlag" not in made.sheets
    looked = read_looks(source.read_bytes(), "a")
    looks = read_looks(out.read_bytes(), "b")
    compared = 0
    for sheet in after.sheets:
        old = before.sheet(sheet.name)
        assert old is not None
        was, now = looked.sheets[sheet.name], looks.sheets[sheet.name]
        sources = {at for at, c in old.cells.items() if str(c.value).startswith("Källa: ")}
        assert sheet.cells.keys() == old.cells.keys() - sources - ({
            (35, 8), (35, 9), (37, 8), (37, 9)  # beside the page, and in no chart
        } if sheet.name == "Åtgärder och budgetgap" else set())  # fmt: skip
        for at, cell in sheet.cells.items():
            assert cell.formula is None
            assert (cell.kind, cell.stored) == (old.cells[at].kind, old.cells[at].stored)
            assert looks.styles[now.styles.get(at, 0)]._replace(locked=True) == looked.styles[
                was.styles.get(at, 0)
            ]._replace(locked=True)
            compared += 1
        assert (now.widths, now.frozen, now.gridlines) == (was.widths, was.frozen, was.gridlines)
        assert now.heights == was.heights
        assert sheet.merged == old.merged
        assert [each.series for each in now.charts] == [each.series for each in was.charts]
    assert compared > 2_000
    assert printed(out).items() <= printed(source).items()


def test_no_part_of_it_names_a_submission_or_a_working_sheet(
    board: tuple[Exported, Path, Path],
) -> None:
    _, source, out = board
    book = scan(source)
    om = book.sheet("Om")
    assert om is not None
    files = [str(c.value) for c in om.cells.values() if str(c.value).endswith(".xlsx")]
    assert len(files) >= 23
    everything = b"".join(parts_of(out.read_bytes()).values()).decode("utf-8", "replace")
    for each in (*files, *book.names, "SUMIFS", "Ramkoll", "Avstämning", "Granskning"):
        assert each not in everything, each
    assert not re.search(r"[0-9a-f]{64}", everything)
    assert leaks(out.read_bytes(), Forbidden(OWN_SHEETS[1:], (), tuple(files))) == ()


def test_openpyxl_opens_it_and_reads_the_same(board: tuple[Exported, Path, Path]) -> None:
    _, _, out = board
    book = openpyxl.load_workbook(out)
    for sheet in scan(out).sheets:
        theirs = book[sheet.name]
        for (row, column), cell in sheet.cells.items():
            value = theirs.cell(row, column).value
            assert value == (float(cell.stored) if isinstance(cell.stored, float) else cell.value)
    assert sum(len(vars(sheet)["_charts"]) for sheet in book.worksheets) == 8


@pytest.mark.libreoffice
def test_libreoffice_opens_it_and_shows_the_same(
    board: tuple[Exported, Path, Path], tmp_path: Path
) -> None:
    _, _, out = board
    program = shutil.which("soffice") or shutil.which("libreoffice")
    assert program is not None
    subprocess.run(
        [program, f"-env:UserInstallation={(tmp_path / 'profil').as_uri()}", "--headless",
         "--convert-to", "xlsx", "--outdir", str(tmp_path), str(out)],
        check=True, capture_output=True, timeout=300,
    )  # fmt: skip
    theirs = scan(tmp_path / out.name)
    for sheet in scan(out).sheets:
        other = theirs.sheet(sheet.name)
        assert other is not None
        assert other.cells.keys() == sheet.cells.keys()
        for at, cell in sheet.cells.items():
            if isinstance(cell.stored, float):
                # LibreOffice keeps fifteen digits.
                assert other.cells[at].double == pytest.approx(cell.stored, rel=1e-12)
            else:
                assert other.cells[at].value == cell.value
        assert other.beside.drawings == sheet.beside.drawings


def test_findings_that_block_and_values_that_are_old_stop_it(
    approved: bytes, children: Children, tmp_path: Path
) -> None:
    sheet = scan_bytes(approved, "rapport.xlsx").sheet("Underlag")
    assert sheet is not None
    (column,) = [c for (row, c), cell in sheet.cells.items() if row == 5 and cell.value == "Värde"]
    blocked = CellEdit("Granskning", 6, 1, "Stoppar")
    made = exported(
        edited(approved, blocked, CellEdit("Underlag", 6, column, 1)), tmp_path, children
    )
    assert not made.written
    assert made.hindrances[0].startswith("rapport.xlsx Granskning: 1 fynd stoppar")
    assert any(
        each.startswith("rapport.xlsx Avdelningar!B5: formelns sparade värde är inaktuellt")
        for each in made.hindrances
    ), made.hindrances
    assert not (tmp_path / "nämnd.xlsx").exists()


@pytest.mark.slow
def test_a_draft_has_its_word_on_every_page(
    approved: bytes, children: Children, tmp_path: Path
) -> None:
    blocked = edited(approved, CellEdit("Granskning", 6, 1, "Stoppar"))
    assert exported(blocked, tmp_path, children, draft=True).written
    for name, part in parts_of((tmp_path / "nämnd.xlsx").read_bytes()).items():
        if name.startswith("xl/worksheets/sheet"):
            assert re.search(rb"<oddHeader>[^<]*UTKAST", part), name


def test_what_people_wrote_comes_along_unless_it_tells_too_much(
    approved: bytes, children: Children, tmp_path: Path
) -> None:
    wrote = edited(approved, CellEdit("Beslut", 16, 2, "att utse Anna Andersson"))
    made = exported(wrote, tmp_path, children)
    assert made.written
    assert made.warnings == (
        "rapport.xlsx Beslut!B16: texten nämner troligen en person vid namn. Ska namnet stå där?",
    )
    found = scan(tmp_path / "nämnd.xlsx").sheet("Beslut")
    assert found is not None
    assert found.cell(16, 2).value == "att utse Anna Andersson"

    comment = (
        b'<comments xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><authors>'
        b"<author>Ek, Anna (RS)</author></authors><commentList/></comments>"
    )
    telling = edited(
        with_part(wrote, "xl/comments1.xml", comment, "comments", RELS),
        CellEdit("Beslut", 15, 2, r"se \\server\delad\beslut"),
        CellEdit("Beslut", 16, 2, "Anna Ek återkommer"),
        CellEdit("Beslut", 16, 3, "Anna har varit sjukskriven sedan maj"),
    )
    (tmp_path / "nämnd.xlsx").unlink()
    made = exported(telling, tmp_path, children)
    assert not (tmp_path / "nämnd.xlsx").exists()
    assert sorted(made.hindrances) == [
        "rapport.xlsx Beslut!C16: texten säger troligen att en enskild person är sjuk eller i "
        "rehabilitering; ett namn står intill.",
        "xl/sharedStrings.xml Beslut!B15: en sökväg på en server, «se \\\\server\\delad\\beslut».",
        "xl/sharedStrings.xml Beslut!B16: namnet på en person, «Anna Ek återkommer».",
    ]


@pytest.mark.slow
def test_a_hidden_sheet_and_a_number_typed_over_a_formula_are_told(
    approved: bytes, children: Children, tmp_path: Path
) -> None:
    hidden = changed(
        approved, BOOK, lambda x: x.replace('name="Verksamhetstal"', 'name="Verksamhetstal" state="hidden"')
    )  # fmt: skip
    sheet = scan_bytes(approved, "rapport.xlsx").sheet("Regionen per nämnd")
    assert sheet is not None
    typed = CellEdit("Regionen per nämnd", 5, 2, sheet.cell(5, 2).double)
    made = exported(edited(hidden, typed), tmp_path, children)
    assert made.written, made.hindrances
    assert "Verksamhetstal (dolt)" in made.left_sheets
    assert scan(tmp_path / "nämnd.xlsx").sheet("Verksamhetstal") is None
    assert any("Bladet är dolt" in each for each in made.warnings)
    assert any("ett inskrivet tal har ersatt formeln" in each for each in made.warnings)


def test_a_workbook_is_not_written_over_itself(
    approved: bytes, children: Children, tmp_path: Path
) -> None:
    (tmp_path / "rapport.xlsx").write_bytes(approved)
    with pytest.raises(RamkollError, match="skriva över"):
        export_board(tmp_path / "rapport.xlsx", tmp_path / "rapport.xlsx", LAYOUTS, children)
    assert (tmp_path / "rapport.xlsx").read_bytes() == approved


def test_another_workbook_is_refused(children: Children, tmp_path: Path) -> None:
    form = Path(__file__).parents[2] / "workbooks" / "2024-08" / "605.xlsx"
    with pytest.raises(RamkollError, match="inte en sammanställd arbetsbok"):
        export_board(form, tmp_path / "nämnd.xlsx", LAYOUTS, children)
    assert list(tmp_path.iterdir()) == []


def test_every_sheet_of_the_report_is_the_boards_or_working() -> None:
    """A new sheet must be put on one side: it is not the board's unless the layout says so."""
    for report in LAYOUTS.reports:
        working = {table.sheet for table in report.tables if table.working} | set(OWN_SHEETS[1:])
        named = {table.sheet for table in report.tables} | {each.sheet for each in report.texts}
        named |= set(OWN_SHEETS)
        ours = {REST if "{" in name else name for name in named}
        assert ours - working == set(report.to_board) & ours
        assert working.isdisjoint(report.to_board)
        assert REST in report.to_board


def test_sheets_of_areas_are_known_by_their_tables() -> None:
    (report,) = LAYOUTS.reports
    names = {
        "Tabell_omrade_norra": "'Norra området'!$A$4:$B$6",
        "Tabell_budgetram": "Budgetram!$A$4:$B$6",
    }
    own = ("norra området", "Budgetram", "Minnesanteckningar", "BESLUT", "Om")
    book = Submission("x", "", tuple(Sheet(name, {}) for name in own), names)
    assert [each.name for each in to_board(book, report)] == ["norra området", "BESLUT"]


def test_a_layout_may_not_give_the_board_a_working_table() -> None:
    path = Path(__file__).parents[2] / "templates" / "regionstyrelse-1.toml"
    text = path.read_text(encoding="utf-8")
    broken = text.replace('to_board = [\n  "Sammanfattning"', 'to_board = [\n  "Prognosunderlag"')
    assert broken != text
    with pytest.raises(RamkollError, match="Prognosunderlag has a working table"):
        report_layout(broken, path.name)
