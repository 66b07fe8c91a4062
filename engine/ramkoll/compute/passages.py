"""Texts that people have written for the report, whole, with where they stand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ramkoll.compute.items import Source
from ramkoll.layout.report import TextLayout
from ramkoll.model.cells import CellRef

TEXTS = "texts"  # the form's table of texts


@dataclass(frozen=True, slots=True)
class Passage:
    """One text: whose it is, what it says, and its cell."""

    who: str
    text: str
    at: CellRef


def passages(
    layout: TextLayout, sources: Sequence[Source], areas: Mapping[str, str]
) -> tuple[Passage, ...]:
    """The texts of one heading, in the order of the workbooks. ``areas`` is by unit."""
    found = []
    for form in layout.forms:
        for source in sources:
            code = source.form.enhet
            about = areas.get(code, code)
            if source.form.places.layout.id != form or (layout.areas and about not in layout.areas):
                continue
            for fact in source.form.facts.select("text", dataset=TEXTS, line=layout.line):
                found.append(Passage(source.label, str(fact.value), fact.at))
    return tuple(found)
