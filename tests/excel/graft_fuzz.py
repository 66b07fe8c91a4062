"""Damaged workbooks that are written into: refused in Swedish, or whole with all old cells.

``python -m tests.excel.graft_fuzz LEVEL SEED SECONDS [CASE]``, with the levels and the changes of
``fuzz``. It ends with 1 and tells how to make the case again at the first that breaks the rule:
another exception than a refusal, more than ten seconds, more memory than the cap, a package that
cannot be read, or one where a cell is not as it was.
"""

from __future__ import annotations

import random
import sys
import time
import traceback
from collections.abc import Callable
from string import ascii_letters
from xml.etree.ElementTree import XML, ParseError

from tests.excel.broken import zipped
from tests.excel.corpus import CORPUS, TRAPS
from tests.excel.fuzz import FILE, MAX_SECONDS, _parts, case, changed_xml, search
from tests.excel.survival import NAME, NEW, PLAN

from ramkoll.excel.graft.graft import graft
from ramkoll.excel.graft.set_cells import CellEdit, set_cells
from ramkoll.excel.graft.what import Graft, SheetGraft
from ramkoll.excel.names import check_sheet_name
from ramkoll.excel.scan import scan_bytes
from ramkoll.excel.unreadable import Unreadable
from ramkoll.model.errors import RamkollError
from ramkoll.model.plan import SheetPlan
from ramkoll.model.workbook import Submission


def damaged(level: str, seed: int, number: int) -> tuple[str, bytes]:
    """The name of the workbook that is changed, and the changed one; ``any`` changes all parts."""
    if level != "any":
        return case(level, seed, number)
    rng = random.Random(f"graft {seed} {number}")
    name = rng.choice([name for name, trap in TRAPS.items() if trap.refused is None])
    parts = _parts((CORPUS / name).read_bytes())
    for part in rng.sample(sorted(parts), min(len(parts), rng.randint(1, 3))):
        content = parts[part]
        assert isinstance(content, bytes)
        xml = changed_xml(content.decode("utf-8", "replace"), rng)
        parts[part] = xml.encode("utf-8", "surrogatepass")
    return name, zipped(parts)


def broken_rule(data: bytes) -> str:
    """What rule a write breaks with these bytes; an empty text when it breaks none."""
    try:
        before = scan_bytes(data, FILE)
    except Unreadable:
        before = None
    sheet = before.sheets[0].name if before and before.sheets else "Blad1"
    in_place = Graft(sheets=(SheetGraft(SheetPlan(sheet, PLAN.cells)),))
    new = Graft(sheets=(SheetGraft(PLAN),), names={NAME: f"'{NEW}'!$A$1"})
    edit = CellEdit(sheet, 3, 2, 4711.5, number_format="0.00")
    writes: list[tuple[str, Callable[[], bytes], set[tuple[int, int]] | None]] = [
        ("cell", lambda: set_cells(data, FILE, [edit]), {(3, 2)}),
        ("new", lambda: graft(data, FILE, new).data, set()),
        ("in place", lambda: graft(data, FILE, in_place).data, None),
        ("removed", lambda: graft(data, FILE, Graft(removed=(sheet,))).data, None),
    ]
    if not _may_be_planned(sheet):
        del writes[2]  # a plan of that name is the caller's fault
    if _misplaced(data):
        del writes[0]
    for what, write, touched in writes:
        began = time.monotonic()
        try:
            after = write()
            faults = _differences(before, after, sheet, touched, removed=what == "removed")
        except RamkollError as refusal:
            text = str(refusal)
            if not text.startswith(FILE) or not refusal.todo or not refusal.what.endswith("."):
                return f"{what}: a refusal that says nothing: {text}"
            continue
        except BaseException:  # whatever it is, it is what this looks for
            return f"{what}: {traceback.format_exc()}"
        if time.monotonic() - began > MAX_SECONDS:
            return f"{what}: too slow"
        if faults:
            return f"{what}: {faults}"
    return ""


def _may_be_planned(sheet: str) -> bool:
    try:
        check_sheet_name(sheet)
    except ValueError:
        return False
    return True


def _misplaced(data: bytes) -> bool:
    """Whether a cell stands in another row than its address says.

    No program writes so, and to look for it in all rows takes longer than to set a cell.
    """
    try:
        parts = _parts(data)
    except Exception:  # a damaged archive makes its reader raise nearly anything
        return False
    for name, part in parts.items():
        if "worksheets/" not in name and "blad/" not in name:
            continue
        try:
            root = XML(part)
        except (ParseError, ValueError, LookupError):
            continue
        for row in root.iter():
            number = row.get("r", "")
            if row.tag.endswith("}row") and any(
                each.get("r", "").lstrip(ascii_letters) not in ("", number) for each in row
            ):
                return True
    return False


def _differences(
    before: Submission | None,
    after: bytes,
    first: str,
    touched: set[tuple[int, int]] | None,
    *,
    removed: bool,
) -> str:
    """What is not as it was where nothing was to change; None of ``touched`` is all of a sheet."""
    if before is None:
        return ""  # what could not be read is not asked for here
    try:
        found = scan_bytes(after, FILE)
    except Unreadable as refusal:
        return f"what was written cannot be read: {refusal}"
    for sheet in before.sheets:
        now = found.sheet(sheet.name)
        if sheet.name == first and removed:
            if now is not None:
                return "the sheet is still there"
            continue
        if now is None:
            return f"no sheet {sheet.name}"
        if sheet.name == first and touched is None:
            continue
        places = sheet.cells.keys() | now.cells.keys()
        if sheet.name == first and touched:
            places -= touched
        for at in places:
            # Formulas that build on what was written may show another value.
            was, is_now = sheet.cell(*at), now.cell(*at)
            if was != is_now and (was.formula is None or was.formula != is_now.formula):
                return f"{sheet.name} {at}: {was} is {is_now}"
    return ""


if __name__ == "__main__":
    sys.exit(search("tests.excel.graft_fuzz", damaged, broken_rule, sys.argv[1:]))
