"""A sheet of a board version: the values and looks of its printed cells, and its page."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from xml.etree.ElementTree import Element

from ramkoll.excel.board.header import page_texts
from ramkoll.excel.board.markup import (
    LINK,
    attributes_of,
    child,
    children,
    document,
    local,
    made,
)
from ramkoll.excel.board.source import Held, SourceSheet
from ramkoll.excel.board.strings import Strings
from ramkoll.excel.board.styles import Styles
from ramkoll.excel.board.tally import Tally
from ramkoll.excel.cell_values import strict_double, xml_bool
from ramkoll.excel.ooxml import valid_content
from ramkoll.model.cells import MAX_COLUMN, MAX_ROW, Area, a1, column_letters, parse_area

TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"

LEAST_SEEN = 0.5
_NEVER = "formeln har inget sparat värde"
_ERROR = "cellen visar felet {}"
_UNSEEN = "innehållet syns inte: texten har bakgrundens färg, eller talformatet döljer det"
# Of what stands after the cells, this comes along; the rest is counted by these words.
_LEFT = {
    "hyperlinks": ("länkar", "hyperlink"),
    "dataValidations": ("listor och gränser för inmatning", "dataValidation"),
    "conditionalFormatting": ("villkorsstyrda format", "cfRule"),
    "tableParts": ("Excel-tabeller (deras celler står kvar)", "tablePart"),
    "autoFilter": ("filter", ""),
    "sheetProtection": ("skydd av blad", ""),
    "protectedRanges": ("skyddade områden", "protectedRange"),
    "scenarios": ("scenarier", "scenario"),
    "customSheetViews": ("egna vyer", "customSheetView"),
    "picture": ("bakgrundsbilder", ""),
    "legacyDrawingHF": ("bilder i sidhuvud och sidfot", ""),
    "oleObjects": ("inbäddade objekt", "oleObject"),
    "controls": ("formulärkontroller", "control"),
    "webPublishItems": ("webbpubliceringar", "webPublishItem"),
    "extLst": ("tillägg av nyare slag (miniatyrdiagram, utsnitt och liknande)", "ext"),
}


@dataclass
class BoardSheet:
    """A sheet on its way: what of it is printed, and what its charts show beside that."""

    source: SourceSheet
    printed: tuple[Area, ...]
    titles: tuple[Area, ...]
    blanked: frozenset[tuple[int, int]] = frozenset()
    shown: list[Area] = field(default_factory=list)  # by charts

    @cached_property
    def hidden(self) -> list[Area]:
        """The columns that cannot be seen."""
        return _hidden_columns(self.source.root)

    @cached_property
    def kept(self) -> list[tuple[int, int]]:
        """The cells that come along. Asked for when it is known what charts show."""
        return [at for at in self.source.cells if self.keeps(*at)]

    @property
    def used(self) -> str:
        """The area of those cells."""
        if not self.kept:
            return "A1"
        rows, columns = zip(*self.kept, strict=True)
        return Area(min(rows), min(columns), max(rows), max(columns)).address

    def prints(self, row: int, column: int) -> bool:
        """Whether a cell is on a page."""
        return not self.printed or any(area.holds(row, column) for area in self.printed)

    def keeps(self, row: int, column: int) -> bool:
        """Whether a cell comes along."""
        return self.prints(row, column) or any(area.holds(row, column) for area in self.shown)


class SheetWriter:
    """Writes sheets with the texts and formats that a board version shares."""

    def __init__(self, strings: Strings, styles: Styles, tally: Tally, draft: str) -> None:
        self._strings, self._styles, self._tally = strings, styles, tally
        self._draft = draft

    def part(self, sheet: BoardSheet, *, first: bool, drawing: str) -> bytes:
        """The sheet's part; ``drawing`` is the relationship of its drawing, if it has one."""
        where = f"{self._tally.file} {sheet.source.name}"
        with valid_content(where):
            return document(self._root(sheet, first, drawing))

    def _root(self, sheet: BoardSheet, first: bool, drawing: str) -> Element:
        source = sheet.source.root
        rows = list(self._rows(sheet))
        numbers = {row.get("r") for row in rows}
        if len(numbers) < len(rows):
            raise ValueError("a row that is there twice")
        parts = {local(each): each for each in source}
        root = made("worksheet")
        root.append(_properties(parts.get("sheetPr")))
        root.append(made("dimension", {"ref": sheet.used}))
        root.append(_view(parts.get("sheetViews"), first))
        formats = parts.get("sheetFormatPr")
        sizes = ("baseColWidth", "defaultColWidth", "defaultRowHeight", "customHeight")
        said = {} if formats is None else attributes_of(formats, *sizes)
        root.append(made("sheetFormatPr", {"defaultRowHeight": "15"} | said))
        columns = list(self._columns(sheet, parts.get("cols")))
        if columns:
            root.append(made("cols", {}, *columns))
        root.append(made("sheetData", {}, *rows))
        merges = [
            made("mergeCell", {"ref": area.address})
            for area in self._merges(sheet)
            if sheet.keeps(area.top, area.left)
        ]
        if merges:
            root.append(made("mergeCells", {"count": str(len(merges))}, *merges))
        root.extend(self._page(sheet, parts))
        if drawing:
            root.append(made("drawing", {f"{{{LINK}}}id": drawing}))
        for name, (what, each) in _LEFT.items():
            found = [part for part in source if local(part) == name]
            count = sum(len(children(part, each)) if each else 1 for part in found)
            if count:
                self._tally.leave(what, sheet.source.name, count)
        return root

    # Cells -----------------------------------------------------------------------------------

    def _rows(self, sheet: BoardSheet) -> Iterator[Element]:
        under = _under(self._merges(sheet), sheet)
        lowest = max((row for row, _ in sheet.kept), default=0)
        lowest = max([lowest, *(area.bottom for area in sheet.printed)])
        lines = children(child(sheet.source.root, "sheetData"), "row")
        zero = _flag(child(sheet.source.root, "sheetFormatPr"), "zeroHeight")
        for line in sorted(lines, key=lambda each: int(each.get("r", "0"))):
            row = int(line.get("r", "0"))
            hidden = _flag(line, "hidden") or _is_nothing(line.get("ht"))
            hidden = hidden or (zero and line.get("ht") is None)
            cells = list(self._cells(sheet, row, line, under, hidden))
            if row > lowest and not cells:
                continue
            said = {"r": str(row)} | attributes_of(line, "thickTop", "thickBot")
            if not hidden:
                said |= attributes_of(line, "ht", "customHeight")
            if _flag(line, "customFormat"):
                said |= {"s": self._styles.number(line.get("s")), "customFormat": "1"}
            yield made("row", said, *cells)

    def _cells(
        self,
        sheet: BoardSheet,
        row: int,
        line: Element,
        under: set[tuple[int, int]],
        hidden: bool,
    ) -> Iterator[Element]:
        for element in sorted(children(line, "c"), key=_place):
            _, column = at = _place(element)
            held = sheet.source.cells[at]
            filled = held.filled
            address = f"{sheet.source.name}!{a1(row, column)}"
            if not sheet.keeps(row, column):
                if filled:
                    self._tally.leave("celler utanför utskriftsområdet", address)
                continue
            if at in under:
                self._tally.leave("celler som låg dolda under sammanslagna celler", address)
                filled = False
            if at in sheet.blanked and filled:
                self._tally.leave("källrader med filnamn")
                filled = False
            if filled and (hidden or any(a.holds(row, column) for a in sheet.hidden)):
                what = "raden" if hidden else "kolumnen"
                self._tally.hinder(sheet.source.name, row, column, f"{what} är dold")
            yield self._cell(sheet, at, held, filled)

    def _cell(self, sheet: BoardSheet, at: tuple[int, int], held: Held, filled: bool) -> Element:
        style = held.element.get("s")
        number = self._styles.number(style)
        said = {"r": a1(*at)} | ({"s": number} if number != "0" else {})
        if not filled:
            return made("c", said)

        def hinder(why: str) -> Element:
            self._tally.hinder(sheet.source.name, *at, why)
            return made("c", said)

        if held.formula:
            self._tally.formulas += 1
            if held.raw is None or (not held.raw and held.kind != "str"):
                return hinder(_NEVER)
        text = held.string is not None or held.kind == "str"
        shown = held.text.strip() if text else ""
        if held.kind == "e":
            return hinder(_ERROR.format(held.raw))
        amount = None
        if held.kind == "n":
            amount = strict_double(held.raw or "")
        if (shown or not text) and self._styles.hides(style, text=text, number=amount):
            return hinder(_UNSEEN)
        if held.string is not None:
            index = self._strings.number_of(held.string)
        elif held.kind == "str":
            index = self._strings.number_of_text(held.raw or "")
        else:
            kind = {"b": "b", "d": "d"}.get(held.kind)
            value = _with_text(made("v"), (held.raw or "").strip())
            return made("c", said | ({"t": kind} if kind else {}), value)
        return made("c", said | {"t": "s"}, _with_text(made("v"), str(index)))

    def _merges(self, sheet: BoardSheet) -> list[Area]:
        found = children(child(sheet.source.root, "mergeCells"), "mergeCell")
        return [parse_area(each.get("ref", "")) for each in found]

    def _columns(self, sheet: BoardSheet, columns: Element | None) -> Iterator[Element]:
        for each in sorted(children(columns, "col"), key=lambda e: int(e.get("min", "0"))):
            said = attributes_of(each, "min", "max", "width", "customWidth", "bestFit")
            if _flag(each, "hidden") or _is_nothing(each.get("width")):
                continue  # it holds nothing, or else there is a hindrance
            if each.get("style") is not None:
                said["style"] = self._styles.number(each.get("style"))
            yield made("col", said)

    # The page --------------------------------------------------------------------------------

    def _page(self, sheet: BoardSheet, parts: dict[str, Element]) -> Iterator[Element]:
        simple = {
            "printOptions": ("horizontalCentered", "verticalCentered", "headings", "gridLines",
                             "gridLinesSet"),
            "pageMargins": ("left", "right", "top", "bottom", "header", "footer"),
            "pageSetup": ("paperSize", "paperHeight", "paperWidth", "scale", "firstPageNumber",
                          "fitToWidth", "fitToHeight", "pageOrder", "orientation",
                          "useFirstPageNumber", "blackAndWhite", "draft", "errors"),
        }  # fmt: skip
        for name, attributes in simple.items():
            if name in parts:
                yield made(name, attributes_of(parts[name], *attributes))
        texts = page_texts(parts.get("headerFooter"), self._draft)
        if texts.lost:
            self._tally.leave(
                "filnamn, sökvägar och bilder i sidhuvud och sidfot", sheet.source.name
            )
        if texts.element is not None:
            yield texts.element
        for name in ("rowBreaks", "colBreaks"):
            breaks = [
                made("brk", attributes_of(each, "id", "min", "max", "man"))
                for each in children(parts.get(name), "brk")
            ]
            if breaks:
                count = {"count": str(len(breaks)), "manualBreakCount": str(len(breaks))}
                yield made(name, count, *breaks)
        # Codes such as 605 are texts on purpose, and there are no formulas to warn about.
        ignored = {"sqref": sheet.used, "numberStoredAsText": "1"}
        yield made("ignoredErrors", {}, made("ignoredError", ignored))


def _properties(source: Element | None) -> Element:
    new = made("sheetPr")
    colour = child(source, "tabColor")
    if colour is not None:
        new.append(made("tabColor", attributes_of(colour, "rgb", "theme", "tint", "indexed")))
    setup = child(source, "pageSetUpPr")
    if setup is not None:
        new.append(made("pageSetUpPr", attributes_of(setup, "fitToPage", "autoPageBreaks")))
    return new


def _view(source: Element | None, first: bool) -> Element:
    view = child(source, "sheetView")
    names = ("showGridLines", "showRowColHeaders", "showZeros", "zoomScale", "zoomScaleNormal")
    said = {} if view is None else attributes_of(view, *names)
    said |= {"tabSelected": "1"} if first else {}
    new = made("sheetView", said | {"workbookViewId": "0"})
    pane = child(view, "pane")
    if pane is not None and pane.get("state") in ("frozen", "frozenSplit"):
        rows, columns = (int(float(pane.get(each, "0"))) for each in ("ySplit", "xSplit"))
        if rows or columns:
            at = {"xSplit": str(columns)} if columns else {}
            at |= {"ySplit": str(rows)} if rows else {}
            which = "bottomRight" if rows and columns else "bottomLeft" if rows else "topRight"
            at |= {"topLeftCell": a1(rows + 1, columns + 1), "activePane": which}
            new.append(made("pane", at | {"state": "frozen"}))
    return made("sheetViews", {}, new)


def _hidden_columns(root: Element) -> list[Area]:
    return [
        Area(1, int(each.get("min", "1")), MAX_ROW, int(each.get("max", "1")))
        for each in children(child(root, "cols"), "col")
        if _flag(each, "hidden") or _is_nothing(each.get("width"))
    ]


def _under(merges: list[Area], sheet: BoardSheet) -> set[tuple[int, int]]:
    """The cells with content that merged ones lie over."""
    corners = {(area.top, area.left) for area in merges}
    coming = sorted(merges, key=lambda area: area.top, reverse=True)
    there: list[Area] = []
    found = set()
    done = 0
    for at in sorted(at for at, held in sheet.source.cells.items() if held.filled):
        if at in corners:
            continue
        if at[0] > done:
            done = at[0]
            while coming and coming[-1].top <= done:
                there.append(coming.pop())
            there = [area for area in there if area.bottom >= done]
        if any(area.holds(*at) for area in there):
            found.add(at)
    return found


def _place(element: Element) -> tuple[int, int]:
    area = parse_area(element.get("r", ""))
    return area.top, area.left


def _is_nothing(size: str | None) -> bool:
    """Whether a height in points, or a width in characters, shows nothing."""
    return size is not None and strict_double(size) < LEAST_SEEN


def _flag(element: Element | None, name: str) -> bool:
    return element is not None and xml_bool(element.get(name, "0"))


def _with_text(element: Element, text: str) -> Element:
    element.text = text
    return element


def area_name(area: Area) -> str:
    """An area with dollar signs, as names have it: whole rows as ``$1:$2``."""
    if area.left == 1 and area.right == MAX_COLUMN:
        return f"${area.top}:${area.bottom}"
    if area.top == 1 and area.bottom == MAX_ROW:
        return f"${column_letters(area.left)}:${column_letters(area.right)}"
    first = f"${column_letters(area.left)}${area.top}"
    last = f"${column_letters(area.right)}${area.bottom}"
    return first if first == last else f"{first}:{last}"
