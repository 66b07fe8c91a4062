"""The consolidated sheets into a workbook that is there: the region's own, or the last report."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from ramkoll.excel.children import Children, read_in
from ramkoll.excel.graft.graft import graft
from ramkoll.excel.graft.what import Graft, Grafted, SheetGraft
from ramkoll.excel.replace import replace_file
from ramkoll.model.cells import MAX_ROW, Area
from ramkoll.model.errors import RamkollError
from ramkoll.model.findings import Acknowledgement
from ramkoll.model.plan import SheetPlan, WorkbookPlan
from ramkoll.pipeline.check import Checked, check
from ramkoll.pipeline.consolidate import package_of, report_view
from ramkoll.pipeline.rewrite import Rewrite, ours_on, rewrite
from ramkoll.pipeline.submissions import Progress
from ramkoll.sheets.report import report_workbook
from ramkoll.store.layouts import Layouts

NAMED = 10  # overwritten cells that are named before the rest are only counted


@dataclass(frozen=True)
class Put:
    """The checked submissions, and what writing their report into a workbook did to it.

    The sheets that ``rewrite`` calls missing are there now, last in the workbook.
    """

    checked: Checked
    into: Path
    rewrite: Rewrite
    grafted: Grafted


def consolidate_into(
    folder: Path,
    into: Path,
    layouts: Layouts,
    progress: Progress,
    made: datetime,
    *,
    children: Children,
    frame_path: Path | None = None,
    force: bool = False,
    acknowledgements: Sequence[Acknowledgement] = (),
) -> Put:
    """Check every submission of a folder and write the report's sheets into a workbook.

    A sheet of the report takes the place of the one of its name, and comes last where there is
    none; other sheets, and what stands beside ours, keep their bytes but for what their formulas
    show. Raises RamkollError as ``consolidate`` does, when the workbook cannot be written into,
    and, unless ``force``, when cells that people have written would go; then nothing is written.
    """
    workbook = read_in(children, into)
    data = into.read_bytes()
    checked = check(
        [folder],
        layouts,
        progress,
        frame_path=frame_path,
        leave_out=into,
        whole=True,
        children=children,
    )
    package = package_of(checked, folder)
    view = report_view(checked, package, folder, into, made, acknowledgements)
    plan = report_workbook(view)
    new = rewrite(workbook, plan, package.report)
    if new.lost and not force:
        raise _would_be_lost(new, into)
    names = dict.fromkeys(new.old_names) | dict(plan.names)
    what = Graft(sheets=tuple(_sheets(new, plan)), names=names)
    grafted = graft(data, into.name, what)
    if grafted.data != data:
        replace_file(into, grafted.data)
    return Put(checked, into, new, grafted)


def _sheets(new: Rewrite, plan: WorkbookPlan) -> Iterator[SheetGraft]:
    there: dict[str, tuple[SheetPlan, Area | None]] = {
        sheet.name.casefold(): (sheet, before) for sheet, before in new.sheets
    }
    for sheet in plan.sheets:
        _, before = there.pop(sheet.name.casefold(), (sheet, None))
        yield SheetGraft(sheet, _columns(sheet, before))
    for sheet, before in there.values():
        yield SheetGraft(sheet, _columns(sheet, before))


def _columns(sheet: SheetPlan, before: Area | None) -> Area:
    """Our columns, all the way down, where charts may have stood; beside them people write."""
    return Area(1, 1, MAX_ROW, ours_on(sheet, before).right)


def _would_be_lost(new: Rewrite, into: Path) -> RamkollError:
    named = ", ".join(f"{each.at.in_sheet} «{_short(each.text)}»" for each in new.lost[:NAMED])
    more = f" och {len(new.lost) - NAMED} till" if len(new.lost) > NAMED else ""
    return RamkollError(
        f"Där rapporten ska stå finns det som någon har skrivit: {named}{more}. "
        "Ingenting är skrivet.",
        where=str(into),
        todo="Flytta det till ett eget blad eller till höger om rapportens kolumner, "
        "eller skriv över det med --force.",
    )


def _short(text: str) -> str:
    one_line = " ".join(text.splitlines())
    return one_line if len(one_line) <= 40 else f"{one_line[:39]}…"
