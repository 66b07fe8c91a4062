"""The shapes of notes in a VML drawing, edited as text: what others have drawn keeps its bytes.

Drawings of notes are older than the rest of the format, and not always well-formed XML. So only
whole shapes are looked for.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from typing import NamedTuple

from ramkoll.excel.graft.markup import attributes, shadow, spliced, unfit

_SPACES = {
    "v": "urn:schemas-microsoft-com:vml",
    "o": "urn:schemas-microsoft-com:office:office",
    "x": "urn:schemas-microsoft-com:office:excel",
}
_DECLARED = {
    name: b' xmlns:%s="%s"' % (name.encode(), uri.encode()) for name, uri in _SPACES.items()
}
_TYPE = (
    b'<v:shapetype id="_x0000_t202" coordsize="21600,21600" o:spt="202" '
    b'path="m,l,21600r21600,l21600,xe"><v:stroke joinstyle="miter"/>'
    b'<v:path gradientshapeok="t" o:connecttype="rect"/></v:shapetype>'
)
EMPTY_DRAWING = (
    b"<xml%s>" % b"".join(_DECLARED.values())
    + b'<o:shapelayout v:ext="edit"><o:idmap v:ext="edit" data="%s"/></o:shapelayout></xml>'
)
_BLOCK = 1024  # ids that belong to one number of a drawing
_ROOT = re.compile(rb"<(?:[\w.-]+:)?xml(?=[\s>])[^>]*>")
_SHAPE = re.compile(rb"<([\w.-]+:)shape(?=[\s>])[^>]*>.*?</\1shape\s*>", re.DOTALL)
_NOTE = re.compile(rb"""\sObjectType\s*=\s*["']Note["']""")
_ROW, _COLUMN = (
    re.compile(rb"<(?:[\w.-]+:)?%s\s*>\s*(\d{1,7})\s*<" % name) for name in (b"Row", b"Column")
)
_NUMBER = re.compile(rb"""["']_x0000_s(\d{1,9})["']""")
_BLOCKS = re.compile(rb"""<[\w.-]+:idmap\s[^>]*?\bdata\s*=\s*["']([\d,\s]*)["']""")
_DRAWN = re.compile(rb"<[\w.-]+:(?!shapetype|shapelayout)[\w.-]+(?=[\s/>])")
_LAYOUT = re.compile(
    rb"<([\w.-]+:)(shapelayout|shapetype)(?=[\s>])(?:[^>]*/>|.*?</\1\2\s*>)", re.DOTALL
)

Place = tuple[int, int]


class Anchor(NamedTuple):
    """Where a note is drawn: columns and rows from 0 with pixels into them, and its size."""

    corners: tuple[int, int, int, int, int, int, int, int]
    width: int
    height: int


def with_shapes(data: bytes, shapes: Mapping[tuple[Place, Anchor], int], where: str) -> bytes:
    """The drawing with a hidden shape for each note last; 1-based cells, numbers of shapes.

    Raises RamkollError for a drawing that cannot be told with certainty.
    """
    text = shadow(data, where)
    root, end = _bounds(text, where)
    known = attributes(root)
    missing = b"".join(
        declared
        for name, declared in _DECLARED.items()
        if known.get(f"xmlns:{name}") != _SPACES[name]
    )
    new = (
        b""
        if b'"_x0000_t202"' in text
        else _TYPE.replace(b"<v:shapetype", b"<v:shapetype" + missing)
    )
    new += b"".join(
        _shape(place, anchor, number, missing) for (place, anchor), number in shapes.items()
    )
    return spliced(data, [(end, end, new)])


def without_shapes(data: bytes, places: Collection[Place], where: str) -> bytes:
    """The drawing without the shapes of the notes at some cells, and without our type of shape
    where no other shape is of it.
    """
    text = shadow(data, where)
    _bounds(text, where)
    gone = [span for span, place in _notes(text) if place in places]
    data = spliced(data, [(start, end, b"") for start, end in gone])
    if b"#_x0000_t202" not in data:
        data = data.replace(_TYPE, b"")
    return data


def is_bare(data: bytes, where: str) -> bool:
    """Whether nothing is drawn."""
    text = shadow(data, where)
    root, end = _bounds(text, where)
    return not _LAYOUT.sub(b"", text[text.index(root) + len(root) : end]).strip()


def free_numbers(
    drawings: Mapping[str, bytes], wanted: int, into: str | None
) -> tuple[Iterator[int], bytes]:
    """Numbers of shapes that no drawing has, and the blocks that a new drawing says are its own.

    ``into`` is the drawing that is to have them, None a new one.
    """
    blocks: dict[str, set[int]] = {
        name: {
            int(n) for found in _BLOCKS.finditer(data) for n in found[1].split(b",") if n.strip()
        }
        for name, data in drawings.items()
    }
    taken = {int(found[1]) for data in drawings.values() for found in _NUMBER.finditer(data)}
    used = {block for each in blocks.values() for block in each} | {n // _BLOCK for n in taken}
    own = sorted(blocks.get(into, ())) if into is not None else []
    first = max(used, default=0) + 1
    more = list(range(first, first + 1 + wanted // (_BLOCK - 1)))
    numbers = (
        number
        for block in (*own, *more)
        for number in range(block * _BLOCK + 1, (block + 1) * _BLOCK)
        if number not in taken
    )
    listed = b",".join(b"%d" % block for block in more)
    return (next(numbers) for _ in range(wanted)), listed


def _bounds(text: bytes, where: str) -> tuple[bytes, int]:
    """The root's start tag, and where its content ends."""
    root = _ROOT.search(text)
    end = text.rfind(b"</")
    if root is None or end < root.end() or b"xml" not in text[end:]:
        raise unfit(where, "Bladets anteckningar är ritade på ett sätt som Ramkoll inte skriver i.")
    return root[0], end


def _notes(text: bytes) -> Iterator[tuple[tuple[int, int], Place]]:
    """Where the shapes of notes stand, and their cells."""
    for found in _SHAPE.finditer(text):
        row, column = _ROW.search(found[0]), _COLUMN.search(found[0])
        if row and column and _NOTE.search(found[0]):
            yield found.span(), (int(row[1]) + 1, int(column[1]) + 1)


def _shape(place: Place, anchor: Anchor, number: int, declared: bytes) -> bytes:
    corners = ", ".join(map(str, anchor.corners))
    width, height = anchor.width * 0.75, anchor.height * 0.75
    return (
        f'<v:shape{declared.decode()} id="_x0000_s{number}" type="#_x0000_t202" '
        f"style='position:absolute;margin-left:60pt;margin-top:2pt;width:{width:g}pt;"
        f"height:{height:g}pt;z-index:1;visibility:hidden' "
        'fillcolor="#ffffe1" o:insetmode="auto"><v:fill color2="#ffffe1"/>'
        '<v:shadow on="t" color="black" obscured="t"/><v:path o:connecttype="none"/>'
        "<v:textbox style='mso-direction-alt:auto'><div style='text-align:left'></div></v:textbox>"
        '<x:ClientData ObjectType="Note"><x:MoveWithCells/><x:SizeWithCells/>'
        f"<x:Anchor>{corners}</x:Anchor><x:AutoFill>False</x:AutoFill>"
        f"<x:Row>{place[0] - 1}</x:Row><x:Column>{place[1] - 1}</x:Column>"
        "</x:ClientData></v:shape>"
    ).encode()
