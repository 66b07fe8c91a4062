"""What can be remarked on people's own sheets, as data; rules word it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum

from ramkoll.model.cells import Area, CellRef

MOST_OF_A_KIND = 50  # a workbook with more has one cause, or is no table of formulas
MOST_NAMED = 4


class OwnKind(StrEnum):
    """The kinds of remarks."""

    PATTERN_BROKEN = "en formel bryter mönstret"
    CONSTANT = "ett tal bland formler"
    SUM_SHORT = "en summa missar celler"
    SUM_DOUBLE = "en summa räknar dubbelt"
    TEXT_SUMMED = "text i en summa"
    TEXT_DATE = "text bland datum"
    ERROR = "felvärde"
    BROKEN_REFERENCE = "bruten hänvisning"
    BROKEN_NAME = "namn som inte leder någonstans"
    VOLATILE = "räknas om av sig själv"
    OTHER_WORKBOOK = "annan arbetsbok"
    HIDDEN_SHEET = "dolt blad"


@dataclass(frozen=True, slots=True)
class OwnRemark:
    """One remark at the first of its cells, with what its message names."""

    kind: OwnKind
    at: CellRef
    facts: Mapping[str, object] = field(default_factory=dict)
    related: tuple[CellRef, ...] = ()

    def number(self, fact: str) -> Decimal | None:
        """One of the numbers, or None."""
        value = self.facts.get(fact)
        return value if isinstance(value, Decimal) else None


def capped(remarks: Iterable[OwnRemark]) -> Iterator[OwnRemark]:
    """The first remarks of each kind; the last one that is let through says that there are more."""
    by_kind: dict[OwnKind, list[OwnRemark]] = {}
    for remark in remarks:
        by_kind.setdefault(remark.kind, []).append(remark)
    for kind, found in by_kind.items():
        shown = sorted(found, key=lambda each: each.at)[:MOST_OF_A_KIND]
        hidden = len(found) - len(shown)
        for n, each in enumerate(shown, 1):
            more = ""
            if hidden and n == len(shown):
                more = f" Det finns {hidden} till av samma slag i filen; de första {n} visas."
            yield OwnRemark(kind, each.at, {**each.facts, "fler": more}, each.related)


def areas_of(cells: Iterable[tuple[int, int]]) -> list[Area]:
    """Cells put together to rectangles: down columns first, then equal ones side by side."""
    strips: dict[tuple[int, int], list[int]] = {}
    column, top, bottom = 0, 0, -1
    ordered = sorted({(c, r) for r, c in cells})
    for n, (c, r) in enumerate(ordered):
        if n and (c, r) == (column, bottom + 1):
            bottom = r
            continue
        if n:
            strips.setdefault((top, bottom), []).append(column)
        column, top, bottom = c, r, r
    if ordered:
        strips.setdefault((top, bottom), []).append(column)
    areas: list[Area] = []
    for (first, last), columns in strips.items():
        start = end = columns[0]
        for c in columns[1:]:
            if c == end + 1:
                end = c
                continue
            areas.append(Area(first, start, last, end))
            start = end = c
        areas.append(Area(first, start, last, end))
    return sorted(areas, key=lambda each: (each.top, each.left))


def cells_in(area: Area) -> list[tuple[int, int]]:
    """The cells of a rectangle, row by row."""
    columns = range(area.left, area.right + 1)
    return [(row, column) for row in range(area.top, area.bottom + 1) for column in columns]


def named(words: Iterable[str]) -> str:
    """The first few of some names, and how many more there are: ``A1, A2 och 7 till``."""
    all_words = list(dict.fromkeys(words))
    shown, rest = all_words[:MOST_NAMED], len(all_words) - MOST_NAMED
    if rest > 0:
        return f"{', '.join(shown)} och {rest} till"
    return " och ".join([", ".join(shown[:-1]), shown[-1]] if len(shown) > 1 else shown)
