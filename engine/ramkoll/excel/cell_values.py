"""What a cell of a worksheet holds, from the attributes and texts that say so."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, time
from math import isfinite
from typing import NamedTuple
from xml.etree.ElementTree import Element

from ramkoll.excel.number_formats import date_from_serial
from ramkoll.excel.ooxml import namespace
from ramkoll.model.cells import Cell, CellKind

# Most cells repeat a value and style; the rest must not be remembered without end.
_REMEMBERED_CELLS = 100_000

_LENGTH = re.compile(
    r"P(?:([0-9]{1,7})D)?(?:T(?:([0-9]{1,9})H)?(?:([0-9]{1,9})M)?(?:([0-9]{1,9}(?:\.[0-9]{1,9})?)S)?)?",
    re.ASCII,
)
_ESCAPE = re.compile(r"_x([0-9A-Fa-f]{4})_")


class NumberFormat(NamedTuple):
    """A format code, and whether it shows a number as a date."""

    code: str
    is_date: bool


@dataclass(frozen=True, slots=True)
class Book:
    """What the cells of every sheet point at: texts by index, formats by style attribute.

    ``by_index`` has the texts by their index as a cell writes it; ``dynamic``
    are the values of the cm attribute that mark a dynamic array.
    """

    file: str
    strings: Sequence[str]
    formats: Mapping[str | None, NumberFormat]
    date_1904: bool = False
    by_index: Mapping[str, str] = field(default_factory=dict)
    dynamic: frozenset[str] = frozenset()  # the cm attributes of formulas that spill
    made: dict[tuple[str | None, str | None, str | None], Cell] = field(default_factory=dict)

    def cell(self, kind: str | None, style: str | None, text: str | None) -> Cell:
        """The cell of a type attribute, a style attribute and the text of its value.

        It is remembered in ``made``. Raises ValueError or LookupError for what no cell can hold.
        """
        if len(self.made) > _REMEMBERED_CELLS:
            self.made.clear()
        cell = self.made[kind, style, text] = self._new_cell(kind, style, text)
        return cell

    def _new_cell(self, kind: str | None, style: str | None, text: str | None) -> Cell:
        index = int(style or 0)
        code, is_date = self.formats[str(index) if style else None]
        if text is None or (not text and kind not in ("str", "inlineStr")):
            return Cell(CellKind.BLANK, None, None, code, index)
        match kind and kind.strip():
            case None | "n" | "":
                number = strict_double(text)
                moment = date_from_serial(number, self.date_1904) if is_date else None
                if moment is not None:
                    return Cell(CellKind.DATE, moment, None, code, index)
                return Cell(CellKind.NUMBER, number, None, code, index)
            case "s":
                if not text.strip().isdecimal():
                    raise ValueError(f"no index of a text: {text!r}")
                return Cell(CellKind.TEXT, self.strings[int(text)], None, code, index)
            case "str" | "inlineStr":
                return Cell(CellKind.TEXT, unescaped(text), None, code, index)
            case "b":
                return Cell(CellKind.BOOL, xml_bool(text), None, code, index)
            case "e":
                return Cell(CellKind.ERROR, unescaped(text), None, code, index)
            case "d":
                return _iso_cell(text, code, index)
        raise ValueError(f"unknown cell type: {kind!r}")


def strict_double(text: str) -> float:
    """The number that a text in a file is. ValueError when no cell can hold it."""
    # float() takes more than a cell may hold: 1_000, and digits of other scripts.
    if "_" in text or not text.isascii():
        raise ValueError(f"not a number: {text!r}")
    number = float(text)
    if not isfinite(number):
        raise ValueError(f"not a number: {text!r}")
    return number


def _iso_cell(text: str, code: str, style: int) -> Cell:
    try:
        moment = datetime.fromisoformat(text).replace(tzinfo=None)
    except ValueError:
        return Cell(CellKind.NUMBER, _part_of_day(text), None, code, style)
    return Cell(CellKind.DATE, moment, None, code, style)


def _part_of_day(text: str) -> float:
    """Days of a time of day or a length of time in ISO 8601; ValueError when it is neither."""
    length = _LENGTH.fullmatch(text)
    if length is not None and any(length.groups()):
        days, hours, minutes, seconds = (float(part or 0) for part in length.groups())
        return days + (hours * 3600 + minutes * 60 + seconds) / 86_400
    clock = time.fromisoformat(text)
    seconds = clock.hour * 3600 + clock.minute * 60 + clock.second + clock.microsecond / 1e6
    return seconds / 86_400


def unescaped(text: str) -> str:
    """A text with its ``_x000D_`` escapes read; ``_x005F_`` is an underscore that starts none."""
    if "_x" not in text:
        return text
    plain = _ESCAPE.sub(lambda match: chr(int(match[1], 16)), text)
    # Two escapes may be the halves of one character; a half alone cannot be kept.
    return plain.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def xml_bool(text: str) -> bool:
    """An XML boolean, in the older ways of writing it too; ValueError when it is none."""
    if text in ("1", "true"):
        return True
    if text in ("0", "false"):
        return False
    match text.strip().lower():
        case "1" | "true" | "on" | "t":
            return True
        case "0" | "false" | "off" | "f":
            return False
    raise ValueError(f"no boolean: {text!r}")


def rich_text(element: Element) -> str:
    """The text of a string item as stored: its runs joined, phonetic guides left out."""
    main = namespace(element)
    text, run = f"{main}t", f"{main}r"
    pieces: list[str] = []
    for child in element:
        if child.tag == text:
            pieces.append(child.text or "")
        elif child.tag == run:
            pieces += [part.text or "" for part in child if part.tag == text]
    return "".join(pieces)
