"""New figures into all workbooks of a folder that people have begun to fill in, all or none."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from ramkoll.excel.children import Children
from ramkoll.excel.replace import refuse_unwritable, replace_files
from ramkoll.layout.form import Form
from ramkoll.model.errors import RamkollError
from ramkoll.model.findings import Finding
from ramkoll.model.period import Period
from ramkoll.model.register import Register
from ramkoll.pipeline.check import form_view
from ramkoll.pipeline.distribute import prepare
from ramkoll.pipeline.package import version
from ramkoll.pipeline.refresh_file import FileRefresh, refresh_file, refresh_frame
from ramkoll.pipeline.submissions import (
    NO_FORM,
    REPORT,
    UNREADABLE,
    Frame,
    Inbox,
    Progress,
    Workbook,
    frame_of,
    locate_unit,
    read_inbox,
    workbook_files,
)
from ramkoll.rules.views import FormView
from ramkoll.store.layouts import Layouts

# Somebody has vouched for what stands in such a workbook.
VOUCHED_FOR = frozenset({"inlämnad", "godkänd"})


@dataclass(frozen=True)
class Skipped:
    """A file that is left as it is, and why. ``matters`` says that somebody has to see to it."""

    file: str
    why: str
    matters: bool = True


@dataclass(frozen=True)
class RefreshedFolder:
    """What became of the files of a folder.

    ``files`` are the workbooks of the period, changed or not; ``findings`` what in the extracts
    needs somebody's eye; ``frame`` says whether a frame workbook was there.
    """

    period: Period
    files: tuple[FileRefresh, ...]
    skipped: tuple[Skipped, ...]
    findings: tuple[Finding, ...]
    frame: bool
    written: bool

    @property
    def complete(self) -> bool:
        """Whether all that the extracts say of the period now stands in the workbooks."""
        left = any(each.matters for each in self.skipped)
        return not left and all(each.complete for each in self.files)


def refresh_folder(
    folder: Path,
    inputs: Path,
    layouts: Layouts,
    progress: Progress,
    *,
    period: Period | None = None,
    frame_path: Path | None = None,
    dry_run: bool = False,
    force: bool = False,
    children: Children | None = None,
) -> RefreshedFolder:
    """Write what the extracts change into the workbooks of a folder, and nothing else.

    The period is that of the frame workbook, or the only one of the workbooks. Everything is
    worked out and held against what it should be before the first file is replaced, and each is
    replaced whole; ``dry_run`` replaces none. A workbook that somebody has handed in or approved
    is left alone unless ``force``. ``children`` read the workbooks.

    Raises RamkollError, and then nothing is written: no workbook for the period, extracts that
    cannot be used, a file that is open or cannot be written.
    """
    files = workbook_files([folder])
    if frame_path is not None:
        files += [each for each in workbook_files([frame_path]) if not _among(each[0], files)]
    inbox = read_inbox(files, layouts, progress, children=children)
    frame = frame_of(inbox, layouts, frame_path, children=children)
    register = frame.register if frame else None
    skipped = list(_not_forms(inbox))
    views, unlocated = _views(inbox, layouts, register)
    skipped += unlocated
    when = period or _period(frame, views, folder)
    ready = prepare(inputs, when, layouts, frame.form if frame else None)
    chosen, others = _chosen(views, when, force)
    skipped += others
    if not chosen:
        raise _nothing_to_refresh(folder, when, skipped)
    paths = {name: path for path, name in files}
    found: list[FileRefresh] = []
    for workbook, view in chosen:
        try:
            found.append(refresh_file(paths[view.file], workbook, view, ready, layouts))
        except RamkollError as error:
            skipped.append(Skipped(view.file, _lower(f"{error.what} {error.todo}")))
    found, held = _without_vouched_for(found, force)
    skipped += held
    for book in inbox.frames:
        if frame is None or book.sha256 != frame.form.sha256:
            skipped.append(Skipped(book.file, "en annan ramarbetsbok gäller"))
        elif frame.form.places.period != when:
            why = f"ramarbetsboken gäller {frame.form.places.period}, inte {when}"
            skipped.append(Skipped(book.file, why))
        else:
            found.append(refresh_frame(paths[book.file], book, frame.form, ready, layouts))
    changed = {each.path: each for each in found if each.after != each.before}
    if changed and not dry_run:
        _write(changed)
    return RefreshedFolder(
        when,
        tuple(found),
        tuple(sorted(skipped, key=lambda each: each.file)),
        ready.findings,
        frame is not None,
        not dry_run,
    )


def _write(changed: Mapping[Path, FileRefresh]) -> None:
    refuse_unwritable(changed)
    for path, each in changed.items():
        if path.read_bytes() != each.before:
            raise RamkollError(
                "Någon har sparat arbetsboken medan Ramkoll arbetade. Inget har skrivits.",
                where=str(path),
                todo="Kör igen.",
            )
    replace_files({path: each.after for path, each in changed.items()})


def _among(path: Path, files: Sequence[tuple[Path, str]]) -> bool:
    return any(path.resolve() == each.resolve() for each, _ in files)


def _not_forms(inbox: Inbox) -> Iterator[Skipped]:
    said = {each.at.file: str(each.facts.get("varför", "")) for each in inbox.irregularities}
    for file in inbox.files:
        if file.what == UNREADABLE:
            yield Skipped(file.file, f"filen går inte att läsa: {_lower(said[file.file])}")
        elif file.what in (NO_FORM, REPORT):
            what = "en rapport" if file.what == REPORT else "inget formulär från Ramkoll"
            yield Skipped(file.file, what, matters=False)


def _views(
    inbox: Inbox, layouts: Layouts, register: Register | None
) -> tuple[list[tuple[Workbook, FormView]], list[Skipped]]:
    views: list[tuple[Workbook, FormView]] = []
    skipped: list[Skipped] = []
    for workbook in inbox.units:
        located = locate_unit(workbook, register)
        if isinstance(located, Form):
            views.append((workbook, form_view(located, layouts, register, None)))
        else:
            why = _lower(str(located.facts.get("varför", "")))
            skipped.append(Skipped(workbook.file, f"formuläret går inte att läsa: {why}"))
    return views, skipped


def _period(
    frame: Frame | None, views: Sequence[tuple[Workbook, FormView]], folder: Path
) -> Period:
    if frame is not None:
        return frame.form.places.period
    periods = {view.period for _, view in views}
    if len(periods) == 1:
        return periods.pop()
    what = "Arbetsböckerna gäller flera perioder" if periods else "Det finns inga arbetsböcker"
    raise RamkollError(
        f"{what}, och ingen ramarbetsbok säger vilken period som gäller.",
        where=str(folder),
        todo="Ange perioden med --period, till exempel 2024-08, eller ramarbetsboken med --frame."
        if periods
        else "Kontrollera sökvägen.",
    )


def _chosen(
    views: Sequence[tuple[Workbook, FormView]], period: Period, force: bool
) -> tuple[list[tuple[Workbook, FormView]], list[Skipped]]:
    """The workbooks of the period, without those that a later version has replaced."""
    highest: dict[tuple[str, str], int] = {}
    for _, view in views:
        if view.period == period:
            highest[_who(view)] = max(highest.get(_who(view), version(view)), version(view))
    chosen: list[tuple[Workbook, FormView]] = []
    skipped: list[Skipped] = []
    for workbook, view in views:
        if view.period != period:
            skipped.append(Skipped(view.file, f"den gäller {view.period}, inte {period}"))
        elif version(view) < highest[_who(view)]:
            why = f"version {highest[_who(view)]} av samma arbetsbok gäller"
            skipped.append(Skipped(view.file, why, matters=False))
        else:
            chosen.append((workbook, view))
    return chosen, skipped


def _who(view: FormView) -> tuple[str, str]:
    return view.form.places.layout.id, view.form.enhet


def _without_vouched_for(
    found: Sequence[FileRefresh], force: bool
) -> tuple[list[FileRefresh], list[Skipped]]:
    kept: list[FileRefresh] = []
    skipped: list[Skipped] = []
    for each in found:
        status = each.status
        if force or not each.changes or status.casefold() not in VOUCHED_FOR:
            kept.append(each)
            continue
        count = f"{len(each.changes)} {'cell' if len(each.changes) == 1 else 'celler'}"
        why = (
            f"status är {status}, och {count} skulle ändras. Sätt status Returnerad i boken, eller "
            "skriv ändå med --force"
        )
        skipped.append(Skipped(each.file, why))
    return kept, skipped


def _nothing_to_refresh(folder: Path, period: Period, skipped: Sequence[Skipped]) -> RamkollError:
    said = "".join(f" {each.file}: {each.why}." for each in skipped[:5])
    return RamkollError(
        f"Det finns ingen arbetsbok för {period} att uppdatera.{said}",
        where=str(folder),
        todo="Kontrollera mappen och perioden.",
    )


def _lower(sentence: str) -> str:
    """A sentence as the end of another."""
    return (sentence[:1].lower() + sentence[1:]).rstrip(".")
