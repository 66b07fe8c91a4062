"""Which findings somebody has acknowledged, and which are still open."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ramkoll.model.findings import Acknowledgement, Finding, Severity, finding_id
from ramkoll.model.period import Period
from ramkoll.pipeline.check import Checked


@dataclass(frozen=True)
class SortedOut:
    """Findings in their order: those that are open, and those with an acknowledgement each."""

    open: tuple[Finding, ...]
    acknowledged: tuple[tuple[Finding, Acknowledgement], ...]


def sort_out(
    checked: Checked, period: Period, acknowledgements: Sequence[Acknowledgement]
) -> SortedOut:
    """The findings of a check, with those that somebody has acknowledged apart.

    What blocks is always open, whatever has been said of it.
    """
    known = {each.finding: each for each in acknowledgements}
    units = units_of_files(checked)
    still: list[Finding] = []
    seen: list[tuple[Finding, Acknowledgement]] = []
    for finding in checked.findings:
        enhet = units.get(finding.at.file, "")
        said = known.get(finding_id(finding, enhet, period)) if known else None
        if said is None or finding.severity is Severity.BLOCKS:
            still.append(finding)
        else:
            seen.append((finding, said))
    return SortedOut(tuple(still), tuple(seen))


def units_of_files(checked: Checked) -> dict[str, str]:
    """The code of the unit or rapportör that each located workbook is from, by file."""
    return {view.file: view.form.enhet for view in checked.forms}
