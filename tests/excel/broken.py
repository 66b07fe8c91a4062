"""Builders of workbooks by hand: odd ones that must be read, and broken ones that must not."""

from __future__ import annotations

import io
import struct
import zipfile
from collections.abc import Mapping

TRANSITIONAL = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
STRICT = "http://purl.oclc.org/ooxml/spreadsheetml/main"
_LINKS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_STRICT_LINKS = "http://purl.oclc.org/ooxml/officeDocument/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_SHEET_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml"

OLE_MAGIC = bytes.fromhex("D0CF11E0A1B11AE1")


def sheet_xml(
    rows: str, *, before: str = "", after: str = "", namespace: str = TRANSITIONAL
) -> str:
    """A worksheet part around its rows."""
    return (
        f'<worksheet xmlns="{namespace}">{before}<sheetData>{rows}</sheetData>{after}</worksheet>'
    )


def content_types(main: str = f"{_SHEET_TYPE}.sheet.main+xml") -> str:
    """The list of contents, with this type for the workbook part."""
    types = {
        "workbook": main,
        "worksheets/sheet1": f"{_SHEET_TYPE}.worksheet+xml",
        "styles": f"{_SHEET_TYPE}.styles+xml",
        "sharedStrings": f"{_SHEET_TYPE}.sharedStrings+xml",
    }
    overrides = "".join(
        f'<Override PartName="/xl/{name}.xml" ContentType="{kind}"/>'
        for name, kind in types.items()
    )
    return (
        f'<Types xmlns="{_PACKAGE}/content-types">'
        f'<Default Extension="xml" ContentType="application/xml"/>{overrides}</Types>'
    )


def package(
    rows: str = '<row r="1"><c r="A1"><v>1</v></c></row>',
    *,
    sheet: str | None = None,
    strings: str = "",
    formats: Mapping[int, str] | None = None,
    properties: str = "",
    names: str = "",
    strict: bool = False,
    changes: Mapping[str, str | bytes | None] | None = None,
) -> bytes:
    """A workbook with the one sheet Blad1, written by hand.

    ``strings`` are the items of the shared texts. ``formats`` maps number format ids to codes;
    style i + 1 uses the i-th of them. ``changes`` replaces, adds or (None) removes parts.
    """
    main = STRICT if strict else TRANSITIONAL
    links = _STRICT_LINKS if strict else _LINKS
    formats = formats or {}
    custom = "".join(
        f'<numFmt numFmtId="{number}" formatCode="{code}"/>' for number, code in formats.items()
    )
    styles = "".join(
        f'<xf numFmtId="{number}" fontId="0" fillId="0" borderId="0"/>' for number in (0, *formats)
    )
    parts: dict[str, str | bytes | None] = {
        "[Content_Types].xml": content_types(),
        "_rels/.rels": _relationships(("rId1", f"{links}/officeDocument", "xl/workbook.xml")),
        "xl/workbook.xml": (
            f'<workbook xmlns="{main}" xmlns:r="{links}">{properties}'
            f'<sheets><sheet name="Blad1" sheetId="1" r:id="rId1"/></sheets>{names}</workbook>'
        ),
        "xl/_rels/workbook.xml.rels": _relationships(
            ("rId1", f"{links}/worksheet", "worksheets/sheet1.xml"),
            ("rId2", f"{links}/styles", "styles.xml"),
            ("rId3", f"{links}/sharedStrings", "sharedStrings.xml"),
        ),
        "xl/styles.xml": (
            f'<styleSheet xmlns="{main}"><numFmts>{custom}</numFmts>'
            "<fonts><font/></fonts><fills><fill><patternFill/></fill></fills><borders><border/></borders>"
            f"<cellXfs>{styles}</cellXfs></styleSheet>"
        ),
        "xl/sharedStrings.xml": f'<sst xmlns="{main}">{strings}</sst>',
        "xl/worksheets/sheet1.xml": sheet_xml(rows, namespace=main) if sheet is None else sheet,
    }
    parts.update(changes or {})
    return zipped({name: part for name, part in parts.items() if part is not None})


def _relationships(*lines: tuple[str, str, str]) -> str:
    body = "".join(f'<Relationship Id="{i}" Type="{t}" Target="{p}"/>' for i, t, p in lines)
    return f'<Relationships xmlns="{_PACKAGE}/relationships">{body}</Relationships>'


def workbook_relationships(*targets: tuple[str, str]) -> str:
    """The workbook's .rels part: rId1, rId2 … of (kind, target)."""
    return _relationships(
        *((f"rId{i}", f"{_LINKS}/{kind}", target) for i, (kind, target) in enumerate(targets, 1))
    )


def workbook_xml(*sheets: str) -> str:
    """The workbook part with these sheet elements."""
    return (
        f'<workbook xmlns="{TRANSITIONAL}" xmlns:r="{_LINKS}">'
        f"<sheets>{''.join(sheets)}</sheets></workbook>"
    )


def zipped(parts: Mapping[str, str | bytes]) -> bytes:
    """A zip archive of the parts, in their order."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, part in parts.items():
            # A ZipInfo of our own keeps backslashes on Windows too.
            entry = zipfile.ZipInfo("x")
            entry.filename, entry.compress_type = name, zipfile.ZIP_DEFLATED
            archive.writestr(entry, part)
    return stream.getvalue()


def with_extra_entry(data: bytes, name: str, part: bytes) -> bytes:
    """The archive with one more entry, also where one of that name is there already."""
    entries = []
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        entries = [(entry.filename, archive.read(entry)) for entry in archive.infolist()]
    entries.append((name, part))
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for number, (_, content) in enumerate(entries):
            # Written under names of their own first: the writer warns of a name used twice.
            archive.writestr(f"{number:04}", content)
    raw = stream.getvalue()
    return _renamed(raw, [name for name, _ in entries])


def _renamed(raw: bytes, names: list[str]) -> bytes:
    """The archive of entries named by number, with these names instead."""
    local, central, offsets = b"", b"", []
    with zipfile.ZipFile(io.BytesIO(raw)) as archive:
        infos = archive.infolist()
    for info, name in zip(infos, names, strict=True):
        begin = info.header_offset + 30 + 4
        packed = raw[begin : begin + info.compress_size]
        encoded = name.encode()
        common = struct.pack(
            "<HHHHHLLLHH", 20, 0, 8, 0, 33, info.CRC, len(packed), info.file_size, len(encoded), 0
        )
        offsets.append(len(local))
        local += b"PK\x03\x04" + common + encoded + packed
        central += (
            b"PK\x01\x02" + struct.pack("<H", 20) + common
            + struct.pack("<HHHLL", 0, 0, 0, 0, offsets[-1]) + encoded
        )  # fmt: skip
    end = struct.pack("<HHHHLLH", 0, 0, len(names), len(names), len(central), len(local), 0)
    return local + central + b"PK\x05\x06" + end


def with_header_field(data: bytes, name: str, offset: int, field: bytes) -> bytes:
    """The archive with bytes written over the central directory's entry of a part."""
    encoded = name.encode()
    at = data.index(b"PK\x01\x02")
    while data[at + 46 : at + 46 + len(encoded)] != encoded:
        at = data.index(b"PK\x01\x02", at + 4)
    return data[: at + offset] + field + data[at + offset + len(field) :]


def ole(*streams: str, sectors: int = 0) -> bytes:
    """An old container whose directory names these streams, after so many sectors of filler."""
    names = ("Root Entry", *streams)
    entries = b"".join(
        name.encode("utf-16-le").ljust(64, b"\0")
        + struct.pack("<HBB", 2 * len(name) + 2, 5 if name == "Root Entry" else 2, 1).ljust(
            64, b"\0"
        )
        for name in names
    )
    entries = entries.ljust(-(-len(entries) // 512) * 512, b"\0")
    directory = range(1 + sectors, 1 + sectors + len(entries) // 512)
    table = [0xFFFFFFFD] + [0xFFFFFFFE] * sectors + [*directory[1:], 0xFFFFFFFE]
    header = OLE_MAGIC + struct.pack(
        "<16xHHHHH6xLLLLLLLLL",
        62,
        3,
        0xFFFE,
        9,
        6,
        0,
        1,
        directory[0],
        0,
        4096,
        0xFFFFFFFE,
        0,
        0xFFFFFFFE,
        0,
    )
    header = header.ljust(76, b"\0") + struct.pack("<109L", 0, *[0xFFFFFFFF] * 108)
    first = struct.pack(f"<{len(table)}L", *table).ljust(512, b"\xff")
    return header + first + bytes(512 * sectors) + entries


def broken_ole(*streams: str) -> bytes:
    """What starts and names its streams as the old container does, without a directory."""
    return (
        OLE_MAGIC + b"\0" * 504 + b"".join(s.encode("utf-16-le").ljust(128, b"\0") for s in streams)
    )
