"""Pages end where nothing that belongs together is parted."""

from hypothesis import given
from hypothesis import strategies as st

from ramkoll.sheets.breaks import ROW_HEIGHT, page_ends, page_scale

ROOM = 10 * ROW_HEIGHT


def test_rows_that_fit_on_a_page_have_no_break():
    assert page_ends(10, {}, [], ROOM) == ()


def test_a_page_ends_when_the_next_row_does_not_fit():
    assert page_ends(25, {}, [], ROOM) == (10, 20)


def test_a_chart_moves_to_the_next_page_rather_than_being_parted():
    assert page_ends(16, {}, [(8, 14)], ROOM) == (7,)


def test_a_table_higher_than_a_page_is_parted_but_its_ends_are_not():
    runs = [(1, 15), (1, 4), (12, 15)]
    ends = page_ends(15, {}, runs, ROOM)
    assert ends == (10,)
    runs = [(1, 12), (1, 4), (9, 12)]
    assert page_ends(12, {}, runs, ROOM) == (8,)


def test_a_sheet_is_printed_a_little_smaller_when_that_saves_a_page():
    assert page_scale(10, {}, [], ROOM, 100) == (100, ())
    assert page_scale(11, {}, [], ROOM * 1.05, 100) == (92, ())
    assert page_scale(15, {}, [], ROOM, 100) == (100, (10,))


@given(
    st.lists(st.integers(5, 60), min_size=1, max_size=40),
    st.lists(st.tuples(st.integers(1, 40), st.integers(0, 6)), max_size=6),
)
def test_no_page_is_fuller_than_it_can_be(sizes, runs):
    last = len(sizes)
    heights = dict(enumerate(map(float, sizes), 1))
    together = [(first, min(last, first + more)) for first, more in runs if first <= last]
    ends = page_ends(last, heights, together, ROOM)
    starts = [1, *(end + 1 for end in ends)]
    for first, end in zip(starts, [*ends, last], strict=True):
        assert first <= end
        assert sum(heights[row] for row in range(first, end + 1)) <= ROOM


def test_a_run_that_ends_before_it_begins_keeps_nothing_together():
    assert page_ends(100, {}, [(10, 9), (10, 90), (10, 10)], 300.0) == page_ends(
        100, {}, [(10, 90)], 300.0
    )
