"""``ramkoll cells``: what was read, for people and for programs."""

import io
import json
import re
import subprocess
import sys
from datetime import datetime
from pathlib import Path

import pytest
import xlsxwriter
from tests.excel.broken import package
from tests.excel.edited import rich_workbook

from ramkoll.cli import main
from ramkoll.excel.scan import scan_bytes
from ramkoll.model.cells import CellKind, parse_a1

PAGE = Path(__file__).parents[2] / "engine" / "cells-json.md"


@pytest.fixture
def book(tmp_path):
    """A workbook with something of nearly everything."""
    stream = io.BytesIO()
    made = xlsxwriter.Workbook(stream, {"in_memory": True})
    sheet, hidden = made.add_worksheet("Utfall å"), made.add_worksheet("Dolt")
    day = made.add_format({"num_format": "yyyy-mm-dd"})
    sheet.write("A1", "rad ett\nrad två\x1b[31m")
    sheet.write_formula("B1", "=0.1+0.2", None, 0.1 + 0.2)
    sheet.write("C1", 45535.25, day)
    sheet.write("D1", True)
    sheet.write_formula("E1", "=1/0", None, "#DIV/0!")
    sheet.write_formula("F1", '="å"&B1', None, "å0,3")
    sheet.write_formula("J1", "=A2", None, "")
    sheet.write_dynamic_array_formula("G1:G3", "=_xlfn._xlws.SORT(B1:B3)", None, 7)
    sheet.write("H1", 1e300)
    sheet.write("I1", -12)
    sheet.merge_range("A5:B6", "")
    sheet.set_row(8, None, None, {"hidden": True})
    sheet.set_row(9, None, None, {"hidden": True})
    sheet.set_column("K:L", None, None, {"hidden": True})
    sheet.add_table("A12:B14", {"name": "Poster"})
    sheet.write_comment("B1", "Varför?", {"author": "Åsa"})
    sheet.write_url("A8", "https://example.org/")
    sheet.data_validation("C2", {"validate": "list", "source": ["Ja", "Nej"]})
    sheet.conditional_format("B1:B3", {"type": "duplicate"})
    sheet.protect("hemligt")
    hidden.hide()
    made.define_name("Dolt!Egen", "=Dolt!$A$1")
    made.close()
    path = tmp_path / "bok å.xlsx"
    path.write_bytes(stream.getvalue())
    return path


def answer(capsys, *arguments):
    assert main(["cells", *map(str, arguments)]) == 0
    said = capsys.readouterr()
    assert said.err == ""
    return said.out


def test_the_text_has_the_workbook_its_sheets_and_a_line_for_each_cell(book, capsys):
    said = answer(capsys, book)
    for line in (
        "bok å.xlsx: 2 blad, läst på sättet «",
        "Makron: nej",
        "Dagar räknas från 1900.",
        "Namn Egen på Dolt: Dolt!$A$1",
        "== Utfall å (synligt): ",
        "== Dolt (dolt): 0 celler",
        "Sammanfogat: A5:B6",
        "Dolda rader: 9:10",
        "Dolda kolumner: K:L",
        "Bladet är låst med lösenord.",
        "Tabell Poster A12:B14: Column1, Column2",
        'Indatakrav list C2  ="Ja,Nej"',
        "Villkorsstyrt format duplicateValues B1:B3",
        "Hyperlänk A8: https://example.org/",
        "Anteckning B1 av Åsa: Varför?",
        "A1       text        «rad ett␊rad två␛[31m»  [General]",
        "B1       tal         0,3  =0.1+0.2  [General]",
        "C1       datum       2024-08-31 06:00:00  [yyyy-mm-dd]",
        "D1       sant/falskt SANT  [General]",
        "E1       fel         #DIV/0!  =1/0  [General]",
        'F1       text        «å0,3»  ="å"&B1  [General]',
        "G1       tal         7  =_xlfn._xlws.SORT(B1:B3)  (dynamisk matris G1:G3)  [General]",
        "I1       tal         -12  [General]",
        "J1       tom         (inget sparat värde)  =A2  [General]",
    ):
        assert re.search(f"^{re.escape(line)}", said, re.MULTILINE), line


def test_one_sheet_is_shown_whatever_the_case_of_its_name(book, capsys):
    said = answer(capsys, book, "--sheet", "DOLT")
    assert "== Dolt" in said
    assert "== Utfall" not in said
    sheets = json.loads(answer(capsys, book, "--sheet", "utfall Å", "--json"))["sheets"]
    assert [sheet["name"] for sheet in sheets] == ["Utfall å"]


def test_a_sheet_that_is_not_there_is_said_with_those_that_are(book, capsys):
    assert main(["cells", str(book), "--sheet", "Utfal"]) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert "inget blad med celler som heter «Utfal»" in said.err
    assert "«Utfall å», «Dolt»" in said.err


def test_the_json_gives_each_cell_exactly(book, capsys):
    document = json.loads(answer(capsys, book, "--json"))
    cells = {each["address"]: each for each in document["sheets"][0]["cells"]}
    assert cells["A1"]["value"] == "rad ett\nrad två\x1b[31m"
    assert cells["B1"] == {
        "address": "B1",
        "kind": "number",
        "value": 0.30000000000000004,
        "formula": "0.1+0.2",
        "format": "General",
        "style": 0,
    }
    day = cells["C1"]
    assert (day["kind"], day["value"]) == ("date", "2024-08-31T06:00:00")
    assert (day["serial"], day["format"]) == (45535.25, "yyyy-mm-dd")
    assert (cells["D1"]["kind"], cells["D1"]["value"]) == ("bool", True)
    assert (cells["E1"]["kind"], cells["E1"]["value"]) == ("error", "#DIV/0!")
    assert (cells["F1"]["kind"], cells["F1"]["formula"]) == ("text", '"å"&B1')
    assert (cells["G1"]["array"], cells["G1"]["area"]) == ("dynamic", "G1:G3")
    assert cells["H1"]["value"] == 1e300
    assert (cells["J1"]["kind"], cells["J1"]["value"]) == ("blank", None)
    assert (cells["I1"]["value"], type(cells["I1"]["value"])) == (-12, int)


def test_the_json_has_all_the_cells_of_the_scan_in_their_order(tmp_path, capsys):
    path = tmp_path / "rik.xlsx"
    path.write_bytes(rich_workbook())
    document = json.loads(answer(capsys, path, "--json"))
    scanned = scan_bytes(path.read_bytes(), path.name)
    assert document["sha256"] == scanned.sha256
    for said, sheet in zip(document["sheets"], scanned.sheets, strict=True):
        assert [parse_a1(each["address"]) for each in said["cells"]] == list(sheet.cells)
        for each in said["cells"]:
            cell = sheet.cells[parse_a1(each["address"])]
            assert (each["formula"], each["style"]) == (cell.formula, cell.style)
            if cell.kind is CellKind.NUMBER:
                assert each["value"] == cell.double
            elif cell.kind is CellKind.DATE:
                assert datetime.fromisoformat(each["value"]) == cell.value
            else:
                assert each["value"] == cell.value


def keys(value, path=""):
    """Every key of a document with where it stands: ``sheets[].cells[].address``."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield f"{path}.{key}".lstrip(".")
            yield from keys(inner, f"{path}.{key}")
    elif isinstance(value, list):
        for inner in value:
            yield from keys(inner, f"{path}[]")


def test_every_key_of_the_json_is_on_its_page_and_no_other(book, capsys):
    document = json.loads(answer(capsys, book, "--json"))
    told = set(re.findall(r"^\| `([^`]+)` \|", PAGE.read_text(encoding="utf-8"), re.MULTILINE))
    # What this workbook has none of: threads and links to other workbooks.
    absent = {each for each in told if each.startswith(("external_links[]", "sheets[].threads[]"))}
    assert set(keys(document)) == told - absent
    assert len(absent) == 9


def test_a_workbook_without_anything_gives_the_same_keys(tmp_path, capsys):
    path = tmp_path / "tom.xlsx"
    path.write_bytes(package(""))
    document = json.loads(answer(capsys, path, "--json"))
    assert document["shape"] == 1
    assert document["sheets"][0]["cells"] == []
    assert document["sheets"][0]["tables"] == []
    assert document["protection"] is None


def test_nobody_reading_any_more_is_no_error(tmp_path):
    rows = "".join(
        f'<row r="{r}"><c r="A{r}" t="inlineStr"><is><t>{"åäö" * 30}</t></is></c></row>'
        for r in range(1, 3000)
    )
    path = tmp_path / "lång.xlsx"
    path.write_bytes(package(rows))
    for option in ([], ["--json"]):
        with subprocess.Popen(
            [sys.executable, "-m", "ramkoll", "cells", str(path), *option],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        ) as process:
            assert process.stdout is not None
            assert process.stderr is not None
            process.stdout.read(10)
            process.stdout.close()
            assert process.stderr.read() == b""
            assert process.wait() == 0
