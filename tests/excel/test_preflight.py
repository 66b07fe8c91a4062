"""What is refused before it is read, and what the refusal says."""

from __future__ import annotations

import io
import pickle
import struct
import zipfile
import zlib
from collections.abc import Callable
from xml.parsers import expat

import pytest
import xlsxwriter
from tests.excel.broken import (
    broken_ole,
    content_types,
    ole,
    package,
    with_extra_entry,
    with_header_field,
    zipped,
)

from ramkoll.excel import limits, ooxml
from ramkoll.excel.preflight import Unreadable, refuse_unfit
from ramkoll.excel.scan import scan_bytes
from ramkoll.model.errors import RamkollError

SHEET = "xl/worksheets/sheet1.xml"
DOCTYPE = '<!DOCTYPE x [<!ENTITY a "aaaa">]>'


def refusal(data: bytes) -> Unreadable:
    """The refusal of these bytes, which must be there and must read as Swedish for people."""
    with pytest.raises(Unreadable) as caught:
        refuse_unfit(data, "605.xlsx")
    text = str(caught.value)
    assert text.startswith("605.xlsx: ")
    assert caught.value.what.endswith(".")
    assert caught.value.todo.endswith(".")
    assert not any(word in text for word in ("Error", "zip file", "None", "Traceback"))
    return caught.value


def test_a_workbook_by_hand_is_fit() -> None:
    refuse_unfit(package(), "605.xlsx")


def test_a_workbook_of_another_writer_is_fit() -> None:
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream) as book:
        book.add_worksheet("Utfall").write(0, 0, "Å")
    refuse_unfit(stream.getvalue(), "605.xlsx")


def test_a_first_tag_of_megabytes_is_looked_at_in_few_pieces(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    pieces = []

    class Counting:
        def __init__(self) -> None:
            self.StartDoctypeDeclHandler = self.StartElementHandler = None

        def Parse(self, piece: bytes, final: bool) -> None:  # noqa: N802
            pieces.append(piece)

    monkeypatch.setattr(expat, "ParserCreate", Counting)
    data = b"<a " + b" " * 2**22 + b"/>"
    assert not ooxml.declares_doctype(data)
    # Each piece makes the parser go through the tag once more.
    assert b"".join(pieces) == data
    assert len(pieces) < 20


def test_an_empty_file_is_refused() -> None:
    assert refusal(b"").code == "tom"


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (b"%PDF-1.7 ...", "en PDF"),
        (b"<html><table>", "en webbsida"),
        (b"\xef\xbb\xbf\r\n<!DOCTYPE html>", "en webbsida"),
        (b"<?xml version='1.0'?><Workbook/>", "en XML-fil"),
        (b"Enhet;Konto;Belopp\r\n605;4010;1,5\r\n", "en textfil"),
        (b"\x00\x01\x02\x03", "en annan sorts fil"),
        (zipped({"a.txt": "hej"}), "ett zip-arkiv"),
        (zipped({}), "ett zip-arkiv"),
        (
            zipped({"mimetype": "application/vnd.oasis.opendocument.spreadsheet"}),
            "ett kalkylblad i OpenDocument-format (.ods)",
        ),
        (zipped({"mimetype": "application/vnd.oasis.opendocument.text"}), "OpenDocument-dokument"),
        (zipped({"Index/Document.iwa": "x"}), "en fil från Numbers"),
        (
            package(changes={"[Content_Types].xml": content_types("x.wordprocessingml.main+xml")}),
            "ett Word-dokument",
        ),
        (
            package(changes={"[Content_Types].xml": content_types("x.presentationml.main+xml")}),
            "en PowerPoint-presentation",
        ),
        (
            package(changes={"[Content_Types].xml": content_types("application/vnd.visio")}),
            "en annan sorts Office-fil",
        ),
        (
            package(
                changes={
                    "[Content_Types].xml": content_types("application/xml"),
                    "_rels/.rels": None,
                    "xl/workbook.xml": None,
                }
            ),
            "en annan sorts Office-fil",
        ),
        (ole("WordDocument"), "ett äldre Word-dokument"),
        (ole("PowerPoint Document"), "en äldre PowerPoint-presentation"),
        (ole("__properties_version1.0"), "ett mejl"),
        (ole("Något annat"), "ett äldre dokument"),
        (b"<table><tr><td>Konto</td></tr></table>", "en webbsida"),
        (b"MIME-Version: 1.0\r\nContent-Type: multipart/related", "en webbsida"),
        (
            b'<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?><Workbook/>',
            "ett XML-kalkylblad från Excel 2003",
        ),
        ("\ufeffEnhet\tKonto\r\n605\t4010".encode("utf-16"), "en textfil"),
        (b"L\0\0\0\x01\x14\x02\0" + b"\0" * 60, "en genväg"),
        (b"\x05Marie".ljust(55) + b"\5\0M\0a\0".ljust(110), "tillfälliga fil"),
        (zipped({"605.xlsx": package()}), "ett zip-arkiv med arbetsböcker i"),
        (b"\x1f\x8b\x08", "ett gzip-arkiv"),
    ],
)
def test_another_kind_of_file_is_named(data: bytes, kind: str) -> None:
    found = refusal(data)
    assert found.code == "ej_arbetsbok"
    assert kind in found.what


def test_a_missing_list_of_contents_is_refused() -> None:
    assert refusal(package(changes={"[Content_Types].xml": None})).code == "ej_arbetsbok"


def test_a_missing_workbook_part_is_refused() -> None:
    assert refusal(package(changes={"xl/workbook.xml": None})).code == "trasig"


@pytest.mark.parametrize("container", [ole, broken_ole])
def test_a_password_is_told_from_an_old_format(container: Callable[..., bytes]) -> None:
    locked, old = (
        refusal(container("EncryptionInfo", "EncryptedPackage")),
        refusal(container("Workbook")),
    )
    assert (locked.code, old.code) == ("lösenord", "xls")
    assert "lösenordsskyddad" in locked.what
    assert "Kryptera med lösenord" in locked.todo
    assert "gamla .xls-formatet" in old.what
    assert "Arkiv, Spara som" in old.todo


def test_what_a_label_encrypts_is_told_from_a_password() -> None:
    found = refusal(ole("\x06DataSpaces", "DRMEncryptedDataSpace", "EncryptedPackage"))
    assert found.code == "lösenord"
    assert "känslighetsetikett" in found.what
    assert "Kryptera med lösenord" not in found.todo


def test_the_names_of_streams_count_and_not_what_stands_in_them() -> None:
    data = ole("Book", sectors=20)
    data = data[:2048] + "EncryptedPackage WordDocument".encode("utf-16-le") + data[2048 + 58 :]
    assert refusal(data).code == "xls"


@pytest.mark.parametrize("at", [30, 48, 76, 512, 516])
@pytest.mark.parametrize("number", [0, 1, 2, 0x7FFFFFFF, 0xFFFFFFFF])
def test_an_old_container_that_points_astray_is_refused(at: int, number: int) -> None:
    data = bytearray(ole("Workbook"))
    struct.pack_into("<L", data, at, number)
    assert refusal(bytes(data)).code in ("xls", "ej_arbetsbok")


def test_a_workbook_of_the_nineties_is_an_old_format() -> None:
    assert refusal(b"\x09\x08\x10\x00\x00\x06\x05\x00").code == "xls"


def test_a_file_of_zeros_is_empty() -> None:
    assert refusal(bytes(20_000)).code == "tom"


def test_each_refusal_says_one_thing_to_do() -> None:
    what = {
        refusal(data).todo
        for data in (
            ole("Workbook"), ole("EncryptedPackage"), b"a;b", zipped({"a.xlsx": ""}), b"%PDF",
            zipped({"Index.zip": ""}), package(changes={"xl/workbook.xml": None}), b"",
        )
    }  # fmt: skip
    assert len(what) == 7  # what is damaged or no workbook in disguise is saved anew
    assert all(each[0].isupper() and each.count(".") <= 3 for each in what)


def test_a_binary_workbook_is_told_from_a_broken_one() -> None:
    kind = "application/vnd.ms-excel.sheet.binary.macroEnabled.main"
    assert refusal(package(changes={"[Content_Types].xml": content_types(kind)})).code == "xlsb"


@pytest.mark.parametrize("kept", [4, 30, 200, 0.5, 0.9, -1, -22])
def test_a_file_cut_off_is_refused(kept: float) -> None:
    data = package()
    assert refusal(data[: int(kept * len(data)) if isinstance(kept, float) else kept]).code == (
        "trasig"
    )


def test_bytes_changed_inside_a_part_are_seen() -> None:
    data = bytearray(package())
    at = data.index(SHEET.encode()) + len(SHEET) + 5
    data[at] ^= 0xFF
    assert refusal(bytes(data)).code == "trasig"


def test_encrypted_entries_are_refused() -> None:
    data = with_header_field(package(), SHEET, 8, b"\x01\x00")
    assert refusal(data).code == "lösenord"


@pytest.mark.parametrize(
    "name",
    ["../utanför.xml", "xl/../../x.xml", "/xl/x.xml", "C:/x.xml", "xl\\x.xml", "xl/a\0b.xml"],
)
def test_names_that_point_elsewhere_are_refused(name: str) -> None:
    assert refusal(with_extra_entry(package(), name, b"<x/>")).code == "osäker"


@pytest.mark.parametrize("name", [SHEET, "XL/Worksheets/SHEET1.xml"])
def test_the_same_part_twice_is_refused(name: str) -> None:
    assert refusal(with_extra_entry(package(), name, b"<x/>")).code == "osäker"


def test_a_part_that_is_no_workbook_may_be_tightly_packed_when_it_is_small() -> None:
    refuse_unfit(package(changes={"xl/media/a.bin": b" " * (limits.RATIO_FROM_BYTES - 1)}), "x")


def test_many_parts_that_share_their_bytes_count_in_full(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "MAX_TOTAL_BYTES", 1_000_000)
    data = package(changes={f"xl/media/{i}.bin": bytes(100_000) for i in range(11)})
    assert len(data) < 10_000
    assert refusal(data).code == "för_stor"


def test_too_many_parts_are_refused() -> None:
    parts = {f"xl/media/bild{i}.png": b"" for i in range(limits.MAX_ENTRIES + 1)}
    assert refusal(zipped(parts)).code == "för_stor"


def test_each_cap_of_size_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    data = package(changes={"xl/media/a.png": bytes(range(256)) * 20, "xl/b.png": b"b" * 5_000})
    for cap, value in (
        ("MAX_FILE_BYTES", len(data) - 1),
        ("MAX_PART_BYTES", 5_000),
        ("MAX_TOTAL_BYTES", 10_000),
    ):
        with monkeypatch.context() as patch:
            patch.setattr(limits, cap, value)
            assert refusal(data).code == "för_stor"
    refuse_unfit(data, "605.xlsx")


def test_a_part_of_mere_filler_is_refused() -> None:
    filler = b" " * (limits.RATIO_FROM_BYTES + 1)
    assert refusal(package(changes={"xl/media/a.bin": filler})).code == "osäker"


def test_a_part_with_endless_tags_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "MAX_TAGS", 3)
    assert refusal(package()).code == "för_stor"


def test_too_much_in_memory_at_a_time_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "MAX_TREE_ELEMENTS", 30_000)
    rows = "<row><c/><c/></row>" * 20_000
    assert scan_bytes(package(rows), "x").sheets  # row by row
    for xml in (f"<row>{'<c/>' * 60_000}</row>", f"{'<row>' * 60_000}{'</row>' * 60_000}"):
        with pytest.raises(Unreadable) as caught:
            scan_bytes(package(xml), "x")
        assert caught.value.code == "för_stor"


@pytest.mark.parametrize("declared", [10, 1_000_000])
def test_a_false_size_is_refused(declared: int) -> None:
    data = with_header_field(package(), SHEET, 24, struct.pack("<L", declared))
    assert refusal(data).code == ("osäker" if declared == 10 else "trasig")


def test_a_false_size_with_a_fitting_checksum_is_refused() -> None:
    data = package()
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        start = archive.read(SHEET)[:10]
    data = with_header_field(data, SHEET, 24, struct.pack("<L", 10))
    data = with_header_field(data, SHEET, 16, struct.pack("<L", zlib.crc32(start)))
    assert refusal(data).code == "osäker"


def test_another_way_of_packing_is_refused() -> None:
    stream = io.BytesIO(package())
    with zipfile.ZipFile(stream, "a", zipfile.ZIP_LZMA) as archive:
        archive.writestr("xl/x.xml", "<x/>" * 100)
    assert refusal(stream.getvalue()).code == "osäker"


@pytest.mark.parametrize("part", [SHEET, "xl/workbook.xml", "_rels/.rels", "docProps/app.xml"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
@pytest.mark.parametrize("comment", ["", f"<!--{'x' * 5_000}-->"])
def test_a_document_type_is_refused(part: str, encoding: str, comment: str) -> None:
    xml = f'<?xml version="1.0" encoding="{encoding}"?>{comment}{DOCTYPE}<worksheet>&a;</worksheet>'
    assert refusal(package(changes={part: xml.encode(encoding)})).code == "osäker"


def test_the_words_of_a_document_type_may_stand_in_a_text() -> None:
    refuse_unfit(package(strings="<si><t>&lt;!DOCTYPE x&gt;<![CDATA[<!DOCTYPE y>]]></t></si>"), "x")


def test_an_archive_within_folders_is_fit() -> None:
    refuse_unfit(package(changes={"xl/": "", "xl/worksheets/": ""}), "605.xlsx")


def test_a_refusal_survives_the_way_between_processes() -> None:
    found = refusal(b"")
    again = pickle.loads(pickle.dumps(found))
    assert isinstance(again, Unreadable)
    assert isinstance(again, RamkollError)
    assert (again.code, str(again)) == (found.code, str(found))
