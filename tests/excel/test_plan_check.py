"""Faults in a plan are found, and named, before anything is written."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from tests.excel.rich_plan import CREATED, chart, plan_of

from ramkoll.excel.write import workbook_bytes
from ramkoll.model.cells import Area
from ramkoll.model.plan import (
    Choice,
    Highlight,
    PlannedCell,
    SheetPlan,
    Stroke,
    Style,
    TablePlan,
    WorkbookPlan,
)


def refused(plan):
    with pytest.raises(ValueError) as caught:  # noqa: PT011 - each caller looks at the text
        workbook_bytes(plan)
    return str(caught.value)


@pytest.mark.parametrize(
    ("cell", "why"),
    [
        (PlannedCell(2, 3, "a\x0bb"), "no file can hold"),
        (PlannedCell(2, 3, "\ud800"), "no file can hold"),
        (PlannedCell(2, 3, "\uffff"), "no file can hold"),
        (PlannedCell(2, 3, "x" * 32_768), "32767"),
        (PlannedCell(2, 3, "\U0001f600" * 16_384), "32767"),
        (PlannedCell(2, 3, Decimal("NaN")), "number"),
        (PlannedCell(2, 3, Decimal("Infinity")), "number"),
        (PlannedCell(2, 3, Decimal("1e400")), "number"),
        (PlannedCell(2, 3, date(1899, 12, 31)), "date"),
        (PlannedCell(2, 3, 1.5), "neither number"),  # type: ignore[arg-type]
        (PlannedCell(2, 3, Decimal(0), "1+" * 4096 + "1"), "8192"),
        (PlannedCell(2, 3, Decimal(0), "=1+1"), "equals sign"),
        (PlannedCell(2, 3, Decimal(0), "{1+1}"), "equals sign"),
        (PlannedCell(2, 3, Decimal(0), ""), "equals sign"),
        (PlannedCell(2, 3, Decimal(0), 'TEXTJOIN(",",TRUE,A1:A2)'), "TEXTJOIN"),
        (PlannedCell(2, 3, Decimal(0), "_xlfn.IFNA(A1,0)"), "_xlfn"),
        (PlannedCell(2, 3, None, "A1"), "without the value"),
        (PlannedCell(2, 3, "x", link="http://exempel.se"), "link"),
    ],
)
def test_a_cell_that_excel_would_not_hold_is_named(cell, why):
    message = refused(plan_of(cell))
    assert message.startswith("Blad!C2:")
    assert why in message


def test_text_within_the_limits_is_written():
    longest = PlannedCell(1, 1, "x" * 32_767)
    assert workbook_bytes(plan_of(longest, PlannedCell(2, 1, Decimal(1), "1+" * 4095 + "1")))
    # A function's name inside a text is no function.
    assert workbook_bytes(plan_of(PlannedCell(1, 1, "LET(", '"LET("')))


def test_two_plans_for_one_cell_are_refused():
    message = refused(plan_of(PlannedCell(4, 2, "a"), PlannedCell(4, 2, "b")))
    assert message == "Blad!B4: planned twice"


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"choices": (Choice(Area(1, 1, 1, 1), ("x" * 200, "y" * 55)),)}, "255"),
        ({"choices": (Choice(Area(1, 1, 1, 1), ("a,b",)),)}, "'a,b'"),
        ({"choices": (Choice(Area(1, 1, 1, 1), ()),)}, "without values"),
        ({"choices": (Choice(Area(1, 1, 1, 1), ("a",), "x" * 33),)}, "32"),
        ({"choices": (Choice(Area(1, 1, 1, 1), ("a",), "", "x" * 256),)}, "255"),
        ({"tables": (TablePlan("T_a", Area(1, 1, 2, 2), ("a",)),)}, "1 headings"),
        ({"tables": (TablePlan("T_a", Area(1, 1, 1, 1), ("a",)),)}, "one row"),
        ({"tables": (TablePlan("T_a", Area(1, 1, 2, 2), ("a", "A")),)}, "two of the same"),
        ({"tables": (TablePlan("T_a", Area(1, 1, 2, 1), ("b",)),)}, "not the table's heading"),
        ({"tables": (TablePlan("RAM2024", Area(1, 1, 2, 1), ("a",)),)}, "read as"),
        ({"highlights": (Highlight(Area(1, 1, 1, 1), "=A1>0", Style()),)}, "equals sign"),
        ({"highlights": (Highlight(Area(2, 1, 1, 1), "A1>0", Style()),)}, "no area"),
        ({"tab_colour": "#FF0000"}, "RRGGBB"),
        ({"zoom": 5}, "zoom"),
        ({"header": "x" * 256}, "255"),
        ({"repeat_rows": (3, 1)}, "upwards"),
        ({"widths": {0: 10}}, "outside"),
        ({"heights": {1: 410}}, "409"),
        ({"freeze": (0, 0)}, "freeze"),
        ({"charts": (chart("pie"),)}, "pie"),
        ({"charts": (chart("bar"),)}, "no sheet 'Ekonomisk analys'"),
        ({"charts": (chart("bar", title="=A1"),)}, "as a formula"),
        ({"charts": (chart("bar", description=" "),)}, "alternative text"),
        ({"charts": (chart("bar", description="Avvikelse per enhet"),)}, "repeats the title"),
        ({"charts": (chart("bar", title=" "),)}, "without title"),
        ({"charts": (chart("bar", stacking="piled"),)}, "piled"),
        ({"charts": (chart("line", stacking="stacked"),)}, "not read as sums"),
        ({"charts": (chart("bar", series=()),)}, "without series"),
    ],
)
def test_a_sheet_that_excel_would_not_hold_is_named(changes, why):
    message = refused(plan_of(PlannedCell(1, 1, "a"), **changes))
    assert message.startswith("Blad") or "two of the same" in message or "read as" in message
    assert why in message


@pytest.mark.parametrize(
    "style",
    [Style(colour="red"), Style(fill="#FFFFFF"), Style(top="wavy"), Style(align="middle"),
     Style(vertical="middle")],
)  # fmt: skip
def test_a_style_that_says_nothing_is_refused(style):
    assert refused(plan_of(PlannedCell(1, 1, "a", style=style))).startswith("Blad")


def test_cached_values_must_be_as_many_as_the_cells():
    series = replace(chart("bar").series[0], sheet="Blad", cached_values=(Decimal(1),))
    message = refused(plan_of(PlannedCell(1, 1, "a"), charts=(chart("bar", series=(series,)),)))
    assert "1 values for B4:B8" in message


@pytest.mark.parametrize(
    ("kind", "changes", "why"),
    [
        ("line", {}, "a stroke is for lines"),
        ("bar", {"stroke": Stroke()}, "a stroke is for lines"),
        ("column", {"invisible": True}, "holds nothing up"),
        ("bar", {"colour": "7F7F7F", "pattern": "wide_upward_diagonal"}, "look the same"),
        ("bar", {"edge": "black"}, "RRGGBB"),
    ],
)
def test_a_series_that_would_mislead_is_refused(kind, changes, why):
    first, second = (replace(each, sheet="Blad") for each in chart("bar").series)
    drawn = chart(kind, series=(replace(first, **changes), second))
    assert why in refused(plan_of(PlannedCell(1, 1, "a"), charts=(drawn,)))


def test_lines_that_differ_in_colour_alone_are_refused():
    both = (replace(each, sheet="Blad", stroke=Stroke()) for each in chart("bar").series)
    plan = plan_of(PlannedCell(1, 1, "a"), charts=(chart("line", series=tuple(both)),))
    assert "look the same" in refused(plan)


@pytest.mark.parametrize("name", ["History", "a" * 32, "A/B", ""])
def test_a_bad_sheet_name_is_refused(name):
    assert refused(WorkbookPlan((SheetPlan(name, ()),), CREATED, ""))


def test_two_sheets_whose_names_differ_in_case_only_are_refused():
    twins = (SheetPlan("Åtgärder", ()), SheetPlan("ÅTGÄRDER", ()))
    assert "two of the same sheet" in refused(WorkbookPlan(twins, CREATED, ""))


@pytest.mark.parametrize(
    ("name", "reference"),
    [
        ("RAM2024", "Blad!$A$1"),
        ("U_nyckel", "Blad!A1"),
        ("U_nyckel", "Annat!$A$1"),
        ("U_nyckel", "OFFSET(Blad!$A$1,1,1)"),
    ],
)
def test_a_name_is_a_static_range_on_a_sheet_of_the_plan(name, reference):
    assert name in refused(replace(plan_of(), names={name: reference}))


def test_a_range_and_a_table_cannot_share_a_name():
    table = TablePlan("u_NYCKEL", Area(1, 1, 2, 1), ("a",))
    plan = replace(plan_of(tables=(table,)), names={"U_nyckel": "Blad!$A$1"})
    assert "two of the same name" in refused(plan)


def test_what_xlsxwriter_warns_of_is_an_error():
    series = replace(chart("bar").series[1], sheet="Blad", pattern="tartan")
    plan = plan_of(PlannedCell(1, 1, "a"), charts=(chart("bar", series=(series,)),))
    with pytest.raises(UserWarning, match="tartan"):
        workbook_bytes(plan)


def test_a_workbook_without_sheets_is_refused():
    assert "at least one" in refused(WorkbookPlan((), CREATED, ""))
