"""The reader held against openpyxl, which reads a workbook twice: its formulas and its values.

``python -m tests.excel.oracle FOLDER`` compares every workbook of a folder and prints, per file,
whether the two agree, where they differ, and what one of them refuses.
"""

from __future__ import annotations

import io
import re
import sys
import warnings
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from pathlib import Path
from typing import Any, NamedTuple

import openpyxl
from openpyxl.cell.cell import MergedCell
from openpyxl.utils.datetime import CALENDAR_MAC_1904, WINDOWS_EPOCH, to_excel
from openpyxl.worksheet.formula import ArrayFormula, DataTableFormula

from ramkoll.excel.cell_values import unescaped
from ramkoll.excel.number_formats import date_from_serial, shows_date
from ramkoll.excel.scan import scan_bytes
from ramkoll.excel.unreadable import Unreadable
from ramkoll.model.cells import ArrayKind, Cell, CellKind, a1, parse_a1
from ramkoll.model.workbook import Reader, Sheet, Submission

HALF_MILLISECOND = 0.5 / 86_400_000
_REFERENCE = re.compile(r"\$?[A-Za-z]{1,3}\$?[0-9]+")
SUFFIXES = frozenset({".xlsx", ".xlsm", ".xltx", ".xltm", ".xlsb", ".xlam"})


class Reason(StrEnum):
    """Why a cell is read otherwise than openpyxl reads it, on purpose: as ramkoll.excel lists."""

    CLOCK = "A time of day or a length of time is a part of a day; openpyxl makes time values."
    CALENDAR = "A day that no calendar has (0, 29 February 1900, negative) stays the number it is."
    ESCAPE = "_x000D_ and its like are the characters that Excel shows; openpyxl leaves the codes."
    EMPTY_TEXT = "An empty text is a text; openpyxl reads nothing."
    MERGED = "What stands under a merged area is read; openpyxl drops it."
    WHAT_IF = "A what-if table reads TABLE(row; column) as in Excel; openpyxl gives an object."
    INLINE = "A text that stands elsewhere than its type says is kept; openpyxl reads nothing."
    TYPE = "A type that is empty or has blanks around it is read as if it had not; openpyxl gives text."
    BLANKS = "Blanks and line ends in shared formulas stay where they are; openpyxl moves them."
    OUTSIDE = "A shared formula that is moved out of the sheet has #REF!; openpyxl writes cells that are not."
    LOST_SHEET = "A sheet whose part has an escaped name is found; openpyxl leaves it out silently."


class Verdict(StrEnum):
    """How the two readers agree on a whole file."""

    EQUAL = "lika"
    DIFFERENT = "skiljer sig"
    ONLY_THEY_READ = "läses bara av openpyxl"
    ONLY_WE_READ = "läses bara av oss"
    NEITHER_READS = "läses av ingen"


class Difference(NamedTuple):
    """One thing that is not alike; ``reason`` when it is so on purpose."""

    place: str
    what: str
    ours: object
    theirs: object
    reason: Reason | None = None

    def __str__(self) -> str:
        return f"{self.place} {self.what}: {self.ours!r} | {self.theirs!r}"


@dataclass(frozen=True)
class Comparison:
    """What came of one file. ``refusal`` is ours, ``fault`` theirs."""

    verdict: Verdict
    cells: int = 0
    differences: tuple[Difference, ...] = ()
    reasoned: Mapping[Reason, int] = field(default_factory=dict)
    refusal: str = ""
    fault: str = ""
    reader: Reader | None = None


def compare(data: bytes, file: str = "x.xlsx") -> Comparison:
    """Compare every cell, and the sheets' names, visibility and merged areas."""
    ours: Submission | None = None
    theirs = None
    refusal = fault = ""
    try:
        ours = scan_bytes(data, file)
    except Unreadable as error:
        refusal = f"[{error.code}] {error}"
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            theirs = tuple(
                openpyxl.load_workbook(io.BytesIO(data), data_only=only) for only in (False, True)
            )
            if not theirs[0].sheetnames:
                fault, theirs = "no sheets", None
        except Exception as error:
            fault = f"{type(error).__name__}: {error}"
    if ours is None or theirs is None:
        verdict = Verdict.NEITHER_READS
        if ours is not None:
            verdict = Verdict.ONLY_WE_READ
        elif theirs is not None:
            verdict = Verdict.ONLY_THEY_READ
        return Comparison(verdict, refusal=refusal, fault=fault)
    found = list(_workbooks(ours, *theirs))
    unreasoned = tuple(one for one in found if one.reason is None)
    return Comparison(
        verdict=Verdict.DIFFERENT if unreasoned else Verdict.EQUAL,
        cells=sum(len(sheet.cells) for sheet in ours.sheets),
        differences=unreasoned,
        reasoned=Counter(one.reason for one in found if one.reason is not None),
        reader=ours.reader,
    )


def _workbooks(ours: Submission, formulas: Any, values: Any) -> Iterator[Difference]:
    date_1904 = formulas.epoch == CALENDAR_MAC_1904
    if ours.date_1904 != date_1904:
        yield Difference("", "1904", ours.date_1904, date_1904)
    names = [sheet.name for sheet in ours.sheets]
    titles = [sheet.title for sheet in formulas.worksheets]
    for name in names:
        if name not in titles:
            yield Difference(name, "blad", name, None, Reason.LOST_SHEET)
    if titles != [name for name in names if name in titles]:
        yield Difference("", "blad", names, titles)
        return
    for sheet in ours.sheets:
        if sheet.name not in titles:
            continue
        at = titles.index(sheet.name)
        with_formulas, with_values = formulas.worksheets[at], values.worksheets[at]
        if sheet.visibility != with_formulas.sheet_state:
            yield Difference(sheet.name, "synlighet", sheet.visibility, with_formulas.sheet_state)
        merged = {area.address for area in sheet.merged}
        if merged != {area.coord for area in with_formulas.merged_cells.ranges}:
            yield Difference(
                sheet.name, "sammanslagna", merged, str(with_formulas.merged_cells.ranges)
            )
        yield from _sheets(sheet, with_formulas, with_values, date_1904)


def _sheets(sheet: Sheet, formulas: Any, values: Any, date_1904: bool) -> Iterator[Difference]:
    # Only the cells that are there: a sheet may reach XFD1048576.
    theirs, their_values = formulas._cells, values._cells
    for key, cell in sheet.cells.items():
        place = f"{sheet.name}!{a1(*key)}"
        other = theirs.get(key)
        if other is None or isinstance(other, MergedCell):
            reason = Reason.MERGED if other is not None else None
            if cell.stored != "" or cell.formula is not None:
                yield Difference(place, "finns bara hos oss", cell, None, reason)
            continue
        number_format = _number_format(other)
        if number_format not in (None, cell.number_format):
            yield Difference(place, "talformat", cell.number_format, number_format)
        yield from _formulas(place, cell, other)
        yield from _values(place, cell, their_values[key], date_1904)
    for key, other in theirs.items():
        # "=" alone is a formula without a text, which no cell has.
        if isinstance(other, MergedCell) or other.value in (None, "="):
            continue
        if key not in sheet.cells:
            place = f"{sheet.name}!{a1(*key)}"
            yield Difference(place, "finns bara hos openpyxl", None, other.value)


def _number_format(other: Any) -> str | None:
    """The format that openpyxl gives a cell, or None where it finds none and raises."""
    try:
        return str(other.number_format)
    except IndexError:
        return None


def _outside(reference: str) -> bool:
    try:
        parse_a1(reference)
    except ValueError:
        return True
    return False


def _formulas(place: str, cell: Cell, other: Any) -> Iterator[Difference]:
    theirs, reason = None, None
    match other.value:
        case ArrayFormula():
            theirs = str(other.value.text)
        case DataTableFormula():
            theirs = f"=TABLE({other.value.r1},{other.value.r2})"
            if cell.array is ArrayKind.TABLE or str(cell.formula).startswith("TABLE("):
                reason = Reason.WHAT_IF
        case str() if other.data_type == "f":
            theirs = other.value
    if theirs is not None:
        # It puts one before the text; there may be one in the file too.
        theirs = theirs.removeprefix("=").removeprefix("=")
    # A formula without a text: one that the cell does not have.
    if (cell.formula or None) == (theirs or None):
        return
    if reason is None and theirs is not None and cell.formula is not None:
        if cell.formula == unescaped(theirs):
            reason = Reason.ESCAPE
        elif any(map(_outside, _REFERENCE.findall(theirs))):
            reason = Reason.OUTSIDE
        elif "".join(cell.formula.split()) == "".join(theirs.split()):
            reason = Reason.BLANKS
    yield Difference(place, "formel", cell.formula, theirs, reason)


def _values(place: str, cell: Cell, other: Any, date_1904: bool) -> Iterator[Difference]:
    value = other.value
    difference = Difference(place, "värde", cell, (other.data_type, value))
    if isinstance(value, date | time | timedelta) or (
        value == "#VALUE!" and cell.kind is CellKind.NUMBER
    ):
        yield from _dates(difference, cell, value, date_1904)
        return
    if not other.data_type.strip() or other.data_type != other.data_type.strip():
        yield difference._replace(reason=Reason.TYPE)
        return
    match cell.kind, value:
        case CellKind.BLANK, None:
            return
        case CellKind.TEXT, None if cell.stored == "":
            yield difference._replace(reason=Reason.EMPTY_TEXT)
        case CellKind.TEXT, None if other.data_type != "s":
            yield difference._replace(reason=Reason.INLINE)
        case CellKind.BOOL, bool() if cell.stored == value:
            return
        case CellKind.NUMBER, int() | float() if not isinstance(
            value, bool
        ) and cell.double == float(value):
            return
        case CellKind.ERROR, str() if other.data_type == "e" and cell.stored == unescaped(value):
            if cell.stored != value:
                yield difference._replace(reason=Reason.ESCAPE)
        case CellKind.TEXT, str() if other.data_type == "s":
            if cell.stored != value:
                # It takes away "x005F_", wherever that stands.
                escaped = cell.stored in (unescaped(value), value.replace("_", "_x005F_"))
                yield difference._replace(reason=Reason.ESCAPE if escaped else None)
        case _:
            yield difference


def _dates(difference: Difference, cell: Cell, value: Any, date_1904: bool) -> Iterator[Difference]:
    """Compare what openpyxl takes for a date, a time or a length of time."""
    if cell.kind is CellKind.DATE and isinstance(cell.stored, datetime):
        if isinstance(value, time):
            value = datetime.combine(datetime(1904, 1, 1), value)
        elif isinstance(value, date) and not isinstance(value, datetime):
            value = datetime(value.year, value.month, value.day)
        if not isinstance(value, datetime) or abs(cell.stored - value) > timedelta(milliseconds=1):
            yield difference
        return
    if cell.kind is not CellKind.NUMBER:
        yield difference
        return
    number, dated = cell.double, shows_date(cell.number_format)
    if value == "#VALUE!":
        same = date_from_serial(number, date_1904) is None
    elif isinstance(value, timedelta):
        same = abs(value.total_seconds() / 86_400 - number) <= HALF_MILLISECOND * 3
    else:
        epoch = CALENDAR_MAC_1904 if date_1904 else WINDOWS_EPOCH
        same = abs(to_excel(value, epoch) - number) <= max(
            HALF_MILLISECOND * 3, abs(number) * 1e-12
        )
    in_calendar = date_from_serial(number, date_1904) is not None
    reason = None if in_calendar and dated else Reason.CALENDAR if dated else Reason.CLOCK
    if not in_calendar or same:
        yield difference._replace(reason=reason)
    else:
        yield difference


def main(arguments: list[str]) -> int:
    """Print one line a file, its first differences, and a summary. 1 when any file differs."""
    shown = 5
    verdicts: Counter[Verdict] = Counter()
    reasons: Counter[Reason] = Counter()
    cells = 0
    quiet = "--quiet" in arguments
    folders = [Path(one) for one in arguments if not one.startswith("--")]
    paths = sorted(
        path
        for folder in folders
        for path in ([folder] if folder.is_file() else folder.rglob("*"))
        if path.suffix.lower() in SUFFIXES
    )
    for path in paths:
        try:
            found = compare(path.read_bytes(), path.name)
        except Exception as error:  # a crash of ours is what this looks for
            print(f"{path}: KRASCH {type(error).__name__}: {error}", flush=True)
            verdicts[Verdict.DIFFERENT] += 1
            continue
        verdicts[found.verdict] += 1
        reasons.update(found.reasoned)
        cells += found.cells
        if quiet and found.verdict is Verdict.EQUAL:
            continue
        print(f"{path}: {found.verdict} {found.cells} {found.reader or ''}", flush=True)
        for text in (found.refusal, found.fault):
            if text:
                print(f"    {text}")
        for difference in found.differences[:shown]:
            print(f"    {difference}"[:400])
        if len(found.differences) > shown:
            print(f"    … och {len(found.differences) - shown} till")
    print(f"{sum(verdicts.values())} filer, {cells} celler")
    for verdict, count in verdicts.items():
        print(f"{count:8} {verdict}")
    for reason, count in reasons.items():
        print(f"{count:8} {reason.name}: {reason}")
    return int(any(verdicts[one] for one in (Verdict.DIFFERENT, Verdict.ONLY_THEY_READ)))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
