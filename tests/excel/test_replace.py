"""A file is replaced whole or not at all, and the user is told what to do."""

import errno
import os
import stat
import subprocess
import sys

import pytest

from ramkoll.excel.replace import refuse_unwritable, replace_file, replace_files
from ramkoll.model.errors import RamkollError

OLD, NEW = b"det gamla", b"det nya" * 100_000


@pytest.fixture
def workbook(tmp_path):
    path = tmp_path / "Hälso och sjukvård.xlsx"
    path.write_bytes(OLD)
    return path


def failing(code):
    def fail(*_args, **_kwargs):
        raise OSError(code, os.strerror(code))

    return fail


def message_of(path, data=NEW):
    with pytest.raises(RamkollError) as caught:
        replace_file(path, data)
    return str(caught.value)


def alone(path):
    return [p.name for p in path.parent.iterdir()] == [path.name]


def test_a_new_file_is_written_and_missing_folders_are_made(tmp_path):
    path = tmp_path / "2024" / "Augusti å" / "605.xlsx"
    replace_file(path, NEW)
    assert path.read_bytes() == NEW
    assert alone(path)


def test_an_old_file_is_replaced_and_nothing_is_left_behind(workbook):
    replace_file(workbook, NEW)
    assert workbook.read_bytes() == NEW
    assert alone(workbook)


def test_an_empty_file_can_be_written(tmp_path):
    replace_file(tmp_path / "tom.xlsx", b"")
    assert (tmp_path / "tom.xlsx").read_bytes() == b""


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such permissions")
@pytest.mark.parametrize("mode", [0o600, 0o640, 0o664])
def test_the_permissions_of_the_old_file_are_kept(workbook, mode):
    workbook.chmod(mode)
    replace_file(workbook, NEW)
    assert stat.S_IMODE(workbook.stat().st_mode) == mode


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such permissions")
def test_a_new_file_gets_the_permissions_that_new_files_get(tmp_path):
    (tmp_path / "annan").touch()
    replace_file(tmp_path / "605.xlsx", NEW)
    usual = stat.S_IMODE((tmp_path / "annan").stat().st_mode)
    assert stat.S_IMODE((tmp_path / "605.xlsx").stat().st_mode) == usual


@pytest.mark.skipif(os.name == "nt", reason="links need rights of their own on Windows")
def test_a_link_is_followed_and_stays_a_link(workbook, tmp_path):
    link = tmp_path / "senaste.xlsx"
    link.symlink_to(workbook)
    replace_file(link, NEW)
    assert link.is_symlink()
    assert workbook.read_bytes() == NEW


@pytest.mark.parametrize("step", ["fsync", "replace", "chmod"])
@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EACCES, errno.EIO, errno.EROFS])
def test_whatever_step_fails_the_old_file_is_whole_and_no_other_is_left(
    workbook, monkeypatch, step, code
):
    monkeypatch.setattr(os, step, failing(code))
    message = message_of(workbook)
    monkeypatch.undo()
    assert workbook.read_bytes() == OLD
    assert alone(workbook)
    assert str(workbook.parent) in message
    assert "Errno" not in message


def test_an_interruption_is_passed_on_with_the_old_file_whole(workbook, monkeypatch):
    def interrupt(*_args):
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "replace", interrupt)
    with pytest.raises(KeyboardInterrupt):
        replace_file(workbook, NEW)
    assert workbook.read_bytes() == OLD
    assert alone(workbook)


def test_a_full_disk_is_told_with_the_room_needed(workbook, monkeypatch):
    monkeypatch.setattr(os, "fsync", failing(errno.ENOSPC))
    message = message_of(workbook)
    assert message == (
        f"{workbook}: Disken är full. Filen sparades inte, den gamla finns kvar."
        " Väntat: minst 700 kB ledigt. Frigör utrymme eller spara på en annan plats."
    )


def test_a_failing_folder_sync_does_not_undo_a_finished_replacement(workbook, monkeypatch):
    calls = []
    real = os.fsync

    def second_fails(handle):
        calls.append(handle)
        if len(calls) > 1:
            raise OSError(errno.EINVAL, "no")
        real(handle)

    monkeypatch.setattr(os, "fsync", second_fails)
    replace_file(workbook, NEW)
    assert workbook.read_bytes() == NEW


def test_a_folder_in_the_files_place_is_told(tmp_path):
    (tmp_path / "605.xlsx").mkdir()
    message = message_of(tmp_path / "605.xlsx")
    assert "redan en mapp med det namnet" in message
    assert "Välj ett annat filnamn." in message


def test_a_file_where_a_folder_should_be_is_told(tmp_path):
    (tmp_path / "2024").write_bytes(b"")
    message = message_of(tmp_path / "2024" / "08" / "605.xlsx")
    assert "en del av sökvägen är en fil" in message


def test_a_folder_that_may_not_be_written_to_is_told(workbook, monkeypatch):
    # Raised by hand, since the tests may run as a user who may write everywhere.
    monkeypatch.setattr("builtins.open", failing(errno.EACCES))
    message = message_of(workbook)
    assert "Mappen går inte att skriva i." in message
    assert "Be om skrivrätt" in message


def test_a_write_protected_file_is_left_as_somebody_wanted_it(workbook):
    workbook.chmod(stat.S_IREAD)
    try:
        assert "Filen är skrivskyddad." in message_of(workbook)
    finally:
        workbook.chmod(stat.S_IREAD | stat.S_IWRITE)
    assert workbook.read_bytes() == OLD


def test_a_file_that_windows_holds_is_told_to_be_open(workbook, monkeypatch):
    monkeypatch.setattr(os, "replace", failing(errno.EACCES))
    message = message_of(workbook)
    assert "Den är troligen öppen i Excel." in message
    assert "Stäng arbetsboken och försök igen." in message


def excel_lock(name):
    narrow = name.encode("cp1252", "replace")
    wide = name.encode("utf-16-le")
    content = bytes([len(narrow)]) + narrow.ljust(54) + len(name).to_bytes(2, "little")
    return (content + wide).ljust(165)


@pytest.mark.parametrize("name", ["Åsa Öberg", "Ægir Þór Łukasz"])
def test_a_workbook_open_in_excel_is_told_with_the_name(workbook, name):
    workbook.with_name("~$" + workbook.name).write_bytes(excel_lock(name))
    message = message_of(workbook)
    assert f"Arbetsboken är öppen hos {name}." in message
    assert f"ta bort filen ~${workbook.name}" in message
    assert workbook.read_bytes() == OLD


@pytest.mark.parametrize(
    ("content", "who"),
    [
        ("Åsa Öberg,aober,dator7,12.09.2024 08:00,file:///profil;", "öppen hos Åsa Öberg."),
        (",aober,dator7,12.09.2024 08:00,file:///profil;", "öppen hos aober."),
        ("Öberg\\, Åsa,aober,dator7,12.09.2024 08:00,;", "öppen hos Öberg, Åsa."),
        ("", "öppen i ett annat program."),
        ("\x00\x01\x02,", "öppen i ett annat program."),
    ],
)
def test_a_workbook_open_in_libreoffice_is_told_with_the_name(workbook, content, who):
    lock = workbook.with_name(f".~lock.{workbook.name}#")
    lock.write_bytes(content.encode())
    assert who in message_of(workbook)
    assert workbook.read_bytes() == OLD


@pytest.mark.parametrize("content", [b"", b"\x05", b"\xff" * 165, b"x" * 60])
def test_a_lock_file_that_does_not_tell_who_is_still_a_lock(workbook, content):
    workbook.with_name("~$" + workbook.name).write_bytes(content)
    assert "Arbetsboken är öppen" in message_of(workbook)


def test_a_lock_file_without_its_workbook_stops_nobody(tmp_path):
    (tmp_path / "~$605.xlsx").write_bytes(excel_lock("Åsa"))
    replace_file(tmp_path / "605.xlsx", NEW)
    assert (tmp_path / "605.xlsx").read_bytes() == NEW


CHILD = """
import os, sys, time
from pathlib import Path
from ramkoll.excel.replace import refuse_unwritable, replace_file, replace_files

def wait(*_):
    print("mitt i", flush=True)
    time.sleep(60)

setattr(os, sys.argv[2], wait)
replace_file(Path(sys.argv[1]), b"det nya" * 100_000)
"""


@pytest.mark.parametrize("step", ["fsync", "replace"])
def test_a_process_killed_midway_leaves_the_old_file_whole(workbook, step):
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    with subprocess.Popen(
        [sys.executable, "-c", CHILD, str(workbook), step], stdout=subprocess.PIPE, env=environment
    ) as child:
        assert child.stdout is not None
        assert child.stdout.readline().strip() == b"mitt i"
        child.kill()
        child.wait(timeout=30)
    assert child.returncode != 0
    assert workbook.read_bytes() == OLD
    # What it leaves is no workbook, and does not stop the next attempt.
    (left,) = [p for p in workbook.parent.iterdir() if p != workbook]
    assert left.suffix == ".tmp"
    replace_file(workbook, NEW)
    assert workbook.read_bytes() == NEW


@pytest.fixture
def several(tmp_path):
    paths = [tmp_path / name for name in ("605.xlsx", "607.xlsx", "608.xlsx")]
    for path in paths:
        path.write_bytes(OLD + path.name.encode())
    return paths


def content(folder):
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_several_files_are_replaced_and_new_ones_are_made(several, tmp_path):
    files = dict.fromkeys((*several, tmp_path / "ny.xlsx"), NEW)
    replace_files(files)
    assert content(tmp_path) == dict.fromkeys((path.name for path in files), NEW)


@pytest.mark.parametrize("step", ["fsync", "replace"])
@pytest.mark.parametrize("fails", [1, 2, 3])
@pytest.mark.parametrize("fault", [OSError(errno.ENOSPC, "full"), KeyboardInterrupt()])
def test_when_one_of_several_fails_all_are_as_they_were(
    several, tmp_path, monkeypatch, step, fails, fault
):
    before, real, done = content(tmp_path), getattr(os, step), []

    def sometimes(*arguments):
        done.append(arguments)
        if len(done) == fails:
            raise fault
        return real(*arguments)

    monkeypatch.setattr(os, step, sometimes)
    with pytest.raises((RamkollError, KeyboardInterrupt)):
        replace_files({**dict.fromkeys(several, NEW), tmp_path / "ny.xlsx": NEW})
    monkeypatch.undo()
    assert content(tmp_path) == before


def test_all_that_are_open_or_write_protected_are_named_at_once(several, tmp_path):
    (tmp_path / "~$605.xlsx").write_bytes(excel_lock("Åsa"))
    several[1].chmod(0o444)
    before = content(tmp_path)
    with pytest.raises(RamkollError) as refused:
        replace_files(dict.fromkeys(several, NEW))
    said = str(refused.value)
    assert "605.xlsx: Arbetsboken är öppen hos Åsa." in said
    assert "607.xlsx: Filen är skrivskyddad." in said
    assert "608" not in said
    assert content(tmp_path) == before


def test_files_that_can_be_written_are_not_refused(several, tmp_path):
    refuse_unwritable([*several, tmp_path / "finns inte.xlsx"])
