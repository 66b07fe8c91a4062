"""A result as plain lines, for hosts that show a list where Office shows our pane.

Nothing is computed or left out here that a view holds: the same words, in the same order.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal, TypeAlias, assert_never

from ramkoll.live.results import (
    AcknowledgedRow,
    ChangeRow,
    ChangesView,
    CommentsView,
    Figure,
    FindingRow,
    FindingsView,
    ForecastRow,
    ForecastView,
    NoView,
    Place,
    ReportView,
    Result,
    TiesView,
    TraceNode,
    TraceView,
    UnitsView,
)

Kind: TypeAlias = Literal["heading", "stoppar", "varning", "upplysning", "text"]

NOWHERE = Place("", "", "")
EMPTY = "tom"


@dataclass(frozen=True)
class Does:
    """What can be done at a line: a command with its arguments.

    ``asks`` names an argument that the user is asked for, with ``label`` as the question; empty
    when there is nothing to ask.
    """

    label: str
    command: str
    arguments: dict[str, str]
    asks: str = ""


@dataclass(frozen=True)
class Line:
    """One line: how deep it lies (from 0), what it is, its words, what stands small below them.

    ``at`` can be gone to when it names a sheet.
    """

    level: int
    kind: Kind
    words: str
    note: str = ""
    at: Place = field(default=NOWHERE)
    does: Does | None = None


def lines(result: Result) -> list[Line]:
    """Everything that the result's view holds; no line for one that shows nothing."""
    view = result.view
    match view:
        case FindingsView():
            found = _findings(view)
        case CommentsView():
            found = _comments(view)
        case ForecastView():
            found = _forecasts(view)
        case ChangesView():
            found = _changes(view)
        case UnitsView():
            found = _units(view)
        case TiesView():
            found = _ties(view)
        case TraceView():
            found = _trace(view)
        case ReportView():
            found = _report(view)
        case NoView():
            found = iter(())
        case _:
            assert_never(view)
    return list(found)


def _findings(view: FindingsView) -> Iterator[Line]:
    yield Line(0, "heading", f"Fynd ({len(view.findings)})")
    yield from (_finding(row, 1) for row in view.findings)
    if not view.findings:
        yield Line(1, "text", "Inga fynd.", "Arbetsboken klarar reglerna.")
    if view.acknowledged:
        yield Line(0, "heading", f"Kvitterade ({len(view.acknowledged)})")
        yield from (_acknowledged(row) for row in view.acknowledged)
    if view.not_run:
        yield Line(0, "heading", f"Regler som inte kördes ({len(view.not_run)})")
        yield from (Line(1, "text", why) for why in view.not_run)


def _finding(row: FindingRow, level: int) -> Line:
    see = ", ".join(place.words for place in row.related)
    note = _joined(
        row.tip,
        f"Se även {see}." if see else "",
        _joined(row.effect, f"{row.rule} {row.title}", by=" · "),
        by="\n",
    )
    does = None
    if row.can_acknowledge:
        does = Does("Kvittera", "acknowledge", {"finding": row.id}, asks="reason")
    return Line(level, row.severity, row.message, note, row.at, does)


def _acknowledged(row: AcknowledgedRow) -> Line:
    finding = row.finding
    note = _joined(f"«{row.reason}»", _joined(row.who, row.when, by=", "), by="\n")
    does = Does("Ångra kvittering", "withdraw", {"finding": finding.id})
    return Line(1, finding.severity, finding.message, note, finding.at, does)


def _comments(view: CommentsView) -> Iterator[Line]:
    yield Line(0, "heading", f"Att kommentera ({len(view.cells)})")
    for n, cell in enumerate(view.cells):
        words = _joined(cell.label, cell.heading, by=" · ")
        if n == view.current:
            words = f"Nu: {words}"
        said = "Kommentar finns" if cell.written else "Kommentar saknas"
        text = f"«{cell.text}»" if cell.text else ""
        note = _joined(f"{said}. {cell.why}", _figures(cell.figures), text, by="\n")
        yield Line(1, "text", words, note, cell.at)


def _forecasts(view: ForecastView) -> Iterator[Line]:
    """The row that is shown first, with all its methods; then the others."""
    yield Line(0, "heading", _joined("Prognosförslag", view.unit, by=", "))
    order = sorted(range(len(view.rows)), key=lambda n: n != view.current)
    for row in (view.rows[n] for n in order):
        own = Figure("Egen prognos", row.own)
        span = [Figure("Spann", row.bracket)] if row.bracket else []
        note = _joined(_figures([own, *row.figures, *span]), row.why_not, by="\n")
        yield Line(1, "text", row.label, note, row.at)
        yield from _proposals(row)


def _proposals(row: ForecastRow) -> Iterator[Line]:
    for each in row.proposals:
        against = f"mot egen {each.difference}" if each.difference else ""
        words = f"{each.method} {each.name}: {_joined(each.value or '–', against, by=', ')}"
        does = None
        if each.usable:
            arguments = {"line": row.line, "method": each.method}
            does = Does("Använd", "use_forecast", arguments)
        yield Line(2, "text", words, each.why, NOWHERE, does)


def _changes(view: ChangesView) -> Iterator[Line]:
    if view.check_texts:
        yield Line(0, "heading", f"Kontrollera texten ({len(view.check_texts)})")
        yield from (_change(row) for row in view.check_texts)
    yield Line(0, "heading", f"{view.heading} ({len(view.changes)})")
    yield from (_change(row) for row in view.changes)
    if not view.changes:
        yield Line(1, "text", "Inget skiljer sig.")


def _change(row: ChangeRow) -> Line:
    moved = f"{row.before or EMPTY} → {row.after or EMPTY}"
    by = f"skillnad {row.difference}" if row.difference else ""
    return Line(
        1, "text", row.label, _joined(_joined(moved, by, by=", "), row.note, by="\n"), row.at
    )


def _units(view: UnitsView) -> Iterator[Line]:
    yield Line(0, "heading", f"Mina avdelningar, {view.period}")
    for unit in view.units:
        kinds: dict[str, Kind] = {"saknas": "varning", "klar": "text"}
        kind: Kind = kinds.get(unit.state) or unit.state  # type: ignore[assignment]
        words = f"{_joined(unit.code, unit.name, by=' ')}: {unit.state_words}"
        facts = _joined(unit.counts, unit.version, unit.file, by=" · ")
        yield Line(1, kind, words, _joined(unit.worst, facts, by="\n"))
        yield from (_finding(row, 2) for row in unit.findings)


def _ties(view: TiesView) -> Iterator[Line]:
    yield Line(0, "heading", f"Avstämning ({len(view.ties)})")
    for tie in view.ties:
        said = "Stämmer" if tie.agrees else "Stämmer inte"
        by = f"skillnad {tie.difference}" if tie.difference else ""
        figures = _joined(f"{tie.one} mot {tie.other}", by, by=", ")
        kind: Kind = "text" if tie.agrees else "varning"
        yield Line(1, kind, f"{said}: {tie.label}", _joined(figures, tie.note, by="\n"), tie.at)


def _trace(view: TraceView) -> Iterator[Line]:
    yield Line(0, "text" if view.agrees else "varning", view.conclusion)
    yield Line(0, "heading", "Källa")
    yield from _node(view.top, 1)
    if view.files:
        yield Line(0, "heading", f"Filer ({len(view.files)})")
        yield from (Line(1, "text", file.label, file.value) for file in view.files)


def _node(node: TraceNode, level: int) -> Iterator[Line]:
    words = _joined(node.label, node.value, by=": ") or node.at.words
    wrong = "" if node.agrees else "Stämmer inte."
    # Where a cell of the open workbook stands is shown with what leads there.
    where = "" if node.at.sheet or words == node.at.words else node.at.words
    note = _joined(where, node.formula, wrong, by="\n")
    yield Line(level, "text" if node.agrees else "varning", words, note, node.at)
    for child in node.children:
        yield from _node(child, level + 1)


def _report(view: ReportView) -> Iterator[Line]:
    yield Line(0, "heading", "Sammanställningen")
    yield from (Line(1, "text", f"{each.label}: {each.value}") for each in view.lines)
    if view.findings:
        yield Line(0, "heading", f"Fynd ({len(view.findings)})")
        yield from (_finding(row, 1) for row in view.findings)


def _figures(figures: list[Figure]) -> str:
    return " · ".join(f"{each.label} {each.value}" for each in figures)


def _joined(*parts: str, by: str) -> str:
    return by.join(part for part in parts if part)
