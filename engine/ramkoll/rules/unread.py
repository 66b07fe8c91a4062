"""What cannot be judged in a form, since figures that it builds on could not be read.

A text in a number cell makes a sum differ from the ledger, a deviation appear and a comment be
missed. Those would say the same cause again, further from where it is mended. What compares a
cell with the cells it is made of stands by itself, and is always said.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from ramkoll.layout.expr import names
from ramkoll.layout.form import STRUCTURE, Form, Irregular
from ramkoll.layout.layout import Layout
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
    tables = {place.sheet: table for table, place in form.places.tables.items()}
    lines = {
        (place.sheet, row): key.line
        for place in form.places.tables.values()
        for key, row in place.rows.items()
    }
    of_row = {
        (place.sheet, row): table
        for table, place in form.places.tables.items()
        for row in place.rows.values()
    }
    unread = frozenset(_unread(form, tables, of_row, lines))
    if not unread:
        return list(findings), []
    built_on = _built_on(form.places.layout)
    fixed = {table for table, place in form.places.tables.items() if place.layout.rows == "fixed"}
    following = {each.id for each in rules() if each.follows}
    kept, held_back = [], dict[str, None]()
    for finding in findings:
        at = finding.at
        line = lines.get((at.sheet, at.row), "") if at.row else TOTAL_LINE
        # A form's own row, as on Analys, is built on the sums of every account group.
        table_at = of_row.get((at.sheet, at.row)) or tables.get(at.sheet, "")
        at_fixed = table_at in fixed
        sources = built_on.get(table_at, frozenset(built_on))
        touched = any(
            (table == ANY or table in sources)
            and (amiss in (ANY, line) or line.startswith(TOTAL_LINE) or at_fixed)
            for table, amiss in unread
        )
        if finding.rule in following and line and touched:
            held_back[finding.rule] = None
        else:
            kept.append(finding)
    because = f"belopp som den bygger på saknas eller inte går att läsa i {form.file}"
    return kept, [NotRun(rule, because) for rule in held_back]


def _built_on(layout: Layout) -> dict[str, frozenset[str]]:
    """The tables that each table's figures come from, itself among them."""
    direct = {
        table.id: {table.id}
        | {name.table for own in table.exprs() for name in names(own) if name.table}
        for _, table in layout.tables()
    }
    for _ in direct:  # as many rounds as there are tables reach the last one
        for sources in direct.values():
            sources |= {far for near in tuple(sources) for far in direct.get(near, ())}
    return {table: frozenset(sources) for table, sources in direct.items()}


def _unread(
    form: Form,
    tables: Mapping[str, str],
    of_row: Mapping[tuple[str, int], str],
    lines: Mapping[tuple[str, int], str],
) -> Iterator[tuple[str, str]]:
    """The table and account group of which a figure could not be read; ANY when it may be all."""
    for each in form.irregularities:
        table = of_row.get((each.at.sheet, each.at.row)) or tables.get(each.at.sheet, ANY)
        if each.kind in STRUCTURE:
            yield table, ANY
        elif each.kind in _CELL and (each.at.sheet, each.at.row) in lines:
            yield table, lines[each.at.sheet, each.at.row]
