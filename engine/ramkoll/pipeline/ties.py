"""How the tables of a consolidated workbook tie, as its sheet Avstämning stands."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from ramkoll.model.cells import CellKind, CellRef
from ramkoll.model.errors import RamkollError
from ramkoll.model.units import Unit
from ramkoll.pipeline.trace_nodes import Report
from ramkoll.sheets import reconcile

_WHAT, _LEFT, _RIGHT, _DIFFERENCE = range(1, 5)


@dataclass(frozen=True)
class Tie:
    """Two figures that must agree. A figure is None when the cell holds no number.

    ``at`` is the cell of the difference; ``unit`` is that of the figures, None when not known.
    """

    what: str
    left: Decimal | None
    right: Decimal | None
    unit: Unit | None
    at: CellRef

    @property
    def difference(self) -> Decimal | None:
        """How far they are from each other; None when one is missing."""
        if self.left is None or self.right is None:
            return None
        return self.left - self.right

    @property
    def agrees(self) -> bool:
        """Whether they are the same but for the noise of binary numbers."""
        return self.difference is not None and abs(self.difference) < reconcile.TOLERANCE


def ties(report: Report) -> tuple[Tie, ...]:
    """Every row of the sheet Avstämning, those that do not tie first, the farthest apart first.

    Raises RamkollError when the workbook has no such sheet, or nothing on it.
    """
    workbook = report.workbook
    sheet = workbook.sheet(reconcile.SHEET)
    if sheet is None:
        raise RamkollError(
            f"Arbetsboken har inget blad {reconcile.SHEET}.",
            where=workbook.file,
            todo="Öppna den sammanställda arbetsboken och försök igen.",
        )
    found: list[Tie] = []
    row = reconcile.TOP + 1
    while sheet.cell(row, _WHAT).kind is CellKind.TEXT and not sheet.cell(row, _LEFT).is_blank:
        left, right = (_number(sheet.cell(row, at).value) for at in (_LEFT, _RIGHT))
        at = CellRef(workbook.file, sheet.name, row, _DIFFERENCE)
        # A typed number has no unit; then the other figure has.
        sides = (CellRef(workbook.file, sheet.name, row, column) for column in (_LEFT, _RIGHT))
        unit = next(filter(None, map(report.units.unit, sides)), None)
        found.append(Tie(str(sheet.cell(row, _WHAT).value), left, right, unit, at))
        row += 1
    if not found:
        raise RamkollError(
            f"Bladet {reconcile.SHEET} har inget att stämma av.",
            where=f"{workbook.file} {sheet.name}",
            todo="Sammanställ arbetsboken och försök igen.",
        )
    return tuple(sorted(found, key=_order))


def _order(tie: Tie) -> tuple[bool, bool, Decimal]:
    """What cannot be compared comes first of all."""
    apart = tie.difference
    return tie.agrees, apart is not None, -abs(apart or Decimal(0))


def _number(value: object) -> Decimal | None:
    return value if isinstance(value, Decimal) else None
