"""How a formula is built: its calls, what it adds, and the part of it that computes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import NamedTuple, TypeAlias

from ramkoll.model.cells import Area
from ramkoll.model.formula_text import Token, TokenKind

MANY_CELLS = 4_000  # a sum over more is no sum of a form's rows
DEEP = 64  # brackets within brackets; Excel takes no deeper
PLUS_MINUS = ("+", "-")

Tokens: TypeAlias = tuple[Token, ...]


class Place(NamedTuple):
    """One cell that a formula points at; ``sheet`` is empty for its own."""

    sheet: str
    row: int
    column: int


def bare(found: Tokens) -> Tokens:
    """Without a leading plus, and without brackets around the whole."""
    while found and found[0].text == "+":
        found = found[1:]
    for _ in range(DEEP):
        if not _is_bracketed(found):
            break
        found = found[1:-1]
    return found


def core(found: Tokens) -> Tokens:
    """What is computed: without the test for blank cells around it, and without N( )."""
    parts = _call(found, "IF")
    if parts is not None and len(parts) == 3 and _is_empty_text(parts[1]) and _is_test(parts[0]):
        found = bare(parts[2])
    kept: list[Token] = []
    at = 0
    while at < len(found):
        inside = found[at : at + 4]
        if texts(inside[:2]) == ("N", "(") and len(inside) == 4 and inside[3].text == ")":
            kept.append(inside[2])
            at += 4
        else:
            kept.append(found[at])
            at += 1
    return tuple(kept)


def _is_test(part: Tokens) -> bool:
    """Whether a condition only asks if there is something to compute with."""
    words = {token.text for token in part if token.kind is TokenKind.WORD}
    return words <= {"COUNT", "COUNTA", "OR", "AND", "ISNUMBER", "ISBLANK", "N", "ABS", "NOT"}


def _is_empty_text(part: Tokens) -> bool:
    return texts(part) == ('""',)


def texts(found: Sequence[Token]) -> tuple[str, ...]:
    return tuple(token.text for token in found)


def closing(found: Sequence[Token], opening: int) -> int | None:
    """Where the bracket that opens there closes."""
    depth = 0
    for at in range(opening, len(found)):
        depth += (found[at].text == "(") - (found[at].text == ")")
        if not depth:
            return at
    return None


def depth(found: Tokens) -> int:
    """How many brackets are open at most."""
    depth = deepest = 0
    for token in found:
        depth += (token.text == "(") - (token.text == ")")
        deepest = max(deepest, depth)
    return deepest


def _is_bracketed(found: Tokens) -> bool:
    return len(found) > 2 and found[0].text == "(" and closing(found, 0) == len(found) - 1


def _call(found: Tokens, name: str) -> list[Tokens] | None:
    """The arguments when the whole is a call of that function."""
    if len(found) < 3 or found[0].text != name or found[1].text != "(":
        return None
    return arguments(found[2:-1]) if closing(found, 1) == len(found) - 1 else None


def arguments(found: Tokens) -> list[Tokens]:
    parts: list[list[Token]] = [[]]
    depth = 0
    for token in found:
        depth += (token.text in ("(", "{")) - (token.text in (")", "}"))
        if token.text == "," and not depth:
            parts.append([])
        else:
            parts[-1].append(token)
    return [tuple(part) for part in parts]


class Term(NamedTuple):
    token: Token
    sign: int


def counted(terms: Sequence[Term], sign: int) -> Counter[Place] | None:
    """How many times each cell is taken with that sign; None when they are too many."""
    found: Counter[Place] = Counter()
    for term in terms:
        area = term.token.area
        if area is None:
            return None
        if (area.bottom - area.top + 1) * (area.right - area.left + 1) > MANY_CELLS:
            return None
        if term.sign == sign:
            found.update(_cells(term.token.sheet, area))
    return found


def _cells(sheet: str, area: Area) -> Iterator[Place]:
    for row in range(area.top, area.bottom + 1):
        for column in range(area.left, area.right + 1):
            yield Place(sheet, row, column)


def terms(found: Tokens) -> list[Term] | None:
    """The references that are added or taken away; None when anything else is done."""
    found_terms: list[Term] = []
    for sign, part in _parts(found):
        part = bare(part)
        arguments = _call(part, "SUM")
        subtotal = _call(part, "SUBTOTAL")
        if subtotal is not None and texts(subtotal[0]) in (("9",), ("109",)):
            arguments = subtotal[1:]
        number = _call(part, "N")
        inner: list[list[Term] | None]
        if len(part) == 1 and part[0].kind is TokenKind.REFERENCE:
            inner = [[Term(part[0], 1)]]
        elif arguments is not None or number is not None:
            inner = [terms(bare(each)) for each in arguments or number or ()]
        elif len(part) < len(found):
            inner = [terms(part)]
        else:
            return None
        for each in inner:
            if each is None:
                return None
            found_terms += (Term(term.token, term.sign * sign) for term in each)
    return found_terms


def _parts(found: Tokens) -> Iterator[tuple[int, Tokens]]:
    """What stands between plus and minus outside brackets, with its sign."""
    depth, sign = 0, 1
    part: list[Token] = []
    for token in found:
        depth += (token.text == "(") - (token.text == ")")
        if token.text in PLUS_MINUS and token.kind is TokenKind.SIGN and not depth:
            if part:
                yield sign, tuple(part)
                part, sign = [], 1
            sign = -sign if token.text == "-" else sign
        else:
            part.append(token)
    yield sign, tuple(part)
