"""The counter of what a workbook holds counts what Excel would find, and sees what is lost."""

from __future__ import annotations

import re

import pytest
from tests.excel.edited import part, with_parts
from tests.excel.features import features
from tests.excel.rich_corpus import controls, drawn, drawn_prefixed, query, slicers, threads


@pytest.mark.parametrize(
    ("made", "held"),
    [
        (
            slicers,
            {
                "extended slicers": 2, "extended slicer caches": 2, "timelines": 1,
                "timeline caches": 1, "pivot tables": 1, "pivot caches": 1, "pivot records": 3,
                "tables": 1, "frames": 3, "names": 3, "formulas": 1, "cached values": 1,
            },
        ),
        (
            threads,
            {
                "comments in threads": 2, "persons": 2, "notes": 2, "sensitivity labels": 1,
                "custom XML properties": 1, "links of kind printerSettings": 1,
                "VML objects of kind Note": 2,
            },
        ),
        (
            controls,
            {
                "controls": 2, "extended control properties": 2, "VML objects of kind Checkbox": 1,
                "OLE parts (macros, objects)": 1, "links of kind vbaProject": 1, "rows": 2,
            },
        ),
        (
            drawn,
            {
                "pictures": 1, "images": 2, "shapes": 1, "charts": 1, "chart styles": 1,
                "chart colours": 1, "extended sparklines": 3, "extended conditional formats": 1,
                "conditional formats": 2, "rich text runs": 3, "protected ranges": 1,
                "dynamic arrays in metadata": 1, "cells with metadata": 1, "merged areas": 1,
                "validations": 1, "links": 1, "names": 3,
            },
        ),
        (query, {"query tables": 1, "query fields": 3, "connections": 1, "names": 1}),
    ],
)  # fmt: skip
def test_each_kind_is_counted(made, held):
    found = features(made())
    assert {kind: found[kind] for kind in held} == held


def test_a_prefix_makes_no_difference():
    assert features(drawn_prefixed()) == features(drawn())


def test_a_part_that_nothing_points_at_is_lost():
    data = threads()
    rels = part(data, "xl/worksheets/_rels/sheet1.xml.rels")
    cut = re.sub(r"<Relationship [^>]*threadedComment[^>]*/>", "", rels)
    assert cut != rels
    found = features(with_parts(data, {"xl/worksheets/_rels/sheet1.xml.rels": cut}))
    assert found["comments in threads"] == 0
    assert found["notes"] == 2


def test_a_sheet_is_left_out_with_what_hangs_on_it_alone():
    found = features(slicers(), "pivå")
    assert (found["pivot tables"], found["timelines"], found["extended slicers"]) == (0, 0, 1)
    # The workbook has the cache too.
    assert (found["pivot caches"], found["sheets"], found["tables"]) == (1, 1, 1)
    assert features(query(), "Underlag")["names"] == 0
    assert features(drawn(), "Summa")["names"] == 3
    assert features(drawn(), "Bild & form")["rich text runs"] == 0
