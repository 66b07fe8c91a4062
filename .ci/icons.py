"""Render the icons of the ribbon: every drawing in addin/icons, in every size Office asks for.

The drawings are made on a grid of 32 with lines of 2, which stand on whole pixels in most sizes.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import resvg_py

from ramkoll.store.ribbon import ICON_SIZES

ROOT = Path(__file__).parents[1]
DRAWINGS = ROOT / "addin" / "icons"
PICTURES = ROOT / "addin" / "office" / "public" / "icons"


def rendered() -> Iterator[tuple[str, bytes]]:
    """The file name and the PNG of each icon in each size."""
    for drawing in sorted(DRAWINGS.glob("*.svg")):
        svg = drawing.read_text(encoding="utf-8")
        for size in ICON_SIZES:
            png = resvg_py.svg_to_bytes(
                svg_string=svg, width=size, height=size, skip_system_fonts=True
            )
            yield f"{drawing.stem}-{size}.png", bytes(png)


def main() -> int:
    """Write every picture, and remove those that no drawing gives."""
    PICTURES.mkdir(parents=True, exist_ok=True)
    pictures = dict(rendered())
    for path in PICTURES.glob("*.png"):
        if path.name not in pictures:
            path.unlink()
    for name, png in pictures.items():
        (PICTURES / name).write_bytes(png)
    print(f"{len(pictures)} pictures in {PICTURES.relative_to(ROOT)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
