"""The commands for those who install the add-in."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Callable, Mapping
from importlib.util import find_spec
from pathlib import Path

from ramkoll import __version__
from ramkoll.cli import BLOCKED, OK
from ramkoll.model.errors import RamkollError

_DESKTOP_NEEDS = ("pydantic", "sqlalchemy", "xlwings")


def _manifest(arguments: Namespace) -> int:
    if arguments.check is not None and arguments.out is not None:
        raise RamkollError(
            "Valet --out hör till --url och inte till --check.", todo="Ta bort det ena."
        )
    if arguments.check is not None:
        return _checked(arguments.check)
    from ramkoll.excel.replace import replace_file
    from ramkoll.server.manifest import manifest
    from ramkoll.store.ribbon import load_ribbon

    made = manifest(load_ribbon(), arguments.url, __version__)
    if arguments.out is None:
        print(made, end="")
    else:
        replace_file(arguments.out, made.encode("utf-8"))
        print(f"Manifestet är skrivet i {arguments.out}.")
    return OK


def _checked(path: Path) -> int:
    from ramkoll.server.manifest_check import MAX_BYTES, faults

    try:
        with path.open("rb") as file:
            found = faults(file.read(MAX_BYTES + 1))
    except OSError as error:
        raise RamkollError(
            "Filen går inte att läsa.", where=str(path), todo="Kontrollera sökvägen efter --check."
        ) from error
    for fault in found:
        print(fault)
    if found:
        print(f"{len(found)} fel i {path}. Gör ett nytt med ramkoll manifest --url.")
        return BLOCKED
    print(f"Inga fel i {path}.")
    return OK


def _build_oxt(arguments: Namespace) -> int:
    from ramkoll.desktop.oxt.build import build_oxt
    from ramkoll.excel.replace import replace_file

    made = build_oxt()
    replace_file(arguments.out, made)
    print(f"Tillägget för LibreOffice är skrivet i {arguments.out}.")
    return OK


def _build_xlam(arguments: Namespace) -> int:
    _installed()
    from ramkoll.desktop.xlam.package import build_xlam
    from ramkoll.excel.replace import replace_file
    from ramkoll.store.layouts import load_layouts

    if arguments.out.suffix.lower() != ".xlam":
        raise RamkollError(
            "Tillägget är en fil som slutar på .xlam.",
            where=str(arguments.out),
            todo="Ange till exempel --out ramkoll.xlam.",
        )
    replace_file(arguments.out, build_xlam(load_layouts(arguments.layouts)))
    print(f"Excel-tillägget är skrivet i {arguments.out}.")
    print("Signera det och lägg det på en betrodd plats innan det delas ut.")
    return OK


def _installed() -> None:
    """Raise RamkollError when the packages of the commands are not installed.

    The add-in is made from them: which button needs which workbook.
    """
    missing = [name for name in _DESKTOP_NEEDS if find_spec(name) is None]
    if missing:
        raise RamkollError(
            f"Excel-tillägget behöver paket som inte är installerade: {', '.join(missing)}.",
            todo='Installera dem med pip install "ramkoll[server]".',
        )


COMMANDS: Mapping[str, Callable[[Namespace], int]] = {
    "build-oxt": _build_oxt,
    "build-xlam": _build_xlam,
    "manifest": _manifest,
}
