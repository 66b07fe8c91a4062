"""Structured references to tables as the cells they stand for."""

from __future__ import annotations

import re

from ramkoll.model.beside import Table
from ramkoll.model.cells import Area

_ITEM = re.compile(r"\[((?:[^\[\]']|'.)*)\]|(,)|(:)|(\s+)", re.DOTALL)
_ESCAPED = re.compile(r"'(.)", re.DOTALL)
_PARTS = ("#all", "#data", "#headers", "#totals", "#this row")


def table_area(table: Table, brackets: str, row: int) -> Area | None:
    """The cells of ``[Belopp]``, ``[[#This Row],[A]:[B]]`` and the like, in a row's formula.

    None when the table has no such part or column, or the row is outside it.
    """
    inside = brackets[1:-1].strip()
    items = _items(inside)
    if items is None:
        return None
    parts, columns = items
    rows = _rows(table, parts or ["#data"], row)
    span = _columns(table, columns)
    if rows is None or span is None:
        return None
    left = table.area.left
    return Area(rows[0], left + span[0], rows[1], left + span[1])


def _items(inside: str) -> tuple[list[str], list[str]] | None:
    """The parts (#Totals …) and the first and last columns that are asked for."""
    if inside.startswith("@"):
        rest = _items(inside[1:])
        return None if rest is None else (["#this row"], rest[1])
    if not inside.startswith("["):
        if not inside:
            return [], []
        name = _ESCAPED.sub(r"\1", inside)
        return ([name.casefold()], []) if name.casefold() in _PARTS else ([], [name])
    parts: list[str] = []
    columns: list[str] = []
    at, ranged = 0, False
    while at < len(inside):
        match = _ITEM.match(inside, at)
        if match is None:
            return None
        at = match.end()
        ranged |= match[3] is not None
        if match[1] is None:
            continue
        name = _ESCAPED.sub(r"\1", match[1])
        if name.casefold() in _PARTS:
            parts.append(name.casefold())
        else:
            columns.append(name)
    return (parts, columns) if len(columns) <= 1 + ranged else None


def _rows(table: Table, parts: list[str], row: int) -> tuple[int, int] | None:
    top, bottom = table.area.top, table.area.bottom
    first, last = top + table.header_rows, bottom - table.totals_rows
    spans = []
    for part in parts:
        match part:
            case "#all":
                spans.append((top, bottom))
            case "#data":
                spans.append((first, last))
            case "#headers":
                if not table.header_rows:
                    return None
                spans.append((top, first - 1))
            case "#totals":
                if not table.totals_rows:
                    return None
                spans.append((last + 1, bottom))
            case _:
                if not first <= row <= last:
                    return None
                spans.append((row, row))
    lowest, highest = min(each[0] for each in spans), max(each[1] for each in spans)
    return (lowest, highest) if lowest <= highest else None


def _columns(table: Table, names: list[str]) -> tuple[int, int] | None:
    if not names:
        return 0, table.area.right - table.area.left
    folded = [name.casefold() for name in table.columns]
    try:
        found = [folded.index(name.casefold()) for name in names]
    except ValueError:
        return None
    return min(found), max(found)
