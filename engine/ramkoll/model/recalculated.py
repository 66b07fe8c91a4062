"""What recalculating a workbook says of its formula cells: values, doubts and rings."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum

from ramkoll.model.cells import CellRef, CellValue


class Verdict(StrEnum):
    """What is known of the value that the file holds for a formula."""

    CONFIRMED = "stämmer"
    STALE = "inaktuellt"
    UNCACHED = "saknas"
    DISPUTED = "omtvistat"
    UNKNOWN = "okänt"
    CIRCULAR = "cirkel"


class Doubt(StrEnum):
    """Why no engine can vouch for a formula, as the end of «eftersom …»."""

    UNSUPPORTED = "formeln använder en funktion som ingen av räknemotorerna klarar"
    UNREADABLE = "formeln är skriven på ett sätt som räknemotorerna inte läser"
    EXTERNAL = "formeln hämtar från en annan arbetsbok"
    GONE = "formeln hämtar från ett blad som inte finns"
    VOLATILE = "formeln ger ett nytt värde varje gång Excel räknar"
    SURROUNDINGS = "formeln beror på annat än cellernas innehåll, som språk eller filter"
    ARRAY = "formeln räknar med flera celler på en gång, vilket räknemotorer gör olika"
    CALENDAR = "formeln räknar med datum som räknemotorerna och Excel räknar olika"
    ENGINES = "det inte är prövat att räknemotorerna gör som Excel med den funktionen"
    TOO_MUCH = "formeln går igenom fler celler än som hinner räknas"
    FAILED = "räknemotorn klarade inte arbetsboken"
    FOLLOWS = "formeln bygger på en cell som ingen räknemotor kan räkna"


@dataclass(frozen=True, slots=True)
class Opinion:
    """One formula cell: the value that the file holds, what it should be, and how sure that is.

    ``value`` is None with ``known`` False where nobody knows. ``what`` names the function of a
    doubt. ``others`` are what the engines get, by name, where they do not agree. ``since`` are
    the inputs whose change explains a stale value, the nearest ones that all its causes share;
    ``roots`` the formula cells among what it is made of that fit no longer, itself or others.
    """

    at: CellRef
    verdict: Verdict
    formula: str
    cached: CellValue = None
    value: CellValue = None
    known: bool = False
    doubt: Doubt | None = None
    what: str = ""
    others: Mapping[str, CellValue] = field(default_factory=dict)
    since: tuple[CellRef, ...] = ()
    roots: tuple[CellRef, ...] = ()


@dataclass(frozen=True, slots=True)
class Recalculated:
    """All formula cells of a workbook. ``opinions`` hold those that are not confirmed.

    ``rings`` are circular references, each as its cells in the order they point at each other;
    ``iterates`` says that Excel is set to calculate rings again and again, so that they are meant.
    ``kronor`` are the cells that are figures of a form, with the kronor of one unit.
    """

    confirmed: int
    opinions: tuple[Opinion, ...] = ()
    rings: tuple[tuple[CellRef, ...], ...] = ()
    iterates: bool = False
    kronor: Mapping[CellRef, Decimal] = field(default_factory=dict)
