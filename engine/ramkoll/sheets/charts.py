"""The kinds of chart that reports hold, from plain data and the areas where it stands.

Every chart says unit and period in its title, fits an A4 page, is read in black and white, and
has its main figures in words as alternative text.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from ramkoll.model.cells import Area, a1
from ramkoll.model.plan import CHART_WIDTH, Chart, PlannedCell, Series, Style
from ramkoll.model.units import MINUS, NO_BREAK_SPACE
from ramkoll.sheets.chart_looks import BETTER, FILLS, LEVEL, LINES, STATUS_FILLS, WORSE, Fill
from ramkoll.sheets.chart_words import Caption, course, described, figures

HEIGHT, LINES_HEIGHT = 300, 360
STATUSES = ("● Helt uppfyllt", "◆ Delvis uppfyllt", "■ Ej uppfyllt", "— Ej mätt")
_MOST_LABELLED = 16  # more values than these at their bars are a thicket


@dataclass(frozen=True, slots=True)
class ChartValues:
    """One series: its name, where its values stand, and what stands there (None is blank)."""

    name: str
    area: Area
    cached: tuple[Decimal | None, ...]


@dataclass(frozen=True, slots=True)
class ChartData:
    """What a chart shows: labels and series in rows or columns of one sheet, all equally long."""

    sheet: str
    labels: Area
    cached_labels: tuple[str, ...]
    values: tuple[ChartValues, ...]

    def series(self, at: int, fill: Fill, *, show_values: bool = False) -> Series:
        """The series number ``at``, as bars."""
        values = self.values[at]
        return Series(
            values.name,
            self.sheet,
            self.labels,
            values.area,
            fill.colour,
            self.cached_labels,
            values.cached,
            pattern=fill.pattern,
            edge=fill.edge,
            show_values=show_values,
        )


def columns_over_years(data: ChartData, caption: Caption, row: int, column: int) -> Chart:
    """Columns that stand on zero: the years across, one series or a few beside each other."""
    return _chart("column", data, caption, (row, column), "Stapeldiagram", _bars(data))


def lines_by_year(data: ChartData, caption: Caption, row: int, column: int) -> Chart:
    """The months across and a line a year, oldest first: the last is the heaviest, and solid.

    A blank month is a gap. The value axis need not start at zero. At most five years.
    """
    assert len(data.values) <= len(LINES), f"{len(data.values)} lines cannot be told apart"
    series: list[Series] = []
    for values, look in zip(reversed(data.values), LINES, strict=False):
        drawn = Series(
            values.name,
            data.sheet,
            data.labels,
            values.area,
            look.colour,
            data.cached_labels,
            values.cached,
            stroke=look.stroke,
        )
        series.insert(0, drawn)
    parts = [(each.name, course(caption, data.cached_labels, each.cached)) for each in data.values]
    at = (row, column)
    return _chart("line", data, caption, at, "Linjediagram", series, parts, height=LINES_HEIGHT)


def stacked(
    data: ChartData, caption: Caption, row: int, column: int, *, share: bool = False
) -> Chart:
    """A column for each label, its parts on top of each other.

    With ``share`` each column is 100 % whatever the values add up to; the values are then no
    shares, so that none stands in the chart, and the words say the shares.
    """
    kind = "Staplat stapeldiagram, delarna nedifrån och upp"
    at, bars, parts = (row, column), _bars(data, show=not share), _across(data, caption)
    if share:
        parts = _across(_shares(data), replace(caption, number_format="0%"))
    stacking = "percent_stacked" if share else "stacked"
    return _chart("column", data, caption, at, kind, bars, parts, stacking)


def status_counts(data: ChartData, caption: Caption, row: int, column: int) -> Chart:
    """A horizontal bar for each målområde: how many are helt, delvis, ej uppfyllt, ej mätt.

    ``data`` has the four counts in that order; the symbols are in the legend.
    """
    assert len(data.values) == len(STATUSES), f"{len(data.values)} statuses"
    series = [data.series(at, fill, show_values=True) for at, fill in enumerate(STATUS_FILLS)]
    height = 130 + 34 * len(data.cached_labels)
    kind, parts = "Liggande staplat stapeldiagram", _across(data, caption)
    return _chart("bar", data, caption, (row, column), kind, series, parts, "stacked", height)


def waterfall(data: ChartData, caption: Caption, row: int, column: int) -> Chart:
    """From one level to another by steps, also below zero and across it.

    ``data`` is what ``waterfall_cells`` gives. The amounts stand in the labels, where there is
    room for them also when a step is thin beside the levels.
    """
    base, *shown = (
        data.series(at, fill)
        for at, fill in enumerate((LEVEL, LEVEL, BETTER, BETTER, WORSE, WORSE))
    )
    series, named = [replace(base, invisible=True)], set[str]()
    for each in shown:
        # A step across zero has a part on each side; it is named once, and only if it is there.
        named_here = any(each.cached_values) and each.name not in named
        if named_here:
            named.add(each.name)
        series.append(replace(each, in_legend=named_here))
    parts = [("", "; ".join(" ".join(label.split()) for label in data.cached_labels))]
    kind = "Vattenfallsdiagram"
    return _chart("column", data, caption, (row, column), kind, series, parts, "stacked")


def _bars(data: ChartData, *, show: bool = True) -> list[Series]:
    assert len(data.values) <= len(FILLS), f"{len(data.values)} series cannot be told apart"
    show = show and len(data.values) * len(data.cached_labels) <= _MOST_LABELLED
    return [data.series(at, FILLS[at], show_values=show) for at in range(len(data.values))]


def _shares(data: ChartData) -> ChartData:
    """Each value as a share of its label's sum; None where there is nothing to share."""
    columns = [each.cached for each in data.values]
    sums = [sum(value or Decimal(0) for value in row) for row in zip(*columns, strict=True)]
    shares = tuple(
        replace(
            each,
            cached=tuple(
                value / whole if value is not None and whole else None
                for value, whole in zip(each.cached, sums, strict=True)
            ),
        )
        for each in data.values
    )
    return replace(data, values=shares)


def _across(data: ChartData, caption: Caption) -> list[tuple[str, str]]:
    """The figures label by label, each with its parts."""
    names = [each.name for each in data.values]
    rows = zip(*(each.cached for each in data.values), strict=True)
    return [
        (label, figures(caption, names, row))
        for label, row in zip(data.cached_labels, rows, strict=True)
    ]


def _chart(
    kind: str,
    data: ChartData,
    caption: Caption,
    at: tuple[int, int],
    kind_in_words: str,
    series: Sequence[Series],
    parts: Sequence[tuple[str, str]] | None = None,
    stacking: str = "",
    height: int = HEIGHT,
) -> Chart:
    if parts is None:
        parts = [
            (each.name, figures(caption, data.cached_labels, each.cached)) for each in data.values
        ]
    return Chart(
        kind,
        caption.title,
        tuple(series),
        *at,
        CHART_WIDTH,
        height,
        caption.value_title,
        described(caption, kind_in_words, parts, only=len(parts) == 1),
        number_format=caption.number_format,
        stacking=stacking,
        label_title=caption.label_title,
        from_zero=kind != "line",
    )


# The cells behind a waterfall -------------------------------------------------------------------

WATERFALL_HEADINGS = (
    "Text i diagrammet",
    "Före",
    "Efter",
    "Osynlig bas",
    "Nivå",
    "Förbättring över noll",
    "Förbättring under noll",
    "Försämring över noll",
    "Försämring under noll",
)
_PARTS = ("Osynlig bas", "Nivå", "Förbättring", "Förbättring", "Försämring", "Försämring")


@dataclass(frozen=True, slots=True)
class Steps:
    """A bridge on a sheet: an opening level, its steps, and the level they lead to.

    Labels and amounts stand in the columns ``label_column`` and ``amount_column``, in as many
    rows from ``top`` on. + is better. The closing level is drawn as it stands, also where it
    is not the sum of what comes before.
    """

    sheet: str
    top: int
    label_column: int
    amount_column: int
    labels: tuple[str, ...]
    amounts: tuple[Decimal, ...]


def waterfall_cells(
    steps: Steps, caption: Caption, column: int, style: Style
) -> tuple[tuple[PlannedCell, ...], ChartData]:
    """The helping columns, from ``column`` on under WATERFALL_HEADINGS, and the chart's data.

    A step is drawn between the levels before and after it: above zero, below it, or one part on
    each side; an invisible base fills the room from zero to the nearer of the two.
    """
    count = len(steps.amounts)
    assert count == len(steps.labels) >= 2, "a bridge has an opening and a closing level"
    cells: list[PlannedCell] = []
    texts: list[str] = []
    drawn: list[list[Decimal | None]] = [[None] * count for _ in _PARTS]
    for at, (label, amount) in enumerate(zip(steps.labels, steps.amounts, strict=True)):
        row, step = steps.top + at, 0 < at < count - 1
        texts.append(f"{label}\n{caption.number(amount, signed=step)}")
        here = a1(row, steps.amount_column)
        text = _text_formula(a1(row, steps.label_column), here, caption.decimals, signed=step)
        cells.append(PlannedCell(row, column, texts[-1], text, Style()))
        if not step:
            drawn[1][at] = amount
            cells.append(PlannedCell(row, column + 4, amount, here, style))
            continue
        before = sum(steps.amounts[:at], Decimal(0))
        first, previous = a1(steps.top, steps.amount_column), a1(row - 1, steps.amount_column)
        found = _parts(before, before + amount)
        b, a = a1(row, column + 1), a1(row, column + 2)
        cells += [
            PlannedCell(row, column + 1, before, f"SUM({first}:{previous})", style),
            PlannedCell(row, column + 2, before + amount, f"{b}+{here}", style),
        ]
        for part, (value, formula) in enumerate(zip(found, _part_formulas(b, a), strict=True)):
            if part != 1:
                drawn[part][at] = value
                cells.append(PlannedCell(row, column + 3 + part, value, formula, style))
    last = steps.top + count - 1
    values = tuple(
        ChartValues(name, Area(steps.top, at, last, at), tuple(part))
        for at, (name, part) in enumerate(zip(_PARTS, drawn, strict=True), column + 3)
    )
    labels = Area(steps.top, column, last, column)
    return tuple(cells), ChartData(steps.sheet, labels, tuple(texts), values)


def _parts(before: Decimal, after: Decimal) -> tuple[Decimal, ...]:
    """Base, level (0), and the step above and below zero, as improvement and as worsening."""
    zero = Decimal(0)
    low, high = min(before, after), max(before, after)
    base = max(zero, low) + min(zero, high)
    above, below = max(zero, high) - max(zero, low), min(zero, low) - min(zero, high)
    better = after >= before
    return (
        base, zero,
        above if better else zero, below if better else zero,
        zero if better else above, zero if better else below,
    )  # fmt: skip


def _part_formulas(before: str, after: str) -> tuple[str, ...]:
    """The same as ``_parts``, from the cells that hold the levels."""
    low, high = f"MIN({before},{after})", f"MAX({before},{after})"
    above, below = f"MAX(0,{high})-MAX(0,{low})", f"MIN(0,{low})-MIN(0,{high})"
    better = f"{after}>={before}"
    return (
        f"MAX(0,{low})+MIN(0,{high})", "",
        f"IF({better},{above},0)", f"IF({better},{below},0)",
        f"IF({better},0,{above})", f"IF({better},0,{below})",
    )  # fmt: skip


def _text_formula(label: str, amount: str, decimals: int, *, signed: bool) -> str:
    """Label and amount on two lines, in Swedish whatever language the program speaks.

    TEXT and FIXED would follow the program's language; this must show what is cached.
    """
    unit = 10**decimals
    rounded = f"ROUND(ABS({amount})*{unit},0)"
    whole = f"INT({rounded}/{unit})"
    sign = f'IF({rounded}=0,"",IF({amount}<0,"{MINUS}","{"+" if signed else ""}"))'
    low, middle = (f'"{NO_BREAK_SPACE}"&RIGHT("00"&MOD({each},1000),3)'
                   for each in (whole, f"INT({whole}/1000)"))  # fmt: skip
    thousands = f"INT({whole}/1000)&{low}"
    millions = f"INT({whole}/1000000)&{middle}&{low}"
    grouped = f"IF({whole}<1000,{whole},IF({whole}<1000000,{thousands},{millions}))"
    fraction = (
        f'&","&RIGHT("{"0" * decimals}"&MOD({rounded},{unit}),{decimals})' if decimals else ""
    )
    return f"{label}&CHAR(10)&{sign}&{grouped}{fraction}"
