"""All commands there are: every module in ``live/commands`` is read, so a new one is a new file."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Mapping
from functools import cache

from ramkoll.live import commands as modules
from ramkoll.live.command import Command, Reads, registered
from ramkoll.sheets.report import sheet_names
from ramkoll.sheets.returned import NAMES
from ramkoll.store.layouts import Layouts

EVERY_SHEET = "*"


@cache
def commands() -> Mapping[str, Command]:
    """Every command by its id."""
    for module in pkgutil.iter_modules(modules.__path__):
        importlib.import_module(f"{modules.__name__}.{module.name}")
    return dict(sorted(registered().items()))


def sheets_read(command: Command, layouts: Layouts) -> list[str]:
    """The names of the sheets that a command is to be sent; ``*`` is every sheet."""
    if command.reads is Reads.NOTHING:
        return []
    if command.reads is Reads.EVERYTHING:
        return [EVERY_SHEET]
    forms = (sheet.name for form in layouts.forms for sheet in form.sheets)
    if command.reads is Reads.REVIEW:
        return list(dict.fromkeys((*forms, *NAMES)))
    if command.reads is Reads.REPORT:
        names = (name for report in layouts.reports for name in sheet_names(report))
        return list(dict.fromkeys(names))
    return list(dict.fromkeys(forms))
