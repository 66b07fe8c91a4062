"""An open workbook is the same to the pipeline as its file.

What may differ is said in live/reading.py; here it is the fingerprint, the order of merged areas,
and the hidden rows and columns.
"""

from dataclasses import replace
from datetime import datetime
from decimal import Decimal

import pytest
from pydantic import TypeAdapter
from tests.conftest import EXAMPLES

from ramkoll.excel.scan import scan
from ramkoll.live.file_host import snapshot_of
from ramkoll.live.reading import submission_of
from ramkoll.live.recorder import Recorder
from ramkoll.live.snapshot import Snapshot
from ramkoll.live.snapshot_book import open_snapshot
from ramkoll.model.beside import NOTHING_BESIDE, NOTHING_BESIDE_SHEETS
from ramkoll.model.cells import Area, Cell, CellKind
from ramkoll.model.errors import RamkollError
from ramkoll.model.workbook import Sheet, Submission, Visibility

SNAPSHOT = TypeAdapter(Snapshot)
FILES = sorted(path.name for path in EXAMPLES.glob("*.xlsx"))


def _over_the_wire(submission):
    sent = SNAPSHOT.dump_json(snapshot_of(submission))
    return submission_of(open_snapshot(SNAPSHOT.validate_json(sent), Recorder()))


def _as_shown(cell):
    """Excel tells an open workbook's numbers and formats, not the file's last bit and style ids."""
    return cell._replace(stored=cell.value, style=0, array=None)


def _comparable(submission):
    sheets = tuple(
        replace(
            sheet,
            cells={at: _as_shown(cell) for at, cell in sheet.cells.items()},
            merged=tuple(sorted(sheet.merged, key=lambda area: area.address)),
            hidden_rows=frozenset(),
            hidden_columns=frozenset(),
            arrays={},
            beside=NOTHING_BESIDE,
        )
        for sheet in submission.sheets
    )
    return replace(
        submission,
        sha256="",
        sheets=sheets,
        names=dict(submission.names),
        beside=NOTHING_BESIDE_SHEETS,
    )


def test_there_are_examples():
    assert len(FILES) > 20


@pytest.mark.parametrize("file", FILES)
def test_an_example_is_the_same_open_as_in_its_file_cell_by_cell(file):
    scanned = scan(EXAMPLES / file)
    read = _over_the_wire(scanned)
    assert read.sha256 == ""
    assert _comparable(read) == _comparable(scanned)


def _workbook(cells, **more):
    sheet = {k: more.pop(k) for k in ("visibility", "merged") if k in more}
    return Submission("605.xlsx", "", (Sheet("Blad", cells, **sheet), Sheet("Tomt", {})), **more)


def test_every_kind_of_cell_comes_back():
    day = datetime(2024, 8, 31, 13, 30, 15, 250_000)
    cells = {
        (2, 3): Cell(CellKind.NUMBER, Decimal("0.3")),
        (2, 4): Cell(CellKind.NUMBER, Decimal("605"), None, "0000"),
        (3, 3): Cell(CellKind.TEXT, "=A1", None, "@"),
        (3, 4): Cell(CellKind.TEXT, "#N/A"),
        (3, 5): Cell(CellKind.ERROR, "#N/A"),
        (3, 6): Cell(CellKind.ERROR, "#SPILL!", "SORT(A1:A9)"),
        (4, 3): Cell(CellKind.BOOL, True, "1=1"),
        (4, 4): Cell(CellKind.DATE, day, "NOW()", "yyyy-mm-dd hh:mm"),
        (4, 5): Cell(CellKind.NUMBER, Decimal("0.5"), None, "h:mm"),
        (4, 6): Cell(CellKind.TEXT, "", 'IF(A1="","",1)', "0.0"),
        (5, 3): Cell(CellKind.NUMBER, Decimal(1)),
        (5, 4): Cell(CellKind.BOOL, True),
        (5, 5): Cell(CellKind.NUMBER, Decimal("-12345.678901234")),
        (5, 6): Cell(CellKind.TEXT, " \n'å"),
    }
    for date_1904 in (False, True):
        workbook = _workbook(
            cells,
            names={"Period": "Blad!$C$2"},
            date_1904=date_1904,
            visibility=Visibility.VERY_HIDDEN,
            merged=(Area(2, 3, 2, 4), Area(7, 3, 9, 9)),
        )
        assert _comparable(_over_the_wire(workbook)) == _comparable(workbook)


def test_a_workbook_of_empty_sheets_comes_back():
    assert _comparable(_over_the_wire(_workbook({}))) == _comparable(_workbook({}))


def test_a_single_cell_in_the_last_corner_comes_back():
    workbook = _workbook({(1_048_576, 16_384): Cell(CellKind.TEXT, "sist", None, "@")})
    assert _comparable(_over_the_wire(workbook)) == _comparable(workbook)


def test_cells_in_opposite_corners_are_refused_before_they_fill_the_memory():
    cells = {(1, 1): Cell(CellKind.TEXT, "a"), (1_048_576, 16_384): Cell(CellKind.TEXT, "b")}
    with pytest.raises(RamkollError, match=r"605\.xlsx Blad: .*långt från varandra"):
        snapshot_of(_workbook(cells))
