"""Submissions handed back: a copy of each with its findings, and nothing else in it touched."""

from __future__ import annotations

import io
import shutil
import subprocess
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest
from openpyxl.comments import Comment
from tests.conftest import EXAMPLES
from tests.excel.edited import entries, part, with_parts

from ramkoll.excel.children import Children
from ramkoll.excel.graft.cell_edit import CellEdit
from ramkoll.excel.graft.graft import graft
from ramkoll.excel.graft.what import Graft, SheetGraft
from ramkoll.excel.scan import scan, scan_bytes
from ramkoll.model.errors import RamkollError
from ramkoll.model.plan import PlannedCell, SheetPlan
from ramkoll.model.workbook import Submission
from ramkoll.pipeline.check import Checked, check
from ramkoll.pipeline.returned import Returned, refuse_folder, return_copies
from ramkoll.pipeline.submissions import read_inbox
from ramkoll.sheets.returned import without_own_sheet
from ramkoll.store.layouts import load_layouts

MADE = datetime(2024, 9, 12, 8)
LAYOUTS = load_layouts()
WORKBOOK = "xl/workbook.xml"


@pytest.fixture(scope="module")
def children() -> Iterator[Children]:
    with Children(2) as found:
        yield found


def submissions(found: Path) -> Path:
    """605 with a figure that is text and a formula typed over, and 614 as it is."""
    found.mkdir()
    for name in ("614.xlsx", "budgetram.xlsx"):
        shutil.copy(EXAMPLES / name, found / name)
    edits = (CellEdit("Utfall", 14, 5, "tolv"), CellEdit("Prognos", 9, 5, "abc"))
    data = (EXAMPLES / "605.xlsx").read_bytes()
    (found / "605.xlsx").write_bytes(graft(data, "605.xlsx", Graft(cells=edits)).data)
    return found


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return submissions(tmp_path / "in")


def hand_back(
    paths: list[Path], out: Path, children: Children, made: datetime = MADE
) -> tuple[Checked, Returned]:
    checked = check(paths, LAYOUTS, lambda *_: None, children=children)
    return checked, return_copies(checked, paths, out, LAYOUTS, made, children)


@pytest.fixture(scope="module")
def once(
    tmp_path_factory: pytest.TempPathFactory, children: Children
) -> tuple[Path, Checked, Returned]:
    """The submissions handed back: where, what was found, what was done."""
    work = tmp_path_factory.mktemp("återlämnat")
    return work, *hand_back([submissions(work / "in")], work / "ut", children)


def review(book: Submission, name: str = "Granskning") -> list[list[object]]:
    """The rows of the sheet, without empty cells."""
    sheet = book.sheet(name)
    assert sheet is not None
    rows: dict[int, list[object]] = {}
    for (row, _), cell in sorted(sheet.cells.items()):
        rows.setdefault(row, []).append(cell.value)
    return list(rows.values())


def why(back: Returned, file: str) -> str:
    return str(dict(back.refused)[file])


def test_a_copy_has_its_findings_on_a_sheet_and_at_the_cells(
    once: tuple[Path, Checked, Returned],
) -> None:
    tmp_path, checked, back = once
    folder = tmp_path / "in"
    assert back.written == ("605.xlsx", "614.xlsx")
    assert back.refused == ()
    assert sorted(path.name for path in (tmp_path / "ut").iterdir()) == list(back.written)
    for file in back.written:
        mine = [each for each in checked.findings if each.at.file == file]
        assert mine
        before, after = folder / file, tmp_path / "ut" / file
        old, new = scan(before), scan(after)
        assert [s.name for s in new.sheets] == [*(s.name for s in old.sheets), "Granskning"]
        assert all(new.sheets[n].cells == sheet.cells for n, sheet in enumerate(old.sheets))
        rows = review(new)
        assert old.sha256 in str(rows[3])
        assert "2024-09-12" in str(rows[1])
        said = [row for row in rows if row[0] in ("Stoppar", "Varning", "Upplysning")]
        assert [(row[1], row[2], row[3], row[4]) for row in said] == [
            (each.rule, each.at.sheet, each.at.address, each.message)
            for each in sorted(mine, key=lambda each: each.order)
        ]
        shown = new.sheet("Granskning")
        assert shown is not None
        assert {(link.place.replace("'", "")) for link in shown.beside.hyperlinks} == {
            f"{each.at.sheet}!{each.at.address}" for each in mine
        }
        for sheet in new.sheets:
            at_cells = {(e.at.row, e.at.column) for e in mine if e.at.sheet == sheet.name}
            assert sheet.beside.notes.keys() == at_cells
            for each in mine:
                if each.at.sheet == sheet.name:
                    note = sheet.beside.notes[each.at.row, each.at.column]
                    assert note.author == "Ramkoll"
                    assert each.message in note.text
                    assert each.tip in note.text


def test_all_else_in_a_copy_has_its_bytes(once: tuple[Path, Checked, Returned]) -> None:
    tmp_path, checked, _ = once
    folder = tmp_path / "in"
    data = (folder / "605.xlsx").read_bytes()
    old, new = entries(data), entries((tmp_path / "ut" / "605.xlsx").read_bytes())
    changed = {name for name in old if old[name] != new.get(name)}
    noted = {each.at.sheet for each in checked.findings if each.at.file == "605.xlsx"}
    sheets = {n for n in changed if n.startswith("xl/worksheets/sheet")}
    assert len(sheets) == len(noted)
    assert changed - sheets <= {
        "[Content_Types].xml", WORKBOOK, "xl/_rels/workbook.xml.rels", "xl/styles.xml",
        *(name for name in old if name.startswith("xl/worksheets/_rels/")),
    }  # fmt: skip
    # Taken away again, what is left of it is the original.
    copy = (tmp_path / "ut" / "605.xlsx").read_bytes()
    gone = Graft(removed=("Granskning",), author="Ramkoll", names={"Ramkoll_granskning": None})
    back = entries(graft(copy, "605.xlsx", gone).data)
    left = {n for n in old.keys() | back.keys() if n != "xl/styles.xml"}
    with (
        zipfile.ZipFile(io.BytesIO(data)) as first,
        zipfile.ZipFile(io.BytesIO(graft(copy, "605.xlsx", gone).data)) as last,
    ):
        assert {n for n in left if n not in back or first.read(n) != last.read(n)} <= {
            "xl/calcChain.xml", "[Content_Types].xml", "xl/_rels/workbook.xml.rels",
        }  # fmt: skip


def test_a_second_run_gives_the_same_bytes(
    folder: Path, tmp_path: Path, children: Children
) -> None:
    hand_back([folder], tmp_path / "ut", children)
    first = {path.name: path.read_bytes() for path in (tmp_path / "ut").iterdir()}
    _, back = hand_back([folder], tmp_path / "ut", children)
    assert back.refused == ()
    assert {path.name: path.read_bytes() for path in (tmp_path / "ut").iterdir()} == first


def test_a_copy_that_is_handed_in_again_is_checked_as_the_original(
    folder: Path, tmp_path: Path, children: Children
) -> None:
    paths = [folder]
    hand_back(paths, tmp_path / "ut", children)
    shutil.copy(folder / "budgetram.xlsx", tmp_path / "ut" / "budgetram.xlsx")
    again = check([tmp_path / "ut"], LAYOUTS, lambda *_: None, children=children, own_sheets=True)
    whole = check(paths, LAYOUTS, lambda *_: None, children=children, own_sheets=True)
    assert again.findings == whole.findings
    _, back = hand_back([tmp_path / "ut"], tmp_path / "ut2", children, datetime(2024, 10, 1))
    assert back.refused == ()
    once, twice = scan(tmp_path / "ut" / "605.xlsx"), scan(tmp_path / "ut2" / "605.xlsx")
    assert [s.name for s in twice.sheets] == [s.name for s in once.sheets]
    assert [s.beside.notes for s in twice.sheets] == [s.beside.notes for s in once.sheets]
    assert "2024-10-01" in str(review(twice)[1])
    assert once.sha256 in str(review(twice)[3])


def test_a_finding_that_is_mended_is_gone_from_the_next_copy(
    folder: Path, tmp_path: Path, children: Children
) -> None:
    hand_back([folder], tmp_path / "ut", children)
    mended = graft(
        (tmp_path / "ut" / "605.xlsx").read_bytes(),
        "605.xlsx",
        Graft(cells=(CellEdit("Prognos", 9, 5, Decimal(12)),)),
    ).data
    (folder / "605.xlsx").write_bytes(mended)
    hand_back([folder], tmp_path / "ut", children)
    sheet = scan(tmp_path / "ut" / "605.xlsx").sheet("Prognos")
    assert sheet is not None
    assert (9, 5) not in sheet.beside.notes


def test_a_workbook_without_findings_says_so(tmp_path: Path, children: Children) -> None:
    own = tmp_path / "in" / "605.xlsx"
    own.parent.mkdir()
    shutil.copy(EXAMPLES / "605.xlsx", own)
    checked = check([own], LAYOUTS, lambda *_: None, children=children)
    none = Checked(checked.files, checked.forms, (), checked.not_run, None, None)
    back = return_copies(none, [own], tmp_path / "ut", LAYOUTS, MADE, children)
    assert back.written == ("605.xlsx",)
    rows = review(scan(tmp_path / "ut" / "605.xlsx"))
    assert "Inga fynd." in str(rows[1])
    assert rows[2] == ["Ingenting behöver rättas."]


def test_somebody_elses_note_stays_and_the_finding_stands_on_the_sheet_only(
    folder: Path, tmp_path: Path, children: Children
) -> None:
    book = openpyxl.load_workbook(folder / "605.xlsx")
    book["Prognos"]["E9"].comment = Comment("Frågar Eva", "Kim")
    book.save(folder / "605.xlsx")
    _, back = hand_back([folder], tmp_path / "ut", children)
    assert [str(each) for each in back.not_noted] == ["605.xlsx Prognos!E9"]
    sheet = scan(tmp_path / "ut" / "605.xlsx").sheet("Prognos")
    assert sheet is not None
    assert sheet.beside.notes[9, 5].author == "Kim"
    assert any("E9" in row for row in review(scan(tmp_path / "ut" / "605.xlsx")))


def test_a_sheet_of_theirs_with_our_name_is_left_alone(
    folder: Path, tmp_path: Path, children: Children
) -> None:
    theirs = SheetPlan("GRANSKNING", (PlannedCell(1, 1, "Vår egen granskning"),))
    data = (folder / "614.xlsx").read_bytes()
    data = graft(data, "614.xlsx", Graft(sheets=(SheetGraft(theirs),))).data
    (folder / "614.xlsx").write_bytes(data)
    hand_back([folder], tmp_path / "ut", children)
    book = scan(tmp_path / "ut" / "614.xlsx")
    assert [s.name for s in book.sheets][-2:] == ["GRANSKNING", "Granskning Ramkoll"]
    assert review(book, "GRANSKNING") == [["Vår egen granskning"]]


def test_a_copy_that_somebody_has_worked_in_is_not_written_over(
    folder: Path, tmp_path: Path, children: Children
) -> None:
    out = tmp_path / "ut"
    hand_back([folder], out, children)
    worked = graft(
        (out / "605.xlsx").read_bytes(),
        "605.xlsx",
        Graft(cells=(CellEdit("Texter", 40, 2, "Ett svar till ekonomen"),)),
    ).data
    (out / "605.xlsx").write_bytes(worked)
    (out / "614.xlsx").write_bytes((EXAMPLES / "614.xlsx").read_bytes())
    _, back = hand_back([folder], out, children)
    assert back.written == ()
    assert "inte är en orörd kopia" in why(back, "605.xlsx")
    assert "inte är en orörd kopia" in why(back, "614.xlsx")
    assert (out / "605.xlsx").read_bytes() == worked


def locked(data: bytes) -> bytes:
    xml = part(data, WORKBOOK)
    at = xml.index("<bookViews")
    return with_parts(
        data, {WORKBOOK: xml[:at] + '<workbookProtection lockStructure="1"/>' + xml[at:]}
    )


def test_what_gets_no_copy_is_said_and_the_others_get_theirs(
    folder: Path, tmp_path: Path, children: Children
) -> None:
    (folder / "614.xlsx").write_bytes(locked((folder / "614.xlsx").read_bytes()))
    (folder / "617.xlsx").write_bytes(b"ingen arbetsbok")
    signed = (EXAMPLES / "604.xlsx").read_bytes()
    stream = io.BytesIO(signed)
    with zipfile.ZipFile(stream, "a") as archive:
        archive.writestr("_xmlsignatures/sig1.xml", "<x/>")
    (folder / "604.xlsx").write_bytes(stream.getvalue())
    _, back = hand_back([folder], tmp_path / "ut", children)
    assert back.written == ("605.xlsx",)
    assert "struktur är skyddad" in why(back, "614.xlsx")
    assert "digitalt signerad" in why(back, "604.xlsx")
    assert "går inte att läsa" in why(back, "617.xlsx")
    assert [path.name for path in (tmp_path / "ut").iterdir()] == ["605.xlsx"]


@pytest.mark.slow
def test_an_older_version_gets_no_copy(folder: Path, tmp_path: Path, children: Children) -> None:
    edit = CellEdit("Start", 13, 2, Decimal(2))
    data = graft((EXAMPLES / "605.xlsx").read_bytes(), "605.xlsx", Graft(cells=(edit,))).data
    (folder / "605 ny.xlsx").write_bytes(data)
    _, back = hand_back([folder], tmp_path / "ut", children)
    assert "nyare version" in why(back, "605.xlsx")
    assert "605 ny.xlsx" in back.written


@pytest.mark.slow
def test_a_file_of_the_same_name_elsewhere_keeps_its_folder(
    folder: Path, tmp_path: Path, children: Children
) -> None:
    (folder / "sen").mkdir()
    shutil.move(folder / "614.xlsx", folder / "sen" / "614.xlsx")
    _, back = hand_back([folder], tmp_path / "ut", children)
    assert (tmp_path / "ut" / "sen" / "614.xlsx").is_file()
    both = [folder / "605.xlsx", folder / "sen" / "614.xlsx", tmp_path / "ut" / "sen" / "614.xlsx"]
    _, back = hand_back(both, tmp_path / "ut3", children)
    assert len(back.written) == 2
    assert "samma namn" in str(back.refused[0][1])


def test_macros_are_in_the_copy_as_they_were(
    folder: Path, tmp_path: Path, children: Children
) -> None:
    data = (EXAMPLES / "614.xlsx").read_bytes()
    types = part(data, "[Content_Types].xml")
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
    assert kind in types
    types = types.replace(kind, "application/vnd.ms-excel.sheet.macroEnabled.main+xml")
    macros = '<Default Extension="bin" ContentType="application/vnd.ms-office.vbaProject"/>'
    types = types.replace("<Default", macros + "<Default", 1)
    stream = io.BytesIO(with_parts(data, {"[Content_Types].xml": types}))
    with zipfile.ZipFile(stream, "a") as archive:
        archive.writestr("xl/vbaProject.bin", b"makron")
    (folder / "614.xlsx").unlink()
    (folder / "614.xlsm").write_bytes(stream.getvalue())
    _, back = hand_back([folder], tmp_path / "ut", children)
    assert "614.xlsm" in back.written
    new = entries((tmp_path / "ut" / "614.xlsm").read_bytes())
    assert new["xl/vbaProject.bin"] == entries(stream.getvalue())["xl/vbaProject.bin"]


@pytest.mark.parametrize("out", [".", "ut", "../in/ut"])
def test_copies_may_not_lie_among_the_submissions(folder: Path, out: str) -> None:
    with pytest.raises(RamkollError, match="bland de inlämnade"):
        refuse_folder([folder], folder / out)
    with pytest.raises(RamkollError, match="bland de inlämnade"):
        refuse_folder([folder / "605.xlsx"], folder)
    refuse_folder([folder / "605.xlsx"], folder / "ut")


def test_a_name_of_ours_that_points_at_a_sheet_of_theirs_hides_nothing(
    folder: Path, children: Children
) -> None:
    data = (folder / "614.xlsx").read_bytes()
    names = {"Ramkoll_granskning": "Texter!$A$5"}
    (folder / "614.xlsx").write_bytes(graft(data, "614.xlsx", Graft(names=names)).data)
    before = check([EXAMPLES / "614.xlsx"], LAYOUTS, lambda *_: None, children=children)
    after = check([folder / "614.xlsx"], LAYOUTS, lambda *_: None, children=children)
    assert after.findings == before.findings


def test_our_sheet_is_not_read_as_something_that_they_have_handed_in(
    once: tuple[Path, Checked, Returned],
) -> None:
    path = once[0] / "ut" / "614.xlsx"
    inbox = read_inbox([(path, path.name)], LAYOUTS, lambda *_: None)
    book = inbox.units[0].submission
    assert [s.name for s in book.sheets] == [s.name for s in scan(EXAMPLES / "614.xlsx").sheets]
    assert book.names == scan(EXAMPLES / "614.xlsx").names
    assert book.sha256 == scan(path).sha256


def test_the_name_that_is_left_when_our_sheet_is_thrown_away_is_not_read_either() -> None:
    book = scan(EXAMPLES / "614.xlsx")
    left = replace(book, names={**book.names, "Ramkoll_granskning": "#REF!$A$5"})
    assert without_own_sheet(left) == book


def test_findings_of_others_are_in_no_copy(once: tuple[Path, Checked, Returned]) -> None:
    tmp_path = once[0]
    book = scan_bytes((tmp_path / "ut" / "614.xlsx").read_bytes(), "614.xlsx")
    assert "605" not in str(review(book)).replace(book.sha256, "")


@pytest.mark.libreoffice
def test_libreoffice_shows_the_copy_with_its_values_and_notes(
    folder: Path, tmp_path: Path, children: Children
) -> None:
    program = shutil.which("soffice") or shutil.which("libreoffice")
    assert program is not None, "install LibreOffice: this test proves nothing without it"
    hand_back([folder / "605.xlsx"], tmp_path / "ut", children)
    subprocess.run(
        [program, f"-env:UserInstallation={(tmp_path / 'profil').as_uri()}", "--headless",
         "--convert-to", "xlsx", "--outdir", str(tmp_path / "lo"), str(tmp_path / "ut/605.xlsx")],
        check=True, capture_output=True, timeout=300,
    )  # fmt: skip
    ours, theirs = scan(tmp_path / "ut" / "605.xlsx"), scan(tmp_path / "lo" / "605.xlsx")
    assert review(theirs) == review(ours)
    for mine, other in zip(ours.sheets, theirs.sheets, strict=True):
        there = {at: note.text for at, note in other.beside.notes.items()}
        assert there == {at: note.text for at, note in mine.beside.notes.items()}
