"""vbaProject.bin, read back by programs that know nothing of ours."""

import io
import re
import struct
import zipfile
from pathlib import Path

import olefile
import pytest
import xlwings
from tests.desktop.xlam.made import modules, parts, xlam
from tests.desktop.xlam.olevba import read_back
from tests.desktop.xlam.test_compression import noise

from ramkoll.desktop.xlam.compound import compound_file
from ramkoll.desktop.xlam.compression import decompress
from ramkoll.desktop.xlam.project import (
    WORKBOOK_CLASS,
    Kind,
    Module,
    document_module,
    hidden,
    vba_project,
)


def in_package(project):
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(xlam())) as old, zipfile.ZipFile(buffer, "w") as new:
        for name in old.namelist():
            new.writestr(name, project if name == "xl/vbaProject.bin" else old.read(name))
    return buffer.getvalue()


def test_olevba_reads_every_module_back_identical():
    assert read_back(xlam()) == {each.name: each.text for each in modules()}


def test_olevba_reads_odd_modules_back_identical():
    head = 'Attribute VB_Name = "{}"\r\nOption Explicit\r\n'
    line = "' å ä ö Å Ä Ö é § «utfall» – 25 % €\r\n"
    # Text of as many characters as there are, without repetitions: nothing to be made smaller.
    dense = "".join(chr(32 + each % 95) for each in noise(20_000))
    texts = {
        "Nothing": head.format("Nothing"),
        "OverOnePiece": head.format("OverOnePiece") + line * 150,
        "OverSeveral": head.format("OverSeveral") + line * 900,
        "Dense": head.format("Dense")
        + "".join(f"' {dense[n : n + 70]}\r\n" for n in range(0, 20_000, 70)),
    }
    assert 4096 < len(texts["OverOnePiece"]) < 8192
    assert len(texts["OverSeveral"]) > 5 * 4096
    made = [Module(name, Kind.MODULE, text) for name, text in texts.items()]
    workbook = document_module("ThisWorkbook", WORKBOOK_CLASS)
    found = read_back(in_package(vba_project("Prov", [workbook, *made])))
    assert found == {**texts, "ThisWorkbook": workbook.text}


def test_text_outside_windows_1252_is_refused():
    with pytest.raises(UnicodeEncodeError):
        vba_project("Prov", [Module("M", Kind.MODULE, "' Привет\r\n")])


def test_olefile_finds_the_streams_and_nothing_wrong_with_them():
    with olefile.OleFileIO(io.BytesIO(parts()["xl/vbaProject.bin"])) as file:
        assert file.parsing_issues == []
        names = {"/".join(each) for each in file.listdir()}
        assert names == {"PROJECT", "PROJECTwm", "VBA/dir", "VBA/_VBA_PROJECT"} | {
            f"VBA/{each.name}" for each in modules()
        }
        # Nothing compiled: Excel compiles the text itself.
        assert file.openstream("VBA/_VBA_PROJECT").read() == bytes.fromhex("cc61ffff000000")
        for each in modules():
            stream = file.openstream(f"VBA/{each.name}").read()
            assert decompress(stream).decode("cp1252") == each.text


def test_olefile_reads_small_and_large_streams_back():
    streams = {f"S{size}": noise(size) for size in (0, 1, 63, 64, 65, 4095, 4096, 4097, 300_000)}
    with olefile.OleFileIO(io.BytesIO(compound_file({"A": streams, "B": {}, "C": b"c"}))) as file:
        assert file.parsing_issues == []
        assert file.exists("B")
        for name, data in streams.items():
            assert file.openstream(f"A/{name}").read() == data


def test_more_than_the_header_has_room_for_is_refused():
    with pytest.raises(ValueError, match="room"):
        compound_file({"S": bytes(8 << 20)})


@pytest.mark.parametrize("name", ["", "a/b", "x" * 32])
def test_a_name_that_a_compound_file_cannot_hold_is_refused(name):
    with pytest.raises(ValueError, match="no name"):
        compound_file({name: b""})


def shown(identity, text):
    """What PROJECT hides ([MS-OVBA] 2.4.3.3), written from the specification."""
    data = bytes.fromhex(text)
    seed, version, key = data[0], data[0] ^ data[1], data[0] ^ data[2]
    assert version == 2
    assert key == sum(identity.encode("cp1252")) & 0xFF
    plain = bytearray()
    last, second_last, before = data[2], data[1], key
    for each in data[3:]:
        plain.append(each ^ ((second_last + before) & 0xFF))
        second_last, last, before = last, each, plain[-1]
    filled = (seed & 6) // 2
    (length,) = struct.unpack("<I", plain[filled : filled + 4])
    hidden_bytes = bytes(plain[filled + 4 :])
    assert len(hidden_bytes) == length
    return hidden_bytes


def project_lines(project):
    with olefile.OleFileIO(io.BytesIO(project)) as file:
        text = file.openstream("PROJECT").read().decode("cp1252")
    return dict(re.findall(r'(?m)^(ID|CMG|DPB|GC|Name)="(.*)"\r?$', text))


def test_the_project_is_open_to_be_read_as_one_that_excel_has_saved():
    book = Path(xlwings.__file__).parent / "quickstart.xlsm"
    with zipfile.ZipFile(book) as archive:
        saved = project_lines(archive.read("xl/vbaProject.bin"))
    ours = project_lines(parts()["xl/vbaProject.bin"])
    assert ours["Name"] == "Ramkoll"
    for key in ("CMG", "DPB", "GC"):
        value = shown(ours["ID"], ours[key])
        assert value == shown(saved["ID"], saved[key])
        assert value == {"CMG": bytes(4), "DPB": b"\0", "GC": b"\xff"}[key]


@pytest.mark.parametrize("seed", [0, 2, 4, 6, 7, 255])
def test_what_is_hidden_is_shown_again_whatever_the_seed(seed):
    identity = "{00000000-0000-0000-0000-000000000000}"
    assert shown(identity, hidden(identity, b"\xff", seed)) == b"\xff"


def test_the_same_modules_give_the_same_bytes():
    assert vba_project("Ramkoll", modules()) == parts()["xl/vbaProject.bin"]
