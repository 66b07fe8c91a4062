"""Units that merge, split, move and end: every krona is in a workbook or in a finding.

The figures are recomputed from the extract with plain sums, and nothing of the engine's.
"""

from decimal import Decimal
from pathlib import Path

import pytest
from tests.pipeline.made_up import GROUPS, Region, Run, unit, whole_way

PERIOD, YEAR, UNTIL = "2025-05", 2025, 5
LINES = [code for code, *_ in GROUPS]


def shares(run: Run, region: Region, year: int, **of: dict[str, str]) -> None:
    """Assert what each unit of today has: ``unit=dict(old="0.4")`` says 40 % of old's figures."""
    was = region.totals(year, UNTIL)
    measure = "outcome_ytd" if year == YEAR else "prior_ytd"
    expected = {}
    for heir, parts in of.items():
        for line in LINES:
            terms = [Decimal(share) * was[old, line] for old, share in parts.items()]
            expected[heir, line] = sum(terms, Decimal(0))
    assert run.outcome(measure) == expected


def nothing_is_lost(run: Run, region: Region) -> None:
    """Assert that workbooks and findings together are the extract, up to the period."""
    in_books = sum(run.outcome().values(), Decimal(0)) + sum(
        run.outcome("prior_ytd").values(), Decimal(0)
    )
    for year in (YEAR, YEAR - 1):
        for month in range(UNTIL + 1, 13):
            assert not any(r[2:4] == (year, month) for r in region.outcome), "keep the sums simple"
    extract = sum((Decimal(row[4]) for row in region.outcome), Decimal(0))
    assert in_books + run.lost() == extract


def test_units_that_merge_are_summed(tmp_path: Path) -> None:
    region = Region(
        [
            unit("A", begins="2025-01-01", before="605;612"),
            unit("605", ends="2024-12-31"),
            unit("612", ends="2024-12-31"),
        ]
    )
    region.book("A", YEAR, range(1, 6)).book("605", YEAR - 1, range(1, 6))
    region.book("612", YEAR - 1, range(1, 6)).plan("A", YEAR)
    run = whole_way(region, tmp_path, PERIOD)
    assert run.blocking() == []
    shares(run, region, YEAR, A={"A": "1"})
    shares(run, region, YEAR - 1, A={"605": "1", "612": "1"})
    nothing_is_lost(run, region)


def split(first: str, second: str, ends: str = "2024-12-31") -> Region:
    """Unit O, of which A and B take over what these say."""
    region = Region(
        [
            unit("A", begins="2025-01-01", before=first),
            unit("B", begins="2025-01-01", before=second),
            unit("O", ends=ends),
        ]
    )
    region.book("A", YEAR, range(1, 6)).book("B", YEAR, range(1, 6))
    return region.book("O", YEAR - 1, range(1, 6))


def test_a_split_with_a_key_follows_the_key(tmp_path: Path) -> None:
    region = split("O=40%", "O=60 %")
    run = whole_way(region, tmp_path, PERIOD)
    shares(run, region, YEAR - 1, A={"O": "0.4"}, B={"O": "0.6"})
    nothing_is_lost(run, region)


@pytest.mark.parametrize(
    ("first", "second"), [("O", "O"), ("O=40%", "O"), ("O=40%", "O=40%"), ("O=70%", "O=60%")]
)
def test_a_split_without_a_whole_key_goes_to_nobody_and_is_said_once(
    tmp_path: Path, first: str, second: str
) -> None:
    region = split(first, second)
    run = whole_way(region, tmp_path, PERIOD)
    assert run.outcome("prior_ytd") == {}
    said = [each for each in run.made.findings if each.rule == "R090"]
    assert len(said) == 1
    assert "Enheten O har delats" in said[0].message
    nothing_is_lost(run, region)


def test_a_partial_transfer_with_a_key_leaves_the_rest(tmp_path: Path) -> None:
    region = Region([unit("A", begins="2025-01-01", before="O=25%"), unit("O")])
    region.book("A", YEAR, range(1, 6))
    region.book("O", YEAR, range(1, 6)).book("O", YEAR - 1, range(1, 6))
    run = whole_way(region, tmp_path, PERIOD)
    shares(run, region, YEAR, A={"A": "1"}, O={"O": "1"})
    shares(run, region, YEAR - 1, A={"O": "0.25"}, O={"O": "0.75"})
    nothing_is_lost(run, region)


def test_a_partial_transfer_leaves_the_rest_to_a_unit_that_also_changed_its_name(
    tmp_path: Path,
) -> None:
    region = Region(
        [
            unit("A", begins="2025-01-01", before="O=25%"),
            unit("O", "Gamla namnet", ends="2024-12-31"),
            unit("O", "Nya namnet", area="Annat", begins="2025-01-01"),
        ]
    )
    region.book("A", YEAR, range(1, 6))
    region.book("O", YEAR, range(1, 6)).book("O", YEAR - 1, range(1, 6))
    run = whole_way(region, tmp_path, PERIOD)
    shares(run, region, YEAR - 1, A={"O": "0.25"}, O={"O": "0.75"})
    nothing_is_lost(run, region)


def test_a_partial_transfer_without_a_key_is_never_guessed(tmp_path: Path) -> None:
    region = Region([unit("A", begins="2025-01-01", before="O"), unit("O")])
    region.book("O", YEAR, range(1, 6)).book("O", YEAR - 1, range(1, 6))
    run = whole_way(region, tmp_path, PERIOD)
    shares(run, region, YEAR, O={"O": "1"})
    assert run.outcome("prior_ytd") == {}
    nothing_is_lost(run, region)


def test_a_chain_over_two_years_with_a_split_at_its_end(tmp_path: Path) -> None:
    region = Region(
        [
            unit("X", ends="2024-02-29"),
            unit("Y", begins="2024-03-01", ends="2024-12-31", before="X"),
            unit("A", begins="2025-01-01", before="Y=30%"),
            unit("B", begins="2025-01-01", before="Y=70%"),
        ]
    )
    region.book("A", YEAR, range(1, 6)).book("B", YEAR, range(1, 6))
    region.book("X", YEAR - 1, (1, 2)).book("Y", YEAR - 1, (3, 4, 5))
    run = whole_way(region, tmp_path, PERIOD)
    shares(run, region, YEAR - 1, A={"X": "0.3", "Y": "0.3"}, B={"X": "0.7", "Y": "0.7"})
    nothing_is_lost(run, region)


def test_a_chain_that_ends_nowhere_is_said_where_it_ends(tmp_path: Path) -> None:
    region = Region(
        [
            unit("X", ends="2024-02-29"),
            unit("Y", begins="2024-03-01", ends="2024-12-31", before="X"),
            unit("Z"),
        ]
    )
    region.book("X", YEAR - 1, (1, 2)).book("Y", YEAR - 1, (3, 4, 5)).book("Z", YEAR, (1,))
    run = whole_way(region, tmp_path, PERIOD)
    said = [each.message for each in run.made.findings if each.rule == "R090"]
    assert len(said) == 1
    assert said[0].startswith("Enheten Y har upphört")
    assert "bokförda på X" in said[0]
    nothing_is_lost(run, region)


def test_a_code_that_moves_to_another_area_is_the_same_unit(tmp_path: Path) -> None:
    region = Region(
        [
            unit("604", area="Staben", ends="2024-12-31"),
            unit("604", area="Direktören", begins="2025-01-01", before="604"),
            unit("605", area="Staben"),
        ]
    )
    region.book("604", YEAR, range(1, 6)).book("604", YEAR - 1, range(1, 6))
    region.book("605", YEAR, range(1, 6)).plan("604", YEAR)
    run = whole_way(region, tmp_path, PERIOD)
    shares(run, region, YEAR - 1, **{"604": {"604": "1"}})
    assert run.checked.package is not None
    areas = {e.enhet: e.area for e in run.checked.package.underlag.entries if e.enhet}
    assert areas == {"604": "Direktören", "605": "Staben"}
    nothing_is_lost(run, region)


def test_what_changes_in_the_middle_of_a_year_is_followed_by_the_month(tmp_path: Path) -> None:
    region = Region(
        [
            unit("O", ends="2025-03-31"),
            unit("A", begins="2025-04-01", before="O=40%"),
            unit("B", begins="2025-04-01", before="O=60%"),
        ]
    )
    region.book("O", YEAR, (1, 2, 3)).book("O", YEAR - 1, range(1, 6))
    region.book("A", YEAR, (4, 5)).book("B", YEAR, (4, 5))
    run = whole_way(region, tmp_path, PERIOD)
    shares(run, region, YEAR, A={"O": "0.4", "A": "1"}, B={"O": "0.6", "B": "1"})
    shares(run, region, YEAR - 1, A={"O": "0.4"}, B={"O": "0.6"})
    nothing_is_lost(run, region)


def test_late_bookings_on_a_closed_unit_go_to_its_successor(tmp_path: Path) -> None:
    region = Region([unit("O", ends="2024-12-31"), unit("A", begins="2025-01-01", before="O")])
    region.book("A", YEAR, range(1, 6)).book("O", YEAR, (1, 2))
    run = whole_way(region, tmp_path, PERIOD)
    shares(run, region, YEAR, A={"A": "1", "O": "1"})


def test_a_predecessor_outside_the_register_is_a_warning(tmp_path: Path) -> None:
    region = Region([unit("MTA", begins="2025-01-01", before="HSN:MTA")])
    region.book("MTA", YEAR, range(1, 6)).book("HSN:MTA", YEAR - 1, range(1, 6))
    run = whole_way(region, tmp_path, PERIOD)
    assert {each.rule for each in run.made.findings} == {"R090", "R091"}
    shares(run, region, YEAR, MTA={"MTA": "1"})
    nothing_is_lost(run, region)


def test_unknown_units_and_account_groups_are_named_once_with_their_amount(tmp_path: Path) -> None:
    region = Region([unit("A"), unit("B")])
    region.book("A", YEAR, range(1, 6)).book("B", YEAR, range(1, 6)).book("999", YEAR, range(1, 6))
    for enhet in ("A", "B"):
        region.outcome += [(enhet, "K99", YEAR, month, -1000 * month, "") for month in range(1, 6)]
    run = whole_way(region, tmp_path, PERIOD)
    said = [each.message for each in run.made.findings if each.rule == "R090"]
    assert len(said) == 2
    assert any("Enheten 999" in each for each in said)
    assert any("2 enheter har belopp på kontogrupp «K99»" in each for each in said)
    nothing_is_lost(run, region)


ODD_GROUPS = (
    ("=1+1", "A & B \"citat\" 'apostrof' <x>", "intäkt", 1),
    ("0K1", "Köp, av; verksamhet", "kostnad", 1),
    ("*", "Allt*", "kostnad", 1),
    ("K01?", "~tilde", "kostnad", 2),
)


def test_codes_that_spreadsheets_mistake_for_each_other_are_five_units(tmp_path: Path) -> None:
    codes = ("605", "0605", "99**", "-29", "1-14")
    region = Region([unit(c, f'N & "{c}" o\'x <b>') for c in codes], ODD_GROUPS)
    for code in codes:
        region.book(code, YEAR, range(1, 6)).book(code, YEAR - 1, range(1, 6)).plan(code, YEAR)
    run = whole_way(region, tmp_path, PERIOD)
    assert run.blocking() == []
    assert run.outcome() == region.totals(YEAR, UNTIL)
    assert run.outcome("prior_ytd") == region.totals(YEAR - 1, UNTIL)


AREAS = (
    "Prognos",
    "Om",
    "underlag",
    "Ekonomisk analys",
    "History",
    "A" * 40 + "1",
    "A" * 40 + "2",
    "Vård/omsorg: [ö]?*\\",
    "VÅRD/omsorg: [ö]?*\\",
    "'apostrof'",
)


def test_areas_whose_names_no_sheet_can_have_get_a_sheet_each(tmp_path: Path) -> None:
    region = Region([unit(f"U{n}", area=area) for n, area in enumerate(AREAS)])
    for n in range(len(AREAS)):
        region.book(f"U{n}", YEAR, range(1, 6)).plan(f"U{n}", YEAR)
    run = whole_way(region, tmp_path, PERIOD)
    assert run.blocking() == []
    assert run.outcome() == region.totals(YEAR, UNTIL)
    assert run.checked.package is not None
    blocks = [each for each in run.checked.package.blocks if each.table.id == "omrade"]
    assert len(blocks) == len(AREAS)


def test_texts_longer_than_excel_takes_in_headers_are_cut_there_only(tmp_path: Path) -> None:
    region = Region([unit("1", "N" * 255), unit("2", "Å & Ö" * 80), unit("3", "två\nrader")])
    for code in "123":
        region.book(code, YEAR, range(1, 6))
    run = whole_way(region, tmp_path, PERIOD)
    assert run.outcome() == region.totals(YEAR, UNTIL)


@pytest.mark.parametrize("period", ["2025-01", "2025-12", "2023-05", "2024-02"])
def test_any_period_works_as_well(tmp_path: Path, period: str) -> None:
    year, month = (int(each) for each in period.split("-"))
    region = Region([unit("1"), unit("2", area="Annat")])
    for code in "12":
        region.book(code, year, range(1, 13)).book(code, year - 1, range(1, 13))
        region.book(code, year - 3, range(1, 13)).plan(code, year)
    run = whole_way(region, tmp_path, period)
    assert run.blocking() == []
    assert run.outcome() == region.totals(year, month)
    assert run.outcome("prior_ytd") == region.totals(year - 1, month)
    ahead = [each for each in run.made.findings if each.rule == "R093"]
    assert len(ahead) == (month < 12)


def test_one_unit_and_thirty_account_groups_in_an_order_with_ties(tmp_path: Path) -> None:
    groups = tuple(
        (f"G{n}", f"Grupp {n}", "intäkt" if n % 3 == 0 else "kostnad", n % 2) for n in range(30)
    )
    region = Region([unit("1")], groups).book("1", YEAR, range(1, 6)).plan("1", YEAR)
    run = whole_way(region, tmp_path, PERIOD)
    assert run.blocking() == []
    assert run.outcome() == region.totals(YEAR, UNTIL)


def test_sixty_units_work_as_well(tmp_path: Path) -> None:
    region = Region([unit(f"E{n}", area=f"Område {n % 7}") for n in range(60)])
    for n in range(60):
        region.book(f"E{n}", YEAR, range(1, 6))
    run = whole_way(region, tmp_path, PERIOD)
    assert run.blocking() == []
    assert run.outcome() == region.totals(YEAR, UNTIL)


@pytest.mark.parametrize(
    ("without", "sheets"),
    [("forecast", {"Prognos"}), ("outcome", set()), ("budget", set())],
)
def test_an_extract_without_rows_means_that_nobody_has_its_sheet(
    tmp_path: Path, without: str, sheets: set[str]
) -> None:
    region = Region([unit("1")]).book("1", YEAR, range(1, 6)).plan("1", YEAR)
    setattr(region, without, [])
    run = whole_way(region, tmp_path, PERIOD)
    assert run.checked.package is not None
    tables = {block.sheet for block in run.checked.package.blocks}
    assert not sheets & tables
    for view in run.checked.forms:
        assert not sheets & {place.sheet for place in view.form.places.tables.values()}


def test_without_a_frame_the_rules_about_it_are_said_not_to_be_run(tmp_path: Path) -> None:
    region = Region([unit("1")]).book("1", YEAR, range(1, 6)).plan("1", YEAR)
    region.decisions = []
    run = whole_way(region, tmp_path, PERIOD)
    assert "R201" in {each.rule for each in run.checked.not_run}
    assert run.blocking() == []
