"""Which form a workbook is, by what it says itself; never by file name."""

from __future__ import annotations

import re
from collections.abc import Sequence

from ramkoll.layout.find_sheets import folded_label, sheet_with_fields
from ramkoll.layout.layout import Layout
from ramkoll.layout.typed import text_in
from ramkoll.model.cells import CellKind, CellRef
from ramkoll.model.errors import RamkollError
from ramkoll.model.workbook import Sheet, Submission

FORM_FIELD = "form"
FORM_NAME = re.compile(r"\w+-\d+")
VALUE_OFFSETS = (1, 2, 3)  # columns from the label Formulär to its value


class UnknownForm(RamkollError):
    """The workbook is no form that we know, or does not say for which period; ``at`` a cell."""

    def __init__(self, what: str, *, at: CellRef, expected: str, todo: str) -> None:
        super().__init__(what, where=str(at), expected=expected, todo=todo)
        self.at = at


def identify(submission: Submission, layouts: Sequence[Layout]) -> Layout:
    """The layout that a workbook says it follows, by its cell Formulär; never by file name.

    Raises UnknownForm when the workbook has no such cell, or names a form we do not have.
    """
    names = {layout.name.casefold(): layout for layout in layouts}
    known = ", ".join(sorted(layout.name for layout in layouts))
    claimed, at = _claimed_form(submission, layouts)
    if not claimed:
        raise UnknownForm(
            "Arbetsboken är inget av Ramkolls formulär.",
            at=at,
            expected=f"cellen Formulär på bladet Start med något av: {known}",
            todo="Lämna in arbetsboken som delades ut, eller ta bort filen ur mappen.",
        )
    if claimed.casefold() not in names:
        raise UnknownForm(
            f"Formulärets version «{claimed}» är okänd.",
            at=at,
            expected=known,
            todo="Flytta över uppgifterna till ett formulär av känd version, eller ange mappen "
            "med formulär med --layouts.",
        )
    return names[claimed.casefold()]


def _claimed_form(submission: Submission, layouts: Sequence[Layout]) -> tuple[str, CellRef]:
    """What stands in the cell Formulär, and that cell; the whole file when there is none."""
    for layout in layouts:
        for sheet_layout in layout.sheets:
            label = next((f.label for f in sheet_layout.fields if f.id == FORM_FIELD), None)
            if label is None:
                continue
            sheet = sheet_with_fields(submission, sheet_layout)
            if sheet is None:
                continue
            for (row, column), cell in sorted(sheet.cells.items()):
                if cell.kind is CellKind.TEXT and _same(str(cell.value), label):
                    at = column + value_offset(sheet, row, column)
                    ref = CellRef(submission.file, sheet.name, row, at)
                    return text_in(sheet.cell(row, at)), ref
    return "", CellRef.whole_file(submission.file)


def value_offset(sheet: Sheet, row: int, column: int) -> int:
    """How far right of the label Formulär its value stands: further when columns are inserted."""
    texts = (text_in(sheet.cell(row, column + n)) for n in VALUE_OFFSETS)
    return next((n for n, text in enumerate(texts, 1) if FORM_NAME.fullmatch(text)), 1)


def _same(text: str, label: str) -> bool:
    return folded_label(text) == folded_label(label)
