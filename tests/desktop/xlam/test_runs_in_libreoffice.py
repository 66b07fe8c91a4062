"""The add-in's VBA run by LibreOffice, in one start, from a workbook with the same modules.

What LibreOffice has not, it cannot show: WinHTTP, WScript.Shell, the ribbon, Skyddad vy.
"""

import json
import os
import shutil
import subprocess
from pathlib import Path

import openpyxl
import pytest
from tests.conftest import EXAMPLES

from ramkoll.desktop.xlam.package import build_twin
from ramkoll.desktop.xlam.project import Kind, Module
from ramkoll.store.layouts import load_layouts
from ramkoll.store.ribbon import load_ribbon

pytestmark = pytest.mark.libreoffice

HERE = Path(__file__).parent
PYTHON = "/usr/bin/python3"  # the system's, which has LibreOffice's uno
TEMPLATES = EXAMPLES.parent.parent / "templates"
NONE, FORM, REPORT = "0", "1", "2"
TODO = "Logga ut från Windows och in igen, eller be IT starta ramkoll desktop. Klicka sedan på knappen igen."

TEXTS = [
    "",
    "605.xlsx",
    'Område «Väst» åäö ÅÄÖ = 1 & 50 %.xlsx',
    '"citat" och \\ snedstreck \\\\server\\mapp\\',
    'C:\\mapp\\"namn"\\\\" \\',
    "rad\r\nrad\ttabb\x01\x7f",
    "minus − tankstreck – Ωμέγα 日本 😀",
    "https://region.sharepoint.com/sites/ekonomi/Delade%20dokument/605.xlsx",
]  # fmt: skip
NAMES = {
    "C:\\Python 3.11\\pythonw.exe": "605 = utfall.xlsx",
    "C:\\Program Files\\Åäö\\pythonw.exe": "åäö «prov» (1) & mer; %PATH% ^.xlsx",
    "\\\\server\\delad mapp\\pythonw.exe": "Bok1",
}
ADDRESSES = {
    "lf.txt": b"http://127.0.0.1:49152\nhemlig-Kod_1\n",
    "crlf.txt": b"http://127.0.0.1:80\r\nhemlig\r\n",
    "blanks.txt": b" http://127.0.0.1:65535 \n hemlig \n",
    "empty.txt": b"",
    "half.txt": b"http://127.0.0.1:49152\n",
    "no secret.txt": b"http://127.0.0.1:49152\n\n",
    "elsewhere.txt": b"http://10.0.0.1:49152\nhemlig\n",
    "lookalike.txt": b"http://127.0.0.1:80@ond.se\nhemlig\n",
    "https.txt": b"https://127.0.0.1:49152\nhemlig\n",
    "no port.txt": b"http://127.0.0.1:\nhemlig\n",
}
READ = {
    "lf.txt": "|http://127.0.0.1:49152|hemlig-Kod_1",
    "crlf.txt": "|http://127.0.0.1:80|hemlig",
    "blanks.txt": "|http://127.0.0.1:65535|hemlig",
}
STATUSES = [
    ("202", "", ""),
    ("204", "x", ""),
    ("401", "Startkod saknas", f"Ramkoll har startats om och känner inte igen Excel.\n{TODO}"),
    ("421", "", f"Ramkoll har startats om och känner inte igen Excel.\n{TODO}"),
    ("409", "Prognosförslag körs redan.\nVänta.", "Prognosförslag körs redan.\nVänta."),
    ("400", "Beloppet −5 tkr går inte.", "Beloppet -5 tkr går inte."),
    ("500", "", "Ramkoll svarade med ett fel (500).\nKlicka på knappen igen. Händer det igen: be IT se i Ramkolls logg."),
    ("404", "<html>en annan server</html>", "Ramkoll svarade med ett fel (404).\nKlicka på knappen igen. Händer det igen: be IT se i Ramkolls logg."),
    ("404", '{"detail":"Not Found"}', "Ramkoll svarade med ett fel (404).\nKlicka på knappen igen. Händer det igen: be IT se i Ramkolls logg."),
]  # fmt: skip
ERRORS = {
    "-2147012867": f"Ramkoll har stannat.\n{TODO}",
    "-2147012866": f"Ramkoll har stannat.\n{TODO}",
    "-2147012744": f"Ramkoll har stannat.\n{TODO}",
    "-2147012894": "Ramkoll svarade inte i tid.\nVänta en stund och klicka på knappen igen. Händer det igen: be IT starta om ramkoll desktop.",
    "429": "Excel kommer inte åt Windows egen del för anrop (WinHTTP).\nBe IT kontrollera att den finns och inte är spärrad för makron.",
    "5": f"Ramkoll går inte att nå (fel 5).\n{TODO}",
}  # fmt: skip


def written(path, cells, sheet="Blad1"):
    book = openpyxl.Workbook()
    del book["Sheet"]
    made = book.create_sheet(sheet)
    for address, value in cells.items():
        made[address] = value
    book.save(path)
    return path


def workbooks(folder):
    """Workbooks with what they are: real ones, and ones made to be mistaken."""
    odd = folder / "Område «Väst» = 1 & 50 %.xlsx"
    shutil.copy(EXAMPLES / "personal_HR.xlsx", odd)
    label, name = "Formulär", "avdelning-1"
    report = openpyxl.Workbook()
    del report["Sheet"]
    report.create_sheet("OM")
    report.create_sheet("underlag")
    report.save(folder / "two sheets.xlsx")
    return {
        EXAMPLES / "605.xlsx": FORM,
        odd: FORM,
        TEMPLATES / "regionstyrelse-1.xlsx": REPORT,
        folder / "two sheets.xlsx": REPORT,
        written(folder / "moved.xlsx", {"AN60": "  FORMULÄR: ", "AQ60": name}): FORM,
        written(folder / "word.xlsx", {"A1": label, "C1": "område_1å-12"}): FORM,
        written(folder / "too low.xlsx", {"A61": label, "B61": name}): NONE,
        written(folder / "too far.xlsx", {"A1": label, "E1": name}): NONE,
        written(folder / "no name.xlsx", {"A1": label, "B1": "avdelning 1", "C1": "a-b-1", "D1": "-1"}): NONE,
        written(folder / "no label.xlsx", {"A1": "Formulärets namn", "B1": name, "A2": "|", "B2": name}): NONE,
        written(folder / "Om.xlsx", {"A1": 605, "A2": "=1/0", "A3": True, "A4": -1e300}, "Om"): NONE,
    }  # fmt: skip


@pytest.fixture(scope="module")
def answers(tmp_path_factory):
    """Every answer by its workbook ("": the twin itself) and question, from one start."""
    if subprocess.run([PYTHON, "-c", "import uno"], capture_output=True).returncode:
        pytest.skip("python3-uno is not installed")
    folder = tmp_path_factory.mktemp("vba")
    probes = (
        Module("Probe", Kind.MODULE, (HERE / "Probe.bas").read_text().replace("\n", "\r\n")),
        Module(
            "FakeControl", Kind.CLASS, (HERE / "FakeControl.cls").read_text().replace("\n", "\r\n")
        ),
    )
    twin = folder / "tvilling åäö.xlsm"
    twin.write_bytes(build_twin(load_layouts(), *probes))
    for name, data in ADDRESSES.items():
        (folder / name).write_bytes(data)
    home = folder / "hem"
    (home / "Ramkoll").mkdir(parents=True)
    questions = [
        *(("JsonText", text, "") for text in TEXTS),
        *(("Quoted", text, "") for text in TEXTS),
        *(("PythonLine", *names) for names in NAMES.items()),
        *(("ReadAddress", str(folder / name), "") for name in [*ADDRESSES, "none.txt"]),
        *(("AnswerWords", status, words) for status, words, _ in STATUSES),
        *(("UnansweredWords", number, "") for number in ERRORS),
        *(("IsEnabled without a workbook", each.command, "") for each in load_ribbon().buttons),
        ("Hindrance without a workbook", "", ""),
        ("Hindrance", "", ""),
        ("CallJson of nothing", "units", ""),
        ("FailureWords", "1004", ""),
        ("AddressFile", "", ""),
        ("StartCommand", "check", ""),
        ("StartPython", "check", ""),
        ("UsesPython", "", ""),
        ("AskAgain", "", ""),
        ("AskDesk", "", ""),
    ]
    of_each = [
        ("KindOf", "", ""),
        ("CallJson", "check", ""),
        *(("GetEnabled", each.command, "") for each in load_ribbon().buttons),
    ]
    books = workbooks(folder)
    asked = [("", questions), *((str(path), of_each) for path in books)]
    told = folder / "questions.json"
    pipe = f"ramkoll-{os.getpid()}"
    told.write_text(
        json.dumps(
            {"twin": str(twin), "profile": str(folder / "profile"), "pipe": pipe, "books": asked}
        )
    )
    done = subprocess.run(
        [PYTHON, str(HERE / "in_libreoffice.py"), str(told)],
        capture_output=True,
        timeout=240,
        env={**os.environ, "HOME": str(home), "LOCALAPPDATA": str(home), "PYTHONPATH": ""},
    )
    assert done.returncode == 0, done.stderr.decode()
    found = json.loads(done.stdout)
    return {
        path: dict(zip(map(tuple, questions), said, strict=True))
        for (path, questions), said in zip(asked, found, strict=True)
    } | {"books": books, "folder": folder}


def test_texts_become_json_in_ascii(answers):
    for text in TEXTS:
        said = answers[""]["JsonText", text, ""]
        assert said.isascii()
        assert json.loads(said) == text


def as_windows_reads(line):
    """A line of arguments as CommandLineToArgvW takes it apart (after the program's own name)."""
    arguments, word, quoted, inside, at = [], "", False, False, 0
    while at < len(line):
        slashes = 0
        while at < len(line) and line[at] == "\\":
            slashes, at = slashes + 1, at + 1
        if at < len(line) and line[at] == '"':
            word += "\\" * (slashes // 2)
            if slashes % 2:
                word += '"'
            else:
                quoted = not quoted
            inside, at = True, at + 1
            continue
        word, inside = word + "\\" * slashes, inside or bool(slashes)
        if at < len(line) and line[at] in " \t" and not quoted:
            if inside:
                arguments.append(word)
            word, inside, at = "", False, at + 1
        elif at < len(line):
            word, inside, at = word + line[at], True, at + 1
    assert not quoted
    return [*arguments, word] if inside else arguments


def test_arguments_are_read_by_windows_as_they_were(answers):
    for text in TEXTS:
        assert as_windows_reads(f"a {answers['']['Quoted', text, '']} b") == ["a", text, "b"]


def test_python_is_started_as_xlwings_does_it(answers):
    for python, name in NAMES.items():
        assert as_windows_reads(answers[""]["PythonLine", python, name]) == [
            python,
            "-B",
            "-c",
            "import ramkoll.desktop.caller as c; c.run('check')",
            f"--wb={name}",
            "--from_xl=1",
            "--app=C:\\Program Files\\Office\\Microsoft Excel",
            "--hwnd=0",
        ]


def test_the_address_is_read_whatever_ends_its_lines_and_nothing_else_is_taken(answers):
    for name in ADDRESSES:
        path = str(answers["folder"] / name)
        said = answers[""]["ReadAddress", path, ""]
        if name in READ:
            assert said == READ[name], name
        else:
            broken = "Filen som säger hur Ramkoll nås går inte att använda: "
            assert said.startswith(f"{broken}{path}\n{TODO}|"), name


def test_a_missing_address_says_that_ramkoll_is_not_running(answers):
    folder = answers["folder"]
    said = f"Ramkoll är inte igång.\n{TODO}"
    assert answers[""]["ReadAddress", str(folder / "none.txt"), ""] == f"{said}||"
    assert answers[""]["AddressFile", "", ""] == str(folder / "hem/Ramkoll/skrivbord.txt")
    assert answers[""]["StartCommand", "check", ""] == said
    assert answers[""]["AskDesk", "", ""] == f"{said}|True"


@pytest.mark.parametrize(("status", "words", "said"), STATUSES)
def test_what_the_desk_answers_is_told_or_nothing_is(answers, status, words, said):
    assert answers[""]["AnswerWords", status, words] == said


@pytest.mark.parametrize("number", ERRORS)
@pytest.mark.host("desktop", "gone")
def test_when_nobody_answers_the_next_step_is_told(answers, number):
    assert answers[""]["UnansweredWords", number, ""] == ERRORS[number]


def test_without_a_workbook_only_what_needs_none_is_enabled(answers):
    enabled = {
        each.command
        for each in load_ribbon().buttons
        if answers[""]["IsEnabled without a workbook", each.command, ""] == "True"
    }
    assert enabled == {"units", "panel", "clear_marks", "help"}
    said = "Ingen arbetsbok är öppen.\nÖppna arbetsboken och klicka på knappen igen."
    assert answers[""]["Hindrance without a workbook", "", ""] == said
    assert answers[""]["Hindrance", "", ""] == ""
    call = {"command": "units", "hwnd": 0, "book": "", "path": "", "arguments": {}}
    assert json.loads(answers[""]["CallJson of nothing", "units", ""]) == call


FOR_FORMS = {
    "check", "next_comment", "forecast", "refresh", "compare", "trace", "reconcile", "review",
}  # fmt: skip
FOR_REPORTS = {"consolidate", "trace", "reconcile"}
FOR_ALL = {"units", "panel", "clear_marks", "help"}


def test_forms_and_reports_are_known_and_their_buttons_enabled(answers):
    for path, kind in answers["books"].items():
        said = answers[str(path)]
        assert said["KindOf", "", ""] == kind, path.name
        enabled = {each for (what, each, _), answer in said.items() if answer == "True"}
        wanted = {NONE: set(), FORM: FOR_FORMS, REPORT: FOR_REPORTS}[kind]
        assert enabled == wanted | FOR_ALL, path.name


def test_a_call_says_which_workbook_as_it_is_called(answers):
    for path in answers["books"]:
        said = answers[str(path)]["CallJson", "check", ""]
        assert said.isascii()
        assert json.loads(said) == {
            "command": "check",
            "hwnd": 0,
            "book": path.name,
            "path": path.name,  # LibreOffice's FullName of a workbook not its own
            "arguments": {},
        }


def test_the_other_way_says_what_it_lacks(answers):
    assert answers[""]["UsesPython", "", ""] == "False"
    said = "Excel vet inte var Ramkolls Python ligger.\nBe IT köra ramkoll desktop --install på den här datorn."
    assert answers[""]["StartPython", "check", ""] == said


def test_all_modules_compile_and_the_rest_of_them_runs(answers):
    assert answers[""]["AskAgain", "", ""] == "Object"  # what TypeName is there
    assert answers[""]["FailureWords", "1004", ""].startswith(
        "Excel kunde inte göra det just nu (fel 1004)."
    )
