"""Every member that is asked of Excel and of xlwings is one that they have.

Nothing here has been run in a real Excel. So the names are held against three others': xlwings'
source for Windows, the list below, written from Microsoft's documentation of Excel's objects, and
LibreOffice's description of the same objects for its own VBA.
"""

import ast
import json
import shutil
import subprocess
from pathlib import Path

import pytest
import xlwings
from tests.desktop.excel import collection, look_parts, objects, ranges, sheet_parts
from tests.desktop.excel.com import Part
from tests.desktop.excel.excel_model import ALSO, MODEL, NOT_IN_LIBREOFFICE
from tests.live.xlwings_source import Source, imports_of_pro

from ramkoll.desktop.excel import looks, settings

HERE = Path(settings.__file__).parent
PYTHON_OF_LIBREOFFICE = "/usr/bin/python3"

_AS_IN_EXCEL = {
    objects.WorkbookPart: "Workbook",
    sheet_parts.SheetPart: "Worksheet",
    ranges.RangePart: "Range",
    objects.NamePart: "Name",
    sheet_parts.Table: "ListObject",
    sheet_parts.Frame: "ChartObject",
    sheet_parts.ChartPart: "Chart",
    look_parts.Conditions: "FormatConditions",
    look_parts.ConditionPart: "FormatCondition",
    objects.BookWindow: "Window",
    objects.Workbooks: "Collection",
}
_NOT_OF_EXCEL = {look_parts.ConditionLook, objects.ChartSheet, objects.AddIn}


def _used(tree):
    """How our code uses members: ('get', 'Range') and so on; and calls whose name is not written."""
    for node in ast.walk(tree):
        match node:
            case ast.Call(
                func=ast.Attribute(attr="get" | "put" | "do" | "has" as how, value=of),
                args=[first, *_],
            ) if not (isinstance(of, ast.Name) and of.id in _DICTIONARIES):
                yield how, first


_DICTIONARIES = {
    "known",
    "names",
    "formats",
    "formulas",
    "_KINDS",
    "_VISIBILITY",
    "there",
    "held",
    "modules",
}
#: The members that are asked for by a variable.
_BY_VARIABLE = (
    {("get", member) for _, member in looks._PLAIN.values()}
    | {("put", member) for _, member in looks._PLAIN.values()}
    | {("get", part) for part, _ in looks._PLAIN.values() if part}
    | {(how, setting.name) for setting in settings._WHILE_WRITING for how in ("get", "put")}
    | {
        ("get", "AutoCorrect"),
        ("get", "UseStandardHeight"),
        ("put", "UseStandardHeight"),
        ("get", "UseStandardWidth"),
        ("put", "UseStandardWidth"),
        ("get", "ColumnWidth"),
        ("get", "RowHeight"),
        ("put", "Formula2"),
        ("put", "Formula"),
        ("get", "Pattern"),
    }
    | {("put", "Bold"), ("put", "Italic"), ("put", "Size"), ("get", "Interior"), ("get", "Font")}
    | {("has", "HasArray"), ("has", "HasSpill"), ("get", "HasArray"), ("get", "HasSpill")}
    | {("put", "Color"), ("put", "ColorIndex")}
)


@pytest.fixture(scope="module")
def used():
    found = set(_BY_VARIABLE)
    for file in HERE.glob("*.py"):
        for how, first in _used(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(first, ast.Constant) and str(first.value).isalnum():
                found.add((how, str(first.value)))
    return found


def _described(how):
    letter = {"get": "rm", "put": "w", "do": "m", "has": "rwm"}[how]
    return {
        name
        for members in MODEL.values()
        for name, text in members.items()
        if set(letter) & set(text.split()[0])
    }


@pytest.mark.parametrize("how", ["get", "put", "do", "has"])
def test_all_that_our_code_asks_is_in_excels_object_model(used, how):
    asked = {name for kind, name in used if kind == how}
    assert asked
    assert asked - _described(how) == set()


def test_all_in_the_list_is_used(used):
    asked = {name for _, name in used} | {"Hwnd"}  # which xlwings asks for
    assert {name for members in MODEL.values() for name in members} - asked == set()


def test_the_stand_in_has_nothing_that_excel_has_not():
    modules = (collection, look_parts, objects, ranges, sheet_parts)
    kinds = {each for module in modules for each in vars(module).values() if isinstance(each, type)}
    for kind in kinds:
        if not issubclass(kind, Part) or kind in (Part, *_NOT_OF_EXCEL, look_parts._Colours):
            continue
        known = MODEL[_AS_IN_EXCEL.get(kind, kind.__name__)]
        for member in dir(kind):
            way, _, name = member.partition("_")
            if way not in ("get", "put", "call") or name in MODEL["Collection"]:
                continue
            assert name in known, f"{kind.__name__}.{name}"
            letters = {"get": "rm", "put": "w", "call": "m"}[way]
            assert set(letters) & set(known[name].split()[0]), f"{kind.__name__}.{member}"


@pytest.mark.libreoffice
def test_libreoffice_describes_the_same_members():
    """A second opinion on names: its own VBA knows Excel's objects as ooo.vba.excel.X…"""
    code = """
import json, sys, uno
types = uno.getComponentContext().getValueByName(
    "/singletons/com.sun.star.reflection.theTypeDescriptionManager")
found, also = {}, json.loads(sys.argv[2])
for name in json.loads(sys.argv[1]):
    members, waiting = set(), []
    for known in (name, name + "Base", *also.get(name, [])):
        for where in ("ooo.vba.excel.X", "ooo.vba.X"):
            try:
                waiting.append(types.getByHierarchicalName(where + known))
            except Exception:
                pass
    if not waiting:
        continue
    while waiting:
        each = waiting.pop()
        members |= {one.getName().rsplit("::", 1)[-1].rsplit(".", 1)[-1] for one in each.getMembers()}
        waiting += [*(each.getBaseTypes() or ()), *(each.getOptionalBaseTypes() or ())]
    found[name] = sorted(members)
print(json.dumps(found))
"""
    if not Path(PYTHON_OF_LIBREOFFICE).exists() or not shutil.which("soffice"):
        pytest.skip("LibreOffice has no Python here")
    names = [name for name in MODEL if name != "Collection"]
    ran = subprocess.run(
        [PYTHON_OF_LIBREOFFICE, "-c", code, json.dumps(names), json.dumps(ALSO)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr
    theirs = {name: set(members) for name, members in json.loads(ran.stdout).items()}
    assert len(theirs) > 10
    # Some properties are a pair of methods there.
    theirs = {
        name: members | {m[3:] for m in members if m[:3] in ("get", "set")}
        for name, members in theirs.items()
    }
    for name, members in theirs.items():
        unknown = MODEL[name].keys() - members - NOT_IN_LIBREOFFICE.get(name, set())
        assert unknown == set(), name
    agreed = sum(len(MODEL[name].keys() & members) for name, members in theirs.items())
    assert agreed > 80


# ---- xlwings ----


@pytest.fixture(scope="module")
def windows():
    return Source.read(Path(xlwings.__file__).parent)


def test_what_we_ask_of_xlwings_is_in_it_and_in_its_windows_engine(windows):
    asked = {("App", "api"), ("App", "books"), ("Book", "api"), ("Book", "name")}
    text = (HERE / "find.py").read_text(encoding="utf-8")
    # All there is: an attribute of an app or a book that is not in the list would be found here.
    tree = ast.parse(text)
    seen = {
        (("App" if node.value.id == "app" else "Book"), node.attr)
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute)
        and isinstance(node.value, ast.Name)
        and node.value.id in ("app", "book", "b")
    }
    assert seen - {("Book", "get"), ("Book", "casefold")} == asked
    for of, member in asked:
        assert member in windows.main[of]
        if (of, member) != ("App", "api"):  # which is an assignment there: api = xl
            assert windows.on_windows(of, member), (of, member)


def test_what_we_reach_for_inside_xlwings_is_there():
    source = (Path(xlwings.__file__).parent / "_xlwindows.py").read_text(encoding="utf-8")
    tree = ast.parse(source)
    assigned = [t for n in tree.body if isinstance(n, ast.Assign) for t in n.targets]
    top = {target.id for target in assigned if isinstance(target, ast.Name)}
    functions = {n.name for n in tree.body if isinstance(n, ast.FunctionDef)}
    classes = {n.name: n for n in tree.body if isinstance(n, ast.ClassDef)}
    assert "N_COM_ATTEMPTS" in top
    assert "cleanup" in functions
    assert "cleanup" in {n.name for n in classes["Apps"].body if isinstance(n, ast.FunctionDef)}
    # Registered by its name, so that it can be taken away by it; and nothing else is.
    registered = [n.name for n in tree.body if isinstance(n, ast.FunctionDef) and n.decorator_list]
    assert registered == ["cleanup"]
    assert source.count("atexit.") == 1


def test_no_excel_is_started_ended_or_closed_by_our_code():
    for file in HERE.glob("*.py"):
        text = file.read_text(encoding="utf-8")
        for word in (
            ".quit(",
            ".kill(",
            ".close(",
            '"Quit"',
            '"Close"',
            '"Save',
            "fullname",
            '"Unprotect"',
        ):
            assert word not in text.replace("``fullname``", ""), f"{file.name}: {word}"
        assert not list(imports_of_pro(text))


def test_nothing_of_windows_is_imported_when_our_modules_are():
    for file in HERE.glob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import | ast.ImportFrom):
                names = (
                    [node.module or ""]
                    if isinstance(node, ast.ImportFrom)
                    else [a.name for a in node.names]
                )
                roots = {name.split(".")[0] for name in names}
                assert roots <= {
                    "__future__",
                    "collections",
                    "contextlib",
                    "dataclasses",
                    "functools",
                    "importlib",
                    "ramkoll",
                    "re",
                    "sys",
                    "time",
                    "typing",
                    "urllib",
                    "xlwings",
                }, file.name
