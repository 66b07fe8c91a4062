"""The kinds of chart reports hold: their looks, their words, and what they are drawn from."""

from decimal import Decimal
from itertools import pairwise

import pytest
from tests.excel.rich_plan import plan_of
from tests.pipeline.recalculate import by_ironcalc, differences, formula_cells

from ramkoll.excel.plan_check import check_plan
from ramkoll.excel.scan import scan
from ramkoll.excel.write import workbook_bytes
from ramkoll.model.cells import Area
from ramkoll.model.plan import CHART_WIDTH, PlannedCell, Style
from ramkoll.sheets import chart_looks
from ramkoll.sheets.chart_words import Caption, course
from ramkoll.sheets.charts import (
    STATUSES,
    ChartData,
    ChartValues,
    Steps,
    columns_over_years,
    lines_by_year,
    stacked,
    status_counts,
    waterfall,
    waterfall_cells,
)

PERSONS = Caption("Antal månadsavlönade", "augusti 2021–2024", "personer", "#,##0.0")
MKR = Caption("Budgetgap", "helår 2024", "mkr", "#,##0.0")
MONTHS = ("jan", "feb", "mar", "apr", "maj", "jun", "jul", "aug", "sep", "okt", "nov", "dec")


def data_of(labels, **columns):
    values = tuple(
        ChartValues(
            name.strip("_"),
            Area(2, at, 1 + len(labels), at),
            tuple(None if each is None else Decimal(str(each)) for each in column),
        )
        for at, (name, column) in enumerate(columns.items(), 2)
    )
    return ChartData("Blad", Area(2, 1, 1 + len(labels), 1), tuple(labels), values)


def statuses(*rows):
    columns = dict(zip(STATUSES, zip(*rows, strict=True), strict=True))
    return data_of([f"Mål {at}" for at in range(len(rows))], **columns)


def steps_of(*amounts):
    labels = ("Ingående", *(f"Steg {at}" for at in range(1, len(amounts) - 1)), "Kvar")
    return Steps("Blad", 2, 1, 2, labels, tuple(Decimal(str(each)) for each in amounts))


def bridge(*amounts):
    return waterfall_cells(steps_of(*amounts), MKR, 4, Style(number_format="#,##0.0"))


YEARS = data_of(("2021", "2022"), Kvinnor=(600, 604.5), Män=(300, None))
ALL = (
    columns_over_years(YEARS, PERSONS, 20, 1),
    lines_by_year(data_of(MONTHS, _2023=range(12), _2024=range(12)), PERSONS, 20, 1),
    stacked(YEARS, PERSONS, 20, 1),
    stacked(YEARS, PERSONS, 20, 1, share=True),
    status_counts(statuses((1, 2, 3, 4)), PERSONS, 20, 1),
    waterfall(bridge(-159, "2.7", "-156.3")[1], MKR, 20, 1),
)


@pytest.mark.parametrize("chart", ALL, ids=lambda chart: f"{chart.kind} {chart.stacking}")
def test_every_chart_fits_the_page_and_says_unit_and_period(chart):
    assert chart.width == CHART_WIDTH == round(17 / 2.54 * 96) - 1
    assert chart.title.endswith(")")
    assert "202" in chart.title
    assert chart.from_zero == (chart.kind != "line")
    check_plan(plan_of(charts=(chart,)))
    assert workbook_bytes(plan_of(charts=(chart,)))


def test_a_title_without_unit_or_period_is_a_bug_of_ours():
    with pytest.raises(AssertionError, match="lacks a part"):
        columns_over_years(YEARS, Caption("Antal", "", "personer"), 1, 1)


# Looks ---------------------------------------------------------------------------------------


def grey(fill):
    """How dark a fill prints, 0 black to 1 white; a pattern is about a third ink."""
    red, green, blue = bytes.fromhex(fill.colour)
    solid = (0.299 * red + 0.587 * green + 0.114 * blue) / 255
    return solid if fill.pattern is None else 1 - (1 - solid) / 3


@pytest.mark.parametrize("fills", [chart_looks.FILLS, chart_looks.STATUS_FILLS])
def test_neighbours_differ_in_pattern_or_much_in_darkness(fills):
    assert len({(fill.colour, fill.pattern) for fill in fills}) == len(fills)
    for one, other in pairwise(fills):
        assert one.pattern != other.pattern or abs(grey(one) - grey(other)) > 0.25


def test_lines_differ_in_dash_and_marker_and_the_current_year_is_heaviest():
    strokes = [line.stroke for line in chart_looks.LINES]
    assert len({(each.dash, each.marker) for each in strokes}) == len(strokes)
    assert len({each.marker for each in strokes}) == len(strokes)
    assert strokes[0].dash == "solid"
    assert all(each.width < strokes[0].width for each in strokes[1:])


def test_the_last_line_is_the_current_year_and_a_sixth_is_refused():
    three = data_of(MONTHS, _2022=range(12), _2023=range(12), _2024=range(12))
    drawn = lines_by_year(three, PERSONS, 1, 1).series
    assert [each.name for each in drawn] == ["2022", "2023", "2024"]
    looks = [line.stroke for line in chart_looks.LINES]
    assert [each.stroke for each in drawn] == [looks[2], looks[1], looks[0]]
    six = data_of(MONTHS, **{f"_{year}": range(12) for year in range(2019, 2025)})
    with pytest.raises(AssertionError, match="6 lines"):
        lines_by_year(six, PERSONS, 1, 1)


def test_values_stand_at_the_bars_as_long_as_there_is_room():
    few = columns_over_years(YEARS, PERSONS, 1, 1)
    assert all(each.show_values for each in few.series)
    many = data_of([str(year) for year in range(2000, 2017)], Antal=range(17))
    assert not any(each.show_values for each in columns_over_years(many, PERSONS, 1, 1).series)
    # What is no share does not stand in a chart of shares.
    shares = stacked(YEARS, PERSONS, 1, 1, share=True)
    assert not any(each.show_values for each in shares.series)


def test_statuses_are_four_and_bars_get_room():
    short, tall = (
        status_counts(statuses(*[(1, 0, 2, 0)] * rows), PERSONS, 1, 1) for rows in (1, 9)
    )
    assert tuple(each.name for each in short.series) == STATUSES
    assert tall.height - short.height == 8 * 34
    with pytest.raises(AssertionError, match="2 statuses"):
        status_counts(YEARS, PERSONS, 1, 1)


# Words ---------------------------------------------------------------------------------------


def test_the_alternative_text_gives_the_figures_and_what_is_missing():
    assert columns_over_years(YEARS, PERSONS, 1, 1).description == (
        "Stapeldiagram. Antal månadsavlönade, augusti 2021–2024 (personer). "
        "Kvinnor – 2021: 600,0; 2022: 604,5. Män – 2021: 300,0; 2022: inget värde."
    )


def test_a_stack_is_told_label_by_label_and_shares_as_shares():
    told = stacked(YEARS, PERSONS, 1, 1).description
    assert told.endswith(
        "2021 – Kvinnor: 600,0; Män: 300,0. 2022 – Kvinnor: 604,5; Män: inget värde."
    )
    shared = stacked(YEARS, PERSONS, 1, 1, share=True).description
    assert shared.endswith(
        "2021 – Kvinnor: 67\u00a0%; Män: 33\u00a0%. 2022 – Kvinnor: 100\u00a0%; Män: inget värde."
    )
    empty = stacked(data_of(("A",), X=(0,)), PERSONS, 1, 1, share=True).description
    assert empty.endswith("X: inget värde.")


def test_a_line_is_told_by_its_ends_and_extremes():
    values = tuple(map(Decimal, (120, 125, 110, 118))) + (None,) * 8
    assert course(Caption("a", "b", "c"), MONTHS, values) == (
        "från 120 (jan) till 118 (apr), högst 125 (feb), lägst 110 (mar); 8 saknar värde"
    )
    assert course(Caption("a", "b", "c"), MONTHS, (None,) * 12) == "inga värden"
    only = (None, Decimal(7), *(None,) * 10)
    assert course(Caption("a", "b", "c"), MONTHS, only) == "7 (feb); 11 saknar värde"


def test_a_long_series_is_told_by_its_ends_too():
    many = data_of([str(year) for year in range(2000, 2013)], Antal=range(13))
    told = columns_over_years(many, Caption("Antal", "2000–2012", "st"), 1, 1).description
    assert told.endswith("(st). från 0 (2000) till 12 (2012), högst 12 (2012), lägst 0 (2000).")


def test_a_description_of_ones_own_is_kept():
    caption = Caption("Antal", "2024", "st", description="Antalet steg från 1 till 2.")
    assert columns_over_years(YEARS, caption, 1, 1).description == caption.description


@pytest.mark.parametrize(
    ("number_format", "value", "text"),
    [
        ("#,##0", "-1234.5", "−1\u00a0235"),
        ("#,##0.0", "2.7", "+2,7"),
        ("0%", "0.345", "+35\u00a0%"),
        ("0.0%", "0.345", "+34,5\u00a0%"),
        ("#,##0.0;-#,##0.0;", "0.04", "0,0"),
    ],
)
def test_numbers_are_said_as_the_chart_shows_them(number_format, value, text):
    caption = Caption("a", "b", "c", number_format)
    assert caption.number(Decimal(value), signed=True) == text


# The waterfall -------------------------------------------------------------------------------


def drawn_between(data, at):
    """The lowest and the highest end of what is seen of a column, from its stacked parts."""
    base = data.values[0].cached[at] or Decimal(0)
    parts = [each.cached[at] or Decimal(0) for each in data.values[1:]]
    above, below = (sum((p for p in parts if p * s > 0), Decimal(0)) for s in (1, -1))
    # Excel stacks what is over zero upwards and what is under it downwards, from the base.
    assert above >= 0 >= below
    assert not (base and above and below)
    low, high = min(base, Decimal(0)) + below, max(base, Decimal(0)) + above
    return (base, high) if base > 0 else (low, base) if base < 0 else (low, high)


@pytest.mark.parametrize(
    "amounts",
    [
        (-159, "2.7", "-156.3"),
        (-159, 40, "25.5", -12, "-105.5"),
        (100, -20, 5, 85),
        (-20, 35, -30, 8, "12.5", "5.5"),
        (10, -10, 0, 0),
        (0, 5, -5, 0),
        (-5, 5, 3, 3),
    ],
)
def test_a_step_is_drawn_between_the_levels_before_and_after_it(amounts):
    _, data = bridge(*amounts)
    numbers = [Decimal(str(each)) for each in amounts]
    for at, number in enumerate(numbers):
        ends = (Decimal(0), number)
        if 0 < at < len(numbers) - 1:
            before = sum(numbers[:at], Decimal(0))
            ends = (before, before + number)
        seen = drawn_between(data, at)
        # What is nought has no ends to see.
        assert seen == (min(ends), max(ends)) or ends[0] == ends[1]


def test_improvements_and_worsenings_are_told_apart_on_both_sides_of_zero():
    _, data = bridge(-20, 35, -30, "-15")
    _, level, *parts = data.values
    assert level.cached == (Decimal(-20), None, None, Decimal(-15))
    assert [each.cached[1] for each in parts] == [15, -20, 0, 0]
    assert [each.cached[2] for each in parts] == [0, 0, 15, -15]
    drawn = waterfall(data, MKR, 1, 1)
    assert [each.name for each in drawn.series if each.in_legend and not each.invisible] == [
        "Nivå", "Förbättring", "Försämring",
    ]  # fmt: skip
    assert [each.invisible for each in drawn.series] == [True] + [False] * 5


def test_a_legend_names_only_what_is_drawn():
    drawn = waterfall(bridge(-159, "2.7", "-156.3")[1], MKR, 1, 1)
    named = [each for each in drawn.series if each.in_legend and not each.invisible]
    assert [each.name for each in named] == ["Nivå", "Förbättring"]
    assert drawn.description == (
        "Vattenfallsdiagram. Budgetgap, helår 2024 (mkr). "
        "Ingående −159,0; Steg 1 +2,7; Kvar −156,3."
    )


def test_the_helping_cells_recalculate_to_what_is_cached(tmp_path):
    amounts = ("-1234567.26", "35.25", -30, 0, "0.04", "1234600", "-12.5", "25.53")
    steps = steps_of(*amounts)
    for caption, name in ((MKR, "mkr"), (Caption("a", "b", "tkr"), "tkr")):
        helping, data = waterfall_cells(steps, caption, 4, Style())
        table = [
            PlannedCell(2 + at, column, value)
            for at, pair in enumerate(zip(steps.labels, steps.amounts, strict=True))
            for column, value in enumerate(pair, 1)
        ]
        chart = waterfall(data, caption, 20, 1)
        path = tmp_path / f"{name}.xlsx"
        path.write_bytes(workbook_bytes(plan_of(*table, *helping, charts=(chart,))))
        ours = formula_cells(scan(path))
        assert len(ours) == 2 * 2 + 6 * 8
        assert differences(ours, by_ironcalc(path)) == []


def test_a_bridge_without_two_ends_is_a_bug_of_ours():
    with pytest.raises(AssertionError, match="opening and a closing"):
        waterfall_cells(Steps("Blad", 2, 1, 2, ("a",), (Decimal(1),)), MKR, 4, Style())
