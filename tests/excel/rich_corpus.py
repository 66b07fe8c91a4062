"""Small workbooks with what Excel keeps beside cells: a write must lose none of it.

Made by XlsxWriter where it can, and else with parts added by hand as Excel writes them.
"""

from __future__ import annotations

import io
import posixpath
import struct
import zipfile
import zlib
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple
from xml.sax.saxutils import quoteattr

import xlsxwriter
from tests.excel.broken import ole, zipped
from tests.excel.edited import part, prefixed, with_parts

_CREATED = datetime(2024, 9, 1, 8)
_XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_LINKS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
_MS = "http://schemas.microsoft.com/office"
_X14, _X15 = f"{_MS}/spreadsheetml/2009/9/main", f"{_MS}/spreadsheetml/2010/11/main"
_MC = "http://schemas.openxmlformats.org/markup-compatibility/2006"
_SHEETS = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_XDR = "http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing"
_A = "http://schemas.openxmlformats.org/drawingml/2006/main"
_WORKBOOK, _SHEET1, _SHEET2 = (
    "xl/workbook.xml",
    "xl/worksheets/sheet1.xml",
    "xl/worksheets/sheet2.xml",
)


class _Added(NamedTuple):
    """A part to come in: what points at it, by which relationship, and what it is."""

    path: str
    content: str | bytes
    source: str
    id: str
    type: str
    content_type: str = ""


def _written(fill: Callable[[xlsxwriter.Workbook], None]) -> bytes:
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream, {"in_memory": True}) as book:
        book.set_properties({"created": _CREATED, "author": "Ramkoll"})
        fill(book)
    return stream.getvalue()


def _with(
    data: bytes, added: Sequence[_Added], edits: Mapping[str, Sequence[tuple[str, str]]]
) -> bytes:
    """The package with parts added, pointed at and listed, and text put before other text."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        parts: dict[str, str | bytes] = {name: archive.read(name) for name in archive.namelist()}

    def edit(name: str, before: str, text: str) -> None:
        content = parts[name]
        xml = content if isinstance(content, str) else content.decode()
        assert xml.count(before) >= 1, (name, before)
        at = xml.rindex(before)
        parts[name] = xml[:at] + text + xml[at:]

    for each in added:
        parts[each.path] = each.content
        folder, _, stem = each.source.rpartition("/")
        rels = f"{folder}/_rels/{stem}.rels".lstrip("/")
        parts.setdefault(rels, f'{_XML}<Relationships xmlns="{_PACKAGE}"></Relationships>')
        target = posixpath.relpath(each.path, folder or ".")
        link = f'<Relationship Id="{each.id}" Type="{each.type}" Target="{target}"/>'
        edit(rels, "</Relationships>", link)
        if each.content_type:
            override = f'<Override PartName="/{each.path}" ContentType="{each.content_type}"/>'
            edit("[Content_Types].xml", "</Types>", override)
    for name, changes in edits.items():
        for before, text in changes:
            edit(name, before, text)
    return zipped(parts)


def _ext(uri: str, prefix: str, namespace: str, content: str) -> str:
    return f'<ext uri="{uri}" xmlns:{prefix}="{namespace}">{content}</ext>'


def _default(extension: str, kind: str) -> tuple[str, str]:
    return "<Override", f'<Default Extension="{extension}" ContentType="{kind}"/>'


ROWS = (("605", "2024-01-31", 100), ("606", "2024-02-29", 250.5), ("605", "2024-03-31", 75))


def _source(book: xlsxwriter.Workbook) -> None:
    day = book.add_format({"num_format": "yyyy-mm-dd"})
    sheet = book.add_worksheet("Underlag")
    sheet.add_table("A1:C4", {"name": "Poster", "columns": [{"header": h} for h in ("Enhet", "Datum", "Belopp")]})  # fmt: skip
    for row, (unit, date, amount) in enumerate(ROWS, 1):
        sheet.write_string(row, 0, unit)
        sheet.write_datetime(row, 1, datetime.fromisoformat(date), day)
        sheet.write_number(row, 2, amount)
    sheet.write_formula("E2", "=SUM(Poster[Belopp])", None, 425.5)
    pivot = book.add_worksheet("Pivå")
    for row, (label, value) in enumerate((("Enhet", "Summa"), ("605", 175), ("606", 250.5), ("Totalt", 425.5))):  # fmt: skip
        pivot.write_row(row + 2, 0, [label, value])


def _frame(number: int, name: str, prefix: str, namespace: str, requires: str, element: str) -> str:
    return (
        f'<xdr:twoCellAnchor><xdr:from><xdr:col>6</xdr:col><xdr:colOff>0</xdr:colOff><xdr:row>{number * 14}</xdr:row>'
        "<xdr:rowOff>0</xdr:rowOff></xdr:from><xdr:to><xdr:col>9</xdr:col><xdr:colOff>0</xdr:colOff>"
        f"<xdr:row>{number * 14 + 12}</xdr:row><xdr:rowOff>0</xdr:rowOff></xdr:to>"
        f'<mc:AlternateContent xmlns:mc="{_MC}" xmlns:{requires}="{namespace}"><mc:Choice Requires="{requires}">'
        f'<xdr:graphicFrame macro=""><xdr:nvGraphicFramePr><xdr:cNvPr id="{number + 1}" name="{name}"/>'
        "<xdr:cNvGraphicFramePr/></xdr:nvGraphicFramePr><xdr:xfrm><a:off x=\"0\" y=\"0\"/><a:ext cx=\"0\" cy=\"0\"/></xdr:xfrm>"
        f'<a:graphic><a:graphicData uri="{namespace}"><{prefix}:{element} xmlns:{prefix}="{namespace}" name="{name}"/>'
        "</a:graphicData></a:graphic></xdr:graphicFrame></mc:Choice><mc:Fallback>"
        f'<xdr:sp macro="" textlink=""><xdr:nvSpPr><xdr:cNvPr id="0" name=""/><xdr:cNvSpPr/></xdr:nvSpPr><xdr:spPr>'
        '<a:xfrm><a:off x="0" y="0"/><a:ext cx="1" cy="1"/></a:xfrm><a:prstGeom prst="rect"><a:avLst/></a:prstGeom>'
        "</xdr:spPr></xdr:sp></mc:Fallback></mc:AlternateContent><xdr:clientData/></xdr:twoCellAnchor>"
    )  # fmt: skip


def _drawing(*content: str) -> str:
    return f'{_XML}<xdr:wsDr xmlns:xdr="{_XDR}" xmlns:a="{_A}">{"".join(content)}</xdr:wsDr>'


def slicers() -> bytes:
    """A pivot table with its cache, a slicer of it, one of a table, and a timeline."""
    cache = (
        f'{_XML}<pivotCacheDefinition xmlns="{_MAIN}" xmlns:r="{_LINKS}" r:id="rId1" refreshedBy="Ramkoll" '
        'refreshedDate="45536" createdVersion="6" refreshedVersion="6" minRefreshableVersion="3" recordCount="3">'
        '<cacheSource type="worksheet"><worksheetSource name="Poster"/></cacheSource><cacheFields count="3">'
        '<cacheField name="Enhet" numFmtId="0"><sharedItems count="2"><s v="605"/><s v="606"/></sharedItems></cacheField>'
        '<cacheField name="Datum" numFmtId="14"><sharedItems containsSemiMixedTypes="0" containsNonDate="0" containsDate="1" '
        'containsString="0" minDate="2024-01-31T00:00:00" maxDate="2024-04-01T00:00:00" count="3">'
        '<d v="2024-01-31T00:00:00"/><d v="2024-02-29T00:00:00"/><d v="2024-03-31T00:00:00"/></sharedItems></cacheField>'
        '<cacheField name="Belopp" numFmtId="0"><sharedItems containsSemiMixedTypes="0" containsString="0" containsNumber="1" '
        'minValue="75" maxValue="250.5"/></cacheField></cacheFields><extLst>'
        + _ext("{725AE2AE-9491-48be-B2B4-4EB974FC3084}", "x14", _X14, '<x14:pivotCacheDefinition pivotCacheId="7"/>')
        + "</extLst></pivotCacheDefinition>"
    )  # fmt: skip
    records = (
        f'{_XML}<pivotCacheRecords xmlns="{_MAIN}" count="3"><r><x v="0"/><x v="0"/><n v="100"/></r>'
        '<r><x v="1"/><x v="1"/><n v="250.5"/></r><r><x v="0"/><x v="2"/><n v="75"/></r></pivotCacheRecords>'
    )
    table = (
        f'{_XML}<pivotTableDefinition xmlns="{_MAIN}" name="Pivå1" cacheId="3" dataCaption="Värden" updatedVersion="6" '
        'minRefreshableVersion="3" createdVersion="6" outline="1" outlineData="1"><location ref="A3:B6" firstHeaderRow="1" '
        'firstDataRow="1" firstDataCol="1"/><pivotFields count="3"><pivotField axis="axisRow" showAll="0"><items count="3">'
        '<item x="0"/><item x="1"/><item t="default"/></items></pivotField><pivotField numFmtId="14" showAll="0"/>'
        '<pivotField dataField="1" showAll="0"/></pivotFields><rowFields count="1"><field x="0"/></rowFields><rowItems count="3">'
        '<i><x/></i><i><x v="1"/></i><i t="grand"><x/></i></rowItems><colItems count="1"><i/></colItems><dataFields count="1">'
        '<dataField name="Summa" fld="2" baseField="0" baseItem="0"/></dataFields></pivotTableDefinition>'
    )  # fmt: skip
    pivots = '<pivotTables><pivotTable tabId="2" name="Pivå1"/></pivotTables>'
    items = '<data><tabular pivotCacheId="7"><items count="2"><i x="0" s="1"/><i x="1" s="1"/></items></tabular></data>'
    of_table = (
        '<extLst><x:ext uri="{2F2917AC-EB37-4324-AD4E-5DD8C200BD13}" '
        f'xmlns:x15="{_X15}"><x15:tableSlicerCache tableId="1" column="1"/></x:ext></extLst>'
    )

    def slicer_cache(name: str, content: str) -> str:
        return (
            f'{_XML}<slicerCacheDefinition xmlns="{_X14}" xmlns:mc="{_MC}" mc:Ignorable="x" xmlns:x="{_MAIN}" '
            f'name="{name}" sourceName="Enhet">{content}</slicerCacheDefinition>'
        )

    def slicer(name: str, cache_name: str) -> str:
        return (
            f'{_XML}<slicers xmlns="{_X14}"><slicer name="{name}" cache="{cache_name}" caption="Enhet" '
            'rowHeight="241300"/></slicers>'
        )

    timeline_cache = (
        f'{_XML}<timelineCacheDefinition xmlns="{_X15}" name="NativeTimeline_Datum" sourceName="Datum">{pivots}'
        '<state minimalRefreshVersion="6" lastRefreshVersion="6" pivotCacheId="7" filterType="unknown">'
        '<bounds startDate="2024-01-01T00:00:00" endDate="2025-01-01T00:00:00"/></state></timelineCacheDefinition>'
    )
    timeline = (
        f'{_XML}<timelines xmlns="{_X15}"><timeline name="Datum" cache="NativeTimeline_Datum" caption="Datum" level="2" '
        'selectionLevel="2" scrollPosition="2024-01-01T00:00:00"/></timelines>'
    )  # fmt: skip
    of_2007, of_2011 = f"{_MS}/2007/relationships", f"{_MS}/2011/relationships"
    excel = "application/vnd.ms-excel"
    drawn = "application/vnd.openxmlformats-officedocument.drawing+xml"
    slicer_ns, timeline_ns = f"{_MS}/drawing/2010/slicer", f"{_MS}/drawing/2012/timeslicer"
    definition = "xl/pivotCache/pivotCacheDefinition1.xml"
    pivot_table = "xl/pivotTables/pivotTable1.xml"
    added = [
        _Added(definition, cache, _WORKBOOK, "rId91", f"{_LINKS}/pivotCacheDefinition", f"{_SHEETS}.pivotCacheDefinition+xml"),
        _Added("xl/pivotCache/pivotCacheRecords1.xml", records, definition, "rId1", f"{_LINKS}/pivotCacheRecords", f"{_SHEETS}.pivotCacheRecords+xml"),
        _Added(pivot_table, table, _SHEET2, "rId1", f"{_LINKS}/pivotTable", f"{_SHEETS}.pivotTable+xml"),
        _Added(definition, cache, pivot_table, "rId1", f"{_LINKS}/pivotCacheDefinition"),
        _Added("xl/slicerCaches/slicerCache1.xml", slicer_cache("Slicer_Enhet", pivots + items), _WORKBOOK, "rId92", f"{of_2007}/slicerCache", f"{excel}.slicerCache+xml"),
        _Added("xl/slicerCaches/slicerCache2.xml", slicer_cache("Slicer_Enhet1", of_table), _WORKBOOK, "rId93", f"{of_2007}/slicerCache", f"{excel}.slicerCache+xml"),
        _Added("xl/timelineCaches/timelineCache1.xml", timeline_cache, _WORKBOOK, "rId94", f"{of_2011}/timelineCache", f"{excel}.timelineCache+xml"),
        _Added("xl/drawings/drawing1.xml", _drawing(_frame(1, "Enhet 1", "sle", slicer_ns, "sle15", "slicer")), _SHEET1, "rId8", f"{_LINKS}/drawing", drawn),
        _Added("xl/slicers/slicer1.xml", slicer("Enhet 1", "Slicer_Enhet1"), _SHEET1, "rId9", f"{of_2007}/slicer", f"{excel}.slicer+xml"),
        _Added("xl/drawings/drawing2.xml", _drawing(_frame(1, "Enhet", "sle", slicer_ns, "a14", "slicer"), _frame(2, "Datum", "tsle", timeline_ns, "tsle", "timeslicer")), _SHEET2, "rId2", f"{_LINKS}/drawing", drawn),
        _Added("xl/slicers/slicer2.xml", slicer("Enhet", "Slicer_Enhet"), _SHEET2, "rId3", f"{of_2007}/slicer", f"{excel}.slicer+xml"),
        _Added("xl/timelines/timeline1.xml", timeline, _SHEET2, "rId4", f"{of_2011}/timeline", f"{excel}.timeline+xml"),
    ]  # fmt: skip
    reference = '<pivotCache cacheId="3" r:id="rId91"/>'
    names = "".join(f'<definedName name="{name}">#N/A</definedName>' for name in ("NativeTimeline_Datum", "Slicer_Enhet", "Slicer_Enhet1"))  # fmt: skip
    caches = (
        _ext("{BBE1A952-AA13-448e-AADC-164F8A28A991}", "x14", _X14, '<x14:slicerCaches><x14:slicerCache r:id="rId92"/></x14:slicerCaches>')
        + _ext("{46BE6895-7355-4a93-B00E-2C351335B9C9}", "x15", _X15, f'<x15:slicerCaches xmlns:x14="{_X14}"><x14:slicerCache r:id="rId93"/></x15:slicerCaches>')
        + _ext("{D0CA8CA8-9F24-4464-BF8E-62219DCF47F9}", "x15", _X15, '<x15:timelineCacheRefs><x15:timelineCacheRef r:id="rId94"/></x15:timelineCacheRefs>')
    )  # fmt: skip
    of_sheet = _ext("{A8765BA9-456A-4dab-B4F3-ACF838C121DE}", "x14", _X14, '<x14:slicerList><x14:slicer r:id="rId3"/></x14:slicerList>')  # fmt: skip
    of_sheet += _ext("{7E03D99C-DC04-49d9-9315-930204A7B6E9}", "x15", _X15, '<x15:timelineRefs><x15:timelineRef r:id="rId4"/></x15:timelineRefs>')  # fmt: skip
    tabular = _ext("{3A4CF648-6AED-40f4-86FF-DC5316D8AED3}", "x15", _X15, f'<x14:slicerList xmlns:x14="{_X14}"><x14:slicer r:id="rId9"/></x14:slicerList>')  # fmt: skip
    return _with(
        _written(_source),
        added,
        {
            _WORKBOOK: [
                ("<calcPr", f"<definedNames>{names}</definedNames>"),
                ("</workbook>", f"<pivotCaches>{reference}</pivotCaches><extLst>{caches}</extLst>"),
            ],
            _SHEET1: [
                ("<tableParts", '<drawing r:id="rId8"/>'),
                ("</worksheet>", f"<extLst>{tabular}</extLst>"),
            ],
            _SHEET2: [("</worksheet>", f'<drawing r:id="rId2"/><extLst>{of_sheet}</extLst>')],
        },
    )


def threads() -> bytes:
    """Notes, threads with persons, a label, custom XML, and what a printer is told."""

    def fill(book: xlsxwriter.Workbook) -> None:
        sheet = book.add_worksheet("Utfall å")
        sheet.write_row("A1", ["Konto", "Belopp"])
        sheet.write_row("A2", ["Löner", 1200])
        sheet.write_row("A3", ["Läkemedel", 80.5])
        sheet.write_comment("B2", "[Trådad kommentar]\n\nKommentar:\n    Varför så högt?", {"author": "tc={11111111-2222-3333-4444-555555555555}"})  # fmt: skip
        sheet.write_comment("B3", "En vanlig anteckning", {"author": "Controller"})
        sheet.set_paper(9)
        book.add_worksheet("Annat").write("A1", 7)

    person, other = "{AAAAAAAA-0000-4000-8000-000000000001}", "{AAAAAAAA-0000-4000-8000-000000000002}"  # fmt: skip
    thread = "{11111111-2222-3333-4444-555555555555}"
    threaded = f"{_MS}/spreadsheetml/2018/threadedcomments"
    comments = (
        f'{_XML}<ThreadedComments xmlns="{threaded}" xmlns:x="{_MAIN}">'
        f'<threadedComment ref="B2" dT="2024-09-01T08:00:00.00" personId="{person}" id="{thread}"><text>Varför så högt?</text></threadedComment>'
        f'<threadedComment ref="B2" dT="2024-09-01T09:30:00.00" personId="{other}" id="{{11111111-2222-3333-4444-666666666666}}" parentId="{thread}">'
        "<text>Retroaktiv lön &amp; semester</text></threadedComment></ThreadedComments>"
    )  # fmt: skip
    persons = (
        f'{_XML}<personList xmlns="{threaded}" xmlns:x="{_MAIN}"><person displayName="Kim Ek" id="{person}" userId="S::kim" providerId="AD"/>'
        f'<person displayName="Åsa Öst" id="{other}" userId="S::asa" providerId="AD"/></personList>'
    )  # fmt: skip
    label = (
        f'<?xml version="1.0" encoding="utf-8" standalone="yes"?><clbl:labelList xmlns:clbl="{_MS}/2020/mipLabelMetadata">'
        '<clbl:label id="{bbbbbbbb-0000-4000-8000-000000000001}" enabled="1" method="Privileged" '
        'siteId="{bbbbbbbb-0000-4000-8000-000000000002}" contentBits="0" removed="0"/></clbl:labelList>'
    )  # fmt: skip
    store = (
        f'{_XML}<ds:datastoreItem ds:itemID="{{CCCCCCCC-0000-4000-8000-000000000001}}" '
        'xmlns:ds="http://schemas.openxmlformats.org/officeDocument/2006/customXml"><ds:schemaRefs/></ds:datastoreItem>'
    )  # fmt: skip
    # A printer's own words: nothing but the printer reads them.
    printer = "Skrivare å".encode("utf-16-le").ljust(64, b"\0") + struct.pack("<HHHH", 0x401, 6, 220, 0)  # fmt: skip
    of_2017 = f"{_MS}/2017/10/relationships"
    return _with(
        _written(fill),
        [
            _Added("xl/threadedComments/threadedComment1.xml", comments, _SHEET1, "rId8", f"{of_2017}/threadedComment", "application/vnd.ms-excel.threadedcomments+xml"),
            _Added("xl/persons/person.xml", persons, _WORKBOOK, "rId90", f"{of_2017}/person", "application/vnd.ms-excel.person+xml"),
            _Added("xl/printerSettings/printerSettings1.bin", printer, _SHEET1, "rId9", f"{_LINKS}/printerSettings"),
            _Added("docMetadata/LabelInfo.xml", label, "", "rId90", f"{_MS}/2020/02/relationships/classificationlabels", "application/vnd.ms-office.classificationlabels+xml"),
            _Added("customXml/item1.xml", '<period xmlns="urn:ramkoll:prov">2024-08</period>', _WORKBOOK, "rId91", f"{_LINKS}/customXml"),
            _Added("customXml/itemProps1.xml", store, "customXml/item1.xml", "rId1", f"{_LINKS}/customXmlProps", "application/vnd.openxmlformats-officedocument.customXmlProperties+xml"),
        ],
        {
            _SHEET1: [('orientation="portrait"', 'r:id="rId9" ')],
            "[Content_Types].xml": [_default("bin", f"{_SHEETS}.printerSettings")],
        },
    )  # fmt: skip


def controls() -> bytes:
    """A tick box and a button on a sheet, and a container of macros."""

    def fill(book: xlsxwriter.Workbook) -> None:
        book.set_vba_name("Arbetsboken")
        sheet = book.add_worksheet("Formulär")
        sheet.set_vba_name("Blad1")
        sheet.write_row("A1", ["Klar", False, "Belopp", 12])
        sheet.write_formula("A2", "=IF(B1,D1,0)", None, 0)

    def anchor(row: int) -> str:
        return "".join(
            f"<{end}><xdr:col>{column}</xdr:col><xdr:colOff>0</xdr:colOff><xdr:row>{at}</xdr:row>"
            f"<xdr:rowOff>0</xdr:rowOff></{end}>"
            for end, column, at in (("from", 1, row), ("to", 3, row + 2))
        )

    def control(number: int, name: str, id_: str) -> str:
        return (
            f'<mc:AlternateContent xmlns:mc="{_MC}"><mc:Choice Requires="x14"><control shapeId="{1024 + number}" r:id="{id_}" name="{name}">'
            f'<controlPr defaultSize="0" autoFill="0" autoLine="0" autoPict="0"><anchor moveWithCells="1">{anchor(3 * number)}'
            "</anchor></controlPr></control></mc:Choice></mc:AlternateContent>"
        )

    def shape(number: int, kind: str, more: str) -> str:
        return (
            f'<v:shape id="_x0000_s{1024 + number}" type="#_x0000_t201" style="position:absolute;margin-left:48pt;margin-top:{45 * number}pt;'
            'width:96pt;height:30pt;z-index:1" stroked="f" strokecolor="windowText [64]" o:insetmode="auto"><v:textbox style="mso-direction-alt:auto">'
            f'<div style=\'text-align:left\'><font face="Tahoma" size="160">{kind}</font></div></v:textbox>'
            f'<x:ClientData ObjectType="{kind}"><x:SizeWithCells/><x:Anchor>1, 0, {3 * number}, 0, 3, 0, {3 * number + 2}, 0</x:Anchor>{more}</x:ClientData></v:shape>'
        )

    vml = (
        '<xml xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office" xmlns:x="urn:schemas-microsoft-com:office:excel">'
        '<o:shapelayout v:ext="edit"><o:idmap v:ext="edit" data="1"/></o:shapelayout><v:shapetype id="_x0000_t201" coordsize="21600,21600" '
        'o:spt="201" path="m,l,21600r21600,l21600,xe"><v:stroke joinstyle="miter"/></v:shapetype>'
        + shape(1, "Checkbox", "<x:FmlaLink>$B$1</x:FmlaLink><x:NoThreeD/>")
        + shape(2, "Button", "<x:FmlaMacro>[0]!Räkna</x:FmlaMacro>")
        + "</xml>"
    )
    properties = f"{_MS}/spreadsheetml/2009/9/main"
    control_type = "application/vnd.ms-excel.controlproperties+xml"
    data = _with(
        _written(fill),
        [
            _Added("xl/vbaProject.bin", ole("VBA", "dir", "PROJECT", "_VBA_PROJECT"), _WORKBOOK, "rId90", f"{_MS}/2006/relationships/vbaProject"),
            _Added("xl/drawings/vmlDrawing1.vml", vml, _SHEET1, "rId1", f"{_LINKS}/vmlDrawing"),
            _Added("xl/ctrlProps/ctrlProp1.xml", f'{_XML}<formControlPr xmlns="{properties}" objectType="CheckBox" fmlaLink="$B$1" lockText="1" noThreeD="1"/>', _SHEET1, "rId2", f"{_LINKS}/ctrlProp", control_type),
            _Added("xl/ctrlProps/ctrlProp2.xml", f'{_XML}<formControlPr xmlns="{properties}" objectType="Button" lockText="1"/>', _SHEET1, "rId3", f"{_LINKS}/ctrlProp", control_type),
        ],
        {
            _SHEET1: [
                ("</worksheet>", f'<legacyDrawing r:id="rId1"/><mc:AlternateContent xmlns:mc="{_MC}"><mc:Choice Requires="x14"><controls>{control(1, "Kryssruta 1", "rId2")}{control(2, "Knapp 2", "rId3")}</controls></mc:Choice></mc:AlternateContent>'),
                (' xmlns:r=', f' xmlns:xdr="{_XDR}" xmlns:x14="{_X14}"'),
            ],
            "[Content_Types].xml": [_default("bin", "application/vnd.ms-office.vbaProject"), _default("vml", "application/vnd.openxmlformats-officedocument.vmlDrawing")],
        },
    )  # fmt: skip
    types = part(data, "[Content_Types].xml")
    macros = types.replace(f"{_SHEETS}.sheet.main+xml", "application/vnd.ms-excel.sheet.macroEnabled.main+xml")  # fmt: skip
    assert macros != types
    return with_parts(data, {"[Content_Types].xml": macros})


def _picture() -> io.BytesIO:
    """A red dot."""

    def chunk(kind: bytes, content: bytes) -> bytes:
        return (
            struct.pack(">I", len(content)) + kind + content
            + struct.pack(">I", zlib.crc32(kind + content))
        )  # fmt: skip

    head = struct.pack(">IIBBBBB", 1, 1, 8, 2, 0, 0, 0)
    return io.BytesIO(
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head)
        + chunk(b"IDAT", zlib.compress(b"\0\xc0\0\0")) + chunk(b"IEND", b"")
    )  # fmt: skip


def drawn() -> bytes:
    """Pictures, text boxes, a chart with style, sparklines, extended formats, spills, rich text."""

    def fill(book: xlsxwriter.Workbook) -> None:
        bold = book.add_format({"bold": True})
        sheet = book.add_worksheet("Bild & form")
        sheet.write_row("A1", ["Månad", "Budget", "Utfall"])
        for row, (month, budget, actual) in enumerate((("jan", 10, 12), ("feb", 20, 18.5), ("mar", 30, -3)), 1):  # fmt: skip
            sheet.write_row(row, 0, [month, budget, actual])
            sheet.add_sparkline(row, 5, {"range": f"'Bild & form'!B{row + 1}:C{row + 1}"})
        sheet.write_rich_string("A6", "Se ", bold, "not 3", " om läkemedel")
        sheet.write_formula("D2", "=C2-B2", None, 2)
        sheet.write_dynamic_array_formula("H2:H4", "=_xlfn._xlws.SORT(B2:B4)", None, 10)
        sheet.write_row("H3", [20])
        sheet.write_row("H4", [30])
        sheet.conditional_format("C2:C4", {"type": "data_bar", "data_bar_2010": True})
        sheet.conditional_format("B2:B4", {"type": "3_color_scale"})
        sheet.data_validation("A2:A4", {"validate": "list", "source": ["jan", "feb", "mar"]})
        sheet.merge_range("A8:C8", "Sammanfattning", bold)
        sheet.write_url("A10", "https://example.org/?a=1&b=2", string="Länk")
        sheet.protect("", {"objects": True})
        sheet.unprotect_range("C2:C4", "Utfall")
        sheet.insert_textbox("J2", "Text i en ruta å", {"width": 120, "height": 60})
        sheet.insert_image("J8", "punkt.png", {"image_data": _picture(), "description": "En punkt"})
        sheet.set_header("&L&G", {"image_left": "punkt.png", "image_data_left": _picture()})
        chart = book.add_chart({"type": "column"})
        chart.add_series({"name": "Utfall", "categories": "='Bild & form'!$A$2:$A$4", "values": "='Bild & form'!$C$2:$C$4"})  # fmt: skip
        sheet.insert_chart("J14", chart)
        sheet.outline_settings(True, False)
        sheet.set_row(2, None, None, {"level": 1})
        sheet.autofilter("A1:C4")
        sheet.repeat_rows(0)
        book.add_worksheet("Summa").write_formula("A1", "=SUM('Bild & form'!C2:C4)", None, 27.5)
        book.define_name("Utfallet", "='Bild & form'!$C$2:$C$4")

    style = f"{_MS}/drawing/2012/chartStyle"
    entry = '<cs:{0}><cs:lnRef idx="0"/><cs:fillRef idx="0"/><cs:effectRef idx="0"/><cs:fontRef idx="minor"/></cs:{0}>'
    styled = "".join(entry.format(name) for name in ("axisTitle", "categoryAxis", "chartArea", "dataLabel"))  # fmt: skip
    chart_part = "xl/charts/chart1.xml"
    return _with(
        _written(fill),
        [
            _Added("xl/charts/style1.xml", f'{_XML}<cs:chartStyle xmlns:cs="{style}" xmlns:a="{_A}" id="201">{styled}</cs:chartStyle>', chart_part, "rId1", f"{_MS}/2011/relationships/chartStyle", "application/vnd.ms-office.chartstyle+xml"),
            _Added("xl/charts/colors1.xml", f'{_XML}<cs:colorStyle xmlns:cs="{style}" xmlns:a="{_A}" meth="cycle" id="10"><a:schemeClr val="accent1"/><cs:variation/></cs:colorStyle>', chart_part, "rId2", f"{_MS}/2011/relationships/chartColorStyle", "application/vnd.ms-office.chartcolorstyle+xml"),
        ],
        {},
    )  # fmt: skip


def query() -> bytes:
    """A table that is fetched by a query over a connection."""
    source = "Provider=Microsoft.Mashup.OleDb.1;Data Source=$Workbook$;Location=Utfall"
    connections = (
        f'{_XML}<connections xmlns="{_MAIN}"><connection id="1" keepAlive="1" name="Fråga – Utfall" type="5" refreshedVersion="6" '
        f"background=\"1\" saveData=\"1\"><dbPr connection={quoteattr(source)} command=\"SELECT * FROM [Utfall]\"/></connection></connections>"
    )  # fmt: skip
    fields = "".join(f'<queryTableField id="{n}" name="{name}" tableColumnId="{n}"/>' for n, name in enumerate(("Enhet", "Datum", "Belopp"), 1))  # fmt: skip
    table = (
        f'{_XML}<queryTable xmlns="{_MAIN}" name="ExternalData_1" connectionId="1" autoFormatId="16" applyNumberFormats="0" applyBorderFormats="0" '
        'applyFontFormats="0" applyPatternFormats="0" applyAlignmentFormats="0" applyWidthHeightFormats="0">'
        f'<queryTableRefresh nextId="4"><queryTableFields count="3">{fields}</queryTableFields></queryTableRefresh></queryTable>'
    )  # fmt: skip
    data = _with(
        _written(_source),
        [
            _Added("xl/connections.xml", connections, _WORKBOOK, "rId90", f"{_LINKS}/connections", f"{_SHEETS}.connections+xml"),
            _Added("xl/queryTables/queryTable1.xml", table, "xl/tables/table1.xml", "rId1", f"{_LINKS}/queryTable", f"{_SHEETS}.queryTable+xml"),
        ],
        {_WORKBOOK: [("<calcPr", '<definedNames><definedName name="ExternalData_1" localSheetId="0" hidden="1">Underlag!$A$1:$C$4</definedName></definedNames>')]},
    )  # fmt: skip
    xml = part(data, "xl/tables/table1.xml").replace(' totalsRowShown="0"', ' tableType="queryTable" totalsRowShown="0"', 1)  # fmt: skip
    for number, name in enumerate(("Enhet", "Datum", "Belopp"), 1):
        old = f'<tableColumn id="{number}" name="{name}"'
        assert old in xml
        xml = xml.replace(old, f'<tableColumn id="{number}" uniqueName="{number}" name="{name}" queryTableFieldId="{number}"')  # fmt: skip
    return with_parts(data, {"xl/tables/table1.xml": xml})


def drawn_prefixed() -> bytes:
    """The same as ``drawn``, with all names of the spreadsheet's own under a prefix."""
    data = drawn()
    names = (_SHEET1, _SHEET2, _WORKBOOK, "xl/styles.xml", "xl/sharedStrings.xml")
    return with_parts(data, {name: prefixed(part(data, name)) for name in names})
