"""A board version put together: a new package, of nothing but parts made here."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable
from typing import NamedTuple
from xml.sax.saxutils import escape

from ramkoll.excel.board import chart, drawing, sheet, strings, styles
from ramkoll.excel.board.chart import chart_part, lost_of, referred_to
from ramkoll.excel.board.drawing import Drawn, drawing_part, drawn_on
from ramkoll.excel.board.markup import LINK, attributes_of, child, document, local, made
from ramkoll.excel.board.sheet import BoardSheet, SheetWriter, area_name
from ramkoll.excel.board.source import Source
from ramkoll.excel.board.strings import Strings
from ramkoll.excel.board.styles import Styles, theme_part
from ramkoll.excel.board.tally import Tally
from ramkoll.excel.board.what import Made, Wanted
from ramkoll.excel.ooxml import valid_content
from ramkoll.model.cells import Area, quoted_sheet
from ramkoll.model.errors import RamkollError

_KIND = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006/"
_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_BOOK_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
_CORE_TYPE = "application/vnd.openxmlformats-package.core-properties+xml"
_THE_DAY = (1980, 1, 1, 0, 0, 0)  # the same bytes whenever it is made


class _Part(NamedTuple):
    name: str
    data: bytes
    type: str = ""


def board_version(data: bytes, file: str, wanted: Wanted, title: str) -> Made:
    """A new .xlsx with the wanted sheets, values only; see ``Made``.

    All is left out that is not known to be wanted. The same bytes give the same bytes. Raises
    RamkollError when the workbook cannot be read or lacks a wanted sheet.
    """
    source = Source.open(data, file)
    tally = Tally(file)
    with valid_content(file):
        sheets = [_opened(source, name, wanted) for name in wanted.sheets]
        drawn = [drawn_on(source, each, tally) for each in sheets]
        _shown_elsewhere(source, sheets, drawn)
        parts = _parts(source, sheets, drawn, wanted, title, tally)
    _count_the_rest(source, sheets, tally)
    return Made(
        b"" if tally.hindrances else _packed(parts),
        tally.formulas,
        tally.charts,
        tally.pictures,
        tally.left,
        tuple(tally.hindrances),
    )


def page_headers(data: bytes, file: str, names: Iterable[str]) -> dict[str, str]:
    """The headers of sheets, with their codes, by the sheet's name. Raises RamkollError."""
    source = Source.open(data, file)
    found = {}
    for name in names:
        read = source.sheet(name)
        texts = None if read is None else child(read.root, "headerFooter")
        headers = [e for e in (() if texts is None else texts) if local(e).endswith("Header")]
        found[name] = " ".join(each.text or "" for each in headers)
    return found


def _opened(source: Source, name: str, wanted: Wanted) -> BoardSheet:
    found = source.sheet(name)
    if found is None:
        raise RamkollError(
            f"Bladet {name} finns inte.",
            where=source.file,
            todo="Sammanställ arbetsboken på nytt.",
        )
    return BoardSheet(
        found,
        source.built_in(found, "Print_Area"),
        source.built_in(found, "Print_Titles"),
        wanted.blanked.get(name, frozenset()),
    )


def _shown_elsewhere(source: Source, sheets: list[BoardSheet], drawn: list[list[Drawn]]) -> None:
    """Cells of one wanted sheet that a chart of another shows come along too."""
    by_name = {each.source.name.casefold(): each for each in sheets}
    for of_sheet in drawn:
        for each in of_sheet:
            for name, area in () if each.chart is None else referred_to(source, each.chart):
                if name.casefold() in by_name:
                    sheet_ = by_name[name.casefold()]
                    sheet_.shown.append(_with_headings(sheet_, area))


def _with_headings(of_sheet: BoardSheet, area: Area) -> Area:
    """An area beside the pages, with the texts right above it: numbers need their headings."""
    above = [
        of_sheet.source.cells.get((area.top - 1, column))
        for column in range(area.left, min(area.right, area.left + 100) + 1)
    ]
    if all(each is not None and each.string is not None for each in above):
        return Area(area.top - 1, area.left, area.bottom, area.right)
    return area


def _parts(
    source: Source,
    sheets: list[BoardSheet],
    drawn: list[list[Drawn]],
    wanted: Wanted,
    title: str,
    tally: Tally,
) -> list[_Part]:
    texts = Strings()
    formats = Styles(source.styles, source.theme, source.file)
    writer = SheetWriter(texts, formats, tally, wanted.draft)
    names = [each.source.name for each in sheets]
    parts: list[_Part] = []
    drawings = 0
    pictures: dict[bytes, str] = {}
    for n, (each, lying) in enumerate(zip(sheets, drawn, strict=True), 1):
        written = writer.part(each, first=n == 1, drawing="rId1" if lying else "")
        parts.append(_Part(f"xl/worksheets/sheet{n}.xml", written, sheet.TYPE))
        if not lying:
            continue
        drawings += 1
        target = f"../drawings/drawing{drawings}.xml"
        parts.append(_links(f"xl/worksheets/_rels/sheet{n}.xml.rels", [("drawing", target)]))
        links = []
        for item in lying:
            if item.chart is not None:
                tally.charts += 1
                for what in lost_of(item.chart):
                    tally.leave(what, each.source.name)
                name = f"charts/chart{tally.charts}.xml"
                written = chart_part(source, item.chart, names)
                parts.append(_Part(f"xl/{name}", written, chart.TYPE))
                links.append(("chart", f"../{name}"))
            elif item.picture is not None:
                tally.pictures += 1
                ending, shown = item.picture
                if shown not in pictures:
                    pictures[shown] = f"media/image{len(pictures) + 1}.{ending}"
                    parts.append(_Part(f"xl/{pictures[shown]}", shown))
                links.append(("image", f"../{pictures[shown]}"))
        name = f"xl/drawings/drawing{drawings}.xml"
        parts.append(_Part(name, drawing_part(lying), drawing.TYPE))
        parts.append(_links(f"xl/drawings/_rels/drawing{drawings}.xml.rels", links))
    parts += [
        _Part("xl/sharedStrings.xml", texts.part(), strings.TYPE),
        _Part("xl/styles.xml", formats.part(), styles.TYPE),
        _Part("xl/theme/theme1.xml", theme_part(source.theme), styles.THEME_TYPE),
        _Part("docProps/core.xml", _core(title), _CORE_TYPE),
    ]
    shared = [("sharedStrings", "sharedStrings.xml"), ("styles", "styles.xml")]
    shared.append(("theme", "theme/theme1.xml"))
    each_sheet = [("worksheet", f"worksheets/sheet{n}.xml") for n in range(1, len(sheets) + 1)]
    first = [
        _Part("xl/workbook.xml", _book(source, sheets), _BOOK_TYPE),
        _links("xl/_rels/workbook.xml.rels", [*each_sheet, *shared]),
    ]
    return [*_first(parts + first), *first, *parts]


def _first(parts: list[_Part]) -> list[_Part]:
    """The list of contents and the way in."""
    lines = ['<Default Extension="rels" ContentType="' + _PACKAGE_TYPE + '"/>']
    endings = {each.name.rpartition(".")[2] for each in parts if not each.type}
    lines += [
        f'<Default Extension="{each}" ContentType="image/{each}"/>'
        for each in sorted(endings - {"rels"})
    ]
    lines += [
        f'<Override PartName="/{each.name}" ContentType="{each.type}"/>'
        for each in parts
        if each.type
    ]
    kind = _PACKAGE + "content-types"
    listed = f'{_HEAD}<Types xmlns="{kind}">{"".join(lines)}</Types>'
    core = _PACKAGE + "relationships/metadata/core-properties"
    ways = [(_KIND + "officeDocument", "xl/workbook.xml"), (core, "docProps/core.xml")]
    return [
        _Part("[Content_Types].xml", listed.encode()),
        _Part("_rels/.rels", _relationships(ways)),
    ]


_PACKAGE_TYPE = "application/vnd.openxmlformats-package.relationships+xml"


def _links(name: str, links: Iterable[tuple[str, str]]) -> _Part:
    return _Part(name, _relationships((_KIND + kind, target) for kind, target in links))


def _relationships(links: Iterable[tuple[str, str]]) -> bytes:
    lines = "".join(
        f'<Relationship Id="rId{n}" Type="{kind}" Target="{target}"/>'
        for n, (kind, target) in enumerate(links, 1)
    )
    return f'{_HEAD}<Relationships xmlns="{_PACKAGE}relationships">{lines}</Relationships>'.encode()


def _core(title: str) -> bytes:
    """A title, which programs that read aloud ask for, and a language: no name and no time."""
    names = (
        f'xmlns:cp="{_PACKAGE}metadata/core-properties" xmlns:dc="http://purl.org/dc/elements/1.1/"'
    )
    said = f"<dc:title>{escape(title)}</dc:title><dc:language>sv-SE</dc:language>"
    return f"{_HEAD}<cp:coreProperties {names}>{said}</cp:coreProperties>".encode()


def _book(source: Source, sheets: list[BoardSheet]) -> bytes:
    root = made("workbook")
    root.append(made("workbookPr", {"date1904": "1"} if source.date_1904 else {}))
    root.append(made("bookViews", {}, made("workbookView", {"activeTab": "0"})))
    listed = made("sheets")
    names = made("definedNames")
    for n, each in enumerate(sheets):
        said = {"name": each.source.name, "sheetId": str(n + 1), f"{{{LINK}}}id": f"rId{n + 1}"}
        listed.append(made("sheet", said))
    for kind in ("Print_Area", "Print_Titles"):
        for n, each in enumerate(sheets):
            areas = each.printed if kind == "Print_Area" else each.titles
            if areas:
                where = quoted_sheet(each.source.name)
                name = made("definedName", {"name": f"_xlnm.{kind}", "localSheetId": str(n)})
                name.text = ",".join(f"{where}!{area_name(area)}" for area in areas)
                names.append(name)
    root.append(listed)
    if len(names):
        root.append(names)
    precision = attributes_of_calculation(source)
    if precision:
        root.append(made("calcPr", precision))
    return document(root)


def attributes_of_calculation(source: Source) -> dict[str, str]:
    """What of the settings for calculating changes what cells show."""
    settings = child(source.root, "calcPr")
    return {} if settings is None else attributes_of(settings, "fullPrecision")


def _count_the_rest(source: Source, sheets: list[BoardSheet], tally: Tally) -> None:
    """What hangs on the workbook or on its sheets and has no place in a board version."""
    kinds = {
        "externalLink": "länkar till andra arbetsböcker",
        "comments": "blad med kommentarer",
        "threadedComment": "blad med trådade kommentarer",
        "person": "listor över personer",
        "vbaProject": "makron",
        "customXml": "egna XML-data",
        "connections": "dataanslutningar",
        "queryTable": "frågetabeller",
        "pivotTable": "pivottabeller",
        "slicer": "utsnitt",
        "printerSettings": "skrivarinställningar",
    }
    links = [*source.links.values()]
    for each in sheets:
        links += each.source.links.values()
    for link in links:
        for kind, what in kinds.items():
            if link.kind == kind:
                tally.leave(what)
    own = [e for e in source.names if not e.get("name", "").startswith("_xlnm.Print_")]
    if own:
        tally.leave("namn på områden", count=len(own))


def _packed(parts: list[_Part]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive:
        for each in parts:
            entry = zipfile.ZipInfo(each.name, _THE_DAY)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.create_system = 0
            archive.writestr(entry, each.data)
    return buffer.getvalue()
