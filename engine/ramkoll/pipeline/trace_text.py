"""What following a figure has shown, in Swedish words and as data for machines."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from ramkoll.excel.evaluate import Figure, Value
from ramkoll.model.cells import CellValue
from ramkoll.model.units import NO_BREAK_SPACE, Unit, round_half_up, swedish_number
from ramkoll.pipeline.tables import shown_number
from ramkoll.pipeline.trace import Trace, Verdict
from ramkoll.pipeline.trace_nodes import Node, SourceRow, Sum
from ramkoll.sheets import about

SHOWN_ROWS = 40
_NAMED = 5  # how many places a sentence names
_AGAIN = "Sammanställ arbetsboken på nytt ur de inlämnade arbetsböckerna."


def conclusion(trace: Trace) -> str:
    """Whether the rows add up to what the cell shows, and if not, what to do."""
    said = list(_sentences(trace))
    if trace.untouched is False:
        # Whatever adds up now, it is not what was submitted.
        changed = "Raderna i Underlag är inte de som skrevs dit: något har ändrats efteråt."
        said = [
            changed,
            *(each.replace(f" {_AGAIN}", "") for each in said if each != _AGAIN),
            _AGAIN,
        ]
    elif trace.untouched and trace.rows():
        said.append("Raderna i Underlag är oförändrade sedan arbetsboken skrevs.")
    return " ".join(said)


def trace_text(trace: Trace, limit: int = SHOWN_ROWS) -> str:
    """The whole way as a tree; of each sum over Underlag at most ``limit`` rows are shown."""
    lines = [f"{trace.file} {trace.top.at.in_sheet}", "", conclusion(trace), ""]
    lines += _tree(trace.top, "", set(), limit)
    files = {row.file: row.sha256 for row in trace.rows()}
    if files:
        lines += ["", "Filer som siffran kommer ur (sha256):"]
        unknown = f"finns inte i fillistan på bladet {about.SHEET}"
        lines += [f"  {file}  {files[file] or unknown}" for file in sorted(files)]
    return "\n".join(lines) + "\n"


def trace_json(trace: Trace) -> dict[str, Any]:
    """The same as data; numbers are texts with all their digits, each in the unit beside it.

    ``cells`` holds every cell on the way by its place; ``precedents`` are places in it.
    """
    return {
        "file": trace.file,
        "sha256": trace.sha256,
        "place": trace.top.at.in_sheet,
        "verdict": trace.verdict.value,
        "agrees": trace.agrees,
        "conclusion": conclusion(trace),
        "second_opinion": _plain(trace.second),
        "underlag_untouched": trace.untouched,
        "rows": len(trace.rows()),
        "cells": {node.at.in_sheet: _node_json(node) for node in trace.top.all()},
    }


def _sentences(trace: Trace) -> Iterator[str]:
    top, unsourced = trace.top, trace.unsourced()
    place = top.at.in_sheet
    if top.fault:
        yield f"{top.fault}. {place} är därför inte kontrollerad."
        yield "Rätta formeln i Excel eller sammanställ på nytt."
        return
    if top.formula is None and not top.sums:
        yield f"{place} innehåller ett inskrivet värde, {shown(top)}, utan källa."
        yield _AGAIN
        return
    if top.formula is None:
        row = top.sums[0].rows[0]
        what = "beloppet" if row.unit is Unit.KR else "värdet"
        where = (
            f"räknat på {source_words(row)}" if row.whole_sheet else f"{what} i {source_words(row)}"
        )
        yield f"{place} är {where}: {shown(top)}."
        return
    if top.value is None:
        yield f"{_computed(trace)}, men filen har inget sparat värde i cellen att jämföra med."
        yield "Öppna arbetsboken i Excel, spara den och kör igen."
        return
    saying = "och" if top.agrees else "men"
    end = "stämmer" if top.agrees else "stämmer inte"
    yield f"{_computed(trace)} {saying} cellen visar {shown(top)}: {end}."
    if not top.agrees:
        yield f"Skillnaden uppstår i {_places(trace.differing())}. {_AGAIN}"
    elif trace.differing():
        yield f"Men på vägen dit stämmer inte {_places(trace.differing())}. {_AGAIN}"
    for node in unsourced[:_NAMED]:
        what = "är ett inskrivet värde" if node.typed else "har ett fast tal i formeln"
        number = swedish_number(node.fixed if node.typed else node.own_fixed, 3)
        yield f"{node.at.in_sheet} {what} utan rader i Underlag: {number}."
    if trace.verdict is Verdict.NO_SOURCE:
        yield _AGAIN
    if trace.second_agrees is False:
        second = trace.second
        number = swedish_number(second, 3) if isinstance(second, Decimal) else str(second)
        yield f"En andra räknemotor får i stället {number}. Kontrollera formeln i Excel."
    elif trace.second_agrees:
        yield "En andra räknemotor får samma värde av formeln."


def _computed(trace: Trace) -> str:
    top, rows = trace.top, trace.rows()
    count = f"{len(rows)} rad" if len(rows) == 1 else f"{len(rows)} rader"
    figure = top.figure
    if not isinstance(figure, Figure):
        return f"Räknat på {count} i Underlag blir svaret {_one_line(figure)}"
    amount = _amount(figure, top)
    if not rows:
        return f"Formeln har inga rader i Underlag och ger {amount}"
    weights = set((figure.weights or {}).values())
    plain = len(weights) == 1 and min(weights) > 0 and not figure.fixed
    return f"Summan av {count} är {amount}" if plain else f"Räknat på {count} blir det {amount}"


def _amount(figure: Figure, node: Node) -> str:
    """In kronor when the unit is one of money, else in the unit, else as the number stands."""
    factor = None if node.unit is None else node.unit.kronor
    if factor is None:
        return measured(figure.value, node.unit)
    return measured(figure.value * factor, Unit.KR)


def measured(value: Decimal, unit: Unit | None) -> str:
    """A number with its unit; what is counted needs none in a sentence."""
    if unit is Unit.KR:
        return _with_unit(value, 0 if value == value.to_integral_value() else 2, unit)
    if unit is Unit.PERCENT:
        value *= 100
    exponent = round_half_up(value, 3).normalize().as_tuple().exponent
    return _with_unit(value, max(0, -int(exponent)), unit)


def _with_unit(value: Decimal, decimals: int, unit: Unit | None) -> str:
    said = "" if unit in (None, Unit.NONE, Unit.COUNT) else f"{NO_BREAK_SPACE}{unit}"
    return swedish_number(value, decimals) + said


def shown(node: Node) -> str:
    """What a cell shows, with its unit."""
    value = node.value
    if not isinstance(value, Decimal):
        return "" if value is None else _one_line(value)
    shown, decimals = shown_number(value, node.number_format)
    if decimals is None:
        decimals = max(0, -int(shown.normalize().as_tuple().exponent))
    return _with_unit(shown, decimals, node.unit)


def saved(node: Node) -> str:
    """What a cell shows, also when the file says nothing of it."""
    lacking = node.formula is not None and node.value is None
    return "inget sparat värde" if lacking else shown(node)


def row_words(row: SourceRow) -> str:
    """What a row of Underlag is about: unit, code, label and part."""
    name = row.line_name or row.measure
    return " ".join(filter(None, (row.enhet, row.line, name, row.part)))


def sum_words(each: Sum) -> str:
    """How many rows of Underlag a sum adds, and what it searches for."""
    codes = ", ".join(f"{heading} {code}" for heading, code in each.criteria)
    searched = f" med {codes}" if codes else ""
    word = "rad" if len(each.rows) == 1 else "rader"
    return f"{len(each.rows)} {word} i Underlag{searched}"


def _one_line(value: object) -> str:
    return str(value).replace("\n", " ")


def _places(nodes: tuple[Node, ...]) -> str:
    names = ", ".join(node.at.in_sheet for node in nodes[:_NAMED])
    more = len(nodes) - _NAMED
    return f"{names} och {more} till" if more > 0 else names


def _tree(node: Node, indent: str, seen: set[str], limit: int) -> Iterator[str]:
    place = node.at.in_sheet
    name = ", ".join(filter(None, (node.label, node.heading)))
    mark = "" if node.agrees else "  ← stämmer inte"
    yield f"{indent}{place}  {name}: {saved(node)}{mark}"
    inner = indent + "    "
    if place in seen:
        yield f"{inner}(se ovan)"
        return
    seen.add(place)
    if node.formula is not None:
        yield f"{inner}= {node.formula}"
    elif node.typed:
        yield f"{inner}inskrivet värde utan källa"
    for each in node.sums:
        yield from _sum_lines(each, inner, limit)
    for child in node.children:
        yield from _tree(child, inner, seen, limit)


def _sum_lines(each: Sum, indent: str, limit: int) -> Iterator[str]:
    yield f"{indent}{sum_words(each)}: {measured(each.total, each.unit)}"
    for row in each.rows[:limit]:
        yield f"{indent}  {_row_line(row)}"
    if len(each.rows) > limit:
        rest = sum((row.amount or Decimal(0) for row in each.rows[limit:]), Decimal(0))
        yield f"{indent}  … och {len(each.rows) - limit} rader till: {measured(rest, each.unit)}"


def _row_line(row: SourceRow) -> str:
    amount = "inget tal" if row.amount is None else measured(row.amount, row.unit)
    inputs = f" ur {row.inputs}" if row.inputs and not row.whole_sheet else ""
    return f"rad {row.row}: {row_words(row)}: {amount}  {source_words(row)}{inputs}"


def source_words(row: SourceRow) -> str:
    """Where a row of Underlag comes from: file, sheet and cell."""
    if row.whole_sheet:
        return f"{row.file} {row.sheet}, hela bladet: {row.inputs}"
    return f"{row.file} {row.sheet}!{row.cell}"


def _node_json(node: Node) -> dict[str, Any]:
    return {
        "label": node.label,
        "heading": node.heading,
        "formula": node.formula,
        "value": _plain(node.value),
        "computed": _plain(node.figure),
        "unit": None if node.unit is None else node.unit.value,
        "agrees": node.agrees,
        "fault": node.fault,
        "typed": node.typed,
        "precedents": [child.at.in_sheet for child in node.children],
        "sums": [
            {
                "criteria": dict(each.criteria),
                "value": _plain(each.total),
                "unit": None if each.unit is None else each.unit.value,
                "rows": [_row_json(row) for row in each.rows],
            }
            for each in node.sums
        ],
    }


def _row_json(row: SourceRow) -> dict[str, Any]:
    return {
        "row": row.row,
        "measure": row.measure,
        "enhet": row.enhet,
        "enhet_name": row.enhet_name,
        "line": row.line,
        "line_name": row.line_name,
        "part": row.part,
        "value": _plain(row.amount),
        "unit": None if row.unit is None else row.unit.value,
        "file": row.file,
        "sheet": row.sheet,
        "cell": row.cell,
        "inputs": row.inputs,
        "whole_sheet": row.whole_sheet,
        "sha256": row.sha256,
    }


def _plain(value: CellValue | Value) -> str | bool | None:
    if isinstance(value, Figure):
        value = value.value
    if isinstance(value, Decimal):
        return f"{value:f}"
    if value is None or isinstance(value, bool):
        return value
    return str(value)
