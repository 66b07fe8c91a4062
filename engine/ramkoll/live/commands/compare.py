"""Jämför med förra: the open workbook against what was handed in before."""

from __future__ import annotations

from typing import Literal

import xlwings as xw

from ramkoll.live.command import Reads, command
from ramkoll.live.host import Host
from ramkoll.live.opened import opened
from ramkoll.live.results import ChangesView, Result
from ramkoll.live.words import change_row
from ramkoll.model.errors import RamkollError
from ramkoll.pipeline.compare import differences
from ramkoll.rules.views import FormView

SUBMITTED, REPORT = "inlämnad", "rapport"
COMPUTED = "räknas av en formel"


@command("compare", Reads.FORMS)
def compare(
    book: xw.Book, host: Host, *, against: Literal["", "inlämnad", "rapport"] = ""
) -> Result:
    """Where the open workbook differs from an earlier one of the same unit.

    ``inlämnad`` is the one that counts among this period's submissions, ``rapport`` that of the
    last report; without a word the first of them that there is.
    """
    view = opened(book, host).view
    before, what = _earlier(view, host, against)
    found = list(differences(view, before))
    heading = f"Mot {what}: {before.file}, {before.period}"
    if not found:
        return Result(f"Inget skiljer sig från {what}.", ChangesView(heading, [], []))
    count = f"{len(found)} {'cell' if len(found) == 1 else 'celler'}"
    return Result(
        f"{count} skiljer sig från {what}.",
        ChangesView(
            heading,
            [change_row(view, each, COMPUTED if each.computed else "") for each in found],
            [],
        ),
    )


def _earlier(view: FormView, host: Host, against: str) -> tuple[FormView, str]:
    region = host.region
    places = (
        (SUBMITTED, "den inlämnade arbetsboken", region.submissions),
        (REPORT, "förra rapportens arbetsbok", region.previous),
    )
    for name, what, folder in places:
        if folder is None or against not in ("", name):
            continue
        found = region.workbook_of(view, folder, host.progress)
        if found is not None:
            return found, what
    raise RamkollError(
        f"Det finns ingen tidigare arbetsbok för {view.enhet} att jämföra med.",
        todo="Be den som sköter Ramkoll ange mapparna med --submissions och --previous.",
    )
