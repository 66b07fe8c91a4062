"""Varav rows: a break-down of an account group, never added to the total again."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal

from ramkoll.layout.places import RowKey
from ramkoll.model.facts import PART, Fact
from ramkoll.model.findings import Scope, Severity
from ramkoll.model.period import MONTH_NAMES
from ramkoll.rules.residual import SERIES, Term, of_terms, sentence
from ramkoll.rules.rule import ASKED_PERIOD, Hit, hit, rule
from ramkoll.rules.views import FormView

BLOCKS, INFO = Severity.BLOCKS, Severity.INFO
COLUMNS = {"outcome_ytd": "utfall", "budget_ytd": "budget"}
HALF_ORE = Decimal("0.005")


@rule(
    "R131",
    Scope.FORM,
    BLOCKS,
    "{rad}, {mått}: varav-raderna är tillsammans {delar}, men raden är {belopp}; "
    "skillnaden är {skillnad}.{trolig}",
    tip="Rätta den varav-rad som inte stämmer på bladet Månad.",
    covers=["V07"],
    needs=[ASKED_PERIOD],
    follows=True,
)
def complete_parts_differ(view: FormView) -> Iterator[Hit]:
    """En fullständig uppdelning ska summera till sin rad.

    Varför: det som saknas i uppdelningen syns annars ingenstans.
    Godkänns: varav-raderna är tillsammans lika med raden. En uppdelning som inte är fullständig
    prövas inte.
    Källa: ramarbetsbokens blad Delposter.
    """
    for line, column, label, parent in _parents(view):
        parts = [part for part, complete in _parts(view, line, column) if complete]
        added = sum((part.number for part in parts), Decimal(0))
        difference = added - parent.number
        if parts and abs(difference) > HALF_ORE:
            yield hit(
                parent,
                effect=difference,
                related=(part.at for part in parts),
                rad=label,
                mått=COLUMNS[column],
                delar=added,
                belopp=parent,
                skillnad=difference,
                trolig=sentence(of_terms(difference, _terms(view, line, column, parts))),
            )


@rule(
    "R132",
    Scope.FORM,
    INFO,
    "{rad}, {mått}: varav-raden är {del_}, större än hela raden, som är {belopp}.",
    tip="Kontrollera varav-raden på bladet Månad.",
    covers=["V07"],
    needs=[ASKED_PERIOD],
    follows=True,
)
def part_larger_than_whole(view: FormView) -> Iterator[Hit]:
    """En varav-rad är sällan större än raden den är en del av.

    Varför: en varav-rad på fel kontogrupp, eller i fel enhet, visar sig så.
    Godkänns: varav-raden är högst så stor som raden utan fiktiva poster, eller har annat tecken.
    Fullständiga uppdelningar prövas mot summan i stället.
    Källa: ramarbetsbokens blad Delposter.
    """
    for line, column, label, parent in _parents(view):
        whole = parent.number
        if column == "budget_ytd":
            whole -= view.fictive_budget(line)
        for part, complete in _parts(view, line, column):
            beyond = abs(part.number) - abs(whole)
            if not complete and part.number * whole > 0 and beyond > HALF_ORE:
                yield hit(
                    part,
                    related=[parent.at],
                    rad=label,
                    mått=COLUMNS[column],
                    del_=part,
                    belopp=whole,
                )


def _parents(view: FormView) -> Iterator[tuple[str, str, str, Fact]]:
    for line, _, label in view.lines("economy"):
        for column in COLUMNS:
            parent = view.figure("economy", line, column)
            if parent is not None:
                yield line, column, label, parent


def _terms(view: FormView, line: str, column: str, parts: Sequence[Fact]) -> Iterator[Term]:
    """The varav rows and their months, with the names they are printed by."""
    place = view.table("economy")
    for part in parts:
        code = dict(part.key.breakdown)[PART]
        label = place.labels.get(RowKey(line, code), code) if place else code
        yield Term(label, part.number)
        for n, month in view.months(SERIES[column], line, code).items():
            if n <= view.period.month and month.number != part.number:
                yield Term(f"{label} i {MONTH_NAMES[n - 1]}", month.number)


def _parts(view: FormView, line: str, column: str) -> Iterator[tuple[Fact, bool]]:
    for part in view.register.parts_of(view.form.enhet) if view.register else ():
        fact = view.figure("economy", line, column, part.code)
        if fact is not None:
            yield fact, part.complete
