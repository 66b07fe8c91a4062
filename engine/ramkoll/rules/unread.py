"""What cannot be judged in a form, since figures that it builds on could not be read.

A text in a number cell makes a sum differ from the ledger, a deviation appear and a comment be
missed. Those would say the same cause again, further from where it is mended. What compares a
cell with the cells it is made of stands by itself, and is always said.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from ramkoll.layout.form import STRUCTURE, Form, Irregular
from ramkoll.model.facts import TOTAL_LINE
from ramkoll.model.findings import Finding, NotRun
from ramkoll.rules.catalogue import rules

ANY = "*"  # a row, a column or a sheet is amiss: every line may lack figures
_CELL = frozenset(
    {Irregular.TEXT_NUMBER, Irregular.NOT_NUMBER, Irregular.ERROR_CELL, Irregular.MERGED}
)


def without_consequences(
    form: Form, findings: Iterable[Finding]
) -> tuple[list[Finding], list[NotRun]]:
    """The findings that stand by themselves, and the rules that had more to say."""
    lines = {
        (place.sheet, row): key.line
        for place in form.places.tables.values()
        for key, row in place.rows.items()
    }
    unread = frozenset(_unread(form, lines))
    if not unread:
        return list(findings), []
    following = {each.id for each in rules() if each.follows}
    kept, held_back = [], dict[str, None]()
    for finding in findings:
        at = finding.at
        if finding.rule not in following:
            kept.append(finding)
            continue
        line = lines.get((at.sheet, at.row), "") if at.row else TOTAL_LINE
        if line and (ANY in unread or line in unread or line.startswith(TOTAL_LINE)):
            held_back[finding.rule] = None
        else:
            kept.append(finding)
    because = f"belopp som den bygger på saknas eller inte går att läsa i {form.file}"
    return kept, [NotRun(rule, because) for rule in held_back]


def _unread(form: Form, lines: Mapping[tuple[str, int], str]) -> Iterator[str]:
    """The account groups of which a figure could not be read; ANY when it may be all."""
    for each in form.irregularities:
        if each.kind in STRUCTURE:
            yield ANY
        elif each.kind in _CELL and (each.at.sheet, each.at.row) in lines:
            yield lines[each.at.sheet, each.at.row]
