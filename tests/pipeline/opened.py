"""A workbook of the examples as it would be while somebody writes in it."""

from dataclasses import replace
from decimal import Decimal
from functools import cache
from pathlib import Path
from types import MappingProxyType

from ramkoll.excel.scan import scan
from ramkoll.model.cells import BLANK_CELL, Cell, CellKind, parse_a1
from ramkoll.model.period import Period
from ramkoll.model.workbook import Submission
from ramkoll.pipeline.check import check_open
from ramkoll.pipeline.distribute import prepare
from ramkoll.pipeline.submissions import open_frame
from ramkoll.rules.views import FormView
from ramkoll.store.layouts import load_layouts

ROOT = Path(__file__).resolve().parents[2]
BOOKS = ROOT / "workbooks" / "2024-08"
INPUTS = ROOT / "tests" / "data" / "2024-08" / "inputs"

layouts = cache(load_layouts)


@cache
def book(name: str) -> Submission:
    return scan(BOOKS / f"{name}.xlsx")


@cache
def frame():
    return open_frame(BOOKS / "budgetram.xlsx", layouts())


@cache
def extracts():
    return prepare(INPUTS, Period(2024, 8), layouts(), frame().form)


def cell_of(value) -> Cell:
    if value is None:
        return BLANK_CELL
    if isinstance(value, str):
        return Cell(CellKind.TEXT, value)
    return Cell(CellKind.NUMBER, Decimal(str(value)))


def edited(submission: Submission, cells: dict[str, object]) -> Submission:
    """The workbook with other values, by place as formulas write it: ``{"Utfall!I7": "Text"}``."""
    sheets = list(submission.sheets)
    for place, value in cells.items():
        name, _, address = place.rpartition("!")
        n = next(n for n, each in enumerate(sheets) if each.name == name)
        changed = dict(sheets[n].cells) | {parse_a1(address): cell_of(value)}
        sheets[n] = replace(sheets[n], cells=MappingProxyType(changed))
    return replace(submission, sheets=tuple(sheets))


def view_of(name: str, cells: dict[str, object] | None = None) -> FormView:
    checked = check_open(edited(book(name), cells or {}), layouts(), frame())
    return checked.forms[0]
