"""Clicks in a real LibreOffice: the real sheet becomes what the commands say, and one Undo restores it."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

import pytest
from tests.conftest import EXAMPLES
from tests.libreoffice_host.compared import apart, cells_of, rounded
from tests.libreoffice_host.office import Office
from tests.live.applied import applied
from tests.live.calls import run
from tests.live.cases import CASES

from ramkoll.excel.scan import scan
from ramkoll.live.actions import Mark, WriteValues
from ramkoll.live.file_host import snapshot_of

pytestmark = pytest.mark.libreoffice
TEMPLATE = Path(__file__).parents[2] / "templates" / "regionstyrelse-1.xlsx"


@pytest.mark.parametrize("book", ["616", "personal_HR", "budgetram"])
def test_what_is_read_is_what_stands_in_the_file(office: Office, book: str) -> None:
    path = EXAMPLES / f"{book}.xlsx"
    office.open(path)
    read, wanted = office.read(), asdict(snapshot_of(scan(path)))
    assert apart(cells_of(read), cells_of(wanted)) == []
    assert read["names"] == wanted["names"]
    for have, want in zip(read["sheets"], wanted["sheets"], strict=True):
        assert (have["name"], have["visibility"]) == (want["name"], want["visibility"])
        assert sorted(have.get("merged", [])) == sorted(want["merged"])
    assert (read["name"], read["selection"], read["date_1904"]) == (path.name, "A1", False)


@pytest.mark.host("libreoffice", "check", "go_to")
def test_kontrollera_lists_the_findings_and_a_click_goes_to_the_cell(office: Office) -> None:
    office.open(EXAMPLES / "616.xlsx")
    before = office.read()
    office.click("Kontrollera", "Fynd (4)")
    office.click("Utfall!I7", lambda: office.ask("selected") == ["Utfall", "$Utfall.$I$7"])
    office.ask("select", "Start", "A1")
    assert rounded(office.read()) == rounded(before)


@pytest.mark.host("libreoffice", "forecast", "use_forecast", "undo")
def test_prognosforslag_and_anvand_write_what_the_command_writes(office: Office) -> None:
    book = scan(EXAMPLES / "616.xlsx")
    office.open(EXAMPLES / "616.xlsx")
    before = office.read()
    office.ask("select", "Prognos", "E9")
    office.click("Prognosförslag", lambda: office.find("Använd"))
    office.click("Använd", "ny prognos")
    view = run("forecast", book, "Prognos!E9").result.view
    row = view.rows[view.current]
    method = next(each.method for each in row.proposals if each.usable)
    answer = run("use_forecast", book, "Prognos!E9", line=row.line, method=method)
    assert_became(office, applied(book, answer.actions))
    assert office.ask("selected") == ["Prognos", "$Prognos.$E$9"]
    assert_undone(office, before)


@pytest.mark.limit(
    "libreoffice",
    "Markeringar på ett skyddat blad syns först när arbetsboken har sparats och öppnats igen; panelen visar dem genast.",
)
@pytest.mark.host("libreoffice", "refresh", "undo")
def test_uppdatera_utfall_writes_what_the_command_writes(office: Office) -> None:
    book = scan(EXAMPLES / "605.xlsx")
    opened_with(office, EXAMPLES / "605.xlsx", CASES["refresh-605"].written)
    before = office.read()
    office.click("Uppdatera utfall", "har uppdaterats")
    typed = with_values(book, CASES["refresh-605"].written)
    answer = run("refresh", typed)
    # A file holds no number format of an empty cell, such as the one that a comment was typed in.
    assert_became(office, applied(typed, answer.actions), formats_but=("Utfall", (20, 9)))
    wanted = {
        (a.sheet, cell.address) for a in answer.actions if isinstance(a, Mark) for cell in a.cells
    }
    (mark,) = office.ask("marks")
    assert office.ask("drawn", "Utfall", "I24") == 0, "LibreOffice draws it: take the limit away"
    assert mark[2:] == ['"Ramkoll-markering kontrollera"<>""', 0xF0E6FA]
    for sheet, address in wanted:
        assert (mark[0], address[:1] in mark[1]) == (sheet, True)
    assert_undone(office, before)


@pytest.mark.host("libreoffice", "consolidate", "undo")
def test_sammanstall_makes_the_template_what_the_command_line_writes(
    office: Office, consolidated: Path
) -> None:
    office.open(TEMPLATE)
    before, looks = office.read(), all_of(office)
    office.click("Sammanställ", "Sammanställningen")
    done = all_of(office)
    now, wanted = office.read(), asdict(snapshot_of(scan(consolidated)))
    differing = apart(cells_of(now), cells_of(wanted))
    # When it was made is said on one sheet, and this was made today.
    assert [each[0] for each in differing] in ([], ["Om"]), differing[:5]
    assert now["names"] == wanted["names"]
    assert done["charts"] != looks["charts"]
    assert_undone(office, before)
    assert all_of(office) == looks
    office.ask("redo")
    assert all_of(office) == done
    office.until(lambda: office.ask("draws"), "the window to be drawn")


def all_of(office: Office) -> dict:
    """What a user sees of the workbook, wherever she is in it; numbers are calculated anew."""
    found = {name: office.ask(name) for name in ("charts", "tables", "marks")}
    book = rounded(office.read())
    del book["active"], book["selection"]
    return {**found, **book}


def opened_with(office: Office, path: Path, written) -> None:
    """Open a workbook, and type in it."""
    office.open(path)
    for place, value in written.items():
        sheet, _, address = place.partition("!")
        office.ask("type", sheet, address, value)


def with_values(book, written):
    """The workbook with what somebody has typed in it."""
    split = [(place.partition("!"), value) for place, value in written.items()]
    return applied(
        book,
        [WriteValues(s, a, [[float(v) if isinstance(v, int) else v]]) for (s, _, a), v in split],
    )


def assert_became(office: Office, wanted, formats_but=None) -> None:
    """The contents and formats of every cell are as wanted; what formulas show is LibreOffice's."""
    have, want = (_contents(each) for each in (office.read(), asdict(snapshot_of(wanted))))
    if formats_but is not None:
        sheet, key = formats_but
        assert have[sheet][key][0] == want[sheet].pop(key)[0]
        del have[sheet][key]
    for sheet in want:
        assert rounded(have[sheet]) == rounded(want[sheet]), sheet


def _contents(snapshot):
    return {
        sheet: {key: (formula or value, code) for key, (value, formula, code) in cells.items()}
        for sheet, cells in cells_of(snapshot).items()
    }


def assert_undone(office: Office, before: dict) -> None:
    """One click on Ångra, and all is as it was."""
    title, *others = office.ask("undo_titles")
    assert title.startswith("Ramkoll: ")
    office.click("Undo", lambda: office.ask("undo_titles") == others)
    now = office.read()
    assert apart(cells_of(now), cells_of(before)) == []
    assert now["names"] == before["names"]
    assert [s.get("merged") for s in now["sheets"]] == [s.get("merged") for s in before["sheets"]]
    assert office.ask("marks") == []
    office.until(lambda: office.ask("draws"), "the window to be drawn")
