"""The module RamkollConstants: what the VBA must know of forms, report and commands.

Made from the layouts and the commands each time the add-in is built, so that the VBA itself holds
no word of any form.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from ramkoll.desktop.xlam.project import ENCODING, Kind, Module
from ramkoll.desktop.xlam.sources import module
from ramkoll.layout.find_sheets import TOP_COLUMNS, TOP_ROWS, folded_label
from ramkoll.layout.identify import FORM_FIELD, FORM_NAME, VALUE_OFFSETS
from ramkoll.live.catalogue import commands
from ramkoll.live.command import Reads
from ramkoll.model.errors import RamkollError
from ramkoll.sheets import about, underlag
from ramkoll.store.layouts import Layouts

NAME = "RamkollConstants"
# The VBA looks for a word, a hyphen and digits (IsFormName); it knows no regular expressions.
KNOWN_FORM_NAME = r"\w+-\d+"
# Which workbooks a command can be used with; one that reads nothing can be used with any.
KINDS: Mapping[Reads, str] = {
    Reads.NOTHING: "KIND_NONE",
    Reads.FORMS: "KIND_FORM",
    Reads.REVIEW: "KIND_FORM",
    Reads.REPORT: "KIND_REPORT",
    Reads.EVERYTHING: "KIND_FORM + KIND_REPORT",
}


def constants_module(layouts: Layouts) -> Module:
    """The module for these forms and this report. RamkollError for a label that VBA cannot hold."""
    assert FORM_NAME.pattern == KNOWN_FORM_NAME, "IsFormName in RamkollBook.bas knows another form"
    assert tuple(range(1, len(VALUE_OFFSETS) + 1)) == VALUE_OFFSETS
    labels = {
        folded_label(field.label)
        for form in layouts.forms
        for sheet in form.sheets
        for field in sheet.fields
        if field.id == FORM_FIELD
    }
    lines = [
        f'Attribute VB_Name = "{NAME}"',
        "Option Explicit",
        "Option Private Module",
        "",
        "' Made by ramkoll build-xlam from forms, report and commands: not to be edited.",
        "",
        "' What stands before a form's name, and how far from the corner it is looked for.",
        f"Public Const FORM_LABELS As String = {_text(sorted(labels), '|')}",
        f"Public Const TOP_ROWS As Long = {TOP_ROWS}",
        f"Public Const TOP_COLUMNS As Long = {TOP_COLUMNS}",
        f"Public Const VALUE_COLUMNS As Long = {len(VALUE_OFFSETS)}",
        "",
        "' The sheets without which no workbook is the report.",
        f"Public Const REPORT_SHEETS As String = {_text([underlag.SHEET, about.SHEET], '/')}",
        "",
        "Public Const KIND_NONE As Long = 0",
        "Public Const KIND_FORM As Long = 1",
        "Public Const KIND_REPORT As Long = 2",
        "",
        "' Which workbooks a command can be used with; KIND_NONE is any, or none at all.",
        "Public Function KindsFor(ByVal command As String) As Long",
        "    Select Case command",
    ]
    ids: dict[str, list[str]] = {}
    for each in commands().values():
        ids.setdefault(KINDS[each.reads], []).append(each.id)
    for kinds, of_kind in ids.items():
        if kinds != KINDS[Reads.NOTHING]:
            lines += [f"        Case {_listed(of_kind)}", f"            KindsFor = {kinds}"]
    lines += [
        "        Case Else",
        "            KindsFor = KIND_NONE",
        "    End Select",
        "End Function",
        "",
    ]
    return module(NAME, Kind.MODULE, "\n".join(lines), NAME)


def _text(words: Iterable[str], between: str) -> str:
    """Words as one text of VBA, with a character between that none of them has."""
    words = list(words)
    for each in words:
        if between in each or not each.isprintable() or not _is_western(each):
            raise RamkollError(
                f"Excel-tillägget kan inte leta efter «{each}».",
                expected=f"bokstäver och tecken i Windows-1252, utan {between}",
                todo="Ändra fältets etikett i formulärets TOML-fil.",
            )
    return '"' + between.join(words).replace('"', '""') + '"'


def _is_western(text: str) -> bool:
    return text.encode(ENCODING, "replace").decode(ENCODING) == text


def _listed(ids: Iterable[str]) -> str:
    return ", _\n            ".join(f'"{each}"' for each in ids)
