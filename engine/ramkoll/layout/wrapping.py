"""How much room a wrapped text needs in a cell, by the widths of the letters.

Programs that do not fit rows by themselves cut a text that has too little; too much is blank
paper. The widths are those of the workbooks' font, Calibri, and of the fonts made to match it.
"""

from __future__ import annotations

from collections.abc import Iterator

# Thousandths of the font's size, rounded to fifty; together some three per cent too much.
_LETTERS = {
    200: "'",
    250: " ,.:;Iijl·’\u00a0",
    300: "()-J[]`f{}",
    350: "!rt",
    400: '"/L\\csz”',
    450: "?FSZgkvxy|",
    500: "#$*+0123456789<=>EKPTXY^_ae~åäé§–−◆■•»«",
    550: "BCRVbdhnopquö",
    600: "ADHÅÄ●",
    650: "GNOQUÖ",
    700: "%&w…",
    800: "m",
    850: "M",
    900: "@W—",
}
_WIDTHS = {letter: width for width, letters in _LETTERS.items() for letter in letters}
_UNKNOWN = 1000  # a letter of another script, as wide as they come
_BOLD = 1.02
_PADDING = 4.0  # points that a cell keeps free at its sides
_INDENT = 7.0
_SPARE = 40  # one line in so many is for programs that break lines a little earlier


def column_pixels(width: float) -> float:
    """A column's pixels, of which 96 go to the inch, from its width in characters."""
    return 7 * width + 5


def characters(pixels: float) -> float:
    """The width in characters of one column that is so many pixels wide."""
    return (pixels - 5) / 7


def text_points(text: str, size: float = 10, *, bold: bool = False) -> float:
    """How long a text is on one line, in points."""
    thousandths = sum(_WIDTHS.get(letter, _UNKNOWN) for letter in text)
    return thousandths / 1000 * size * (_BOLD if bold else 1.0)


def line_height(size: float) -> float:
    """The height of one line, in points."""
    return size * 1.275


def wrapped_lines(
    text: str, width: float, size: float = 10, *, bold: bool = False, indent: int = 0
) -> int:
    """The lines of a text in a column ``width`` characters wide; at least one."""
    room = column_pixels(width) * 0.75 - _PADDING - indent * _INDENT
    room = max(room, size)
    count = sum(_of_paragraph(part, room, size, bold) for part in text.split("\n"))
    return count + count // _SPARE


def _of_paragraph(text: str, room: float, size: float, bold: bool) -> int:
    lines, used = 1, 0.0
    for word in _words(text):
        length = text_points(word.rstrip(), size, bold=bold)
        if used and used + length > room:
            lines, used = lines + 1, 0.0
        if length > room:  # a word that is longer than a line is broken anywhere
            more = int(length // room)
            lines, used = lines + more, length - more * room
            continue
        used += text_points(word, size, bold=bold)
    return lines


def _words(text: str) -> Iterator[str]:
    """The words with the spaces after them."""
    start = 0
    for at, letter in enumerate(text):
        if letter == " " and text[at + 1 : at + 2] != " ":
            yield text[start : at + 1]
            start = at + 1
    yield text[start:]
