"""What the sheets are made from, and the few things they share."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from ramkoll.compute.passages import Passage
from ramkoll.compute.tables import Block
from ramkoll.compute.underlag import Underlag
from ramkoll.layout import look
from ramkoll.layout.report import ReportLayout
from ramkoll.model.cells import CellRef, quoted_sheet
from ramkoll.model.findings import Acknowledgement, Finding, NotRun
from ramkoll.model.period import Period
from ramkoll.model.plan import PlannedCell, SheetPlan, Style
from ramkoll.model.register import Enhet, Register

BOARD_TAB, WORKING_TAB = "1F4E79", "C55A11"
DRAFT = "UTKAST"
TITLE_ROW = 26.0  # points


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A file that was read: what it is, whose, and its fingerprint."""

    file: str
    what: str
    enhet: str
    version: str
    status: str
    sha256: str
    is_unit: bool = False


@dataclass(frozen=True)
class SheetTexts:
    """The texts of one heading on one sheet."""

    sheet: str
    title: str
    passages: tuple[Passage, ...]


@dataclass(frozen=True)
class ReportView:
    """Everything the report's sheets show. ``links`` leads from the report to the submissions.

    ``made`` is given, never read from a clock, so that the same input gives the same bytes. Until
    the report is ``approved`` every page says UTKAST. ``findings`` are the open ones;
    ``acknowledged`` those that somebody has seen, with what they said.
    """

    period: Period
    report: ReportLayout
    register: Register
    underlag: Underlag
    blocks: tuple[Block, ...]
    findings: tuple[Finding, ...]
    not_run: tuple[NotRun, ...]
    files: tuple[SourceFile, ...]
    missing: tuple[Enhet, ...]
    made: datetime
    version: str
    rule_titles: Mapping[str, str]
    links: str = ""
    sections: tuple[SheetTexts, ...] = ()
    approved: bool = False
    case_number: str = ""
    acknowledged: tuple[tuple[Finding, Acknowledgement], ...] = ()

    @property
    def board(self) -> str:
        """The board's printed name."""
        return self.report.board_name(self.register.board)

    @property
    def title(self) -> str:
        """The report's title."""
        words = self.period.placeholders() | {"nämnd": self.board}
        return self.report.title.format(**words)

    def link(self, at: CellRef) -> str:
        """A link to a cell of a submission, or to the file when it has no sheet."""
        target = (
            "" if not at.sheet else f"#{quoted_sheet(at.sheet)}!{at.address if at.row else 'A1'}"
        )
        return f"external:{self.links}{at.file}{target}"


def page(view: ReportView, plan: SheetPlan, *, working: bool) -> SheetPlan:
    """The tab colour, header and footer that all sheets of the report have."""
    note = view.report.working_tab if working else "" if view.approved else DRAFT
    whose = " · ".join(dict.fromkeys(filter(None, (view.register.organisation, view.board))))
    about = " · ".join(filter(None, (view.period.words, view.case_number)))
    # Excel counts the whole header: three parts of at most 60 signs fit.
    left, middle, right = (_code(part[:60]) for part in (whose, note, about))
    return replace(
        plan,
        heights={1: TITLE_ROW, **plan.heights},
        tab_colour=WORKING_TAB if working else BOARD_TAB,
        header=f"&L{look.PAGE_FONT}{left}&C{look.PAGE_FONT}&B{middle}&R{look.PAGE_FONT}{right}",
        footer=f"&L{look.PAGE_FONT}&A&R{look.PAGE_FONT}Sida &P av &N",
    )


def headline(title: str, lines: tuple[str, ...]) -> list[PlannedCell]:
    """A title in the first row and lines of help below."""
    cells = [PlannedCell(1, 1, title, style=look.TITLE)]
    return cells + [PlannedCell(row, 1, line, style=look.HELP) for row, line in enumerate(lines, 2)]


def header_row(
    row: int, texts: tuple[str, ...], numbers: frozenset[int] = frozenset()
) -> list[PlannedCell]:
    """A heading row from column A; ``numbers`` are the 1-based columns that hold numbers."""
    return [
        PlannedCell(row, at, text, style=look.HEADER_NUMBER if at in numbers else look.HEADER_TEXT)
        for at, text in enumerate(texts, 1)
    ]


BODY_TEXT = Style(number_format="@", wrap=True, bottom=look.RULE)
BODY_LINK = Style(number_format="@", colour="0563C1", underline=True, bottom=look.RULE)


def _code(text: str) -> str:
    return text.replace("&", "&&")
