"""What a board version keeps of a workbook, and that nothing else comes along."""

import io
import re

import openpyxl
import pytest
from tests.excel.board.report import (
    BOARD,
    CHART,
    DRAWING,
    FILE,
    OTHER,
    RELS,
    SECRET,
    SHEET,
    WORKING,
    board_of,
    changed,
    holds,
    packed,
    parts_of,
    png,
    small_report,
    swapped,
    with_part,
)

from ramkoll.excel.board.check import leaks
from ramkoll.excel.board.package import board_version
from ramkoll.excel.board.what import Forbidden, Wanted
from ramkoll.excel.looks import read_looks
from ramkoll.excel.scan import scan_bytes
from ramkoll.model.errors import RamkollError

REPORT = small_report()
SOURCE_LINE = {BOARD: frozenset({(11, 1)})}
BOOK, STYLES, STRINGS = "xl/workbook.xml", "xl/styles.xml", "xl/sharedStrings.xml"
BOOK_RELS, DRAWING_RELS = "xl/_rels/workbook.xml.rels", "xl/drawings/_rels/drawing1.xml.rels"
FORBIDDEN = Forbidden((WORKING,), ("U_varde",), ("605.xlsx",), ("Anna Ek",))


def printed(row: int, column: int) -> bool:
    return column <= 6 or (column == 8 and 4 <= row <= 7)


def test_cells_hold_what_they_showed_and_look_as_they_did() -> None:
    made = board_of(REPORT)
    before, after = scan_bytes(REPORT, FILE), scan_bytes(made.data, FILE)
    assert [sheet.name for sheet in after.sheets] == [BOARD, OTHER]
    looked, looks = read_looks(REPORT, FILE), read_looks(made.data, FILE)
    for sheet in after.sheets:
        old = before.sheet(sheet.name)
        assert old is not None
        wanted = {at: cell for at, cell in old.cells.items() if printed(*at)}
        assert sheet.cells.keys() == wanted.keys()
        for at, cell in sheet.cells.items():
            assert cell.formula is None
            assert (cell.kind, cell.stored) == (wanted[at].kind, wanted[at].stored)
            was, now = looked.sheets[sheet.name], looks.sheets[sheet.name]
            same = looks.styles[now.styles.get(at, 0)], looked.styles[was.styles.get(at, 0)]
            assert same[0] == same[1]
        assert looks.sheets[sheet.name].widths == looked.sheets[sheet.name].widths
        assert looks.sheets[sheet.name].heights == looked.sheets[sheet.name].heights
        assert looks.sheets[sheet.name].frozen == looked.sheets[sheet.name].frozen
        assert sheet.merged == old.merged
    assert made.formulas == 5


def test_the_page_is_as_it_was() -> None:
    before = openpyxl.load_workbook(io.BytesIO(REPORT))[BOARD]
    after = openpyxl.load_workbook(io.BytesIO(board_of(REPORT).data))[BOARD]
    for each in ("left", "center", "right"):
        assert getattr(after.oddHeader, each).text == getattr(before.oddHeader, each).text
        assert getattr(after.oddFooter, each).text == getattr(before.oddFooter, each).text
    assert after.print_area == before.print_area
    assert after.print_title_rows == before.print_title_rows
    assert after.page_setup.scale == before.page_setup.scale == 90
    assert after.page_setup.orientation == before.page_setup.orientation
    assert [each.id for each in after.row_breaks.brk] == [20]
    assert after.page_margins.left == before.page_margins.left


def test_the_same_workbook_gives_the_same_bytes() -> None:
    assert board_of(REPORT).data == board_of(REPORT).data


def test_a_chart_of_sheets_that_are_there_keeps_its_references_and_their_values() -> None:
    chart = parts_of(board_of(REPORT).data)[CHART].decode()
    assert "<c:f>'Till nämnden'!$B$5:$B$7</c:f>" in chart
    assert re.findall(r'<c:pt idx="(\d)"><c:v>(-?[\d.]+)</c:v>', chart) == [
        ("0", "-91777.45"),
        ("1", "8041.5"),
    ]
    assert "C55A11" in chart  # the colour of negative bars


def test_a_chart_of_sheets_that_are_gone_holds_its_values_itself() -> None:
    chart = parts_of(board_of(REPORT).data)["xl/charts/chart2.xml"].decode()
    assert "<c:f>" not in chart
    assert '<c:numLit><c:formatCode>General</c:formatCode><c:ptCount val="3"/>' in chart
    # What is blank, as what is suppressed is, has no point: it must not become zero.
    assert '<c:pt idx="1"><c:v>8041.5</c:v></c:pt></c:numLit>' in chart
    assert '<c:strLit><c:ptCount val="3"/><c:pt idx="0"><c:v>605</c:v></c:pt>' in chart


def test_a_label_keeps_the_fields_of_its_own_point_and_none_that_is_taken_from_a_cell() -> None:
    def field(kind: str, text: str) -> str:
        guid = "{00000000-0000-4000-8000-000000000000}"
        return f'<a:fld id="{guid}" type="{kind}"><a:rPr/><a:pPr/><a:t>{text}</a:t></a:fld>'

    label = (
        '<c:dLbls><c:dLbl><c:idx val="0"/><c:tx><c:rich><a:bodyPr/><a:p>'
        + field("VALUE", "[VALUE]")
        + field("CELLRANGE", SECRET)
        + "<a:r><a:t> tkr</a:t></a:r></a:p></c:rich></c:tx></c:dLbl></c:dLbls><c:cat>"
    )
    made = board_of(swapped(REPORT, CHART, "<c:cat>", label), blanked=SOURCE_LINE)
    chart = parts_of(made.data)[CHART].decode()
    assert 'type="VALUE"><a:rPr/><a:t>[VALUE]</a:t></a:fld><a:r><a:t> tkr</a:t></a:r>' in chart
    assert holds(made.data, SECRET) == holds(made.data, "CELLRANGE") == []
    assert "diagrametiketter som hämtas ur celler" in {each.what for each in made.left}
    assert leaks(made.data, FORBIDDEN) == ()


def test_a_chart_says_what_its_cells_hold_and_not_what_it_remembers() -> None:
    planted = swapped(REPORT, CHART, "<c:v>8041.5</c:v>", "<c:v>123456789</c:v>")
    planted = swapped(planted, CHART, "<c:v>b</c:v>", f"<c:v>{SECRET}</c:v>")
    made = board_of(planted)
    assert holds(made.data, "123456789") == holds(made.data, SECRET) == []
    assert b"<c:v>8041.5</c:v>" in parts_of(made.data)[CHART]


def test_a_chart_remembers_no_value_of_a_cell_that_is_suppressed() -> None:
    """A cell that shows «..» and a chart that still holds the number of before."""
    xml = parts_of(REPORT)[SHEET].decode()
    cell = re.search(r'<c r="B6"[^>]*>.*?</c>', xml)
    assert cell is not None
    hidden = '<c r="B6" t="inlineStr"><is><t>..</t></is></c>'
    made = board_of(changed(REPORT, SHEET, lambda each: each.replace(cell[0], hidden)))
    assert "8041.5" not in parts_of(made.data)[CHART].decode()
    found = scan_bytes(made.data, FILE).sheet(BOARD)
    assert found is not None
    assert found.cell(6, 2).value == ".."


def test_lines_that_name_a_file_are_blank() -> None:
    made = board_of(REPORT, blanked=SOURCE_LINE)
    sheet = scan_bytes(made.data, FILE).sheet(BOARD)
    assert sheet is not None
    assert sheet.cell(11, 1).value is None
    assert leaks(made.data, FORBIDDEN) == ()
    assert ("källrader med filnamn", 1) in [(each.what, each.count) for each in made.left]


def test_cells_that_are_not_printed_stay_behind_but_for_those_that_a_chart_shows() -> None:
    made = board_of(REPORT)
    sheet = scan_bytes(made.data, FILE).sheet(BOARD)
    assert sheet is not None
    assert sheet.cell(5, 8).value == "enhet 605"
    assert sheet.cell(5, 9).value is None
    left = next(each for each in made.left if each.what.startswith("celler utanför"))
    assert left.places == (f"{BOARD}!I5",)


def test_a_draft_says_so_in_every_header() -> None:
    made = board_of(REPORT, draft="UTKAST")
    parts = parts_of(made.data)
    assert b"&amp;C&amp;BUTKAST&amp;B Sammantr" in parts[SHEET]
    assert b"<oddHeader>&amp;C&amp;BUTKAST</oddHeader>" in parts["xl/worksheets/sheet2.xml"]


# Things planted, all of which hold the secret or the path, and none of which may come along.

COMMENT = (
    '<comments xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><authors><author>'
    f'{SECRET}</author></authors><commentList><comment ref="A1" authorId="0"><text><t>{SECRET}</t>'
    "</text></comment></commentList></comments>"
)
SHAPE = (
    "<xdr:twoCellAnchor><xdr:from><xdr:col>0</xdr:col><xdr:colOff>0</xdr:colOff><xdr:row>1</xdr:row>"
    "<xdr:rowOff>0</xdr:rowOff></xdr:from><xdr:to><xdr:col>1</xdr:col><xdr:colOff>0</xdr:colOff>"
    "<xdr:row>2</xdr:row><xdr:rowOff>0</xdr:rowOff></xdr:to>"
    f'<xdr:sp macro="" textlink=""><xdr:nvSpPr><xdr:cNvPr id="9" name="{SECRET}"/><xdr:cNvSpPr/>'
    f"</xdr:nvSpPr><xdr:txBody><a:p><a:r><a:t>{SECRET}</a:t></a:r></a:p></xdr:txBody></xdr:sp>"
    "<xdr:clientData/></xdr:twoCellAnchor>"
)


PLANTED = {
    "text som ingen cell visar": lambda d: swapped(
        d, STRINGS, "</sst>", f"<si><t>{SECRET}</t></si></sst>"
    ),
    "fonetisk text": lambda d: swapped(
        d, STRINGS, "<si><t>Sjuk</t>", f'<si><t>Sjuk</t><rPh sb="0" eb="1"><t>{SECRET}</t></rPh>'
    ),
    "cell under sammanslagna": lambda d: changed(
        d, SHEET,
        lambda x: re.sub(
            r'(<c r="A1".*?</c>)(<c r="B1"[^>]*/>)?',
            rf'\1<c r="B1" t="inlineStr"><is><t>{SECRET}</t></is></c>', x, count=1,
        ),
    ),
    "cell utanför utskriften": lambda d: swapped(
        d, SHEET, "</row></sheetData>",
        f'</row><row r="99"><c r="A99" t="inlineStr"><is><t>{SECRET}</t></is></c></row></sheetData>',
    ),
    "formel": lambda d: swapped(d, SHEET, "SUM(B5:B7)", f"SUM(B5:B7)+N(&quot;{SECRET}&quot;)"),
    "kodnamn": lambda d: swapped(
        d, SHEET, "<dimension", f'<sheetPr codeName="{SECRET}"/><dimension'
    ),
    "länk": lambda d: swapped(
        d, SHEET, "<hyperlinks>",
        f'<hyperlinks><hyperlink ref="A2" location="{SECRET}!A1" tooltip="{SECRET}"/>',
    ),
    "villkorsstyrt format": lambda d: swapped(
        d, SHEET, "<hyperlinks>",
        '<conditionalFormatting sqref="A1"><cfRule type="expression" priority="1"><formula>'
        f'A1="{SECRET}"</formula></cfRule></conditionalFormatting><hyperlinks>',
    ),
    "validering": lambda d: swapped(
        d, SHEET, "<hyperlinks>",
        f'<dataValidations count="1"><dataValidation type="list" sqref="A2" prompt="{SECRET}">'
        f"<formula1>\"{SECRET}\"</formula1></dataValidation></dataValidations><hyperlinks>",
    ),
    "skydd": lambda d: swapped(
        d, SHEET, "<mergeCells", f'<sheetProtection sheet="1" saltValue="{SECRET}"/><mergeCells'
    ),
    "scenario": lambda d: swapped(
        d, SHEET, "<mergeCells",
        f'<scenarios><scenario name="{SECRET}" user="{SECRET}" count="1"/></scenarios><mergeCells',
    ),
    "egen vy": lambda d: swapped(
        d, SHEET, "<mergeCells",
        f'<customSheetViews><customSheetView guid="{SECRET}"/></customSheetViews><mergeCells',
    ),
    "tillägg på bladet": lambda d: swapped(
        d, SHEET, "</worksheet>",
        f'<extLst><ext uri="{{x}}"><a xmlns="urn:x">{SECRET}</a></ext></extLst></worksheet>',
    ),
    "anmärkning i koden": lambda d: swapped(d, SHEET, "<sheetData>", f"<!--{SECRET}--><sheetData>"),
    "sidhuvud": lambda d: swapped(
        d, SHEET, "</oddFooter>", f"&amp;Z&amp;F</oddFooter><{SECRET}/>"
    ),
    "kommentar": lambda d: with_part(
        d, "xl/comments1.xml", COMMENT.encode(), "comments", RELS,
        "application/vnd.openxmlformats-officedocument.spreadsheetml.comments+xml",
    ),
    "trådad kommentar": lambda d: with_part(
        d, "xl/threadedComments/threadedComment1.xml", f"<ThreadedComments>{SECRET}</ThreadedComments>"
        .encode(), "threadedComment", RELS,
    ),
    "person": lambda d: with_part(
        d, "xl/persons/person.xml", f'<personList><person displayName="{SECRET}"/></personList>'
        .encode(), "person", BOOK_RELS,
    ),
    "skrivarinställningar": lambda d: with_part(
        d, "xl/printerSettings/printerSettings1.bin", SECRET.encode("utf-16-le"),
        "printerSettings", RELS,
    ),
    "egna XML-data": lambda d: with_part(
        d, "customXml/item1.xml", f"<x>{SECRET}</x>".encode(), "customXml", BOOK_RELS
    ),
    "egen egenskap": lambda d: with_part(
        d, "docProps/custom.xml", f"<Properties>{SECRET}</Properties>".encode(),
        "custom-properties", "_rels/.rels",
    ),
    "känslighetsetikett": lambda d: with_part(
        d, "docMetadata/LabelInfo.xml", f"<labelList>{SECRET}</labelList>".encode(),
        "classificationlabels", "_rels/.rels",
    ),
    "makron": lambda d: with_part(
        d, "xl/vbaProject.bin", SECRET.encode(), "vbaProject", BOOK_RELS
    ),
    "anslutning": lambda d: with_part(
        d, "xl/connections.xml", f"<connections>{SECRET}</connections>".encode(),
        "connections", BOOK_RELS,
    ),
    "länkad arbetsbok": lambda d: with_part(
        d, "xl/externalLinks/externalLink1.xml", f"<externalLink>{SECRET}</externalLink>".encode(),
        "externalLink", BOOK_RELS,
    ),
    "del som inget hänvisar till": lambda d: packed(
        {**parts_of(d), f"xl/{SECRET}.xml": SECRET.encode()}
    ),
    "företag och chef": lambda d: swapped(
        d, "docProps/app.xml", "<Company></Company>",
        f"<Manager>{SECRET}</Manager><Company>{SECRET}</Company>",
    ),
    "upphovsman": lambda d: changed(
        d, "docProps/core.xml", lambda x: x.replace(">Ramkoll<", f">{SECRET}<")
    ),
    "namn": lambda d: swapped(
        d, BOOK, "</definedNames>",
        f'<definedName name="{SECRET}" comment="{SECRET}" hidden="1">"{SECRET}"</definedName>'
        "</definedNames>",
    ),
    "filens plats": lambda d: swapped(
        d, BOOK, "<bookViews>",
        '<mc:AlternateContent xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006">'
        '<mc:Choice Requires="x15"><x15ac:absPath url="C:\\bok\\x" xmlns:x15ac="urn:y"/>'
        f"{SECRET}</mc:Choice></mc:AlternateContent><bookViews>",
    ),
    "fildelning": lambda d: swapped(
        d, BOOK, "<workbookPr", f'<fileSharing userName="{SECRET}"/><workbookPr'
    ),
    "formatmall": lambda d: swapped(
        d, STYLES, "</cellStyles>", f'<cellStyle name="{SECRET}" xfId="0"/></cellStyles>'
    ),
    "talformat som inte används": lambda d: swapped(
        d, STYLES, "</numFmts>",
        f'<numFmt numFmtId="199" formatCode="&quot;{SECRET}&quot;0"/></numFmts>',
    ),
    "teckensnitt som inte används": lambda d: swapped(
        d, STYLES, "</fonts>", f'<font><name val="{SECRET}"/></font></fonts>'
    ),
    "temats namn": lambda d: changed(
        d, "xl/theme/theme1.xml", lambda x: re.sub(r' name="[^"]*"', f' name="{SECRET}"', x)
    ),
    "diagrammets tillägg": lambda d: swapped(
        d, CHART, "</c:chartSpace>",
        f'<c:extLst><c:ext uri="{{1}}"><x xmlns="urn:x">{SECRET}</x></c:ext></c:extLst></c:chartSpace>',
    ),
    "diagrammets källfil": lambda d: swapped(
        d, CHART, "</c:chartSpace>", f'<c:externalData r:id="{SECRET}"/></c:chartSpace>'
    ),
    "diagrammets pivottabell": lambda d: swapped(
        d, CHART, "<c:chart>",
        f"<c:pivotSource><c:name>[{SECRET}.xlsx]Blad!P</c:name></c:pivotSource><c:chart>",
    ),
    "diagrammets sidhuvud": lambda d: swapped(
        d, CHART, "<c:headerFooter/>",
        f"<c:headerFooter><c:oddHeader>{SECRET}</c:oddHeader></c:headerFooter>",
    ),
    "ruta på bladet": lambda d: swapped(d, DRAWING, "</xdr:wsDr>", SHAPE + "</xdr:wsDr>"),
    "diagrammets namn": lambda d: changed(
        d, DRAWING, lambda x: re.sub(r'name="[^"]*"', f'name="{SECRET}"', x, count=1)
    ),
    "diagrammets länk": lambda d: changed(
        d, DRAWING, lambda x: re.sub(
            r'(<xdr:cNvPr id="2"[^>]*)/>',
            rf'\1><a:hlinkClick tooltip="{SECRET}"/></xdr:cNvPr>', x, count=1,
        ),
    ),
    "diagrammets makro": lambda d: swapped(d, DRAWING, 'macro=""', f'macro="[0]!{SECRET}"'),
}  # fmt: skip


@pytest.mark.parametrize("where", PLANTED)
def test_what_is_planted_does_not_come_along(where: str) -> None:
    planted = PLANTED[where](REPORT)
    assert len(holds(planted, SECRET)) > len(holds(REPORT, SECRET)) or where in (
        "text som ingen cell visar", "fonetisk text",
    )  # fmt: skip
    made = board_of(planted, blanked=SOURCE_LINE)
    assert made.hindrances == ()
    assert holds(made.data, SECRET) == []
    assert leaks(made.data, FORBIDDEN) == ()
    # And all that is wanted is as without it.
    assert (
        scan_bytes(made.data, FILE).sheets
        == scan_bytes(board_of(REPORT, blanked=SOURCE_LINE).data, FILE).sheets
    )


def test_a_picture_comes_along_without_what_is_said_of_it() -> None:
    picture = png((b"tEXt", b"Author\0" + SECRET.encode()), (b"pHYs", b"\0\0\0\1\0\0\0\1\1"))
    shown = (
        "<xdr:oneCellAnchor><xdr:from><xdr:col>0</xdr:col><xdr:colOff>0</xdr:colOff><xdr:row>1"
        '</xdr:row><xdr:rowOff>0</xdr:rowOff></xdr:from><xdr:ext cx="9525" cy="9525"/><xdr:pic>'
        f'<xdr:nvPicPr><xdr:cNvPr id="7" name="{SECRET}" descr="Regionens märke"/><xdr:cNvPicPr/>'
        '</xdr:nvPicPr><xdr:blipFill><a:blip r:embed="rIdX" xmlns:r='
        '"http://schemas.openxmlformats.org/officeDocument/2006/relationships"/></xdr:blipFill>'
        "<xdr:spPr/></xdr:pic><xdr:clientData/></xdr:oneCellAnchor></xdr:wsDr>"
    )
    planted = swapped(REPORT, DRAWING, "</xdr:wsDr>", shown)
    planted = with_part(planted, "xl/media/logga.png", picture, "image", DRAWING_RELS)
    made = board_of(planted, blanked=SOURCE_LINE)
    assert made.pictures == 1
    assert holds(made.data, SECRET) == []
    assert leaks(made.data, FORBIDDEN) == ()
    assert parts_of(made.data)["xl/media/image1.png"] == png((b"pHYs", b"\0\0\0\1\0\0\0\1\1"))
    assert b'descr="Regionens m\xc3\xa4rke"' in parts_of(made.data)[DRAWING]


CELL = r'(<c r="B6"[^>]*>)<f>.*?</f><v>.*?</v></c>'
HINDERED = {
    "formeln har inget sparat värde": lambda x: re.sub(CELL, r"\1<f>A1</f></c>", x),
    "cellen visar felet #DIV/0!": lambda x: re.sub(
        CELL, '<c r="B6" t="e"><f>1/0</f><v>#DIV/0!</v></c>', x
    ),
    "raden är dold": lambda x: x.replace('<row r="6"', '<row r="6" hidden="1"'),
    "kolumnen är dold": lambda x: x.replace('<col min="2" max="2"', '<col min="2" max="2" hidden="1"'),
}  # fmt: skip


@pytest.mark.parametrize("why", HINDERED)
def test_what_cannot_be_shown_as_it_is_hinders(why: str) -> None:
    made = board_of(changed(REPORT, SHEET, HINDERED[why]))
    assert made.data == b""
    told = [f"{each.at}: {each.why}" for each in made.hindrances]
    assert f"{FILE} {BOARD}!B6: {why}" in told


@pytest.mark.parametrize(
    ("code", "cells"), [(";;;", ["B2", "B5", "B6", "B8"]), ("0;;", ["B5", "B8"])]
)
def test_a_number_format_that_hides_hinders(code: str, cells: list[str]) -> None:
    planted = swapped(REPORT, STYLES, 'formatCode="#,##0"', f'formatCode="{code}"')
    made = board_of(planted)
    assert [each.at.address for each in made.hindrances] == cells
    assert made.data == b""


def test_white_text_on_white_hinders() -> None:
    planted = changed(REPORT, STYLES, lambda x: x.replace('<fgColor rgb="FF1F4E79"/>',
                                                          '<fgColor rgb="FFFFFFFF"/>'))  # fmt: skip
    made = board_of(planted)
    assert [each.at.address for each in made.hindrances] == ["A1"]
    assert "syns inte" in made.hindrances[0].why


def test_a_wanted_sheet_that_is_not_there_is_said() -> None:
    with pytest.raises(RamkollError, match="Bladet Beslut finns inte"):
        board_version(REPORT, FILE, Wanted(("Beslut",)), "")


def test_a_print_area_that_is_a_formula_is_refused() -> None:
    planted = changed(
        REPORT, BOOK,
        lambda x: x.replace("'Till nämnden'!$A$1:$F$40", "OFFSET('Till nämnden'!$A$1,0,0,9,9)"),
    )  # fmt: skip
    with pytest.raises(RamkollError, match="Utskriftsområdet"):
        board_of(planted)


def test_strict_open_xml_is_refused() -> None:
    planted = changed(
        REPORT, BOOK,
        lambda x: x.replace(
            "http://schemas.openxmlformats.org/spreadsheetml/2006/main",
            "http://purl.oclc.org/ooxml/spreadsheetml/main",
        ),
    )  # fmt: skip
    with pytest.raises(RamkollError, match="Strict Open XML"):
        board_of(planted)
