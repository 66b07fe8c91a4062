"""How a formula is built: its calls, what it adds, and the part of it that computes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import NamedTuple, TypeAlias

from ramkoll.model.cells import Area, quoted_sheet
from ramkoll.model.formula_lexer import Kind, Token, sheet_of
from ramkoll.model.formula_references import parts

MANY_CELLS = 4_000  # a sum over more is no sum of a form's rows
DEEP = 64  # brackets within brackets; Excel takes no deeper
PLUS_MINUS = ("+", "-")


class Piece(NamedTuple):
    """One piece of a formula, in the way Excel compares them: two that mean the same are equal.

    ``text`` is in upper case, without dollar signs and quotes, and with ``kind`` alone decides what
    is equal. ``area`` are the cells of a reference, ``sheet`` what stands before its exclamation
    mark, with the workbook in brackets if it is another's.
    """

    kind: Kind
    text: str
    area: Area | None = None
    sheet: str = ""

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Piece) and (self.kind, self.text) == (other.kind, other.text)

    def __ne__(self, other: object) -> bool:
        return not self == other

    def __hash__(self) -> int:
        return hash((self.kind, self.text))

    @property
    def leads_out(self) -> bool:
        """Whether it points into another workbook."""
        return "[" in self.sheet

    @property
    def shown(self) -> str:
        """A reference as a formula writes it."""
        if self.area is None:
            return self.text
        return (
            f"{quoted_sheet(self.sheet)}!{self.area.address}" if self.sheet else self.area.address
        )


Pieces: TypeAlias = tuple[Piece, ...]


def pieces(formula: str) -> Pieces:
    """The pieces of a formula without equals sign; spaces are left out. Any text is taken."""
    found: list[Piece] = []
    sheet = ""
    for part in parts(formula):
        if not isinstance(part, Token):
            sheet = f"[{part.workbook}]{part.sheet}" if part.workbook else part.sheet
            found.append(_placed(Piece("area", part.area.address, part.area), sheet))
        elif part.kind == "sheet":
            sheet = sheet_of(part.text)
            continue
        elif part.kind in ("word", "error"):
            found.append(_placed(Piece(part.kind, part.text.upper().replace("$", "")), sheet))
        else:
            found.append(Piece(part.kind, part.text.upper()))
        sheet = ""
    return tuple(found)


class Place(NamedTuple):
    """One cell that a formula points at; ``sheet`` is empty for its own."""

    sheet: str
    row: int
    column: int


def _placed(piece: Piece, sheet: str) -> Piece:
    return piece._replace(text=f"{sheet.upper()}!{piece.text}", sheet=sheet) if sheet else piece


def bare(found: Pieces) -> Pieces:
    """Without a leading plus, and without brackets around the whole."""
    while found and found[0].text == "+":
        found = found[1:]
    for _ in range(DEEP):
        if not _is_bracketed(found):
            break
        found = found[1:-1]
    return found


def core(found: Pieces) -> Pieces:
    """What is computed: without the test for blank cells around it, and without N( )."""
    parts = _call(found, "IF")
    if parts is not None and len(parts) == 3 and _is_empty_text(parts[1]) and _is_test(parts[0]):
        found = bare(parts[2])
    kept: list[Piece] = []
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


def _is_test(part: Pieces) -> bool:
    """Whether a condition only asks if there is something to compute with."""
    words = {piece.text for piece in part if piece.kind in ("word", "brackets")}
    return words <= {"COUNT", "COUNTA", "OR", "AND", "ISNUMBER", "ISBLANK", "N", "ABS", "NOT"}


def _is_empty_text(part: Pieces) -> bool:
    return texts(part) == ('""',)


def texts(found: Sequence[Piece]) -> tuple[str, ...]:
    return tuple(piece.text for piece in found)


def closing(found: Sequence[Piece], opening: int) -> int | None:
    """Where the bracket that opens there closes."""
    depth = 0
    for at in range(opening, len(found)):
        depth += (found[at].text == "(") - (found[at].text == ")")
        if not depth:
            return at
    return None


def depth(found: Pieces) -> int:
    """How many brackets are open at most."""
    depth = deepest = 0
    for piece in found:
        depth += (piece.text == "(") - (piece.text == ")")
        deepest = max(deepest, depth)
    return deepest


def _is_bracketed(found: Pieces) -> bool:
    return len(found) > 2 and found[0].text == "(" and closing(found, 0) == len(found) - 1


def _call(found: Pieces, name: str) -> list[Pieces] | None:
    """The arguments when the whole is a call of that function."""
    if len(found) < 3 or found[0].text != name or found[1].text != "(":
        return None
    return arguments(found[2:-1]) if closing(found, 1) == len(found) - 1 else None


def arguments(found: Pieces) -> list[Pieces]:
    parts: list[list[Piece]] = [[]]
    depth = 0
    for piece in found:
        depth += (piece.text in ("(", "{")) - (piece.text in (")", "}"))
        if piece.text == "," and not depth:
            parts.append([])
        else:
            parts[-1].append(piece)
    return [tuple(part) for part in parts]


class Term(NamedTuple):
    piece: Piece
    sign: int


def counted(terms: Sequence[Term], sign: int) -> Counter[Place] | None:
    """How many times each cell is taken with that sign; None when they are too many."""
    found: Counter[Place] = Counter()
    for term in terms:
        area = term.piece.area
        if area is None:
            return None
        if (area.bottom - area.top + 1) * (area.right - area.left + 1) > MANY_CELLS:
            return None
        if term.sign == sign:
            found.update(_cells(term.piece.sheet, area))
    return found


def _cells(sheet: str, area: Area) -> Iterator[Place]:
    for row in range(area.top, area.bottom + 1):
        for column in range(area.left, area.right + 1):
            yield Place(sheet, row, column)


def terms(found: Pieces) -> list[Term] | None:
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
        if len(part) == 1 and part[0].kind == "area":
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
            found_terms += (Term(term.piece, term.sign * sign) for term in each)
    return found_terms


def _parts(found: Pieces) -> Iterator[tuple[int, Pieces]]:
    """What stands between plus and minus outside brackets, with its sign."""
    depth, sign = 0, 1
    part: list[Piece] = []
    for piece in found:
        depth += (piece.text == "(") - (piece.text == ")")
        if piece.text in PLUS_MINUS and piece.kind == "sign" and not depth:
            if part:
                yield sign, tuple(part)
                part, sign = [], 1
            sign = -sign if piece.text == "-" else sign
        else:
            part.append(piece)
    yield sign, tuple(part)
