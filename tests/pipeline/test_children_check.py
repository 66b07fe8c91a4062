"""Checking in children: the same to the letter as here, whatever one of the files does."""

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.conftest import EXAMPLES
from tests.excel.broken import package, zipped

from ramkoll.cli.commands import _checked_json
from ramkoll.excel.children import Children
from ramkoll.pipeline import check as check_module
from ramkoll.pipeline import submissions
from ramkoll.pipeline.check import Checked, check
from ramkoll.pipeline.submissions import Workbook, read_inbox, workbook_files
from ramkoll.store.layouts import load_layouts

FEW = ("604.xlsx", "605.xlsx", "personal_HR.xlsx", "budgetram.xlsx")


@pytest.fixture(scope="module")
def children() -> Iterator[Children]:
    with Children(2, 2**31, 60) as found:
        yield found


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    found = tmp_path / "in"
    found.mkdir()
    for name in FEW:
        shutil.copy(EXAMPLES / name, found / name)
    return found


def said(checked: Checked) -> str:
    return json.dumps(_checked_json(checked), ensure_ascii=False)


def test_a_package_checked_in_children_is_as_checked_here(folder: Path, children: Children) -> None:
    layouts, told = load_layouts(), []
    here = check([folder], layouts, lambda *_: None)
    there = check(
        [folder],
        layouts,
        lambda *each: told.append(each),
        examining=lambda *each: told.append(each),
        children=children,
    )
    assert said(there) == said(here)
    assert there.package.underlag.entries == here.package.underlag.entries
    assert [(view.file, view.enhet, view.unit) for view in there.forms] == [
        (view.file, view.enhet, view.unit) for view in here.forms
    ]
    names = sorted(FEW)
    units = [name for name in names if name != "budgetram.xlsx"]
    assert told == [
        *((n, 4, name) for n, name in enumerate(names, 1)),
        *((n, 3, name) for n, name in enumerate(units, 1)),
    ]


def test_loose_workbooks_checked_in_children_are_as_checked_here(
    folder: Path, children: Children
) -> None:
    layouts, paths = load_layouts(), [folder / "604.xlsx", folder / "605.xlsx"]
    for frame in (None, folder / "budgetram.xlsx"):
        here = check(paths, layouts, lambda *_: None, frame_path=frame)
        there = check(paths, layouts, lambda *_: None, frame_path=frame, children=children)
        assert said(there) == said(here)


@pytest.mark.slow
def test_hostile_files_are_findings_and_the_rest_is_checked(
    folder: Path, children: Children
) -> None:
    layouts = load_layouts()
    clean = check([folder], layouts, lambda *_: None)
    (folder / "000.xlsx").write_bytes(
        package('<row r="1048577"><c r="XFE1048577"><v>1</v></c></row>')
    )
    (folder / "604b.xlsx").write_bytes(zipped({"[Content_Types].xml": bytes(100 * 2**20)}))
    (folder / "999.xlsx").write_bytes(b"PK")
    found = check([folder], layouts, lambda *_: None, children=children)
    hostile = {"000.xlsx", "604b.xlsx", "999.xlsx"}
    assert {(each.rule, each.at.file) for each in found.findings if each.at.file in hostile} == {
        ("R018", name) for name in hostile
    }
    assert [each for each in found.findings if each.at.file not in hostile] == list(clean.findings)


def _dying(*given: Any) -> object:
    held = given[-2]
    if held.file == "604.xlsx":
        raise MemoryError
    return _TOLD_OF(*given)


_TOLD_OF = check_module._told_of


@pytest.mark.slow
def test_a_workbook_that_ends_its_child_while_it_is_examined_is_one_finding(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(check_module, "_told_of", _dying)
    with Children(1) as children:
        found = check([folder], load_layouts(), lambda *_: None, whole=False, children=children)
    (finding,) = (each for each in found.findings if each.rule == "R018")
    assert str(finding.at) == "604.xlsx"
    assert "mer minne" in finding.message
    others = {each.at.file for each in found.findings} - {"604.xlsx"}
    assert others  # what was found in the rest is there


def _strange(*_: object) -> object:
    return ["no answer of ours"]


def test_an_answer_of_another_kind_is_a_finding(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(submissions, "_packed_read", _strange)
    with Children(1) as children:
        inbox = read_inbox(
            workbook_files([folder]), load_layouts(), lambda *_: None, children=children
        )
    assert [each.at.file for each in inbox.irregularities] == sorted(FEW)
    assert "lita på" in str(inbox.irregularities[0].facts)


def test_a_packed_workbook_knows_its_file_without_being_opened() -> None:
    layouts = load_layouts()
    with Children(1) as children:
        inbox = read_inbox(
            workbook_files([EXAMPLES / "605.xlsx"]), layouts, lambda *_: None, children=children
        )
    here = read_inbox(workbook_files([EXAMPLES / "605.xlsx"]), layouts, lambda *_: None)
    (sent,), (read,) = inbox.units, here.units
    assert isinstance(sent, Workbook)
    assert (sent.file, sent.sha256, sent.layout) == (read.file, read.sha256, read.layout)
    assert sent.submission == read.submission
    assert inbox.files == here.files
