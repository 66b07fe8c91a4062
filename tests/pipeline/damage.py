"""Ways to damage a submitted workbook, and what a check says of it that it did not say before.

The books are those of tests/rules/region.py. openpyxl does not adjust formulas when it inserts or
deletes, as a careless program does not; ``insert_row_as_excel`` does.
"""

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

import openpyxl
from openpyxl.formula.translate import Translator
from openpyxl.worksheet.worksheet import Worksheet
from tests.excel.broken import OLE_MAGIC
from tests.kept import Kept
from tests.pipeline.opened import layouts
from tests.rules.region import Edit, change, put

from ramkoll.model.findings import Finding
from ramkoll.pipeline.check import Checked, check

UNIT = "10"  # the unit whose workbook is damaged
FILE = f"{UNIT}.xlsx"
Figures = dict[tuple[str, str, str, str], Decimal]
SheetEdit = Callable[[Worksheet], object]


@dataclass(frozen=True)
class Books:
    """Sound workbooks in a folder, with the figures and findings they give."""

    folder: Path
    figures: Figures
    findings: frozenset[tuple[str, str]]
    kept: Kept

    def after(self, work: Path, *edits: Edit, frame: Path | None = None) -> "Damaged":
        """A copy that is damaged and checked."""
        folder = work / "inlämnat"
        shutil.copytree(self.folder, folder)
        for edit in edits:
            edit(folder)
        checked = check([folder], layouts(), lambda *_: None, frame_path=frame, keep=self.kept)
        said = [each for each in checked.findings if _name(each) not in self.findings]
        return Damaged(checked, said, self.figures)


@dataclass(frozen=True)
class Damaged:
    """What a check of damaged workbooks gave. ``said`` is what a sound batch does not say."""

    checked: Checked
    said: list[Finding]
    sound: Figures

    def only(self, *, unit_is_missing: bool = False) -> Finding:
        """The one thing that is said.

        Besides, a unit that falls out is named as missing, and a missing row gets its size.
        """
        missing = [each for each in self.said if each.rule == "R321"]
        assert len(missing) == unit_is_missing, [each.message for each in missing]
        said = [each for each in self.said if each.rule not in ("R321", "R213")]
        assert len(said) == 1, [f"{each.rule} {each.at}: {each.message}" for each in said]
        assert not said[0].message[0].islower()
        assert said[0].tip.endswith((".", "!")), said[0].tip
        return said[0]

    def changed_units(self) -> set[str]:
        """The units with another figure than in the sound batch."""
        found = figures(self.checked)
        keys = {*found, *self.sound}
        return {key[1] for key in keys if found.get(key) != self.sound.get(key)}


def sound(folder: Path) -> Books:
    """The workbooks of a folder as they are before any damage."""
    kept = Kept(folder)
    checked = check([folder], layouts(), lambda *_: None, keep=kept)
    return Books(folder, figures(checked), frozenset(map(_name, checked.findings)), kept)


def _name(finding: Finding) -> tuple[str, str]:
    return finding.rule, finding.message


def figures(checked: Checked) -> Figures:
    """Every figure that goes into the consolidated tables."""
    assert checked.package is not None
    return {
        (each.measure, each.enhet, each.line, each.part): each.value
        for each in checked.package.underlag.entries
    }


def on(sheet: str, edit: SheetEdit, file: str = UNIT) -> Edit:
    """A change of a sheet with openpyxl."""

    def run(page: Worksheet) -> None:
        edit(page)

    return change(file, sheet, run)


def cell(sheet: str, row: str | tuple[str, ...], heading: str, value: object) -> Edit:
    """Another value in a cell, of any type; found by what stands in its row and column."""

    def edit(folder: Path) -> None:
        mark = "här ska det stå"
        put(UNIT, sheet, row, heading, mark)(folder)

        def fill(page: Worksheet) -> None:
            at = next(each for line in page.iter_rows() for each in line if each.value == mark)
            at.value = value  # type: ignore[assignment]

        change(UNIT, sheet, fill)(folder)

    return edit


def field(label: str, value: object) -> Edit:
    """Another value in a labelled cell of Start."""
    return cell("Start", label, "", value)


def row_of(page: Worksheet, *texts: str) -> int:
    """The first row that has these texts."""
    for row, line in enumerate(page.iter_rows(), 1):
        if {*texts} <= {str(each.value) for each in line}:
            return row
    raise LookupError(texts)


def column_of(page: Worksheet, heading: str) -> int:
    """The first column with this heading."""
    for line in page.iter_rows():
        for each in line:
            if each.value == heading:
                return int(each.column)
    raise LookupError(heading)


def double_row(page: Worksheet, *texts: str) -> None:
    """Insert a copy of a row below it."""
    row = row_of(page, *texts)
    page.insert_rows(row + 1)
    for column in range(1, page.max_column + 1):
        page.cell(row + 1, column).value = page.cell(row, column).value


def double_column(page: Worksheet, heading: str) -> None:
    """Insert a copy of a column to the right of it."""
    column = column_of(page, heading)
    page.insert_cols(column + 1)
    for row in range(1, page.max_row + 1):
        page.cell(row, column + 1).value = page.cell(row, column).value


def sort_rows(page: Worksheet, first: int, last: int, by: int) -> None:
    """Sort rows on a column as Excel does, formulas following their row."""
    width = page.max_column
    lines = [
        [page.cell(row, c).value for c in range(1, width + 1)] for row in range(first, last + 1)
    ]
    ranked = sorted(enumerate(lines), key=lambda each: str(each[1][by - 1]))
    for row, (was, line) in enumerate(ranked, first):
        for column, value in enumerate(line, 1):
            at = page.cell(row, column)
            if isinstance(value, str) and value.startswith("="):
                origin = page.cell(first + was, column).coordinate
                value = Translator(value, origin=origin).translate_formula(at.coordinate)
            at.value = value


def rename_sheet(sheet: str, name: str) -> Edit:
    """Give a sheet another name, in formulas too, as Excel does."""

    def rename(book: openpyxl.Workbook) -> None:
        book[sheet].title = name
        for page in book:
            for line in page.iter_rows():
                for each in line:
                    if isinstance(each.value, str) and each.value.startswith("="):
                        each.value = each.value.replace(f"{sheet}!", f"'{name}'!")

    return _whole(rename)


def drop_sheet(sheet: str) -> Edit:
    """Delete a sheet."""
    return _whole(lambda book: book.remove(book[sheet]))


def own_sheet(book: openpyxl.Workbook) -> None:
    """A sheet of the controller's own."""
    book.create_sheet("Min flik").append(["Anteckning", 17, "=1/0"])


def whole(edit: Callable[[openpyxl.Workbook], object]) -> Edit:
    """A change of the workbook as a whole with openpyxl."""
    return _whole(edit)


def _whole(edit: Callable[[openpyxl.Workbook], object]) -> Edit:
    def run(folder: Path) -> None:
        book = openpyxl.load_workbook(folder / FILE)
        edit(book)
        book.save(folder / FILE)

    return run


def bytes_of(data: bytes | Callable[[bytes], bytes], name: str = FILE) -> Edit:
    """Replace a file's bytes, or write a new one."""

    def edit(folder: Path) -> None:
        path = folder / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(data if isinstance(data, bytes) else data((folder / FILE).read_bytes()))

    return edit


def encrypted() -> bytes:
    """The container that Excel puts an encrypted workbook in, as far as its directory shows."""
    streams = ("Root Entry", "EncryptedPackage", "EncryptionInfo")
    return (
        OLE_MAGIC + bytes(504) + b"".join(name.encode("utf-16-le") + bytes(64) for name in streams)
    )


def old_xls() -> bytes:
    """The container of an .xls."""
    return OLE_MAGIC + bytes(504) + "Workbook".encode("utf-16-le") + bytes(2048)
