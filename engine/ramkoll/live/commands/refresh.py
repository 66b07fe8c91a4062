"""Uppdatera utfall: new figures of the extracts into the open workbook."""

from __future__ import annotations

import xlwings as xw

from ramkoll.live.actions import Marked
from ramkoll.live.command import Reads, command
from ramkoll.live.host import Host
from ramkoll.live.opened import opened, unit_of
from ramkoll.live.region import folder_stamp
from ramkoll.live.results import ChangesView, Result
from ramkoll.live.words import change_row
from ramkoll.live.writing import write_values
from ramkoll.pipeline.cell_words import CHECK_TEXT, moved_words
from ramkoll.pipeline.distribute import Prepared, prepare
from ramkoll.pipeline.refresh import Refresh, refresh
from ramkoll.rules.views import FormView


@command("refresh", Reads.FORMS)
def refresh_outcome(book: xw.Book, host: Host, *, preview: bool = False) -> Result:
    """Write what the extracts have into the cells that the engine fills, and nothing else.

    ``preview`` only lists the cells. Comments on rows whose figures change are marked.
    """
    view = unit_of(opened(book, host))
    new = refresh(view, _prepared(view, host), host.region.layouts)
    if not preview:
        for change in new.changes:
            at = book.sheets[change.at.sheet].range(change.at.address)
            write_values(at, [[change.in_cell]])
        for stale in new.stale:
            words = f"{CHECK_TEXT}: {moved_words(stale)}"
            host.mark(stale.at.sheet, [Marked(stale.at.address, "kontrollera", words)])
    return Result(_sentence(new, preview=preview), _view(view, new))


def _prepared(view: FormView, host: Host) -> Prepared:
    region = host.region
    inputs = region.needs_inputs()
    frame = region.frame()
    host.progress(0, 2, "läser utdragen")
    ready = region.kept(
        ("utdrag", view.period),
        (folder_stamp(inputs), frame.form.sha256 if frame else ""),
        lambda: prepare(inputs, view.period, region.layouts, frame.form if frame else None),
    )
    host.progress(1, 2, "jämför med arbetsboken")
    return ready


def _view(view: FormView, new: Refresh) -> ChangesView:
    rows = sorted(new.changes, key=lambda each: (-each.kronor, each.at[1:]))
    return ChangesView(
        heading="Nytt utfall, ny budget och nya personaltal",
        changes=[change_row(view, each) for each in rows],
        check_texts=[change_row(view, each, f"{CHECK_TEXT}: «{each.text}»") for each in new.stale],
    )


def _sentence(new: Refresh, *, preview: bool) -> str:
    if not (new.changes or new.homeless or new.left):
        return "Allt är redan aktuellt: inget i utdragen skiljer sig från arbetsboken."
    count = len(new.changes)
    done = "skulle ändras" if preview else "har uppdaterats"
    said = [f"{count} {'cell' if count == 1 else 'celler'} {done}."]
    if new.stale:
        texts = "kommentar" if len(new.stale) == 1 else "kommentarer"
        said.append(f"{len(new.stale)} {texts} bör läsas igen.")
    if new.homeless:
        places = ", ".join(f"{sheet} {label}".strip() for sheet, label in new.homeless[:5])
        said.append(
            f"{len(new.homeless)} rader i utdragen har ingen plats i arbetsboken och är inte "
            f"skrivna: {places}. Be den som delar ut arbetsböckerna dela ut en ny."
        )
    if new.left:
        figures = ", ".join(f"{sheet} {what}" for sheet, what in new.left[:5])
        said.append(
            f"Utdragen har inga uppgifter för {figures}; det som står där är orört. "
            "Kontrollera att utdragen är fullständiga."
        )
    if not preview and new.changes:
        said.append("Prognoser, kommentarer och egna blad är orörda. Ångra med Ctrl+Z.")
    return " ".join(said)
