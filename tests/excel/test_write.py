"""A plan becomes a file that holds all of it, and that others read as we meant it."""

import os
import re
import shutil
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import openpyxl
import pytest
from tests.excel.rich_plan import (
    CREATED,
    TRICKY,
    formulas,
    rich_plan,
)

from ramkoll.excel.write import workbook_bytes


@pytest.fixture(scope="module")
def written():
    return workbook_bytes(rich_plan())


@pytest.fixture(scope="module")
def book(written):
    return openpyxl.load_workbook(BytesIO(written))


@pytest.fixture(scope="module")
def parts(written):
    with ZipFile(BytesIO(written)) as archive:
        return {name: archive.read(name).decode() for name in archive.namelist()}


NS = {
    "a": "http://schemas.openxmlformats.org/drawingml/2006/main",
    "xdr": "http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing",
}


# Values and formulas -------------------------------------------------------------------------


def test_text_that_looks_like_something_else_stays_text(book):
    found = [book["Värden"].cell(row, 1) for row in range(1, len(TRICKY) + 1)]
    assert {cell.data_type for cell in found} == {"s"}
    # openpyxl leaves the escaped carriage return as it stands in the file.
    assert [cell.value.replace("_x000D_", "\r") for cell in found] == list(TRICKY)
    assert not any(cell.hyperlink for cell in found)


def test_numbers_dates_and_bools_keep_their_kind(book):
    column = [book["Värden"].cell(row, 2).value for row in range(1, 8)]
    noon = datetime(2024, 8, 31, 12)
    assert column == [1234567.89, True, False, datetime(2024, 2, 29), noon, None, None]
    assert book["Värden"]["B4"].number_format == "yyyy-mm-dd"
    assert book["Värden"]["C1"].number_format == "d mmm"


def test_a_blank_cell_keeps_its_style_and_is_no_text(parts, book):
    assert re.search(r'<c r="B6" s="\d+"/><', parts["xl/worksheets/sheet4.xml"])
    assert book["Värden"]["B7"].fill.fgColor.rgb == "FFEEEEEE"


def test_every_formula_is_stored_with_what_it_shows(written, book):
    shown = openpyxl.load_workbook(BytesIO(written), data_only=True)["Formler"]
    expected = [0.3, "605", None, True, False, "#DIV/0!", datetime(2024, 8, 31)]
    assert [shown.cell(row, 1).value for row in range(1, 8)] == expected
    assert [shown.cell(row, 1).value for row in range(9, 12)] == [0, -11700002.9, 2]
    for cell in formulas():
        # As the file has it: openpyxl reads no escapes in formulas.
        stored = cell.formula.replace("_x0041_", "_x005F_x0041_")
        assert book["Formler"].cell(cell.row, 1).value == "=" + stored


def test_no_formula_in_the_file_lacks_its_value(parts):
    formulas_seen = 0
    for name, content in parts.items():
        if not name.startswith("xl/worksheets/sheet"):
            continue
        for attributes, inside in re.findall(r"<c ([^>]*[^/])>(.*?)</c>", content):
            if "<f" not in inside:
                continue
            formulas_seen += 1
            value = re.search(r"<v>(.*)</v>", inside)
            assert value is not None, (name, attributes)
            # Only a text may be empty: else readers take the cell for never calculated.
            assert value[1] or 't="str"' in attributes, (name, attributes)
    assert formulas_seen == 14


def test_a_value_that_looks_escaped_is_escaped_once_more_in_a_formula(parts):
    assert "<v>a&amp;b &lt;c&gt; _x005F_x0041_</v>" in parts["xl/worksheets/sheet3.xml"]


# Looks, pages and protection -----------------------------------------------------------------


def test_the_styles_are_those_of_the_plan(book):
    sheet = book["Ekonomisk analys"]
    heading, amount, typed = sheet["A3"], sheet["C4"], sheet["B4"]
    assert (heading.font.b, heading.font.sz, heading.alignment.vertical) == (True, 10, "center")
    assert (heading.alignment.wrap_text, heading.border.bottom.style) == (True, "medium")
    assert heading.fill.fgColor.rgb == "FFDDEBF7"
    assert (amount.number_format, amount.alignment.horizontal) == ("#,##0", "right")
    assert amount.alignment.vertical == "center"
    assert amount.protection.locked
    assert not typed.protection.locked
    line = sheet["C9"].border.top
    assert (line.style, line.color.rgb) == ("thin", "FFC00000")


def test_widths_heights_panes_tab_and_zoom_are_set(book):
    sheet = book["Ekonomisk analys"]
    assert sheet.column_dimensions["A"].width == pytest.approx(24.71, abs=0.01)
    assert sheet.row_dimensions[3].height == 30
    assert sheet.freeze_panes == "B4"
    assert sheet.sheet_properties.tabColor.rgb == "FF1F4E79"
    assert sheet.sheet_view.zoomScale == 85


def test_a_page_is_a4_one_page_wide_with_its_heading_on_every_page(book):
    sheet = book["Ekonomisk analys"]
    setup = sheet.page_setup
    assert (setup.paperSize, setup.orientation) == (9, "landscape")
    assert sheet.sheet_properties.pageSetUpPr.fitToPage
    # Width is left at its default, one page; height 0 is any number of pages.
    assert (setup.fitToWidth, setup.fitToHeight) == (None, 0)
    assert sheet.print_title_rows == "$1:$3"
    assert sheet.print_area == "'Ekonomisk analys'!$A$1:$H$52"
    assert [b.id for b in sheet.row_breaks.brk] == [30]
    assert (sheet.oddHeader.left.text, sheet.oddHeader.right.text) == (
        "605 Akutsjukvård", "År 2024",
    )  # fmt: skip
    assert sheet.oddFooter.center.text == "Sida &P av &N"
    assert book["Underlag"].page_setup.orientation == "portrait"


def test_protection_has_no_password_and_leaves_looks_and_sorting_free(book):
    guard = book["Ekonomisk analys"].protection
    assert guard.sheet
    assert guard.password is None
    # In the file, False says that it is not barred.
    assert not any((guard.formatCells, guard.formatColumns, guard.formatRows))
    assert not any((guard.sort, guard.autoFilter))
    assert not any((guard.selectLockedCells, guard.selectUnlockedCells))
    assert guard.insertRows
    assert not book["Underlag"].protection.sheet


# What lies over the cells --------------------------------------------------------------------


def test_a_choice_is_a_list_with_its_help(book):
    (found,) = book["Ekonomisk analys"].data_validations.dataValidation
    assert (found.type, found.formula1, str(found.sqref)) == ("list", '"Ja,Nej,Vet ej"', "B4:B8")
    assert (found.promptTitle, found.prompt) == ("Svar", "Välj ett svar.")
    assert found.showErrorMessage
    assert "Välj" in found.error


def test_a_highlight_changes_colours_only(book, parts):
    ((area, rules),) = book["Ekonomisk analys"].conditional_formatting._cf_rules.items()
    (rule,) = rules
    assert (str(area.sqref), rule.type, rule.formula) == ("B4:B8", "expression", ["$B4<0"])
    assert rule.dxf.fill.bgColor.rgb == "FFFFC7CE"
    marked = re.search(r"<dxfs.*</dxfs>", parts["xl/styles.xml"])
    assert marked is not None
    assert "<sz" not in marked[0]
    assert "<alignment" not in marked[0]


def test_a_table_stands_over_the_plans_own_cells(book):
    table = book["Underlag"].tables["Underlagstabell"]
    assert table.ref == "A4:B6"
    assert [column.name for column in table.tableColumns] == ["nyckel", "värde"]
    assert table.autoFilter.ref == "A4:B6"
    assert [cell.value for cell in book["Underlag"][5]] == ["k605", 1]


def test_names_are_the_plans_static_ranges(book):
    found = {name: defined.attr_text for name, defined in book.defined_names.items()}
    assert found == rich_plan().names


def test_code_columns_show_no_warning_triangles(parts):
    expected = '<ignoredError sqref="A1:C9" numberStoredAsText="1"/>'
    assert expected in parts["xl/worksheets/sheet1.xml"]


def test_links_keep_their_text_their_style_and_stay_relative(book, parts):
    sheet = book["Värden"]
    assert (sheet["D1"].value, sheet["D1"].hyperlink.location) == (
        "Till analysen", "'Ekonomisk analys'!B4",
    )  # fmt: skip
    assert (sheet["D3"].value, sheet["D3"].font.sz) == ("Källa", 11)
    assert sheet["D3"].hyperlink.location == "'Årets mål'!A1"
    assert (sheet["D4"].value, sheet["D5"].value) == ("=2+3", 7)
    targets = re.findall(r'Target="([^"]*)"', parts["xl/worksheets/_rels/sheet4.xml.rels"])
    assert targets == [
        "605.xlsx",
        "Inlämnat\\Hälso%20och%20sjukvård.xlsx",
        "..\\605%20å.xlsx",
    ]


# The same bytes every time -------------------------------------------------------------------


def test_a_rebuild_gives_the_same_bytes(written):
    assert workbook_bytes(rich_plan()) == written


def test_hash_seed_time_zone_and_folder_leave_no_trace_in_the_bytes(written, tmp_path):
    program = (
        "import runpy, sys; from ramkoll.excel.write import workbook_bytes;"
        "plan = runpy.run_path(sys.argv[1])['rich_plan']();"
        "open(sys.argv[2], 'wb').write(workbook_bytes(plan))"
    )
    for seed, zone in (("1", "Europe/Stockholm"), ("2", "Asia/Tokyo")):
        target = tmp_path / f"{seed}.xlsx"
        environment = os.environ | {
            "PYTHONHASHSEED": seed, "TZ": zone, "USERNAME": f"user{seed}",
            "PYTHONPATH": os.pathsep.join(filter(None, sys.path)),
        }  # fmt: skip
        subprocess.run(
            [sys.executable, "-c", program, rich_plan.__code__.co_filename, str(target)],
            check=True, cwd=tmp_path, env=environment,
        )  # fmt: skip
        assert target.read_bytes() == written


def test_the_properties_are_the_plans_and_nobody_elses(book, parts):
    properties = book.properties
    assert (properties.title, properties.creator) == ("Uppföljning 2024-08", "Ramkoll")
    assert (properties.created, properties.modified) == (CREATED, CREATED)
    assert properties.description == "Exempel"
    everything = "".join(parts.values())
    for trace in (str(Path.cwd()), str(Path.home()), "/tmp"):
        assert trace not in everything


def test_a_date_with_a_time_zone_is_written_as_universal_time():
    swedish = CREATED.replace(tzinfo=timezone(timedelta(hours=2)))
    book = openpyxl.load_workbook(BytesIO(workbook_bytes(replace(rich_plan(), created=swedish))))
    assert book.properties.created.replace(tzinfo=UTC) == swedish


# Other programs ------------------------------------------------------------------------------


def converted(content, folder, kind):
    """What LibreOffice makes of the workbook; it must be there, or nothing is proved."""
    program = shutil.which("soffice")
    assert program is not None, "install LibreOffice: this test proves nothing without it"
    (folder / "rik.xlsx").write_bytes(content)
    out = folder / "ut"
    profile = (folder / "profil").as_uri()
    subprocess.run(
        [program, f"-env:UserInstallation={profile}", "--headless", "--convert-to", kind,
         "--outdir", str(out), str(folder / "rik.xlsx")],
        check=True, capture_output=True, timeout=300,
    )  # fmt: skip
    return (out / "rik").with_suffix("." + kind)


@pytest.mark.libreoffice
def test_libreoffice_reads_the_same_values(written, tmp_path):
    again = openpyxl.load_workbook(converted(written, tmp_path, "xlsx"), data_only=True)
    ours = openpyxl.load_workbook(BytesIO(written), data_only=True)
    assert again.sheetnames == ours.sheetnames
    for sheet in ("Ekonomisk analys", "Underlag", "Formler"):
        for row in ours[sheet].iter_rows():
            for cell in row:
                theirs = again[sheet][cell.coordinate].value
                if isinstance(cell.value, float):
                    assert theirs == pytest.approx(cell.value)
                elif cell.value != "a&b <c> _x005F_x0041_":
                    assert theirs == cell.value, (sheet, cell.coordinate)


@pytest.mark.libreoffice
def test_libreoffice_draws_it_on_paper(written, tmp_path):
    pages = converted(written, tmp_path, "pdf").read_bytes()
    assert pages.startswith(b"%PDF")
    # The page break after row 30 is kept beside the fit to one page's width.
    assert len(re.findall(rb"/Type\s*/Page\b", pages)) == 5
