"""New figures into the workbooks of a folder: all of them there, and nothing else touched."""

import json
import os
import shutil
import subprocess
import sys
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest
from tests.pipeline.filled import (
    MARK,
    around_cells,
    cells_of,
    contents,
    edit_extract,
    fill_in,
    late,
    parts,
    recalculated,
    save,
    shown,
    write_all_extracts,
)
from tests.pipeline.recalculate import differences
from tests.rules.region import PERIOD, Formula, copy, find, put, submit

from ramkoll.excel.scan import scan
from ramkoll.model.errors import RamkollError
from ramkoll.model.period import Period
from ramkoll.pipeline.check import check
from ramkoll.pipeline.distribute import distribute
from ramkoll.pipeline.refresh_folder import refresh_folder
from ramkoll.pipeline.refresh_text import HIDDEN, refresh_json, refresh_text
from ramkoll.store.layouts import load_layouts

LAYOUTS = load_layouts()
FILE, HR, FRAME = "10.xlsx", "personal_HR.xlsx", "budgetram.xlsx"


@pytest.fixture(scope="module")
def inputs(tmp_path_factory):
    return write_all_extracts(tmp_path_factory.mktemp("region") / "utdrag")


@pytest.fixture(scope="module")
def distributed(inputs):
    out = inputs.parent / "böcker"
    distribute(inputs, PERIOD, out, LAYOUTS, lambda *_: None)
    fill_in(out)
    return out


@pytest.fixture(scope="module")
def later(inputs):
    return late(Path(shutil.copytree(inputs, inputs.parent / "senare")))


@pytest.fixture
def folder(distributed, tmp_path):
    return Path(shutil.copytree(distributed, tmp_path / "böcker"))


def own(extracts, tmp_path):
    return Path(shutil.copytree(extracts, tmp_path / "utdrag"))


def again(folder, extracts, **options):
    return refresh_folder(folder, extracts, LAYOUTS, lambda *_: None, **options)


def changes(made):
    return {str(each.at): (each.before, each.after) for file in made.files for each in file.changes}


def test_extracts_that_say_the_same_change_no_byte(folder, inputs):
    before = contents(folder)
    made = again(folder, inputs)
    assert made.complete
    assert changes(made) == {}
    assert contents(folder) == before


@pytest.fixture(scope="module")
def refreshed(distributed, later, tmp_path_factory):
    """The folder before and after, and what was said of it."""
    folder = Path(shutil.copytree(distributed, tmp_path_factory.mktemp("uppdaterad") / "böcker"))
    before = contents(folder)
    return before, folder, again(folder, later)


def test_late_bookings_a_new_budget_and_new_staff_come_in(refreshed):
    _, folder, made = refreshed
    assert made.complete
    by_file = {each.file: [c.kronor for c in each.changes] for each in made.files if each.changes}
    assert by_file[FILE] == [Decimal(700_000)]
    assert by_file["20.xlsx"] == [Decimal(250_000)]
    assert by_file[FRAME] == [Decimal(700_000), Decimal(250_000)]
    assert len(by_file["30.xlsx"]) == len(by_file[HR]) == 1  # no amounts: staff
    (month,) = (each for each in made.files[0].changes)
    assert scan(folder / FILE).sheet(month.at.sheet).cell(month.at.row, month.at.column).value == (
        -3_260_000
    )


def test_every_formula_shows_what_another_program_computes(refreshed):
    _, folder, _ = refreshed
    for name in (FILE, "20.xlsx", "30.xlsx"):
        assert differences(shown(folder / name), recalculated(folder / name)) == []


def test_all_that_was_not_to_change_is_there_byte_for_byte(refreshed):
    before, folder, made = refreshed
    for each in made.files:
        old, new = parts(before[each.file]), parts((folder / each.file).read_bytes())
        assert old.keys() == new.keys()
        touched = {name for name in old if old[name] != new[name]}
        ours = {name for name in touched if name.startswith("xl/worksheets/sheet")}
        assert touched - ours <= {"xl/styles.xml"}
        assert bool(touched - ours) == bool(each.stale)
        count = 0
        for name in ours:
            assert around_cells(old[name]) == around_cells(new[name])
            cells, now = cells_of(old[name]), cells_of(new[name])
            assert cells.keys() == now.keys()
            differing = {at for at in cells if cells[at] != now[at]}
            count += len(differing)
        assert count == len(each.changes) + each.follows


def test_what_people_have_made_is_as_they_made_it(refreshed):
    _, folder, _ = refreshed
    book = openpyxl.load_workbook(folder / FILE)
    assert book["Egna siffror"]["B2"].value == "=B1*2"
    assert book["Egna siffror"].column_dimensions["A"].width == 33
    assert book["Utfall"].column_dimensions["B"].width == 71.5
    assert book["Utfall"].row_dimensions[9].height == 44
    assert book["Start"]["B15"].comment.text == "Ring Eva."
    texts = {cell.value for sheet in book for row in sheet.iter_rows() for cell in row}
    assert {"Hyrpersonal i våras.", "Sommarens bemanning.", -7_400} <= texts


def test_a_comment_whose_amounts_changed_is_marked_and_another_is_not(refreshed):
    _, folder, made = refreshed
    (file,) = (each for each in made.files if each.file == FILE)
    texts = [each.text for each in file.stale]
    assert "Hyrpersonal i våras." in texts
    assert "Sommarens bemanning." in texts  # what remains of the year is another
    assert "Fler besök." not in texts
    marked = [
        area.address
        for sheet in scan(folder / FILE).sheets
        for each in sheet.beside.conditional_formats
        if any("Ramkoll-markering kontrollera" in formula for formula in each.formulas)
        for area in each.areas
    ]
    assert sorted(marked) == sorted(each.at.address for each in file.stale)


def test_a_second_time_changes_no_byte(refreshed, later):
    _, folder, _ = refreshed
    before = contents(folder)
    assert changes(again(folder, later)) == {}
    assert contents(folder) == before


def test_a_check_finds_no_fault_that_was_not_there(refreshed, distributed):
    _, folder, _ = refreshed

    def faults(where):
        found = check([where], LAYOUTS, lambda *_: None).findings
        return {(f.rule, f.at) for f in found if f.rule < "R120" or f.rule == "R211"}

    assert faults(folder) == faults(distributed)


def test_a_dry_run_lists_every_cell_and_writes_nothing(folder, later, refreshed):
    before = contents(folder)
    made = again(folder, later, dry_run=True)
    assert contents(folder) == before
    assert changes(made) == changes(refreshed[2])
    said = refresh_text(made, cells=True).replace("\u00a0", " ")
    assert "Utfall 2025, Personal, maj: −2 560 000 kr → −3 260 000 kr (−700 000 kr)" in said
    assert "kontrollera texten: utfall har ändrats från −12 550 tkr till −13 250 tkr" in said
    assert "Inget har skrivits." in said
    told = json.loads(json.dumps(refresh_json(made)))
    assert not told["skrivet"]
    assert {"fil", "celler", "formler_som_följer"} <= told["filer"][0].keys()


def test_what_concerns_few_persons_is_changed_and_not_quoted(folder, later):
    made = again(folder, later)
    (hr,) = (each for each in made.files if each.file == HR)
    (change,) = hr.changes
    assert (change.before, change.after) == (Decimal(35), Decimal(36))
    said = refresh_text(made, cells=True)
    (line,) = (each for each in said.split("\n") if change.at.in_sheet in each and HIDDEN in each)
    assert "36" not in line.replace(change.at.in_sheet, "")
    every = json.loads(json.dumps(refresh_json(made)))["filer"]
    told = next(each for each in every if each["fil"] == HR)
    assert told["celler"][0]["efter"] == HIDDEN


@pytest.mark.slow
def test_hr_s_lists_take_new_rows_and_blank_those_that_are_gone(folder, inputs, tmp_path):
    extracts = own(inputs, tmp_path)

    def moved(row):
        if row["enhet"] == "20" and row["kön"] == "M":
            row["åldersgrupp"] = "40-49"
        return row

    edit_extract(extracts, "personal", moved)
    made = again(folder, extracts)
    assert made.complete
    ages = [cell for row in rows_of(folder / HR, "Personal") for cell in row]
    assert "40-49" in ages
    fresh = tmp_path / "nya"
    distribute(extracts, PERIOD, fresh, LAYOUTS, lambda *_: None)
    assert sorted(rows_of(folder / HR, "Personal"), key=str) == sorted(
        rows_of(fresh / HR, "Personal"), key=str
    )
    assert changes(again(folder, extracts)) == {}


def rows_of(path, sheet):
    book = openpyxl.load_workbook(path)
    found = [[cell.value for cell in row] for row in book[sheet].iter_rows()]
    return [[str(v) for v in row if v is not None] for row in found if any(row)]


@pytest.mark.slow
def test_the_frame_workbook_keeps_the_regions_own_rules(folder, later):
    put("budgetram", "Trösklar", "kommentar_enhet_tkr", "Värde", 900)(folder)
    put("budgetram", "Start", "Region", "", "Region Exempel")(folder)
    again(folder, later)
    at = find(folder / FRAME, "Trösklar", ("kommentar_enhet_tkr",), "Värde")[1]
    book = openpyxl.load_workbook(folder / FRAME)
    assert book["Trösklar"][at].value == 900
    assert "Region Exempel" in [cell.value for cell in book["Start"]["B"]]


@pytest.mark.slow
def test_without_a_frame_workbook_it_is_said_and_the_rest_is_done(folder, later):
    (folder / FRAME).rename(folder.parent / "ram.xlsx")
    made = again(folder, later, dry_run=True)
    assert not made.frame
    assert "Ingen ramarbetsbok" in refresh_text(made, cells=False)
    made = again(folder, later, frame_path=folder.parent / "ram.xlsx")
    assert {each.file for each in made.files if each.changes} >= {"ram.xlsx", FILE}


@pytest.mark.parametrize("status", ["Inlämnad", pytest.param("Godkänd", marks=pytest.mark.slow)])
def test_what_somebody_has_vouched_for_is_left_alone_and_said(folder, later, status):
    submit("10")(folder)
    put("10", "Start", "Status", "", status)(folder)
    before = (folder / FILE).read_bytes()
    made = again(folder, later)
    assert not made.complete
    (skipped,) = made.skipped
    assert (skipped.file, skipped.matters) == (FILE, True)
    assert f"status är {status}, och 1 cell skulle ändras" in skipped.why
    assert (folder / FILE).read_bytes() == before
    assert "20.xlsx" in {each.file for each in made.files if each.changes}
    forced = again(folder, later, force=True)
    assert forced.complete
    assert "göra det på nytt" in refresh_text(forced, cells=False)


@pytest.mark.slow
def test_a_vouched_for_workbook_that_nothing_changes_in_is_no_trouble(folder, inputs):
    submit("10")(folder)
    assert again(folder, inputs).complete


def test_an_open_workbook_stops_all_and_is_named_with_who_has_it(folder, later):
    name = "Åsa Öberg"
    lock = name.encode("cp1252").ljust(55, b" ") + len(name).to_bytes(2, "little")
    (folder / "~$20.xlsx").write_bytes(lock + name.encode("utf-16-le"))
    (folder / f"~${FILE}").write_bytes(b"")
    before = contents(folder)
    with pytest.raises(RamkollError) as refused:
        again(folder, later)
    assert "20.xlsx: Arbetsboken är öppen hos Åsa Öberg." in str(refused.value)
    assert FILE in str(refused.value)
    assert contents(folder) == before


def test_when_one_file_cannot_be_replaced_none_is(folder, later, monkeypatch):
    before, replace, done = contents(folder), os.replace, []

    def third_fails(source, target):
        done.append(target)
        if len(done) == 3:
            raise PermissionError(13, "held")
        replace(source, target)

    monkeypatch.setattr(os, "replace", third_fails)
    with pytest.raises(RamkollError, match="öppen i Excel"):
        again(folder, later)
    monkeypatch.undo()
    assert contents(folder) == before
    assert again(folder, later).complete


@pytest.mark.slow
def test_a_workbook_saved_by_somebody_meanwhile_is_not_overwritten(folder, later, monkeypatch):
    def slow(*_):
        (folder / FILE).write_bytes((folder / FILE).read_bytes() + b"\0")

    monkeypatch.setattr("ramkoll.pipeline.refresh_folder.refuse_unwritable", slow)
    before = contents(folder)
    with pytest.raises(RamkollError, match="medan Ramkoll arbetade"):
        again(folder, later)
    now = contents(folder)
    assert now.pop(FILE) == before.pop(FILE) + b"\0"
    assert now == before


KILLED = """
import os, sys, time
from pathlib import Path
from ramkoll.pipeline.refresh_folder import refresh_folder
from ramkoll.store.layouts import load_layouts

replace, done = os.replace, []

def second_waits(*paths):
    done.append(paths)
    if len(done) == 2:
        print("mitt i", flush=True)
        time.sleep(60)
    replace(*paths)

os.replace = second_waits
refresh_folder(Path(sys.argv[1]), Path(sys.argv[2]), load_layouts(), lambda *_: None)
"""


@pytest.mark.slow
def test_killed_in_the_midst_every_workbook_is_whole_and_the_next_run_does_the_rest(
    folder, later, refreshed
):
    old, new = refreshed[0], contents(refreshed[1])
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    with subprocess.Popen(
        [sys.executable, "-c", KILLED, str(folder), str(later)],
        stdout=subprocess.PIPE,
        env=environment,
    ) as child:
        assert child.stdout is not None
        assert child.stdout.readline().strip() == b"mitt i"
        child.kill()
        child.wait(timeout=30)
    now = {name: data for name, data in contents(folder).items() if name.endswith(".xlsx")}
    assert now.keys() == old.keys()
    assert {name for name in now if now[name] != old[name]} == {FILE}
    assert now[FILE] == new[FILE]
    assert again(folder, later).complete
    for left in folder.glob(".ramkoll-*.tmp"):
        left.unlink()
    assert contents(folder) == new


def test_a_formula_of_somebodys_own_is_never_replaced(folder, later):
    address = find(folder / FILE, "Månad", ("Utfall 2025", "K01"), "maj")[1]
    formula = Formula("-2560000", -2_560_000)
    put("10", "Månad", ("Utfall 2025", "K01"), "maj", formula)(folder)
    made = again(folder, later)
    assert not made.complete
    assert openpyxl.load_workbook(folder / FILE)["Månad"][address].value == "=-2560000"
    said = refresh_text(made, cells=False).replace("\u00a0", " ")
    assert f"Inte skriven, cellen har en egen formel: Månad!{address}" in said
    assert "→ −3 260 000 kr" in said


@pytest.mark.slow
def test_what_builds_on_a_formula_that_somebody_changed_follows_that_formula(folder, later):
    address = find(folder / FILE, "Utfall", ("K01",), "Utfall jan")[1]
    book = openpyxl.load_workbook(folder / FILE)
    book["Utfall"][address] = "=SUM(Månad!D10:H10)/1000+1"
    save(book, folder / FILE)
    made = again(folder, later)
    assert made.complete
    (file,) = (each for each in made.files if each.file == FILE)
    assert file.follows > 30
    assert file.doubtful == ()
    assert differences(shown(folder / FILE), recalculated(folder / FILE)) == []


def test_an_extract_that_is_missing_empties_nothing(folder, inputs, tmp_path):
    extracts = own(inputs, tmp_path)
    for name in ("utfall_månad", "personal", "prognos"):
        (extracts / f"{name}.csv").unlink()
    before = contents(folder)
    made = again(folder, extracts)
    assert not made.complete
    assert contents(folder) == before


@pytest.mark.slow
def test_a_unit_without_rows_in_an_extract_keeps_its_figures_and_that_is_said(
    folder, inputs, tmp_path
):
    extracts = own(inputs, tmp_path)
    edit_extract(extracts, "budget_månad", lambda row: None if row["enhet"] == "20" else row)
    before = (folder / "20.xlsx").read_bytes()
    made = again(folder, extracts)
    (file,) = (each for each in made.files if each.left)
    assert (file.file, file.left) == ("20.xlsx", (("Månad", "Budget 2025"),))
    assert (folder / "20.xlsx").read_bytes() == before
    assert "utdragen har inga uppgifter: Månad, Budget 2025" in refresh_text(made, cells=False)


@pytest.mark.slow
def test_a_new_account_group_has_no_home_and_is_said(folder, inputs, tmp_path):
    extracts = own(inputs, tmp_path)
    with (extracts / "kontogrupper.csv").open("a", encoding="utf-8") as file:
        file.write("K06,Nytt,kostnad,8\n")
    with (extracts / "utfall_månad.csv").open("a", encoding="utf-8") as file:
        file.write("\n20,K06,2025,3,-5000,\n")
    made = again(folder, extracts)
    (file,) = (each for each in made.files if each.homeless)
    assert file.file == "20.xlsx"
    assert ("Månad", "K06") in file.homeless or ("Månad", "Nytt") in file.homeless
    assert not made.complete


@pytest.mark.slow
def test_a_workbook_of_another_period_is_left_and_said(folder, later):
    put("10", "Start", "Period: månad (1–12)", "", 4)(folder)
    made = again(folder, later)
    (skipped,) = made.skipped
    assert skipped.file == FILE
    assert "gäller april 2025, inte maj 2025" in skipped.why or "2025-04" in skipped.why


@pytest.mark.slow
def test_an_older_version_of_a_workbook_is_left(folder, later):
    copy("10", "10 ny")(folder)
    put("10 ny", "Start", "Inlämningsversion", "", 2)(folder)
    made = again(folder, later)
    (skipped,) = made.skipped
    assert (skipped.file, skipped.matters) == (FILE, False)
    assert "10 ny.xlsx" in {each.file for each in made.files if each.changes}


@pytest.mark.slow
def test_what_is_no_workbook_of_ours_is_passed_over_and_said(folder, later):
    book = openpyxl.Workbook()
    book.create_sheet("Egna")["A1"] = "Anteckningar"
    book.save(folder / "egen.xlsx")
    (folder / "trasig.xlsx").write_bytes(b"PK\x03\x04 trasig")
    made = again(folder, later)
    said = {each.file: each for each in made.skipped}
    assert not said["egen.xlsx"].matters
    assert said["trasig.xlsx"].matters
    assert "går inte att läsa" in said["trasig.xlsx"].why
    assert (folder / "trasig.xlsx").read_bytes() == b"PK\x03\x04 trasig"


@pytest.mark.slow
def test_a_unit_that_the_extracts_do_not_have_is_said(folder, inputs, tmp_path):
    extracts = own(inputs, tmp_path)
    edit_extract(extracts, "enheter", lambda row: None if row["kod"] == "20" else row)
    made = again(folder, extracts)
    assert any(each.file == "20.xlsx" and "ingen enhet 20" in each.why for each in made.skipped)


def test_a_folder_without_a_workbook_of_the_period_is_refused(folder, later, tmp_path):
    with pytest.raises(RamkollError, match="ingen arbetsbok för"):
        again(folder, later, period=Period(2025, 3))
    empty = tmp_path / "tom"
    empty.mkdir()
    with pytest.raises(RamkollError, match="inga arbetsböcker"):
        again(empty, later)
    with pytest.raises(RamkollError, match="Mappen med utdrag finns inte"):
        again(folder, tmp_path / "finns inte")


@pytest.mark.slow
def test_marks_are_of_one_kind_and_do_not_pile_up(folder, inputs, later):
    again(folder, later)
    once = MARK.findall(parts((folder / FILE).read_bytes())["xl/worksheets/sheet2.xml"])
    again(folder, inputs)
    again(folder, later)
    assert MARK.findall(parts((folder / FILE).read_bytes())["xl/worksheets/sheet2.xml"]) == once
