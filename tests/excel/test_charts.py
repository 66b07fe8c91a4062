"""Charts are written whole, and are read in black and white, by programs and by the blind."""

from dataclasses import replace
from decimal import Decimal
from io import BytesIO
from xml.etree import ElementTree
from zipfile import ZipFile

import pytest
from tests.excel.rich_plan import BUDGET, FORECAST, UNITS, chart, plan_of, rich_plan

from ramkoll.excel.write import workbook_bytes
from ramkoll.model.cells import Area
from ramkoll.model.plan import Chart, Series, Stroke

NS = {
    "c": "http://schemas.openxmlformats.org/drawingml/2006/chart",
    "a": "http://schemas.openxmlformats.org/drawingml/2006/main",
    "c14": "http://schemas.microsoft.com/office/drawing/2007/8/2/chart",
    "xdr": "http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing",
}


def parts_of(plan):
    with ZipFile(BytesIO(workbook_bytes(plan))) as archive:
        return {name: archive.read(name).decode() for name in archive.namelist()}


@pytest.fixture(scope="module")
def parts():
    return parts_of(rich_plan())


def chart_part(parts, number):
    return ElementTree.fromstring(parts[f"xl/charts/chart{number}.xml"])


def drawn(kind, *series, **changes):
    """The chart part of a workbook with one chart."""
    plan = Chart(kind, "Antal (st)", series, 4, 1, 642, 320, "", "Två enheter.")
    return chart_part(parts_of(plan_of(charts=(replace(plan, **changes),))), 1)


def line_of(number, values, **changes):
    """A series on a sheet of its own size; values None are blank cells."""
    cached = tuple(None if value is None else Decimal(str(value)) for value in values)
    labels = tuple(f"rad {at}" for at in range(len(cached)))
    area = Area(1, number, len(cached), number)
    series = Series(
        f"Serie {number}", "Blad", Area(1, 9, len(cached), 9), area, "1F3864", labels, cached
    )
    return replace(series, **changes)


def attributes(root, path):
    return [element.get("val") for element in root.findall(path, NS)]


@pytest.mark.parametrize("number", [1, 2])
def test_a_chart_carries_what_it_shows(parts, number):
    root = chart_part(parts, number)
    series = root.findall(".//c:ser", NS)
    assert [s.findtext("c:tx/c:v", namespaces=NS) for s in series] == [
        "Prognosavvikelse", "Budgetavvikelse",
    ]  # fmt: skip
    for each, column, cached in zip(series, "BC", (FORECAST, BUDGET), strict=True):
        labels = each.find("c:cat/c:strRef", NS)
        assert labels is not None
        assert labels.findtext("c:f", namespaces=NS) == "'Ekonomisk analys'!$A$4:$A$8"
        assert [v.text for v in labels.findall(".//c:v", NS)] == list(UNITS)
        numbers = each.find("c:val/c:numRef", NS)
        assert numbers is not None
        place = f"'Ekonomisk analys'!${column}$4:${column}$8"
        assert numbers.findtext("c:f", namespaces=NS) == place
        points = {int(p.get("idx", "")): p.findtext("c:v", namespaces=NS)
                  for p in numbers.findall(".//c:pt", NS)}  # fmt: skip
        wanted = {i: float(v) for i, v in enumerate(cached) if v is not None}
        assert {i: float(v or "nan") for i, v in points.items()} == wanted


def test_labels_that_are_all_numbers_stay_text_in_the_chart():
    series = Series(
        "Utfall", "Blad", Area(1, 1, 2, 1), Area(1, 2, 2, 2), "1F4E79", ("605", "0605"),
        (Decimal(1), Decimal(2)),
    )  # fmt: skip
    root = drawn("bar", series)
    assert [v.text for v in root.findall(".//c:strCache/c:pt/c:v", NS)] == ["605", "0605"]
    # One series needs no legend.
    assert root.find(".//c:legend", NS) is None


def test_negative_bars_have_their_colour_and_patterns_tell_series_apart(parts):
    solid, patterned = chart_part(parts, 1).findall(".//c:ser", NS)
    inverted = solid.find("c:invertIfNegative", NS)
    assert inverted is not None
    assert inverted.get("val") == "1"
    colour = solid.find(".//c14:invertSolidFillFmt//a:srgbClr", NS)
    assert colour is not None
    assert colour.get("val") == "C00000"
    pattern = patterned.find("c:spPr/a:pattFill", NS)
    assert pattern is not None
    assert pattern.get("prst") == "wdUpDiag"


def test_bars_stand_in_the_order_of_the_rows_with_labels_clear_of_them(parts):
    for number, order, crosses in ((1, "maxMin", "max"), (2, "minMax", "autoZero")):
        root = chart_part(parts, number)
        found = {
            "order": root.find(".//c:catAx/c:scaling/c:orientation", NS),
            "place": root.find(".//c:catAx/c:tickLblPos", NS),
            "crosses": root.find(".//c:valAx/c:crosses", NS),
        }
        assert {k: e.get("val") for k, e in found.items() if e is not None} == {
            "order": order, "place": "low", "crosses": crosses,
        }  # fmt: skip
        axis = root.find(".//c:valAx/c:numFmt", NS)
        assert axis is not None
        assert axis.get("formatCode") == "#,##0"
        titles = [t.text for t in root.findall(".//c:title//a:t", NS)]
        assert titles == ["Avvikelse per enhet", "kronor"]


def test_a_chart_has_alternative_text_and_keeps_its_size(parts):
    drawing = ElementTree.fromstring(parts["xl/drawings/drawing1.xml"])
    anchors = drawing.findall("xdr:twoCellAnchor", NS)
    assert [a.get("editAs") for a in anchors] == ["oneCell", "oneCell"]
    first = anchors[0].find(".//xdr:cNvPr", NS)
    assert first is not None
    assert first.get("descr") == "Enhet 605 avviker mest, med −12,5 mnkr."
    assert anchors[0].findtext("xdr:from/xdr:row", namespaces=NS) == "11"


# Black and white -----------------------------------------------------------------------------


def test_lines_differ_in_dash_marker_and_weight():
    heavy, light = Stroke("solid", "circle", 3), Stroke("dash", "square", 1.75, hollow=True)
    root = drawn(
        "line", line_of(1, (1, 2), stroke=light, colour="C55A11"), line_of(2, (3, 4), stroke=heavy)
    )
    assert attributes(root, ".//c:lineChart/c:grouping") == ["standard"]
    assert attributes(root, ".//c:ser/c:marker/c:symbol") == ["square", "circle"]
    assert attributes(root, ".//c:ser/c:spPr/a:ln/a:prstDash") == ["dash", "solid"]
    widths = [e.get("w") for e in root.findall(".//c:ser/c:spPr/a:ln", NS)]
    assert widths == ["22225", "38100"]
    fills = attributes(root, ".//c:ser/c:marker/c:spPr/a:solidFill/a:srgbClr")
    assert fills == ["FFFFFF", "1F3864"]


def test_a_blank_is_a_gap_and_no_line_is_rounded_off():
    root = drawn("line", line_of(1, (1, None, 3), stroke=Stroke()))
    assert attributes(root, ".//c:dispBlanksAs") == ["gap"]
    assert attributes(root, ".//c:ser/c:smooth") == ["0"]
    assert [p.get("idx") for p in root.findall(".//c:numCache/c:pt", NS)] == ["0", "2"]
    # A bar has no such element: Excel would call the file damaged.
    assert drawn("column", line_of(1, (1, 2))).find(".//c:smooth", NS) is None


def test_bars_keep_their_look_below_zero_unless_told_otherwise():
    assert attributes(drawn("bar", line_of(1, (-1, 2))), ".//c:ser/c:invertIfNegative") == ["0"]
    line = drawn("line", line_of(1, (-1, 2), stroke=Stroke()))
    assert line.find(".//c:invertIfNegative", NS) is None


def test_a_pattern_has_white_ground_and_an_outline_of_its_own():
    root = drawn(
        "column", line_of(1, (1, 2), pattern="small_check", colour="833C0B", edge="1F3864")
    )
    assert attributes(root, ".//c:ser/c:spPr/a:pattFill/a:fgClr/a:srgbClr") == ["833C0B"]
    assert attributes(root, ".//c:ser/c:spPr/a:pattFill/a:bgClr/a:srgbClr") == ["FFFFFF"]
    assert attributes(root, ".//c:ser/c:spPr/a:ln/a:solidFill/a:srgbClr") == ["1F3864"]


# Stacks --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("stacking", "grouping", "axis"),
    [("stacked", "stacked", "#,##0"), ("percent_stacked", "percentStacked", "0%")],
)
def test_stacked_columns_stand_on_each_other(stacking, grouping, axis):
    root = drawn(
        "column", line_of(1, (1, 2)), line_of(2, (3, 4), colour="9FBCE3"), stacking=stacking
    )
    assert attributes(root, ".//c:barChart/c:grouping") == [grouping]
    assert attributes(root, ".//c:barChart/c:overlap") == ["100"]
    formats = [e.get("formatCode") for e in root.findall(".//c:valAx/c:numFmt", NS)]
    assert formats == [axis]


def test_what_holds_others_up_has_neither_fill_nor_outline_nor_legend_entry():
    base = line_of(1, (5, 5), invisible=True)
    root = drawn(
        "column", base, line_of(2, (1, 2)), line_of(3, (1, 2), colour="9FBCE3"),
        line_of(4, (1, 2), in_legend=False), stacking="stacked",
    )  # fmt: skip
    first = root.findall(".//c:ser", NS)[0]
    assert first.find("c:spPr/a:noFill", NS) is not None
    assert first.find("c:spPr/a:ln/a:noFill", NS) is not None
    assert attributes(root, ".//c:legend/c:legendEntry/c:idx") == ["0", "3"]
    assert attributes(root, ".//c:legend/c:legendEntry/c:delete") == ["1", "1"]


# What a label could say besides, said not to be said.
SHOWN = {
    f"show{each}": ["0"]
    for each in ("LegendKey", "Val", "CatName", "SerName", "Percent", "BubbleSize")
}


@pytest.mark.parametrize("kind", ["bar", "column", "line"])
def test_nothing_is_left_to_be_understood(kind):
    strokes = [{"stroke": Stroke(dash)} if kind == "line" else {} for dash in ("solid", "dash")]
    two = line_of(1, (1, 2), **strokes[0]), line_of(2, (3, 4), colour="9FBCE3", **strokes[1])
    root = drawn(kind, *two, label_title="månad")
    assert attributes(root, "c:roundedCorners") == ["0"]
    assert attributes(root, ".//c:plotArea/*/c:varyColors") == ["0"]
    assert attributes(root, ".//c:plotArea/*/c:delete") == ["0", "0"]
    titles = root.findall(".//c:title", NS)
    assert [attributes(each, "c:overlay") for each in titles] == [["0"], ["0"]]
    assert attributes(root, ".//c:legend/c:overlay") == ["0"] * (kind != "bar")
    assert root.find(".//c:plotArea/c:overlay", NS) is None


# Words and figures in the chart --------------------------------------------------------------


def test_values_stand_outside_bars_in_the_charts_format():
    root = drawn("column", line_of(1, (1, 2), show_values=True), number_format="#,##0.0")
    labels = root.find(".//c:ser/c:dLbls", NS)
    assert labels is not None
    number = labels.find("c:numFmt", NS)
    assert number is not None
    assert number.get("formatCode") == "#,##0.0"
    assert {name: attributes(labels, f"c:{name}") for name in SHOWN} == SHOWN | {"showVal": ["1"]}
    assert [e.get("sz") for e in labels.findall(".//a:defRPr", NS)] == ["900"]
    assert root.find(".//c:ser/c:dLbls/c:dLblPos", NS) is None  # Excel's own: outside the end


def test_values_in_a_stack_are_read_on_any_ground_and_nought_says_nothing():
    root = drawn(
        "column", line_of(1, (1, 0), show_values=True),
        line_of(2, (1, 2), show_values=True, colour="9FBCE3"),
        line_of(3, (1, 2), show_values=True, pattern="small_check"), stacking="stacked",
    )  # fmt: skip
    dark, light, patterned = root.findall(".//c:ser/c:dLbls", NS)
    formats = {e.get("formatCode") for e in root.findall(".//c:dLbls/c:numFmt", NS)}
    assert formats == {"#,##0;-#,##0;"}
    assert attributes(dark, ".//a:defRPr//a:srgbClr") == ["FFFFFF"]
    assert attributes(light, ".//a:defRPr//a:srgbClr") == ["404040"]
    assert attributes(patterned, "c:spPr/a:solidFill/a:srgbClr") == ["FFFFFF"]
    assert light.find("c:spPr", NS) is None


def test_a_few_bars_beside_each_other_bear_their_names_where_there_is_room():
    bars = line_of(1, (None, -10, -4, -2)), line_of(2, (1, -9, -5, -3), pattern="small_check")
    root = drawn("bar", *bars)
    assert root.find(".//c:legend", NS) is None
    for labels in root.findall(".//c:ser/c:dLbls", NS):
        shown = {name: attributes(labels, f"c:{name}") for name in SHOWN}
        assert shown == SHOWN | {"showSerName": ["1"]}
        # Row 0 lacks a bar and row 1 has the longest: the names stand at row 2.
        assert attributes(labels, "c:dLbl/c:idx") == ["0", "1", "3"]
        assert attributes(labels, "c:dLbl/c:delete") == ["1", "1", "1"]


def test_many_bars_columns_and_stacks_have_a_legend():
    looks = [{"pattern": p} for p in (None, "small_check", "percent_10", "wide_upward_diagonal")]
    four = [line_of(at, (1, 2), **look) for at, look in enumerate(looks, 1)]
    for root in (
        drawn("bar", *four), drawn("column", *four[:2]),
        drawn("bar", *four[:2], stacking="stacked"),
        drawn("bar", *(replace(each, show_values=True) for each in four[:2])),
        drawn("bar", replace(four[0], cached_values=(None, None)), four[1]),
    ):  # fmt: skip
        assert attributes(root, ".//c:legend/c:legendPos") == ["b"]
        assert root.find(".//c:legend/c:legendEntry", NS) is None
        assert "1" not in attributes(root, ".//c:showSerName")


@pytest.mark.parametrize(
    ("values", "changes", "low", "high"),
    [
        ((890, 905), {}, ["0"], []),
        ((-159, -156), {}, [], ["0"]),
        ((-1, 1), {}, [], []),
        (("0.4", "1"), {"number_format": "0%", "stacking": "stacked"}, ["0"], ["1"]),
        (("0.4", "1.3"), {"number_format": "0%", "stacking": "stacked"}, ["0"], []),
        ((890, 905), {"from_zero": False}, [], []),
    ],
)
def test_bars_stand_on_zero_also_where_all_are_nearly_as_long(values, changes, low, high):
    root = drawn("column", line_of(1, values), **({"from_zero": True} | changes))
    scaling = root.find(".//c:valAx/c:scaling", NS)
    assert scaling is not None
    assert (attributes(scaling, "c:min"), attributes(scaling, "c:max")) == (low, high)


def test_both_axes_can_be_named_and_nothing_is_smaller_than_nine_points():
    root = drawn("column", line_of(1, (1, 2)), label_title="månad", value_title="timmar")
    assert [t.text for t in root.findall(".//c:catAx/c:title//a:t", NS)] == ["månad"]
    assert [t.text for t in root.findall(".//c:valAx/c:title//a:t", NS)] == ["timmar"]
    sizes = {int(e.get("sz")) for e in root.iter() if e.get("sz")}
    assert sizes == {900, 1200}


def test_charts_of_every_kind_are_written_alike_each_time():
    kinds = (
        chart("line", series=(replace(chart("bar").series[0], stroke=Stroke()),)),
        chart("column", stacking="stacked"),
    )
    plan = rich_plan()
    plan = replace(plan, sheets=(replace(plan.sheets[0], charts=kinds), *plan.sheets[1:]))
    assert workbook_bytes(plan) == workbook_bytes(plan)
