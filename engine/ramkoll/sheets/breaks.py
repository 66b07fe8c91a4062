"""Where the pages of a sheet end, such that what belongs together stands together."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

# Points between the margins of an A4 page, a little less than there are: a page that holds
# less than we think breaks two rows before our own break, and leaves these two alone.
PORTRAIT_ROOM, LANDSCAPE_ROOM = 712.0, 472.0
ROW_HEIGHT = 15.0  # of a row that nobody has set
_STEPS = (1.0, 0.96, 0.92)  # how much smaller a sheet may be printed to save a page

Rows = tuple[int, int]


def page_ends(
    last_row: int, heights: Mapping[int, float], together: Iterable[Rows], room: float
) -> tuple[int, ...]:
    """The rows after which a page ends, when each holds ``room`` points.

    ``together`` are first and last rows that are not to be parted; a run of them that is higher
    than a page is parted at its own smaller runs, and at last between any two rows.
    """
    # A run of one row keeps nothing together, and one that ends before it begins is none.
    several = {run for run in together if run[0] < run[1]}
    runs = sorted(several, key=lambda run: (run[0], -run[1]))
    ends: list[int] = []
    used = 0.0
    for first, last in _pieces(1, last_row, runs, heights, room):
        height = _height(heights, first, last)
        if used and used + height > room:
            ends.append(first - 1)
            used = 0.0
        used += height
    return tuple(ends)


def page_scale(
    last_row: int,
    heights: Mapping[int, float],
    together: Sequence[Rows],
    room: float,
    widest: int,
) -> tuple[int, tuple[int, ...]]:
    """The per cent to print at, at most ``widest``, and the page ends: as few pages as can be."""
    found = []
    for step in _STEPS:
        scale = int(widest * step)
        ends = page_ends(last_row, heights, together, room * 100 / scale)
        found.append((len(ends), -scale, ends))
    _, scale, ends = min(found)
    return -scale, ends


def _pieces(
    first: int, last: int, runs: Sequence[Rows], heights: Mapping[int, float], room: float
) -> Iterator[Rows]:
    """The rows in pieces that fit on a page each."""
    row = first
    while row <= last:
        run = next((each for each in runs if each[0] == row and each[1] <= last), None)
        if run is None:
            yield row, row
            row += 1
        elif _height(heights, *run) <= room:
            yield run
            row = run[1] + 1
        else:
            smaller = [each for each in runs if each != run and each[1] <= run[1]]
            yield from _pieces(*run, smaller, heights, room)
            row = run[1] + 1


def _height(heights: Mapping[int, float], first: int, last: int) -> float:
    return sum(heights.get(row, ROW_HEIGHT) for row in range(first, last + 1))
