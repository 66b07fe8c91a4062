"""New figures into one workbook: which cells, and the bytes of the file with them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from hashlib import sha256
from pathlib import Path

from ramkoll.compute.forms import compute_form, in_cell_unit
from ramkoll.compute.listed import Cells
from ramkoll.excel.graft.cell_edit import KEEP, CellEdit
from ramkoll.excel.graft.dependents import follow
from ramkoll.excel.graft.marks import READ_AGAIN, mark_cells
from ramkoll.excel.graft.set_cells import set_cells
from ramkoll.excel.scan import scan_bytes
from ramkoll.layout.form import Form
from ramkoll.layout.locate import locate
from ramkoll.layout.look import ENGINE_FILL
from ramkoll.layout.places import SlotKey
from ramkoll.model.cells import BLANK_CELL, Area, Cell, CellKind, CellRef
from ramkoll.model.errors import RamkollError
from ramkoll.model.facts import Fact, FactValue
from ramkoll.model.plan import PlanValue
from ramkoll.model.workbook import Submission
from ramkoll.pipeline.changes import Change
from ramkoll.pipeline.check import form_view
from ramkoll.pipeline.distribute import Prepared
from ramkoll.pipeline.frame_book import CONTROL_KEYS, CONTROLS
from ramkoll.pipeline.refresh import (
    Refresh,
    StaleText,
    changed_facts,
    is_engine_list,
    refresh,
    same_in_cell,
    stale_texts,
)
from ramkoll.pipeline.refresh_lists import list_changes, list_keys
from ramkoll.pipeline.submissions import Workbook
from ramkoll.rules.views import FormView
from ramkoll.store.layouts import Layouts


@dataclass(frozen=True)
class FileRefresh:
    """What new extracts change in a workbook, and its bytes before and after.

    ``follows`` counts the formulas whose values follow, ``stale`` are the texts that
    are marked to be read again. ``untouched`` are cells that hold a formula of somebody's own,
    with what the extracts have for them; ``homeless`` and ``left`` are as in Refresh; ``problems``
    say in Swedish what else could not be done. ``doubtful`` are formulas whose values nobody
    vouches for, so that Excel is asked to calculate.
    """

    path: Path
    view: FormView
    before: bytes
    after: bytes
    changes: tuple[Change, ...]
    stale: tuple[StaleText, ...] = ()
    follows: int = 0
    untouched: tuple[Change, ...] = ()
    homeless: tuple[tuple[str, str], ...] = ()
    left: tuple[tuple[str, str], ...] = ()
    problems: tuple[str, ...] = ()
    doubtful: tuple[CellRef, ...] = ()

    @property
    def file(self) -> str:
        """The file's name below the folder."""
        return self.view.file

    @property
    def status(self) -> str:
        """What the workbook itself says of how far it has come."""
        return self.view.field_text("status")

    @property
    def complete(self) -> bool:
        """Whether all that the extracts have for the workbook stands in it now."""
        return not (self.untouched or self.homeless or self.left or self.problems)


def refresh_file(
    path: Path, workbook: Workbook, view: FormView, ready: Prepared, layouts: Layouts
) -> FileRefresh:
    """What the extracts change in a unit's or a rapportör's workbook.

    Raises RamkollError when it is nobody's in the extracts, or cannot be written without risk.
    """
    submission = workbook.submission
    new = refresh(view, ready, layouts)
    changes, problems = list(new.changes), []
    for table, place in view.form.places.tables.items():
        if is_engine_list(place.layout):
            sheet = submission.sheet(place.sheet)
            assert sheet is not None
            rows = ready.listed.rows.get((table, view.form.enhet), [])
            keys = list_keys(place)
            found = list_changes(view.form, sheet, table, keys, rows, empties=True)
            changes += found.changes
            problems += [found.problem] if found.problem else []
    return _refreshed(path, submission, view, replace(new, changes=tuple(changes)), problems)


def refresh_frame(
    path: Path, workbook: Workbook, form: Form, ready: Prepared, layouts: Layouts
) -> FileRefresh:
    """What the extracts change in the frame workbook's control totals; its rules stay."""
    submission, view = workbook.submission, form_view(form, layouts, None, None)
    place = form.places.tables.get(CONTROLS)
    sheet = submission.sheet(place.sheet) if place is not None else None
    if place is None or sheet is None:
        problems = ["bladet för kontrollsummor saknas"]
        return _refreshed(path, submission, view, Refresh((), (), ()), problems)
    factors = {each.id: each.kronor or Decimal(1) for each in place.layout.columns}
    rows: list[Cells] = [
        {(name, 0): _times(value, factors.get(name, Decimal(1))) for name, value in row.items()}
        for row in ready.records[CONTROLS]
    ]
    found = list_changes(form, sheet, CONTROLS, CONTROL_KEYS, rows, empties=False)
    problems = [found.problem] if found.problem else []
    of_period = _of_period(form, ready)
    gone = [at for at in found.gone if at.row - place.header_row in of_period]
    if gone:
        cells = ", ".join(at.in_sheet for at in gone[:5])
        problems.append(f"utdragen har ingen summa för {cells}, som står kvar")
    return _refreshed(path, submission, view, Refresh(found.changes, (), ()), problems)


def _times(value: PlanValue, factor: Decimal) -> PlanValue:
    return value * factor if isinstance(value, Decimal) else value


def _of_period(form: Form, ready: Prepared) -> set[int]:
    """The rows of control totals that are of the period, counted from their heading."""
    year, month = Decimal(ready.period.year), Decimal(ready.period.month)
    return {
        int(row.line)
        for row in form.facts.records(CONTROLS)
        if row.number("year") == year and row.number("month") == month
    }


def _refreshed(
    path: Path, submission: Submission, view: FormView, new: Refresh, problems: Sequence[str]
) -> FileRefresh:
    before = path.read_bytes()
    if sha256(before).hexdigest() != submission.sha256:
        raise RamkollError(
            "Arbetsboken har ändrats medan Ramkoll läste den.", where=view.file, todo="Kör igen."
        )
    form = view.form
    own = tuple(e for e in new.changes if _cell(submission, e.at).formula is not None)
    changes = tuple(each for each in new.changes if each not in own)
    made = FileRefresh(
        path=path,
        view=view,
        before=before,
        after=before,
        changes=changes,
        untouched=own,
        homeless=new.homeless,
        left=new.left,
        problems=tuple(problems),
    )
    if not changes:
        return made
    facts = changed_facts(form, changes)
    after = compute_form(form.places, facts)
    stale = tuple(stale_texts(view, after)) if own else new.stale
    edits = [_edit(submission, form, each) for each in changes]
    follows = list(_follows(view, after.values))
    written = [*edits, *follows]
    places = [(e.sheet, Area(e.row, e.column, e.row, e.column)) for e in written]
    followed = follow(set_cells(before, view.file, written), view.file, places, before)
    data = mark_cells(followed.data, view.file, READ_AGAIN, [each.at[1:] for each in stale])
    count = len(follows) + len(followed.recalculated)
    made = replace(made, after=data, stale=stale, follows=count, doubtful=tuple(followed.doubtful))
    _held_against(made, facts)
    return made


def _cell(submission: Submission, at: CellRef) -> Cell:
    sheet = submission.sheet(at.sheet)
    return sheet.cell(at.row, at.column) if sheet is not None else BLANK_CELL


def _edit(submission: Submission, form: Form, change: Change) -> CellEdit:
    at, place = change.at, form.places.tables[change.slot.table]
    value = change.in_cell
    if change.slot.row in place.rows or not is_engine_list(place.layout):
        return CellEdit(at.sheet, at.row, at.column, value)
    # A new row of a list looks like the one above it.
    last = max(place.rows.values(), default=at.row)
    above = _cell(submission, CellRef(at.file, at.sheet, last, at.column))
    return CellEdit(
        at.sheet,
        at.row,
        at.column,
        value,
        number_format=above.number_format,
        fill=f"#{ENGINE_FILL}",
    )


def _follows(view: FormView, after: dict[SlotKey, Decimal | None]) -> Iterator[CellEdit]:
    """The form's own formulas with the values that they come to now."""
    if not _as_handed_out(view):
        return
    for slot in view.form.shown:
        column = view.form.places.tables[slot.table].layout.column(slot.column)
        assert column is not None
        value = after.get(slot)
        if not same_in_cell(view.computed.values.get(slot), value, column):
            at = view.form.places.ref(slot)
            shown = in_cell_unit(value, column)
            text_or_number = "" if shown is None else shown
            yield CellEdit(at.sheet, at.row, at.column, text_or_number, formula=KEEP)


def _as_handed_out(view: FormView) -> bool:
    """Whether every formula cell of the form has its formula, and shows what that computes.

    Else others may build on a cell that is not what the form makes of it.
    """
    form = view.form
    errors = any(cell.kind is CellKind.ERROR for cell in form.shown.values())
    return not (view.differing or form.changed or errors)


def _held_against(made: FileRefresh, facts: Iterable[Fact]) -> None:
    """Read the new file as everybody else will, and hold it against what it should be."""
    view = made.view
    layout, register = view.form.places.layout, view.register
    form = locate(scan_bytes(made.after, view.file), layout, register)
    there = {fact.key: fact.value for fact in form.facts}
    wanted = {fact.key: fact.value for fact in facts}
    now = replace(view, form=form, computed=compute_form(form.places, form.facts))
    if (
        there.keys() != wanted.keys()
        or not all(_equal(there[key], value) for key, value in wanted.items())
        or (now.differing and _as_handed_out(view))
    ):
        raise RamkollError(
            "Den uppdaterade arbetsboken gick inte att läsa tillbaka som den skulle vara.",
            where=view.file,
            todo="Dela ut en ny arbetsbok, och ge filen till förvaltningen av Ramkoll.",
        )


def _equal(one: FactValue, other: FactValue) -> bool:
    if isinstance(one, Decimal) and isinstance(other, Decimal):
        return abs(one - other) <= abs(other) * Decimal("1e-12")
    return one == other
