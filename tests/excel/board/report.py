"""A small report with all that a board version keeps, and things planted in it to be left out."""

import io
import struct
import zipfile
import zlib
from collections.abc import Callable, Mapping
from datetime import datetime
from decimal import Decimal

from ramkoll.excel.board.package import board_version
from ramkoll.excel.board.what import Made, Wanted
from ramkoll.excel.write import workbook_bytes
from ramkoll.model.cells import Area
from ramkoll.model.plan import Chart, PlannedCell, Series, SheetPlan, Style, WorkbookPlan

FILE = "rapport.xlsx"
SECRET = "Hemlig7f3a"
BOARD, OTHER, WORKING = "Till nämnden", "Personal", "Underlag"
AMOUNT = Style(number_format="#,##0", bottom="D0D5DB")
HEAD = Style(bold=True, colour="FFFFFF", fill="1F4E79", wrap=True)
SHEET = "xl/worksheets/sheet1.xml"
RELS = "xl/worksheets/_rels/sheet1.xml.rels"
STYLES_PART = "xl/styles.xml"
CHART = "xl/charts/chart1.xml"
DRAWING = "xl/drawings/drawing1.xml"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"

Change = Callable[[str], str]


def _board() -> SheetPlan:
    units = ("605", "607", "612")
    amounts = (Decimal("-91777.45"), Decimal("8041.5"), None)
    cells = [
        PlannedCell(1, 1, "Uppföljning", style=HEAD),
        PlannedCell(2, 1, "Sjuk"),
        PlannedCell(2, 2, "..", style=AMOUNT),
        PlannedCell(2, 3, datetime(2024, 8, 31), style=Style(number_format="yyyy-mm-dd")),
        PlannedCell(2, 4, True),
    ]
    for row, (unit, amount) in enumerate(zip(units, amounts, strict=True), 5):
        formula = None if amount is None else f"{WORKING}!B{row}"
        cells.append(PlannedCell(row, 1, unit))
        cells.append(PlannedCell(row, 2, amount, formula, AMOUNT))
    cells += [
        PlannedCell(8, 1, "Summa"),
        PlannedCell(8, 2, Decimal("-83735.95"), "SUM(B5:B7)", AMOUNT),
        PlannedCell(9, 1, "text ur en formel", f"{WORKING}!A1"),
        PlannedCell(10, 1, "", 'IF(1,"","x")'),
        PlannedCell(11, 1, "Källa: 605.xlsx, Texter!B7", link="external:605.xlsx#'Texter'!B7"),
        # Beside the page, for the chart.
        PlannedCell(4, 8, "Etikett"),
        *(PlannedCell(row, 8, f"enhet {unit}") for row, unit in enumerate(units, 5)),
        PlannedCell(5, 9, "lapp till mig själv"),
    ]
    return SheetPlan(
        BOARD,
        tuple(cells),
        widths={1: 30, 2: 14},
        heights={1: 26},
        freeze=(4, 1),
        repeat_rows=(1, 4),
        print_area=Area(1, 1, 40, 6),
        page_breaks=(20,),
        scale=90,
        header="&LRegionen && nämnden&CSammanträde&R2024",
        footer="&L&A&RSida &P av &N",
        merges=(Area(1, 1, 1, 4),),
        charts=(
            _chart(BOARD, Area(5, 8, 7, 8), Area(5, 2, 7, 2), amounts, 14),
            _chart(WORKING, Area(5, 1, 7, 1), Area(5, 2, 7, 2), amounts, 26),
        ),
    )


def _chart(
    sheet: str, labels: Area, values: Area, amounts: tuple[Decimal | None, ...], row: int
) -> Chart:
    series = Series(
        "Avvikelse", sheet, labels, values, "1F4E79", ("a", "b", "c"), amounts,
        negative_colour="C55A11",
    )  # fmt: skip
    return Chart("bar", "Per enhet", (series,), row, 1, 400, 180, "tkr", "Staplar per enhet.")


def small_report() -> bytes:
    """Two sheets for the board and a working sheet."""
    working = tuple(
        PlannedCell(row, column, value)
        for row, column, value in (
            (1, 1, "text ur en formel"),
            (2, 2, SECRET),
            (5, 1, "605"), (6, 1, "607"), (7, 1, "612"),
            (5, 2, Decimal("-91777.45")), (6, 2, Decimal("8041.5")),
        )
    )  # fmt: skip
    return workbook_bytes(
        WorkbookPlan(
            (
                _board(),
                SheetPlan(OTHER, (PlannedCell(1, 1, "Anställda"), PlannedCell(1, 2, Decimal(7)))),
                SheetPlan(WORKING, working),
            ),
            created=datetime(2024, 9, 12),
            title="Rapport",
            names={"U_varde": f"{WORKING}!$B$5:$B$7"},
        )
    )


def board_of(data: bytes, **wanted: object) -> Made:
    """The board version of a report's first two sheets."""
    return board_version(data, FILE, Wanted((BOARD, OTHER), **wanted), "Rapport")  # type: ignore[arg-type]


def parts_of(data: bytes) -> dict[str, bytes]:
    """The parts of a package, in order."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def packed(parts: Mapping[str, bytes]) -> bytes:
    """A package of these parts."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, part in parts.items():
            entry = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, part)
    return buffer.getvalue()


def changed(data: bytes, part: str, change: Change) -> bytes:
    """The package with one part changed, which must change it."""
    parts = parts_of(data)
    old = parts[part].decode()
    new = change(old)
    assert new != old, "nothing was planted"
    return packed({**parts, part: new.encode()})


def swapped(data: bytes, part: str, old: str, new: str) -> bytes:
    """The package with a piece of a part's XML in place of another, once."""
    return changed(data, part, lambda xml: xml.replace(old, new, 1))


def with_part(
    data: bytes, name: str, part: bytes, kind: str, source: str, type_: str = ""
) -> bytes:
    """The package with one more part, which ``source`` (a .rels part) points at."""
    parts = parts_of(data)
    ending = name.rpartition(".")[2]
    listed = f'<Override PartName="/{name}" ContentType="{type_ or "application/xml"}"/>'
    if not type_ and ending not in ("xml", "rels"):
        listed = f'<Default Extension="{ending}" ContentType="application/octet-stream"/>'
    parts["[Content_Types].xml"] = parts["[Content_Types].xml"].replace(
        b"</Types>", f"{listed}</Types>".encode()
    )
    empty = (
        b'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        b"</Relationships>"
    )
    parts[name] = part
    link = f'<Relationship Id="rIdX" Type="{OFFICE}/{kind}" Target="/{name}"/>'
    parts[source] = parts.get(source, empty).replace(
        b"</Relationships>", f"{link}</Relationships>".encode()
    )
    return packed(parts)


def png(*chunks: tuple[bytes, bytes]) -> bytes:
    """A picture of one point, with more chunks before its end."""
    head = struct.pack(">IIBBBBB", 1, 1, 8, 2, 0, 0, 0)
    all_ = [(b"IHDR", head), *chunks, (b"IDAT", zlib.compress(b"\0\xff\0\0")), (b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
        for kind, body in all_
    )


def holds(data: bytes, text: str) -> list[str]:
    """The parts of a package in which a text stands, in whatever way."""
    wanted = [text.encode(), text.encode("utf-16-le")]
    return [
        name
        for name, part in parts_of(data).items()
        if any(each in part for each in wanted) or text in name
    ]
