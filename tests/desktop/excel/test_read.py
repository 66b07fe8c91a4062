"""What is read of an open workbook is what its file has, in few questions."""

import pytest
from tests.conftest import EXAMPLES
from tests.desktop.excel.sheets import Style, area, book_of
from tests.desktop.excel.workbooks import workbook

from ramkoll.excel.scan import scan
from ramkoll.live.file_host import snapshot_of
from ramkoll.live.reading import submission_of
from ramkoll.live.recorder import Recorder
from ramkoll.live.snapshot_book import open_snapshot
from ramkoll.model.errors import RamkollError

FILES = sorted(path.name for path in EXAMPLES.glob("*.xlsx"))[::4]


@pytest.mark.parametrize("file", FILES)
def test_an_open_example_is_read_as_its_file_is(session, file):
    scanned = scan(EXAMPLES / file)
    excel = session.opens(book_of(scanned))
    read = session.workbook(excel).read(["*"])
    assert read.name == file
    one, two = (
        submission_of(open_snapshot(each, Recorder())) for each in (read, snapshot_of(scanned))
    )
    assert [sheet.name for sheet in one.sheets] == [sheet.name for sheet in two.sheets]
    for mine, theirs in zip(one.sheets, two.sheets, strict=True):
        assert dict(mine.cells) == dict(theirs.cells), mine.name
        assert mine.visibility == theirs.visibility
        assert set(mine.merged) == set(theirs.merged)
    assert dict(one.names) == dict(two.names)
    assert one.date_1904 == two.date_1904


def test_few_questions_are_asked_of_excel(session):
    """Each is a call between processes, of 0.1 to 1 ms."""
    excel = session.opens(book_of(scan(EXAMPLES / "605.xlsx")))
    found = session.workbook(excel)
    excel.calls.clear()
    found.read(["*"])
    every = len(excel.calls)
    excel.calls.clear()
    found.read(["Utfall"])
    one = len(excel.calls)
    excel.calls.clear()
    found.read([])
    assert (every < 1_000, one < 400, len(excel.calls) < 60) == (True, True, True)


def test_every_kind_of_cell_is_read(session):
    fake = workbook()
    excel = session.opens(fake)
    read = session.workbook(excel).read(["Blad 1"])
    sheet = read.sheets[0]
    held = {
        (r, c): value
        for r, row in enumerate(sheet.values, sheet.top)
        for c, value in enumerate(row, sheet.left)
        if value is not None
    }
    assert held[2, 1] == "=A1"
    assert held[2, 2] == 45_000.0
    assert held[3, 2] == 12.3456789  # all decimals of an amount in a currency format
    assert held[4, 2] is True
    assert (held[3, 4], held[12, 1], held[13, 1]) == ("#N/A", "#N/A", "")
    assert sheet.errors == [(3, 4), (12, 1)]
    assert sheet.formulas == [
        (2, 4, "=B2*2"),
        (4, 4, "=INDEX(B2:B4,1)"),  # as the file has it, without the @ that Excel shows
        (7, 3, "=2+3"),
        (12, 1, "=NA()"),
        (13, 1, '=IF(A1="","x","")'),
    ]
    formats = {
        at: sheet.formats[sheet.format_of[at[0] - sheet.top][at[1] - sheet.left]] for at in held
    }
    assert formats[2, 2] == "yyyy-mm-dd"
    assert formats[6, 3] == "@"
    assert formats[1, 1] == "General"
    assert sheet.merged == ["A1:B1"]
    assert [(s.visibility, s.sent) for s in read.sheets] == [
        ("visible", True),
        ("hidden", False),
        ("visible", False),
    ]
    assert read.names == {"Period": "'Blad 1'!$B$3", "Borttaget": "Dolt!$A$1"}


@pytest.mark.parametrize(
    ("selected", "told"),
    [
        ("$B$2:$C$3", "B2:C3"),
        ("$B$2,$D$4", "B2"),
        ("$C:$D", "C1"),
        ("$5:$9", "A5"),
    ],
)
def test_the_selection_is_an_area_of_the_active_sheet(session, selected, told, monkeypatch):
    fake = workbook()
    excel = session.opens(fake)
    found = session.workbook(excel)
    monkeypatch.setattr("tests.desktop.excel.objects.RangePart.get_Address", lambda _: selected)
    read = found.read([])
    assert (read.active, read.selection) == ("Tomt", told)


def test_a_sheet_that_is_a_chart_has_no_selection(session):
    fake = workbook()
    fake.chart_is_active = True
    read = session.workbook(session.opens(fake)).read([])
    assert (read.active, read.selection) == ("Diagram1", "A1")


def test_a_workbook_of_1904_says_so(session):
    fake = workbook()
    fake.date_1904 = True
    assert session.workbook(session.opens(fake)).read([]).date_1904


def test_a_column_that_is_formatted_to_the_last_row_is_not_read_to_the_last_row(session):
    fake = workbook()
    fake.sheets[0].used = area("A1:XFD1048576")
    excel = session.opens(fake)
    sheet = session.workbook(excel).read(["Blad 1"]).sheets[0]
    assert (len(sheet.values), len(sheet.values[0])) == (13, 4)
    assert excel.calls.count("WorksheetFunction.CountA") < 45


def test_a_sheet_that_is_only_formatted_is_empty(session):
    fake = workbook()
    fake.sheets[2].used = area("A1:Z1048576")
    assert session.workbook(session.opens(fake)).read(["Tomt"]).sheets[2].values == []


def test_a_sheet_with_cells_too_far_apart_is_refused_with_what_to_do(session):
    fake = workbook()
    fake.sheets[0].cells[900_000, 900] = 1.0, None
    with pytest.raises(RamkollError, match="Bladet «Blad 1» är för stort"):
        session.workbook(session.opens(fake)).read(["*"])


def test_formats_that_differ_from_cell_to_cell_are_all_found(session):
    fake = workbook()
    sheet = fake.sheets[2]
    for row in range(1, 60):
        for column in range(1, 6):
            sheet.cells[row, column] = float(row), None
            code = ("General", "0.0", "@")[(row * 7 + column * column) % 3]
            sheet.styles[row, column] = Style(number_format=code)
    read = session.workbook(session.opens(fake)).read(["Tomt"]).sheets[2]
    for (row, column), style in sheet.styles.items():
        assert read.formats[read.format_of[row - 1][column - 1]] == style.number_format
