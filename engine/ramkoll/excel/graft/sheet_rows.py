"""Where the rows and cells of a worksheet part stand in its bytes, and what its cells hold."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field
from operator import lt
from typing import NamedTuple
from xml.etree.ElementTree import XML, ParseError
from xml.etree.ElementTree import Element as Parsed

from ramkoll.excel.cell_values import rich_text, unescaped
from ramkoll.excel.graft.markup import (
    Element,
    attributes,
    elements,
    pattern,
    root_of,
    shadow,
    unfit,
)
from ramkoll.model.cells import MAX_COLUMN, MAX_ROW, Area, parse_a1
from ramkoll.model.formula_text import SharedFormula

_ROW_NUMBER = re.compile(rb"""\sr\s*=\s*["']([^"']*)["']""")
_TAG_GOES_ON = (b" ", b"\t", b"\n", b"\r", b"/", b">")
_ORDER = "Bladets rader eller celler står inte i ordning i filen."
_DAMAGED = "Bladet är skadat."
_ODD = "Bladet är sparat på ett sätt som Ramkoll inte skriver i."


@dataclass(frozen=True, slots=True)
class Formula:
    """A formula element: where it stands, its attributes, and its text if it has one."""

    element: Element
    attributes: dict[str, str]
    text: str


@dataclass(frozen=True, slots=True)
class Now:
    """A cell as it stands: its attributes, the text of its value, its formula, its other parts."""

    element: Element
    attributes: dict[str, str]
    text: str | None
    formula: Formula | None
    values: tuple[Element, ...]


class Sharer(NamedTuple):
    """How a shared formula reads in a cell; ``heads`` when others read it from there."""

    text: str
    heads: bool


@dataclass(slots=True)
class Row:
    """A row: where it stands, its cells by column in order, what they say, and their namespace."""

    element: Element
    cells: dict[int, Element]
    parsed: dict[int, Parsed]
    main: str


@dataclass(slots=True)
class SheetRows:
    """A worksheet part, taken apart only as far as is asked for.

    ``cells`` is the element that holds the rows, ``prefix`` that of the part's names.
    """

    data: bytes
    text: bytes
    where: str
    prefix: bytes
    root: Element
    cells: Element
    numbers: list[int]
    starts: list[int]
    _rows: dict[int, Row] = field(default_factory=dict)
    _before: list[Element] | None = None
    _columns: list[dict[str, str]] | None = None
    _blocks: list[Area] | None = None
    _sharing: dict[str, list[int]] | None = None
    _sharers: dict[str, dict[tuple[int, int], Sharer]] = field(default_factory=dict)

    @classmethod
    def read(cls, data: bytes, where: str) -> SheetRows:
        """Raises RamkollError for a sheet whose cells cannot be told with certainty."""
        text = shadow(data, where)
        root, prefix = root_of(data, text, b"worksheet", where)
        cells = _cells_element(text, root, prefix, where)
        starts, numbers = [], []
        name, number = b"<" + prefix + b"row", 0
        own = name + b' r="'
        try:
            at = text.find(name, cells.inside, cells.close)
            while at >= 0:
                after = at + len(name)
                # Nearly all rows start so; a pattern for each would take most of the time.
                if text.startswith(own, at):
                    number = int(text[at + len(own) : text.index(b'"', at + len(own))])
                elif text[after : after + 1] in _TAG_GOES_ON:
                    found = _ROW_NUMBER.search(text[at : text.index(b">", at)])
                    number = int(found[1]) if found else number + 1
                else:
                    raise unfit(where, _ODD)
                starts.append(at)
                numbers.append(number)
                at = text.find(name, after, cells.close)
        except ValueError as error:
            raise unfit(where, _DAMAGED) from error
        if _holds_others(text, cells, prefix, len(starts)):
            raise unfit(where, _ODD)
        if not all(map(lt, numbers, numbers[1:])):
            raise unfit(where, _ORDER)
        if numbers and not 1 <= numbers[0] <= numbers[-1] <= MAX_ROW:
            raise unfit(where, _DAMAGED)
        return cls(data, text, where, prefix, root, cells, numbers, starts)

    def row(self, number: int) -> Row | None:
        """A row, or None when the part has none of that number. Raises RamkollError."""
        if number not in self._rows:
            index = bisect_right(self.numbers, number) - 1
            if index < 0 or self.numbers[index] != number:
                return None
            self._rows[number] = self._read_row(index)
        return self._rows[number]

    def place_for(self, number: int) -> int:
        """Where in the bytes a new row of this number belongs."""
        index = bisect_right(self.numbers, number)
        return self.starts[index] if index < len(self.starts) else self.cells.close

    def _read_row(self, index: int) -> Row:
        number, start = self.numbers[index], self.starts[index]
        end = self.starts[index + 1] if index + 1 < len(self.starts) else self.cells.close
        try:
            (element, *others) = elements(self.text, start, end)
            if others:
                raise unfit(self.where, _DAMAGED)
            main, parsed_cells = self._parsed(element)
            cells: dict[int, Element] = {}
            parsed: dict[int, Parsed] = {}
            column = 0
            for child in elements(self.text, element.inside, element.close):
                if child.name != self.prefix + b"c":
                    if child.local != b"extLst":
                        raise unfit(self.where, _ODD)
                    continue
                address = attributes(self.text[child.start : child.inside]).get("r")
                row, found = parse_a1(address) if address else (number, column + 1)
                if row != number or not column < found <= MAX_COLUMN:
                    raise unfit(self.where, _ORDER)
                column = found
                cells[column] = child
                parsed[column] = next(parsed_cells)
                if parsed[column].get("r") != address:
                    raise unfit(self.where, _ODD)
        except (ParseError, ValueError, StopIteration) as error:
            raise unfit(self.where, _DAMAGED) from error
        return Row(element, cells, parsed, main)

    def _parsed(self, row: Element) -> tuple[str, Iterator[Parsed]]:
        """The namespace of a row, and its cells as XML says they are."""
        root_tag = self.data[self.root.start : self.root.inside]
        whole = root_tag + self.data[row.start : row.end] + b"</" + self.root.name + b">"
        sheet = XML(whole)
        parsed, main = sheet[0], sheet.tag[: -len("worksheet")]
        if parsed.tag != main + "row":
            raise unfit(self.where, _ODD)
        return main, iter(parsed.findall(main + "c"))

    def now(self, row: int, column: int) -> Now | None:
        """What stands in a cell, or None when the part has no such cell. Raises RamkollError."""
        found = self.row(row)
        element = found.cells.get(column) if found else None
        if found is None or element is None:
            return None
        parsed, main = found.parsed[column], found.main
        try:
            texts: dict[str, list[str]] = {"v": [], "f": [], "is": []}
            for child in parsed:
                name = child.tag.removeprefix(main)
                if name in texts:
                    whole = rich_text(child) if name == "is" else child.text or ""
                    texts[name].append(whole)
            places: dict[bytes, list[Element]] = {b"v": [], b"f": [], b"is": []}
            for place in elements(self.text, element.inside, element.close):
                if place.name == self.prefix + place.local and place.local in places:
                    places[place.local].append(place)
        except ValueError as error:
            raise unfit(self.where, _DAMAGED) from error
        counts = [(len(places[name.encode()]), len(known)) for name, known in texts.items()]
        if any(place != known or known > 1 for place, known in counts):
            raise unfit(self.where, _DAMAGED)
        value = texts["is"] or texts["v"]
        formula = None
        for place in places[b"f"]:
            known = attributes(self.text[place.start : place.inside])
            formula = Formula(place, known, unescaped(texts["f"][0]).removeprefix("="))
        return Now(
            element,
            dict(parsed.attrib),
            value[0] if value else None,
            formula,
            (*places[b"v"], *places[b"is"]),
        )

    def blocks(self) -> list[Area]:
        """The areas that hold one array formula or what-if table each. Raises RamkollError."""
        if self._blocks is None:
            inside, close = self.cells.inside, self.cells.close
            words = (b"array", b"dataTable")
            self._blocks = []
            if any(self.text.find(word, inside, close) >= 0 for word in words):
                self._blocks += [
                    self.area(known.get("ref", ""))
                    for _, known in self._formula_tags()
                    if known.get("t") in ("array", "dataTable")
                ]
        return self._blocks

    def sharers(self, index: str) -> dict[tuple[int, int], Sharer]:
        """The cells that share the formula of an index, in order. Raises RamkollError."""
        if index not in self._sharers:
            self._sharers[index] = self._find_sharers(index)
        return self._sharers[index]

    def shared(self) -> set[str]:
        """The indices of all formulas that cells share."""
        if self.text.find(b"shared", self.cells.inside, self.cells.close) < 0:
            return set()
        return {
            known.get("si", "") for _, known in self._formula_tags() if known.get("t") == "shared"
        }

    def _find_sharers(self, index: str) -> dict[tuple[int, int], Sharer]:
        if self._sharing is None:
            self._sharing = {}
            for at, known in self._formula_tags():
                if known.get("t") == "shared":
                    self._sharing.setdefault(known.get("si", ""), []).append(at)
        cells = [self._cell_at(at) for at in self._sharing.get(index, ())]
        with_text = [cell for cell in cells if cell[1].text]
        heads = [cell for cell in with_text if "ref" in cell[1].attributes] or with_text[:1]
        if not heads:
            raise unfit(self.where, "En delad formel saknar text i filen.")
        parsed = {place: SharedFormula.parse(formula.text) for place, formula in heads}
        found: dict[tuple[int, int], Sharer] = {}
        head = heads[-1][0]  # of those that stand before the first, which Excel does not write
        for place, formula in cells:
            if place in parsed:
                head = place
            moved = parsed[head].moved(place[0] - head[0], place[1] - head[1])
            found[place] = Sharer(formula.text or moved, place in parsed)
        return found

    def _formula_tags(self) -> Iterator[tuple[int, dict[str, str]]]:
        for match in pattern(self.prefix + b"f").finditer(
            self.text, self.cells.inside, self.cells.close
        ):
            yield match.start(), attributes(match[0])

    def _cell_at(self, place: int) -> tuple[tuple[int, int], Formula]:
        """The cell that the formula element at a place of the bytes belongs to."""
        number = self.numbers[bisect_right(self.starts, place) - 1]
        row = self.row(number)
        for column, element in row.cells.items() if row else ():
            if element.start < place < element.end:
                now = self.now(number, column)
                if now is not None and now.formula is not None:
                    return (number, column), now.formula
        raise unfit(self.where, _DAMAGED)

    def tags_after(self, name: bytes) -> Iterator[dict[str, str]]:
        """The attributes of the elements of a name that stand after the cells."""
        for match in pattern(self.prefix + name).finditer(self.text, self.cells.end):
            yield attributes(match[0])

    def before(self) -> list[Element]:
        """The elements before the cells: properties, columns."""
        if self._before is None:
            try:
                self._before = list(elements(self.text, self.root.inside, self.cells.start))
            except ValueError as error:
                raise unfit(self.where, _DAMAGED) from error
        return self._before

    def after(self) -> list[Element]:
        """The elements after the cells."""
        try:
            return list(elements(self.text, self.cells.end, self.root.close))
        except ValueError as error:
            raise unfit(self.where, _DAMAGED) from error

    def columns(self) -> list[dict[str, str]]:
        """What the part says of columns: width, style. Raises RamkollError."""
        if self._columns is None:
            column = pattern(self.prefix + b"col")
            self._columns = [
                attributes(match[0])
                for element in self.before()
                if element.name == self.prefix + b"cols"
                for match in column.finditer(self.text, element.inside, element.close)
            ]
        return self._columns

    def area(self, reference: str) -> Area:
        """An area from its address. Raises RamkollError."""
        first, _, last = reference.partition(":")
        try:
            return Area(*parse_a1(first), *parse_a1(last or first))
        except ValueError as error:
            raise unfit(self.where, _DAMAGED) from error


def _cells_element(text: bytes, root: Element, prefix: bytes, where: str) -> Element:
    name = prefix + b"sheetData"
    tag = pattern(name).search(text, root.inside, root.close)
    if tag is None:
        raise unfit(where, "Bladet har ingen plats för celler.")
    if text.find(b"<" + name, tag.end()) >= 0:
        raise unfit(where, "Bladet har två uppsättningar celler.")
    if b"xmlns" in tag[0]:  # the rows' names would mean something else
        raise unfit(where, _ODD)
    if tag[1]:
        return Element(name, tag.start(), tag.end(), tag.end(), tag.end())
    end = max(text.find(b"</" + name, tag.end(), root.close), 0)
    close = re.compile(rb"</" + re.escape(name) + rb"\s*>").match(text, end)
    if close is None:
        raise unfit(where, _DAMAGED)
    return Element(name, tag.start(), tag.end(), close.start(), close.end())


def _holds_others(text: bytes, cells: Element, prefix: bytes, rows: int) -> bool:
    """Whether rows of another prefix, or of several worlds, would be passed over."""
    inside, close = cells.inside, cells.close
    own = rows + text.count(b"</" + prefix + b"row", inside, close) if prefix else 0
    suspect = text.count(b":row", inside, close) > own
    suspect = suspect or bool(prefix and text.find(b"<row", inside, close) >= 0)
    if not suspect and text.find(b"AlternateContent", inside, close) < 0:
        return False
    tag = re.escape(prefix) + rb"row[\s/>]"
    other = rb"<(?!" + tag + rb")(?:[^\s<>/]+:)?(?:row|AlternateContent)[\s/>]"
    return re.compile(other).search(text, inside, close) is not None
