"""Extracts from the ledger, budget and staff systems: comma-separated files in a folder.

One row in, one row kept: every row ends up in a unit's workbook or in a finding.
"""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pandas as pd

from ramkoll.model.errors import RamkollError
from ramkoll.store.extract_columns import (
    AMOUNT_ENDINGS,
    COLUMNS,
    DATES,
    INTEGERS,
    KEYS,
    NUMBERS,
    OPTIONAL_COLUMNS,
    ORDERS,
    REQUIRED,
    TEXTS,
)

MANY = 20  # faults named before the rest are only counted
_NUMBER = re.compile(r"[+-]?\d{1,15}(\.\d+)?", re.ASCII)


@dataclass(frozen=True)
class Extracts:
    """The extracts that a folder holds, each a frame of texts, integers and Decimals.

    An extract that is missing or empty is an empty frame with its columns.
    """

    frames: Mapping[str, pd.DataFrame]
    folder: str

    def __getitem__(self, name: str) -> pd.DataFrame:
        return self.frames[name]


def read_extracts(folder: Path) -> Extracts:
    """Every extract of a folder. RamkollError names file, row and column of each fault."""
    if not folder.is_dir():
        raise RamkollError(
            "Mappen med utdrag finns inte.",
            where=str(folder),
            todo="Kontrollera sökvägen efter --inputs.",
        )
    # File systems differ in how they spell å, ä and ö.
    files = {unicodedata.normalize("NFC", path.stem): path for path in folder.glob("*.csv")}
    faults: list[str] = []
    frames = {}
    for name, columns in COLUMNS.items():
        rows = _read(files[name], columns, faults) if name in files else []
        frames[name] = _frame(rows, columns)
        if name in REQUIRED and not rows and not faults:
            faults.append(f"{name}.csv saknas eller är tom")
    if faults:
        more = f" … och {len(faults) - MANY} till" if len(faults) > MANY else ""
        raise RamkollError(
            "Utdragen går inte att använda: " + "; ".join(faults[:MANY]) + more + ".",
            where=str(folder),
            todo="Rätta utdragen och kör om.",
        )
    return Extracts(frames, str(folder))


def _frame(rows: list[list[Any]], columns: tuple[str, ...]) -> pd.DataFrame:
    # Columns of objects: pandas must guess no types, above all not from a column of integers.
    return pd.DataFrame(rows, columns=list(columns), dtype=object)


def _read(path: Path, columns: tuple[str, ...], faults: list[str]) -> list[list[Any]]:
    """The rows of an extract, in our order of columns; none when it is empty or at fault."""
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except OSError:
        faults.append(f"{path.name} går inte att läsa från disken")
        return []
    except UnicodeDecodeError:
        faults.append(f"{path.name} är inte UTF-8; exportera den ur källsystemet som UTF-8")
        return []
    try:
        reader = csv.reader(
            io.StringIO(unicodedata.normalize("NFC", text), newline=""), strict=True
        )
        lines = [(reader.line_num, line) for line in reader if any(map(str.strip, line))]
    except csv.Error:
        faults.append(f"{path.name} går inte att läsa som kommaseparerad text")
        return []
    if not lines:
        return []
    at = _positions(path.name, lines[0][1], columns, faults)
    return [] if at is None else list(_rows(path.name, lines, columns, at, faults))


def _positions(
    file: str, header: list[str], columns: tuple[str, ...], faults: list[str]
) -> list[int | None] | None:
    """Where each of our columns stands, None for an optional one that is not there."""
    names = [name.strip().casefold() for name in header]
    missing = [c for c in columns if c not in names and c not in OPTIONAL_COLUMNS]
    double = [c for c in columns if names.count(c) > 1]
    separator = next((mark for mark in ";\t|" if mark in header[0]), "")
    if missing and separator:
        shown = "tabb" if separator == "\t" else f"«{separator}»"
        faults.append(f"{file} är skild med {shown} i stället för komma")
    elif missing:
        faults.append(f"{file} saknar kolumnen {', '.join(missing)}")
    elif double:
        faults.append(f"{file} har kolumnen {', '.join(double)} två gånger")
    else:
        return [names.index(c) if c in names else None for c in columns]
    return None


def _rows(
    file: str,
    lines: list[tuple[int, list[str]]],
    columns: tuple[str, ...],
    at: list[int | None],
    faults: list[str],
) -> Iterator[list[Any]]:
    width = len(lines[0][1])
    kinds = [_kind(column) for column in columns]
    for number, line in lines[1:]:
        if len(line) != width:
            faults.append(f"{file} rad {number} har {len(line)} fält i stället för {width}")
            continue
        row: list[Any] = []
        for column, place, (convert, expected) in zip(columns, at, kinds, strict=True):
            text = "" if place is None else line[place].strip()
            try:
                row.append(convert(text))
            except ValueError:
                faults.append(f"{file} rad {number}, {column}: «{text}» är inte {expected}")
                row.append(None)
        yield row


def _kind(column: str) -> tuple[Callable[[str], object], str]:
    if column.endswith(AMOUNT_ENDINGS):
        return _amount, "ett belopp med decimalpunkt"
    if column in NUMBERS:
        return _amount, "ett tal med decimalpunkt"
    if column in TEXTS:
        return _text, "en text utan styrtecken"
    if column in INTEGERS:
        return _integer, "ett heltal"
    if column in ORDERS:
        return _order, "ett tal"
    if column in DATES:
        return _day, "ett datum som 2024-08-31"
    return _plain, "en text utan styrtecken"


def _plain(text: str) -> str:
    """A text on one line; no workbook can hold control characters."""
    if text.isprintable():
        return text
    one_line = re.sub(r"[\r\n\t]+", " ", text)
    if not one_line.isprintable() and re.search(
        r"[\x00-\x1f\x7f\ud800-\udfff\ufffe\uffff]", one_line
    ):
        raise ValueError(text)
    return one_line


def _text(text: str) -> str:
    """A text as it was written, line breaks and all."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").replace("\t", " ")
    for line in lines.split("\n"):
        _plain(line)
    return lines


def _amount(text: str) -> Decimal | None:
    return None if not text else _number(text)


def _order(text: str) -> str:
    return text if not text else str(_number(text))


def _number(text: str) -> Decimal:
    plain = text.replace("\u2212", "-")
    if not _NUMBER.fullmatch(plain):
        raise ValueError(text)
    return Decimal(plain)


def _integer(text: str) -> int:
    if not re.fullmatch(r"\d{1,4}", text, re.ASCII):
        raise ValueError(text)
    return int(text)


def _day(text: str) -> str:
    return text if not text else date.fromisoformat(text).isoformat()


def repeated_rows(extracts: Extracts) -> Iterator[tuple[str, int]]:
    """Each extract where rows share a key, with how many rows that is."""
    for name, keys in KEYS.items():
        frame = extracts[name]
        count = int(frame.duplicated(list(keys), keep=False).sum())
        if count:
            yield f"{name}.csv", count


def monthly(frame: pd.DataFrame, amount: str) -> pd.DataFrame:
    """Amounts added up per enhet, kontogrupp, år, månad and delpost, in the order they came.

    A blank amount is no amount and leaves no row. Column ``belopp`` holds the Decimal sums.
    """
    keys = ["enhet", "kontogrupp", "år", "månad", "delpost"]
    filled = frame[frame[amount].notna()]
    if filled.empty:
        return pd.DataFrame(columns=[*keys, "belopp"])
    summed = filled.groupby(keys, sort=False)[amount].sum()
    return summed.rename("belopp").reset_index()
