"""The commands of a controller's workbook, through the bytes that a host sends."""

import shutil

import pytest
from tests.live.calls import region, run
from tests.pipeline.opened import BOOKS, book, edited, frame, layouts, view_of

from ramkoll.live.actions import ClearMarks, Mark, Select, WriteValues
from ramkoll.live.host import Cancelled
from ramkoll.model.errors import RamkollError
from ramkoll.pipeline.check import check_open
from ramkoll.pipeline.forecasts import forecast_lines

KONSULT = "Månad!K21"


def test_kontrollera_shows_what_the_command_line_finds():
    for name in ("616", "605", "personal_HR", "område_Vårdval", "region_REG"):
        answer = run("check", book(name))
        found = check_open(book(name), layouts(), frame()).findings
        rows = answer.result.view.findings
        assert {(row.rule, row.message, row.at.words) for row in rows} == {
            (each.rule, each.message, each.at.in_sheet if each.at.row else each.at.sheet)
            for each in found
        }
        assert len(rows) == len(found)
        assert answer.actions == []


def test_the_frame_workbook_is_known_by_what_it_holds_and_not_by_its_name(tmp_path):
    shutil.copy(BOOKS / "budgetram.xlsx", tmp_path / "Ramar 2024.xlsx")
    renamed = run("check", book("616"), of=region(submissions=tmp_path)).result.view
    assert renamed == run("check", book("616")).result.view
    without = run("check", book("616"), of=region(submissions=None)).result.view
    assert any("ingen ramarbetsbok" in line for line in without.not_run)
    assert not any("ingen ramarbetsbok" in line for line in renamed.not_run)


def test_findings_come_with_what_stops_first_and_then_most_kronor():
    broken = edited(book("616"), {KONSULT: "text i stället för tal"})
    found = {each.message: each for each in check_open(broken, layouts(), frame()).findings}
    rows = run("check", broken).result.view.findings
    order = [(row.severity != "stoppar", -(found[row.message].effect or 0)) for row in rows]
    assert order == sorted(order)
    assert order[0][0] is False


def test_kontrollera_marks_each_cell_once_after_taking_old_marks_away():
    answer = run("check", book("616"), mark=True)
    assert isinstance(answer.actions[0], ClearMarks)
    marks = answer.actions[1:]
    assert all(isinstance(each, Mark) for each in marks)
    places = [(each.sheet, cell.address) for each in marks for cell in each.cells]
    assert len(places) == len(set(places))
    rows = answer.result.view.findings
    assert set(places) == {(row.at.sheet, row.at.address) for row in rows if row.at.sheet}
    assert answer.result.view.marked


def test_ta_bort_markeringar_does_only_that():
    answer = run("clear_marks", book("616"))
    assert answer.actions == [ClearMarks()]


def test_a_finding_that_is_acknowledged_stays_away_until_the_amount_changes():
    here = region()
    first = run("check", book("616"), of=here).result.view.findings[0]
    answer = run("acknowledge", book("616"), of=here, finding=first.id, reason="Känt sedan maj.")
    assert first.id not in {row.id for row in answer.result.view.findings}
    (said,) = answer.result.view.acknowledged
    assert (said.finding.id, said.reason, said.who) == (first.id, "Känt sedan maj.", "Anna Ek")
    again = run("check", book("616"), of=here).result
    assert first.id not in {row.id for row in again.view.findings}
    assert "1 kvitterat" in again.message
    view = view_of("616")
    line = next(row for row in view.form.places.tables["months"].rows if row.line == "I02")
    assert line
    changed = edited(book("616"), {"Månad!K8": 9_999_999, "Månad!J8": -77_777})
    ids = {row.id for row in run("check", changed, of=here).result.view.findings}
    assert first.id not in ids  # it is another finding now, or none at the cell
    back = run("withdraw", book("616"), of=here, finding=first.id).result.view
    assert first.id in {row.id for row in back.findings}
    assert back.acknowledged == []


@pytest.mark.parametrize("reason", ["", "   ", "ok", "...", "1 2 3"])
def test_an_acknowledgement_needs_a_reason_in_words(reason):
    first = run("check", book("616")).result.view.findings[0]
    with pytest.raises(RamkollError, match="Skälet är för kort"):
        run("acknowledge", book("616"), finding=first.id, reason=reason)


def test_what_stops_cannot_be_acknowledged():
    broken = edited(book("605"), {KONSULT: "text i stället för tal"})
    stops = [row for row in run("check", broken).result.view.findings if row.severity == "stoppar"]
    assert stops
    assert not stops[0].can_acknowledge
    with pytest.raises(RamkollError, match="kan inte kvitteras"):
        run("acknowledge", broken, finding=stops[0].id, reason="Det får vara så här.")


def test_a_finding_that_is_gone_cannot_be_acknowledged():
    with pytest.raises(RamkollError, match="har ändrats sedan kontrollen"):
        run("acknowledge", book("605"), finding="0" * 16, reason="Känt sedan tidigare.")


def test_nasta_att_kommentera_goes_down_and_around_and_back():
    missing = [
        cell for cell in run("next_comment", book("616")).result.view.cells if not cell.written
    ]
    assert len(missing) >= 2
    at = ""
    for cell in [*missing, missing[0]]:
        answer = run("next_comment", book("616"), at)
        assert answer.actions == [Select(cell.at.sheet, cell.at.address)]
        at = f"{cell.at.sheet}!{cell.at.address}"
    back = run("next_comment", book("616"), at, backwards=True)
    assert back.actions == [Select(missing[-1].at.sheet, missing[-1].at.address)]


def test_nasta_att_kommentera_shows_the_figures_of_the_row():
    view = run("next_comment", book("616")).result.view
    cell = view.cells[view.current]
    labels = [figure.label for figure in cell.figures]
    assert any(label.startswith("Utfall") for label in labels)
    assert any(label.startswith("Avvikelse") for label in labels)
    assert all(figure.value for figure in cell.figures)


def test_when_every_comment_is_written_it_says_so_and_selects_nothing():
    cells = run("next_comment", book("616")).result.view.cells
    written: dict[str, object] = {
        cell.at.words: "Volymen har ökat." for cell in cells if not cell.written
    }
    answer = run("next_comment", edited(book("616"), written))
    assert answer.actions == []
    assert answer.result.message == "Alla 4 celler som behöver kommentar har en."
    assert answer.result.view.current == -1


def test_prognosforslag_shows_the_row_of_the_selected_cell():
    line = next(each for each in forecast_lines(view_of("616")) if each.line == "K07")
    view = run("forecast", book("616"), f"Prognos!A{line.at.row}").result.view
    assert view.rows[view.current].line == "K07"
    assert [row.method for row in view.rows[view.current].proposals] == list("ABCDEF")
    elsewhere = run("forecast", book("616"), "Utfall!A1").result.view
    assert elsewhere.rows[elsewhere.current].line == "sum.net"


def test_anvand_writes_one_number_where_forecasts_are_typed():
    line = next(
        each for each in forecast_lines(view_of("616")) if each.line == "K07" and not each.why_not
    )
    answer = run("use_forecast", book("616"), line="K07", method="C")
    number = float(line.proposal("C"))
    sheet, address = line.at.sheet, line.at.address
    assert answer.actions == [
        WriteValues(sheet, address, [[number]]),
        Select(sheet, address),
    ]
    shown = answer.result.view.rows[answer.result.view.current]
    assert shown.own == next(p.value for p in shown.proposals if p.method == "C")


def test_anvand_never_writes_on_a_sum_or_over_a_formula():
    with pytest.raises(RamkollError, match="summa av andra rader"):
        run("use_forecast", book("616"), line="sum.net", method="A")
    with pytest.raises(RamkollError, match="finns inte längre"):
        run("use_forecast", book("616"), line="K99", method="A")


def test_uppdatera_utfall_writes_only_what_differs():
    changed = edited(book("605"), {KONSULT: -1_000_000, "Utfall!I20": "Färre konsulter."})
    answer = run("refresh", changed)
    writes = [each for each in answer.actions if isinstance(each, WriteValues)]
    assert writes == [WriteValues("Månad", "K21", [[-2_039_058.0]])]
    marks = [each for each in answer.actions if isinstance(each, Mark)]
    marked = {f"{m.sheet}!{cell.address}" for m in marks for cell in m.cells}
    assert "Utfall!I20" in marked
    assert answer.result.view.changes[0].before == "−1\xa0000\xa0000\xa0kr"
    assert any("kontrollera texten" in row.note for row in answer.result.view.check_texts)


def test_uppdatera_utfall_twice_changes_nothing_the_second_time():
    here = region()
    assert run("refresh", book("605"), of=here).actions == []
    answer = run("refresh", book("605"), of=here)
    assert answer.actions == []
    assert answer.result.message.startswith("Allt är redan aktuellt")


def test_a_preview_changes_nothing():
    changed = edited(book("605"), {KONSULT: -1_000_000})
    answer = run("refresh", changed, preview=True)
    assert answer.actions == []
    assert len(answer.result.view.changes) == 1


def test_without_extracts_it_says_what_to_ask_for():
    with pytest.raises(RamkollError, match="Ingen mapp med utdrag"):
        run("refresh", book("605"), of=region(inputs=None))


def test_cancelling_writes_nothing():
    def stop(done, total, what):
        raise Cancelled

    with pytest.raises(Cancelled):
        run("refresh", book("605"), report=stop)


def test_jamfor_med_forra_finds_the_submitted_workbook_by_its_unit():
    renamed = edited(book("605"), {KONSULT: -1_000_000})
    answer = run("compare", renamed)
    places = [row.at.words for row in answer.result.view.changes]
    assert KONSULT in places
    assert "605.xlsx" in answer.result.view.heading
    same = run("compare", book("605")).result
    assert same.view.changes == []
    assert same.message.startswith("Inget skiljer sig")


def test_jamfor_med_forra_says_when_there_is_nothing_to_compare_with(tmp_path):
    with pytest.raises(RamkollError, match="ingen tidigare arbetsbok"):
        run("compare", book("605"), of=region(submissions=tmp_path))


@pytest.mark.parametrize("command", ["check", "next_comment", "forecast", "refresh", "compare"])
def test_a_workbook_that_is_none_of_ours_is_said_so(command):
    report = book("budgetram")
    empty = edited(report, {})
    from dataclasses import replace

    strange = replace(empty, sheets=tuple(s for s in empty.sheets if s.name == "Ram"))
    with pytest.raises(RamkollError) as told:
        run(command, strange)
    assert told.value.todo


@pytest.mark.parametrize(
    ("body", "where"),
    [
        (b"", ""),
        (b"{", ""),
        (b'{"workbook": {"name": 5, "sheets": []}, "arguments": {}}', "workbook.name"),
        (b'{"workbook": {"name": "a", "sheets": [], "x": 1}, "arguments": {}}', "workbook.x"),
    ],
)
def test_a_call_that_is_none_is_refused_without_its_values(body, where):
    from ramkoll.live.run import run_command

    with pytest.raises(RamkollError) as told:
        run_command("check", body, region(), lambda *_: None)
    assert where in told.value.where


def test_an_argument_of_another_kind_is_refused():
    with pytest.raises(RamkollError, match="mark"):
        run("check", book("605"), mark="ja")
    with pytest.raises(RamkollError, match="hemligt"):
        run("check", book("605"), hemligt=1)
    with pytest.raises(RamkollError, match="Kommandot «rensa» finns inte"):
        run("rensa", book("605"))
