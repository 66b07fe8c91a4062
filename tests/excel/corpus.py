"""The small corpus of odd and hostile workbooks, one trap a file; all of it is synthetic.

``python -m tests.excel.corpus`` writes it to tests/data/corpus anew. What the writers here make is
the same byte for byte each time; what openpyxl and LibreOffice save is not, and is kept as saved.
"""

from __future__ import annotations

import io
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

import xlsxwriter
from tests.excel import rich_corpus
from tests.excel.broken import (
    TRANSITIONAL,
    content_types,
    ole,
    package,
    sheet_xml,
    with_extra_entry,
    workbook_relationships,
    workbook_xml,
    zipped,
)
from tests.excel.test_scan_oracle import by_hand, by_openpyxl, by_xlsxwriter, prefixed

CORPUS = Path(__file__).parent.parent / "data" / "corpus"
SHEET = "xl/worksheets/sheet1.xml"
RELS = "xl/_rels/workbook.xml.rels"
CREATED = datetime(2024, 9, 1, 8)


class Trap(NamedTuple):
    """A file: what makes it, what it holds.

    ``cells`` gives some of its values and formulas by place; ``refused`` is the code of a refusal
    and a word of it. ``same`` says that it is made alike each time.
    """

    make: Callable[[], bytes]
    cells: Mapping[str, tuple[object, str | None]] = {}
    refused: tuple[str, str] | None = None
    same: bool = True


def form() -> bytes:
    """A follow-up in small: what a controller hands in."""
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream, {"in_memory": True}) as book:
        book.set_properties({"created": CREATED})
        money = book.add_format({"num_format": "#,##0"})
        percent = book.add_format({"num_format": "0.0%"})
        sheet = book.add_worksheet("Ekonomisk analys")
        sheet.write_row(4, 1, ["Konto", "Budget", "Utfall", "Avvikelse"])
        for row, (name, budget, outcome) in enumerate(
            (("Löner", 1000.5, 1100), ("Läkemedel", 250, 240.25), ("Övrigt", 80, 0.1 + 0.2)), 5
        ):
            sheet.write_string(row, 1, name)
            sheet.write_row(row, 2, [budget, outcome], money)
            sheet.write_formula(row, 4, f"=C{row + 1}-D{row + 1}", money, budget - outcome)
        sheet.write_formula(8, 2, "=SUM(C6:C8)", money, 1330.5)
        sheet.write_formula(8, 4, "=IF(C9=0,0,E6/C9)", percent, -99.5 / 1330.5)
        sheet.write_formula(9, 4, "=1/0", None, "#DIV/0!")
        sheet.write_string(10, 1, "#N/A")
        hidden = book.add_worksheet("Å'Ä Ö")
        hidden.hide()
        hidden.write_dynamic_array_formula(
            "B3:B5", "=_xlfn.UNIQUE('Ekonomisk analys'!B6:B8)", None, "Löner"
        )
        hidden.write_string("B4", "Läkemedel")
        book.define_name("Budget", "='Ekonomisk analys'!$C$6:$C$8")
    return stream.getvalue()


FORM_CELLS: Mapping[str, tuple[object, str | None]] = {
    "Ekonomisk analys!B5": ("Konto", None),
    "Ekonomisk analys!D8": (0.3, None),
    "Ekonomisk analys!E6": (-99.5, "C6-D6"),
    "Ekonomisk analys!E10": ("#DIV/0!", "1/0"),
    "Ekonomisk analys!B11": ("#N/A", None),
}


def by_libreoffice(suffix: str = "xlsx") -> bytes:
    """The form as LibreOffice saves it."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "form.xlsx"
        path.write_bytes(form())
        subprocess.run(
            [
                "soffice", f"-env:UserInstallation=file://{folder}/profile", "--headless",
                "--convert-to", suffix, "--outdir", f"{folder}/out", str(path),
            ],
            check=True,
            capture_output=True,
            timeout=120,
        )  # fmt: skip
        return (Path(folder) / "out" / f"form.{suffix}").read_bytes()


def _form_with(change: Callable[[str], str], part: str = SHEET) -> bytes:
    """The form with a part written in another way."""
    with zipfile.ZipFile(io.BytesIO(form())) as archive:
        parts: dict[str, str | bytes] = {name: archive.read(name) for name in archive.namelist()}
    content = parts[part]
    assert isinstance(content, bytes)
    before = content.decode()
    after = change(before)
    assert after != before
    return zipped({**parts, part: after})


def _swapped(xml: str) -> str:
    """Attributes of cells in another order, in single quotes, with more blanks."""
    head, data, tail = xml.partition("<sheetData>")
    rows, end, rest = tail.partition("</sheetData>")
    for name in ("s", "t"):
        rows = rows.replace(f' {name}="', f"\n {name} = '")
    out, quoted = [], False
    for piece in rows.split("'"):
        # What was opened with an apostrophe is closed with one.
        out.append(piece.replace('"', "'", 1) if quoted and '"' in piece else piece)
        quoted = True
    return head + data + "'".join(out) + end + rest


def _odd_names() -> bytes:
    """Sheets whose parts are not called sheet1, sheet2 …, in another order than the tabs."""
    changes: dict[str, str | bytes | None] = {
        "xl/workbook.xml": workbook_xml(
            '<sheet name="Första" sheetId="9" r:id="rId2"/>',
            '<sheet name="Andra" sheetId="4" r:id="rId1"/>',
        ),
        RELS: workbook_relationships(
            ("worksheet", "worksheets/sheet1.xml"), ("worksheet", "/xl/blad/f%C3%B6rsta.xml")
        ),
        SHEET: sheet_xml('<row r="1"><c r="A1"><v>2</v></c></row>'),
        "xl/blad/första.xml": sheet_xml('<row r="1"><c r="A1"><v>1</v></c></row>'),
    }
    return package(changes=changes)


def _utf16() -> bytes:
    xml = '<?xml version="1.0" encoding="UTF-16" standalone="yes"?>' + sheet_xml(
        '<row r="1"><c r="A1" t="inlineStr"><is><t>Å 日本 😀</t></is></c></row>'
    )
    return package(changes={SHEET: xml.encode("utf-16")})


_PLACES = (
    '<row r="3"><c r="C3"><v>33</v></c><c r="A3"><v>31</v></c></row>'
    "<row><c><v>41</v></c><c/><c><v>43</v></c></row>"
    '<row r="2"><c r="A2"><v>21</v></c><c r="B9"><v>92</v></c></row>'
)
_MERGED = sheet_xml(
    '<row r="1"><c r="A1"><v>1</v></c><c r="B1"><v>2</v></c></row>',
    after='<mergeCells count="1"><mergeCell ref="A1:B2"/></mergeCells>',
)
_TWO_WORKBOOKS = content_types().replace(
    "<Override",
    '<Override PartName="/xl/annan.xml" ContentType="x.spreadsheetml.sheet.main+xml"/><Override',
    1,
)

TRAPS: Mapping[str, Trap] = {
    # By writers
    "form.xlsx": Trap(form, FORM_CELLS),
    "libreoffice.xlsx": Trap(by_libreoffice, FORM_CELLS, same=False),
    "xlsxwriter.xlsx": Trap(
        lambda: by_xlsxwriter(in_memory=True),
        {"Utfall!A24": (5, "SUM(A1:A9)"), "Utfall!E24": (2, "A1:B1*2")},
        same=False,
    ),
    "xlsxwriter-1904.xlsx": Trap(
        lambda: by_xlsxwriter(in_memory=True, date_1904=True),
        {"Utfall!D21": (datetime(2024, 8, 31), None)},
        same=False,
    ),
    "openpyxl.xlsx": Trap(
        by_openpyxl,
        {"Sheet!A2": (None, "A1+B1"), "Sheet!A3": ("Region Väst 1", None), "Sheet!XFD1048576": (7, None)},
        same=False,
    ),
    "openpyxl-iso.xlsx": Trap(
        lambda: by_openpyxl(iso_dates=True), {"Sheet!F1": (datetime(2024, 8, 31, 12, 30), None)}, same=False
    ),
    # Ways of writing XML
    "prefixed.xlsx": Trap(prefixed, {"Blad1!C1": ("#REF!", None), "Blad1!C2": ("a b", None)}),
    "strict.xlsx": Trap(
        lambda: by_hand(strict=True), {"Blad1!B3": ("#N/A", "$C3+E$2*'Å 1'!F5")}
    ),
    "shared.xlsx": Trap(by_hand, {"Blad1!B2": ("å", "$C2+E$2*'Å 1'!F4")}),
    "attributes.xlsx": Trap(lambda: _form_with(_swapped), FORM_CELLS),
    "utf-16.xlsx": Trap(_utf16, {"Blad1!A1": ("Å 日本 😀", None)}),
    "names-of-parts.xlsx": Trap(_odd_names, {"Första!A1": (1, None), "Andra!A1": (2, None)}),
    "places.xlsx": Trap(
        lambda: package(_PLACES),
        {"Blad1!A3": (31, None), "Blad1!C4": (43, None), "Blad1!B9": (92, None), "Blad1!A2": (21, None)},
    ),
    "texts.xlsx": Trap(
        lambda: package(
            '<row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" t="s"><v>1</v></c>'
            '<c r="C1" t="str"><f>"a"&amp;CHAR(13)</f><v>a_x000D_</v></c>'
            '<c r="D1" t="inlineStr"><is><r><t>Väst</t></r><rPh sb="0" eb="1"><t>x</t></rPh></is></c>'
            '<c r="E1" t="str"><f>""</f><v></v></c></row>',
            strings='<si><t xml:space="preserve"> a_x005F_x000D_ </t></si>'
            "<si><r><t>東</t></r><r><t>京</t></r><rPh sb=\"0\" eb=\"2\"><t>とうきょう</t></rPh></si>",
        ),
        {
            "Blad1!A1": (" a_x000D_ ", None),
            "Blad1!B1": ("東京", None),
            "Blad1!C1": ("a\r", '"a"&CHAR(13)'),
            "Blad1!D1": ("Väst", None),
            "Blad1!E1": ("", '""'),
        },
    ),
    "under-merged.xlsx": Trap(
        lambda: package(sheet=_MERGED), {"Blad1!A1": (1, None), "Blad1!B1": (2, None)}
    ),
    "arrays.xlsx": Trap(
        lambda: package(
            '<row r="1"><c r="A1"><f t="array" ref="A1:A2">B1:B2*2</f><v>2</v></c><c r="B1"><v>1</v></c></row>'
            '<row r="2"><c r="A2"><v>4</v></c><c r="B2"><v>2</v></c>'
            '<c r="C2"><f t="dataTable" ref="C2:C3" dt2D="0" dtr="0" r1="B1"/><v>3</v></c></row>'
        ),
        {"Blad1!A1": (2, "B1:B2*2"), "Blad1!A2": (4, None), "Blad1!C2": (3, "TABLE(,B1)")},
    ),
    "orphans.xlsx": Trap(
        lambda: package('<row r="1"><c r="A1"><f t="shared" si="7"/><v>5</v></c></row>'),
        {"Blad1!A1": (5, None)},
    ),
    "last-cell.xlsx": Trap(
        lambda: package('<row r="1048576"><c r="XFD1048576"><v>7</v></c></row>'),
        {"Blad1!XFD1048576": (7, None)},
    ),
    "comments.xlsx": Trap(
        lambda: package("<!-- <c r='A9'><v>9</v></c> --><row r='1'><c r='A1'><v>1<!-- 2 -->3</v></c></row>"),
        {"Blad1!A1": (13, None)},
    ),
    # What Excel keeps beside cells
    "slicers.xlsx": Trap(
        rich_corpus.slicers, {"Underlag!E2": (425.5, "SUM(Poster[Belopp])"), "Pivå!A4": ("605", None)}
    ),
    "threads.xlsx": Trap(rich_corpus.threads, {"Utfall å!B3": (80.5, None), "Annat!A1": (7, None)}),
    "controls.xlsm": Trap(rich_corpus.controls, {"Formulär!A2": (0, "IF(B1,D1,0)")}),
    "drawn.xlsx": Trap(
        rich_corpus.drawn,
        {"Bild & form!A6": ("Se not 3 om läkemedel", None), "Summa!A1": (27.5, "SUM('Bild & form'!C2:C4)")},
    ),
    "drawn-prefixed.xlsx": Trap(
        rich_corpus.drawn_prefixed, {"Bild & form!H2": (10, "_xlfn._xlws.SORT(B2:B4)")}
    ),
    "query.xlsx": Trap(rich_corpus.query, {"Underlag!C3": (250.5, None)}),
    # What is refused
    "doctype.xlsx": Trap(
        lambda: package(sheet='<!DOCTYPE x [<!ENTITY a "b">]>' + sheet_xml("<row/>")),
        refused=("osäker", "dokumenttyp"),
    ),
    "twice.xlsx": Trap(
        lambda: with_extra_entry(package(), "XL/worksheets/Sheet1.xml", sheet_xml("").encode()),
        refused=("osäker", "två gånger"),
    ),
    "same-cell-twice.xlsx": Trap(
        lambda: package('<row r="1"><c r="A1"><v>1</v></c><c r="A1"><v>2</v></c></row>'),
        refused=("trasig", "två gånger"),
    ),
    "two-workbooks.xlsx": Trap(
        lambda: package(
            changes={"[Content_Types].xml": _TWO_WORKBOOKS, "xl/annan.xml": workbook_xml()}
        ),
        refused=("osäker", "flera arbetsböcker"),
    ),
    "no-sheet.xlsx": Trap(
        lambda: package(changes={SHEET: None}), refused=("trasig", "inget innehåll")
    ),
    "outside.xlsx": Trap(
        lambda: with_extra_entry(package(), "../utanför.xml", b"<x/>"),
        refused=("osäker", "otillåtet namn"),
    ),
    "bomb.xlsx": Trap(
        lambda: package(changes={"xl/media/image1.bin": bytes(20 * 2**20)}),
        refused=("osäker", "packad så hårt"),
    ),
    "cut-off.xlsx": Trap(lambda: form()[:-400], refused=("trasig", "ofullständig")),
    "password.xlsx": Trap(
        lambda: ole("EncryptionInfo", "EncryptedPackage"), refused=("lösenord", "lösenordsskyddad")
    ),
    "label.xlsx": Trap(
        lambda: ole("\x06DataSpaces", "DRMEncryptedDataSpace", "EncryptedPackage"),
        refused=("lösenord", "känslighetsetikett"),
    ),
    "old.xlsx": Trap(lambda: ole("Workbook"), refused=("xls", ".xls")),
    "text.xlsx": Trap(
        lambda: b"Enhet;Konto;Belopp\r\n605;4010;1,5\r\n", refused=("ej_arbetsbok", "textfil")
    ),
    "page.xlsx": Trap(
        lambda: b"<html><table><tr><td>605</td></tr></table></html>", refused=("ej_arbetsbok", "webbsida")
    ),
    "opendocument.xlsx": Trap(
        lambda: by_libreoffice("ods"), refused=("ej_arbetsbok", "OpenDocument"), same=False
    ),
    "zipped.xlsx": Trap(
        lambda: zipped({"605 Vård.xlsx": package()}), refused=("ej_arbetsbok", "arbetsböcker i")
    ),
    "binary.xlsx": Trap(
        lambda: package(
            changes={
                "[Content_Types].xml": content_types(
                    "application/vnd.ms-excel.sheet.binary.macroEnabled.main"
                )
            }
        ),
        refused=("xlsb", ".xlsb"),
    ),
    "empty.xlsx": Trap(lambda: b"", refused=("tom", "tom")),
    "no-cells.xlsx": Trap(
        lambda: package(sheet=f'<worksheet xmlns="{TRANSITIONAL}"/>'), {"Blad1!A1": (None, None)}
    ),
}  # fmt: skip


def main() -> int:
    """Write every file; what is not made alike each time only where it is not there yet."""
    CORPUS.mkdir(exist_ok=True)
    for name, trap in TRAPS.items():
        path = CORPUS / name
        if trap.same or not path.exists():
            path.write_bytes(trap.make())
    return 0


if __name__ == "__main__":
    sys.exit(main())
