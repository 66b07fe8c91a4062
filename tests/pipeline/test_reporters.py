"""Rapportörer: what they hand in instead of the units, and what is said when they do not."""

import csv
import shutil
from datetime import datetime
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest
from tests.pipeline.made_up import Region, unit
from tests.rules.region import put as put_in_cell

from ramkoll.model.findings import Finding, Severity
from ramkoll.model.period import Period
from ramkoll.pipeline.check import Checked, check
from ramkoll.pipeline.consolidate import consolidate
from ramkoll.pipeline.distribute import Distribution, distribute
from ramkoll.store.extract_columns import COLUMNS
from ramkoll.store.layouts import load_layouts

LAYOUTS = load_layouts()
PERIOD = Period(2025, 5)


def extract(folder: Path, name: str, rows: list[dict[str, object]]) -> None:
    with (folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS[name])
        writer.writeheader()
        writer.writerows(rows)


INV: dict[str, object] = {
    "kod": "INV",
    "namn": "Strategen",
    "formulär": "avdelning",
    "enheter": "1;2",
}
INV |= {"blad": "Investeringar"}
OBJECTS = [
    {"id": n, "avsnitt": "2", "förvaltningsområde": "Vård", "objekt": f"Objekt {n}"}
    | {"utfall_tkr": 10 * n, "budget_tkr": 100 * n, "prognos_tkr": 90 * n, "ansvarig_enhet": code}
    for n, code in enumerate("123", 1)
]


def spread(work: Path, *reporters: dict[str, object]) -> Distribution:
    """A region of three units, with rapportörer and three investments."""
    region = Region([unit("1"), unit("2"), unit("3")])
    for code in "123":
        region.book(code, 2025, range(1, 6)).plan(code, 2025)
    inputs = region.write(work / "utdrag")
    extract(inputs, "rapportörer", list(reporters))
    extract(inputs, "investeringar", OBJECTS)
    return distribute(inputs, PERIOD, work / "böcker", LAYOUTS, lambda *_: None)


def checked(work: Path) -> Checked:
    return check([work / "böcker"], LAYOUTS, lambda *_: None, whole=True)


def of(found: Checked | Distribution, rule: str) -> list[Finding]:
    return [each for each in found.findings if each.rule == rule]


def words(path: Path) -> set[str]:
    book = openpyxl.load_workbook(path)
    return {str(c.value) for s in book.worksheets for row in s.iter_rows() for c in row if c.value}


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    work = tmp_path_factory.mktemp("rapportörer")
    spread(work, INV)
    return work


@pytest.fixture
def work(made: Path, tmp_path: Path) -> Path:
    shutil.copytree(made / "böcker", tmp_path / "böcker")
    return tmp_path


def test_the_rapportor_has_its_units_objects_and_they_have_them_not(made):
    books = made / "böcker"
    assert words(books / "INV.xlsx") >= {"Objekt 1", "Objekt 2"}
    assert "Objekt 3" not in words(books / "INV.xlsx")
    assert not words(books / "1.xlsx") & {"Objekt 1", "Objekt 2"}
    assert "Objekt 3" in words(books / "3.xlsx")


def test_every_object_is_in_the_report_once(work):
    whole = consolidate(
        work / "böcker", work / "r.xlsx", LAYOUTS, lambda *_: None, datetime(2025, 6, 9)
    )
    assert whole.checked.package is not None
    found = {
        (each.line_name, each.measure): (each.value, each.at.file)
        for each in whole.checked.package.underlag.entries
        if each.measure.startswith("investment_")
    }
    assert {key[0] for key in found} == {"Objekt 1", "Objekt 2", "Objekt 3"}
    assert found["Objekt 2", "investment_budget"] == (Decimal(200_000), "INV.xlsx")
    assert found["Objekt 3", "investment_outcome"] == (Decimal(30_000), "3.xlsx")
    sheet = openpyxl.load_workbook(work / "r.xlsx")["Investeringar"]
    labels = [row[0].value for row in sheet.iter_rows()]
    assert [labels.count(f"Objekt {n}") for n in (1, 2, 3)] == [1, 1, 1]


def test_a_missing_workbook_is_told_as_a_warning(work):
    assert of(checked(work), "R322") == []
    (work / "böcker" / "INV.xlsx").unlink()
    (told,) = of(checked(work), "R322")
    assert told.severity is Severity.WARNING
    assert told.message.startswith("INV Strategen har ingen arbetsbok för januari–maj 2025")
    assert (told.at.file, told.at.sheet) == ("budgetram.xlsx", "Rapportörer")


def test_of_two_different_workbooks_of_one_version_neither_counts(work):
    books = work / "böcker"
    shutil.copyfile(books / "INV.xlsx", books / "INV ny.xlsx")
    put_in_cell("INV ny", "Investeringar", "Objekt 1", "Budget", 999)(books)
    found = checked(work)
    assert [each.severity for each in of(found, "R301")] == [Severity.BLOCKS]
    assert of(found, "R322") == []  # it is not missing: it is there twice
    assert found.package is not None
    files = {each.at.file for each in found.package.underlag.entries}
    assert not files & {"INV.xlsx", "INV ny.xlsx"}


def test_the_higher_version_of_a_rapportor_counts(work):
    books = work / "böcker"
    shutil.copyfile(books / "INV.xlsx", books / "INV ny.xlsx")
    put_in_cell("INV ny", "Investeringar", "Objekt 1", "Budget", 999)(books)
    put_in_cell("INV ny", "Start", "Inlämningsversion", "", 2)(books)
    found = checked(work)
    assert found.package is not None
    values = {
        each.value
        for each in found.package.underlag.entries
        if (each.measure, each.line_name) == ("investment_budget", "Objekt 1")
    }
    assert values == {999_000}


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"formulär": "okänt"}, "har det okända formuläret «okänt»"),
        ({"formulär": ""}, "saknar kod eller formulär"),
        ({"kod": "2"}, "har samma kod som en enhet"),
    ],
)
def test_a_rapportor_that_cannot_be_one_is_told_and_no_unit_loses_its_workbook(
    tmp_path, change, why
):
    made = spread(tmp_path, INV | change)
    assert {"1.xlsx", "2.xlsx", "3.xlsx"} <= set(made.files)
    assert "INV.xlsx" not in made.files
    assert [each for each in made.findings if why in each.message] != []
    assert "Objekt 2" in words(tmp_path / "böcker" / "2.xlsx")
    assert [each for each in checked(tmp_path).findings if why in each.message] != []


def test_an_area_with_the_code_of_a_unit_has_a_workbook_of_its_own(tmp_path):
    region = Region([unit("RUN", area="RUN"), unit("HR", area="Stab")])
    for code in ("RUN", "HR"):
        region.book(code, 2025, range(1, 6)).plan(code, 2025)
    inputs = region.write(tmp_path / "utdrag")
    made = distribute(inputs, PERIOD, tmp_path / "böcker", LAYOUTS, lambda *_: None)
    assert {"RUN.xlsx", "HR.xlsx"} <= set(made.files)
    assert len([each for each in made.files if each.startswith("område")]) == 2
    assert [each.message for each in made.findings if each.severity is Severity.BLOCKS] == []
    assert of(checked(tmp_path), "R321") == of(checked(tmp_path), "R322") == []
