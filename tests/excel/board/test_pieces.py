"""Headers, references, pictures and number formats, each by itself."""

from xml.etree.ElementTree import Element, SubElement

import pytest
from tests.excel.board.report import BOARD, SHEET, STYLES_PART, board_of, changed, png, small_report

from ramkoll.excel.board.header import page_texts, with_word
from ramkoll.excel.board.picture import plain_picture
from ramkoll.excel.board.pictures_check import picture_leaks
from ramkoll.excel.board.source import references
from ramkoll.excel.unreadable import Unreadable
from ramkoll.model.cells import MAX_COLUMN, MAX_ROW, Area

REPORT = small_report()


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("&L&Z&F&R&D", "&L&R&D"),
        ("&L&F&&F&R&P", "&L&&F&R&P"),
        ("&L&&&F", "&L&&"),
        ("&L&KFF0000Röd", "&L&KFF0000Röd"),
        ('&L&"Arial,Fet"&G&f', '&L&"Arial,Fet"'),
    ],
)
def test_headers_lose_what_tells_of_the_file(text: str, left: str) -> None:
    source = Element("headerFooter")
    SubElement(source, "oddHeader").text = text
    found = page_texts(source, "")
    assert found.element is not None
    assert found.element[0].text == left
    assert found.lost == (text != left)


@pytest.mark.parametrize(
    ("header", "wanted"),
    [
        ("", "&C&BUTKAST"),
        ("&LRegionen&R2024", "&LRegionen&C&BUTKAST&R2024"),
        ("&LA&&C&R2024", "&LA&&C&C&BUTKAST&R2024"),
        ("&C&8Mitt", "&C&BUTKAST&B &8Mitt"),
        ("&C&BUTKAST", "&C&BUTKAST"),
    ],
)
def test_a_header_gets_a_word(header: str, wanted: str) -> None:
    assert with_word(header, "UTKAST") == wanted


def test_first_and_even_pages_of_a_draft_say_so_too_and_no_header_is_too_long() -> None:
    source = Element("headerFooter", {"differentFirst": "1", "differentOddEven": "1"})
    SubElement(source, "oddHeader").text = "&L" + "x" * 250
    found = page_texts(source, "UTKAST").element
    assert found is not None
    assert [(each.tag.partition("}")[2], each.text) for each in found] == [
        ("oddHeader", "&C&BUTKAST"),
        ("evenHeader", "&C&BUTKAST"),
        ("firstHeader", "&C&BUTKAST"),
    ]


@pytest.mark.parametrize(
    ("text", "areas"),
    [
        ("Blad1!$A$1:$B$2", [("Blad1", Area(1, 1, 2, 2))]),
        ("'L''Été, 1'!B2", [("L'Été, 1", Area(2, 2, 2, 2))]),
        ("Å!$3:$4", [("Å", Area(3, 1, 4, MAX_COLUMN))]),
        ("Å!$B:$A", [("Å", Area(1, 1, MAX_ROW, 2))]),
        ("(A!$A$1,'B b'!$C$3:$D$4)", [("A", Area(1, 1, 1, 1)), ("B b", Area(3, 3, 4, 4))]),
        ("OFFSET(A!$A$1,0,0)", None),
        ("#REF!", None),
        ("[1]Blad!$A$1", None),
        ("A!$A$1,", None),
        ("A!$A$9999999", None),
        ("", None),
    ],
)
def test_references_of_charts_and_print_areas(text: str, areas: object) -> None:
    assert references(text) == areas


def jpeg(*segments: tuple[int, bytes]) -> bytes:
    made = b"".join(
        bytes((0xFF, kind)) + (len(body) + 2).to_bytes(2, "big") + body for kind, body in segments
    )
    return b"\xff\xd8" + made + b"\xff\xda\0\2\1\xff\0\x7f\xff\xd9"


def test_a_photograph_keeps_its_points_and_loses_the_rest() -> None:
    size = b"JFIF\0\1\1\1\0\x48\0\x48"
    data = jpeg(
        (0xE0, size + b"\1\1abc"), (0xE1, b"Exif\0\0Anna"), (0xED, b"Photoshop"),
        (0xFE, b"Anna"), (0xDB, b"tabell"),
    ) + b"efter bilden"  # fmt: skip
    assert plain_picture(data) == ("jpeg", jpeg((0xE0, size + b"\0\0"), (0xDB, b"tabell")))
    assert list(picture_leaks("bild", jpeg((0xE0, size + b"\0\0"), (0xDB, b"tabell")))) == []


@pytest.mark.parametrize("data", [b"", b"GIF89a", b"\xff\xd8\xff", png()[:40], b"<svg/>"])
def test_other_pictures_and_broken_ones_are_left_out(data: bytes) -> None:
    assert plain_picture(data) is None


def test_a_zero_may_be_left_out_by_a_number_format() -> None:
    """As many reports do, and nothing is hidden by it."""
    zero = changed(REPORT, SHEET, lambda x: x.replace("<v>8041.5</v>", "<v>0</v>"))
    planted = changed(
        zero, STYLES_PART, lambda x: x.replace('formatCode="#,##0"', 'formatCode="0;-0;;@"')
    )
    assert board_of(planted).hindrances == ()


def test_white_letters_on_a_shade_of_colours_can_be_seen() -> None:
    shade = (
        '<gradientFill><stop position="0"><color rgb="FF000000"/></stop><stop position="1">'
        '<color rgb="FF1F4E79"/></stop></gradientFill>'
    )
    start, end = '<patternFill patternType="solid"><fgColor rgb="FF1F4E79"/>', "</patternFill>"

    def shaded(xml: str) -> str:
        at = xml.index(start)
        return xml[:at] + shade + xml[xml.index(end, at) + len(end) :]

    assert board_of(changed(REPORT, STYLES_PART, shaded)).hindrances == ()


@pytest.mark.parametrize(
    ("old", "new"),
    [('<row r="6" ', '<row r="6" ht="0.1" '), ('<col min="2" max="2" width="14.7109375"',
                                             '<col min="2" max="2" width="0.1"')],
)  # fmt: skip
def test_rows_and_columns_too_small_to_be_seen_are_hidden(old: str, new: str) -> None:
    made = board_of(changed(REPORT, SHEET, lambda x: x.replace(old, new)))
    assert f"{BOARD}!B6" in {each.at.in_sheet.replace("'", "") for each in made.hindrances}


@pytest.mark.parametrize(
    "twice", ['<row r="6"/><row r="6" ', '<row r="5"><c r="B5"><v>1</v></c><c r="B5"><v>2</v></c>']
)
def test_what_stands_twice_is_refused(twice: str) -> None:
    old = '<row r="6" ' if twice.startswith('<row r="6"') else '<row r="5" spans="1:9">'
    with pytest.raises(Unreadable):
        board_of(changed(REPORT, SHEET, lambda x: x.replace(old, twice)))
