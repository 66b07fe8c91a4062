"""Protection in regions made up to be hard: who is hidden, and why, from extracts to the report."""

import csv
from collections.abc import Iterable
from pathlib import Path

import openpyxl
import pytest
from tests.pipeline.made_up import Region, unit
from tests.pipeline.road import Road, consolidated
from tests.pipeline.test_reporters import extract

from ramkoll.model.period import Period
from ramkoll.pipeline.distribute import distribute
from ramkoll.store.layouts import load_layouts

LAYOUTS = load_layouts()
PERIOD = Period(2025, 2)
Group = tuple[str, str, str, int]  # enhet, sex, age, persons


def region(areas: dict[str, str]) -> Region:
    """A region of these units by area, with figures."""
    made = Region([unit(code, area=area) for code, area in areas.items()])
    for code in areas:
        made.book(code, 2025, (1, 2)).plan(code, 2025)
    return made


def inputs(
    areas: dict[str, str],
    groups: Iterable[Group],
    work: Path,
    days: Iterable[str] = ("1-14", "60-"),
) -> Path:
    """Its extracts, with so many persons in each group in January and February."""
    folder = region(areas).write(work / "utdrag")
    staff: list[dict[str, object]] = []
    sick: list[dict[str, object]] = []
    for n, (code, sex, age, persons) in enumerate(groups, 1):
        for month in (1, 2):
            who = {"enhet": code, "år": 2025, "månad": month, "kön": sex, "åldersgrupp": age}
            hours = {"ordinarie_timmar": 150 * persons, "arbetade_timmar": 140 * persons}
            count = {"antal_månadsavlönade": persons, "antal_personer": persons}
            staff.append(who | count | hours | {"personalgrupp": "alla"})
            for m, day in enumerate(days, 1):
                sick.append(who | {"intervall": day, "sjuktimmar": 10 * persons + n + m / 10})
    extract(folder, "personal", staff)
    extract(folder, "sjukfrånvaro", sick)
    return folder


def run(folder: Path, work: Path, *, without_hr: bool = False) -> Road:
    made = distribute(folder, PERIOD, work / "böcker", LAYOUTS, lambda *_: None)
    if without_hr:
        (work / "böcker" / "personal_HR.xlsx").unlink()
    return consolidated(work / "böcker", work / "r.xlsx", work / "tabeller", PERIOD, made)


def now(road: Road, table: str) -> dict[str, str]:
    """This year's column by the first word of the row."""
    return {row[0].split()[0]: row[1] for row in road.tables[table][1:]}


def both_sexes(code: str, women: int, men: int, age: str = "30-49") -> list[Group]:
    return [(code, "K", age, women), (code, "M", age, men)]


def test_a_unit_of_ten_is_hidden_and_one_of_eleven_is_not(tmp_path):
    groups = [*both_sexes("1", 5, 5), *both_sexes("2", 6, 5), *both_sexes("3", 30, 30)]
    groups += both_sexes("4", 40, 40)
    areas = {"1": "Vård", "2": "Vård", "3": "Vård", "4": "Stab"}
    shown = now(run(inputs(areas, groups, tmp_path), tmp_path), "sjuk_avdelning")
    assert shown["1"] == shown["2"] == "–"  # 2 is the next smallest: else 1 is a difference
    assert "–" not in (shown["3"], shown["4"], shown["Vård"], shown["Totalt"])
    alone = [*both_sexes("2", 6, 5), *both_sexes("3", 30, 30), *both_sexes("4", 40, 40)]
    work = tmp_path / "utan"
    shown = now(
        run(inputs({"2": "Vård", "3": "Vård", "4": "Stab"}, alone, work), work), "sjuk_avdelning"
    )
    assert "–" not in shown.values()


def test_an_area_of_one_large_unit_and_one_small_shows_neither(tmp_path):
    groups = [*both_sexes("1", 30, 30), *both_sexes("2", 4, 4), *both_sexes("3", 40, 40)]
    road = run(inputs({"1": "Vård", "2": "Vård", "3": "Stab"}, groups, tmp_path), tmp_path)
    shown = now(road, "sjuk_avdelning")
    assert shown["2"] == "–"
    # Either the large unit or its area: both would be the small one by subtraction.
    assert "–" in (shown["1"], shown["Vård"])
    values = {
        row[4]
        for row in openpyxl.load_workbook(road.report)["Underlag"].iter_rows(
            min_row=6, values_only=True
        )
    }
    assert "enhet:2" not in values


def test_women_and_men_are_shown_both_or_neither(tmp_path):
    groups = [("1", "K", "30-49", 40), ("2", "K", "50-", 30), ("2", "M", "50-", 9)]
    shown = now(run(inputs({"1": "Vård", "2": "Stab"}, groups, tmp_path), tmp_path), "sjukfranvaro")
    assert (shown["Kvinnor"], shown["Män"]) == ("–", "–")
    assert shown["Total"] != "–"


def test_a_unit_of_women_only_gives_no_figure_for_its_men(tmp_path):
    groups = [("1", "K", "30-49", 40), *both_sexes("2", 30, 20, "50-")]
    road = run(inputs({"1": "Vård", "2": "Stab"}, groups, tmp_path), tmp_path)
    assert "–" not in now(road, "sjuk_avdelning").values()
    assert "–" not in (now(road, "sjukfranvaro")["Kvinnor"], now(road, "sjukfranvaro")["Män"])


def test_without_hrs_workbook_there_are_no_staff_tables_and_it_is_told(tmp_path):
    groups = [*both_sexes("1", 30, 30), *both_sexes("2", 40, 40)]
    folder = inputs({"1": "Vård", "2": "Stab"}, groups, tmp_path)
    road = run(folder, tmp_path, without_hr=True)
    told = [each for each in road.checked.findings if each.rule == "R322"]
    assert [each.message.partition(" har ")[0] for each in told] == ["HR Personalstatistik"]
    assert not {"sjukfranvaro", "sjuk_avdelning"} & road.tables.keys()
    assert "sjuk_intervall" not in road.tables
    book = openpyxl.load_workbook(road.report)
    words = {str(c.value) for s in book.worksheets for row in s.iter_rows() for c in row if c.value}
    assert any("HR Personalstatistik har ingen arbetsbok" in each for each in words)


@pytest.mark.parametrize(
    ("ages", "unsaid"),
    [
        (("-34", "35-54", "55-"), "ligger i flera av lagens grupper"),
        (("ung", "äldre", "30-49"), "går inte att tolka"),
    ],
)
def test_ages_that_are_not_the_laws_give_no_figure_and_say_why(tmp_path, ages, unsaid):
    groups = [g for age in ages for g in both_sexes("1", 20, 20, age)] + both_sexes("2", 40, 40)
    road = run(inputs({"1": "Vård", "2": "Stab"}, groups, tmp_path), tmp_path)
    rows = {row[0]: row for row in road.tables["sjukfranvaro"]}
    assert unsaid in rows["29 år och yngre"][3]
    assert rows["29 år och yngre"][1] == ""
    assert rows["Kvinnor"][1] not in ("", "–")


def test_an_interval_across_sixty_days_gives_no_share_of_long_spells_and_says_why(tmp_path):
    groups = [*both_sexes("1", 30, 30), *both_sexes("2", 40, 40)]
    folder = inputs({"1": "Vård", "2": "Stab"}, groups, tmp_path, days=("1-28", "29-90", "91-"))
    road = run(folder, tmp_path)
    row = next(r for r in road.tables["sjukfranvaro"] if r[0].startswith("Därav sjukfall"))
    assert row[1] == ""
    assert "går över dag 60" in row[3]
    # The units' own form has the law's intervals only: what it has no row for is told.
    assert any("«29-90»" in each.message for each in road.made.findings)
    shares = [float(row[1]) for row in road.tables["sjuk_intervall"][1:-1]]
    assert len(shares) == 3
    assert abs(sum(shares) - 100) < 0.2


def test_a_small_unit_that_moves_is_not_the_difference_of_two_reports(tmp_path):
    """Unit 2 (eight persons) leaves Vård for Stab; last year's figures are printed again."""
    areas = {"1": "Vård", "4": "Vård", "2": "Stab", "3": "Stab", "5": "Stab"}
    groups = [each for code in "1345" for each in both_sexes(code, 30, 30)] + both_sexes("2", 4, 4)
    folder = inputs(areas, groups, tmp_path)
    for name in ("personal", "sjukfrånvaro"):
        path = folder / f"{name}.csv"
        with path.open(encoding="utf-8", newline="") as file:
            first, *body = list(csv.reader(file))
        year = first.index("år")
        before = [[*row[:year], "2024", *row[year + 1 :]] for row in body]
        with path.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows([first, *body, *before])
    enheter = folder / "enheter.csv"
    moved = [
        "2,Enhet 2,Vård,RS,2015-01-01,2024-12-31,,",
        "2,Enhet 2,Stab,RS,2025-01-01,,2,",
    ]
    kept = [line for line in enheter.read_text("utf-8").splitlines() if not line.startswith("2,")]
    enheter.write_text("\n".join([*kept, *moved]) + "\n", "utf-8")
    shown_now = {}
    for period, work in ((Period(2024, 2), tmp_path / "då"), (PERIOD, tmp_path / "nu")):
        made = distribute(folder, period, work / "böcker", LAYOUTS, lambda *_: None)
        road = consolidated(work / "böcker", work / "r.xlsx", work / "tabeller", period, made)
        column = {Period(2024, 2): 1, PERIOD: 2}[period]
        shown_now[period.year] = {
            row[0].split()[0] for row in road.tables["sjuk_avdelning"][1:] if row[column] != "–"
        }
    then, again = shown_now[2024], shown_now[2025]
    assert "2" not in then | again
    # The same hours of 2024: in an area with unit 2 and in the same one without it.
    assert not ("Vård" in then and ("Vård" in again or {"1", "4"} <= then | again))
    assert not ("Stab" in again and ("Stab" in then or {"3", "5"} <= then | again))
