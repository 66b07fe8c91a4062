"""From a regionstyrelse workbook to the version that the board gets: values only, and checked."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from ramkoll.excel.board.check import leaks
from ramkoll.excel.board.package import board_version, page_headers
from ramkoll.excel.board.people import people_named
from ramkoll.excel.board.what import Forbidden, Made, Wanted
from ramkoll.excel.children import Children, read_in
from ramkoll.excel.replace import replace_file
from ramkoll.layout.report import REST, ReportLayout
from ramkoll.model.cells import CellKind
from ramkoll.model.errors import RamkollError
from ramkoll.model.findings import Severity
from ramkoll.model.recalculated import Opinion, Verdict
from ramkoll.model.workbook import Sheet, Submission, Visibility
from ramkoll.pipeline.export_people import people_in
from ramkoll.pipeline.package import APPROVED, REGION_FORM
from ramkoll.pipeline.recalculation import recalculate_in
from ramkoll.pipeline.tables import printed_tables
from ramkoll.pipeline.trace_open import changed_figures
from ramkoll.sheets import about, review
from ramkoll.sheets.paper import SOURCE
from ramkoll.sheets.view import DRAFT
from ramkoll.store.layouts import Layouts

_STALE = {
    Verdict.STALE: "formelns sparade värde är inaktuellt",
    Verdict.UNCACHED: "formeln har inget sparat värde",
    Verdict.CIRCULAR: "formeln ingår i en cirkelreferens",
}
_MOST_TOLD = 20


@dataclass(frozen=True)
class Exported:
    """What came of an export. Nothing was written when there are ``hindrances``.

    ``sheets`` are the board's, ``left_sheets`` the others, with why where it is not plain.
    ``unvouched`` counts formulas that no engine can compute: the file has what Excel saved.
    """

    out: Path
    sheets: tuple[str, ...]
    left_sheets: tuple[str, ...]
    made: Made
    draft: bool
    hindrances: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    unvouched: int = 0

    @property
    def written(self) -> bool:
        """Whether there is a file."""
        return not self.hindrances


def export_board(
    path: Path, out: Path, layouts: Layouts, children: Children, *, draft: bool = False
) -> Exported:
    """Write the board version of a consolidated workbook, or say what hinders it.

    Only the sheets that the report's layout gives the board come along, with what is printed of
    them. An unfinished report is written when it is asked for as a ``draft``, and says so on every
    page. Raises RamkollError when the workbook is no such report or cannot be read, and when there
    is nowhere to write.
    """
    _refuse_place(path, out)
    workbook = read_in(children, path)
    data = path.read_bytes()
    if sha256(data).hexdigest() != workbook.sha256:
        raise RamkollError(
            "Arbetsboken sparades medan den lästes.", where=path.name, todo="Försök igen."
        )
    printed_tables(workbook)  # refuses what is no such workbook
    report = _report(workbook, layouts)
    there = to_board(workbook, report)
    hidden = [each.name for each in there if each.visibility is not Visibility.VISIBLE]
    names = tuple(each.name for each in there if each.name not in hidden)
    if not names:
        raise RamkollError(
            "Inget av bladen till nämnden finns i arbetsboken, eller så är de dolda.",
            where=path.name,
            todo="Visa bladen, eller sammanställ arbetsboken på nytt.",
        )
    title = workbook.sheet(names[0])
    assert title is not None
    heading = title.cell(1, 1).value
    wanted = Wanted(names, dict(_sources(workbook, names)), DRAFT if draft else "")
    made = board_version(data, path.name, wanted, heading if isinstance(heading, str) else "")
    unfinished = [] if draft else list(_unfinished(workbook, data, names))
    opinions = recalculate_in(children, workbook, names).opinions
    at_fault = {each.at for each in made.hindrances}
    old = list(_old_values(each for each in opinions if each.at not in at_fault))
    hindrances = [
        *unfinished,
        *_told([f"{each.at}: {each.why}." for each in made.hindrances]),
        *_told(old),
    ]
    warnings = [*_warnings(workbook, hidden, opinions)]
    if not hindrances:
        found = leaks(made.data, _forbidden(workbook, data, names))
        people = people_in(made.data, path.name, layouts.defaults.persons)
        hindrances = _told([*(f"{each}." for each in found), *people.stops])
        warnings += people.look
    others = [each.name for each in workbook.sheets if each.name not in (*names, *hidden)]
    others += workbook.beside.other_sheets
    result = Exported(
        out,
        names,
        (*others, *(f"{each} (dolt)" for each in hidden)),
        made,
        draft,
        tuple(hindrances),
        tuple(warnings),
        sum(each.verdict is Verdict.UNKNOWN for each in opinions),
    )
    if result.written:
        replace_file(out, made.data)
    return result


def _refuse_place(path: Path, out: Path) -> None:
    if out.suffix.lower() != ".xlsx":
        raise RamkollError(
            "Nämndens version är alltid en Excel-arbetsbok utan makron.",
            where=str(out),
            expected="ett namn som slutar på .xlsx",
            todo="Ange ett sådant namn efter --out.",
        )
    if out.exists() and path.exists() and out.samefile(path):
        raise RamkollError(
            "Nämndens version skulle skriva över arbetsboken den görs av.",
            where=str(out),
            todo="Ange ett annat namn efter --out.",
        )


def _report(workbook: Submission, layouts: Layouts) -> ReportLayout:
    """The layout that the workbook was made with, which says what the board gets."""
    om = workbook.sheet(about.SHEET)
    by = None if om is None else about.made_by(om)
    if by is None:
        raise RamkollError(
            f"Bladet {about.SHEET} finns inte eller säger inte vilken rapportmall som gäller.",
            where=workbook.file,
            todo="Sammanställ arbetsboken på nytt.",
        )
    report = next((each for each in layouts.reports if each.name == by[0]), None)
    if report is None:
        raise RamkollError(
            f"Rapportmallen {by[0]} finns inte.",
            where=workbook.file,
            todo="Ange mappen med regionens mallar med --layouts.",
        )
    if not report.to_board:
        raise RamkollError(
            "Rapportmallen säger inte vilka blad nämnden får.",
            where=f"{report.name}.toml",
            expected="to_board under [report]",
            todo="Skriv dit bladens namn.",
        )
    return report


def to_board(workbook: Submission, report: ReportLayout) -> list[Sheet]:
    """The sheets that the board gets, as the report names them, in the workbook's own order."""
    wanted = {name.casefold() for name in report.to_board if name != REST}
    if REST in report.to_board:
        rest = {table.id.lower() for table in report.tables if REST in table.areas}
        known = {table.sheet.casefold() for table in report.tables}
        for table, cells in printed_tables(workbook).items():
            name = (cells.sheet or "").casefold()
            if any(table.startswith(each) for each in rest) and name not in known:
                wanted.add(name)
    return [each for each in workbook.sheets if each.name.casefold() in wanted]


def _sources(
    workbook: Submission, names: tuple[str, ...]
) -> Iterator[tuple[str, frozenset[tuple[int, int]]]]:
    """The lines that say from which file and cell a text comes, by sheet."""
    files = tuple(f"{SOURCE}{file}," for file in _files(workbook))
    for name in names:
        sheet = workbook.sheet(name)
        assert sheet is not None
        lines = {
            at
            for at, cell in sheet.cells.items()
            if isinstance(cell.value, str) and cell.value.startswith(files)
        }
        yield name, frozenset(lines)


def _files(workbook: Submission) -> dict[str, tuple[str, str]]:
    """The files that the report was made of, each with its form and its status."""
    om = workbook.sheet(about.SHEET)
    assert om is not None
    heads = [
        row
        for (row, column), cell in om.cells.items()
        if column == 1
        and cell.value == about.FILE_HEADINGS[0]
        and om.cell(row, 2).value == about.FILE_HEADINGS[1]
    ]
    found: dict[str, tuple[str, str]] = {}
    for row in heads:
        at = row + 1
        while (name := om.cell(at, 1).value) is not None and om.cell(at, 2).value is not None:
            found[str(name)] = (str(om.cell(at, 2).value), str(om.cell(at, 5).value or ""))
            at += 1
    return found


def _unfinished(workbook: Submission, data: bytes, names: tuple[str, ...]) -> Iterator[str]:
    """Why the report is only a draft as yet."""
    todo = "Ange --utkast om nämnden ska få ett utkast, märkt så på varje sida."
    headers = page_headers(data, workbook.file, names)
    by_form = _files(workbook).values()
    approved = any(
        form.rpartition("-")[0] == REGION_FORM and status.casefold() == APPROVED
        for form, status in by_form
    )
    if not approved or any(DRAFT in each for each in headers.values()):
        yield (
            f"{workbook.file}: Rapporten är ett utkast: regionens arbetsbok är inte godkänd. {todo}"
        )
    sheet = workbook.sheet(review.SHEET)
    count = 0 if sheet is None else _blocking(sheet)
    if count:
        yield (
            f"{workbook.file} {review.SHEET}: {count} fynd stoppar, så siffrorna är inte klara. "
            f"Rätta dem och sammanställ på nytt. {todo}"
        )


def _blocking(sheet: Sheet) -> int:
    """Findings that block and that nobody has acknowledged: those of the first list."""
    word = Severity.BLOCKS.value.capitalize()
    heads = sorted(
        row for (row, column), cell in sheet.cells.items() if column == 2 and cell.value == "Regel"
    )
    end = heads[1] if len(heads) > 1 else float("inf")
    return sum(
        column == 1 and cell.value == word and row < end
        for (row, column), cell in sheet.cells.items()
    )


def _old_values(opinions: Iterable[Opinion]) -> Iterator[str]:
    todo = "Öppna arbetsboken i Excel, spara och kör igen."
    for each in opinions:
        if each.verdict in _STALE:
            yield f"{each.at}: {_STALE[each.verdict]}. {todo}"


def _told(sentences: list[str]) -> list[str]:
    """The first of them, and how many more there are."""
    more = len(sentences) - _MOST_TOLD
    return sentences[:_MOST_TOLD] + ([f"och {more} till."] if more > 0 else [])


def _forbidden(workbook: Submission, data: bytes, names: tuple[str, ...]) -> Forbidden:
    kept = {each.casefold() for each in names}
    sheets = [each.name for each in workbook.sheets if each.name.casefold() not in kept]
    sheet = workbook.sheet(review.SHEET)
    cells = () if sheet is None else sheet.cells.values()
    signed = [str(cell.value) for cell in cells if cell.kind is CellKind.TEXT]
    return Forbidden(
        tuple(sheets) + workbook.beside.other_sheets,
        tuple(each.name for each in workbook.beside.names if not each.name.startswith("_xlnm.")),
        tuple(_files(workbook)),
        people_named(data, workbook.file, signed),
    )


def _warnings(
    workbook: Submission, hidden: list[str], opinions: tuple[Opinion, ...]
) -> Iterator[str]:
    for each in hidden:
        yield f"{workbook.file} {each}: Bladet är dolt och följer därför inte med."
    if workbook.sheet(review.SHEET) is None:
        yield (
            f"{workbook.file}: Bladet {review.SHEET} finns inte, så det syns inte om något fynd "
            "stoppar."
        )
    for each_opinion in opinions:
        if each_opinion.verdict is Verdict.DISPUTED:
            yield f"{each_opinion.at}: räknemotorerna är inte överens om formelns värde."
    yield from changed_figures(workbook)
