"""How a formula differs from the one that should stand in its cell.

Both are compared by what they mean: which cells they point at and what they do with them. Dollar
signs, quotes, spaces, capitals and brackets that change nothing make no difference.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from ramkoll.model.cells import Area
from ramkoll.model.formula_shape import (
    DEEP,
    PLUS_MINUS,
    Piece,
    Pieces,
    Place,
    Term,
    arguments,
    bare,
    closing,
    core,
    counted,
    depth,
    pieces,
    terms,
    texts,
)

LONG = 2_000  # pieces; the form's have a few dozen
LOST = "utan "  # before a number of the form's that is not there
ROUNDING = {"ROUND", "ROUNDUP", "ROUNDDOWN", "INT", "TRUNC", "MROUND", "CEILING", "FLOOR", "FIXED"}
HIDING = {"IFERROR", "IFNA", "_XLFN.IFNA"}
_OPERATORS = ("+", "-", "*", "/", "^")


class Change(StrEnum):
    """What has been done to a formula, the most telling first."""

    LEADS_OUT = "hämtar ur en annan fil"
    BROKEN = "pekar på något som är borttaget"
    OWN_CELL = "räknar med sig själv"
    ROUNDED = "avrundas"
    ERROR_HIDDEN = "döljer felvärden"
    ABSOLUTE = "gör om till belopp utan tecken"
    TURNED = "vänder tecknet"
    CONSTANT = "räknar med ett fast tal"
    FIXED = "har ett fast värde i stället för en cell"
    OTHER_SHEET = "pekar på ett annat blad"
    AREA = "tar med fel rader eller kolumner"
    CHAIN = "lägger ihop fel celler en och en"
    MOVED = "pekar på andra celler"
    WRITTEN_OTHERWISE = "räknar detsamma på ett annat sätt"
    OTHER = "räknar på ett annat sätt"


@dataclass(frozen=True, slots=True)
class Difference:
    """What has been done, and what says so.

    ``detail`` is what was put in or around: ``+500``, ``ROUND``. ``missing``, ``extra``, ``twice``
    and ``minus`` are cells that a sum should take and does not, takes and should not, takes more
    than once, or takes away. ``expected`` and ``found`` are the references that differ, in pairs;
    ``shift`` the rows and columns that all of them are off, when all are off alike.
    """

    change: Change
    detail: str = ""
    missing: tuple[Place, ...] = ()
    extra: tuple[Place, ...] = ()
    twice: tuple[Place, ...] = ()
    minus: tuple[Place, ...] = ()
    expected: tuple[Piece, ...] = ()
    found: tuple[Piece, ...] = ()
    shift: tuple[int, int] | None = None


def same_formula(one: str, other: str) -> bool:
    """Whether two formulas are the same but for dollar signs, quotes, spaces and case."""
    return one == other or bare(pieces(one)) == bare(pieces(other))


def difference(expected: str, found: str, row: int, column: int) -> Difference | None:
    """How ``found``, in the cell of that row and column, differs from ``expected``.

    None when they are the same. Formulas have no equals sign.
    """
    should, does = bare(pieces(expected)), bare(pieces(found))
    if should == does:
        return None
    if len(does) > LONG or depth(does) > DEEP:
        return Difference(Change.OTHER)
    if out := [piece for piece in does if piece.leads_out and piece not in should]:
        return Difference(Change.LEADS_OUT, found=tuple(out))
    if any(t.kind == "error" and t not in should for t in does):
        return Difference(Change.BROKEN)
    if _holds(does, row, column) and not _holds(should, row, column):
        return Difference(Change.OWN_CELL, found=_holds(does, row, column))
    wrapped = _wrapped(should, does)
    if wrapped is not None:
        change, name, inner = wrapped
        if core(inner) == core(should):
            return Difference(change, name)
        does = inner  # what else was done to it may say more
    return _recalculated(should, does)


def _recalculated(should: Pieces, does: Pieces) -> Difference:
    of, to = core(should), core(does)
    if of == to:
        return Difference(Change.WRITTEN_OTHERWISE)
    for attempt in (_constant, _summed, _pointed):
        found = attempt(of, to)
        if found is not None:
            return found
    return Difference(Change.OTHER)


def _holds(found: Pieces, row: int, column: int) -> Pieces:
    return tuple(
        t for t in found if t.area is not None and not t.sheet and t.area.holds(row, column)
    )


def _wrapped(should: Pieces, does: Pieces) -> tuple[Change, str, Pieces] | None:
    """The function that was put around something in the formula, and the formula without it."""
    own = Counter(texts(should))
    for at, piece in enumerate(does[:-1]):
        name = piece.text
        change = (
            Change.ROUNDED if name in ROUNDING
            else Change.ERROR_HIDDEN if name in HIDING
            else Change.ABSOLUTE if name == "ABS"
            else None
        )  # fmt: skip
        end = closing(does, at + 1) if does[at + 1].text == "(" else None
        if change is None or end is None or Counter(texts(does))[name] <= own[name]:
            continue
        inner = arguments(does[at + 2 : end])[0]
        rest = bare((*does[:at], *inner, *does[end + 1 :]))
        again = _wrapped(should, rest)
        return change, name.removeprefix("_XLFN."), rest if again is None else again[2]
    return None


def _constant(of: Pieces, to: Pieces) -> Difference | None:
    """A number added, multiplied, turned around or put in another's place."""
    if to[:1] and to[0].text == "-" and _same_but_brackets(of, to[1:]):
        return Difference(Change.TURNED)
    kept: list[Piece] = []
    put_in: list[str] = []
    at = 0
    own = {texts(of[n : n + 2]) for n in range(len(of))}
    while at < len(to):
        pair = to[at : at + 2]
        is_pair = len(pair) == 2 and pair[0].text in _OPERATORS and pair[1].kind == "number"
        if is_pair and texts(pair) not in own:
            percent = to[at + 2 : at + 3]
            is_percent = bool(percent) and percent[0].text == "%"
            put_in.append("".join(texts(pair)) + "%" * is_percent)
            at += 2 + is_percent
        else:
            kept.append(to[at])
            at += 1
    if put_in and (_same_but_brackets(of, kept) or _same_but_brackets(of, core(bare(tuple(kept))))):
        if all(each in ("*1", "/1", "+0", "-0") for each in put_in):
            return Difference(Change.WRITTEN_OTHERWISE, " ".join(put_in))
        return Difference(Change.CONSTANT, " ".join(put_in))
    for n, ahead in ((2, to[:2]), (3, to[:3])):  # 500+SUM(…), -1*SUM(…)
        numbers = [piece for piece in ahead if piece.kind == "number"]
        is_first = len(numbers) == 1 and len(ahead) == n and ahead[-1].text in ("+", "*")
        if is_first and _same_but_brackets(of, to[n:]):
            return Difference(Change.CONSTANT, "".join(texts(ahead)))
    if lost := _lost_constant(of, to):
        return Difference(Change.CONSTANT, LOST + lost)
    return _replaced(of, to)


def _lost_constant(of: Pieces, to: Pieces) -> str:
    """A number that the form's formula computes with and this one does not, such as /1000."""
    for at in range(len(of) - 1):
        pair = of[at : at + 2]
        is_pair = pair[0].text in _OPERATORS and pair[1].kind == "number"
        if is_pair and _same_but_brackets((*of[:at], *of[at + 2 :]), to):
            return "".join(texts(pair))
    return ""


def _same_but_brackets(one: Sequence[Piece], other: Sequence[Piece]) -> bool:
    first, second = (tuple(t for t in each if t.text not in ("(", ")")) for each in (one, other))
    return first == second


def _replaced(of: Pieces, to: Pieces) -> Difference | None:
    """A number or a text that stands where another, or a cell, should."""
    if len(of) != len(to):
        return None
    pairs = [(a, b) for a, b in zip(of, to, strict=True) if a != b]
    if all(a.text in PLUS_MINUS and b.text in PLUS_MINUS for a, b in pairs):
        return Difference(Change.TURNED, f"{pairs[0][1].text} i stället för {pairs[0][0].text}")
    plain = ("number", "text")
    if not all(b.kind in plain for _, b in pairs):
        return None
    if all(a.kind in plain for a, _ in pairs):
        what = ", ".join(f"{b.text} i stället för {a.text}" for a, b in pairs)
        return Difference(Change.CONSTANT, what)
    if all(a.kind in (*plain, "area") for a, _ in pairs):
        first = next(n for n, (a, _) in enumerate(pairs) if a.kind == "area")
        return Difference(Change.FIXED, pairs[first][1].text, expected=(pairs[first][0],))
    return None


def _summed(of: Pieces, to: Pieces) -> Difference | None:
    """Which cells a sum takes, when both only add."""
    wanted, taken = terms(of), terms(to)
    if wanted is None or taken is None or any(term.sign < 0 for term in wanted):
        return None
    should, does = counted(wanted, 1), counted(taken, 1)
    away = counted(taken, -1)
    if should is None or does is None or away is None:
        return None
    if should == does and not away:
        # SUBTOTAL leaves out the rows that a filter hides.
        hides = any(piece.text == "SUBTOTAL" for piece in to)
        return Difference(Change.OTHER if hides else Change.WRITTEN_OTHERWISE)
    sheets = {place.sheet.upper() for place in should}
    elsewhere = tuple(t.piece for t in taken if t.piece.sheet.upper() not in sheets)
    if elsewhere:
        return Difference(Change.OTHER_SHEET, expected=_references(of), found=elsewhere)
    if not (set(should) & (set(does) | set(away))):
        return _pointed(of, to)
    chain = all(t.piece.area is not None and _is_cell(t.piece.area) for t in taken)
    return Difference(
        Change.CHAIN if chain else Change.AREA,
        missing=tuple(sorted(p for p in should if not does[p] and not away[p])),
        extra=tuple(sorted(p for p in does if not should[p])),
        twice=tuple(sorted(p for p in does if does[p] > should[p] > 0)),
        minus=tuple(sorted(away)),
        expected=_references(of),
        found=_references(to),
    )


def _references(found: Pieces) -> Pieces:
    return tuple(piece for piece in found if piece.kind == "area")


def _is_cell(area: Area) -> bool:
    return area.top == area.bottom and area.left == area.right


def _pointed(of: Pieces, to: Pieces) -> Difference | None:
    """The same calculation on other cells."""
    if len(of) != len(to):
        return None
    pairs = [(a, b) for a, b in zip(of, to, strict=True) if a != b]
    if not all(a.area is not None and b.area is not None for a, b in pairs):
        return None
    expected, found = tuple(a for a, _ in pairs), tuple(b for _, b in pairs)
    if any(a.sheet.upper() != b.sheet.upper() for a, b in pairs):
        return Difference(Change.OTHER_SHEET, expected=expected, found=found)
    missing, extra = Counter[Place](), Counter[Place]()
    for a, b in pairs:
        should, does = counted([Term(a, 1)], 1), counted([Term(b, 1)], 1)
        if should is None or does is None or not should & does:
            break
        missing |= should - does
        extra |= does - should
    else:
        own = tuple(sorted(missing)), tuple(sorted(extra))
        return Difference(Change.AREA, "", *own, expected=expected, found=found)
    if found == expected[::-1] and any(piece.text == "-" for piece in of):
        return Difference(Change.TURNED)
    shifts = {_shift(a.area, b.area) for a, b in pairs if a.area and b.area}
    shift = shifts.pop() if len(shifts) == 1 else None
    return Difference(Change.MOVED, expected=expected, found=found, shift=shift)


def _shift(one: Area, other: Area) -> tuple[int, int] | None:
    """How many rows and columns an area is moved; None when its size differs too."""
    rows, columns = other.top - one.top, other.left - one.left
    same = (other.bottom - one.bottom, other.right - one.right) == (rows, columns)
    return (rows, columns) if same else None
