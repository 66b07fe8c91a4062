"""The formulas of our own sheets as data: what they may hold, and nothing more.

Numbers, texts, cells and ranges on any sheet, defined names, ``+ - * /``, ``&``, comparisons,
parentheses and function calls. A formula that a person has written with anything else is
refused, since a figure that is half understood proves nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import TypeAlias

from ramkoll.model.cells import Area, parse_a1

_TOKEN = re.compile(
    r"""\s*(?:
        (?P<number> (?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)? (?![\w.]) )
      | (?P<text> "(?:[^"]|"")*" )
      | (?P<cells> (?P<sheet> (?:'(?:[^']|'')+'|[^\W\d][\w.]*)! )?
                   (?P<first> \$?[A-Za-z]{1,3}\$?[1-9][0-9]{0,6} )
                   (?: : (?P<last> \$?[A-Za-z]{1,3}\$?[1-9][0-9]{0,6} ) )?
                   (?![\w.$(!:\[]) )
      | (?P<call> [A-Za-z][\w.]* ) \(
      | (?P<name> [^\W\d][\w.]* ) (?![\w.$(!:\[])
      | (?P<sign> <=|>=|<>|[-+*/&()<>=,] )
    )""",
    re.VERBOSE,
)
_COMPARISONS = ("<=", ">=", "<>", "<", ">", "=")
_DEEPEST = 64  # as deep as Excel itself lets parentheses go


class UnknownFormula(Exception):
    """Something that our own sheets never hold; the text says what, in Swedish."""


@dataclass(frozen=True, slots=True)
class Number:
    """A number written in the formula."""

    value: Decimal


@dataclass(frozen=True, slots=True)
class Text:
    """A text written in the formula."""

    value: str


@dataclass(frozen=True, slots=True)
class Cells:
    """A cell or a range; ``sheet`` is None for the sheet that the formula stands on."""

    sheet: str | None
    area: Area


@dataclass(frozen=True, slots=True)
class Name:
    """A defined name."""

    name: str


@dataclass(frozen=True, slots=True)
class Negative:
    """The negative of an expression."""

    of: Expr


@dataclass(frozen=True, slots=True)
class Binary:
    """Two expressions and the sign between them."""

    sign: str
    left: Expr
    right: Expr


@dataclass(frozen=True, slots=True)
class Call:
    """A function in upper case, and its arguments."""

    function: str
    arguments: tuple[Expr, ...]


Expr: TypeAlias = Number | Text | Cells | Name | Negative | Binary | Call


@lru_cache(maxsize=4096)
def parse(formula: str) -> Expr:
    """A formula without its equals sign. Raises UnknownFormula."""
    parser = _Parser(tuple(_tokens(formula)))
    expr = parser.comparison(0)
    parser.expect("")
    return expr


def cells_from_text(text: str) -> Cells | None:
    """``'Ekonomisk analys'!$A$4:$F$23`` as cells; None when the text is anything else."""
    match = _TOKEN.fullmatch(text)
    return _cells(match) if match is not None and match["cells"] else None


@dataclass(frozen=True, slots=True)
class _Token:
    kind: str
    text: str
    cells: Cells | None = None


_END = _Token("sign", "")


def _tokens(formula: str) -> Iterator[_Token]:
    at = 0
    end = len(formula.rstrip())
    while at < end:
        match = _TOKEN.match(formula, at)
        if match is None:
            raise UnknownFormula(f"tecknet {formula[at:].lstrip()[0]}")
        at = match.end()
        if match["cells"]:
            yield _Token("cells", match["cells"], _cells(match))
        else:
            kind = next(k for k in ("number", "text", "call", "name", "sign") if match[k])
            yield _Token(kind, match[kind])


def _cells(match: re.Match[str]) -> Cells | None:
    sheet = match["sheet"]
    if sheet is not None:
        sheet = sheet[:-1]
        if sheet.startswith("'"):
            sheet = sheet[1:-1].replace("''", "'")
    try:
        top, left = parse_a1(match["first"])
        bottom, right = parse_a1(match["last"] or match["first"])
    except ValueError:
        return None
    area = Area(min(top, bottom), min(left, right), max(top, bottom), max(left, right))
    return Cells(sheet, area)


class _Parser:
    """One method a level, the loosest first."""

    def __init__(self, tokens: tuple[_Token, ...]) -> None:
        self._tokens = tokens
        self._at = 0

    def comparison(self, depth: int) -> Expr:
        return self._binary(_COMPARISONS, depth)

    def expect(self, sign: str) -> None:
        found = self._next()
        if found.kind != "sign" or found.text != sign:
            raise UnknownFormula(f"tecknet {found.text}" if found.text else "en halv formel")

    def _peek(self) -> _Token:
        return self._tokens[self._at] if self._at < len(self._tokens) else _END

    def _next(self) -> _Token:
        token = self._peek()
        self._at += 1
        return token

    def _binary(self, signs: tuple[str, ...], depth: int) -> Expr:
        left = self._tighter(signs, depth)
        while self._peek().kind == "sign" and self._peek().text in signs:
            sign = self._next().text
            left = Binary(sign, left, self._tighter(signs, depth))
        return left

    def _tighter(self, signs: tuple[str, ...], depth: int) -> Expr:
        if signs is _COMPARISONS:
            return self._binary(("&",), depth)
        if signs == ("&",):
            return self._binary(("+", "-"), depth)
        if signs == ("+", "-"):
            return self._binary(("*", "/"), depth)
        return self._signed(depth)

    def _signed(self, depth: int) -> Expr:
        if depth > _DEEPEST:
            raise UnknownFormula("fler parenteser i varandra än Excel tillåter")
        token = self._next()
        match token.kind:
            case "sign" if token.text == "-":
                return Negative(self._signed(depth + 1))
            case "sign" if token.text == "+":
                return self._signed(depth + 1)
            case "sign" if token.text == "(":
                inner = self.comparison(depth + 1)
                self.expect(")")
                return inner
            case "number":
                return Number(Decimal(token.text))
            case "text":
                return Text(token.text[1:-1].replace('""', '"'))
            case "cells" if token.cells is not None:
                return token.cells
            case "call":
                return Call(token.text.upper(), self._arguments(depth + 1))
            case "name":
                return Name(token.text)
        raise UnknownFormula(f"tecknet {token.text}" if token.text else "en halv formel")

    def _arguments(self, depth: int) -> tuple[Expr, ...]:
        found = [self.comparison(depth)]
        while self._peek() == _Token("sign", ","):
            self._next()
            found.append(self.comparison(depth))
        self.expect(")")
        return tuple(found)
