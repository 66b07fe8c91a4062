"""Granskning in a submission that is handed back: its own findings, each with a link to its cell.

The sheet is known again when the copy is handed in: a name of the workbook points at a cell of it
that holds the seal of the copy.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from ramkoll.layout import look
from ramkoll.model.cells import Area, CellRef, parse_a1, quoted_sheet
from ramkoll.model.findings import Finding, NotRun, Severity
from ramkoll.model.plan import PlannedCell, SheetPlan, Style
from ramkoll.model.units import swedish_amount
from ramkoll.model.workbook import Sheet, Submission
from ramkoll.sheets.presentable import presentable_text
from ramkoll.sheets.view import BODY_LINK, BODY_TEXT, TITLE_ROW, WORKING_TAB, header_row, headline

AUTHOR = "Ramkoll"
NAME = "Ramkoll_granskning"  # points at the seal
NAMES = ("Granskning", "Granskning Ramkoll")
SEAL = "Kopians kontrollsumma: "
OPEN = "Granskad som den stod öppen"  # in place of the seal: an open workbook is no copy
_SEAL_AT = (5, 1)
_TOP = 7
_HEADINGS = ("Allvar", "Regel", "Blad", "Cell", "Vad som är fel", "Gör så här", "Kronor")
_WIDTHS: dict[int, float] = {1: 12, 2: 8, 3: 18, 4: 9, 5: 60, 6: 48, 7: 13}
_COLOURS = {Severity.BLOCKS: look.RED, Severity.WARNING: "7F6000", Severity.INFO: look.GREY}
_COUNTED = (
    (Severity.BLOCKS, "stoppar", "stoppar"),
    (Severity.WARNING, "varning", "varningar"),
    (Severity.INFO, "upplysning", "upplysningar"),
)
_AMOUNT = Style(number_format=look.INTEGER, align="right", indent=1, bottom=look.RULE)
_REFERENCE = re.compile(r"(?:'((?:[^']|'')+)'|([^'!]+))!\$?([A-Za-z]{1,3})\$?(\d{1,7})")
LONGEST_NOTE = 2_000  # more is not read at a cell, and stands in Granskning


@dataclass(frozen=True, slots=True)
class ReturnView:
    """What the sheet shows of a submission: its name and fingerprint, and what was found in it.

    ``sheets`` are the workbook's sheets, to which links lead; ``made`` is given, never read from a
    clock. ``seal`` tells the copy from one that somebody has changed. A workbook that is open has
    neither fingerprint nor seal.
    """

    file: str
    sha256: str
    findings: tuple[Finding, ...]
    not_run: tuple[NotRun, ...]
    sheets: frozenset[str]
    made: datetime
    version: str
    seal: str = ""


def returned_sheet(view: ReturnView, name: str) -> SheetPlan:
    """The findings, most severe first, as a sheet of this name."""
    findings = sorted(view.findings, key=lambda each: each.order)
    counted = [
        f"{n} {words[n != 1]}"
        for severity, *words in _COUNTED
        if (n := sum(each.severity is severity for each in findings))
    ]
    said = f"{len(findings)} fynd: {', '.join(counted)}." if findings else "Inga fynd."
    lines = (
        f"{view.file}, granskad {view.made:%Y-%m-%d} av Ramkoll {view.version}. {said}",
        _advice(findings),
        *_fingerprints(view),
    )
    of = "den inlämnade arbetsboken" if view.sha256 else "arbetsboken"
    cells = headline(f"Granskning av {of}", lines)
    heights = {1: TITLE_ROW}
    last = _TOP - 2
    columns = 7 if any(each.effect is not None for each in findings) else 6
    if findings:
        last = _TOP + len(findings)
        cells += header_row(_TOP, _HEADINGS[:columns], frozenset({7}))
        heights[_TOP] = 20.0
    for row, each in enumerate(findings, _TOP + 1):
        cells += _row(view, row, each)[:columns]
        texts = ((each.message, _WIDTHS[5]), (each.tip, _WIDTHS[6]), (each.at.sheet, _WIDTHS[3]))
        heights[row] = look.wrapped_height(texts)
    for row, line in enumerate(_not_run(view.not_run), last + 2):
        cells.append(PlannedCell(row, 1, line, style=look.NOTE))
        last = row
    plan = SheetPlan(
        name,
        tuple(_presentable(cell) for cell in cells),
        widths=_WIDTHS,
        heights=heights,
        freeze=(_TOP, 0) if findings else None,
        repeat_rows=(_TOP, _TOP) if findings else None,
        print_area=Area(1, 1, last, columns),
        tab_colour=WORKING_TAB,
    )
    font, file = look.PAGE_FONT, presentable_text(view.file)[:60].replace("&", "&&")
    footer = f"&L{font}&A&R{font}Sida &P av &N"
    return replace(plan, header=f"&L{font}{file}&R{font}{view.made:%Y-%m-%d}", footer=footer)


def _fingerprints(view: ReturnView) -> tuple[str, str]:
    rewritten = "skrivs om vid nästa granskning."
    if not view.sha256:
        return (
            "Gäller det som stod i arbetsboken, sparat eller inte, när granskningen gjordes.",
            f"{OPEN}. Bladet {rewritten}",
        )
    return (
        f"Filen som granskades har kontrollsumman (SHA-256) {view.sha256}.",
        f"{SEAL}{view.seal}. Bladet och Ramkolls anteckningar {rewritten}",
    )


def free_name(tabs: Sequence[str]) -> str:
    """A name for our sheet that no sheet of theirs has."""
    names = (*NAMES, *(f"{NAMES[-1]} {n}" for n in range(2, len(tabs) + 3)))
    taken = {name.casefold() for name in tabs}
    return next(name for name in names if name.casefold() not in taken)


def seal_reference(name: str) -> str:
    """What the workbook's name points at, for a sheet of this name."""
    row, column = _SEAL_AT
    return f"{quoted_sheet(name)}!${chr(64 + column)}${row}"


def note_text(findings: Sequence[Finding]) -> str:
    """What the note at a cell says of all that was found there."""
    pieces = []
    for each in findings:
        effect = "" if each.effect is None else f", {swedish_amount(each.effect)}"
        todo = f"\nGör så här: {each.tip}" if each.tip else ""
        severity = each.severity.value.capitalize()
        pieces.append(f"{severity} ({each.rule}{effect})\n{each.message}{todo}")
    text = presentable_text("\n\n".join(pieces))
    return text if len(text) <= LONGEST_NOTE else f"{text[:LONGEST_NOTE]} … (mer står i Granskning)"


def own_sheet(submission: Submission) -> tuple[Sheet, str] | None:
    """Our sheet in a workbook, and the seal of the copy that it lies in; None where none is.

    The seal is empty for a sheet that was written into an open workbook.
    """
    reference = next(
        (v for k, v in submission.names.items() if k.casefold() == NAME.casefold()), ""
    )
    found = _REFERENCE.fullmatch(reference)
    if found is None:
        return None
    sheet = submission.sheet((found[1] or found[2]).replace("''", "'"))
    try:
        value = sheet.cell(*parse_a1(found[3] + found[4])).value if sheet else None
    except ValueError:
        return None
    if sheet is None or not isinstance(value, str):
        return None
    if value.startswith(OPEN):
        return sheet, ""
    if not value.startswith(SEAL):
        return None
    return sheet, value.removeprefix(SEAL).partition(".")[0]


def without_own_sheet(submission: Submission) -> Submission:
    """The workbook without our sheet, as it was before it was handed back."""
    own = own_sheet(submission)
    # A person may have thrown the sheet away, and Excel keeps the name.
    left = [k for k, v in submission.names.items() if k.casefold() == NAME.casefold() and
            (own is not None or "#REF!" in v)]  # fmt: skip
    if not left:
        return submission
    return replace(
        submission,
        sheets=tuple(each for each in submission.sheets if own is None or each is not own[0]),
        names={k: v for k, v in submission.names.items() if k not in left},
    )


def _advice(findings: Sequence[Finding]) -> str:
    if any(each.severity is Severity.BLOCKS for each in findings):
        return "Det som stoppar ska rättas i arbetsboken, som sedan lämnas in på nytt."
    if findings:
        return "Inget stoppar. Gå igenom varningarna, och lämna in på nytt om något ändras."
    return "Ingenting behöver rättas."


def _row(view: ReturnView, row: int, finding: Finding) -> list[PlannedCell]:
    at = finding.at
    severity = Style(bold=True, colour=_COLOURS[finding.severity], bottom=look.RULE)
    link = _link(view, at)
    style = BODY_LINK if link else BODY_TEXT
    return [
        PlannedCell(row, 1, finding.severity.value.capitalize(), style=severity),
        PlannedCell(row, 2, finding.rule, style=BODY_TEXT),
        PlannedCell(row, 3, at.sheet or "hela filen", style=BODY_TEXT if at.row else style,
                    link=None if at.row else link),
        PlannedCell(row, 4, at.address if at.row else None, style=style if at.row else BODY_TEXT,
                    link=link if at.row else None),
        PlannedCell(row, 5, finding.message, style=BODY_TEXT),
        PlannedCell(row, 6, finding.tip, style=BODY_TEXT),
        PlannedCell(row, 7, finding.effect, style=_AMOUNT),
    ]  # fmt: skip


def _link(view: ReturnView, at: CellRef) -> str | None:
    if at.sheet not in view.sheets:
        return None
    return f"internal:{quoted_sheet(at.sheet)}!{at.address if at.row else 'A1'}"


def _not_run(not_run: Sequence[NotRun]) -> list[str]:
    by_reason: dict[str, dict[str, None]] = {}
    for each in not_run:
        by_reason.setdefault(each.because, {})[each.rule] = None
    return [
        f"Regler som inte är körda, eftersom {because}: {', '.join(rules)}."
        for because, rules in by_reason.items()
    ]


def _presentable(cell: PlannedCell) -> PlannedCell:
    if not isinstance(cell.value, str):
        return cell
    return replace(cell, value=presentable_text(cell.value))
