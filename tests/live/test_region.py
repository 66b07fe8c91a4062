"""Mina avdelningar, Stäm av and Visa källa."""

import json
import shutil
from dataclasses import asdict
from typing import Any

import pytest
from tests.live.calls import NOW, region, run
from tests.pipeline.opened import BOOKS, ROOT, book, edited

from ramkoll.excel.scan import scan
from ramkoll.live.results import TraceNode
from ramkoll.model.errors import RamkollError
from ramkoll.model.findings import Acknowledgement
from ramkoll.model.period import Period
from ramkoll.pipeline.trace import trace
from ramkoll.pipeline.trace_text import conclusion

PERIOD = Period(2024, 8)


@pytest.fixture(scope="session")
def report(consolidated):
    return scan(consolidated)


def as_text(view: Any) -> str:
    return json.dumps(asdict(view), ensure_ascii=False, indent=1) + "\n"


# Mina avdelningar -------------------------------------------------------------------------------


def test_mina_avdelningar_has_every_unit_and_rapportor(golden):
    answer = run("units", book("605"))
    golden("live/units.json", as_text(answer.result.view))
    assert answer.actions == []
    assert answer.result.message == "22 av 22 har lämnat in för januari–augusti 2024."
    assert all(row.code and row.file and row.version for row in answer.result.view.units)


def test_the_missing_the_broken_and_the_files_of_nobody_are_there_too(tmp_path):
    for name in ("605", "617", "budgetram"):
        shutil.copy2(BOOKS / f"{name}.xlsx", tmp_path)
    (tmp_path / "trasig.xlsx").write_bytes(b"ingen arbetsbok")
    answer = run("units", book("605"), of=region(tmp_path))
    rows = {row.code or row.name: row for row in answer.result.view.units}
    assert rows["605"].state == "upplysning"
    assert rows["617"].state == "varning"
    assert rows["617"].worst.startswith("Varning R466")
    assert rows["617"].worst.endswith("10\u00a0929\u00a0tkr")
    missing = rows["607"]
    assert (missing.state, missing.file, missing.version) == ("saknas", "", "")
    assert missing.state_words == "Inte inlämnad"
    assert [row.rule for row in missing.findings] == ["R321"]
    broken = rows["trasig.xlsx"]
    assert (broken.code, broken.state) == ("", "stoppar")
    assert answer.result.message.startswith("2 av 22 har lämnat in")


def test_acknowledged_findings_are_not_open_but_counted():
    here = region()
    rows = {row.code: row for row in run("units", book("605"), of=here).result.view.units}
    (only,) = rows["605"].findings
    here.acknowledgements.add(
        Acknowledgement(
            only.id,
            only.rule,
            "605",
            PERIOD,
            only.at.words,
            only.message,
            "Status sätts på fredag",
            "Anna Ek",
            NOW,
        )
    )
    after = {row.code: row for row in run("units", book("605"), of=here).result.view.units}
    assert after["605"].state == "klar"
    assert after["605"].counts == "Inga fynd. 1 kvitterat."
    assert after["605"].findings == []
    assert after["607"] == rows["607"]


def test_a_folder_without_frame_workbook_says_what_to_do(tmp_path):
    shutil.copy2(BOOKS / "605.xlsx", tmp_path)
    with pytest.raises(RamkollError, match="ingen ramarbetsbok") as error:
        run("units", book("605"), of=region(tmp_path))
    assert "budgetram.xlsx" in error.value.todo
    assert str(tmp_path.parent) not in str(error.value)
    with pytest.raises(RamkollError, match="finns inte"):
        run("units", book("605"), of=region(tmp_path / "borta"))


# Stäm av ----------------------------------------------------------------------------------------


def test_stam_av_reads_the_sheet_as_it_stands(report, golden):
    answer = run("reconcile", report)
    golden("live/reconcile.json", as_text(answer.result.view))
    assert answer.result.message == "Alla 16 stämmer."
    assert answer.actions == []


def test_what_does_not_tie_comes_first_with_both_figures_and_the_difference(report):
    changed = edited(report, {"Avstämning!B8": -541_000})
    view = run("reconcile", changed).result
    first, typed = view.view.ties[:2]
    assert not first.agrees
    assert first.label.startswith("Budget helår = budgetram")
    assert first.one == "−541\u00a0000,000\u00a0tkr"
    assert first.other.startswith("−541\u00a0120")
    assert first.difference.startswith("120,")
    assert first.at.words == "Avstämning!D8"
    assert "Visa källa" in first.note
    assert "ett inskrivet tal har ersatt formeln" in typed.label
    assert typed.at.address == "B8"
    assert view.message == (
        "1 av 16 stämmer inte. 1 ställe har ändrats för hand sedan arbetsboken sammanställdes."
    )


def test_changed_rows_of_underlag_are_told_of(report):
    view = run("reconcile", edited(report, {"Underlag!H6": 1})).result.view
    assert "Underlag: raderna är inte de som skrevs dit." in view.ties[0].label


def test_stam_av_asks_for_a_consolidated_workbook():
    with pytest.raises(RamkollError, match="inte en sammanställd arbetsbok"):
        run("reconcile", book("605"))


# Visa källa -------------------------------------------------------------------------------------


def leaves(node: TraceNode) -> list[TraceNode]:
    return [leaf for each in node.children for leaf in leaves(each)] if node.children else [node]


def test_visa_kalla_goes_from_a_printed_figure_to_file_sheet_and_cell(report, golden):
    answer = run("trace", report, "Avdelningar!B5")
    golden("live/trace.json", as_text(answer.result.view))
    view = answer.result.view
    assert view.conclusion == conclusion(trace(report, "Avdelningar!B5"))
    assert answer.result.message.startswith("Avdelningar!B5, 605 ")
    assert answer.result.message.endswith(f": {view.top.value}")
    assert view.agrees
    assert view.top.value == "−91\u00a0777\u00a0tkr"
    assert "605.xlsx Månad!D21:K21" in {leaf.at.words for leaf in leaves(view.top)}
    assert [file.label for file in view.files] == ["605.xlsx"]


def test_a_changed_figure_is_said_not_to_agree(report):
    changed = edited(report, {"Underlag!H6": 1})
    view = run("trace", changed, "Avdelningar!B5").result.view
    assert not view.agrees
    assert "Raderna i Underlag är inte de som skrevs dit" in view.conclusion


def test_in_a_form_it_goes_to_the_cells_that_are_filled_in():
    answer = run("trace", book("605"), "Utfall!C24")
    top = answer.result.view.top
    assert top.value == "−91\u00a0777\u00a0tkr"
    assert top.formula == '=IF(COUNT(C10,C23)=0,"",N(C10)+N(C23))'
    assert [child.at.words for child in top.children] == ["Utfall!C10", "Utfall!C23"]
    ends = leaves(top)
    assert {leaf.at.sheet for leaf in ends} == {"Månad"}
    assert answer.result.message == (
        "Utfall!C24 är −91\u00a0777\u00a0tkr och räknas på 88 ifyllda celler."
    )
    filled = run("trace", book("605"), "Månad!K21").result
    assert filled.view.top.children == []
    assert "ifylld" in filled.message


def test_in_a_form_a_cell_that_shows_another_value_is_said_so():
    changed = edited(book("605"), {"Utfall!C20": -1})
    answer = run("trace", changed, "Utfall!C20")
    assert not answer.result.view.agrees
    assert "visar något annat" in answer.result.message


@pytest.mark.parametrize(
    ("name", "at", "said"),
    [
        ("605", "Utfall!A3", "är ingen av formulärets siffror"),
        ("605", "Utfall!I24", "text, ingen siffra"),
        ("budgetram", "Ram!A1", "."),
    ],
)
def test_other_places_say_what_to_do(name, at, said):
    with pytest.raises(RamkollError, match=said) as error:
        run("trace", book(name), at)
    assert error.value.todo


def test_a_heading_of_the_report_is_no_figure(report):
    with pytest.raises(RamkollError, match="ingen siffra"):
        run("trace", report, "Prognos!A1")


def test_the_empty_template_says_that_it_is_to_be_consolidated_first():
    with pytest.raises(RamkollError) as error:
        run("trace", scan(ROOT / "templates" / "regionstyrelse-1.xlsx"), "Prognos!A1")
    assert error.value.todo
