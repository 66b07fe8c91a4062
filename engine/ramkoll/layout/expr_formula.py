"""An expression of the language of columns as an Excel formula, blank when its value is."""

from __future__ import annotations

import re
from typing import Protocol

from ramkoll.layout.expr import (
    CLOCK,
    Binary,
    Call,
    Expr,
    Name,
    Negative,
    Number,
    Text,
    name_of,
    words_sought,
)

_SCALED = re.compile(r"/[0-9]+$")  # a figure turned into another unit: SUM(A1:A9)/1000


class Cells(Protocol):
    """How an expression's names are written in a formula of one row."""

    def cell(self, name: Name) -> str:
        """A column's cell in the row, or the cell of a clock number."""

    def number(self, name: Name) -> str:
        """A column's number: its cell, wrapped where the cell may hold a formula's blank."""

    def span_address(self, name: Name) -> str:
        """The cells of a repeated column in the row; empty when there are none."""

    def months_address(self, series: Name) -> str:
        """The twelve cells of a series in the row."""

    def month_numbers(self, series: Name) -> str:
        """The cells that hold the numbers 1–12 above that series."""

    def at_cell(self, name: Name, line: str) -> str:
        """A column's cell in the row of that line."""

    def list_area(self, name: Name) -> str:
        """The cells of a list's column, spare rows included."""

    def scale(self, series: Name) -> str:
        """What turns the series' unit into the column's: ``/1000`` or nothing."""


def formula(expr: Expr, cells: Cells) -> str:
    """The expression as an Excel formula without its equals sign, blank when it is blank."""
    if isinstance(expr, Call) and expr.function == "if_any":
        span, then, otherwise = expr.arguments
        address = cells.span_address(name_of(span))
        if not address:  # in December no month is left to type
            return formula(otherwise, cells)
        filled = f"COUNT({address})>0"
        return f"IF({filled},{_term(then, cells)},{formula(otherwise, cells)})"
    if isinstance(expr, Call) and expr.function == "given":
        name, then = expr.arguments
        tests = [f"COUNT({cells.cell(name_of(name))})=0"]
        tests += [f"{divisor}=0" for divisor in _divisors(then, cells)]
        test = tests[0] if len(tests) == 1 else f"OR({','.join(tests)})"
        return f'IF({test},"",{_term(then, cells)})'
    if isinstance(expr, Call) and expr.function == "at":
        cell = _at_cell(expr, cells)
        return f'IF(ISNUMBER({cell}),{cell},"")'
    if isinstance(expr, Name) and expr.column not in CLOCK:
        cell = cells.cell(expr)
        return f'IF(ISNUMBER({cell}),{cell},"")'
    tests = []
    if inputs := _inputs(expr, cells):
        tests.append(f"COUNT({','.join(inputs)})=0")
    tests += [f"{divisor}=0" for divisor in _divisors(expr, cells)]
    term = _term(expr, cells)
    if not tests:
        return term
    test = tests[0] if len(tests) == 1 else f"OR({','.join(tests)})"
    return f'IF({test},"",{term})'


def plain_formula(expr: Expr, cells: Cells) -> str:
    """The expression as a formula without tests for blanks, for cells that are never text."""
    return _term(expr, cells)


def _inputs(expr: Expr, cells: Cells) -> list[str]:
    match expr:
        case Name(column):
            return [] if column in CLOCK else [cells.cell(expr)]
        case Negative(of) | Call("abs", (of,)):
            return _inputs(of, cells)
        case Binary(_, left, right):
            both = _inputs(left, cells) + _inputs(right, cells)
            return list(dict.fromkeys(both))
        case Call(("ytd" | "year"), (series,)):
            return [cells.months_address(name_of(series))]
        case Call("sum", (column,)):
            return [cells.span_address(name_of(column))]
        case Call("at", _):
            return [_at_cell(expr, cells)]
        case _:
            return []


def _at_cell(expr: Call, cells: Cells) -> str:
    name, line = expr.arguments
    assert isinstance(line, Text), f"a line was expected: {line}"
    return cells.at_cell(name_of(name), line.value)


def _divisors(expr: Expr, cells: Cells) -> list[str]:
    match expr:
        case Negative(of) | Call("abs", (of,)):
            return _divisors(of, cells)
        case Binary(operator, left, right):
            own = [] if operator != "/" else [_divisor(right, cells)]
            return own + _divisors(left, cells) + _divisors(right, cells)
        case _:
            return []


def _divisor(expr: Expr, cells: Cells) -> str:
    # |x| is zero when x is: the shorter test reads better.
    inner = expr.arguments[0] if isinstance(expr, Call) and expr.function == "abs" else expr
    return _term(inner, cells)


def _term(expr: Expr, cells: Cells) -> str:
    match expr:
        case Number(value):
            return str(value)
        case Name(column):
            return cells.cell(expr) if column in CLOCK else cells.number(expr)
        case Negative(of):
            return f"-{_parenthesised(of, cells, tight=True)}"
        case Call("abs", (of,)):
            return f"ABS({_term(of, cells)})"
        case Call("given", (_, then)):
            return _term(then, cells)
        case Call("sum", (column,)):
            return f"SUM({cells.span_address(name_of(column))})"
        case Call("at", _):
            return f"N({_at_cell(expr, cells)})"
        case Call("where", (amount, *criteria)):
            tests = [f'{cells.list_area(each)},"{word}"' for each, word in words_sought(criteria)]
            return f"SUMIFS({cells.list_area(name_of(amount))},{','.join(tests)})"
        case Call("ytd", (series,)):
            name = name_of(series)
            months, numbers = cells.months_address(name), cells.month_numbers(name)
            until = cells.cell(Name("month"))
            return f'SUMIFS({months},{numbers},"<="&{until}){cells.scale(name)}'
        case Call("year", (series,)):
            name = name_of(series)
            return f"SUM({cells.months_address(name)}){cells.scale(name)}"
        case Binary(operator, left, right):
            tight = operator in "*/"
            first = _parenthesised(left, cells, tight=tight)
            second = _parenthesised(right, cells, tight=tight or operator == "-")
            of_product = isinstance(right, Binary) and right.operator in "*/"
            if operator == "/" and (of_product or _SCALED.search(second)):
                second = f"({second})"
            return f"{first}{operator}{second}"
        case _:
            raise ValueError(f"no formula: {expr}")


def _parenthesised(expr: Expr, cells: Cells, *, tight: bool) -> str:
    text = _term(expr, cells)
    loose = isinstance(expr, Negative) or (isinstance(expr, Binary) and expr.operator in "+-")
    return f"({text})" if tight and loose else text
