"""What a command answers: a sentence, and a view that the pane shows.

All words and numbers are ready to be shown, in Swedish: the pane neither computes nor formats.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias


@dataclass(frozen=True)
class Place:
    """A cell to go to, in ``words`` too. ``sheet`` is empty when it is in another workbook."""

    sheet: str
    address: str
    words: str


@dataclass(frozen=True)
class FindingRow:
    """A finding. ``id`` tells it from all others, and changes with the period and the amount."""

    id: str
    rule: str
    title: str
    severity: Literal["stoppar", "varning", "upplysning"]
    message: str
    tip: str
    at: Place
    related: list[Place]
    effect: str
    can_acknowledge: bool


@dataclass(frozen=True)
class AcknowledgedRow:
    """A finding that somebody has acknowledged, with the reason."""

    finding: FindingRow
    reason: str
    who: str
    when: str


@dataclass(frozen=True)
class FindingsView:
    """What a check has found: what stops, then most kronor first."""

    findings: list[FindingRow]
    acknowledged: list[AcknowledgedRow]
    not_run: list[str]
    marked: bool
    kind: Literal["findings"] = "findings"


@dataclass(frozen=True)
class Figure:
    """A figure with its heading, as text."""

    label: str
    value: str


@dataclass(frozen=True)
class CommentCell:
    """A cell that the thresholds want a comment in, with the figures beside it."""

    at: Place
    label: str
    heading: str
    why: str
    figures: list[Figure]
    text: str
    written: bool


@dataclass(frozen=True)
class CommentsView:
    """The cells that need a comment, in the order of the workbook; ``current`` is selected."""

    cells: list[CommentCell]
    current: int
    kind: Literal["comments"] = "comments"


@dataclass(frozen=True)
class ProposalRow:
    """What a forecast method gives; ``value`` empty and ``why`` said when it gives nothing."""

    method: str
    name: str
    value: str
    difference: str
    why: str
    usable: bool


@dataclass(frozen=True)
class ForecastRow:
    """A row of the forecast with its methods. ``why_not`` says why none can be written there."""

    line: str
    label: str
    at: Place
    own: str
    figures: list[Figure]
    bracket: str
    proposals: list[ProposalRow]
    why_not: str


@dataclass(frozen=True)
class ForecastView:
    """Proposals beside the own forecast, row by row; ``current`` is the row that is shown."""

    unit: str
    rows: list[ForecastRow]
    current: int
    kind: Literal["forecast"] = "forecast"


@dataclass(frozen=True)
class ChangeRow:
    """A cell that held or holds another value; ``severity`` is empty for a plain change."""

    at: Place
    label: str
    before: str
    after: str
    difference: str
    note: str


@dataclass(frozen=True)
class ChangesView:
    """Cells that differ, most kronor first; ``check_texts`` are comments to read again."""

    heading: str
    changes: list[ChangeRow]
    check_texts: list[ChangeRow]
    kind: Literal["changes"] = "changes"


@dataclass(frozen=True)
class UnitRow:
    """A unit or rapportör in the consolidation."""

    code: str
    name: str
    state: Literal["saknas", "stoppar", "varning", "upplysning", "klar"]
    state_words: str
    version: str
    file: str
    worst: str
    counts: str
    findings: list[FindingRow]


@dataclass(frozen=True)
class UnitsView:
    """Every unit that is to hand in, in the register's order."""

    period: str
    units: list[UnitRow]
    kind: Literal["units"] = "units"


@dataclass(frozen=True)
class TieRow:
    """Two figures that must agree."""

    label: str
    one: str
    other: str
    difference: str
    agrees: bool
    at: Place
    note: str


@dataclass(frozen=True)
class TiesView:
    """How the tables tie, those that do not first."""

    ties: list[TieRow]
    kind: Literal["ties"] = "ties"


@dataclass(frozen=True)
class TraceNode:
    """A step on the way from a figure to its sources."""

    at: Place
    label: str
    value: str
    formula: str
    agrees: bool
    children: list[TraceNode]


@dataclass(frozen=True)
class TraceView:
    """Where a figure comes from, down to file, sheet and cell."""

    conclusion: str
    agrees: bool
    top: TraceNode
    files: list[Figure]
    kind: Literal["trace"] = "trace"


@dataclass(frozen=True)
class ReportView:
    """What a consolidation wrote."""

    lines: list[Figure]
    findings: list[FindingRow]
    kind: Literal["report"] = "report"


@dataclass(frozen=True)
class NoView:
    """Nothing but the message."""

    kind: Literal["none"] = "none"


View: TypeAlias = (
    FindingsView
    | CommentsView
    | ForecastView
    | ChangesView
    | UnitsView
    | TiesView
    | TraceView
    | ReportView
    | NoView
)


@dataclass(frozen=True)
class Result:
    """The answer of a command: one sentence for the status line, and what the pane shows."""

    message: str
    view: View
