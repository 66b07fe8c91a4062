"""Cells that lie side by side become rectangles, and none is lost or added."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ramkoll.live.areas import area_of, rectangles, size_of
from ramkoll.model.cells import Area

CELLS = st.sets(st.tuples(st.integers(1, 12), st.integers(1, 12)), max_size=80)


def _cells(area):
    return {
        (row, column)
        for row in range(area.top, area.bottom + 1)
        for column in range(area.left, area.right + 1)
    }


@given(CELLS)
def test_rectangles_hold_the_same_cells_each_once(cells):
    areas = rectangles(cells)
    assert sum(map(size_of, areas)) == len(cells)
    assert set().union(*map(_cells, areas)) == cells


def test_a_block_is_one_rectangle_however_it_was_gathered():
    block = [(row, column) for column in range(2, 62) for row in range(300, 100, -1)]
    assert rectangles(block) == [Area(101, 2, 300, 61)]


def test_cells_with_a_gap_are_two_rectangles():
    assert rectangles([(1, 1), (1, 2), (3, 1), (3, 2)]) == [Area(1, 1, 1, 2), Area(3, 1, 3, 2)]
    assert rectangles([(1, 1), (1, 3), (2, 1), (2, 3)]) == [Area(1, 1, 2, 1), Area(1, 3, 2, 3)]


@pytest.mark.parametrize(
    ("address", "area"),
    [
        ("A1", Area(1, 1, 1, 1)),
        ("$B$2:$D$9", Area(2, 2, 9, 4)),
        ("D9:B2", Area(2, 2, 9, 4)),
        ("d2:B9", Area(2, 2, 9, 4)),
        ("A:C", Area(1, 1, 1_048_576, 3)),
        ("$C:$A", Area(1, 1, 1_048_576, 3)),
        ("5:9", Area(5, 1, 9, 16_384)),
    ],
)
def test_an_address_is_a_rectangle(address, area):
    assert area_of(address) == area


@pytest.mark.parametrize(
    "address",
    [
        "",
        "A",
        "A:",
        "1:B",
        "0:1",
        "AAAA:B",
        "A:ZZZ",
        "1:9999999",
        "A1:",
        ":A1",
        "A1,B2",
        "namn",
        "A1:B2:C3",
    ],
)
def test_what_is_no_rectangle_is_refused(address):
    with pytest.raises(ValueError, match=r"cell address|outside"):
        area_of(address)
