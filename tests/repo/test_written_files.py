"""That a test which has Ramkoll write a broken workbook fails, whatever else it says."""

from __future__ import annotations

from pathlib import Path

import pytest

CONFTEST = Path(__file__).parents[1] / "conftest.py"
BEGINNING = """\
import pytest
from pathlib import Path
from ramkoll.excel.graft.package import Package
from ramkoll.excel.replace import replace_file
from tests.excel.structure.packages import edited, good

BOOK = "xl/workbook.xml"

def renumbered(data):
    package = Package.open(data, "a.xlsx")
    return package.rewritten({BOOK: package[BOOK].replace(b'sheetId="2"', b'sheetId="1"')})
"""


@pytest.fixture
def session(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> pytest.Pytester:
    """A small session of its own, with our conftest."""
    monkeypatch.delenv("CI", raising=False)
    monkeypatch.delenv("PYTEST_ADDOPTS", raising=False)
    pytester.makeconftest(CONFTEST.read_text(encoding="utf-8"))
    pytester.makeini("[pytest]\nmarkers =\n    broken_packages(reason): x\n")
    return pytester


def outcome(session: pytest.Pytester, test: str) -> pytest.RunResult:
    session.makepyfile(BEGINNING + test)
    return session.runpytest_inprocess()


def test_a_package_with_a_new_fault_fails_the_test_that_wrote_it(session: pytest.Pytester):
    result = outcome(session, "def test_it():\n    renumbered(good())\n")
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["*sheets.same_number in xl/workbook.xml*rewritten from a.xlsx*"])


def test_a_fault_is_told_even_if_the_test_swallows_everything(session: pytest.Pytester):
    test = "def test_it():\n    try:\n        renumbered(good())\n    except BaseException:\n        pass\n"
    outcome(session, test).assert_outcomes(failed=1)


def test_a_fault_that_the_source_had_is_no_fault_of_ours(session: pytest.Pytester):
    test = (
        "def test_it(tmp_path):\n"
        '    old = edited(BOOK, \'name="Pivot" sheetId="3"\', \'name="Pivot" sheetId="4"\')\n'
        "    package = Package.open(old, 'a.xlsx')\n"
        "    new = package.rewritten({BOOK: package[BOOK].replace(b'Pivot', b'Annat')})\n"
        "    replace_file(tmp_path / 'a.xlsx', new)\n"
    )
    outcome(session, test).assert_outcomes(passed=1)


def test_a_broken_workbook_put_in_its_place_is_told(session: pytest.Pytester):
    test = (
        "def test_it(tmp_path):\n"
        "    replace_file(tmp_path / 'a.xlsx', edited(BOOK, 'sheetId=\"4\"', 'sheetId=\"1\"'))\n"
    )
    result = outcome(session, test)
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["*written to a.xlsx*"])


def test_what_is_no_workbook_is_left_alone(session: pytest.Pytester):
    test = "def test_it(tmp_path):\n    replace_file(tmp_path / 'a.xlsx', b'x')\n    replace_file(tmp_path / 'a.zip', b'PK')\n"
    outcome(session, test).assert_outcomes(passed=1)


def test_a_test_may_write_broken_packages_if_it_says_so(session: pytest.Pytester):
    test = "@pytest.mark.broken_packages('to see it')\ndef test_it():\n    renumbered(good())\n"
    outcome(session, test).assert_outcomes(passed=1)


def test_one_test_answers_for_its_own_files_only(session: pytest.Pytester):
    test = (
        "def test_it():\n    renumbered(good())\n    assert False\n\ndef test_next():\n    pass\n"
    )
    outcome(session, test).assert_outcomes(failed=1, passed=1)
