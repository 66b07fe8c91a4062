"""Underlag: one row a submitted figure, with file, sheet, cell and the way there."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from ramkoll.compute.fingerprint import fingerprint
from ramkoll.compute.underlag import Entry
from ramkoll.layout import look
from ramkoll.model.cells import Area, a1, quoted_sheet
from ramkoll.model.plan import PlannedCell, SheetPlan, Style, TablePlan
from ramkoll.sheets.presentable import presentable_text
from ramkoll.sheets.view import BODY_LINK, BODY_TEXT, ReportView, header_row, headline, page

SHEET = "Underlag"
TOP = 5
# What the columns hold. The codes at the end are what the formulas of the tables search for.
HEADINGS = (
    "Mått", "Enhet", "Namn", "Område", "Kod", "Rad", "Delpost", "Värde", "Måttenhet",
    "Fil", "Blad", "Cell", "Räknat på", "Måttkod", "Enhetskod", "Tryckkod", "Områdeskod", "Radkod",
)  # fmt: skip
NAMES = {
    "U_varde": "Värde",
    "U_matt": "Måttkod",
    "U_enhet": "Enhetskod",
    "U_tryck": "Tryckkod",
    "U_omrade": "Områdeskod",
    "U_rad": "Radkod",
}
VALUE_COLUMN = HEADINGS.index("Värde") + 1
_WIDTHS = (30, 8, 34, 18, 12, 30, 20, 16, 10, 16, 12, 8, 20, 18, 10, 10, 11, 9)
_KRONOR = Style(number_format=look.INTEGER, bottom=look.RULE, align="right", indent=1)
_ORE = replace(_KRONOR, number_format="#,##0.00")


def underlag_sheet(view: ReportView) -> SheetPlan:
    """The sheet that every figure of the report is a formula over."""
    lines = (
        f"{view.report.working_tab}. En rad per inlämnad siffra med fil, blad och cell. "
        "Belopp är i kronor, annat i den enhet som Måttenhet säger.",
        "Tabellernas formler summerar kolumnen Värde efter koderna längst till höger. "
        "Bladet får sorteras och filtreras.",
    )
    cells = headline("Underlag", lines) + header_row(TOP, HEADINGS, frozenset({8}))
    for n, entry in enumerate(view.underlag.entries, 1):
        cells += _row(view, TOP + n, entry)
    last = _last_row(view)
    table = TablePlan("Underlag_tabell", Area(TOP, 1, last, len(HEADINGS)), HEADINGS)
    plan = SheetPlan(
        SHEET,
        tuple(cells),
        widths={n: float(width) for n, width in enumerate(_WIDTHS, 1)},
        freeze=(TOP, 0),
        repeat_rows=(TOP, TOP),
        print_area=Area(1, 1, last, HEADINGS.index("Räknat på") + 1),  # people read no codes
        tables=(table,),
    )
    return page(view, plan, working=True)


def underlag_names(view: ReportView) -> dict[str, str]:
    """The static range names that formulas use."""
    first, last = TOP + 1, _last_row(view)
    names = {}
    for name, heading in NAMES.items():
        letters = a1(1, HEADINGS.index(heading) + 1)[:-1]
        names[name] = f"{quoted_sheet(SHEET)}!${letters}${first}:${letters}${last}"
    return names


def underlag_fingerprint(view: ReportView) -> str:
    """What the sheet's rows come to when nobody has changed them, whatever their order."""
    return fingerprint(_values(view, entry) for entry in view.underlag.entries)


def _last_row(view: ReportView) -> int:
    return TOP + max(1, len(view.underlag.entries))  # a table has at least one row


def _values(view: ReportView, entry: Entry) -> tuple[str | Decimal, ...]:
    """A row of the sheet, in the order of the headings."""
    codes = view.underlag.codes
    values = (
        entry.label, entry.enhet, entry.enhet_name, entry.area, entry.line, entry.line_name,
        entry.part, entry.value, entry.unit.value, entry.at.file, entry.at.sheet,
        entry.at.address, entry.sources,
        codes.measures[entry.measure], codes.enheter[entry.enhet], codes.enheter[entry.row_enhet],
        codes.areas[entry.area], codes.lines[entry.row],
    )  # fmt: skip
    return tuple(presentable_text(each) if isinstance(each, str) else each for each in values)


def _row(view: ReportView, row: int, entry: Entry) -> list[PlannedCell]:
    cells = []
    for at, value in enumerate(_values(view, entry), 1):
        if isinstance(value, Decimal):
            whole = value == value.to_integral_value()
            cells.append(PlannedCell(row, at, value, style=_KRONOR if whole else _ORE))
        elif HEADINGS[at - 1] == "Cell":
            link = view.link(entry.at)
            cells.append(PlannedCell(row, at, value, style=BODY_LINK, link=link))
        else:
            cells.append(PlannedCell(row, at, value or None, style=_PLAIN))
    return cells


_PLAIN = Style(number_format=BODY_TEXT.number_format, bottom=look.RULE, colour=look.NAVY)
