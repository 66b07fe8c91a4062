"""The checker finds what must not be in a board version, wherever it lies and however it came."""

import io
import re
import zipfile
from collections.abc import Callable

import pytest
from tests.excel.board.report import (
    BOARD,
    CHART,
    DRAWING,
    RELS,
    SHEET,
    WORKING,
    board_of,
    changed,
    packed,
    parts_of,
    png,
    small_report,
    swapped,
    with_part,
)

from ramkoll.excel.board.check import leaks
from ramkoll.excel.board.pictures_check import picture_leaks
from ramkoll.excel.board.what import Forbidden

CLEAN = board_of(small_report(), blanked={BOARD: frozenset({(11, 1)})}).data
FORBIDDEN = Forbidden(
    (WORKING, "Om", "Intern handel", "L'Été"),
    ("U_varde", "Tabell_prognos", "Moms"),
    ("605.xlsx", "område_Vårdval.xlsx"),
    ("Anna Ek", "kalsve01"),
)
STRINGS, BOOK, STYLES = "xl/sharedStrings.xml", "xl/workbook.xml", "xl/styles.xml"
BOOK_RELS = "xl/_rels/workbook.xml.rels"

Plant = Callable[[bytes], bytes]


def said(text: str) -> Plant:
    """A text in a cell."""
    return lambda d: swapped(d, STRINGS, "<t>Summa</t>", f"<t>{text}</t>")


def with_archive(change: Callable[[zipfile.ZipFile], None]) -> Plant:
    def plant(data: bytes) -> bytes:
        buffer = io.BytesIO(data)
        with zipfile.ZipFile(buffer, "a") as archive:
            change(archive)
        return buffer.getvalue()

    return plant


def test_nothing_is_found_in_what_is_clean() -> None:
    assert leaks(CLEAN, FORBIDDEN) == ()


IN_TEXT = {
    r"Se K:\Ekonomi\bokslut": "en sökväg",
    r"Se \\server01\delad\bokslut": "en sökväg på en server",
    "Se file:///srv/bokslut": "en sökväg",
    "Se /mnt/anna/bokslut": "en sökväg",
    "Se https://intranät.exempel.se/bok": "en länk",
    "Skriv till anna.ek@exempel.se": "en e-postadress",
    "Hämtat ur budget 2024.xlsx": "ett filnamn",
    "Hämtat ur 605.XLSM": "ett filnamn",
    "Hämtat ur [budget.xlsx]Blad1!A1": "en hänvisning till en annan fil",
    "Hämtat ur [2]Blad1!$A$1": "en hänvisning till en annan fil",
    "Se Underlag!B7": "en hänvisning till ett blad som inte följer med",
    "Se 'Intern handel'!$B$7": "en hänvisning till ett blad som inte följer med",
    "Summa av U_varde": "ett namn på ett område",
    "Lämnat av Anna Ek": "namnet på en person",
    "Lämnat av ANNA EK.": "namnet på en person",
    "Ändrat av kalsve01": "namnet på en person",
}


@pytest.mark.parametrize("text", IN_TEXT)
def test_a_text_that_tells_is_found_with_its_cell(text: str) -> None:
    found = leaks(said(text)(CLEAN), FORBIDDEN)
    assert any(each.what.startswith(IN_TEXT[text]) for each in found), found
    assert {each.place for each in found} == {f"{BOARD}!A8"}
    assert "xl/sharedStrings.xml Till nämnden!A8: " in str(found[0])


@pytest.mark.parametrize(
    "text",
    [
        "Underlaget om värdlandsstöd är lämnat.",
        "Om nämnden vill! Se bilagan.",
        "@Regionen togs i drift; 24/7, och/eller A/B: 1:2",
        "Moms och avgifter [1], kl. 10:30",
        "Annas ekonomi, J/N:",
        "605 Avdelningen för eHälsa",
        "Ekonomi.Personal",
    ],
)
def test_ordinary_words_are_no_leaks(text: str) -> None:
    assert leaks(said(text)(CLEAN), FORBIDDEN) == ()


def test_a_file_name_that_is_cut_into_runs_is_found() -> None:
    planted = swapped(
        CLEAN, STRINGS, "<t>Summa</t>", "<r><t>budget.</t></r><r><rPr><b/></rPr><t>xlsx</t></r>"
    )
    assert [each.place for each in leaks(planted, FORBIDDEN)] == [f"{BOARD}!A8"]


ELSEWHERE: dict[str, tuple[Plant, str]] = {
    "formel": (
        lambda d: swapped(d, SHEET, '<c r="B8" s="3"><v>', '<c r="B8" s="3"><f>B5</f><v>'),
        "en formel",
    ),
    "felvärde": (
        lambda d: changed(d, SHEET, lambda x: re.sub(
            r'<c r="B8" s="3"><v>.*?</v>', '<c r="B8" s="3" t="e"><v>#REF!</v>', x)),
        "annat än ett värde",
    ),
    "dolt blad": (
        lambda d: swapped(d, BOOK, 'sheetId="2"', 'sheetId="2" state="hidden"'), "ett dolt blad",
    ),
    "dold rad": (lambda d: swapped(d, SHEET, '<row r="6"', '<row r="6" hidden="1"'), "något dolt"),
    "rad utan höjd": (lambda d: swapped(d, SHEET, '<row r="6"', '<row r="6" ht="0"'), "en dold rad"),
    "dold kolumn": (lambda d: swapped(d, SHEET, '<col min="2"', '<col hidden="1" min="2"'),
                    "något dolt"),
    "kolumn utan bredd": (
        lambda d: changed(d, SHEET, lambda x: re.sub('width="14[^"]*"', 'width="0"', x)),
        "en dold kolumn",
    ),
    "länk i cell": (
        lambda d: swapped(d, SHEET, "<pageMargins", '<hyperlinks><hyperlink ref="A1"/></hyperlinks>'
                          "<pageMargins"),
        "ett element som inte ska finnas, hyperlinks",
    ),
    "tillägg": (lambda d: swapped(d, SHEET, "</worksheet>", "<extLst/></worksheet>"),
                "ett element som inte ska finnas, extLst"),
    "skrivare": (lambda d: swapped(d, SHEET, "<pageSetup", '<pageSetup r:id="rId7"'),
                 "skrivarinställningar"),
    "sökväg i sidhuvud": (lambda d: swapped(d, SHEET, "Sammanträde", "&amp;Z&amp;F"),
                          "sökväg eller filnamn i sidhuvud eller sidfot"),
    "person i sidfot": (lambda d: swapped(d, SHEET, "Sida ", "Anna Ek "), "namnet på en person"),
    "namn": (
        lambda d: swapped(d, BOOK, "<definedName ", '<definedName name="Moms">1</definedName>'
                          "<definedName "),
        "ett namn på ett område, Moms",
    ),
    "namn med anmärkning": (
        lambda d: swapped(d, BOOK, "<definedName ", '<definedName comment="x" '),
        "ett namn på ett område",
    ),
    "utskriftsområde på annat blad": (
        lambda d: swapped(d, BOOK, "'Till nämnden'!$A$1", "Underlag!$A$1"),
        "en hänvisning till annat än filens egna blad",
    ),
    "fildelning": (
        lambda d: swapped(d, BOOK, "<workbookPr/>", '<fileSharing userName="x"/><workbookPr/>'),
        "ett element som inte ska finnas, fileSharing",
    ),
    "länk ut ur filen": (
        lambda d: swapped(d, RELS, "</Relationships>", '<Relationship Id="x" Type="http://schemas.'
                          'openxmlformats.org/officeDocument/2006/relationships/image" Target="bild.'
                          'png" TargetMode="External"/></Relationships>'),
        "en länk ut ur filen",
    ),
    "länk av annat slag": (
        lambda d: swapped(d, BOOK_RELS, "relationships/theme", "relationships/vbaProject"),
        "en länk av annat slag",
    ),
    "extra del": (
        lambda d: with_part(d, "xl/comments1.xml", b"<comments/>", "comments", RELS),
        "en del som inte ska finnas",
    ),
    "del som inget hänvisar till": (
        lambda d: packed({**parts_of(d), "xl/worksheets/sheet9.xml": parts_of(d)[SHEET]}),
        "en del som inget hänvisar till",
    ),
    "text som ingen cell visar": (
        lambda d: swapped(d, STRINGS, "</sst>", "<si><t>kvar</t></si></sst>"),
        "en text som ingen cell visar, «kvar»",
    ),
    "fonetisk text": (
        lambda d: swapped(d, STRINGS, "<t>Summa</t>", "<t>Summa</t><rPh><t>x</t></rPh>"),
        "ett element som inte ska finnas, rPh",
    ),
    "anmärkning i koden": (lambda d: swapped(d, SHEET, "<sheetData>", "<!-- x --><sheetData>"),
                           "en anmärkning"),
    "CDATA": (lambda d: swapped(d, STRINGS, "<t>Summa</t>", "<t><![CDATA[x]]></t>"),
              "en anmärkning"),
    "instruktion i koden": (lambda d: swapped(d, SHEET, "<sheetData>", "<?x y?><sheetData>"),
                            "en anmärkning"),
    "namnrymd": (lambda d: swapped(d, SHEET, "<worksheet ", '<worksheet xmlns:q="urn:anna" '),
                 "en okänd namnrymd, urn:anna"),
    "trasig kod": (lambda d: swapped(d, SHEET, "</worksheet>", ""), "innehåll som inte går att läsa"),
    "diagram ur annat blad": (
        lambda d: swapped(d, CHART, "<c:f>'Till nämnden'!", "<c:f>Underlag!"),
        "en hänvisning till annat än filens egna blad",
    ),
    "diagrammets tillägg": (
        lambda d: swapped(d, CHART, "</c:chartSpace>", '<c:extLst><c:ext uri="{1}"/></c:extLst>'
                          "</c:chartSpace>"),
        "ett tillägg",
    ),
    "fält ur en cell": (
        lambda d: swapped(d, CHART, "<a:r>", '<a:fld type="TXLINK"><a:t>x</a:t></a:fld><a:r>'),
        "ett fält som hämtar ur en cell",
    ),
    "text mellan elementen": (lambda d: swapped(d, SHEET, "<sheetData>", "hej<sheetData>"),
                              "text mellan elementen"),
    "text i fel element": (lambda d: swapped(d, SHEET, '<row r="6">', '<row r="6">hej'),
                           "text där ingen ska stå, row"),
    "diagrammets källa": (
        lambda d: swapped(d, CHART, "<c:chart>", "<c:pivotSource/><c:chart>"),
        "ett element som inte ska finnas, pivotSource",
    ),
    "diagrammets rubrik": (
        lambda d: swapped(d, CHART, "<a:t>Per enhet</a:t>", "<a:t>Ur 605.xl</a:t></a:r><a:r><a:t>sx"
                          "</a:t>"),
        "ett filnamn",
    ),
    "alternativ text": (
        lambda d: swapped(d, DRAWING, "Staplar per enhet.", r"Ur C:\bok\anna"), "en sökväg",
    ),
    "länk på diagram": (
        lambda d: swapped(d, DRAWING, "<xdr:cNvGraphicFramePr/>",
                          "<xdr:cNvGraphicFramePr><a:hlinkClick/></xdr:cNvGraphicFramePr>"),
        "ett element som inte ska finnas, hlinkClick",
    ),
    "makro på diagram": (lambda d: swapped(d, DRAWING, 'macro=""', 'macro="Kör"'), "ett makro"),
    "dolt diagram": (lambda d: swapped(d, DRAWING, 'id="2"', 'id="2" hidden="1"'), "något dolt"),
    "teckensnitt": (lambda d: swapped(d, STYLES, 'val="Calibri"', 'val="kalsve01"'),
                    "namnet på en person"),
    "titel": (lambda d: swapped(d, "docProps/core.xml", "Rapport", "Anna Ek"),
              "namnet på en person"),
    "upphovsman": (
        lambda d: swapped(d, "docProps/core.xml", "<dc:title>", "<dc:creator>N N</dc:creator>"
                          "<dc:title>"),
        "ett element som inte ska finnas, creator",
    ),
    "arkivets kommentar": (
        with_archive(lambda a: setattr(a, "comment", b"hej")), "en kommentar",
    ),
    "delens tid": (
        with_archive(lambda a: a.writestr(zipfile.ZipInfo("xl/media/image9.png",
                                                          (2024, 1, 1, 0, 0, 0)), png())),
        "uppgifter om när eller hur delen är gjord",
    ),
}  # fmt: skip


@pytest.mark.parametrize("where", ELSEWHERE)
def test_what_does_not_belong_is_found(where: str) -> None:
    plant, what = ELSEWHERE[where]
    found = leaks(plant(CLEAN), FORBIDDEN)
    assert any(each.what.startswith(what) for each in found), found


def test_the_cell_of_a_formula_is_named() -> None:
    plant, _ = ELSEWHERE["formel"]
    assert f"{BOARD}!B8" in {each.place for each in leaks(plant(CLEAN), FORBIDDEN)}


@pytest.mark.parametrize(
    ("data", "what"),
    [
        (png((b"tEXt", b"Author\0Anna")), "tEXt"),
        (png((b"eXIf", b"x")), "eXIf"),
        (png() + b"mer", "något efter bilden"),
        (b"\xff\xd8\xff\xe1\0\6Exif\xff\xda\0\2\1\xff\xd9", "FFE1"),
        (b"\xff\xd8\xff\xfe\0\6Anna\xff\xda\0\2\1\xff\xd9", "FFFE"),
        (b"\xff\xd8\xff\xda\0\2\1\xff\xd9mer", "något efter bilden"),
    ],
)
def test_what_is_said_in_a_picture_is_found(data: bytes, what: str) -> None:
    assert any(what in each.what for each in picture_leaks("bild", data))


def test_a_picture_that_is_only_a_picture_is_clean() -> None:
    assert list(picture_leaks("bild", png((b"pHYs", b"\0\0\0\1\0\0\0\1\1")))) == []
    plain = b"\xff\xd8\xff\xe0\0\x10JFIF\0\1\1\0\0\1\0\1\0\0\xff\xda\0\2\1\xff\0\2\xff\xd9"
    assert list(picture_leaks("bild", plain)) == []
