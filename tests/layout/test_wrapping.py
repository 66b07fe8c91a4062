"""Rows are as high as their texts, by the widths of the letters."""

import pytest

from ramkoll.layout import look
from ramkoll.layout.wrapping import characters, column_pixels, text_points, wrapped_lines


def test_a_text_that_fits_its_column_takes_one_line():
    assert wrapped_lines("Försäljning", 20) == 1
    assert wrapped_lines("", 20) == 1


def test_narrow_letters_need_less_room_than_wide_ones():
    assert text_points("illi") < text_points("mamm") / 2
    assert text_points("Utfall", bold=True) > text_points("Utfall")


def test_a_text_breaks_between_words_and_at_its_own_line_breaks():
    assert wrapped_lines("ett två tre", 4) == 3
    assert wrapped_lines("ett\n\nett", 20) == 3


def test_a_word_longer_than_its_column_is_broken_and_not_cut():
    assert wrapped_lines("server,nät,datalagring,backup,säkerhetslösningar", 12) >= 4


@pytest.mark.parametrize("indent", [1, 3])
def test_an_indent_takes_room(indent):
    text = "Material och livsmedel kostar mer"
    assert wrapped_lines(text, 14, indent=indent) > wrapped_lines(text, 60, indent=indent)
    assert wrapped_lines(text, 14, indent=indent) >= wrapped_lines(text, 14)


def test_pixels_and_characters_are_each_others_inverse():
    assert characters(column_pixels(11)) == 11


def test_a_heading_that_stands_up_needs_its_own_length():
    lying = look.header_height([("Kortsiktiga nyckeltal 0", 6.0, look.HEADER_NUMBER)])
    upright = look.header_height([("Kortsiktiga nyckeltal 0", 6.0, look.HEADER_UPRIGHT)])
    assert upright > text_points("Kortsiktiga nyckeltal 0", bold=True)
    assert lying > look.header_height([("Belopp", 11.0, look.HEADER_NUMBER)])
