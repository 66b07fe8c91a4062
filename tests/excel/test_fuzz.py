"""Workbooks changed at random are read whole or refused; what is written is read back equal."""

from __future__ import annotations

import io
import os
import random
import subprocess
import sys
from pathlib import Path
from xml.sax.saxutils import escape, quoteattr

import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.excel.broken import package, sheet_xml
from tests.excel.fuzz import case

from ramkoll.excel.scan import scan_bytes
from ramkoll.model.cells import Cell, CellKind, column_letters
from ramkoll.model.workbook import Reader

ROOT = Path(__file__).parent.parent.parent
SECONDS = 40


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="memory is capped and time kept as Unix does")
@pytest.mark.parametrize("seed", ["1", "by chance"])
@pytest.mark.parametrize("level", ["zip", "xml"])
def test_a_changed_workbook_is_read_whole_or_refused(level: str, seed: str) -> None:
    number = seed if seed.isdecimal() else str(random.SystemRandom().randrange(10**9))
    done = subprocess.run(
        [sys.executable, "-m", "tests.excel.fuzz", level, number, str(SECONDS)],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": os.pathsep.join((str(ROOT / "engine"), str(ROOT)))},
        capture_output=True,
        text=True,
        timeout=SECONDS + 60,
    )
    # The seed and the case stand in what it printed.
    assert done.returncode == 0, done.stdout + done.stderr
    assert "cases of" in done.stdout


def test_the_same_case_is_made_again_from_its_seed() -> None:
    for level in ("zip", "xml"):
        assert case(level, 5, 17) == case(level, 5, 17)
        assert case(level, 5, 17) != case(level, 6, 17)


NUMBERS = st.floats(allow_nan=False, allow_infinity=False) | st.integers(-(10**15), 10**15)
# What XML can hold: the rest Excel writes as _xHHHH_.
CHARACTERS = st.characters(
    codec="utf-8", exclude_categories=["Cs", "Cc"], exclude_characters="\ufffe\uffff"
)
TEXTS = st.text(CHARACTERS | st.sampled_from("\n\t _x0D&<>\"'"), min_size=1, max_size=30)
ERRORS = st.sampled_from(["#NULL!", "#DIV/0!", "#VALUE!", "#REF!", "#NAME?", "#NUM!", "#N/A", "#SPILL!"])  # fmt: skip
FORMULAS = st.sampled_from(['A1&"<å>"', "SUM('Å ''1'!A1:B2)", "1/3", "TODAY()", "_xlfn.XLOOKUP(1,A:A,B:B)", None])  # fmt: skip
VALUES = st.one_of(
    NUMBERS.map(lambda number: (CellKind.NUMBER, float(number))),
    st.booleans().map(lambda value: (CellKind.BOOL, value)),
    ERRORS.map(lambda text: (CellKind.ERROR, text)),
    TEXTS.map(lambda text: (CellKind.TEXT, text)),
    st.just((CellKind.BLANK, None)),
)
GRIDS = st.dictionaries(
    st.tuples(st.integers(1, 40) | st.just(1_048_576), st.integers(1, 30) | st.just(16_384)),
    st.tuples(VALUES, FORMULAS),
    max_size=25,
)


def written(kind: CellKind, value: object, formula: str | None, place: str) -> str:
    """A cell as Excel would write it."""
    of = "" if formula is None else f"<f>{escape(formula)}</f>"
    match kind:
        case CellKind.BLANK:
            return f"<c r={quoteattr(place)}>{of}</c>"
        case CellKind.NUMBER:
            return f"<c r={quoteattr(place)}>{of}<v>{value!r}</v></c>"
        case CellKind.BOOL:
            return f'<c r={quoteattr(place)} t="b">{of}<v>{int(bool(value))}</v></c>'
        case CellKind.ERROR:
            return f'<c r={quoteattr(place)} t="e">{of}<v>{value}</v></c>'
    text = escape(str(value).replace("_x", "_x005F_x"), {"\r": "_x000D_"})
    return f'<c r={quoteattr(place)} t="str">{of}<v xml:space="preserve">{text}</v></c>'


@pytest.mark.slow
@settings(max_examples=200)
@given(GRIDS, st.booleans())
def test_cells_that_are_written_are_read_back_equal(
    grid: dict[tuple[int, int], tuple[tuple[CellKind, object], str | None]], odd: bool
) -> None:
    rows: dict[int, str] = {}
    for (row, column), ((kind, value), formula) in sorted(grid.items()):
        cell = written(kind, value, formula, f"{column_letters(column)}{row}")
        rows[row] = rows.get(row, "") + cell
    xml = "".join(f'<row r="{row}">{cells}</row>' for row, cells in rows.items())
    # A comment is enough to make the quick reader leave the sheet to the other.
    sheet = sheet_xml(f"<!-- -->{xml}" if odd else xml)
    found = scan_bytes(package(sheet=sheet), "x")
    assert found.reader is (Reader.NAMESPACES if odd else Reader.FAST) or not grid
    assert dict(found.sheets[0].cells.items()) == {
        place: Cell(kind, value, formula)  # type: ignore[arg-type]
        for place, ((kind, value), formula) in grid.items()
        if kind is not CellKind.BLANK or formula is not None
    }


@settings(max_examples=25)
@given(
    st.lists(
        TEXTS | st.text(st.characters(codec="utf-8", exclude_characters="\r\ufffe\uffff")),
        max_size=10,
    )
)
def test_texts_that_xlsxwriter_writes_are_read_back_equal(texts: list[str]) -> None:
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream, {"in_memory": True}) as book:
        sheet = book.add_worksheet()
        for row, text in enumerate(texts):
            sheet.write_string(row, 0, text)
    found = scan_bytes(stream.getvalue(), "x").sheets[0]
    assert [found.cell(row + 1, 1).value or "" for row in range(len(texts))] == texts
