"""The order in which cells were last calculated."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from ramkoll.excel.structure.cells import Cells
from ramkoll.excel.structure.facts import Facts
from ramkoll.excel.structure.fault import Fault
from ramkoll.excel.structure.opened import Opened
from ramkoll.excel.structure.references import area


def chain_faults(package: Opened, cells: Mapping[str, Cells], facts: Facts) -> Iterator[Fault]:
    """Entries for cells without a formula, which Excel calls damage."""
    by_number = {sheet.number: sheet.part for sheet in facts.sheets}
    for part in package.linked(package.book or "", "calcChain"):
        root = package.root(part)
        number = ""
        for entry in () if root is None else root:
            number = entry.get("i", number)
            if number not in by_number:
                yield Fault(part, f"a cell of sheet {number!r}, not there", "chain.sheet")
                continue
            known = cells.get(by_number[number] or "")
            if known is None:
                continue  # a sheet of macros, or one that could not be read
            reference = entry.get("r", "")
            place = area(reference)
            if place is None:
                yield Fault(part, f"r={reference!r}", "chain.ref")
            elif (place.top, place.left) not in known.formulas and not any(
                array.holds(place.top, place.left) for array in known.arrays
            ):
                yield Fault(part, f"{reference} of sheet {number} has no formula", "chain.stale")
