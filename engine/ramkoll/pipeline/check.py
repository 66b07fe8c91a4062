"""Checking submissions: one by one, and as a package."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import NamedTuple

from ramkoll.compute.forms import compute_form
from ramkoll.compute.listed import UNIT_FORM
from ramkoll.compute.own_sheets.examine import examine_own_sheets, own_sheet_names
from ramkoll.excel.answers import Packed
from ramkoll.excel.children import Children, given
from ramkoll.layout.form import STRUCTURE, Form, Irregular, Irregularity
from ramkoll.layout.identify import identify
from ramkoll.layout.splits import small_splits
from ramkoll.model.errors import RamkollError
from ramkoll.model.findings import Finding, NotRun, Scope
from ramkoll.model.period import Period
from ramkoll.model.recalculated import Recalculated
from ramkoll.model.register import Register
from ramkoll.model.workbook import Submission
from ramkoll.pipeline.keep import Keep, made_anew
from ramkoll.pipeline.package import Package, make_package
from ramkoll.pipeline.recalculation import (
    Recalculate,
    not_recalculated,
    recalculate_in,
    recalculated,
    recalculated_whole,
)
from ramkoll.pipeline.stages import Stages
from ramkoll.pipeline.submissions import (
    Frame,
    Inbox,
    Progress,
    ReadFile,
    Workbook,
    frame_of,
    locate_unit,
    opened,
    read_inbox,
    unreadable,
    workbook_files,
)
from ramkoll.rules.catalogue import not_run, run
from ramkoll.rules.changed import MISPLACED
from ramkoll.rules.rule import ASKED_PERIOD, CALENDAR, CONTROLS, FRAME
from ramkoll.rules.unread import without_consequences
from ramkoll.rules.views import SECRECY, FormView, OwnSheetView, PackageView, WorkbookView
from ramkoll.store.layouts import Layouts

UNREADABLE_VERSION = -1
FORM_SCOPES = (Scope.FORM, Scope.PERIOD, Scope.FRAME)


@dataclass(frozen=True)
class Checked:
    """What was read and found. ``package`` is None when only single workbooks were checked."""

    files: tuple[ReadFile, ...]
    forms: tuple[FormView, ...]
    findings: tuple[Finding, ...]
    not_run: tuple[NotRun, ...]
    frame: Frame | None
    package: Package | None


def check(
    paths: Sequence[Path],
    layouts: Layouts,
    progress: Progress,
    *,
    frame_path: Path | None = None,
    leave_out: Path | None = None,
    whole: bool | None = None,
    stages: Stages | None = None,
    examining: Progress = lambda *_: None,
    keep: Keep = made_anew,
    own_sheets: bool = False,
    children: Children | None = None,
) -> Checked:
    """Read, locate, compute and check every workbook of the paths.

    ``progress`` is told of each file that has been read, ``examining`` of each that has been
    checked. ``keep`` may know what came of a file before. With ``children`` it is they who read
    each workbook, and nothing is kept. They check it as well when no package is made of the
    workbooks, and then no forms are given: to send them takes longer than to make them.

    ``frame_path`` None takes the frame workbook that lies among the files, if one does.
    ``whole`` True checks them as all submissions of a period together; None does so when a
    folder was given and there is a frame workbook. ``leave_out`` is a file that is not read:
    our own result of last time. ``own_sheets`` looks also at the sheets that the forms
    do not have, and at all sheets of a workbook that is no form, and recalculates them.
    """
    stage = stages or Stages()
    with stage("läsa filer"):
        own = leave_out.resolve() if leave_out else None
        files = [each for each in workbook_files(paths) if each[0].resolve() != own]
        inbox = read_inbox(files, layouts, progress, keep, children)
        frame = frame_of(inbox, layouts, frame_path, keep, children)
    register = frame.register if frame else None
    period = frame.form.places.period if frame else None
    missing = _missing_inputs(register, period)
    lacking = frozenset(need for need, _ in missing)
    irregular = list(inbox.irregularities) + list(frame.irregularities if frame else ())
    findings: list[Finding] = []
    skipped = list(not_run(missing))
    held_against = frame.form.sha256 if frame else ""
    if whole is None:
        whole = any(path.is_dir() for path in paths) and frame is not None
    by_frame = _ByFrame(layouts, register, period, lacking, own_sheets)
    recalculate = None if children is None else partial(recalculate_in, children)
    each_examined: Iterator[Examined]
    if children is not None and not whole:
        each_examined = _examined_in(children, inbox.units, by_frame, stage)
    else:
        each_examined = (
            # Judged by the frame it is held against: another frame, another judgement.
            keep(
                ("examined", unit.file),
                (unit.sha256, held_against, lacking, own_sheets),
                partial(examine, unit, *by_frame[:4], stage, own_sheets=own_sheets, by=recalculate),
            )
            for unit in inbox.units
        )
    examined: list[Examined] = []
    for n, (unit, one) in enumerate(zip(inbox.units, each_examined, strict=True), 1):
        examined.append(one)
        examining(n, len(inbox.units), unit.file)
    for each in examined:
        irregular += each.irregularities
        findings += each.findings
        skipped += each.not_run
    forms = [each.view for each in examined if each.view is not None]
    with stage("granska"):
        anew = tuple(one for each in examined for one in each.recalculated)
        if own_sheets:
            for held in inbox.foreign:
                anew += recalculated_whole(opened(held), recalculate)
        findings += run(Scope.WORKBOOK, WorkbookView("", tuple(irregular), anew))
    if own_sheets:
        with stage("granska egna blad"):
            for submission, of_form in _with_own_sheets(inbox, irregular):
                findings += own_sheet_findings(submission, of_form)
    package = None
    if whole and register is not None and period is not None:
        together = tuple((view.file, view.form.sha256) for view in forms)
        package, of_package = keep(
            "package",
            (together, held_against, lacking),
            lambda: _together(forms, register, period, layouts, lacking, stage),
        )
        older = _superseded(package.view)
        findings = [each for each in findings if each.at.file not in older]
        findings += of_package
    return Checked(
        inbox.files,
        tuple(forms),
        tuple(sorted(findings, key=lambda each: each.order)),
        tuple(skipped),
        frame,
        package,
    )


@dataclass(frozen=True)
class Examined:
    """One workbook by itself. ``view`` is None when it could not be located.

    ``findings`` are those of the form's own rules; the irregularities become findings of the
    rules about workbooks.
    """

    view: FormView | None
    irregularities: tuple[Irregularity, ...]
    findings: tuple[Finding, ...] = ()
    not_run: tuple[NotRun, ...] = ()
    recalculated: tuple[Recalculated, ...] = ()


def examine(
    workbook: Workbook,
    layouts: Layouts,
    register: Register | None,
    period: Period | None,
    lacking: frozenset[str],
    stages: Stages | None = None,
    *,
    own_sheets: bool = False,
    saved: bool = True,
    by: Recalculate | None = None,
) -> Examined:
    """Locate, compute and check one workbook, without the rules that ask for ``lacking``.

    ``saved`` says that it is a file, whose values may be old; of an open workbook only some
    sheets may be there, and Excel itself has computed them. ``by`` is who recalculates it.
    """
    stage = stages or Stages()
    with stage("hitta uppgifter"):
        workbook = Workbook(workbook.submission, workbook.layout)  # opened once
        located = locate_unit(workbook, register)
    if not isinstance(located, Form):
        return Examined(None, (located,))
    with stage("räkna"):
        view = form_view(located, layouts, register, period)
    irregular: list[Irregularity] = []
    if workbook.layout.id == UNIT_FORM:
        irregular += small_splits(workbook.submission, view.limit(SECRECY))
    with stage("granska"):
        said = (each for scope in FORM_SCOPES for each in run(scope, view, lacking))
        kept, held_back = without_consequences(view.form, said)
        irregular += _told(view, kept)
    anew: tuple[Recalculated, ...] = ()
    if saved:
        with stage("räkna om"):
            anew = recalculated(view, workbook.submission, own_sheets=own_sheets, by=by)
    return Examined(view, tuple(irregular), tuple(kept), tuple(held_back), anew)


class _ByFrame(NamedTuple):
    """What a workbook is examined by; a child is told it once."""

    layouts: Layouts
    register: Register | None
    period: Period | None
    lacking: frozenset[str]
    own_sheets: bool


class _Told(NamedTuple):
    """What a child answers of a workbook."""

    irregularities: tuple[Irregularity, ...]
    findings: tuple[Finding, ...]
    not_run: tuple[NotRun, ...]
    recalculated: tuple[Recalculated, ...]


def _told_of(by: _ByFrame, saved: bool, held: Submission | Packed, form: int) -> _Told:
    workbook = Workbook(opened(held), by.layouts.forms[form])
    one = examine(workbook, *by[:4], own_sheets=by.own_sheets, saved=saved)
    return _Told(one.irregularities, one.findings, one.not_run, one.recalculated)


def _examined_in(
    children: Children, units: Sequence[Workbook], by: _ByFrame, stage: Stages
) -> Iterator[Examined]:
    """Each workbook examined in a child; without recalculating it, when that ends the child."""
    items = [(unit.file, (unit.held, by.layouts.forms.index(unit.layout))) for unit in units]
    answers = children.each(partial(_told_of, by, True), items)
    for unit, item in zip(units, items, strict=True):
        with stage("granska"):
            answer = next(answers)
            try:
                told = given(answer, _Told)
            except RamkollError:
                (answer,) = children.each(partial(_told_of, by, False), [item])
                try:
                    told = given(answer, _Told)
                except RamkollError as error:
                    yield Examined(None, (unreadable(unit.file, error),))
                    continue
                told = told._replace(recalculated=(not_recalculated(unit.submission),))
            yield Examined(None, *told)


def _together(
    forms: Sequence[FormView],
    register: Register,
    period: Period,
    layouts: Layouts,
    lacking: frozenset[str],
    stage: Stages,
) -> tuple[Package, tuple[Finding, ...]]:
    """All submissions of a period put together, with what the rules about all of them find."""
    with stage("ställa samman"):
        package = make_package(forms, register, period, layouts)
    with stage("granska"):
        return package, tuple(run(Scope.PACKAGE, package.view, lacking))


def check_open(submission: Submission, layouts: Layouts, frame: Frame | None) -> Checked:
    """Check one workbook that has been read already, as ``check`` does with its file.

    Raises UnknownForm when it is none of the forms.
    """
    register = frame.register if frame else None
    period = frame.form.places.period if frame else None
    missing = _missing_inputs(register, period)
    workbook = Workbook(submission, identify(submission, layouts.forms))
    lacking = frozenset(need for need, _ in missing)
    one = examine(workbook, layouts, register, period, lacking, saved=False)
    findings = [*one.findings, *run(Scope.WORKBOOK, WorkbookView("", one.irregularities))]
    return Checked(
        (ReadFile(submission.file, submission.sha256, workbook.layout.name),),
        (one.view,) if one.view is not None else (),
        tuple(sorted(findings, key=lambda each: each.order)),
        (*not_run(missing), *one.not_run),
        frame,
        None,
    )


def _with_own_sheets(
    inbox: Inbox, irregular: Sequence[Irregularity]
) -> Iterator[tuple[Submission, tuple[str, ...]]]:
    """Every workbook that could be read, with the names of its form's sheets."""
    renamed: dict[str, list[str]] = {}
    for each in irregular:
        if each.kind is Irregular.SHEET_RENAMED:
            renamed.setdefault(each.at.file, []).append(each.at.sheet)
    for workbook in (*inbox.units, *inbox.frames):
        of_form = [each.name for each in workbook.layout.sheets]
        yield workbook.submission, (*of_form, *renamed.get(workbook.file, ()))
    for held in inbox.foreign:
        yield opened(held), ()


def own_sheet_findings(submission: Submission, of_form: Sequence[str]) -> tuple[Finding, ...]:
    """What there is to say about the sheets of a workbook that its form does not have."""
    own = own_sheet_names(submission, of_form)
    remarks = examine_own_sheets(submission, own)
    return tuple(run(Scope.OWN, OwnSheetView(submission.file, remarks)))


def _superseded(package: PackageView) -> frozenset[str]:
    """Workbooks that a higher version has replaced: nobody needs to mend them."""
    doubles = (double for double in package.doubles if double.chosen is not None)
    return frozenset(other.file for double in doubles for other in double.others)


def _told(view: FormView, findings: Sequence[Finding]) -> Iterator[Irregularity]:
    """A form's irregularities, without those that its findings or its period say better.

    The headings of another period follow from the period, an error value in a cell from the
    formula that was changed there, and formulas that are displaced say that rows have moved.
    """
    other_period = view.asked is not None and view.period != view.asked
    said = {ref for each in findings for ref in (each.at, *each.related)}
    # A finding names only some of the formulas that it is about.
    said |= {each.at for alike in view.changed for each in alike.cells}
    displaced = any(alike.change in MISPLACED for alike in view.changed)
    for each in view.form.irregularities:
        follows = other_period and each.kind in STRUCTURE
        changed = each.kind is Irregular.ERROR_CELL and each.at in said
        moved = each.kind is Irregular.ROWS_MOVED and displaced
        if not (follows or changed or moved):
            yield each


def form_view(
    form: Form, layouts: Layouts, register: Register | None, period: Period | None
) -> FormView:
    """A located workbook with what it computes and who hands it in."""
    computed = compute_form(form.places, form.facts)
    day = (period or form.places.period).last_day
    is_unit = form.places.layout.id == UNIT_FORM
    unit = register.enhet(form.enhet, day) if register and is_unit else None
    reporter = register.reporter(form.enhet) if register and unit is None else None
    if reporter is not None and reporter.form != form.places.layout.id:
        reporter = None
    return FormView(form, computed, layouts.defaults, register, unit, period, reporter)


def _missing_inputs(register: Register | None, period: Period | None) -> list[tuple[str, str]]:
    if register is None:
        why = "ingen ramarbetsbok är angiven (--frame)"
        return [(need, why) for need in (FRAME, ASKED_PERIOD, CONTROLS, CALENDAR)]
    found = []
    if not register.decisions:
        found.append((FRAME, "ramarbetsbokens blad Ram är tomt"))
    if not any(control.period == period for control in register.controls):
        why = f"ramarbetsbokens blad Kontrollsummor har inga summor för {period}"
        found.append((CONTROLS, why))
    if not any(deadline.period == period for deadline in register.deadlines):
        found.append((CALENDAR, f"ramarbetsbokens blad Kalender har ingen tid för {period}"))
    return found
