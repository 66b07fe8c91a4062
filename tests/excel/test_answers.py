"""What a child answers is believed only as far as it is made of our values."""

import datetime
import os
import pickle
import subprocess
from collections.abc import Callable
from decimal import Decimal

import pytest
from tests.conftest import EXAMPLES

from ramkoll.excel.answers import Refused, packed, unpacked
from ramkoll.excel.replace import replace_file
from ramkoll.excel.scan import scan
from ramkoll.model.cells import Area, Cell, CellKind, column_letters
from ramkoll.model.findings import Severity
from ramkoll.model.workbook import Sheet, Submission, Visibility


@pytest.mark.parametrize(
    "value",
    [
        Decimal("-1.50"),
        datetime.datetime(2024, 8, 31, 12, 30),
        datetime.date(2024, 8, 31),
        datetime.timedelta(days=1),
        Cell(CellKind.TEXT, "å"),
        Area(1, 2, 3, 4),
        Severity.BLOCKS,
        (frozenset({1}), {"a": [None, True, 1.5]}, b"x"),
        Submission(
            "a.xlsx", "", (Sheet("Blad1", {(1, 1): Cell(CellKind.NUMBER, 0.1)}, Visibility.HIDDEN),)
        ),
    ],
)
def test_our_values_come_back_as_they_were(value: object) -> None:
    assert unpacked(packed(value)) == value
    assert type(unpacked(packed(value))) is type(value)


def test_a_workbook_comes_back_as_it_was() -> None:
    submission = scan(EXAMPLES / "605.xlsx")
    assert unpacked(packed(submission)) == submission


class _Calls:
    def __init__(self, function: Callable[..., object], *arguments: object) -> None:
        self.call = function, arguments

    def __reduce__(self) -> tuple[Callable[..., object], tuple[object, ...]]:
        return self.call


@pytest.mark.parametrize(
    "poison",
    [
        pickle.dumps(_Calls(os.system, "true")),
        pickle.dumps(_Calls(subprocess.Popen, ["true"])),
        pickle.dumps(_Calls(eval, "1")),
        pickle.dumps(_Calls(getattr, Cell, "_make")),
        # Functions of our own, what our modules import, and what is reached through a class.
        pickle.dumps(_Calls(replace_file, "x", b"")),
        pickle.dumps(_Calls(column_letters, 1)),
        b"cramkoll.excel.scan\nPath\n(Vx\ntR.",
        b"cramkoll.excel.replace\nos\n.",
        b"\x80\x04\x8c\x14ramkoll.model.cells.\x8c\x04Cell\x93.",
        b"\x80\x04\x8c\x13ramkoll.model.cells\x8c\nCell._make\x93.",
        b"\x80\x04\x8c\x13ramkoll.model.cells\x8c\x0eCell.__class__\x93.",
        b"cramkoll.model.errors\nRamkollError\n.",
        b"cramkoll.server.pool\nPool\n.",
        b"cramkoll.excel.children\nChildren\n.",
        b"cramkoll.excel.none\nNone\n.",
        b"cbuiltins\nobject\n.",
        pickle.dumps(Cell(CellKind.TEXT, "å"))[:-5],
        b"",
        b"\x80\x04r\xff\xff\xff\xff.",
        b"\x80\x05\x8e\xff\xff\xff\xff\xff\xff\xff\x7f.",
    ],
)
def test_what_is_none_of_our_values_is_refused(poison: bytes) -> None:
    with pytest.raises(Refused):
        unpacked(poison)
