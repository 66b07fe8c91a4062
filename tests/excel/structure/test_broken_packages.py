"""A workbook without a fault, broken in one place: exactly that fault is told."""

from __future__ import annotations

import io
import random
import re
import time
import zipfile
from pathlib import Path
from typing import NamedTuple

import pytest
from tests.excel.structure.packages import (
    RELS,
    TYPES,
    crc,
    edited,
    good,
    text_of,
    with_directory_edit,
    with_entry_twice,
    with_parts,
)

from ramkoll.excel import structure
from ramkoll.excel.structure import faults

BOOK = "xl/workbook.xml"
SHEET, TABULAR, THIRD = (f"xl/worksheets/sheet{number}.xml" for number in (1, 2, 3))
SHEET_RELS = "xl/worksheets/_rels/sheet1.xml.rels"
TABULAR_RELS = "xl/worksheets/_rels/sheet2.xml.rels"
STYLES, STRINGS = "xl/styles.xml", "xl/sharedStrings.xml"
TABLE, OTHER_TABLE = "xl/tables/table1.xml", "xl/tables/table2.xml"
CHAIN, NOTES, BOXES = "xl/calcChain.xml", "xl/comments1.xml", "xl/drawings/vmlDrawing1.vml"
THREADS, PERSONS = "xl/threadedComments/thread1.xml", "xl/persons/person.xml"
DRAWING, CHART = "xl/drawings/drawing1.xml", "xl/charts/chart1.xml"
PIVOT, CACHE, RECORDS = (
    "xl/pivotTables/pivot1.xml", "xl/pivotCache/cache1.xml", "xl/pivotCache/records1.xml",
)  # fmt: skip
SLICERS, SLICER_CACHE = "xl/slicers/slicer1.xml", "xl/slicerCaches/cache1.xml"
CORE = "docProps/core.xml"
ROW_9 = '<row r="9" spans="1:7"'
LINE_OF_TABLE = '<Override PartName="/xl/tables/table1.xml"'
MANY = "x" * 256


class Broken(NamedTuple):
    """The first ``old`` of a part is ``new``; the faults are of these rules, all in ``told``."""

    rules: str
    part: str
    old: str
    new: str
    told: str = ""


EDITS = [
    # The list of contents
    Broken("types.duplicate", TYPES, '<Override PartName="/xl/styles.xml"', '<Default Extension="XML" ContentType="a/b"/><Override PartName="/xl/styles.xml"'),
    Broken("types.duplicate", TYPES, "</Types>", '<Override PartName="/xl/Styles.xml" ContentType="a/b"/></Types>'),
    Broken("types.line", TYPES, "</Types>", "<Mer/></Types>"),
    Broken("types.line", TYPES, '"/xl/styles.xml"', '"xl/styles.xml"'),
    Broken("types.no_part", TYPES, "</Types>", '<Override PartName="/xl/borta.xml" ContentType="a/b"/></Types>'),
    Broken("types.unlisted", TYPES, '<Default Extension="png" ContentType="image/png"/>', "", "xl/media/image1.png"),
    Broken("types.kind", TYPES, "spreadsheetml.table+xml", "spreadsheetml.comments+xml", TABULAR_RELS),
    Broken("types.kind", TYPES, "spreadsheetml.worksheet+xml", "spreadsheetml.chartsheet+xml", RELS),
    # Relationships
    Broken("rels.no_book", "_rels/.rels", "/officeDocument\"", "/document\"", "-"),
    Broken("rels.dangling", SHEET_RELS, "../threadedComments/thread1.xml", "thread1.xml"),
    Broken("rels.duplicate", SHEET_RELS, 'Id="rId90"', 'Id="rId4"', "-"),
    Broken("rels.unknown", SHEET, '<legacyDrawing r:id="rId3"/>', '<legacyDrawing r:id="rId33"/>'),
    Broken("rels.unknown", DRAWING, 'r:embed="rId1"', 'r:embed="rId9"'),
    Broken("rels.kind", SHEET, '<hyperlink ref="A20" r:id="rId1"/>', '<hyperlink ref="A20" r:id="rId2"/>'),
    Broken("rels.kind", BOOK, '<pivotCache cacheId="7" r:id="rId92"/>', '<pivotCache cacheId="7" r:id="rId8"/>'),
    Broken("rels.line", SHEET_RELS, "</Relationships>", '<Relationship Target="x" TargetMode="External"/></Relationships>'),
    Broken("rels.shared", "xl/worksheets/_rels/sheet3.xml.rels", "</Relationships>", '<Relationship Id="rId7" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/drawing" Target="../drawings/drawing1.xml"/></Relationships>'),
    # XML
    Broken("xml.form", CORE, "</cp:coreProperties>", ""),
    Broken("xml.form", CORE, "Prov", "Pr\x0bov"),
    Broken("xml.form", CORE, "Prov", "Pr&nbsp;ov"),
    Broken("xml.doctype", CORE, "<cp:coreProperties", "<!DOCTYPE x><cp:coreProperties"),
    Broken("xml.encoding", CORE, 'encoding="UTF-8"', 'encoding="iso-8859-1"'),
    Broken("xml.ignorable", SHEET, 'mc:Ignorable="x14ac"', 'mc:Ignorable="x14ac xr"'),
    # The workbook
    Broken("order.sequence", BOOK, "<calcPr", "<bookViews><workbookView/></bookViews><calcPr"),
    Broken("order.twice", BOOK, "<calcPr", "<calcPr/><calcPr"),
    Broken("order.unknown", BOOK, "<calcPr", "<mer/><calcPr"),
    Broken("order.unknown", BOOK, "<calcPr", '<mer xmlns="urn:x"/><calcPr'),
    Broken("order.missing pivots.cache_id", BOOK, '<pivotCache cacheId="7" r:id="rId92"/>', "", "-"),
    Broken("sheets.name", BOOK, 'name="Pivot"', f'name="{"x" * 32}"'),
    Broken("sheets.name", BOOK, 'name="Pivot"', 'name="A/B"'),
    Broken("sheets.name", BOOK, 'name="Pivot"', 'name=""'),
    Broken("sheets.same_name", BOOK, 'name="Pivot"', 'name="UTFALL Å"'),
    Broken("sheets.number", BOOK, 'sheetId="4"', 'sheetId="0"'),
    Broken("sheets.same_number", BOOK, 'sheetId="4"', 'sheetId="3"'),
    Broken("sheets.no_part", BOOK, 'sheetId="4" state="hidden" r:id="rId4"', 'sheetId="4" state="hidden"'),
    Broken("sheets.same_part", BOOK, 'r:id="rId4"', 'r:id="rId3"'),
    Broken("sheets.state", BOOK, 'state="hidden"', 'state="borta"'),
    Broken("views.range", BOOK, "<workbookView", '<workbookView activeTab="4"'),
    Broken("views.range", BOOK, "<workbookView", '<workbookView firstSheet="-1"'),
    Broken("views.active_hidden", BOOK, "<workbookView", '<workbookView activeTab="3"'),
    Broken("names.name", BOOK, 'name="Belopp"', 'name="Två ord"'),
    Broken("names.name", BOOK, 'name="Belopp"', 'name="RAM2024"'),
    Broken("names.name", BOOK, 'name="Belopp"', 'name="R1C1"'),
    Broken("names.name", BOOK, 'name="Belopp"', 'name="1a"'),
    Broken("names.duplicate", BOOK, "<definedName ", '<definedName name="BELOPP">1</definedName><definedName '),
    Broken("names.scope", BOOK, 'name="Eget" localSheetId="1"', 'name="Eget" localSheetId="4"'),
    Broken("names.formula", BOOK, "Tabell!$B$3", "Borta!$B$3"),
    Broken("names.formula", BOOK, "Tabell!$B$3", "[1]Tabell!$B$3"),
    Broken("names.formula", BOOK, "Tabell!$B$3", ""),
    # Around the cells
    Broken("order.sequence", SHEET, "<mergeCells", "<cols><col min='9' max='9'/></cols><mergeCells"),
    Broken("order.twice", SHEET, "<pageMargins", '<pageMargins left="0" right="0" top="0" bottom="0" header="0" footer="0"/><pageMargins'),
    Broken("order.unknown", SHEET, "<mergeCells", "<merged/><mergeCells"),
    Broken("order.missing", SHEET, '<hyperlink ref="A20" r:id="rId1"/>', ""),
    Broken("order.missing", THIRD, text_of(THIRD)[text_of(THIRD).index("<sheetData>") : text_of(THIRD).index("<pageMargins")], ""),
    Broken("sheet.dimension", SHEET, '<dimension ref="A1:G20"/>', '<dimension ref="G20:A1"/>'),
    Broken("sheet.view", SHEET, 'workbookViewId="0"', 'workbookViewId="1"'),
    Broken("sheet.selection", SHEET, '<selection pane="bottomLeft"/>', '<selection activeCell="A0" sqref="A1"/>'),
    Broken("sheet.selection", SHEET, '<selection pane="bottomLeft"/>', '<selection activeCell="A1" sqref=""/>'),
    Broken("sheet.pane", SHEET, 'ySplit="1"', 'ySplit="0"'),
    Broken("sheet.pane", SHEET, 'topLeftCell="A2"', 'topLeftCell="A:2"'),
    Broken("sheet.count", SHEET, '<mergeCells count="2">', '<mergeCells count="3">'),
    Broken("cols.range", SHEET, 'max="1" width', 'max="0" width'),
    Broken("cols.range", SHEET, 'max="5" width', 'max="16385" width'),
    Broken("cols.order", SHEET, 'max="1" width', 'max="3" width'),
    Broken("cols.width", SHEET, 'width="20.7109375"', 'width="20,7"'),
    Broken("merges.ref", SHEET, '"E16:F16"', '"E16:F"'),
    Broken("merges.overlap", SHEET, '"E16:F16"', '"C16:F16"'),
    Broken("merges.array", SHEET, '"E16:F16"', '"F4:F5"'),
    Broken("conditions.sqref", SHEET, '<conditionalFormatting sqref="D2:D12">', '<conditionalFormatting sqref="D2;D12">'),
    Broken("conditions.format", SHEET, 'dxfId="0"', 'dxfId="1"'),
    Broken("conditions.kind", SHEET, 'type="cellIs"', 'type="cell"'),
    Broken("conditions.kind", SHEET, 'priority="2"', ""),
    Broken("conditions.kind", SHEET, "<dataBar><cfvo type=\"min\"/><cfvo type=\"max\"/><color rgb=\"FF638EC6\"/></dataBar>", ""),
    Broken("conditions.formula", SHEET, "<formula>'Tabell'!$B$3</formula>", ""),
    Broken("conditions.formula", SHEET, "<formula>'Tabell'!$B$3</formula>", "<formula>'Borta'!$B$3</formula>"),
    Broken("validations.sqref", SHEET, 'sqref="C2:C12"', 'sqref=""'),
    Broken("validations.kind", SHEET, 'type="decimal"', 'type="number"'),
    Broken("validations.length", SHEET, '"ja,nej"', f'"{MANY}"'),
    Broken("validations.length", SHEET, 'promptTitle="Belopp"', f'promptTitle="{MANY[:33]}"'),
    Broken("validations.formula", SHEET, "<formula1>0</formula1>", "<formula1>Borta!A1</formula1>"),
    Broken("links.ref", SHEET, '<hyperlink ref="A20"', '<hyperlink ref="20A"'),
    Broken("links.length", SHEET_RELS, "example.org/a", "example.org/" + MANY * 9, SHEET),
    Broken("page.margins", SHEET, 'left="0.7"', ""),
    Broken("page.setup", SHEET, 'scale="80"', 'scale="9"'),
    Broken("page.setup", SHEET, 'orientation="landscape"', 'orientation="liggande"'),
    Broken("page.header", SHEET, "&amp;CProv", MANY),
    Broken("page.breaks", SHEET, '<brk id="20"', '<brk id="x"'),
    Broken("protection.name", SHEET, 'name="Fritt"', ""),
    Broken("protection.sqref", SHEET, '<protectedRange sqref="B2:B4"', '<protectedRange sqref="B"'),
    Broken("extensions.formula", SHEET, "<xm:f>'Utfall å'!B2:B9</xm:f>", "<xm:f>Borta!B2:B9</xm:f>"),
    Broken("extensions.sqref", SHEET, "<xm:sqref>H2</xm:sqref>", "<xm:sqref>H</xm:sqref>"),
    Broken("filters.ref", SHEET, '<autoFilter ref="A1:C12">', '<autoFilter ref="A1:C">'),
    Broken("filters.column", SHEET, 'colId="1"', 'colId="3"'),
    # What attributes may hold
    Broken("attributes.value", BOOK, 'fullCalcOnLoad="1"', 'fullCalcOnLoad="ja"'),
    Broken("attributes.value", SHEET, 'sheet="1" objects', 'sheet="x" objects'),
    Broken("attributes.value", SHEET, 'operator="lessThan"', 'operator="less"'),
    Broken("attributes.value", SHEET, 'state="frozen"', 'state="fryst"'),
    Broken("attributes.value", SHEET, 'max="1" width', 'max="1" outlineLevel="8" width'),
    Broken("attributes.value", STYLES, 'rgb="FFDDEEFF"', 'rgb="#DDEEFF"'),
    Broken("attributes.value", STYLES, 'vertical="top"', 'vertical="middle"'),
    Broken("attributes.value", STYLES, "<left/>", '<left style="wide"/>'),
    Broken("attributes.value", STYLES, '<sz val="8"/>', '<sz val="8pt"/>'),
    Broken("attributes.value", TABLE, 'showFirstColumn="0"', 'showFirstColumn="nej"'),
    Broken("attributes.missing", STYLES, '<sz val="8"/>', "<sz/>"),
    # Cells
    Broken("rows.spans", SHEET, 'spans="1:7"', 'spans="A:G"'),
    Broken("rows.height", SHEET, 'ht="30"', 'ht="30,5"'),
    Broken("rows.height", SHEET, ROW_9, ROW_9 + ' outlineLevel="8"'),
    Broken("rows.range cells.row", SHEET, '<row r="20"', '<row r="1048577"', "-"),
    Broken("rows.order", SHEET, ROW_9, '<row r="8"/>' + ROW_9),
    Broken("cells.row", SHEET, '<c r="A9"', '<c r="A10"'),
    Broken("cells.row", SHEET, '<c r="A9"', '<c r="9"'),
    Broken("cells.row", SHEET, '<c r="A9"', '<c r="XFE9"'),
    Broken("cells.order", SHEET, '<c r="A9"', '<c r="C9"'),
    Broken("cells.order cells.duplicate", SHEET, '<c r="A9"', '<c r="A9"/><c r="A9"'),
    Broken("cells.format", SHEET, '<c r="B9" s="1">', '<c r="B9" s="4">'),
    Broken("cells.format", SHEET, '<c r="B9" s="1">', '<c r="B9" s="-1">'),
    Broken("cells.format", SHEET, ROW_9, ROW_9 + ' s="4"'),
    Broken("cells.format", SHEET, 'style="1"', 'style="4"'),
    Broken("cells.metadata", SHEET, 'cm="1"', 'cm="2"'),
    Broken("cells.metadata", SHEET, 'cm="1"', 'vm="1"'),
    Broken("cells.value", SHEET, "<v>8002</v>", "<v>8 002</v>"),
    Broken("cells.value", SHEET, "<v>8002</v>", "<v>NaN</v>"),
    Broken("cells.value", SHEET, "<v>8002</v>", "<v>8002,5</v>"),
    Broken("cells.value", SHEET, '<c r="A20" s="3" t="s"><v>13</v>', '<c r="A20" s="3" t="s"><v>99</v>'),
    Broken("cells.value", SHEET, '<c r="A20" s="3" t="s"><v>13</v>', '<c r="A20" s="3" t="s"><v></v>'),
    Broken("cells.value", SHEET, '<c r="B20" t="b"><v>1</v>', '<c r="B20" t="b"><v>SANT</v>'),
    Broken("cells.value", SHEET, "<v>#DIV/0!</v>", "<v>#DIVISION/0!</v>"),
    Broken("cells.value", SHEET, '<c r="B20" t="b">', '<c r="B20" t="bool">'),
    Broken("cells.value", SHEET, '<c r="B20" t="b">', '<c r="B20" t="d">'),
    Broken("cells.value", SHEET, '<c r="B20" t="b">', '<c r="B20" t="inlineStr">'),
    Broken("cells.value", SHEET, "<v>a(Konto</v>", f"<v>{'x' * 32_768}</v>"),
    Broken("order.sequence", SHEET, "<f>1/0</f><v>#DIV/0!</v>", "<v>#DIV/0!</v><f>1/0</f>"),
    Broken("order.unknown", SHEET, '<c r="B20" t="b"><v>1</v>', '<c r="B20" t="b"><w/><v>1</v>'),
    Broken("order.twice", SHEET, "<v>8002</v>", "<v>8002</v><v>8002</v>"),
    # Formulas
    Broken("formulas.text", SHEET, "<f>B9*2</f>", "<f>=B9*2</f>"),
    Broken("formulas.text", SHEET, "<f>B9*2</f>", "<f>SUM(B9*2</f>"),
    Broken("formulas.text", SHEET, "<f>B9*2</f>", "<f>(B9*2}</f>"),
    Broken("formulas.text", SHEET, "<f>B9*2</f>", "<f>B9&amp;\"kr</f>"),
    Broken("formulas.text", SHEET, "<f>B9*2</f>", "<f>Borta!B9*2</f>"),
    Broken("formulas.text", SHEET, "<f>B9*2</f>", "<f>SUM('Utfall å:Borta'!B9)</f>"),
    Broken("formulas.text", SHEET, "<f>B9*2</f>", "<f>'[1]Blad 1'!B9</f>"),
    Broken("formulas.text", SHEET, "<f>B9*2</f>", f"<f>{'1+' * 4096}1</f>"),
    Broken("formulas.shared", SHEET, '<f t="shared" si="0"/>', '<f t="shared" si="1"/>'),
    Broken("formulas.shared", SHEET, 'ref="D2:D3" si="0"', 'ref="D2" si="0"'),
    Broken("formulas.shared", SHEET, 'ref="D2:D3" si="0"', 'ref="D2:D3"', "-"),
    Broken("formulas.shared", SHEET, 'ref="D2:D3" si="0"', 'ref="D3" si="0"'),
    Broken("formulas.ref", SHEET, 'ref="G2:G4"', 'ref="G2:"', "-"),
    Broken("formulas.ref", SHEET, 'ref="G2:G4"', 'ref="G3:G4"'),
    Broken("formulas.overlap", SHEET, 'ref="G2:G4"', 'ref="F2:G4"'),
    Broken("formulas.kind", SHEET, '<f t="array" ref="G2:G4">', '<f t="spill" ref="G2:G4">'),
    Broken("chain.stale", CHAIN, 'r="D2"', 'r="A2"'),
    Broken("chain.ref", CHAIN, 'r="D2"', 'r="D"'),
    Broken("chain.sheet", CHAIN, 'i="1"', 'i="9"', "-"),
    # Formats and texts
    Broken("styles.count", STYLES, '<fonts count="4">', '<fonts count="5">'),
    Broken("styles.pointer", STYLES, 'fontId="1" fillId="2"', 'fontId="4" fillId="2"'),
    Broken("styles.pointer", STYLES, 'fontId="1" fillId="2"', 'fontId="1" fillId="3"'),
    Broken("styles.pointer", STYLES, 'fillId="2" borderId="0"', 'fillId="2" borderId="1"'),
    Broken("styles.pointer", STYLES, 'borderId="0" xfId="1"', 'borderId="0" xfId="2"'),
    Broken("styles.pointer", STYLES, 'numFmtId="164" fontId', 'numFmtId="165" fontId'),
    Broken("styles.pointer", STYLES, 'name="Hyperlink" xfId="1"', 'name="Hyperlink" xfId="2"'),
    Broken("styles.number_format", STYLES, 'count="1"><numFmt numFmtId="164"', 'count="2"><numFmt numFmtId="164" formatCode="0"/><numFmt numFmtId="164"'),
    Broken("styles.code", STYLES, "#,##0.0 kr", MANY),
    Broken("styles.name", STYLES, '<cellStyles count="2">', '<cellStyles count="4"><cellStyle name="Å" xfId="0"/><cellStyle name="å" xfId="0"/>'),
    Broken("order.sequence", STYLES, "<dxf><font><b/></font><fill><patternFill><bgColor rgb=\"FFDDEEFF\"/></patternFill></fill></dxf>", "<dxf><fill><patternFill/></fill><font><b/></font></dxf>"),
    Broken("order.missing", STYLES, '<borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>', "<borders/>"),
    Broken("strings.count", STRINGS, 'uniqueCount="', 'uniqueCount="1'),
    Broken("strings.length", STRINGS, "<t>Konto</t>", f"<t>{'x' * 32_768}</t>", "-"),
    Broken("strings.space", STRINGS, '<t xml:space="preserve"> Datum</t>', "<t> Datum</t>"),
    # Tables
    Broken("tables.id", OTHER_TABLE, 'id="2" name', 'id="1" name'),
    Broken("tables.name", TABLE, 'displayName="Poster"', 'displayName="Mina poster"'),
    Broken("tables.same_name", TABLE, 'displayName="Poster"', 'displayName="belopp"'),
    Broken("tables.same_name", TABLE, 'displayName="Poster"', 'displayName="FLER"', OTHER_TABLE),
    Broken("tables.ref", TABLE, 'ref="B2:D6" totals', 'ref="B2:D" totals', "-"),
    Broken("tables.columns", TABLE, '<tableColumns count="3">', '<tableColumns count="2">'),
    Broken("tables.column_name tables.heading", TABLE, 'name="Dubbelt"', 'name="NAMN"'),
    Broken("tables.column_id", TABLE, '<tableColumn id="2"', '<tableColumn id="1"'),
    Broken("tables.heading", TABLE, 'name="Dubbelt"', 'name="Trippelt"'),
    Broken("tables.formula", TABLE, "[Namn]*2", "([Namn]*2"),
    Broken("tables.format", TABLE, '<tableColumn id="2"', '<tableColumn dataDxfId="1" id="2"'),
    Broken("tables.rows", TABLE, 'displayName="Poster"', 'displayName="Poster" totalsRowCount="2"'),
    Broken("tables.filter", TABLE, '<autoFilter ref="B2:D6"/>', '<autoFilter ref="B2:C6"/>'),
    Broken("tables.overlap tables.heading tables.filter", OTHER_TABLE, 'ref="B8:D12" t', 'ref="B6:D12" t', "-"),
    Broken("tables.parts", TABULAR, '<tableParts count="2"><tablePart r:id="rId1"/>', '<tableParts count="1">'),
    Broken("tables.merged", TABULAR, "<pageMargins", '<mergeCells><mergeCell ref="B3:C3"/></mergeCells><pageMargins'),
    Broken("tables.sheets rels.shared tables.parts tables.heading tables.id tables.same_name", "xl/worksheets/_rels/sheet3.xml.rels", "</Relationships>", '<Relationship Id="rId7" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/table" Target="../tables/table1.xml"/></Relationships>', "-"),
    # Notes and threads
    Broken("notes.ref notes.no_box threads.note", NOTES, 'ref="B3"', 'ref="3B"', "-"),
    Broken("notes.duplicate", NOTES, 'ref="B4"', 'ref="B3"'),
    Broken("notes.author", NOTES, 'authorId="1"', 'authorId="2"'),
    Broken("notes.no_box", BOXES, "<x:Row>3</x:Row>", "<x:Row>33</x:Row>", SHEET),
    Broken("notes.no_boxes", SHEET, '<legacyDrawing r:id="rId3"/>', ""),
    Broken("notes.shape_id", BOXES, "_x0000_s1026", "_x0000_s1025"),
    Broken("threads.person", THREADS, 'personId="{P}"', 'personId="{Q}"'),
    Broken("threads.id", THREADS, 'id="{2}"', 'id="{1}"'),
    Broken("threads.parent", THREADS, 'parentId="{1}"', 'parentId="{3}"'),
    Broken("threads.note", THREADS, 'ref="B3"', 'ref="B5"'),
    # Drawings and charts
    Broken("drawings.id", DRAWING, 'id="2" name', 'id="två" name'),
    Broken("drawings.same_id", DRAWING, 'id="3" name', 'id="2" name'),
    Broken("drawings.place", DRAWING, "<xdr:row>19</xdr:row>", "<xdr:row>1048577</xdr:row>"),
    Broken("order.missing", DRAWING, "<xdr:clientData/>", ""),
    Broken("order.sequence", CHART, '<c:idx val="0"/><c:order val="0"/>', '<c:order val="0"/><c:idx val="0"/>'),
    Broken("order.sequence", CHART, '<c:plotVisOnly val="1"/></c:chart>', '<c:plotVisOnly val="1"/><c:autoTitleDeleted val="1"/></c:chart>'),
    Broken("charts.formula", CHART, "<c:f>'Utfall å'!$B$1</c:f>", "<c:f>Borta!$B$1</c:f>"),
    Broken("charts.axis", CHART, '<c:axId val="50010001"/><c:axId', '<c:axId val="5"/><c:axId'),
    Broken("charts.axis", CHART, '<c:crossAx val="50010001"/>', '<c:crossAx val="6"/>'),
    Broken("charts.same_axis charts.axis", CHART, '<c:valAx><c:axId val="50010002"/>', '<c:valAx><c:axId val="50010001"/>', "-"),
    Broken("charts.series", CHART, '<c:order val="1"/>', '<c:order val="0"/>'),
    Broken("charts.cache", CHART, '<c:ptCount val="3"/>', '<c:ptCount val="2"/>'),
    # Pivot tables and properties
    Broken("pivots.cache_id", PIVOT, 'cacheId="7"', 'cacheId="8"'),
    Broken("pivots.cache_id", BOOK, '<pivotCaches>', '<pivotCaches><pivotCache cacheId="7" r:id="rId92"/>'),
    Broken("pivots.ref", PIVOT, 'ref="A1:B3"', 'ref="A1B3"'),
    Broken("pivots.count", PIVOT, '<pivotFields count="2">', '<pivotFields count="3">'),
    Broken("pivots.count", RECORDS, 'count="1"', 'count="2"'),
    Broken("pivots.count", CACHE, '<cacheFields count="2">', '<cacheFields count="1">'),
    Broken("pivots.fields", PIVOT, '<pivotFields count="2"><pivotField/>', '<pivotFields count="1">'),
    Broken("pivots.cache", "xl/pivotTables/_rels/pivot1.xml.rels", "pivotCacheDefinition", "customXml", PIVOT),
    Broken("slicers.pivot", SLICER_CACHE, 'tabId="3"', 'tabId="2"'),
    Broken("slicers.pivot", PIVOT, 'name="Pivot"', 'name="Annan"', SLICER_CACHE),
    Broken("slicers.table", SLICER_CACHE, 'column="3"', 'column="9"'),
    Broken("slicers.cache", SLICERS, 'cache="Slicer_a"', 'cache="Slicer_b"'),
    Broken("slicers.name", SLICERS, '"Urval 2"', '"Urval"'),
    Broken("properties.date", CORE, "2024-09-01T08:00:00Z", "2024-09-01 08:00"),
    Broken("properties.date", CORE, ' xsi:type="dcterms:W3CDTF"', ""),
    Broken("properties.duplicate", CORE, "<dc:title>Prov</dc:title>", "<dc:title>Prov</dc:title><dc:title>Å</dc:title>"),
]  # fmt: skip


def _id(case: Broken) -> str:
    return f"{case.rules.partition(' ')[0]}-{case.part.rpartition('/')[2]}-{case.new[:24]}"


@pytest.mark.parametrize("case", EDITS, ids=_id)
def test_one_small_edit_is_told_as_the_fault_it_is(case: Broken):
    found = faults(edited(case.part, case.old, case.new))
    assert {fault.rule for fault in found} == set(case.rules.split()), found
    if case.told != "-":
        assert {fault.part for fault in found} == {(case.told or case.part).lower()}, found
        assert len(found) == len(case.rules.split()), found


def rules(data: bytes) -> set[str]:
    return {fault.rule for fault in faults(data)}


def test_what_is_no_archive_is_told():
    assert rules(b"") == rules(b"text") == rules(good()[:-400]) == {"zip.archive"}


@pytest.mark.filterwarnings("ignore:Duplicate name:UserWarning")
@pytest.mark.parametrize("name", [SHEET, "XL/Worksheets/SHEET1.xml"])
def test_a_name_that_stands_twice_is_told(name: str):
    assert rules(with_entry_twice(name)) == {"zip.duplicate"}


@pytest.mark.parametrize(
    "name", ["../ut.xml", "/xl/ut.xml", "c:/ut.xml", "xl\\ut.xml", "xl//ut.xml"]
)
def test_a_name_that_is_no_path_is_told(name: str):
    assert "zip.name" in rules(with_entry_twice(name))


@pytest.mark.parametrize(
    ("offset", "value", "size", "rule"),
    [
        (8, 0x1, "<H", "zip.encrypted"),
        (10, 12, "<H", "zip.method"),
        (16, crc(b"annat"), "<I", "zip.content"),
        (24, 7, "<I", "zip.content"),
    ],
)
def test_an_entry_that_does_not_hold_what_its_line_says_is_told(offset, value, size, rule):
    assert rule in rules(with_directory_edit(CORE, offset, value, size))


def test_a_part_that_is_not_there_is_told_where_it_is_missed():
    found = faults(with_parts({"xl/media/image1.png": None}))
    assert [(fault.part, fault.rule) for fault in found] == [
        ("xl/drawings/_rels/drawing1.xml.rels", "rels.dangling")
    ]


def test_a_package_without_its_list_of_contents_is_told_so_and_nothing_else():
    assert rules(with_parts({TYPES: None})) == {"types.missing"}


def test_relationships_of_a_part_that_is_gone_are_told():
    assert "rels.no_source" in rules(
        with_parts({"xl/_rels/borta.xml.rels": text_of(SHEET_RELS).encode()})
    )


def test_macros_in_a_workbook_without_are_told():
    types = text_of(TYPES).replace(
        "</Types>",
        '<Override PartName="/xl/vbaProject.bin" ContentType="application/vnd.ms-office.vbaProject"/></Types>',
    )
    rels = text_of(RELS).replace(
        "</Relationships>",
        '<Relationship Id="rId70" Type="http://schemas.microsoft.com/office/2006/relationships/vbaProject"'
        ' Target="vbaProject.bin"/></Relationships>',
    )
    parts = {TYPES: types.encode(), RELS: rels.encode(), "xl/vbaProject.bin": b"\xd0\xcf"}
    assert rules(with_parts(parts)) == {"types.macros"}
    main = "application/vnd.ms-excel.sheet.macroEnabled.main+xml"
    usual = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
    assert rules(with_parts({**parts, TYPES: types.replace(usual, main).encode()})) == set()


def with_ribbon(namespace: str, image: str) -> bytes:
    """The good package with a ribbon of one picture."""
    office = "http://schemas.microsoft.com/office"
    kinds = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    of_package = text_of("_rels/.rels").replace(
        "</Relationships>",
        f'<Relationship Id="rId80" Type="{office}/2007/relationships/ui/extensibility"'
        ' Target="customUI/customUI14.xml"/></Relationships>',
    )
    of_ribbon = (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        f'<Relationship Id="bild" Type="{kinds}/image" Target="bild.png"/></Relationships>'
    )
    ribbon = f'<customUI xmlns="{office}/{namespace}/customui"><button image="{image}"/></customUI>'
    parts = {
        "_rels/.rels": of_package,
        "customUI/customUI14.xml": ribbon,
        "customUI/_rels/customUI14.xml.rels": of_ribbon,
        "customUI/bild.png": "",
    }
    return with_parts({part: text.encode() for part, text in parts.items()})


def test_a_ribbon_that_excel_would_drop_is_told():
    assert rules(with_ribbon("2009/07", "bild")) == set()
    assert rules(with_ribbon("2006/01", "bild")) == set()
    assert rules(with_ribbon("2012/07", "bild")) == {"ribbon.root"}
    assert rules(with_ribbon("2009/07", "fel")) == {"ribbon.image"}


def test_two_parts_of_notes_in_a_sheet_are_told():
    line = (
        '<Relationship Id="rId5" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/comments"'
        ' Target="../comments2.xml"/></Relationships>'
    )
    override = (
        '<Override PartName="/xl/comments2.xml" ContentType='
        '"application/vnd.openxmlformats-officedocument.spreadsheetml.comments+xml"/></Types>'
    )
    parts = {
        SHEET_RELS: text_of(SHEET_RELS).replace("</Relationships>", line).encode(),
        TYPES: text_of(TYPES).replace("</Types>", override).encode(),
        "xl/comments2.xml": text_of(NOTES).encode(),
    }
    assert "notes.parts" in rules(with_parts(parts))


def test_a_workbook_where_nothing_is_visible_is_told():
    text = text_of(BOOK)
    for name in ("Utfall å", "Tabell", "Pivot"):
        text = text.replace(f'<sheet name="{name}"', f'<sheet state="hidden" name="{name}"')
    assert rules(with_parts({BOOK: text.encode()})) == {
        "sheets.none_visible",
        "views.active_hidden",
    }


def test_one_fill_only_is_told():
    text = text_of(STYLES)
    start, end = text.index("<fills"), text.index("</fills>")
    text = text[:start] + '<fills count="1"><fill><patternFill/></fill>' + text[end:]
    assert rules(with_parts({STYLES: text.replace('fillId="2"', 'fillId="0"').encode()})) == {
        "styles.fills"
    }


def test_more_formats_than_excel_holds_are_told():
    text = text_of(STYLES).replace(
        '<cellXfs count="4">', '<cellXfs count="65495">' + "<xf/>" * 65_491
    )
    assert rules(with_parts({STYLES: text.encode()})) == {"styles.too_many"}


def test_another_root_than_a_workbook_is_told():
    text = text_of(BOOK).replace("spreadsheetml/2006/main", "excel/2006/2")
    assert "book.root" in rules(with_parts({BOOK: text.encode()}))


def test_more_than_can_be_looked_through_is_told(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("ramkoll.excel.limits.MAX_TOTAL_BYTES", 1000)
    assert rules(good()) == {"zip.caps"}
    monkeypatch.setattr("ramkoll.excel.limits.MAX_FILE_BYTES", 1000)
    assert rules(good()) == {"zip.caps"}


def test_every_rule_has_a_package_that_breaks_it():
    # Read from the code, so that a rule without a test cannot come in.
    folder = Path(structure.__file__).parent
    code = "".join(path.read_text("utf-8") for path in folder.glob("*.py"))
    known = {
        rule
        for rule in re.findall(r'"([a-z]+\.[a-z_]+)"\)', code)
        if rule.partition(".")[0] not in ("a", "c", "cp", "ct", "mc", "rel", "xdr", "xm")
    }
    here = Path(__file__).read_text("utf-8")
    assert {rule for rule in known if rule not in here} == set()
    assert len(known) > 80


def test_more_links_and_validations_than_a_sheet_holds_are_told(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("ramkoll.excel.structure.sheet._MAX_LINKS", 0)
    monkeypatch.setattr("ramkoll.excel.structure.sheet._MAX_VALIDATIONS", 1)
    assert rules(good()) == {"links.count", "validations.count"}


def test_the_list_of_contents_is_one():
    text = text_of(TYPES).replace("Types", "Kinds")
    assert "types.root" in rules(with_parts({TYPES: text.encode()}))


def test_relationships_of_another_root_are_told():
    text = (
        text_of(SHEET_RELS)
        .replace("<Relationships", "<Links")
        .replace("</Relationships", "</Links")
    )
    assert "rels.root" in rules(with_parts({SHEET_RELS: text.encode()}))


def test_more_elements_than_can_be_held_are_told(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("ramkoll.excel.structure.trees._MAX_TAGS", 100)
    assert "xml.caps" in rules(good())


DEEP = 20_000
HOSTILE = {
    "deep": (SHEET, "<mergeCells", "<x>" * DEEP + "</x>" * DEEP + "<mergeCells"),
    "alternatives": (
        SHEET,
        "<mergeCells",
        "<mc:AlternateContent><mc:Choice>" * DEEP
        + "</mc:Choice></mc:AlternateContent>" * DEEP
        + "<mergeCells",
    ),
    "number": (SHEET, 'workbookViewId="0"', f'workbookViewId="{"9" * 9_999}"'),
    "column": (SHEET, 'min="1"', f'min="{"9" * 9_999}" outlineLevel="{"9" * 9_999}"'),
    "row": (SHEET, '<row r="9"', f'<row r="{"9" * 9_999}"'),
    "book": (SHEET, "<f>B9*2</f>", f"<f>[{'9' * 8_000}]Blad!A1</f>"),
    "escape": (STRINGS, "<t>Konto</t>", "<t>_xD800_</t>"),
    "formula": (SHEET, "<f>B9*2</f>", f"<f>{'a' * 8_000}</f>"),
    "brackets": (SHEET, "<f>B9*2</f>", f"<f>{'[' * 8_000}</f>"),
    "apostrophes": (SHEET, "<f>B9*2</f>", f"<f>{chr(39) * 7_999}</f>"),
    "reference": (SHEET, '"E16:F16"', f'"E{"9" * 9_999}:F16"'),
    "target": (SHEET_RELS, "../comments1.xml", "%ff%00//..//..%2e/"),
    "link": (SHEET_RELS, "../comments1.xml", "//[x/y"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_content_is_told_and_does_no_harm(name: str):
    start = time.process_time()
    harmless = name in ("alternatives", "escape", "formula")
    assert (faults(edited(*HOSTILE[name])) == ()) == harmless
    assert time.process_time() - start < 5


@pytest.mark.parametrize("seed", range(4))
def test_no_change_of_a_few_bytes_makes_it_fail(seed: int):
    chance = random.Random(seed)
    with zipfile.ZipFile(io.BytesIO(good())) as archive:
        names = [name for name in archive.namelist() if not name.endswith((".png", "theme1.xml"))]
        parts = {name: archive.read(name) for name in names}
    for _ in range(20):
        name = chance.choice(names)
        tags = re.findall(rb"<[^<>]*>|[^<>]+", parts[name])
        at = chance.randrange(1, len(tags))
        match chance.randrange(4):
            case 0:
                del tags[at]
            case 1:
                tags[at] = tags[chance.randrange(1, len(tags))]
            case 2:
                tags[at] = re.sub(
                    rb'"[^"]*"', chance.choice([b'""', b'"-1"', b'"\xc3\xa5"']), tags[at], count=1
                )
            case 3:
                tags[at] = re.sub(rb' \w+="[^"]*"', b"", tags[at], count=1)
        for fault in faults(with_parts({name: b"".join(tags)})):
            assert fault.rule.count(".") == 1


def test_an_empty_archive_is_told():
    assert rules(b"PK\5\6" + bytes(18)) == {"types.missing"}
