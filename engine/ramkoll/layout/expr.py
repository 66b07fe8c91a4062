"""The small language of computed columns: one definition, two renderings and its words.

``avvikelse / abs(budget_ytd)`` is rendered as an Excel formula, computed by the engine and
said in words, so that form, engine and explanation cannot drift apart. Here it is read and
computed; ``expr_formula`` writes it for Excel and ``expr_words`` in Swedish.

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
_ZERO = Decimal(0)


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


def tables_named(expr: Expr) -> frozenset[str]:
    """The other tables that an expression names."""
    match expr:
        case Name(_, table):
            return frozenset({table} if table else ())
        case Negative(of):
            return tables_named(of)
        case Binary(_, left, right):
            return tables_named(left) | tables_named(right)
        case Call(_, arguments):
            return frozenset().union(*(tables_named(each) for each in arguments))
        case _:
            return frozenset()


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
        any_filled = any(each is not None for each in values.span(name_of(span)))
        return evaluate(then if any_filled else otherwise, values)
    if isinstance(expr, Call) and expr.function == "given":
        name, then = expr.arguments
        return None if values.value(name_of(name)) is None else evaluate(then, values)
    try:
        number, filled = _number(expr, values)
    except ZeroDivisionError:
        return None
    return None if filled is False else number


def words_sought(arguments: Sequence[Expr]) -> list[tuple[Name, str]]:
    """The columns of ``where`` and the words that they must hold."""
    pairs = zip(arguments[::2], arguments[1::2], strict=True)
    return [(name_of(name), word.value) for name, word in pairs if isinstance(word, Text)]


def _number(expr: Expr, values: Values) -> tuple[Decimal, bool | None]:
    """A number with blanks as zero, and whether any cell behind it is filled; None without cells.

    Raises ZeroDivisionError.
    """
    match expr:
        case Name(column):
            value = values.value(expr)
            return value or _ZERO, None if column in CLOCK else value is not None
        case Binary(operator, left, right):
            first, one = _number(left, values)
            second, other = _number(right, values)
            return _joined(operator, first, second), other if one is None else one or bool(other)
        case Number(value):
            return value, None
        case Negative(of):
            number, filled = _number(of, values)
            return -number, filled
        case Call("abs", (of,)):
            number, filled = _number(of, values)
            return abs(number), filled
        case Call("sum", (column,)):
            return _added(values.span(name_of(column)))
        case Call("at", (name, Text(line))):
            value = values.at(name_of(name), line)
            return value or _ZERO, value is not None
        case Call("where", (amount, *criteria)):
            return values.where(name_of(amount), words_sought(criteria)), None
        case Call(("ytd" | "year") as which, (series,)):
            months = values.months(name_of(series), whole_year=which == "year")
            total, counted = _added(months)
            # The year's later months are no part of the sum, but the row is no blank one.
            return total, counted or values.any_month(name_of(series))
        case _:
            raise ValueError(f"no number: {expr}")


def _added(terms: Sequence[Decimal | None]) -> tuple[Decimal, bool]:
    filled = [each for each in terms if each is not None]
    return sum(filled, _ZERO), bool(filled)


def _joined(operator: str, first: Decimal, second: Decimal) -> Decimal:
    match operator:
        case "+":
            return first + second
        case "-":
            return first - second
        case "*":
            return first * second
    if not second:
        raise ZeroDivisionError
    return first / second


def name_of(expr: Expr) -> Name:
    """An argument that the language says is a name."""
    assert isinstance(expr, Name), f"a name was expected: {expr}"
    return expr
