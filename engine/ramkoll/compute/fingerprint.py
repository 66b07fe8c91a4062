"""A fingerprint of a list of rows that their order does not change."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from decimal import Decimal

from ramkoll.model.cells import CellValue


def fingerprint(rows: Iterable[Iterable[CellValue]]) -> str:
    """The sha256 of rows of texts and numbers, sorted, so that sorting a sheet keeps it."""
    lines = sorted("\t".join(_text(value) for value in row) for row in rows)
    return hashlib.sha256("\n".join(lines).encode("utf-8")).hexdigest()


def _text(value: CellValue) -> str:
    if isinstance(value, Decimal):
        return f"{value.normalize():f}" if value else "0"
    return "" if value is None else str(value)
