"""Persons in the texts of a board version, as far as they can be told."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from ramkoll.excel.scan import scan_bytes
from ramkoll.layout.thresholds import PersonWords
from ramkoll.model.cells import CellRef
from ramkoll.rules.checks.persons import full_name_in_text, number_in_text, persons_in_text


class OfPeople(NamedTuple):
    """Sentences in Swedish about cells: what stops the board version, and what to look at."""

    stops: tuple[str, ...]
    look: tuple[str, ...]


def people_in(data: bytes, file: str, words: PersonWords) -> OfPeople:
    """What the texts of a workbook say of single persons; the texts themselves are not quoted.

    A personal number, and somebody's illness or absence, stop it. That a text has somebody's full
    name may be right, as where somebody is elected: that is for a person to judge.
    """
    stops, look = [], []
    for at, text in _texts(data, file):
        number = number_in_text(text)
        absence = persons_in_text(text, words)
        if number:
            stops.append(f"{at}: texten innehåller {number}.")
        if absence is not None:
            kind, who = absence
            stops.append(
                f"{at}: texten säger troligen att en enskild person är {kind}; {who} står intill."
            )
        elif full_name_in_text(text, words):
            look.append(f"{at}: texten nämner troligen en person vid namn. Ska namnet stå där?")
    return OfPeople(tuple(stops), tuple(look))


def _texts(data: bytes, file: str) -> Iterator[tuple[CellRef, str]]:
    for sheet in scan_bytes(data, file).sheets:
        for at, cell in sorted(sheet.cells.items()):
            if isinstance(cell.value, str):
                yield CellRef(file, sheet.name, *at), cell.value
