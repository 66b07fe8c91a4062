"""Comments of any length and with any characters reach the report, or say that they were cut."""

import shutil
from datetime import datetime
from pathlib import Path

import openpyxl
import pytest
from tests.conftest import EXAMPLES

from ramkoll.excel.scan import scan
from ramkoll.pipeline.consolidate import consolidate
from ramkoll.sheets.presentable import CUT, LONGEST, presentable_text
from ramkoll.store.layouts import load_layouts


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("åäö\nrad två\ttabb", "åäö\nrad två\ttabb"),
        ("x\x08y\x00", "x\ufffdy\ufffd"),
        ("halvt \ud83d par", "halvt \ufffd par"),
        ("hel 😀", "hel 😀"),
        ("a" * LONGEST, "a" * LONGEST),
        ("a" * (LONGEST + 1), "a" * LONGEST + CUT),
    ],
)
def test_a_text_is_shown_as_it_is_as_far_as_a_cell_can_hold_it(text, shown):
    assert presentable_text(text) == shown


def test_a_text_of_signs_that_count_double_fits_a_cell():
    shown = presentable_text("😀" * 40_000)
    assert len(shown.encode("utf-16-le")) // 2 < 32_767


def test_odd_and_endless_causes_do_not_stop_the_report(tmp_path: Path) -> None:
    folder = tmp_path / "in"
    shutil.copytree(EXAMPLES, folder)
    path = folder / "HVK.xlsx"
    book = openpyxl.load_workbook(path)
    sheet = book["Prognos"]
    column = next(c.column for r in sheet.iter_rows() for c in r if c.value == "Orsak till ändring")
    rows = [cell.row for (cell,) in sheet.iter_rows(max_col=1) if cell.value in ("K01", "K03")]
    sheet.cell(rows[0], column).value = '-5 tecken_x0008_ <b> & "cit"\nrad två'
    sheet.cell(rows[1], column).value = "lång text " * 3200
    book["Start"]["B14"] = "Inlämnad_x0002_"
    book.save(path)
    out = tmp_path / "rs.xlsx"
    consolidate(folder, out, load_layouts(), lambda *_: None, datetime(2024, 9, 12))
    texts = [
        str(cell.value)
        for sheet in scan(out).sheets
        if sheet.name == "Prognos"
        for cell in sheet.cells.values()
    ]
    # Too long for a row of the table: it stands whole below, in as many cells as it needs.
    (said,) = [text for text in texts if "rad två" in text]
    assert said.startswith('Personalkostnader: -5 tecken\ufffd <b> & "cit"\nrad två')
    assert sum(text.count("lång") for text in texts if "lång text" in text) == 3200
    assert not any(CUT in text for text in texts)
