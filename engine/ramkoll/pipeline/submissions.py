"""Reading submitted workbooks: each becomes a form, a frame workbook, or an irregularity."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from ramkoll.compute.register import register_of
from ramkoll.excel.scan import scan
from ramkoll.layout.form import Form, Irregular, Irregularity
from ramkoll.layout.identify import UnknownForm, identify
from ramkoll.layout.layout import Layout
from ramkoll.layout.locate import locate
from ramkoll.model.cells import CellRef
from ramkoll.model.errors import RamkollError
from ramkoll.model.register import Register
from ramkoll.model.workbook import Submission
from ramkoll.pipeline.keep import Keep, file_stamp, made_anew
from ramkoll.sheets import underlag
from ramkoll.sheets.table import VALUE_NAME
from ramkoll.store.layouts import Layouts

FRAME_FORM = "budgetram"
REPORT = "rapport, räknas inte"
WORKBOOK_SUFFIXES = frozenset({".xlsx", ".xlsm", ".xltx", ".xltm", ".xls", ".xlsb", ".ods"})
UNREADABLE, NO_FORM = "går inte att läsa", "inget formulär"
UNUSABLE = (UNREADABLE, NO_FORM)
Progress = Callable[[int, int, str], None]


@dataclass(frozen=True)
class Workbook:
    """A file that was read, and the form it says it is."""

    submission: Submission
    layout: Layout


@dataclass(frozen=True)
class ReadFile:
    """A file that came in: its name below the folder, fingerprint, and what it was."""

    file: str
    sha256: str
    what: str


@dataclass(frozen=True)
class Frame:
    """The frame workbook as read."""

    register: Register
    form: Form
    irregularities: tuple[Irregularity, ...]


@dataclass(frozen=True)
class Inbox:
    """Everything that came in: unit workbooks, frame workbooks, and what could not be used.

    ``foreign`` are the workbooks that can be read but are no form of ours.
    """

    units: tuple[Workbook, ...]
    frames: tuple[Workbook, ...]
    irregularities: tuple[Irregularity, ...]
    files: tuple[ReadFile, ...]
    foreign: tuple[Submission, ...] = ()


def workbook_files(paths: Sequence[Path]) -> list[tuple[Path, str]]:
    """Files and what to call them: every workbook below a folder, and each file named.

    Lock files of open workbooks are passed over. Raises RamkollError for a path that is not.
    """
    found: dict[Path, str] = {}
    seen: set[Path] = set()

    def add(file: Path, name: str) -> None:
        if file.resolve() in seen:
            return  # given twice, or both by itself and with its folder
        seen.add(file.resolve())
        found[file] = file.as_posix() if name in found.values() else name

    for path in paths:
        if path.is_dir():
            for each in sorted(path.rglob("*")):
                if each.suffix.casefold() in WORKBOOK_SUFFIXES and not _is_lock(each):
                    add(each, each.relative_to(path).as_posix())
        elif path.exists():
            add(path, path.name)
        else:
            raise RamkollError(
                "Filen eller mappen finns inte.", where=str(path), todo="Kontrollera sökvägen."
            )
    return list(found.items())


def _is_lock(path: Path) -> bool:
    return path.name.startswith(("~$", ".~lock", "."))


@dataclass(frozen=True)
class _Read:
    """What a file turned out to be: a workbook of ours, or why it is not."""

    file: ReadFile
    workbook: Workbook | None = None
    irregularity: Irregularity | None = None
    foreign: Submission | None = None


def read_inbox(
    files: Sequence[tuple[Path, str]],
    layouts: Layouts,
    progress: Progress,
    keep: Keep = made_anew,
) -> Inbox:
    """Read every file. One that cannot be read stops none of the others.

    ``keep`` may know what a file held, as long as the file is the same.
    """
    found: list[_Read] = []
    for n, (path, name) in enumerate(files, 1):
        found.append(_kept_read(path, name, layouts, keep))
        progress(n, len(files), name)
    workbooks = [each.workbook for each in found if each.workbook is not None]
    return Inbox(
        tuple(each for each in workbooks if each.layout.id != FRAME_FORM),
        tuple(each for each in workbooks if each.layout.id == FRAME_FORM),
        tuple(each.irregularity for each in found if each.irregularity is not None),
        tuple(each.file for each in found),
        tuple(each.foreign for each in found if each.foreign is not None),
    )


def _kept_read(path: Path, name: str, layouts: Layouts, keep: Keep) -> _Read:
    stamp = file_stamp(path)
    if stamp is None:  # gone, or not to be looked at: reading it says why
        return _read(path, name, layouts)
    return keep(("read", path.absolute(), name), stamp, lambda: _read(path, name, layouts))


def _read(path: Path, name: str, layouts: Layouts) -> _Read:
    try:
        submission = scan(path, name)
    except RamkollError as error:
        facts = {"varför": _sentence(error), "åtgärd": error.todo}
        at = CellRef.whole_file(name)
        unreadable = Irregularity(Irregular.UNREADABLE, at, facts)
        return _Read(ReadFile(name, "", UNREADABLE), irregularity=unreadable)
    if _is_report(submission):
        return _Read(ReadFile(name, submission.sha256, REPORT))
    try:
        layout = identify(submission, layouts.forms)
    except UnknownForm as error:
        file = ReadFile(name, submission.sha256, NO_FORM)
        return _Read(file, irregularity=_unknown(error), foreign=submission)
    file = ReadFile(name, submission.sha256, layout.name)
    return _Read(file, Workbook(submission, layout))


def _is_report(submission: Submission) -> bool:
    """Whether a workbook is a report of ours: an earlier one may lie among the submissions."""
    return VALUE_NAME in submission.names and submission.sheet(underlag.SHEET) is not None


def read_frame(workbook: Workbook, layouts: Layouts) -> Frame:
    """The register of a frame workbook. RamkollError when it cannot be used at all."""
    form = locate(workbook.submission, workbook.layout, None)
    register, faults = register_of(form, layouts.defaults)
    return Frame(register, form, (*form.irregularities, *faults))


def open_frame(path: Path, layouts: Layouts) -> Frame:
    """The frame workbook of a path; RamkollError when it is missing, broken or another form."""
    submission = scan(path, path.name)
    layout = identify(submission, layouts.forms)
    if layout.id != FRAME_FORM:
        raise RamkollError(
            "Filen är ingen ramarbetsbok.",
            where=path.name,
            expected=f"formuläret {FRAME_FORM}",
            todo="Ange ramarbetsboken efter --frame.",
        )
    return read_frame(Workbook(submission, layout), layouts)


def frame_of(
    inbox: Inbox, layouts: Layouts, path: Path | None, keep: Keep = made_anew
) -> Frame | None:
    """The frame workbook that is named, else the one among the files; None when there is none.

    Raises RamkollError when there are several that differ.
    """
    if path is not None:
        return open_frame(path, layouts)
    if len({each.submission.sha256 for each in inbox.frames}) > 1:
        names = ", ".join(each.submission.file for each in inbox.frames)
        raise RamkollError(
            f"Det finns flera ramarbetsböcker: {names}.",
            todo="Ange vilken som gäller med --frame.",
        )
    if not inbox.frames:
        return None
    only = inbox.frames[0]
    stamp = (only.submission.file, only.submission.sha256)
    return keep("frame of the inbox", stamp, lambda: read_frame(only, layouts))


def locate_unit(workbook: Workbook, register: Register | None) -> Form | Irregularity:
    """A unit's workbook located, or why it cannot be."""
    try:
        return locate(workbook.submission, workbook.layout, register)
    except UnknownForm as error:
        return _unknown(error)


def _unknown(error: UnknownForm) -> Irregularity:
    facts = {"varför": _sentence(error), "åtgärd": error.todo}
    return Irregularity(Irregular.UNKNOWN_FORM, error.at, facts)


def _sentence(error: RamkollError) -> str:
    expected = f" Väntat: {error.expected}." if error.expected else ""
    return f"{error.what}{expected}"
