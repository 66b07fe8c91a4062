"""Names that every program reads as names."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ramkoll.excel.names import check_defined_name, check_sheet_name
from ramkoll.model.cells import MAX_COLUMN, MAX_ROW, a1

GOOD = ["U_nyckel", "U_varde", "_dold", "ar", "Period.Manad", "XFE1", "XYZ2024", "A1048577"]
GOOD += ["ABCD1", "K_01", "RAM_2024", "R1C1x", "RCX", "ROW", "a" * 255]
CELLS = ["K01", "T5", "R101", "RAM2024", "RGM605", "xfd1048576", "A1", "a0", "A0001"]
ROWS_AND_COLUMNS = ["R", "C", "r", "R1", "C5", "R1C1", "RC", "R5C", "rc7", "K", "RK", "R1K1"]
OTHER = ["", "1a", "två", "Å", "a b", "a-b", "a!b", "a$b", ".a", "a" * 256, "\u212a1x", "a\n"]
OTHER += ["TRUE", "false", "Sant", "FALSKT", "_xlnm.Print_Area", "a?", "a\\b"]


@pytest.mark.parametrize("name", GOOD)
def test_an_ordinary_name_is_accepted(name):
    check_defined_name(name)


@pytest.mark.parametrize("name", [*CELLS, *ROWS_AND_COLUMNS, *OTHER])
def test_a_name_that_some_program_reads_otherwise_is_refused(name):
    with pytest.raises(ValueError, match=r"name|read as"):
        check_defined_name(name)


@given(st.integers(1, MAX_ROW), st.integers(1, MAX_COLUMN), st.booleans())
def test_no_address_of_a_cell_is_a_name(row, column, small):
    address = a1(row, column)
    with pytest.raises(ValueError, match="read as"):
        check_defined_name(address.lower() if small else address)


@pytest.mark.parametrize("name", ["Ekonomisk analys", "Å 605–610", "Histori", "a" * 31, "Bo's"])
def test_an_ordinary_sheet_name_is_accepted(name):
    check_sheet_name(name)


@pytest.mark.parametrize(
    "name",
    ["", "  ", "a" * 32, "\U0001f600" * 16, "a/b", "a\\b", "a?", "a*", "[a]", "a:b", "'a", "a'",
     "History", "HISTORY", "a\nb", "a\x01"],
)  # fmt: skip
def test_a_sheet_name_that_excel_refuses_is_refused(name):
    with pytest.raises(ValueError, match=r"sheet|keeps"):
        check_sheet_name(name)
