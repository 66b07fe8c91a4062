"""New figures by command: what is said, in which words, with which exit code."""

import json
import shutil
from pathlib import Path

import pytest
from tests.pipeline.filled import contents, late, write_all_extracts
from tests.rules.region import PERIOD, put

from ramkoll.cli import main
from ramkoll.pipeline.distribute import distribute
from ramkoll.store.layouts import load_layouts


@pytest.fixture(scope="module")
def region(tmp_path_factory):
    """Extracts, workbooks, and the extracts some days later."""
    folder = tmp_path_factory.mktemp("region")
    write_all_extracts(folder / "utdrag")
    distribute(folder / "utdrag", PERIOD, folder / "böcker", load_layouts(), lambda *_: None)
    late(Path(shutil.copytree(folder / "utdrag", folder / "senare")))
    return folder


@pytest.fixture
def books(region, tmp_path):
    return Path(shutil.copytree(region / "böcker", tmp_path / "böcker"))


def refresh(books, extracts, *options):
    return main(["refresh", str(books), "--inputs", str(extracts), *options])


@pytest.mark.host("cli", "refresh")
def test_a_dry_run_and_then_the_same_for_real(region, books, capsys):
    before = contents(books)
    assert refresh(books, region / "senare", "--dry-run") == 0
    planned = capsys.readouterr().out
    assert contents(books) == before
    assert "Månad!" in planned
    assert "5 av 8 arbetsböcker för 2025-05 skulle uppdateras. Inget har skrivits." in planned
    assert refresh(books, region / "senare") == 0
    done = capsys.readouterr().out
    assert "10.xlsx: 1 cell (utfall 2025 −700" in done
    assert "har uppdaterats." in done
    assert refresh(books, region / "senare") == 0
    assert "inget i utdragen skiljer sig" in capsys.readouterr().out


def test_json_has_every_cell_in_kronor(region, books, capsys):
    assert refresh(books, region / "senare", "--dry-run", "--json") == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["period"], told["skrivet"]) == ("2025-05", False)
    (file,) = (each for each in told["filer"] if each["fil"] == "10.xlsx")
    (cell,) = file["celler"]
    assert (cell["blad"], cell["före"], cell["efter"]) == ("Månad", -2_560_000, -3_260_000)
    assert file["formler_som_följer"] > 10


def test_what_somebody_has_to_see_to_is_exit_code_1(region, books, capsys):
    put("10", "Start", "Status", "", "Inlämnad")(books)
    assert refresh(books, region / "senare") == 1
    assert "Inte uppdaterad: 10.xlsx: status är Inlämnad" in capsys.readouterr().out
    assert refresh(books, region / "senare", "--force") == 0


def test_an_open_workbook_is_exit_code_2_and_nothing_is_written(region, books, capsys):
    (books / ".~lock.10.xlsx#").write_text(",Åsa Öberg,dator,2025,fil;", encoding="utf-8")
    before = contents(books)
    assert refresh(books, region / "senare") == 2
    said = capsys.readouterr().err
    assert "Arbetsboken är öppen hos Åsa Öberg." in said
    assert contents(books) == before


@pytest.mark.parametrize("period", ["2025-03", "2031-01"])
def test_another_period_is_exit_code_2(region, books, capsys, period):
    assert refresh(books, region / "senare", "--period", period) == 2
    assert capsys.readouterr().err.splitlines()[-1].startswith("Fel: ")


def test_the_last_periods_workbooks_are_given_by_command(region, books, tmp_path, capsys):
    where = ["--inputs", str(region / "senare"), "--previous", str(books)]
    assert main(["distribute", *where, "--period", "2025-06", "--out", str(tmp_path / "juni")]) in (
        0,
        1,
    )
    assert "arbetsböcker skrivna i" in capsys.readouterr().out
    assert main(["distribute", *where, "--period", "2025-05", "--out", str(tmp_path / "maj")]) == 2
    assert "ingen arbetsbok för en period före" in capsys.readouterr().err
    assert not (tmp_path / "maj").exists()
