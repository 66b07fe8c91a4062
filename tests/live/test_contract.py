"""What we build on in xlwings is there, on Windows too, in the one version that we hold to.

Its engines are no documented interface, so an upgrade may take any of it away: these tests then
name what is gone.
"""

import inspect
import shutil
import tomllib
from importlib.metadata import version
from pathlib import Path

import pytest
import xlwings
from tests.live.xlwings_source import (
    Source,
    imports_of_pro,
    lacking,
    missing,
    used_members,
    without,
)

from ramkoll.live import snapshot_book, snapshot_engine, snapshot_range
from ramkoll.live.snapshot_part import Part

XLWINGS = Path(xlwings.__file__).parent
REPOSITORY = Path(__file__).parents[2]
LIVE = REPOSITORY / "engine" / "ramkoll" / "live"

PARTS = {
    name: part
    for module in (snapshot_book, snapshot_engine, snapshot_range)
    for name, part in inspect.getmembers(module, inspect.isclass)
    if issubclass(part, Part) and part is not Part
}
#: What our engine's objects have. Font takes what it has in one method.
OURS = {name: {m for m in dir(part) if not m.startswith("__")} for name, part in PARTS.items()}
OURS["Font"] |= {"bold", "italic", "size", "color"}


@pytest.fixture(scope="module")
def source():
    return Source.read(XLWINGS)


@pytest.fixture(scope="module")
def used(source):
    # All that is handed a Book; the engine itself is on the other side of it.
    own = {
        Path(str(module.__file__)) for module in (snapshot_book, snapshot_engine, snapshot_range)
    }
    files = {*LIVE.glob("*.py"), *(LIVE / "commands").glob("*.py")} - own
    return {
        pair for file in files for pair in used_members(source, file.read_text(encoding="utf-8"))
    }


def test_the_installed_version_is_the_one_we_hold_to():
    extras = tomllib.loads((REPOSITORY / "pyproject.toml").read_text())["project"][
        "optional-dependencies"
    ]
    pins = {line for extra in extras.values() for line in extra if line.startswith("xlwings")}
    assert pins == {f"xlwings=={version('xlwings')}"}


def test_all_we_use_is_in_xlwings_and_in_its_windows_engine(source, used):
    assert missing(source, OURS, used) == []


def test_all_our_code_uses_is_in_our_own_engine(source, used):
    assert lacking(source, OURS, used) == []


def test_the_members_that_our_code_uses_are_found(used):
    """Else the tests above would hold for nothing."""
    expected = {
        ("Book", "name"),
        ("Book", "sheets"),
        ("Book", "names"),
        ("Sheet", "used_range"),
        ("Sheet", "visible"),
        ("Sheet", "range"),
        ("Range", "options"),
        ("Range", "formula"),
        ("Range", "number_format"),
        ("Range", "merge_area"),
        ("Range", "resize"),
        ("Range", "value"),
        ("Name", "refers_to"),
    }
    assert expected - used == set()


@pytest.mark.parametrize(
    ("module", "of", "member"),
    [
        ("_xlwindows", "Range", "raw_value"),
        ("_xlwindows", "Range", "formula"),
        ("_xlwindows", "Range", "merge_area"),
        ("_xlwindows", "Range", "number_format"),
        ("_xlwindows", "Sheet", "used_range"),
        ("_xlwindows", "Sheet", "visible"),
        ("_xlwindows", "Sheets", "active"),
        ("_xlwindows", "Book", "names"),
        ("_xlwindows", "Names", "add"),
        ("_xlwindows", "Name", "refers_to"),
        ("_xlwindows", "Font", "bold"),
        ("_xlwindows", "App", "selection"),
        ("main", "Range", "options"),
        ("main", "Range", "resize"),
        ("main", "Book", "sheets"),
    ],
)
def test_an_xlwings_without_a_member_that_we_use_is_found_out_by_name(
    source, used, tmp_path, module, of, member
):
    for name in ("main", "_xlwindows", "base_classes"):
        shutil.copy(XLWINGS / f"{name}.py", tmp_path)
    patched = tmp_path / f"{module}.py"
    patched.write_text(without(patched.read_text(encoding="utf-8"), of, member), encoding="utf-8")
    assert f"{of}.{member} ({module})" in missing(Source.read(tmp_path), OURS, used)


@pytest.mark.parametrize(
    ("code", "found"),
    [
        ("def f(book: xlwings.Book):\n    book.macro('x')", {("Book", "macro")}),
        (
            "def f(host):\n    return host.book.sheets['x']['A1'].note",
            {
                ("Book", "sheets"),
                ("Sheets", "__getitem__"),
                ("Sheet", "__getitem__"),
                ("Range", "note"),
            },
        ),
        (
            "def f(book: xlwings.Book):\n    for s in book.sheets:\n        s.tables",
            {("Book", "sheets"), ("Sheets", "__iter__"), ("Sheet", "tables")},
        ),
        (
            "def f(sheet: xlwings.Sheet | None):\n    r = sheet.range('A1')\n    r.api",
            {("Sheet", "range"), ("Range", "api")},
        ),
        ("def g() -> xlwings.Range: ...\ndef f():\n    return g().sort(1)", {("Range", "sort")}),
        ("def f(text: str):\n    return text.name", set()),
    ],
)
def test_use_is_followed_through_calls_loops_and_names(source, code, found):
    assert used_members(source, code) == found


def test_what_only_other_engines_can_do_is_found_out(source):
    assert missing(source, OURS, {("Range", "group")}) == [
        "Range.arg1_input (_xlwindows)",
        "Range.group (_xlwindows)",
    ]
    assert lacking(source, OURS, {("Range", "autofit")}) == ["Range.autofit"]


def test_nothing_reaches_for_the_paid_part_of_xlwings():
    found = [
        f"{file.relative_to(REPOSITORY)}:{line}"
        for part in ("engine", "tests", "templates", "addin", "docs", ".ci")
        for file in (REPOSITORY / part).rglob("*.py")
        if "node_modules" not in file.parts
        for line in imports_of_pro(file.read_text(encoding="utf-8"))
    ]
    assert found == []


@pytest.mark.parametrize(
    "code",
    [
        "import xlwings.pro",
        "import xlwings.pro.reports as r",
        "from xlwings.pro import Markdown",
        "from xlwings import pro",
        "import xlwings as xw\nxw.pro.x",
        "import importlib\nimportlib.import_module('xlwings.pro.reports')",
        "__import__('xlwings.pro')",
    ],
)
def test_every_way_to_the_paid_part_is_seen(code):
    assert list(imports_of_pro(code))


def test_a_name_that_only_looks_like_it_is_no_fault():
    assert not list(
        imports_of_pro("import xlwings\nfrom xlwings import Book\nimport xlwings.process\nx.pro")
    )
