"""VBA's compression, both ways, and against the one that virus scanners use."""

import contextlib
import random

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from tests.desktop.xlam.olevba import decompressed

from ramkoll.desktop.xlam.compression import CHUNK, compress, decompress


def noise(size, seed=7):
    return random.Random(seed).randbytes(size)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"a",
        b"abc" * 5,
        b"\0" * CHUNK,
        b"abcdefgh" * (3 * CHUNK // 8) + b"xyz",
        "Attribute VB_Name = \"Modul\"\r\n' å ä ö Å Ä Ö é § «»\r\n".encode("cp1252") * 300,
        noise(CHUNK),
        noise(3640),
        noise(2 * CHUNK + 100),
        noise(CHUNK) + b"a" * CHUNK + noise(50),
    ],
    ids=[
        "nothing", "a byte", "a repetition", "one whole piece of one byte", "three pieces and a bit",
        "Swedish text over several pieces", "an incompressible piece", "the longest incompressible rest",
        "incompressible pieces and a rest", "incompressible and compressible by turns",
    ],
)  # fmt: skip
def test_what_is_compressed_is_read_back_by_us_and_by_olevba(data):
    container = compress(data)
    assert decompress(container) == data
    # olevba takes a container of no piece for no container.
    assert decompressed(container) == data if data else container == b"\x01"


@given(
    st.binary(max_size=3640) | st.text("ab \r\nåö", max_size=5000).map(lambda t: t.encode("cp1252"))
)
@example(b"ab" * 5000)
def test_any_text_goes_there_and_back(data):
    assert decompress(compress(data)) == data


@pytest.mark.parametrize("size", [3640, 3641, 4095, 4096, 4097])
def test_noise_goes_there_and_back_or_has_a_rest_that_the_format_cannot_hold(size):
    data = noise(size)
    if size % CHUNK > 3640:
        with pytest.raises(ValueError, match="no compressed form"):
            compress(data)
    else:
        assert decompress(compress(data)) == data


def test_text_becomes_smaller():
    text = b"    If Len(words) = 0 Then Exit Function\r\n" * 100
    assert len(compress(text)) < len(text) / 10


def test_the_example_of_the_specification_is_read_and_made_no_longer():
    # [MS-OVBA] 3.2.2: the word with repetitions, and its container.
    text = b"#aaabcdefaaaaghijaaaaaklaaamnopqaaaaaaaaaaaarstuvwxyzaaa"
    container = bytes.fromhex(
        "012FB000236161616263646582660070616768696A013808616B6C0030"
        "6D6E6F700671027004107273747576107778797A003C"
    )
    assert decompress(container) == text
    # There the one further back of two repetitions of the same length has been taken.
    assert len(compress(text)) == len(container)


@pytest.mark.parametrize(
    "container",
    [b"", b"\x02", b"\x01\x00", b"\x01\x00\x80a", b"\x01\xff\xbfab", b"\x01\x02\xb0\x01\x00\x00"],
)
def test_what_is_no_container_is_refused(container):
    with pytest.raises(ValueError, match=r"."):
        decompress(container)


@given(st.binary(max_size=200).map(lambda data: b"\x01" + data))
def test_hostile_bytes_are_refused_or_read_and_nothing_else(data):
    with contextlib.suppress(ValueError):
        decompress(data)
