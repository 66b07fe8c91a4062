"""What an område's workbook shows beside its own causes: those of the units it covers."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from ramkoll.compute.listed import Cells, Listed
from ramkoll.compute.report_causes import AREA_FORM, CAUSES
from ramkoll.model.facts import Record
from ramkoll.model.register import Enhet, Reporter

UNIT_CAUSES = "unit_causes"
# The amount has a name of its own there, so that no sum of causes takes it a second time.
_NAMES = {"amount": "unit_amount"}


def unit_causes(units: Iterable[tuple[str, Iterable[Cells]]]) -> list[Cells]:
    """The rows of the list, in the order given: each unit's causes after its code.

    Amounts are in kronor, income and cost alike: plus is better. Rows without anything are
    left out.
    """
    return [
        {
            ("enhet", 0): enhet,
            **{(_NAMES.get(name, name), month): value for (name, month), value in row.items()},
        }
        for enhet, rows in units
        for row in rows
        if any(value is not None for value in row.values())
    ]


def cells_of(record: Record) -> Cells:
    """A row that was read, as the cells of a row to write: amounts in kronor."""
    return {(name, 0): fact.value for name, fact in record.columns.items()}


def show_unit_causes(data: Listed, reporters: Sequence[Reporter], enheter: Sequence[Enhet]) -> None:
    """Put the causes that came with the extracts beside each område's own, unit by unit."""
    for area in reporters:
        if area.form == AREA_FORM:
            covered = [each.code for each in enheter if area.covers(each.code)]
            rows = unit_causes((code, data.rows.get((CAUSES, code), ())) for code in covered)
            data.rows[UNIT_CAUSES, area.code] = rows
