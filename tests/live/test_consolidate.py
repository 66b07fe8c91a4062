"""Sammanställ: the open workbook becomes what the command line writes, and nothing else does."""

import json
import shutil
from dataclasses import replace
from pathlib import Path
from zipfile import ZipFile

import pytest
from tests.live.applied import applied, contents, sent
from tests.live.calls import NOW, region, run
from tests.pipeline.opened import BOOKS, ROOT, edited, layouts

from ramkoll.excel.scan import scan
from ramkoll.live.actions import (
    ClearLinks,
    Look,
    ResizeTable,
    RowHeight,
    SetChart,
    SetSeries,
    Unmerge,
)
from ramkoll.live.catalogue import commands, sheets_read
from ramkoll.live.host import Cancelled
from ramkoll.live.run import ANSWER
from ramkoll.model.errors import RamkollError
from ramkoll.model.findings import Acknowledgement, finding_id
from ramkoll.model.workbook import Submission
from ramkoll.pipeline import submissions
from ramkoll.pipeline.check import check
from ramkoll.pipeline.consolidate import consolidate

TEMPLATE = ROOT / "templates" / "regionstyrelse-1.xlsx"
FEW = ("605", "608", "617", "HRA", "budgetram", "personal_HR", "region_REG")
LIMIT = 5_000_000


def opened(path: Path) -> Submission:
    """The workbook as the command is sent it: without the cells of Underlag."""
    names = sheets_read(commands()["consolidate"], layouts())
    assert "Underlag" not in names
    return sent(scan(path), names)


def assert_like(found: Submission, wanted: Submission) -> None:
    """Cells, number formats, merged cells and names are the same on every sheet of ``wanted``."""
    have, want = contents(found), contents(wanted)
    for sheet in wanted.sheets:
        cells = {at: each for at, each in have[sheet.name].items() if each[0] != ""}
        assert cells == want[sheet.name], sheet.name
        order = sorted(sheet.merged, key=lambda area: (area.top, area.left))
        assert list(found.sheet(sheet.name).merged) == order, sheet.name
    names = {name: text for name, text in found.names.items() if not name.startswith("_")}
    assert names == {n: text for n, text in wanted.names.items() if not n.startswith("_")}


def in_full(before: Submission, path: Path) -> Submission:
    """What was sent, with the cells of Underlag that the host has all the same."""
    whole = scan(path)
    return replace(
        before,
        sheets=tuple(s if s.cells else whole.sheet(s.name) or s for s in before.sheets),
    )


def few(folder: Path) -> Path:
    for name in FEW:
        shutil.copy2(BOOKS / f"{name}.xlsx", folder)
    return folder


def test_the_template_becomes_the_workbook_that_the_command_line_writes(consolidated):
    before = opened(TEMPLATE)
    answer = run("consolidate", before)
    after = applied(in_full(before, TEMPLATE), answer.actions)
    assert_like(after, scan(consolidated))
    assert {s.name for s in after.sheets} >= {s.name for s in scan(consolidated).sheets}
    lines = {line.label: line.value for line in answer.result.view.lines}
    assert lines["Enheter"] == "16 av 16"
    assert "Blad som inte finns" not in lines
    # Nobody has written in a template, so nothing is said to be written over.
    assert not any(label.startswith("Skrevs över") for label in lines)


def test_twice_gives_the_same(consolidated):
    before = opened(consolidated)
    first = run("consolidate", before)
    after = applied(in_full(before, consolidated), first.actions)
    assert_like(after, scan(consolidated))
    names = sheets_read(commands()["consolidate"], layouts())
    again = run("consolidate", sent(after, names))
    assert again == first


def test_a_report_of_fewer_units_leaves_nothing_of_the_larger_one(consolidated, tmp_path):
    here = region(few(tmp_path))
    out = tmp_path / "ut" / "rapport.xlsx"
    out.parent.mkdir()
    consolidate(few(tmp_path), out, layouts(), lambda *_: None, NOW)
    small = scan(out)
    out.unlink()
    before = opened(consolidated)
    answer = run("consolidate", before, of=here)
    after = applied(in_full(before, consolidated), answer.actions)
    kept = {sheet.name for sheet in small.sheets}
    assert_like(replace(after, sheets=tuple(s for s in after.sheets if s.name in kept)), small)
    for sheet in after.sheets:
        if sheet.name not in kept:  # it has no figures now, and says so
            assert [cell.value for cell in sheet.cells.values()] == [
                sheet.name,
                "Bladet ingår inte i den här periodens rapport.",
            ]
    lines = {line.label: line.value for line in answer.result.view.lines}
    assert "613" not in lines["Saknas"]
    assert "607 Samordningskansliet" in lines["Saknas"]
    (table,) = (a for a in answer.actions if isinstance(a, ResizeTable))
    last = small.names["U_rad"].rpartition("$")[2]
    assert table.address == f"A5:R{last}"


def test_texts_written_by_hand_are_told_of_and_notes_beside_are_left(consolidated):
    before = opened(consolidated)
    written = edited(
        before,
        {
            "Avdelningar!A6": "Ring Lisa om detta",
            "Avdelningar!B40": "Egen rad under tabellen",
            "Avdelningar!Z3": "Anteckning bredvid",
        },
    )
    answer = run("consolidate", written)
    said = {line.label: line.value for line in answer.result.view.lines}
    over = {label: text for label, text in said.items() if label.startswith("Skrevs över")}
    assert over == {
        "Skrevs över: Avdelningar!A6": "Ring Lisa om detta",
        "Skrevs över: Avdelningar!B40": "Egen rad under tabellen",
    }
    after = applied(written, answer.actions).sheet("Avdelningar")
    assert after.cell(3, 26).value == "Anteckning bredvid"
    assert after.cell(40, 2).is_blank
    assert after.cell(6, 1).value == "607 Samordningskansliet"


def without(workbook: Submission, name: str) -> Submission:
    sheets = tuple(sheet for sheet in workbook.sheets if sheet.name != name)
    names = {n: text for n, text in workbook.names.items() if not text.startswith(f"{name}!")}
    return replace(workbook, sheets=sheets, names=names)


def test_a_missing_sheet_is_said_with_what_to_do_and_never_added(consolidated):
    answer = run("consolidate", without(opened(consolidated), "Händelser"))
    lines = {line.label: line.value for line in answer.result.view.lines}
    assert lines["Blad som inte finns"] == (
        "Händelser. Lägg till tomma blad med de namnen och kör Sammanställ igen."
    )
    assert "1 blad saknas" in answer.result.message
    assert all(getattr(action, "sheet", "") != "Händelser" for action in answer.actions)


def test_a_missing_sheet_that_formulas_count_on_stops_all_of_it(consolidated):
    with pytest.raises(RamkollError, match=r"saknar blad .* räknar på: Prognos") as error:
        run("consolidate", without(opened(consolidated), "Prognos"))
    assert "Lägg till tomma blad" in error.value.todo


def test_only_the_regionstyrelse_workbook_is_written_into():
    with pytest.raises(RamkollError, match="inte regionstyrelsens arbetsbok"):
        run("consolidate", scan(BOOKS / "605.xlsx"))


def test_progress_names_each_file_and_cancel_stops_it():
    said: list[tuple[int, int, str]] = []
    run("consolidate", opened(TEMPLATE), report=lambda *each: said.append(each))
    assert said[0][0] == 0
    files = [path.name for path in BOOKS.glob("*.xlsx")]
    for file in files:
        assert any(f"Läser {file}" in what and f"av {len(files)}" in what for _, _, what in said)
    steps = said[1][1]
    assert [done for done, _, _ in said[1:]] == sorted(done for done, _, _ in said[1:])
    assert said[-1] == (steps, steps, "Klart")

    def stop(done: int, total: int, what: str) -> None:
        if "Granskar" in what:
            raise Cancelled

    with pytest.raises(Cancelled):
        run("consolidate", opened(TEMPLATE), report=stop)


def test_a_second_click_reads_nothing_and_a_changed_file_alone(tmp_path, monkeypatch):
    folder = few(tmp_path)
    here = region(folder)
    read: list[str] = []
    plain = scan

    def counted(path: Path, name: str) -> Submission:
        read.append(name)
        return plain(path, name)

    monkeypatch.setattr(submissions, "scan", counted)
    first = run("consolidate", opened(TEMPLATE), of=here)
    assert len(read) == len(FEW)
    read.clear()
    assert run("consolidate", opened(TEMPLATE), of=here) == first
    assert read == []
    shutil.copy2(BOOKS / "607.xlsx", folder / "608.xlsx")
    other = run("consolidate", opened(TEMPLATE), of=here)
    assert read == ["608.xlsx"]
    assert other.actions != first.actions


def test_what_is_kept_changes_no_finding(tmp_path):
    folder = few(tmp_path)
    here = region(folder)
    plain = check([folder], layouts(), lambda *_: None, whole=True)
    for _ in range(2):
        kept = check([folder], layouts(), lambda *_: None, whole=True, keep=here.kept)
        assert (kept.findings, kept.not_run) == (plain.findings, plain.not_run)
        assert kept.files == plain.files


def test_an_acknowledged_finding_is_no_open_one_and_stands_with_its_reason_on_granskning():
    here = region()
    checked = check([BOOKS], layouts(), lambda *_: None, whole=True, keep=here.kept)
    period = checked.package.view.period
    first = next(each for each in checked.findings if each.at.file == "617.xlsx")
    here.acknowledgements.add(
        Acknowledgement(
            finding_id(first, "617", period),
            first.rule,
            "617",
            period,
            first.at.in_sheet,
            first.message,
            "Beslutas i oktober",
            "Anna Ek",
            NOW,
        )
    )
    answer = run("consolidate", opened(TEMPLATE), of=here)
    rows = answer.result.view.findings
    assert len(rows) == len(checked.findings) - 1
    assert first.message not in {row.message for row in rows}
    lines = {line.label: line.value for line in answer.result.view.lines}
    assert lines["Kvitterade fynd"] == "1"
    review = applied(opened(TEMPLATE), answer.actions).sheet("Granskning")
    texts = [cell.value for cell in review.cells.values()]
    assert "Beslutas i oktober (Anna Ek, 2024-09-12)" in texts
    assert "Kvitterat med skälet" in texts
    assert any("Därtill 1 kvitterade" in str(text) for text in texts)
    (row,) = (row for (row, _), cell in review.cells.items() if cell.value == first.message)
    assert row > max(r for (r, c), cell in review.cells.items() if cell.value == rows[-1].message)


def test_the_answer_is_small_and_of_few_actions(consolidated):
    answer = run("consolidate", opened(TEMPLATE))
    assert len(ANSWER.dump_json(answer)) < LIMIT / 4
    assert len(answer.actions) < 1_500
    looks = [action for action in answer.actions if isinstance(action, Look)]
    assert len({(each.sheet, json.dumps(vars(each), default=str)) for each in looks}) == len(looks)


def test_old_links_and_merges_go_before_anything_is_written(consolidated):
    kinds = [type(action) for action in run("consolidate", opened(consolidated)).actions]
    first = next(n for n, kind in enumerate(kinds) if kind not in (Unmerge, ClearLinks))
    assert Unmerge not in kinds[first:]
    assert ClearLinks not in kinds[first:]
    assert {Unmerge, ClearLinks, RowHeight} <= set(kinds)


def test_charts_have_names_in_the_file_that_the_actions_find_them_by(consolidated):
    with ZipFile(consolidated) as file:
        drawings = [n for n in file.namelist() if n.startswith("xl/drawings/drawing")]
        xml = "".join(file.read(name).decode() for name in drawings)
    actions = run("consolidate", opened(consolidated)).actions
    charts = {a.chart: a for a in actions if isinstance(a, SetChart)}
    assert len(charts) == xml.count("<c:chart ")
    for name, chart in charts.items():
        assert xml.count(f'name="{name}"') == 1
        own = [a for a in actions if isinstance(a, SetSeries) and a.chart == name]
        assert [a.series for a in own] == list(range(chart.series))
    assert "2024" in charts["Diagram_prognos_per_omrade"].title
