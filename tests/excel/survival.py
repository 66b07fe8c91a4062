"""Everything that a graft can do to a workbook, done to one, and what must be left of it."""

from __future__ import annotations

import io
import zipfile
from collections import Counter
from decimal import Decimal

from tests.excel.features import features

from ramkoll.excel.graft.graft import graft
from ramkoll.excel.graft.set_cells import CellEdit, set_cells
from ramkoll.excel.graft.what import Graft, SheetGraft
from ramkoll.excel.scan import scan_bytes
from ramkoll.model.plan import PlannedCell, SheetPlan, Style

FILE = "605.xlsx"
NEW, NAME = "Ramkolls blad", "Ramkolls_namn"
PLAN = SheetPlan(
    NEW,
    (
        PlannedCell(1, 1, "Rubrik", style=Style(bold=True, fill="DDEBF7")),
        PlannedCell(2, 1, Decimal("12.5"), "SUM(B2:B4)", Style("#,##0")),
        PlannedCell(2, 2, Decimal("12.5")),
    ),
)
# What is made where a workbook lacks it, and what may be left out: Excel makes it anew.
_GROWS = {"links of kind styles", "workbook views"}
_LISTS = {"[content_types].xml", "xl/_rels/workbook.xml.rels"}


def parts(data: bytes) -> dict[str, bytes]:
    """The unpacked parts of a package by name."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert archive.testzip() is None
        return {name: archive.read(name) for name in archive.namelist()}


def differing(before: bytes, after: bytes) -> set[str]:
    """The parts that are new, gone or changed."""
    old, new = parts(before), parts(after)
    return {name for name in old.keys() | new.keys() if old.get(name) != new.get(name)}


def lost(before: Counter[str], after: Counter[str]) -> dict[str, tuple[int, int]]:
    """Every count that is another than before, with both."""
    return {
        kind: (before[kind], after[kind])
        for kind in sorted(before.keys() | after.keys())
        if before[kind] != after[kind] and not (kind in _GROWS and before[kind] == 0)
    }


def check_one_cell(data: bytes) -> bytes:
    """Set a cell below all others on the first sheet; the new package."""
    sheet = scan_bytes(data, FILE).sheets[0]
    row = 3 + max((row for row, _ in sheet.cells), default=0)
    edit = CellEdit(sheet.name, row, 2, "ny å", number_format="0.00", fill="#FFCC00")
    after = set_cells(data, FILE, [edit])
    changed = lost(features(data), features(after))
    assert changed.pop("values")[1] == features(data)["values"] + 1
    assert changed.keys() <= {"rows", "cells"}
    assert len(differing(data, after)) <= 2  # the sheet, and the styles
    assert set_cells(after, FILE, [edit]) is after
    return after


def check_new_sheet(data: bytes) -> bytes:
    """A sheet and a name come, and go again; the package that has them."""
    before, had = scan_bytes(data, FILE), features(data)
    name = f"'{NEW}'!$A$1:$B$2"
    what = Graft(sheets=(SheetGraft(PLAN),), names={NAME: name})
    came = graft(data, FILE, what, dependents=False)
    assert differing(data, came.data) == {edit.part for edit in came.edits}
    assert lost(had, _but_for_the_sheet(came.data)) == {}
    book = scan_bytes(came.data, FILE)
    assert book.sheets[:-1] == before.sheets
    assert book.names == {**before.names, NAME: name}
    assert graft(came.data, FILE, what, dependents=False).data is came.data
    went = graft(came.data, FILE, Graft(removed=(NEW,), names={NAME: None}), dependents=False).data
    left = {part.lower() for part in differing(data, went)}
    may = {"xl/styles.xml"}
    if any("calcchain" in part.lower() for part in parts(data)):
        may |= _LISTS | {"xl/calcchain.xml"}
    if not had["links of kind styles"]:
        may |= _LISTS | {"xl/styles1.xml"}
    if not had["workbook views"]:
        may.add("xl/workbook.xml")
    assert left <= may
    assert lost(had, features(went)) == {}
    return came.data


def check_replaced(data: bytes, sheet: str) -> bytes:
    """A sheet is written anew; all that hangs on others, and on the workbook, is as it was."""
    before = scan_bytes(data, FILE)
    what = Graft(sheets=(SheetGraft(SheetPlan(sheet, PLAN.cells)),))
    done = graft(data, FILE, what, dependents=False)
    assert differing(data, done.data) == {edit.part for edit in done.edits}
    assert lost(features(data, sheet), features(done.data, sheet)) == {}
    book = scan_bytes(done.data, FILE)
    assert [s.name for s in book.sheets] == [s.name for s in before.sheets]
    assert all(book.sheet(s.name) == s for s in before.sheets if s.name != sheet)
    assert graft(done.data, FILE, what, dependents=False).data is done.data
    return done.data


def _but_for_the_sheet(data: bytes) -> Counter[str]:
    found = features(data, NEW)
    found["names"] -= 1
    return +found
