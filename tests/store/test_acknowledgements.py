"""Acknowledgements: kept once, withdrawn without a trace lost, and safe between processes."""

import multiprocessing
import os
import sqlite3
import sys
from dataclasses import replace
from datetime import datetime

import pytest

from ramkoll.model.errors import RamkollError
from ramkoll.model.findings import Acknowledgement
from ramkoll.model.period import Period
from ramkoll.store.acknowledgements import MOST_CHARACTERS, Acknowledgements

AUGUST, APRIL = Period(2024, 8), Period(2024, 4)
ONE = Acknowledgement(
    finding="a" * 16,
    rule="R121",
    enhet="605",
    period=AUGUST,
    place="605.xlsx Utfall!I24",
    message="Avvikelsen saknar kommentar.",
    reason="Kommenteras i kvartalsrapporten.",
    who="Åsa",
    when=datetime(2024, 9, 3, 10, 20),
)


@pytest.fixture(params=["file", "memory"])
def kept(request, tmp_path):
    return Acknowledgements(tmp_path / "ny mapp å" / "r.db" if request.param == "file" else None)


def test_what_is_added_is_found_by_unit_and_period(kept):
    other = replace(ONE, finding="b" * 16, enhet="616")
    assert kept.of("605", AUGUST) == ()
    assert kept.add(ONE)
    assert kept.add(other)
    assert kept.of("605", AUGUST) == (ONE,)
    assert kept.of("605", APRIL) == ()
    assert kept.all(AUGUST) == (ONE, other)


def test_the_same_again_changes_nothing(kept):
    assert kept.add(ONE)
    assert not kept.add(replace(ONE, when=datetime(2024, 9, 4), reason=f"  {ONE.reason} "))
    assert kept.of("605", AUGUST) == (ONE,)


def test_another_reason_takes_the_place_of_the_first(kept):
    later = replace(ONE, reason="Beslutat av nämnden.", when=datetime(2024, 9, 4))
    kept.add(ONE)
    assert kept.add(later)
    assert kept.of("605", AUGUST) == (later,)


def test_what_is_withdrawn_is_gone_and_can_be_added_again(kept):
    kept.add(ONE)
    assert kept.withdraw(ONE.finding, "Bo", datetime(2024, 9, 5))
    assert not kept.withdraw(ONE.finding)
    assert kept.of("605", AUGUST) == ()
    assert kept.add(ONE)
    assert kept.of("605", AUGUST) == (ONE,)


def test_what_is_withdrawn_is_still_in_the_file_with_who_and_when(tmp_path):
    path = tmp_path / "r.db"
    kept = Acknowledgements(path)
    kept.add(ONE)
    kept.withdraw(ONE.finding, "Bo", datetime(2024, 9, 5))
    with sqlite3.connect(path) as file:
        rows = file.execute("SELECT reason, withdrawn_by, withdrawn_at FROM acknowledgement")
        assert rows.fetchall() == [(ONE.reason, "Bo", "2024-09-05T00:00:00")]
    file.close()


@pytest.mark.parametrize("reason", ["", "   ", "ok", "....", "1234567", "\u00a0-\u00a0"])
def test_a_reason_that_says_nothing_is_refused(kept, reason):
    with pytest.raises(RamkollError, match="Skälet är för kort"):
        kept.add(replace(ONE, reason=reason))
    assert kept.all(AUGUST) == ()


def test_a_reason_without_end_is_refused(kept):
    with pytest.raises(RamkollError, match="Korta texten"):
        kept.add(replace(ONE, reason="å" * (MOST_CHARACTERS + 1)))


def test_text_is_kept_as_it_was_written(kept):
    odd = replace(ONE, reason="'); DROP TABLE acknowledgement; -- «å»\n=1+1", enhet="' OR 1=1")
    kept.add(odd)
    assert kept.of("' OR 1=1", AUGUST) == (odd,)
    assert kept.of("605", AUGUST) == ()


@pytest.mark.parametrize("content", [b"", b"inte en databas" * 500])
def test_a_file_that_is_no_database_is_said_in_swedish(tmp_path, content):
    path = tmp_path / "r.db"
    path.write_bytes(content)
    kept = Acknowledgements(path)
    if not content:  # an empty file is a new database
        assert kept.all(AUGUST) == ()
        return
    with pytest.raises(RamkollError, match="skadad") as said:
        kept.all(AUGUST)
    assert str(tmp_path) not in str(said.value)


def test_a_database_damaged_in_the_middle_is_said_in_swedish(tmp_path):
    path = tmp_path / "r.db"
    Acknowledgements(path).add(ONE)
    whole = bytearray(path.read_bytes())
    whole[100:] = b"\xff" * (len(whole) - 100)
    path.write_bytes(whole)
    with pytest.raises(RamkollError, match="kvitteringar"):
        Acknowledgements(path).all(AUGUST)


def test_a_row_that_somebody_else_has_written_is_said_in_swedish(tmp_path):
    path = tmp_path / "r.db"
    Acknowledgements(path).add(ONE)
    with sqlite3.connect(path) as file:
        file.execute("UPDATE acknowledgement SET at = 'igår'")
    file.close()
    with pytest.raises(RamkollError, match="inte har skrivit"):
        Acknowledgements(path).all(AUGUST)


def test_a_folder_in_the_way_is_said_in_swedish(tmp_path):
    (tmp_path / "r.db").mkdir()
    with pytest.raises(RamkollError, match="går inte att"):
        Acknowledgements(tmp_path / "r.db").all(AUGUST)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such permissions")
def test_only_the_owner_can_read_the_file(tmp_path):
    path = tmp_path / "mapp" / "r.db"
    Acknowledgements(path).add(ONE)
    assert os.stat(path).st_mode & 0o777 == 0o600
    assert os.stat(path.parent).st_mode & 0o777 == 0o700


def _add_many(path, first):
    kept = Acknowledgements(path)
    for n in range(20):
        kept.add(replace(ONE, finding=f"{first + n:016x}"))
        kept.add(ONE)


def test_several_processes_write_at_once_and_nothing_is_lost(tmp_path):
    path = tmp_path / "r.db"
    spawn = multiprocessing.get_context("spawn")
    writers = [spawn.Process(target=_add_many, args=(path, 1 + n * 100)) for n in range(2)]
    for each in writers:
        each.start()
    for each in writers:
        each.join(60)
    assert [each.exitcode for each in writers] == [0, 0]
    found = [each.finding for each in Acknowledgements(path).all(AUGUST)]
    assert len(found) == len(set(found)) == 41
