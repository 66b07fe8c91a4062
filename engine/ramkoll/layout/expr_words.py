"""An expression of the language of columns in Swedish."""

from __future__ import annotations

from typing import Protocol

from ramkoll.layout.expr import Binary, Call, Expr, Name, Negative, Number
from ramkoll.model.units import MINUS


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
