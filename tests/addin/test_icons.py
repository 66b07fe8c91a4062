"""The icons: drawn, rendered in every size, and seen on light and dark ribbons."""

import importlib.util
import re
import struct
import zlib
from pathlib import Path

import pytest

from ramkoll.store.ribbon import ICON_SIZES, load_ribbon

ROOT = Path(__file__).parents[2]
DRAWINGS = ROOT / "addin" / "icons"
PICTURES = ROOT / "addin" / "office" / "public" / "icons"
LIGHT, DARK = "#ffffff", "#262626"
LEAST_CONTRAST = 3.0  # WCAG 2.2, 1.4.11
# Another processor may round an edge another way.
TOLERANCE = 3


def test_every_icon_of_the_ribbon_is_drawn_and_no_other():
    assert {path.stem for path in DRAWINGS.glob("*.svg")} == set(load_ribbon().icons)


def test_every_icon_is_there_in_every_size():
    wanted = {f"{icon}-{size}.png" for icon in load_ribbon().icons for size in ICON_SIZES}
    assert {path.name for path in PICTURES.iterdir()} == wanted


def test_the_pictures_are_what_the_drawings_give():
    pytest.importorskip("resvg_py")
    spec = importlib.util.spec_from_file_location("icons", ROOT / ".ci" / "icons.py")
    assert spec is not None
    assert spec.loader is not None
    icons = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(icons)
    for name, png in icons.rendered():
        kept = (PICTURES / name).read_bytes()
        if kept != png:
            differences = [
                abs(one - other) for one, other in zip(pixels(kept)[1], pixels(png)[1], strict=True)
            ]
            assert max(differences) <= TOLERANCE, f"{name}: run make icons"


@pytest.mark.parametrize("size", ICON_SIZES)
def test_a_picture_has_its_size_fills_it_and_is_clear_around(size):
    for icon in load_ribbon().icons:
        (width, height), rgba = pixels((PICTURES / f"{icon}-{size}.png").read_bytes())
        assert (width, height) == (size, size), icon
        opaque = [index // 4 for index in range(3, len(rgba), 4) if rgba[index] > 128]
        columns, rows = {index % size for index in opaque}, {index // size for index in opaque}
        assert max(columns) - min(columns) + 1 >= 0.75 * size, f"{icon} is too narrow"
        assert max(rows) - min(rows) + 1 >= 0.6 * size, f"{icon} is too low"
        assert 0.1 < len(opaque) / size**2 < 0.9, f"{icon} is too thin or too full"


def test_no_two_icons_look_alike_at_16_pixels():
    seen = {
        icon: pixels((PICTURES / f"{icon}-16.png").read_bytes())[1] for icon in load_ribbon().icons
    }
    for one, first in seen.items():
        for other, second in seen.items():
            if one < other:
                differing = sum(abs(first[at] - second[at]) > 64 for at in range(3, len(first), 4))
                assert differing > 40, f"{one} and {other}"


@pytest.mark.parametrize("background", [LIGHT, DARK])
def test_lines_and_fills_are_seen_on_light_and_dark_ribbons(background):
    for path in DRAWINGS.glob("*.svg"):
        style = path.read_text(encoding="utf-8")
        colours = re.findall(r"\.(line|accent|fill) \{ \w+: (#\w{6})", style)
        assert [name for name, _ in colours] == ["line", "accent", "fill"], path.name
        for _, colour in colours:
            assert contrast(colour, background) >= LEAST_CONTRAST, f"{path.name} {colour}"


def test_what_is_drawn_upon_a_fill_is_seen():
    for path in DRAWINGS.glob("*.svg"):
        style = path.read_text(encoding="utf-8")
        on, fill = (
            re.search(r"\.on \{ stroke: (#\w{6})", style),
            re.search(r"\.fill \{ fill: (#\w{6})", style),
        )
        assert on is not None
        assert fill is not None
        assert contrast(on[1], fill[1]) >= LEAST_CONTRAST


def test_a_drawing_holds_shapes_only():
    for path in DRAWINGS.glob("*.svg"):
        drawing = path.read_text(encoding="utf-8")
        tags = set(re.findall(r"<(\w+)", drawing))
        assert tags <= {"svg", "style", "path", "circle", "rect"}, path.name
        assert "http" not in drawing.replace("http://www.w3.org/2000/svg", "")


def contrast(one, other):
    bright, dim = sorted((luminance(one), luminance(other)), reverse=True)
    return (bright + 0.05) / (dim + 0.05)


def luminance(colour):
    channels = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (
        each / 12.92 if each <= 0.04045 else ((each + 0.055) / 1.055) ** 2.4 for each in channels
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def pixels(png):
    """Width and height, and the bytes of red, green, blue and alpha, of an 8-bit RGBA picture."""
    assert png[:8] == b"\x89PNG\r\n\x1a\n"
    at, data, size = 8, b"", (0, 0)
    while at < len(png):
        length, kind = struct.unpack(">I4s", png[at : at + 8])
        body = png[at + 8 : at + 8 + length]
        if kind == b"IHDR":
            width, height, depth, colours, _, _, interlaced = struct.unpack(">IIBBBBB", body)
            assert (depth, colours, interlaced) == (8, 6, 0)
            size = (width, height)
        elif kind == b"IDAT":
            data += body
        at += length + 12
    raw, step = zlib.decompress(data), size[0] * 4
    above, found = bytes(step), bytearray()
    for row in range(size[1]):
        line = bytearray(raw[row * (step + 1) + 1 : (row + 1) * (step + 1)])
        for index in range(step):
            left = line[index - 4] if index >= 4 else 0
            corner = above[index - 4] if index >= 4 else 0
            line[index] = (
                line[index] + predicted(raw[row * (step + 1)], left, above[index], corner)
            ) & 255
        above = bytes(line)
        found += line
    return size, bytes(found)


def predicted(method, left, up, corner):
    if method == 4:
        guess = left + up - corner
        return min((left, up, corner), key=lambda each: abs(guess - each))
    return (0, left, up, (left + up) // 2)[method]
