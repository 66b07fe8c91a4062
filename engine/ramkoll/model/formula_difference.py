"""How a formula differs from the one that should stand in its cell.

Both are compared by what they mean: which cells they point at and what they do with them. Dollar
signs, quotes, spaces, capitals and brackets that change nothing make no difference.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple, TypeAlias

from ramkoll.model.cells import Area
from ramkoll.model.formula_text import Token, TokenKind, tokens

REFERENCE, NUMBER, SIGN, WORD = (
    TokenKind.REFERENCE,
    TokenKind.NUMBER,
    TokenKind.SIGN,
    TokenKind.WORD,
)
LONG, DEEP = 2_000, 64  # pieces and brackets within brackets; Excel takes no deeper
LOST = "utan "  # before a number of the form's that is not there
MANY_CELLS = 4_000  # a sum over more is no sum of a form's rows
ROUNDING = {"ROUND", "ROUNDUP", "ROUNDDOWN", "INT", "TRUNC", "MROUND", "CEILING", "FLOOR", "FIXED"}
HIDING = {"IFERROR", "IFNA", "_XLFN.IFNA"}
_PLUS_MINUS, _OPERATORS = ("+", "-"), ("+", "-", "*", "/", "^")


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


class Place(NamedTuple):
    """One cell that a formula points at; ``sheet`` is empty for its own."""

    sheet: str
    row: int
    column: int


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
    expected: tuple[Token, ...] = ()
    found: tuple[Token, ...] = ()
    shift: tuple[int, int] | None = None


Tokens: TypeAlias = tuple[Token, ...]


def same_formula(one: str, other: str) -> bool:
    """Whether two formulas are the same but for dollar signs, quotes, spaces and case."""
    return one == other or _bare(tokens(one)) == _bare(tokens(other))


def difference(expected: str, found: str, row: int, column: int) -> Difference | None:
    """How ``found``, in the cell of that row and column, differs from ``expected``.

    None when they are the same. Formulas have no equals sign.
    """
    should, does = _bare(tokens(expected)), _bare(tokens(found))
    if should == does:
        return None
    if len(does) > LONG or _depth(does) > DEEP:
        return Difference(Change.OTHER)
    if out := [token for token in does if token.leads_out and token not in should]:
        return Difference(Change.LEADS_OUT, found=tuple(out))
    if any(t.kind is TokenKind.ERROR and t not in should for t in does):
        return Difference(Change.BROKEN)
    if _holds(does, row, column) and not _holds(should, row, column):
        return Difference(Change.OWN_CELL, found=_holds(does, row, column))
    wrapped = _wrapped(should, does)
    if wrapped is not None:
        change, name, inner = wrapped
        if _core(inner) == _core(should):
            return Difference(change, name)
        does = inner  # what else was done to it may say more
    return _recalculated(should, does)


def _recalculated(should: Tokens, does: Tokens) -> Difference:
    of, to = _core(should), _core(does)
    if of == to:
        return Difference(Change.WRITTEN_OTHERWISE)
    for attempt in (_constant, _summed, _pointed):
        found = attempt(of, to)
        if found is not None:
            return found
    return Difference(Change.OTHER)


def _bare(found: Tokens) -> Tokens:
    """Without a leading plus, and without brackets around the whole."""
    while found and found[0].text == "+":
        found = found[1:]
    for _ in range(DEEP):
        if not _is_bracketed(found):
            break
        found = found[1:-1]
    return found


def _core(found: Tokens) -> Tokens:
    """What is computed: without the test for blank cells around it, and without N( )."""
    parts = _call(found, "IF")
    if parts is not None and len(parts) == 3 and _is_empty_text(parts[1]) and _is_test(parts[0]):
        found = _bare(parts[2])
    kept: list[Token] = []
    at = 0
    while at < len(found):
        inside = found[at : at + 4]
        if _texts(inside[:2]) == ("N", "(") and len(inside) == 4 and inside[3].text == ")":
            kept.append(inside[2])
            at += 4
        else:
            kept.append(found[at])
            at += 1
    return tuple(kept)


def _is_test(part: Tokens) -> bool:
    """Whether a condition only asks if there is something to compute with."""
    words = {token.text for token in part if token.kind is WORD}
    return words <= {"COUNT", "COUNTA", "OR", "AND", "ISNUMBER", "ISBLANK", "N", "ABS", "NOT"}


def _is_empty_text(part: Tokens) -> bool:
    return _texts(part) == ('""',)


def _texts(found: Sequence[Token]) -> tuple[str, ...]:
    return tuple(token.text for token in found)


def _closing(found: Sequence[Token], opening: int) -> int | None:
    """Where the bracket that opens there closes."""
    depth = 0
    for at in range(opening, len(found)):
        depth += (found[at].text == "(") - (found[at].text == ")")
        if not depth:
            return at
    return None


def _depth(found: Tokens) -> int:
    """How many brackets are open at most."""
    depth = deepest = 0
    for token in found:
        depth += (token.text == "(") - (token.text == ")")
        deepest = max(deepest, depth)
    return deepest


def _is_bracketed(found: Tokens) -> bool:
    return len(found) > 2 and found[0].text == "(" and _closing(found, 0) == len(found) - 1


def _call(found: Tokens, name: str) -> list[Tokens] | None:
    """The arguments when the whole is a call of that function."""
    if len(found) < 3 or found[0].text != name or found[1].text != "(":
        return None
    return _arguments(found[2:-1]) if _closing(found, 1) == len(found) - 1 else None


def _arguments(found: Tokens) -> list[Tokens]:
    parts: list[list[Token]] = [[]]
    depth = 0
    for token in found:
        depth += (token.text in ("(", "{")) - (token.text in (")", "}"))
        if token.text == "," and not depth:
            parts.append([])
        else:
            parts[-1].append(token)
    return [tuple(part) for part in parts]


def _holds(found: Tokens, row: int, column: int) -> Tokens:
    return tuple(
        t for t in found if t.area is not None and not t.sheet and t.area.holds(row, column)
    )


def _wrapped(should: Tokens, does: Tokens) -> tuple[Change, str, Tokens] | None:
    """The function that was put around something in the formula, and the formula without it."""
    own = Counter(_texts(should))
    for at, token in enumerate(does[:-1]):
        name = token.text
        change = (
            Change.ROUNDED if name in ROUNDING
            else Change.ERROR_HIDDEN if name in HIDING
            else Change.ABSOLUTE if name == "ABS"
            else None
        )  # fmt: skip
        closing = _closing(does, at + 1) if does[at + 1].text == "(" else None
        if change is None or closing is None or Counter(_texts(does))[name] <= own[name]:
            continue
        inner = _arguments(does[at + 2 : closing])[0]
        rest = _bare((*does[:at], *inner, *does[closing + 1 :]))
        again = _wrapped(should, rest)
        return change, name.removeprefix("_XLFN."), rest if again is None else again[2]
    return None


def _constant(of: Tokens, to: Tokens) -> Difference | None:
    """A number added, multiplied, turned around or put in another's place."""
    if to[:1] and to[0].text == "-" and _same_but_brackets(of, to[1:]):
        return Difference(Change.TURNED)
    kept: list[Token] = []
    put_in: list[str] = []
    at = 0
    own = {_texts(of[n : n + 2]) for n in range(len(of))}
    while at < len(to):
        pair = to[at : at + 2]
        is_pair = len(pair) == 2 and pair[0].text in _OPERATORS and pair[1].kind is NUMBER
        if is_pair and _texts(pair) not in own:
            percent = to[at + 2 : at + 3]
            is_percent = bool(percent) and percent[0].text == "%"
            put_in.append("".join(_texts(pair)) + "%" * is_percent)
            at += 2 + is_percent
        else:
            kept.append(to[at])
            at += 1
    if put_in and (
        _same_but_brackets(of, kept) or _same_but_brackets(of, _core(_bare(tuple(kept))))
    ):
        if all(each in ("*1", "/1", "+0", "-0") for each in put_in):
            return Difference(Change.WRITTEN_OTHERWISE, " ".join(put_in))
        return Difference(Change.CONSTANT, " ".join(put_in))
    for n, ahead in ((2, to[:2]), (3, to[:3])):  # 500+SUM(…), -1*SUM(…)
        numbers = [token for token in ahead if token.kind is NUMBER]
        is_first = len(numbers) == 1 and len(ahead) == n and ahead[-1].text in ("+", "*")
        if is_first and _same_but_brackets(of, to[n:]):
            return Difference(Change.CONSTANT, "".join(_texts(ahead)))
    if lost := _lost_constant(of, to):
        return Difference(Change.CONSTANT, LOST + lost)
    return _replaced(of, to)


def _lost_constant(of: Tokens, to: Tokens) -> str:
    """A number that the form's formula computes with and this one does not, such as /1000."""
    for at in range(len(of) - 1):
        pair = of[at : at + 2]
        is_pair = pair[0].text in _OPERATORS and pair[1].kind is NUMBER
        if is_pair and _same_but_brackets((*of[:at], *of[at + 2 :]), to):
            return "".join(_texts(pair))
    return ""


def _same_but_brackets(one: Sequence[Token], other: Sequence[Token]) -> bool:
    first, second = (tuple(t for t in each if t.text not in ("(", ")")) for each in (one, other))
    return first == second


def _replaced(of: Tokens, to: Tokens) -> Difference | None:
    """A number or a text that stands where another, or a cell, should."""
    if len(of) != len(to):
        return None
    pairs = [(a, b) for a, b in zip(of, to, strict=True) if a != b]
    if all(a.text in _PLUS_MINUS and b.text in _PLUS_MINUS for a, b in pairs):
        return Difference(Change.TURNED, f"{pairs[0][1].text} i stället för {pairs[0][0].text}")
    plain = (NUMBER, TokenKind.TEXT)
    if not all(b.kind in plain for _, b in pairs):
        return None
    if all(a.kind in plain for a, _ in pairs):
        what = ", ".join(f"{b.text} i stället för {a.text}" for a, b in pairs)
        return Difference(Change.CONSTANT, what)
    if all(a.kind in (*plain, REFERENCE) for a, _ in pairs):
        first = next(n for n, (a, _) in enumerate(pairs) if a.kind is REFERENCE)
        return Difference(Change.FIXED, pairs[first][1].text, expected=(pairs[first][0],))
    return None


class _Term(NamedTuple):
    token: Token
    sign: int


def _summed(of: Tokens, to: Tokens) -> Difference | None:
    """Which cells a sum takes, when both only add."""
    wanted, taken = _terms(of), _terms(to)
    if wanted is None or taken is None or any(term.sign < 0 for term in wanted):
        return None
    should, does = _counted(wanted, 1), _counted(taken, 1)
    away = _counted(taken, -1)
    if should is None or does is None or away is None:
        return None
    if should == does and not away:
        # SUBTOTAL leaves out the rows that a filter hides.
        hides = any(token.text == "SUBTOTAL" for token in to)
        return Difference(Change.OTHER if hides else Change.WRITTEN_OTHERWISE)
    sheets = {place.sheet.upper() for place in should}
    elsewhere = tuple(t.token for t in taken if t.token.sheet.upper() not in sheets)
    if elsewhere:
        return Difference(Change.OTHER_SHEET, expected=_references(of), found=elsewhere)
    if not (set(should) & (set(does) | set(away))):
        return _pointed(of, to)
    chain = all(t.token.area is not None and _is_cell(t.token.area) for t in taken)
    return Difference(
        Change.CHAIN if chain else Change.AREA,
        missing=tuple(sorted(p for p in should if not does[p] and not away[p])),
        extra=tuple(sorted(p for p in does if not should[p])),
        twice=tuple(sorted(p for p in does if does[p] > should[p] > 0)),
        minus=tuple(sorted(away)),
        expected=_references(of),
        found=_references(to),
    )


def _references(found: Tokens) -> Tokens:
    return tuple(token for token in found if token.kind is REFERENCE)


def _is_cell(area: Area) -> bool:
    return area.top == area.bottom and area.left == area.right


def _counted(terms: Sequence[_Term], sign: int) -> Counter[Place] | None:
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


def _terms(found: Tokens) -> list[_Term] | None:
    """The references that are added or taken away; None when anything else is done."""
    terms: list[_Term] = []
    for sign, part in _parts(found):
        part = _bare(part)
        arguments = _call(part, "SUM")
        subtotal = _call(part, "SUBTOTAL")
        if subtotal is not None and _texts(subtotal[0]) in (("9",), ("109",)):
            arguments = subtotal[1:]
        number = _call(part, "N")
        inner: list[list[_Term] | None]
        if len(part) == 1 and part[0].kind is REFERENCE:
            inner = [[_Term(part[0], 1)]]
        elif arguments is not None or number is not None:
            inner = [_terms(_bare(each)) for each in arguments or number or ()]
        elif len(part) < len(found):
            inner = [_terms(part)]
        else:
            return None
        for each in inner:
            if each is None:
                return None
            terms += (_Term(term.token, term.sign * sign) for term in each)
    return terms


def _parts(found: Tokens) -> Iterator[tuple[int, Tokens]]:
    """What stands between plus and minus outside brackets, with its sign."""
    depth, sign = 0, 1
    part: list[Token] = []
    for token in found:
        depth += (token.text == "(") - (token.text == ")")
        if token.text in _PLUS_MINUS and token.kind is SIGN and not depth:
            if part:
                yield sign, tuple(part)
                part, sign = [], 1
            sign = -sign if token.text == "-" else sign
        else:
            part.append(token)
    yield sign, tuple(part)


def _pointed(of: Tokens, to: Tokens) -> Difference | None:
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
        should, does = _counted([_Term(a, 1)], 1), _counted([_Term(b, 1)], 1)
        if should is None or does is None or not should & does:
            break
        missing |= should - does
        extra |= does - should
    else:
        own = tuple(sorted(missing)), tuple(sorted(extra))
        return Difference(Change.AREA, "", *own, expected=expected, found=found)
    if found == expected[::-1] and any(token.text == "-" for token in of):
        return Difference(Change.TURNED)
    shifts = {_shift(a.area, b.area) for a, b in pairs if a.area and b.area}
    shift = shifts.pop() if len(shifts) == 1 else None
    return Difference(Change.MOVED, expected=expected, found=found, shift=shift)


def _shift(one: Area, other: Area) -> tuple[int, int] | None:
    """How many rows and columns an area is moved; None when its size differs too."""
    rows, columns = other.top - one.top, other.left - one.left
    same = (other.bottom - one.bottom, other.right - one.right) == (rows, columns)
    return (rows, columns) if same else None
