"""Whether Excel would accept a plan. A plan that it would not is our own bug, found here.

Everything is asked before a byte is written, since Excel answers with a repair prompt, and
XlsxWriter with a file that lacks what it did not like.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence, Set
from datetime import date
from decimal import Decimal
from functools import lru_cache
from math import isfinite

from ramkoll.excel.names import check_defined_name, check_sheet_name
from ramkoll.model.cells import MAX_COLUMN, MAX_ROW, Area, a1
from ramkoll.model.plan import (
    Chart,
    Choice,
    PlannedCell,
    Series,
    SheetPlan,
    Style,
    TablePlan,
    WorkbookPlan,
)

MAX_TEXT = 32_767
MAX_FORMULA = 8_192
MAX_CHOICES = 255
MAX_CHOICE_TITLE = 32
MAX_CHOICE_MESSAGE = 255
MAX_HEADER = 255
MAX_BREAKS = 1_023

# The lines, places and patterns a style can name, as XlsxWriter calls them.
LINES = {"hair": 7, "dotted": 4, "dashed": 3, "thin": 1, "medium": 2, "thick": 5, "double": 6}
VERTICAL = {
    "top": "top",
    "center": "vcenter",
    "vcenter": "vcenter",
    "bottom": "bottom",
    "justify": "vjustify",
}
HORIZONTAL = frozenset({"left", "center", "right", "fill", "justify", "center_across"})

_UNFIT_FOR_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_COLOUR = re.compile(r"[0-9A-Fa-f]{6}")
_STATIC_RANGE = re.compile(
    r"(?:'((?:[^']|'')+)'|([^'!]+))!\$[A-Z]{1,3}\$[0-9]+(?::\$[A-Z]{1,3}\$[0-9]+)?"
)
_WITHOUT_DIGITS = str.maketrans("", "", "0123456789")
_QUOTED = re.compile(r"\"[^\"]*\"|'[^']*'")
# Functions that came after Excel 2010. XlsxWriter quietly makes array formulas of some.
_TOO_NEW = re.compile(
    r"_xl(?:fn|ws|pm|udf)\.|(?<![\w.])(?:ANCHORARRAY|BYCOL|BYROW|CHOOSECOLS|CHOOSEROWS|CONCAT|DROP"
    r"|EXPAND|FILTER|HSTACK|IFNA|IFS|LAMBDA|LET|MAKEARRAY|MAP|MAXIFS|MINIFS|RANDARRAY|REDUCE|SCAN"
    r"|SEQUENCE|SINGLE|SORT|SORTBY|SWITCH|TAKE|TEXTAFTER|TEXTBEFORE|TEXTJOIN|TEXTSPLIT|TOCOL|TOROW"
    r"|UNIQUE|VSTACK|WRAPCOLS|WRAPROWS|XLOOKUP|XMATCH|XOR)\(",
    re.IGNORECASE,
)


def check_plan(plan: WorkbookPlan) -> None:
    """Raise ValueError, naming sheet and cell, when the plan holds what Excel would refuse."""
    if not plan.sheets:
        raise ValueError("a workbook has at least one sheet")
    for text in (plan.title, plan.author, plan.comments):
        check_text("the properties", text, MAX_HEADER)
    check_sheets(plan.sheets, plan.names, {sheet.name for sheet in plan.sheets})


def check_sheets(sheets: Sequence[SheetPlan], names: Mapping[str, str], known: Set[str]) -> None:
    """Raise ValueError when sheets of a workbook, or its names, are what Excel would refuse.

    ``known`` are the names of all its sheets.
    """
    for sheet in sheets:
        check_sheet_name(sheet.name)
    _all_different("sheet", (sheet.name for sheet in sheets))
    tables = [table.name for sheet in sheets for table in sheet.tables]
    for name in (*names, *tables):
        check_defined_name(name)
    _all_different("name", (*names, *tables))
    for name, reference in names.items():
        match = _STATIC_RANGE.fullmatch(reference)
        sheet_name = "" if match is None else (match[2] or match[1].replace("''", "'"))
        if sheet_name not in known:
            raise ValueError(f"{name}: no absolute range on a sheet of the plan: {reference}")
    for sheet in sheets:
        _check_sheet(sheet, known)


def check_text(place: str, text: str, longest: int = MAX_TEXT) -> None:
    """Raise ValueError when the text is too long or holds what an XML file cannot."""
    if _utf16_length(text) > longest:
        raise ValueError(f"{place}: a text of more than {longest} characters")
    unfit = _UNFIT_FOR_XML.search(text)
    if unfit is not None:
        raise ValueError(f"{place}: a character that no file can hold: {unfit[0]!r}")


def _utf16_length(text: str) -> int:
    """Length as Excel counts it."""
    if text.isascii():
        return len(text)
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def _all_different(kind: str, names: Iterable[str]) -> None:
    """Excel does not tell upper case from lower."""
    seen: set[str] = set()
    for name in names:
        if name.casefold() in seen:
            raise ValueError(f"two of the same {kind}: {name!r}")
        seen.add(name.casefold())


def _check_sheet(sheet: SheetPlan, known: Set[str]) -> None:
    place = sheet.name
    headings = {
        (table.area.top, table.area.left + offset): heading
        for table in sheet.tables
        for offset, heading in enumerate(table.headings)
    }
    for cell in sheet.cells:
        if not _is_plain(cell):
            _check_cell(place, cell)
    if len({(cell.row, cell.column) for cell in sheet.cells}) < len(sheet.cells):
        counted = Counter((cell.row, cell.column) for cell in sheet.cells)
        raise ValueError(f"{place}!{a1(*counted.most_common(1)[0][0])}: planned twice")
    for cell in sheet.cells if headings else ():
        at = (cell.row, cell.column)
        if at in headings and (cell.value != headings[at] or cell.formula is not None):
            raise ValueError(f"{place}!{a1(*at)}: not the table's heading {headings[at]!r}")
    # Most cells share their style, and a style is slow to compare.
    styles = {id(cell.style): cell.style for cell in sheet.cells}
    for style in {*styles.values(), *(highlight.style for highlight in sheet.highlights)}:
        _check_style(place, style)
    _check_page(sheet)
    for choice in sheet.choices:
        _check_choice(f"{place}!{choice.area.address}", choice)
    for highlight in sheet.highlights:
        _check_area(place, highlight.area)
        _check_formula(f"{place}!{highlight.area.address}", highlight.formula)
    for table in sheet.tables:
        _check_table(place, table)
    names = [chart.name for chart in sheet.charts if chart.name]
    if len(set(names)) < len(names):
        raise ValueError(f"{place}: two charts have one name: {sorted(names)}")
    for chart in sheet.charts:
        _check_chart(f"{place}!{a1(chart.row, chart.column)}", chart, known)


def _check_page(sheet: SheetPlan) -> None:
    place = sheet.name
    for text in (sheet.header, sheet.footer):
        check_text(f"{place}, header and footer", text, MAX_HEADER)
    if sheet.scale and not 10 <= sheet.scale <= 400:
        raise ValueError(f"{place}: the scale is 10 to 400 per cent, not {sheet.scale}")
    if not 10 <= sheet.zoom <= 400:
        raise ValueError(f"{place}: zoom is 10 to 400 per cent, not {sheet.zoom}")
    if sheet.tab_colour is not None:
        _check_colour(place, sheet.tab_colour)
    rows = [*sheet.heights, *sheet.page_breaks, *(sheet.repeat_rows or ())]
    if any(not 1 <= row <= MAX_ROW for row in rows) or len(sheet.page_breaks) > MAX_BREAKS:
        raise ValueError(f"{place}: heights, breaks or repeated rows outside the sheet")
    if any(not 1 <= column <= MAX_COLUMN for column in sheet.widths):
        raise ValueError(f"{place}: widths outside the sheet")
    if any(not 0 <= width <= 255 for width in sheet.widths.values()):
        raise ValueError(f"{place}: a column is at most 255 characters wide")
    if any(not 0 <= height <= 409 for height in sheet.heights.values()):
        raise ValueError(f"{place}: a row is at most 409 points high")
    if sheet.repeat_rows is not None and sheet.repeat_rows[0] > sheet.repeat_rows[1]:
        raise ValueError(f"{place}: repeated rows from {sheet.repeat_rows[0]} upwards")
    if sheet.freeze is not None and (min(sheet.freeze) < 0 or sheet.freeze == (0, 0)):
        raise ValueError(f"{place}: nothing to freeze: {sheet.freeze}")
    if sheet.print_area is not None:
        _check_area(place, sheet.print_area)


def _check_area(place: str, area: Area) -> None:
    if not (1 <= area.top <= area.bottom <= MAX_ROW and 1 <= area.left <= area.right <= MAX_COLUMN):
        raise ValueError(f"{place}: no area of a sheet: {area}")


def _check_colour(place: str, colour: str) -> None:
    if _COLOUR.fullmatch(colour) is None:
        raise ValueError(f"{place}: a colour is written RRGGBB, not {colour!r}")


def _check_style(place: str, style: Style) -> None:
    for colour in (style.colour, style.fill):
        if colour is not None:
            _check_colour(place, colour)
    for line in (style.top, style.bottom):
        if line is not None and line not in LINES:
            _check_colour(f"{place}, no line of that name", line)
    if style.align is not None and style.align not in HORIZONTAL:
        raise ValueError(f"{place}: no such alignment: {style.align!r}")
    if style.vertical not in VERTICAL:
        raise ValueError(f"{place}: no such vertical alignment: {style.vertical!r}")
    if not -90 <= style.rotation <= 90:
        raise ValueError(f"{place}: rotation is -90 to 90 degrees, not {style.rotation}")
    check_text(f"{place}, number format", style.number_format, MAX_HEADER)


def _is_plain(cell: PlannedCell) -> bool:
    """Whether a cell is seen at once to be in order, as nearly all are."""
    value, formula = cell.value, cell.formula
    if type(value) is Decimal:
        if not isfinite(float(value)):
            return False
    # Nothing that can be printed is a control character or half of one.
    elif type(value) is str:
        if len(value) > MAX_TEXT // 2 or not value.isprintable():
            return False
    elif value is not None:
        return False
    if formula is not None:
        if value is None or not formula.isprintable() or not 0 < len(formula) <= MAX_FORMULA // 2:
            return False
        if formula[0] in "={" or _too_new(formula.translate(_WITHOUT_DIGITS)):
            return False
    return cell.link is None and 0 < cell.row <= MAX_ROW and 0 < cell.column <= MAX_COLUMN


def _check_cell(sheet: str, cell: PlannedCell) -> None:
    if not (1 <= cell.row <= MAX_ROW and 1 <= cell.column <= MAX_COLUMN):
        raise ValueError(f"{sheet}: no cell in row {cell.row}, column {cell.column}")
    place = f"{sheet}!{a1(cell.row, cell.column)}"
    value = cell.value
    if isinstance(value, str):
        check_text(place, value)
    elif isinstance(value, Decimal):
        if not isfinite(float(value)):
            raise ValueError(f"{place}: a number that no cell can hold: {value}")
    elif isinstance(value, date):
        # Before March 1900 Excel's calendar has a day that never was.
        if (value.year, value.month) < (1900, 3):
            raise ValueError(f"{place}: a date that Excel does not know: {value}")
    elif not (value is None or isinstance(value, bool)):
        raise ValueError(f"{place}: neither number, text, date nor bool: {value!r}")
    if cell.formula is not None:
        _check_formula(place, cell.formula)
        if value is None:
            raise ValueError(f"{place}: a formula without the value it shows")
    if cell.link is not None:
        check_text(place, cell.link, MAX_FORMULA)
        if not cell.link.startswith(("internal:", "external:")):
            raise ValueError(f"{place}: a link is internal: or external:, not {cell.link}")


def _check_formula(place: str, formula: str) -> None:
    # The file's limit counts the formula without its equals sign.
    check_text(place, formula, MAX_FORMULA)
    if not formula or formula[0] in "={":
        raise ValueError(f"{place}: a formula without equals sign or braces, please: {formula!r}")
    # A sheet has many formulas that differ in their rows only.
    too_new = _too_new(formula.translate(_WITHOUT_DIGITS)) and _too_new(formula)
    if too_new:
        raise ValueError(f"{place}: later than Excel 2010: {too_new}")


@lru_cache(maxsize=1024)
def _too_new(formula: str) -> str:
    """The first function of a formula that came after Excel 2010, or an empty text.

    Without its digits a formula has those that it has with them, if not more.
    """
    found = _TOO_NEW.search(_QUOTED.sub("", formula))
    return found[0] if found is not None else ""


def _check_choice(place: str, choice: Choice) -> None:
    _check_area(place, choice.area)
    check_text(f"{place}, title", choice.title, MAX_CHOICE_TITLE)
    check_text(f"{place}, message", choice.message, MAX_CHOICE_MESSAGE)
    check_text(f"{place}, list", ",".join(choice.values), MAX_CHOICES)
    if not choice.values:
        raise ValueError(f"{place}: a list without values")
    for value in choice.values:
        if "," in value or '"' in value or value != value.strip() or not value:
            raise ValueError(f"{place}: a list cannot hold {value!r}")


def _check_table(sheet: str, table: TablePlan) -> None:
    place = f"{sheet}, table {table.name}"
    _check_area(place, table.area)
    if table.area.right - table.area.left + 1 != len(table.headings):
        raise ValueError(f"{place}: {len(table.headings)} headings for {table.area.address}")
    if table.area.top == table.area.bottom:
        raise ValueError(f"{place}: needs at least one row under its headings")
    _all_different("heading", table.headings)
    for heading in table.headings:
        check_text(place, heading, MAX_HEADER)
        if not heading:
            raise ValueError(f"{place}: a heading without text")


def _check_chart(place: str, chart: Chart, known: Set[str]) -> None:
    if chart.kind not in ("bar", "column", "line"):
        raise ValueError(f"{place}: no such chart: {chart.kind!r}")
    if chart.stacking not in ("", "stacked", "percent_stacked"):
        raise ValueError(f"{place}: no such stacking: {chart.stacking!r}")
    if chart.stacking and chart.kind == "line":
        raise ValueError(f"{place}: lines on top of each other are not read as sums")
    if not chart.series:
        raise ValueError(f"{place}: a chart without series")
    if not chart.title.strip():
        raise ValueError(f"{place}: a chart without title")
    if not chart.description.strip():
        raise ValueError(f"{place}: a chart without alternative text")
    if chart.description.strip() == chart.title.strip():
        raise ValueError(f"{place}: an alternative text that only repeats the title")
    _check_area(place, Area(chart.row, chart.column, chart.row, chart.column))
    for text in (chart.title, chart.value_title, *(series.name for series in chart.series)):
        check_text(place, text, MAX_HEADER)
        # XlsxWriter takes such a text for a reference.
        if text.startswith("="):
            raise ValueError(f"{place}: a text that would be read as a formula: {text!r}")
    check_text(place, chart.description)
    for series in chart.series:
        _check_series(f"{place}, series {series.name}", series, known)
        if (series.stroke is not None) != (chart.kind == "line"):
            raise ValueError(
                f"{place}, series {series.name}: a stroke is for lines, and lines only"
            )
        if series.invisible and not chart.stacking:
            raise ValueError(f"{place}, series {series.name}: invisible, but holds nothing up")
    named = [each for each in chart.series if each.in_legend and not each.invisible]
    looks = [each.stroke or (each.colour, each.pattern) for each in named]
    if len(set(looks)) < len(looks):
        raise ValueError(f"{place}: two series that look the same")


def _check_series(place: str, series: Series, known: Set[str]) -> None:
    if series.sheet not in known:
        raise ValueError(f"{place}: no sheet {series.sheet!r}")
    for colour in (series.colour, series.negative_colour, series.edge):
        if colour is not None:
            _check_colour(place, colour)
    for area, cached in (
        (series.labels, series.cached_labels),
        (series.values, series.cached_values),
    ):
        _check_area(place, area)
        if area.top != area.bottom and area.left != area.right:
            raise ValueError(f"{place}: neither a row nor a column: {area.address}")
        if (area.bottom - area.top + 1) * (area.right - area.left + 1) != len(cached):
            raise ValueError(f"{place}: {len(cached)} values for {area.address}")
    for label in series.cached_labels:
        check_text(place, label)
