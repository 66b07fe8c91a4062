"""The VBA as text: what its editor would not take is told with its line, before Excel sees it."""

import re
from pathlib import Path

import pytest

from ramkoll.desktop.xlam.project import Kind
from ramkoll.desktop.xlam.sources import (
    LONGEST_LINE,
    MOST_CONTINUED,
    code_of,
    load_modules,
    module,
)
from ramkoll.model.errors import RamkollError

FOLDER = Path(__file__).parents[3] / "addin" / "desktop" / "vba"
HEAD = 'Attribute VB_Name = "Prov"\nOption Explicit\n'


def made(text, name="Prov"):
    return module(name, Kind.MODULE, text, f"{name}.bas")


def test_every_file_is_a_module_with_the_lines_of_the_file():
    found = {each.name: each for each in load_modules()}
    assert sorted(found) == sorted(path.stem for path in FOLDER.iterdir())
    for path in FOLDER.iterdir():
        text = path.read_text(encoding="utf-8")
        assert found[path.stem].text == text.replace("\n", "\r\n")
        assert (found[path.stem].kind is Kind.CLASS) == (path.suffix == ".cls")


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (HEAD + "' pris 5 ₿\n", "rad 3: tecknet '₿' finns inte i Windows-1252"),
        (HEAD + "x = 1 \x07\n", "rad 3: ett styrtecken"),
        (HEAD + f"' {'x' * LONGEST_LINE}\n", f"rad 3: raden är längre än {LONGEST_LINE} tecken"),
        (HEAD + 'x = "abc\n', "rad 3: en text saknar sitt avslutande citattecken"),
        (HEAD + "Declare Sub S Lib \"x\" ()\n", "rad 3: Declare används inte"),
        (HEAD + "Private Declare PtrSafe Sub S Lib \"x\" ()\n", "rad 3: Declare används inte"),
        (HEAD + "x = 1 + _\n" * (MOST_CONTINUED + 1) + "1\n", "rad 27: fler än 24 rader fortsätter"),
        (HEAD + "x = 1", "sista raden slutar inte med radbyte"),
        ('Attribute VB_Name = "Prov"\n', "raden Option Explicit saknas"),
        ("Option Explicit\n", 'rad 1 ska vara Attribute VB_Name = "Prov"'),
        ("", 'rad 1 ska vara Attribute VB_Name = "Prov"'),
    ],
)  # fmt: skip
def test_what_the_editor_would_not_take_is_told(text, says):
    with pytest.raises(RamkollError, match=re.escape(says)) as told:
        made(text)
    assert told.value.where == "Prov.bas"


@pytest.mark.parametrize("name", ["Prov A", "1a", "å", "x" * 32, ""])
def test_a_name_that_is_no_module_is_told(name):
    with pytest.raises(RamkollError, match="namnet"):
        made(HEAD, name)


@pytest.mark.parametrize(
    "text",
    [
        HEAD + "x = 1 + _\n" * MOST_CONTINUED + "1\n",
        HEAD + f"'{'x' * (LONGEST_LINE - 1)}\n",
        HEAD + "' declare, and \" in a comment\n",
        HEAD + 'x = "don\'t ""say"" it" \' "\n',
        HEAD + "' åäö ÅÄÖ é § – « » € …\n",
    ],
)
def test_what_the_editor_takes_is_taken(text):
    assert made(text).text == text.replace("\n", "\r\n")


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("x = 1 ' one", "x = 1 "),
        ("' all of it", ""),
        ('x = "it\'s" & y', 'x = "it\'s" & y'),
        ('x = """\'" \' "', 'x = """\'" '),
    ],
)
def test_a_comment_starts_outside_texts_only(line, code):
    assert code_of(line) == code


def test_the_vba_leaves_nothing_to_chance_that_a_host_could_read_otherwise():
    for each in load_modules():
        code = "\n".join(code_of(line) for line in each.text.split("\r\n"))
        # Late-bound, so that no library of the machine is needed; one platform's code for all.
        assert not re.search(r"(?im)^\s*#(if|const)|\bas new\b", code), each.name
        assert not re.search(r"(?i)\b(goto 0\s*:|stop|end\s*$)", code), each.name
        created = set(re.findall(r'CreateObject\("([^"]+)"\)', code))
        assert created <= {"WinHttp.WinHttpRequest.5.1", "WScript.Shell"}, each.name


def test_no_error_leaves_a_procedure_that_excel_calls():
    for path in ("RamkollRibbon.bas",):
        text = (FOLDER / path).read_text(encoding="utf-8")
        bodies = re.findall(r"(?ms)^Public Sub (\w+)\(.*?\)\n(.*?)^End Sub$", text)
        assert len(bodies) == 6
        for name, body in bodies:
            first = next(line for line in body.split("\n") if not line.strip().startswith("Dim "))
            assert first.strip() == "On Error GoTo Failed", name
            assert "    Exit Sub\nFailed:\n" in body, name
