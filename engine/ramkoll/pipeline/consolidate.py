"""From checked submissions to the regionstyrelse workbook."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from ramkoll import __version__
from ramkoll.excel.children import Children
from ramkoll.excel.replace import replace_file
from ramkoll.excel.write import workbook_bytes
from ramkoll.layout.typed import text_in
from ramkoll.model.cells import BLANK_CELL
from ramkoll.model.errors import RamkollError
from ramkoll.model.findings import Acknowledgement
from ramkoll.pipeline.acknowledged import sort_out
from ramkoll.pipeline.check import Checked, check
from ramkoll.pipeline.package import Package, version
from ramkoll.pipeline.stages import Stages
from ramkoll.pipeline.submissions import UNUSABLE, Progress
from ramkoll.rules.catalogue import rules
from ramkoll.sheets.report import report_workbook
from ramkoll.sheets.view import ReportView, SourceFile
from ramkoll.store.layouts import Layouts


@dataclass(frozen=True)
class Consolidated:
    """The checked submissions and the workbook that was made of them."""

    checked: Checked
    out: Path


def consolidate(
    folder: Path,
    out: Path,
    layouts: Layouts,
    progress: Progress,
    made: datetime,
    *,
    frame_path: Path | None = None,
    stages: Stages | None = None,
    acknowledgements: Sequence[Acknowledgement] = (),
    children: Children | None = None,
) -> Consolidated:
    """Check every submission of a folder and write the regionstyrelse workbook.

    Writes also when findings block, and says so in it. Findings that ``acknowledgements`` are
    about are listed as acknowledged. ``children`` as in ``check``. Raises RamkollError when there
    is no frame workbook, nothing to consolidate, or nowhere to write.
    """
    stage = stages or Stages()
    checked = check(
        [folder],
        layouts,
        progress,
        frame_path=frame_path,
        leave_out=out,
        whole=True,
        stages=stage,
        children=children,
    )
    package = package_of(checked, folder)
    with stage("skriva"):
        view = report_view(checked, package, folder, out, made, acknowledgements)
        replace_file(out, workbook_bytes(report_workbook(view)))
    return Consolidated(checked, out)


def package_of(checked: Checked, folder: Path) -> Package:
    """The package of a folder that was checked as a whole; RamkollError when it makes no report."""
    if checked.frame is None:
        raise RamkollError(
            f"Ingen ramarbetsbok hittades.{_unusable(checked)}",
            where=str(folder),
            todo="Ange ramarbetsboken med --frame.",
        )
    package = checked.package
    assert package is not None
    if not package.underlag.entries or not package.view.forms:
        raise RamkollError(
            "Ingen arbetsbok i mappen går att sammanställa.",
            where=str(folder),
            todo="Kör ramkoll check på mappen för att se varför.",
        )
    return package


def _unusable(checked: Checked) -> str:
    """The files that could not be used, one of which may be the one that is looked for."""
    files = [each.file for each in checked.files if each.what in UNUSABLE]
    return f" Dessa filer går inte att använda: {', '.join(files)}." if files else ""


def report_view(
    checked: Checked,
    package: Package,
    folder: Path,
    out: Path,
    made: datetime,
    acknowledgements: Sequence[Acknowledgement] = (),
) -> ReportView:
    """What the report's sheets are made from."""
    sorted_out = sort_out(checked, package.view.period, acknowledgements)
    return ReportView(
        period=package.view.period,
        report=package.report,
        register=package.view.register,
        underlag=package.underlag,
        blocks=package.blocks,
        findings=sorted_out.open,
        acknowledged=sorted_out.acknowledged,
        not_run=checked.not_run,
        files=_files(checked, package),
        missing=package.view.missing,
        made=made,
        version=__version__,
        rule_titles={each.id: each.title for each in rules()},
        links=_links(folder, out),
        sections=package.sections,
        approved=package.approved,
        case_number=_case_number(checked),
    )


def _case_number(checked: Checked) -> str:
    assert checked.frame is not None
    return text_in(checked.frame.form.fields.get("case_number", BLANK_CELL))


def _files(checked: Checked, package: Package) -> tuple[SourceFile, ...]:
    chosen = {view.file: view for view in (*package.view.forms, *package.view.others)}
    found = []
    for each in checked.files:
        view = chosen.get(each.file)
        found.append(
            SourceFile(
                each.file,
                each.what,
                view.enhet if view else "",
                str(version(view)) if view else "",
                view.field_text("status") if view else "",
                each.sha256,
                bool(view and view.unit),
            )
        )
    assert checked.frame is not None
    if checked.frame.form.file not in {each.file for each in found}:
        form = checked.frame.form
        name = form.places.layout.name
        found.append(SourceFile(form.file, name, "", "", "", form.sha256))
    return tuple(found)


def _links(folder: Path, out: Path) -> str:
    """The way from the report to the submissions, never an absolute path of one machine."""
    try:
        relative = Path(os.path.relpath(folder.resolve(), out.resolve().parent)).as_posix()
    except ValueError:  # another drive: only the file's own name is of use to others
        return ""
    return "" if relative == "." else f"{relative}/"
