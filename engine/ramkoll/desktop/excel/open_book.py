"""An open workbook in Excel: read, written to all or none, put back, and what the user is shown."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager

from ramkoll.desktop.excel import plan, settings, write
from ramkoll.desktop.excel.cells import merged_areas, sheets_of
from ramkoll.desktop.excel.native import Native
from ramkoll.desktop.excel.read import selected_in, snapshot_of
from ramkoll.desktop.excel.remember import Added, Before, remember
from ramkoll.desktop.excel.words import (
    changed_since,
    code_of,
    half_done,
    hidden_sheet,
    is_busy,
    merged_in_the_way,
    missing,
    plainly,
    worded,
)
from ramkoll.desktop.port import Undone
from ramkoll.live.actions import Action, Select, WriteFormulas, WriteValues
from ramkoll.live.areas import area_of
from ramkoll.live.snapshot import Snapshot
from ramkoll.model.cells import Area
from ramkoll.model.errors import RamkollError

_REFUSED = 0x800A03EC
_VISIBLE, _MINIMIZED, _NORMAL = -1, -4140, -4143
_UNDO_MACRO = "Ramkoll_Angra"
_MOST_PLACES = 5


class Workbook:
    """See port.OpenBook. Everything that Excel refuses comes as a RamkollError."""

    def __init__(self, book: Native, addin: str) -> None:
        self._book = book
        self._app: Native = book.get("Application")
        self._addin = addin

    def read(self, wanted: Sequence[str]) -> Snapshot:
        """The cells of the sheets asked for (``*``: of all), and the names of all sheets."""
        with plainly():
            return snapshot_of(self._book, wanted)

    def apply(
        self, actions: Sequence[Action], before: Snapshot, *, over_formulas: bool
    ) -> Before | None:
        """Do the actions, all or none; None when they change nothing. See port.OpenBook."""
        if not actions:
            return None
        steps = plan.ordered(actions)
        with plainly():
            sheets = plan.refuse(self._book, steps)
            if all(isinstance(step, Select) for step in steps):
                for step in steps:
                    write.act(self._book, sheets, {}, step)
                return None
            blocks = plan.read_blocks(sheets, _targets(steps, sheets))
            plan.refuse_changed(steps, blocks, before, over_formulas)
            plan.refuse_arrays(sheets, blocks)
            old = remember(self._book, sheets, steps, blocks, selected_in(self._book))
        with settings.quiet(self._app):
            self._write(steps, sheets, old)
        return old

    def put_back(self, before: Undone) -> None:
        """Make everything as it was, unless somebody has changed one of the cells since."""
        assert isinstance(before, Before)
        with plainly():
            sheets = self._sheets_for(before)
            targets = [(block.sheet, block.area) for block in before.blocks]
            plan.refuse_locked(sheets, targets)
            for block, after in zip(plan.read_blocks(sheets, targets), before.after, strict=True):
                plan.refuse_unlike(block, after, changed_since)
            for added in before.added:
                if added.sheet in sheets and _added(added.sheet, sheets[added.sheet]) != added:
                    raise changed_since(added.sheet)
        with settings.quiet(self._app):
            self._back(sheets, before, [], strangers=False)

    def go_to(self, sheet: str, address: str) -> None:
        """Show a cell and select it."""
        with plainly():
            sheets = sheets_of(self._book)
            if sheet not in sheets:
                raise missing(f"Bladet «{sheet}»")
            if int(sheets[sheet].get("Visible")) != _VISIBLE:
                raise hidden_sheet(sheet)
            window = self._book.get("Windows").get("Item", 1)
            if window.get("WindowState") == _MINIMIZED:
                window.put("WindowState", _NORMAL)
            write.select(self._book, sheets[sheet], address)

    def running(self, title: str) -> AbstractContextManager[None]:
        """While a command runs: its words in the status bar, and Esc asks to cancel it."""
        return settings.running(self._app, self._addin, title)

    def say(self, words: str) -> None:
        """Words in the status bar, while ``running``."""
        with plainly():
            self._app.put("StatusBar", f"Ramkoll: {words}")

    def saving(self) -> str:
        """See port.OpenBook. A workbook that others write in too is saved by itself."""
        with plainly():
            if self._book.get("ReadOnly"):
                return (
                    "Arbetsboken är öppnad skrivskyddad: det skrivna finns kvar bara om du sparar "
                    "en egen kopia (Arkiv > Spara som)."
                )
            # An Excel older than that does not know the word.
            if self._book.has("AutoSaveOn") and self._book.get("AutoSaveOn"):
                return (
                    "Spara automatiskt är på: det skrivna är redan sparat, och syns för andra som "
                    "har arbetsboken öppen. Ångra tar tillbaka det."
                )
        return ""

    def offer_undo(self, title: str) -> None:
        """Let Excel's Ångra run our macro. The last thing that is done: all else takes it away."""
        with plainly():
            if settings.addin_is_open(self._app, self._addin):
                macro = settings.macro(self._addin, _UNDO_MACRO)
                self._app.do("OnUndo", f"Ramkoll: {title}", macro)

    def _write(self, steps: Sequence[Action], sheets: dict[str, Native], old: Before) -> None:
        """Do the steps and note what the cells hold then; put all back when one fails."""
        begun: list[Action] = []
        new, everywhere = plan.to_add(sheets, steps), sheets
        try:
            write.add_sheets(self._book, new)
            if new:
                everywhere = sheets_of(self._book)
            names = write.names_for(self._book, steps)
            for step in steps:
                begun.append(step)
                write.act(self._book, everywhere, names, step)
            blocks = plan.read_blocks(sheets, _targets(steps, sheets))
            old.after = [block.contents() for block in blocks]
            old.added = [_added(name, everywhere[name]) for name in new]
        except BaseException as error:
            cause = _cause(error, begun[-1] if begun else None, everywhere)
            self._back(sheets, old, begun, strangers=True)
            if cause is error:
                raise
            raise cause from error

    def _back(
        self, sheets: dict[str, Native], old: Before, begun: Sequence[Action], strangers: bool
    ) -> None:
        """Put all back; ``strangers``: every sheet is ours that was not there, also unnamed."""
        try:
            write.put_back(self._book, sheets, old)
            there = sheets_of(self._book)
            ours = there.keys() - set(old.there) if strangers else {a.sheet for a in old.added}
            write.remove_sheets(there, ours)
        except Exception as error:
            raise half_done(_places(begun, old)) from error

    def _sheets_for(self, before: Before) -> dict[str, Native]:
        sheets = sheets_of(self._book)
        for name in before.sheets():
            if name not in sheets:
                raise missing(f"Bladet «{name}»")
        return sheets


def _cause(error: BaseException, step: Action | None, sheets: dict[str, Native]) -> BaseException:
    """What the user is told of an error while writing. Excel says the same of many things."""
    if code_of(error) is None and not is_busy(error):
        return error
    if code_of(error) == _REFUSED and isinstance(step, (WriteValues, WriteFormulas)):
        area = area_of(step.address)
        try:
            plan.refuse_locked(sheets, [(step.sheet, area)])
            if merged_areas(sheets[step.sheet], area):
                return merged_in_the_way(f"{step.sheet}!{step.address}")
        except RamkollError as locked:
            return locked
        except Exception as other:
            if code_of(other) is None:
                raise
    return worded(error)


def _targets(steps: Sequence[Action], sheets: dict[str, Native]) -> list[tuple[str, Area]]:
    """The rectangles that are written to on sheets that were there."""
    return [(name, area) for name, area in plan.targets_of(steps) if name in sheets]


def _added(name: str, sheet: Native) -> Added:
    """What an added sheet holds now."""
    used = str(sheet.get("UsedRange").get("Address"))
    (block,) = plan.read_blocks({name: sheet}, [(name, area_of(used))])
    return Added(name, used, block.contents())


def _places(begun: Sequence[Action], old: Before) -> str:
    """The cells that may be half-done, the last first; some of them when they are many."""
    steps = [s for s in begun if isinstance(s, (WriteValues, WriteFormulas))]
    places = [f"{step.sheet}!{step.address}" for step in reversed(steps)]
    if not begun:
        places = [f"{block.sheet}!{block.area.address}" for block in old.blocks]
    if not places:
        places = list(dict.fromkeys(getattr(step, "sheet", "") for step in begun))
    more = " med flera" if len(places) > _MOST_PLACES else ""
    return ", ".join(places[:_MOST_PLACES]) + more
