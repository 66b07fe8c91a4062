"""Distributing again: nothing that a person has written is lost without saying so."""

import csv
import shutil
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from tests.pipeline.opened import layouts

from ramkoll.model.errors import RamkollError
from ramkoll.model.period import Period
from ramkoll.pipeline.distribute import distribute

INPUTS = Path(__file__).resolve().parents[1] / "data" / "2024-08" / "inputs"
UNITS = ("605", "607", "608")


@pytest.fixture(scope="module")
def again(tmp_path_factory):
    """Distributes extracts of three units into a folder; ``force`` as of the command."""
    inputs = tmp_path_factory.mktemp("utdrag")
    for path in INPUTS.glob("*.csv"):
        with path.open(encoding="utf-8", newline="") as file:
            heading, *rows = csv.reader(file)
        key = "kod" if path.stem == "enheter" else "enhet"
        if key in heading:
            rows = [row for row in rows if row[heading.index(key)] in ("", *UNITS)]
        with (inputs / path.name).open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows([heading, *rows])

    def distributed(folder, *, force=False):
        distribute(inputs, Period(2024, 8), folder, layouts(), lambda *_: None, force=force)

    return distributed


def put(path: Path, sheet: str, address: str, value: Any) -> None:
    book = openpyxl.load_workbook(path)
    book[sheet][address] = value
    book.save(path)


def row_of(path: Path, sheet: str, text: str) -> int:
    rows = openpyxl.load_workbook(path)[sheet].iter_rows(max_col=1)
    return next(cell.row for (cell,) in rows if cell.value == text)


@pytest.fixture(scope="module")
def distributed(again, tmp_path_factory):
    made = tmp_path_factory.mktemp("distributed")
    again(made)
    return made


@pytest.fixture
def folder(distributed, tmp_path):
    return Path(shutil.copytree(distributed, tmp_path / "own"))


@pytest.mark.slow
def test_workbooks_that_nobody_has_touched_are_replaced(again, folder):
    before = (folder / "605.xlsx").read_bytes()
    again(folder)
    assert (folder / "605.xlsx").read_bytes() == before


@pytest.mark.parametrize(
    ("file", "sheet", "address", "value"),
    [
        ("605.xlsx", "Utfall", "I24", "Vakanser i våras."),
        pytest.param("607.xlsx", "Prognos", "E8", -1, marks=pytest.mark.slow),
        pytest.param("607.xlsx", "Prognos", "F8", -1, marks=pytest.mark.slow),
        pytest.param("608.xlsx", "Start", "B14", "Inlämnad", marks=pytest.mark.slow),
    ],
)
def test_what_a_person_has_written_stops_the_distribution(
    again, folder, file, sheet, address, value
):
    put(folder / file, sheet, address, value)
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    with pytest.raises(RamkollError) as refused:
        again(folder)
    assert file in str(refused.value)
    assert f"{sheet}!" in str(refused.value)
    assert "--force" in str(refused.value)
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before
    again(folder, force=True)
    assert (folder / file).read_bytes() != before[file]


@pytest.mark.slow
def test_the_regions_own_thresholds_calendar_and_name_are_kept(again, folder):
    frame = folder / "budgetram.xlsx"
    row = row_of(frame, "Trösklar", "kommentar_enhet_tkr")
    put(frame, "Trösklar", f"B{row}", 900)
    put(frame, "Start", "B8", "Region Exempel")
    first = row_of(frame, "Kalender", "År") + 1
    for address, value in zip("ABCD", (2024, 8, "delår", date(2024, 10, 31)), strict=True):
        put(frame, "Kalender", f"{address}{first}", value)
    again(folder)
    book = openpyxl.load_workbook(frame)
    assert book["Trösklar"][f"B{row}"].value == 900
    assert book["Start"]["B8"].value == "Region Exempel"
    assert [cell.value for cell in book["Kalender"][first]][:3] == [2024, 8, "delår"]


def test_a_decision_that_is_in_no_extract_stops_the_distribution(again, folder):
    frame = folder / "budgetram.xlsx"
    row = next(
        cell.row
        for (cell,) in openpyxl.load_workbook(frame)["Ram"].iter_rows(min_row=6, max_col=1)
        if cell.value is None
    )
    values = {"A": "RS/9", "B": date(2024, 8, 20), "C": 2024, "F": "605", "G": -5, "H": "justering"}
    for column, value in values.items():
        put(frame, "Ram", f"{column}{row}", value)
    with pytest.raises(RamkollError, match=rf"budgetram\.xlsx Ram!A{row}"):
        again(folder)


def test_another_workbook_where_the_frame_workbook_goes_is_not_replaced(again, folder):
    (folder / "budgetram.xlsx").write_bytes((folder / "605.xlsx").read_bytes())
    with pytest.raises(RamkollError, match="ingen ramarbetsbok"):
        again(folder, force=True)
