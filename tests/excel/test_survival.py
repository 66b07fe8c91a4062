"""What Excel keeps beside cells survives every write, in every file of the corpus and example."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest
from tests.conftest import EXAMPLES
from tests.excel.corpus import CORPUS, TRAPS
from tests.excel.survival import FILE, check_new_sheet, check_one_cell, check_replaced

from ramkoll.excel.scan import scan, scan_bytes
from ramkoll.excel.structure import faults
from ramkoll.model.errors import RamkollError

READ = [name for name, trap in TRAPS.items() if trap.refused is None]
RICH = ["slicers.xlsx", "threads.xlsx", "controls.xlsm", "drawn.xlsx", "drawn-prefixed.xlsx", "query.xlsx"]  # fmt: skip
TEMPLATES = EXAMPLES.parent.parent / "templates"
WORKBOOKS = sorted([*EXAMPLES.glob("*.xlsx"), *TEMPLATES.glob("*.xlsx")])
# No cell is set in these, and none is changed then.
NO_CELL = {
    "openpyxl.xlsx": "Det finns ingen cell i rad 1048579",
    "openpyxl-iso.xlsx": "Det finns ingen cell i rad 1048579",
    "last-cell.xlsx": "Det finns ingen cell i rad 1048579",
    "utf-16.xlsx": "teckenkodning",
    "names-of-parts.xlsx": "saknar format",
    "places.xlsx": "står inte i ordning",
    "no-cells.xlsx": "okänt innehåll",
}
STAYS = {
    ("slicers.xlsx", "Underlag"): "utsnitt",
    ("slicers.xlsx", "Pivå"): "pivottabell",
}

# What it words in its own way, and what an older one shows of a function that it does not know.
BY_LIBREOFFICE = {("Pivå", 6, 1)} | {("Bild & form", row, 8) for row in (2, 3, 4)}


def no_new_faults(before: bytes, after: bytes) -> None:
    assert {str(each) for each in faults(after)} <= {str(each) for each in faults(before)}


@pytest.mark.parametrize("name", READ)
def test_what_is_beside_the_cells_survives_a_cell_and_a_sheet_in_each_file_of_the_corpus(
    name: str,
) -> None:
    data = (CORPUS / name).read_bytes()
    if name in NO_CELL:
        with pytest.raises(RamkollError, match=NO_CELL[name]):
            check_one_cell(data)
    else:
        no_new_faults(data, check_one_cell(data))
    no_new_faults(data, check_new_sheet(data))


@pytest.mark.parametrize("name", RICH)
def test_what_is_beside_the_cells_survives_a_sheet_in_place_of_another(name: str) -> None:
    data = (CORPUS / name).read_bytes()
    for sheet in scan_bytes(data, FILE).sheets:
        reason = STAYS.get((name, sheet.name))
        if reason is None:
            no_new_faults(data, check_replaced(data, sheet.name))
        else:
            with pytest.raises(RamkollError, match=reason):
                check_replaced(data, sheet.name)


@pytest.mark.parametrize("name", RICH)
def test_the_files_that_hold_most_are_well_formed(name: str) -> None:
    assert faults((CORPUS / name).read_bytes()) == ()


@pytest.mark.slow
@pytest.mark.parametrize("path", WORKBOOKS, ids=lambda path: path.stem)
def test_examples_and_templates_keep_all_they_hold(path: Path) -> None:
    data = path.read_bytes()
    check_one_cell(data)
    check_new_sheet(data)
    for sheet in scan_bytes(data, FILE).sheets:
        check_replaced(data, sheet.name)


@pytest.mark.libreoffice
def test_libreoffice_opens_what_was_written_and_shows_the_same_values(tmp_path: Path) -> None:
    program = shutil.which("soffice") or shutil.which("libreoffice")
    assert program is not None, "install LibreOffice: this test proves nothing without it"
    for name in RICH:
        data = check_new_sheet(check_one_cell((CORPUS / name).read_bytes()))
        # By its ending LibreOffice would save macros under another name.
        (tmp_path / name).with_suffix(".xlsx").write_bytes(data)
    files = sorted(tmp_path.glob("*.xlsx"))
    subprocess.run(
        [program, f"-env:UserInstallation={(tmp_path / 'profil').as_uri()}", "--headless",
         "--convert-to", "xlsx", "--outdir", str(tmp_path / "ut"), *map(str, files)],
        check=True, capture_output=True, timeout=300,
    )  # fmt: skip
    assert len(files) == len(RICH)
    for path in files:
        ours, theirs = scan(path), scan(tmp_path / "ut" / path.name)
        assert [s.name for s in theirs.sheets] == [s.name for s in ours.sheets]
        for mine, other in zip(ours.sheets, theirs.sheets, strict=True):
            for place, cell in mine.cells.items():
                if cell.value is not None and (mine.name, *place) not in BY_LIBREOFFICE:
                    shown = other.cell(*place).value
                    assert shown == cell.value, (path.name, mine.name, place)
