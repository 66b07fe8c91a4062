"""Two independent engines recalculate everything we write, and must see what we say."""

import shutil
import zipfile
from pathlib import Path

import pytest
from tests.pipeline.recalculate import by_ironcalc, by_libreoffice, differences, formula_cells

from ramkoll.excel.scan import scan

ROOT = Path(__file__).resolve().parents[2]
FORMS = sorted((ROOT / "workbooks").rglob("*.xlsx"))
TEMPLATES = sorted((ROOT / "templates").glob("*.xlsx"))


def test_there_is_something_to_recalculate():
    assert len(FORMS) > 10
    assert len(TEMPLATES) == 3


@pytest.mark.parametrize("path", [*FORMS, *TEMPLATES], ids=lambda path: path.name)
def test_ironcalc_agrees_with_every_cached_value(path):
    ours = formula_cells(scan(path))
    assert differences(ours, by_ironcalc(path)) == []


def test_ironcalc_agrees_with_the_consolidated_workbook(consolidated):
    ours = formula_cells(scan(consolidated))
    assert len(ours) > 300
    assert differences(ours, by_ironcalc(consolidated)) == []


@pytest.mark.libreoffice
def test_libreoffice_agrees_with_every_cached_value(consolidated, tmp_path):
    files = [*FORMS, *TEMPLATES, consolidated]
    recalculated = by_libreoffice(files, tmp_path)
    for path, theirs in zip(files, recalculated, strict=True):
        ours = formula_cells(scan(path))
        assert set(ours) <= set(theirs), path.name
        assert differences(ours, theirs) == [], path.name


@pytest.mark.libreoffice
def test_the_comparison_sees_a_cached_value_that_is_wrong(tmp_path):
    wrong = tmp_path / "wrong.xlsx"
    _change_one_amount(FORMS[0], wrong)
    ours = formula_cells(scan(wrong))
    assert differences(ours, by_ironcalc(wrong)) != []
    assert differences(ours, by_libreoffice([wrong], tmp_path)[0]) != []


def _change_one_amount(source: Path, target: Path) -> None:
    """The first amount on Månad, changed without touching what the formulas show."""
    workbook = scan(source)
    number = next(n for n, sheet in enumerate(workbook.sheets, 1) if sheet.name == "Månad")
    sheet = workbook.sheets[number - 1]
    row, column = next(
        place
        for place, cell in sorted(sheet.cells.items())
        if place[0] > 6 and place[1] > 4 and cell.formula is None and cell.value
    )
    amount = str(sheet.cells[row, column].value)
    shutil.copy(source, target)
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w") as new:
        for entry in old.infolist():
            data = old.read(entry)
            if entry.filename == f"xl/worksheets/sheet{number}.xml":
                text = data.decode("utf-8")
                assert f"<v>{amount}</v>" in text
                data = text.replace(f"<v>{amount}</v>", "<v>123456789</v>", 1).encode("utf-8")
            new.writestr(entry, data)
