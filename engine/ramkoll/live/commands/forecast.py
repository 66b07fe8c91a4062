"""Prognosförslag: what methods A–F give beside the own forecast, and writing one of them."""

from __future__ import annotations

import xlwings as xw

from ramkoll.compute.forecast import METHODS, Proposal
from ramkoll.live.command import Reads, command
from ramkoll.live.host import Host
from ramkoll.live.opened import opened, unit_of
from ramkoll.live.results import Figure, ForecastRow, ForecastView, ProposalRow, Result
from ramkoll.live.words import place_of
from ramkoll.live.writing import write_number
from ramkoll.model.cells import CellRef
from ramkoll.model.errors import RamkollError
from ramkoll.model.facts import TOTAL_LINE
from ramkoll.model.units import swedish_amount
from ramkoll.pipeline.cell_words import change_words, value_words
from ramkoll.pipeline.forecasts import ForecastLine, forecast_lines, with_forecast
from ramkoll.rules.views import FormView

NET = f"{TOTAL_LINE}net"


@command("forecast", Reads.FORMS)
def forecast(book: xw.Book, host: Host) -> Result:
    """Each row's methods; the row of the selected cell is shown first, else Netto."""
    found = opened(book, host)
    view = unit_of(found)
    lines = _lines(view)
    current = _current(lines, found.selected)
    line = lines[current]
    usable = sum(each.value is not None for each in line.proposals)
    return Result(
        f"{line.label}: {usable} av {len(line.proposals)} metoder ger ett förslag.",
        _view(view, lines, current),
    )


@command("use_forecast", Reads.FORMS)
def use_forecast(book: xw.Book, host: Host, *, line: str, method: str) -> Result:
    """Write what a method gives for a row as its new forecast, rounded as the cell shows it."""
    found = opened(book, host)
    view = unit_of(found)
    lines = _lines(view)
    current = next((n for n, each in enumerate(lines) if each.line == line), None)
    if current is None:
        raise RamkollError(
            "Raden finns inte längre på bladet Prognos.", todo="Kör Prognosförslag igen."
        )
    chosen = lines[current]
    value = chosen.proposal(method)
    at = book.sheets[chosen.at.sheet].range(chosen.at.address)
    write_number(at, value)
    host.go_to(chosen.at)
    factor = chosen.column.unit.kronor
    assert factor is not None
    return Result(
        f"{chosen.label}: ny prognos {swedish_amount(value * factor, chosen.column.unit)} enligt "
        f"metod {method}, i {chosen.at.in_sheet}. Ångra med Ctrl+Z.",
        _view(view, _lines(with_forecast(view, chosen, value)), current),
    )


def _lines(view: FormView) -> list[ForecastLine]:
    lines = list(forecast_lines(view))
    if not lines:
        raise RamkollError(
            "Arbetsboken saknar underlag för prognosförslag.",
            where=view.file,
            expected="bladen Månad och Prognos med utfall",
            todo="Öppna en avdelnings arbetsbok, eller uppdatera utfallet först.",
        )
    return lines


def _current(lines: list[ForecastLine], selected: CellRef) -> int:
    for n, each in enumerate(lines):
        if (each.at.sheet, each.at.row) == (selected.sheet, selected.row):
            return n
    return next((n for n, each in enumerate(lines) if each.line == NET), 0)


def _view(view: FormView, lines: list[ForecastLine], current: int) -> ForecastView:
    return ForecastView(view.enhet, [_row(view, each) for each in lines], current)


def _row(view: FormView, line: ForecastLine) -> ForecastRow:
    basis, column = line.basis, line.column
    amounts = (
        ("Utfall hittills", basis.outcome),
        ("Budget hittills", basis.budget),
        ("Budget helår", basis.budget_year),
        ("Utfall föregående år", basis.prior_year),
    )
    ends = line.bracket
    return ForecastRow(
        line=line.line,
        label=line.label if line.line.startswith(TOTAL_LINE) else f"{line.line} {line.label}",
        at=place_of(line.at, view.file),
        own="saknas" if line.own is None else value_words(line.own.value, column),
        figures=[Figure(what, value_words(amount, column)) for what, amount in amounts],
        bracket=""
        if ends is None
        else f"{swedish_amount(ends.ends[0])} till {swedish_amount(ends.ends[1])}",
        proposals=[_proposal(line, each) for each in line.proposals],
        why_not=_sentence(line.why_not),
    )


def _proposal(line: ForecastLine, each: Proposal) -> ProposalRow:
    own = line.own.number if line.own is not None else None
    against = None if each.value is None or own is None else each.value - own
    return ProposalRow(
        method=each.method,
        # What it computes would fill a pane; the handbook says it.
        name=METHODS[each.method].partition(":")[0],
        value="" if each.value is None else value_words(each.value, line.column),
        difference=change_words(against, line.column),
        why=each.why,
        usable=each.value is not None and not line.why_not,
    )


def _sentence(words: str) -> str:
    return f"{words[0].upper()}{words[1:]}." if words else ""
