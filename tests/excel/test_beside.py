"""What stands beside the cells: read as openpyxl reads it, and what it cannot read as well."""

import io
import logging
from datetime import datetime
from xml.etree.ElementTree import XML

import openpyxl
import pytest
import xlsxwriter
from openpyxl.comments import Comment
from openpyxl.formatting.rule import CellIsRule, ColorScaleRule, FormulaRule
from openpyxl.workbook.defined_name import DefinedName as OpenpyxlName
from openpyxl.workbook.protection import WorkbookProtection
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.hyperlink import Hyperlink as OpenpyxlLink
from openpyxl.worksheet.table import Table as OpenpyxlTable
from tests.excel.broken import STRICT, TRANSITIONAL, package, sheet_xml
from tests.excel.edited import part, prefixed, rich_workbook, with_parts

from ramkoll.excel.beside import sheet_beside
from ramkoll.excel.beside_book import dynamic_indexes
from ramkoll.excel.beside_parts import MAX_AREAS, area, areas
from ramkoll.excel.ooxml import Relationship
from ramkoll.excel.scan import scan_bytes
from ramkoll.model.beside import (
    AS_USUAL,
    NOTHING_BESIDE,
    Calculation,
    CalculationMode,
    ConditionalFormat,
    DefinedName,
    ExternalLink,
    Hyperlink,
    Note,
    Protection,
    Remark,
    Table,
    Validation,
)
from ramkoll.model.cells import MAX_COLUMN, MAX_ROW, Area, ArrayKind

LINKS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
THREADS = "http://schemas.microsoft.com/office/spreadsheetml/2018/threadedcomments"
MICROSOFT = "http://schemas.microsoft.com/office/2017/10/relationships"
X14 = (
    'xmlns:x14="http://schemas.microsoft.com/office/spreadsheetml/2009/9/main" '
    'xmlns:xm="http://schemas.microsoft.com/office/excel/2006/main"'
)
SHEET_RELS = "xl/worksheets/_rels/sheet1.xml.rels"
BOOK_RELS = "xl/_rels/workbook.xml.rels"
ROW = '<row r="1"><c r="A1"><v>1</v></c></row>'


def rels(*links):
    """A .rels part: (id, type, target) of each, and a mode where there is one."""
    lines = "".join(
        f'<Relationship Id="{each[0]}" Type="{each[1]}" Target="{each[2]}"'
        + (f' TargetMode="{each[3]}"/>' if len(each) > 3 else "/>")
        for each in links
    )
    return f'<Relationships xmlns="{PACKAGE}/relationships">{lines}</Relationships>'


def beside(after, links=(), parts=None, before="", namespace=TRANSITIONAL):
    """What the one sheet of a workbook written by hand has beside its cells."""
    data = package(
        sheet=sheet_xml(ROW, before=before, after=after, namespace=namespace).replace(
            "<worksheet", f'<worksheet xmlns:r="{LINKS}"'
        ),
        strict=namespace == STRICT,
        changes={SHEET_RELS: rels(*links), **(parts or {})},
    )
    return scan_bytes(data, "x").sheets[0].beside


def book(root, links=(), parts=None):
    """What a workbook has beside its two sheets, given what stands after them in its part."""
    data = package(
        changes={
            "xl/workbook.xml": (
                f'<workbook xmlns="{TRANSITIONAL}" xmlns:r="{LINKS}"><sheets>'
                '<sheet name="Blad1" sheetId="1" r:id="rId1"/>'
                f'<sheet name="Diagram" sheetId="2" r:id="rId9"/></sheets>{root}</workbook>'
            ),
            BOOK_RELS: rels(
                ("rId1", f"{LINKS}/worksheet", "worksheets/sheet1.xml"),
                ("rId9", f"{LINKS}/chartsheet", "chartsheets/sheet1.xml"),
                *links,
            ),
            **(parts or {}),
        }
    )
    return scan_bytes(data, "x").beside


# --- held against openpyxl


SCALE = ColorScaleRule(start_type="min", start_color="FF0000", end_type="max", end_color="00FF00")


def by_openpyxl():
    made = openpyxl.Workbook()
    made.remove(made.worksheets[0])
    sheet = made.create_sheet("Utfall å")
    for row in range(1, 8):
        sheet.append([f"Rubrik {row}" if row == 1 else row, row * 2, row * 3])
    sheet["A1"], sheet["B1"], sheet["C1"] = "Konto", "Belopp", "Rad\nbrytning"
    table = OpenpyxlTable(displayName="Poster_å", ref="A1:C7", totalsRowCount=1)
    sheet.add_table(table)
    whole = DataValidation(type="whole", operator="between", formula1="1", formula2="$B$2*9")
    whole.add("B2:B5")
    whole.add("C3")
    listed = DataValidation(type="list", formula1='"Ja,Nej"')
    listed.add("E1:E1048576")
    sheet.add_data_validation(whole)
    sheet.add_data_validation(listed)
    formats = sheet.conditional_formatting
    formats.add("A2:A7 C2:C7", CellIsRule(operator="lessThan", formula=["$B$2"]))
    formats.add("A2:A7 C2:C7", FormulaRule(formula=['ISTEXT(A2)&"<ö>"']))
    formats.add("B2:B7", SCALE)
    sheet["A3"].comment = Comment("Varför\nminus?", "Åsa Öberg")
    sheet["B7"].comment = Comment("två", "Bo")
    sheet["A4"].hyperlink = "https://example.org/a?b=1&c=2"
    sheet["A5"].hyperlink = OpenpyxlLink(ref="A5", location="'Blad 2'!B2", display="dit")
    sheet.protection.sheet = True
    sheet.protection.password = "hemligt"
    sheet.auto_filter.ref = "A1:C7"
    other = made.create_sheet("Blad 2")
    other.defined_names["Lokal"] = OpenpyxlName("Lokal", attr_text="'Blad 2'!$A$1")
    made.defined_names["Belopp"] = OpenpyxlName("Belopp", attr_text="'Utfall å'!$B$2:$B$7")
    made.defined_names["Dold"] = OpenpyxlName("Dold", attr_text="0.25", hidden=True)
    made.security = WorkbookProtection(lockStructure=True)
    made.calculation.calcMode = "manual"
    made.calculation.iterate = True
    made.calculation.fullPrecision = False
    stream = io.BytesIO()
    made.save(stream)
    return stream.getvalue()


def by_xlsxwriter():
    """A sheet with what Excel 2010 and later write in an extension: bars, icons, other sheets."""
    stream = io.BytesIO()
    made = xlsxwriter.Workbook(stream, {"in_memory": True})
    sheet, other = made.add_worksheet("Ett"), made.add_worksheet("Två")
    sheet.write_column("A1", range(10))
    sheet.conditional_format("A1:A10", {"type": "data_bar", "data_bar_2010": True})
    sheet.conditional_format("B1:B10", {"type": "icon_set", "icon_style": "3_arrows"})
    sheet.add_table(
        "D1:F5", {"name": "T_1", "total_row": True, "columns": [{"header": h} for h in "xyz"]}
    )
    sheet.add_table("H2:I5", {"header_row": False})
    sheet.write_url("A12", "internal:'Två'!C3")
    sheet.write_url("A13", "external:c:\\temp\\bok.xlsx#Blad!A1")
    sheet.write_comment("A2", "anteckning", {"author": "Åke"})
    sheet.data_validation("C1", {"validate": "list", "source": "='Två'!$A$1:$A$3"})
    other.protect()
    made.define_name("Två!Egen", "=Två!$A$1")
    made.define_name("Moms", "=0.25")
    chart = made.add_chart({"type": "line"})
    chart.add_series({"values": "=Ett!$A$1:$A$10"})
    other.insert_chart("D2", chart)
    made.close()
    return stream.getvalue()


def same_area(reference):
    return area(str(reference)).address


def openpyxl_sheet(sheet):
    """What openpyxl finds beside the cells of a sheet, but for extensions, in our words."""
    cells = [cell for row in sheet.iter_rows() for cell in row]
    links = [cell.hyperlink for cell in cells if cell.hyperlink]
    notes = [cell for cell in cells if cell.comment]
    guard = sheet.protection
    return {
        "tables": {
            (
                table.displayName,
                same_area(table.ref),
                tuple(column.name for column in table.tableColumns),
                1 if table.headerRowCount is None else table.headerRowCount,
                table.totalsRowCount or 0,
            )
            for table in sheet.tables.values()
        },
        "validations": [
            (
                {same_area(each) for each in rule.sqref.ranges},
                rule.type,
                [each for each in (rule.formula1, rule.formula2) if each],
            )
            for rule in sheet.data_validations.dataValidation
        ],
        "conditional_formats": [
            ({same_area(each) for each in where.sqref.ranges}, rule.type, rule.formula)
            for where in sheet.conditional_formatting
            for rule in where.rules
        ],
        "notes": {
            # An author without name is None in words there.
            (cell.row, cell.column): (cell.comment.author.replace("None", ""), cell.comment.text)
            for cell in notes
        },
        "hyperlinks": {(same_area(x.ref), x.target or "", x.location or "") for x in links},
        "protection": (guard.sheet, bool(guard.sheet and guard.password)),
        "auto_filter": sheet.auto_filter.ref,
        "drawings": len(sheet._charts) + len(sheet._images),
    }


def our_sheet(found):
    return {
        "tables": {
            (each.name, each.area.address, each.columns, each.header_rows, each.totals_rows)
            for each in found.tables
        },
        "validations": [
            ({each.address for each in rule.areas}, rule.kind, list(rule.formulas))
            for rule in found.validations
        ],
        "conditional_formats": [
            ({each.address for each in rule.areas}, rule.kind, list(rule.formulas))
            for rule in found.conditional_formats
        ],
        "notes": {at: (note.author, note.text) for at, note in found.notes.items()},
        "hyperlinks": {(x.area.address, x.target, x.place) for x in found.hyperlinks},
        "protection": (
            found.protection is not None,
            found.protection is not None and found.protection.password,
        ),
        "auto_filter": found.auto_filter and found.auto_filter.address,
        "drawings": found.drawings,
    }


@pytest.mark.parametrize("build", [by_openpyxl, by_xlsxwriter, rich_workbook])
def test_what_stands_beside_cells_is_what_openpyxl_finds(build):
    data = build()
    theirs = openpyxl.load_workbook(io.BytesIO(data))
    ours = scan_bytes(data, "x")
    for sheet in ours.sheets:
        assert our_sheet(sheet.beside) == openpyxl_sheet(theirs[sheet.name]), sheet.name
    names = {(name.name, name.text, "") for name in ours.beside.names if not name.sheet}
    assert names == {(key, each.value, "") for key, each in theirs.defined_names.items()}
    for other in theirs.worksheets:
        local = {x.name: x.text for x in ours.beside.names if x.sheet == other.title}
        own = {key: value for key, value in local.items() if not key.startswith("_xlnm.")}
        assert own == {key: each.value for key, each in other.defined_names.items()}
    calculation = ours.beside.calculation
    assert calculation.mode.value == (theirs.calculation.calcMode or "auto")
    assert calculation.iterate == bool(theirs.calculation.iterate)
    assert calculation.as_displayed == (theirs.calculation.fullPrecision is False)
    assert ours.beside.protection == (
        Protection(password=False) if theirs.security and theirs.security.lockStructure else None
    )


def test_a_sheet_with_nothing_beside_its_cells_has_nothing():
    assert scan_bytes(package(), "x").sheets[0].beside == NOTHING_BESIDE
    assert sheet_beside(XML("<worksheet/>"), {}, "xl/worksheets/sheet1.xml", "x") == NOTHING_BESIDE


def test_a_prefixed_sheet_has_the_same_beside_it():
    data = by_xlsxwriter()
    names = ("xl/worksheets/sheet1.xml", "xl/tables/table1.xml", "xl/comments1.xml")
    other = with_parts(data, {name: prefixed(part(data, name)) for name in names})
    assert "<x:tablePart " in part(other, names[0])
    assert scan_bytes(other, "x").sheets == scan_bytes(data, "x").sheets


# --- what openpyxl does not read


def test_rules_in_an_extension_are_read_and_halves_of_rules_are_not_counted_twice():
    found = beside(
        '<conditionalFormatting sqref="A1:A9"><cfRule type="dataBar" priority="1"><dataBar>'
        '<cfvo type="min"/><cfvo type="formula" val="Summa*2"/></dataBar><extLst><ext '
        f"{X14}><x14:id>{{HALF}}</x14:id></ext></extLst></cfRule></conditionalFormatting>"
        f"<extLst><ext {X14}><x14:conditionalFormattings>"
        '<x14:conditionalFormatting><x14:cfRule type="dataBar" id="{half}"/>'
        "<xm:sqref>A1:A9</xm:sqref></x14:conditionalFormatting>"
        '<x14:conditionalFormatting><x14:cfRule type="expression" id="{OWN}">'
        "<xm:f>Blad2!$A$1&gt;1</xm:f><x14:dxf/></x14:cfRule>"
        '<x14:cfRule type="iconSet" id="{ICONS}"><x14:iconSet>'
        '<x14:cfvo type="percent"><xm:f>0</xm:f></x14:cfvo>'
        '<x14:cfvo type="num"><xm:f>$B$1</xm:f></x14:cfvo></x14:iconSet></x14:cfRule>'
        "<xm:sqref>B2:C3 E:E</xm:sqref></x14:conditionalFormatting></x14:conditionalFormattings>"
        '<x14:dataValidations count="1"><x14:dataValidation type="list"><x14:formula1>'
        "<xm:f>Listor!$A$1:$A$3</xm:f></x14:formula1><xm:sqref>D1:D9</xm:sqref>"
        "</x14:dataValidation></x14:dataValidations></ext></extLst>"
    )
    both = (Area(2, 2, 3, 3), Area(1, 5, MAX_ROW, 5))
    assert found.conditional_formats == (
        ConditionalFormat((Area(1, 1, 9, 1),), "dataBar", ("Summa*2",)),
        ConditionalFormat(both, "expression", ("Blad2!$A$1>1",)),
        ConditionalFormat(both, "iconSet", ("$B$1",)),
    )
    assert found.validations == (Validation((Area(1, 4, 9, 4),), "list", ("Listor!$A$1:$A$3",)),)


THREAD_PARTS = {
    "xl/comments1.xml": (
        f'<comments xmlns="{TRANSITIONAL}"><authors><author>tc={{1}}</author><author>Bo</author>'
        '</authors><commentList><comment ref="B2" authorId="0"><text><t>[Trådad kommentar] …</t>'
        '</text></comment><comment ref="C3" authorId="1"><text><r><t>halv </t></r>'
        "<r><t>och_x000D_ hel</t></r></text></comment></commentList></comments>"
    ),
    "xl/threadedComments/threadedComment1.xml": (
        f'<ThreadedComments xmlns="{THREADS}">'
        '<threadedComment ref="B2" dT="2024-09-01T08:00:00.00" personId="{A}" id="{1}" done="1">'
        "<text>Stämmer det?</text></threadedComment>"
        '<threadedComment ref="B2" dT="2024-09-02T09:00:00.00" personId="{X}" id="{2}" '
        'parentId="{1}"><text>Ja</text></threadedComment></ThreadedComments>'
    ),
    "xl/persons/person.xml": (
        f'<personList xmlns="{THREADS}"><person displayName="Åsa Öberg" id="{{a}}"/></personList>'
    ),
}
THREAD_LINKS = (
    ("rId1", f"{LINKS}/comments", "../comments1.xml"),
    ("rId2", f"{MICROSOFT}/threadedComment", "../threadedComments/threadedComment1.xml"),
)


def test_a_thread_is_read_with_its_names_and_the_note_in_its_place_is_not():
    links = rels(
        ("rId1", f"{LINKS}/worksheet", "worksheets/sheet1.xml"),
        ("rId5", f"{MICROSOFT}/person", "persons/person.xml"),
    )
    found = beside("", THREAD_LINKS, {**THREAD_PARTS, BOOK_RELS: links})
    assert found.threads == {
        (2, 2): (
            Remark("Åsa Öberg", "Stämmer det?", "2024-09-01T08:00:00.00", resolved=True),
            Remark("", "Ja", "2024-09-02T09:00:00.00"),
        )
    }
    assert found.notes == {(3, 3): Note("Bo", "halv och\r hel")}


def test_the_note_of_a_thread_that_is_lost_is_kept():
    found = beside("", THREAD_LINKS[:1], THREAD_PARTS)
    assert found.threads == {}
    assert found.notes[2, 2].text == "[Trådad kommentar] …"


def test_strict_files_have_their_notes_tables_and_validations():
    comments = THREAD_PARTS["xl/comments1.xml"].replace(TRANSITIONAL, STRICT)
    table = f'<table xmlns="{STRICT}" name="T" ref="B2:C5"><tableColumns><tableColumn name="a"/>'
    strict = "http://purl.oclc.org/ooxml/officeDocument/relationships"
    found = beside(
        '<dataValidations><dataValidation type="list" sqref="A1"><formula1>Lista</formula1>'
        '</dataValidation></dataValidations><tableParts><tablePart r:id="t"/></tableParts>',
        [
            ("t", f"{strict}/table", "/xl/tables/table1.xml"),
            ("c", f"{strict}/comments", "../comments1.xml"),
        ],
        {
            "xl/comments1.xml": comments,
            "xl/tables/table1.xml": f"{table}</tableColumns></table>",
        },
        namespace=STRICT,
    )
    assert found.tables == (Table("T", Area(2, 2, 5, 3), ("a",)),)
    assert len(found.notes) == 2
    assert found.validations == (Validation((Area(1, 1, 1, 1),), "list", ("Lista",)),)


def test_a_list_with_commas_in_its_items_has_the_formula_for_old_programs():
    found = beside(
        '<dataValidations><dataValidation type="list" sqref="A1">'
        '<mc:AlternateContent xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"'
        '><mc:Choice Requires="x12ac"><x12ac:list xmlns:x12ac="http://schemas.microsoft.com/office/'
        'spreadsheetml/2011/1/ac">"1,5",2</x12ac:list></mc:Choice><mc:Fallback>'
        '<formula1>"1,5,2"</formula1></mc:Fallback></mc:AlternateContent></dataValidation>'
        "</dataValidations>"
    )
    assert found.validations[0].formulas == ('"1,5,2"',)


@pytest.mark.parametrize(
    ("attributes", "expected"),
    [
        ('sheet="1"', Protection(password=False)),
        ('sheet="true" password="CC1A"', Protection(password=True)),
        ('sheet="1" algorithmName="SHA-512" hashValue="aa==" spinCount="1"', Protection(True)),
        ('objects="1" password="CC1A"', None),
    ],
)
def test_a_sheet_is_locked_with_or_without_password_or_not(attributes, expected):
    assert beside(f"<sheetProtection {attributes}/>").protection == expected


def test_hyperlinks_lead_out_or_in_whichever_way_they_are_written():
    found = beside(
        '<hyperlinks><hyperlink ref="A1" r:id="ut"/><hyperlink ref="B1:B4" r:id="ut" '
        'location="Rad7"/><hyperlink ref="C1" location="Blad2!A1"/><hyperlink ref="D1" r:id="in"/>'
        '<hyperlink ref="E1" r:id="saknas"/><hyperlink ref="#REF!" r:id="ut"/></hyperlinks>',
        [
            ("ut", f"{LINKS}/hyperlink", "https://example.org/%C3%A5", "External"),
            ("in", f"{LINKS}/hyperlink", "#Blad3!B2", "External"),
        ],
    )
    assert found.hyperlinks == (
        Hyperlink(Area(1, 1, 1, 1), "https://example.org/%C3%A5"),
        Hyperlink(Area(1, 2, 4, 2), "https://example.org/%C3%A5", "Rad7"),
        Hyperlink(Area(1, 3, 1, 3), place="Blad2!A1"),
        Hyperlink(Area(1, 4, 1, 4), place="Blad3!B2"),
    )


def test_drawings_are_counted_thing_by_thing():
    drawing = (
        '<xdr:wsDr xmlns:xdr="urn:x"><xdr:twoCellAnchor editAs="oneCell"/>'
        "<xdr:twoCellAnchor><xdr:pic/></xdr:twoCellAnchor><xdr:oneCellAnchor></xdr:oneCellAnchor >"
        "<xdr:absoluteAnchor><xdr:sp/></xdr:absoluteAnchor></xdr:wsDr>"
    )
    links = [("rId1", f"{LINKS}/drawing", "../drawings/drawing1.xml")]
    found = beside('<drawing r:id="rId1"/>', links, {"xl/drawings/drawing1.xml": drawing})
    assert found.drawings == 3


# --- the workbook


def test_names_say_which_sheet_alone_knows_them_also_after_a_chart_sheet():
    found = book(
        '<definedNames><definedName name="A_1">Blad1!$A$1</definedName>'
        '<definedName name="_xlnm.Print_Area" localSheetId="0">Blad1!$A$1:$B$2</definedName>'
        '<definedName name="X" localSheetId="1" hidden="1">=#REF!</definedName>'
        '<definedName name="Y" localSheetId="7">1</definedName>'
        '<definedName name="Z" localSheetId="-1">1</definedName>'
        "<definedName>1</definedName></definedNames>"
    )
    assert found.names == (
        DefinedName("A_1", "Blad1!$A$1"),
        DefinedName("_xlnm.Print_Area", "Blad1!$A$1:$B$2", "Blad1"),
        DefinedName("X", "#REF!", "Diagram", hidden=True),
    )
    assert found.other_sheets == ("Diagram",)


def test_links_to_other_workbooks_keep_their_numbers_also_when_one_is_broken():
    main = f'<externalLink xmlns="{TRANSITIONAL}" xmlns:r="{LINKS}">'
    folder = "xl/externalLinks"
    found = book(
        "<externalReferences>"
        + "".join(f'<externalReference r:id="e{i}"/>' for i in range(1, 6))
        + "</externalReferences>",
        [(f"e{i}", f"{LINKS}/externalLink", f"externalLinks/e{i}.xml") for i in (1, 2, 3, 4)],
        {
            f"{folder}/e1.xml": f'{main}<externalBook r:id="r"><sheetNames/></externalBook>'
            "</externalLink>",
            f"{folder}/_rels/e1.xml.rels": rels(
                ("r", f"{LINKS}/externalLinkPath", "file:///K:/ekonomi/Ram%20å.xlsx", "External")
            ),
            f"{folder}/e2.xml": f'{main}<ddeLink ddeService="Excel" ddeTopic="Bok"/></externalLink>',
            f"{folder}/e3.xml": "<trasig",
            f"{folder}/e4.xml": f'{main}<oleLink r:id="r" progId="Word"/></externalLink>',
            f"{folder}/_rels/e4.xml.rels": rels(("r", f"{LINKS}/oleObject", "b.docx", "External")),
        },
    )
    assert found.external_links == (
        ExternalLink(1, "file:///K:/ekonomi/Ram%20å.xlsx"),
        ExternalLink(2, "Excel|Bok", "ddeLink"),
        ExternalLink(3, ""),
        ExternalLink(4, "b.docx", "oleLink"),
        ExternalLink(5, ""),
    )


@pytest.mark.parametrize(
    ("attributes", "expected"),
    [
        ("", AS_USUAL),
        ('calcMode="manual"', Calculation(CalculationMode.MANUAL)),
        ('calcMode="autoNoTable" iterate="1"', Calculation(CalculationMode.AUTO_NO_TABLES, True)),
        ('fullCalcOnLoad="true"', Calculation(full_on_load=True)),
        ('fullPrecision="0"', Calculation(as_displayed=True)),
        ('calcMode="ibland" iterate="kanske"', AS_USUAL),
    ],
)
def test_how_excel_calculates(attributes, expected):
    assert book(f"<calcPr {attributes}/>").calculation == expected


@pytest.mark.parametrize(
    ("attributes", "expected"),
    [
        ('lockStructure="1"', Protection(password=False)),
        ('lockStructure="1" workbookPassword="CC1A"', Protection(password=True)),
        ('lockWindows="1" workbookHashValue="aa=="', Protection(password=True)),
        ('workbookPassword="CC1A"', None),
    ],
)
def test_the_structure_of_a_workbook_is_locked_or_not(attributes, expected):
    assert book(f"<workbookProtection {attributes}/>").protection == expected


def test_macros_are_seen_by_what_points_at_them_and_by_what_they_are():
    vba = "http://schemas.microsoft.com/office/2006/relationships/vbaProject"
    project = {"xl/vbaProject.bin": b"\xd0\xcf"}
    assert book("", [("v", vba, "vbaProject.bin")], project).macros
    assert not book("", (), project).macros
    types = part(package(), "[Content_Types].xml")
    usual = types.replace(
        "<Default", '<Default Extension="bin" ContentType="application/vnd.ms-office.vbaProject"/>'
        "<Default", 1
    )  # fmt: skip
    assert book("", (), {"[Content_Types].xml": usual, **project}).macros
    assert not book("", (), {"[Content_Types].xml": usual}).macros


# --- formulas for several cells


def test_array_formulas_are_marked_with_their_areas_and_those_that_spill_apart():
    stream = io.BytesIO()
    made = xlsxwriter.Workbook(stream, {"in_memory": True})
    made.set_properties({"created": datetime(2024, 9, 1)})
    sheet = made.add_worksheet()
    sheet.write_array_formula("A1:B3", "{=D1:E3*2}", None, 1)
    sheet.write_dynamic_array_formula("G1:G4", "=_xlfn._xlws.SORT(D1:D4)", None, 1)
    sheet.write_formula("I1", "=SUM(A1:A3)", None, 1)
    made.close()
    found = scan_bytes(stream.getvalue(), "x").sheets[0]
    assert found.cell(1, 1).array is ArrayKind.ARRAY
    assert found.cell(1, 7).array is ArrayKind.DYNAMIC
    assert [at for at, cell in found.cells.items() if cell.array] == [(1, 1), (1, 7)]
    assert found.arrays == {(1, 1): Area(1, 1, 3, 2), (1, 7): Area(1, 7, 4, 7)}


def test_a_what_if_table_and_an_array_without_area_are_marked_too():
    rows = (
        '<row r="2"><c r="B2"><f t="dataTable" ref="B2:C4" r1="A1" dt2D="0" dtr="1"/><v>1</v></c>'
        '<c r="D2"><f t="array">A1*2</f><v>1</v></c>'
        '<c r="E2"><f t="array" ref="E2:#REF!">A1*2</f><v>1</v></c></row>'
    )
    found = scan_bytes(package(rows), "x").sheets[0]
    assert found.cell(2, 2).array is ArrayKind.TABLE
    assert found.arrays == {
        (2, 2): Area(2, 2, 4, 3),
        (2, 4): Area(2, 4, 2, 4),
        (2, 5): Area(2, 5, 2, 5),
    }


# --- areas


@pytest.mark.parametrize(
    ("reference", "expected"),
    [
        ("B2", Area(2, 2, 2, 2)),
        ("$B$2:$C$9", Area(2, 2, 9, 3)),
        ("C9:B2", Area(2, 2, 9, 3)),
        ("A:A", Area(1, 1, MAX_ROW, 1)),
        ("$D:B", Area(1, 2, MAX_ROW, 4)),
        ("1:3", Area(1, 1, 3, MAX_COLUMN)),
        ("A1:XFD1048576", Area(1, 1, MAX_ROW, MAX_COLUMN)),
    ],
)
def test_areas_are_cells_columns_or_rows_in_any_order(reference, expected):
    assert area(reference) == expected


@pytest.mark.parametrize(
    "reference",
    [
        "",
        ":",
        "A",
        "1",
        "A1:B",
        "A:1",
        "#REF!",
        "A0",
        "A1048577",
        "XFE1",
        "A1:B2:C3",
        "Ä1",
        "A1 B2",
    ],
)
def test_what_is_no_area_is_refused(reference):
    with pytest.raises(ValueError, match=r"no area|no cell|outside"):
        area(reference)


def test_a_list_of_areas_without_end_is_cut():
    assert len(areas("A1 " * (MAX_AREAS * 2), "x")) == MAX_AREAS
    assert areas("A1 #REF!  B2:B3\n$C$4", "x") == (
        Area(1, 1, 1, 1),
        Area(2, 2, 3, 2),
        Area(4, 3, 4, 3),
    )


# --- what is broken


BROKEN = (
    '<sheetProtection sheet="ja"/><autoFilter ref="x"/>'
    '<conditionalFormatting sqref="#REF!"><cfRule type="cellIs"/></conditionalFormatting>'
    "<conditionalFormatting><cfRule/></conditionalFormatting><dataValidations><dataValidation/>"
    '<annat/></dataValidations><hyperlinks><hyperlink/></hyperlinks><drawing r:id="d"/>'
    '<tableParts><tablePart r:id="t"/><tablePart/><tablePart r:id="u"/></tableParts><extLst><ext/>'
    "<ext><dataValidations><dataValidation/></dataValidations></ext></extLst>"
)
BROKEN_LINKS = (
    ("d", f"{LINKS}/drawing", "../saknas.xml"),
    ("t", f"{LINKS}/table", "../saknas.xml"),
    ("u", f"{LINKS}/table", "../table.xml"),
    ("c", f"{LINKS}/comments", "../comments.xml"),
    ("h", f"{MICROSOFT}/threadedComment", "../threads.xml"),
)


@pytest.mark.parametrize(
    "parts",
    [
        {},
        {"xl/table.xml": "<table/>", "xl/comments.xml": "<", "xl/threads.xml": b"\xff\xfe\0"},
        {
            "xl/table.xml": f'<table xmlns="{TRANSITIONAL}" name="T" ref="A1:"/>',
            "xl/comments.xml": f'<comments xmlns="{TRANSITIONAL}"><commentList><comment ref="A"/>'
            "</commentList></comments>",
            "xl/threads.xml": "<ThreadedComments><threadedComment/><!-- x --></ThreadedComments>",
        },
        {SHEET_RELS: "inte xml", "xl/threads.xml": "<a/>"},
        {SHEET_RELS: f'<Relationships xmlns="{PACKAGE}/relationships"><Relationship/><b Id="d"/>'
         "</Relationships>"},
    ],
)  # fmt: skip
def test_what_is_broken_beside_cells_is_left_out_and_the_cells_are_read(parts, caplog):
    with caplog.at_level(logging.DEBUG, "ramkoll.excel"):
        found = beside(BROKEN, BROKEN_LINKS, parts)
    assert found == NOTHING_BESIDE
    assert "is left out" in caplog.text
    assert "#REF!" not in caplog.text


def test_a_note_without_its_author_or_text_is_read_as_it_stands():
    comments = (
        f'<comments xmlns="{TRANSITIONAL}"><commentList><comment ref="A1" authorId="7"><text/>'
        '</comment><comment ref="B1"/></commentList></comments>'
    )
    links = [("c", f"{LINKS}/comments", "../comments.xml")]
    found = beside("", links, {"xl/comments.xml": comments})
    assert found.notes == {(1, 1): Note("", ""), (1, 2): Note("", "")}


def test_only_records_of_a_block_that_spills_make_a_formula_spill():
    spills = '<bk><extLst><ext><x:dynamicArrayProperties xmlns:x="urn:x" fDynamic="{}"/></ext>'
    blocks = "".join(spills.format(each) + "</extLst></bk>" for each in (0, 1))
    # By cm: of another type, spills, does not, beyond the blocks, beyond the types, none.
    records = ('<rc t="1" v="1"/>', '<rc t="2" v="1"/>', '<rc t="2" v="0"/>', '<rc t="2" v="2"/>',
               '<rc t="3" v="1"/><rc t="0" v="1"/>', "")  # fmt: skip
    metadata = (
        f'<metadata xmlns="{TRANSITIONAL}"><metadataTypes><metadataType name="XLRICHVALUE"/>'
        '<metadataType name="XLDAPR"/></metadataTypes><futureMetadata name="XLRICHVALUE"><bk/>'
        f'</futureMetadata><futureMetadata name="XLDAPR">{blocks}</futureMetadata><cellMetadata>'
        + "".join(f"<bk>{each}</bk>" for each in records)
        + "</cellMetadata></metadata>"
    )
    links = {"m": Relationship("sheetMetadata", "xl/metadata.xml")}
    assert dynamic_indexes({"xl/metadata.xml": metadata.encode()}, links, "x") == {"2"}


@pytest.mark.parametrize(
    "metadata",
    ["<metadata", "XLDAPR", '<metadata><futureMetadata name="XLDAPR"/></metadata>', ""],
)
def test_metadata_that_is_broken_makes_no_formula_spill(metadata):
    rows = '<row r="1"><c r="A1" cm="1"><f t="array" ref="A1:A2">B1:B2</f><v>1</v></c></row>'
    data = package(
        rows,
        changes={
            BOOK_RELS: rels(
                ("rId1", f"{LINKS}/worksheet", "worksheets/sheet1.xml"),
                ("m", f"{LINKS}/sheetMetadata", "metadata.xml"),
            ),
            "xl/metadata.xml": metadata,
        },
    )
    assert scan_bytes(data, "x").sheets[0].cell(1, 1).array is ArrayKind.ARRAY
