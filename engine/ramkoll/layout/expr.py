"""The small language of computed columns: one definition, two renderings and its words.

``avvikelse / abs(budget_ytd)`` is rendered as an Excel formula, computed by the engine and
said in words, so that form, engine and explanation cannot drift apart.

A name is a column of the same row; ``other.name`` is a column of the same row in another
table. ``ytd(series)`` adds the months of a series up to the period's month, ``year(series)``
all twelve, ``sum(name)`` the cells of a repeated column; ``if_any(name, a, b)`` is a when any
cell of the repeated column is filled, else b; ``given(name, a)`` is a, and blank where the name is.
``at(other.name, 'line')`` is a column of another row; ``where(list.amount, list.kind, 'word')``
adds an amount over the rows of a list whose columns hold these words. ``month`` and
``months_left`` are numbers.

Blank counts as zero beside a number; an expression of blanks alone is blank, and so is one
that divides by zero.
"""

from __future__ import annotations

import ast
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Protocol, TypeAlias

from ramkoll.model.units import MINUS


@dataclass(frozen=True, slots=True)
class Number:
    """A constant."""

    value: Decimal


@dataclass(frozen=True, slots=True)
class Text:
    """A word: the line of ``at``, or what a list's column holds in ``where``."""

    value: str


@dataclass(frozen=True, slots=True)
class Name:
    """A column, or a column of another table (``table`` not empty)."""

    column: str
    table: str = ""


@dataclass(frozen=True, slots=True)
class Negative:
    """Minus an expression."""

    of: Expr


@dataclass(frozen=True, slots=True)
class Binary:
    """Two expressions joined by ``+ - * /``."""

    operator: str
    left: Expr
    right: Expr


@dataclass(frozen=True, slots=True)
class Call:
    """A function of the language with its arguments."""

    function: str
    arguments: tuple[Expr, ...]


Expr: TypeAlias = Number | Text | Name | Negative | Binary | Call

_OPERATORS = {ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/"}
_ARITY = {
    "abs": (1,), "ytd": (1,), "year": (1,), "sum": (1,), "if_any": (3,), "given": (2,),
    "at": (2,), "where": (3, 5, 7),
}  # fmt: skip
CLOCK = ("month", "months_left")


def parse(text: str) -> Expr:
    """The expression of a text; ValueError says what is not of the language."""
    try:
        tree = ast.parse(text.strip(), mode="eval")
    except SyntaxError as error:
        raise ValueError(f"not an expression: {text!r}") from error
    return _convert(tree.body, text)


def _convert(node: ast.expr, text: str) -> Expr:
    match node:
        case ast.Constant(value=int() | float() as number) if not isinstance(number, bool):
            return Number(Decimal(str(number)))
        case ast.Constant(value=str() as word):
            return Text(word)
        case ast.Name(id=column):
            return Name(column)
        case ast.Attribute(value=ast.Name(id=table), attr=column):
            return Name(column, table)
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            return Negative(_convert(operand, text))
        case ast.BinOp(left=left, op=operator, right=right) if type(operator) in _OPERATORS:
            sign = _OPERATORS[type(operator)]
            return Binary(sign, _convert(left, text), _convert(right, text))
        case ast.Call(func=ast.Name(id=function), args=arguments, keywords=[]):
            if len(arguments) in _ARITY.get(function, ()):
                return Call(function, tuple(_convert(each, text) for each in arguments))
    raise ValueError(f"not in the language of columns: {ast.unparse(node)!r} in {text!r}")


def names(expr: Expr) -> tuple[Name, ...]:
    """Every name in an expression, the clock left out, in reading order."""
    match expr:
        case Name(column):
            return () if column in CLOCK else (expr,)
        case Negative(of):
            return names(of)
        case Binary(_, left, right):
            return names(left) + names(right)
        case Call("where", _) | Number() | Text():
            return ()  # a sum over a list is never blank
        case Call(_, arguments):
            return tuple(name for each in arguments for name in names(each))


class Values(Protocol):
    """What an expression is computed from: Decimal in one unit, None for blank."""

    def value(self, name: Name) -> Decimal | None:
        """A column's value in the row, or a clock number."""

    def span(self, name: Name) -> list[Decimal | None]:
        """The cells of a repeated column."""

    def months(self, series: Name, *, whole_year: bool) -> list[Decimal | None]:
        """The months of a series: all twelve, or those up to the period's month."""

    def any_month(self, series: Name) -> bool:
        """Whether any of the series' twelve months is filled."""

    def at(self, name: Name, line: str) -> Decimal | None:
        """A column's value in the row of that line."""

    def where(self, amount: Name, criteria: Sequence[tuple[Name, str]]) -> Decimal:
        """The sum of an amount over a list's rows that hold these words; zero for none."""


def evaluate(expr: Expr, values: Values) -> Decimal | None:
    """The value of an expression; None is blank."""
    if isinstance(expr, Call) and expr.function == "if_any":
        span, then, otherwise = expr.arguments
        filled = any(each is not None for each in values.span(_name(span)))
        return evaluate(then if filled else otherwise, values)
    if isinstance(expr, Call) and expr.function == "given":
        name, then = expr.arguments
        return None if values.value(_name(name)) is None else evaluate(then, values)
    if isinstance(expr, Number):
        return expr.value
    operands = _operands(expr, values)
    if names(expr) and all(operand is None for operand in operands):
        return None
    try:
        return _arithmetic(expr, values)
    except ZeroDivisionError:
        return None


def _operands(expr: Expr, values: Values) -> list[Decimal | None]:
    match expr:
        case Name(column):
            return [] if column in CLOCK else [values.value(expr)]
        case Negative(of):
            return _operands(of, values)
        case Binary(_, left, right):
            return _operands(left, values) + _operands(right, values)
        case Call(("ytd" | "year"), (series,)):
            return [Decimal(0) if values.any_month(_name(series)) else None]
        case Call("sum", (column,)):
            return values.span(_name(column))
        case Call("abs", (of,)):
            return _operands(of, values)
        case Call("at", (name, Text(line))):
            return [values.at(_name(name), line)]
        case _:
            return []


def _criteria(arguments: Sequence[Expr]) -> list[tuple[Name, str]]:
    pairs = zip(arguments[::2], arguments[1::2], strict=True)
    return [(_name(name), word.value) for name, word in pairs if isinstance(word, Text)]


def _arithmetic(expr: Expr, values: Values) -> Decimal:
    zero = Decimal(0)
    match expr:
        case Number(value):
            return value
        case Name():
            return values.value(expr) or zero
        case Negative(of):
            return -_arithmetic(of, values)
        case Call("abs", (of,)):
            return abs(_arithmetic(of, values))
        case Call("sum", (column,)):
            return sum((each for each in values.span(_name(column)) if each), zero)
        case Call("at", (name, Text(line))):
            return values.at(_name(name), line) or zero
        case Call("where", (amount, *criteria)):
            return values.where(_name(amount), _criteria(criteria))
        case Call(("ytd" | "year") as which, (series,)):
            months = values.months(_name(series), whole_year=which == "year")
            return sum((each for each in months if each), zero)
        case Binary(operator, left, right):
            first, second = _arithmetic(left, values), _arithmetic(right, values)
            if operator == "/":
                if not second:
                    raise ZeroDivisionError
                return first / second
            return {"+": first + second, "-": first - second, "*": first * second}[operator]
        case _:
            raise ValueError(f"no number: {expr}")


def _name(expr: Expr) -> Name:
    assert isinstance(expr, Name), f"a name was expected: {expr}"
    return expr


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
        address = cells.span_address(_name(span))
        if not address:  # in December no month is left to type
            return formula(otherwise, cells)
        filled = f"COUNT({address})>0"
        return f"IF({filled},{_term(then, cells)},{formula(otherwise, cells)})"
    if isinstance(expr, Call) and expr.function == "given":
        name, then = expr.arguments
        tests = [f"COUNT({cells.cell(_name(name))})=0"]
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
            return [cells.months_address(_name(series))]
        case Call("sum", (column,)):
            return [cells.span_address(_name(column))]
        case Call("at", _):
            return [_at_cell(expr, cells)]
        case _:
            return []


def _at_cell(expr: Call, cells: Cells) -> str:
    name, line = expr.arguments
    assert isinstance(line, Text), f"a line was expected: {line}"
    return cells.at_cell(_name(name), line.value)


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
            return f"SUM({cells.span_address(_name(column))})"
        case Call("at", _):
            return f"N({_at_cell(expr, cells)})"
        case Call("where", (amount, *criteria)):
            tests = [f'{cells.list_area(each)},"{word}"' for each, word in _criteria(criteria)]
            return f"SUMIFS({cells.list_area(_name(amount))},{','.join(tests)})"
        case Call("ytd", (series,)):
            name = _name(series)
            months, numbers = cells.months_address(name), cells.month_numbers(name)
            until = cells.cell(Name("month"))
            return f'SUMIFS({months},{numbers},"<="&{until}){cells.scale(name)}'
        case Call("year", (series,)):
            name = _name(series)
            return f"SUM({cells.months_address(name)}){cells.scale(name)}"
        case Binary(operator, left, right):
            tight = operator in "*/"
            first = _parenthesised(left, cells, tight=tight)
            second = _parenthesised(right, cells, tight=tight or operator == "-")
            if operator == "/" and isinstance(right, Binary) and right.operator in "*/":
                second = f"({second})"
            return f"{first}{operator}{second}"
        case _:
            raise ValueError(f"no formula: {expr}")


def _parenthesised(expr: Expr, cells: Cells, *, tight: bool) -> str:
    text = _term(expr, cells)
    loose = isinstance(expr, Negative) or (isinstance(expr, Binary) and expr.operator in "+-")
    return f"({text})" if tight and loose else text


class Wording(Protocol):
    """What names are called in words."""

    def words(self, name: Name) -> str:
        """A column's heading, or a series' label, as a noun in running text."""


def in_words(expr: Expr, wording: Wording) -> str:
    """The expression in Swedish: ``utfall − budget``."""
    match expr:
        case Number(value):
            return str(value)
        case Name():
            return wording.words(expr)
        case Negative(of):
            return f"{MINUS}({in_words(of, wording)})"
        case Call("abs", (of,)):
            return f"|{in_words(of, wording)}|"
        case Call("sum", (of,)):
            return f"summan av {in_words(of, wording)}"
        case Call("ytd", (of,)):
            return f"{in_words(of, wording)}, januari till och med periodens månad"
        case Call("year", (of,)):
            return f"{in_words(of, wording)}, tolv månader"
        case Call("given", (_, then)):
            return in_words(then, wording)
        case Call("at", (of, _)):
            return in_words(of, wording)
        case Call("where", (amount, *_)):
            return f"summan av {in_words(amount, wording)} i listan"
        case Call("if_any", (span, then, otherwise)):
            return (
                f"{in_words(then, wording)} när {in_words(span, wording)} är ifyllda, "
                f"annars {in_words(otherwise, wording)}"
            )
        case Binary(operator, left, right):
            sign = {"-": MINUS, "*": "·"}.get(operator, operator)
            first, second = in_words(left, wording), in_words(right, wording)
            if operator in "*/":
                first = f"({first})" if _is_sum(left) else first
                second = f"({second})" if _is_sum(right) else second
            return f"{first} {sign} {second}"
        case _:
            raise ValueError(f"no words: {expr}")


def _is_sum(expr: Expr) -> bool:
    return isinstance(expr, Binary) and expr.operator in "+-"
