"""When a form's workbook is recalculated, and which of it is told.

A form whose formulas are the layout's, with figures typed into it, needs no general engine: what
its formulas come to is computed from its facts, and compared (``rules/shown.py``).
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import replace
from decimal import Decimal
from itertools import chain
from typing import TypeAlias

from ramkoll.excel.children import Children, given
from ramkoll.layout.form import Form, Irregular
from ramkoll.layout.formulas import form_formulas
from ramkoll.model.cells import CellRef
from ramkoll.model.errors import RamkollError
from ramkoll.model.facts import Fact, Read
from ramkoll.model.formula_difference import Change, same_formula
from ramkoll.model.recalculated import Doubt, Opinion, Recalculated, Verdict
from ramkoll.model.workbook import Submission
from ramkoll.rules.changed import MISPLACED
from ramkoll.rules.shown import Became
from ramkoll.rules.views import FormView

# What is told of the form's own cells. That one has no value, or that nobody can compute it, is
# told where it is a figure: what the form's other formulas come to is computed from the figures.
_FAULTS = frozenset({Verdict.STALE, Verdict.DISPUTED})


Recalculate: TypeAlias = Callable[[Submission, Collection[str]], Recalculated]


def _recalculate(submission: Submission, only: Collection[str]) -> Recalculated:
    # Imported here, since it brings the engine, which few workbooks need.
    from ramkoll.excel.recalc import recalculate

    return recalculate(submission, only)


def recalculate_in(
    children: Children, submission: Submission, only: Collection[str]
) -> Recalculated:
    """As ``recalculate``, in a child: the engine is native code that hostile formulas can end."""
    (answer,) = children.each(_recalculate, [(submission.file, (submission, tuple(only)))])
    try:
        return given(answer, Recalculated)
    except RamkollError:
        return not_recalculated(submission, only)


def not_recalculated(submission: Submission, only: Collection[str] | None = None) -> Recalculated:
    """That nobody can vouch for any of the formulas, since the engine did not manage them."""
    return Recalculated(
        0,
        tuple(
            Opinion(
                CellRef(submission.file, sheet.name, *at),
                Verdict.UNKNOWN,
                cell.formula,
                cell.value,
                doubt=Doubt.FAILED,
            )
            for sheet in submission.sheets
            if only is None or sheet.name in only
            for at, cell in sheet.cells.items()
            if cell.formula is not None
        ),
    )


def recalculated(
    view: FormView,
    submission: Submission,
    *,
    own_sheets: bool = False,
    by: Recalculate | None = None,
) -> tuple[Recalculated, ...]:
    """The workbook's formulas computed anew, where the form's own computing does not reach.

    That is when a formula of the form was changed, when a figure is a formula that somebody wrote,
    or, with ``own_sheets``, when there are sheets that are not the form's.
    """
    form = view.form
    sheets = {sheet.name for sheet in form.places.sheets()}
    own = [sheet.name for sheet in submission.sheets if sheet.name not in sheets]
    own = [name for name in own if own_sheets and _has_formulas(submission, name)]
    if not (own or _changed(view) or _written(form, submission)):
        return ()
    found = (by or _recalculate)(submission, (*sheets, *own))
    kronor = dict(_kronor(form))
    # A formula that was changed is told already, and is to be replaced whatever it comes to.
    said = {each.at for alike in view.changed for each in alike.cells}
    said |= {shown.at for shown in view.differing} | set(_computed(view))
    said |= {each.at for each in form.irregularities}
    unread = {each.at for each in form.irregularities if each.kind is Irregular.NOT_NUMBER}

    def told(each: Opinion) -> bool:
        if each.doubt is Doubt.EXTERNAL:
            return False  # other rules say it better
        if each.at.sheet not in sheets:
            return True
        if each.verdict is Verdict.UNCACHED and each.at in unread:
            return True
        return each.at not in said and (each.verdict in _FAULTS or each.at in kronor)

    return _of(found, filter(told, found.opinions), _rings(found, view), kronor)


def recalculated_whole(
    submission: Submission, by: Recalculate | None = None
) -> tuple[Recalculated, ...]:
    """Every formula of a workbook that is no form, computed anew; nothing where all is well."""
    sheets = [s.name for s in submission.sheets if _has_formulas(submission, s.name)]
    if not sheets:
        return ()
    found = (by or _recalculate)(submission, sheets)
    return _of(found, (o for o in found.opinions if o.doubt is not Doubt.EXTERNAL), found.rings)


def _of(
    found: Recalculated,
    opinions: Iterable[Opinion],
    rings: tuple[tuple[CellRef, ...], ...],
    kronor: Mapping[CellRef, Decimal] | None = None,
) -> tuple[Recalculated, ...]:
    told = tuple(opinions)
    if not (told or rings):
        return ()
    return (replace(found, opinions=told, rings=rings, kronor=kronor or {}),)


def _rings(found: Recalculated, view: FormView) -> tuple[tuple[CellRef, ...], ...]:
    """The circular references, without those that changed formulas are told to be.

    Where rows or columns went, or came, formulas may point at themselves; that is told already.
    """
    if not found.rings:
        return ()
    circular = MISPLACED | {Change.OWN_CELL}
    told = {c.at for alike in view.changed if alike.change in circular for c in alike.cells}
    damaged = {each.at.sheet for each in view.form.irregularities}
    figures = {fact.at for fact in view.form.facts}

    def is_told(ring: tuple[CellRef, ...]) -> bool:
        return told.issuperset(ring) or (
            damaged.issuperset(at.sheet for at in ring) and figures.isdisjoint(ring)
        )

    return tuple(ring for ring in found.rings if not is_told(ring))


def _computed(view: FormView) -> Iterator[CellRef]:
    """The form's own formulas that are as they were: what they come to is computed elsewhere."""
    form = view.form
    formulas = form_formulas(form.places)
    for slot, cell in form.shown.items():
        if cell.formula is None or slot not in view.computed.values:
            continue
        if same_formula(cell.formula, formulas.get(slot, "")):
            yield form.places.ref(slot)


def _has_formulas(submission: Submission, name: str) -> bool:
    sheet = submission.sheet(name)
    return sheet is not None and any(cell.formula is not None for cell in sheet.cells.values())


def _changed(view: FormView) -> bool:
    """Whether a formula of the form's is another than it was."""
    return bool(view.form.changed) or any(each.became is Became.CHANGED for each in view.differing)


def _written(form: Form, submission: Submission) -> bool:
    """Whether what should be typed is a formula, be it read as a figure or not."""
    cells = {sheet.name: sheet.cells for sheet in submission.sheets}
    unread = (each.at for each in form.irregularities if each.at.row)
    # Every figure of every form goes through here, mostly in vain: a plain loop over tuples.
    for at in chain((f.origin.ref for f in form.facts if type(f.origin) is Read), unread):
        on_sheet = cells.get(at.sheet)
        cell = None if on_sheet is None else on_sheet.get((at.row, at.column))
        if cell is not None and cell.formula is not None:
            return True
    return False


def _kronor(form: Form) -> Iterator[tuple[CellRef, Decimal]]:
    """The cells of a form that are amounts, with the kronor of one of their unit."""
    for fact in form.facts:
        kronor = _unit(fact)
        if kronor is not None and isinstance(fact.origin, Read):
            yield fact.at, kronor


def _unit(fact: Fact) -> Decimal | None:
    return fact.unit.kronor
