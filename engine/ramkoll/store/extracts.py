"""Extracts from the ledger, budget and staff systems: comma-separated files in a folder.

One row in, one row kept: every row ends up in a unit's workbook or in a finding.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

import pandas as pd

from ramkoll.model.errors import RamkollError

COLUMNS: Mapping[str, tuple[str, ...]] = {
    "enheter": (
        "kod", "namn", "område", "nämnd", "giltig_från", "giltig_till", "föregångare", "ingår_i",
    ),
    "kontogrupper": ("kod", "namn", "typ", "ordning"),
    "utfall_månad": ("enhet", "kontogrupp", "år", "månad", "utfall_kr", "delpost"),
    "budget_månad": ("enhet", "kontogrupp", "år", "månad", "budget_kr", "delpost"),
    "prognos": (
        "enhet", "kontogrupp", "prognos_helår_kr", "föregående_prognos_kr", "budget_helår_kr",
    ),
    "budgetram": (
        "beslut_id", "datum", "år", "nämnd", "område", "enhet", "belopp_tkr", "typ", "text",
    ),
}  # fmt: skip
REQUIRED = ("enheter", "kontogrupper")
OPTIONAL_COLUMNS = frozenset({"delpost", "föregångare", "ingår_i", "giltig_till", "text", "nämnd"})
AMOUNT_ENDINGS = ("_kr", "_tkr")
INTEGERS = frozenset({"år", "månad"})
MANY = 20  # faults named before the rest are only counted


@dataclass(frozen=True)
class Extracts:
    """The extracts that a folder holds, each a frame of texts, integers and Decimals.

    An extract that is missing or empty is an empty frame with its columns.
    """

    frames: Mapping[str, pd.DataFrame]
    folder: str

    def __getitem__(self, name: str) -> pd.DataFrame:
        return self.frames[name]

    def has(self, name: str) -> bool:
        """Whether the extract has any row."""
        return not self.frames[name].empty


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
        if name in files:
            frames[name] = _read(files[name], name, columns, faults)
        else:
            frames[name] = pd.DataFrame(columns=list(columns))
        if name in REQUIRED and frames[name].empty and not faults:
            faults.append(f"{name}.csv saknas eller är tom")
    if faults:
        more = f" … och {len(faults) - MANY} till" if len(faults) > MANY else ""
        raise RamkollError(
            "Utdragen går inte att använda: " + "; ".join(faults[:MANY]) + more + ".",
            where=str(folder),
            todo="Rätta utdragen och kör om.",
        )
    return Extracts(frames, str(folder))


def _read(path: Path, name: str, columns: tuple[str, ...], faults: list[str]) -> pd.DataFrame:
    empty = pd.DataFrame(columns=list(columns))
    try:
        frame = pd.read_csv(path, dtype=str, keep_default_na=False, encoding="utf-8-sig")
    except pd.errors.EmptyDataError:
        return empty
    except (OSError, UnicodeDecodeError, pd.errors.ParserError) as error:
        reason = "är inte UTF-8" if isinstance(error, UnicodeDecodeError) else "går inte att läsa"
        faults.append(f"{path.name} {reason}")
        return empty
    frame.columns = [unicodedata.normalize("NFC", str(c)).strip() for c in frame.columns]
    missing = [c for c in columns if c not in frame.columns and c not in OPTIONAL_COLUMNS]
    if missing:
        faults.append(f"{path.name} saknar kolumnen {', '.join(missing)}")
        return empty
    for column in columns:
        if column not in frame.columns:
            frame[column] = ""
    frame = frame[list(columns)].copy()
    for column in columns:
        frame[column] = frame[column].str.strip()
    for column in columns:
        if column.endswith(AMOUNT_ENDINGS):
            frame[column] = _column(frame[column], path.name, _amount, "ett belopp", faults)
        elif column in INTEGERS:
            frame[column] = _column(frame[column], path.name, _integer, "ett heltal", faults)
    return frame


def _column(
    texts: pd.Series[str],
    file: str,
    convert: Callable[[str], Decimal | int | None],
    expected: str,
    faults: list[str],
) -> pd.Series[Any]:
    values: list[Decimal | int | None] = []
    for row, text in enumerate(texts, 2):
        try:
            values.append(convert(text))
        except (ValueError, InvalidOperation):
            faults.append(f"{file} rad {row}, {texts.name}: «{text}» är inte {expected}")
            values.append(None)
    return pd.Series(values, index=texts.index, dtype=object, name=texts.name)


def _amount(text: str) -> Decimal | None:
    if not text:
        return None
    number = Decimal(text.replace("\u2212", "-"))
    if not number.is_finite():
        raise ValueError(text)
    return number


def _integer(text: str) -> int:
    return int(text)


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
