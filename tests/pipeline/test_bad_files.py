"""Files that are no workbooks, stand in the way or come twice: one finding, and the rest runs."""

import builtins
import json
import shutil
import unicodedata
from pathlib import Path

import openpyxl
import pytest
from tests.pipeline import damage
from tests.pipeline.damage import FILE, UNIT, Books, bytes_of, field
from tests.rules.region import copy, put

from ramkoll.cli import main

FRAME = "budgetram.xlsx"


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"inte en arbetsbok", "ser ut som en textfil"),
        (b"", "Filen är tom"),
        (b"%PDF-1.7", "en PDF"),
        (b"PK\x05\x06" + bytes(18), "Excel-arbetsbok"),
        (damage.encrypted(), "lösenord"),
        (damage.old_xls(), "gamla .xls-formatet"),
        (lambda data: data[: len(data) // 2], "skadad eller ofullständig"),
        (lambda data: data[:2000] + bytes(200) + data[2200:], "skadad"),
    ],
    ids=["text", "empty", "pdf", "empty zip", "password", "xls", "truncated", "overwritten"],
)
def test_a_file_that_cannot_be_read_is_one_finding_and_the_rest_runs(
    books: Books, tmp_path: Path, data: bytes, said: str
) -> None:
    damaged = books.after(tmp_path, bytes_of(data))
    found = damaged.only(unit_is_missing=True)
    assert (found.rule, str(found.at)) == ("R018", FILE)
    assert said in found.message
    assert damaged.changed_units() == {UNIT}


def test_a_workbook_of_something_else_is_one_finding(books: Books, tmp_path: Path) -> None:
    def other(folder: Path) -> None:
        openpyxl.Workbook().save(folder / "lunch.xlsx")

    damaged = books.after(tmp_path, other)
    assert (damaged.only().rule, damaged.only().at.file) == ("R019", "lunch.xlsx")
    assert damaged.changed_units() == set()


def test_a_folder_with_a_workbooks_name_is_one_finding(books: Books, tmp_path: Path) -> None:
    damaged = books.after(tmp_path, lambda folder: (folder / "mapp.xlsx").mkdir())
    assert "mapp" in damaged.only().message
    assert damaged.changed_units() == set()


@pytest.mark.parametrize("name", ["~$10.xlsx", ".~lock.10.xlsx#", "._10.xlsx", "läsmig.txt"])
def test_files_that_programs_leave_behind_are_passed_over(
    books: Books, tmp_path: Path, name: str
) -> None:
    assert books.after(tmp_path, bytes_of(b"lock", name)).said == []


@pytest.mark.parametrize("name", ["åäö/Vårdens bok (ny) & sen.XLSX", "a/b.xlsx"])
def test_subfolders_and_names_with_swedish_letters_and_spaces_are_read(
    books: Books, tmp_path: Path, name: str
) -> None:
    for form in ("NFC", "NFD"):
        work = tmp_path / form
        to = unicodedata.normalize(form, name)

        def move(folder: Path, to: str = to) -> None:
            (folder / to).parent.mkdir()
            shutil.move(folder / FILE, folder / to)

        damaged = books.after(work, move)
        assert damaged.changed_units() == set()
        assert {each.rule for each in damaged.said} <= {"R141"}
        assert any(each.file == to for each in damaged.checked.files)


def test_the_highest_version_counts_and_is_named(books: Books, tmp_path: Path) -> None:
    edits = (
        copy(UNIT, "sist"),
        put("sist", "Start", "Inlämningsversion", "", 2),
        put("sist", "Prognos", "Personal", "Ny prognos", -30500),
    )
    damaged = books.after(tmp_path, *edits)
    named = next(each for each in damaged.said if each.rule == "R302")
    assert "sist.xlsx" in named.message
    assert FILE in named.message
    assert damaged.changed_units() == {UNIT}


def test_the_same_version_with_other_content_blocks(books: Books, tmp_path: Path) -> None:
    edits = (copy(UNIT, "sist"), put("sist", "Prognos", "Personal", "Ny prognos", -30500))
    damaged = books.after(tmp_path, *edits)
    found = next(each for each in damaged.said if each.rule == "R301")
    assert found.severity.value == "stoppar"
    assert FILE in found.message
    assert "sist.xlsx" in found.message
    assert damaged.changed_units() == {UNIT}


def test_an_identical_copy_changes_nothing(books: Books, tmp_path: Path) -> None:
    damaged = books.after(tmp_path, copy(UNIT, "kopia"))
    assert {each.rule for each in damaged.said} <= {"R303", "R141"}
    assert damaged.changed_units() == set()


def test_a_frame_workbook_that_came_twice_the_same_is_one_frame(
    books: Books, tmp_path: Path
) -> None:
    damaged = books.after(tmp_path, copy("budgetram", "budgetram (1)"))
    assert damaged.said == []
    assert damaged.changed_units() == set()


# ---- the command line ----


@pytest.fixture
def inbox(books: Books, tmp_path: Path) -> Path:
    """A copy of the sound workbooks to damage."""
    return Path(shutil.copytree(books.folder, tmp_path / "inlämnat"))


def run(capsys: pytest.CaptureFixture[str], *arguments: object) -> tuple[int, str, str]:
    """A command's exit code, output and errors. No traceback, ever."""
    code = main([str(each) for each in arguments])
    out, err = capsys.readouterr()
    assert "Traceback" not in out + err
    assert "fel i programmet" not in err
    return code, out, err


def test_exit_codes_are_0_fine_1_blocked_2_wrong_use(
    inbox: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(capsys, "check", inbox)[0] == 0
    assert run(capsys, "consolidate", inbox, "--out", tmp_path / "ut.xlsx")[0] == 0
    field("Period: år", "maj")(inbox)
    assert run(capsys, "check", inbox)[0] == 1
    code, out, _ = run(capsys, "consolidate", inbox, "--out", tmp_path / "ut.xlsx")
    assert code == 1
    assert f"{FILE} Start!B11" in out
    assert (tmp_path / "ut.xlsx").exists()
    code, _, err = run(capsys, "check", tmp_path / "finns inte")
    assert (code, "finns inte" in err) == (2, True)


def test_an_empty_folder_is_wrong_use(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, _, err = run(capsys, "check", tmp_path)
    assert (code, "inga arbetsböcker" in err) == (2, True)
    assert run(capsys, "consolidate", tmp_path, "--out", tmp_path / "ut.xlsx")[0] == 2


def test_without_a_frame_workbook_nothing_is_consolidated_and_checks_say_what_they_skip(
    inbox: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (inbox / FRAME).unlink()
    code, _, err = run(capsys, "consolidate", inbox, "--out", tmp_path / "ut.xlsx")
    assert (code, "Ingen ramarbetsbok" in err) == (2, True)
    code, out, _ = run(capsys, "check", inbox)
    assert (code, "Inte körda, eftersom ingen ramarbetsbok" in out) == (0, True)


@pytest.mark.parametrize("data", [b"trasig", damage.encrypted(), damage.old_xls()])
def test_a_broken_frame_workbook_is_named(
    inbox: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], data: bytes
) -> None:
    (inbox / FRAME).write_bytes(data)
    code, _, err = run(capsys, "consolidate", inbox, "--out", tmp_path / "ut.xlsx")
    assert (code, FRAME in err) == (2, True)
    for command in (("check", inbox), ("consolidate", inbox, "--out", tmp_path / "ut.xlsx")):
        code, _, err = run(capsys, *command, "--frame", inbox / FRAME)
        assert (code, FRAME in err) == (2, True)


@pytest.mark.parametrize("frame", ["finns inte.xlsx", ".", FILE])
def test_a_frame_argument_that_is_no_frame_workbook_is_wrong_use(
    inbox: Path, capsys: pytest.CaptureFixture[str], frame: str
) -> None:
    code, _, err = run(capsys, "check", inbox, "--frame", inbox / frame)
    assert (code, err.rstrip().endswith(".")) == (2, True)


def test_two_different_frame_workbooks_ask_which(
    inbox: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    copy("budgetram", "budgetram ny")(inbox)
    put("budgetram ny", "Start", "Region", "", "Annan")(inbox)
    code, _, err = run(capsys, "check", inbox)
    assert (code, "budgetram ny.xlsx" in err, "--frame" in err) == (2, True, True)
    assert run(capsys, "check", inbox, "--frame", inbox / FRAME)[0] == 0


@pytest.mark.parametrize(
    ("sheet", "heading", "code"),
    [("Ram", "Belopp", 1), ("Kontrollsummor", "Mått", 1), ("Organisation", "Kod", 2)],
)
def test_a_column_that_the_frame_workbook_lacks_is_said_once(
    inbox: Path, capsys: pytest.CaptureFixture[str], sheet: str, heading: str, code: int
) -> None:
    book = openpyxl.load_workbook(inbox / FRAME)
    book[sheet].delete_cols(damage.column_of(book[sheet], heading))
    book.save(inbox / FRAME)
    found, out, err = run(capsys, "check", inbox, "--json")
    assert found == code
    assert heading in out + err
    if code == 1:
        said = [each for each in json.loads(out)["fynd"] if each["fil"] == FRAME]
        assert [each["regel"] for each in said] == ["R003"]


def test_nowhere_to_write_is_said_and_the_old_file_stays(
    inbox: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    old = tmp_path / "ut.xlsx"
    old.write_bytes(b"gammal")
    (tmp_path / "mapp.xlsx").mkdir()
    (tmp_path / "fil").write_text("en fil")
    lock = tmp_path / "~$ut.xlsx"
    lock.write_bytes(b"\x07Eva Ek")
    for out, said in (
        (tmp_path / "mapp.xlsx", "mapp"),
        (tmp_path / "fil" / "ut.xlsx", "fil"),
        (old, "öppen"),
    ):
        code, _, err = run(capsys, "consolidate", inbox, "--out", out)
        assert (code, said in err, str(tmp_path) in err) == (2, True, True)
    lock.unlink()
    old.chmod(0o444)
    code, _, err = run(capsys, "consolidate", inbox, "--out", old)
    assert (code, "skrivskyddad" in err) == (2, True)
    old.chmod(0o644)

    def refuse(path: Path, mode: str = "r", *more: object, **settings: object) -> object:
        if "x" in mode:
            raise PermissionError(13, "read-only")
        return builtins.open(path, mode, *more, **settings)  # type: ignore[call-overload]

    monkeypatch.setattr("ramkoll.excel.replace.open", refuse, raising=False)
    code, _, err = run(capsys, "consolidate", inbox, "--out", old)
    assert (code, "går inte att skriva i" in err) == (2, True)
    assert old.read_bytes() == b"gammal"


def test_our_own_report_in_the_folder_is_not_taken_for_a_submission(
    inbox: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    report = inbox / "rapport.xlsx"
    for _ in range(2):
        assert run(capsys, "consolidate", inbox, "--out", report)[0] == 0


def test_files_of_the_same_name_are_told_apart(
    inbox: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    other = tmp_path / "annan"
    other.mkdir()
    shutil.copy(inbox / "20.xlsx", other / FILE)
    code, out, _ = run(capsys, "check", inbox / FILE, other / FILE, inbox / FILE, "--json")
    assert code == 0
    names = [each["fil"] for each in json.loads(out)["filer"]]
    assert names == [FILE, (other / FILE).as_posix()]


@pytest.mark.parametrize(
    "arguments",
    [
        ("distribute", "--inputs", "saknas", "--period", "2025-05", "--out", "ut"),
        ("check", "finns inte.xlsx"),
        ("consolidate", "finns inte", "--out", "ut.xlsx"),
        ("check", ".", "--layouts", "finns inte"),
    ],
)
def test_paths_that_are_not_there_are_wrong_use(
    arguments: tuple[str, ...],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    code, _, err = run(capsys, *arguments)
    assert (code, err.startswith("Fel: ")) == (2, True)


@pytest.mark.parametrize("period", ["2025-13", "maj", "2025", "20250-1", ""])
def test_a_period_that_is_none_is_wrong_use(
    period: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as stopped:
        main(["distribute", "--inputs", "x", "--period", period, "--out", "y"])
    assert stopped.value.code == 2
    assert "är ingen period" in capsys.readouterr().err
