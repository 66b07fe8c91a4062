"""All submissions of the region's folder, checked together, with progress file by file."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from ramkoll.live.host import Host
from ramkoll.model.errors import RamkollError
from ramkoll.pipeline.acknowledged import SortedOut, sort_out
from ramkoll.pipeline.check import Checked, check
from ramkoll.pipeline.package import Package
from ramkoll.pipeline.submissions import workbook_files

AFTER = 2  # steps after the files: putting together, and what the command does with it


@dataclass(frozen=True)
class Collected:
    """The submissions as checked. ``steps`` are those that ``progress`` is told of in all."""

    checked: Checked
    package: Package
    found: SortedOut
    folder: Path
    steps: int


def collected(host: Host, leave_out: str = "") -> Collected:
    """Check every submission; ``leave_out`` is the name of a file that is not looked at.

    What has not changed since the last time is not read again. Raises RamkollError when no
    folder is set up or it has no frame workbook, and Cancelled.
    """
    region = host.region
    folder = region.needs_submissions()
    if not folder.is_dir():
        raise RamkollError(
            "Mappen med inlämnade arbetsböcker finns inte.",
            where=folder.name,
            todo="Be den som sköter Ramkoll kontrollera sökvägen efter --submissions.",
        )
    files = workbook_files([folder])
    count = len(files)
    steps = 2 * count + AFTER
    host.progress(0, steps, "Läser mappen med inlämnade arbetsböcker")
    checked = check(
        [folder],
        region.layouts,
        lambda n, _, file: host.progress(n, steps, f"Läser {file} ({n} av {count})"),
        whole=True,
        leave_out=next((path for path, name in files if name == leave_out), None),
        examining=lambda n, of, file: host.progress(
            count + n, steps, f"Granskar {file} ({n} av {of})"
        ),
        keep=region.kept,
    )
    if checked.package is None:
        raise RamkollError(
            "Mappen med inlämnade arbetsböcker har ingen ramarbetsbok som går att använda.",
            where=folder.name,
            todo="Lägg budgetram.xlsx i mappen och försök igen.",
        )
    period = checked.package.view.period
    host.progress(steps - 1, steps, "Ställer samman")
    known = region.acknowledgements.all(period)
    return Collected(checked, checked.package, sort_out(checked, period, known), folder, steps)
