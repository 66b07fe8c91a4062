"""What the ribbon's commands ask of the pipeline, on a workbook that is being written in."""

from decimal import Decimal

import pytest
from tests.pipeline.opened import BOOKS, book, edited, extracts, frame, layouts, view_of

from ramkoll.model.cells import a1
from ramkoll.model.errors import RamkollError
from ramkoll.pipeline.check import check, check_open
from ramkoll.pipeline.compare import differences
from ramkoll.pipeline.forecasts import forecast_lines, with_forecast
from ramkoll.pipeline.refresh import refresh
from ramkoll.rules.wanted_comments import wanted_comments

KONSULT = "Månad!K21"  # 605, K10 Konsultkostnader, utfall augusti: −2 039 058 kr


@pytest.mark.parametrize("name", ["605", "616", "RST", "personal_HR", "område_Vårdval"])
def test_an_open_workbook_gives_the_findings_of_its_file(name):
    path = BOOKS / f"{name}.xlsx"
    of_file = check([path], layouts(), lambda *_: None, frame_path=BOOKS / "budgetram.xlsx")
    opened = check_open(book(name), layouts(), frame())
    assert opened.findings == tuple(f for f in of_file.findings if f.at.file == path.name)
    assert opened.not_run == of_file.not_run


def test_wanted_comments_are_those_missing_and_those_written():
    findings = check_open(book("616"), layouts(), frame()).findings
    missing = {each.at for each in findings if each.rule in ("R121", "R122", "R123")}
    wanted = list(wanted_comments(view_of("616")))
    assert {each.at for each in wanted if not each.written} == missing
    assert any(each.written and each.text for each in wanted)
    assert [each.at for each in wanted] == sorted(each.at for each in wanted)


def test_a_comment_that_is_written_is_still_wanted_but_not_missing():
    before = next(each for each in wanted_comments(view_of("616")) if not each.written)
    after = view_of("616", {f"{before.at.in_sheet}": "Volymen har ökat."})
    found = next(each for each in wanted_comments(after) if each.at == before.at)
    assert found.written
    assert found.text == "Volymen har ökat."
    dash = view_of("616", {before.at.in_sheet: "–"})
    assert not next(each for each in wanted_comments(dash) if each.at == before.at).written


def test_nothing_changes_when_the_extracts_are_those_of_the_workbook():
    new = refresh(view_of("605"), extracts(), layouts())
    assert (new.changes, new.stale, new.homeless) == ((), (), ())


def test_new_outcome_changes_its_cell_and_marks_the_comments_of_the_row():
    texts = {"Utfall!I20": "Färre konsulter än planerat.", "Prognos!F20": -27_000}
    view = view_of("605", texts | {KONSULT: -1_000_000})
    new = refresh(view, extracts(), layouts())
    (change,) = new.changes
    assert change.at.in_sheet == KONSULT
    assert (change.before, change.after) == (Decimal(-1_000_000), Decimal(-2_039_058))
    assert change.in_cell == Decimal(-2_039_058)
    assert change.kronor == Decimal(1_039_058)
    places = {each.at.in_sheet for each in new.stale}
    assert "Utfall!I20" in places
    assert "Utfall!I24" in places  # the comment on Netto, whose sum changes
    assert "Utfall!I11" not in places  # staff costs are as they were


def test_a_small_change_that_no_cell_shows_leaves_the_comments_alone():
    view = view_of("605", {"Utfall!I20": "Färre konsulter.", KONSULT: -2_039_058 + 3})
    new = refresh(view, extracts(), layouts())
    assert [each.at.in_sheet for each in new.changes] == [KONSULT]
    assert "Utfall!I20" not in {each.at.in_sheet for each in new.stale}


def test_a_figure_that_the_extracts_no_longer_have_is_emptied():
    september = "Månad!L21"
    (change,) = refresh(view_of("605", {september: 5}), extracts(), layouts()).changes
    assert (change.at.in_sheet, change.before, change.after) == (september, Decimal(5), None)


def test_figures_without_a_row_are_said_and_not_written():
    view = view_of("605", {"Månad!B21": None, "Månad!C21": None, "Månad!A21": None})
    new = refresh(view, extracts(), layouts())
    assert ("Månad", "Konsultkostnader") in new.homeless
    assert not new.changes


def test_extracts_of_another_period_are_refused():
    view = view_of("605", {"Start!B12": 7})
    with pytest.raises(RamkollError, match=r"gäller juli 2024|2024-07"):
        refresh(view, extracts(), layouts())


def test_a_proposal_is_rounded_as_its_cell_shows_it_and_the_sums_follow():
    view = view_of("605")
    line = next(each for each in forecast_lines(view) if each.line == "K10")
    if line.why_not:
        pytest.fail(line.why_not)
    straight = next(each for each in line.proposals if each.method == "B")
    assert straight.value == Decimal(-18_986_641) * 12 / 8
    assert line.proposal("B") == Decimal(-28_480)
    after = with_forecast(view, line, Decimal(-28_480))
    own = next(each for each in forecast_lines(after) if each.line == "K10").own
    assert own is not None
    assert own.number == Decimal(-28_480_000)
    net = next(each for each in forecast_lines(after) if each.line == "sum.net").own
    before = next(each for each in forecast_lines(view) if each.line == "sum.net").own
    assert net is not None
    assert before is not None
    assert line.own is not None
    assert net.number - before.number == own.number - line.own.number


def test_a_sum_row_takes_no_proposal_and_says_why():
    line = next(each for each in forecast_lines(view_of("605")) if each.line == "sum.net")
    with pytest.raises(RamkollError, match="summa av andra rader"):
        line.proposal("B")


def test_a_row_with_forecast_by_month_takes_no_proposal():
    view = view_of("605")
    place = view.form.places.tables["forecasts"]
    column = min(at for (column, month), at in place.columns.items() if month)
    row = next(row for key, row in place.rows.items() if key.line == "K10")
    line = next(
        each
        for each in forecast_lines(view_of("605", {f"Prognos!{a1(row, column)}": -100}))
        if each.line == "K10"
    )
    with pytest.raises(RamkollError, match="prognos per månad"):
        line.proposal("B")


def test_a_method_without_a_figure_says_why():
    line = next(each for each in forecast_lines(view_of("605")) if not each.why_not)
    with pytest.raises(RamkollError, match="metoden finns inte"):
        line.proposal("X")


def test_workbooks_that_are_alike_do_not_differ():
    assert list(differences(view_of("605"), view_of("605"))) == []


def test_differences_come_with_most_kronor_first_and_the_net_that_follows():
    view = view_of("605", {KONSULT: -1_000_000, "Utfall!I20": "Ny text"})
    found = list(differences(view, view_of("605")))
    places = [each.at.in_sheet for each in found]
    assert KONSULT in places
    assert "Utfall!C24" in places
    assert "Utfall!C20" not in places  # follows from Månad
    assert [each.kronor for each in found] == sorted((e.kronor for e in found), reverse=True)
    typed = next(each for each in found if each.at.in_sheet == KONSULT)
    assert (typed.before, typed.after) == (Decimal(-2_039_058), Decimal(-1_000_000))
    assert not typed.computed
    text = next(each for each in found if each.at.in_sheet == "Utfall!I20")
    assert text.after == "Ny text"
    assert text.change is None


def test_an_edit_is_seen_by_the_check():
    findings = check_open(edited(book("605"), {KONSULT: "2 039 058-"}), layouts(), frame()).findings
    assert any(each.at.in_sheet == KONSULT for each in findings)
