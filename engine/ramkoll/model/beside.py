"""What a workbook holds beside its cells: tables, names, notes, links, protection and the like.

Texts are as the file has them; formulas have no leading equals sign. Areas and cells are those of
the sheet that has the thing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from ramkoll.model.cells import Area


@dataclass(frozen=True, slots=True)
class Table:
    """An Excel table (list object). ``area`` has its heading and total rows with it."""

    name: str
    area: Area
    columns: tuple[str, ...]
    header_rows: int = 1
    totals_rows: int = 0


@dataclass(frozen=True, slots=True)
class Validation:
    """What may be typed in some cells. ``kind`` is the file's word: list, whole, date, custom …"""

    areas: tuple[Area, ...]
    kind: str
    formulas: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ConditionalFormat:
    """A conditional format. ``kind`` is the file's word: cellIs, expression, colorScale …"""

    areas: tuple[Area, ...]
    kind: str
    formulas: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Note:
    """A note at a cell."""

    author: str
    text: str


@dataclass(frozen=True, slots=True)
class Remark:
    """One remark of a thread."""

    author: str
    text: str
    made: str = ""
    resolved: bool = False


@dataclass(frozen=True, slots=True)
class Hyperlink:
    """A link from cells: ``target`` outside the workbook, ``place`` inside one."""

    area: Area
    target: str = ""
    place: str = ""


@dataclass(frozen=True, slots=True)
class Protection:
    """That a sheet, or the workbook's structure, is locked; ``password`` says whether by one."""

    password: bool


@dataclass(frozen=True, slots=True)
class Beside:
    """What a worksheet holds beside its cells. Notes and threads by (row, column).

    ``drawings`` counts pictures, charts and shapes.
    """

    tables: tuple[Table, ...] = ()
    validations: tuple[Validation, ...] = ()
    conditional_formats: tuple[ConditionalFormat, ...] = ()
    notes: Mapping[tuple[int, int], Note] = field(default_factory=dict)
    threads: Mapping[tuple[int, int], tuple[Remark, ...]] = field(default_factory=dict)
    hyperlinks: tuple[Hyperlink, ...] = ()
    protection: Protection | None = None
    auto_filter: Area | None = None
    drawings: int = 0


NOTHING_BESIDE = Beside()


@dataclass(frozen=True, slots=True)
class DefinedName:
    """A defined name. ``sheet`` is the name of the sheet that alone knows it, else empty."""

    name: str
    text: str
    sheet: str = ""
    hidden: bool = False


@dataclass(frozen=True, slots=True)
class ExternalLink:
    """Another workbook that formulas point at, by its 1-based number: ``[1]Blad!A1``."""

    number: int
    target: str
    kind: str = "externalBook"


class CalculationMode(StrEnum):
    """When Excel recalculates."""

    AUTO = "auto"
    AUTO_NO_TABLES = "autoNoTable"
    MANUAL = "manual"


@dataclass(frozen=True, slots=True)
class Calculation:
    """How Excel calculates the workbook."""

    mode: CalculationMode = CalculationMode.AUTO
    iterate: bool = False
    full_on_load: bool = False
    as_displayed: bool = False  # precision as displayed: Excel has rounded what it stores


AS_USUAL = Calculation()


@dataclass(frozen=True, slots=True)
class BesideSheets:
    """What a workbook holds beside its sheets. ``names`` are all, also hidden and built-in ones."""

    names: tuple[DefinedName, ...] = ()
    external_links: tuple[ExternalLink, ...] = ()
    calculation: Calculation = AS_USUAL
    protection: Protection | None = None
    macros: bool = False
    other_sheets: tuple[str, ...] = ()  # chart and dialog sheets, which hold no cells


NOTHING_BESIDE_SHEETS = BesideSheets()
