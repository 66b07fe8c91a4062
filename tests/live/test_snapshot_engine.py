"""A snapshot is an ordinary xlwings Book, and behaves as Excel does over COM."""

from datetime import date, datetime
from decimal import Decimal

import pytest
import xlwings
from hypothesis import given
from hypothesis import strategies as st
from tests.live.opened import opened

from ramkoll.live.actions import DefineName, Look, Select, WriteFormulas, WriteValues
from ramkoll.live.recorder import Recorder
from ramkoll.live.snapshot import SheetSnapshot, Snapshot
from ramkoll.live.snapshot_book import open_snapshot
from ramkoll.live.snapshot_cells import NotCalculated
from ramkoll.live.snapshot_engine import ENGINE
from ramkoll.model.errors import RamkollError

# Reading ------------------------------------------------------------------------------------------


def test_values_are_read_where_they_stand_and_empty_outside():
    sheet = opened([[1, "två"], [True, None]], top=3, left=2).sheet
    assert sheet.used_range.address == "$B$3:$C$4"
    assert sheet.range("A2:D5").value == [
        [None, None, None, None],
        [None, 1.0, "två", None],
        [None, True, None, None],
        [None, None, None, None],
    ]
    assert sheet["B3"].value == 1.0
    assert sheet.range((3, 3)).value == "två"
    assert sheet.range("Z100").value is None


def test_a_whole_number_in_json_is_a_float_as_over_com():
    value = opened([[5]]).sheet["A1"].value
    assert value == 5.0
    assert type(value) is float


@pytest.mark.parametrize(
    ("date_1904", "day"), [(False, datetime(2024, 8, 31)), (True, datetime(2028, 9, 1))]
)
def test_a_number_in_a_date_format_is_a_date(date_1904, day):
    book = opened(
        [[45535.0, 45535.0, 0.5]],
        formats=["General", "yyyy-mm-dd", "h:mm"],
        format_of=[[0, 1, 2]],
        date_1904=date_1904,
    )
    assert book.sheet["A1:C1"].value == [45535.0, day, 0.5]
    assert book.sheet["B1"].options(dates=date).value == day.date()


def test_an_error_is_none_unless_its_text_is_asked_for():
    sheet = opened([["#DIV/0!", "#DIV/0!"]], errors=[(1, 1)]).sheet
    assert sheet["A1:B1"].value == [None, "#DIV/0!"]
    assert sheet["A1"].options(err_to_str=True).value == "#DIV/0!"


def test_formulas_are_read_with_their_sign_and_values_as_typed():
    sheet = opened([[3.0, "text", True, 0.25, None]], formulas=[(1, 1, "=1+2")]).sheet
    assert sheet["A1"].formula == "=1+2"
    assert sheet["A1:E1"].formula == (("=1+2", "text", "TRUE", "0.25", ""),)


def test_options_of_xlwings_work():
    sheet = opened([[1.5, None], [2.0, "x"]]).sheet
    assert sheet["A1"].options(ndim=2).value == [[1.5]]
    assert sheet["A1:B2"].options(empty="-").value == [[1.5, "-"], [2.0, "x"]]
    assert sheet["A2"].options(numbers=int).value == 2
    assert sheet["A1:A2"].value == [1.5, 2.0]
    assert sheet["A1:B2"].options(transpose=True).value == [[1.5, 2.0], [None, "x"]]


def test_sheets_are_found_by_name_in_any_case_by_number_and_in_order():
    book = opened([[1]], active="annat BLAD", visibility="veryHidden").book
    assert [sheet.name for sheet in book.sheets] == ["Blad", "Annat blad"]
    assert book.sheets["BLAD"].index == 1
    assert book.sheets(2).name == book.sheets[1].name == book.sheets.active.name == "Annat blad"
    assert (book.sheets[0].visible, book.sheets[1].visible) == (2, -1)
    assert book.name == book.fullname == "605.xlsx"
    for unknown in ("Finns inte", 3):
        with pytest.raises(xlwings.NoSuchObjectError):
            book.sheets(unknown)


def test_asking_whether_a_sheet_is_among_them_is_refused_since_windows_always_says_no():
    with pytest.raises(NotImplementedError, match="sheet_named"):
        assert "Blad" in opened().book.sheets


def test_ranges_are_moved_resized_and_compared():
    sheet = opened([[1, 2], [3, 4]]).sheet
    cell = sheet["B2"]
    assert cell.offset(-1, -1).value == 1.0
    assert sheet["A1"].resize(2, 2).address == "$A$1:$B$2"
    assert sheet["A1:B2"].last_cell == cell
    assert sheet["A1:B2"][1, 0].value == 3.0
    assert sheet.range(sheet["B2"], sheet["A1"]).shape == (2, 2)
    assert [c.value for c in sheet["A1:B2"]] == [1.0, 2.0, 3.0, 4.0]
    assert cell.get_address(False, False) == "B2"
    assert cell.get_address(external=True) == "'[605.xlsx]Blad'!$B$2"
    with pytest.raises(IndexError):
        sheet["A1"].offset(-1, 0)
    with pytest.raises(IndexError):
        sheet.range((0, 1))


def test_number_formats_are_one_code_or_none_when_they_differ():
    sheet = opened([[1, 2], [3, 4]], formats=["0", "@"], format_of=[[0, 0], [0, 1]]).sheet
    assert sheet["A1:B1"].number_format == "0"
    assert sheet["A1:B2"].number_format is None
    assert sheet["B2"].number_format == "@"
    assert sheet["Z9"].number_format == "General"
    sheet["A1:B2"].number_format = "0.0"
    assert sheet["A1:B2"].number_format == "0.0"
    assert sheet["A1:C2"].number_format is None


def test_merged_cells_are_told():
    sheet = opened([[1, None, 3]], merged=["A1:B1"]).sheet
    assert sheet["B1"].merge_cells is True
    assert sheet["B1"].merge_area.address == "$A$1:$B$1"
    assert sheet["C1"].merge_cells is False
    assert sheet["C1"].merge_area.address == "$C$1"
    assert sheet["A1:C1"].merge_cells is None


def test_what_is_selected_is_known_and_changed():
    book = opened([[1]], active="Annat blad", selection="B2:C3")
    assert book.book.selection.address == "$B$2:$C$3"
    assert book.book.selection.sheet.name == "Annat blad"
    with pytest.raises(ValueError, match="activated"):
        book.sheet["A1"].select()
    book.sheet.activate()
    book.sheet["D4"].select()
    assert book.book.selection == book.sheet["D4"]
    assert book.book.sheets.active == book.sheet
    assert book.actions() == [Select("Blad", "D4")]


@pytest.mark.parametrize(("selection", "shape"), [("C:C", (1_048_576, 1)), ("5:6", (2, 16_384))])
def test_whole_columns_and_rows_may_be_selected(selection, shape):
    assert opened([[1.0]], selection=selection).book.selection.shape == shape


def test_names_are_read_added_and_changed():
    book = opened([[1.0]], names={"Period": "Blad!$A$1"})
    names = book.book.names
    assert [name.name for name in names] == ["Period"]
    assert "period" in names
    assert names["PERIOD"].refers_to == "=Blad!$A$1"
    assert names["Period"].refers_to_range.value == 1.0
    names.add("Ny", "='Annat blad'!$A$1")
    names["Period"].refers_to = "=Blad!$A$2"
    assert names["Ny"].refers_to_range.value == "x"
    assert book.actions() == [
        DefineName("Ny", "'Annat blad'!$A$1"),
        DefineName("Period", "Blad!$A$2"),
    ]


# Writing ------------------------------------------------------------------------------------------


def test_what_begins_with_an_equals_sign_is_a_formula_and_after_an_apostrophe_a_text():
    book = opened([[1.0]])
    book.sheet["A2"].value = "=A1*2"
    book.sheet["A3"].value = "'=A1*2"
    book.sheet["A4"].value = "'007"
    book.sheet["A5"].value = "'="
    assert book.sheet["A3"].value == "=A1*2"
    assert book.actions() == [
        WriteValues("Blad", "A3:A5", [["=A1*2"], ["007"], ["="]]),
        WriteFormulas("Blad", "A2", [["=A1*2"]]),
    ]


@pytest.mark.parametrize(
    "text", ["5", "1/2", "3 mars", "TRUE", "sant", "+A1", "-", "@SUM", "#N/A", "50 %", "2024-08-31"]
)
def test_a_text_that_excel_may_read_as_something_else_must_have_its_apostrophe(text):
    book = opened()
    with pytest.raises(ValueError, match="after '"):
        book.sheet["A1"].value = text
    book.sheet["A1"].value = f"'{text}"
    assert book.sheet["A1"].value == text


def test_one_formula_into_several_cells_is_moved_as_excel_does():
    book = opened([[1.0]])
    book.sheet["B1:B3"].formula = "=A1*$A$1"
    assert book.actions() == [
        WriteFormulas("Blad", "B1:B3", [["=A1*$A$1"], ["=A2*$A$1"], ["=A3*$A$1"]])
    ]


def test_a_block_of_values_and_formulas_is_written_at_once():
    book = opened()
    book.sheet["B2"].value = [["Konto", "=1+1"], [4.0, None]]
    assert book.actions() == [
        WriteValues("Blad", "B2", [["Konto"]]),
        WriteValues("Blad", "B3:C3", [[4.0, None]]),
        WriteFormulas("Blad", "C2", [["=1+1"]]),
    ]
    assert book.sheet.used_range.address == "$B$2:$C$3"


def test_a_written_value_is_read_back_and_a_formulas_value_is_not_known():
    book = opened([[1.0, 5.0]], formulas=[(1, 2, "=A1*5")])
    assert book.sheet["B1"].value == 5.0
    book.sheet["A1"].value = 2
    assert book.sheet["A1"].value == 2.0
    assert book.sheet["B1"].formula == "=A1*5"
    # Excel would have 10 by now.
    with pytest.raises(NotCalculated, match=r"^Blad!B1: .*räknat om") as stale:
        _ = book.sheet["A1:B1"].value
    assert isinstance(stale.value, RamkollError)
    book.sheet["C1"].formula = "=1"
    with pytest.raises(NotCalculated, match=r"^Blad!C1"):
        _ = book.sheet["C1"].value
    book.sheet["C1"].value = "nu ett värde"
    assert book.sheet["C1"].value == "nu ett värde"


def test_a_formula_on_another_sheet_is_not_known_either_after_a_write():
    book = opened([[1.0]], formulas=[(1, 1, "='Annat blad'!A1")])
    book.book.sheets[1]["B1"].value = 3
    with pytest.raises(NotCalculated):
        _ = book.sheet["A1"].value


def test_clearing_empties_values_and_formulas():
    book = opened([[1.0, 2.0]], formulas=[(1, 2, "=1+1")])
    book.sheet["A1:B1"].clear_contents()
    assert book.sheet["A1:B1"].value == [None, None]
    assert book.sheet["B1"].formula == ""
    assert book.actions() == [WriteValues("Blad", "A1:B1", [[None, None]])]


@pytest.mark.parametrize(("date_1904", "serial"), [(False, 45535.25), (True, 44073.25)])
def test_a_date_is_written_as_its_number_with_a_date_format(date_1904, serial):
    book = opened(date_1904=date_1904)
    moment = datetime(2024, 8, 31, 6)
    book.sheet["A1"].value = moment
    assert book.sheet["A1"].value == moment
    assert book.actions() == [
        Look("Blad", ["A1"], number_format="yyyy-mm-dd"),
        WriteValues("Blad", "A1", [[serial]]),
    ]


@pytest.mark.parametrize("nothing", [None, "", float("nan")])
def test_nothing_empties_a_cell(nothing):
    book = opened([[1.0]])
    book.sheet["A1"].value = nothing
    assert book.actions() in ([WriteValues("Blad", "A1", [[None]])],)


@pytest.mark.parametrize(
    "value", [Decimal("1.5"), float("inf"), 1j, object(), "'" + "x" * 32_768, "=" + "1" * 8_192]
)
def test_what_no_cell_holds_is_refused(value):
    book = opened()
    with pytest.raises((TypeError, ValueError)):
        book.sheet["A1"].value = value
    assert book.actions() == []


def test_a_formula_into_a_cell_formatted_as_text_is_refused():
    book = opened([[None]], formats=["@"], format_of=[[0]])
    with pytest.raises(ValueError, match="formatted as text"):
        book.sheet["A1"].formula = "=1"


def test_looks_are_set_through_xlwings_and_gathered():
    book = opened([[1.0, 2.0]])
    for cell in book.sheet["A1:B1"]:
        cell.color = (255, 242, 204)
        cell.font.bold = True
        cell.font.color = "#c00000"
        cell.font.size = 9
        cell.font.italic = False
        cell.number_format = "#,##0"
    book.sheet["C1"].color = None
    assert book.actions() == [
        Look(
            "Blad",
            ["A1:B1"],
            fill="#FFF2CC",
            bold=True,
            colour="#C00000",
            size=9.0,
            italic=False,
            number_format="#,##0",
        ),
        Look("Blad", ["C1"], fill=""),
    ]


SAFE = st.one_of(
    st.none(),
    st.booleans(),
    st.floats(allow_nan=False, allow_infinity=False),
    st.text(st.characters(codec="utf-8"), min_size=1, max_size=20).map(lambda text: f"'{text}"),
    st.datetimes(datetime(1901, 1, 1), datetime(9999, 1, 1)).map(
        lambda d: d.replace(microsecond=0)
    ),
)


@given(
    st.integers(1, 4).flatmap(
        lambda width: st.lists(
            st.lists(SAFE, min_size=width, max_size=width), min_size=1, max_size=4
        )
    )
)
def test_written_values_are_read_back_as_they_are_and_as_the_actions_say(rows):
    book = opened([[7.0]], top=2, left=2)
    book.sheet["A1"].value = rows
    plain = [[v[1:] if isinstance(v, str) else v for v in row] for row in rows]
    read = book.sheet.range((1, 1), (len(rows), len(rows[0]))).options(ndim=2).value
    assert read == plain
    (values,) = [a for a in book.actions() if isinstance(a, WriteValues)]
    for said, row in zip(values.values, plain, strict=True):
        for one, value in zip(said, row, strict=True):
            assert isinstance(one, float) if isinstance(value, datetime) else one == value


def test_nothing_is_written_into_a_sheet_that_was_not_sent():
    book = opened(sent=False)
    assert book.sheet["A1"].value is None
    for write in ({"value": 1}, {"formula": "=1"}):
        with pytest.raises(RamkollError, match=r"^Blad: Bladet har inte lästs"):
            _set(book.sheet["A1"], *next(iter(write.items())))
    assert book.actions() == []


# What it is not -----------------------------------------------------------------------------------


def _set(thing, member, value):
    setattr(thing, member, value)


@pytest.mark.parametrize(
    ("member", "use"),
    [
        ("App.display_alerts", lambda book: book.save()),
        ("Book.close", lambda book: book.close()),
        ("Sheets.add", lambda book: book.sheets.add("Ny")),
        ("Sheet.delete", lambda book: book.sheets[0].delete()),
        ("Sheet.name", lambda book: _set(book.sheets[0], "name", "Nytt")),
        ("Sheet.visible", lambda book: _set(book.sheets[0], "visible", False)),
        ("Sheet.charts", lambda book: book.sheets[0].charts),
        ("Range.api", lambda book: _set(book.sheets[0]["A1"].impl, "api", 1)),
        ("Range.insert", lambda book: book.sheets[0]["A1"].insert("down")),
        ("Range.wrap_text", lambda book: _set(book.sheets[0]["A1"], "wrap_text", True)),
        ("Range.row_height", lambda book: _set(book.sheets[0]["A1"], "row_height", 20)),
        ("Range.color", lambda book: book.sheets[0]["A1"].color),
        ("Font.bold", lambda book: book.sheets[0]["A1"].font.bold),
        ("Font.name", lambda book: _set(book.sheets[0]["A1"].font, "name", "Arial")),
        ("Name.delete", lambda book: book.names["Period"].delete()),
        ("Name.name", lambda book: _set(book.names["Period"], "name", "Annat")),
        ("App.calculate", lambda book: book.app.calculate()),
        ("Sheet.range", lambda book: book.sheets[0].range("Period")),
    ],
)
def test_a_member_that_commands_do_not_need_is_refused_by_name(member, use):
    book = opened([[1.0]], names={"Period": "Blad!$A$1"})
    with pytest.raises(NotImplementedError, match=member.replace(".", r"\.")):
        use(book.book)
    assert book.actions() == []


def test_whole_columns_are_refused_rather_than_filled():
    for member, value in (("color", "#FFFFFF"), ("number_format", "0"), ("value", 1)):
        with pytest.raises(NotImplementedError, match="too large"):
            setattr(opened().sheet.cells, member, value)
    with pytest.raises(NotImplementedError, match="too large"):
        _ = opened().sheet.cells.value


def test_two_books_of_the_same_name_share_nothing():
    snapshot = Snapshot(
        "605.xlsx", [SheetSnapshot("Blad", values=[[1.0]])], names={"n_1": "Blad!$A$1"}
    )
    one, other = Recorder(), Recorder()
    first, second = open_snapshot(snapshot, one), open_snapshot(snapshot, other)
    first.sheets[0]["A1"].value = 2
    first.sheets[0]["A1"].number_format = "0.0"
    first.names.add("n_1", "=Blad!$B$1")
    first.sheets[0]["B5"].value = "kvar"
    assert second.sheets[0]["A1"].value == 1.0
    assert second.sheets[0]["A1"].number_format == "General"
    assert second.sheets[0].used_range.address == "$A$1"
    assert second.names["n_1"].refers_to == "=Blad!$A$1"
    assert other.actions() == []
    assert snapshot.sheets[0].values == [[1.0]]
    assert open_snapshot(snapshot, Recorder()).sheets[0]["A1"].value == 1.0


def test_xlwings_own_engines_are_left_alone():
    before = [engine.name for engine in xlwings.engines], xlwings.engines.active
    opened([[1.0]]).sheet["A1"].value = 2
    assert ([engine.name for engine in xlwings.engines], xlwings.engines.active) == before
    assert all(engine.impl is not ENGINE for engine in xlwings.engines)


# Hostile snapshots --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "sheet",
    [
        {"top": 0, "values": [[1.0]]},
        {"left": -1, "values": [[1.0]]},
        {"top": 1_048_577, "values": [[1.0]]},
        {"left": 16_384, "values": [[1.0, 2.0]]},
        {"values": [[1.0], [1.0, 2.0]]},
        {"values": [[1.0]], "formats": ["0"], "format_of": [[1]]},
        {"values": [[1.0]], "formats": ["0"], "format_of": [[-1]]},
        {"values": [[1.0]], "formats": ["0"], "format_of": [[0, 0]]},
        {"values": [[1.0]], "formats": [], "format_of": [[0]]},
        {"values": [[1.0]], "formulas": [(2, 1, "=1")]},
        {"values": [[1.0]], "formulas": [(1, 1, "1")]},
        {"values": [[1.0]], "errors": [(1, 1)]},
        {"values": [["#N/A"]], "errors": [(5, 1)]},
        {"values": [["hemligt" * 5_000]]},
        {"values": [[1.0]], "formats": ["[" * 1_001], "format_of": [[0]]},
        {"values": [[1.0]], "formulas": [(1, 1, "=" + "1+" * 9_000 + "1")]},
        {"merged": ["hemligt"]},
    ],
)
def test_a_snapshot_whose_parts_do_not_fit_is_refused_in_swedish_without_its_values(sheet):
    with pytest.raises(RamkollError, match="går inte att läsa") as refused:
        opened(**{"values": [], **sheet})
    assert "hemligt" not in str(refused.value)
    assert refused.value.__suppress_context__ or refused.value.__cause__ is None


@pytest.mark.parametrize(
    ("names", "more"),
    [
        ([], {}),
        ([""], {}),
        (["Blad", "BLAD"], {}),
        ([f"Blad{n}" for n in range(1_001)], {}),
        (["Blad"], {"active": "Borta"}),
        (["Blad"], {"selection": "A1,B2"}),
    ],
)
def test_a_workbook_whose_parts_do_not_fit_is_refused(names, more):
    with pytest.raises(RamkollError, match="går inte att läsa"):
        open_snapshot(
            Snapshot("605.xlsx", [SheetSnapshot(name) for name in names], **more), Recorder()
        )


def test_infinity_and_nan_are_no_cell_values():
    for value in (float("inf"), float("nan")):
        with pytest.raises(ValueError, match="finite"):
            SheetSnapshot("Blad", values=[[value]])
