"""How far each unit and rapportör has come with a period: what is in, and what is found in it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from ramkoll.model.cells import CellRef
from ramkoll.model.findings import Finding
from ramkoll.model.register import Enhet, Reporter
from ramkoll.pipeline.acknowledged import SortedOut
from ramkoll.pipeline.check import Checked
from ramkoll.pipeline.package import Package
from ramkoll.rules.views import FormView


@dataclass(frozen=True)
class UnitStatus:
    """A unit, a rapportör, or a file that is nobody's (``code`` is empty then).

    ``view`` is the workbook that counts, None when there is none; ``files`` are all that came
    from it. ``findings`` are the open ones, most severe first; ``acknowledged`` how many are not.
    """

    code: str
    label: str
    view: FormView | None
    files: tuple[str, ...]
    findings: tuple[Finding, ...]
    acknowledged: int

    @property
    def missing(self) -> bool:
        """Whether nothing has come from it."""
        return not self.files


def statuses(checked: Checked, package: Package, found: SortedOut) -> tuple[UnitStatus, ...]:
    """Every unit and rapportör in the register's order, then the files that are nobody's."""
    view = package.view
    counting = {each.file: each for each in (*view.forms, *view.others)}
    due = [*(each.unit for each in view.forms), *view.missing]
    order = {each.code: n for n, each in enumerate(view.register.enheter)}
    units = sorted((each for each in due if each is not None), key=lambda e: order[e.code])
    said: list[UnitStatus] = []
    taken: set[Finding] = set()
    senders: list[Enhet | Reporter] = [*units, *view.register.reporters]
    for who in senders:
        files = tuple(each.file for each in checked.forms if _from(each, who))
        chosen = next((counting[file] for file in files if file in counting), None)
        status = _status(who.code, who.label, chosen, files, who.at, found)
        taken.update(status.findings)
        said.append(status)
    rest = [finding for finding in found.open if finding not in taken]
    for file in dict.fromkeys(finding.at.file for finding in rest):
        own = tuple(finding for finding in rest if finding.at.file == file)
        said.append(UnitStatus("", file, None, (file,), own, 0))
    return tuple(said)


def _from(view: FormView, who: Enhet | Reporter) -> bool:
    sender = view.unit if isinstance(who, Enhet) else view.reporter
    return sender is not None and sender.code == who.code


def _status(
    code: str,
    label: str,
    view: FormView | None,
    files: Sequence[str],
    row: CellRef | None,
    found: SortedOut,
) -> UnitStatus:
    """``row`` is where the register has it: findings about the one who is missing point there."""

    def own(findings: Iterable[Finding]) -> tuple[Finding, ...]:
        return tuple(f for f in findings if f.at.file in files or (row is not None and f.at == row))

    seen = own(finding for finding, _ in found.acknowledged)
    return UnitStatus(code, label, view, tuple(files), own(found.open), len(seen))
