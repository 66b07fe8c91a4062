"""What the formulas of our own sheets come to, in exact decimals, and out of which cells."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import ROUND_FLOOR, Decimal, DecimalException
from typing import TypeAlias

from ramkoll.excel.formula import (
    Binary,
    Call,
    Cells,
    Expr,
    Name,
    Negative,
    Number,
    Text,
    UnknownFormula,
    cells_from_text,
    parse,
)
from ramkoll.model.cells import BLANK_CELL, Cell, CellKind, CellRef
from ramkoll.model.units import round_half_up
from ramkoll.model.workbook import Submission

# In Excel the criterion "605" also finds "0605", and * ? ~ < > = have a meaning of their own.
_CODE = re.compile(r"[^\W\d_]\w*")


# What rounds or cuts a number, by name and number of arguments: no longer a sum of its sources.
_NUMBERS: Mapping[tuple[str, int], Callable[..., Decimal]] = {
    ("ROUND", 2): lambda value, digits: round_half_up(value, int(digits)),
    ("INT", 1): lambda value: value.to_integral_value(ROUND_FLOOR),
    ("MOD", 2): lambda value, of: value - of * (value / of).to_integral_value(ROUND_FLOOR),
}
_TEXTS = ("CHAR", "RIGHT")


class NotComputable(Exception):
    """A formula that cannot be recomputed: which cell, and why, in Swedish."""

    def __init__(self, at: CellRef, why: str) -> None:
        self.at = at
        self.why = why
        super().__init__(f"{at.in_sheet} {why}")


@dataclass(frozen=True, slots=True)
class Figure:
    """A number and what it is made of: ``value`` is ``fixed`` plus each source times its weight.

    ``weights`` are by the sources' cells. It is None where the value is no such sum.
    """

    value: Decimal
    weights: Mapping[CellRef, Decimal] | None = field(default_factory=dict)
    fixed: Decimal = Decimal(0)

    def times(self, factor: Decimal) -> Figure:
        """The figure scaled."""
        if self.weights is None:
            return Figure(self.value * factor, None)
        weights = {at: weight * factor for at, weight in self.weights.items()}
        return Figure(self.value * factor, weights, self.fixed * factor)


Value: TypeAlias = Figure | str | bool | None


def total(figures: Iterator[Figure]) -> Figure:
    """The sum of figures."""
    value = fixed = Decimal(0)
    weights: dict[CellRef, Decimal] | None = {}
    for figure in figures:
        value += figure.value
        fixed += figure.fixed
        if figure.weights is None or weights is None:
            weights = None
            continue
        for at, weight in figure.weights.items():
            weights[at] = weights.get(at, Decimal(0)) + weight
    return Figure(value, weights, fixed)


@dataclass(frozen=True)
class Evaluator:
    """Recomputes the cells of one workbook; cached values of formulas are never used.

    ``sources`` are the cells where following ends, as amounts of Underlag.
    """

    workbook: Submission
    sources: Cells | None = None
    _cells: dict[str, Mapping[tuple[int, int], Cell]] = field(default_factory=dict)
    _known: dict[CellRef, Value] = field(default_factory=dict)
    _under_way: set[CellRef] = field(default_factory=set)
    _indexes: dict[Cells, dict[str, set[int]]] = field(default_factory=dict)

    def at(self, sheet: str, row: int, column: int) -> CellRef:
        """A place in the workbook."""
        return CellRef(self.workbook.file, sheet, row, column)

    def cell(self, at: CellRef) -> Cell:
        """The cell as it stands, on a sheet that exists."""
        if at.sheet not in self._cells:
            sheet = self.workbook.sheet(at.sheet)
            assert sheet is not None, at
            self._cells[at.sheet] = sheet.cells
        return self._cells[at.sheet].get((at.row, at.column), BLANK_CELL)

    def is_source(self, at: CellRef) -> bool:
        """Whether following ends here."""
        found = self.sources
        return found is not None and found.sheet == at.sheet and found.area.holds(at.row, at.column)

    def value(self, at: CellRef) -> Value:
        """What the cell comes to. Raises NotComputable."""
        if at not in self._known:
            if at in self._under_way:
                raise NotComputable(at, "hänvisar till sig själv")
            self._under_way.add(at)
            try:
                self._known[at] = self._fresh(at)
            except RecursionError:
                raise NotComputable(at, "följer för många celler efter varandra") from None
            finally:
                self._under_way.discard(at)
        return self._known[at]

    def parsed(self, at: CellRef) -> Expr:
        """The formula of a cell that has one. Raises NotComputable."""
        formula = self.cell(at).formula
        assert formula is not None, at
        try:
            return parse(formula)
        except UnknownFormula as fault:
            what = f"har {fault} i formeln, som Ramkoll inte skriver och inte kan följa"
            raise NotComputable(at, what) from None

    def resolve(self, expr: Expr, at: CellRef) -> Cells:
        """The cells that a reference or a defined name in the formula at a place stands for."""
        found: Cells | None = None
        match expr:
            case Cells(None, area):
                return Cells(at.sheet, area)
            case Cells():
                found = expr
            case Name(name):
                found = name_cells(self.workbook, name)
                if found is None:
                    raise NotComputable(
                        at, f"använder namnet {name}, som inte pekar på några celler"
                    )
            case _:
                raise NotComputable(at, "har ett uttryck där det ska stå celler")
        sheet = self.workbook.sheet(found.sheet or "")
        if sheet is None:
            raise NotComputable(at, f"hänvisar till bladet {found.sheet}, som inte finns")
        return Cells(sheet.name, found.area)

    def filled(self, cells: Cells) -> Iterator[CellRef]:
        """The cells of a range that hold something, row by row."""
        area, sheet = cells.area, self.workbook.sheet(cells.sheet or "")
        assert sheet is not None and cells.sheet is not None
        rows = range(area.top, area.bottom + 1)
        columns = range(area.left, area.right + 1)
        if len(rows) * len(columns) > len(sheet.cells):
            places = sorted(at for at in sheet.cells if area.holds(*at))
        else:
            places = [(row, column) for row in rows for column in columns]
        for place in places:
            if place in sheet.cells and not sheet.cells[place].is_blank:
                yield self.at(cells.sheet, *place)

    def selected(self, call: Call, at: CellRef) -> list[CellRef]:
        """The cells that a SUMIFS in the formula at a place adds, by what they hold now."""
        if len(call.arguments) < 3 or len(call.arguments) % 2 == 0:
            raise NotComputable(at, "har en SUMIFS som saknar något villkor")
        summed = self.resolve(call.arguments[0], at)
        width = summed.area.right - summed.area.left + 1
        height = summed.area.bottom - summed.area.top + 1
        chosen: set[int] | None = None
        for where, criterion in zip(call.arguments[1::2], call.arguments[2::2], strict=True):
            searched = self.resolve(where, at)
            area = searched.area
            if (area.right - area.left + 1, area.bottom - area.top + 1) != (width, height):
                raise NotComputable(at, "har en SUMIFS över områden som inte är lika stora")
            code = self._compute(criterion, at)
            if not isinstance(code, str) or _CODE.fullmatch(code) is None:
                raise NotComputable(
                    at, "har en SUMIFS med ett villkor som inte är en av våra koder"
                )
            found = self._index(searched).get(code.casefold(), set())
            chosen = found if chosen is None else chosen & found
        assert chosen is not None and summed.sheet is not None
        return [
            self.at(summed.sheet, summed.area.top + n // width, summed.area.left + n % width)
            for n in sorted(chosen)
        ]

    def _index(self, cells: Cells) -> dict[str, set[int]]:
        """Where in a range each text stands, counted from its first cell, row by row."""
        if cells not in self._indexes:
            found: dict[str, set[int]] = {}
            width = cells.area.right - cells.area.left + 1
            for at in self.filled(cells):
                text = self.value(at)
                if isinstance(text, str):
                    n = (at.row - cells.area.top) * width + at.column - cells.area.left
                    found.setdefault(text.casefold(), set()).add(n)
            self._indexes[cells] = found
        return self._indexes[cells]

    def _fresh(self, at: CellRef) -> Value:
        cell = self.cell(at)
        if cell.formula is not None and not self.is_source(at):
            try:
                return self._compute(self.parsed(at), at)
            except DecimalException:
                raise NotComputable(at, "ger ett tal som är för stort") from None
        value = cell.value
        match cell.kind:
            case CellKind.NUMBER:
                assert isinstance(value, Decimal)
                if self.is_source(at):
                    return Figure(value, {at: Decimal(1)})
                return Figure(value, fixed=value)
            case CellKind.TEXT | CellKind.BOOL:
                assert isinstance(value, str | bool)
                return value
            case CellKind.BLANK:
                return None
            case CellKind.ERROR:
                raise NotComputable(at, f"visar felet {value}")
            case CellKind.DATE:
                raise NotComputable(at, "innehåller ett datum där det ska stå ett tal")

    def _compute(self, expr: Expr, at: CellRef) -> Value:
        match expr:
            case Number(number):
                return Figure(number, fixed=number)
            case Text(text):
                return text
            case Cells() | Name():
                cells = self.resolve(expr, at)
                if (cells.area.top, cells.area.left) != (cells.area.bottom, cells.area.right):
                    raise NotComputable(at, "har ett område där det ska stå en cell")
                assert cells.sheet is not None
                return self.value(self.at(cells.sheet, cells.area.top, cells.area.left))
            case Negative(of):
                return self._number(of, at).times(Decimal(-1))
            case Binary("&", left, right):
                return self._text(left, at) + self._text(right, at)
            case Binary(sign, left, right) if sign in "+-*/":
                return self._arithmetic(sign, self._number(left, at), self._number(right, at), at)
            case Binary(sign, left, right):
                return _compared(sign, self._number(left, at).value, self._number(right, at).value)
            case Call(function, arguments):
                return self._call(function, arguments, expr, at)

    def _text(self, expr: Expr, at: CellRef) -> str:
        """A value as part of a text; a number with decimals would follow the program's language."""
        value = self._compute(expr, at)
        if isinstance(value, Figure) and value.value == value.value.to_integral_value():
            return f"{value.value.to_integral_value():f}"
        if value is None or isinstance(value, str):
            return value or ""
        raise NotComputable(at, "sätter samman text med något som varken är text eller ett heltal")

    def _number(self, expr: Expr, at: CellRef) -> Figure:
        value = self._compute(expr, at)
        if value is None:
            return Figure(Decimal(0))
        if not isinstance(value, Figure):
            raise NotComputable(at, f"räknar med «{value}», som inte är ett tal")
        return value

    def _arithmetic(self, sign: str, left: Figure, right: Figure, at: CellRef) -> Figure:
        if sign == "+":
            return total(iter((left, right)))
        if sign == "-":
            return total(iter((left, right.times(Decimal(-1)))))
        if sign == "*":
            if right.weights == {}:
                return left.times(right.value)
            if left.weights == {}:
                return right.times(left.value)
            return Figure(left.value * right.value, None)
        if not right.value:
            raise NotComputable(at, "delar med noll")
        if right.weights == {}:
            return left.times(1 / right.value)
        return Figure(left.value / right.value, None)

    def _call(self, function: str, arguments: tuple[Expr, ...], call: Call, at: CellRef) -> Value:
        if function == "SUMIFS":
            return total(_figures(self.value(each) for each in self.selected(call, at)))
        if function == "SUM":
            return total(self._summed(arguments, at))
        if function == "ABS" and len(arguments) == 1:
            figure = self._number(arguments[0], at)
            return figure if figure.value >= 0 else figure.times(Decimal(-1))
        if function == "IF" and len(arguments) == 3:
            test = self._compute(arguments[0], at)
            if isinstance(test, Figure):
                test = bool(test.value)
            if not isinstance(test, bool):
                raise NotComputable(at, "har ett villkor som varken är sant eller falskt")
            return self._compute(arguments[1 if test else 2], at)
        if function in ("MIN", "MAX"):
            # The figure itself, so that it still tells what it is made of.
            pick = min if function == "MIN" else max
            figures = list(self._summed(arguments, at))
            return pick(figures, key=lambda each: each.value) if figures else Figure(Decimal(0))
        if function in _TEXTS:
            return self._text_call(function, arguments, at)
        numbers = _NUMBERS.get((function, len(arguments)))
        if numbers is not None:
            found = numbers(*(self._number(each, at).value for each in arguments))
            return Figure(found, None)
        raise NotComputable(at, f"använder funktionen {function}, som Ramkoll inte kan följa här")

    def _text_call(self, function: str, arguments: tuple[Expr, ...], at: CellRef) -> str:
        *texts, number = arguments
        count = self._number(number, at).value
        if function == "CHAR" and not texts and count == 10:
            return "\n"
        if function == "RIGHT" and len(texts) == 1 and 0 < count == count.to_integral_value():
            return self._text(texts[0], at)[-int(count) :]
        raise NotComputable(at, f"använder funktionen {function} så att Ramkoll inte kan följa den")

    def _summed(self, arguments: tuple[Expr, ...], at: CellRef) -> Iterator[Figure]:
        for argument in arguments:
            if isinstance(argument, Cells | Name):
                cells = self.resolve(argument, at)
                yield from _figures(self.value(each) for each in self.filled(cells))
            else:
                yield self._number(argument, at)


def _figures(values: Iterator[Value]) -> Iterator[Figure]:
    """The numbers among values: sums over ranges leave texts out."""
    return (value for value in values if isinstance(value, Figure))


def _compared(sign: str, left: Decimal, right: Decimal) -> bool:
    match sign:
        case "=":
            return left == right
        case "<>":
            return left != right
        case "<":
            return left < right
        case ">":
            return left > right
        case "<=":
            return left <= right
        case _:
            return left >= right


def name_cells(workbook: Submission, name: str) -> Cells | None:
    """The cells a defined name stands for, compared as Excel does; None when it stands for none."""
    folded = name.casefold()
    text = next((t for n, t in workbook.names.items() if n.casefold() == folded), None)
    found = None if text is None else cells_from_text(text)
    if found is None or found.sheet is None:
        return None
    sheet = workbook.sheet(found.sheet)
    return None if sheet is None else Cells(sheet.name, found.area)
