"""Sammanställ: all submissions into the open regionstyrelse workbook, on the sheets it has."""

from __future__ import annotations

import xlwings as xw

from ramkoll.live.applying import write_sheet
from ramkoll.live.collected import Collected, collected
from ramkoll.live.command import Reads, command
from ramkoll.live.host import Host
from ramkoll.live.reading import sheet_named, submission_of
from ramkoll.live.results import Figure, ReportView, Result
from ramkoll.live.words import finding_row
from ramkoll.model.errors import RamkollError
from ramkoll.pipeline.acknowledged import units_of_files
from ramkoll.pipeline.consolidate import report_view
from ramkoll.pipeline.rewrite import Rewrite, rewrite
from ramkoll.report.findings import count_text
from ramkoll.sheets import about, underlag
from ramkoll.sheets.report import report_workbook

NAME = "regionstyrelsen.xlsx"
SHOWN_LOST = 50  # texts that are told of one by one
LEFT = (
    "Sidhuvud, utskriftsområden, kolumnbredder och länkar till de inlämnade filerna skrivs inte. "
    "De finns i arbetsboken som ramkoll consolidate gör."
)


@command("consolidate", Reads.REPORT)
def consolidate(book: xw.Book, host: Host) -> Result:
    """Write the report into the open workbook, cell by cell what ``ramkoll consolidate`` writes."""
    host.progress(0, 1, "Läser den öppna arbetsboken")
    workbook = submission_of(book)
    if workbook.sheet(underlag.SHEET) is None or workbook.sheet(about.SHEET) is None:
        raise RamkollError(
            "Det här är inte regionstyrelsens arbetsbok: den har inte bladen "
            f"{underlag.SHEET} och {about.SHEET}.",
            where=workbook.file,
            todo="Öppna mallen regionstyrelse, eller den förra sammanställningen, och försök igen.",
        )
    found = collected(host, leave_out=workbook.file)
    if not found.package.underlag.entries or not found.package.view.forms:
        raise RamkollError(
            "Ingen inlämnad arbetsbok går att sammanställa.",
            where=found.folder.name,
            todo="Se Mina avdelningar för vad som saknas och vad som är fel.",
        )
    region = host.region
    known = region.acknowledgements.all(found.package.view.period)
    beside = found.folder / NAME  # where links would lead from; none are written
    view = report_view(found.checked, found.package, found.folder, beside, region.now(), known)
    plan = report_workbook(view)
    new = rewrite(workbook, plan, found.package.report)
    if new.needed:
        raise RamkollError(
            f"Arbetsboken saknar blad som andra blads formler räknar på: {', '.join(new.needed)}.",
            where=workbook.file,
            expected="alla blad i mallen regionstyrelse",
            todo="Lägg till tomma blad med de namnen, eller börja från mallen, och försök igen.",
        )
    _write(book, host, new)
    host.progress(found.steps, found.steps, "Klart")
    return Result(_sentence(found, new), _view(found, new, workbook.file))


def _write(book: xw.Book, host: Host, new: Rewrite) -> None:
    """Names and tables first: formulas search in them."""
    for name in new.old_names:
        host.delete_name(name)
    for name, reference in sorted(new.names.items()):
        book.names.add(name, f"={reference}")
    for plan, _ in new.sheets:
        for table in plan.tables:
            host.resize_table(plan.name, table.name, table.area)
    for plan, before in new.sheets:
        sheet = sheet_named(book, plan.name)
        assert sheet is not None, plan.name
        write_sheet(sheet, host, plan, before)


def _sentence(found: Collected, new: Rewrite) -> str:
    view = found.package.view
    total = len(view.forms) + len(view.missing)
    said = f"{len(view.forms)} av {total} enheter är sammanställda för {view.period.words}."
    if new.missing:
        said += f" {len(new.missing)} blad saknas i arbetsboken."
    return f"{said} {count_text(found.found.open)}"


def _view(found: Collected, new: Rewrite, open_file: str) -> ReportView:
    view = found.package.view
    entries = len(found.package.underlag.entries)
    lines = [
        Figure("Period", view.period.words),
        Figure("Enheter", f"{len(view.forms)} av {len(view.forms) + len(view.missing)}"),
        Figure("Siffror i Underlag", str(entries)),
        Figure("Skrivna blad", str(len(new.sheets) - len(new.emptied))),
    ]
    if view.missing:
        lines.append(Figure("Saknas", ", ".join(each.label for each in view.missing)))
    if new.missing:
        todo = "Lägg till tomma blad med de namnen och kör Sammanställ igen."
        lines.append(Figure("Blad som inte finns", f"{', '.join(new.missing)}. {todo}"))
    if new.emptied:
        lines.append(Figure("Tömda blad, ingår inte i rapporten", ", ".join(new.emptied)))
    if found.found.acknowledged:
        lines.append(Figure("Kvitterade fynd", str(len(found.found.acknowledged))))
    lines += [
        Figure(f"Skrevs över: {each.at.in_sheet}", each.text) for each in new.lost[:SHOWN_LOST]
    ]
    if len(new.lost) > SHOWN_LOST:
        lines.append(Figure("Skrevs över", f"och {len(new.lost) - SHOWN_LOST} texter till"))
    lines.append(Figure("Oförändrat", LEFT))
    units = units_of_files(found.checked)
    return ReportView(
        lines,
        [
            finding_row(each, units.get(each.at.file, ""), view.period, open_file)
            for each in found.found.open
        ],
    )
