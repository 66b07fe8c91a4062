"""Render the icons of the ribbon: every drawing in addin/icons, in every size Office asks for.

The drawings are made on a grid of 32 with lines of 2, which stand on whole pixels in most sizes.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import resvg_py

from ramkoll.desktop.oxt.build import ICON_SIZES as LIBREOFFICE_SIZES
from ramkoll.desktop.oxt.build import SEVERITIES
from ramkoll.store.ribbon import ICON_SIZES

ROOT = Path(__file__).parents[1]
DRAWINGS = ROOT / "addin" / "icons"
PICTURES = ROOT / "addin" / "office" / "public" / "icons"
LIBREOFFICE = ROOT / "addin" / "libreoffice" / "icons"


def rendered() -> Iterator[tuple[str, bytes]]:
    """The file name and the PNG of each icon in each size."""
    for drawing in sorted(DRAWINGS.glob("*.svg")):
        for size in ICON_SIZES:
            yield f"{drawing.stem}-{size}.png", picture(drawing, size)


def rendered_for_libreoffice() -> Iterator[tuple[str, bytes]]:
    """The same of the extension of LibreOffice, with the signs of its panel."""
    for drawing in sorted(DRAWINGS.glob("*.svg")):
        for size in LIBREOFFICE_SIZES:
            yield f"{drawing.stem}-{size}.png", picture(drawing, size)
    for name in SEVERITIES:
        yield f"{name}.png", picture(LIBREOFFICE / f"{name}.svg", 16)


def picture(drawing: Path, size: int) -> bytes:
    """A drawing as PNG, so many pixels wide and high."""
    svg = drawing.read_text(encoding="utf-8")
    png = resvg_py.svg_to_bytes(svg_string=svg, width=size, height=size, skip_system_fonts=True)
    return bytes(png)


def main() -> int:
    """Write every picture, and remove those that no drawing gives."""
    for folder, found in (
        (PICTURES, dict(rendered())),
        (LIBREOFFICE, dict(rendered_for_libreoffice())),
    ):
        folder.mkdir(parents=True, exist_ok=True)
        for path in folder.glob("*.png"):
            if path.name not in found:
                path.unlink()
        for name, png in found.items():
            (folder / name).write_bytes(png)
        print(f"{len(found)} pictures in {folder.relative_to(ROOT)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
