"""The cells that thresholds want a comment in, written or not."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from ramkoll.layout.places import SlotKey
from ramkoll.model.cells import CellRef
from ramkoll.model.facts import Facts
from ramkoll.rules.catalogue import rules
from ramkoll.rules.rule import in_words
from ramkoll.rules.views import FormView


@dataclass(frozen=True, slots=True)
class WantedComment:
    """A cell that a rule wants words in. ``limit`` is the threshold that was reached, in words;
    ``text`` what stands there, ``written`` whether it says anything."""

    at: CellRef
    slot: SlotKey
    rule: str
    limit: str
    text: str
    written: bool


def wanted_comments(view: FormView) -> Iterator[WantedComment]:
    """What the rules about missing comments would ask for if nobody had written any.

    In the order of the workbook's sheets and rows; a cell that two rules ask about comes once.
    """
    slots = {
        view.form.places.ref(slot): slot
        for place in view.form.places.tables.values()
        for slot, column, _, _ in place.slots()
        if column.kind == "text"
    }
    spoken = frozenset(view.form.places.fact_key(slot) for slot in slots.values())
    silent = Facts(fact for fact in view.form.facts if fact.key not in spoken)
    asked = replace(view, form=replace(view.form, facts=silent))
    found: dict[CellRef, WantedComment] = {}
    for rule in rules():
        for hit in rule.hits(asked) if rule.wants_comment else ():
            slot = slots[hit.at]
            text = view.text(slot.table, slot.row.line, slot.column)
            found.setdefault(
                hit.at,
                WantedComment(
                    hit.at,
                    slot,
                    rule.id,
                    in_words(hit.facts["gräns"]),
                    "" if text is None else str(text.value),
                    view.says(slot.table, slot.row.line, slot.column),
                ),
            )
    order = {place.sheet: n for n, place in enumerate(view.form.places.tables.values())}
    yield from sorted(found.values(), key=lambda each: (order[each.at.sheet], *each.at[2:]))
