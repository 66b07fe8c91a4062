"""The .oxt: our files in a zip, byte for byte the same each time."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Iterator

from ramkoll import __version__
from ramkoll.desktop.oxt.registry import addons, description, manifest
from ramkoll.model.errors import RamkollError
from ramkoll.store.resources import resource
from ramkoll.store.ribbon import Tab, load_ribbon

IDENTIFIER = "se.ramkoll.libreoffice"
#: The sizes of the icons of toolbars in LibreOffice, in pixels.
ICON_SIZES = (16, 26)
SEVERITIES = ("stoppar", "varning", "upplysning")
_SOURCES = {".py", ".xcu", ".png", ".txt"}  # beside them lie drawings and a README
_EPOCH = (1980, 1, 1, 0, 0, 0)  # the first date that a zip can hold


def build_oxt(version: str = __version__) -> bytes:
    """The extension. RamkollError when a file of it is missing."""
    tab = load_ribbon()
    files = dict(_sources())
    registry = sorted(name for name in files if name.endswith(".xcu"))
    files |= {
        "Addons.xcu": addons(tab, IDENTIFIER).encode(),
        "META-INF/manifest.xml": manifest(["Addons.xcu", *registry]).encode(),
        "description.xml": description(IDENTIFIER, version).encode(),
        "ribbon.json": _words(tab).encode(),
        "LICENSE": _licence(),
    }
    wanted = [f"icons/{name}-{size}.png" for name in tab.icons for size in ICON_SIZES]
    wanted += [f"icons/{name}.png" for name in SEVERITIES]
    for name in wanted:
        if name not in files:
            raise RamkollError(
                f"Tilläggets bild «{name}» saknas.",
                todo="Installera om Ramkoll, eller kör make icons om du har en utcheckning.",
            )
    return _zipped(files)


def _sources() -> Iterator[tuple[str, bytes]]:
    root = resource("addin/libreoffice")
    for path in sorted(root.rglob("*")):
        if path.is_file() and path.suffix in _SOURCES and "__pycache__" not in path.parts:
            yield path.relative_to(root).as_posix(), path.read_bytes()


def _words(tab: Tab) -> str:
    """What the extension itself needs of the ribbon."""
    groups = [
        {
            "label": group.label,
            "buttons": [
                {
                    "command": button.command,
                    "kind": button.kind,
                    "label": button.label,
                    "screentip": button.screentip,
                    "supertip": button.supertip,
                }
                for button in group.buttons
            ],
        }
        for group in tab.groups
    ]
    return json.dumps({"groups": groups}, ensure_ascii=False, indent=1)


def _licence() -> bytes:
    return resource("addin/libreoffice/LICENSE").read_bytes()


def _zipped(files: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as package:
        for name, data in sorted(files.items()):
            info = zipfile.ZipInfo(name, _EPOCH)
            info.compress_type, info.create_system = zipfile.ZIP_DEFLATED, 3
            info.external_attr = 0o644 << 16
            package.writestr(info, data)
    return out.getvalue()
