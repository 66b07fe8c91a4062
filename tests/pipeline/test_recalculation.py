"""Two independent engines recalculate everything we write, and must see what we say."""

import shutil
import zipfile
from pathlib import Path

import pytest
from tests.pipeline.made_up import Region, unit, whole_way
from tests.pipeline.recalculate import by_ironcalc, by_libreoffice, differences, formula_cells

from ramkoll.excel.scan import scan
from ramkoll.model.period import Period
from ramkoll.pipeline.distribute import distribute
from ramkoll.store.layouts import load_layouts

YEAR = 2025
ROOT = Path(__file__).resolve().parents[2]
FORMS = sorted((ROOT / "workbooks").rglob("*.xlsx"))
TEMPLATES = sorted((ROOT / "templates").glob("*.xlsx"))


def test_there_is_something_to_recalculate():
    assert len(FORMS) == 23
    assert len(TEMPLATES) == 6


@pytest.mark.parametrize("path", [*FORMS, *TEMPLATES], ids=lambda path: path.name)
def test_ironcalc_agrees_with_every_cached_value(path):
    ours = formula_cells(scan(path))
    assert differences(ours, by_ironcalc(path)) == []


def test_ironcalc_agrees_with_the_consolidated_workbook(consolidated):
    ours = formula_cells(scan(consolidated))
    assert len(ours) > 1000
    assert differences(ours, by_ironcalc(consolidated)) == []


@pytest.mark.slow
@pytest.mark.libreoffice
def test_libreoffice_agrees_with_every_cached_value(consolidated, tmp_path):
    files = [*FORMS, *TEMPLATES, consolidated]
    recalculated = by_libreoffice(files, tmp_path)
    for path, theirs in zip(files, recalculated, strict=True):
        ours = formula_cells(scan(path))
        assert set(ours) <= set(theirs), path.name
        assert differences(ours, theirs) == [], path.name


@pytest.mark.libreoffice
def test_codes_that_spreadsheets_mistake_for_each_other_are_summed_apart(tmp_path):
    """In a SUMIFS the text 605 also meets 0605, and 99** is a pattern: our own codes are not."""
    codes = ("605", "0605", "99**", "-29", "1-14")
    region = Region([unit(code, f'N & "{code}"') for code in codes])
    for code in codes:
        region.book(code, YEAR, range(1, 6)).book(code, YEAR - 1, range(1, 6)).plan(code, YEAR)
    run = whole_way(region, tmp_path / "region", f"{YEAR}-05")
    files = [run.report, *sorted(run.books.glob("*.xlsx"))]
    recalculated = by_libreoffice(files, tmp_path)
    for path, theirs in zip(files, recalculated, strict=True):
        ours = formula_cells(scan(path))
        assert differences(ours, theirs) == [], path.name
        assert differences(ours, by_ironcalc(path)) == [], path.name


@pytest.mark.libreoffice
@pytest.mark.slow
@pytest.mark.parametrize("period", ["2024-01", "2024-12"])
def test_the_first_and_the_last_month_recalculate_too(period, tmp_path):
    """In January all months are left to forecast, in December none: nothing to divide by."""
    inputs = ROOT / "tests" / "data" / "2024-08" / "inputs"
    books = tmp_path / "books"
    distribute(inputs, Period.parse(period), books, load_layouts(), lambda *_: None)
    files = [books / name for name in ("605.xlsx", "614.xlsx")]
    for path, theirs in zip(files, by_libreoffice(files, tmp_path), strict=True):
        ours = formula_cells(scan(path))
        assert differences(ours, theirs) == [], path.name
        assert differences(ours, by_ironcalc(path)) == [], path.name


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
