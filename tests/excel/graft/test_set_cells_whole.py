"""Cells set in whole workbooks: they read as asked, and all else is the same, byte for byte."""

from __future__ import annotations

import io
import shutil
import subprocess
import zipfile
from functools import cache
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.conftest import EXAMPLES
from tests.excel.broken import content_types, package
from tests.excel.edited import (
    FILE,
    changed_parts,
    check_edit,
    part,
    prefixed,
    rich_workbook,
    with_parts,
)

from ramkoll.excel.graft.set_cells import CellEdit, CellError, set_cells
from ramkoll.excel.preflight import Unreadable
from ramkoll.excel.scan import scan, scan_bytes
from ramkoll.model.cells import CellKind
from ramkoll.model.errors import RamkollError
from ramkoll.model.workbook import Submission

TEMPLATES = EXAMPLES.parent.parent / "templates"
WORKBOOKS = sorted([*EXAMPLES.glob("*.xlsx"), *TEMPLATES.glob("*.xlsx")])
SHARED = (
    '<row r="1"><c r="A1"><v>1</v></c><c r="B1"><f t="shared" ref="B1:B4" si="0">A1*$A$1</f><v>1</v></c></row>'
    '<row r="2"><c r="A2"><v>2</v></c><c r="B2"><f t="shared" si="0"/><v>2</v></c></row>'
    '<row r="3" spans="1:2"><c r="A3"><v>3</v></c><c r="B3"><f t="shared" si="0"/><v>3</v></c></row>'
    '<row r="4"><c r="A4" t="inlineStr"><is><t>fyra</t></is></c><c r="B4"><f t="shared" si="0"/><v>4</v></c></row>'
)
UNNUMBERED = (
    "<row><c><v>1</v></c><c><v>2</v></c></row><row/><row><c/><c><f>A1</f><v>1</v></c></row>"
)


@cache
def workbook(name: str) -> bytes:
    match name:
        case "rikt":
            return rich_workbook()
        case "prefix":
            names = ("xl/worksheets/sheet1.xml", "xl/styles.xml", "xl/workbook.xml")
            data = rich_workbook()
            return with_parts(data, {name: prefixed(part(data, name)) for name in names})
        case "delade":
            return package(SHARED)
        case "onumrerat":
            return package(UNNUMBERED)
        case "tomt":
            return package("", sheet=package_sheet("<sheetData/>"))
        case "strikt":
            return package(SHARED, strict=True)
        case "openpyxl":
            return by_openpyxl()
    return Path(name).read_bytes()


@cache
def scanned(name: str) -> Submission:
    return scan_bytes(workbook(name), FILE)


def package_sheet(cells: str) -> str:
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    return f'<worksheet xmlns="{main}"><dimension ref="A1"/>{cells}</worksheet>'


def by_openpyxl() -> bytes:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for row in range(1, 8):
        sheet.append([row, f"text {row}", f"=A{row}+1", row % 2 == 0])
    sheet.merge_cells("A10:B10")
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


NAMES = [str(path) for path in WORKBOOKS]
NAMES += ["rikt", "prefix", "delade", "onumrerat", "tomt", "strikt", "openpyxl"]

texts = st.text(
    st.characters(exclude_categories=("Cs", "Cc"), exclude_characters="\ufffe\uffff"), max_size=20
) | st.sampled_from(["=SUM(A1)", " två  blank ", "rad\nbyte", "_x000D_", "a_x0041_x0041_", "]]>&<"])
values = st.one_of(
    st.none(), st.booleans(), texts, st.integers(-(10**12), 10**12),
    st.floats(allow_nan=False, allow_infinity=False, allow_subnormal=False),
    st.sampled_from([CellError("#N/A"), CellError("#DIV/0!")]),
)  # fmt: skip
formulas = st.none() | st.sampled_from(["A1+1", 'IF(A1<>"å",B$2&" ",1)', "SUM(A1:B2)"])
looks = st.none() | st.sampled_from(["0.00", "#,##0", '# ##0" kr"', "yyyy-mm-dd"])
fills = st.none() | st.sampled_from(["#FFCC00", "#ddeeff", ""])


@st.composite
def edits_of(draw: st.DrawFn, found: Submission) -> list[CellEdit]:
    edits = {}
    for _ in range(draw(st.integers(1, 6))):
        sheet = draw(st.sampled_from(found.sheets))
        anywhere = st.tuples(st.integers(1, 40), st.integers(1, 20))
        known = sorted(sheet.cells)
        row, column = draw(st.sampled_from(known) | anywhere if known else anywhere)
        formula = draw(formulas)
        value = draw(values)
        edits[sheet.name, row, column] = CellEdit(
            sheet.name, row, column, value, formula, draw(looks), draw(fills)
        )
    return list(edits.values())


def refusal_of(book: bytes, edit: CellEdit) -> str:
    try:
        set_cells(book, FILE, [edit])
    except RamkollError as refusal:
        return str(refusal)
    return ""


@pytest.mark.parametrize("name", NAMES[: len(WORKBOOKS)], ids=lambda name: Path(name).stem)
@settings(max_examples=2)
@given(data=st.data())
def test_cells_of_examples_read_as_set_and_all_else_as_before(
    name: str, data: st.DataObject
) -> None:
    edit_some(name, data)


@pytest.mark.parametrize("name", NAMES[len(WORKBOOKS) :])
@settings(max_examples=15)
@given(data=st.data())
def test_cells_of_odd_workbooks_read_as_set_and_all_else_as_before(
    name: str, data: st.DataObject
) -> None:
    edit_some(name, data)


def edit_some(name: str, data: st.DataObject) -> None:
    book = workbook(name)
    wanted = data.draw(edits_of(scanned(name)))
    allowed = []
    for edit in wanted:
        refusal = refusal_of(book, edit)
        if not refusal:
            allowed.append(edit)
        else:  # part of something larger: nothing else may be the reason
            assert any(word in refusal for word in ("matris", "sammanfogade", "tabellen"))
    after = check_edit(book, allowed)
    sheets = {each.sheet for each in allowed}
    changed = changed_parts(book, after)
    others = {each for each in changed if not each.startswith("xl/worksheets/sheet")}
    assert others <= {"xl/styles.xml"}
    assert len(changed - others) <= len(sheets)


@pytest.mark.parametrize("name", NAMES, ids=lambda name: Path(name).stem)
def test_setting_every_cell_to_what_it_holds_gives_the_same_bytes(name: str) -> None:
    book = workbook(name)
    same = [
        CellEdit(
            sheet.name,
            *place,
            CellError(str(cell.value)) if cell.kind is CellKind.ERROR else cell.value,
            cell.formula,
            cell.number_format,
        )
        for sheet in scanned(name).sheets
        for place, cell in sheet.cells.items()
    ]
    assert set_cells(book, FILE, same) is book


def test_a_second_edit_undoes_the_first_but_for_the_text_of_the_cell() -> None:
    book = rich_workbook()
    once = check_edit(book, [CellEdit("Utfall å", 3, 2, 7)])
    back = check_edit(once, [CellEdit("Utfall å", 3, 2, 2000.5)])
    assert changed_parts(book, back) <= {"xl/worksheets/sheet1.xml"}
    assert part(back, "xl/worksheets/sheet1.xml") == part(book, "xl/worksheets/sheet1.xml")


def test_the_archive_keeps_comments_attributes_and_odd_headers() -> None:
    stream = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(rich_workbook())) as old,
        zipfile.ZipFile(stream, "w") as new,
    ):
        new.comment = "från systemet".encode()
        for number, (info, content) in enumerate([(i, old.read(i)) for i in old.infolist()]):
            info.compress_type = zipfile.ZIP_DEFLATED if number % 2 else zipfile.ZIP_STORED
            info.date_time = (2024, 8, 31, 12, 30, number)
            info.extra = b"\x99\x99\x02\x00ab"
            info.comment = b"del"
            info.external_attr = 0o644 << 16
            with new.open(info, "w", force_zip64=number % 3 == 0) as entry:
                entry.write(content)
    book = stream.getvalue()
    after = check_edit(book, [CellEdit("Tomt", 1, 1, "hej")])
    assert changed_parts(book, after) == {"xl/worksheets/sheet3.xml"}
    with zipfile.ZipFile(io.BytesIO(book)) as old, zipfile.ZipFile(io.BytesIO(after)) as new:
        assert new.testzip() is None
        assert new.comment == old.comment
        for before, now in zip(old.infolist(), new.infolist(), strict=True):
            assert before.filename == now.filename
            assert before.date_time == now.date_time
            assert before.comment == now.comment
            assert before.external_attr == now.external_attr


def test_an_archive_that_was_streamed_keeps_its_trailing_sizes() -> None:
    class Unseekable(io.BytesIO):
        def seekable(self) -> bool:
            return False

        def seek(self, *_: object) -> int:
            raise io.UnsupportedOperation

        def tell(self) -> int:
            raise io.UnsupportedOperation

    stream = Unseekable()
    with (
        zipfile.ZipFile(io.BytesIO(rich_workbook())) as old,
        zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for info in old.infolist():
            new.writestr(info.filename, old.read(info))
    book = stream.getvalue()
    after = check_edit(book, [CellEdit("Utfall å", 2, 1, "hej")])
    assert changed_parts(book, after) == {"xl/worksheets/sheet1.xml"}


@pytest.mark.parametrize(
    "kind",
    [
        "application/vnd.ms-excel.sheet.macroEnabled.main+xml",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.template.main+xml",
    ],
)
def test_macros_and_templates_are_kept(kind: str) -> None:
    types, macros = content_types(kind), b"\0macros"
    book = package(SHARED, changes={"[Content_Types].xml": types, "xl/vbaProject.bin": macros})
    assert changed_parts(book, check_edit(book, [CellEdit("Blad1", 9, 9, 1)])) == {
        "xl/worksheets/sheet1.xml"
    }


@pytest.mark.parametrize("name", ["rikt", "openpyxl"])
def test_openpyxl_reads_it_as_we_do(name: str) -> None:
    book = workbook(name)
    sheet = scan_bytes(book, FILE).sheets[0].name
    edits = [
        CellEdit(sheet, 2, 2, 17.25),
        CellEdit(sheet, 30, 1, "  å\r\n"),
        CellEdit(sheet, 30, 2, 3, "A1+1", "0.000", "#FFCC00"),
    ]
    found = openpyxl.load_workbook(io.BytesIO(check_edit(book, edits)))[sheet]
    assert found["B2"].value == 17.25
    # openpyxl leaves the escape of a carriage return unread in a cell's own text.
    assert found["A30"].value.replace("_x000D_", "\r") == "  å\r\n"
    assert found["B30"].value == "=A1+1"
    assert found["B30"].number_format == "0.000"
    assert found["B30"].fill.fgColor.rgb == "FFFFCC00"


@settings(max_examples=80)
@given(data=st.data())
def test_a_sheet_with_damaged_bytes_is_refused_or_reads_as_asked(data: st.DataObject) -> None:
    book = package(SHARED + '<row r="6"/>')
    xml = part(book, "xl/worksheets/sheet1.xml")
    snippets = [
        "",
        "<",
        ">",
        "/",
        '"',
        "<row>",
        "</row>",
        "<c/>",
        "<!--",
        "-->",
        "&",
        'r="1"',
        "x:",
    ]
    at = data.draw(st.integers(0, len(xml)))
    end = at + data.draw(st.integers(0, 12))
    wrong = with_parts(
        book,
        {"xl/worksheets/sheet1.xml": xml[:at] + data.draw(st.sampled_from(snippets)) + xml[end:]},
    )
    try:
        before = scan_bytes(wrong, FILE)
    except Unreadable:
        before = None
    row, column = data.draw(st.integers(1, 7)), data.draw(st.integers(1, 4))
    edits = [CellEdit("Blad1", row, column, 4711)]
    if refusal_of(wrong, edits[0]):
        return
    if before is not None:
        check_edit(wrong, edits)


LIBRE_EDITS = {
    "rikt": [
        CellEdit("Utfall å", 2, 2, 5.5), CellEdit("Utfall å", 30, 3, "ny text å"),
        CellEdit("Utfall å", 5, 4, 8001.0, "B5*2-1"), CellEdit("Tabell", 3, 2, True),
        CellEdit("Tomt", 4, 4, 12, number_format="0.00", fill="#FFCC00"),
    ],
    "prefix": [CellEdit("Utfall å", 2, 2, 5.5), CellEdit("Utfall å", 30, 3, " två  blank ")],
    "delade": [CellEdit("Blad1", 1, 2, 9), CellEdit("Blad1", 7, 7, 3, "A1+A2")],
}  # fmt: skip


@pytest.mark.libreoffice
def test_libreoffice_opens_it_and_shows_the_values(tmp_path: Path) -> None:
    program = shutil.which("soffice") or shutil.which("libreoffice")
    assert program is not None, "install LibreOffice: this test proves nothing without it"
    files = {name: tmp_path / f"{name}.xlsx" for name in LIBRE_EDITS}
    for name, file in files.items():
        file.write_bytes(check_edit(workbook(name), LIBRE_EDITS[name]))
    subprocess.run(
        [program, f"-env:UserInstallation={(tmp_path / 'profil').as_uri()}", "--headless",
         "--convert-to", "xlsx", "--outdir", str(tmp_path / "ut"), *map(str, files.values())],
        check=True, capture_output=True, timeout=300,
    )  # fmt: skip
    for name, file in files.items():
        theirs, ours = scan(tmp_path / "ut" / file.name), scan(file)
        for edit in LIBRE_EDITS[name]:
            mine, other = ours.sheet(edit.sheet), theirs.sheet(edit.sheet)
            assert mine is not None
            assert other is not None
            place = edit.row, edit.column
            assert other.cell(*place).value == mine.cell(*place).value == edit.value, name
            # LibreOffice itself saves a truth value as a formula.
            if edit.value is not True:
                assert other.cell(*place).formula == edit.formula, name
