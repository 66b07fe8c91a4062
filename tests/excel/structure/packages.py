"""A workbook without a fault that holds nearly everything, and what is made of it by small edits."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Mapping
from datetime import datetime
from functools import cache

import xlsxwriter

_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_MICROSOFT = "http://schemas.microsoft.com/office/2017/10/relationships"
_SLICERS = "http://schemas.microsoft.com/office/2007/relationships"
_X14 = "http://schemas.microsoft.com/office/spreadsheetml/2009/9/main"
_X15 = "http://schemas.microsoft.com/office/spreadsheetml/2010/11/main"
_SML = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_THREADS = "http://schemas.microsoft.com/office/spreadsheetml/2018/threadedcomments"
_PIXEL = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154789c6360000002"
    "0000050001e221bc330000000049454e44ae426082"
)
TYPES, RELS = "[Content_Types].xml", "xl/_rels/workbook.xml.rels"


@cache
def good() -> bytes:
    """What a spreadsheet program would have saved: no fault."""
    parts = _parts(_by_writer())
    texts: dict[str, str] = {}

    def edit(part: str, old: str, new: str) -> None:
        text = texts.get(part) or parts[part].decode()
        assert old in text, (part, old)
        texts[part] = text.replace(old, new, 1)

    edit("xl/worksheets/sheet1.xml", "<f>B2*2</f>", '<f t="shared" ref="D2:D3" si="0">B2*2</f>')
    edit("xl/worksheets/sheet1.xml", "<f>B3*2</f>", '<f t="shared" si="0"/>')
    additions = (
        ("calcChain.xml", f"{_SML}.calcChain+xml", f"{_OFFICE}/calcChain"),
        ("persons/person.xml", "application/vnd.ms-excel.person+xml", f"{_MICROSOFT}/person"),
        (
            "pivotCache/cache1.xml",
            f"{_SML}.pivotCacheDefinition+xml",
            f"{_OFFICE}/pivotCacheDefinition",
        ),
    )
    for number, (name, kind, relationship) in enumerate(additions, 90):
        _list(edit, f"xl/{name}", kind)
        _relate(edit, RELS, f"rId{number}", relationship, name)
    for name, kind in (
        ("pivotCache/records1.xml", "pivotCacheRecords"),
        ("pivotTables/pivot1.xml", "pivotTable"),
    ):
        _list(edit, f"xl/{name}", f"{_SML}.{kind}+xml")
    for name, kind in (
        ("slicers/slicer1.xml", "slicer"),
        ("slicerCaches/cache1.xml", "slicerCache"),
    ):
        _list(edit, f"xl/{name}", f"application/vnd.ms-excel.{kind}+xml")
    _relate(edit, RELS, "rId99", f"{_SLICERS}/slicerCache", "slicerCaches/cache1.xml")
    _list(edit, "xl/threadedComments/thread1.xml", "application/vnd.ms-excel.threadedcomments+xml")
    _relate(
        edit, "xl/worksheets/_rels/sheet1.xml.rels", "rId90", f"{_MICROSOFT}/threadedComment",
        "../threadedComments/thread1.xml",
    )  # fmt: skip
    edit(
        "xl/workbook.xml", "</workbook>",
        '<pivotCaches><pivotCache cacheId="7" r:id="rId92"/></pivotCaches>'
        '<extLst><ext uri="{BBE1A952-AA13-448e-AADC-164F8A28A991}"'
        f' xmlns:x14="{_X14}"><x14:slicerCaches><x14:slicerCache r:id="rId99"/></x14:slicerCaches>'
        "</ext></extLst></workbook>",
    )  # fmt: skip
    edit(
        "xl/worksheets/sheet3.xml", "</worksheet>",
        '<extLst><ext uri="{A8765BA9-456A-4dab-B4F3-ACF838C121DE}"'
        f' xmlns:x14="{_X14}"><x14:slicerList><x14:slicer r:id="rId2"/></x14:slicerList></ext></extLst>'
        "</worksheet>",
    )  # fmt: skip
    texts |= {
        "xl/slicers/slicer1.xml": (
            f'<slicers xmlns="{_X14}"><slicer name="Urval" cache="Slicer_a" rowHeight="1"/>'
            '<slicer name="Urval 2" cache="Slicer_a" rowHeight="1"/></slicers>'
        ),
        "xl/slicerCaches/cache1.xml": (
            f'<slicerCacheDefinition xmlns="{_X14}" name="Slicer_a" sourceName="a">'
            '<pivotTables><pivotTable tabId="3" name="Pivot"/></pivotTables><extLst><x:ext'
            f' xmlns:x="{_MAIN}" uri="y"><x15:tableSlicerCache xmlns:x15="{_X15}" tableId="1" column="3"/>'
            "</x:ext></extLst></slicerCacheDefinition>"
        ),
        "xl/calcChain.xml": f'<calcChain xmlns="{_MAIN}"><c r="D2" i="1"/><c r="D3"/><c r="F3"/></calcChain>',
        "xl/persons/person.xml": (
            f'<personList xmlns="{_THREADS}">'
            '<person displayName="Å" id="{P}" userId="å" providerId="None"/></personList>'
        ),
        "xl/threadedComments/thread1.xml": (
            f'<ThreadedComments xmlns="{_THREADS}">'
            '<threadedComment ref="B3" personId="{P}" id="{1}"><text>Hej</text></threadedComment>'
            '<threadedComment ref="B3" personId="{P}" id="{2}" parentId="{1}"><text>Å</text>'
            "</threadedComment></ThreadedComments>"
        ),
        "xl/pivotCache/cache1.xml": (
            f'<pivotCacheDefinition xmlns="{_MAIN}" xmlns:r="{_OFFICE}" r:id="rId1" recordCount="1">'
            '<cacheSource type="worksheet"><worksheetSource ref="B2:C3" sheet="Tabell"/></cacheSource>'
            '<cacheFields count="2"><cacheField name="a"/><cacheField name="b"/></cacheFields>'
            "</pivotCacheDefinition>"
        ),
        "xl/pivotCache/_rels/cache1.xml.rels": _rels("pivotCacheRecords", "records1.xml"),
        "xl/pivotCache/records1.xml": (
            f'<pivotCacheRecords xmlns="{_MAIN}" count="1"><r><n v="1"/><n v="2"/></r></pivotCacheRecords>'
        ),
        "xl/pivotTables/pivot1.xml": (
            f'<pivotTableDefinition xmlns="{_MAIN}" name="Pivot" cacheId="7" dataCaption="Värden">'
            '<location ref="A1:B3" firstHeaderRow="1" firstDataRow="1" firstDataCol="1"/>'
            '<pivotFields count="2"><pivotField/><pivotField/></pivotFields></pivotTableDefinition>'
        ),
        "xl/pivotTables/_rels/pivot1.xml.rels": _rels(
            "pivotCacheDefinition", "../pivotCache/cache1.xml"
        ),
        "xl/worksheets/_rels/sheet3.xml.rels": _rels("pivotTable", "../pivotTables/pivot1.xml"),
    }
    rels = "xl/worksheets/_rels/sheet3.xml.rels"
    _relate(edit, rels, "rId2", f"{_SLICERS}/slicer", "../slicers/slicer1.xml")
    return zipped({**parts, **{name: text.encode() for name, text in texts.items()}})


def _by_writer() -> bytes:
    stream = io.BytesIO()
    book = xlsxwriter.Workbook(stream, {"in_memory": True})
    book.set_properties({"created": datetime(2024, 9, 1, 8), "title": "Prov"})
    money = book.add_format({"num_format": "#,##0.0 kr"})
    bold = book.add_format({"bold": True, "bg_color": "#DDEEFF"})
    sheet = book.add_worksheet("Utfall å")
    sheet.set_column(0, 0, 20)
    sheet.set_column(2, 4, 14, money)
    sheet.set_row(7, 30, bold)
    sheet.write_row(0, 0, ["Konto", "Belopp", " Datum"], bold)
    for row in range(1, 9):
        sheet.write(row, 0, f"Konto {row} & <mer>")
        sheet.write(row, 1, row * 1000.25, money)
        sheet.write_formula(row, 3, f"=B{row + 1}*2", money, row * 2000.5)
    sheet.write_array_formula("F2:F4", "{=B2:B4*2}", None, 2000.5)
    sheet.write_dynamic_array_formula("G2:G4", "=SORT(B2:B4)", None, 1000.25)
    sheet.merge_range("A16:C17", "sammanfogat", bold)
    sheet.merge_range("E16:F16", "också", bold)
    sheet.data_validation(
        "B2:B12", {"validate": "decimal", "criteria": ">", "value": 0, "input_title": "Belopp"}
    )
    sheet.data_validation("C2:C12", {"validate": "list", "source": ["ja", "nej"]})
    sheet.conditional_format("B2:B12", {"type": "data_bar", "data_bar_2010": True})
    sheet.conditional_format(
        "D2:D12", {"type": "cell", "criteria": "<", "value": "'Tabell'!$B$3", "format": bold}
    )
    sheet.write_comment("B3", "En anteckning")
    sheet.write_comment("B4", "En till", {"author": "Å"})
    sheet.write_url("A20", "https://example.org/a?b=1&c=2")
    sheet.write_boolean("B20", True)
    sheet.write_formula("C20", "=1/0", None, "#DIV/0!")
    sheet.write_formula("D20", '="a("&A1', None, "a(Konto")
    sheet.autofilter("A1:C12")
    sheet.filter_column(1, "x > 2")
    sheet.freeze_panes(1, 0)
    sheet.print_area("A1:F20")
    sheet.set_header("&CProv")
    sheet.set_landscape()
    sheet.set_print_scale(80)
    sheet.set_h_pagebreaks([20])
    sheet.protect()
    sheet.unprotect_range("B2:B4", "Fritt")
    sheet.add_sparkline("H2", {"range": "'Utfall å'!B2:B9"})
    chart = book.add_chart({"type": "column"})
    for column in (1, 3):
        chart.add_series(
            {
                "name": ["Utfall å", 0, column],
                "values": ["Utfall å", 1, column, 3, column],
                "values_data": [1000.25, 2000.5, 3000.75],
            }
        )
    sheet.insert_chart("I2", chart)
    sheet.insert_image("I20", "bild.png", {"image_data": io.BytesIO(_PIXEL)})
    tabular = book.add_worksheet("Tabell")
    columns = [
        {"header": "Namn"},
        {"header": "Antal\nst"},
        {"header": "Dubbelt", "formula": "=[Namn]*2"},
    ]
    tabular.add_table("B2:D6", {"name": "Poster", "columns": columns})
    tabular.add_table("B8:D12", {"name": "Fler", "columns": [{"header": h} for h in "abc"]})
    pivot = book.add_worksheet("Pivot")
    pivot.write_row(0, 0, [1, 2])
    book.add_worksheet("Dold").hide()
    book.define_name("Belopp", "='Utfall å'!$B$2:$B$12")
    book.define_name("Tabell!Eget", "=Tabell!$B$3")
    book.close()
    return stream.getvalue()


def _list(edit, part: str, kind: str) -> None:
    edit(TYPES, "</Types>", f'<Override PartName="/{part}" ContentType="{kind}"/></Types>')


def _relate(edit, rels: str, id_: str, kind: str, target: str) -> None:
    line = f'<Relationship Id="{id_}" Type="{kind}" Target="{target}"/>'
    edit(rels, "</Relationships>", f"{line}</Relationships>")


def _rels(kind: str, target: str) -> str:
    return (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        f'<Relationship Id="rId1" Type="{_OFFICE}/{kind}" Target="{target}"/></Relationships>'
    )


def _parts(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def zipped(parts: Mapping[str, bytes]) -> bytes:
    """An archive of the parts, in their order."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return stream.getvalue()


def text_of(part: str) -> str:
    """A part of the good workbook."""
    return _parts(good())[part].decode()


def edited(part: str, old: str, new: str) -> bytes:
    """The good workbook with the first ``old`` of a part as ``new``."""
    parts = _parts(good())
    text = parts[part].decode()
    assert old in text, f"{part} has no {old!r}"
    return zipped({**parts, part: text.replace(old, new, 1).encode()})


def with_parts(changes: Mapping[str, bytes | None]) -> bytes:
    """The good workbook with parts added, replaced or (None) taken away."""
    parts: dict[str, bytes | None] = {**_parts(good()), **changes}
    return zipped({name: content for name, content in parts.items() if content is not None})


def with_entry_twice(name: str) -> bytes:
    """The good workbook with one more entry, of this name."""
    stream = io.BytesIO(good())
    with zipfile.ZipFile(stream, "a") as archive:
        archive.writestr(name, b"<x/>")
    return stream.getvalue()


def with_directory_edit(name: str, offset: int, value: int, size: str = "<H") -> bytes:
    """The good workbook with a field of an entry's line in the archive's list set."""
    data = bytearray(good())
    at = data.rindex(b"PK\1\2", 0, data.rindex(name.encode()))
    struct.pack_into(size, data, at + offset, value)
    return bytes(data)


def crc(data: bytes) -> int:
    """The checksum of bytes."""
    return zlib.crc32(data)
