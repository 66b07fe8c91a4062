"""A filled form as it was found: facts, slots, formulas as they stood, and irregularities."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum

from ramkoll.layout.places import Places, SlotKey
from ramkoll.model.cells import Cell, CellRef
from ramkoll.model.facts import Facts


class Irregular(StrEnum):
    """What can be wrong with how a form is laid out or filled. Rules word them."""

    SHEET_MISSING = "bladet saknas"
    HEADINGS_MISSING = "rubrikraden saknas"
    COLUMN_MISSING = "kolumnen saknas"
    COLUMN_DOUBLE = "kolumnen finns två gånger"
    COLUMN_OTHER_PERIOD = "kolumnen gäller en annan period"
    ROW_MISSING = "raden saknas"
    ROW_DOUBLE = "raden finns två gånger"
    ROW_UNKNOWN = "raden är okänd"
    ROWS_MOVED = "raderna har flyttats"
    FIELD_MISSING = "uppgiften saknas"
    TEXT_NUMBER = "text i stället för tal"
    NOT_NUMBER = "inte ett tal"
    NOT_DATE = "inte ett datum"
    ERROR_CELL = "felvärde"
    MERGED = "sammanfogade celler"
    LINKED = "länk ut ur arbetsboken"
    FORMULA_CHANGED = "formeln är ändrad"
    UNREADABLE = "filen går inte att läsa"
    UNKNOWN_FORM = "inget känt formulär"
    AMOUNT_HOMELESS = "beloppet har ingen enhet"
    ROW_HOMELESS = "raderna har ingen plats i formuläret"
    PREDECESSOR_MISSING = "föregångaren saknas"
    ROWS_REPEATED = "raderna har samma nyckel"
    BOOKED_AHEAD = "bokfört efter perioden"
    OTHER_YEAR = "budget för ett annat år"
    REGISTER_ROW = "registerraden går inte att använda"
    SMALL_SPLIT = "små tal uppdelade på kön eller ålder"


# What takes rows or columns away from the formulas that point at them, or gives them more.
STRUCTURE = frozenset(
    {
        Irregular.SHEET_MISSING,
        Irregular.HEADINGS_MISSING,
        Irregular.COLUMN_MISSING,
        Irregular.COLUMN_DOUBLE,
        Irregular.COLUMN_OTHER_PERIOD,
        Irregular.ROW_MISSING,
        Irregular.ROW_DOUBLE,
        Irregular.ROW_UNKNOWN,
    }
)


@dataclass(frozen=True, slots=True)
class Irregularity:
    """One thing that is not as the form or the extract should be, with what says so.

    ``effect`` is the amount at stake in kronor, where there is one.
    """

    kind: Irregular
    at: CellRef
    facts: Mapping[str, object] = field(default_factory=dict)
    related: tuple[CellRef, ...] = ()
    effect: Decimal | None = None


@dataclass(frozen=True)
class Form:
    """One workbook located by its layout.

    ``facts`` are what people and the engine filled in, ``shown`` the formula cells as they stood.
    """

    places: Places
    sha256: str
    fields: Mapping[str, Cell]
    facts: Facts
    shown: Mapping[SlotKey, Cell]
    irregularities: tuple[Irregularity, ...]

    @property
    def file(self) -> str:
        """The file's name."""
        return self.places.file

    @property
    def enhet(self) -> str:
        """The unit's code, as the form says."""
        return self.places.enhet
