"""Every error of COM is told in plain Swedish, with its code and what to do; never a traceback."""

import pytest
from tests.desktop.excel.com import EXCEPTION, com_error

from ramkoll.desktop.excel.words import code_of, plainly, worded
from ramkoll.model.errors import RamkollError

SAID = {
    0x80010001: "Excel är upptaget",
    0x8001010A: "Excel är upptaget",
    0x800AC472: "Excel är upptaget",
    0x800706BA: "Excel har stängts",
    0x800706BE: "Excel har stängts",
    0x80010108: "Excel har stängts",
    0x80010007: "Excel har stängts",
    0x800401FD: "Excel har stängts",
    0x80070005: "skyddad",
    0x8007000E: "minne",
    0x800A03EC: "kunde inte göra det som Ramkoll bad om",
    0x80020006: "kunde inte göra det som Ramkoll bad om",
}


def signed(code):
    return code - (1 << 32)


@pytest.mark.parametrize("code", SAID)
@pytest.mark.parametrize("within", [False, True])
def test_an_error_is_told_by_its_code_alone_or_within_an_exception(code, within):
    """Excel answers with a code of its own, or with «exception» and the code in it."""
    error = com_error(EXCEPTION, signed(code), "x") if within else com_error(signed(code))
    assert code_of(error) == code
    with pytest.raises(RamkollError) as caught, plainly():
        raise error
    assert SAID[code] in caught.value.what
    assert f"fel-id 0x{code:08X}" in caught.value.where
    assert caught.value.todo.endswith(".")
    assert "Traceback" not in str(caught.value)


def test_what_excel_says_itself_is_passed_on():
    error = com_error(EXCEPTION, signed(0x800A03EC), "Bladet är fullt. ")
    assert "Excel svarade: «Bladet är fullt.»" in worded(error).what


def test_an_error_of_ours_is_no_error_of_excels():
    with pytest.raises(ZeroDivisionError), plainly():
        raise ZeroDivisionError
    assert code_of(ZeroDivisionError()) is None
