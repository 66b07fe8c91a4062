"""What a figure of a controller's workbook is computed from, down to the cells people fill."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from ramkoll.layout.layout import ColumnLayout
from ramkoll.layout.places import SlotKey
from ramkoll.model.cells import CellRef
from ramkoll.model.errors import RamkollError
from ramkoll.model.facts import Derived, FactValue, Origin, Read
from ramkoll.rules.views import FormView


@dataclass(frozen=True)
class Step:
    """A figure on the way: its cell, value (kronor for amounts) and what it is made of.

    ``at`` is None for what is computed but shown in no cell; ``by`` says then how. ``formula`` is
    the one in the cell, None when somebody has filled it in. ``agrees`` is whether the cell shows
    the value.
    """

    at: CellRef | None
    slot: SlotKey | None
    column: ColumnLayout | None
    value: FactValue | None
    by: str
    formula: str | None
    agrees: bool
    inputs: tuple[Step, ...]

    def leaves(self) -> tuple[Step, ...]:
        """The cells that somebody has filled in, each once, in their order."""
        if not self.inputs:
            return (self,)
        found = {leaf.at: leaf for each in self.inputs for leaf in each.leaves()}
        return tuple(found.values())


def form_steps(view: FormView, at: CellRef) -> Step:
    """The figure in a cell of a form. RamkollError when there is none."""
    places = view.form.places
    known: dict[CellRef, tuple[SlotKey, ColumnLayout]] = {}
    for table in places.tables.values():
        for slot, column, row, in_column in table.slots():
            known[CellRef(places.file, table.sheet, row, in_column)] = slot, column
    facts = {fact.at: fact for facts in (view.form.facts, view.computed.facts) for fact in facts}
    if at not in known:
        raise _no_figure(at, "är ingen av formulärets siffror", view)
    if at not in facts or isinstance(facts[at].value, str):
        what = "är tom" if at not in facts else "innehåller text, ingen siffra"
        raise _no_figure(at, what, view)
    wrong = {each.at for each in view.differing if not each.same}
    values = {ref: fact.value for ref, fact in facts.items()}
    return _step(view, facts[at].origin, known, values, wrong)


def _step(
    view: FormView,
    origin: Origin,
    known: Mapping[CellRef, tuple[SlotKey, ColumnLayout]],
    values: Mapping[CellRef, FactValue],
    wrong: set[CellRef],
) -> Step:
    at = origin.ref if isinstance(origin, Read) else origin.at
    slot, column = known.get(at, (None, None)) if at is not None else (None, None)
    cell = view.form.shown.get(slot) if slot is not None else None
    inputs: tuple[Step, ...] = ()
    if isinstance(origin, Derived):
        # One cell may be asked for many times in one expression.
        once = dict.fromkeys(origin.inputs)
        inputs = tuple(_step(view, each, known, values, wrong) for each in once)
    return Step(
        at,
        slot,
        column,
        values.get(at) if at is not None else None,
        origin.by if isinstance(origin, Derived) else "",
        cell.formula if cell is not None else None,
        at not in wrong,
        inputs,
    )


def _no_figure(at: CellRef, what: str, view: FormView) -> RamkollError:
    first = next(iter(view.computed.facts), None)
    example = "" if first is None else f", till exempel {first.at.in_sheet}"
    return RamkollError(
        f"Cellen {what}.",
        where=at.in_sheet if at.row else str(at),
        expected=f"en siffra i någon av tabellerna{example}",
        todo="Markera en cell med en siffra och försök igen.",
    )
