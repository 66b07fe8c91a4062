"""Handing submissions back: a copy of each, with its findings on a sheet and at the cells."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import sha256
from pathlib import Path

from ramkoll import __version__
from ramkoll.excel.children import Children, given
from ramkoll.excel.graft.book import open_book
from ramkoll.excel.graft.graft import graft
from ramkoll.excel.graft.package import Package
from ramkoll.excel.graft.what import Graft, Note, SheetGraft
from ramkoll.excel.replace import replace_file
from ramkoll.excel.scan import read_bytes, scan_bytes
from ramkoll.model.cells import CellRef
from ramkoll.model.errors import RamkollError
from ramkoll.model.findings import Finding
from ramkoll.pipeline.check import Checked, superseded
from ramkoll.pipeline.submissions import (
    FRAME_FORM,
    REPORT,
    UNREADABLE,
    Progress,
    ReadFile,
    workbook_files,
)
from ramkoll.sheets.returned import (
    AUTHOR,
    NAME,
    ReturnView,
    free_name,
    note_text,
    own_sheet,
    returned_sheet,
    seal_reference,
)
from ramkoll.store.layouts import Layouts


@dataclass(frozen=True)
class Returned:
    """What was handed back: files with a copy, and why others have none.

    ``not_noted`` are cells whose findings stand only on the sheet, since they have a note by
    somebody else.
    """

    written: tuple[str, ...]
    refused: tuple[tuple[str, RamkollError], ...]
    not_noted: tuple[CellRef, ...]


@dataclass(frozen=True)
class Copy:
    """A copy as a child made it."""

    data: bytes
    not_noted: tuple[CellRef, ...]


def refuse_folder(paths: Sequence[Path], out: Path) -> None:
    """RamkollError when copies would lie among the submissions, and be read as such next time."""
    target = out.resolve()
    for path in paths:
        own = path.resolve()
        among = own in (target, *target.parents) if path.is_dir() else own.parent == target
        if among:
            raise RamkollError(
                "Kopiorna skulle hamna bland de inlämnade arbetsböckerna.",
                where=str(out),
                todo="Välj en annan mapp efter --return.",
            )


def return_copies(
    checked: Checked,
    paths: Sequence[Path],
    out: Path,
    layouts: Layouts,
    made: datetime,
    children: Children,
    progress: Progress = lambda *_: None,
) -> Returned:
    """Write a copy of each submission that was checked, with its findings, to a folder.

    The copy has the file's own name, and lies in the same folder below ``out``. Nothing else in it
    changes. A copy of last time is replaced, unless somebody has worked in it. One that cannot be
    made, or would lie where another file does, stops none of the others.
    """
    places = {name: path for path, name in workbook_files(paths)}
    originals = {path.resolve() for path in places.values()}
    older = superseded(checked.package.view) if checked.package else frozenset()
    frames = {each.name for each in layouts.forms if each.id == FRAME_FORM}
    refused: list[tuple[str, RamkollError]] = []
    targets: dict[str, Path] = {}
    taken: set[str] = set()
    for each in checked.files:
        if each.what == REPORT or each.what in frames:
            continue
        path = Path(each.file)
        target = out / (path.name if path.is_absolute() or ".." in path.parts else path)
        why = _why_not(each, target, older, originals, taken)
        if why is None:
            taken.add(str(target).casefold())
            targets[each.file] = target
        else:
            refused.append((each.file, why))
    items = [
        (each.file, (places[each.file], targets[each.file], _view(checked, each, made)))
        for each in checked.files
        if each.file in targets
    ]
    written: list[str] = []
    not_noted: list[CellRef] = []
    answers = children.each(make_copy, items)
    for n, ((file, _), answer) in enumerate(zip(items, answers, strict=True), 1):
        try:
            copy = given(answer, Copy)
            replace_file(targets[file], copy.data)
        except RamkollError as error:
            refused.append((file, error))
        else:
            written.append(file)
            not_noted += copy.not_noted
        progress(n, len(items), file)
    return Returned(tuple(written), tuple(refused), tuple(not_noted))


def _why_not(
    read: ReadFile, target: Path, older: frozenset[str], originals: set[Path], taken: set[str]
) -> RamkollError | None:
    """Why a file gets no copy, as far as is seen without opening it."""
    if read.what == UNREADABLE:
        return RamkollError("Filen går inte att läsa.", where=read.file, todo="Se fyndet om filen.")
    if read.file in older:
        return RamkollError(
            "En nyare version av arbetsboken är inlämnad.",
            where=read.file,
            todo="Lämna tillbaka den nyare.",
        )
    if target.resolve() in originals or str(target).casefold() in taken:
        return RamkollError(
            "Kopian skulle skriva över en annan arbetsbok med samma namn.",
            where=str(target),
            todo="Byt namn på den ena, eller granska dem var för sig till olika mappar.",
        )
    return None


def _view(checked: Checked, read: ReadFile, made: datetime) -> ReturnView:
    """What is to be said to those who handed a file in: of their own file, and of no other."""
    others = tuple(f" {each.file}" for each in checked.files if each.file != read.file)
    return ReturnView(
        file=read.file,
        sha256=read.sha256,
        findings=tuple(each for each in checked.findings if each.at.file == read.file),
        not_run=tuple(each for each in checked.not_run if not each.because.endswith(others)),
        sheets=frozenset(),
        made=made,
        version=__version__,
    )


def make_copy(path: Path, target: Path, view: ReturnView) -> Copy:
    """The copy of a file, in place of what lies at the target. Raises RamkollError."""
    if target.exists():
        _refuse_worked_in(target)
    data = read_bytes(path, view.file)
    if sha256(data).hexdigest() != view.sha256:
        raise RamkollError(
            "Filen ändrades medan den granskades.", where=view.file, todo="Kör granskningen igen."
        )
    submission = scan_bytes(data, view.file)
    own = own_sheet(submission)
    tabs = [tab.name for tab in open_book(data, view.file).tabs]
    name = free_name(tabs) if own is None else own[0].name
    sheets = frozenset(each.name for each in submission.sheets) - {name}
    view = replace(view, sheets=sheets)
    first = graft(data, view.file, _graft(view, name))
    # All but the sheet itself is now as it will be, and the sheet can say so.
    sealed = replace(view, seal=seal_of(first.data, view.file, name))
    sheet = SheetGraft(returned_sheet(sealed, name))
    done = graft(first.data, view.file, Graft(sheets=(sheet,)))
    places = (CellRef(view.file, n.sheet, n.row, n.column) for n in first.not_noted)
    return Copy(done.data, tuple(places))


def _graft(view: ReturnView, name: str) -> Graft:
    at_cells: dict[tuple[str, int, int], list[Finding]] = {}
    for each in view.findings:
        if each.at.row and each.at.sheet in view.sheets:
            place = each.at.sheet, each.at.row, each.at.column
            at_cells.setdefault(place, []).append(each)
    return Graft(
        sheets=(SheetGraft(returned_sheet(view, name)),),
        names={NAME: seal_reference(name)},
        notes=tuple(Note(*place, note_text(found)) for place, found in sorted(at_cells.items())),
        author=AUTHOR,
    )


def seal_of(data: bytes, file: str, name: str) -> str:
    """A fingerprint of all parts of a workbook but the sheet of this name."""
    book = open_book(data, file)
    at = book.position(name)
    left_out = None if at is None else book.cells_of(at)
    entries = Package.open(data, file).directory.entries
    said = "\n".join(
        f"{part} {entries[part].CRC:08x} {entries[part].file_size}"
        for part in sorted(entries)
        if part != left_out
    )
    return sha256(said.encode()).hexdigest()[:16]


def _refuse_worked_in(target: Path) -> None:
    """RamkollError unless the file is a copy of ours that nobody has changed."""
    try:
        data = read_bytes(target, target.name)
        own = own_sheet(scan_bytes(data, target.name))
        untouched = own is not None and own[1] == seal_of(data, target.name, own[0].name)
    except RamkollError:
        untouched = False
    if not untouched:
        raise RamkollError(
            "Där ligger redan en fil som inte är en orörd kopia från Ramkoll.",
            where=str(target),
            todo="Flytta undan den, eller välj en annan mapp efter --return.",
        )
