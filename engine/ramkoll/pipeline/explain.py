"""One cell of any workbook explained: its formula, what it is made of, what engines get."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from ramkoll.excel.engine import Place, Refused, compute
from ramkoll.excel.explicit import Cells
from ramkoll.excel.recalc import IRONCALC, recalculate
from ramkoll.excel.recalc_book import Book, spelled_out
from ramkoll.excel.same_value import as_value
from ramkoll.excel.scan import scan
from ramkoll.excel.second_opinion import opinions
from ramkoll.model.cells import Cell, CellKind, CellRef, CellValue, parse_a1
from ramkoll.model.errors import RamkollError
from ramkoll.model.recalculated import Opinion
from ramkoll.model.workbook import Sheet, Submission

DEEPEST = 8
MOST_CELLS = 60  # of one range that are shown by themselves
MOST_NODES = 500
MOST_USERS = 40


@dataclass(frozen=True, slots=True)
class Node:
    """A cell that a formula is made of, with its labels, and what it is made of in its turn."""

    at: CellRef
    label: str
    cell: Cell
    made_of: tuple[Part, ...] = ()
    known: bool = False  # shown already higher up


@dataclass(frozen=True, slots=True)
class Part:
    """A cell or a range of a formula. ``more`` are the filled cells that are not shown."""

    sheet: str
    address: str
    nodes: tuple[Node, ...]
    more: int = 0


@dataclass(frozen=True, slots=True)
class Explained:
    """A cell explained. ``engines`` are the values that engines get for its formula by itself.

    ``opinion`` is None when the saved value fits the formula, or there is no formula. ``ring`` is
    the circular reference that the cell is part of. ``users`` are the cells whose formulas use
    it, ``more_users`` how many more there are.
    """

    node: Node
    engines: Mapping[str, CellValue]
    opinion: Opinion | None
    ring: tuple[CellRef, ...]
    users: tuple[Node, ...]
    more_users: int = 0


def explain_file(path: Path, place: str, depth: int) -> Explained:
    """As ``explain``, of a file; for a child to do. Raises RamkollError."""
    return explain(scan(path), place, depth)


def explain(submission: Submission, place: str, depth: int = 1) -> Explained:
    """Explain the cell that a person has named, ``'Ekonomisk analys!F7'``, to a depth from 1.

    Raises RamkollError when the workbook has no such sheet or cell.
    """
    at = _place(submission, place)
    book = spelled_out(submission)
    node = _Follower(book).node(at, depth)
    engines: Mapping[str, CellValue] = {}
    opinion: Opinion | None = None
    ring: tuple[CellRef, ...] = ()
    if book.look(at).formula is not None:
        engines = _engines(book, at)
        told = recalculate(submission)
        opinion = next((each for each in told.opinions if each.at == node.at), None)
        ring = next((each for each in told.rings if node.at in each), ())
    users = sorted(set(book.graph.users_of(at)) - {at})
    shown = tuple(
        Node(book.ref(user), _label(book, user), book.look(user)) for user in users[:MOST_USERS]
    )
    return Explained(node, engines, opinion, ring, shown, len(users) - len(shown))


def _place(submission: Submission, place: str) -> Place:
    text = place.strip().removeprefix("=")
    name, mark, address = text.rpartition("!")
    if name.startswith("'") and name.endswith("'") and len(name) > 1:
        name = name[1:-1].replace("''", "'")
    names = ", ".join(sheet.name for sheet in submission.sheets)
    if not mark:
        raise RamkollError(
            f"I «{place}» saknas bladets namn.",
            where=submission.file,
            todo=f"Skriv blad och cell, till exempel '{submission.sheets[0].name}!A1'."
            if submission.sheets
            else "Skriv blad och cell, till exempel 'Blad1!A1'.",
        )
    found = next(
        (n for n, each in enumerate(submission.sheets) if each.name.casefold() == name.casefold()),
        None,
    )
    if found is None:
        raise RamkollError(
            f"Bladet «{name}» finns inte.",
            where=submission.file,
            expected=f"något av bladen {names}",
            todo="Kontrollera bladets namn.",
        )
    try:
        row, column = parse_a1(address.strip())
    except ValueError:
        raise RamkollError(
            f"«{address}» är ingen cell.",
            where=submission.file,
            todo="Skriv kolumn och rad, till exempel C5.",
        ) from None
    return found, row, column


def _engines(book: Book, at: Place) -> dict[str, CellValue]:
    """What each engine gets for the formula of one cell, from the saved values of the others."""
    if at not in book.spelled:
        return {}
    explicit = book.spelled[at]
    wanted = {(used.sheet, *place) for used in explicit.uses for place in _inside(book, used)}
    values = [(place, book.cells[place]) for place in wanted]
    got = compute(
        len(book.submission.sheets),
        values,
        {at: book.asked(at)},
        date_1904=book.submission.date_1904,
    )[at]
    found: dict[str, CellValue] = {}
    if not isinstance(got, Refused):
        found[IRONCALC] = as_value(got)
    others = opinions(explicit, at, book.look, book.number)
    return found | {name: as_value(value) for name, value in others.items()}


def _inside(book: Book, used: Cells) -> list[tuple[int, int]]:
    area = used.area
    cells = book.submission.sheets[used.sheet].cells
    if (area.bottom - area.top + 1) * (area.right - area.left + 1) > len(cells):
        return sorted(place for place in cells if area.holds(*place))
    rows, columns = range(area.top, area.bottom + 1), range(area.left, area.right + 1)
    return [(row, column) for row in rows for column in columns if (row, column) in cells]


class _Follower:
    """Follows a formula down; a cell that is met again is named, and not followed twice."""

    def __init__(self, book: Book) -> None:
        self._book = book
        self._met: set[Place] = set()

    def node(self, at: Place, depth: int) -> Node:
        """The cell with what it is made of, so many steps down."""
        book, known = self._book, at in self._met
        parts: tuple[Part, ...] = ()
        if depth > 0 and not known and at in book.spelled and len(self._met) < MOST_NODES:
            self._met.add(at)
            explicit = book.spelled[at]
            uses = dict.fromkeys((*explicit.uses, *explicit.looked_at))
            parts = tuple(self._part(used, depth - 1) for used in uses)
        followed = known and book.look(at).formula is not None
        return Node(book.ref(at), _label(book, at), book.look(at), parts, followed)

    def _part(self, used: Cells, depth: int) -> Part:
        inside = _inside(self._book, used)
        if not inside and used.area.address.isalnum():
            inside = [(used.area.top, used.area.left)]  # a single empty cell
        shown = tuple(self.node((used.sheet, *place), depth) for place in inside[:MOST_CELLS])
        name = self._book.submission.sheets[used.sheet].name
        return Part(name, used.area.address, shown, len(inside) - len(shown))


def _label(book: Book, at: Place) -> str:
    """What stands to the left of a cell and above it: the nearest texts that name it."""
    position, row, column = at
    sheet = book.submission.sheets[position]
    left = _nearest(sheet, ((row, other) for other in range(column - 1, max(0, column - 21), -1)))
    above = _nearest(sheet, ((other, column) for other in range(row - 1, max(0, row - 201), -1)))
    return ", ".join(text for text in (left, above) if text)


def _nearest(sheet: Sheet, places: Iterable[tuple[int, int]]) -> str:
    for place in places:
        cell = sheet.cells.get(place)
        if cell is not None and cell.kind is CellKind.TEXT and cell.formula is None:
            text = " ".join(str(cell.value).split())
            if any(character.isalpha() for character in text):
                return text if len(text) <= 60 else text[:59] + "…"
    return ""
