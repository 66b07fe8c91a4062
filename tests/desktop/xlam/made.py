"""The add-in as it is built, and what lies in it, for the tests of this folder."""

import io
import zipfile
from functools import cache

from ramkoll.desktop.xlam.package import RIBBON_PART, addin_modules, build_xlam
from ramkoll.desktop.xlam.project import Module
from ramkoll.store.layouts import load_layouts


@cache
def xlam() -> bytes:
    return build_xlam(load_layouts())


@cache
def parts() -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(xlam())) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


@cache
def modules() -> tuple[Module, ...]:
    return addin_modules(load_layouts())


def ribbon_part() -> bytes:
    return parts()[RIBBON_PART]
