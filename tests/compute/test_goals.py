"""The status of indicators by the rule, of goal areas, and how many have which."""

import csv
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ramkoll.compute.goals import (
    HIGHER,
    LOWER,
    Status,
    Tally,
    final_status,
    indicator_status,
    status_in,
    tally,
    weighed,
)
from ramkoll.model.cells import CellRef
from ramkoll.model.facts import Fact, Key, Read, Record
from ramkoll.model.units import Unit

DATA = Path(__file__).parents[1] / "data" / "2024-08"
LIMIT = Decimal("0.9")
MET, PARTLY, NOT_MET, NOT_MEASURED = Status


def number(text: str) -> Decimal | None:
    return Decimal(text) if text else None


@pytest.mark.parametrize(
    ("outcome", "target", "better", "status"),
    [
        ("80", "80", HIGHER, MET),
        ("80", "80", LOWER, MET),
        ("83", "80", HIGHER, MET),
        ("83", "80", LOWER, PARTLY),
        ("72", "80", HIGHER, PARTLY),  # exactly nine tenths of it
        ("71.9", "80", HIGHER, NOT_MET),
        ("88", "80", LOWER, PARTLY),
        ("88.1", "80", LOWER, NOT_MET),
        ("-17", "-15.8", HIGHER, PARTLY),
        ("-18", "-15.8", HIGHER, NOT_MET),
        ("-50", "-48", LOWER, MET),
        ("0", "5", LOWER, MET),
        ("", "80", HIGHER, NOT_MEASURED),
        ("", "", "", NOT_MEASURED),
        ("4", "", HIGHER, None),
        ("4", "0", LOWER, None),
        ("4", "5", "", None),
    ],
)
def test_an_indicator_is_judged_by_its_distance_from_the_target_in_the_bad_direction(
    outcome: str, target: str, better: str, status: Status | None
) -> None:
    assert indicator_status(number(outcome), number(target), better, LIMIT) is status


def test_the_rule_gives_all_statuses_of_the_printed_report_but_one_that_is_manual() -> None:
    with (DATA / "published" / "harledd_status.csv").open(encoding="utf-8") as file:
        indicators = [row for row in csv.DictReader(file) if row["Typ"] == "nyckeltal"]
    printed = {row["Namn"]: int(row["Härledd kod"]) for row in indicators}
    with (DATA / "inputs" / "nyckeltal.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    differing = []
    for row in rows:
        figures = number(row["utfall"]), number(row["mål"])
        status = indicator_status(*figures, row["riktning_bättre"], LIMIT)
        if status is not Status(printed[row["nyckeltal"]]):
            differing.append((row["id"], row["manuell_status"]))
    assert len(rows) == 23
    assert differing == [("N17", "0")]


def indicator(**columns: str) -> Record:
    ref = CellRef("605.xlsx", "Nyckeltal", 6, 1)

    def fact(column: str, text: str) -> Fact:
        value = Decimal(text) if column.startswith("indicator") else text
        return Fact(Key("indicators", "605", "000001", column), value, Unit.NONE, Read(ref))

    return Record("000001", {name: fact(name, text) for name, text in columns.items()})


def test_a_manual_status_counts_before_the_rule() -> None:
    figures = {"indicator_outcome": "4.6", "indicator_target": "5", "better": "högre"}
    assert final_status(indicator(**figures), LIMIT) is PARTLY
    assert final_status(indicator(**figures, status_manual="Helt uppfyllt"), LIMIT) is MET
    assert final_status(indicator(**figures, status_manual="ganska bra"), LIMIT) is PARTLY


def test_a_status_is_known_by_its_words_whatever_the_capitals() -> None:
    assert [status_in(each.words.upper()) for each in Status] == list(Status)
    assert status_in(" delvis  uppfyllt ") is PARTLY
    assert status_in("uppfyllt") is None
    assert [each.symbol for each in Status] == ["●", "◆", "■", "—"]


@pytest.mark.parametrize(
    ("statuses", "status"),
    [
        ([], NOT_MEASURED),
        ([NOT_MEASURED, NOT_MEASURED], NOT_MEASURED),
        ([MET, MET, NOT_MEASURED], MET),
        ([NOT_MET, NOT_MEASURED], NOT_MET),
        ([MET, NOT_MET], PARTLY),
        ([PARTLY], PARTLY),
        ([MET, PARTLY], PARTLY),
    ],
)
def test_a_goal_area_is_weighed_from_what_is_measured(
    statuses: list[Status], status: Status
) -> None:
    assert weighed(statuses) is status


@given(st.lists(st.sampled_from(Status)))
def test_every_status_is_counted_once_and_shares_make_a_whole(statuses: list[Status]) -> None:
    counts = tally(statuses)
    assert counts.total == len(statuses)
    shares = [counts.share(each) for each in Status]
    if statuses:
        assert sum(share * counts.total for share in shares if share is not None) == counts.total
    else:
        assert shares == [None] * 4


def test_counts_are_by_the_code_of_the_status() -> None:
    counts = tally([MET, PARTLY, PARTLY, NOT_MEASURED])
    assert counts == Tally((1, 2, 0, 1))
    assert counts.share(PARTLY) == Decimal("0.5")
    assert counts.count(NOT_MET) == 0


@given(
    st.decimals(-1000, 1000, places=1),
    st.decimals(-1000, 1000, places=1).filter(bool),
    st.decimals(0, 100, places=1),
)
def test_a_better_outcome_never_has_a_worse_status(
    outcome: Decimal, target: Decimal, better: Decimal
) -> None:
    before = indicator_status(outcome, target, HIGHER, LIMIT)
    after = indicator_status(outcome + better, target, HIGHER, LIMIT)
    assert before is not None
    assert after is not None
    assert after <= before
    # The other direction is the mirror of it.
    assert indicator_status(-outcome, -target, LOWER, LIMIT) is before
