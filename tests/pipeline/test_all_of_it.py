"""What the board reads is all of it: every område, every workbook, and no figure that is not known."""

from pathlib import Path

import openpyxl
import pytest
from tests.pipeline.made_up import Region, unit
from tests.pipeline.road import Road, consolidated
from tests.pipeline.test_reporters import extract

from ramkoll.model.period import Period
from ramkoll.pipeline.distribute import distribute
from ramkoll.store.layouts import load_layouts

PERIOD = Period(2031, 5)
AREAS = {"10": "Norr", "20": "Norr", "30": "Syd", "40": "Trafik"}


@pytest.fixture(scope="module")
def road(tmp_path_factory) -> Road:
    """Four units in three områden of another board; one unit of Norr has written a cause."""
    work = tmp_path_factory.mktemp("allt")
    region = Region([unit(code, area=area, board="HN") for code, area in AREAS.items()])
    for code in AREAS:
        region.book(code, 2031, range(1, 6)).plan(code, 2031)
    folder = region.write(work / "utdrag")
    write_extracts(folder)
    made = distribute(folder, PERIOD, work / "böcker", load_layouts(), lambda *_: None)
    return consolidated(work / "böcker", work / "r.xlsx", work / "tabeller", PERIOD, made)


def write_extracts(folder: Path) -> None:
    cause: dict[str, object] = {
        "rapportör": "10",
        "slag": "kostnad",
        "kontogrupp": "K1",
        "orsak": "Vakanser",
    }
    cause |= {"belopp_kr": 450000, "till_nämnd": "J"}
    comparisons = ("budget", "prognos")
    extract(folder, "orsaker", [cause | {"jämförelse": each} for each in comparisons])
    counts = [("Resor", 20, 15), ("Uppdrag", 432, "")]
    extract(
        folder,
        "verksamhetstal",
        [{"enhet": "10", "mått": m, "antal": n, "föregående_antal": p} for m, n, p in counts],
    )
    reporter: dict[str, object] = {
        "kod": "REG",
        "namn": "Region",
        "formulär": "region",
        "enheter": "",
        "blad": "",
    }
    extract(folder, "rapportörer", [reporter])
    oversight: dict[str, object] = {
        "nämnd": "TN",
        "paragraf": "§ 4",
        "datum": "2031-01-10",
        "rapport": "Rapport",
    }
    extract(folder, "uppsikt", [oversight | {"uppdrag": "Redovisa", "förfaller": "2031-12-10"}])


@pytest.mark.parametrize(
    ("table", "whole", "digits"),
    [("mot_budget", "resultatrakning", 0), ("prognosorsak", "prognos", 1)],
)
def test_an_area_without_causes_is_part_of_the_whole(road, table, whole, digits):
    printed = [row for row in road.tables[table][1:] if row[0] in {*AREAS.values(), "HN"}]
    assert [row[0] for row in printed] == ["Norr", "Syd", "Trafik", "HN"]
    net = road.tables[whole][-1]
    assert printed[-1][1] == net[3]
    rounding = 2 * 10**-digits
    assert sum(float(row[1]) for row in printed[:-1]) == pytest.approx(float(net[3]), abs=rounding)


def test_a_comparison_that_nobody_has_explained_has_no_table(road):
    assert "mot_foregaende_ar" not in road.tables


def test_no_change_is_shown_from_a_figure_that_is_not_known(road):
    rows = {row[0]: row[1:] for row in road.tables["verksamhetstal"]}
    assert rows["Uppdrag"] == ["432", "", ""]
    assert rows["Resor"] == ["20", "15", "5"]


def test_a_paragraph_is_written_once(road):
    assert road.tables["uppsikt"][1][0] == "TN § 4"


def test_om_tells_the_version_and_status_of_every_submission(road):
    sheet = openpyxl.load_workbook(road.report)["Om"]
    told = {row[0]: row[2:5] for row in sheet.iter_rows(min_row=6, values_only=True) if row[0]}
    assert told["10.xlsx"] == ("10 Enhet 10", "1", "Utkast")
    assert told["område_Norr.xlsx"] == ("Norr", "1", "Utkast")
    assert told["region_REG.xlsx"] == ("REG Region", "1", "Utkast")
