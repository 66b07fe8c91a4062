"""The next period's workbooks with what the last ones held beside the new figures."""

import shutil
from pathlib import Path

import openpyxl
import pytest
from tests.pipeline.filled import contents, edit_extract, late, parts, write_all_extracts
from tests.rules.region import copy, find, put, remove

from ramkoll.excel.scan import scan
from ramkoll.model.errors import RamkollError
from ramkoll.model.period import Period
from ramkoll.pipeline.check import check
from ramkoll.pipeline.distribute import distribute
from ramkoll.pipeline.refresh_folder import refresh_folder
from ramkoll.store.layouts import load_layouts

LAYOUTS = load_layouts()
APRIL, MAY = Period(2025, 4), Period(2025, 5)
MERGED = "40,Nya enheten,Närvård,HSN,2025-05-01,,20;30,\n"


@pytest.fixture(scope="module")
def inputs(tmp_path_factory):
    return write_all_extracts(tmp_path_factory.mktemp("region") / "utdrag")


@pytest.fixture(scope="module")
def april(inputs):
    """April's workbooks, with forecasts, comments and texts."""
    out = inputs.parent / "april"
    distribute(inputs, APRIL, out, LAYOUTS, lambda *_: None)
    for edit in (
        put("10", "Prognos", "K02", "Ny prognos, helår", -7_400),
        put("10", "Prognos", "K02", "Orsak till ändring", "Nya läkemedel."),
        put("10", "Utfall", "K01", "Kommentar mot budget", "Hyrpersonal i våras."),
        put("10", "Utfall", "Netto", "Kommentar mot föregående år", "Ett lugnare år."),
        put("10", "Texter", "Verksamhet", "Text", "Vi har öppnat en mottagning."),
        put("20", "Utfall", "I01", "Kommentar mot budget", "Fler prover."),
        put("30", "Utfall", "K01", "Kommentar mot budget", "Vakanser."),
        put("område_Närvård", "Texter", "Verksamhet", "Text", "Området växer."),
    ):
        edit(out)
    return out


def own(folder, tmp_path, name="förra"):
    return Path(shutil.copytree(folder, tmp_path / name))


def may(inputs, previous, tmp_path, **options):
    out = tmp_path / "maj"
    made = distribute(inputs, MAY, out, LAYOUTS, lambda *_: None, previous=previous, **options)
    return out, made


def value(folder, file, sheet, row, heading):
    at = find(folder / f"{file}.xlsx", sheet, (row,), heading)[1]
    return openpyxl.load_workbook(folder / f"{file}.xlsx", data_only=True)[sheet][at].value


@pytest.fixture(scope="module")
def made(inputs, april, tmp_path_factory):
    return may(inputs, april, tmp_path_factory.mktemp("maj"))


def test_forecasts_comments_and_texts_stand_in_their_reference_columns(made):
    out, _ = made
    assert value(out, "10", "Prognos", "K02", "Föregående prognos") == -7_400
    assert value(out, "10", "Prognos", "K01", "Föregående prognos") == -30_600
    assert value(out, "10", "Prognos", "K02", "Förra orsaken") == "Nya läkemedel."
    assert value(out, "10", "Utfall", "K01", "Förra kommentaren mot budget") == (
        "Hyrpersonal i våras."
    )
    assert value(out, "10", "Utfall", "Netto", "Förra kommentaren mot föregående") == (
        "Ett lugnare år."
    )
    assert value(out, "10", "Texter", "Verksamhet", "Förra rapportens text") == (
        "Vi har öppnat en mottagning."
    )
    assert value(out, "område_Närvård", "Texter", "Verksamhet", "Förra rapportens text") == (
        "Området växer."
    )


def test_the_new_cells_are_empty_and_the_sums_follow(made):
    out, _ = made
    assert value(out, "10", "Utfall", "K01", "Kommentar mot budget") is None
    assert value(out, "10", "Texter", "Verksamhet", "Text") is None
    costs = sum(
        value(out, "10", "Prognos", row, "Föregående prognos") for row in ("K01", "K02", "K03")
    )
    assert value(out, "10", "Prognos", "Summa kostnader", "Föregående prognos") == costs


def test_another_forecast_in_the_extracts_is_said(made):
    _, done = made
    (note,) = (each for each in done.notes if "10 Vårdcentralerna" in each)
    assert "annan föregående prognos" in note
    assert "Läkemedel" in note


def test_the_workbooks_are_sound_and_a_check_says_nothing_of_the_columns(made):
    out, _ = made
    found = check([out], LAYOUTS, lambda *_: None).findings
    assert [f for f in found if f.rule < "R120"] == []


@pytest.mark.slow
def test_a_workbook_without_the_columns_is_as_sound(inputs, april):
    found = check([april], LAYOUTS, lambda *_: None).findings
    assert [f for f in found if f.rule.startswith("R00")] == []
    assert "Förra kommentaren" not in str(scan(april / "20.xlsx").sheet("Utfall"))


@pytest.mark.slow
def test_new_figures_leave_what_came_from_the_last_period(made, inputs, tmp_path):
    out = own(made[0], tmp_path, "böcker")
    refresh_folder(out, late(own(inputs, tmp_path, "utdrag")), LAYOUTS, lambda *_: None)
    assert value(out, "10", "Prognos", "K02", "Föregående prognos") == -7_400
    assert value(out, "10", "Utfall", "K01", "Förra kommentaren mot budget") == (
        "Hyrpersonal i våras."
    )
    sheets = parts((out / "10.xlsx").read_bytes())
    assert not any(b"Ramkoll-markering" in part for part in sheets.values())  # nobody's own text


def test_a_merged_unit_has_the_texts_of_both_and_the_sum_of_their_forecasts(
    inputs, april, tmp_path
):
    extracts = merged(inputs, tmp_path)
    out, done = may(extracts, april, tmp_path)
    assert value(out, "40", "Utfall", "I01", "Förra kommentaren mot budget") == (
        "20 Laboratoriet: Fler prover."
    )
    assert value(out, "40", "Utfall", "K01", "Förra kommentaren mot budget") == (
        "30 Ledningsstaben: Vakanser."
    )
    assert value(out, "40", "Prognos", "K01", "Föregående prognos") == 12 * (-1200 - 900 + 150)
    assert not any(each.startswith("40") and "ingen" in each for each in done.notes)


def merged(inputs, tmp_path):
    extracts = own(inputs, tmp_path, "utdrag")

    def closed(row):
        if row["kod"] in ("20", "30"):
            row["giltig_till"] = "2025-04-30"
        return row

    edit_extract(extracts, "enheter", closed)
    with (extracts / "enheter.csv").open("a", encoding="utf-8") as file:
        file.write(MERGED)
    return extracts


@pytest.mark.slow
def test_half_of_a_merged_units_workbooks_gives_no_sum_and_that_is_said(inputs, april, tmp_path):
    previous = own(april, tmp_path)
    remove("30")(previous)
    out, done = may(merged(inputs, tmp_path), previous, tmp_path)
    (note,) = (each for each in done.notes if each.startswith("40"))
    assert "ingen arbetsbok för 30 Ledningsstaben, och prognoserna läggs inte ihop" in note
    # What the extract has, not half of a sum.
    assert value(out, "40", "Prognos", "K01", "Föregående prognos") == 12 * (-1200 - 900 + 150)
    assert value(out, "40", "Utfall", "I01", "Förra kommentaren mot budget") == (
        "20 Laboratoriet: Fler prover."
    )


@pytest.mark.slow
def test_a_new_unit_is_said_and_has_no_such_columns(inputs, april, tmp_path):
    extracts = own(inputs, tmp_path, "utdrag")
    with (extracts / "enheter.csv").open("a", encoding="utf-8") as file:
        file.write("50,Helt ny,Närvård,HSN,2025-05-01,,,\n")
    with (extracts / "utfall_månad.csv").open("a", encoding="utf-8") as file:
        file.write("\n50,K01,2025,5,-1000,\n")
    out, done = may(extracts, april, tmp_path)
    assert "50 Helt ny: ny enhet, så det finns inget från förra perioden." in done.notes
    headings = [c.value for row in openpyxl.load_workbook(out / "50.xlsx")["Utfall"] for c in row]
    assert "Förra kommentaren mot budget" not in headings


def test_missing_and_unreadable_workbooks_are_said_and_stop_nothing(inputs, april, tmp_path):
    previous = own(april, tmp_path)
    remove("20")(previous)
    (previous / "30.xlsx").write_bytes(b"PK\x03\x04 trasig")
    out, done = may(inputs, previous, tmp_path)
    assert any(each.startswith("20 Laboratoriet: ingen arbetsbok") for each in done.notes)
    assert any(each.at.file == "30.xlsx" for each in done.findings)
    assert (out / "20.xlsx").exists()
    assert value(out, "10", "Prognos", "K02", "Föregående prognos") == -7_400


@pytest.mark.slow
def test_the_highest_version_counts_and_two_of_one_version_do_not(inputs, april, tmp_path):
    previous = own(april, tmp_path)
    copy("10", "10 ny")(previous)
    put("10 ny", "Start", "Inlämningsversion", "", 2)(previous)
    put("10 ny", "Prognos", "K02", "Ny prognos, helår", -9_999)(previous)
    copy("20", "20 igen")(previous)
    put("20 igen", "Utfall", "I01", "Kommentar mot budget", "En annan text.")(previous)
    out, done = may(inputs, previous, tmp_path)
    assert value(out, "10", "Prognos", "K02", "Föregående prognos") == -9_999
    assert any("20 igen.xlsx" in each and "samma version" in each for each in done.notes)


@pytest.mark.slow
def test_a_row_that_is_no_more_is_said(inputs, april, tmp_path):
    extracts = own(inputs, tmp_path, "utdrag")
    edit_extract(extracts, "kontogrupper", lambda row: None if row["kod"] == "K03" else row)
    _, done = may(extracts, april, tmp_path)
    assert any("raden finns inte längre: Prognos Lämnade bidrag" in each for each in done.notes)


@pytest.mark.slow
def test_last_years_forecasts_are_not_this_years_and_that_is_said(inputs, tmp_path):
    december = tmp_path / "december"
    distribute(inputs, Period(2024, 12), december, LAYOUTS, lambda *_: None)
    put("10", "Prognos", "K02", "Ny prognos, helår", -1)(december)
    put("10", "Utfall", "K02", "Kommentar mot budget", "Från i fjol.")(december)
    out, done = may(inputs, december, tmp_path)
    assert any("gäller 2024 och förs inte in" in each for each in done.notes)
    assert value(out, "10", "Prognos", "K02", "Föregående prognos") == -7_200  # the extract's
    assert value(out, "10", "Utfall", "K02", "Förra kommentaren mot budget") == "Från i fjol."


def test_a_folder_without_an_earlier_period_is_refused_before_anything_is_written(
    inputs, april, tmp_path
):
    out = tmp_path / "ut"
    with pytest.raises(RamkollError, match="ingen arbetsbok för en period före"):
        distribute(inputs, APRIL, out, LAYOUTS, lambda *_: None, previous=april)
    with pytest.raises(RamkollError, match="finns inte"):
        distribute(inputs, MAY, out, LAYOUTS, lambda *_: None, previous=tmp_path / "saknas")
    assert not out.exists()


def test_the_last_periods_workbooks_are_never_written_over(inputs, april, tmp_path):
    previous = own(april, tmp_path)
    before = contents(previous)
    with pytest.raises(RamkollError, match="skulle ersätta förra periodens"):
        distribute(inputs, MAY, previous, LAYOUTS, lambda *_: None, previous=previous, force=True)
    assert contents(previous) == before
